// SPDX-License-Identifier: MIT
/* From one form to the other, and the promise that nothing is lost on the way. */
#include "reader.h"
#include "format.h"

#include <inttypes.h>

/* Every event from reader to writer. */
static enum vsim_trace_step copy_events(struct vsim_trace_reader *reader, struct vsim_trace_writer *writer,
                                        uint64_t *n_events, GError **error)
{
    enum vsim_trace_step step;
    struct vsim_op op;

    *n_events = 0;
    while ((step = vsim_trace_next(reader, &op, error)) == VSIM_TRACE_EVENT) {
        if (!vsim_trace_write(writer, &op, error))
            return VSIM_TRACE_ERROR;
        (*n_events)++;
    }
    return step;
}

bool vsim_trace_convert(const char *from, const char *to, enum vsim_trace_format format, uint64_t *n_events,
                        GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(from, error);
    struct vsim_trace_writer *writer = reader ? vsim_trace_create(to, format, error) : NULL;
    uint64_t n = 0;
    bool done = writer && copy_events(reader, writer, &n, error) == VSIM_TRACE_END;

    if (done)
        done = vsim_trace_finish(writer, error);
    else
        vsim_trace_abandon(writer);
    if (n_events)
        *n_events = n;
    vsim_trace_close(reader);
    return done;
}

/* The column, from 1, of the first byte that differs. */
static size_t first_difference(const GString *expected, struct vsim_bytes source)
{
    size_t i = 0;

    while (i < expected->len && i < source.length_bytes && expected->str[i] == source.data[i])
        i++;
    return i + 1;
}

static bool check_line(const struct vsim_trace_reader *reader, const struct vsim_op *op, GString *text,
                       GError **error)
{
    size_t column;

    g_string_truncate(text, 0);
    vsim_trace_format_line(text, op);
    column = first_difference(text, reader->source);
    if (column > text->len && column > reader->source.length_bytes)
        return true;
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s:%" PRIu32 ":%zu: not as the writer writes it, expected `%s`",
                reader->name, reader->line, column, text->str);
    return false;
}

static bool check_lines(struct vsim_trace_reader *reader, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    enum vsim_trace_step step;
    struct vsim_op op;

    if (reader->format != VSIM_TRACE_TEXT) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s: offset 0: a binary trace, expected text", reader->name);
        return false;
    }
    while ((step = vsim_trace_next(reader, &op, error)) == VSIM_TRACE_EVENT)
        if (!check_line(reader, &op, text, error))
            return false;
    if (step == VSIM_TRACE_ERROR)
        return false;
    if (reader->bytes[reader->length_bytes - 1] == '\n')
        return true;
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s:%" PRIu32 ":%u: the file ends, expected a newline first",
                reader->name, reader->line, reader->source.length_bytes + 1);
    return false;
}

bool vsim_trace_is_canonical(const char *path, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(path, error);
    const bool canonical = reader && check_lines(reader, error);

    vsim_trace_close(reader);
    return canonical;
}
