// SPDX-License-Identifier: MIT
/* The tables hold together: indices, spans, masks and layouts are what the rows say. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/base/range.h"
#include "../../src/spec/op.h"
#include "../../src/spec/state.h"
#include "../../src/spec/world.h"

START_TEST(every_rule_lies_in_the_span_of_its_op)
{
    unsigned counted = 1; /* VSIM_RULE_NONE. */

    for (unsigned id = 1; id < VSIM_N_OPS; id++) {
        const struct vsim_op_row *row = &vsim_spec_ops[id];

        for (enum vsim_rule_id rule = row->first_rule; rule < vsim_spec_rules_end(row); rule++, counted++) {
            ck_assert_msg(vsim_spec_rules[rule].op == id, "rule %s", vsim_spec_rules[rule].name);
            ck_assert_ptr_nonnull(vsim_spec_rules[rule].sentence);
        }
    }
    ck_assert_uint_eq(counted, VSIM_N_RULES);
}
END_TEST

START_TEST(refusals_stand_before_the_first_rule_of_success)
{
    /* The engine asks refusals in order and then explains success; MAP VADDR alone ends in the middle. */
    for (unsigned id = 1; id < VSIM_N_OPS; id++) {
        const struct vsim_op_row *row = &vsim_spec_ops[id];
        bool refuses = false;

        for (enum vsim_rule_id rule = row->first_rule; rule < vsim_spec_rules_end(row); rule++)
            refuses |= vsim_spec_rules[rule].error != 0;
        if (refuses && row->kind != VSIM_KIND_STEP && id != VSIM_OP_IOCTL)
            ck_assert_msg(vsim_spec_rules[vsim_spec_rules_end(row) - 1].error == 0,
                          "%s has no rule of success", row->label);
    }
}
END_TEST

START_TEST(fields_of_a_structure_do_not_overlap_and_fit_the_minimum)
{
    for (unsigned id = 1; id < VSIM_N_OPS; id++) {
        const struct vsim_op_row *row = &vsim_spec_ops[id];
        unsigned end = 0;

        ck_assert_uint_le(row->n_fields, VSIM_MAX_FIELDS);
        if (row->kind != VSIM_KIND_IOCTL)
            continue;
        for (unsigned i = 0; i < row->n_fields; i++) {
            const struct vsim_field_row *field = &row->fields[i];

            ck_assert_msg(field->offset_bytes >= end, "%s.%s", row->label, field->name);
            end = (unsigned)field->offset_bytes + field->size_bytes;
            if (field->direction == VSIM_DIRECTION_IN && field->size_bytes && row->minimum_bytes)
                ck_assert_msg(end <= row->minimum_bytes, "%s.%s", row->label, field->name);
        }
    }
}
END_TEST

START_TEST(names_are_unique_and_found)
{
    for (unsigned id = 1; id < VSIM_N_OPS; id++) {
        const char *label = vsim_spec_ops[id].label;

        if (vsim_spec_ops[id].kind != VSIM_KIND_STEP)
            ck_assert_uint_eq(vsim_spec_find_op(label, strlen(label)), id);
    }
    ck_assert_uint_eq(vsim_spec_find_op("VFIO_IOMMU_MAP_DM", 17), VSIM_OP_NONE);
    ck_assert_uint_eq(vsim_spec_find_ioctl(VSIM_FD_CONTAINER, 0x3b71), VSIM_OP_VFIO_IOMMU_MAP_DMA);
    ck_assert_uint_eq(vsim_spec_find_ioctl(VSIM_FD_GROUP, 0x3b71), VSIM_OP_NONE);
    ck_assert_int_eq(vsim_spec_errno_number("EEXIST", 6), 17);
    ck_assert_str_eq(vsim_spec_errno_name(22), "EINVAL");
    ck_assert_ptr_null(vsim_spec_errno_name(4711));
}
END_TEST

START_TEST(known_flags_follow_the_dialect)
{
    const struct {
        const char *dialect;
        uint64_t map, unmap; /* T1-ABI-01. */
    } rows[] = {{"5.8", 0x3, 0x1}, {"5.12", 0x7, 0x7}, {"6.1.0", 0x7, 0x7},
                {"6.1", 0x7, 0x7}, {"6.12", 0x7, 0x7}, {"mainline", 0x7, 0x7}};

    ck_assert_uint_eq(sizeof rows / sizeof *rows, VSIM_N_DIALECTS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct vsim_dialect *dialect = vsim_spec_find_dialect(rows[i].dialect);

        ck_assert_ptr_nonnull(dialect);
        ck_assert_uint_eq(vsim_spec_known_flags(VSIM_OP_VFIO_IOMMU_MAP_DMA, dialect), rows[i].map);
        ck_assert_uint_eq(vsim_spec_known_flags(VSIM_OP_VFIO_IOMMU_UNMAP_DMA, dialect), rows[i].unmap);
    }

    const struct vsim_dialect proposed = vsim_spec_overlay(VSIM_DIALECT_LINUX_6_12, VSIM_PROPOSAL_PKERNFS);
    ck_assert_uint_eq(vsim_spec_known_flags(VSIM_OP_VFIO_IOMMU_MAP_DMA, &proposed), 0xf);
}
END_TEST

