// SPDX-License-Identifier: MIT
/* Traces as strings: what the tests of src/trace/ share. */
#ifndef VSIM_TEST_TRACE_SUPPORT_H
#define VSIM_TEST_TRACE_SUPPORT_H

#include "../../src/trace/trace.h"

#include <check.h>
#include <string.h>

#define HEADER "vfiosim-trace 1\n"

/* All events of the bytes in the form, appended to `out`; false with the reader's error. */
static inline bool rewrite(const char *bytes, size_t length_bytes, enum vsim_trace_format format,
                           GString *out, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("t", bytes, length_bytes, error);
    struct vsim_trace_writer *writer;
    enum vsim_trace_step step;
    struct vsim_op op;

    if (!reader)
        return false;
    writer = vsim_trace_create_string(out, format);
    while ((step = vsim_trace_next(reader, &op, error)) == VSIM_TRACE_EVENT)
        ck_assert(vsim_trace_write(writer, &op, NULL));
    ck_assert(vsim_trace_finish(writer, NULL));
    vsim_trace_close(reader);
    return step == VSIM_TRACE_END;
}

/* The same where it must go well. */
static inline GString *rewritten(const GString *bytes, enum vsim_trace_format format)
{
    GString *out = g_string_new(NULL);
    GError *error = NULL;

    if (!rewrite(bytes->str, bytes->len, format, out, &error))
        ck_abort_msg("%s", error->message);
    return out;
}

static inline Suite *suite_of(const char *name, TCase *tests)
{
    Suite *suite = suite_create(name);

    suite_add_tcase(suite, tests);
    return suite;
}

static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int n_failed;

    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed > 0;
}

#endif
