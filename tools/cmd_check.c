// SPDX-License-Identifier: MIT
#include "command.h"

static const struct vsim_command_help help = {
    .arguments = "TRACE...",
    .summary = "Judge what traces recorded, by the specification alone: no model and no kernel takes part. "
               "An event of which\n"
               "the trace claims nothing is not judged; the specification goes on as if it had come out as "
               "allowed.\n"
               "\n"
               "Examples:\n"
               "  vfiosim check traces/recorded/debian-6.12/*.vsim\n"
               "  vfiosim check --dialect 5.12 TRACE      did 5.12 answer so, too?\n"
               "  vfiosim check --json TRACE | jq 'select(.verdict == \"deviates\")'",
    .description = "Exit codes, the worst of all traces (3, 2, 4, 1, 5, 0):\n"
                   "  0  every recorded outcome is allowed\n"
                   "  1  one is not: its line, its rule and what is allowed stand under it\n"
                   "  2  wrong usage\n"
                   "  3  a trace is damaged or means nothing; the message begins file:line\n"
                   "  5  the specification does not decide an event",
};

int vsim_cmd_check(int argc, char **argv)
{
    g_autofree char *dialect = NULL;
    g_autofree char *format = NULL;
    gboolean quiet = FALSE;
    gboolean json = FALSE;
    struct vsim_command_run run = {.judges = "recorded, oracle"};
    g_autoptr(GError) error = NULL;
    int code;
    const GOptionEntry entries[] = {
        {"dialect", 'd', 0, G_OPTION_ARG_STRING, &dialect, "The kernel's dialect instead of the trace's",
         "NAME"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "Print only what does not conform, and a line a trace",
         NULL},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (the default), json, ktap or junit", "FORMAT"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &json, "The same as --format json: one object a line", NULL},
        G_OPTION_ENTRY_NULL,
    };

    if (!vsim_command_parse(&argc, &argv, entries, &help, &code))
        return code;
    if (argc < 2)
        return vsim_command_usage("check needs a trace; `vfiosim help check` explains");
    vsim_command_look(&run.report);
    if (!vsim_command_backends("oracle", &run.replay, &error) ||
        !vsim_command_format(format, json, &run.report, &error))
        return vsim_command_fail(error);
    run.replay.dialect = dialect;
    run.report.quiet = quiet;
    run.report.n_tests = (unsigned)(argc - 1);
    return vsim_command_run(&run, argc - 1, argv + 1);
}
