// SPDX-License-Identifier: MIT
/* Values as types.def says they are written. */
#include "text_line.h"

#include <inttypes.h>

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static int hex_digit(char character)
{
    if (is_digit(character))
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}

/* "c, g, v, f or x": the letters in words. */
static char *list_letters(const char *letters)
{
    GString *list = g_string_new(NULL);

    for (size_t i = 0; letters[i] != '\0'; i++)
        g_string_append_printf(list, "%s%c",
                               i == 0                   ? ""
                               : letters[i + 1] == '\0' ? " or "
                                                        : ", ",
                               letters[i]);
    return g_string_free(list, FALSE);
}

static bool fail_handle(struct vsim_trace_line *line, const char *letters)
{
    g_autofree char *list = list_letters(letters);

    return vsim_trace_fail_expected(line, "a handle: %s and a number up to %u", list, VSIM_HANDLE_MAX_NUMBER);
}

bool vsim_trace_read_handle(struct vsim_trace_line *line, const char *letters, vsim_handle *handle)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    uint32_t number = 0;

    if (word.length_bytes < 2 || word.length_bytes > 9 || !strchr(letters, word.data[0]))
        return fail_handle(line, letters);
    for (size_t i = 1; i < word.length_bytes; i++) {
        if (!is_digit(word.data[i]))
            return fail_handle(line, letters);
        number = number * 10 + (uint32_t)(word.data[i] - '0');
    }
    if (number > VSIM_HANDLE_MAX_NUMBER)
        return fail_handle(line, letters);
    *handle = VSIM_HANDLE(word.data[0], number);
    line->at += word.length_bytes;
    return true;
}

/* The digits at `at`, which moves behind them; false when they pass 64 bits. None is the caller's to see. */
static bool scan_hex(const char **at, uint64_t *number)
{
    uint64_t sum = 0;
    int digit;

    for (; (digit = hex_digit(**at)) >= 0; (*at)++) {
        if (sum >> 60)
            return false;
        sum = sum << 4 | (uint64_t)digit;
    }
    *number = sum;
    return true;
}

static bool scan_decimal(const char **at, uint64_t *number)
{
    uint64_t sum = 0;

    for (; is_digit(**at); (*at)++)
        if (__builtin_mul_overflow(sum, UINT64_C(10), &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(**at - '0'), &sum))
            return false;
    *number = sum;
    return true;
}

/* The bits that K, M, G or T shift by, or 0. */
static unsigned unit_shift(char character)
{
    switch (character) {
    case 'K':
        return 10;
    case 'M':
        return 20;
    case 'G':
        return 30;
    case 'T':
        return 40;
    default:
        return 0;
    }
}

/* In a range `0x0..0xfff` the dots belong to no number. */
enum number_form { PLAIN_NUMBER, NUMBER_WITH_UNIT, NUMBER_BEFORE_DOTS };

static bool fail_too_large(struct vsim_trace_line *line, uint64_t most, const char *what)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);

    return vsim_trace_fail_at(line, line->at, "%.*s is too large for %s, expected at most 0x%" PRIx64,
                              (int)MIN(word.length_bytes, 40), word.data, what, most);
}

static bool scan_number(struct vsim_trace_line *line, enum number_form form, uint64_t most, const char *what,
                        uint64_t *number)
{
    const bool is_hex = line->at[0] == '0' && (line->at[1] == 'x' || line->at[1] == 'X');
    const char *first = line->at + (is_hex ? 2 : 0);
    const char *at = first;
    bool fits = is_hex ? scan_hex(&at, number) : scan_decimal(&at, number);
    const unsigned shift = form == NUMBER_WITH_UNIT && !is_hex && at > first ? unit_shift(*at) : 0;

    if (!fits)
        return fail_too_large(line, most, what);
    if (shift > 0) {
        at++;
        fits = *number <= UINT64_MAX >> shift;
        *number <<= shift;
    }
    if (at == first ||
        (vsim_trace_in_word[(unsigned char)*at] && !(form == NUMBER_BEFORE_DOTS && *at == '.')))
        return vsim_trace_fail_expected(line, "a number for %s, such as 0x1000 or %s", what,
                                        form == NUMBER_WITH_UNIT ? "4K" : "4096");
    if (!fits || *number > most)
        return fail_too_large(line, most, what);
    line->at = at;
    return true;
}

