// SPDX-License-Identifier: MIT
/* The binary form under damage: cut anywhere, any bit turned, and lies that carry a right digest. */
#include "test_trace_support.h"

#include "../../src/base/hash.h"
#include "../../src/trace/binary.h"

static const char source[] =
    HEADER "# A trace of every construct.\n"
           "\n"
           "world: dialect(name=6.12)\n"
           "world: d0 = device(group=n1, name=\"0000:00:04.0\")\n"
           "p1: c0 = open(path=\"/dev/vfio/vfio\") = 0\n"
           "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
           "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m0+0x10{flags=READ|WRITE, vaddr=m0+0x0, size=2M, "
           "raw[4]=x\"ff\"}) = {0; -1 EEXIST}\n"
           "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=36}) = 0 {capabilities=[DMA_AVAIL{avail=7}]}\n"
           "p1: ioctl(c0, 0x3b7f, @0x0) = -1 ENOTTY\n"
           "p1: close(fd=-1) = -1 EBADF\n"
           "d0: dma write iova=0x100000 len=4K fill=0xa5 = ok {at=m0+0x0}\n";

static GString *text_of_source(void)
{
    return g_string_new_len(source, sizeof source - 1);
}

static GString *binary_of_source(void)
{
    g_autoptr(GString) text = text_of_source();

    return rewritten(text, VSIM_TRACE_BINARY);
}

/* How many events the bytes give, with the error that ends them. */
static unsigned count_events(const char *bytes, size_t length_bytes, GError **error)
{
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("t", bytes, length_bytes, error);
    unsigned n = 0;
    struct vsim_op op;

    while (reader && vsim_trace_next(reader, &op, error) == VSIM_TRACE_EVENT)
        n++;
    vsim_trace_close(reader);
    return n;
}

START_TEST(test_cut_anywhere)
{
    g_autoptr(GString) binary = binary_of_source();

    for (size_t length_bytes = 1; length_bytes < binary->len; length_bytes++) {
        g_autoptr(GError) error = NULL;
        /* A copy of its own, so that the sanitizer sees a read behind the cut. */
        g_autofree char *cut = g_memdup2(binary->str, length_bytes);

        count_events(cut, length_bytes, &error);
        ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_INPUT));
        ck_assert_ptr_nonnull(strstr(error->message, "t: offset "));
        ck_assert_ptr_nonnull(strstr(error->message, "the file ends"));
    }
}
END_TEST

START_TEST(test_every_bit)
{
    g_autoptr(GString) binary = binary_of_source();

    for (size_t i = 0; i < binary->len * 8; i++) {
        g_autoptr(GError) error = NULL;

        binary->str[i / 8] = (char)(binary->str[i / 8] ^ 1 << i % 8);
        count_events(binary->str, binary->len, &error);
        ck_assert(g_error_matches(error, VSIM_ERROR, VSIM_ERROR_INPUT));
        binary->str[i / 8] = (char)(binary->str[i / 8] ^ 1 << i % 8);
    }
}
END_TEST

/* Blocks of 64 KiB: those before the cut are read, and the message says how much that is. */
START_TEST(test_whole_blocks_before_a_cut)
{
    g_autoptr(GString) text = g_string_new(HEADER);
    g_autoptr(GString) binary = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *wanted = NULL;
    unsigned n;

    for (unsigned i = 0; i < 3000; i++)
        g_string_append_printf(text, "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {iova=0x%x000, size=4K}) = 0\n", i);
    binary = rewritten(text, VSIM_TRACE_BINARY);
    n = count_events(binary->str, binary->len - 100, &error);
    ck_assert_uint_gt(n, 1000);
    ck_assert_uint_lt(n, 3000);
    wanted = g_strdup_printf("the %u events before it are whole", n);
    ck_assert_ptr_nonnull(strstr(error->message, "the file ends inside a block of "));
    ck_assert_ptr_nonnull(strstr(error->message, wanted));
    g_clear_error(&error);
    ck_assert_uint_eq(count_events(binary->str, binary->len - 24, &error), 3000);
    ck_assert_ptr_nonnull(
        strstr(error->message, "the file ends without an end mark; the 3000 events before it are whole"));
}
END_TEST

START_TEST(test_an_event_longer_than_a_block)
{
    g_autoptr(GString) text = g_string_new(HEADER "p1: exec()\np1: open(path=\"");
    g_autoptr(GString) binary = NULL;
    g_autoptr(GString) back = NULL;

    for (unsigned i = 0; i < 200000; i++)
        g_string_append_c(text, 'x');
    g_string_append(text, "\") = 0\np1: exec()\n");
    binary = rewritten(text, VSIM_TRACE_BINARY);
    back = rewritten(binary, VSIM_TRACE_TEXT);
    ck_assert(g_string_equal(back, text));
}
END_TEST

