// SPDX-License-Identifier: MIT
/*
 * The model: a kernel's structures in user space.
 *
 *   process ─ fds ─► file ─► container ─► type1 ─► mappings (index by iova, and the kernel's red-black tree)
 *      │                        │           └────► domains ─► page table: extents of iova ─► (object, offset,
 * prot) └ mm ─► VMAs ─► object   └─► groups ─► devices
 *
 * One struct vsim_sim is one machine. Every op has a handler vsim_sim_<op>, found through a table made of the
 * rows. Pages are never counted one by one: memory is held in extents, and every loop goes over those.
 */
#ifndef VSIM_SIM_MODEL_H
#define VSIM_SIM_MODEL_H

#include "../src/spec/backend.h"
#include "handles.h"
#include "object.h"
#include "process.h"

#define VSIM_SIM_N_FAULTS 64u

struct vsim_sim_file;
struct vsim_sim_group;
struct vsim_sim_device;
struct vsim_sim_container;

/* What an IOMMU logs. */
struct vsim_sim_fault {
    vsim_handle device;
    uint64_t iova;
    uint64_t reason; /* VSIM_FAULT_REASON_*. */
    bool write;
};

struct vsim_sim {
    const struct vsim_world *world;
    const struct vsim_dialect *dialect;
    uint64_t page_bytes;
    unsigned page_shift;
    uint64_t known_map_flags;
    uint64_t known_unmap_flags;
    uint64_t dma_entry_limit;
    bool allow_unsafe_interrupts;
    bool disable_hugepages;
    bool noiommu;

    struct vsim_sim_handles process_handles;
    struct vsim_sim_process *processes;
    struct vsim_sim_process **last_process;
    struct vsim_sim_handles group_handles;
    struct vsim_sim_group *groups;
    uint32_t n_groups;
    struct vsim_sim_handles device_handles;
    struct vsim_sim_device *devices;
    uint32_t n_devices;
    struct vsim_sim_container *containers; /* All that live. */
    struct vsim_sim_object *objects;
    struct vsim_sim_object *zero; /* The zero page. */

    struct vsim_sim_fault faults[VSIM_SIM_N_FAULTS]; /* A ring. */
    uint64_t n_faults;
    GByteArray *tail;  /* What the last result's tail points at. */
    uint64_t n_copied; /* VMAs, runs of bytes and descriptors that forks have copied. */
    uint64_t digest;
    bool digest_wanted;
    bool has_leaked; /* A page or a charge that nobody will undo (T1-TOP-05, T1-ATT-13). */
};

/* One op under way. Those that its row speaks of are found before the handler runs. */
struct vsim_sim_call {
    const struct vsim_op *op;
    struct vsim_result *result;
    struct vsim_sim_process *process;
    struct vsim_sim_device *device;
    struct vsim_sim_file *file; /* Of an ioctl. */
};

#define OP(id, name, target, number, since, summary)                                                         \
    void vsim_sim_##name(struct vsim_sim *sim, const struct vsim_sim_call *call);
#define EVENT(id, name, subject, summary)                                                                    \
    void vsim_sim_##name(struct vsim_sim *sim, const struct vsim_sim_call *call);
#include "tables.def"

static inline void vsim_sim_succeed(const struct vsim_sim_call *call, enum vsim_rule_id rule, int64_t value)
{
    vsim_result_succeed(call->result, rule, value);
}

static inline void vsim_sim_refuse(const struct vsim_sim_call *call, enum vsim_rule_id rule)
{
    vsim_result_refuse(call->result, rule);
}

static inline uint64_t vsim_sim_pages(const struct vsim_sim *sim, uint64_t length_bytes)
{
    return length_bytes >> sim->page_shift;
}

#endif
