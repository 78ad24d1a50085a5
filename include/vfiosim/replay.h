// SPDX-License-Identifier: MIT
/*
 * Replaying a trace: one file, one to three backends side by side, one step an event.
 *
 * The model and a kernel act; the oracle beside them says what is allowed and follows what came. The oracle
 * alone judges what the trace recorded. docs/architecture.md, section "A step", says what is compared with
 * what.
 */
#ifndef VFIOSIM_REPLAY_H
#define VFIOSIM_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include <vfiosim/backends.h>
#include <vfiosim/error.h>

#define VSIM_REPLAY_MAX_BACKENDS 3
#define VSIM_REPLAY_N_HAZARDS    5

struct vsim_replay; /* A trace being replayed. */
struct vsim_step;   /* One event and what was said about it; lives until the next step. */

enum vsim_verdict {
    VSIM_VERDICT_UNJUDGED, /* Nobody claims anything: no oracle, and nothing in the trace. */
    VSIM_VERDICT_CONFORMS,
    VSIM_VERDICT_UNDECIDED, /* The specification leaves it open. */
    VSIM_VERDICT_DEVIATES,
};

enum vsim_replay_check {
    VSIM_REPLAY_CHECK_DEFAULT, /* Each step of a debug build, until a trace is long; never in a release build.
                                */
    VSIM_REPLAY_CHECK_NEVER,
    VSIM_REPLAY_CHECK_ALWAYS,
};

struct vsim_replay_options {
    unsigned n_backends; /* 1 to VSIM_REPLAY_MAX_BACKENDS. */
    const struct vsim_backend_class *backends[VSIM_REPLAY_MAX_BACKENDS];
    const char *dialect; /* Instead of the trace's: "6.12", "6.12+pkernfs". NULL: as the trace says. */
    const char *record;  /* Write the trace again with the outcomes that came, in the same form. NULL: no. */
    uint32_t last_line;  /* The last line to be replayed; 0: all. */
    bool pictures; /* A snapshot will be drawn, trees and all; without it the model may leave them out. */
    enum vsim_replay_check check; /* When the backends' invariants are checked. */
};

struct vsim_replay_summary {
    uint64_t n_events;
    uint64_t n_conforms;
    uint64_t n_deviates;
    uint64_t n_undecided;
    uint64_t n_unjudged;
    uint64_t n_unavailable;                    /* Events that a backend could not do here. */
    uint64_t n_rules_differ;                   /* Events refused with one errno for two rules. */
    uint64_t n_hazards[VSIM_REPLAY_N_HAZARDS]; /* In the order of vsim_replay_hazard_name(). */
    uint32_t first_deviation_line;             /* 0: none. */
    const char *dialect;                       /* Lives as long as the replay. */
    uint64_t state_digest;                     /* Of the first backend that has one, after the last step. */
};

/*
 * Open a trace. Errors: VSIM_ERROR_INPUT with a place in the file, VSIM_ERROR_IO, VSIM_ERROR_UNAVAILABLE, and
 * G_OPTION_ERROR for a dialect in the options that there is not.
 * The world is read and the backends are opened by the first step.
 */
VSIM_API struct vsim_replay *vsim_replay_open(const char *path, const struct vsim_replay_options *options,
                                              GError **error);

/*
 * The next event: 1 and `*step`, 0 at the end (the recording, if any, is complete then), -1 and an error.
 * No allocation.
 */
VSIM_API int vsim_replay_next(struct vsim_replay *replay, const struct vsim_step **step, GError **error);

/* All events, each handed to `event` (NULL: to nobody), which ends the replay by returning false. */
VSIM_API bool vsim_replay_run(struct vsim_replay *replay,
                              bool (*event)(const struct vsim_step *step, void *user), void *user,
                              GError **error);

VSIM_API void vsim_replay_close(struct vsim_replay *replay);

VSIM_API const char *vsim_replay_name(const struct vsim_replay *replay);
VSIM_API void vsim_replay_summary(const struct vsim_replay *replay, struct vsim_replay_summary *summary);

/* How many times each rule explained an outcome, by rule number (see vfiosim/rules.h); lives with the replay.
 */
VSIM_API const uint64_t *vsim_replay_rule_hits(const struct vsim_replay *replay);

/*
 * The state of backend i, as sorted rows for vfiosim/report.h; NULL where the backend shows none.
 * Free with g_array_unref().
 */
VSIM_API GArray *vsim_replay_snapshot(const struct vsim_replay *replay, unsigned backend);

/* The exit code that a summary asks for. */
VSIM_API enum vsim_exit vsim_replay_exit(const struct vsim_replay_summary *summary);

/* The worse of two exit codes: 3, 2, 4, 1, 5, 0. */
VSIM_API enum vsim_exit vsim_exit_worst(enum vsim_exit x, enum vsim_exit y);

/* The exit code of an error. */
VSIM_API enum vsim_exit vsim_exit_of_error(const GError *error);

/* "HZ-STALE", for bit i of a step's hazards. */
VSIM_API const char *vsim_replay_hazard_name(unsigned bit);

VSIM_API enum vsim_verdict vsim_step_verdict(const struct vsim_step *step);
VSIM_API uint32_t vsim_step_line(const struct vsim_step *step);

#endif
