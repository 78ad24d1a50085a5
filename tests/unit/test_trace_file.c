// SPDX-License-Identifier: MIT
/* Traces as files: whole under their name or not there, readable as they grow, and the same by way of either
 * form. */
#include "test_trace_support.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;

static void setup(void)
{
    folder = g_dir_make_tmp("vsim-trace-XXXXXX", NULL);
}

static void teardown(void)
{
    g_rmdir(folder);
    g_free(folder);
}

static char *path_of(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static char *put(const char *name, const char *text)
{
    char *path = path_of(name);

    ck_assert(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void check_contents(const char *path, const char *expected)
{
    g_autofree char *contents = NULL;

    ck_assert(g_file_get_contents(path, &contents, NULL, NULL));
    ck_assert_str_eq(contents, expected);
}

static unsigned count_files(void)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    unsigned n = 0;

    while (g_dir_read_name(dir))
        n++;
    g_dir_close(dir);
    return n;
}

static const char canonical[] = HEADER "# one\n\np1: exec() = 0\n";

START_TEST(test_convert)
{
    g_autofree char *from = put("a.vsim", HEADER "# one\n\np1:exec()=0");
    g_autofree char *binary = path_of("a.vsimb");
    g_autofree char *back = path_of("b.vsim");
    enum vsim_trace_format format;
    uint64_t n_events = 0;
    struct stat status;

    ck_assert(vsim_trace_convert(from, binary, VSIM_TRACE_BINARY, &n_events, NULL));
    ck_assert_uint_eq(n_events, 3);
    ck_assert(vsim_trace_detect(binary, &format, NULL));
    ck_assert_int_eq(format, VSIM_TRACE_BINARY);
    ck_assert(vsim_trace_convert(binary, back, VSIM_TRACE_TEXT, NULL, NULL));
    check_contents(back, canonical);
    ck_assert(vsim_trace_convert(from, from, VSIM_TRACE_TEXT, NULL, NULL));
    check_contents(from, canonical);
    ck_assert(vsim_trace_check(from, NULL));
    ck_assert(vsim_trace_check(binary, NULL));
    ck_assert_int_eq(stat(back, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0400, 0400);
    ck_assert_uint_eq(count_files(), 3);
    g_unlink(from);
    g_unlink(binary);
    g_unlink(back);
}
END_TEST

START_TEST(test_no_file_when_it_fails)
{
    g_autofree char *from = put("a.vsim", HEADER "p1: exec()\np1: frob()\n");
    g_autofree char *to = put("b.vsim", "kept");
    g_autoptr(GError) error = NULL;
    uint64_t n_events = 0;

    ck_assert(!vsim_trace_convert(from, to, VSIM_TRACE_BINARY, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "a.vsim:3:5: found `frob`"));
    check_contents(to, "kept");
    ck_assert_uint_eq(count_files(), 2);
    g_clear_error(&error);
    ck_assert(!vsim_trace_salvage(from, to, VSIM_TRACE_TEXT, &n_events, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "a.vsim:3:5: found `frob`"));
    ck_assert_uint_eq(n_events, 1);
    check_contents(to, HEADER "p1: exec()\n");
    g_unlink(from);
    g_unlink(to);
}
END_TEST

START_TEST(test_paths_that_cannot_be)
{
    g_autofree char *from = put("a.vsim", canonical);
    g_autofree char *nowhere = path_of("no/such.vsim");
    g_autoptr(GError) error = NULL;

    ck_assert(!vsim_trace_convert(nowhere, from, VSIM_TRACE_TEXT, NULL, &error));
    ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_IO));
    g_clear_error(&error);
    ck_assert(!vsim_trace_convert(from, nowhere, VSIM_TRACE_TEXT, NULL, &error));
    ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_IO));
    g_clear_error(&error);
    ck_assert(!vsim_trace_convert(folder, from, VSIM_TRACE_TEXT, NULL, &error));
    ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_IO));
    check_contents(from, canonical);
    g_unlink(from);
}
END_TEST

struct place {
    const char *text;
    const char *message;
};

static const struct place places[] = {
    {HEADER "p1: exec()", "a.vsim:2:11: the file ends, expected a newline first"},
    {HEADER "p1: exec( )\n", "a.vsim:2:10: not as the writer writes it, expected `p1: exec()`"},
    {HEADER "p1: exec() \n", "a.vsim:2:11: not as the writer writes it, expected `p1: exec()`"},
    {HEADER "# one\np1: mmap(length=4096)\n",
     "a.vsim:3:18: not as the writer writes it, expected `p1: mmap(length=4K)`"},
    {HEADER "p1: frob()\n", "a.vsim:2:5: found `frob`, expected the name of an event, such as mmap or ioctl"},
};

