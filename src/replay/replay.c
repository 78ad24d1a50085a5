// SPDX-License-Identifier: MIT
/* The loop over a trace: read, lay out, step, judge, record. */
#include "vfiosim/replay.h"

#include <string.h>

#include "session.h"

static const struct vsim_words words = {
    .op = vsim_trace_format_op,
    .outcome = vsim_trace_format_outcome,
};

static void sort_out_backends(struct vsim_replay *replay)
{
    for (unsigned i = 0; i < replay->n_backends; i++) {
        struct vsim_session_backend *one = &replay->backends[i];

        one->class = replay->options.backends[i];
        if (one->class->allow) {
            replay->oracle = one;
            continue;
        }
        if (!replay->model && one->class->digest && one->class->snapshot)
            replay->model = one;
        replay->step.actor[replay->n_actors].name = one->class->name;
        replay->actors[replay->n_actors++] = one;
    }
    replay->step.n_actors = replay->n_actors;
}

struct vsim_replay *vsim_replay_open(const char *path, const struct vsim_replay_options *options,
                                     GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(path, error);
    struct vsim_replay *replay;

    g_assert(options->n_backends >= 1 && options->n_backends <= VSIM_REPLAY_MAX_BACKENDS);
    if (!reader)
        return NULL;
    replay = g_new0(struct vsim_replay, 1);
    replay->reader = reader;
    replay->options = *options;
    replay->options.dialect = g_strdup(options->dialect);
    replay->options.record = g_strdup(options->record);
    replay->n_backends = options->n_backends;
    replay->world = vsim_spec_world_new();
    replay->layout = vsim_layout_new();
    replay->alive = g_hash_table_new(NULL, NULL);
    replay->detail = g_string_new(NULL);
    replay->step.op = &replay->op;
    replay->step.words = &words;
    sort_out_backends(replay);
    if (options->record) {
        replay->writer = vsim_trace_create(options->record, vsim_trace_reader_format(reader), error);
        if (!replay->writer)
            g_clear_pointer(&replay, vsim_replay_close);
    }
    return replay;
}

void vsim_replay_close(struct vsim_replay *replay)
{
    if (!replay)
        return;
    if (replay->writer)
        vsim_trace_abandon(replay->writer);
    for (unsigned i = 0; i < replay->n_backends; i++)
        if (replay->backends[i].backend)
            replay->backends[i].class->close(replay->backends[i].backend);
    vsim_layout_free(replay->layout);
    vsim_spec_world_free(replay->world);
    vsim_trace_close(replay->reader);
    g_hash_table_unref(replay->alive);
    g_string_free(replay->detail, TRUE);
    g_free((char *)replay->options.dialect);
    g_free((char *)replay->options.record);
    g_free(replay->dialect);
    g_free(replay);
}

static bool check_alive(struct vsim_replay *replay, vsim_handle handle, GError **error)
{
    const char *what = vsim_handle_letter(handle) == 'd' ? "device" : "process";

    if (g_hash_table_contains(replay->alive, GUINT_TO_POINTER(handle)))
        return true;
    return vsim_session_refuse(
        replay, error,
        "%c%u is no %s here: expected one that the world or a fork made, and that has not exited",
        vsim_handle_letter(handle), vsim_handle_number(handle), what);
}

/* Processes and devices must be there; a descriptor need not be, and is then a closed one. */
static bool check_handles(struct vsim_replay *replay, GError **error)
{
    const struct vsim_op *op = &replay->op;

    if (op->subject != replay->last_subject && op->subject != 0) {
        if (!check_alive(replay, op->subject, error))
            return false;
        replay->last_subject = op->subject;
    }
    if (op->id == VSIM_OP_PASS)
        return check_alive(replay, op->base[VSIM_FIELD_PASS_to], error);
    return true;
}

static bool lay_out(struct vsim_replay *replay, GError **error)
{
    vsim_handle unknown = 0;

    if (vsim_layout_place(replay->layout, &replay->op, &unknown))
        return true;
    return vsim_session_refuse(replay, error, "m%u is no region here: expected one that a line before made",
                               vsim_handle_number(unknown));
}

static void commit(struct vsim_replay *replay)
{
    const struct vsim_op *op = &replay->op;
    const bool succeeded = replay->step.came && replay->step.came->error == 0;

    vsim_layout_commit(replay->layout, op, succeeded);
    if (!succeeded)
        return;
    if (op->id == VSIM_OP_FORK && op->binds != 0)
        g_hash_table_add(replay->alive, GUINT_TO_POINTER(op->binds));
    if (op->id == VSIM_OP_EXIT) {
        g_hash_table_remove(replay->alive, GUINT_TO_POINTER(op->subject));
        replay->last_subject = 0;
    }
}

