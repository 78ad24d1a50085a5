// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

static const struct vsim_command_help help = {
    .arguments = "TRACE",
    .summary = "Show the IOVA map of a trace after one of its lines, as the model has it: containers with "
               "their groups and\n"
               "domains, the red-black tree of mappings, what memory each mapping pins and where it came "
               "from, stretches that\n"
               "are never mapped, and the regions and locked_vm of each process.\n"
               "\n"
               "Formats:\n"
               "  text  for a terminal (the default)\n"
               "  svg   a picture, drawn by Graphviz\n"
               "  dot   what Graphviz is asked to draw; `dot -Tpdf` makes it a PDF\n"
               "  json  every row of the state\n"
               "\n"
               "Examples:\n"
               "  vfiosim dump traces/scenarios/two-groups-share-the-map.vsim\n"
               "  vfiosim dump TRACE --at 22 --format svg >map.svg",
    .description = "Exit codes:\n"
                   "  0  done\n"
                   "  2  wrong usage\n"
                   "  3  the trace is damaged or means nothing; the message begins file:line\n"
                   "  4  this vfiosim was built without Graphviz and cannot draw SVG",
};

static const struct {
    const char *name;
    enum vsim_report_map_format format;
} formats[] = {
    {"text", VSIM_REPORT_MAP_TEXT},
    {"json", VSIM_REPORT_MAP_JSON},
    {"dot", VSIM_REPORT_MAP_DOT},
    {"svg", VSIM_REPORT_MAP_SVG},
};

static bool find_format(const char *name, enum vsim_report_map_format *format)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *format = formats[i].format;
            return true;
        }
    }
    return false;
}

/* Replay to the end of what is wanted; the title says where that is. */
static bool replay_to(struct vsim_replay *replay, GString *title, GError **error)
{
    struct vsim_command_progress progress;
    const struct vsim_step *step;
    g_autofree char *name = g_path_get_basename(vsim_replay_name(replay));
    int taken;

    g_string_printf(title, "%s, before the first event", name);
    vsim_command_progress_begin(&progress, name);
    while ((taken = vsim_replay_next(replay, &step, error)) > 0) {
        g_string_printf(title, "%s, after line %" PRIu32 ":  ", name, vsim_step_line(step));
        vsim_report_append_event_text(step, title);
        vsim_command_progress_tick(&progress);
    }
    vsim_command_progress_end(&progress);
    return taken == 0;
}

static int dump(struct vsim_replay *replay, enum vsim_report_map_format format)
{
    g_autoptr(GString) title = g_string_new(NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GArray) rows = NULL;
    g_autoptr(GError) error = NULL;

    if (!replay_to(replay, title, &error))
        return vsim_command_fail(error);
    rows = vsim_replay_snapshot(replay, 0);
    if (!vsim_report_map(rows, title->str, format, out, &error))
        return vsim_command_fail(error);
    vsim_command_flush(out);
    return VSIM_EXIT_CONFORMS;
}

int vsim_cmd_dump(int argc, char **argv)
{
    g_autofree char *name = NULL;
    g_autofree char *dialect = NULL;
    g_autoptr(GError) error = NULL;
    struct vsim_replay_options options = {0};
    enum vsim_report_map_format format;
    struct vsim_replay *replay;
    gint64 at = 0;
    int code;
    const GOptionEntry entries[] = {
        {"at", 'a', 0, G_OPTION_ARG_INT64, &at, "The last line that happens (default 0: the whole trace)",
         "LINE"},
        {"dialect", 'd', 0, G_OPTION_ARG_STRING, &dialect, "The kernel's dialect instead of the trace's",
         "NAME"},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &name, "text, svg, dot or json", "FORMAT"},
        G_OPTION_ENTRY_NULL,
    };

    if (!vsim_command_parse(&argc, &argv, entries, &help, &code))
        return code;
    if (argc != 2)
        return vsim_command_usage("dump needs one trace; `vfiosim help dump` explains");
    if (!find_format(name ? name : "text", &format))
        return vsim_command_usage("--format %s: expected text, svg, dot or json", name);
    if (at < 0 || at > UINT32_MAX)
        return vsim_command_usage("--at %" G_GINT64_FORMAT ": expected the number of a line", at);
    options.dialect = dialect;
    options.last_line = (uint32_t)at;
    options.pictures = true;
    if (!vsim_command_backends("model", &options, &error))
        return vsim_command_fail(error);
    replay = vsim_replay_open(argv[1], &options, &error);
    if (!replay)
        return vsim_command_fail(error);
    code = dump(replay, format);
    vsim_replay_close(replay);
    return code;
}
