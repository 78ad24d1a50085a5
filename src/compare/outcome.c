// SPDX-License-Identifier: MIT
#include <string.h>

#include "compare.h"

/* Bytes that either leaves open may be anything. */
static bool is_open(const struct vsim_outcome *outcome, uint32_t at)
{
    return at - outcome->tail_open_first < outcome->tail_open_bytes;
}

static bool same_tail(const struct vsim_outcome *x, const struct vsim_outcome *y)
{
    const uint32_t length = x->tail.length_bytes;

    if (!x->tail_given || !y->tail_given)
        return true;
    if (length != y->tail.length_bytes)
        return false;
    if (length == 0 || memcmp(x->tail.data, y->tail.data, length) == 0)
        return true;
    for (uint32_t i = 0; i < length; i++)
        if (x->tail.data[i] != y->tail.data[i] && !is_open(x, i) && !is_open(y, i))
            return false;
    return true;
}

static bool same_fields(const struct vsim_outcome *x, const struct vsim_outcome *y)
{
    for (uint32_t both = x->given & y->given; both != 0; both &= both - 1) {
        const unsigned i = (unsigned)__builtin_ctz(both);

        if (x->out[i] != y->out[i] || x->base[i] != y->base[i])
            return false;
    }
    return true;
}

/* Fields of a failed ioctl that only `outcome` speaks of, and what the caller had put there. */
static bool unchanged(const struct vsim_op *op, const struct vsim_outcome *outcome, uint32_t others)
{
    if (vsim_spec_ops[op->id].kind != VSIM_KIND_IOCTL || op->n_raw > 0 || op->argument == VSIM_ARGUMENT_BARE)
        return true;
    for (uint32_t alone = outcome->given & ~others; alone != 0; alone &= alone - 1) {
        const unsigned i = (unsigned)__builtin_ctz(alone);

        if (outcome->out[i] != vsim_op_offset(op, i) || outcome->base[i] != op->base[i])
            return false;
    }
    return true;
}

bool vsim_compare_outcomes(const struct vsim_op *op, const struct vsim_outcome *x,
                           const struct vsim_outcome *y)
{
    if (x->error != y->error || !same_fields(x, y))
        return false;
    if (x->error != 0)
        return unchanged(op, x, y->given) && unchanged(op, y, x->given);
    return (!x->value_given || !y->value_given || x->value == y->value) && same_tail(x, y);
}

int vsim_compare_allowed(const struct vsim_op *op, const struct vsim_allowed *allowed,
                         const struct vsim_outcome *outcome)
{
    for (unsigned i = 0; i < allowed->n; i++)
        if (vsim_compare_outcomes(op, &allowed->one[i].outcome, outcome))
            return (int)i;
    return -1;
}

int vsim_compare_claimed(const struct vsim_op *op, const struct vsim_outcome *outcome)
{
    for (unsigned i = 0; i < op->n_expected; i++)
        if (vsim_compare_outcomes(op, &op->expected[i], outcome))
            return (int)i;
    return -1;
}

int vsim_compare_claim_allowed(const struct vsim_op *op, const struct vsim_allowed *allowed, unsigned *claim)
{
    for (unsigned i = 0; i < op->n_expected; i++) {
        const int found = vsim_compare_allowed(op, allowed, &op->expected[i]);

        if (found >= 0) {
            *claim = i;
            return found;
        }
    }
    return -1;
}
