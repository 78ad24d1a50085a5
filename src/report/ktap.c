// SPDX-License-Identifier: MIT
/* KTAP version 1, as the kernel's selftests print it: one test a trace, its failures as diagnostics. */
#include "report.h"

static void ktap_open(struct vsim_report *report, GString *out)
{
    g_string_append_printf(out, "KTAP version 1\n1..%u\n", report->options.n_tests);
}

static void ktap_step(struct vsim_report *report, const struct vsim_step *step, GString *out)
{
    (void)out;
    if (step->verdict == VSIM_VERDICT_DEVIATES || step->verdict == VSIM_VERDICT_UNDECIDED)
        vsim_report_append_failure(report->failures, step);
}

static void append_diagnostics(const char *text, GString *out)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i]; i++)
        if (*lines[i])
            g_string_append_printf(out, "# %s\n", lines[i]);
}

static void ktap_end(struct vsim_report *report, const struct vsim_replay_summary *summary,
                     const GError *error, GString *out)
{
    const enum vsim_exit code = error ? vsim_exit_of_error(error) : vsim_replay_exit(summary);
    const bool passed =
        code == VSIM_EXIT_CONFORMS || code == VSIM_EXIT_UNAVAILABLE || code == VSIM_EXIT_UNDECIDED;

    append_diagnostics(report->failures->str, out);
    if (error)
        append_diagnostics(error->message, out);
    g_string_append(out, "# ");
    vsim_report_append_counts(out, summary);
    g_string_append_printf(out, "\n%s %u %s", passed ? "ok" : "not ok", report->n_traces, report->trace);
    if (code == VSIM_EXIT_UNAVAILABLE)
        g_string_append(out, " # SKIP cannot run here");
    else if (code == VSIM_EXIT_UNDECIDED)
        g_string_append(out, " # TODO the specification does not decide it");
    g_string_append_c(out, '\n');
}

const struct vsim_report_style vsim_report_ktap_style = {
    .open = ktap_open,
    .step = ktap_step,
    .end = ktap_end,
};
