// SPDX-License-Identifier: MIT
/*
 * What the readers of both forms share. A reader walks over bytes that stay where they are: mapped from the
 * file, read from a pipe, or the caller's. Ops point into them, or into `scratch` for what has to be decoded
 * first.
 */
#ifndef VSIM_TRACE_READER_H
#define VSIM_TRACE_READER_H

#include "trace.h"
#include "vocabulary.h"

#define VSIM_TRACE_TEXT_HEADER     "vfiosim-trace 1"
#define VSIM_TRACE_MOST_LINE_BYTES (1024u * 1024u)

struct vsim_trace_dictionary;

struct vsim_trace_reader {
    const struct vsim_trace_vocabulary *words;
    enum vsim_trace_format format;
    char *name;
    GError *failure; /* Once it has failed it stays so. */

    const char *bytes;
    size_t length_bytes;
    enum { VSIM_TRACE_BORROWED, VSIM_TRACE_MAPPED, VSIM_TRACE_ALLOCATED } held;

    const char *at; /* The next unread line or block. */
    uint32_t line;  /* Of the event that was read last. */
    uint64_t n_events;

    struct vsim_outcome expected[VSIM_MAX_EXPECTED]; /* Of the event that was read last. */

    /* Text only. */
    struct vsim_bytes source; /* The line that was read last, without its end. */
    char *scratch;            /* Decoded bytes of one event. */
    size_t scratch_used;

    /* Binary only. */
    struct vsim_trace_dictionary *dictionary;
    const char *record; /* The next record of the block. */
    const char *block_end;
    bool at_end; /* The end mark has been read. */
};

/* The next event of a file of that form. */
enum vsim_trace_step vsim_trace_text_next(struct vsim_trace_reader *reader, struct vsim_op *op,
                                          GError **error);
enum vsim_trace_step vsim_trace_binary_next(struct vsim_trace_reader *reader, struct vsim_op *op,
                                            GError **error);

/* What stands before the first event. */
bool vsim_trace_text_begin(struct vsim_trace_reader *reader, GError **error);
bool vsim_trace_binary_begin(struct vsim_trace_reader *reader, GError **error);

void vsim_trace_dictionary_free(struct vsim_trace_dictionary *dictionary);

#endif
