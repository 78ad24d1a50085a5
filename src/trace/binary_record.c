// SPDX-License-Identifier: MIT
/*
 * One record of a binary trace, decoded. The digest says that the bytes are those that were written, not that
 * a writer of ours wrote them: whatever text could not say is refused here too, so that both forms can hold
 * every op.
 */
#include "binary_record.h"

#define MOST_ERRNO 4095u

#define REGION_MASK VSIM_TRACE_LETTER('m')
#define OBJECT_MASK (VSIM_TRACE_LETTER('m') | VSIM_TRACE_LETTER('f') | VSIM_TRACE_LETTER('v'))

struct record {
    struct vsim_trace_reader *reader;
    const struct vsim_trace_code *code;
    const char *at; /* The next word. */
    const char *end;
    const char *why; /* What is wrong, when it is. */
};

static bool __attribute__((cold, noinline)) refuse(struct record *record, const char *why)
{
    record->why = why;
    return false;
}

static inline bool take64(struct record *record, uint64_t *number)
{
    if (record->end - record->at < 8)
        return refuse(record, "a record is shorter than what is in it");
    *number = vsim_trace_load64(record->at);
    record->at += 8;
    return true;
}

static bool take_bytes(struct record *record, uint64_t length_bytes, struct vsim_bytes *bytes)
{
    if (length_bytes > (uint64_t)(record->end - record->at))
        return refuse(record, "a record is shorter than the bytes in it");
    *bytes = (struct vsim_bytes){record->at, (uint32_t)length_bytes};
    record->at += vsim_trace_padded(length_bytes);
    return true;
}

static inline bool take_address(struct record *record, uint32_t letter_mask, uint64_t *number,
                                vsim_handle *base)
{
    uint64_t word = 0;

    if (!take64(record, number) || !take64(record, &word))
        return false;
    *base = (vsim_handle)word;
    if (word == 0 || (word <= UINT32_MAX && vsim_trace_has_letter(*base, letter_mask)))
        return true;
    return refuse(record, "the base of an address is no handle that it may have");
}

static bool take_handle(struct record *record, const struct vsim_trace_field *field, uint64_t *number,
                        vsim_handle *base)
{
    uint64_t word = 0;

    if (!take64(record, &word))
        return false;
    if (word >> 32 == 0 && field->is_fd) {
        *number = (uint64_t)(int64_t)(int32_t)word;
        return true;
    }
    *number = 0;
    *base = (vsim_handle)word;
    return (word >> 32 == 1 && vsim_trace_has_letter(*base, field->letter_mask)) ||
           refuse(record, "a field holds no handle that it may have");
}

static bool take_dialect(struct record *record, uint64_t *number)
{
    const struct vsim_trace_dictionary *dictionary = record->reader->dictionary;
    uint64_t place = 0;

    if (!take64(record, &place))
        return false;
    if (place >= dictionary->n_dialects || dictionary->dialects[place].value == UINT64_MAX)
        return refuse(record, "the dialect is none that this version knows");
    *number = dictionary->dialects[place].value;
    return true;
}

/* Where the fields of an op or of an outcome go. */
struct target {
    uint32_t allowed; /* Those that may be given there. */
    uint32_t base_mask;
    uint64_t *value;
    vsim_handle *base; /* All 0 before. */
    struct vsim_bytes *text;
};

/* A field that is not just a number. */
static bool take_other(struct record *record, const struct vsim_trace_code_field *code,
                       const struct target *target)
{
    uint64_t length_bytes = 0;

    switch ((enum vsim_trace_encoding)code->encoding) {
    case VSIM_TRACE_AS_HANDLE:
        return take_handle(record, code->field, &target->value[code->index], &target->base[code->index]);
    case VSIM_TRACE_AS_BYTES:
        return take64(record, &length_bytes) && take_bytes(record, length_bytes, target->text);
    case VSIM_TRACE_AS_DIALECT:
        return take_dialect(record, &target->value[code->index]);
    case VSIM_TRACE_AS_NUMBER:
    case VSIM_TRACE_AS_ADDRESS:
        break;
    }
    return refuse(record, "a field is held in an unknown way");
}

