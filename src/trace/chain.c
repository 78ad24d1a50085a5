// SPDX-License-Identifier: MIT
#include "chain.h"
#include "format.h"
#include "text_line.h"

/* A chain being read from text: bytes in the reader's scratch, up to `length_bytes`. */
struct chain {
    char *bytes;
    uint32_t length_bytes;
    uint32_t offset_bytes;   /* Of the first byte, in the argument. */
    uint32_t previous_start; /* Of the capability that links to the next one. */
};

static const struct vsim_trace_capability *find_by_id(uint64_t id)
{
    for (const struct vsim_trace_capability *row = vsim_trace_vocabulary()->capabilities; row->row; row++)
        if (row->row->id == id)
            return row->is_whole ? row : NULL;
    return NULL;
}

/* The number of elements, which the first field of a capability with elements counts. */
static uint64_t count_elements(const struct vsim_trace_capability *capability, const char *data)
{
    if (capability->row->element_bytes == 0 || capability->n_fields == 0)
        return 0;
    return vsim_trace_load(data + capability->fields[0].row->offset_bytes,
                           capability->fields[0].row->size_bytes);
}

static void format_element(GString *out, const char *data, uint32_t element_bytes)
{
    for (uint32_t at = 0; at + 8 <= element_bytes; at += 8) {
        if (at > 0)
            g_string_append(out, "..");
        vsim_trace_format_hex(out, vsim_trace_load(data + at, 8));
    }
}

static void format_fields(GString *out, const struct vsim_trace_capability *capability, const char *data,
                          bool first)
{
    for (unsigned i = 0; i < capability->n_fields; i++) {
        const struct vsim_trace_field *field = &capability->fields[i];
        const struct vsim_trace_value value = {
            .number = vsim_trace_load(data + field->row->offset_bytes, field->row->size_bytes)};

        if (value.number == 0)
            continue;
        if (!first)
            g_string_append(out, ", ");
        first = false;
        vsim_trace_format_field(out, field, &value);
    }
    for (uint64_t i = 0; i < count_elements(capability, data); i++) {
        const uint32_t element_bytes = capability->row->element_bytes;

        if (!first)
            g_string_append(out, ", ");
        first = false;
        format_element(out, data + capability->row->header_bytes + i * element_bytes, element_bytes);
    }
}

static bool is_zero(const char *data, uint32_t length_bytes)
{
    for (uint32_t i = 0; i < length_bytes; i++)
        if (data[i] != 0)
            return false;
    return true;
}

/* One capability at `*at`, which moves to the next, or to the end of the bytes behind the last. */
static bool format_capability(GString *out, uint32_t offset_bytes, struct vsim_bytes bytes, uint32_t *at,
                              bool placed)
{
    const char *data = bytes.data + *at;
    const uint32_t left = bytes.length_bytes - *at;
    const struct vsim_trace_capability *capability;
    uint64_t length, next;

    if (left < VSIM_TRACE_CAPABILITY_HEADER_BYTES ||
        vsim_trace_load(data + 2, 2) != VSIM_TRACE_CAPABILITY_VERSION)
        return false;
    capability = find_by_id(vsim_trace_load(data, 2));
    if (!capability || capability->row->header_bytes > left)
        return false;
    length =
        capability->row->header_bytes + count_elements(capability, data) * capability->row->element_bytes;
    next = vsim_trace_load(data + 4, 4);
    if (length > left || (next == 0 && length != left))
        return false;
    if (next != 0 && (next < offset_bytes + *at + length || next - offset_bytes >= bytes.length_bytes ||
                      !is_zero(data + length, (uint32_t)(next - offset_bytes - *at - length))))
        return false;
    g_string_append_printf(out, "%s{", capability->row->name);
    if (placed)
        g_string_append_printf(out, "at=%u", offset_bytes + *at);
    format_fields(out, capability, data, !placed);
    g_string_append_c(out, '}');
    *at = next == 0 ? bytes.length_bytes : (uint32_t)next - offset_bytes;
    return true;
}

