// SPDX-License-Identifier: MIT
#include "mm.h"

struct vsim_oracle_object *vsim_oracle_object_new(enum vsim_oracle_object_kind kind, vsim_handle name,
                                                  uint64_t size_bytes)
{
    struct vsim_oracle_object *object = g_new0(struct vsim_oracle_object, 1);

    object->kind = kind;
    object->name = name;
    object->size_bytes = size_bytes;
    object->n_references = 1;
    return object;
}

void vsim_oracle_object_ref(struct vsim_oracle_object *object)
{
    if (object)
        object->n_references++;
}

static void free_bytes(gpointer bytes)
{
    vsim_oracle_sorted_clear(bytes);
    g_free(bytes);
}

void vsim_oracle_object_unref(struct vsim_oracle_object *object)
{
    if (!object || --object->n_references > 0)
        return;
    vsim_oracle_sorted_clear(&object->presence);
    for (guint i = 0; object->bytes && i < object->bytes->len; i++)
        if (object->bytes->pdata[i])
            free_bytes(object->bytes->pdata[i]);
    g_clear_pointer(&object->bytes, g_ptr_array_unref);
    g_free(object);
}

bool vsim_oracle_run_is_accountable(const struct vsim_oracle_run *run)
{
    return run->object && run->object->kind != VSIM_ORACLE_MMIO;
}

static const struct vsim_oracle_sorted *bytes_of(const struct vsim_oracle_run *run)
{
    const GPtrArray *bytes = run->object->bytes;

    return bytes && run->generation < bytes->len ? bytes->pdata[run->generation] : NULL;
}

void vsim_oracle_run_write(const struct vsim_oracle_run *run, uint8_t fill)
{
    struct vsim_oracle_object *object = run->object;
    gpointer *slot;

    if (!object || object->kind == VSIM_ORACLE_MMIO || run->length_bytes == 0)
        return;
    if (!bytes_of(run)) {
        if (fill == 0)
            return;
        if (!object->bytes)
            object->bytes = g_ptr_array_new();
        if (object->bytes->len <= run->generation)
            g_ptr_array_set_size(object->bytes, (gint)run->generation + 1);
        object->bytes->pdata[run->generation] = g_new0(struct vsim_oracle_sorted, 1);
    }
    slot = &object->bytes->pdata[run->generation];
    vsim_oracle_sorted_assign(
        *slot, (struct vsim_oracle_entry){run->offset, run->offset + run->length_bytes - 1, fill});
}

static void append_piece(GArray *pieces, uint64_t length_bytes, uint8_t fill)
{
    const struct vsim_oracle_piece piece = {.length_bytes = length_bytes, .fill = fill};
    struct vsim_oracle_piece *before =
        pieces->len > 0 ? &g_array_index(pieces, struct vsim_oracle_piece, pieces->len - 1) : NULL;

    if (length_bytes == 0)
        return;
    if (before && before->fill == fill)
        before->length_bytes += length_bytes;
    else
        g_array_append_val(pieces, piece);
}

bool vsim_oracle_run_read(const struct vsim_oracle_run *run, GArray *pieces)
{
    const struct vsim_oracle_sorted *bytes = run->object ? bytes_of(run) : NULL;
    const uint64_t last = run->offset + run->length_bytes - 1;
    uint64_t at = run->offset;
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = bytes ? vsim_oracle_sorted_find(bytes, at, &place) : NULL;

    if (run->object && run->object->kind == VSIM_ORACLE_MMIO)
        return false;
    for (; entry && entry->first <= last; entry = vsim_oracle_sorted_next(bytes, &place)) {
        if (entry->first > at) {
            append_piece(pieces, entry->first - at, 0);
            at = entry->first;
        }
        append_piece(pieces, MIN(entry->last, last) - at + 1, (uint8_t)entry->value);
        if (entry->last >= last)
            return true;
        at = entry->last + 1;
    }
    append_piece(pieces, last - at + 1, 0);
    return true;
}
