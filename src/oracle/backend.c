// SPDX-License-Identifier: MIT
/* The oracle as a backend: how it begins, what it shows, how it ends. Its work is in allow.c. */
#include "../../include/vfiosim/backends.h"

#include "../spec/backend.h"
#include "oracle.h"
#include "rules.h"

struct vsim_backend {
    struct vsim_oracle oracle;
};

static void add_groups(struct vsim_oracle *oracle, const struct vsim_world *world)
{
    for (guint i = 0; i < world->groups->len; i++) {
        const struct vsim_world_group *row = &g_array_index(world->groups, struct vsim_world_group, i);
        struct vsim_oracle_group *group = g_new0(struct vsim_oracle_group, 1);

        group->row = row;
        group->iommu = row->kind == VSIM_GROUP_KIND_real ? vsim_spec_world_iommu(world, row->iommu) : NULL;
        g_ptr_array_add(oracle->groups, group);
    }
    for (guint i = 0; i < world->devices->len; i++) {
        const struct vsim_world_device *row = &g_array_index(world->devices, struct vsim_world_device, i);
        struct vsim_oracle_device *device = g_new0(struct vsim_oracle_device, 1);

        device->row = row;
        device->group = vsim_oracle_group(oracle, row->group);
        device->group->host_driver |= row->driver == VSIM_DRIVER_host;
        g_ptr_array_add(oracle->devices, device);
    }
}

static void add_processes(struct vsim_oracle *oracle, const struct vsim_world *world)
{
    for (guint i = 0; i < world->processes->len; i++) {
        const struct vsim_world_process *row = &g_array_index(world->processes, struct vsim_world_process, i);

        (void)vsim_oracle_process_add(oracle, row->handle, row->memlock_bytes, row->capabilities,
                                      vsim_oracle_mm_new(row->handle));
    }
}

static void take_parameters(struct vsim_oracle *oracle, const struct vsim_world *world)
{
    oracle->world = world;
    oracle->dialect = &world->dialect;
    oracle->dma_entry_limit = world->dma_entry_limit;
    oracle->allow_unsafe_interrupts = world->allow_unsafe_interrupts;
    oracle->noiommu = world->noiommu;
    oracle->memory = (struct vsim_oracle_memory_rules){
        .page_bytes = world->page_size_bytes,
        .read_pin_allocates = world->dialect.read_pin_allocates,
        .mmio_write_needs_prot = world->dialect.pfnmap_checks_write,
    };
    for (unsigned id = 1; id < VSIM_N_OPS; id++)
        oracle->known_flags[id] = vsim_spec_known_flags((enum vsim_op_id)id, &world->dialect);
}

static struct vsim_backend *oracle_open(const struct vsim_world *world, GError **error G_GNUC_UNUSED)
{
    struct vsim_backend *backend = g_new0(struct vsim_backend, 1);
    struct vsim_oracle *oracle = &backend->oracle;

    oracle->processes = g_ptr_array_new();
    oracle->groups = g_ptr_array_new_with_free_func(g_free);
    oracle->devices = g_ptr_array_new_with_free_func(g_free);
    oracle->containers = g_ptr_array_new();
    oracle->touched_mms = g_ptr_array_new();
    oracle->tail = g_byte_array_new();
    oracle->pieces = g_array_new(FALSE, FALSE, sizeof(struct vsim_oracle_piece));
    oracle->removed = g_array_new(FALSE, FALSE, sizeof(struct vsim_oracle_vma));
    oracle->at.selection.mappings = g_ptr_array_new();
    oracle->at.pinning.runs = g_array_new(FALSE, FALSE, sizeof(struct vsim_oracle_run));
    vsim_oracle_view_init(&oracle->at.view);
    vsim_oracle_view_init(&oracle->at.next_view);
    take_parameters(oracle, world);
    vsim_oracle_plan(oracle);
    add_groups(oracle, world);
    add_processes(oracle, world);
    return backend;
}

static void oracle_allow(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_allowed *allowed)
{
    vsim_oracle_allow(&backend->oracle, op, allowed);
}

static void oracle_follow(struct vsim_backend *backend, const struct vsim_op *op,
                          const struct vsim_outcome *observed)
{
    vsim_oracle_follow(&backend->oracle, op, observed);
}

