// SPDX-License-Identifier: MIT
/*
 * One line of text under the scanner. A newline always ends it, and no token contains a newline, so nothing
 * here looks at a length: every scan stops by itself.
 */
#ifndef VSIM_TRACE_TEXT_LINE_H
#define VSIM_TRACE_TEXT_LINE_H

#include "reader.h"

struct vsim_trace_line {
    struct vsim_trace_reader *reader;
    const char *start;
    const char *at; /* The next byte. */
    GError **error;
};

/* Letters, digits, `_`, `.` and `-`: a name, a number, a handle. Empty where none stands. */
struct vsim_trace_token {
    const char *data;
    size_t length_bytes;
};

/* The value of a field. */
struct vsim_trace_value {
    uint64_t number;
    vsim_handle base;
    struct vsim_bytes bytes;
};

extern const bool vsim_trace_in_word[256];

static inline void vsim_trace_skip_blanks(struct vsim_trace_line *line)
{
    while (*line->at == ' ' || *line->at == '\t')
        line->at++;
}

static inline struct vsim_trace_token vsim_trace_peek_word(const struct vsim_trace_line *line)
{
    const char *end = line->at;

    while (vsim_trace_in_word[(unsigned char)*end])
        end++;
    return (struct vsim_trace_token){line->at, (size_t)(end - line->at)};
}

static inline struct vsim_trace_token vsim_trace_take_word(struct vsim_trace_line *line)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);

    line->at += word.length_bytes;
    return word;
}

static inline bool vsim_trace_token_is(struct vsim_trace_token token, const char *word)
{
    return strlen(word) == token.length_bytes && memcmp(token.data, word, token.length_bytes) == 0;
}

/* Takes the character, and blanks around it, when it stands next. */
static inline bool vsim_trace_take(struct vsim_trace_line *line, char character)
{
    vsim_trace_skip_blanks(line);
    if (*line->at != character)
        return false;
    line->at++;
    vsim_trace_skip_blanks(line);
    return true;
}

/* Fails with `file:line:column: message`; always false. */
bool vsim_trace_fail_at(struct vsim_trace_line *line, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

/* Fails with `found X, expected <what>` at the next byte; always false. */
bool vsim_trace_fail_expected(struct vsim_trace_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));

/* Takes the character or fails. */
static inline bool vsim_trace_expect(struct vsim_trace_line *line, char character, const char *after)
{
    return vsim_trace_take(line, character) ||
           vsim_trace_fail_expected(line, "`%c` after %s", character, after);
}

/* Room for decoded bytes of this event; what is not used is given back by vsim_trace_keep(). */
char *vsim_trace_room(struct vsim_trace_line *line);
struct vsim_bytes vsim_trace_keep(struct vsim_trace_line *line, size_t length_bytes);

/* A handle with one of these letters. */
bool vsim_trace_read_handle(struct vsim_trace_line *line, const char *letters, vsim_handle *handle);

/* A number in hexadecimal or decimal, up to `most`. */
bool vsim_trace_read_number(struct vsim_trace_line *line, uint64_t most, const char *what, uint64_t *number);

/* `m0+0x10`, or a number. */
bool vsim_trace_read_address(struct vsim_trace_line *line, const char *letters, uint64_t *number,
                             vsim_handle *base);

/* x"00ff" */
bool vsim_trace_read_octets(struct vsim_trace_line *line, size_t most_bytes, struct vsim_bytes *bytes);

/* The value of a field as its type has it. */
bool vsim_trace_read_value(struct vsim_trace_line *line, const struct vsim_trace_field *field,
                           const char *base_letters, struct vsim_trace_value *value);

/* What a capability chain stands for, as bytes that begin `offset_bytes` into the structure. */
bool vsim_trace_read_chain(struct vsim_trace_line *line, uint32_t offset_bytes, struct vsim_bytes *bytes);

/* One outcome or `{X; Y}`, up to the end of the line. */
bool vsim_trace_read_outcomes(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                              unsigned *n);

/* The names of fields, joined, for a message. */
char *vsim_trace_list_fields(const struct vsim_trace_field *fields, unsigned n_fields, uint32_t mask);

/* The place of a field with this name, looked for from `hint` on, or -1. */
static inline int vsim_trace_find_field(const struct vsim_trace_field *fields, unsigned n_fields,
                                        unsigned hint, struct vsim_trace_token name)
{
    for (unsigned n = 0; n < n_fields; n++) {
        const unsigned i = hint + n < n_fields ? hint + n : hint + n - n_fields;

        if (fields[i].name_length_bytes == name.length_bytes &&
            memcmp(fields[i].row->name, name.data, name.length_bytes) == 0)
            return (int)i;
    }
    return -1;
}

#endif
