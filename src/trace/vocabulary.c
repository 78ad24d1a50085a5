// SPDX-License-Identifier: MIT
#include "vocabulary.h"

#include <glib.h>

static struct vsim_trace_vocabulary vocabulary;

struct names {
    unsigned n;
    struct vsim_trace_name *names;
};

static uint32_t slot_of(const char *data, size_t length_bytes)
{
    uint32_t hash = (uint32_t)length_bytes;

    for (size_t i = 0; i < length_bytes; i++)
        hash = (hash ^ (unsigned char)data[i]) * UINT32_C(0x01000193);
    return (hash ^ hash >> 15) % VSIM_TRACE_N_SLOTS;
}

static void add_word(struct vsim_trace_words *words, const char *name, uint64_t value)
{
    const size_t length_bytes = strlen(name);
    uint32_t slot = slot_of(name, length_bytes);

    while (words->slots[slot].name)
        slot = (slot + 1) % VSIM_TRACE_N_SLOTS;
    words->slots[slot] = (struct vsim_trace_name){name, length_bytes, value};
}

uint64_t vsim_trace_find_word(const struct vsim_trace_words *words, const char *data, size_t length_bytes)
{
    uint32_t slot = slot_of(data, length_bytes);

    for (; words->slots[slot].name; slot = (slot + 1) % VSIM_TRACE_N_SLOTS) {
        const struct vsim_trace_name *word = &words->slots[slot];

        if (word->length_bytes == length_bytes && memcmp(word->name, data, length_bytes) == 0)
            return word->value;
    }
    return 0;
}

uint32_t vsim_trace_letter_mask(const char *letters)
{
    uint32_t mask = 0;

    for (; *letters; letters++)
        mask |= VSIM_TRACE_LETTER(*letters);
    return mask;
}

static struct names names_of_type(enum vsim_type_id type)
{
    struct names found = {0};

    for (const struct vsim_name_row *row = vsim_spec_names; row->name; row++)
        found.n += row->type == type;
    found.names = g_new0(struct vsim_trace_name, found.n + 1);
    found.n = 0;
    for (const struct vsim_name_row *row = vsim_spec_names; row->name; row++)
        if (row->type == type)
            found.names[found.n++] = (struct vsim_trace_name){row->name, strlen(row->name), row->value};
    return found;
}

static struct names names_of_flags(const struct vsim_flag_row *flags)
{
    struct names found = {0};

    while (flags[found.n].name)
        found.n++;
    found.names = g_new0(struct vsim_trace_name, found.n + 1);
    for (unsigned i = 0; i < found.n; i++)
        found.names[i] =
            (struct vsim_trace_name){flags[i].name, strlen(flags[i].name), UINT64_C(1) << flags[i].bit};
    return found;
}

static const char *letters_of_type(enum vsim_type_id type)
{
    switch (type) {
    case VSIM_TYPE_IOMMU_HANDLE:
        return vsim_spec_letters(VSIM_BINDS_IOMMU);
    case VSIM_TYPE_GROUP_HANDLE:
        return vsim_spec_letters(VSIM_BINDS_GROUP_NODE);
    case VSIM_TYPE_PROCESS_HANDLE:
        return vsim_spec_letters(VSIM_BINDS_PROCESS);
    default:
        return VSIM_TRACE_FD_LETTERS;
    }
}

static enum vsim_trace_encoding encoding_of(enum vsim_type_id type)
{
    if (type == VSIM_TYPE_DIALECT)
        return VSIM_TRACE_AS_DIALECT;
    switch (vsim_spec_spellings[type]) {
    case VSIM_SPELLING_ADDRESS:
        return VSIM_TRACE_AS_ADDRESS;
    case VSIM_SPELLING_HANDLE:
        return VSIM_TRACE_AS_HANDLE;
    case VSIM_SPELLING_TEXT:
    case VSIM_SPELLING_OCTETS:
        return VSIM_TRACE_AS_BYTES;
    default:
        return VSIM_TRACE_AS_NUMBER;
    }
}

static void fill_field(struct vsim_trace_field *field, const struct vsim_field_row *row,
                       const struct vsim_flag_row *flags)
{
    const unsigned n_bits = row->size_bytes * 8u;
    struct names names = names_of_type(row->type);

    if (row->type == VSIM_TYPE_FLAGS && flags) {
        g_free(names.names);
        names = names_of_flags(flags);
    }
    *field = (struct vsim_trace_field){
        .row = row,
        .name_length_bytes = strlen(row->name),
        .spelling = vsim_spec_spellings[row->type],
        .encoding = encoding_of(row->type),
        .most = n_bits == 0 || n_bits >= 64 ? UINT64_MAX : (UINT64_C(1) << n_bits) - 1,
        .letters = letters_of_type(row->type),
        .letter_mask = vsim_trace_letter_mask(letters_of_type(row->type)),
        .is_fd = row->type == VSIM_TYPE_HANDLE,
        .n_names = names.n,
        .names = names.names,
    };
}

