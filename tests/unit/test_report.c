// SPDX-License-Identifier: MIT
/* Reports over steps that no replay made, and maps of states that no model had. */
#include <check.h>
#include <errno.h>
#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

#include "vfiosim/report.h"
#include "vfiosim/rules.h"

#include "../../src/compare/step.h"
#include "../../src/spec/state.h"

static void spell_op(GString *out, const struct vsim_op *op)
{
    g_string_append_printf(out, "p1: ioctl(c0, %s, {iova=<0x1000>})", vsim_spec_ops[op->id].label);
}

static void spell_outcome(GString *out, enum vsim_op_id id, const struct vsim_outcome *outcome)
{
    (void)id;
    if (outcome->error)
        g_string_append_printf(out, "-1 %s", vsim_spec_errno_name(outcome->error));
    else
        g_string_append_printf(out, "%d", (int)outcome->value);
}

static const struct vsim_words words = {spell_op, spell_outcome};

/* A step that conforms, and one that deviates, of which the specification allows EEXIST. */
struct scene {
    struct vsim_op op;
    struct vsim_allowed allowed;
    struct vsim_step step;
    struct vsim_replay_summary summary;
};

static void set_scene(struct scene *scene, bool deviates)
{
    *scene = (struct scene){
        .op = {.id = VSIM_OP_VFIO_IOMMU_MAP_DMA, .line = 14},
        .allowed = {.n = 1},
        .summary = {.n_events = 1,
                    .n_conforms = !deviates,
                    .n_deviates = deviates,
                    .dialect = "6.12",
                    .first_deviation_line = deviates ? 14 : 0},
    };
    scene->allowed.one[0].outcome = (struct vsim_outcome){.error = EEXIST, .value = -1, .value_given = true};
    scene->allowed.one[0].rule = VSIM_RULE_VFIO_IOMMU_MAP_DMA_NO_OVERLAP;
    scene->allowed.one[0].witness = (struct vsim_witness){.range = {0x1000, 0x1fff}, .line = 12};
    scene->step = (struct vsim_step){
        .op = &scene->op,
        .words = &words,
        .event = 1,
        .n_actors = 1,
        .actor = {{.name = "model"}},
        .allowed = &scene->allowed,
        .allowed_index = deviates ? -1 : 0,
        .came_from = "model",
        .rule = VSIM_RULE_VFIO_IOMMU_MAP_DMA_NO_OVERLAP,
        .verdict = deviates ? VSIM_VERDICT_DEVIATES : VSIM_VERDICT_CONFORMS,
        .cause = deviates ? VSIM_CAUSE_NOT_ALLOWED : VSIM_CAUSE_NONE,
    };
    scene->step.actor[0].result.outcome = scene->allowed.one[0].outcome;
    if (deviates)
        scene->step.actor[0].result.outcome = (struct vsim_outcome){.value_given = true};
    scene->step.came = &scene->step.actor[0].result.outcome;
}

static char *report_of(const struct vsim_report_options *options, bool deviates, const GError *error)
{
    struct vsim_report *report = vsim_report_new(options);
    GString *out = g_string_new(NULL);
    struct scene scene;

    set_scene(&scene, deviates);
    vsim_report_open(report, out);
    vsim_report_begin(report, "a<b>.vsim", "model, oracle", out);
    vsim_report_step(report, &scene.step, out);
    vsim_report_end(report, &scene.summary, error, out);
    vsim_report_close(report, out);
    vsim_report_free(report);
    return g_string_free(out, FALSE);
}

#define SENTENCE                                                                                             \
    "allowed: -1 EEXIST, because iova 0x1000-0x1fff overlaps the mapping made at line 12 (T1-MAP-06, "       \
    "T:vfio_find_dma); came: 0 from the model"

START_TEST(text_has_a_line_an_event_and_says_why)
{
    const struct vsim_report_options options = {.ascii = true};
    g_autofree char *good = report_of(&options, false, NULL);
    g_autofree char *bad = report_of(&options, true, NULL);

    ck_assert_ptr_nonnull(
        strstr(good, "    14 + p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {iova=<0x1000>}) = -1 EEXIST   "));
    ck_assert_ptr_nonnull(strstr(good, " T1-MAP-06\n+ a<b>.vsim: dialect 6.12, 1 event, 1 conforms\n"));
    ck_assert_ptr_nonnull(strstr(bad, "    14 ! p1: "));
    ck_assert_ptr_nonnull(strstr(bad, "\n        deviates: " SENTENCE "\n"));
    ck_assert_ptr_nonnull(strstr(bad, "first deviation at line 14"));
    ck_assert_ptr_null(strstr(bad, "\033"));
}
END_TEST

