// SPDX-License-Identifier: MIT
/* Processes. One that has ended stays as a name: old kernels find the owner of a mapping by it. */
#ifndef VSIM_SIM_PROCESS_H
#define VSIM_SIM_PROCESS_H

#include "handles.h"
#include "mm.h"

struct vsim_sim_process {
    struct vsim_sim_process *next; /* All processes, in the order of their birth. */
    vsim_handle handle;
    struct vsim_sim_mm *mm; /* NULL once it has ended. */
    uint64_t memlock_bytes;
    uint64_t capabilities;       /* VSIM_CAPABILITIES_*. */
    struct vsim_sim_handles fds; /* To struct vsim_sim_file. */
    uint32_t n_lost_fds;         /* Descriptors whose handle a trace used again: open, but without a name. */
    uint64_t digest;             /* Of the row for locked_vm; 0 where there is none. */
};

struct vsim_sim_process *vsim_sim_process_new(struct vsim_sim *sim, vsim_handle handle);
void vsim_sim_process_end(struct vsim_sim *sim, struct vsim_sim_process *process);
void vsim_sim_process_free_all(struct vsim_sim *sim);

static inline bool vsim_sim_process_can(const struct vsim_sim_process *process, uint64_t capability)
{
    return (process->capabilities & capability) != 0;
}

#endif
