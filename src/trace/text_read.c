// SPDX-License-Identifier: MIT
/* The grammar of a line. Nothing here knows an op: its row says how its arguments stand in text. */
#include "text_line.h"

/* The end of the next line, which a newline follows; NULL with an error set when the line is too long. */
static const char *find_line_end(struct vsim_trace_reader *reader, struct vsim_trace_line *line)
{
    const size_t left = reader->length_bytes - (size_t)(reader->at - reader->bytes);
    const size_t most = MIN(left, VSIM_TRACE_MOST_LINE_BYTES + 1);
    const char *end = memchr(line->start, '\n', most);
    char *copy;

    if (end) {
        reader->at = end + 1;
        return end;
    }
    if (left > VSIM_TRACE_MOST_LINE_BYTES) {
        vsim_trace_fail_at(line, line->start + VSIM_TRACE_MOST_LINE_BYTES,
                           "the line goes on, expected its end after at most %u bytes",
                           VSIM_TRACE_MOST_LINE_BYTES);
        return NULL;
    }
    /* The file does not end in a newline, and what follows is not ours to read: finish the line in a copy. */
    copy = vsim_trace_room(line);
    memcpy(copy, line->start, left);
    copy[left] = '\n';
    vsim_trace_keep(line, left + 1);
    reader->at = reader->bytes + reader->length_bytes;
    line->start = line->at = copy;
    return copy + left;
}

/* Puts the next line under the scanner; END when there is none. */
static enum vsim_trace_step next_line(struct vsim_trace_reader *reader, struct vsim_trace_line *line,
                                      GError **error)
{
    const char *end;

    *line = (struct vsim_trace_line){reader, reader->at, reader->at, error};
    if (reader->at == reader->bytes + reader->length_bytes)
        return VSIM_TRACE_END;
    reader->scratch_used = 0;
    reader->line++;
    if (reader->line == UINT32_MAX) {
        vsim_trace_fail_at(line, line->start, "another line, expected at most %u", UINT32_MAX - 1);
        return VSIM_TRACE_ERROR;
    }
    end = find_line_end(reader, line);
    if (!end)
        return VSIM_TRACE_ERROR;
    reader->source = (struct vsim_bytes){line->start, (uint32_t)(end - line->start)};
    return VSIM_TRACE_EVENT;
}

bool vsim_trace_text_begin(struct vsim_trace_reader *reader, GError **error)
{
    struct vsim_trace_line line;
    const enum vsim_trace_step step = next_line(reader, &line, error);

    if (step == VSIM_TRACE_ERROR)
        return false;
    if (step == VSIM_TRACE_EVENT && reader->source.length_bytes == strlen(VSIM_TRACE_TEXT_HEADER) &&
        memcmp(reader->source.data, VSIM_TRACE_TEXT_HEADER, reader->source.length_bytes) == 0)
        return true;
    reader->line = 1;
    return vsim_trace_fail_at(&line, line.start, "this is no trace, expected the first line to be `%s`",
                              VSIM_TRACE_TEXT_HEADER);
}

static bool read_comment(struct vsim_trace_line *line, struct vsim_op *op)
{
    const struct vsim_trace_shape *shape = &line->reader->words->shapes[line->reader->words->comment];
    const struct vsim_bytes source = line->reader->source;
    const char *bad = memchr(source.data, '\r', source.length_bytes);

    if (!bad)
        bad = memchr(source.data, '\0', source.length_bytes);
    if (bad) {
        line->at = bad;
        return vsim_trace_fail_expected(line, "only text in a comment");
    }
    vsim_trace_start_op(op, shape, line->reader->line);
    op->text = source;
    op->given = shape->input_mask;
    return true;
}

static bool fail_field(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                       struct vsim_trace_token name)
{
    const uint32_t mask = shape->input_mask;
    g_autofree char *list = vsim_trace_list_fields(shape->fields, shape->row->n_fields, mask);

    line->at = name.data;
    if (name.length_bytes == 0)
        return vsim_trace_fail_expected(line, "a field of %s: %s", shape->spelling,
                                        *list ? list : "it has none");
    if (mask == 0)
        return vsim_trace_fail_at(line, name.data, "unknown field `%.*s` of %s, expected none",
                                  (int)MIN(name.length_bytes, 60), name.data, shape->spelling);
    return vsim_trace_fail_at(line, name.data, "unknown field `%.*s` of %s, expected one of %s",
                              (int)MIN(name.length_bytes, 60), name.data, shape->spelling, list);
}

static bool fail_answer(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                        struct vsim_trace_token name)
{
    return vsim_trace_fail_at(line, name.data, "`%.*s` is what %s answers, expected it behind `=`",
                              (int)name.length_bytes, name.data, shape->spelling);
}

