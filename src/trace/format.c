// SPDX-License-Identifier: MIT
#include "format.h"

static const char hex_digits[] = "0123456789abcdef";

void vsim_trace_format_hex(GString *out, uint64_t number)
{
    char digits[18];
    size_t first = sizeof digits;

    do {
        digits[--first] = hex_digits[number & 15];
        number >>= 4;
    } while (number > 0);
    digits[--first] = 'x';
    digits[--first] = '0';
    g_string_append_len(out, digits + first, (gssize)(sizeof digits - first));
}

void vsim_trace_format_decimal(GString *out, uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    g_string_append_len(out, digits + first, (gssize)(sizeof digits - first));
}

static void format_size(GString *out, uint64_t number)
{
    static const char units[] = "TGMK";

    for (unsigned i = 0; number > 0 && units[i]; i++) {
        const unsigned shift = 40 - 10 * i;

        if ((number & ((UINT64_C(1) << shift) - 1)) == 0) {
            vsim_trace_format_decimal(out, number >> shift);
            g_string_append_c(out, units[i]);
            return;
        }
    }
    vsim_trace_format_decimal(out, number);
}

void vsim_trace_format_handle(GString *out, vsim_handle handle)
{
    g_string_append_c(out, vsim_handle_letter(handle));
    vsim_trace_format_decimal(out, vsim_handle_number(handle));
}

static void format_address(GString *out, uint64_t number, vsim_handle base)
{
    if (base) {
        vsim_trace_format_handle(out, base);
        g_string_append_c(out, '+');
    }
    vsim_trace_format_hex(out, number);
}

static void format_bits(GString *out, const struct vsim_trace_field *field, uint64_t number)
{
    const gsize before = out->len;

    for (unsigned i = 0; i < field->n_names; i++) {
        const uint64_t mask = field->names[i].value;

        if (mask == 0 || (number & mask) != mask)
            continue;
        if (out->len > before)
            g_string_append_c(out, '|');
        g_string_append_len(out, field->names[i].name, (gssize)field->names[i].length_bytes);
        number &= ~mask;
    }
    if (number > 0) {
        if (out->len > before)
            g_string_append_c(out, '|');
        vsim_trace_format_hex(out, number);
    } else if (out->len == before) {
        g_string_append_c(out, '0');
    }
}

static void format_one_of(GString *out, const struct vsim_trace_field *field, uint64_t number)
{
    for (unsigned i = 0; i < field->n_names; i++)
        if (field->names[i].value == number) {
            g_string_append_len(out, field->names[i].name, (gssize)field->names[i].length_bytes);
            return;
        }
    vsim_trace_format_decimal(out, number);
}

static void format_fd_number(GString *out, uint64_t number)
{
    if ((int64_t)number < 0) {
        g_string_append_c(out, '-');
        number = -number;
    }
    vsim_trace_format_decimal(out, number);
}

static void format_string(GString *out, struct vsim_bytes bytes)
{
    g_string_append_c(out, '"');
    for (uint32_t i = 0; i < bytes.length_bytes; i++) {
        const unsigned char byte = (unsigned char)bytes.data[i];

        if (byte == '"' || byte == '\\')
            g_string_append_c(out, '\\');
        if (byte < 0x20 || byte == 0x7f)
            g_string_append_printf(out, "\\x%02x", byte);
        else
            g_string_append_c(out, (char)byte);
    }
    g_string_append_c(out, '"');
}

void vsim_trace_format_octets(GString *out, struct vsim_bytes bytes)
{
    g_string_append(out, "x\"");
    for (uint32_t i = 0; i < bytes.length_bytes; i++) {
        const unsigned char byte = (unsigned char)bytes.data[i];

        g_string_append_c(out, hex_digits[byte >> 4]);
        g_string_append_c(out, hex_digits[byte & 15]);
    }
    g_string_append_c(out, '"');
}

void vsim_trace_format_plain(GString *out, const struct vsim_trace_field *field,
                             const struct vsim_trace_value *value)
{
    switch (field->spelling) {
    case VSIM_SPELLING_ARGSZ:
    case VSIM_SPELLING_DEC:
        vsim_trace_format_decimal(out, value->number);
        break;
    case VSIM_SPELLING_BYTES_SIZE:
        format_size(out, value->number);
        break;
    case VSIM_SPELLING_HEX:
        vsim_trace_format_hex(out, value->number);
        break;
    case VSIM_SPELLING_ADDRESS:
        format_address(out, value->number, value->base);
        break;
    case VSIM_SPELLING_FLAGS:
    case VSIM_SPELLING_BITS:
        format_bits(out, field, value->number);
        break;
    case VSIM_SPELLING_ONEOF:
        format_one_of(out, field, value->number);
        break;
    case VSIM_SPELLING_HANDLE:
        if (value->base)
            vsim_trace_format_handle(out, value->base);
        else
            format_fd_number(out, value->number);
        break;
    case VSIM_SPELLING_TEXT:
        format_string(out, value->bytes);
        break;
    case VSIM_SPELLING_OCTETS:
        vsim_trace_format_octets(out, value->bytes);
        break;
    }
}

void vsim_trace_format_field(GString *out, const struct vsim_trace_field *field,
                             const struct vsim_trace_value *value)
{
    g_string_append_len(out, field->row->name, (gssize)field->name_length_bytes);
    g_string_append_c(out, '=');
    vsim_trace_format_plain(out, field, value);
}

void vsim_trace_format_value(GString *out, enum vsim_op_id id, unsigned field, uint64_t number,
                             vsim_handle base)
{
    const struct vsim_trace_value value = {.number = number, .base = base};

    vsim_trace_format_plain(out, &vsim_trace_vocabulary()->shapes[id].fields[field], &value);
}
