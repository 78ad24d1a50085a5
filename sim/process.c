// SPDX-License-Identifier: MIT
#include "process.h"

#include "digest.h"
#include "file.h"

struct vsim_sim_process *vsim_sim_process_new(struct vsim_sim *sim, vsim_handle handle)
{
    struct vsim_sim_process *process = g_new0(struct vsim_sim_process, 1);
    struct vsim_sim_handle *taken = vsim_sim_handles_find(&sim->process_handles, handle);

    process->handle = handle;
    process->mm = vsim_sim_mm_new(process);
    *sim->last_process = process;
    sim->last_process = &process->next;
    if (taken)
        taken->value = process;
    else if (handle != 0)
        vsim_sim_handles_put(&sim->process_handles, handle, process);
    return process;
}

static void close_fds(struct vsim_sim *sim, struct vsim_sim_process *process)
{
    struct vsim_sim_handles fds = process->fds;

    process->fds = (struct vsim_sim_handles){0};
    for (uint32_t i = 0; i < fds.capacity; i++)
        if (fds.slots[i].key != 0)
            vsim_sim_file_unref(sim, fds.slots[i].value);
    vsim_sim_handles_clear(&fds);
}

void vsim_sim_process_end(struct vsim_sim *sim, struct vsim_sim_process *process)
{
    struct vsim_sim_mm *const mm = process->mm;

    vsim_sim_digest_drop(sim, &process->digest);
    process->mm = NULL;
    vsim_sim_mm_die(sim, mm);
    close_fds(sim, process);
}

void vsim_sim_process_free_all(struct vsim_sim *sim)
{
    while (sim->processes) {
        struct vsim_sim_process *const process = sim->processes;

        sim->processes = process->next;
        g_free(process);
    }
    sim->last_process = &sim->processes;
    vsim_sim_handles_clear(&sim->process_handles);
}

static void copy_fds(struct vsim_sim_process *to, const struct vsim_sim_process *from)
{
    for (uint32_t i = 0; i < from->fds.capacity; i++) {
        const struct vsim_sim_handle *fd = &from->fds.slots[i];

        if (fd->key == 0)
            continue;
        vsim_sim_file_ref(fd->value);
        vsim_sim_handles_put(&to->fds, fd->key, fd->value)->close_on_exec = fd->close_on_exec;
    }
    to->n_lost_fds = from->n_lost_fds;
}

/* A trace of n lines can ask for n copies of n things: a model that says no is better than one that is
 * killed. */
#define MOST_COPIED (UINT64_C(1) << 24)

void vsim_sim_fork(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_process *child;

    sim->n_copied += vsim_sim_mm_weight(call->process->mm) + call->process->fds.capacity;
    if (sim->n_copied > MOST_COPIED) {
        call->result->unavailable = true;
        return;
    }
    child = vsim_sim_process_new(sim, call->op->binds);
    child->memlock_bytes = call->process->memlock_bytes;
    child->capabilities = call->process->capabilities;
    vsim_sim_mm_copy(sim, child->mm, call->process->mm);
    copy_fds(child, call->process);
    vsim_sim_succeed(call, VSIM_RULE_FORK_DONE, 0);
}

void vsim_sim_exec(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_process *process = call->process;
    struct vsim_sim_mm *const old = process->mm;
    g_autoptr(GArray) closing = g_array_new(FALSE, FALSE, sizeof(vsim_handle));

    process->mm = vsim_sim_mm_new(process);
    vsim_sim_mm_die(sim, old);
    vsim_sim_digest_locked(sim, process->mm);
    for (uint32_t i = 0; i < process->fds.capacity; i++)
        if (process->fds.slots[i].key != 0 && process->fds.slots[i].close_on_exec)
            g_array_append_val(closing, process->fds.slots[i].key);
    for (guint i = 0; i < closing->len; i++) {
        const vsim_handle fd = g_array_index(closing, vsim_handle, i);
        struct vsim_sim_file *file = vsim_sim_file_get(process, fd);

        vsim_sim_handles_drop(&process->fds, fd);
        vsim_sim_file_unref(sim, file);
    }
    vsim_sim_succeed(call, VSIM_RULE_EXEC_DONE, 0);
}

void vsim_sim_exit(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    vsim_sim_process_end(sim, call->process);
    vsim_sim_succeed(call, VSIM_RULE_EXIT_DONE, 0);
}

void vsim_sim_setrlimit(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    (void)sim;
    call->process->memlock_bytes = call->op->value[VSIM_FIELD_SETRLIMIT_memlock];
    vsim_sim_succeed(call, VSIM_RULE_SETRLIMIT_DONE, 0);
}

void vsim_sim_setcap(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const uint64_t wanted = call->op->value[VSIM_FIELD_SETCAP_caps];

    (void)sim;
    if (wanted & ~call->process->capabilities) {
        vsim_sim_refuse(call, VSIM_RULE_SETCAP_NOT_HELD);
        return;
    }
    call->process->capabilities = wanted;
    vsim_sim_succeed(call, VSIM_RULE_SETCAP_DONE, 0);
}

void vsim_sim_status(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    vsim_sim_succeed(call, VSIM_RULE_STATUS_COUNTS, 0);
    vsim_outcome_set(&call->result->outcome, VSIM_FIELD_STATUS_locked_vm,
                     call->process->mm->locked_vm << sim->page_shift);
    vsim_outcome_set(&call->result->outcome, VSIM_FIELD_STATUS_pinned_vm, 0);
}