bool vsim_trace_format_chain(GString *out, uint32_t offset_bytes, struct vsim_bytes bytes)
{
    const gsize before = out->len;
    uint32_t at = 0;
    uint32_t direct = 0; /* Where the next capability is without `at`. */

    g_string_append_c(out, '[');
    while (at < bytes.length_bytes) {
        const char *data = bytes.data + at;
        const uint32_t start = at;

        if (start > 0)
            g_string_append(out, ", ");
        if (!format_capability(out, offset_bytes, bytes, &at, start != direct)) {
            g_string_truncate(out, before);
            return false;
        }
        const struct vsim_trace_capability *capability = find_by_id(vsim_trace_load(data, 2));
        direct = start + capability->row->header_bytes +
                 (uint32_t)count_elements(capability, data) * capability->row->element_bytes;
    }
    g_string_append_c(out, ']');
    return true;
}

/* Makes the chain `length_bytes` longer, with zeros. */
static bool grow(struct vsim_trace_line *line, struct chain *chain, uint64_t length_bytes)
{
    if (length_bytes > VSIM_TRACE_MOST_ARGUMENT_BYTES - chain->length_bytes)
        return vsim_trace_fail_at(line, line->at,
                                  "the capabilities end here, expected at most %u bytes of them",
                                  VSIM_TRACE_MOST_ARGUMENT_BYTES);
    memset(chain->bytes + chain->length_bytes, 0, length_bytes);
    chain->length_bytes += (uint32_t)length_bytes;
    return true;
}

static bool read_place(struct vsim_trace_line *line, struct chain *chain)
{
    const char *start = line->at;
    uint64_t place;

    if (!vsim_trace_expect(line, '=', "at"))
        return false;
    if (!vsim_trace_read_number(line, UINT32_MAX, "at", &place))
        return false;
    if (place < chain->offset_bytes + chain->length_bytes)
        return vsim_trace_fail_at(line, start, "the place is taken, expected at least %u",
                                  chain->offset_bytes + chain->length_bytes);
    return grow(line, chain, place - chain->offset_bytes - chain->length_bytes);
}

static bool read_element(struct vsim_trace_line *line, struct chain *chain, uint32_t element_bytes)
{
    const uint32_t start = chain->length_bytes;
    uint64_t word;

    if (!grow(line, chain, element_bytes))
        return false;
    for (uint32_t at = 0; at + 8 <= element_bytes; at += 8) {
        if (at > 0) {
            if (line->at[0] != '.' || line->at[1] != '.')
                return vsim_trace_fail_expected(line, "`..` and the last address of the range");
            line->at += 2;
        }
        if (!vsim_trace_read_number(line, UINT64_MAX, "an address", &word))
            return false;
        vsim_trace_store(chain->bytes + start + at, 8, word);
    }
    return true;
}

static bool read_capability_field(struct vsim_trace_line *line, struct chain *chain, uint32_t start,
                                  const struct vsim_trace_capability *capability, uint32_t *given)
{
    const char *where = line->at;
    const struct vsim_trace_token name = vsim_trace_take_word(line);
    const int i = vsim_trace_find_field(capability->fields, capability->n_fields, 0, name);
    struct vsim_trace_value value;

    if (i < 0) {
        g_autofree char *list = vsim_trace_list_fields(capability->fields, capability->n_fields, UINT32_MAX);

        line->at = where;
        return vsim_trace_fail_expected(line, "for %s one of at, %s%s", capability->row->name, list,
                                        capability->row->element_bytes ? ", a range" : "");
    }
    if (*given & UINT32_C(1) << i)
        return vsim_trace_fail_at(line, where, "`%s` stands here twice, expected it once",
                                  capability->fields[i].row->name);
    *given |= UINT32_C(1) << i;
    if (!vsim_trace_expect(line, '=', "a field") ||
        !vsim_trace_read_value(line, &capability->fields[i], "", &value))
        return false;
    vsim_trace_store(chain->bytes + start + capability->fields[i].row->offset_bytes,
                     capability->fields[i].row->size_bytes, value.number);
    return true;
}

