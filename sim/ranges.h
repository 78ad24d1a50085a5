// SPDX-License-Identifier: MIT
/* Lists of valid iovas: GArrays of struct vsim_range, ascending and disjoint. */
#ifndef VSIM_SIM_RANGES_H
#define VSIM_SIM_RANGES_H

#include <glib.h>
#include <stdbool.h>

#include "../src/base/range.h"

static inline struct vsim_range vsim_sim_ranges_at(const GArray *ranges, guint i)
{
    return ((const struct vsim_range *)(const void *)ranges->data)[i];
}

GArray *vsim_sim_ranges_new(void);
GArray *vsim_sim_ranges_copy(const GArray *ranges);

/* True when one range holds all of `range`, or there is none. */
bool vsim_sim_ranges_allow(const GArray *ranges, struct vsim_range range);

/* Narrow to an aperture (T1-ATT-04, T1-ATT-05); an empty list becomes the aperture. */
void vsim_sim_ranges_clip(GArray *ranges, struct vsim_range aperture);

/* Take a range out. */
void vsim_sim_ranges_exclude(GArray *ranges, struct vsim_range hole);

#endif
