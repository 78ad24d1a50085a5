// SPDX-License-Identifier: MIT
/* Two runs of one program, event by event: the same op in two traces, dialects or backends. */
#include <inttypes.h>

#include "report.h"

static bool same_op(const struct vsim_step *left, const struct vsim_step *right)
{
    g_autoptr(GString) x = NULL;
    g_autoptr(GString) y = NULL;

    if (left->op->id != right->op->id || left->op->subject != right->op->subject)
        return false;
    x = g_string_new(NULL);
    y = g_string_new(NULL);
    left->words->op(x, left->op);
    right->words->op(y, right->op);
    return g_string_equal(x, y);
}

enum vsim_report_difference vsim_report_compare(const struct vsim_step *left, const struct vsim_step *right)
{
    if (!same_op(left, right))
        return VSIM_REPORT_OTHER_OP;
    if (!left->came || !right->came)
        return VSIM_REPORT_SAME;
    if (!vsim_compare_outcomes(left->op, left->came, right->came))
        return VSIM_REPORT_OTHER_OUTCOME;
    if (left->came->error != 0 && left->rule != right->rule && left->rule != VSIM_RULE_NONE &&
        right->rule != VSIM_RULE_NONE)
        return VSIM_REPORT_OTHER_RULE;
    return VSIM_REPORT_SAME;
}

/* The rule's sentence: with the witness where the oracle has said what it speaks of. */
static void append_reason(const struct vsim_step *step, GString *out)
{
    const struct vsim_rule_row *rule = &vsim_spec_rules[step->rule];

    if (step->rule == VSIM_RULE_NONE)
        return;
    g_string_append(out, ", because ");
    if (step->allowed && step->allowed_index >= 0)
        vsim_compare_sentence(out, step->rule, &step->allowed->one[step->allowed_index].witness);
    else
        g_string_append(out, rule->sentence);
    g_string_append_printf(out, " (%s, %s)", rule->spec_id, rule->source);
}

static void append_side(const struct vsim_step *step, const char *name, GString *out)
{
    g_string_append_printf(out, "        %s: ", name);
    if (step->came)
        step->words->outcome(out, step->op->id, step->came);
    else
        g_string_append(out, "nothing is known");
    append_reason(step, out);
    g_string_append_c(out, '\n');
}

void vsim_report_describe_difference(const struct vsim_step *left, const char *left_name,
                                     const struct vsim_step *right, const char *right_name, GString *out)
{
    if (vsim_report_compare(left, right) == VSIM_REPORT_OTHER_OP) {
        g_string_append_printf(out, "  these are not two runs of one program:\n        %s line %" PRIu32 ": ",
                               left_name, left->op->line);
        left->words->op(out, left->op);
        g_string_append_printf(out, "\n        %s line %" PRIu32 ": ", right_name, right->op->line);
        right->words->op(out, right->op);
        g_string_append_c(out, '\n');
        return;
    }
    g_string_append_printf(out, "%6" PRIu32 " ", left->op->line);
    left->words->op(out, left->op);
    g_string_append_c(out, '\n');
    append_side(left, left_name, out);
    append_side(right, right_name, out);
}

void vsim_report_append_event_text(const struct vsim_step *step, GString *out)
{
    vsim_report_append_event(out, step);
}
