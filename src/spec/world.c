// SPDX-License-Identifier: MIT
#include "world.h"

#include <string.h>

static void clear_iommu(gpointer data)
{
    g_array_unref(((struct vsim_world_iommu *)data)->reserved);
}

static void clear_device(gpointer data)
{
    g_free(((struct vsim_world_device *)data)->name);
}

struct vsim_world *vsim_spec_world_new(void)
{
    struct vsim_world *world = g_new0(struct vsim_world, 1);

    world->dialect = vsim_spec_overlay(VSIM_DIALECT_MAINLINE, 0);
    world->page_size_bytes = 4096;
    world->dma_entry_limit = 65535;
    world->iommus = g_array_new(FALSE, TRUE, sizeof(struct vsim_world_iommu));
    world->groups = g_array_new(FALSE, TRUE, sizeof(struct vsim_world_group));
    world->devices = g_array_new(FALSE, TRUE, sizeof(struct vsim_world_device));
    world->processes = g_array_new(FALSE, TRUE, sizeof(struct vsim_world_process));
    g_array_set_clear_func(world->iommus, clear_iommu);
    g_array_set_clear_func(world->devices, clear_device);
    return world;
}

void vsim_spec_world_free(struct vsim_world *world)
{
    g_array_unref(world->iommus);
    g_array_unref(world->groups);
    g_array_unref(world->devices);
    g_array_unref(world->processes);
    g_free(world);
}

/* Every row begins with its handle. */
static void *find(const GArray *rows, vsim_handle handle)
{
    for (guint i = 0; i < rows->len; i++) {
        char *row = rows->data + (gsize)i * g_array_get_element_size((GArray *)rows);

        if (*(vsim_handle *)row == handle)
            return row;
    }
    return NULL;
}

const struct vsim_world_iommu *vsim_spec_world_iommu(const struct vsim_world *world, vsim_handle handle)
{
    return find(world->iommus, handle);
}

const struct vsim_world_group *vsim_spec_world_group(const struct vsim_world *world, vsim_handle handle)
{
    return find(world->groups, handle);
}

const struct vsim_world_device *vsim_spec_world_device(const struct vsim_world *world, vsim_handle handle)
{
    return find(world->devices, handle);
}

static bool refuse(GError **error, const char *what)
{
    g_set_error_literal(error, VSIM_ERROR, VSIM_ERROR_INPUT, what);
    return false;
}

static bool add_dialect(struct vsim_world *world, const struct vsim_op *op, GError **error)
{
    const uint64_t *value = op->value;

    if (value[VSIM_FIELD_DIALECT_name] >= VSIM_N_DIALECTS)
        return refuse(error, "no such dialect; `vfiosim rules --dialects` lists them");
    if (value[VSIM_FIELD_DIALECT_page_size] != 4096 && value[VSIM_FIELD_DIALECT_page_size] != 16384 &&
        value[VSIM_FIELD_DIALECT_page_size] != 65536)
        return refuse(error, "page_size must be 4K, 16K or 64K");
    world->dialect = vsim_spec_overlay((enum vsim_dialect_id)value[VSIM_FIELD_DIALECT_name],
                                       (unsigned)value[VSIM_FIELD_DIALECT_proposals]);
    world->page_size_bytes = value[VSIM_FIELD_DIALECT_page_size];
    return true;
}

static bool add_iommu(struct vsim_world *world, const struct vsim_op *op, GError **error)
{
    const uint64_t *value = op->value;
    struct vsim_world_iommu iommu = {
        .handle = op->binds,
        .kind = value[VSIM_FIELD_IOMMU_kind],
        .aperture = vsim_range(value[VSIM_FIELD_IOMMU_aperture_first], value[VSIM_FIELD_IOMMU_aperture_last]),
        .page_sizes = value[VSIM_FIELD_IOMMU_page_sizes],
        .coherent = value[VSIM_FIELD_IOMMU_coherent] != 0,
        .isolated_msi = value[VSIM_FIELD_IOMMU_isolated_msi] != 0,
        .can_nest = value[VSIM_FIELD_IOMMU_can_nest] != 0,
    };

    if (find(world->iommus, iommu.handle))
        return refuse(error, "this IOMMU is there already");
    if (iommu.aperture.first > iommu.aperture.last || iommu.page_sizes == 0)
        return refuse(error, "aperture_first must not pass aperture_last, and page_sizes must not be 0");
    iommu.reserved = g_array_new(FALSE, TRUE, sizeof(struct vsim_world_reserved));
    g_array_append_val(world->iommus, iommu);
    return true;
}

