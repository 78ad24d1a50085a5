// SPDX-License-Identifier: MIT
#include "layout.h"

#include <glib.h>

#define LAYOUT_FIRST UINT64_C(0x100000000000)
#define LAYOUT_END   UINT64_C(0x7ffffffff000) /* Where user space ends on x86-64. */
#define LAYOUT_ALIGN UINT64_C(0x200000)

struct vsim_layout {
    uint64_t next;           /* Where the next region goes: aligned. */
    GHashTable *regions;     /* Handle to 1 + the index of its address. */
    GArray *addresses;       /* uint64_t. */
    vsim_handle last_region; /* The one that was looked up last, 0 for none, and where it is. */
    uint64_t last_address;
    uint32_t address_fields[VSIM_N_OPS]; /* Which fields are of type ADDRESS. */
};

struct vsim_layout *vsim_layout_new(void)
{
    struct vsim_layout *layout = g_new0(struct vsim_layout, 1);

    layout->next = LAYOUT_FIRST;
    layout->regions = g_hash_table_new(NULL, NULL);
    layout->addresses = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (unsigned id = 1; id < VSIM_N_OPS; id++)
        for (unsigned i = 0; i < vsim_spec_ops[id].n_fields; i++)
            if (vsim_spec_ops[id].fields[i].type == VSIM_TYPE_ADDRESS)
                layout->address_fields[id] |= UINT32_C(1) << i;
    return layout;
}

void vsim_layout_free(struct vsim_layout *layout)
{
    g_hash_table_unref(layout->regions);
    g_array_unref(layout->addresses);
    g_free(layout);
}

static bool find_region(struct vsim_layout *layout, vsim_handle handle, uint64_t *address)
{
    if (handle != layout->last_region) {
        const guint found = GPOINTER_TO_UINT(g_hash_table_lookup(layout->regions, GUINT_TO_POINTER(handle)));

        if (found == 0)
            return false;
        layout->last_region = handle;
        layout->last_address = g_array_index(layout->addresses, uint64_t, found - 1);
    }
    *address = layout->last_address;
    return true;
}

static void set_region(struct vsim_layout *layout, vsim_handle handle, uint64_t address)
{
    const guint found = GPOINTER_TO_UINT(g_hash_table_lookup(layout->regions, GUINT_TO_POINTER(handle)));

    layout->last_region = 0;
    if (found != 0) {
        g_array_index(layout->addresses, uint64_t, found - 1) = address;
        return;
    }
    g_array_append_val(layout->addresses, address);
    g_hash_table_insert(layout->regions, GUINT_TO_POINTER(handle), GUINT_TO_POINTER(layout->addresses->len));
}

static uint64_t length_of_region(const struct vsim_op *op)
{
    return op->value[op->id == VSIM_OP_MREMAP ? (unsigned)VSIM_FIELD_MREMAP_length
                                              : (unsigned)VSIM_FIELD_MMAP_length];
}

static uint64_t place_region(const struct vsim_layout *layout, const struct vsim_op *op)
{
    if (op->id == VSIM_OP_MMAP && op->given & 1u << VSIM_FIELD_MMAP_at)
        return op->value[VSIM_FIELD_MMAP_at];
    return length_of_region(op) > LAYOUT_END - layout->next ? 0 : layout->next;
}

bool vsim_layout_place(struct vsim_layout *layout, struct vsim_op *op, vsim_handle *unknown)
{
    for (uint32_t left = layout->address_fields[op->id]; left != 0; left &= left - 1) {
        const unsigned i = (unsigned)__builtin_ctz(left);

        op->base_address[i] = 0;
        if (op->base[i] == 0)
            continue;
        if (!find_region(layout, op->base[i], &op->base_address[i])) {
            *unknown = op->base[i];
            return false;
        }
        op->value[i] += op->base_address[i];
    }
    if (op->argument_base != 0) {
        if (!find_region(layout, op->argument_base, &op->argument_base_address)) {
            *unknown = op->argument_base;
            return false;
        }
        op->argument_address += op->argument_base_address;
    }
    op->binds_address = vsim_spec_ops[op->id].binds == VSIM_BINDS_REGION ? place_region(layout, op) : 0;
    return true;
}

/* No later region may lie where this one does, were it put there by `at` or refused: its name still stands
 * for it. */
static void keep_clear_of(struct vsim_layout *layout, const struct vsim_op *op)
{
    const uint64_t length_bytes = length_of_region(op);

    if (op->binds_address >= LAYOUT_END || length_bytes > LAYOUT_END - op->binds_address ||
        op->binds_address + length_bytes + LAYOUT_ALIGN <= layout->next)
        return;
    layout->next = (op->binds_address + length_bytes + LAYOUT_ALIGN - 1) & ~(LAYOUT_ALIGN - 1);
    layout->next = MIN(layout->next + LAYOUT_ALIGN, LAYOUT_END);
}

void vsim_layout_commit(struct vsim_layout *layout, const struct vsim_op *op, bool succeeded)
{
    if (vsim_spec_ops[op->id].binds != VSIM_BINDS_REGION || op->binds == 0)
        return;
    if (!succeeded && g_hash_table_contains(layout->regions, GUINT_TO_POINTER(op->binds)))
        return;
    set_region(layout, op->binds, op->binds_address);
    keep_clear_of(layout, op);
}