START_TEST(test_place_that_is_not_canonical)
{
    g_autofree char *path = put("a.vsim", places[_i].text);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) again = NULL;

    ck_assert(!vsim_trace_is_canonical(path, &error));
    ck_assert(g_str_has_suffix(error->message, places[_i].message));
    ck_assert(!vsim_trace_check(path, &again));
    ck_assert_str_eq(error->message, again->message);
    g_unlink(path);
}
END_TEST

START_TEST(test_canonical)
{
    g_autofree char *path = put("a.vsim", canonical);
    g_autofree char *header_only = put("b.vsim", HEADER);

    ck_assert(vsim_trace_is_canonical(path, NULL));
    ck_assert(vsim_trace_is_canonical(header_only, NULL));
    ck_assert(vsim_trace_convert(path, path, VSIM_TRACE_BINARY, NULL, NULL));
    ck_assert(!vsim_trace_is_canonical(path, NULL));
    g_unlink(path);
    g_unlink(header_only);
}
END_TEST

static unsigned count_events(const char *path, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open(path, error);
    struct vsim_op op;
    unsigned n = 0;

    while (reader && vsim_trace_next(reader, &op, error) == VSIM_TRACE_EVENT)
        n++;
    vsim_trace_close(reader);
    return n;
}

/* What a recorder that is killed leaves behind can be read up to its last flush. */
START_TEST(test_streaming)
{
    const enum vsim_trace_format format = _i ? VSIM_TRACE_BINARY : VSIM_TRACE_TEXT;
    g_autofree char *path = path_of("a");
    struct vsim_trace_writer *writer = vsim_trace_create_streaming(path, format, NULL);
    struct vsim_op op = {.id = VSIM_OP_EXEC, .subject = VSIM_HANDLE('p', 1)};
    g_autoptr(GError) error = NULL;

    for (unsigned i = 0; i < 10; i++)
        ck_assert(vsim_trace_write(writer, &op, NULL));
    ck_assert_uint_eq(count_events(path, NULL), 0);
    ck_assert(vsim_trace_flush(writer, NULL));
    ck_assert(vsim_trace_write(writer, &op, NULL));
    ck_assert_uint_eq(count_events(path, &error), 10);
    ck_assert_int_eq(error != NULL, format == VSIM_TRACE_BINARY);
    ck_assert(vsim_trace_finish(writer, NULL));
    ck_assert_uint_eq(count_events(path, NULL), 11);
    ck_assert_uint_eq(count_files(), 1);
    g_unlink(path);
}
END_TEST

START_TEST(test_full_disk)
{
    g_autoptr(GError) error = NULL;

    if (access("/dev/full", W_OK) != 0)
        return;
    ck_assert_ptr_null(vsim_trace_create_streaming("/dev/full", VSIM_TRACE_TEXT, &error));
    ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_IO));
}
END_TEST

START_TEST(test_a_pipe)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = NULL;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], canonical, sizeof canonical - 1), sizeof canonical - 1);
    close(ends[1]);
    name = g_strdup_printf("/proc/self/fd/%d", ends[0]);
    ck_assert_uint_eq(count_events(name, &error), 3);
    ck_assert_ptr_null(error);
    close(ends[0]);
}
END_TEST

START_TEST(test_abandon)
{
    g_autofree char *path = path_of("a.vsim");
    struct vsim_trace_writer *writer = vsim_trace_create(path, VSIM_TRACE_TEXT, NULL);

    ck_assert_uint_eq(count_files(), 1);
    vsim_trace_abandon(writer);
    ck_assert_uint_eq(count_files(), 0);
}
END_TEST

START_TEST(test_a_comment_is_one_line)
{
    static const struct vsim_bytes bad[] = {{"x", 1}, {"#\n", 2}, {"#\r", 2}, {"#\0", 2}, {" x", 2}};

    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        const struct vsim_op op = {.id = VSIM_OP_COMMENT, .given = 1, .text = bad[i], .line = 7};
        g_autoptr(GString) out = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        struct vsim_trace_writer *writer = vsim_trace_create_string(out, VSIM_TRACE_TEXT);

        ck_assert(!vsim_trace_write(writer, &op, &error));
        ck_assert_ptr_nonnull(strstr(error->message, "line 7: a comment is one line"));
        vsim_trace_abandon(writer);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("file");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, test_convert);
    tcase_add_test(tests, test_no_file_when_it_fails);
    tcase_add_test(tests, test_paths_that_cannot_be);
    tcase_add_loop_test(tests, test_place_that_is_not_canonical, 0, (int)G_N_ELEMENTS(places));
    tcase_add_test(tests, test_canonical);
    tcase_add_loop_test(tests, test_streaming, 0, 2);
    tcase_add_test(tests, test_full_disk);
    tcase_add_test(tests, test_a_pipe);
    tcase_add_test(tests, test_abandon);
    tcase_add_test(tests, test_a_comment_is_one_line);
    return run_suite(suite_of("trace_file", tests));
}
