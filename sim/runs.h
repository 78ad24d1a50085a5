// SPDX-License-Identifier: MIT
/*
 * A map from ranges to small numbers, over the index: what holds the bytes of an object (a run of one byte
 * costs one entry, however long) and sets of pages. It is a pointer to an index, NULL while it is empty; what
 * no run covers is a hole.
 */
#ifndef VSIM_SIM_RUNS_H
#define VSIM_SIM_RUNS_H

#include "../src/base/range.h"
#include "iova_index.h"

struct vsim_sim_run {
    struct vsim_range range;
    uint32_t value;
    bool hole;
};

/* The run, or the hole, from `first` on, cut at `last`. */
struct vsim_sim_run vsim_sim_runs_at(const struct vsim_sim_index *runs, uint64_t first, uint64_t last);

/* All of the range has the value afterwards; equal neighbours join it. */
void vsim_sim_runs_set(struct vsim_sim_index **runs, struct vsim_range range, uint32_t value);

/* All of the range is a hole afterwards. */
void vsim_sim_runs_clear(struct vsim_sim_index **runs, struct vsim_range range);

/* A copy that shares nothing. */
struct vsim_sim_index *vsim_sim_runs_clone(const struct vsim_sim_index *runs);

#endif
