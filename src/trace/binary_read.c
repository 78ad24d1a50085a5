// SPDX-License-Identifier: MIT
/* Blocks and their digests; a record is decoded in binary_record.c. Nothing is believed before its length is
 * checked. */
#include "../base/hash.h"
#include "binary_record.h"

#include <inttypes.h>

bool vsim_trace_fail_offset(struct vsim_trace_reader *reader, const char *where, GError **error,
                            const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s: offset %td: %s", reader->name,
                where - reader->bytes, message);
    return false;
}

static size_t bytes_left(const struct vsim_trace_reader *reader)
{
    return reader->length_bytes - (size_t)(reader->at - reader->bytes);
}

/* Where a file ends too early, what came before is good, and whoever reads it wants to know how much that is.
 */
static bool fail_cut(struct vsim_trace_reader *reader, GError **error, const char *where)
{
    return vsim_trace_fail_offset(reader, reader->at, error,
                                  "the file ends %s; the %" PRIu64 " events before it are whole", where,
                                  reader->n_events);
}

static bool is_kind(uint32_t kind)
{
    return kind == VSIM_TRACE_BLOCK_DICTIONARY || kind == VSIM_TRACE_BLOCK_EVENTS ||
           kind == VSIM_TRACE_BLOCK_END;
}

/* Takes the next block whole, its digest checked. */
static bool take_block(struct vsim_trace_reader *reader, uint32_t *kind, struct vsim_bytes *payload,
                       GError **error)
{
    const char *start = reader->at;
    uint32_t length_bytes;

    if (bytes_left(reader) == 0)
        return fail_cut(reader, error, "without an end mark");
    if (bytes_left(reader) < VSIM_TRACE_BLOCK_HEADER_BYTES)
        return fail_cut(reader, error, "inside the head of a block");
    *kind = vsim_trace_load32(start);
    length_bytes = vsim_trace_load32(start + 4);
    if (!is_kind(*kind))
        return vsim_trace_fail_offset(reader, start, error,
                                      "damage: found the kind 0x%08x, expected that of a block", *kind);
    if (length_bytes > VSIM_TRACE_MOST_PAYLOAD_BYTES || length_bytes % 8 != 0)
        return vsim_trace_fail_offset(reader, start + 4, error,
                                      "damage: found a block of %u bytes, expected a multiple of 8 up to %u",
                                      length_bytes, VSIM_TRACE_MOST_PAYLOAD_BYTES);
    if (length_bytes > bytes_left(reader) - VSIM_TRACE_BLOCK_HEADER_BYTES) {
        g_autofree char *where = g_strdup_printf("inside a block of %u bytes", length_bytes);

        return fail_cut(reader, error, where);
    }
    *payload = (struct vsim_bytes){start + VSIM_TRACE_BLOCK_HEADER_BYTES, length_bytes};
    if (vsim_trace_load64(start + 8) != vsim_hash(payload->data, length_bytes))
        return vsim_trace_fail_offset(reader, start, error,
                                      "damage: the digest of a block of %u bytes is not that of its bytes",
                                      length_bytes);
    reader->at = payload->data + length_bytes;
    return true;
}

static bool check_header(struct vsim_trace_reader *reader, GError **error)
{
    const uint64_t version = VSIM_TRACE_VERSION;
    const size_t n = MIN(reader->length_bytes, VSIM_TRACE_MAGIC_BYTES);

    if (memcmp(reader->bytes, VSIM_TRACE_MAGIC, n) != 0)
        return vsim_trace_fail_offset(reader, reader->bytes, error, "this is no trace, expected a header");
    if (reader->length_bytes < VSIM_TRACE_FILE_HEADER_BYTES)
        return fail_cut(reader, error, "inside its header");
    reader->at += VSIM_TRACE_FILE_HEADER_BYTES;
    if (vsim_trace_load64(reader->bytes + VSIM_TRACE_MAGIC_BYTES) == version)
        return true;
    return vsim_trace_fail_offset(reader, reader->bytes + VSIM_TRACE_MAGIC_BYTES, error,
                                  "found version %" PRIu64 " of the binary form, expected %" PRIu64,
                                  vsim_trace_load64(reader->bytes + VSIM_TRACE_MAGIC_BYTES), version);
}

bool vsim_trace_binary_begin(struct vsim_trace_reader *reader, GError **error)
{
    const char *why = NULL;
    struct vsim_bytes payload = {0};
    uint32_t kind = VSIM_TRACE_BLOCK_END;

    if (!check_header(reader, error) || !take_block(reader, &kind, &payload, error))
        return false;
    if (kind != VSIM_TRACE_BLOCK_DICTIONARY)
        return vsim_trace_fail_offset(reader, payload.data - VSIM_TRACE_BLOCK_HEADER_BYTES, error,
                                      "found another block, expected the dictionary first");
    reader->dictionary = vsim_trace_dictionary_read(payload, &why);
    if (!reader->dictionary)
        return vsim_trace_fail_offset(reader, payload.data, error, "%s", why);
    reader->line = 1;
    return true;
}

static bool check_end(struct vsim_trace_reader *reader, struct vsim_bytes payload, GError **error)
{
    if (payload.length_bytes != 8 || vsim_trace_load64(payload.data) != reader->n_events)
        return vsim_trace_fail_offset(reader, payload.data, error,
                                      "the end mark is wrong, expected it to count %" PRIu64 " events",
                                      reader->n_events);
    if (bytes_left(reader) > 0)
        return vsim_trace_fail_offset(reader, reader->at, error,
                                      "found bytes, expected none behind the end mark");
    reader->at_end = true;
    return true;
}

bool vsim_trace_binary_next_block(struct vsim_trace_reader *reader, GError **error)
{
    struct vsim_bytes payload = {0};
    uint32_t kind = VSIM_TRACE_BLOCK_END;

    while (reader->record == reader->block_end && !reader->at_end) {
        if (!take_block(reader, &kind, &payload, error))
            return false;
        if (kind == VSIM_TRACE_BLOCK_END)
            return check_end(reader, payload, error);
        if (kind != VSIM_TRACE_BLOCK_EVENTS)
            return vsim_trace_fail_offset(reader, payload.data - VSIM_TRACE_BLOCK_HEADER_BYTES, error,
                                          "found a second dictionary, expected events");
        reader->record = payload.data;
        reader->block_end = payload.data + payload.length_bytes;
    }
    return true;
}
