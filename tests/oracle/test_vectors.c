// SPDX-License-Identifier: MIT
/* Annex B of type1.md: each vector on each dialect that it speaks of. */
#include "trace_check.h"
#include "vectors_attach.h"
#include "vectors_container.h"
#include "vectors_map.h"
#include "vectors_memory.h"
#include "vectors_unmap.h"
#include "vectors_vaddr.h"

static const struct {
    const struct vector *vectors;
    size_t n;
} annex[] = {
    {vectors_container, G_N_ELEMENTS(vectors_container)}, {vectors_map, G_N_ELEMENTS(vectors_map)},
    {vectors_unmap, G_N_ELEMENTS(vectors_unmap)},         {vectors_vaddr, G_N_ELEMENTS(vectors_vaddr)},
    {vectors_attach, G_N_ELEMENTS(vectors_attach)},       {vectors_top, G_N_ELEMENTS(vectors_top)},
    {vectors_memory, G_N_ELEMENTS(vectors_memory)},
};

START_TEST(annex_b_holds)
{
    for (size_t i = 0; i < annex[_i].n; i++) {
        const struct vector *vector = &annex[_i].vectors[i];

        for (unsigned dialect = 0; dialect < VSIM_N_DIALECTS; dialect++)
            if (filter_admits(vector->dialects, vsim_spec_dialects[dialect].name))
                check_trace_on(vector->name, vsim_spec_dialects[dialect].name, vector->text);
    }
    ck_assert_uint_eq(n_failures, 0);
}
END_TEST

/* Rules that no vector can reach, and why. */
static bool out_of_reach(enum vsim_rule_id rule G_GNUC_UNUSED)
{
    return false;
}

/* Every predicate has said yes at least once; those that have not are printed. */
START_TEST(every_rule_fires)
{
    unsigned n_silent = 0;

    for (unsigned i = 1; i < VSIM_N_RULES; i++) {
        const struct vsim_rule_row *row = &vsim_spec_rules[i];

        if (row->includes != VSIM_OP_NONE || fired_ever[i] > 0)
            continue;
        printf("never fired: %s %s%s\n", vsim_spec_ops[row->op].label, row->name,
               out_of_reach((enum vsim_rule_id)i) ? " (cannot)" : "");
        n_silent += !out_of_reach((enum vsim_rule_id)i);
    }
    ck_assert_uint_eq(n_silent, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vectors");
    TCase *tcase = tcase_create("annex B");
    SRunner *runner;
    int n_failed;

    tcase_add_loop_test(tcase, annex_b_holds, 0, (int)G_N_ELEMENTS(annex));
    tcase_add_test(tcase, every_rule_fires);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK); /* What has fired is counted over all tests. */
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed > 0;
}