static enum vsim_trace_style style_of(const struct vsim_op_row *row)
{
    if (row->kind == VSIM_KIND_EVENT) {
        if (row->subject == VSIM_SUBJECT_NOBODY)
            return VSIM_TRACE_STYLE_LINE;
        return row->subject == VSIM_SUBJECT_DEVICE ? VSIM_TRACE_STYLE_WORDS : VSIM_TRACE_STYLE_LIST;
    }
    if (row->kind != VSIM_KIND_IOCTL)
        return VSIM_TRACE_STYLE_NOT_A_LINE;
    if (row->number == 0)
        return VSIM_TRACE_STYLE_NUMBER;
    if (row->n_fields > 0 && row->fields[0].direction == VSIM_DIRECTION_VALUE)
        return VSIM_TRACE_STYLE_VALUE;
    return VSIM_TRACE_STYLE_STRUCTURE;
}

static char subject_letter_of(const struct vsim_op_row *row)
{
    switch (row->subject) {
    case VSIM_SUBJECT_PROCESS:
        return 'p';
    case VSIM_SUBJECT_DEVICE:
        return 'd';
    default:
        return '\0';
    }
}

static void fill_fields(struct vsim_trace_shape *shape)
{
    const struct vsim_op_row *row = shape->row;

    for (unsigned i = 0; i < row->n_fields; i++) {
        const enum vsim_direction direction = row->fields[i].direction;
        struct vsim_trace_field *field = &shape->fields[i];

        fill_field(field, &row->fields[i], row->flags);
        shape->defaults[i] = field->spelling == VSIM_SPELLING_ARGSZ ? row->minimum_bytes : row->defaults[i];
        /* What an ioctl answers stands in memory before, too; an event has no such memory. */
        if (row->kind == VSIM_KIND_IOCTL || (direction & VSIM_DIRECTION_IN))
            shape->input_mask |= UINT32_C(1) << i;
        if (field->encoding == VSIM_TRACE_AS_BYTES)
            shape->bytes_field = (int)i;
        else if (direction & VSIM_DIRECTION_OUT)
            shape->claim_mask |= UINT32_C(1) << i;
    }
}

static void fill_shape(enum vsim_op_id id)
{
    struct vsim_trace_shape *shape = &vocabulary.shapes[id];
    const struct vsim_op_row *row = &vsim_spec_ops[id];

    g_assert(row->n_fields <= VSIM_MAX_FIELDS);
    shape->row = row;
    shape->id = id;
    shape->style = style_of(row);
    shape->subject_letter = subject_letter_of(row);
    shape->spelling = g_strdup(row->label);
    shape->target_mask = row->kind == VSIM_KIND_IOCTL ? vsim_trace_letter_mask(VSIM_TRACE_FD_LETTERS) : 0;
    shape->binds_mask = vsim_trace_letter_mask(vsim_spec_letters(row->binds));
    shape->must_bind = row->subject == VSIM_SUBJECT_WORLD && shape->binds_mask;
    shape->bytes_field = -1;
    if (shape->style == VSIM_TRACE_STYLE_WORDS)
        g_strdelimit(shape->spelling, "_", ' ');
    if (shape->style == VSIM_TRACE_STYLE_NUMBER)
        vocabulary.by_number = id;
    if (shape->style == VSIM_TRACE_STYLE_LINE)
        vocabulary.comment = id;
    if (shape->style != VSIM_TRACE_STYLE_NOT_A_LINE)
        add_word(&vocabulary.labels, shape->spelling, id);
    fill_fields(shape);
}

static void fill_capability(struct vsim_trace_capability *capability, const struct vsim_capability_row *row)
{
    const struct vsim_field_row *fields = vsim_spec_capability_fields(row, &capability->n_fields);
    unsigned covered_bytes = 8;

    capability->row = row;
    capability->name_length_bytes = strlen(row->name);
    capability->fields = g_new0(struct vsim_trace_field, capability->n_fields + 1);
    for (unsigned i = 0; i < capability->n_fields; i++) {
        fill_field(&capability->fields[i], &fields[i], NULL);
        covered_bytes += fields[i].size_bytes;
    }
    capability->is_whole = covered_bytes == row->header_bytes;
}

static void fill_capabilities(void)
{
    unsigned n = 0;

    while (vsim_spec_capabilities[n].name)
        n++;
    vocabulary.capabilities = g_new0(struct vsim_trace_capability, n + 1);
    for (unsigned i = 0; i < n; i++)
        fill_capability(&vocabulary.capabilities[i], &vsim_spec_capabilities[i]);
}

static gpointer build(gpointer unused)
{
    (void)unused;
    for (unsigned id = 1; id < VSIM_N_OPS; id++)
        fill_shape((enum vsim_op_id)id);
    for (int error = 1; error < 4096; error++)
        if (vsim_spec_errno_name(error))
            add_word(&vocabulary.errnos, vsim_spec_errno_name(error), (uint64_t)error);
    fill_capabilities();
    return &vocabulary;
}

const struct vsim_trace_vocabulary *vsim_trace_vocabulary(void)
{
    static GOnce once = G_ONCE_INIT;

    return g_once(&once, build, NULL);
}

bool vsim_trace_is_comment(const char *data, size_t length_bytes)
{
    size_t i = 0;

    if (memchr(data, '\n', length_bytes) || memchr(data, '\r', length_bytes) ||
        memchr(data, '\0', length_bytes))
        return false;
    while (i < length_bytes && (data[i] == ' ' || data[i] == '\t'))
        i++;
    return i == length_bytes || data[i] == '#';
}