bool vsim_trace_read_number(struct vsim_trace_line *line, uint64_t most, const char *what, uint64_t *number)
{
    return scan_number(line, NUMBER_BEFORE_DOTS, most, what, number);
}

bool vsim_trace_read_address(struct vsim_trace_line *line, const char *letters, uint64_t *number,
                             vsim_handle *base)
{
    *base = 0;
    if (is_digit(*line->at))
        return scan_number(line, PLAIN_NUMBER, UINT64_MAX, "an address", number);
    if (!vsim_trace_read_handle(line, letters, base))
        return false;
    if (*line->at != '+')
        return vsim_trace_fail_expected(line, "an offset such as +0x0 after the handle of an address");
    line->at++;
    return scan_number(line, PLAIN_NUMBER, UINT64_MAX, "an offset", number);
}

static const struct vsim_trace_name *find_name(const struct vsim_trace_field *field,
                                               struct vsim_trace_token word)
{
    for (unsigned i = 0; i < field->n_names; i++)
        if (field->names[i].length_bytes == word.length_bytes &&
            memcmp(field->names[i].name, word.data, word.length_bytes) == 0)
            return &field->names[i];
    return NULL;
}

static bool fail_name(struct vsim_trace_line *line, const struct vsim_trace_field *field)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (unsigned i = 0; i < field->n_names; i++)
        g_string_append_printf(list, "%s%s", i ? ", " : "", field->names[i].name);
    if (field->encoding != VSIM_TRACE_AS_DIALECT)
        g_string_append_printf(list, "%sa number", field->n_names ? ", " : "");
    return vsim_trace_fail_expected(line, "for `%s` one of %s", field->row->name, list->str);
}

/* One name or number. Names come first: that of a dialect looks like a number. */
static bool read_one_of(struct vsim_trace_line *line, const struct vsim_trace_field *field, uint64_t *number)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    const struct vsim_trace_name *name = find_name(field, word);

    if (name) {
        *number = name->value;
        line->at += word.length_bytes;
        return true;
    }
    if (!is_digit(*line->at) || field->encoding == VSIM_TRACE_AS_DIALECT)
        return fail_name(line, field);
    return scan_number(line, PLAIN_NUMBER, field->most, field->row->name, number);
}

static bool read_bits(struct vsim_trace_line *line, const struct vsim_trace_field *field, uint64_t *number)
{
    uint64_t part = 0;

    *number = 0;
    do {
        if (!read_one_of(line, field, &part))
            return false;
        *number |= part;
    } while (vsim_trace_take(line, '|'));
    return true;
}

/* A descriptor as a number is an int; it is kept with its sign in all 64 bits. */
static bool read_fd_number(struct vsim_trace_line *line, const struct vsim_trace_field *field,
                           uint64_t *number)
{
    const bool negative = *line->at == '-';

    line->at += negative;
    if (!is_digit(*line->at))
        return vsim_trace_fail_expected(line, "a number for %s", field->row->name);
    if (!scan_number(line, PLAIN_NUMBER, (uint64_t)INT32_MAX + negative, field->row->name, number))
        return false;
    if (negative)
        *number = -*number;
    return true;
}

static bool read_handle_field(struct vsim_trace_line *line, const struct vsim_trace_field *field,
                              struct vsim_trace_value *value)
{
    if (field->is_fd && (*line->at == '-' || is_digit(*line->at)))
        return read_fd_number(line, field, &value->number);
    return vsim_trace_read_handle(line, field->letters, &value->base);
}

/* `\"`, `\\` and `\x1f`, decoded. */
static bool read_escape(struct vsim_trace_line *line, char *byte)
{
    const char *at = line->at + 1;

    if (*at == '"' || *at == '\\') {
        *byte = *at;
        line->at += 2;
        return true;
    }
    if (*at == 'x' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0) {
        *byte = (char)(hex_digit(at[1]) * 16 + hex_digit(at[2]));
        line->at += 4;
        return true;
    }
    return vsim_trace_fail_at(line, line->at, "unknown escape, expected \\\", \\\\ or \\x and two digits");
}