/* Fields, then elements: an element makes the chain longer, and begins with a digit. */
static bool read_members(struct vsim_trace_line *line, struct chain *chain, uint32_t start,
                         const struct vsim_trace_capability *capability)
{
    const uint32_t element_bytes = capability->row->element_bytes;
    uint32_t given = 0, n_elements = 0;

    while (!vsim_trace_take(line, '}')) {
        if ((given || n_elements) && !vsim_trace_expect(line, ',', "a field"))
            return false;
        if (element_bytes > 0 && g_ascii_isdigit(*line->at)) {
            if (!read_element(line, chain, element_bytes))
                return false;
            n_elements++;
        } else if (!read_capability_field(line, chain, start, capability, &given)) {
            return false;
        }
    }
    if (n_elements > 0 && !(given & 1))
        vsim_trace_store(chain->bytes + start + capability->fields[0].row->offset_bytes,
                         capability->fields[0].row->size_bytes, n_elements);
    return true;
}

static bool begin_capability(struct vsim_trace_line *line, struct chain *chain,
                             const struct vsim_trace_capability *capability, uint32_t *start)
{
    if (line->at[0] == 'a' && line->at[1] == 't' && !vsim_trace_in_word[(unsigned char)line->at[2]]) {
        line->at += 2;
        if (!read_place(line, chain))
            return false;
        if (*line->at != '}' && !vsim_trace_expect(line, ',', "at"))
            return false;
    }
    *start = chain->length_bytes;
    if (!grow(line, chain, capability->row->header_bytes))
        return false;
    vsim_trace_store(chain->bytes + *start, 2, capability->row->id);
    vsim_trace_store(chain->bytes + *start + 2, 2, VSIM_TRACE_CAPABILITY_VERSION);
    return true;
}

static const struct vsim_trace_capability *take_capability(struct vsim_trace_line *line)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    const struct vsim_trace_capability *rows = line->reader->words->capabilities;
    g_autoptr(GString) list = NULL;

    for (const struct vsim_trace_capability *row = rows; row->row; row++)
        if (vsim_trace_token_is(word, row->row->name)) {
            line->at += word.length_bytes;
            return row;
        }
    list = g_string_new(NULL);
    for (const struct vsim_trace_capability *row = rows; row->row; row++)
        g_string_append_printf(list, "%s%s", list->len ? ", " : "", row->row->name);
    vsim_trace_fail_expected(line, "a capability: one of %s", list->str);
    return NULL;
}

static bool read_capability(struct vsim_trace_line *line, struct chain *chain)
{
    const struct vsim_trace_capability *capability = take_capability(line);
    const bool is_first = chain->length_bytes == 0;
    uint32_t start;

    if (!capability || !vsim_trace_expect(line, '{', "the name of a capability") ||
        !begin_capability(line, chain, capability, &start))
        return false;
    if (!is_first)
        vsim_trace_store(chain->bytes + chain->previous_start + 4, 4, chain->offset_bytes + start);
    chain->previous_start = start;
    return read_members(line, chain, start, capability);
}

bool vsim_trace_read_chain(struct vsim_trace_line *line, uint32_t offset_bytes, struct vsim_bytes *bytes)
{
    struct chain chain = {.bytes = vsim_trace_room(line), .offset_bytes = offset_bytes};

    if (*line->at == 'x')
        return vsim_trace_read_octets(line, VSIM_TRACE_MOST_ARGUMENT_BYTES, bytes);
    if (!vsim_trace_take(line, '['))
        return vsim_trace_fail_expected(line, "`[` and capabilities, or bytes such as x\"00ff\"");
    while (!vsim_trace_take(line, ']')) {
        if (chain.length_bytes > 0 && !vsim_trace_expect(line, ',', "a capability"))
            return false;
        if (!read_capability(line, &chain))
            return false;
    }
    *bytes = vsim_trace_keep(line, chain.length_bytes);
    return true;
}