START_TEST(quiet_text_leaves_out_what_conforms)
{
    const struct vsim_report_options options = {.ascii = true, .quiet = true};
    g_autofree char *good = report_of(&options, false, NULL);
    g_autofree char *bad = report_of(&options, true, NULL);

    ck_assert_str_eq(good, "+ a<b>.vsim: dialect 6.12, 1 event, 1 conforms\n");
    ck_assert_ptr_nonnull(strstr(bad, SENTENCE));
}
END_TEST

START_TEST(colour_is_used_when_asked_for)
{
    const struct vsim_report_options options = {.colour = true};
    g_autofree char *bad = report_of(&options, true, NULL);

    ck_assert_ptr_nonnull(strstr(bad, "\033[1;31m✗\033[0m"));
}
END_TEST

START_TEST(json_is_one_object_a_line)
{
    const struct vsim_report_options options = {.format = VSIM_REPORT_JSON};
    g_autofree char *bad = report_of(&options, true, NULL);
    g_auto(GStrv) lines = g_strsplit(bad, "\n", -1);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *object;

    ck_assert_uint_eq(g_strv_length(lines), 3);
    ck_assert(json_parser_load_from_data(parser, lines[0], -1, NULL));
    object = json_node_get_object(json_parser_get_root(parser));
    ck_assert_str_eq(json_object_get_string_member(object, "verdict"), "deviates");
    ck_assert_str_eq(json_object_get_string_member(object, "id"), "T1-MAP-06");
    ck_assert_str_eq(json_object_get_string_member(object, "why"), SENTENCE);
    ck_assert_int_eq(json_object_get_int_member(object, "line"), 14);
    ck_assert(json_parser_load_from_data(parser, lines[1], -1, NULL));
    object = json_node_get_object(json_parser_get_root(parser));
    ck_assert_int_eq(json_object_get_int_member(object, "exit"), 1);
}
END_TEST

START_TEST(ktap_and_junit_have_one_test_a_trace)
{
    const struct vsim_report_options ktap = {.format = VSIM_REPORT_KTAP, .n_tests = 1};
    const struct vsim_report_options junit = {.format = VSIM_REPORT_JUNIT};
    g_autoptr(GError) error = g_error_new(VSIM_ERROR, VSIM_ERROR_INPUT, "a<b>.vsim:3:1: what?");
    g_autofree char *passed = report_of(&ktap, false, NULL);
    g_autofree char *failed = report_of(&ktap, true, NULL);
    g_autofree char *broken = report_of(&ktap, false, error);
    g_autofree char *xml = report_of(&junit, true, NULL);

    ck_assert_ptr_nonnull(strstr(passed, "KTAP version 1\n1..1\n"));
    ck_assert_ptr_nonnull(strstr(passed, "\nok 1 a<b>.vsim\n"));
    ck_assert_ptr_nonnull(strstr(failed, "#   " SENTENCE "\n"));
    ck_assert_ptr_nonnull(strstr(failed, "\nnot ok 1 a<b>.vsim\n"));
    ck_assert_ptr_nonnull(strstr(broken, "# a<b>.vsim:3:1: what?\n"));
    ck_assert_ptr_nonnull(strstr(broken, "\nnot ok 1 "));
    ck_assert_ptr_nonnull(strstr(xml, "tests=\"1\" failures=\"1\" skipped=\"0\""));
    ck_assert_ptr_nonnull(strstr(xml, "name=\"a&lt;b&gt;.vsim\""));
    ck_assert_ptr_nonnull(strstr(xml, "mapping made at line 12"));
}
END_TEST

START_TEST(two_runs_differ_by_outcome_or_by_rule)
{
    struct scene left;
    struct scene right;
    g_autoptr(GString) out = g_string_new(NULL);

    set_scene(&left, false);
    set_scene(&right, false);
    ck_assert_int_eq(vsim_report_compare(&left.step, &right.step), VSIM_REPORT_SAME);
    right.step.rule = VSIM_RULE_VFIO_IOMMU_MAP_DMA_UNALIGNED;
    ck_assert_int_eq(vsim_report_compare(&left.step, &right.step), VSIM_REPORT_OTHER_RULE);
    set_scene(&right, true);
    ck_assert_int_eq(vsim_report_compare(&left.step, &right.step), VSIM_REPORT_OTHER_OUTCOME);
    vsim_report_describe_difference(&left.step, "6.1", &right.step, "6.12", out);
    ck_assert_ptr_nonnull(strstr(out->str, "6.1: -1 EEXIST, because iova 0x1000-0x1fff overlaps"));
    ck_assert_ptr_nonnull(strstr(out->str, "6.12: 0"));
    right.op.id = VSIM_OP_VFIO_IOMMU_UNMAP_DMA;
    ck_assert_int_eq(vsim_report_compare(&left.step, &right.step), VSIM_REPORT_OTHER_OP);
}
END_TEST

