// SPDX-License-Identifier: MIT
/*
 * Lines like strace's: the number of the line in the trace, a mark, the event as the trace writes it with the
 * outcome that came, and the rule that explains it. Under what does not conform stands why.
 */
#include <inttypes.h>

#include "report.h"

#define RULE_COLUMN 104

struct mark {
    const char *unicode;
    const char *ascii;
    const char *colour;
};

static const struct mark marks[] = {
    [VSIM_VERDICT_UNJUDGED] = {"·", ".", "2"},
    [VSIM_VERDICT_CONFORMS] = {"✓", "+", "32"},
    [VSIM_VERDICT_UNDECIDED] = {"?", "?", "33"},
    [VSIM_VERDICT_DEVIATES] = {"✗", "!", "1;31"},
};

static void append_coloured(const struct vsim_report *report, GString *out, const char *colour,
                            const char *text)
{
    if (report->options.colour)
        g_string_append_printf(out, "\033[%sm%s\033[0m", colour, text);
    else
        g_string_append(out, text);
}

static void append_mark(const struct vsim_report *report, GString *out, enum vsim_verdict verdict)
{
    const struct mark *mark = &marks[verdict];

    append_coloured(report, out, mark->colour, report->options.ascii ? mark->ascii : mark->unicode);
}

static void append_padding(GString *out, glong used, unsigned column)
{
    do
        g_string_append_c(out, ' ');
    while (++used < (glong)column);
}

static void append_hazards(const struct vsim_report *report, const struct vsim_step *step, GString *out)
{
    if (!step->allowed)
        return;
    for (unsigned left = step->allowed->hazards; left != 0; left &= left - 1) {
        const char *name = vsim_replay_hazard_name((unsigned)__builtin_ctz(left));

        g_string_append_c(out, ' ');
        append_coloured(report, out, "35", name ? name : "HZ-?");
    }
}

/* Indented under the event; a difference of states has several lines of its own. */
static void append_explanation(struct vsim_report *report, const struct vsim_step *step, GString *out)
{
    g_string_truncate(report->line, 0);
    vsim_compare_explain(report->line, step);
    if (report->line->len == 0)
        return;
    g_string_append(out, "        ");
    append_coloured(report, out, marks[step->verdict].colour, vsim_report_verdict_name(step->verdict));
    g_string_append(out, ": ");
    g_string_replace(report->line, "\n", "\n        ", 0);
    g_string_append_len(out, report->line->str, (gssize)report->line->len);
    g_string_append_c(out, '\n');
}

static void append_two_rules(const struct vsim_step *step, GString *out)
{
    const struct vsim_rule_row *cited = &vsim_spec_rules[step->actor[0].result.rule];
    const struct vsim_rule_row *rule = &vsim_spec_rules[step->rule];

    g_string_append_printf(out, "        note: the %s refuses by %s (%s), the specification by %s (%s)\n",
                           step->actor[0].name, cited->name, cited->spec_id, rule->name, rule->spec_id);
}

static void text_step(struct vsim_report *report, const struct vsim_step *step, GString *out)
{
    const bool expected = step->verdict == VSIM_VERDICT_CONFORMS || step->verdict == VSIM_VERDICT_UNJUDGED;

    if (report->options.quiet && expected && !step->rules_differ)
        return;
    g_string_append_printf(out, "%6" PRIu32 " ", step->op->line);
    append_mark(report, out, step->verdict);
    g_string_append_c(out, ' ');
    g_string_truncate(report->line, 0);
    vsim_report_append_event(report->line, step);
    g_string_append_len(out, report->line->str, (gssize)report->line->len);
    if (step->rule != VSIM_RULE_NONE) {
        append_padding(out, g_utf8_strlen(report->line->str, -1), RULE_COLUMN);
        append_coloured(report, out, "36", vsim_spec_rules[step->rule].spec_id);
    }
    append_hazards(report, step, out);
    g_string_append_c(out, '\n');
    append_explanation(report, step, out);
    if (step->rules_differ)
        append_two_rules(step, out);
}

static void text_begin(struct vsim_report *report, GString *out)
{
    if (report->options.quiet)
        return;
    if (report->n_traces > 1)
        g_string_append_c(out, '\n');
    append_coloured(report, out, "1", report->trace);
    g_string_append_printf(out, " (%s)\n", report->judges);
}

static void append_hazard_counts(const struct vsim_replay_summary *summary, GString *out)
{
    for (unsigned i = 0; i < VSIM_REPLAY_N_HAZARDS; i++)
        if (summary->n_hazards[i] > 0)
            g_string_append_printf(out, ", %" PRIu64 " %s", summary->n_hazards[i],
                                   vsim_replay_hazard_name(i));
}

static void text_end(struct vsim_report *report, const struct vsim_replay_summary *summary,
                     const GError *error, GString *out)
{
    const enum vsim_exit code = vsim_replay_exit(summary);
    const enum vsim_verdict verdict = error || code == VSIM_EXIT_DEVIATES ? VSIM_VERDICT_DEVIATES
                                      : code == VSIM_EXIT_UNDECIDED       ? VSIM_VERDICT_UNDECIDED
                                      : summary->n_conforms > 0           ? VSIM_VERDICT_CONFORMS
                                                                          : VSIM_VERDICT_UNJUDGED;

    append_mark(report, out, verdict);
    g_string_append_printf(out, " %s: ", report->trace);
    if (summary->dialect)
        g_string_append_printf(out, "dialect %s, ", summary->dialect);
    vsim_report_append_counts(out, summary);
    append_hazard_counts(summary, out);
    if (summary->first_deviation_line != 0)
        g_string_append_printf(out, "; first deviation at line %" PRIu32, summary->first_deviation_line);
    if (error)
        g_string_append(out, "; stopped by an error");
    g_string_append_c(out, '\n');
}

const struct vsim_report_style vsim_report_text_style = {
    .begin = text_begin,
    .step = text_step,
    .end = text_end,
};
