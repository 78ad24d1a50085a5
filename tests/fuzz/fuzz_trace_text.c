// SPDX-License-Identifier: MIT
#include "trace_round_trip.h"

/* The header is given, since a fuzzer that has to find it finds nothing else. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GString) text = g_string_new("vfiosim-trace 1\n");

    check_round_trips(data, size);
    g_string_append_len(text, (const char *)data, (gssize)size);
    check_round_trips((const uint8_t *)text->str, text->len);
    return 0;
}