static void store_value(struct vsim_op *op, unsigned i, const struct vsim_trace_shape *shape,
                        const struct vsim_trace_value *value)
{
    op->given |= UINT32_C(1) << i;
    op->value[i] = value->number;
    op->base[i] = value->base;
    if ((int)i == shape->bytes_field)
        op->text = value->bytes;
}

/* `name=value`. */
static bool read_field(struct vsim_trace_line *line, const struct vsim_trace_shape *shape, struct vsim_op *op,
                       unsigned *hint)
{
    const struct vsim_trace_token name = vsim_trace_take_word(line);
    const int i = vsim_trace_find_field(shape->fields, shape->row->n_fields, *hint, name);
    struct vsim_trace_value value;

    if (i < 0 || shape->fields[i].row->direction == VSIM_DIRECTION_VALUE)
        return fail_field(line, shape, name);
    if (!(shape->input_mask & UINT32_C(1) << i))
        return fail_answer(line, shape, name);
    if (op->given & UINT32_C(1) << i)
        return vsim_trace_fail_at(line, name.data, "`%s` stands here twice, expected it once",
                                  shape->fields[i].row->name);
    if (!vsim_trace_expect(line, '=', "a field") ||
        !vsim_trace_read_value(line, &shape->fields[i], VSIM_TRACE_REGION_LETTERS, &value))
        return false;
    store_value(op, (unsigned)i, shape, &value);
    *hint = (unsigned)i + 1;
    return true;
}

/* `raw[20]=x"aabb"`. */
static bool read_raw(struct vsim_trace_line *line, struct vsim_op *op)
{
    const char *start = line->at;
    struct vsim_raw *raw = &op->raw[op->n_raw];
    uint64_t offset;

    if (op->n_raw == VSIM_MAX_RAW)
        return vsim_trace_fail_expected(line, "at most %d runs of raw bytes", VSIM_MAX_RAW);
    line->at += strlen("raw");
    if (!vsim_trace_expect(line, '[', "raw") ||
        !vsim_trace_read_number(line, VSIM_TRACE_MOST_ARGUMENT_BYTES, "an offset", &offset) ||
        !vsim_trace_expect(line, ']', "an offset") || !vsim_trace_expect(line, '=', "raw[...]") ||
        !vsim_trace_read_octets(line, VSIM_TRACE_MOST_ARGUMENT_BYTES, &raw->bytes))
        return false;
    if (offset + raw->bytes.length_bytes > VSIM_TRACE_MOST_ARGUMENT_BYTES)
        return vsim_trace_fail_at(line, start,
                                  "the raw bytes go too far, expected them to end within %u bytes",
                                  VSIM_TRACE_MOST_ARGUMENT_BYTES);
    raw->offset_bytes = (uint32_t)offset;
    op->n_raw++;
    return true;
}

static bool stands_raw(const struct vsim_trace_line *line)
{
    return vsim_trace_token_is(vsim_trace_peek_word(line), "raw");
}

/* `{...}`, behind its brace. */
static bool read_structure(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                           struct vsim_op *op)
{
    unsigned hint = 0;

    if (vsim_trace_take(line, '}'))
        return true;
    do {
        if (stands_raw(line) ? !read_raw(line, op) : !read_field(line, shape, op, &hint))
            return false;
    } while (vsim_trace_take(line, ','));
    return vsim_trace_take(line, '}') || vsim_trace_fail_expected(line, "`,` or `}` after a field");
}

/* `@m0+0x10{...}`, `@0x10` or `{...}`. */
static bool read_memory(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                        struct vsim_op *op)
{
    if (vsim_trace_take(line, '{'))
        return read_structure(line, shape, op);
    if (!vsim_trace_take(line, '@'))
        return vsim_trace_fail_expected(line, "the argument: `{`, or `@` and an address");
    if (!vsim_trace_read_address(line, VSIM_TRACE_REGION_LETTERS, &op->argument_address, &op->argument_base))
        return false;
    op->argument = VSIM_ARGUMENT_BARE;
    if (!vsim_trace_take(line, '{'))
        return true;
    op->argument = VSIM_ARGUMENT_PLACED;
    return read_structure(line, shape, op);
}

static bool read_argument(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                          struct vsim_op *op)
{
    struct vsim_trace_value value;

    if (!vsim_trace_take(line, ',')) {
        if (shape->style != VSIM_TRACE_STYLE_STRUCTURE || shape->row->n_fields == 0)
            return true;
        return vsim_trace_fail_expected(line, "`,` and the argument of %s", shape->spelling);
    }
    if (shape->style != VSIM_TRACE_STYLE_VALUE)
        return read_memory(line, shape, op);
    if (!vsim_trace_read_value(line, &shape->fields[0], VSIM_TRACE_REGION_LETTERS, &value))
        return false;
    store_value(op, 0, shape, &value);
    return true;
}

