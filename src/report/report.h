// SPDX-License-Identifier: MIT
/*
 * Inside a report: what a run has printed so far, and the four ways to print. Each way is one row of
 * functions; a function that is NULL prints nothing there.
 */
#ifndef VSIM_REPORT_REPORT_H
#define VSIM_REPORT_REPORT_H

#include "../../include/vfiosim/report.h"
#include "../compare/compare.h"

struct vsim_report {
    struct vsim_report_options options;
    unsigned n_traces;
    uint64_t n_events;
    char *trace;
    char *judges;
    GString *failures; /* KTAP and JUnit: what goes into the trace's result. */
    GString *line;     /* Text: the line at hand. */
    GString *body;     /* JUnit: the test cases, which stand behind the suite's counts. */
    unsigned n_failed;
    unsigned n_skipped;
};

struct vsim_report_style {
    void (*open)(struct vsim_report *report, GString *out);
    void (*begin)(struct vsim_report *report, GString *out);
    void (*step)(struct vsim_report *report, const struct vsim_step *step, GString *out);
    void (*end)(struct vsim_report *report, const struct vsim_replay_summary *summary, const GError *error,
                GString *out);
    void (*close)(struct vsim_report *report, GString *out);
};

extern const struct vsim_report_style vsim_report_text_style;
extern const struct vsim_report_style vsim_report_json_style;
extern const struct vsim_report_style vsim_report_ktap_style;
extern const struct vsim_report_style vsim_report_junit_style;

/* "conforms", "deviates", "undecided", "unjudged". */
const char *vsim_report_verdict_name(enum vsim_verdict verdict);

/* The op and the outcome that came, as a trace writes them. */
void vsim_report_append_event(GString *out, const struct vsim_step *step);

/* "line 14: <op> = <outcome>", and the explanation under it: a failure for KTAP and JUnit. */
void vsim_report_append_failure(GString *out, const struct vsim_step *step);

/* "18 events: 17 conform, 1 deviates". */
void vsim_report_append_counts(GString *out, const struct vsim_replay_summary *summary);

#endif
