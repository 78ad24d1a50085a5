// SPDX-License-Identifier: MIT
/* JUnit's XML: one suite, one test case a trace. The suite's counts stand before the cases, so these wait in
 * `body`. */
#include "report.h"

/* XML 1.0 has no way to write most control characters; they become U+FFFD. */
static void append_xml(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *escaped = NULL;

    for (char *c = valid; *c; c++)
        if ((unsigned char)*c < 0x20 && *c != '\n' && *c != '\t')
            *c = '?';
    escaped = g_markup_escape_text(valid, -1);
    g_string_append(out, escaped);
}

static void junit_step(struct vsim_report *report, const struct vsim_step *step, GString *out)
{
    (void)out;
    if (step->verdict == VSIM_VERDICT_DEVIATES)
        vsim_report_append_failure(report->failures, step);
}

static void append_element(struct vsim_report *report, const char *element, const char *message,
                           const char *text)
{
    g_string_append_printf(report->body, "    <%s message=\"", element);
    append_xml(report->body, message);
    g_string_append(report->body, "\">");
    append_xml(report->body, text);
    g_string_append_printf(report->body, "</%s>\n", element);
}

static void junit_end(struct vsim_report *report, const struct vsim_replay_summary *summary,
                      const GError *error, GString *out)
{
    const enum vsim_exit code = error ? vsim_exit_of_error(error) : vsim_replay_exit(summary);
    g_autoptr(GString) counts = g_string_new(NULL);

    (void)out;
    vsim_report_append_counts(counts, summary);
    g_string_append(report->body, "  <testcase classname=\"vfiosim\" name=\"");
    append_xml(report->body, report->trace);
    g_string_append(report->body, "\">\n");
    if (code == VSIM_EXIT_UNAVAILABLE) {
        append_element(report, "skipped", error ? error->message : counts->str, "");
        report->n_skipped++;
    } else if (error) {
        append_element(report, "failure", "the trace cannot be replayed", error->message);
        report->n_failed++;
    } else if (code == VSIM_EXIT_DEVIATES) {
        append_element(report, "failure", counts->str, report->failures->str);
        report->n_failed++;
    }
    g_string_append(report->body, "    <system-out>");
    append_xml(report->body, counts->str);
    g_string_append(report->body, "</system-out>\n  </testcase>\n");
}

static void junit_close(struct vsim_report *report, GString *out)
{
    g_string_append_printf(out,
                           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<testsuite name=\"vfiosim\" tests=\"%u\" failures=\"%u\" skipped=\"%u\">\n",
                           report->n_traces, report->n_failed, report->n_skipped);
    g_string_append_len(out, report->body->str, (gssize)report->body->len);
    g_string_append(out, "</testsuite>\n");
}

const struct vsim_report_style vsim_report_junit_style = {
    .step = junit_step,
    .end = junit_end,
    .close = junit_close,
};
