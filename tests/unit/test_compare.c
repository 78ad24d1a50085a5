// SPDX-License-Identifier: MIT
/* Outcomes against allowed and claimed ones, and states against one another. */
#include <check.h>
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/compare/compare.h"

static struct vsim_op map_op(void)
{
    return (struct vsim_op){.id = VSIM_OP_VFIO_IOMMU_MAP_DMA, .line = 7};
}

static struct vsim_outcome success(int64_t value)
{
    return (struct vsim_outcome){.value = value, .value_given = true};
}

static struct vsim_outcome failure(int error)
{
    return (struct vsim_outcome){.error = error, .value = -1, .value_given = true};
}

START_TEST(an_errno_is_compared_and_a_value_that_both_give)
{
    const struct vsim_op op = map_op();
    const struct vsim_outcome zero = success(0);
    const struct vsim_outcome one = success(1);
    const struct vsim_outcome unclaimed = {.value_given = false};
    const struct vsim_outcome exists = failure(EEXIST);
    const struct vsim_outcome invalid = failure(EINVAL);

    ck_assert(vsim_compare_outcomes(&op, &zero, &zero));
    ck_assert(!vsim_compare_outcomes(&op, &zero, &one));
    ck_assert(vsim_compare_outcomes(&op, &unclaimed, &one));
    ck_assert(!vsim_compare_outcomes(&op, &unclaimed, &exists));
    ck_assert(vsim_compare_outcomes(&op, &exists, &exists));
    ck_assert(!vsim_compare_outcomes(&op, &exists, &invalid));
}
END_TEST

START_TEST(fields_and_tails_are_compared_where_both_give_them)
{
    const struct vsim_op op = {.id = VSIM_OP_VFIO_IOMMU_UNMAP_DMA};
    struct vsim_outcome x = success(0);
    struct vsim_outcome y = success(0);

    vsim_outcome_set(&x, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, 0x1000);
    ck_assert(vsim_compare_outcomes(&op, &x, &y));
    vsim_outcome_set(&y, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, 0x2000);
    ck_assert(!vsim_compare_outcomes(&op, &x, &y));
    y.out[VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size] = 0x1000;
    ck_assert(vsim_compare_outcomes(&op, &x, &y));
    y.base[VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size] = VSIM_HANDLE('m', 0);
    ck_assert(!vsim_compare_outcomes(&op, &x, &y));

    x = y = success(0);
    x.tail_given = y.tail_given = true;
    x.tail = (struct vsim_bytes){"abcd", 4};
    y.tail = (struct vsim_bytes){"abce", 4};
    ck_assert(!vsim_compare_outcomes(&op, &x, &y));
    x.tail_open_first = 3;
    x.tail_open_bytes = 1;
    ck_assert(vsim_compare_outcomes(&op, &x, &y));
    x.tail_open_first = 2;
    ck_assert(!vsim_compare_outcomes(&op, &x, &y));
    y.tail_given = false;
    ck_assert(vsim_compare_outcomes(&op, &x, &y));
}
END_TEST

START_TEST(a_failed_ioctl_leaves_its_argument_as_it_was)
{
    struct vsim_op op = {.id = VSIM_OP_VFIO_IOMMU_UNMAP_DMA};
    const struct vsim_outcome model = failure(EINVAL);
    struct vsim_outcome kernel = failure(EINVAL);

    op.value[VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size] = 0x1000;
    vsim_outcome_set(&kernel, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, 0x1000);
    ck_assert(vsim_compare_outcomes(&op, &model, &kernel));
    vsim_outcome_set(&kernel, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, 0);
    ck_assert(!vsim_compare_outcomes(&op, &model, &kernel));
}
END_TEST

START_TEST(any_of_several_will_do)
{
    const struct vsim_outcome expected[] = {failure(EEXIST), success(0)};
    struct vsim_op op = map_op();
    struct vsim_allowed allowed = {.n = 2};
    const struct vsim_outcome invalid = failure(EINVAL);
    unsigned claim = 9;

    op.expected = expected;
    op.n_expected = 2;
    ck_assert_int_eq(vsim_compare_claimed(&op, &expected[1]), 1);
    ck_assert_int_eq(vsim_compare_claimed(&op, &invalid), -1);

    allowed.one[0].outcome = invalid;
    allowed.one[1].outcome = success(0);
    ck_assert_int_eq(vsim_compare_allowed(&op, &allowed, &invalid), 0);
    ck_assert_int_eq(vsim_compare_claim_allowed(&op, &allowed, &claim), 1);
    ck_assert_uint_eq(claim, 1);
}
END_TEST

START_TEST(a_sentence_takes_its_numbers_from_the_witness)
{
    const struct vsim_witness witness = {.range = {0x1000, 0x1fff}, .line = 12, .value = 16};
    g_autoptr(GString) text = g_string_new(NULL);

    vsim_compare_sentence(text, VSIM_RULE_VFIO_IOMMU_MAP_DMA_NO_OVERLAP, &witness);
    ck_assert_str_eq(text->str, "iova 0x1000-0x1fff overlaps the mapping made at line 12");
    g_string_truncate(text, 0);
    vsim_compare_sentence(text, VSIM_RULE_VFIO_IOMMU_MAP_DMA_UNKNOWN_FLAG, &witness);
    ck_assert_str_eq(text->str, "flags have the unknown bits 0x10");
    g_string_truncate(text, 0);
    vsim_compare_sentence(text, VSIM_RULE_NONE, &witness);
    ck_assert_str_eq(text->str, "");
}
END_TEST

