// SPDX-License-Identifier: MIT
/* Groups and their devices, as the world lists them. */
#ifndef VSIM_SIM_GROUP_H
#define VSIM_SIM_GROUP_H

#include "model.h"

struct vsim_sim_group {
    const struct vsim_world_group *world;
    const struct vsim_world_iommu *iommu; /* NULL unless the group is real. */
    bool file_open;                       /* Its node is open: one file at most. */
    uint32_t n_devices_open;              /* Files of its devices. */
    bool held_by_host;                    /* A host driver does DMA in it. */
    struct vsim_sim_container *container; /* NULL while it is in none. */
    struct vsim_sim_group *next;          /* In its container: the one that joined before. */
    struct vsim_sim_domain *domain;       /* NULL unless it is real and its container has a type1 object. */
};

struct vsim_sim_device {
    const struct vsim_world_device *world;
    struct vsim_sim_group *group;
    struct vsim_sim_object *bar; /* Made when it is first mapped; lives with the model. */
    vsim_handle name;            /* The handle that first opened it; 0 before. */
    uint32_t n_files;
};

void vsim_sim_group_open_world(struct vsim_sim *sim);
void vsim_sim_group_close_world(struct vsim_sim *sim);

/* Called by files that go. */
void vsim_sim_group_release(struct vsim_sim *sim, struct vsim_sim_group *group);
void vsim_sim_device_release(struct vsim_sim *sim, struct vsim_sim_device *device);

#endif
