// SPDX-License-Identifier: MIT
/*
 * Every row of the tables through both forms and back. The ops are made from the rows: a field that is added
 * is tested without a line here.
 */
#include "test_trace_support.h"

static const uint64_t numbers[] = {
    0,         1,         9, 10, 1023, 1024, 4096, 0x100000, 0x7fffffff, UINT32_MAX, UINT64_C(1) << 40,
    INT64_MAX, UINT64_MAX};

static const vsim_handle bases[] = {0, VSIM_HANDLE('m', 0), VSIM_HANDLE('m', VSIM_HANDLE_MAX_NUMBER)};

static const struct vsim_bytes texts[] = {
    {"", 0}, {"a", 1}, {"\"\\\n\0\x7f\xff", 6}, {"0123456789abcdef", 16}};

/* What a trace must give back: an op, copied with what it points to only for as long as the test runs. */
struct sample {
    struct vsim_op op;
    struct vsim_outcome expected[VSIM_MAX_EXPECTED];
};

static vsim_handle any_handle(const char *letters)
{
    return *letters ? VSIM_HANDLE(*letters, 7) : 0;
}

static const char *letters_of(enum vsim_type_id type)
{
    switch (type) {
    case VSIM_TYPE_IOMMU_HANDLE:
        return "i";
    case VSIM_TYPE_GROUP_HANDLE:
        return "n";
    case VSIM_TYPE_PROCESS_HANDLE:
        return "p";
    default:
        return "v";
    }
}

static uint64_t clip(uint64_t number, uint16_t size_bytes)
{
    return size_bytes == 0 || size_bytes >= 8 ? number : number & ((UINT64_C(1) << 8 * size_bytes) - 1);
}

/* The `variant`-th value of a field; every field has a boundary value for each. */
static void set_field(uint64_t *value, vsim_handle *base, const struct vsim_field_row *row, unsigned variant)
{
    const uint64_t number = numbers[variant % G_N_ELEMENTS(numbers)];

    *base = 0;
    *value = clip(number, row->size_bytes);
    if (vsim_spec_spellings[row->type] == VSIM_SPELLING_ADDRESS)
        *base = bases[variant % G_N_ELEMENTS(bases)];
    if (row->type == VSIM_TYPE_DIALECT)
        *value = variant % VSIM_N_DIALECTS;
    if (vsim_spec_spellings[row->type] != VSIM_SPELLING_HANDLE)
        return;
    *value = (uint64_t)(int64_t)(int32_t)number;
    if (row->type == VSIM_TYPE_HANDLE && variant % 2)
        return;
    *value = 0;
    *base = any_handle(letters_of(row->type));
}

static bool is_bytes(const struct vsim_field_row *row)
{
    return vsim_spec_spellings[row->type] == VSIM_SPELLING_TEXT ||
           vsim_spec_spellings[row->type] == VSIM_SPELLING_OCTETS;
}

static void give(struct vsim_op *op, const struct vsim_op_row *row, unsigned i, unsigned variant)
{
    if (row->kind == VSIM_KIND_EVENT && !(row->fields[i].direction & VSIM_DIRECTION_IN))
        return;
    op->given |= 1u << i;
    if (is_bytes(&row->fields[i]))
        op->text = texts[variant % G_N_ELEMENTS(texts)];
    else
        set_field(&op->value[i], &op->base[i], &row->fields[i], variant + i);
    if (op->id == VSIM_OP_COMMENT)
        op->text = (struct vsim_bytes){"# comment", variant % 10};
}

static vsim_handle subject_of(const struct vsim_op_row *row)
{
    switch (row->subject) {
    case VSIM_SUBJECT_PROCESS:
        return VSIM_HANDLE('p', 1);
    case VSIM_SUBJECT_DEVICE:
        return VSIM_HANDLE('d', 0);
    default:
        return 0;
    }
}

static void start(struct sample *sample, enum vsim_op_id id)
{
    const struct vsim_op_row *row = &vsim_spec_ops[id];

    memset(sample, 0, sizeof *sample);
    sample->op.id = id;
    sample->op.line = 2;
    sample->op.subject = subject_of(row);
    sample->op.binds = any_handle(vsim_spec_letters(row->binds));
    sample->op.target = row->kind == VSIM_KIND_IOCTL ? VSIM_HANDLE('c', 0) : 0;
    for (unsigned i = 0; i < row->n_fields; i++)
        sample->op.value[i] = row->fields[i].type == VSIM_TYPE_ARGSZ ? row->minimum_bytes : row->defaults[i];
    if (id == VSIM_OP_COMMENT || id == VSIM_OP_IOCTL)
        give(&sample->op, row, 0, 1);
}

