// SPDX-License-Identifier: MIT
#include "mm.h"

#include "digest.h"
#include "file.h"
#include "model.h"

static const struct vsim_sim_index_entry nothing = {.first = 1, .last = 0};

struct vsim_sim_mm *vsim_sim_mm_new(struct vsim_sim_process *process)
{
    struct vsim_sim_mm *mm = g_new0(struct vsim_sim_mm, 1);

    mm->process = process;
    mm->alive = true;
    mm->recent = nothing;
    mm->n_refs = 1;
    mm->vmas = vsim_sim_index_new();
    vsim_sim_pool_init(&mm->pool, sizeof(struct vsim_sim_vma));
    return mm;
}

void vsim_sim_mm_unref(struct vsim_sim_mm *mm)
{
    if (--mm->n_refs > 0)
        return;
    vsim_sim_index_free(mm->vmas);
    vsim_sim_pool_clear(&mm->pool);
    g_free(mm);
}

static struct vsim_sim_vma *vma_at(const struct vsim_sim_mm *mm, uint32_t slot)
{
    return vsim_sim_pool_at(&mm->pool, slot);
}

void vsim_sim_mm_insert(struct vsim_sim_mm *mm, struct vsim_range range, const struct vsim_sim_vma *vma)
{
    const struct vsim_sim_vma copy = *vma; /* It may stand in the pool that grows now. */
    const struct vsim_sim_index_entry entry = {
        .first = range.first, .last = range.last, .value = vsim_sim_pool_take(&mm->pool)};

    mm->recent = nothing;
    *vma_at(mm, entry.value) = copy;
    vsim_sim_index_insert(mm->vmas, &entry, NULL, NULL);
}

/* The VMA that contains `at`, if it begins below, becomes two that meet there. */
static void split(struct vsim_sim_mm *mm, uint64_t at)
{
    struct vsim_sim_index_entry entry;
    struct vsim_sim_vma upper;

    if (!vsim_sim_index_find(mm->vmas, at, &entry) || entry.first == at)
        return;
    upper = *vma_at(mm, entry.value);
    upper.offset += at - entry.first;
    vsim_sim_object_ref(upper.object);
    if (upper.file)
        vsim_sim_file_ref(upper.file);
    vsim_sim_index_remove(mm->vmas, entry.first, NULL);
    vsim_sim_index_insert(
        mm->vmas, &(struct vsim_sim_index_entry){.first = entry.first, .last = at - 1, .value = entry.value},
        NULL, NULL);
    vsim_sim_mm_insert(mm, vsim_range(at, entry.last), &upper);
}

void vsim_sim_mm_isolate(struct vsim_sim_mm *mm, struct vsim_range range)
{
    split(mm, range.first);
    if (range.last < UINT64_MAX)
        split(mm, range.last + 1);
}

static void remove_vma(struct vsim_sim *sim, struct vsim_sim_mm *mm, const struct vsim_sim_index_entry *entry)
{
    const struct vsim_sim_vma vma = *vma_at(mm, entry->value);

    mm->recent = nothing;
    vsim_sim_index_remove(mm->vmas, entry->first, NULL);
    vsim_sim_pool_give(&mm->pool, entry->value);
    if (vma.locked)
        mm->locked_vm -= (entry->last - entry->first + 1) >> sim->page_shift;
    vsim_sim_object_unref(sim, vma.object);
    if (vma.file)
        vsim_sim_file_unref(sim, vma.file);
}

void vsim_sim_mm_unmap(struct vsim_sim *sim, struct vsim_sim_mm *mm, struct vsim_range range)
{
    struct vsim_sim_index_entry entry;

    vsim_sim_mm_isolate(mm, range);
    while (vsim_sim_index_lower(mm->vmas, range.first, &entry) && entry.first <= range.last)
        remove_vma(sim, mm, &entry);
    vsim_sim_digest_locked(sim, mm);
}

