// SPDX-License-Identifier: MIT
/* Whole lines, as the writer writes them and reports show them. */
#include "chain.h"
#include "format.h"

#include <errno.h>

static const struct vsim_trace_shape *shape_of(enum vsim_op_id id)
{
    return &vsim_trace_vocabulary()->shapes[id];
}

static struct vsim_trace_value value_of(const struct vsim_op *op, unsigned i)
{
    return (struct vsim_trace_value){vsim_op_offset(op, i), op->base[i], op->text};
}

/* The given fields in table order; true when there was one. */
static bool format_fields(GString *out, const struct vsim_trace_shape *shape, const struct vsim_op *op,
                          const char *separator)
{
    const gsize before = out->len;

    for (unsigned i = 0; i < shape->row->n_fields; i++) {
        const struct vsim_trace_value value = value_of(op, i);

        if (!(op->given & shape->input_mask & UINT32_C(1) << i) ||
            shape->fields[i].row->direction == VSIM_DIRECTION_VALUE)
            continue;
        if (out->len > before)
            g_string_append(out, separator);
        vsim_trace_format_field(out, &shape->fields[i], &value);
    }
    return out->len > before;
}

static void format_structure(GString *out, const struct vsim_trace_shape *shape, const struct vsim_op *op)
{
    bool any;

    g_string_append_c(out, '{');
    any = format_fields(out, shape, op, ", ");
    for (unsigned i = 0; i < op->n_raw; i++) {
        g_string_append_printf(out, "%sraw[%u]=", any ? ", " : "", op->raw[i].offset_bytes);
        vsim_trace_format_octets(out, op->raw[i].bytes);
        any = true;
    }
    g_string_append_c(out, '}');
}

/* The argument in memory: `@m0+0x10{...}`, or nothing where the op has no memory to speak of. */
static void format_memory(GString *out, const struct vsim_trace_shape *shape, const struct vsim_op *op)
{
    const bool has_fields = shape->style == VSIM_TRACE_STYLE_STRUCTURE && shape->row->n_fields > 0;

    if (op->argument == VSIM_ARGUMENT_DEFAULT && !has_fields && op->n_raw == 0)
        return;
    g_string_append(out, ", ");
    if (op->argument != VSIM_ARGUMENT_DEFAULT) {
        const struct vsim_trace_field address = {.spelling = VSIM_SPELLING_ADDRESS};
        const struct vsim_trace_value value = {.number = op->argument_address - op->argument_base_address,
                                               .base = op->argument_base};

        g_string_append_c(out, '@');
        vsim_trace_format_plain(out, &address, &value);
    }
    if (op->argument != VSIM_ARGUMENT_BARE)
        format_structure(out, shape, op);
}

static void format_ioctl(GString *out, const struct vsim_trace_shape *shape, const struct vsim_op *op)
{
    const struct vsim_trace_value value = value_of(op, 0);

    g_string_append(out, "ioctl(");
    vsim_trace_format_handle(out, op->target);
    g_string_append(out, ", ");
    if (shape->style == VSIM_TRACE_STYLE_NUMBER)
        vsim_trace_format_plain(out, &shape->fields[0], &value);
    else
        g_string_append(out, shape->row->label);
    if (shape->style == VSIM_TRACE_STYLE_VALUE && (op->given & 1)) {
        g_string_append(out, ", ");
        vsim_trace_format_plain(out, &shape->fields[0], &value);
    } else if (vsim_trace_has_memory(shape)) {
        format_memory(out, shape, op);
    }
    g_string_append_c(out, ')');
}

static void format_list(GString *out, const struct vsim_trace_shape *shape, const struct vsim_op *op)
{
    const bool is_words = shape->style == VSIM_TRACE_STYLE_WORDS;
    const gsize before = out->len;

    g_string_append(out, shape->spelling);
    g_string_append_c(out, is_words ? ' ' : '(');
    if (!format_fields(out, shape, op, is_words ? " " : ", ") && is_words)
        g_string_truncate(out, before + strlen(shape->spelling));
    if (!is_words)
        g_string_append_c(out, ')');
}

void vsim_trace_format_op(GString *out, const struct vsim_op *op)
{
    const struct vsim_trace_shape *shape = shape_of(op->id);

    if (shape->style == VSIM_TRACE_STYLE_LINE) {
        g_string_append_len(out, op->text.data, op->text.length_bytes);
        return;
    }
    if (op->subject)
        vsim_trace_format_handle(out, op->subject);
    else
        g_string_append(out, "world");
    g_string_append(out, ": ");
    if (op->binds) {
        vsim_trace_format_handle(out, op->binds);
        g_string_append(out, " = ");
    }
    if (shape->row->kind == VSIM_KIND_IOCTL)
        format_ioctl(out, shape, op);
    else
        format_list(out, shape, op);
}

static void format_return(GString *out, const struct vsim_trace_shape *shape,
                          const struct vsim_outcome *outcome)
{
    const bool is_device = shape->row->subject == VSIM_SUBJECT_DEVICE;
    const char *name = outcome->error ? vsim_spec_errno_name(outcome->error) : NULL;

    if (is_device && outcome->error == EFAULT)
        g_string_append(out, "fault");
    else if (is_device && outcome->error == ENODEV)
        g_string_append(out, "off");
    else if (name)
        g_string_append_printf(out, "-1 %s", name);
    else if (outcome->error)
        g_string_append_printf(out, "-1 %d", outcome->error);
    else if (outcome->value_given && !is_device)
        g_string_append_printf(out, "%" G_GINT64_FORMAT, outcome->value);
    else
        g_string_append(out, "ok");
}

static void format_tail(GString *out, const struct vsim_op_row *row, struct vsim_bytes tail)
{
    g_string_append_printf(out, "%s=", row->tail_name);
    if (!vsim_trace_format_chain(out, row->tail_offset_bytes, tail))
        vsim_trace_format_octets(out, tail);
}

void vsim_trace_format_outcome(GString *out, enum vsim_op_id id, const struct vsim_outcome *outcome)
{
    const struct vsim_trace_shape *shape = shape_of(id);
    const bool has_tail = outcome->tail_given && shape->row->tail_name;
    const uint32_t given = outcome->given & shape->claim_mask;
    const char *separator = " {";

    format_return(out, shape, outcome);
    for (unsigned i = 0; i < shape->row->n_fields; i++) {
        const struct vsim_trace_value value = {.number = outcome->out[i], .base = outcome->base[i]};

        if (!(given & UINT32_C(1) << i))
            continue;
        g_string_append(out, separator);
        separator = ", ";
        vsim_trace_format_field(out, &shape->fields[i], &value);
    }
    if (has_tail) {
        g_string_append(out, separator);
        format_tail(out, shape->row, outcome->tail);
    }
    if (given || has_tail)
        g_string_append_c(out, '}');
}

void vsim_trace_format_line(GString *out, const struct vsim_op *op)
{
    vsim_trace_format_op(out, op);
    if (op->n_expected == 0)
        return;
    g_string_append(out, op->n_expected > 1 ? " = {" : " = ");
    for (unsigned i = 0; i < op->n_expected; i++) {
        if (i > 0)
            g_string_append(out, "; ");
        vsim_trace_format_outcome(out, op->id, &op->expected[i]);
    }
    if (op->n_expected > 1)
        g_string_append_c(out, '}');
}
