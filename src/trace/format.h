// SPDX-License-Identifier: MIT
/* Canonical spelling of the parts of a line; trace.h has the whole ones. */
#ifndef VSIM_TRACE_FORMAT_H
#define VSIM_TRACE_FORMAT_H

#include "text_line.h"

void vsim_trace_format_hex(GString *out, uint64_t number);
void vsim_trace_format_decimal(GString *out, uint64_t number);

/* A value by itself, and `name=value`. */
void vsim_trace_format_plain(GString *out, const struct vsim_trace_field *field,
                             const struct vsim_trace_value *value);
void vsim_trace_format_field(GString *out, const struct vsim_trace_field *field,
                             const struct vsim_trace_value *value);

/* x"00ff" */
void vsim_trace_format_octets(GString *out, struct vsim_bytes bytes);

/* One whole line with its outcomes, no newline. */
void vsim_trace_format_line(GString *out, const struct vsim_op *op);

#endif
