// SPDX-License-Identifier: MIT
/*
 * A vector is a trace with the outcomes that the specification's annex B expects, run on the model alone. One
 * text stands for several kernels: a line that begins with `[A..B]` is there only from dialect A to dialect
 * B, either of which may be left out; `[A]` is one dialect. The `dialect` line is put in front.
 */
#ifndef TESTS_SIM_VECTOR_H
#define TESTS_SIM_VECTOR_H

#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vfiosim/replay.h"

/* One real group n1 with device d0, a second one n2 of another IOMMU, an emulated one n9, and process p1. */
#define WORLD                                                                                                \
    "world: i0 = iommu(kind=intel)\n"                                                                        \
    "world: reserved(iommu=i0, kind=MSI, first=0xfee00000, last=0xfeefffff)\n"                               \
    "world: n1 = group(iommu=i0)\n"                                                                          \
    "world: n3 = group(iommu=i0)\n"                                                                          \
    "world: d0 = device(group=n1, name=\"0000:00:04.0\")\n"                                                  \
    "world: n9 = group(kind=emulated)\n"                                                                     \
    "world: d9 = device(group=n9, name=\"mdev\")\n"
#define P1    "world: p1 = process(memlock=64M)\n"
#define FRESH "p1: c0 = open(path=\"/dev/vfio/vfio\") = 0\n"
#define G1    FRESH "p1: g0 = open(path=\"/dev/vfio/1\") = 0\n"
#define G1_IN G1 "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
#define E1_IN                                                                                                \
    FRESH "p1: g9 = open(path=\"/dev/vfio/9\") = 0\n"                                                        \
          "p1: ioctl(g9, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
#define V2  "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) = 0\n"
#define V1  "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) = 0\n"
#define MEM "p1: m0 = mmap(length=64M) = 0\np1: store(addr=m0+0x0, length=64M, fill=0x11) = 0\n"
#define I   G1_IN V2 MEM
#define I1  G1_IN V1 MEM
#define E   E1_IN V2 MEM
#define IE                                                                                                   \
    G1_IN "p1: g9 = open(path=\"/dev/vfio/9\") = 0\n"                                                        \
          "p1: ioctl(g9, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" V2 MEM
#define DEVICE "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"0000:00:04.0\"}) = 0\n"

#define SMALLEST_PAGE_64K "64K pages\n"

struct vector {
    const char *name; /* As annex B numbers it, or a claim. */
    const char *text;
};

static const char *const dialects[] = {"5.8", "5.12", "6.1.0", "6.1", "6.12", "mainline"};

static int index_of_dialect(const char *name, size_t length, int otherwise)
{
    for (int i = 0; i < (int)G_N_ELEMENTS(dialects); i++)
        if (strlen(dialects[i]) == length && strncmp(dialects[i], name, length) == 0)
            return i;
    ck_assert_msg(length == 0, "no dialect %.*s", (int)length, name);
    return otherwise;
}

/* The line without its selector; NULL when it is not for this dialect. */
static const char *select_line(const char *line, int dialect)
{
    const char *end = strchr(line, ']');
    const char *dots;

    if (*line != '[')
        return line;
    ck_assert_ptr_nonnull(end);
    line++;
    dots = g_strstr_len(line, end - line, "..");
    if (!dots)
        return index_of_dialect(line, (size_t)(end - line), -1) == dialect ? end + 2 : NULL;
    if (index_of_dialect(line, (size_t)(dots - line), 0) > dialect ||
        index_of_dialect(dots + 2, (size_t)(end - dots - 2), G_N_ELEMENTS(dialects)) < dialect)
        return NULL;
    return end + 2;
}

static char *text_for(const struct vector *vector, int dialect)
{
    const bool big = g_str_has_prefix(vector->text, SMALLEST_PAGE_64K);
    g_auto(GStrv) lines = g_strsplit(vector->text + (big ? strlen(SMALLEST_PAGE_64K) : 0), "\n", -1);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "vfiosim-trace 1\nworld: dialect(name=%s, page_size=%s)\n",
                           dialects[dialect], big ? "64K" : "4K");
    for (char **line = lines; *line; line++) {
        const char *selected = select_line(*line, dialect);

        if (selected && *selected)
            g_string_append_printf(text, "%s\n", selected);
    }
    return g_string_free(text, FALSE);
}

static char *line_of(const char *text, uint32_t number)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    return g_strdup(number >= 1 && number <= g_strv_length(lines) ? lines[number - 1] : "");
}

static void run_vector(const struct vector *vector, int dialect)
{
    g_autofree char *text = text_for(vector, dialect);
    g_autofree char *path = NULL;
    g_autofree char *line = NULL;
    g_autoptr(GError) error = NULL;
    const struct vsim_replay_options options = {
        .n_backends = 1, .backends = {vsim_sim_backend()}, .check = VSIM_REPLAY_CHECK_ALWAYS};
    struct vsim_replay_summary summary = {0};
    struct vsim_replay *replay;
    const int fd = g_file_open_tmp("vfiosim-XXXXXX", &path, NULL);

    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert(g_file_set_contents(path, text, -1, NULL));
    replay = vsim_replay_open(path, &options, &error);
    ck_assert_msg(replay && vsim_replay_run(replay, NULL, NULL, &error), "%s on %s: %s", vector->name,
                  dialects[dialect], error ? error->message : "?");
    vsim_replay_summary(replay, &summary);
    line = line_of(text, summary.first_deviation_line);
    vsim_replay_close(replay);
    unlink(path);
    ck_assert_msg(summary.n_deviates == 0 && summary.n_unavailable == 0,
                  "%s on %s: %u deviate, %u unavailable, first at line %u: %s", vector->name,
                  dialects[dialect], (unsigned)summary.n_deviates, (unsigned)summary.n_unavailable,
                  summary.first_deviation_line, line);
}

/* A test case over a table of vectors: each of them on every dialect, vector by vector. */
#define VECTOR_MAIN(vectors)                                                                                 \
    START_TEST(holds)                                                                                        \
    {                                                                                                        \
        const size_t n = G_N_ELEMENTS(dialects);                                                             \
                                                                                                             \
        run_vector(&(vectors)[(size_t)_i / n], (int)((size_t)_i % n));                                       \
    }                                                                                                        \
    END_TEST                                                                                                 \
    int main(void)                                                                                           \
    {                                                                                                        \
        Suite *suite = suite_create(__FILE__);                                                               \
        TCase *tcase = tcase_create("vectors");                                                              \
        SRunner *runner = srunner_create(suite);                                                             \
        int n_failed;                                                                                        \
                                                                                                             \
        tcase_add_loop_test(tcase, holds, 0, (int)(G_N_ELEMENTS(vectors) * G_N_ELEMENTS(dialects)));         \
        suite_add_tcase(suite, tcase);                                                                       \
        srunner_run_all(runner, CK_NORMAL);                                                                  \
        n_failed = srunner_ntests_failed(runner);                                                            \
        srunner_free(runner);                                                                                \
        return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                                  \
    }

#endif
