// SPDX-License-Identifier: MIT
#include "reader.h"
bool vsim_trace_binary_begin(struct vsim_trace_reader *reader, GError **error){(void)reader; g_set_error(error,VSIM_ERROR,VSIM_ERROR_INPUT,"x"); return false;}
enum vsim_trace_step vsim_trace_binary_next(struct vsim_trace_reader *reader, struct vsim_op *op, GError **error){(void)reader;(void)op; g_set_error(error,VSIM_ERROR,VSIM_ERROR_INPUT,"x"); return VSIM_TRACE_ERROR;}
void vsim_trace_dictionary_free(struct vsim_trace_dictionary *dictionary){(void)dictionary;}
