// SPDX-License-Identifier: MIT
/*
 * Ops of the world. A machine is what it is once it runs: only module parameters change later, and only what
 * is made after that sees them (T1-SET-03).
 */
#include "model.h"

void vsim_sim_param(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const struct vsim_op *op = call->op;

    if (op->given & 1u << VSIM_FIELD_PARAM_dma_entry_limit)
        sim->dma_entry_limit = op->value[VSIM_FIELD_PARAM_dma_entry_limit];
    if (op->given & 1u << VSIM_FIELD_PARAM_allow_unsafe_interrupts)
        sim->allow_unsafe_interrupts = op->value[VSIM_FIELD_PARAM_allow_unsafe_interrupts] != 0;
    if (op->given & 1u << VSIM_FIELD_PARAM_disable_hugepages)
        sim->disable_hugepages = op->value[VSIM_FIELD_PARAM_disable_hugepages] != 0;
    if (op->given & 1u << VSIM_FIELD_PARAM_noiommu)
        sim->noiommu = op->value[VSIM_FIELD_PARAM_noiommu] != 0;
    vsim_sim_succeed(call, VSIM_RULE_NONE, 0);
}

static void too_late(const struct vsim_sim_call *call)
{
    call->result->unavailable = true;
}

#define TOO_LATE(name)                                                                                       \
    void vsim_sim_##name(struct vsim_sim *sim, const struct vsim_sim_call *call)                             \
    {                                                                                                        \
        (void)sim;                                                                                           \
        too_late(call);                                                                                      \
    }
TOO_LATE(dialect)
TOO_LATE(iommu)
TOO_LATE(reserved)
TOO_LATE(group)
TOO_LATE(device)
TOO_LATE(process)
#undef TOO_LATE

void vsim_sim_comment(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    (void)sim;
    vsim_sim_succeed(call, VSIM_RULE_NONE, 0);
}
