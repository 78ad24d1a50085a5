// SPDX-License-Identifier: MIT
/* The ioctls of a group: section 1.4. */
#include "rules.h"

static bool lacks_rawio(const struct vsim_oracle *oracle)
{
    return vsim_oracle_group_is(oracle->at.group, VSIM_GROUP_KIND_noiommu) &&
           !(oracle->at.process->capabilities & VSIM_CAPABILITIES_SYS_RAWIO);
}

/* GET_STATUS */

PREDICATE(VFIO_GROUP_GET_STATUS, UNREADABLE)
{
    return !vsim_oracle_argument_readable(oracle, op);
}

PREDICATE(VFIO_GROUP_GET_STATUS, SHORT)
{
    witness->value = (uint32_t)VALUE(VFIO_GROUP_GET_STATUS, argsz);
    return witness->value < vsim_spec_ops[VSIM_OP_VFIO_GROUP_GET_STATUS].minimum_bytes;
}

PREDICATE(VFIO_GROUP_GET_STATUS, UNWRITABLE)
{
    return !vsim_oracle_argument_writable(oracle, op, 0, 8);
}

PREDICATE(VFIO_GROUP_GET_STATUS, DONE)
{
    return true;
}

/* T1-GRP-05. */
void vsim_oracle_answer_get_status(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                                   struct vsim_allowed *allowed)
{
    const struct vsim_oracle_group *group = oracle->at.group;
    const bool attached = group->container != NULL;
    const bool viable = !group->host_driver || (attached && oracle->dialect->group_status_by_owner);

    vsim_outcome_set(&allowed->one[0].outcome, VSIM_FIELD_VFIO_GROUP_GET_STATUS_flags,
                     (viable ? VSIM_FLAG_VFIO_GROUP_GET_STATUS_VIABLE : 0) |
                         (attached ? VSIM_FLAG_VFIO_GROUP_GET_STATUS_CONTAINER_SET : 0));
}

/* SET_CONTAINER */

static const struct vsim_oracle_fd *named_fd(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    return vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_VFIO_GROUP_SET_CONTAINER_container]);
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, UNREADABLE)
{
    return !vsim_oracle_argument_readable(oracle, op);
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, NEGATIVE_FD)
{
    return op->base[VSIM_FIELD_VFIO_GROUP_SET_CONTAINER_container] == 0 &&
           (int32_t)VALUE(VFIO_GROUP_SET_CONTAINER, container) < 0;
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, BAD_FD_FIRST)
{
    return !named_fd(oracle, op);
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, HAS_CONTAINER)
{
    return oracle->at.group->container != NULL;
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, RAWIO_FIRST)
{
    return lacks_rawio(oracle);
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, BAD_FD)
{
    return !named_fd(oracle, op);
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, NOT_CONTAINER)
{
    return !oracle->at.container;
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, NOT_CONTAINER_FD)
{
    return !oracle->at.container;
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, RAWIO)
{
    return lacks_rawio(oracle);
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, MIXED)
{
    const struct vsim_oracle_container *container = oracle->at.container;
    const struct vsim_oracle_group *group = oracle->at.group;

    /* No row says that a nesting object refuses a group that cannot nest (T1-SET-05). */
    if (container->nesting && group->iommu && !group->iommu->can_nest)
        oracle->at.undecided = true;
    return container->groups->len > 0 && vsim_oracle_container_is_noiommu(container) !=
                                             vsim_oracle_group_is(group, VSIM_GROUP_KIND_noiommu);
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, DMA_OWNED)
{
    const struct vsim_oracle_group *group = oracle->at.group;

    return vsim_oracle_group_is(group, VSIM_GROUP_KIND_real) && group->host_driver;
}

PREDICATE(VFIO_GROUP_SET_CONTAINER, DONE)
{
    return true;
}

struct vsim_oracle_group *vsim_oracle_joins(const struct vsim_oracle *oracle, const struct vsim_op *op,
                                            guint i)
{
    const struct vsim_oracle_container *container = oracle->at.container;

    if (op->id == VSIM_OP_VFIO_GROUP_SET_CONTAINER)
        return i == 0 && vsim_oracle_container_is_type1(container) ? oracle->at.group : NULL;
    if (vsim_oracle_container_is_noiommu(container) || i >= container->groups->len)
        return NULL;
    return container->groups->pdata[container->groups->len - 1 - i];
}

