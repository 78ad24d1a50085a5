// SPDX-License-Identifier: MIT
/*
 * The sum of the digests of the shared rows of the state. It is kept up to date from the first time on that
 * somebody asks for it; before that, changes cost nothing. What has a row keeps that row's digest, so a
 * change is one hash.
 */
#ifndef VSIM_SIM_DIGEST_H
#define VSIM_SIM_DIGEST_H

#include "model.h"
#include "type1.h"

void vsim_sim_digest_start(struct vsim_sim *sim);

/* These are what changed; each is called after the change. */
void vsim_sim_digest_change_container(struct vsim_sim *sim, struct vsim_sim_container *container);
void vsim_sim_digest_change_ranges(struct vsim_sim *sim, struct vsim_sim_container *container);
void vsim_sim_digest_change_mapping(struct vsim_sim *sim, const struct vsim_sim_container *container,
                                    const struct vsim_sim_mapping *mapping);
void vsim_sim_digest_forget_mapping(struct vsim_sim *sim, const struct vsim_sim_container *container,
                                    const struct vsim_sim_mapping *mapping);
void vsim_sim_digest_change_locked(struct vsim_sim *sim, struct vsim_sim_process *process);

/* The rows, for this and for snapshots. */
struct vsim_state_row vsim_sim_digest_container_row(const struct vsim_sim_container *container);
struct vsim_state_row vsim_sim_digest_mapping_row(const struct vsim_sim_container *container,
                                                  const struct vsim_sim_mapping *mapping);
struct vsim_state_row vsim_sim_digest_locked_row(const struct vsim_sim_process *process);

static inline void vsim_sim_digest_container(struct vsim_sim *sim, struct vsim_sim_container *container)
{
    if (sim->digest_wanted)
        vsim_sim_digest_change_container(sim, container);
}

static inline void vsim_sim_digest_ranges(struct vsim_sim *sim, struct vsim_sim_container *container)
{
    if (sim->digest_wanted)
        vsim_sim_digest_change_ranges(sim, container);
}

static inline void vsim_sim_digest_mapping(struct vsim_sim *sim, const struct vsim_sim_container *container,
                                           const struct vsim_sim_mapping *mapping)
{
    if (sim->digest_wanted)
        vsim_sim_digest_change_mapping(sim, container, mapping);
}

/* A mapping goes; called before it is gone. */
static inline void vsim_sim_digest_drop_mapping(struct vsim_sim *sim,
                                                const struct vsim_sim_container *container,
                                                const struct vsim_sim_mapping *mapping)
{
    if (sim->digest_wanted)
        vsim_sim_digest_forget_mapping(sim, container, mapping);
}

/* The row of something that goes: `digest` is what it kept. */
static inline void vsim_sim_digest_drop(struct vsim_sim *sim, uint64_t *digest)
{
    sim->digest -= *digest;
    *digest = 0;
}

static inline void vsim_sim_digest_locked(struct vsim_sim *sim, const struct vsim_sim_mm *mm)
{
    if (sim->digest_wanted && mm->alive)
        vsim_sim_digest_change_locked(sim, mm->process);
}

#endif