static bool __attribute__((cold, noinline))
refuse_field(struct record *record, const struct vsim_trace_code_field *code)
{
    if (code >= record->code->fields + record->code->n_fields)
        return refuse(record, "a record gives a field that the dictionary does not have");
    return refuse(record, code->mask ? "a record gives a field that has no place there"
                                     : "a record gives a field that this version does not know");
}

/*
 * The fields whose bits, as the file numbers them, are in `left`. This is the loop that reading a long trace
 * spends its time in: the place in the record stays in a register, and only what is not a number or an
 * address is called for.
 */
static inline __attribute__((always_inline)) bool take_fields(struct record *record, uint32_t left,
                                                              const struct target *target, uint32_t *given)
{
    const struct vsim_trace_code_field *fields = record->code->fields;
    uint32_t allowed = target->allowed;
    const char *at = record->at;

    for (; left; left &= left - 1) {
        const struct vsim_trace_code_field *code = &fields[__builtin_ctz(left)];

        if (!(code->mask & allowed))
            return refuse_field(record, code);
        allowed &= ~code->mask;
        if (code->encoding == VSIM_TRACE_AS_NUMBER && record->end - at >= 8) {
            const uint64_t number = vsim_trace_load64(at);

            if (number > code->most)
                return refuse(record, "a number is too large for its field");
            target->value[code->index] = number;
            at += 8;
            continue;
        }
        record->at = at;
        if (code->encoding <= VSIM_TRACE_AS_ADDRESS
                ? !take_address(record, target->base_mask, &target->value[code->index],
                                &target->base[code->index])
                : !take_other(record, code, target))
            return false;
        at = record->at;
    }
    record->at = at;
    *given = target->allowed & ~allowed;
    return true;
}

static bool take_raw(struct record *record, struct vsim_raw *raw)
{
    uint64_t word = 0;

    if (!take64(record, &word) || !take_bytes(record, word >> 32, &raw->bytes))
        return false;
    raw->offset_bytes = (uint32_t)word;
    return (uint64_t)raw->offset_bytes + raw->bytes.length_bytes <= VSIM_TRACE_MOST_ARGUMENT_BYTES ||
           refuse(record, "raw bytes lie too far behind the start of the argument");
}

static bool take_tail(struct record *record, struct vsim_outcome *outcome)
{
    uint64_t length_bytes = 0;

    if (!record->code->shape->row->tail_name)
        return refuse(record, "an outcome has a tail where the op has none");
    if (!take64(record, &length_bytes) || !take_bytes(record, length_bytes, &outcome->tail))
        return false;
    outcome->tail_given = true;
    return length_bytes <= VSIM_TRACE_MOST_ARGUMENT_BYTES ||
           refuse(record, "the tail of an outcome is too long");
}

/* The return value: that of a failure is -1, and a device only says whether it went well. */
static inline bool take_return(struct record *record, struct vsim_outcome *outcome, unsigned what)
{
    uint64_t number = 0;

    outcome->value = outcome->error ? -1 : 0;
    outcome->value_given = outcome->error != 0;
    if (!(what & VSIM_TRACE_HAS_VALUE))
        return true;
    if (outcome->error || record->code->shape->row->subject == VSIM_SUBJECT_DEVICE)
        return refuse(record, "an outcome has a value where it can have none");
    if (!take64(record, &number))
        return false;
    outcome->value = (int64_t)number;
    outcome->value_given = true;
    return number <= INT64_MAX || refuse(record, "the value of a success is negative");
}