/* A container with n mappings of a page each, at even pages, in a perfectly balanced tree. */
static void add_tree(GArray *rows, uint64_t first, uint64_t end, bool is_root)
{
    const uint64_t middle = (first + end) / 2;
    struct vsim_state_row row = {
        .kind = VSIM_STATE_MAPPING,
        .owner = VSIM_HANDLE('c', 0),
        .first = middle << 13,
        .last = (middle << 13) + 0xfff,
        .a = 0x100000000000 + (middle << 12),
        .b = 3 | 1 << 9,
        .c = 1,
    };

    if (first >= end)
        return;
    g_array_append_val(rows, row);
    row = (struct vsim_state_row){
        .kind = VSIM_STATE_TREE_NODE,
        .owner = VSIM_HANDLE('c', 0),
        .first = row.first,
        .last = row.last,
        .a = (first + middle) / 2 << 13,
        .b = (middle + 1 + end) / 2 << 13,
        .c = (first < middle ? 2u : 0) | (middle + 1 < end ? 4u : 0) | (is_root ? 8u : 0),
    };
    g_array_append_val(rows, row);
    row = (struct vsim_state_row){
        .kind = VSIM_STATE_TRANSLATION,
        .owner = VSIM_HANDLE('n', 1),
        .first = row.first,
        .last = row.last,
        .a = VSIM_HANDLE('m', 0),
        .b = middle << 12,
        .c = 3,
    };
    g_array_append_val(rows, row);
    add_tree(rows, first, middle, false);
    add_tree(rows, middle + 1, end, false);
}

static GArray *state_of(uint64_t n)
{
    const vsim_handle c0 = VSIM_HANDLE('c', 0);
    const vsim_handle p1 = VSIM_HANDLE('p', 1);
    const vsim_handle m0 = VSIM_HANDLE('m', 0);
    const struct vsim_state_row fixed[] = {
        {.kind = VSIM_STATE_CONTAINER, .owner = c0, .a = 2, .b = 65535 - n, .c = 0x40201000, .d = 1},
        {.kind = VSIM_STATE_RANGE, .owner = c0, .first = 0, .last = 0xfedfffff},
        {.kind = VSIM_STATE_RANGE, .owner = c0, .first = 0xfef00000, .last = 0xffffffffffff},
        {.kind = VSIM_STATE_GROUP, .owner = c0, .a = VSIM_HANDLE('n', 1), .b = VSIM_HANDLE('n', 1), .c = 1},
        {.kind = VSIM_STATE_LOCKED, .owner = p1, .a = n},
        {.kind = VSIM_STATE_REGION,
         .owner = p1,
         .first = 0x100000000000,
         .last = 0x100003ffffff,
         .a = m0,
         .b = m0,
         .d = 3},
        {.kind = VSIM_STATE_OBJECT, .owner = m0, .a = 0x4000000, .b = 1, .c = n},
    };
    GArray *rows = g_array_new(FALSE, FALSE, sizeof fixed[0]);

    g_array_append_vals(rows, fixed, G_N_ELEMENTS(fixed));
    add_tree(rows, 0, n, true);
    g_array_sort(rows, vsim_spec_state_compare);
    return rows;
}

static char *map_of(uint64_t n, enum vsim_report_map_format format)
{
    g_autoptr(GArray) rows = n > 0 ? state_of(n) : g_array_new(FALSE, FALSE, sizeof(struct vsim_state_row));
    GString *out = g_string_new(NULL);

    ck_assert(vsim_report_map(rows, "a <title> & \"quotes\"", format, out, NULL));
    return g_string_free(out, FALSE);
}

static unsigned count_of(const char *text, const char *word)
{
    unsigned n = 0;

    for (const char *at = text; (at = strstr(at, word)); at++)
        n++;
    return n;
}

