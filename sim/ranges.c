// SPDX-License-Identifier: MIT
#include "ranges.h"

GArray *vsim_sim_ranges_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(struct vsim_range));
}

GArray *vsim_sim_ranges_copy(const GArray *ranges)
{
    GArray *copy = vsim_sim_ranges_new();

    return g_array_append_vals(copy, ranges->data, ranges->len);
}

bool vsim_sim_ranges_allow(const GArray *ranges, struct vsim_range range)
{
    for (guint i = 0; i < ranges->len; i++)
        if (vsim_range_contains(vsim_sim_ranges_at(ranges, i), range))
            return true;
    return ranges->len == 0;
}

/* Elements that end at or below `first` go, but for the one that begins at or above it; T1-ATT-05 lies in
 * "at". */
static void clip_below(GArray *ranges, uint64_t first)
{
    guint n_gone = 0;

    while (n_gone < ranges->len) {
        struct vsim_range *range = &g_array_index(ranges, struct vsim_range, n_gone);

        if (first < range->first)
            break;
        if (first < range->last) {
            range->first = first;
            break;
        }
        n_gone++;
    }
    if (n_gone > 0)
        g_array_remove_range(ranges, 0, n_gone);
}

static void clip_above(GArray *ranges, uint64_t last)
{
    guint n_left = ranges->len;

    for (; n_left > 0; n_left--) {
        struct vsim_range *range = &g_array_index(ranges, struct vsim_range, n_left - 1);

        if (last > range->last)
            break;
        if (last > range->first) {
            range->last = last;
            break;
        }
    }
    g_array_set_size(ranges, n_left);
}

void vsim_sim_ranges_clip(GArray *ranges, struct vsim_range aperture)
{
    if (ranges->len == 0) {
        g_array_append_val(ranges, aperture);
        return;
    }
    clip_below(ranges, aperture.first);
    clip_above(ranges, aperture.last);
}

void vsim_sim_ranges_exclude(GArray *ranges, struct vsim_range hole)
{
    for (guint i = 0; i < ranges->len;) {
        const struct vsim_range range = vsim_sim_ranges_at(ranges, i);

        if (!vsim_range_overlaps(range, hole)) {
            i++;
            continue;
        }
        g_array_remove_index(ranges, i);
        if (range.first < hole.first) {
            const struct vsim_range below = vsim_range(range.first, hole.first - 1);

            g_array_insert_val(ranges, i, below);
            i++;
        }
        if (hole.last < range.last) {
            const struct vsim_range above = vsim_range(hole.last + 1, range.last);

            g_array_insert_val(ranges, i, above);
            i++;
        }
    }
}