void vsim_oracle_effect_set_container(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                                      const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_container *container = oracle->at.container;
    struct vsim_oracle_group *group = oracle->at.group;

    if (!container || group->container)
        return;
    group->container = container;
    g_ptr_array_add(container->groups, group);
    if (vsim_oracle_container_is_type1(container))
        vsim_oracle_attach(oracle, container, group, oracle->at.process);
    vsim_oracle_container_changed(oracle, container);
}

/* UNSET_CONTAINER */

PREDICATE(VFIO_GROUP_UNSET_CONTAINER, NO_CONTAINER)
{
    return !oracle->at.group->container;
}

PREDICATE(VFIO_GROUP_UNSET_CONTAINER, DEVICE_OPEN)
{
    return oracle->at.group->n_open_devices > 0;
}

PREDICATE(VFIO_GROUP_UNSET_CONTAINER, DONE)
{
    return true;
}

void vsim_oracle_effect_unset_container(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                                        const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    if (oracle->at.group->container)
        vsim_oracle_detach(oracle, oracle->at.group);
}

/* GET_DEVICE_FD */

/* The name in the caller's memory, up to its NUL or one byte more than a page. False when a byte cannot be
 * read. */
static bool read_name(struct vsim_oracle *oracle, const struct vsim_op *op, GString *name)
{
    const uint64_t most = oracle->memory.page_bytes + 1;

    if (op->argument != VSIM_ARGUMENT_BARE)
        g_string_append_len(name, op->text.data, op->text.length_bytes);
    if (op->argument == VSIM_ARGUMENT_PLACED)
        return vsim_oracle_argument_writable(oracle, op, 0, 0) &&
               vsim_oracle_mm_allows(oracle->at.process->mm, &oracle->memory,
                                     vsim_range(op->argument_address, op->argument_address + name->len),
                                     VSIM_ORACLE_LOAD);
    for (uint64_t i = 0; op->argument == VSIM_ARGUMENT_BARE && i < most; i++) {
        const uint64_t address = op->argument_address + i;
        struct vsim_oracle_run run;

        g_array_set_size(oracle->pieces, 0);
        if (!vsim_oracle_mm_resolve(oracle->at.process->mm, &oracle->memory, vsim_range(address, address),
                                    VSIM_ORACLE_LOAD, &run) ||
            !vsim_oracle_run_read(&run, oracle->pieces))
            return false;
        if (g_array_index(oracle->pieces, struct vsim_oracle_piece, 0).fill == 0)
            break;
        g_string_append_c(name, (char)g_array_index(oracle->pieces, struct vsim_oracle_piece, 0).fill);
    }
    return true;
}

/* The device of the group that vfio drives under that name. */
static struct vsim_oracle_device *named_device(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    g_autoptr(GString) name = g_string_new(NULL);

    if (!read_name(oracle, op, name))
        return NULL;
    for (guint i = 0; i < oracle->devices->len; i++) {
        struct vsim_oracle_device *device = oracle->devices->pdata[i];

        if (device->group == oracle->at.group && device->row->driver == VSIM_DRIVER_vfio &&
            g_str_equal(device->row->name, name->str))
            return device;
    }
    return NULL;
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, UNREADABLE)
{
    g_autoptr(GString) name = g_string_new(NULL);

    return !read_name(oracle, op, name);
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, TOO_LONG)
{
    g_autoptr(GString) name = g_string_new(NULL);

    (void)read_name(oracle, op, name);
    return name->len + 1 > oracle->memory.page_bytes;
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, UNKNOWN_NAME)
{
    return !named_device(oracle, op);
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, NO_IOMMU_SET)
{
    return !oracle->at.group->container || vsim_oracle_backend_unset(oracle);
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, NOT_VIABLE)
{
    return oracle->at.group->host_driver;
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, RAWIO)
{
    return lacks_rawio(oracle);
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, UNKNOWN_NAME_LAST)
{
    return !named_device(oracle, op);
}

PREDICATE(VFIO_GROUP_GET_DEVICE_FD, DONE)
{
    return true;
}

void vsim_oracle_effect_get_device_fd(struct vsim_oracle *oracle, const struct vsim_op *op,
                                      const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_device *device = named_device(oracle, op);
    struct vsim_oracle_file *file;

    if (!device)
        return;
    file = vsim_oracle_file_new(VSIM_FD_DEVICE);
    file->device = device;
    file->group = device->group;
    if (device->n_open++ == 0)
        device->bar = vsim_oracle_object_new(VSIM_ORACLE_MMIO, op->binds, device->row->bar_size_bytes);
    device->group->n_open_devices++;
    if (oracle->dialect->device_keeps_group)
        vsim_oracle_file_ref(device->group->file);
    vsim_oracle_fd_bind(oracle->at.process, op->binds, file, true);
}
