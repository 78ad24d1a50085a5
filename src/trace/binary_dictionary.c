// SPDX-License-Identifier: MIT
#include "binary_dictionary.h"
#include "binary.h"

/* A word up to a blank or the end of the line; the scan stops at `end` at the latest. */
static struct vsim_bytes take_word(const char **at, const char *end)
{
    const char *first = *at;

    while (*at < end && (unsigned char)**at > ' ')
        (*at)++;
    return (struct vsim_bytes){first, (uint32_t)(*at - first)};
}

static bool is_name(struct vsim_bytes word, const char *name)
{
    return strlen(name) == word.length_bytes && memcmp(name, word.data, word.length_bytes) == 0;
}

static const struct vsim_trace_shape *find_shape(struct vsim_bytes label)
{
    const struct vsim_trace_vocabulary *words = vsim_trace_vocabulary();

    for (unsigned id = 1; id < VSIM_N_OPS; id++)
        if (words->shapes[id].style != VSIM_TRACE_STYLE_NOT_A_LINE &&
            is_name(label, words->shapes[id].row->label))
            return &words->shapes[id];
    return NULL;
}

static void map_field(struct vsim_trace_code *code, struct vsim_bytes name, unsigned encoding)
{
    for (unsigned i = 0; code->shape && i < code->shape->row->n_fields; i++) {
        const struct vsim_trace_field *ours = &code->shape->fields[i];

        if (!is_name(name, ours->row->name) || ours->encoding != encoding)
            continue;
        code->fields[code->n_fields] = (struct vsim_trace_code_field){
            .mask = UINT32_C(1) << i,
            .index = (uint8_t)i,
            .encoding = (uint8_t)encoding,
            .most = ours->most,
            .field = ours,
        };
    }
    code->n_fields++;
}

/* `name:e`, where e says how the file holds it. */
static bool read_field(struct vsim_trace_code *code, struct vsim_bytes word)
{
    const char *encoding;

    if (code->n_fields == VSIM_TRACE_MOST_CODE_FIELDS || word.length_bytes < 3 ||
        word.data[word.length_bytes - 2] != ':')
        return false;
    encoding = strchr(VSIM_TRACE_ENCODINGS, word.data[word.length_bytes - 1]);
    if (!encoding || *encoding == '\0')
        return false;
    map_field(code, (struct vsim_bytes){word.data, word.length_bytes - 2},
              (unsigned)(encoding - VSIM_TRACE_ENCODINGS));
    return true;
}

static bool read_dialects(struct vsim_trace_dictionary *dictionary, const char **at, const char *end)
{
    const struct vsim_trace_shape *shape = &vsim_trace_vocabulary()->shapes[VSIM_OP_DIALECT];
    const struct vsim_trace_field *field = &shape->fields[VSIM_FIELD_DIALECT_name];

    while (*at < end && **at == ' ') {
        struct vsim_trace_name *dialect = &dictionary->dialects[dictionary->n_dialects];
        struct vsim_bytes word;

        (*at)++;
        word = take_word(at, end);
        if (word.length_bytes == 0 || dictionary->n_dialects++ == VSIM_TRACE_MOST_DIALECTS - 1)
            return false;
        *dialect = (struct vsim_trace_name){word.data, word.length_bytes, UINT64_MAX};
        for (unsigned i = 0; i < field->n_names; i++)
            if (is_name(word, field->names[i].name))
                dialect->value = field->names[i].value;
    }
    return true;
}

static bool read_op(struct vsim_trace_dictionary *dictionary, struct vsim_bytes label, const char **at,
                    const char *end)
{
    struct vsim_trace_code *code = &dictionary->codes[dictionary->n_codes];

    if (label.length_bytes == 0 || dictionary->n_codes++ == VSIM_TRACE_MOST_CODES - 1)
        return false;
    code->label = label;
    code->shape = find_shape(label);
    while (*at < end && **at == ' ') {
        (*at)++;
        if (!read_field(code, take_word(at, end)))
            return false;
    }
    return true;
}

static bool read_lines(struct vsim_trace_dictionary *dictionary, struct vsim_bytes payload)
{
    const char *at = payload.data;
    const char *end = payload.data + payload.length_bytes;

    while (at < end && *at != '\0') {
        const struct vsim_bytes label = take_word(&at, end);
        const bool done = is_name(label, VSIM_TRACE_DIALECTS_LABEL) ? read_dialects(dictionary, &at, end)
                                                                    : read_op(dictionary, label, &at, end);

        if (!done || at == end || *at != '\n')
            return false;
        at++;
    }
    return true;
}

struct vsim_trace_dictionary *vsim_trace_dictionary_read(struct vsim_bytes payload, const char **why)
{
    struct vsim_trace_dictionary *dictionary = g_new0(struct vsim_trace_dictionary, 1);
    unsigned n_lines = 0;

    for (uint32_t i = 0; i < payload.length_bytes; i++)
        n_lines += payload.data[i] == '\n';
    dictionary->codes = g_new0(struct vsim_trace_code, MIN(n_lines + 1, VSIM_TRACE_MOST_CODES));
    if (read_lines(dictionary, payload))
        return dictionary;
    *why = "the dictionary is broken, expected lines of `label field:encoding ...`";
    vsim_trace_dictionary_free(dictionary);
    return NULL;
}

void vsim_trace_dictionary_free(struct vsim_trace_dictionary *dictionary)
{
    g_free(dictionary->codes);
    g_free(dictionary);
}
