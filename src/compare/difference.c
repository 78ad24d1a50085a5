// SPDX-License-Identifier: MIT
/* Two sorted arrays of state rows, merged: what only one of them has is the difference. */
#include <inttypes.h>
#include <string.h>

#include "compare.h"

static void append_handle(GString *out, vsim_handle handle)
{
    g_string_append_printf(out, "%c%" PRIu32, vsim_handle_letter(handle), vsim_handle_number(handle));
}

static const char *prot_text(uint64_t prot)
{
    static const char *const names[] = {"no access", "READ", "WRITE", "READ|WRITE"};

    return names[prot & 3];
}

static void describe_container(GString *out, const struct vsim_state_row *row)
{
    g_string_append_printf(out,
                           "container: type %" PRIu64 ", %" PRIu64 " free slots, page sizes 0x%" PRIx64
                           ", %" PRIu64 " groups",
                           row->a, row->b, row->c, row->d);
}

static void describe_mapping(GString *out, const struct vsim_state_row *row)
{
    g_string_append_printf(
        out, "mapping: iova 0x%" PRIx64 "-0x%" PRIx64 ", vaddr 0x%" PRIx64 ", %s, %" PRIu64 " pages charged",
        row->first, row->last, row->a, prot_text(row->b), row->c);
    if (row->b & 1 << 8)
        g_string_append(out, ", vaddr invalid");
    if (!(row->b & 1 << 9))
        g_string_append(out, ", in no domain");
}

static const char *const kind_names[VSIM_N_STATES] = {
    [VSIM_STATE_CONTAINER] = "container",
    [VSIM_STATE_RANGE] = "valid range",
    [VSIM_STATE_MAPPING] = "mapping",
    [VSIM_STATE_LOCKED] = "locked_vm",
    [VSIM_STATE_GROUP] = "group",
    [VSIM_STATE_TREE_NODE] = "tree node",
    [VSIM_STATE_TRANSLATION] = "translation",
    [VSIM_STATE_REGION] = "region",
    [VSIM_STATE_OBJECT] = "object",
};

void vsim_compare_describe_row(GString *out, const struct vsim_state_row *row)
{
    append_handle(out, row->owner);
    g_string_append_c(out, ' ');
    switch (row->kind) {
    case VSIM_STATE_CONTAINER:
        describe_container(out, row);
        break;
    case VSIM_STATE_RANGE:
        g_string_append_printf(out, "valid range: 0x%" PRIx64 "-0x%" PRIx64, row->first, row->last);
        break;
    case VSIM_STATE_MAPPING:
        describe_mapping(out, row);
        break;
    case VSIM_STATE_LOCKED:
        g_string_append_printf(out, "locked_vm: %" PRIu64 " pages", row->a);
        break;
    default:
        g_string_append_printf(out,
                               "%s: 0x%" PRIx64 "-0x%" PRIx64 " a=0x%" PRIx64 " b=0x%" PRIx64 " c=0x%" PRIx64
                               " d=0x%" PRIx64,
                               kind_names[row->kind], row->first, row->last, row->a, row->b, row->c, row->d);
        break;
    }
}

static void append_only(GString *out, const char *name, const struct vsim_state_row *row)
{
    g_string_append_printf(out, "  only in the %s: ", name);
    vsim_compare_describe_row(out, row);
    g_string_append_c(out, '\n');
}

static const struct vsim_state_row *shared_row(const GArray *rows, guint i)
{
    const struct vsim_state_row *row;

    if (i >= rows->len)
        return NULL;
    row = &g_array_index(rows, struct vsim_state_row, i);
    return vsim_state_is_shared(row->kind) ? row : NULL;
}

static bool same_row(const struct vsim_state_row *x, const struct vsim_state_row *y)
{
    return vsim_spec_state_compare(x, y) == 0 && x->c == y->c && x->d == y->d;
}

/* Below 0: the left row comes first; equal rows that differ in a member outside the order are both alone. */
static int which_first(const struct vsim_state_row *x, const struct vsim_state_row *y)
{
    if (!x || !y)
        return x ? -1 : 1;
    return vsim_spec_state_compare(x, y) <= 0 ? -1 : 1;
}

unsigned vsim_compare_states(GString *out, const GArray *left, const char *left_name, const GArray *right,
                             const char *right_name, unsigned max_rows)
{
    unsigned n_different = 0;
    guint i = 0;
    guint j = 0;

    for (;;) {
        const struct vsim_state_row *x = shared_row(left, i);
        const struct vsim_state_row *y = shared_row(right, j);
        bool from_left;

        if (!x && !y)
            break;
        if (x && y && same_row(x, y)) {
            i++;
            j++;
            continue;
        }
        from_left = which_first(x, y) < 0;
        if (n_different++ < max_rows)
            append_only(out, from_left ? left_name : right_name, from_left ? x : y);
        if (from_left)
            i++;
        else
            j++;
    }
    if (n_different > max_rows)
        g_string_append_printf(out, "  and %u more rows\n", n_different - max_rows);
    return n_different;
}
