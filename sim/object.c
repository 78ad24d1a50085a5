// SPDX-License-Identifier: MIT
#include "object.h"

#include "model.h"

struct vsim_sim_object *vsim_sim_object_new(struct vsim_sim *sim, vsim_handle name,
                                            enum vsim_sim_object_kind kind, uint64_t length_bytes)
{
    struct vsim_sim_object *object = g_new0(struct vsim_sim_object, 1);

    object->name = name;
    object->kind = kind;
    object->length_bytes = length_bytes;
    object->page_bytes = kind == VSIM_SIM_HUGETLB ? VSIM_SIM_HUGE_PAGE_BYTES : sim->page_bytes;
    object->n_refs = 1;
    object->owned = vsim_range(1, 0);
    object->next = sim->objects;
    if (sim->objects)
        sim->objects->prev = object;
    sim->objects = object;
    return object;
}

struct vsim_sim_object *vsim_sim_object_ref(struct vsim_sim_object *object)
{
    object->n_refs++;
    return object;
}

static void free_object(struct vsim_sim_object *object)
{
    vsim_sim_index_free(object->contents);
    vsim_sim_index_free(object->own);
    vsim_sim_index_free(object->gone);
    g_free(object);
}

void vsim_sim_object_unref(struct vsim_sim *sim, struct vsim_sim_object *object)
{
    while (object && --object->n_refs == 0) {
        struct vsim_sim_object *const backing = object->backing;

        if (object->next)
            object->next->prev = object->prev;
        if (object->prev)
            object->prev->next = object->next;
        else
            sim->objects = object->next;
        free_object(object);
        object = backing;
    }
}

/* At the end also those go that a leaked pin holds. */
void vsim_sim_object_free_all(struct vsim_sim *sim)
{
    while (sim->objects) {
        struct vsim_sim_object *const object = sim->objects;

        sim->objects = object->next;
        free_object(object);
    }
}

struct vsim_sim_object *vsim_sim_object_copy(struct vsim_sim *sim, const struct vsim_sim_object *object)
{
    struct vsim_sim_object *copy = vsim_sim_object_new(sim, 0, object->kind, object->length_bytes);

    copy->private = object->private;
    copy->backing = object->backing ? vsim_sim_object_ref(object->backing) : NULL;
    copy->backing_offset = object->backing_offset;
    copy->contents = vsim_sim_runs_clone(object->contents);
    copy->own = vsim_sim_runs_clone(object->own);
    return copy;
}

static void copy_from_backing(struct vsim_sim_object *object, struct vsim_range range)
{
    for (uint64_t at = range.first;;) {
        const struct vsim_sim_run run = vsim_sim_runs_at(
            object->backing->contents, at + object->backing_offset, range.last + object->backing_offset);
        const uint64_t last = run.range.last - object->backing_offset;

        if (!run.hole)
            vsim_sim_runs_set(&object->contents, vsim_range(at, last), run.value);
        if (last == range.last)
            return;
        at = last + 1;
    }
}

void vsim_sim_object_touch(struct vsim_sim_object *object, struct vsim_range range)
{
    struct vsim_sim_index_entry entry;

    if (!object->private || vsim_range_contains(object->owned, range))
        return;
    for (uint64_t at = range.first;;) {
        const struct vsim_sim_run run = vsim_sim_runs_at(object->own, at, range.last);

        if (run.hole) {
            if (object->backing)
                copy_from_backing(object, run.range);
            vsim_sim_runs_set(&object->own, run.range, 1);
        }
        if (run.range.last == range.last)
            break;
        at = run.range.last + 1;
    }
    if (vsim_sim_index_find(object->own, range.first, &entry))
        object->owned = vsim_range(entry.first, entry.last);
}

struct vsim_sim_object *vsim_sim_object_drop(struct vsim_sim *sim, struct vsim_sim_object *object,
                                             struct vsim_range range)
{
    struct vsim_sim_object *successor;

    if (object->pinned_pages == 0) {
        vsim_sim_runs_clear(&object->contents, range);
        vsim_sim_runs_clear(&object->own, range);
        object->owned = vsim_range(1, 0);
        return object;
    }
    successor = vsim_sim_object_new(sim, object->name, object->kind, object->length_bytes);
    successor->private = true;
    successor->backing = object->backing ? vsim_sim_object_ref(object->backing) : NULL;
    successor->backing_offset = object->backing_offset;
    vsim_sim_runs_set(&object->gone, range, 1);
    return successor;
}

static struct vsim_range pages_of(const struct vsim_sim_object *object, uint64_t offset,
                                  uint64_t length_bytes)
{
    const uint64_t mask = object->page_bytes - 1;

    return vsim_range(offset & ~mask, (offset + length_bytes - 1) | mask);
}

void vsim_sim_object_fill(struct vsim_sim_object *object, uint64_t offset, uint64_t length_bytes,
                          uint8_t byte)
{
    const struct vsim_range range = vsim_range(offset, offset + length_bytes - 1);

    if (length_bytes == 0 || object->kind == VSIM_SIM_ZERO)
        return;
    vsim_sim_object_touch(object, pages_of(object, offset, length_bytes));
    if (byte == 0)
        vsim_sim_runs_clear(&object->contents, range);
    else
        vsim_sim_runs_set(&object->contents, range, byte);
}

void vsim_sim_object_write(struct vsim_sim_object *object, uint64_t offset, const uint8_t *bytes,
                           uint64_t length_bytes)
{
    for (uint64_t i = 0, n; i < length_bytes; i += n) {
        for (n = 1; i + n < length_bytes && bytes[i + n] == bytes[i];)
            n++;
        vsim_sim_object_fill(object, offset + i, n, bytes[i]);
    }
}

uint8_t vsim_sim_object_read(const struct vsim_sim_object *object, uint64_t offset, uint64_t *length_bytes)
{
    struct vsim_sim_run run;

    if (object->private) {
        run = vsim_sim_runs_at(object->own, offset, offset + *length_bytes - 1);
        *length_bytes = vsim_range_length(run.range);
        if (run.hole && !object->backing)
            return 0;
        if (run.hole) {
            offset += object->backing_offset;
            object = object->backing;
        }
    }
    run = vsim_sim_runs_at(object->contents, offset, offset + *length_bytes - 1);
    *length_bytes = vsim_range_length(run.range);
    return run.hole ? 0 : (uint8_t)run.value;
}

struct vsim_sim_object *vsim_sim_object_page(struct vsim_sim *sim, struct vsim_sim_object *object,
                                             uint64_t *offset, uint64_t *length_bytes)
{
    struct vsim_sim_run run;

    if (!object->private)
        return object;
    run = vsim_sim_runs_at(object->own, *offset, *offset + *length_bytes - 1);
    *length_bytes = vsim_range_length(run.range);
    if (!run.hole)
        return object;
    if (!object->backing)
        return sim->zero;
    *offset += object->backing_offset;
    return object->backing;
}

bool vsim_sim_object_is_named(const struct vsim_sim_object *object, uint64_t offset)
{
    return object->name != 0 && (!object->gone || vsim_sim_runs_at(object->gone, offset, offset).hole);
}
