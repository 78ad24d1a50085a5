// SPDX-License-Identifier: MIT
#include "command.h"

static const struct vsim_command_help help = {
    .arguments = "TRACE...",
    .summary =
        "Replay traces event by event on one or more backends, and judge each event. The model (sim/) and a\n"
        "kernel act; the oracle beside them says which outcomes the specification allows, and why. What came "
        "is\n"
        "compared with that, with what the trace claims (`= X`), and the states of model and oracle with "
        "each other.\n"
        "\n"
        "  --backend model,oracle   the default: the model, judged by the specification\n"
        "  --backend model          the model against what the trace claims\n"
        "  --backend kernel,oracle  this kernel, judged by the specification\n"
        "\n"
        "Examples:\n"
        "  vfiosim replay traces/scenarios/overlap-is-eexist-and-adjacent-is-fine.vsim\n"
        "  vfiosim replay --quiet traces/recorded/debian-6.12/*.vsim\n"
        "  vfiosim replay --dialect 5.8 --record /tmp/on-5.8.vsim --backend model TRACE\n"
        "  vfiosim replay --backend kernel,oracle --device d0=0000:01:00.0 TRACE\n"
        "  vfiosim replay --format ktap traces/scenarios/*.vsim",
    .description = "Exit codes, the worst of all traces (3, 2, 4, 1, 5, 0):\n"
                   "  0  every event conforms\n"
                   "  1  an event deviates: its rule, what is allowed and what came stand under it\n"
                   "  2  wrong usage\n"
                   "  3  a trace is damaged or means nothing; the message begins file:line\n"
                   "  4  a backend cannot run here\n"
                   "  5  the specification does not decide an event",
};

struct arguments {
    char *backend;
    char *dialect;
    char *format;
    char *record;
    char **devices;
    gboolean quiet;
    gboolean json;
    gboolean check_invariants;
};

static bool prepare(const struct arguments *arguments, int n_traces, struct vsim_command_run *run,
                    GError **error)
{
    const char *backend = arguments->backend ? arguments->backend : "model,oracle";

    if (arguments->record && n_traces > 1 && !g_file_test(arguments->record, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "--record %s: several traces need a directory that is there", arguments->record);
        return false;
    }
    run->replay.dialect = arguments->dialect;
    run->replay.check = arguments->check_invariants ? VSIM_REPLAY_CHECK_ALWAYS : VSIM_REPLAY_CHECK_DEFAULT;
    run->report.quiet = arguments->quiet;
    run->report.n_tests = (unsigned)n_traces;
    run->record = arguments->record;
    run->judges = backend;
    vsim_command_look(&run->report);
    return vsim_command_backends(backend, &run->replay, error) &&
           vsim_command_devices(arguments->devices, error) &&
           vsim_command_format(arguments->format, arguments->json, &run->report, error);
}

int vsim_cmd_replay(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct vsim_command_run run = {0};
    g_autoptr(GError) error = NULL;
    int code;
    const GOptionEntry entries[] = {
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &arguments.backend,
         "Which judges: model, oracle, kernel, or several", "LIST"},
        {"dialect", 'd', 0, G_OPTION_ARG_STRING, &arguments.dialect,
         "The kernel's dialect instead of the trace's (6.1, 6.12+pkernfs)", "NAME"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &arguments.quiet,
         "Print only what does not conform, and a line a trace", NULL},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &arguments.format, "text (the default), json, ktap or junit",
         "FORMAT"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &arguments.json, "The same as --format json: one object a line",
         NULL},
        {"record", 'r', 0, G_OPTION_ARG_FILENAME, &arguments.record,
         "Write the trace again with what the first backend answered", "OUT"},
        {"device", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.devices,
         "Let the kernel backend use a device of this host", "d0=PCI"},
        {"check-invariants", 0, 0, G_OPTION_ARG_NONE, &arguments.check_invariants,
         "Check every structure after every event (slow)", NULL},
        G_OPTION_ENTRY_NULL,
    };

    if (!vsim_command_parse(&argc, &argv, entries, &help, &code))
        ;
    else if (argc < 2)
        code = vsim_command_usage("replay needs a trace; `vfiosim help replay` explains");
    else if (!prepare(&arguments, argc - 1, &run, &error))
        code = vsim_command_fail(error);
    else
        code = vsim_command_run(&run, argc - 1, argv + 1);
    g_free(arguments.backend);
    g_free(arguments.dialect);
    g_free(arguments.format);
    g_free(arguments.record);
    g_strfreev(arguments.devices);
    return code;
}