void vsim_sim_mm_move(struct vsim_sim *sim, struct vsim_sim_mm *mm, struct vsim_range range, uint64_t to,
                      vsim_handle region)
{
    struct vsim_sim_index_entry entry;

    vsim_sim_mm_isolate(mm, range);
    vsim_sim_mm_unmap(sim, mm, vsim_range(to, to + (range.last - range.first)));
    mm->recent = nothing;
    while (vsim_sim_index_lower(mm->vmas, range.first, &entry) && entry.first <= range.last) {
        vma_at(mm, entry.value)->region = region;
        vsim_sim_index_remove(mm->vmas, entry.first, NULL);
        entry.first = entry.first - range.first + to;
        entry.last = entry.last - range.first + to;
        vsim_sim_index_insert(mm->vmas, &entry, NULL, NULL);
    }
}

void vsim_sim_mm_die(struct vsim_sim *sim, struct vsim_sim_mm *mm)
{
    struct vsim_sim_index_entry entry;

    while (vsim_sim_index_lower(mm->vmas, 0, &entry))
        remove_vma(sim, mm, &entry);
    mm->alive = false;
    vsim_sim_mm_unref(mm);
}

static uint64_t weight_of(const struct vsim_sim_index *index)
{
    return index ? vsim_sim_index_count(index) : 0;
}

uint64_t vsim_sim_mm_weight(const struct vsim_sim_mm *mm)
{
    struct vsim_sim_index_cursor cursor;
    uint64_t weight = 0;

    for (bool more = vsim_sim_index_first(mm->vmas, &cursor); more; more = vsim_sim_index_next(&cursor)) {
        const struct vsim_sim_object *object = vma_at(mm, vsim_sim_index_at(&cursor).value)->object;

        weight += 1 + (object->private ? weight_of(object->contents) + weight_of(object->own) : 0);
    }
    return weight;
}

void vsim_sim_mm_copy(struct vsim_sim *sim, struct vsim_sim_mm *to, const struct vsim_sim_mm *from)
{
    g_autoptr(GHashTable) copies = g_hash_table_new(NULL, NULL);
    struct vsim_sim_index_cursor cursor;

    for (bool more = vsim_sim_index_first(from->vmas, &cursor); more; more = vsim_sim_index_next(&cursor)) {
        const struct vsim_sim_index_entry entry = vsim_sim_index_at(&cursor);
        struct vsim_sim_vma vma = *vma_at(from, entry.value);

        vma.locked = false;
        if (vma.file)
            vsim_sim_file_ref(vma.file);
        if (vma.object->private) {
            struct vsim_sim_object *copy = g_hash_table_lookup(copies, vma.object);

            if (copy) {
                vsim_sim_object_ref(copy);
            } else {
                copy = vsim_sim_object_copy(sim, vma.object);
                g_hash_table_insert(copies, vma.object, copy);
            }
            vma.object = copy;
        } else {
            vsim_sim_object_ref(vma.object);
        }
        vsim_sim_mm_insert(to, vsim_range(entry.first, entry.last), &vma);
    }
}

bool vsim_sim_mm_segment(struct vsim_sim_mm *mm, uint64_t address, uint64_t last,
                         struct vsim_sim_segment *segment)
{
    const struct vsim_sim_index_entry *entry = &mm->recent;
    uint64_t room;

    if ((address < entry->first || address > entry->last) &&
        !vsim_sim_index_find(mm->vmas, address, &mm->recent))
        return false;
    segment->vma = vma_at(mm, entry->value);
    segment->offset = segment->vma->offset + (address - entry->first);
    segment->n_bytes = MIN(entry->last, last) - address + 1;
    if (segment->offset >= segment->vma->object->length_bytes)
        return false;
    room = segment->vma->object->length_bytes - segment->offset;
    segment->n_bytes = MIN(segment->n_bytes, room);
    return true;
}

bool vsim_sim_mm_covers(const struct vsim_sim_mm *mm, struct vsim_range range)
{
    struct vsim_sim_index_entry entry;

    for (uint64_t at = range.first; vsim_sim_index_find(mm->vmas, at, &entry); at = entry.last + 1)
        if (entry.last >= range.last)
            return true;
    return false;
}

