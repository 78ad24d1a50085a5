// SPDX-License-Identifier: MIT
/* JSON lines: one object for each event ("event") and one for each trace ("summary"). */
#include <json-glib/json-glib.h>

#include "report.h"

void vsim_report_append_json(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(JsonNode) node = json_node_init_string(json_node_alloc(), valid);
    g_autofree char *written = json_to_string(node, FALSE);

    g_string_append(out, written);
}

static void finish_line(JsonBuilder *builder, GString *out)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *written = json_to_string(root, FALSE);

    g_string_append(out, written);
    g_string_append_c(out, '\n');
}

static void add_string(JsonBuilder *builder, const char *name, const char *value)
{
    g_autofree char *valid = g_utf8_make_valid(value, -1);

    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, valid);
}

static void add_number(JsonBuilder *builder, const char *name, uint64_t value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, (gint64)value);
}

static void add_outcome(JsonBuilder *builder, const char *name, const struct vsim_step *step,
                        const struct vsim_outcome *outcome)
{
    g_autoptr(GString) text = g_string_new(NULL);

    step->words->outcome(text, step->op->id, outcome);
    add_string(builder, name, text->str);
}

static void add_allowed(JsonBuilder *builder, const struct vsim_step *step)
{
    json_builder_set_member_name(builder, "allowed");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < step->allowed->n; i++) {
        const struct vsim_rule_row *rule = &vsim_spec_rules[step->allowed->one[i].rule];
        g_autoptr(GString) because = g_string_new(NULL);

        json_builder_begin_object(builder);
        add_outcome(builder, "outcome", step, &step->allowed->one[i].outcome);
        if (step->allowed->one[i].rule != VSIM_RULE_NONE) {
            vsim_compare_sentence(because, step->allowed->one[i].rule, &step->allowed->one[i].witness);
            add_string(builder, "rule", rule->name);
            add_string(builder, "id", rule->spec_id);
            add_string(builder, "because", because->str);
            add_string(builder, "source", rule->source);
        }
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "hazards");
    json_builder_begin_array(builder);
    for (unsigned left = step->allowed->hazards; left != 0; left &= left - 1)
        json_builder_add_string_value(builder, vsim_replay_hazard_name((unsigned)__builtin_ctz(left)));
    json_builder_end_array(builder);
}

static void add_actors(JsonBuilder *builder, const struct vsim_step *step)
{
    json_builder_set_member_name(builder, "backends");
    json_builder_begin_object(builder);
    for (unsigned i = 0; i < step->n_actors; i++) {
        json_builder_set_member_name(builder, step->actor[i].name);
        if (step->actor[i].result.unavailable) {
            json_builder_add_null_value(builder);
        } else {
            g_autoptr(GString) text = g_string_new(NULL);

            step->words->outcome(text, step->op->id, &step->actor[i].result.outcome);
            json_builder_add_string_value(builder, text->str);
        }
    }
    json_builder_end_object(builder);
}

static void add_verdict(JsonBuilder *builder, const struct vsim_step *step)
{
    g_autoptr(GString) why = g_string_new(NULL);

    add_string(builder, "verdict", vsim_report_verdict_name(step->verdict));
    if (step->rule != VSIM_RULE_NONE) {
        add_string(builder, "rule", vsim_spec_rules[step->rule].name);
        add_string(builder, "id", vsim_spec_rules[step->rule].spec_id);
    }
    vsim_compare_explain(why, step);
    if (why->len > 0)
        add_string(builder, "why", why->str);
}

static void json_step(struct vsim_report *report, const struct vsim_step *step, GString *out)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(GString) op = g_string_new(NULL);

    step->words->op(op, step->op);
    json_builder_begin_object(builder);
    add_string(builder, "type", "event");
    add_string(builder, "trace", report->trace);
    add_number(builder, "line", step->op->line);
    add_string(builder, "op", op->str);
    add_string(builder, "call", vsim_spec_ops[step->op->id].label);
    if (step->came) {
        add_outcome(builder, "outcome", step, step->came);
        add_string(builder, "from", step->came_from);
    }
    add_verdict(builder, step);
    if (step->allowed)
        add_allowed(builder, step);
    if (step->n_actors > 0)
        add_actors(builder, step);
    json_builder_end_object(builder);
    finish_line(builder, out);
}

static void json_end(struct vsim_report *report, const struct vsim_replay_summary *summary,
                     const GError *error, GString *out)
{
    const enum vsim_exit code = error ? vsim_exit_of_error(error) : vsim_replay_exit(summary);
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autofree char *digest = g_strdup_printf("%016" G_GINT64_MODIFIER "x", summary->state_digest);

    json_builder_begin_object(builder);
    add_string(builder, "type", "summary");
    add_string(builder, "trace", report->trace);
    if (summary->dialect)
        add_string(builder, "dialect", summary->dialect);
    add_string(builder, "judges", report->judges);
    add_number(builder, "events", summary->n_events);
    add_number(builder, "conforms", summary->n_conforms);
    add_number(builder, "deviates", summary->n_deviates);
    add_number(builder, "undecided", summary->n_undecided);
    add_number(builder, "unjudged", summary->n_unjudged);
    add_number(builder, "unavailable", summary->n_unavailable);
    add_number(builder, "rules_differ", summary->n_rules_differ);
    for (unsigned i = 0; i < VSIM_REPLAY_N_HAZARDS; i++)
        if (summary->n_hazards[i] > 0)
            add_number(builder, vsim_replay_hazard_name(i), summary->n_hazards[i]);
    add_string(builder, "state_digest", digest);
    if (error)
        add_string(builder, "error", error->message);
    add_number(builder, "exit", code);
    json_builder_end_object(builder);
    finish_line(builder, out);
}

const struct vsim_report_style vsim_report_json_style = {
    .step = json_step,
    .end = json_end,
};