static void count(struct vsim_replay *replay)
{
    struct vsim_replay_summary *summary = &replay->summary;
    const struct vsim_step *step = &replay->step;

    summary->n_events++;
    summary->n_conforms += step->verdict == VSIM_VERDICT_CONFORMS;
    summary->n_undecided += step->verdict == VSIM_VERDICT_UNDECIDED;
    summary->n_unjudged += step->verdict == VSIM_VERDICT_UNJUDGED;
    if (step->verdict == VSIM_VERDICT_DEVIATES && summary->n_deviates++ == 0)
        summary->first_deviation_line = step->op->line;
    if (!step->allowed)
        return;
    for (unsigned left = step->allowed->hazards; left != 0; left &= left - 1)
        summary->n_hazards[(unsigned)__builtin_ctz(left) % VSIM_REPLAY_N_HAZARDS]++;
}

/* The trace again, with what came instead of what was claimed, and with the dialect that was used. */
static bool record(struct vsim_replay *replay, bool is_event, GError **error)
{
    struct vsim_op op = replay->op;

    if (is_event) {
        op.n_expected = replay->step.came != NULL;
        op.expected = replay->step.came;
    }
    if (op.id == VSIM_OP_DIALECT && replay->options.dialect) {
        g_auto(GStrv) parts = g_strsplit(replay->options.dialect, "+", 2);
        const struct vsim_dialect *dialect = vsim_spec_find_dialect(parts[0]);

        if (dialect)
            op.value[VSIM_FIELD_DIALECT_name] = (uint64_t)dialect->id;
    }
    return vsim_trace_write(replay->writer, &op, error);
}

static bool do_event(struct vsim_replay *replay, GError **error)
{
    if (!replay->opened && !vsim_session_open_backends(replay, error))
        return false;
    if (!check_handles(replay, error) || !lay_out(replay, error))
        return false;
    replay->step.event++;
    if (!vsim_session_judge(replay, error))
        return false;
    commit(replay);
    vsim_session_inspect(replay);
    count(replay);
    return true;
}

static int finish(struct vsim_replay *replay, GError **error)
{
    replay->ended = true;
    if (!replay->opened && !vsim_session_open_backends(replay, error))
        return -1;
    if (replay->writer && !vsim_trace_finish(g_steal_pointer(&replay->writer), error))
        return -1;
    return 0;
}

/* One op of any kind: 1 for an event, 0 for the world and comments, -1 for an error. */
static int take_op(struct vsim_replay *replay, GError **error)
{
    const struct vsim_op *op = &replay->op;
    const bool is_world = vsim_spec_ops[op->id].subject == VSIM_SUBJECT_WORLD;
    const bool is_event =
        op->id != VSIM_OP_COMMENT && (!is_world || (replay->opened && op->id == VSIM_OP_PARAM));

    if (is_event && !do_event(replay, error))
        return -1;
    if (is_world && !is_event && !vsim_session_add_world(replay, error))
        return -1;
    if (replay->writer && !record(replay, is_event, error))
        return -1;
    return is_event;
}

int vsim_replay_next(struct vsim_replay *replay, const struct vsim_step **step, GError **error)
{
    while (!replay->ended) {
        const enum vsim_trace_step read = vsim_trace_next(replay->reader, &replay->op, error);
        int taken;

        if (read == VSIM_TRACE_ERROR) {
            replay->ended = true;
            return -1;
        }
        if (read == VSIM_TRACE_END ||
            (replay->options.last_line != 0 && replay->op.line > replay->options.last_line))
            return finish(replay, error);
        taken = take_op(replay, error);
        if (taken < 0)
            replay->ended = true;
        if (taken != 0) {
            *step = &replay->step;
            return taken;
        }
    }
    return 0;
}

bool vsim_replay_run(struct vsim_replay *replay, bool (*event)(const struct vsim_step *step, void *user),
                     void *user, GError **error)
{
    const struct vsim_step *step;
    int taken;

    while ((taken = vsim_replay_next(replay, &step, error)) > 0)
        if (event && !event(step, user))
            return true;
    return taken == 0;
}

const char *vsim_replay_name(const struct vsim_replay *replay)
{
    return vsim_trace_reader_name(replay->reader);
}

void vsim_replay_summary(const struct vsim_replay *replay, struct vsim_replay_summary *summary)
{
    *summary = replay->summary;
    for (unsigned i = 0; i < replay->n_backends; i++) {
        const struct vsim_session_backend *one = &replay->backends[i];

        if (one->backend && one->class->digest) {
            summary->state_digest = one->class->digest(one->backend);
            return;
        }
    }
}

const uint64_t *vsim_replay_rule_hits(const struct vsim_replay *replay)
{
    return replay->rule_hits;
}
