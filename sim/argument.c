// SPDX-License-Identifier: MIT
/*
 * A DEFAULT argument lies in memory that needs no model: reading it always works, writing it too, and nobody
 * looks at it afterwards but through the outcome. A PLACED one is laid into the process' memory before the
 * call, where it has some, whether the call will read it or not; from there on it and a BARE one are plain
 * memory.
 */
#include "argument.h"

#include <string.h>

#define LARGEST_STRUCTURE_BYTES 256u

/* The structure as the trace gives it. Every field is little-endian, as the host is. */
static size_t encode(const struct vsim_op *op, uint8_t *bytes, size_t capacity)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];
    size_t end = 0;

    memset(bytes, 0, capacity);
    for (unsigned i = 0; i < row->n_fields; i++) {
        const struct vsim_field_row *field = &row->fields[i];
        const size_t field_end = (size_t)field->offset_bytes + field->size_bytes;

        if (field_end > capacity)
            continue;
        if (field->size_bytes == 8)
            memcpy(bytes + field->offset_bytes, &op->value[i], 8);
        else if (field->size_bytes == 4)
            memcpy(bytes + field->offset_bytes, &op->value[i], 4);
        else
            memcpy(bytes + field->offset_bytes, &op->value[i], field->size_bytes);
        end = MAX(end, field_end);
    }
    return end;
}

static size_t patch(const struct vsim_op *op, uint8_t *bytes, size_t end, size_t capacity)
{
    for (unsigned i = 0; i < op->n_raw; i++) {
        const struct vsim_raw *raw = &op->raw[i];
        size_t length_bytes;

        if (raw->offset_bytes >= capacity)
            continue;
        length_bytes = MIN(raw->bytes.length_bytes, capacity - raw->offset_bytes);
        memcpy(bytes + raw->offset_bytes, raw->bytes.data, length_bytes);
        end = MAX(end, raw->offset_bytes + length_bytes);
    }
    return end;
}

bool vsim_sim_argument_read(const struct vsim_sim *sim, const struct vsim_sim_call *call, void *bytes,
                            size_t length_bytes)
{
    const struct vsim_op *op = call->op;

    (void)sim;
    if (op->argument == VSIM_ARGUMENT_DEFAULT) {
        patch(op, bytes, encode(op, bytes, length_bytes), length_bytes);
        return true;
    }
    if (!vsim_sim_mm_readable(call->process->mm, op->argument_address, length_bytes))
        return false;
    vsim_sim_mm_read(call->process->mm, op->argument_address, bytes, length_bytes);
    return true;
}

bool vsim_sim_argument_write(const struct vsim_sim *sim, const struct vsim_sim_call *call,
                             size_t offset_bytes, const void *bytes, size_t length_bytes)
{
    const struct vsim_op *op = call->op;
    const uint64_t address = op->argument_address + offset_bytes;

    (void)sim;
    if (op->argument == VSIM_ARGUMENT_DEFAULT)
        return true;
    if (!vsim_sim_mm_writable(call->process->mm, address, length_bytes))
        return false;
    vsim_sim_mm_write(call->process->mm, address, bytes, length_bytes);
    return true;
}

/* The text of the trace with its NUL and what is laid over it. */
static void make_text(const struct vsim_op *op, GString *text)
{
    g_string_append_len(text, op->text.data, op->text.length_bytes);
    g_string_append_c(text, '\0');
    for (unsigned i = 0; i < op->n_raw; i++) {
        const struct vsim_raw *raw = &op->raw[i];

        if (raw->offset_bytes > text->len)
            continue;
        if (raw->offset_bytes + (gsize)raw->bytes.length_bytes > text->len)
            g_string_set_size(text, raw->offset_bytes + (gsize)raw->bytes.length_bytes);
        memcpy(text->str + raw->offset_bytes, raw->bytes.data, raw->bytes.length_bytes);
    }
}

static bool has_text(const struct vsim_op *op)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];

    return row->n_fields > 0 && row->fields[0].type == VSIM_TYPE_TEXT;
}

/* Only the bytes that it has: what lies behind is not touched. */
void vsim_sim_argument_place(const struct vsim_sim_call *call)
{
    const struct vsim_op *op = call->op;
    uint8_t bytes[LARGEST_STRUCTURE_BYTES];
    g_autoptr(GString) text = NULL;

    if (op->argument != VSIM_ARGUMENT_PLACED)
        return;
    if (has_text(op)) {
        text = g_string_new(NULL);
        make_text(op, text);
        vsim_sim_mm_write(call->process->mm, op->argument_address, (const uint8_t *)text->str, text->len);
        return;
    }
    vsim_sim_mm_write(call->process->mm, op->argument_address, bytes,
                      patch(op, bytes, encode(op, bytes, sizeof bytes), sizeof bytes));
}

static enum vsim_sim_text cut_at_nul(const struct vsim_sim *sim, GString *text)
{
    const char *nul = memchr(text->str, '\0', MIN(text->len, sim->page_bytes));

    if (!nul)
        return VSIM_SIM_TEXT_TOO_LONG;
    g_string_truncate(text, (gsize)(nul - text->str));
    return VSIM_SIM_TEXT_READ;
}

enum vsim_sim_text vsim_sim_argument_text(const struct vsim_sim *sim, const struct vsim_sim_call *call,
                                          GString *text)
{
    const struct vsim_op *op = call->op;

    g_string_truncate(text, 0);
    if (op->argument == VSIM_ARGUMENT_DEFAULT) {
        make_text(op, text);
        return cut_at_nul(sim, text);
    }
    for (uint64_t i = 0; i < sim->page_bytes; i++) {
        uint8_t byte;

        if (!vsim_sim_mm_readable(call->process->mm, op->argument_address + i, 1))
            return VSIM_SIM_TEXT_UNREADABLE;
        vsim_sim_mm_read(call->process->mm, op->argument_address + i, &byte, 1);
        if (byte == '\0')
            return VSIM_SIM_TEXT_READ;
        g_string_append_c(text, (char)byte);
    }
    return VSIM_SIM_TEXT_TOO_LONG;
}
