// SPDX-License-Identifier: MIT
/* Why a step within a call fails. A rule's row says with which errno, except where a driver's own errno
 * passes. */
#ifndef VSIM_SIM_REFUSAL_H
#define VSIM_SIM_REFUSAL_H

#include "model.h"

struct vsim_sim_refusal {
    enum vsim_rule_id rule;   /* NONE: nothing is wrong. */
    enum vsim_rule_id grants; /* Where nothing is: the rule that explains the success, or NONE. */
    int error;
    bool blocks; /* It would sleep until somebody else does something, which one machine of the model cannot.
                  */
};

static inline struct vsim_sim_refusal vsim_sim_refusal_none(void)
{
    return (struct vsim_sim_refusal){.rule = VSIM_RULE_NONE};
}

static inline struct vsim_sim_refusal vsim_sim_grant(enum vsim_rule_id rule)
{
    return (struct vsim_sim_refusal){.grants = rule};
}

static inline struct vsim_sim_refusal vsim_sim_refusal_of(enum vsim_rule_id rule)
{
    return (struct vsim_sim_refusal){.rule = rule, .error = vsim_spec_rules[rule].error};
}

static inline struct vsim_sim_refusal vsim_sim_refusal_with(enum vsim_rule_id rule, int error)
{
    return (struct vsim_sim_refusal){.rule = rule, .error = error};
}

static inline bool vsim_sim_refused(const struct vsim_sim_refusal *refusal)
{
    return refusal->rule != VSIM_RULE_NONE || refusal->blocks;
}

/* Make it the result of a call. */
static inline void vsim_sim_refuse_with(const struct vsim_sim_call *call,
                                        const struct vsim_sim_refusal *refusal)
{
    vsim_result_refuse(call->result, refusal->rule);
    call->result->outcome.error = refusal->error;
    call->result->unavailable = refusal->blocks;
}

#endif