static bool fail_string(struct vsim_trace_line *line)
{
    if (*line->at == '\n')
        return vsim_trace_fail_expected(line, "`\"` at the end of a string");
    return vsim_trace_fail_at(line, line->at, "the byte 0x%02x in a string, expected \\x%02x in its place",
                              (unsigned char)*line->at, (unsigned char)*line->at);
}

static bool is_plain(char character)
{
    return (unsigned char)character >= 0x20 && character != '"' && character != '\\' && character != 0x7f;
}

/* Only a string with an escape is copied. */
static bool read_escaped_string(struct vsim_trace_line *line, const char *first, struct vsim_bytes *bytes)
{
    size_t length_bytes = (size_t)(line->at - first);
    char *room = vsim_trace_room(line);

    memcpy(room, first, length_bytes);
    while (*line->at != '"') {
        if (is_plain(*line->at))
            room[length_bytes++] = *line->at++;
        else if (*line->at != '\\')
            return fail_string(line);
        else if (!read_escape(line, &room[length_bytes++]))
            return false;
    }
    line->at++;
    *bytes = vsim_trace_keep(line, length_bytes);
    return true;
}

static bool read_string(struct vsim_trace_line *line, struct vsim_bytes *bytes)
{
    const char *first = line->at + 1;

    if (*line->at != '"')
        return vsim_trace_fail_expected(line, "a string in double quotes");
    line->at = first;
    while (is_plain(*line->at))
        line->at++;
    if (*line->at == '\\')
        return read_escaped_string(line, first, bytes);
    if (*line->at != '"')
        return fail_string(line);
    *bytes = (struct vsim_bytes){first, (uint32_t)(line->at - first)};
    line->at++;
    return true;
}

bool vsim_trace_read_octets(struct vsim_trace_line *line, size_t most_bytes, struct vsim_bytes *bytes)
{
    const char *start = line->at;
    char *room = vsim_trace_room(line);
    size_t length_bytes = 0;

    if (line->at[0] != 'x' || line->at[1] != '"')
        return vsim_trace_fail_expected(line, "bytes such as x\"00ff\"");
    for (line->at += 2; *line->at != '"'; line->at += 2) {
        if (hex_digit(line->at[0]) < 0 || hex_digit(line->at[1]) < 0)
            return vsim_trace_fail_expected(line, "two hexadecimal digits for each byte, then `\"`");
        room[length_bytes++] = (char)(hex_digit(line->at[0]) << 4 | hex_digit(line->at[1]));
    }
    line->at++;
    if (length_bytes > most_bytes)
        return vsim_trace_fail_at(line, start, "%zu bytes here, expected at most %zu", length_bytes,
                                  most_bytes);
    *bytes = vsim_trace_keep(line, length_bytes);
    return true;
}

bool vsim_trace_read_value(struct vsim_trace_line *line, const struct vsim_trace_field *field,
                           const char *base_letters, struct vsim_trace_value *value)
{
    *value = (struct vsim_trace_value){0};
    switch (field->spelling) {
    case VSIM_SPELLING_ARGSZ:
    case VSIM_SPELLING_BYTES_SIZE:
        return scan_number(line, NUMBER_WITH_UNIT, field->most, field->row->name, &value->number);
    case VSIM_SPELLING_HEX:
    case VSIM_SPELLING_DEC:
        return scan_number(line, PLAIN_NUMBER, field->most, field->row->name, &value->number);
    case VSIM_SPELLING_ADDRESS:
        return vsim_trace_read_address(line, base_letters, &value->number, &value->base);
    case VSIM_SPELLING_FLAGS:
    case VSIM_SPELLING_BITS:
        return read_bits(line, field, &value->number);
    case VSIM_SPELLING_ONEOF:
        return read_one_of(line, field, &value->number);
    case VSIM_SPELLING_HANDLE:
        return read_handle_field(line, field, value);
    case VSIM_SPELLING_TEXT:
        return read_string(line, &value->bytes);
    case VSIM_SPELLING_OCTETS:
        return vsim_trace_read_octets(line, VSIM_TRACE_MOST_LINE_BYTES, &value->bytes);
    }
    g_assert_not_reached();
}
