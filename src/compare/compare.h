// SPDX-License-Identifier: MIT
/*
 * Outcomes and states against one another. Pure: nothing here reads, writes or remembers.
 */
#ifndef VSIM_COMPARE_COMPARE_H
#define VSIM_COMPARE_COMPARE_H

#include "../spec/state.h"
#include "step.h"

/*
 * True when two outcomes of `op` do not contradict each other: the same errno; the same value, fields and
 * tail where both give them. A failed ioctl leaves its argument as it was, so there a field that only one
 * gives must be unchanged.
 */
bool vsim_compare_outcomes(const struct vsim_op *op, const struct vsim_outcome *x,
                           const struct vsim_outcome *y);

/* The first allowed outcome that this one does not contradict, or -1. */
int vsim_compare_allowed(const struct vsim_op *op, const struct vsim_allowed *allowed,
                         const struct vsim_outcome *outcome);

/* The first outcome that the trace claims and this one does not contradict, or -1. Something must be claimed.
 */
int vsim_compare_claimed(const struct vsim_op *op, const struct vsim_outcome *outcome);

/*
 * The allowed outcome that the trace claims (`*claim` says by which of its outcomes), or -1. For a trace
 * without another actor, where the claim is what was observed.
 */
int vsim_compare_claim_allowed(const struct vsim_op *op, const struct vsim_allowed *allowed, unsigned *claim);

/* The rule's sentence with the witness filled in. */
void vsim_compare_sentence(GString *out, enum vsim_rule_id rule, const struct vsim_witness *witness);

/* "-1 EEXIST, because iova ... (T1-MAP-06, T:vfio_find_dma)", or several of them, or that nothing is decided.
 */
void vsim_compare_describe_allowed(GString *out, const struct vsim_step *step);

/* Why the step has the verdict that it has; nothing when it conforms. One line, but for differences of state.
 */
void vsim_compare_explain(GString *out, const struct vsim_step *step);

/* One row of a state in words: "mapping of c0: iova 0x1000-0x1fff, vaddr 0x..., READ|WRITE, 1 page charged".
 */
void vsim_compare_describe_row(GString *out, const struct vsim_state_row *row);

/*
 * What differs between the shared rows of two states, both sorted by vsim_spec_state_compare(): one line for
 * each row that only one of them has, at most `max_rows` of them. Returns how many rows differ.
 */
unsigned vsim_compare_states(GString *out, const GArray *left, const char *left_name, const GArray *right,
                             const char *right_name, unsigned max_rows);

#endif