START_TEST(test_lines_are_those_of_text)
{
    g_autoptr(GString) binary = binary_of_source();
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("t", binary->str, binary->len, NULL);
    struct vsim_op op;
    uint32_t line = 2;

    ck_assert_int_eq(vsim_trace_reader_format(reader), VSIM_TRACE_BINARY);
    for (; vsim_trace_next(reader, &op, NULL) == VSIM_TRACE_EVENT; line++)
        ck_assert_uint_eq(op.line, line);
    ck_assert_uint_eq(line, 13);
    vsim_trace_close(reader);
}
END_TEST

/* A file with this dictionary and these events, digests and all. */
static GString *forge(const char *dictionary, const char *events, size_t length_bytes)
{
    GString *out = g_string_new_len(VSIM_TRACE_MAGIC "\1\0\0\0\0\0\0", 16);
    g_autoptr(GString) payload = g_string_new(dictionary);

    vsim_trace_binary_block(out, VSIM_TRACE_BLOCK_DICTIONARY, payload);
    g_string_truncate(payload, 0);
    g_string_append_len(payload, events, (gssize)length_bytes);
    vsim_trace_binary_block(out, VSIM_TRACE_BLOCK_EVENTS, payload);
    return out;
}

struct record {
    uint32_t n_words;
    uint16_t code;
    uint8_t argument;
    uint8_t counts; /* n_raw << 4 | n_expected. */
    uint32_t subject;
    uint32_t target;
    uint32_t binds;
    uint32_t given;
    uint64_t words[6];
};

#define P1 VSIM_HANDLE('p', 1)
#define C0 VSIM_HANDLE('c', 0)
#define M0 VSIM_HANDLE('m', 0)

/* Codes: 0 exec, 1 UNMAP_DMA, 2 mmap, 3 an op from the future, 4 GET_DEVICE_FD, 5 dialect, 6 comment, 7
 * IOCTL. */
static const char forged_dictionary[] = "exec\n"
                                        "VFIO_IOMMU_UNMAP_DMA size:n iova:n colour:n argsz:a flags:n\n"
                                        "mmap fd:h at:a\n"
                                        "teleport where:a\n"
                                        "VFIO_GROUP_GET_DEVICE_FD name:b\n"
                                        "dialect name:d\n"
                                        "comment text:b\n"
                                        "IOCTL request:n\n"
                                        "dialects 5.8 9.99\n";

struct lie {
    struct record record;
    const char *message; /* NULL: it is true. */
};

