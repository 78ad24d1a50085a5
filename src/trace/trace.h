// SPDX-License-Identifier: MIT
/* Reading and writing traces, text and binary alike; docs/architecture.md describes both forms. */
#ifndef VSIM_TRACE_TRACE_H
#define VSIM_TRACE_TRACE_H

#include "../../include/vfiosim/trace.h"
#include "../spec/op.h"

enum vsim_trace_step { VSIM_TRACE_ERROR = -1, VSIM_TRACE_END = 0, VSIM_TRACE_EVENT = 1 };

struct vsim_trace_reader;
struct vsim_trace_writer;

/*
 * A reader of either form, told apart by the first bytes; "-" is standard input. The file is memory-mapped,
 * so it must not shrink meanwhile; it may grow.
 */
struct vsim_trace_reader *vsim_trace_open(const char *path, GError **error);

/* The same over bytes that outlive the reader; `name` stands in messages. */
struct vsim_trace_reader *vsim_trace_open_bytes(const char *name, const void *bytes, size_t length_bytes,
                                                GError **error);

/*
 * The next event, COMMENTs included. What `op` points to lives until the next call. No allocation. After
 * ERROR every further call is the same ERROR; the events before it were whole.
 */
enum vsim_trace_step vsim_trace_next(struct vsim_trace_reader *reader, struct vsim_op *op, GError **error);

enum vsim_trace_format vsim_trace_reader_format(const struct vsim_trace_reader *reader);
const char *vsim_trace_reader_name(const struct vsim_trace_reader *reader);
void vsim_trace_close(struct vsim_trace_reader *reader);

/* A writer to a new file, which is written under another name and renamed at finish; "-" is standard output.
 */
struct vsim_trace_writer *vsim_trace_create(const char *path, enum vsim_trace_format format, GError **error);

/*
 * The same in place, for recorders: the file grows by whole lines or blocks, so that what is there when the
 * writer is killed can be read up to its last one.
 */
struct vsim_trace_writer *vsim_trace_create_streaming(const char *path, enum vsim_trace_format format,
                                                      GError **error);

/* A writer that appends to a string, which outlives it. */
struct vsim_trace_writer *vsim_trace_create_string(GString *out, enum vsim_trace_format format);

/* One event, with the outcomes in op->expected. */
bool vsim_trace_write(struct vsim_trace_writer *writer, const struct vsim_op *op, GError **error);

/* Give every event that was written to the file, even where that makes a short block. */
bool vsim_trace_flush(struct vsim_trace_writer *writer, GError **error);

/* Everything is on disk after this; free the writer either way. False and no file when something failed. */
bool vsim_trace_finish(struct vsim_trace_writer *writer, GError **error);
void vsim_trace_abandon(struct vsim_trace_writer *writer);

/* The text of one op without its outcome, of one outcome, of one value; appended, no newline. */
void vsim_trace_format_op(GString *out, const struct vsim_op *op);
void vsim_trace_format_outcome(GString *out, enum vsim_op_id id, const struct vsim_outcome *outcome);
void vsim_trace_format_value(GString *out, enum vsim_op_id id, unsigned field, uint64_t number,
                             vsim_handle base);
void vsim_trace_format_handle(GString *out, vsim_handle handle);

#endif
