// SPDX-License-Identifier: MIT
/* The tables of src/spec as the public API shows them. */
#include "vfiosim/rules.h"

#include <string.h>

#include "../spec/spec.h"

unsigned vsim_rules_end(void)
{
    return VSIM_N_RULES;
}

static const struct vsim_knob_row *find_knob(size_t offset)
{
    for (const struct vsim_knob_row *knob = vsim_spec_knobs; knob->name; knob++)
        if (knob->offset == offset)
            return knob;
    return NULL;
}

bool vsim_rules_get(unsigned rule, struct vsim_rule_info *info)
{
    const struct vsim_rule_row *row;
    const struct vsim_knob_row *knob;

    if (rule == VSIM_RULE_NONE || rule >= VSIM_N_RULES)
        return false;
    row = &vsim_spec_rules[rule];
    knob = row->when.kind == VSIM_WHEN_ALWAYS ? NULL : find_knob(row->when.knob_offset);
    *info = (struct vsim_rule_info){
        .op = vsim_spec_ops[row->op].label,
        .op_name = vsim_spec_ops[row->op].name,
        .name = row->name,
        .spec_id = row->spec_id,
        .error = row->error == 0 ? "0" : vsim_spec_errno_name(row->error),
        .sentence = row->sentence,
        .source = row->source,
        .knob = knob ? knob->name : NULL,
        .knob_on = row->when.kind == VSIM_WHEN_IF,
        .includes = row->includes == VSIM_OP_NONE ? NULL : vsim_spec_ops[row->includes].label,
    };
    return true;
}

char *vsim_rules_identifier(unsigned rule)
{
    const struct vsim_rule_row *row = &vsim_spec_rules[rule];
    g_autofree char *op = g_ascii_strup(vsim_spec_ops[row->op].name, -1);

    return g_strdup_printf("%s_%s", op, row->name);
}

bool vsim_rules_hold(unsigned rule, unsigned dialect)
{
    return vsim_spec_rule_applies((enum vsim_rule_id)rule, &vsim_spec_dialects[dialect]);
}

bool vsim_rules_dialect(unsigned dialect, struct vsim_dialect_info *info)
{
    if (dialect >= VSIM_N_DIALECTS)
        return false;
    *info = (struct vsim_dialect_info){
        .name = vsim_spec_dialects[dialect].name,
        .title = vsim_spec_dialects[dialect].title,
    };
    return true;
}

bool vsim_rules_knob(unsigned dialect, unsigned knob, struct vsim_knob_info *info)
{
    const struct vsim_knob_row *row = vsim_spec_knobs;

    for (unsigned i = 0; i < knob && row->name; i++)
        row++;
    if (!row->name)
        return false;
    *info = (struct vsim_knob_info){
        .name = row->name,
        .meaning = row->meaning,
        .source = row->source,
        .on = *(const bool *)((const char *)&vsim_spec_dialects[dialect] + row->offset),
    };
    return true;
}

static void append_rules(GArray *rules, enum vsim_op_id op)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op];

    for (unsigned rule = row->first_rule; rule < (unsigned)vsim_spec_rules_end(row); rule++) {
        if (vsim_spec_rules[rule].includes != VSIM_OP_NONE)
            append_rules(rules, vsim_spec_rules[rule].includes);
        else
            g_array_append_val(rules, rule);
    }
}

GArray *vsim_rules_of_op(const char *op)
{
    GArray *rules = g_array_new(FALSE, FALSE, sizeof(unsigned));

    for (unsigned id = 1; id < VSIM_N_OPS; id++)
        if (strcmp(vsim_spec_ops[id].label, op) == 0 || strcmp(vsim_spec_ops[id].name, op) == 0)
            append_rules(rules, (enum vsim_op_id)id);
    return rules;
}

char **vsim_rules_ops(void)
{
    GStrvBuilder *builder = g_strv_builder_new();
    char **ops;

    for (unsigned steps = 0; steps < 2; steps++)
        for (unsigned id = 1; id < VSIM_N_OPS; id++) {
            const struct vsim_op_row *row = &vsim_spec_ops[id];

            if ((row->kind == VSIM_KIND_STEP) == (steps == 1) && row->first_rule < vsim_spec_rules_end(row))
                g_strv_builder_add(builder, row->label);
        }
    ops = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
    return ops;
}
