// SPDX-License-Identifier: MIT
/* After a step: are the model and the oracle in the same state, and is every structure sound? */
#include "session.h"

/* In debug builds each step is checked until the trace is this long, and then one in so many. */
#define CHECKED_EVENTS 2000
#define CHECKED_EVERY  997

static GArray *take_snapshot(const struct vsim_session_backend *one)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct vsim_state_row));

    one->class->snapshot(one->backend, rows);
    g_array_sort(rows, vsim_spec_state_compare);
    return rows;
}

GArray *vsim_replay_snapshot(const struct vsim_replay *replay, unsigned backend)
{
    if (!replay->opened || backend >= replay->n_backends || !replay->backends[backend].class->snapshot)
        return NULL;
    return take_snapshot(&replay->backends[backend]);
}

static void deviate(struct vsim_replay *replay, enum vsim_cause cause, unsigned culprit)
{
    replay->step.verdict = VSIM_VERDICT_DEVIATES;
    replay->step.cause = cause;
    replay->step.culprit = culprit;
    replay->step.detail = replay->detail->str;
}

/* The digests differ: say which rows do, once. */
static void describe_difference(struct vsim_replay *replay)
{
    g_autoptr(GArray) left = take_snapshot(replay->model);
    g_autoptr(GArray) right = take_snapshot(replay->oracle);

    replay->states_differ = true;
    g_string_truncate(replay->detail, 0);
    if (vsim_compare_states(replay->detail, left, replay->model->class->name, right,
                            replay->oracle->class->name, 12) == 0)
        g_string_append(replay->detail,
                        "  only in the digests; the rows are the same, so a digest is not kept up\n");
    g_string_append(replay->detail, "  states are not compared after this step");
}

static void compare_states(struct vsim_replay *replay)
{
    const struct vsim_session_backend *model = replay->model;
    const struct vsim_session_backend *oracle = replay->oracle;

    uint64_t specified;

    if (!model || !oracle || replay->states_differ)
        return;
    specified = oracle->class->digest(oracle->backend);
    if (specified == VSIM_DIGEST_UNKNOWN || specified == model->class->digest(model->backend))
        return;
    describe_difference(replay);
    if (replay->step.verdict != VSIM_VERDICT_DEVIATES)
        deviate(replay, VSIM_CAUSE_STATE, 0);
}

static bool due(const struct vsim_replay *replay)
{
    switch (replay->options.check) {
    case VSIM_REPLAY_CHECK_NEVER:
        return false;
    case VSIM_REPLAY_CHECK_ALWAYS:
        return true;
    default:
        break;
    }
#ifdef NDEBUG
    return false;
#else
    return replay->step.event <= CHECKED_EVENTS || replay->step.event % CHECKED_EVERY == 0;
#endif
}

void vsim_session_inspect(struct vsim_replay *replay)
{
    compare_states(replay);
    if (!due(replay))
        return;
    for (unsigned i = 0; i < replay->n_backends; i++) {
        const struct vsim_session_backend *one = &replay->backends[i];

        if (!one->class->check_invariants)
            continue;
        g_string_truncate(replay->detail, 0);
        if (!one->class->check_invariants(one->backend, replay->detail)) {
            g_string_prepend(replay->detail, ": ");
            g_string_prepend(replay->detail, one->class->name);
            deviate(replay, VSIM_CAUSE_BROKEN, i);
            return;
        }
    }
}
