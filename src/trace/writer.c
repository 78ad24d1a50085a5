// SPDX-License-Identifier: MIT
/*
 * Where a trace is written: a file that appears whole under its name or not at all, a file or pipe that grows
 * by whole lines or blocks, or a string. Both forms pass through the same buffer.
 */
#include "binary.h"
#include "format.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <unistd.h>

struct vsim_trace_writer {
    const struct vsim_trace_vocabulary *words;
    enum vsim_trace_format format;
    char *path;      /* In messages, and what the file is renamed to. */
    char *temporary; /* NULL when the file is written in place. */
    int fd;          /* -1: only `out`. */
    bool owns_fd;
    GString *out; /* Bytes on their way to fd, or the caller's string. */
    bool owns_out;
    GString *payload; /* Of the block that is being filled. */
    uint64_t n_events;
};

static bool fail_io(const struct vsim_trace_writer *writer, const char *what, GError **error)
{
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_IO, "%s: %s: %s", writer->path, what, g_strerror(errno));
    return false;
}

/* Gives the buffer to the file. */
static bool drain(struct vsim_trace_writer *writer, GError **error)
{
    gsize done = 0;

    if (writer->fd < 0)
        return true;
    while (done < writer->out->len) {
        const ssize_t n = write(writer->fd, writer->out->str + done, writer->out->len - done);

        if (n < 0 && errno != EINTR)
            return fail_io(writer, "cannot write", error);
        done += n > 0 ? (gsize)n : 0;
    }
    g_string_truncate(writer->out, 0);
    return true;
}

static void close_block(struct vsim_trace_writer *writer, enum vsim_trace_block_kind kind)
{
    vsim_trace_binary_block(writer->out, kind, writer->payload);
    g_string_truncate(writer->payload, 0);
}

static void write_header(struct vsim_trace_writer *writer)
{
    static const char version[VSIM_TRACE_FILE_HEADER_BYTES - VSIM_TRACE_MAGIC_BYTES] = {VSIM_TRACE_VERSION};

    if (writer->format == VSIM_TRACE_TEXT) {
        g_string_append(writer->out, VSIM_TRACE_TEXT_HEADER "\n");
        return;
    }
    g_string_append_len(writer->out, VSIM_TRACE_MAGIC, VSIM_TRACE_MAGIC_BYTES);
    g_string_append_len(writer->out, version, sizeof version);
    vsim_trace_binary_dictionary(writer->payload);
    close_block(writer, VSIM_TRACE_BLOCK_DICTIONARY);
}

static struct vsim_trace_writer *new_writer(const char *path, enum vsim_trace_format format, GString *out)
{
    struct vsim_trace_writer *writer = g_new0(struct vsim_trace_writer, 1);

    writer->words = vsim_trace_vocabulary();
    writer->format = format;
    writer->path = g_strdup(path);
    writer->fd = -1;
    writer->owns_out = !out;
    writer->out = out ? out : g_string_sized_new(2 * (gsize)VSIM_TRACE_BLOCK_BYTES);
    writer->payload = g_string_sized_new(VSIM_TRACE_BLOCK_BYTES);
    return writer;
}

static void free_writer(struct vsim_trace_writer *writer)
{
    if (writer->owns_fd && writer->fd >= 0)
        close(writer->fd);
    if (writer->owns_out)
        g_string_free(writer->out, TRUE);
    g_string_free(writer->payload, TRUE);
    g_free(writer->temporary);
    g_free(writer->path);
    g_free(writer);
}

/* The writer with its header written, or NULL and no writer. */
static struct vsim_trace_writer *begin(struct vsim_trace_writer *writer, GError **error)
{
    if (writer->fd < 0) {
        fail_io(writer, "cannot create", error);
        free_writer(writer);
        return NULL;
    }
    write_header(writer);
    if (drain(writer, error))
        return writer;
    vsim_trace_abandon(writer);
    return NULL;
}

struct vsim_trace_writer *vsim_trace_create(const char *path, enum vsim_trace_format format, GError **error)
{
    struct vsim_trace_writer *writer;

    if (strcmp(path, "-") == 0)
        return vsim_trace_create_streaming(path, format, error);
    writer = new_writer(path, format, NULL);
    writer->temporary = g_strconcat(path, ".XXXXXX", NULL);
    writer->fd = g_mkstemp_full(writer->temporary, O_WRONLY | O_CLOEXEC, 0666);
    writer->owns_fd = true;
    return begin(writer, error);
}