/* The name of an ioctl, or its number. */
static bool read_request(struct vsim_trace_line *line, const struct vsim_trace_shape **shape,
                         uint64_t *request)
{
    const struct vsim_trace_vocabulary *words = line->reader->words;
    const struct vsim_trace_token name = vsim_trace_peek_word(line);
    const uint64_t id = vsim_trace_find_word(&words->labels, name.data, name.length_bytes);

    *request = 0;
    *shape = &words->shapes[id];
    if (g_ascii_isdigit(*line->at)) {
        *shape = &words->shapes[words->by_number];
        return vsim_trace_read_number(line, (*shape)->fields[0].most, "an ioctl", request);
    }
    if (id == 0 || (*shape)->row->kind != VSIM_KIND_IOCTL || (*shape)->style == VSIM_TRACE_STYLE_NUMBER)
        return vsim_trace_fail_expected(line, "the name of an ioctl, or its number such as 0x3b71");
    line->at += name.length_bytes;
    return true;
}

/* `ioctl(c0, NAME, argument)`, behind `ioctl`. */
static bool read_ioctl(struct vsim_trace_line *line, struct vsim_op *op,
                       const struct vsim_trace_shape **shape)
{
    vsim_handle target;
    uint64_t request;

    if (!vsim_trace_expect(line, '(', "ioctl") ||
        !vsim_trace_read_handle(line, VSIM_TRACE_FD_LETTERS, &target) ||
        !vsim_trace_expect(line, ',', "the descriptor of an ioctl") || !read_request(line, shape, &request))
        return false;
    vsim_trace_start_op(op, *shape, line->reader->line);
    op->target = target;
    if ((*shape)->style == VSIM_TRACE_STYLE_NUMBER) {
        op->value[0] = request;
        op->given = 1;
    }
    return read_argument(line, *shape, op) && vsim_trace_expect(line, ')', "the argument of an ioctl");
}

/* `(field=value, ...)`. */
static bool read_list(struct vsim_trace_line *line, const struct vsim_trace_shape *shape, struct vsim_op *op)
{
    unsigned hint = 0;

    if (!vsim_trace_expect(line, '(', shape->spelling))
        return false;
    if (vsim_trace_take(line, ')'))
        return true;
    do {
        if (!read_field(line, shape, op, &hint))
            return false;
    } while (vsim_trace_take(line, ','));
    return vsim_trace_take(line, ')') || vsim_trace_fail_expected(line, "`,` or `)` after a field");
}

/* ` field=value field=value`. */
static bool read_words(struct vsim_trace_line *line, const struct vsim_trace_shape *shape, struct vsim_op *op)
{
    unsigned hint = 0;

    vsim_trace_skip_blanks(line);
    while (vsim_trace_in_word[(unsigned char)*line->at]) {
        if (!read_field(line, shape, op, &hint))
            return false;
        vsim_trace_skip_blanks(line);
    }
    return true;
}

/* The name of a device's event has two words, `dma write`; the scanner moves behind the second. */
static uint64_t take_second_word(struct vsim_trace_line *line, struct vsim_trace_token first)
{
    const char *start = line->at;
    struct vsim_trace_token second;
    char name[64];
    uint64_t id = 0;

    line->at += first.length_bytes;
    vsim_trace_skip_blanks(line);
    second = vsim_trace_take_word(line);
    if (first.length_bytes + second.length_bytes < sizeof name) {
        memcpy(name, first.data, first.length_bytes);
        name[first.length_bytes] = ' ';
        memcpy(name + first.length_bytes + 1, second.data, second.length_bytes);
        id = vsim_trace_find_word(&line->reader->words->labels, name,
                                  first.length_bytes + 1 + second.length_bytes);
    }
    if (id == 0)
        line->at = start;
    return id;
}

static const struct vsim_trace_shape *take_event(struct vsim_trace_line *line)
{
    const struct vsim_trace_vocabulary *words = line->reader->words;
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    uint64_t id = vsim_trace_find_word(&words->labels, word.data, word.length_bytes);

    if (id == 0)
        id = take_second_word(line, word);
    else if (words->shapes[id].row->kind == VSIM_KIND_EVENT)
        line->at += word.length_bytes;
    if (id == 0 || words->shapes[id].style == VSIM_TRACE_STYLE_LINE) {
        line->at = word.data;
        vsim_trace_fail_expected(line, "the name of an event, such as mmap or ioctl");
        return NULL;
    }
    if (words->shapes[id].row->kind == VSIM_KIND_IOCTL) {
        vsim_trace_fail_expected(line, "ioctl(c0, %s, ...)", words->shapes[id].spelling);
        return NULL;
    }
    return &words->shapes[id];
}

