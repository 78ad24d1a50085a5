// SPDX-License-Identifier: MIT
#include "report.h"

#include <inttypes.h>

static const struct vsim_report_style *const styles[] = {
    [VSIM_REPORT_TEXT] = &vsim_report_text_style,
    [VSIM_REPORT_JSON] = &vsim_report_json_style,
    [VSIM_REPORT_KTAP] = &vsim_report_ktap_style,
    [VSIM_REPORT_JUNIT] = &vsim_report_junit_style,
};

struct vsim_report *vsim_report_new(const struct vsim_report_options *options)
{
    struct vsim_report *report = g_new0(struct vsim_report, 1);

    report->options = *options;
    report->failures = g_string_new(NULL);
    report->line = g_string_new(NULL);
    report->body = g_string_new(NULL);
    return report;
}

void vsim_report_free(struct vsim_report *report)
{
    g_string_free(report->failures, TRUE);
    g_string_free(report->line, TRUE);
    g_string_free(report->body, TRUE);
    g_free(report->trace);
    g_free(report->judges);
    g_free(report);
}

void vsim_report_open(struct vsim_report *report, GString *out)
{
    if (styles[report->options.format]->open)
        styles[report->options.format]->open(report, out);
}

void vsim_report_close(struct vsim_report *report, GString *out)
{
    if (styles[report->options.format]->close)
        styles[report->options.format]->close(report, out);
}

void vsim_report_begin(struct vsim_report *report, const char *trace, const char *judges, GString *out)
{
    g_free(report->trace);
    g_free(report->judges);
    report->trace = g_strdup(trace);
    report->judges = g_strdup(judges);
    report->n_traces++;
    report->n_events = 0;
    g_string_truncate(report->failures, 0);
    if (styles[report->options.format]->begin)
        styles[report->options.format]->begin(report, out);
}

void vsim_report_step(struct vsim_report *report, const struct vsim_step *step, GString *out)
{
    report->n_events++;
    styles[report->options.format]->step(report, step, out);
}

void vsim_report_end(struct vsim_report *report, const struct vsim_replay_summary *summary,
                     const GError *error, GString *out)
{
    styles[report->options.format]->end(report, summary, error, out);
}

const char *vsim_report_verdict_name(enum vsim_verdict verdict)
{
    static const char *const names[] = {
        [VSIM_VERDICT_UNJUDGED] = "unjudged",
        [VSIM_VERDICT_CONFORMS] = "conforms",
        [VSIM_VERDICT_UNDECIDED] = "undecided",
        [VSIM_VERDICT_DEVIATES] = "deviates",
    };
    return names[verdict];
}

void vsim_report_append_event(GString *out, const struct vsim_step *step)
{
    step->words->op(out, step->op);
    if (!step->came)
        return;
    g_string_append(out, " = ");
    step->words->outcome(out, step->op->id, step->came);
}

void vsim_report_append_failure(GString *out, const struct vsim_step *step)
{
    g_string_append_printf(out, "line %" PRIu32 ": ", step->op->line);
    vsim_report_append_event(out, step);
    g_string_append(out, "\n  ");
    vsim_compare_explain(out, step);
    g_string_append_c(out, '\n');
}

static void append_count(GString *out, uint64_t n, const char *one, const char *many)
{
    if (n > 0)
        g_string_append_printf(out, ", %" PRIu64 " %s", n, n == 1 ? one : many);
}

void vsim_report_append_counts(GString *out, const struct vsim_replay_summary *summary)
{
    g_string_append_printf(out, "%" PRIu64 " event%s", summary->n_events, summary->n_events == 1 ? "" : "s");
    append_count(out, summary->n_conforms, "conforms", "conform");
    append_count(out, summary->n_deviates, "deviates", "deviate");
    append_count(out, summary->n_undecided, "undecided", "undecided");
    append_count(out, summary->n_unjudged, "unjudged", "unjudged");
    append_count(out, summary->n_unavailable, "cannot be done here", "cannot be done here");
}