static void spell_op(GString *out, const struct vsim_op *op)
{
    g_string_append_printf(out, "op %d", op->id);
}

static void spell_outcome(GString *out, enum vsim_op_id id, const struct vsim_outcome *outcome)
{
    (void)id;
    if (outcome->error)
        g_string_append_printf(out, "-1 %s", vsim_spec_errno_name(outcome->error));
    else
        g_string_append_printf(out, "%d", (int)outcome->value);
}

START_TEST(a_deviation_says_what_is_allowed_why_and_what_came)
{
    static const struct vsim_words words = {spell_op, spell_outcome};
    const struct vsim_op op = map_op();
    struct vsim_allowed allowed = {.n = 1};
    struct vsim_step step = {
        .op = &op,
        .words = &words,
        .allowed = &allowed,
        .verdict = VSIM_VERDICT_DEVIATES,
        .cause = VSIM_CAUSE_NOT_ALLOWED,
        .n_actors = 1,
        .actor = {{.name = "kernel"}},
    };
    g_autoptr(GString) text = g_string_new(NULL);

    allowed.one[0].outcome = failure(EEXIST);
    allowed.one[0].rule = VSIM_RULE_VFIO_IOMMU_MAP_DMA_NO_OVERLAP;
    allowed.one[0].witness = (struct vsim_witness){.range = {0x1000, 0x1fff}, .line = 12};
    step.actor[0].result.outcome = success(0);
    vsim_compare_explain(text, &step);
    ck_assert_str_eq(text->str,
                     "allowed: -1 EEXIST, because iova 0x1000-0x1fff overlaps the mapping made at line 12 "
                     "(T1-MAP-06, T:vfio_find_dma); came: 0 from the kernel");
}
END_TEST

static GArray *rows_of(const struct vsim_state_row *rows, guint n)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof *rows);

    g_array_append_vals(array, rows, n);
    g_array_sort(array, vsim_spec_state_compare);
    return array;
}

START_TEST(states_differ_by_the_rows_that_one_of_them_has)
{
    const vsim_handle c0 = VSIM_HANDLE('c', 0);
    const struct vsim_state_row left[] = {
        {.kind = VSIM_STATE_MAPPING,
         .owner = c0,
         .first = 0x1000,
         .last = 0x1fff,
         .a = 0x5000,
         .b = 3 | 1 << 9,
         .c = 1},
        {.kind = VSIM_STATE_MAPPING, .owner = c0, .first = 0x3000, .last = 0x3fff, .a = 0x7000, .b = 1},
        {.kind = VSIM_STATE_OBJECT, .owner = VSIM_HANDLE('m', 0), .a = 7},
    };
    const struct vsim_state_row right[] = {
        {.kind = VSIM_STATE_MAPPING,
         .owner = c0,
         .first = 0x1000,
         .last = 0x1fff,
         .a = 0x5000,
         .b = 3 | 1 << 9,
         .c = 2},
        {.kind = VSIM_STATE_MAPPING, .owner = c0, .first = 0x3000, .last = 0x3fff, .a = 0x7000, .b = 1},
        {.kind = VSIM_STATE_LOCKED, .owner = VSIM_HANDLE('p', 1), .a = 1},
    };
    g_autoptr(GArray) x = rows_of(left, G_N_ELEMENTS(left));
    g_autoptr(GArray) y = rows_of(right, G_N_ELEMENTS(right));
    g_autoptr(GString) text = g_string_new(NULL);

    ck_assert_uint_eq(vsim_compare_states(text, x, "model", x, "oracle", 8), 0);
    ck_assert_str_eq(text->str, "");
    ck_assert_uint_eq(vsim_compare_states(text, x, "model", y, "oracle", 8), 3);
    ck_assert_ptr_nonnull(strstr(
        text->str, "only in the model: c0 mapping: iova 0x1000-0x1fff, vaddr 0x5000, READ|WRITE, 1 pages"));
    ck_assert_ptr_nonnull(strstr(text->str, "only in the oracle: p1 locked_vm: 1 pages"));
    g_string_truncate(text, 0);
    ck_assert_uint_eq(vsim_compare_states(text, x, "model", y, "oracle", 1), 3);
    ck_assert_ptr_nonnull(strstr(text->str, "and 2 more rows"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compare");
    TCase *tests = tcase_create("compare");
    SRunner *runner;
    int failed;

    tcase_add_test(tests, an_errno_is_compared_and_a_value_that_both_give);
    tcase_add_test(tests, fields_and_tails_are_compared_where_both_give_them);
    tcase_add_test(tests, a_failed_ioctl_leaves_its_argument_as_it_was);
    tcase_add_test(tests, any_of_several_will_do);
    tcase_add_test(tests, a_sentence_takes_its_numbers_from_the_witness);
    tcase_add_test(tests, a_deviation_says_what_is_allowed_why_and_what_came);
    tcase_add_test(tests, states_differ_by_the_rows_that_one_of_them_has);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
