// SPDX-License-Identifier: MIT
/* From one form to the other, and the promise that nothing is lost on the way. */
#include "format.h"
#include "reader.h"

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

static bool convert(const char *from, const char *to, enum vsim_trace_format format, bool keep_whole,
                    uint64_t *n_events, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(from, error);
    struct vsim_trace_writer *writer = reader ? vsim_trace_create(to, format, error) : NULL;
    uint64_t n = 0;
    bool done = writer && copy_events(reader, writer, &n, error) == VSIM_TRACE_END;

    if (done)
        done = vsim_trace_finish(writer, error);
    else if (writer && keep_whole && reader->failure)
        vsim_trace_finish(writer, NULL);
    else
        vsim_trace_abandon(writer);
    if (n_events)
        *n_events = n;
    vsim_trace_close(reader);
    return done;
}

bool vsim_trace_convert(const char *from, const char *to, enum vsim_trace_format format, uint64_t *n_events,
                        GError **error)
{
    return convert(from, to, format, false, n_events, error);
}

bool vsim_trace_salvage(const char *from, const char *to, enum vsim_trace_format format, uint64_t *n_events,
                        GError **error)
{
    return convert(from, to, format, true, n_events, error);
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
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT,
                "%s:%" PRIu32 ":%zu: not as the writer writes it, expected `%s`", reader->name, reader->line,
                column, text->str);
    return false;
}

static bool check_lines(struct vsim_trace_reader *reader, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    enum vsim_trace_step step;
    struct vsim_op op;

    if (reader->format != VSIM_TRACE_TEXT) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s: offset 0: a binary trace, expected text",
                    reader->name);
        return false;
    }
    while ((step = vsim_trace_next(reader, &op, error)) == VSIM_TRACE_EVENT)
        if (!check_line(reader, &op, text, error))
            return false;
    if (step == VSIM_TRACE_ERROR)
        return false;
    if (reader->bytes[reader->length_bytes - 1] == '\n')
        return true;
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT,
                "%s:%" PRIu32 ":%u: the file ends, expected a newline first", reader->name, reader->line,
                reader->source.length_bytes + 1);
    return false;
}

bool vsim_trace_is_canonical(const char *path, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(path, error);
    const bool canonical = reader && check_lines(reader, error);

    vsim_trace_close(reader);
    return canonical;
}

bool vsim_trace_detect(const char *path, enum vsim_trace_format *format, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(path, error);

    if (!reader)
        return false;
    *format = reader->format;
    vsim_trace_close(reader);
    return true;
}

/* Every event of `bytes` in the other form, as bytes. */
static bool convert_bytes(const char *name, const GString *bytes, enum vsim_trace_format format, GString *out,
                          GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open_bytes(name, bytes->str, bytes->len, error);
    struct vsim_trace_writer *writer = reader ? vsim_trace_create_string(out, format) : NULL;
    uint64_t n_events;
    bool done = writer && copy_events(reader, writer, &n_events, error) == VSIM_TRACE_END;

    if (done)
        done = vsim_trace_finish(writer, error);
    else
        vsim_trace_abandon(writer);
    vsim_trace_close(reader);
    return done;
}

/* There and back; the bytes must be those that were. */
static bool check_round_trip(const char *name, const GString *bytes, enum vsim_trace_format format,
                             GError **error)
{
    const enum vsim_trace_format other = format == VSIM_TRACE_TEXT ? VSIM_TRACE_BINARY : VSIM_TRACE_TEXT;
    g_autoptr(GString) there = g_string_new(NULL);
    g_autoptr(GString) back = g_string_new(NULL);
    size_t i = 0;

    if (!convert_bytes(name, bytes, other, there, error) || !convert_bytes(name, there, format, back, error))
        return false;
    if (g_string_equal(bytes, back))
        return true;
    while (i < bytes->len && i < back->len && bytes->str[i] == back->str[i])
        i++;
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT,
                "%s: offset %zu: another byte came back from the other form, "
                "expected the same",
                name, i);
    return false;
}

bool vsim_trace_check(const char *path, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(path, error);
    g_autoptr(GString) bytes = NULL;
    enum vsim_trace_format format;
    bool done;

    if (!reader)
        return false;
    format = reader->format;
    bytes = g_string_new_len(reader->bytes, (gssize)reader->length_bytes);
    done = format != VSIM_TRACE_TEXT || check_lines(reader, error);
    vsim_trace_close(reader);
    return done && check_round_trip(path, bytes, format, error);
}
