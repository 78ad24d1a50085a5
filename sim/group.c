// SPDX-License-Identifier: MIT
#include "group.h"

#include <string.h>

#include "argument.h"
#include "container.h"
#include "file.h"

void vsim_sim_group_open_world(struct vsim_sim *sim)
{
    const struct vsim_world *world = sim->world;

    sim->n_groups = world->groups->len;
    sim->groups = g_new0(struct vsim_sim_group, sim->n_groups);
    for (uint32_t i = 0; i < sim->n_groups; i++) {
        struct vsim_sim_group *group = &sim->groups[i];

        group->world = &g_array_index(world->groups, struct vsim_world_group, i);
        if (group->world->kind == VSIM_GROUP_KIND_real)
            group->iommu = vsim_spec_world_iommu(world, group->world->iommu);
        vsim_sim_handles_put(&sim->group_handles, group->world->handle, group);
    }
    sim->n_devices = world->devices->len;
    sim->devices = g_new0(struct vsim_sim_device, sim->n_devices);
    for (uint32_t i = 0; i < sim->n_devices; i++) {
        struct vsim_sim_device *device = &sim->devices[i];

        device->world = &g_array_index(world->devices, struct vsim_world_device, i);
        device->group = vsim_sim_handles_get(&sim->group_handles, device->world->group);
        if (device->world->driver == VSIM_DRIVER_host)
            device->group->held_by_host = true;
        vsim_sim_handles_put(&sim->device_handles, device->world->handle, device);
    }
}

void vsim_sim_group_close_world(struct vsim_sim *sim)
{
    vsim_sim_handles_clear(&sim->group_handles);
    vsim_sim_handles_clear(&sim->device_handles);
    g_free(sim->groups);
    g_free(sim->devices);
}

/* T1-FD-03: without an open device, closing the node takes the group out of its container. */
static void dissolve(struct vsim_sim *sim, struct vsim_sim_group *group)
{
    if (group->container && !group->file_open && group->n_devices_open == 0)
        vsim_sim_container_leave(sim, group);
}

void vsim_sim_group_release(struct vsim_sim *sim, struct vsim_sim_group *group)
{
    group->file_open = false;
    dissolve(sim, group);
}

void vsim_sim_device_release(struct vsim_sim *sim, struct vsim_sim_device *device)
{
    device->n_files--;
    device->group->n_devices_open--;
    dissolve(sim, device->group);
}

static bool lacks_rawio(const struct vsim_sim_group *group, const struct vsim_sim_process *process)
{
    return group->world->kind == VSIM_GROUP_KIND_noiommu &&
           !vsim_sim_process_can(process, VSIM_CAPABILITIES_SYS_RAWIO);
}

static void set_container(struct vsim_sim *sim, const struct vsim_sim_call *call,
                          struct vsim_sim_group *group, struct vsim_sim_container *container)
{
    const bool rawio_checked = !sim->dialect->container_fd_first;
    struct vsim_sim_refusal refusal;

    if (!rawio_checked && lacks_rawio(group, call->process)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_RAWIO);
        return;
    }
    if (vsim_sim_container_would_mix(container, group)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_MIXED);
        return;
    }
    if (sim->dialect->group_claims_dma && group->iommu && group->held_by_host) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_DMA_OWNED);
        return;
    }
    refusal = vsim_sim_container_join(sim, container, group, call->process);
    if (vsim_sim_refused(&refusal)) {
        vsim_sim_refuse_with(call, &refusal);
        return;
    }
    vsim_sim_succeed(call, refusal.grants ? refusal.grants : VSIM_RULE_VFIO_GROUP_SET_CONTAINER_DONE, 0);
}

/* The descriptor in the argument: where it is a handle the number tells nothing, so the file is found by
 * handle. */
static struct vsim_sim_file *file_of_argument(const struct vsim_sim_call *call)
{
    const bool overwritten = call->op->argument == VSIM_ARGUMENT_BARE || call->op->n_raw > 0;

    if (overwritten)
        return NULL;
    return vsim_sim_file_get(call->process, call->op->base[VSIM_FIELD_VFIO_GROUP_SET_CONTAINER_container]);
}

/* Table of T1-GRP-02, old kernels: the group first. */
static void set_container_old(struct vsim_sim *sim, const struct vsim_sim_call *call, int32_t number)
{
    struct vsim_sim_group *group = call->file->group;
    struct vsim_sim_file *file = file_of_argument(call);

    if (!file && number < 0) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_NEGATIVE_FD);
    } else if (group->container) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_HAS_CONTAINER);
    } else if (lacks_rawio(group, call->process)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_RAWIO_FIRST);
    } else if (!file) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_BAD_FD);
    } else if (file->kind != VSIM_FD_CONTAINER) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_NOT_CONTAINER);
    } else {
        set_container(sim, call, group, file->container);
    }
}

