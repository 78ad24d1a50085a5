// SPDX-License-Identifier: MIT
/*
 * Capability chains: what follows a structure in its caller's memory. Each capability begins with its id (2
 * bytes), version (2) and the offset of the next one in the whole argument (4), 0 in the last. Text names
 * them where it can do so without losing a byte; anything else is bytes in hexadecimal.
 */
#ifndef VSIM_TRACE_CHAIN_H
#define VSIM_TRACE_CHAIN_H

#include "vocabulary.h"

#include <glib.h>

#define VSIM_TRACE_CAPABILITY_HEADER_BYTES 8u
#define VSIM_TRACE_CAPABILITY_VERSION      1u

static inline uint64_t vsim_trace_load(const char *data, unsigned size_bytes)
{
    uint64_t value = 0;

    memcpy(&value, data, size_bytes);
    return GUINT64_FROM_LE(value);
}

static inline void vsim_trace_store(char *data, unsigned size_bytes, uint64_t value)
{
    value = GUINT64_TO_LE(value);
    memcpy(data, &value, size_bytes);
}

/* Appends `[...]`; nothing and false when the bytes, which begin `offset_bytes` into the argument, are no
 * chain. */
bool vsim_trace_format_chain(GString *out, uint32_t offset_bytes, struct vsim_bytes bytes);

#endif
