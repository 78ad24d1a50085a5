// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>

#include "command.h"

static const struct vsim_command_help help = {
    .arguments = "A B | --backend X,Y TRACE | --dialect X,Y TRACE",
    .summary =
        "Compare two runs of one program, event by event, and say which rule makes each difference:\n"
        "\n"
        "  vfiosim diff A B                           two recordings of it, as they stand in the traces\n"
        "  vfiosim diff --dialect 6.1,6.12 TRACE      the model of two kernels\n"
        "  vfiosim diff --backend model,kernel TRACE  the model and this kernel\n"
        "\n"
        "Examples:\n"
        "  vfiosim diff traces/recorded/debian-6.1/X.vsim traces/recorded/debian-6.12/X.vsim\n"
        "  vfiosim diff --dialect 5.8,mainline traces/scenarios/unmap-all-takes-everything.vsim",
    .description = "Exit codes:\n"
                   "  0  no outcome differs\n"
                   "  1  outcomes differ, or the traces are not of one program\n"
                   "  2  wrong usage\n"
                   "  3  a trace is damaged or means nothing; the message begins file:line\n"
                   "  4  a backend cannot run here\n"
                   "An event that both refuse with the same errno for different rules is shown, marked `~`, "
                   "but is no difference.",
};

/* One of the two runs. */
struct side {
    const char *path;
    const char *name; /* In the report: the path, the dialect or the backend. */
    struct vsim_replay_options options;
    struct vsim_replay *replay;
    const struct vsim_step *step;
};

struct tally {
    uint64_t n_events;
    uint64_t n_differ;
    uint64_t n_other_rule;
};

static bool split_pair(const char *option, const char *text, char ***pair, GError **error)
{
    *pair = g_strsplit(text, ",", -1);
    if (g_strv_length(*pair) == 2)
        return true;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s %s: expected two, as in X,Y", option,
                text);
    return false;
}

/* A backend that acts gets the oracle beside it, which knows the rules. */
static bool choose_backend(struct side *side, const char *backend, GError **error)
{
    g_autofree char *with_oracle = g_strdup_printf("%s,oracle", backend);
    const bool alone = g_str_equal(backend, "oracle");

    return vsim_command_backends(alone ? backend : with_oracle, &side->options, error);
}

static bool prepare_sides(struct side sides[2], char **backends, char **dialects, char **paths,
                          GError **error)
{
    for (unsigned i = 0; i < 2; i++) {
        const char *backend = backends ? backends[i] : dialects ? "model" : "oracle";

        sides[i].path = backends || dialects ? paths[0] : paths[i];
        sides[i].name = dialects ? dialects[i] : backends ? backends[i] : paths[i];
        sides[i].options.dialect = dialects ? dialects[i] : NULL;
        if (!choose_backend(&sides[i], backend, error))
            return false;
    }
    return true;
}

static void count_and_print(const struct side sides[2], struct tally *tally, GString *out)
{
    const enum vsim_report_difference difference = vsim_report_compare(sides[0].step, sides[1].step);

    tally->n_events++;
    if (difference == VSIM_REPORT_SAME)
        return;
    g_string_append(out, difference == VSIM_REPORT_OTHER_RULE ? "~" : "!");
    vsim_report_describe_difference(sides[0].step, sides[0].name, sides[1].step, sides[1].name, out);
    if (difference == VSIM_REPORT_OTHER_RULE)
        tally->n_other_rule++;
    else
        tally->n_differ++;
}

/* 1 while both have an event; 0 when both, or one too early, have ended. */
static int next_pair(struct side sides[2], struct tally *tally, GString *out, GError **error)
{
    int taken[2];

    for (unsigned i = 0; i < 2; i++) {
        taken[i] = vsim_replay_next(sides[i].replay, &sides[i].step, error);
        if (taken[i] < 0)
            return -1;
    }
    if (taken[0] != taken[1]) {
        g_string_append_printf(out, "!  %s ends after %" PRIu64 " events, %s goes on\n",
                               sides[taken[0] ? 1 : 0].name, tally->n_events, sides[taken[0] ? 0 : 1].name);
        tally->n_differ++;
        return 0;
    }
    return taken[0];
}

static bool walk(struct side sides[2], struct tally *tally, GString *out, GError **error)
{
    struct vsim_command_progress progress;
    int taken;

    for (unsigned i = 0; i < 2; i++) {
        sides[i].replay = vsim_replay_open(sides[i].path, &sides[i].options, error);
        if (!sides[i].replay)
            return false;
    }
    vsim_command_progress_begin(&progress, sides[0].path);
    while ((taken = next_pair(sides, tally, out, error)) > 0) {
        count_and_print(sides, tally, out);
        vsim_command_flush(out);
        vsim_command_progress_tick(&progress);
        if (vsim_report_compare(sides[0].step, sides[1].step) == VSIM_REPORT_OTHER_OP)
            break;
    }
    vsim_command_progress_end(&progress);
    return taken >= 0;
}

static int compare(struct side sides[2])
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    struct tally tally = {0};
    int code = VSIM_EXIT_CONFORMS;

    walk(sides, &tally, out, &error);
    g_string_append_printf(out, "%s and %s: %" PRIu64 " events, %" PRIu64 " differ", sides[0].name,
                           sides[1].name, tally.n_events, tally.n_differ);
    if (tally.n_other_rule > 0)
        g_string_append_printf(out, ", %" PRIu64 " refused alike by another rule", tally.n_other_rule);
    g_string_append_c(out, '\n');
    vsim_command_flush(out);
    if (error)
        code = vsim_command_fail(error);
    else if (tally.n_differ > 0)
        code = VSIM_EXIT_DEVIATES;
    for (unsigned i = 0; i < 2; i++)
        vsim_replay_close(sides[i].replay);
    return code;
}

int vsim_cmd_diff(int argc, char **argv)
{
    g_autofree char *backend = NULL;
    g_autofree char *dialect = NULL;
    g_auto(GStrv) devices = NULL;
    g_auto(GStrv) backends = NULL;
    g_auto(GStrv) dialects = NULL;
    g_autoptr(GError) error = NULL;
    struct side sides[2] = {0};
    int code;
    const GOptionEntry entries[] = {
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &backend, "Two backends: model, oracle, kernel", "X,Y"},
        {"dialect", 'd', 0, G_OPTION_ARG_STRING, &dialect, "Two dialects of the model", "X,Y"},
        {"device", 0, 0, G_OPTION_ARG_STRING_ARRAY, &devices,
         "Let the kernel backend use a device of this host", "d0=PCI"},
        G_OPTION_ENTRY_NULL,
    };

    if (!vsim_command_parse(&argc, &argv, entries, &help, &code))
        return code;
    if (backend && dialect)
        return vsim_command_usage("diff compares two backends or two dialects, not both at once");
    if (argc != (backend || dialect ? 2 : 3))
        return vsim_command_usage("diff needs %s; `vfiosim help diff` explains",
                                  backend || dialect ? "one trace" : "two traces");
    if ((backend && !split_pair("--backend", backend, &backends, &error)) ||
        (dialect && !split_pair("--dialect", dialect, &dialects, &error)) ||
        !vsim_command_devices(devices, &error) || !prepare_sides(sides, backends, dialects, argv + 1, &error))
        return vsim_command_fail(error);
    return compare(sides);
}
