// SPDX-License-Identifier: MIT
/*
 * What replay asks of a judge. The model (sim/), the oracle (src/oracle/) and a real kernel (src/kernel/)
 * each implement this, and none of them knows another.
 */
#ifndef VSIM_SPEC_BACKEND_H
#define VSIM_SPEC_BACKEND_H

#include "../../include/vfiosim/error.h"
#include "op.h"
#include "state.h"
#include "world.h"

struct vsim_backend;

#define VSIM_DIGEST_UNKNOWN UINT64_MAX

struct vsim_backend_class {
    const char *name; /* "model", "oracle", "kernel". */

    /* A backend for the world, which outlives it; NULL and an error where it cannot run here. */
    struct vsim_backend *(*open)(const struct vsim_world *world, GError **error);

    /*
     * Do one op and fill the result. False only for an operating error. Ops of the world come too (a
     * parameter may change later); COMMENT does not. No allocation, nothing O(n) that the kernel does in
     * O(log n).
     */
    bool (*step)(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_result *result,
                 GError **error);

    /* The state as rows, appended to `rows` (struct vsim_state_row) in any order. May be NULL. */
    void (*snapshot)(struct vsim_backend *backend, GArray *rows);

    /*
     * The sum of the digests of the rows that vsim_state_is_shared() names, kept up to date.
     * VSIM_DIGEST_UNKNOWN from the oracle once a trace has entered what the specification leaves open. May be
     * NULL.
     */
    uint64_t (*digest)(struct vsim_backend *backend);

    /* False, with a sentence in `why`, when a structure is broken. May be NULL. */
    bool (*check_invariants)(struct vsim_backend *backend, GString *why);

    /*
     * The oracle only. `allow` says which outcomes the specification allows for `op` in the present state;
     * `follow` takes over an observed one that was allowed. `step` is the two with the first allowed outcome.
     */
    void (*allow)(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_allowed *allowed);
    void (*follow)(struct vsim_backend *backend, const struct vsim_op *op,
                   const struct vsim_outcome *observed);

    void (*close)(struct vsim_backend *backend);
};

#endif
