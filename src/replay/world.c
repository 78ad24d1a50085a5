// SPDX-License-Identifier: MIT
/* From the lines of the world to backends that live in it. */
#include <string.h>

#include "session.h"

bool vsim_session_refuse(const struct vsim_replay *replay, GError **error, const char *format, ...)
{
    va_list arguments;
    g_autofree char *what = NULL;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s:%u: %s", vsim_trace_reader_name(replay->reader),
                replay->op.line, what);
    return false;
}

bool vsim_session_add_world(struct vsim_replay *replay, GError **error)
{
    const struct vsim_op *op = &replay->op;
    GError *why = NULL;

    if (replay->opened)
        return vsim_session_refuse(replay, error, "`world: %s` must stand before the first event",
                                   vsim_spec_ops[op->id].label);
    if (!vsim_spec_world_add(replay->world, op, &why)) {
        vsim_session_refuse(replay, error, "%s", why->message);
        g_error_free(why);
        return false;
    }
    if (op->id == VSIM_OP_DIALECT)
        replay->has_dialect = true;
    if (op->id == VSIM_OP_PROCESS || op->id == VSIM_OP_DEVICE)
        g_hash_table_add(replay->alive, GUINT_TO_POINTER(op->binds));
    return true;
}

static bool find_proposal(const char *name, unsigned *mask)
{
    for (const struct vsim_name_row *row = vsim_spec_names; row->name; row++) {
        if (row->type == VSIM_TYPE_PROPOSALS && strcmp(row->name, name) == 0) {
            *mask |= (unsigned)row->value;
            return true;
        }
    }
    return false;
}

/* "6.12+pkernfs": a dialect and proposals over it. */
static bool parse_dialect(const char *text, struct vsim_dialect *dialect, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, "+", -1);
    const struct vsim_dialect *base = parts[0] ? vsim_spec_find_dialect(parts[0]) : NULL;
    unsigned proposals = 0;

    if (!base) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "there is no dialect \"%s\"; `vfiosim rules --dialects` lists them", text);
        return false;
    }
    for (unsigned i = 1; parts[i]; i++) {
        if (!find_proposal(parts[i], &proposals)) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no proposal \"%s\"",
                        parts[i]);
            return false;
        }
    }
    *dialect = vsim_spec_overlay(base->id, proposals);
    return true;
}

static char *dialect_name(const struct vsim_dialect *dialect)
{
    GString *name = g_string_new(dialect->name);

    for (const struct vsim_name_row *row = vsim_spec_names; row->name; row++)
        if (row->type == VSIM_TYPE_PROPOSALS && dialect->proposals & row->value)
            g_string_append_printf(name, "+%s", row->name);
    return g_string_free(name, FALSE);
}

static bool settle_dialect(struct vsim_replay *replay, GError **error)
{
    if (replay->options.dialect && !parse_dialect(replay->options.dialect, &replay->world->dialect, error))
        return false;
    if (!replay->options.dialect && !replay->has_dialect)
        return vsim_session_refuse(replay, error,
                                   "the trace names no dialect before its first event; expected `world: "
                                   "dialect(name=...)`, or --dialect on the command line");
    replay->dialect = dialect_name(&replay->world->dialect);
    replay->summary.dialect = replay->dialect;
    return true;
}

bool vsim_session_open_backends(struct vsim_replay *replay, GError **error)
{
    if (!settle_dialect(replay, error))
        return false;
    replay->world->without_pictures =
        !replay->options.pictures && replay->options.check != VSIM_REPLAY_CHECK_ALWAYS;
    for (unsigned i = 0; i < replay->n_backends; i++) {
        struct vsim_session_backend *one = &replay->backends[i];

        one->backend = one->class->open(replay->world, error);
        if (!one->backend) {
            g_prefix_error(error, "%s: %s: ", vsim_trace_reader_name(replay->reader), one->class->name);
            return false;
        }
    }
    replay->opened = true;
    return true;
}
