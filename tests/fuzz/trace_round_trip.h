// SPDX-License-Identifier: MIT
/* What both fuzzers of traces ask: whatever can be read comes back the same, by way of either form. */
#ifndef VSIM_FUZZ_TRACE_ROUND_TRIP_H
#define VSIM_FUZZ_TRACE_ROUND_TRIP_H

#include "../../src/trace/trace.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every event that is whole, in the form; true when there was nothing wrong with the bytes. */
static inline bool rewrite_bytes(const char *bytes, size_t length_bytes, enum vsim_trace_format format,
                                 GString *out)
{
    g_autoptr(GError) error = NULL;
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("fuzz", bytes, length_bytes, &error);
    struct vsim_trace_writer *writer = vsim_trace_create_string(out, format);
    enum vsim_trace_step step = reader ? VSIM_TRACE_EVENT : VSIM_TRACE_ERROR;
    struct vsim_op op;

    while (step == VSIM_TRACE_EVENT && (step = vsim_trace_next(reader, &op, &error)) == VSIM_TRACE_EVENT)
        if (!vsim_trace_write(writer, &op, &error))
            step = VSIM_TRACE_ERROR;
    if ((step == VSIM_TRACE_ERROR) != (error != NULL) || !vsim_trace_finish(writer, NULL))
        abort();
    vsim_trace_close(reader);
    return step == VSIM_TRACE_END;
}

static inline void must_equal(const GString *left, const GString *right)
{
    if (g_string_equal(left, right))
        return;
    g_printerr("--- one\n%s\n--- other\n%s\n", left->str, right->str);
    abort();
}

/* The events in front of any damage, through both forms and back. */
static inline void check_round_trips(const uint8_t *data, size_t size)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) binary = g_string_new(NULL);
    g_autoptr(GString) text_again = g_string_new(NULL);
    g_autoptr(GString) text_of_binary = g_string_new(NULL);
    g_autoptr(GString) binary_of_text = g_string_new(NULL);

    rewrite_bytes((const char *)data, size, VSIM_TRACE_TEXT, text);
    rewrite_bytes((const char *)data, size, VSIM_TRACE_BINARY, binary);
    if (!rewrite_bytes(text->str, text->len, VSIM_TRACE_TEXT, text_again) ||
        !rewrite_bytes(binary->str, binary->len, VSIM_TRACE_TEXT, text_of_binary) ||
        !rewrite_bytes(text->str, text->len, VSIM_TRACE_BINARY, binary_of_text))
        abort();
    must_equal(text, text_again);
    must_equal(text, text_of_binary);
    must_equal(binary, binary_of_text);
}

#endif