void vsim_sim_vfio_group_set_container(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_group *group = call->file->group;
    struct vsim_sim_file *file;
    int32_t number;

    if (!vsim_sim_argument_read(sim, call, &number, sizeof number)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_UNREADABLE);
        return;
    }
    if (!sim->dialect->container_fd_first) {
        set_container_old(sim, call, number);
        return;
    }
    file = file_of_argument(call);
    if (!file) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_BAD_FD_FIRST);
    } else if (group->container) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_HAS_CONTAINER);
    } else if (file->kind != VSIM_FD_CONTAINER && sim->dialect->wrong_fd_is_ebadfd) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_NOT_CONTAINER_FD);
    } else if (file->kind != VSIM_FD_CONTAINER) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_SET_CONTAINER_NOT_CONTAINER);
    } else {
        set_container(sim, call, group, file->container);
    }
}

void vsim_sim_vfio_group_unset_container(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_group *group = call->file->group;
    enum vsim_rule_id rule;

    if (!group->container) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_UNSET_CONTAINER_NO_CONTAINER);
        return;
    }
    if (group->n_devices_open > 0) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_UNSET_CONTAINER_DEVICE_OPEN);
        return;
    }
    rule = vsim_sim_container_leave(sim, group);
    vsim_sim_succeed(call, rule != VSIM_RULE_NONE ? rule : VSIM_RULE_VFIO_GROUP_UNSET_CONTAINER_DONE, 0);
}

static uint32_t status_flags(const struct vsim_sim *sim, const struct vsim_sim_group *group)
{
    const uint32_t both =
        VSIM_FLAG_VFIO_GROUP_GET_STATUS_VIABLE | VSIM_FLAG_VFIO_GROUP_GET_STATUS_CONTAINER_SET;
    const uint32_t viable = group->held_by_host ? 0 : VSIM_FLAG_VFIO_GROUP_GET_STATUS_VIABLE;

    if (!group->container)
        return viable;
    return sim->dialect->group_status_by_owner ? both
                                               : viable | VSIM_FLAG_VFIO_GROUP_GET_STATUS_CONTAINER_SET;
}

void vsim_sim_vfio_group_get_status(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct {
        uint32_t argsz;
        uint32_t flags;
    } status;

    if (!vsim_sim_argument_read(sim, call, &status, sizeof status)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_STATUS_UNREADABLE);
        return;
    }
    if (status.argsz < sizeof status) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_STATUS_SHORT);
        return;
    }
    status.flags = status_flags(sim, call->file->group);
    if (!vsim_sim_argument_write(sim, call, 0, &status, sizeof status)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_STATUS_UNWRITABLE);
        return;
    }
    vsim_sim_succeed(call, VSIM_RULE_VFIO_GROUP_GET_STATUS_DONE, 0);
    vsim_outcome_set(&call->result->outcome, VSIM_FIELD_VFIO_GROUP_GET_STATUS_flags, status.flags);
}

static struct vsim_sim_device *find_device(const struct vsim_sim *sim, const struct vsim_sim_group *group,
                                           const GString *name)
{
    for (uint32_t i = 0; i < sim->n_devices; i++) {
        struct vsim_sim_device *device = &sim->devices[i];

        if (device->group == group && device->world->driver == VSIM_DRIVER_vfio &&
            strcmp(device->world->name, name->str) == 0)
            return device;
    }
    return NULL;
}

static bool has_iommu_set(const struct vsim_sim_group *group)
{
    return group->container && (group->container->type1 || group->container->noiommu_active);
}

static void open_device(struct vsim_sim *sim, const struct vsim_sim_call *call,
                        struct vsim_sim_device *device)
{
    struct vsim_sim_file *file = vsim_sim_file_new(VSIM_FD_DEVICE);

    file->device = device;
    if (sim->dialect->device_keeps_group) {
        file->group_file = call->file;
        vsim_sim_file_ref(call->file);
    }
    if (device->name == 0)
        device->name = call->op->binds;
    device->n_files++;
    device->group->n_devices_open++;
    vsim_sim_file_install(call->process, call->op->binds, file, true);
    vsim_sim_succeed(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_DONE, 0);
}

void vsim_sim_vfio_group_get_device_fd(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    g_autoptr(GString) name = g_string_new(NULL);
    const struct vsim_sim_group *group = call->file->group;
    struct vsim_sim_device *device;

    switch (vsim_sim_argument_text(sim, call, name)) {
    case VSIM_SIM_TEXT_UNREADABLE:
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_UNREADABLE);
        return;
    case VSIM_SIM_TEXT_TOO_LONG:
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_TOO_LONG);
        return;
    case VSIM_SIM_TEXT_READ:
        break;
    }
    device = find_device(sim, group, name);
    if (!device && sim->dialect->device_name_first) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_UNKNOWN_NAME);
    } else if (!has_iommu_set(group)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_NO_IOMMU_SET);
    } else if (!sim->dialect->group_claims_dma && group->held_by_host) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_NOT_VIABLE);
    } else if (lacks_rawio(group, call->process)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_RAWIO);
    } else if (!device) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_GROUP_GET_DEVICE_FD_UNKNOWN_NAME_LAST);
    } else {
        open_device(sim, call, device);
    }
}
