// SPDX-License-Identifier: MIT
/*
 * The argument of an ioctl where it does not simply lie in memory that can be read and written: placed at an
 * address, found at an address, or patched with raw bytes.
 */
#include "rules.h"

#include <string.h>

#define MAX_ARGUMENT_BYTES 256u

static bool in_structure(const struct vsim_field_row *field)
{
    return field->direction != VSIM_DIRECTION_VALUE && field->size_bytes > 0;
}

/* What the ioctl reads first: its minimum, or all of a structure without one. */
static uint64_t minimum_bytes(const struct vsim_op_row *row)
{
    uint64_t bytes = row->minimum_bytes;

    for (unsigned i = 0; bytes == 0 && i < row->n_fields; i++)
        if (in_structure(&row->fields[i]))
            bytes = (uint64_t)row->fields[i].offset_bytes + row->fields[i].size_bytes;
    return bytes;
}

static uint64_t structure_bytes(const struct vsim_op_row *row)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < row->n_fields; i++)
        if (in_structure(&row->fields[i]))
            bytes = MAX(bytes, (uint64_t)row->fields[i].offset_bytes + row->fields[i].size_bytes);
    return bytes;
}

static bool accessible(const struct vsim_oracle *oracle, const struct vsim_op *op, uint64_t offset,
                       uint64_t length_bytes, enum vsim_oracle_use use)
{
    const uint64_t first = op->argument_address + offset;

    if (op->argument == VSIM_ARGUMENT_DEFAULT || length_bytes == 0)
        return true;
    if (first < op->argument_address || vsim_range_wraps(first, length_bytes))
        return false;
    return vsim_oracle_mm_allows(oracle->at.process->mm, &oracle->memory,
                                 vsim_range(first, first + length_bytes - 1), use);
}

bool vsim_oracle_argument_readable(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    return accessible(oracle, op, 0, minimum_bytes(&vsim_spec_ops[op->id]), VSIM_ORACLE_LOAD);
}

bool vsim_oracle_argument_writable(const struct vsim_oracle *oracle, const struct vsim_op *op,
                                   uint64_t offset, uint64_t length_bytes)
{
    return accessible(oracle, op, offset, length_bytes, VSIM_ORACLE_STORE);
}

static void put(uint8_t *bytes, const struct vsim_field_row *field, uint64_t value)
{
    for (unsigned i = 0; i < field->size_bytes; i++)
        bytes[field->offset_bytes + i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *bytes, const struct vsim_field_row *field)
{
    uint64_t value = 0;

    for (unsigned i = field->size_bytes; i-- > 0;)
        value = value << 8 | bytes[field->offset_bytes + i];
    return value;
}

/* The bytes at an address as the process sees them; what it cannot see is 0. */
static void load(const struct vsim_oracle *oracle, uint64_t address, uint8_t *bytes, uint64_t length_bytes)
{
    const struct vsim_oracle_mm *mm = oracle->at.process->mm;

    for (uint64_t i = 0; i < length_bytes; i++) {
        struct vsim_oracle_run run;

        bytes[i] = 0;
        g_array_set_size(oracle->pieces, 0);
        if (address + i >= address &&
            vsim_oracle_mm_resolve(mm, &oracle->memory, vsim_range(address + i, address + i),
                                   VSIM_ORACLE_LOAD, &run) &&
            vsim_oracle_run_read(&run, oracle->pieces))
            bytes[i] = g_array_index(oracle->pieces, struct vsim_oracle_piece, 0).fill;
    }
}

/* Store bytes at an address whatever its protection; what is not mapped is left out. */
static void store(const struct vsim_oracle *oracle, uint64_t address, const uint8_t *bytes,
                  uint64_t length_bytes)
{
    const struct vsim_oracle_mm *mm = oracle->at.process->mm;
    const uint64_t page_bytes = oracle->memory.page_bytes;

    for (uint64_t i = 0; i < length_bytes && address + i >= address; i++) {
        struct vsim_range where;
        struct vsim_oracle_vma *vma = vsim_oracle_mm_vma(mm, address + i, &where);
        struct vsim_oracle_run run;
        uint64_t prot;
        bool there;

        if (!vma)
            continue;
        prot = vma->prot;
        vma->prot = VSIM_PROT_READ | VSIM_PROT_WRITE;
        vsim_oracle_mm_touch(mm, page_bytes, vsim_range(address + i, address + i));
        there = vsim_oracle_mm_resolve(mm, &oracle->memory, vsim_range(address + i, address + i),
                                       VSIM_ORACLE_STORE, &run);
        vma->prot = prot;
        if (there)
            vsim_oracle_run_write(&run, bytes[i]);
    }
}

/* The structure as the trace gives it, raw bytes last. Returns how many bytes of `bytes` the trace means. */
static uint64_t lay_out(const struct vsim_op *op, uint8_t *bytes)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];
    uint64_t length_bytes = structure_bytes(row);

    for (unsigned i = 0; op->argument != VSIM_ARGUMENT_BARE && i < row->n_fields; i++)
        if (in_structure(&row->fields[i]))
            put(bytes, &row->fields[i], op->value[i]);
    for (unsigned i = 0; i < op->n_raw; i++) {
        const struct vsim_raw *raw = &op->raw[i];
        const uint64_t room =
            raw->offset_bytes < MAX_ARGUMENT_BYTES ? MAX_ARGUMENT_BYTES - raw->offset_bytes : 0;
        const uint64_t n = MIN(raw->bytes.length_bytes, room);

        if (n > 0)
            memcpy(bytes + raw->offset_bytes, raw->bytes.data, n);
        length_bytes = MAX(length_bytes, n > 0 ? raw->offset_bytes + n : 0);
    }
    return length_bytes;
}