static int compare_reserved(const void *left, const void *right)
{
    const struct vsim_world_reserved *x = left;
    const struct vsim_world_reserved *y = right;

    return (x->range.first > y->range.first) - (x->range.first < y->range.first);
}

static bool add_reserved(struct vsim_world *world, const struct vsim_op *op, GError **error)
{
    const uint64_t *value = op->value;
    struct vsim_world_iommu *iommu = find(world->iommus, op->base[VSIM_FIELD_RESERVED_iommu]);
    const struct vsim_world_reserved reserved = {
        .kind = value[VSIM_FIELD_RESERVED_kind],
        .range = vsim_range(value[VSIM_FIELD_RESERVED_first], value[VSIM_FIELD_RESERVED_last]),
    };

    if (!iommu)
        return refuse(error, "no such IOMMU; an `iommu` line must come first");
    if (reserved.range.first > reserved.range.last)
        return refuse(error, "first must not pass last");
    g_array_append_val(iommu->reserved, reserved);
    g_array_sort(iommu->reserved, compare_reserved);
    return true;
}

static bool add_group(struct vsim_world *world, const struct vsim_op *op, GError **error)
{
    const struct vsim_world_group group = {
        .handle = op->binds,
        .kind = op->value[VSIM_FIELD_GROUP_kind],
        .iommu = op->base[VSIM_FIELD_GROUP_iommu],
    };

    if (find(world->groups, group.handle))
        return refuse(error, "this group is there already");
    if (group.kind < VSIM_GROUP_KIND_real || group.kind > VSIM_GROUP_KIND_noiommu)
        return refuse(error, "kind must be real, emulated or noiommu");
    if ((group.kind == VSIM_GROUP_KIND_real) != (find(world->iommus, group.iommu) != NULL))
        return refuse(error, "a real group needs an IOMMU that is there, and no other group has one");
    g_array_append_val(world->groups, group);
    return true;
}

static bool add_device(struct vsim_world *world, const struct vsim_op *op, GError **error)
{
    struct vsim_world_device device = {
        .handle = op->binds,
        .group = op->base[VSIM_FIELD_DEVICE_group],
        .driver = op->value[VSIM_FIELD_DEVICE_driver],
        .bar_size_bytes = op->value[VSIM_FIELD_DEVICE_bar_size],
    };

    if (find(world->devices, device.handle))
        return refuse(error, "this device is there already");
    if (!find(world->groups, device.group))
        return refuse(error, "no such group; a `group` line must come first");
    device.name = g_strndup(op->text.data ? op->text.data : "", op->text.length_bytes);
    g_array_append_val(world->devices, device);
    return true;
}

static bool add_process(struct vsim_world *world, const struct vsim_op *op, GError **error)
{
    const struct vsim_world_process process = {
        .handle = op->binds,
        .memlock_bytes = op->value[VSIM_FIELD_PROCESS_memlock],
        .capabilities = op->value[VSIM_FIELD_PROCESS_caps],
    };

    if (find(world->processes, process.handle))
        return refuse(error, "this process is there already");
    g_array_append_val(world->processes, process);
    return true;
}

static bool add_param(struct vsim_world *world, const struct vsim_op *op)
{
    const uint64_t *value = op->value;

    if (op->given & 1u << VSIM_FIELD_PARAM_dma_entry_limit)
        world->dma_entry_limit = value[VSIM_FIELD_PARAM_dma_entry_limit];
    if (op->given & 1u << VSIM_FIELD_PARAM_allow_unsafe_interrupts)
        world->allow_unsafe_interrupts = value[VSIM_FIELD_PARAM_allow_unsafe_interrupts] != 0;
    if (op->given & 1u << VSIM_FIELD_PARAM_disable_hugepages)
        world->disable_hugepages = value[VSIM_FIELD_PARAM_disable_hugepages] != 0;
    if (op->given & 1u << VSIM_FIELD_PARAM_noiommu)
        world->noiommu = value[VSIM_FIELD_PARAM_noiommu] != 0;
    return true;
}

bool vsim_spec_world_add(struct vsim_world *world, const struct vsim_op *op, GError **error)
{
    switch (op->id) {
    case VSIM_OP_DIALECT:
        return add_dialect(world, op, error);
    case VSIM_OP_IOMMU:
        return add_iommu(world, op, error);
    case VSIM_OP_RESERVED:
        return add_reserved(world, op, error);
    case VSIM_OP_GROUP:
        return add_group(world, op, error);
    case VSIM_OP_DEVICE:
        return add_device(world, op, error);
    case VSIM_OP_PROCESS:
        return add_process(world, op, error);
    case VSIM_OP_PARAM:
        return add_param(world, op);
    default:
        return refuse(error, "not a line of the world");
    }
}
