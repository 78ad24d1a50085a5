// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <vfiosim/rules.h>

#include "command.h"
#include "coverage.h"
#include "places.h"

static const struct vsim_command_help help = {
    .arguments = "[OP | T1-ID | RULE]...",
    .summary =
        "Show the rules of the specification: for each op in the kernel's order of checks the errno, the "
        "rule of\n"
        "spec/, its name, what it says, where the kernel does it, and in which dialects it holds.\n"
        "\n"
        "  vfiosim rules VFIO_IOMMU_MAP_DMA   the checks of one call, in order\n"
        "  vfiosim rules T1-MAP-06            what one rule says; a name such as NO_OVERLAP works, too\n"
        "  vfiosim rules --dialects           the kernels, and what makes them differ\n"
        "  vfiosim rules --coverage           which traces exercise each rule, and on which kernels that was "
        "seen\n"
        "\n"
        "With --coverage, arguments that are files or folders are the traces; without any, the installed "
        "ones.",
    .description = "Exit codes:\n"
                   "  0  done\n"
                   "  1  with --coverage, an event of a trace deviates\n"
                   "  2  wrong usage, or nothing has such a name\n"
                   "  3  with --coverage, a trace is damaged",
};

struct view {
    GString *out;
    char **filters; /* Ops, IDs and names; none: everything. */
    bool json;
    struct vsim_coverage *coverage; /* NULL without --coverage. */
    struct vsim_place *places;
    bool *counted; /* By rule: it has been shown. */
    unsigned n_shown;
    unsigned n_hit;
    unsigned n_confirmed;
};

static bool is_wanted(const struct view *view, const char *op, const struct vsim_rule_info *info)
{
    if (!view->filters[0])
        return true;
    for (unsigned i = 0; view->filters[i]; i++)
        if (g_ascii_strcasecmp(view->filters[i], op) == 0 ||
            g_ascii_strcasecmp(view->filters[i], info->op) == 0 ||
            g_ascii_strcasecmp(view->filters[i], info->spec_id) == 0 ||
            g_ascii_strcasecmp(view->filters[i], info->name) == 0)
            return true;
    return false;
}

/* "all", or the names of the dialects in which the rule holds. */
static char *dialects_of(unsigned rule)
{
    GString *names = g_string_new(NULL);
    struct vsim_dialect_info dialect;
    bool all = true;

    for (unsigned i = 0; vsim_rules_dialect(i, &dialect); i++) {
        if (vsim_rules_hold(rule, i))
            g_string_append_printf(names, "%s%s", names->len ? " " : "", dialect.name);
        else
            all = false;
    }
    if (all)
        g_string_assign(names, "all");
    return g_string_free(names, FALSE);
}

static void append_names(GString *out, const char *label, const GPtrArray *names, guint limit)
{
    if (names->len == 0)
        return;
    g_string_append_printf(out, "%30s %s", "", label);
    for (guint i = 0; i < names->len && i < limit; i++)
        g_string_append_printf(out, "%s %s", i ? "," : "", (const char *)g_ptr_array_index(names, i));
    if (names->len > limit)
        g_string_append_printf(out, " and %u more", names->len - limit);
    g_string_append_c(out, '\n');
}

static void print_coverage(struct view *view, unsigned rule)
{
    const struct vsim_coverage_rule *covered = &view->coverage->rules[rule];
    const struct vsim_place *place = &view->places[rule];

    g_string_append_printf(view->out, "%30s %" PRIu64 " hits; model %s, oracle %s\n", "", covered->n_hits,
                           place->model ? place->model : "-", place->oracle ? place->oracle : "-");
    append_names(view->out, "in", covered->traces, 4);
    append_names(view->out, "seen on", covered->kernels, 8);
}

static void print_rule(struct view *view, unsigned rule, const struct vsim_rule_info *info)
{
    g_autofree char *dialects = dialects_of(rule);

    g_string_append_printf(view->out, "  %-9s %-12s %-22s %s",
                           g_str_equal(info->error, "0") ? "success" : info->error, info->spec_id, info->name,
                           info->sentence);
    g_string_append_printf(view->out, " (%s)", info->source);
    if (!g_str_equal(dialects, "all"))
        g_string_append_printf(view->out, " [%s]", dialects);
    g_string_append_c(view->out, '\n');
    if (view->coverage)
        print_coverage(view, rule);
}

