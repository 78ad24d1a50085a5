// SPDX-License-Identifier: MIT
#ifndef VSIM_TRACE_BINARY_RECORD_H
#define VSIM_TRACE_BINARY_RECORD_H

#include "binary.h"
#include "binary_dictionary.h"

static inline uint32_t vsim_trace_load32(const char *data)
{
    uint32_t number;

    memcpy(&number, data, sizeof number);
    return GUINT32_FROM_LE(number);
}

static inline uint64_t vsim_trace_load64(const char *data)
{
    uint64_t number;

    memcpy(&number, data, sizeof number);
    return GUINT64_FROM_LE(number);
}

/* Fails with `file: offset N: message`; always false. */
bool vsim_trace_fail_offset(struct vsim_trace_reader *reader, const char *where, GError **error,
                            const char *format, ...) __attribute__((format(printf, 4, 5), cold));

/* Goes to the next block that has a record in it, or to the end. */
bool vsim_trace_binary_next_block(struct vsim_trace_reader *reader, GError **error);

#endif