static bool oracle_step(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_result *result,
                        GError **error G_GNUC_UNUSED)
{
    struct vsim_oracle *oracle = &backend->oracle;
    const struct vsim_allowed *allowed = &oracle->allowed;

    vsim_oracle_allow(oracle, op, &oracle->allowed);
    result->unavailable = allowed->undecided;
    result->rule = VSIM_RULE_NONE;
    if (allowed->undecided) {
        oracle->at.judged = false;
        return true;
    }
    result->outcome = allowed->one[0].outcome;
    result->rule = allowed->one[0].rule;
    vsim_oracle_follow(oracle, op, &result->outcome);
    return true;
}

void vsim_oracle_rows(const struct vsim_oracle *oracle, GArray *rows)
{
    for (guint i = 0; i < oracle->containers->len; i++) {
        const struct vsim_oracle_container *container = oracle->containers->pdata[i];
        struct vsim_oracle_place place;
        const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);

        vsim_oracle_container_rows(container, rows);
        for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place)) {
            const struct vsim_state_row row =
                vsim_oracle_mapping_row(container, (const struct vsim_oracle_mapping *)entry->value);

            g_array_append_val(rows, row);
        }
    }
    for (guint i = 0; i < oracle->processes->len; i++) {
        const struct vsim_oracle_process *process = oracle->processes->pdata[i];

        if (process->alive && process->mm->locked_vm != 0) {
            const struct vsim_state_row row = vsim_oracle_locked_row(process->mm);

            g_array_append_val(rows, row);
        }
    }
}

static void oracle_snapshot(struct vsim_backend *backend, GArray *rows)
{
    vsim_oracle_rows(&backend->oracle, rows);
}

static uint64_t oracle_digest(struct vsim_backend *backend)
{
    return backend->oracle.state_unknown ? VSIM_DIGEST_UNKNOWN : backend->oracle.digest;
}

static bool oracle_check_invariants(struct vsim_backend *backend, GString *why)
{
    return vsim_oracle_invariants(&backend->oracle, why);
}

/* Every process ends, which releases whatever there is. */
static void end_processes(struct vsim_oracle *oracle)
{
    for (guint i = 0; i < oracle->processes->len; i++) {
        struct vsim_oracle_process *process = oracle->processes->pdata[i];

        if (process->alive) {
            oracle->at.process = process;
            vsim_oracle_effect_exit(oracle, NULL, NULL);
        }
    }
    for (guint i = 0; i < oracle->processes->len; i++) {
        struct vsim_oracle_process *process = oracle->processes->pdata[i];

        g_array_unref(process->fds);
        g_free(process);
    }
}

static void oracle_close(struct vsim_backend *backend)
{
    struct vsim_oracle *oracle = &backend->oracle;

    end_processes(oracle);
    g_ptr_array_unref(oracle->processes);
    g_ptr_array_unref(oracle->groups);
    g_ptr_array_unref(oracle->devices);
    g_ptr_array_unref(oracle->containers);
    g_ptr_array_unref(oracle->touched_mms);
    g_byte_array_unref(oracle->tail);
    g_array_unref(oracle->pieces);
    g_array_unref(oracle->removed);
    g_ptr_array_unref(oracle->at.selection.mappings);
    g_array_unref(oracle->at.pinning.runs);
    vsim_oracle_view_clear(&oracle->at.view);
    vsim_oracle_view_clear(&oracle->at.next_view);
    while (oracle->free_mappings) {
        struct vsim_oracle_mapping *mapping = oracle->free_mappings;

        oracle->free_mappings = mapping->next_free;
        g_free(mapping);
    }
    g_free(backend);
}

const unsigned *vsim_oracle_fired(struct vsim_backend *backend)
{
    backend->oracle.probe = true;
    return backend->oracle.fired;
}

const struct vsim_backend_class *vsim_oracle_backend(void)
{
    static const struct vsim_backend_class class = {
        .name = "oracle",
        .open = oracle_open,
        .step = oracle_step,
        .snapshot = oracle_snapshot,
        .digest = oracle_digest,
        .check_invariants = oracle_check_invariants,
        .allow = oracle_allow,
        .follow = oracle_follow,
        .close = oracle_close,
    };

    return &class;
}