static const struct lie lies[] = {
    {{3, 0, 0, 0, P1, 0, 0, 0, {0}}, NULL},
    {{4, 1, 0, 0, P1, C0, 0, 1, {4096}}, NULL},
    {{4, 1, 0, 0, P1, C0, 0, 2, {UINT64_MAX}}, NULL},
    {{5, 2, 0, 0, P1, 0, M0, 2, {0x1000, M0}}, NULL},
    {{4, 5, 0, 0, 0, 0, 0, 1, {0}}, NULL},
    {{2, 0, 0, 0, P1, 0, 0, 0, {0}}, "found a record of 16 bytes, expected 24 to 72"},
    {{0, 0, 0, 0, P1, 0, 0, 0, {0}}, "found a record of 0 bytes, expected 24 to 72"},
    {{UINT32_MAX, 0, 0, 0, P1, 0, 0, 0, {0}}, "found a record of 34359738360 bytes, expected 24 to 72"},
    {{3, 8, 0, 0, P1, 0, 0, 0, {0}}, "found the op code 8, expected less than 8"},
    {{3, 3, 0, 0, P1, 0, 0, 0, {0}}, "this version does not know the op `teleport`"},
    {{4, 1, 0, 0, P1, C0, 0, 4, {0}},
     "a record gives a field that this version does not know (VFIO_IOMMU_UNMAP_DMA)"},
    {{5, 1, 0, 0, P1, C0, 0, 8, {0}},
     "a record gives a field that this version does not know (VFIO_IOMMU_UNMAP_DMA)"},
    {{4, 1, 0, 0, P1, C0, 0, 32, {0}}, "a record gives a field that the dictionary does not have"},
    {{4, 1, 0, 0, P1, C0, 0, UINT32_C(1) << 31, {0}},
     "a record gives a field that the dictionary does not have"},
    {{4, 1, 0, 0, P1, C0, 0, 16, {UINT64_C(1) << 32}}, "a number is too large for its field"},
    {{4, 1, 0, 0, P1, C0, 0, 3, {0}}, "a record is shorter than what is in it"},
    {{5, 1, 0, 0, P1, C0, 0, 1, {0}}, "a record is longer than what is in it"},
    {{3, 0, 3, 0, P1, 0, 0, 0, {0}}, "the head of a record is broken"},
    {{3, 0, 0, 5, P1, 0, 0, 0, {0}}, "the head of a record is broken"},
    {{3, 1, 0, 0x50, P1, C0, 0, 0, {0}}, "the head of a record is broken"},
    {{3, 0, 0, 0, M0, 0, 0, 0, {0}}, "the subject is none that does this op"},
    {{3, 0, 0, 0, P1, C0, 0, 0, {0}}, "the target is no descriptor, or the op has none"},
    {{3, 1, 0, 0, P1, 0, 0, 0, {0}}, "the target is no descriptor, or the op has none"},
    {{3, 1, 0, 0, P1, M0, 0, 0, {0}}, "the target is no descriptor, or the op has none"},
    {{3, 0, 0, 0, P1, 0, C0, 0, {0}}, "the op does not define such a handle"},
    {{3, 2, 0, 0, P1, 0, C0, 0, {0}}, "the op does not define such a handle"},
    {{5, 2, 0, 0, P1, 0, 0, 2, {0, C0}}, "the base of an address is no handle that it may have"},
    {{5, 2, 0, 0, P1, 0, 0, 2, {0, UINT64_C(1) << 32}},
     "the base of an address is no handle that it may have"},
    {{4, 2, 0, 0, P1, 0, 0, 1, {UINT64_C(1) << 32 | M0}}, "a field holds no handle that it may have"},
    {{4, 2, 0, 0, P1, 0, 0, 1, {UINT64_C(2) << 32 | C0}}, "a field holds no handle that it may have"},
    {{4, 4, 0, 0, P1, C0, 0, 1, {1}}, "a record is shorter than the bytes in it"},
    {{4, 4, 0, 0, P1, C0, 0, 1, {UINT64_MAX}}, "a record is shorter than the bytes in it"},
    {{4, 5, 0, 0, 0, 0, 0, 1, {1}}, "the dialect is none that this version knows"},
    {{4, 5, 0, 0, 0, 0, 0, 1, {2}}, "the dialect is none that this version knows"},
    {{3, 6, 0, 0, 0, 0, 0, 0, {0}}, "a comment is not one line, empty or with # first"},
    {{5, 6, 0, 0, 0, 0, 0, 1, {1, 'x'}}, "a comment is not one line, empty or with # first"},
    {{5, 6, 0, 0, 0, 0, 0, 1, {3, '#' | '\n' << 8}}, "a comment is not one line, empty or with # first"},
    {{5, 6, 0, 1, 0, 0, 0, 1, {0, 0}}, "a comment is not one line, empty or with # first"},
    {{3, 7, 0, 0, P1, C0, 0, 0, {0}}, "an ioctl by number has no number"},
    {{6, 7, 2, 0, P1, C0, 0, 1, {1, 0, 0}}, NULL},
    {{6, 1, 2, 0, P1, C0, 0, 1, {1, 0, 0}}, "an argument that is only an address has fields"},
    {{5, 0, 1, 0, P1, 0, 0, 0, {0}}, "an op without memory has an argument in memory"},
    {{4, 0, 0, 0x10, P1, 0, 0, 0, {0}}, "an op without memory has an argument in memory"},
    {{4, 1, 0, 0x10, P1, C0, 0, 0, {65536}}, NULL},
    {{5, 1, 0, 0x10, P1, C0, 0, 0, {UINT64_C(1) << 32 | 65536}},
     "raw bytes lie too far behind the start of the argument"},
    {{4, 0, 0, 1, P1, 0, 0, 0, {4096}}, "the head of an outcome is broken"},
    {{4, 0, 0, 1, P1, 0, 0, 0, {UINT64_C(4) << 16}}, "the head of an outcome is broken"},
    {{5, 0, 0, 1, P1, 0, 0, 0, {1 | UINT64_C(1) << 16}}, "an outcome has a value where it can have none"},
    {{5, 0, 0, 1, P1, 0, 0, 0, {UINT64_C(1) << 16, UINT64_MAX}}, "the value of a success is negative"},
    {{5, 0, 0, 1, P1, 0, 0, 0, {UINT64_C(2) << 16}}, "an outcome has a tail where the op has none"},
    {{5, 1, 0, 1, P1, C0, 0, 0, {UINT64_C(2) << 32}}, "a record gives a field that has no place there"},
    {{5, 1, 0, 1, P1, C0, 0, 0, {UINT64_C(1) << 32, 4096}}, NULL},
};