static void append_member(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, ", \"%s\": ", name);
    if (value)
        vsim_report_append_json(out, value);
    else
        g_string_append(out, "null");
}

static void append_array(GString *out, const char *name, const GPtrArray *values)
{
    g_string_append_printf(out, ", \"%s\": [", name);
    for (guint i = 0; i < values->len; i++) {
        g_string_append(out, i ? ", " : "");
        vsim_report_append_json(out, g_ptr_array_index(values, i));
    }
    g_string_append_c(out, ']');
}

static void print_rule_as_json(struct view *view, const char *op, unsigned rule,
                               const struct vsim_rule_info *info)
{
    g_autofree char *dialects = dialects_of(rule);
    g_autofree char *identifier = vsim_rules_identifier(rule);

    g_string_append(view->out, "{\"op\": ");
    vsim_report_append_json(view->out, op);
    append_member(view->out, "rule", identifier);
    append_member(view->out, "name", info->name);
    append_member(view->out, "id", info->spec_id);
    append_member(view->out, "error", info->error);
    append_member(view->out, "says", info->sentence);
    append_member(view->out, "source", info->source);
    append_member(view->out, "dialects", dialects);
    if (view->coverage) {
        g_string_append_printf(view->out, ", \"hits\": %" PRIu64, view->coverage->rules[rule].n_hits);
        append_member(view->out, "model", view->places[rule].model);
        append_member(view->out, "oracle", view->places[rule].oracle);
        append_array(view->out, "traces", view->coverage->rules[rule].traces);
        append_array(view->out, "kernels", view->coverage->rules[rule].kernels);
    }
    g_string_append(view->out, "}\n");
}

static void print_op(struct view *view, const char *op)
{
    g_autoptr(GArray) rules = vsim_rules_of_op(op);
    bool headed = false;

    for (guint i = 0; i < rules->len; i++) {
        const unsigned rule = g_array_index(rules, unsigned, i);
        struct vsim_rule_info info;

        if (!vsim_rules_get(rule, &info) || !is_wanted(view, op, &info))
            continue;
        if (!headed && !view->json)
            g_string_append_printf(view->out, "%s%s\n", view->n_shown ? "\n" : "", op);
        headed = true;
        view->n_shown++;
        if (view->coverage && !view->counted[rule]) {
            view->n_hit += view->coverage->rules[rule].n_hits > 0;
            view->n_confirmed += view->coverage->rules[rule].kernels->len > 0;
        }
        view->counted[rule] = true;
        if (view->json)
            print_rule_as_json(view, op, rule, &info);
        else
            print_rule(view, rule, &info);
    }
}

static unsigned count(const bool *counted)
{
    unsigned n = 0;

    for (unsigned rule = 0; rule < vsim_rules_end(); rule++)
        n += counted[rule];
    return n;
}

static int print_rules(struct view *view)
{
    g_auto(GStrv) ops = vsim_rules_ops();

    for (unsigned i = 0; ops[i]; i++) {
        struct vsim_rule_info info;
        g_autoptr(GArray) rules = vsim_rules_of_op(ops[i]);
        const bool shared = rules->len > 0 && vsim_rules_get(g_array_index(rules, unsigned, 0), &info) &&
                            view->counted[g_array_index(rules, unsigned, 0)];

        /* The rules of a step stand with the ops that take it, unless it was asked for. */
        if (!shared || (view->filters[0] && g_ascii_strcasecmp(view->filters[0], ops[i]) == 0))
            print_op(view, ops[i]);
    }
    if (view->n_shown == 0)
        return vsim_command_usage("no op, rule or name \"%s\"; `vfiosim rules` shows them all",
                                  view->filters[0]);
    if (view->coverage && !view->json)
        g_string_append_printf(
            view->out, "\n%u of %u rules are exercised by %u traces, %u of them seen on a kernel\n",
            view->n_hit, count(view->counted), view->coverage->n_traces, view->n_confirmed);
    return VSIM_EXIT_CONFORMS;
}

static void print_dialects(GString *out, bool json)
{
    struct vsim_dialect_info dialect;

    for (unsigned i = 0; vsim_rules_dialect(i, &dialect); i++) {
        struct vsim_knob_info knob;

        if (json) {
            g_string_append(out, "{\"dialect\": ");
            vsim_report_append_json(out, dialect.name);
            append_member(out, "title", dialect.title);
            for (unsigned j = 0; vsim_rules_knob(i, j, &knob); j++)
                g_string_append_printf(out, ", \"%s\": %s", knob.name, knob.on ? "true" : "false");
            g_string_append(out, "}\n");
        } else {
            g_string_append_printf(out, "%-10s %s\n", dialect.name, dialect.title);
        }
    }
}