START_TEST(a_map_has_a_line_for_each_mapping_and_what_is_never_mapped)
{
    g_autofree char *text = map_of(7, VSIM_REPORT_MAP_TEXT);

    ck_assert_uint_eq(count_of(text, "\n  mapping  "), 7);
    ck_assert_uint_eq(count_of(text, "\n  closed   "), 2);
    ck_assert_ptr_nonnull(
        strstr(text, "c0  type1 v2, pages of 4K 2M 1G, 7 mappings of 28K, 65,528 free slots\n"));
    ck_assert_ptr_nonnull(strstr(text, "  group    n1 in domain n1\n"));
    ck_assert_ptr_nonnull(strstr(text, "4K rw, vaddr p1:m0+0x0 -> m0+0x0, 1 page charged\n"));
    ck_assert_ptr_nonnull(strstr(text, "p1  locked_vm 7 pages\n"));
}
END_TEST

START_TEST(a_big_map_is_summarised_by_subtrees)
{
    g_autofree char *text = map_of(5000, VSIM_REPORT_MAP_TEXT);

    ck_assert_uint_eq(count_of(text, "\n  mapping  "), 15);
    ck_assert_uint_eq(count_of(text, " more mappings, "), 16);
    ck_assert_ptr_nonnull(strstr(text, "5,000 mappings of 19.5M"));
}
END_TEST

START_TEST(json_of_a_map_has_every_row)
{
    g_autofree char *text = map_of(50, VSIM_REPORT_MAP_JSON);
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonObject *object;

    ck_assert(json_parser_load_from_data(parser, text, -1, NULL));
    object = json_node_get_object(json_parser_get_root(parser));
    ck_assert_uint_eq(json_array_get_length(json_object_get_array_member(object, "mappings")), 50);
    ck_assert_uint_eq(json_array_get_length(json_object_get_array_member(object, "tree_nodes")), 50);
    ck_assert_str_eq(json_object_get_string_member(object, "title"), "a <title> & \"quotes\"");
}
END_TEST

START_TEST(a_picture_has_a_node_for_each_mapping_in_the_tree_and_in_the_space)
{
    g_autofree char *dot = map_of(7, VSIM_REPORT_MAP_DOT);
    g_autofree char *empty = map_of(0, VSIM_REPORT_MAP_DOT);

    ck_assert(g_str_has_prefix(dot, "digraph iova_map {"));
    ck_assert(g_str_has_suffix(dot, "}\n"));
    ck_assert_ptr_nonnull(strstr(dot, "a &lt;title&gt; &amp;"));
    ck_assert_uint_eq(count_of(dot, "style=\"rounded,filled\""), 7);
    ck_assert_uint_eq(count_of(dot, "vaddr p1:m0+"), 7);
    ck_assert(g_str_has_suffix(empty, "}\n"));
}
END_TEST

START_TEST(rules_are_found_by_their_op_with_those_of_its_steps_in_place)
{
    g_autoptr(GArray) rules = vsim_rules_of_op("VFIO_IOMMU_MAP_DMA");
    g_autoptr(GArray) none = vsim_rules_of_op("nothing");
    struct vsim_rule_info info;
    bool has_step = false;

    for (guint i = 0; i < rules->len; i++) {
        ck_assert(vsim_rules_get(g_array_index(rules, unsigned, i), &info));
        ck_assert_ptr_null(info.includes);
        has_step = has_step || g_str_equal(info.op, "pin");
    }
    ck_assert(has_step);
    ck_assert_uint_eq(none->len, 0);
    ck_assert(!vsim_rules_get(0, &info));
    ck_assert(!vsim_rules_get(vsim_rules_end(), &info));
}
END_TEST

static TCase *report_tests(void)
{
    TCase *tests = tcase_create("report");

    tcase_add_test(tests, text_has_a_line_an_event_and_says_why);
    tcase_add_test(tests, quiet_text_leaves_out_what_conforms);
    tcase_add_test(tests, colour_is_used_when_asked_for);
    tcase_add_test(tests, json_is_one_object_a_line);
    tcase_add_test(tests, ktap_and_junit_have_one_test_a_trace);
    tcase_add_test(tests, two_runs_differ_by_outcome_or_by_rule);
    return tests;
}

static TCase *map_tests(void)
{
    TCase *tests = tcase_create("map");

    tcase_add_test(tests, a_map_has_a_line_for_each_mapping_and_what_is_never_mapped);
    tcase_add_test(tests, a_big_map_is_summarised_by_subtrees);
    tcase_add_test(tests, json_of_a_map_has_every_row);
    tcase_add_test(tests, a_picture_has_a_node_for_each_mapping_in_the_tree_and_in_the_space);
    tcase_add_test(tests, rules_are_found_by_their_op_with_those_of_its_steps_in_place);
    return tests;
}

int main(void)
{
    Suite *suite = suite_create("report");
    SRunner *runner;
    int failed;

    suite_add_tcase(suite, report_tests());
    suite_add_tcase(suite, map_tests());
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
