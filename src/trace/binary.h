// SPDX-License-Identifier: MIT
/*
 * The binary form. All numbers are little-endian and everything begins on a multiple of 8 bytes.
 *
 *   file   := magic (8) version (8) block*
 *   block  := kind (4) payload length (4) xxh3 of the payload (8) payload
 *   kinds  := DICTIONARY once, then EVENTS, then END once, whose payload is the number of events (8)
 *
 * A block has up to 64 KiB of events, or one longer event. Each is a record:
 *
 *   length in words (4)  op by its place in the dictionary (2)  argument (1)  n_raw << 4 | n_expected (1)
 *   subject (4)          target (4)
 *   binds (4)            given fields, a bit each (4)
 *   each given field, then the argument as an address unless it is DEFAULT, then
 *   each raw run: offset (4) length (4) bytes, and each outcome:
 *     error (2) what (2) given fields (4), then the value if `what` says so, the fields, the tail as bytes
 *
 * and a field is, by the encoding that the dictionary gives it:
 *   n   a number (8)                             a   an address: number (8) base (8)
 *   h   a handle: value (4) and 1 (4), or a number (4) and 0 (4)
 *   b   bytes: length (8), then the bytes, filled up with zeros
 *   d   a dialect by its place in the dictionary (8)
 *
 * The dictionary is lines of text: `label field:encoding ...` for each op in the order of their codes, then
 * `dialects` and their names. A reader maps codes to its own rows by name.
 */
#ifndef VSIM_TRACE_BINARY_H
#define VSIM_TRACE_BINARY_H

#include "vocabulary.h"

#include <glib.h>

#define VSIM_TRACE_MAGIC               "\x89vsimb\r\n"
#define VSIM_TRACE_MAGIC_BYTES         8u
#define VSIM_TRACE_VERSION             1u
#define VSIM_TRACE_FILE_HEADER_BYTES   16u
#define VSIM_TRACE_BLOCK_HEADER_BYTES  16u
#define VSIM_TRACE_BLOCK_BYTES         65536u
#define VSIM_TRACE_MOST_PAYLOAD_BYTES  (4u * 1024u * 1024u)
#define VSIM_TRACE_RECORD_HEADER_BYTES 24u
#define VSIM_TRACE_DIALECTS_LABEL      "dialects"

enum vsim_trace_block_kind {
    VSIM_TRACE_BLOCK_DICTIONARY = 0x54434944, /* DICT */
    VSIM_TRACE_BLOCK_EVENTS = 0x544e5645,     /* EVNT */
    VSIM_TRACE_BLOCK_END = 0x21444e45,        /* END! */
};

/* In `what` of an outcome. */
enum { VSIM_TRACE_HAS_VALUE = 1, VSIM_TRACE_HAS_TAIL = 2 };

/* The letters of enum vsim_trace_encoding. */
#define VSIM_TRACE_ENCODINGS "nahbd"

static inline uint64_t vsim_trace_padded(uint64_t length_bytes)
{
    return (length_bytes + 7) & ~UINT64_C(7);
}

/* By the first byte alone, so that a file cut anywhere is still known for what it is. */
static inline bool vsim_trace_is_binary(const char *bytes, size_t length_bytes)
{
    return length_bytes > 0 && bytes[0] == VSIM_TRACE_MAGIC[0];
}

struct vsim_op;

/* The dictionary of our own tables, appended. */
void vsim_trace_binary_dictionary(GString *out);

/* One record, appended. */
void vsim_trace_binary_record(GString *out, const struct vsim_op *op);

/* A block around a payload, which is filled up to a multiple of 8, appended. */
void vsim_trace_binary_block(GString *out, enum vsim_trace_block_kind kind, GString *payload);

#endif
