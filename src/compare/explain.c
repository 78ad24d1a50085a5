// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <string.h>

#include "compare.h"

static void append_placeholder(GString *out, const char *name, size_t length,
                               const struct vsim_witness *witness)
{
    if (strncmp(name, "range", length) == 0)
        g_string_append_printf(out, "0x%" PRIx64 "-0x%" PRIx64, witness->range.first, witness->range.last);
    else if (strncmp(name, "line", length) == 0)
        g_string_append_printf(out, "%" PRIu32, witness->line);
    else if (strncmp(name, "value", length) == 0)
        g_string_append_printf(out, "%" PRIu64, witness->value);
    else if (strncmp(name, "hex", length) == 0)
        g_string_append_printf(out, "0x%" PRIx64, witness->value);
    else if (strncmp(name, "handle", length) == 0)
        g_string_append_printf(out, "%c%" PRIu32, vsim_handle_letter(witness->handle),
                               vsim_handle_number(witness->handle));
    else
        g_string_append_printf(out, "{%.*s}", (int)length, name);
}

void vsim_compare_sentence(GString *out, enum vsim_rule_id rule, const struct vsim_witness *witness)
{
    const char *rest = vsim_spec_rules[rule].sentence;

    while (rest && *rest) {
        const char *open = strchr(rest, '{');
        const char *close = open ? strchr(open, '}') : NULL;

        if (!close) {
            g_string_append(out, rest);
            return;
        }
        g_string_append_len(out, rest, open - rest);
        append_placeholder(out, open + 1, (size_t)(close - open - 1), witness);
        rest = close + 1;
    }
}

void vsim_compare_describe_allowed(GString *out, const struct vsim_step *step)
{
    const struct vsim_allowed *allowed = step->allowed;

    if (allowed->undecided || allowed->n == 0)
        g_string_append(out, "anything: the specification does not decide this");
    for (unsigned i = 0; i < allowed->n; i++) {
        const struct vsim_rule_row *rule = &vsim_spec_rules[allowed->one[i].rule];

        if (i > 0)
            g_string_append(out, "; or ");
        step->words->outcome(out, step->op->id, &allowed->one[i].outcome);
        if (allowed->one[i].rule == VSIM_RULE_NONE)
            continue;
        g_string_append(out, ", because ");
        vsim_compare_sentence(out, allowed->one[i].rule, &allowed->one[i].witness);
        g_string_append_printf(out, " (%s, %s)", rule->spec_id, rule->source);
    }
}

static void append_claims(GString *out, const struct vsim_step *step)
{
    for (unsigned i = 0; i < step->op->n_expected; i++) {
        if (i > 0)
            g_string_append(out, " or ");
        step->words->outcome(out, step->op->id, &step->op->expected[i]);
    }
}

static void append_actor(GString *out, const struct vsim_step *step, unsigned actor)
{
    const struct vsim_result *result = &step->actor[actor].result;

    step->words->outcome(out, step->op->id, &result->outcome);
    g_string_append_printf(out, " from the %s", step->actor[actor].name);
    if (result->rule != VSIM_RULE_NONE && !step->allowed)
        g_string_append_printf(out, " (%s: %s)", vsim_spec_rules[result->rule].spec_id,
                               vsim_spec_rules[result->rule].sentence);
}

static void explain_not_allowed(GString *out, const struct vsim_step *step)
{
    g_string_append(out, "allowed: ");
    vsim_compare_describe_allowed(out, step);
    g_string_append(out, "; came: ");
    if (step->culprit < step->n_actors) {
        append_actor(out, step, step->culprit);
    } else {
        append_claims(out, step);
        g_string_append(out, " in the trace");
    }
}

static void explain_not_recorded(GString *out, const struct vsim_step *step)
{
    if (step->allowed) {
        g_string_append(out, "allowed: ");
        vsim_compare_describe_allowed(out, step);
        g_string_append(out, "; ");
    }
    g_string_append(out, "the trace says: ");
    append_claims(out, step);
    g_string_append(out, "; came: ");
    append_actor(out, step, step->culprit);
}

static void explain_disagreement(GString *out, const struct vsim_step *step)
{
    append_actor(out, step, 0);
    g_string_append(out, ", but ");
    append_actor(out, step, step->culprit);
}

void vsim_compare_explain(GString *out, const struct vsim_step *step)
{
    if (step->verdict == VSIM_VERDICT_UNDECIDED) {
        g_string_append(out, "the specification does not decide this");
        return;
    }
    switch (step->cause) {
    case VSIM_CAUSE_NOT_ALLOWED:
        explain_not_allowed(out, step);
        break;
    case VSIM_CAUSE_NOT_RECORDED:
        explain_not_recorded(out, step);
        break;
    case VSIM_CAUSE_DISAGREE:
        explain_disagreement(out, step);
        break;
    case VSIM_CAUSE_STATE:
        g_string_append(out, "after it the model and the specification differ:\n");
        g_string_append(out, step->detail);
        break;
    case VSIM_CAUSE_BROKEN:
        g_string_append_printf(out, "the structures are broken: %s", step->detail);
        break;
    case VSIM_CAUSE_NONE:
        break;
    }
}