static bool read_event(struct vsim_trace_line *line, struct vsim_op *op,
                       const struct vsim_trace_shape **shape)
{
    *shape = take_event(line);
    if (!*shape)
        return false;
    vsim_trace_start_op(op, *shape, line->reader->line);
    if ((*shape)->style == VSIM_TRACE_STYLE_WORDS)
        return read_words(line, *shape, op);
    return read_list(line, *shape, op);
}

static bool read_subject(struct vsim_trace_line *line, vsim_handle *subject)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);

    *subject = 0;
    if (vsim_trace_token_is(word, "world"))
        line->at += word.length_bytes;
    else if (word.length_bytes < 2 || !strchr("pd", word.data[0]) || !g_ascii_isdigit(word.data[1]))
        return vsim_trace_fail_expected(line,
                                        "who does it: world, a process such as p1, or a device such as d0");
    else if (!vsim_trace_read_handle(line, "pd", subject))
        return false;
    return vsim_trace_expect(line, ':', "who does it");
}

/* `handle = `, if it stands there: only a handle has `=` behind it, but for a device, which defines nothing.
 */
static bool read_binding(struct vsim_trace_line *line, vsim_handle subject, vsim_handle *binds,
                         const char **where)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    const char *behind = word.data + word.length_bytes;

    *binds = 0;
    *where = line->at;
    while (*behind == ' ' || *behind == '\t')
        behind++;
    if (word.length_bytes == 0 || *behind != '=' || vsim_handle_letter(subject) == 'd')
        return true;
    return vsim_trace_read_handle(line, "indpcgvfxm", binds) && vsim_trace_expect(line, '=', "a handle");
}

static bool check_subject(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                          vsim_handle subject)
{
    if (vsim_handle_letter(subject) == shape->subject_letter)
        return true;
    line->at = line->start;
    vsim_trace_skip_blanks(line);
    switch (shape->subject_letter) {
    case 'p':
        return vsim_trace_fail_expected(line, "a process such as p1 to do %s", shape->spelling);
    case 'd':
        return vsim_trace_fail_expected(line, "a device such as d0 to do %s", shape->spelling);
    default:
        return vsim_trace_fail_expected(line, "world before %s", shape->spelling);
    }
}

static bool check_binding(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                          vsim_handle binds, const char *where)
{
    const char *letters = vsim_spec_letters(shape->row->binds);

    if (binds ? vsim_trace_has_letter(binds, shape->binds_mask) : !shape->must_bind)
        return true;
    line->at = where;
    if (!*letters)
        return vsim_trace_fail_expected(line, "%s without a handle, since it defines none", shape->spelling);
    return vsim_trace_fail_expected(line, "a handle of %s%s and a number, then `=` and %s",
                                    letters[1] ? "any of " : "", letters, shape->spelling);
}

static bool read_line(struct vsim_trace_line *line, struct vsim_op *op)
{
    const struct vsim_trace_shape *shape;
    const char *where;
    vsim_handle subject, binds;
    bool done;

    if (!read_subject(line, &subject) || !read_binding(line, subject, &binds, &where))
        return false;
    if (vsim_trace_token_is(vsim_trace_peek_word(line), "ioctl")) {
        line->at += strlen("ioctl");
        done = read_ioctl(line, op, &shape);
    } else {
        done = read_event(line, op, &shape);
    }
    if (!done)
        return false;
    op->subject = subject;
    op->binds = binds;
    if (vsim_trace_take(line, '=')) {
        if (!vsim_trace_read_outcomes(line, shape, &op->n_expected))
            return false;
        op->expected = line->reader->expected;
    }
    vsim_trace_skip_blanks(line);
    if (*line->at != '\n')
        return vsim_trace_fail_expected(line, op->n_expected ? "the end of the line"
                                                             : "`=`, or the end of the line");
    return check_subject(line, shape, subject) && check_binding(line, shape, binds, where);
}

enum vsim_trace_step vsim_trace_text_next(struct vsim_trace_reader *reader, struct vsim_op *op,
                                          GError **error)
{
    struct vsim_trace_line line;
    const enum vsim_trace_step step = next_line(reader, &line, error);
    bool done;

    if (step != VSIM_TRACE_EVENT)
        return step;
    vsim_trace_skip_blanks(&line);
    if (*line.at == '#' || *line.at == '\n') {
        line.at = line.start;
        done = read_comment(&line, op);
    } else {
        done = read_line(&line, op);
    }
    return done ? VSIM_TRACE_EVENT : VSIM_TRACE_ERROR;
}
