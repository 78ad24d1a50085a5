// SPDX-License-Identifier: MIT
/*
 * Inside a replay. A replay owns its reader, writer, world and backends; nothing outlives it but snapshots.
 *
 * The backends are sorted out once: `actors` are those that do things (the model, a kernel), in the order in
 * which they were asked for; `oracle` is the one that says what is allowed. A replay has at least one of
 * either.
 */
#ifndef VSIM_REPLAY_SESSION_H
#define VSIM_REPLAY_SESSION_H

#include "../compare/compare.h"
#include "../spec/backend.h"
#include "../trace/trace.h"
#include "layout.h"

struct vsim_session_backend {
    const struct vsim_backend_class *class;
    struct vsim_backend *backend; /* NULL until the world is known. */
};

struct vsim_replay {
    struct vsim_replay_options options; /* Its strings are copies. */
    struct vsim_trace_reader *reader;
    struct vsim_trace_writer *writer; /* NULL when nothing is recorded. */
    struct vsim_world *world;
    bool opened; /* The world is complete and the backends are there. */
    bool ended;
    bool has_dialect; /* The trace names one. */
    char *dialect;    /* Name and proposals, for people. */

    unsigned n_backends;
    struct vsim_session_backend backends[VSIM_REPLAY_MAX_BACKENDS];
    unsigned n_actors;
    struct vsim_session_backend *actors[VSIM_REPLAY_MAX_BACKENDS];
    struct vsim_session_backend *oracle; /* NULL without it. */
    struct vsim_session_backend *model;  /* The actor whose state is compared with the oracle's, or NULL. */

    struct vsim_layout *layout;
    GHashTable *alive;        /* Handles of processes and devices; the value is the handle. */
    vsim_handle last_subject; /* Known to be alive. */

    struct vsim_op op;
    struct vsim_step step;
    struct vsim_allowed allowed;
    struct vsim_outcome claim; /* A claim, made whole by what is allowed. */
    GString *detail;
    bool states_differ; /* Said once; after that states are not compared. */
    struct vsim_replay_summary summary;
    uint64_t rule_hits[VSIM_N_RULES];
};

/* An error at the op's line: `file:line: ...`. Always false. */
bool vsim_session_refuse(const struct vsim_replay *replay, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Take in the op at hand, a line of the world. */
bool vsim_session_add_world(struct vsim_replay *replay, GError **error);

/* The world is complete: open the backends. */
bool vsim_session_open_backends(struct vsim_replay *replay, GError **error);

/* Step every backend with the op at hand, which is laid out, and fill `step`. */
bool vsim_session_judge(struct vsim_replay *replay, GError **error);

/* Compare the states that should agree, and check structures; may turn a step into a deviation. */
void vsim_session_inspect(struct vsim_replay *replay);

#endif
