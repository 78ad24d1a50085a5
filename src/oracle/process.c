// SPDX-License-Identifier: MIT
/* fork, exec, exit, limits, capabilities, and what /proc says. */
#include "rules.h"

PREDICATE(FORK, DONE)
{
    return true;
}

void vsim_oracle_effect_fork(struct vsim_oracle *oracle, const struct vsim_op *op,
                             const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    const struct vsim_oracle_process *parent = oracle->at.process;
    struct vsim_oracle_process *child;

    child = vsim_oracle_process_add(oracle, op->binds, parent->memlock_bytes, parent->capabilities,
                                    vsim_oracle_mm_fork(parent->mm, op->binds));
    for (guint i = 0; i < parent->fds->len; i++) {
        const struct vsim_oracle_fd fd = g_array_index(parent->fds, struct vsim_oracle_fd, i);

        vsim_oracle_file_ref(fd.file);
        g_array_append_val(child->fds, fd);
    }
}

PREDICATE(EXEC, DONE)
{
    return true;
}

/* The mm goes before the descriptors, so that what they release finds the new one (T1-OWN-04). */
void vsim_oracle_effect_exec(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                             const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_process *process = oracle->at.process;
    struct vsim_oracle_mm *old = process->mm;

    process->mm = vsim_oracle_mm_new(process->handle);
    vsim_oracle_mm_die(oracle, old);
    for (guint i = process->fds->len; i-- > 0;)
        if (g_array_index(process->fds, struct vsim_oracle_fd, i).close_on_exec)
            vsim_oracle_fd_close(oracle, process, i);
}

PREDICATE(EXIT, DONE)
{
    return true;
}

/* T1-FD-05. */
void vsim_oracle_effect_exit(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                             const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_process *process = oracle->at.process;
    struct vsim_oracle_mm *mm = process->mm;

    process->alive = false;
    process->mm = NULL;
    vsim_oracle_mm_die(oracle, mm);
    while (process->fds->len > 0)
        vsim_oracle_fd_close(oracle, process, process->fds->len - 1);
}

PREDICATE(SETRLIMIT, DONE)
{
    return true;
}

void vsim_oracle_effect_setrlimit(struct vsim_oracle *oracle, const struct vsim_op *op,
                                  const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    oracle->at.process->memlock_bytes = VALUE(SETRLIMIT, memlock);
}

PREDICATE(SETCAP, NOT_HELD)
{
    return (VALUE(SETCAP, caps) & ~oracle->at.process->capabilities) != 0;
}

PREDICATE(SETCAP, DONE)
{
    return true;
}

void vsim_oracle_effect_setcap(struct vsim_oracle *oracle, const struct vsim_op *op,
                               const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    oracle->at.process->capabilities = VALUE(SETCAP, caps);
}

static uint64_t locked_bytes(const struct vsim_oracle *oracle)
{
    return oracle->at.process->mm->locked_vm * oracle->memory.page_bytes;
}

PREDICATE(STATUS, COUNTS)
{
    witness->value = locked_bytes(oracle);
    return true;
}

void vsim_oracle_answer_status(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                               struct vsim_allowed *allowed)
{
    if (!oracle->accounts_unknown)
        vsim_outcome_set(&allowed->one[0].outcome, VSIM_FIELD_STATUS_locked_vm, locked_bytes(oracle));
    vsim_outcome_set(&allowed->one[0].outcome, VSIM_FIELD_STATUS_pinned_vm, 0);
}

void vsim_oracle_effect_param(struct vsim_oracle *oracle, const struct vsim_op *op,
                              const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    if (op->given & 1u << VSIM_FIELD_PARAM_dma_entry_limit)
        oracle->dma_entry_limit = VALUE(PARAM, dma_entry_limit);
    if (op->given & 1u << VSIM_FIELD_PARAM_allow_unsafe_interrupts)
        oracle->allow_unsafe_interrupts = VALUE(PARAM, allow_unsafe_interrupts) != 0;
    if (op->given & 1u << VSIM_FIELD_PARAM_noiommu)
        oracle->noiommu = VALUE(PARAM, noiommu) != 0;
}
