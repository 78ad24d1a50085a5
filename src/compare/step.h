// SPDX-License-Identifier: MIT
/*
 * One event of a trace with all that was said about it: what replay fills and report prints.
 *
 * A step lives until the next one; everything in it belongs to the replay. Ops and outcomes are spelt by the
 * functions in `words`, which replay hands in: neither compare nor report knows the forms of a trace.
 */
#ifndef VSIM_COMPARE_STEP_H
#define VSIM_COMPARE_STEP_H

#include <glib.h>

#include "../../include/vfiosim/replay.h"
#include "../spec/op.h"

struct vsim_words {
    void (*op)(GString *out, const struct vsim_op *op);
    void (*outcome)(GString *out, enum vsim_op_id id, const struct vsim_outcome *outcome);
};

/* Why a step deviates; the first that is found stands. */
enum vsim_cause {
    VSIM_CAUSE_NONE,
    VSIM_CAUSE_NOT_ALLOWED,  /* An outcome that the specification does not allow. */
    VSIM_CAUSE_NOT_RECORDED, /* The outcome is not the one that the trace claims. */
    VSIM_CAUSE_DISAGREE,     /* Two backends differ. */
    VSIM_CAUSE_STATE,        /* The model and the specification are in different states. */
    VSIM_CAUSE_BROKEN,       /* A backend's structures are broken. */
};

/* A backend that acts: the model or a kernel. The oracle does not act, it allows. */
struct vsim_actor {
    const char *name;
    struct vsim_result result;
};

struct vsim_step {
    const struct vsim_op *op;
    const struct vsim_words *words;
    uint64_t event; /* Counts the trace's events from 1, the world and comments left out. */
    enum vsim_verdict verdict;
    enum vsim_cause cause;
    unsigned culprit; /* The actor that the cause is about; n_actors when it is the trace itself. */
    unsigned n_actors;
    struct vsim_actor actor[VSIM_REPLAY_MAX_BACKENDS];
    const struct vsim_allowed *allowed; /* NULL without the oracle. */
    int allowed_index;                  /* The allowed outcome that came, or -1. */
    const struct vsim_outcome
        *came;             /* The first actor's; else what the trace claims, else what is allowed; or NULL. */
    const char *came_from; /* "model", "kernel", "trace", "oracle". */
    enum vsim_rule_id rule; /* What explains the outcome that came, or else what is allowed. */
    bool rules_differ;      /* The model refuses for another rule than the oracle, with the same errno. */
    const char *detail;     /* STATE and BROKEN: what is wrong, several lines. NULL otherwise. */
};

#endif
