// SPDX-License-Identifier: MIT
/* Traces replayed one after the other into one report, and how far that has come. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "command.h"

#define FLUSH_BYTES    (64 * 1024)
#define TICKS_PER_LOOK 4096

void vsim_command_progress_begin(struct vsim_command_progress *progress, const char *what)
{
    *progress = (struct vsim_command_progress){
        .what = what,
        .next_us = g_get_monotonic_time() + G_USEC_PER_SEC,
        .wanted = isatty(STDERR_FILENO) != 0,
    };
}

void vsim_command_progress_tick(struct vsim_command_progress *progress)
{
    gint64 now_us;

    if (++progress->n_events % TICKS_PER_LOOK != 0 || !progress->wanted)
        return;
    now_us = g_get_monotonic_time();
    if (now_us < progress->next_us)
        return;
    progress->next_us = now_us + G_USEC_PER_SEC;
    progress->shown = true;
    fprintf(stderr, "\r%s: %" PRIu64 " events\033[K", progress->what, progress->n_events);
}

void vsim_command_progress_end(struct vsim_command_progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}

/* Where the recording of a trace goes: the file that was named, or one in the directory that was. */
static char *record_path(const char *record, const char *trace)
{
    g_autofree char *name = NULL;

    if (!record || !g_file_test(record, G_FILE_TEST_IS_DIR))
        return g_strdup(record);
    name = g_path_get_basename(trace);
    return g_build_filename(record, name, NULL);
}

static bool report_events(struct vsim_replay *replay, struct vsim_report *report, GString *out,
                          GError **error)
{
    struct vsim_command_progress progress;
    const struct vsim_step *step;
    int taken;

    vsim_command_progress_begin(&progress, vsim_replay_name(replay));
    while ((taken = vsim_replay_next(replay, &step, error)) > 0) {
        vsim_report_step(report, step, out);
        if (out->len >= FLUSH_BYTES)
            vsim_command_flush(out);
        vsim_command_progress_tick(&progress);
    }
    vsim_command_progress_end(&progress);
    return taken == 0;
}

static int run_one(const struct vsim_command_run *run, const char *trace, struct vsim_report *report,
                   GString *out)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *record = record_path(run->record, trace);
    struct vsim_replay_options options = run->replay;
    struct vsim_replay_summary summary = {0};
    struct vsim_replay *replay;
    enum vsim_exit code = VSIM_EXIT_CONFORMS;

    options.record = record;
    vsim_report_begin(report, trace, run->judges, out);
    replay = vsim_replay_open(trace, &options, &error);
    if (replay) {
        report_events(replay, report, out, &error);
        vsim_replay_summary(replay, &summary);
    }
    vsim_report_end(report, &summary, error, out);
    vsim_command_flush(out);
    if (error)
        code = (enum vsim_exit)vsim_command_fail(error);
    code = vsim_exit_worst(code, vsim_replay_exit(&summary));
    if (replay)
        vsim_replay_close(replay);
    return (int)code;
}

int vsim_command_run(const struct vsim_command_run *run, int n_traces, char **traces)
{
    struct vsim_report *report = vsim_report_new(&run->report);
    g_autoptr(GString) out = g_string_new(NULL);
    enum vsim_exit code = VSIM_EXIT_CONFORMS;

    vsim_report_open(report, out);
    for (int i = 0; i < n_traces; i++)
        code = vsim_exit_worst(code, (enum vsim_exit)run_one(run, traces[i], report, out));
    vsim_report_close(report, out);
    vsim_command_flush(out);
    vsim_report_free(report);
    return (int)code;
}