static bool continues(const struct vsim_sim_vma *lower, const struct vsim_sim_vma *upper,
                      uint64_t length_bytes)
{
    return upper->region == lower->region && upper->prot == lower->prot && upper->locked == lower->locked &&
           upper->object->name == lower->object->name && upper->offset == lower->offset + length_bytes;
}

bool vsim_sim_mm_is_uniform(const struct vsim_sim_mm *mm, struct vsim_range range)
{
    struct vsim_sim_index_entry entry;
    const struct vsim_sim_vma *lower = NULL;
    uint64_t lower_bytes = 0;

    for (uint64_t at = range.first; vsim_sim_index_find(mm->vmas, at, &entry); at = entry.last + 1) {
        const struct vsim_sim_vma *vma = vma_at(mm, entry.value);

        if (lower && !continues(lower, vma, lower_bytes))
            return false;
        if (entry.last >= range.last)
            return true;
        lower = vma;
        lower_bytes = entry.last - entry.first + 1;
    }
    return false;
}

/* True when all of the range is there and every VMA has one of the bits. */
static bool accessible(struct vsim_sim_mm *mm, uint64_t address, uint64_t length_bytes, unsigned bits)
{
    struct vsim_sim_segment segment;

    if (length_bytes > 0 && vsim_range_wraps(address, length_bytes))
        return false;
    for (; length_bytes > 0; address += segment.n_bytes, length_bytes -= segment.n_bytes)
        if (!vsim_sim_mm_segment(mm, address, address + (length_bytes - 1), &segment) ||
            (segment.vma->prot & bits) == 0)
            return false;
    return true;
}

bool vsim_sim_mm_readable(struct vsim_sim_mm *mm, uint64_t address, uint64_t length_bytes)
{
    /* Page tables of x86 have no way to say write-only. */
    return accessible(mm, address, length_bytes, VSIM_PROT_READ | VSIM_PROT_WRITE);
}

bool vsim_sim_mm_writable(struct vsim_sim_mm *mm, uint64_t address, uint64_t length_bytes)
{
    return accessible(mm, address, length_bytes, VSIM_PROT_WRITE);
}

void vsim_sim_mm_read(struct vsim_sim_mm *mm, uint64_t address, uint8_t *bytes, uint64_t length_bytes)
{
    struct vsim_sim_segment segment;

    for (uint64_t i = 0, n; i < length_bytes; i += n) {
        uint8_t byte;

        if (!vsim_sim_mm_segment(mm, address + i, address + (length_bytes - 1), &segment))
            return;
        n = segment.n_bytes;
        byte = vsim_sim_object_read(segment.vma->object, segment.offset, &n);
        memset(bytes + i, byte, n);
    }
}

void vsim_sim_mm_write(struct vsim_sim_mm *mm, uint64_t address, const uint8_t *bytes, uint64_t length_bytes)
{
    struct vsim_sim_segment segment;

    for (uint64_t i = 0; i < length_bytes; i += segment.n_bytes) {
        if (!vsim_sim_mm_segment(mm, address + i, address + (length_bytes - 1), &segment))
            return;
        vsim_sim_object_write(segment.vma->object, segment.offset, bytes + i, segment.n_bytes);
    }
}

void vsim_sim_mm_populate(struct vsim_sim_mm *mm, struct vsim_range range)
{
    struct vsim_sim_segment segment;

    for (uint64_t at = range.first; vsim_sim_mm_segment(mm, at, range.last, &segment);
         at += segment.n_bytes) {
        const uint64_t last = segment.offset + (segment.n_bytes - 1);

        if (segment.vma->prot & VSIM_PROT_WRITE)
            vsim_sim_object_touch(segment.vma->object, vsim_range(segment.offset, last));
        if (at + (segment.n_bytes - 1) == range.last)
            return;
    }
}
