// SPDX-License-Identifier: MIT
#ifndef VSIM_SIM_SNAPSHOT_H
#define VSIM_SIM_SNAPSHOT_H

#include "model.h"

/* All rows of the state, appended in no order. */
void vsim_sim_snapshot(const struct vsim_sim *sim, GArray *rows);

/* Every promise that the structures make to each other, and T1-INV-*; the first that is broken stands in
 * `why`. */
bool vsim_sim_check_invariants(const struct vsim_sim *sim, GString *why);

#endif
