// SPDX-License-Identifier: MIT
/* Taking pages for devices, and who pays for them. */
#ifndef VSIM_SIM_PIN_H
#define VSIM_SIM_PIN_H

#include "type1.h"

/* Pin all of a mapping from the caller's memory and put it into every domain, or undo everything. */
struct vsim_sim_refusal vsim_sim_pin_and_map(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                             struct vsim_sim_mapping *mapping,
                                             struct vsim_sim_process *caller);

/* Pin it for `domains` alone, which the type1 object need not know. Where it fails, *pinned_bytes of it stay
 * pinned. */
struct vsim_sim_refusal vsim_sim_pin(struct vsim_sim *sim, const struct vsim_sim_domain *domains,
                                     struct vsim_sim_mapping *mapping, struct vsim_sim_process *caller,
                                     uint64_t *pinned_bytes);

/* Give the pages back that a mapping has, which are its first `pinned_bytes`, and their charge. */
void vsim_sim_unpin(struct vsim_sim *sim, struct vsim_sim_mapping *mapping, uint64_t pinned_bytes);

/* Change what a mapping's owner is charged (T1-OWN-03, T1-OWN-05). */
struct vsim_sim_refusal vsim_sim_pin_charge(struct vsim_sim *sim, struct vsim_sim_mapping *mapping,
                                            uint64_t n_pages);
void vsim_sim_pin_uncharge(struct vsim_sim *sim, struct vsim_sim_mapping *mapping, uint64_t n_pages);

/* RLIMIT_MEMLOCK in whole pages. */
uint64_t vsim_sim_pin_limit(const struct vsim_sim *sim, const struct vsim_sim_process *process);

#endif
