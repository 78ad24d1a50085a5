// SPDX-License-Identifier: MIT
/* The codes of a binary file and what they are in our tables. */
#ifndef VSIM_TRACE_BINARY_DICTIONARY_H
#define VSIM_TRACE_BINARY_DICTIONARY_H

#include "reader.h"

#define VSIM_TRACE_MOST_CODES       1024u
#define VSIM_TRACE_MOST_CODE_FIELDS 32u
#define VSIM_TRACE_MOST_DIALECTS    256u

/* What decoding needs is here, side by side; a field that the dictionary does not have is all zeros. */
struct vsim_trace_code_field {
    uint32_t
        mask; /* The field's bit in our op; 0 where our op has no such field, or holds it in another way. */
    uint8_t index;
    uint8_t encoding; /* enum vsim_trace_encoding. */
    uint64_t most;
    const struct vsim_trace_field *field;
};

struct vsim_trace_code {
    const struct vsim_trace_shape *shape; /* NULL: we have no such op. */
    struct vsim_bytes label;
    unsigned n_fields;
    struct vsim_trace_code_field fields[VSIM_TRACE_MOST_CODE_FIELDS];
};

struct vsim_trace_dictionary {
    unsigned n_codes;
    struct vsim_trace_code *codes;
    unsigned n_dialects;
    struct vsim_trace_name
        dialects[VSIM_TRACE_MOST_DIALECTS]; /* Value UINT64_MAX: we have no such dialect. */
};

/* Reads the payload of a dictionary block; NULL with what is wrong in `why`. Names point into the payload. */
struct vsim_trace_dictionary *vsim_trace_dictionary_read(struct vsim_bytes payload, const char **why);

#endif
