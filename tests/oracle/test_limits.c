// SPDX-License-Identifier: MIT
/* TV-136 and TV-137: what happens many times. */
#include "trace_check.h"
#include "vectors.h"

START_TEST(a_storm_of_failures_leaves_nothing)
{
    g_autoptr(GString) trace = g_string_new(I_WITH(32K));

    for (unsigned i = 0; i < 1000; i++)
        g_string_append(trace, MAP(0x0, "m0+0x0", 36K, RW) ENOMEM_);
    g_string_append(trace, L(0) MAP(0x0, "m0+0x0", 32K, RW) OK L(32K));
    for (unsigned dialect = 0; dialect < VSIM_N_DIALECTS; dialect++)
        check_trace_on("TV-136", vsim_spec_dialects[dialect].name, trace->str);
    ck_assert_uint_eq(n_failures, 0);
}
END_TEST

/* check_trace() looks at all invariants after each event, which here would be 65535 * 65535; so this one
 * steps. */
START_TEST(slots_run_out)
{
    const struct vsim_backend_class *class = vsim_oracle_backend();
    struct vsim_world *world = vsim_spec_world_new();
    struct vsim_trace_reader *reader;
    struct vsim_backend *backend = NULL;
    g_autofree char *text = trace_text(E, "6.12");
    g_autoptr(GString) trace = g_string_new(text);
    struct vsim_result result = {0};
    struct vsim_op op;
    unsigned n_full = 0;
    uint64_t removed = 0;

    for (unsigned i = 0; i < 65536; i++)
        g_string_append_printf(trace,
                               "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, iova=0x%" G_GINT64_MODIFIER
                               "x, size=4K})\n",
                               (guint64)(i * UINT64_C(40503) % 65536) << 12);
    g_string_append(trace, "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=ALL, size=0})\n");
    reader = vsim_trace_open_bytes("TV-137", trace->str, trace->len, NULL);
    while (vsim_trace_next(reader, &op, NULL) == VSIM_TRACE_EVENT) {
        if (!backend && vsim_spec_ops[op.id].subject == VSIM_SUBJECT_WORLD) {
            ck_assert(vsim_spec_world_add(world, &op, NULL));
            continue;
        }
        if (!backend)
            backend = class->open(world, NULL);
        op.binds_address = FIRST_ADDRESS;
        ck_assert(class->step(backend, &op, &result, NULL));
        n_full += result.rule == VSIM_RULE_VFIO_IOMMU_MAP_DMA_NO_SLOT;
        if (op.id == VSIM_OP_VFIO_IOMMU_UNMAP_DMA)
            removed = result.outcome.out[VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size];
    }
    ck_assert_uint_eq(n_full, 1);
    ck_assert_uint_eq(removed, UINT64_C(65535) << 12);
    class->close(backend);
    vsim_trace_close(reader);
    vsim_spec_world_free(world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("limits");
    TCase *tcase = tcase_create("limits");
    SRunner *runner;
    int n_failed;

    tcase_add_test(tcase, a_storm_of_failures_leaves_nothing);
    tcase_add_test(tcase, slots_run_out);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed > 0;
}
