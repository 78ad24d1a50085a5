// SPDX-License-Identifier: MIT
#ifndef VSIM_SIM_CONTAINER_H
#define VSIM_SIM_CONTAINER_H

#include "model.h"
#include "refusal.h"

/* Lives while its file is open or a group is in it (T1-FD-02). */
struct vsim_sim_container {
    struct vsim_sim_container *next; /* All containers. */
    struct vsim_sim_container *prev;
    vsim_handle name; /* The handle that first opened it. */
    bool file_open;
    bool noiommu_active;           /* SET_IOMMU chose the noiommu backend. */
    struct vsim_sim_group *groups; /* Newest first; of one kind, noiommu or not. */
    uint32_t n_groups;
    struct vsim_sim_type1 *type1; /* NULL unless SET_IOMMU chose type1. */
    uint64_t digest;              /* Of its own row, and the sum of its ranges' rows. */
    uint64_t ranges_digest;
};

struct vsim_sim_container *vsim_sim_container_new(struct vsim_sim *sim, vsim_handle name);
void vsim_sim_container_release(struct vsim_sim *sim, struct vsim_sim_container *container);
void vsim_sim_container_free_all(struct vsim_sim *sim);

/* True when a group that is not in it would be of another kind than those that are (T1-GRP-09). */
bool vsim_sim_container_would_mix(const struct vsim_sim_container *container,
                                  const struct vsim_sim_group *group);

/* The group joins at the head; where type1 is active, it is attached, and a refusal leaves everything as it
 * was. */
struct vsim_sim_refusal vsim_sim_container_join(struct vsim_sim *sim, struct vsim_sim_container *container,
                                                struct vsim_sim_group *group,
                                                struct vsim_sim_process *caller);

/* The rule says how the group was detached; RULE_NONE where there was no backend. */
enum vsim_rule_id vsim_sim_container_leave(struct vsim_sim *sim, struct vsim_sim_group *group);

#endif
