// SPDX-License-Identifier: MIT
#include "reader.h"
#include "binary.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIPE_CHUNK_BYTES 65536u

static void set_io_error(GError **error, const char *path, const char *what)
{
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_IO, "%s: %s: %s", path, what, g_strerror(errno));
}

/* What cannot be mapped is read: a pipe, or a file that is empty. */
static bool read_all(struct vsim_trace_reader *reader, int fd, GError **error)
{
    GByteArray *bytes = g_byte_array_new();
    ssize_t n;

    do {
        const guint used = bytes->len;

        g_byte_array_set_size(bytes, used + PIPE_CHUNK_BYTES);
        n = read(fd, bytes->data + used, PIPE_CHUNK_BYTES);
        g_byte_array_set_size(bytes, used + (n > 0 ? (guint)n : 0));
    } while ((n > 0 && bytes->len < G_MAXINT32) || (n < 0 && errno == EINTR));
    reader->length_bytes = bytes->len;
    reader->bytes = (const char *)g_byte_array_free(bytes, FALSE);
    reader->held = VSIM_TRACE_ALLOCATED;
    if (n == 0)
        return true;
    if (n > 0)
        errno = EFBIG;
    set_io_error(error, reader->name, "cannot read");
    return false;
}

static bool hold(struct vsim_trace_reader *reader, int fd, GError **error)
{
    struct stat status;
    void *mapped;

    if (fstat(fd, &status) != 0) {
        set_io_error(error, reader->name, "cannot stat");
        return false;
    }
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return read_all(reader, fd, error);
    mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED) {
        set_io_error(error, reader->name, "cannot map");
        return false;
    }
    madvise(mapped, (size_t)status.st_size, MADV_SEQUENTIAL);
    reader->bytes = mapped;
    reader->length_bytes = (size_t)status.st_size;
    reader->held = VSIM_TRACE_MAPPED;
    return true;
}

static struct vsim_trace_reader *new_reader(const char *name)
{
    struct vsim_trace_reader *reader = g_new0(struct vsim_trace_reader, 1);

    reader->words = vsim_trace_vocabulary();
    reader->name = g_strdup(name);
    return reader;
}

/* The reader at its first event, or NULL and no reader. */
static struct vsim_trace_reader *begin(struct vsim_trace_reader *reader, GError **error)
{
    bool done;

    reader->at = reader->bytes;
    reader->format =
        vsim_trace_is_binary(reader->bytes, reader->length_bytes) ? VSIM_TRACE_BINARY : VSIM_TRACE_TEXT;
    if (reader->format == VSIM_TRACE_BINARY)
        done = vsim_trace_binary_begin(reader, error);
    else
        done = vsim_trace_text_begin(reader, error);
    if (done)
        return reader;
    vsim_trace_close(reader);
    return NULL;
}

struct vsim_trace_reader *vsim_trace_open(const char *path, GError **error)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    struct vsim_trace_reader *reader = new_reader(is_stdin ? "<stdin>" : path);
    const int fd = is_stdin ? STDIN_FILENO : g_open(path, O_RDONLY | O_CLOEXEC, 0);
    bool done = false;

    if (fd < 0)
        set_io_error(error, path, "cannot open");
    else
        done = hold(reader, fd, error);
    if (fd >= 0 && !is_stdin)
        close(fd);
    if (done)
        return begin(reader, error);
    vsim_trace_close(reader);
    return NULL;
}

struct vsim_trace_reader *vsim_trace_open_bytes(const char *name, const void *bytes, size_t length_bytes,
                                                GError **error)
{
    struct vsim_trace_reader *reader = new_reader(name);

    reader->bytes = length_bytes ? bytes : "";
    reader->length_bytes = length_bytes;
    return begin(reader, error);
}

static enum vsim_trace_step next(struct vsim_trace_reader *reader, struct vsim_op *op)
{
    if (reader->format == VSIM_TRACE_TEXT)
        return vsim_trace_text_next(reader, op, &reader->failure);
    return vsim_trace_binary_next(reader, op, &reader->failure);
}

enum vsim_trace_step vsim_trace_next(struct vsim_trace_reader *reader, struct vsim_op *op, GError **error)
{
    const enum vsim_trace_step step = reader->failure ? VSIM_TRACE_ERROR : next(reader, op);

    if (step == VSIM_TRACE_EVENT)
        reader->n_events++;
    else if (step == VSIM_TRACE_ERROR && error)
        *error = g_error_copy(reader->failure);
    return step;
}

enum vsim_trace_format vsim_trace_reader_format(const struct vsim_trace_reader *reader)
{
    return reader->format;
}

const char *vsim_trace_reader_name(const struct vsim_trace_reader *reader)
{
    return reader->name;
}

void vsim_trace_close(struct vsim_trace_reader *reader)
{
    if (!reader)
        return;
    if (reader->held == VSIM_TRACE_MAPPED)
        munmap((void *)reader->bytes, reader->length_bytes);
    else if (reader->held == VSIM_TRACE_ALLOCATED)
        g_free((void *)reader->bytes);
    if (reader->dictionary)
        vsim_trace_dictionary_free(reader->dictionary);
    g_clear_error(&reader->failure);
    g_free(reader->scratch);
    g_free(reader->name);
    g_free(reader);
}