static void claim(struct sample *sample, unsigned variant)
{
    const struct vsim_op_row *row = &vsim_spec_ops[sample->op.id];

    if (sample->op.id == VSIM_OP_COMMENT)
        return;
    sample->op.expected = sample->expected;
    sample->op.n_expected = 1 + variant % VSIM_MAX_EXPECTED;
    for (unsigned n = 0; n < sample->op.n_expected; n++) {
        struct vsim_outcome *outcome = &sample->expected[n];

        outcome->error = n % 2 ? 1 + (int)(variant * 7 % 4095) : 0;
        outcome->value_given = outcome->error || (variant % 3 && row->subject != VSIM_SUBJECT_DEVICE);
        outcome->value = outcome->error ? -1 : outcome->value_given ? (int64_t)(numbers[variant % 12]) : 0;
        for (unsigned i = 0; i < row->n_fields; i++) {
            if (!(row->fields[i].direction & VSIM_DIRECTION_OUT) || is_bytes(&row->fields[i]))
                continue;
            outcome->given |= 1u << i;
            set_field(&outcome->out[i], &outcome->base[i], &row->fields[i], variant + n + i);
        }
        outcome->tail_given = row->tail_name && variant % 2;
        if (outcome->tail_given)
            outcome->tail = texts[(variant + n) % G_N_ELEMENTS(texts)];
    }
}

static void check_bytes(struct vsim_bytes got, struct vsim_bytes expected)
{
    ck_assert_uint_eq(got.length_bytes, expected.length_bytes);
    if (expected.length_bytes > 0)
        ck_assert_mem_eq(got.data, expected.data, expected.length_bytes);
}

static void check_outcome(const struct vsim_outcome *got, const struct vsim_outcome *expected)
{
    ck_assert_int_eq(got->error, expected->error);
    ck_assert_uint_eq(got->given, expected->given);
    ck_assert_int_eq(got->value_given, expected->value_given);
    ck_assert_int_eq(got->value, expected->value);
    ck_assert_int_eq(got->tail_given, expected->tail_given);
    check_bytes(got->tail, expected->tail);
    for (unsigned i = 0; i < VSIM_MAX_FIELDS; i++) {
        if (!(expected->given & 1u << i))
            continue;
        ck_assert_uint_eq(got->out[i], expected->out[i]);
        ck_assert_uint_eq(got->base[i], expected->base[i]);
    }
}

static void check_op(const struct vsim_op *got, const struct vsim_op *expected)
{
    ck_assert_int_eq(got->id, expected->id);
    ck_assert_uint_eq(got->line, expected->line);
    ck_assert_uint_eq(got->subject, expected->subject);
    ck_assert_uint_eq(got->target, expected->target);
    ck_assert_uint_eq(got->binds, expected->binds);
    ck_assert_uint_eq(got->given, expected->given);
    ck_assert_int_eq(got->argument, expected->argument);
    ck_assert_uint_eq(got->argument_base, expected->argument_base);
    ck_assert_uint_eq(got->argument_address, expected->argument_address);
    ck_assert_mem_eq(got->value, expected->value, sizeof got->value);
    ck_assert_mem_eq(got->base, expected->base, sizeof got->base);
    ck_assert_mem_eq(got->base_address, expected->base_address, sizeof got->base_address);
    check_bytes(got->text, expected->text);
    ck_assert_uint_eq(got->n_raw, expected->n_raw);
    for (unsigned i = 0; i < expected->n_raw; i++) {
        ck_assert_uint_eq(got->raw[i].offset_bytes, expected->raw[i].offset_bytes);
        check_bytes(got->raw[i].bytes, expected->raw[i].bytes);
    }
    ck_assert_uint_eq(got->n_expected, expected->n_expected);
    for (unsigned i = 0; i < expected->n_expected; i++)
        check_outcome(&got->expected[i], &expected->expected[i]);
}

/* The one event of a trace. */
static void check_trace(const GString *trace, const struct sample *sample)
{
    GError *error = NULL;
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("t", trace->str, trace->len, &error);
    struct vsim_op op;

    ck_assert_ptr_nonnull(reader);
    if (vsim_trace_next(reader, &op, &error) != VSIM_TRACE_EVENT)
        ck_abort_msg("%s in %s", error->message, trace->str);
    check_op(&op, &sample->op);
    ck_assert_int_eq(vsim_trace_next(reader, &op, &error), VSIM_TRACE_END);
    vsim_trace_close(reader);
}

static void check_sample(const struct sample *sample)
{
    static const enum vsim_trace_format formats[] = {VSIM_TRACE_TEXT, VSIM_TRACE_BINARY};

    for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GString) trace = g_string_new(NULL);
        struct vsim_trace_writer *writer = vsim_trace_create_string(trace, formats[i]);
        g_autoptr(GString) other = NULL;
        g_autoptr(GString) back = NULL;

        ck_assert(vsim_trace_write(writer, &sample->op, NULL));
        ck_assert(vsim_trace_finish(writer, NULL));
        check_trace(trace, sample);
        other = rewritten(trace, formats[1 - i]);
        check_trace(other, sample);
        back = rewritten(other, formats[i]);
        ck_assert(g_string_equal(back, trace));
    }
}

static bool is_line(enum vsim_op_id id)
{
    return vsim_spec_ops[id].kind == VSIM_KIND_IOCTL || vsim_spec_ops[id].kind == VSIM_KIND_EVENT;
}