START_TEST(rules_hold_in_the_dialects_that_their_knob_is_on_in)
{
    const struct vsim_dialect *old = vsim_spec_find_dialect("6.12");
    const struct vsim_dialect *new = vsim_spec_find_dialect("mainline");

    ck_assert(!vsim_spec_rule_applies(VSIM_RULE_VFIO_IOMMU_MAP_DMA_OVERFLOW, old));
    ck_assert(vsim_spec_rule_applies(VSIM_RULE_VFIO_IOMMU_MAP_DMA_OVERFLOW, new));
    ck_assert(vsim_spec_rule_applies(VSIM_RULE_VFIO_IOMMU_MAP_DMA_WRAP, old));
    ck_assert(!vsim_spec_rule_applies(VSIM_RULE_VFIO_IOMMU_MAP_DMA_WRAP, new));
    ck_assert(vsim_spec_rule_applies(VSIM_RULE_VFIO_IOMMU_MAP_DMA_NO_OVERLAP, old));
}
END_TEST

START_TEST(ranges_are_closed)
{
    ck_assert(!vsim_range_wraps(UINT64_MAX, 1));
    ck_assert(vsim_range_wraps(UINT64_MAX, 2));
    ck_assert(!vsim_range_wraps(0, UINT64_MAX));
    ck_assert(vsim_range_overlaps(vsim_range(0, 9), vsim_range(9, 9)));
    ck_assert(!vsim_range_overlaps(vsim_range(0, 8), vsim_range(9, 9)));
    ck_assert_uint_eq(vsim_range_length(vsim_range(0, UINT64_MAX)), 0);
    ck_assert_uint_eq(vsim_lowest_bit(0x40201000), 0x1000);
}
END_TEST

START_TEST(a_digest_tells_every_member_apart)
{
    const struct vsim_state_row base = {
        .kind = VSIM_STATE_MAPPING, .owner = VSIM_HANDLE('c', 0), .first = 1, .last = 2};
    const uint64_t digest = vsim_spec_state_digest(&base);

#define DIFFERS(member)                                                                                      \
    do {                                                                                                     \
        struct vsim_state_row other = base;                                                                  \
        other.member++;                                                                                      \
        ck_assert_uint_ne(vsim_spec_state_digest(&other), digest);                                           \
    } while (0)
    DIFFERS(kind);
    DIFFERS(owner);
    DIFFERS(first);
    DIFFERS(last);
    DIFFERS(a);
    DIFFERS(b);
    DIFFERS(c);
    DIFFERS(d);
#undef DIFFERS
}
END_TEST

START_TEST(a_world_refuses_what_contradicts_it)
{
    struct vsim_world *world = vsim_spec_world_new();
    struct vsim_op group = {.id = VSIM_OP_GROUP, .binds = VSIM_HANDLE('n', 1)};
    struct vsim_op iommu = {.id = VSIM_OP_IOMMU, .binds = VSIM_HANDLE('i', 0)};
    GError *error = NULL;

    group.value[VSIM_FIELD_GROUP_kind] = VSIM_GROUP_KIND_real;
    group.base[VSIM_FIELD_GROUP_iommu] = VSIM_HANDLE('i', 0);
    ck_assert(!vsim_spec_world_add(world, &group, &error));
    ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_INPUT));
    g_clear_error(&error);

    memcpy(iommu.value, vsim_spec_ops[VSIM_OP_IOMMU].defaults, sizeof(uint64_t) * VSIM_N_FIELDS_IOMMU);
    ck_assert(vsim_spec_world_add(world, &iommu, &error));
    ck_assert(vsim_spec_world_add(world, &group, &error));
    ck_assert(!vsim_spec_world_add(world, &group, &error));
    g_clear_error(&error);
    ck_assert_uint_eq(vsim_spec_world_iommu(world, iommu.binds)->aperture.last, 0xffffffffffff);
    vsim_spec_world_free(world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spec");
    TCase *tables = tcase_create("tables");

    tcase_add_test(tables, every_rule_lies_in_the_span_of_its_op);
    tcase_add_test(tables, refusals_stand_before_the_first_rule_of_success);
    tcase_add_test(tables, fields_of_a_structure_do_not_overlap_and_fit_the_minimum);
    tcase_add_test(tables, names_are_unique_and_found);
    tcase_add_test(tables, known_flags_follow_the_dialect);
    tcase_add_test(tables, rules_hold_in_the_dialects_that_their_knob_is_on_in);
    tcase_add_test(tables, ranges_are_closed);
    tcase_add_test(tables, a_digest_tells_every_member_apart);
    tcase_add_test(tables, a_world_refuses_what_contradicts_it);
    suite_add_tcase(suite, tables);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
