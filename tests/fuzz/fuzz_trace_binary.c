// SPDX-License-Identifier: MIT
#include "trace_round_trip.h"

#include "../../src/base/hash.h"
#include "../../src/trace/binary.h"

#include <string.h>

/*
 * No fuzzer finds a digest, so each block's is put right before the bytes are read: what is tested is not
 * that damage is noticed, which is a unit test, but that lies with a right digest do no harm.
 */
static void mend_digests(uint8_t *bytes, size_t size)
{
    size_t at = VSIM_TRACE_FILE_HEADER_BYTES;

    while (at + VSIM_TRACE_BLOCK_HEADER_BYTES <= size) {
        uint32_t length_bytes;
        uint64_t digest;

        memcpy(&length_bytes, bytes + at + 4, sizeof length_bytes);
        length_bytes = GUINT32_FROM_LE(length_bytes);
        at += VSIM_TRACE_BLOCK_HEADER_BYTES;
        if (length_bytes > size - at)
            return;
        digest = GUINT64_TO_LE(vsim_hash(bytes + at, length_bytes));
        memcpy(bytes + at - sizeof digest, &digest, sizeof digest);
        at += length_bytes;
    }
}

/* Our header and dictionary, and the bytes as the payload of one block of events. */
static void check_as_events(const uint8_t *data, size_t size)
{
    g_autoptr(GString) file = g_string_new(NULL);
    g_autoptr(GString) payload = g_string_new_len((const char *)data, (gssize)size);

    g_string_append_len(file, VSIM_TRACE_MAGIC "\1\0\0\0\0\0\0", VSIM_TRACE_FILE_HEADER_BYTES);
    {
        g_autoptr(GString) dictionary = g_string_new(NULL);

        vsim_trace_binary_dictionary(dictionary);
        vsim_trace_binary_block(file, VSIM_TRACE_BLOCK_DICTIONARY, dictionary);
    }
    vsim_trace_binary_block(file, VSIM_TRACE_BLOCK_EVENTS, payload);
    check_round_trips((const uint8_t *)file->str, file->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *mended = g_memdup2(data, size);

    check_round_trips(data, size);
    if (size > 0)
        mend_digests(mended, size);
    check_round_trips(mended, size);
    check_as_events(data, size);
    g_free(mended);
    return 0;
}