static inline bool take_outcome(struct record *record, struct vsim_outcome *outcome)
{
    const struct target target = {.allowed = record->code->shape->claim_mask,
                                  .base_mask = OBJECT_MASK,
                                  .value = outcome->out,
                                  .base = outcome->base};
    uint64_t head = 0;
    unsigned what;

    if (!take64(record, &head))
        return false;
    what = head >> 16 & UINT16_MAX;
    vsim_trace_start_outcome(outcome);
    outcome->error = (int)(head & UINT16_MAX);
    if (outcome->error > (int)MOST_ERRNO || what > (VSIM_TRACE_HAS_VALUE | VSIM_TRACE_HAS_TAIL))
        return refuse(record, "the head of an outcome is broken");
    if (!take_return(record, outcome, what) ||
        !take_fields(record, (uint32_t)(head >> 32), &target, &outcome->given))
        return false;
    return !(what & VSIM_TRACE_HAS_TAIL) || take_tail(record, outcome);
}

/* A comment is nothing but its line. */
static bool check_comment(struct record *record, const struct vsim_op *op)
{
    if (op->given != record->code->shape->input_mask || op->n_expected > 0 ||
        !vsim_trace_is_comment(op->text.data, op->text.length_bytes))
        return refuse(record, "a comment is not one line, empty or with # first");
    return true;
}

/* What text has no way to write. */
static bool check_argument(struct record *record, const struct vsim_op *op)
{
    const struct vsim_trace_shape *shape = record->code->shape;
    const bool is_number = shape->style == VSIM_TRACE_STYLE_NUMBER;

    if (!vsim_trace_has_memory(shape))
        return (op->argument == VSIM_ARGUMENT_DEFAULT && op->n_raw == 0) ||
               refuse(record, "an op without memory has an argument in memory");
    if (is_number && op->given != 1)
        return refuse(record, "an ioctl by number has no number");
    if (op->argument == VSIM_ARGUMENT_BARE && (op->n_raw > 0 || (op->given && !is_number)))
        return refuse(record, "an argument that is only an address has fields");
    return true;
}

static bool check_op(struct record *record, const struct vsim_op *op)
{
    const struct vsim_trace_shape *shape = record->code->shape;

    if (vsim_handle_letter(op->subject) != shape->subject_letter || (!shape->subject_letter && op->subject))
        return refuse(record, "the subject is none that does this op");
    if (op->target ? !vsim_trace_has_letter(op->target, shape->target_mask) : shape->target_mask != 0)
        return refuse(record, "the target is no descriptor, or the op has none");
    if (op->binds ? !vsim_trace_has_letter(op->binds, shape->binds_mask) : shape->must_bind)
        return refuse(record, "the op does not define such a handle");
    if (shape->style == VSIM_TRACE_STYLE_LINE && !check_comment(record, op))
        return false;
    return check_argument(record, op);
}

