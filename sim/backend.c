// SPDX-License-Identifier: MIT
/* The model as a judge: opening a machine for a world, and finding the handler of each op. */
#include "vfiosim/backends.h"

#include "argument.h"
#include "container.h"
#include "digest.h"
#include "file.h"
#include "group.h"
#include "snapshot.h"

typedef void handler(struct vsim_sim *sim, const struct vsim_sim_call *call);

/* A row without a handler does not link. */
static handler *const handlers[VSIM_N_OPS] = {
#define OP(id, name, target, number, since, summary) [VSIM_OP_##id] = vsim_sim_##name,
#define EVENT(id, name, subject, summary)            [VSIM_OP_##id] = vsim_sim_##name,
#include "tables.def"
};

static struct vsim_sim *sim_of(struct vsim_backend *backend)
{
    return (struct vsim_sim *)backend;
}

static struct vsim_backend *open_model(const struct vsim_world *world, GError **error)
{
    struct vsim_sim *sim = g_new0(struct vsim_sim, 1);

    (void)error;
    sim->world = world;
    sim->dialect = &world->dialect;
    sim->page_bytes = world->page_size_bytes;
    sim->page_shift = (unsigned)__builtin_ctzll(world->page_size_bytes);
    sim->known_map_flags = vsim_spec_known_flags(VSIM_OP_VFIO_IOMMU_MAP_DMA, &world->dialect);
    sim->known_unmap_flags = vsim_spec_known_flags(VSIM_OP_VFIO_IOMMU_UNMAP_DMA, &world->dialect);
    sim->dma_entry_limit = world->dma_entry_limit;
    sim->allow_unsafe_interrupts = world->allow_unsafe_interrupts;
    sim->disable_hugepages = world->disable_hugepages;
    sim->noiommu = world->noiommu;
    sim->last_process = &sim->processes;
    sim->tail = g_byte_array_new();
    sim->zero = vsim_sim_object_new(sim, 0, VSIM_SIM_ZERO, UINT64_MAX);
    vsim_sim_group_open_world(sim);
    for (guint i = 0; i < world->processes->len; i++) {
        const struct vsim_world_process *row = &g_array_index(world->processes, struct vsim_world_process, i);
        struct vsim_sim_process *process = vsim_sim_process_new(sim, row->handle);

        process->memlock_bytes = row->memlock_bytes;
        process->capabilities = row->capabilities;
    }
    return (struct vsim_backend *)sim;
}

static void close_model(struct vsim_backend *backend)
{
    struct vsim_sim *sim = sim_of(backend);

    for (struct vsim_sim_process *process = sim->processes; process; process = process->next)
        if (process->mm)
            vsim_sim_process_end(sim, process);
    vsim_sim_container_free_all(sim);
    vsim_sim_process_free_all(sim);
    vsim_sim_group_close_world(sim);
    vsim_sim_object_free_all(sim);
    g_byte_array_unref(sim->tail);
    g_free(sim);
}

/* An ioctl by number that has a row: its argument is whatever lies at the address. */
static void dispatch_by_number(struct vsim_sim *sim, const struct vsim_sim_call *call, enum vsim_op_id id)
{
    struct vsim_op op = *call->op;
    struct vsim_sim_call again = *call;

    op.id = id;
    op.given = 0;
    op.argument = VSIM_ARGUMENT_BARE;
    for (unsigned i = 0; i < VSIM_MAX_FIELDS; i++) {
        op.value[i] = call->op->argument_address;
        op.base[i] = 0;
    }
    again.op = &op;
    handlers[id](sim, &again);
}

/* Number of the one ioctl of type1 that is still to come. */
#define VFIO_IOMMU_DIRTY_PAGES 0x3b75u

static void refuse_unknown(const struct vsim_sim_call *call, uint32_t number)
{
    const struct vsim_sim_file *file = call->file;

    if (file->kind == VSIM_FD_GROUP) {
        vsim_sim_refuse(call, VSIM_RULE_IOCTL_UNKNOWN_GROUP);
    } else if (file->kind != VSIM_FD_CONTAINER) {
        vsim_sim_refuse(call, VSIM_RULE_IOCTL_UNKNOWN_FD);
    } else if (file->container->noiommu_active) {
        vsim_sim_refuse(call, VSIM_RULE_IOCTL_UNKNOWN_NOIOMMU);
    } else if (!file->container->type1) {
        vsim_sim_refuse(call, VSIM_RULE_IOCTL_NO_IOMMU);
    } else {
        vsim_sim_refuse(call, VSIM_RULE_IOCTL_UNKNOWN_TYPE1);
        call->result->unavailable = number == VFIO_IOMMU_DIRTY_PAGES;
    }
}

void vsim_sim_ioctl(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const uint32_t number = (uint32_t)call->op->value[VSIM_FIELD_IOCTL_request];
    const enum vsim_op_id id = vsim_spec_find_ioctl(call->file->kind, number);

    if (id != VSIM_OP_NONE)
        dispatch_by_number(sim, call, id);
    else
        refuse_unknown(call, number);
}

static void step_ioctl(struct vsim_sim *sim, struct vsim_sim_call *call)
{
    const struct vsim_op_row *row = &vsim_spec_ops[call->op->id];

    vsim_sim_argument_place(call);
    call->file = vsim_sim_file_get(call->process, call->op->target);
    if (!call->file) {
        vsim_sim_refuse(call, VSIM_RULE_IOCTL_BAD_FD);
        return;
    }
    if (row->target == VSIM_FD_ANY_FD || row->target == call->file->kind)
        handlers[call->op->id](sim, call);
    else
        refuse_unknown(call, row->number);
}

static bool step(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_result *result,
                 GError **error)
{
    struct vsim_sim *sim = sim_of(backend);
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];
    struct vsim_sim_call call = {.op = op, .result = result};

    (void)error;
    vsim_result_succeed(result, VSIM_RULE_NONE, 0);
    if (row->subject == VSIM_SUBJECT_PROCESS)
        call.process = vsim_sim_handles_get(&sim->process_handles, op->subject);
    if (row->subject == VSIM_SUBJECT_DEVICE)
        call.device = vsim_sim_handles_get(&sim->device_handles, op->subject);
    if ((row->subject == VSIM_SUBJECT_PROCESS && (!call.process || !call.process->mm)) ||
        (row->subject == VSIM_SUBJECT_DEVICE && !call.device) || !handlers[op->id]) {
        result->unavailable = true;
        return true;
    }
    if (row->kind == VSIM_KIND_IOCTL)
        step_ioctl(sim, &call);
    else
        handlers[op->id](sim, &call);
    return true;
}

static void snapshot(struct vsim_backend *backend, GArray *rows)
{
    vsim_sim_snapshot(sim_of(backend), rows);
}

static uint64_t digest(struct vsim_backend *backend)
{
    struct vsim_sim *sim = sim_of(backend);

    if (!sim->digest_wanted)
        vsim_sim_digest_start(sim);
    return sim->digest;
}

static bool check_invariants(struct vsim_backend *backend, GString *why)
{
    return vsim_sim_check_invariants(sim_of(backend), why);
}

const struct vsim_backend_class *vsim_sim_backend(void)
{
    static const struct vsim_backend_class model = {
        .name = "model",
        .open = open_model,
        .step = step,
        .snapshot = snapshot,
        .digest = digest,
        .check_invariants = check_invariants,
        .close = close_model,
    };

    return &model;
}
