// SPDX-License-Identifier: MIT
#include "command.h"

#include <stdio.h>
#include <string.h>
#include <vfiosim/trace.h>

static const struct vsim_command_help help = {
    .arguments = "FROM [TO]",
    .summary = "Convert a trace from text to binary or back. Both forms hold the same events; text is for "
               "people, binary for\n"
               "long recordings. Nothing is lost on the way: comments, raw bytes and claimed outcomes are in "
               "both. Text comes\n"
               "out in the one spelling that is called canonical: fields in the order of the tables, one "
               "space, sizes in K, M,\n"
               "G or T.\n"
               "\n"
               "The form of FROM is told by its first bytes; `-` is standard input. That of TO is --to, or "
               "else by its name\n"
               "(.vsim is text, .vsimb binary), or else the form that FROM is not. Without TO, or with `-`, "
               "the trace goes to\n"
               "standard output. A file TO appears whole or not at all.\n"
               "\n"
               "Examples:\n"
               "  vfiosim convert boot.vsimb                     print a recording as text\n"
               "  vfiosim convert boot.vsim boot.vsimb           text to binary\n"
               "  vfiosim convert --to text my.vsim my.vsim      make a trace canonical\n"
               "  vfiosim convert --check traces/rules/*/*.vsim  are these canonical, and the same by way of "
               "binary?\n"
               "  vfiosim convert --salvage cut.vsimb cut.vsim   all events before the damage",
    .description = "Exit codes:\n"
                   "  0  done; with --check, every trace comes back byte for byte\n"
                   "  2  wrong usage\n"
                   "  3  FROM is no trace or is damaged (the message begins file:line:column, or names the "
                   "offset), a file cannot\n"
                   "     be read or written, or --check finds a trace that is not canonical",
};

struct arguments {
    char *to;
    gboolean check;
    gboolean salvage;
};

/* The form that is asked for by --to or the name of the file; false when neither says. */
static bool is_asked(const struct arguments *arguments, const char *path, enum vsim_trace_format *format)
{
    const bool by_option = arguments->to != NULL;
    const bool text = by_option ? strcmp(arguments->to, "text") == 0 : g_str_has_suffix(path, ".vsim");
    const bool binary = by_option ? strcmp(arguments->to, "binary") == 0 : g_str_has_suffix(path, ".vsimb");

    *format = binary ? VSIM_TRACE_BINARY : VSIM_TRACE_TEXT;
    return text || binary;
}

static bool choose_format(const struct arguments *arguments, const char *from, const char *to,
                          enum vsim_trace_format *format, GError **error)
{
    if (is_asked(arguments, to, format))
        return true;
    /* Standard input can be read only once; text is what a person at the other end of a pipe wants. */
    if (strcmp(from, "-") == 0)
        return true;
    if (!vsim_trace_detect(from, format, error))
        return false;
    *format = *format == VSIM_TRACE_TEXT ? VSIM_TRACE_BINARY : VSIM_TRACE_TEXT;
    return true;
}

static int convert(const struct arguments *arguments, const char *from, const char *to)
{
    g_autoptr(GError) error = NULL;
    enum vsim_trace_format format;
    bool done = choose_format(arguments, from, to, &format, &error);

    if (done && arguments->salvage)
        done = vsim_trace_salvage(from, to, format, NULL, &error);
    else if (done)
        done = vsim_trace_convert(from, to, format, NULL, &error);
    return done ? VSIM_EXIT_CONFORMS : vsim_command_fail(error);
}

/* Each trace has its say; the worst code wins, and damage is worse than a file that cannot be read. */
static int check_all(int n, char **paths)
{
    int worst = VSIM_EXIT_CONFORMS;

    for (int i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;

        if (vsim_trace_check(paths[i], &error))
            continue;
        if (worst != VSIM_EXIT_INPUT)
            worst = vsim_command_fail(error);
        else
            vsim_command_fail(error);
    }
    return worst;
}

int vsim_cmd_convert(int argc, char **argv)
{
    struct arguments arguments = {0};
    int code;
    const GOptionEntry entries[] = {
        {"to", 't', 0, G_OPTION_ARG_STRING, &arguments.to, "The form of TO: text or binary", "FORM"},
        {"check", 'c', 0, G_OPTION_ARG_NONE, &arguments.check,
         "Write nothing: are the traces canonical, and the same by way of the other form?", NULL},
        {"salvage", 0, 0, G_OPTION_ARG_NONE, &arguments.salvage,
         "Keep the events before the damage of a broken trace", NULL},
        G_OPTION_ENTRY_NULL,
    };

    if (!vsim_command_parse(&argc, &argv, entries, &help, &code))
        ;
    else if (arguments.to && strcmp(arguments.to, "text") != 0 && strcmp(arguments.to, "binary") != 0)
        code = vsim_command_usage("--to %s: expected text or binary", arguments.to);
    else if (arguments.check && (arguments.to || arguments.salvage))
        code = vsim_command_usage("--check writes nothing, so it goes with no other option");
    else if (argc < 2 || (argc > 3 && !arguments.check))
        code = vsim_command_usage("convert needs FROM and may have TO; `vfiosim help convert` explains");
    else if (arguments.check)
        code = check_all(argc - 1, argv + 1);
    else
        code = convert(&arguments, argv[1], argc == 3 ? argv[2] : "-");
    g_free(arguments.to);
    return code;
}