/* The fixed part, and the fields behind it. */
static inline bool take_head(struct record *record, struct vsim_op *op)
{
    const char *head = record->at;
    /* locate() has set the code. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    const struct target target = {.allowed = record->code->shape->input_mask,
                                  .base_mask = REGION_MASK,
                                  .value = op->value,
                                  .base = op->base,
                                  .text = &op->text};

    vsim_trace_start_op(op, record->code->shape, record->reader->line);
    op->argument = (enum vsim_argument)(unsigned char)head[6];
    op->n_raw = (unsigned char)head[7] >> 4;
    op->n_expected = (unsigned char)head[7] & 15;
    op->subject = vsim_trace_load32(head + 8);
    op->target = vsim_trace_load32(head + 12);
    op->binds = vsim_trace_load32(head + 16);
    record->at += VSIM_TRACE_RECORD_HEADER_BYTES;
    if ((unsigned char)head[6] > VSIM_ARGUMENT_BARE || op->n_raw > VSIM_MAX_RAW ||
        op->n_expected > VSIM_MAX_EXPECTED)
        return refuse(record, "the head of a record is broken");
    return take_fields(record, vsim_trace_load32(head + 20), &target, &op->given);
}

static inline bool take_record(struct record *record, struct vsim_op *op)
{
    struct vsim_outcome *expected = record->reader->expected;

    if (!take_head(record, op))
        return false;
    if (op->argument != VSIM_ARGUMENT_DEFAULT &&
        !take_address(record, REGION_MASK, &op->argument_address, &op->argument_base))
        return false;
    for (unsigned i = 0; i < op->n_raw; i++)
        if (!take_raw(record, &op->raw[i]))
            return false;
    for (unsigned i = 0; i < op->n_expected; i++)
        if (!take_outcome(record, &expected[i]))
            return false;
    op->expected = op->n_expected ? expected : NULL;
    if (record->at != record->end)
        return refuse(record, "a record is longer than what is in it");
    return check_op(record, op);
}

static bool fail_unknown(struct vsim_trace_reader *reader, const struct vsim_trace_code *code, GError **error)
{
    return vsim_trace_fail_offset(reader, reader->record, error, "this version does not know the op `%.*s`",
                                  (int)MIN(code->label.length_bytes, 60), code->label.data);
}

static bool fail_record(struct record *record, const char *start, GError **error)
{
    return vsim_trace_fail_offset(record->reader, start, error, "%s (%.*s)", record->why,
                                  (int)MIN(record->code->label.length_bytes, 60), record->code->label.data);
}

static bool fail_length(struct vsim_trace_reader *reader, uint64_t length_bytes, GError **error)
{
    return vsim_trace_fail_offset(
        reader, reader->record, error, "found a record of %" G_GUINT64_FORMAT " bytes, expected %u to %td",
        length_bytes, VSIM_TRACE_RECORD_HEADER_BYTES, reader->block_end - reader->record);
}

static bool fail_code(struct vsim_trace_reader *reader, uint32_t code, GError **error)
{
    return vsim_trace_fail_offset(reader, reader->record, error,
                                  "found the op code %u, expected less than %u", code,
                                  reader->dictionary->n_codes);
}

/* Which record, and whose. A block is a number of words, and so is a record: its first one is always there.
 */
static inline bool locate(struct vsim_trace_reader *reader, struct record *record, GError **error)
{
    const uint64_t head = vsim_trace_load64(reader->record);
    const uint64_t length_bytes = 8 * (head & UINT32_MAX);
    const uint32_t code = head >> 32 & UINT16_MAX;

    if (length_bytes < VSIM_TRACE_RECORD_HEADER_BYTES ||
        length_bytes > (uint64_t)(reader->block_end - reader->record))
        return fail_length(reader, length_bytes, error);
    if (code >= reader->dictionary->n_codes)
        return fail_code(reader, code, error);
    record->code = &reader->dictionary->codes[code];
    record->at = reader->record;
    record->end = reader->record + length_bytes;
    return record->code->shape || fail_unknown(reader, record->code, error);
}

enum vsim_trace_step vsim_trace_binary_next(struct vsim_trace_reader *reader, struct vsim_op *op,
                                            GError **error)
{
    struct record record = {.reader = reader};
    const char *start;

    if (reader->record == reader->block_end && !vsim_trace_binary_next_block(reader, error))
        return VSIM_TRACE_ERROR;
    if (reader->at_end)
        return VSIM_TRACE_END;
    start = reader->record;
    if (!locate(reader, &record, error))
        return VSIM_TRACE_ERROR;
    if (reader->line++ == UINT32_MAX - 1) {
        vsim_trace_fail_offset(reader, start, error, "another event, expected at most %u", UINT32_MAX - 2);
        return VSIM_TRACE_ERROR;
    }
    if (!take_record(&record, op)) {
        fail_record(&record, start, error);
        return VSIM_TRACE_ERROR;
    }
    reader->record = record.end;
    return VSIM_TRACE_EVENT;
}