const struct vsim_op *vsim_oracle_argument(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];
    struct vsim_op *effective = &oracle->at.effective;
    uint8_t bytes[MAX_ARGUMENT_BYTES] = {0};

    if (row->kind != VSIM_KIND_IOCTL || (op->argument == VSIM_ARGUMENT_DEFAULT && op->n_raw == 0) ||
        structure_bytes(row) == 0)
        return op;
    *effective = *op;
    if (op->argument == VSIM_ARGUMENT_BARE)
        load(oracle, op->argument_address, bytes, structure_bytes(row));
    (void)lay_out(op, bytes);
    for (unsigned i = 0; i < row->n_fields; i++) {
        const uint64_t value = get(bytes, &row->fields[i]);

        if (!in_structure(&row->fields[i]))
            continue;
        if (op->argument == VSIM_ARGUMENT_BARE || value != op->value[i])
            effective->base[i] = 0;
        effective->value[i] = value;
    }
    return effective;
}

void vsim_oracle_argument_store(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    uint8_t bytes[MAX_ARGUMENT_BYTES] = {0};

    if (vsim_spec_ops[op->id].kind != VSIM_KIND_IOCTL || op->argument != VSIM_ARGUMENT_PLACED)
        return;
    if (op->text.length_bytes > 0) {
        store(oracle, op->argument_address, (const uint8_t *)op->text.data, op->text.length_bytes);
        store(oracle, op->argument_address + op->text.length_bytes, bytes, 1);
        return;
    }
    store(oracle, op->argument_address, bytes, lay_out(op, bytes));
}

/* The answer that the oracle expects, with what was observed laid over it. */
static struct vsim_outcome merged(const struct vsim_oracle *oracle, const struct vsim_outcome *observed)
{
    struct vsim_outcome outcome = oracle->at.answer;

    for (unsigned i = 0; oracle->at.fields_observed && i < VSIM_MAX_FIELDS; i++)
        if (observed->given & UINT32_C(1) << i)
            vsim_outcome_set(&outcome, i, observed->out[i]);
    if (oracle->at.fields_observed && observed->tail_given) {
        outcome.tail_given = true;
        outcome.tail = observed->tail;
    }
    return outcome;
}

void vsim_oracle_answer_store(struct vsim_oracle *oracle, const struct vsim_op *op,
                              const struct vsim_outcome *observed)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];
    uint8_t bytes[MAX_ARGUMENT_BYTES] = {0};
    struct vsim_outcome outcome;

    if (row->kind != VSIM_KIND_IOCTL || op->argument == VSIM_ARGUMENT_DEFAULT || observed->error != 0 ||
        oracle->at.rule == VSIM_RULE_NONE || vsim_spec_rules[oracle->at.rule].error != 0)
        return;
    outcome = merged(oracle, observed);
    for (unsigned i = 0; i < row->n_fields; i++) {
        const struct vsim_field_row *field = &row->fields[i];

        if (!in_structure(field) || !(outcome.given & UINT32_C(1) << i))
            continue;
        put(bytes, field, outcome.out[i]);
        store(oracle, op->argument_address + field->offset_bytes, bytes + field->offset_bytes,
              field->size_bytes);
    }
    if (outcome.tail_given && row->tail_offset_bytes > 0)
        store(oracle, op->argument_address + row->tail_offset_bytes, (const uint8_t *)outcome.tail.data,
              outcome.tail.length_bytes);
}
