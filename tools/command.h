// SPDX-License-Identifier: MIT
/*
 * The vfiosim command: one verb a file, cmd_<verb>.c, and what verbs share.
 *
 * A verb gets its own argv (argv[0] is its name) and returns an exit code of enum vsim_exit. It prints
 * results on standard output and what is the matter, once, on standard error.
 */
#ifndef VFIOSIM_TOOLS_COMMAND_H
#define VFIOSIM_TOOLS_COMMAND_H

#include <stdbool.h>

#include <glib.h>

#include <vfiosim/replay.h>
#include <vfiosim/report.h>

int vsim_cmd_bench(int argc, char **argv);
int vsim_cmd_check(int argc, char **argv);
int vsim_cmd_convert(int argc, char **argv);
int vsim_cmd_diff(int argc, char **argv);
int vsim_cmd_dump(int argc, char **argv);
int vsim_cmd_lab(int argc, char **argv);
int vsim_cmd_replay(int argc, char **argv);
int vsim_cmd_rules(int argc, char **argv);

/* What `--help` of a verb says beside its options. */
struct vsim_command_help {
    const char *arguments;   /* "TRACE...". */
    const char *summary;     /* What it does, and examples: stands before the options. */
    const char *description; /* Exit codes and the like: stands behind them. */
};

/*
 * Parse the options and leave the arguments in argv. False when the verb is done: `--help` has been printed,
 * or what is wrong; `*code` is its exit code then.
 */
bool vsim_command_parse(int *argc, char ***argv, const GOptionEntry *entries,
                        const struct vsim_command_help *help, int *code);

/* "vfiosim: <what>" on standard error; returns the exit code. */
int vsim_command_fail(const GError *error);
int vsim_command_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Backends from "model,oracle" into the options, in that order; false with an error in G_OPTION_ERROR. */
bool vsim_command_backends(const char *list, struct vsim_replay_options *options, GError **error);

/* `--device d0=0000:00:04.0`, any number of them. */
bool vsim_command_devices(char **devices, GError **error);

/* Print what is in `out` and empty it. */
void vsim_command_flush(GString *out);

/* What the terminal can show: colour, ASCII only. */
void vsim_command_look(struct vsim_report_options *options);

/* Traces replayed one after the other into one report: what replay and check do. */
struct vsim_command_run {
    struct vsim_replay_options replay;
    struct vsim_report_options report;
    const char *judges; /* For the report: "model, oracle". */
    const char
        *record; /* A file, or a directory that gets a file of the same name for each trace; NULL: no. */
};
int vsim_command_run(const struct vsim_command_run *run, int n_traces, char **traces);

/* Choose the form of a report from `--format` and `--json`. */
bool vsim_command_format(const char *format, bool json, struct vsim_report_options *options, GError **error);

/* "12,345,678 events" on a terminal's standard error once a second, from the second second on. */
struct vsim_command_progress {
    const char *what;
    gint64 next_us;
    uint64_t n_events;
    bool wanted;
    bool shown;
};
void vsim_command_progress_begin(struct vsim_command_progress *progress, const char *what);
void vsim_command_progress_tick(struct vsim_command_progress *progress);
void vsim_command_progress_end(struct vsim_command_progress *progress);

#endif
