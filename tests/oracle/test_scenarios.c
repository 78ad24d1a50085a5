// SPDX-License-Identifier: MIT
/* Every scenario of traces/: the oracle allows what it claims. */
#include "trace_check.h"

START_TEST(scenarios_are_allowed)
{
    const char *folder = VSIM_SOURCE_DIR "/traces/scenarios";
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    unsigned n_traces = 0;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *text = NULL;

        if (!g_str_has_suffix(name, ".vsim") || !g_file_get_contents(path, &text, NULL, NULL))
            continue;
        check_trace(name, "its dialect", text);
        n_traces++;
    }
    if (dir)
        g_dir_close(dir);
    ck_assert_uint_gt(n_traces, 20);
    ck_assert_uint_eq(n_failures, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scenarios");
    TCase *tcase = tcase_create("scenarios");
    SRunner *runner;
    int n_failed;

    tcase_add_test(tcase, scenarios_are_allowed);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed > 0;
}