struct vsim_trace_writer *vsim_trace_create_streaming(const char *path, enum vsim_trace_format format,
                                                      GError **error)
{
    const bool is_stdout = strcmp(path, "-") == 0;
    struct vsim_trace_writer *writer = new_writer(is_stdout ? "<stdout>" : path, format, NULL);

    writer->fd = is_stdout ? STDOUT_FILENO : g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    writer->owns_fd = !is_stdout;
    return begin(writer, error);
}

struct vsim_trace_writer *vsim_trace_create_string(GString *out, enum vsim_trace_format format)
{
    struct vsim_trace_writer *writer = new_writer("<string>", format, out);

    write_header(writer);
    return writer;
}

static bool fail_event(const struct vsim_trace_writer *writer, const struct vsim_op *op, const char *what,
                       GError **error)
{
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT, "%s: the event of line %" PRIu32 ": %s", writer->path,
                op->line, what);
    return false;
}

static bool write_text(struct vsim_trace_writer *writer, const struct vsim_op *op, GError **error)
{
    const gsize before = writer->out->len;

    vsim_trace_format_line(writer->out, op);
    if (writer->out->len - before > VSIM_TRACE_MOST_LINE_BYTES) {
        g_string_truncate(writer->out, before);
        return fail_event(writer, op, "its text is longer than a line may be", error);
    }
    g_string_append_c(writer->out, '\n');
    return writer->out->len < VSIM_TRACE_BLOCK_BYTES || drain(writer, error);
}

/* A block is closed before the event that would make it too long. */
static bool write_binary(struct vsim_trace_writer *writer, const struct vsim_op *op, GError **error)
{
    const gsize before = writer->payload->len;
    g_autoptr(GString) record = NULL;

    vsim_trace_binary_record(writer->payload, op);
    if (writer->payload->len <= VSIM_TRACE_BLOCK_BYTES)
        return true;
    record = g_string_new_len(writer->payload->str + before, (gssize)(writer->payload->len - before));
    g_string_truncate(writer->payload, before);
    if (record->len > VSIM_TRACE_MOST_PAYLOAD_BYTES)
        return fail_event(writer, op, "it is longer than a block may be", error);
    if (before > 0)
        close_block(writer, VSIM_TRACE_BLOCK_EVENTS);
    g_string_append_len(writer->payload, record->str, (gssize)record->len);
    return drain(writer, error);
}

bool vsim_trace_write(struct vsim_trace_writer *writer, const struct vsim_op *op, GError **error)
{
    bool done;

    if (op->id == writer->words->comment && !vsim_trace_is_comment(op->text.data, op->text.length_bytes))
        return fail_event(writer, op, "a comment is one line, empty or with # first", error);
    done =
        writer->format == VSIM_TRACE_TEXT ? write_text(writer, op, error) : write_binary(writer, op, error);
    writer->n_events += done;
    return done;
}

bool vsim_trace_flush(struct vsim_trace_writer *writer, GError **error)
{
    if (writer->payload->len > 0)
        close_block(writer, VSIM_TRACE_BLOCK_EVENTS);
    return drain(writer, error);
}

static void write_end(struct vsim_trace_writer *writer)
{
    const uint64_t n_events = GUINT64_TO_LE(writer->n_events);

    g_string_append_len(writer->payload, (const char *)&n_events, sizeof n_events);
    close_block(writer, VSIM_TRACE_BLOCK_END);
}

/* A pipe has no disk to be on. */
static bool is_on_disk(const struct vsim_trace_writer *writer)
{
    return fsync(writer->fd) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
}

static bool settle(struct vsim_trace_writer *writer, GError **error)
{
    if (writer->fd < 0)
        return true;
    if (!is_on_disk(writer))
        return fail_io(writer, "cannot write to disk", error);
    if (writer->temporary && g_rename(writer->temporary, writer->path) != 0)
        return fail_io(writer, "cannot rename into place", error);
    return true;
}

bool vsim_trace_finish(struct vsim_trace_writer *writer, GError **error)
{
    bool done = vsim_trace_flush(writer, error);

    if (done && writer->format == VSIM_TRACE_BINARY) {
        write_end(writer);
        done = drain(writer, error);
    }
    done = done && settle(writer, error);
    if (!done) {
        vsim_trace_abandon(writer);
        return false;
    }
    free_writer(writer);
    return true;
}

void vsim_trace_abandon(struct vsim_trace_writer *writer)
{
    if (!writer)
        return;
    if (writer->temporary)
        g_unlink(writer->temporary);
    free_writer(writer);
}