START_TEST(test_lie)
{
    const struct lie *row = &lies[_i];
    const size_t length_bytes =
        row->record.n_words > 2 && row->record.n_words < 10 ? row->record.n_words * 8u : 72;
    g_autoptr(GString) file = forge(forged_dictionary, (const char *)&row->record, length_bytes);
    g_autoptr(GError) error = NULL;

    if (!row->message) {
        ck_assert_uint_eq(count_events(file->str, file->len, &error), 1);
        ck_assert_ptr_nonnull(strstr(error->message, "without an end mark; the 1 events"));
        return;
    }
    ck_assert_uint_eq(count_events(file->str, file->len, &error), 0);
    if (!strstr(error->message, row->message))
        ck_abort_msg("got %s, expected %s", error->message, row->message);
}
END_TEST

static const char *const dictionaries[] = {
    "exec",      " exec\n",       "exec \n",        "exec a\n",        "exec a:q\n",
    "exec :n\n", "exec a:n b:\n", "exec\n\nexec\n", "dialects  5.8\n", "exec\ta\n",
};

START_TEST(test_broken_dictionary)
{
    g_autoptr(GString) file = forge(dictionaries[_i], "", 0);
    g_autoptr(GError) error = NULL;

    ck_assert_uint_eq(count_events(file->str, file->len, &error), 0);
    ck_assert_ptr_nonnull(strstr(error->message, "the dictionary is broken"));
}
END_TEST

START_TEST(test_long_dictionaries)
{
    g_autoptr(GString) many_ops = g_string_new(NULL);
    g_autoptr(GString) many_fields = g_string_new("exec");
    g_autoptr(GString) many_dialects = g_string_new("dialects");
    const GString *dictionaries_of_many[] = {many_ops, many_fields, many_dialects};

    for (unsigned i = 0; i < 2000; i++) {
        g_string_append(many_ops, "exec\n");
        g_string_append(many_fields, " a:n");
        g_string_append(many_dialects, " 5.8");
    }
    g_string_append_c(many_fields, '\n');
    g_string_append_c(many_dialects, '\n');
    for (unsigned i = 0; i < 3; i++) {
        g_autoptr(GString) file = forge(dictionaries_of_many[i]->str, "", 0);
        g_autoptr(GError) error = NULL;

        count_events(file->str, file->len, &error);
        ck_assert_ptr_nonnull(strstr(error->message, "the dictionary is broken"));
    }
}
END_TEST

START_TEST(test_version)
{
    g_autoptr(GString) binary = binary_of_source();
    g_autoptr(GError) error = NULL;

    binary->str[8] = 2;
    count_events(binary->str, binary->len, &error);
    ck_assert_str_eq(error->message, "t: offset 8: found version 2 of the binary form, expected 1");
}
END_TEST

START_TEST(test_bytes_behind_the_end)
{
    g_autoptr(GString) binary = binary_of_source();
    g_autoptr(GError) error = NULL;

    g_string_append_c(binary, 'x');
    ck_assert_uint_eq(count_events(binary->str, binary->len, &error), 11);
    ck_assert_ptr_nonnull(strstr(error->message, "found bytes, expected none behind the end mark"));
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("binary");

    tcase_add_test(tests, test_cut_anywhere);
    tcase_add_test(tests, test_every_bit);
    tcase_add_test(tests, test_whole_blocks_before_a_cut);
    tcase_add_test(tests, test_an_event_longer_than_a_block);
    tcase_add_test(tests, test_lines_are_those_of_text);
    tcase_add_loop_test(tests, test_lie, 0, (int)G_N_ELEMENTS(lies));
    tcase_add_loop_test(tests, test_broken_dictionary, 0, (int)G_N_ELEMENTS(dictionaries));
    tcase_add_test(tests, test_long_dictionaries);
    tcase_add_test(tests, test_version);
    tcase_add_test(tests, test_bytes_behind_the_end);
    tcase_set_timeout(tests, 60);
    return run_suite(suite_of("trace_binary", tests));
}
