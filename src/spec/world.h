// SPDX-License-Identifier: MIT
/*
 * The world of a trace: what its header says, before anything happens. Data only; each judge makes of it what
 * it will.
 */
#ifndef VSIM_SPEC_WORLD_H
#define VSIM_SPEC_WORLD_H

#include "../../include/vfiosim/error.h"
#include "op.h"

struct vsim_world_reserved {
    uint64_t kind; /* VSIM_RESERVED_KIND_*. */
    struct vsim_range range;
};

struct vsim_world_iommu {
    vsim_handle handle;
    uint64_t kind; /* VSIM_IOMMU_KIND_*. */
    struct vsim_range aperture;
    uint64_t page_sizes; /* A set: bit 12 for 4 KiB. */
    bool coherent;
    bool isolated_msi;
    bool can_nest;
    GArray *reserved; /* struct vsim_world_reserved, ascending by first. */
};

struct vsim_world_group {
    vsim_handle handle; /* n1 is /dev/vfio/1. */
    uint64_t kind;      /* VSIM_GROUP_KIND_*. */
    vsim_handle iommu;  /* 0 unless the group is real. Groups of one IOMMU may share a domain. */
};

struct vsim_world_device {
    vsim_handle handle;
    vsim_handle group;
    char *name;      /* For GET_DEVICE_FD, such as "0000:00:04.0". */
    uint64_t driver; /* VSIM_DRIVER_*. */
    uint64_t bar_size_bytes;
};

struct vsim_world_process {
    vsim_handle handle;
    uint64_t memlock_bytes;
    uint64_t capabilities; /* VSIM_CAPABILITIES_*. */
};

struct vsim_world {
    struct vsim_dialect dialect;
    uint64_t page_size_bytes;
    uint64_t dma_entry_limit;
    bool allow_unsafe_interrupts;
    bool disable_hugepages;
    bool noiommu;
    bool without_pictures; /* Nobody will look at the shape of the model's trees, so it need not keep them. */
    GArray *iommus;        /* struct vsim_world_iommu. */
    GArray *groups;        /* struct vsim_world_group. */
    GArray *devices;       /* struct vsim_world_device. */
    GArray *processes;     /* struct vsim_world_process. */
};

/* An empty world of mainline; page size 4096. Free with vsim_spec_world_free(). */
struct vsim_world *vsim_spec_world_new(void);
void vsim_spec_world_free(struct vsim_world *world);

/* Take one op of the world in. False, with the reason, when it contradicts what is there. */
bool vsim_spec_world_add(struct vsim_world *world, const struct vsim_op *op, GError **error);

/* By handle; NULL when there is none. */
const struct vsim_world_iommu *vsim_spec_world_iommu(const struct vsim_world *world, vsim_handle handle);
const struct vsim_world_group *vsim_spec_world_group(const struct vsim_world *world, vsim_handle handle);
const struct vsim_world_device *vsim_spec_world_device(const struct vsim_world *world, vsim_handle handle);

#endif