static void print_knobs(GString *out)
{
    struct vsim_dialect_info dialect;
    struct vsim_knob_info knob;

    g_string_append_printf(out, "\n%-24s", "what differs");
    for (unsigned i = 0; vsim_rules_dialect(i, &dialect); i++)
        g_string_append_printf(out, " %-8s", dialect.name);
    g_string_append_c(out, '\n');
    for (unsigned j = 0; vsim_rules_knob(0, j, &knob); j++) {
        g_string_append_printf(out, "%-24s", knob.name);
        for (unsigned i = 0; vsim_rules_dialect(i, &dialect) && vsim_rules_knob(i, j, &knob); i++)
            g_string_append_printf(out, " %-8s", knob.on ? "yes" : "-");
        g_string_append_printf(out, " %s; %s\n", knob.meaning, knob.source);
    }
}

static bool is_trace(const char *argument)
{
    return strchr(argument, '/') || g_file_test(argument, G_FILE_TEST_EXISTS) ||
           g_str_has_suffix(argument, ".vsim");
}

/* The source tree's traces, or the installed ones. */
static char *default_corpus(void)
{
    g_autofree char *source = g_build_filename(VSIM_SOURCE_DIR, "traces", NULL);

    if (g_file_test(source, G_FILE_TEST_IS_DIR))
        return g_steal_pointer(&source);
    return g_build_filename(VSIM_DATA_DIR, "traces", NULL);
}

static int collect(struct view *view, char **traces)
{
    enum vsim_exit code = VSIM_EXIT_CONFORMS;
    g_autofree char *corpus = default_corpus();

    view->coverage = vsim_command_coverage_new();
    view->places = vsim_command_places_find(VSIM_SOURCE_DIR);
    for (unsigned i = 0; traces[i]; i++)
        code = vsim_exit_worst(code, (enum vsim_exit)vsim_command_coverage_add(view->coverage, traces[i]));
    if (!traces[0])
        code = (enum vsim_exit)vsim_command_coverage_add(view->coverage, corpus);
    return (int)code;
}

static int show(struct view *view, char **traces, bool coverage)
{
    enum vsim_exit code = VSIM_EXIT_CONFORMS;

    view->counted = g_new0(bool, vsim_rules_end());
    if (coverage)
        code = (enum vsim_exit)collect(view, traces);
    code = vsim_exit_worst(code, (enum vsim_exit)print_rules(view));
    vsim_command_flush(view->out);
    if (view->coverage)
        vsim_command_coverage_free(view->coverage);
    if (view->places)
        vsim_command_places_free(view->places);
    g_free(view->counted);
    return (int)code;
}

int vsim_cmd_rules(int argc, char **argv)
{
    gboolean coverage = FALSE;
    gboolean dialects = FALSE;
    gboolean json = FALSE;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) filters = g_ptr_array_new();
    g_autoptr(GPtrArray) traces = g_ptr_array_new();
    struct view view = {.out = out};
    int code;
    const GOptionEntry entries[] = {
        {"coverage", 'c', 0, G_OPTION_ARG_NONE, &coverage, "Replay traces and say which rules they exercise",
         NULL},
        {"dialects", 'd', 0, G_OPTION_ARG_NONE, &dialects, "Show the dialects", NULL},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &json, "One object a line", NULL},
        G_OPTION_ENTRY_NULL,
    };

    if (!vsim_command_parse(&argc, &argv, entries, &help, &code))
        return code;
    if (dialects) {
        print_dialects(out, json);
        if (!json)
            print_knobs(out);
        vsim_command_flush(out);
        return VSIM_EXIT_CONFORMS;
    }
    for (int i = 1; i < argc; i++)
        g_ptr_array_add(coverage && is_trace(argv[i]) ? traces : filters, argv[i]);
    g_ptr_array_add(filters, NULL);
    g_ptr_array_add(traces, NULL);
    view.filters = (char **)filters->pdata;
    view.json = json;
    return show(&view, (char **)traces->pdata, coverage);
}
