// SPDX-License-Identifier: MIT
#include "text_line.h"

#include <inttypes.h>

#define MOST_QUOTED_BYTES 60

/* A line without its end may have to be copied; strings decode to less than the line, chains to a bounded
 * size. */
static size_t scratch_bytes(const struct vsim_trace_reader *reader)
{
    const size_t line_bytes = MIN(reader->length_bytes, VSIM_TRACE_MOST_LINE_BYTES) + 1;

    return 2 * line_bytes + (VSIM_MAX_EXPECTED + 1) * (size_t)VSIM_TRACE_MOST_ARGUMENT_BYTES;
}

const bool vsim_trace_in_word[256] = {
    ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true,
    ['7'] = true, ['8'] = true, ['9'] = true, ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true,
    ['E'] = true, ['F'] = true, ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true, ['K'] = true,
    ['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true, ['Q'] = true, ['R'] = true,
    ['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true, ['Y'] = true,
    ['Z'] = true, ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true,
    ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true,
    ['n'] = true, ['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true, ['_'] = true,
    ['.'] = true, ['-'] = true,
};

static void set_error(struct vsim_trace_line *line, const char *where, const char *message)
{
    const struct vsim_trace_reader *reader = line->reader;

    g_set_error(line->error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s:%" PRIu32 ":%td: %s", reader->name,
                reader->line, where - line->start + 1, message);
}

bool vsim_trace_fail_at(struct vsim_trace_line *line, const char *where, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    set_error(line, where, message);
    return false;
}

/* What stands at the next byte, in words. */
static char *describe(const struct vsim_trace_line *line)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    const unsigned char byte = (unsigned char)*line->at;

    if (word.length_bytes > MOST_QUOTED_BYTES)
        return g_strdup_printf("`%.*s...`", MOST_QUOTED_BYTES, word.data);
    if (word.length_bytes > 0)
        return g_strdup_printf("`%.*s`", (int)word.length_bytes, word.data);
    if (byte == '\n')
        return g_strdup("the end of the line");
    if (byte == '\r')
        return g_strdup("a carriage return (a newline alone ends a line)");
    if (byte == '\0')
        return g_strdup("a NUL byte");
    if (byte > 0x20 && byte < 0x7f)
        return g_strdup_printf("`%c`", byte);
    return g_strdup_printf("the byte 0x%02x", byte);
}

bool vsim_trace_fail_expected(struct vsim_trace_line *line, const char *format, ...)
{
    g_autofree char *found = NULL;
    g_autofree char *expected = NULL;
    va_list arguments;

    vsim_trace_skip_blanks(line);
    found = describe(line);
    va_start(arguments, format);
    expected = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return vsim_trace_fail_at(line, line->at, "found %s, expected %s", found, expected);
}

char *vsim_trace_room(struct vsim_trace_line *line)
{
    struct vsim_trace_reader *reader = line->reader;

    if (!reader->scratch)
        reader->scratch = g_malloc(scratch_bytes(reader));
    return reader->scratch + reader->scratch_used;
}

struct vsim_bytes vsim_trace_keep(struct vsim_trace_line *line, size_t length_bytes)
{
    const struct vsim_bytes kept = {vsim_trace_room(line), (uint32_t)length_bytes};

    line->reader->scratch_used += length_bytes;
    g_assert(line->reader->scratch_used <= scratch_bytes(line->reader));
    return kept;
}

char *vsim_trace_list_fields(const struct vsim_trace_field *fields, unsigned n_fields, uint32_t mask)
{
    GString *list = g_string_new(NULL);

    for (unsigned i = 0; i < n_fields; i++)
        if (mask & UINT32_C(1) << i)
            g_string_append_printf(list, "%s%s", list->len ? ", " : "", fields[i].row->name);
    return g_string_free(list, FALSE);
}
