// SPDX-License-Identifier: MIT
#include "../base/hash.h"
#include "binary.h"

static void put8(GString *out, uint8_t number)
{
    g_string_append_c(out, (char)number);
}

static void put16(GString *out, uint16_t number)
{
    number = GUINT16_TO_LE(number);
    g_string_append_len(out, (const char *)&number, sizeof number);
}

static void put32(GString *out, uint32_t number)
{
    number = GUINT32_TO_LE(number);
    g_string_append_len(out, (const char *)&number, sizeof number);
}

static void put64(GString *out, uint64_t number)
{
    number = GUINT64_TO_LE(number);
    g_string_append_len(out, (const char *)&number, sizeof number);
}

static void pad(GString *out)
{
    static const char zeros[8];

    g_string_append_len(out, zeros, (gssize)(vsim_trace_padded(out->len) - out->len));
}

/* Payloads and blocks begin on multiples of 8 of `out`, so padding `out` pads the record. */
static void put_bytes(GString *out, struct vsim_bytes bytes)
{
    g_string_append_len(out, bytes.data, bytes.length_bytes);
    pad(out);
}

static void put_dialects(GString *out, const struct vsim_trace_vocabulary *words)
{
    const struct vsim_trace_shape *shape = &words->shapes[VSIM_OP_DIALECT];
    const struct vsim_trace_field *field = &shape->fields[VSIM_FIELD_DIALECT_name];

    g_string_append(out, VSIM_TRACE_DIALECTS_LABEL);
    for (unsigned i = 0; i < field->n_names; i++)
        g_string_append_printf(out, " %s", field->names[i].name);
    g_string_append_c(out, '\n');
}

static gpointer build_dictionary(gpointer unused)
{
    const struct vsim_trace_vocabulary *words = vsim_trace_vocabulary();
    GString *out = g_string_new(NULL);

    (void)unused;
    /* Code i is op i + 1: steps are no lines, but leaving their codes free keeps the map trivial. */
    for (unsigned id = 1; id < VSIM_N_OPS; id++) {
        const struct vsim_trace_shape *shape = &words->shapes[id];

        g_string_append(out, shape->row->label);
        for (unsigned i = 0; i < shape->row->n_fields; i++)
            g_string_append_printf(out, " %s:%c", shape->row->fields[i].name,
                                   VSIM_TRACE_ENCODINGS[shape->fields[i].encoding]);
        g_string_append_c(out, '\n');
    }
    put_dialects(out, words);
    return out;
}

void vsim_trace_binary_dictionary(GString *out)
{
    static GOnce once = G_ONCE_INIT;
    const GString *dictionary = g_once(&once, build_dictionary, NULL);

    g_string_append_len(out, dictionary->str, (gssize)dictionary->len);
}

static void put_value(GString *out, const struct vsim_trace_field *field, uint64_t number, vsim_handle base,
                      struct vsim_bytes bytes)
{
    switch (field->encoding) {
    case VSIM_TRACE_AS_NUMBER:
    case VSIM_TRACE_AS_DIALECT:
        put64(out, number);
        break;
    case VSIM_TRACE_AS_ADDRESS:
        put64(out, number);
        put64(out, base);
        break;
    case VSIM_TRACE_AS_HANDLE:
        put32(out, base ? base : (uint32_t)number);
        put32(out, base != 0);
        break;
    case VSIM_TRACE_AS_BYTES:
        put64(out, bytes.length_bytes);
        put_bytes(out, bytes);
        break;
    }
}

static void put_outcome(GString *out, const struct vsim_trace_shape *shape,
                        const struct vsim_outcome *outcome)
{
    const bool has_value =
        outcome->error == 0 && outcome->value_given && shape->row->subject != VSIM_SUBJECT_DEVICE;
    const bool has_tail = outcome->tail_given && shape->row->tail_name;
    const uint32_t given = outcome->given & shape->claim_mask;

    put16(out, (uint16_t)outcome->error);
    put16(out, (uint16_t)((has_value ? VSIM_TRACE_HAS_VALUE : 0) | (has_tail ? VSIM_TRACE_HAS_TAIL : 0)));
    put32(out, given);
    if (has_value)
        put64(out, (uint64_t)outcome->value);
    for (unsigned i = 0; i < shape->row->n_fields; i++)
        if (given & UINT32_C(1) << i)
            put_value(out, &shape->fields[i], outcome->out[i], outcome->base[i], (struct vsim_bytes){0});
    if (has_tail) {
        put64(out, outcome->tail.length_bytes);
        put_bytes(out, outcome->tail);
    }
}

static void put_fields(GString *out, const struct vsim_trace_shape *shape, const struct vsim_op *op)
{
    for (unsigned i = 0; i < shape->row->n_fields; i++)
        if (op->given & shape->input_mask & UINT32_C(1) << i)
            put_value(out, &shape->fields[i], vsim_op_offset(op, i), op->base[i], op->text);
}

void vsim_trace_binary_record(GString *out, const struct vsim_op *op)
{
    const struct vsim_trace_shape *shape = &vsim_trace_vocabulary()->shapes[op->id];
    const gsize start = out->len;
    uint32_t n_words;

    put32(out, 0);
    put16(out, (uint16_t)(op->id - 1));
    put8(out, (uint8_t)op->argument);
    put8(out, (uint8_t)(op->n_raw << 4 | op->n_expected));
    put32(out, op->subject);
    put32(out, op->target);
    put32(out, op->binds);
    put32(out, op->given & shape->input_mask);
    put_fields(out, shape, op);
    if (op->argument != VSIM_ARGUMENT_DEFAULT) {
        put64(out, op->argument_address - op->argument_base_address);
        put64(out, op->argument_base);
    }
    for (unsigned i = 0; i < op->n_raw; i++) {
        put32(out, op->raw[i].offset_bytes);
        put32(out, op->raw[i].bytes.length_bytes);
        put_bytes(out, op->raw[i].bytes);
    }
    for (unsigned i = 0; i < op->n_expected; i++)
        put_outcome(out, shape, &op->expected[i]);
    n_words = GUINT32_TO_LE((uint32_t)((out->len - start) / 8));
    memcpy(out->str + start, &n_words, sizeof n_words);
}

void vsim_trace_binary_block(GString *out, enum vsim_trace_block_kind kind, GString *payload)
{
    pad(payload);
    put32(out, kind);
    put32(out, (uint32_t)payload->len);
    put64(out, vsim_hash(payload->str, payload->len));
    g_string_append_len(out, payload->str, (gssize)payload->len);
}