START_TEST(test_each_field_alone)
{
    const enum vsim_op_id id = (enum vsim_op_id)_i;

    for (unsigned i = 0; is_line(id) && i < vsim_spec_ops[id].n_fields; i++) {
        for (unsigned variant = 0; variant < 13; variant++) {
            struct sample sample;

            start(&sample, id);
            give(&sample.op, &vsim_spec_ops[id], i, variant);
            check_sample(&sample);
        }
    }
}
END_TEST

START_TEST(test_everything_at_once)
{
    const enum vsim_op_id id = (enum vsim_op_id)_i;

    for (unsigned variant = 0; is_line(id) && variant < 13; variant++) {
        struct sample sample;

        start(&sample, id);
        for (unsigned i = 0; i < vsim_spec_ops[id].n_fields; i++)
            give(&sample.op, &vsim_spec_ops[id], i, variant);
        claim(&sample, variant);
        check_sample(&sample);
    }
}
END_TEST

START_TEST(test_nothing_given)
{
    struct sample sample;

    if (!is_line((enum vsim_op_id)_i))
        return;
    start(&sample, (enum vsim_op_id)_i);
    check_sample(&sample);
    if (vsim_spec_ops[_i].subject != VSIM_SUBJECT_WORLD) {
        sample.op.binds = 0;
        check_sample(&sample);
    }
}
END_TEST

static bool has_structure(const struct vsim_op_row *row)
{
    return row->kind == VSIM_KIND_IOCTL &&
           (row->number == 0 || row->n_fields == 0 || row->fields[0].direction != VSIM_DIRECTION_VALUE);
}

START_TEST(test_arguments)
{
    const enum vsim_op_id id = (enum vsim_op_id)_i;
    const struct vsim_op_row *row = &vsim_spec_ops[id];
    struct sample sample;

    if (!has_structure(row))
        return;
    for (unsigned variant = 0; variant < 12; variant++) {
        start(&sample, id);
        sample.op.argument = variant % 3 == 0 ? VSIM_ARGUMENT_BARE : VSIM_ARGUMENT_PLACED;
        sample.op.argument_base = bases[variant / 3 % G_N_ELEMENTS(bases)];
        sample.op.argument_address = numbers[variant];
        if (sample.op.argument == VSIM_ARGUMENT_PLACED) {
            for (unsigned i = 0; i < row->n_fields; i++)
                give(&sample.op, row, i, variant);
            sample.op.n_raw = variant % (VSIM_MAX_RAW + 1);
        }
        for (unsigned i = 0; i < sample.op.n_raw; i++)
            sample.op.raw[i] =
                (struct vsim_raw){(uint32_t)numbers[i + variant / 2], texts[i % G_N_ELEMENTS(texts)]};
        for (unsigned i = 0; i < sample.op.n_raw; i++)
            sample.op.raw[i].offset_bytes %= 65000;
        check_sample(&sample);
    }
}
END_TEST

/* Every name of a type, every flag of an op. */
START_TEST(test_names)
{
    const enum vsim_op_id id = (enum vsim_op_id)_i;
    const struct vsim_op_row *row = &vsim_spec_ops[id];

    for (unsigned i = 0; is_line(id) && i < row->n_fields; i++) {
        struct sample sample;

        start(&sample, id);
        for (const struct vsim_name_row *name = vsim_spec_names; name->name; name++) {
            if (name->type != row->fields[i].type || !(row->fields[i].direction & VSIM_DIRECTION_IN))
                continue;
            sample.op.given = 1u << i;
            sample.op.value[i] = name->value;
            check_sample(&sample);
        }
        for (const struct vsim_flag_row *flag = row->flags; flag->name; flag++) {
            if (row->fields[i].type != VSIM_TYPE_FLAGS)
                continue;
            sample.op.given = 1u << i;
            sample.op.value[i] = UINT64_C(1) << flag->bit | UINT64_C(1) << 31;
            check_sample(&sample);
        }
    }
}
END_TEST

/* Labels are found by what is before the colon or brace, so none may be spelled like another. */
START_TEST(test_labels_are_unique)
{
    for (unsigned i = 1; i < VSIM_N_OPS; i++)
        for (unsigned j = i + 1; j < VSIM_N_OPS; j++)
            if (is_line((enum vsim_op_id)i) && is_line((enum vsim_op_id)j))
                ck_assert_str_ne(vsim_spec_ops[i].label, vsim_spec_ops[j].label);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("table");

    tcase_add_loop_test(tests, test_each_field_alone, 1, VSIM_N_OPS);
    tcase_add_loop_test(tests, test_everything_at_once, 1, VSIM_N_OPS);
    tcase_add_loop_test(tests, test_nothing_given, 1, VSIM_N_OPS);
    tcase_add_loop_test(tests, test_arguments, 1, VSIM_N_OPS);
    tcase_add_loop_test(tests, test_names, 1, VSIM_N_OPS);
    tcase_add_test(tests, test_labels_are_unique);
    tcase_set_timeout(tests, 60);
    return run_suite(suite_of("trace_table", tests));
}
