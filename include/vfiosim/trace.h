// SPDX-License-Identifier: MIT
/* Traces as files: the two forms and the way from one to the other. */
#ifndef VFIOSIM_TRACE_H
#define VFIOSIM_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include <vfiosim/error.h>

enum vsim_trace_format { VSIM_TRACE_TEXT, VSIM_TRACE_BINARY };

/*
 * Convert the trace at `from` into `format` at `to` ("-" for standard output). `*n_events` is how many events
 * were written (NULL allowed). Errors: VSIM_ERROR_INPUT with a place in the file, VSIM_ERROR_IO.
 */
VSIM_API bool vsim_trace_convert(const char *from, const char *to, enum vsim_trace_format format,
                                 uint64_t *n_events, GError **error);

/*
 * The same for a damaged trace, such as that of a recorder that was killed: false with what is wrong, but
 * `to` holds the events before it.
 */
VSIM_API bool vsim_trace_salvage(const char *from, const char *to, enum vsim_trace_format format,
                                 uint64_t *n_events, GError **error);

/* The form of the trace at `path`, by its first bytes. */
VSIM_API bool vsim_trace_detect(const char *path, enum vsim_trace_format *format, GError **error);

/* True when the trace comes back byte for byte by way of the other form; text must be canonical for that. */
VSIM_API bool vsim_trace_check(const char *path, GError **error);

/* True when the file is text as the writer writes it; false with the first place where it is not. */
VSIM_API bool vsim_trace_is_canonical(const char *path, GError **error);

#endif
