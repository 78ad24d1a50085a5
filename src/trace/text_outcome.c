// SPDX-License-Identifier: MIT
/* What stands behind `=`: outcomes that a trace claims. */
#include "text_line.h"

#include <errno.h>

#define MOST_ERRNO 4095

static bool read_errno(struct vsim_trace_line *line, struct vsim_outcome *outcome)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    uint64_t number = vsim_trace_find_word(&line->reader->words->errnos, word.data, word.length_bytes);

    if (number == 0 && g_ascii_isdigit(*line->at)) {
        if (!vsim_trace_read_number(line, MOST_ERRNO, "an errno", &number))
            return false;
    } else {
        line->at += number ? word.length_bytes : 0;
    }
    if (number == 0)
        return vsim_trace_fail_expected(line, "an errno such as EINVAL after -1");
    outcome->error = (int)number;
    return true;
}

static bool read_failure(struct vsim_trace_line *line, struct vsim_outcome *outcome)
{
    if (!vsim_trace_token_is(vsim_trace_take_word(line), "-1")) {
        while (line->at[-1] != '-')
            line->at--;
        line->at--;
        return vsim_trace_fail_expected(line, "-1 and an errno");
    }
    vsim_trace_skip_blanks(line);
    outcome->value = -1;
    outcome->value_given = true;
    return read_errno(line, outcome);
}

/* `fault` and `off` are what a device sees of EFAULT and ENODEV. */
static bool read_device_word(struct vsim_trace_line *line, struct vsim_trace_token word,
                             struct vsim_outcome *outcome)
{
    if (vsim_trace_token_is(word, "fault"))
        outcome->error = EFAULT;
    else if (vsim_trace_token_is(word, "off"))
        outcome->error = ENODEV;
    else
        return vsim_trace_fail_expected(line, "ok, fault, off, or -1 and an errno");
    outcome->value = -1;
    outcome->value_given = true;
    line->at += word.length_bytes;
    return true;
}

static bool read_return(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                        struct vsim_outcome *outcome)
{
    const struct vsim_trace_token word = vsim_trace_peek_word(line);
    uint64_t number;

    if (*line->at == '-')
        return read_failure(line, outcome);
    if (vsim_trace_token_is(word, "ok")) {
        line->at += word.length_bytes;
        return true;
    }
    if (shape->row->subject == VSIM_SUBJECT_DEVICE)
        return read_device_word(line, word, outcome);
    if (!g_ascii_isdigit(*line->at))
        return vsim_trace_fail_expected(line, "an outcome: a number, ok, or -1 and an errno");
    if (!vsim_trace_read_number(line, INT64_MAX, "a return value", &number))
        return false;
    outcome->value = (int64_t)number;
    outcome->value_given = true;
    return true;
}

static bool fail_claim(struct vsim_trace_line *line, const struct vsim_trace_shape *shape, const char *where)
{
    const struct vsim_op_row *row = shape->row;
    g_autofree char *list = vsim_trace_list_fields(shape->fields, row->n_fields, shape->claim_mask);
    const bool any = *list != '\0' || row->tail_name;

    line->at = where;
    if (!any)
        return vsim_trace_fail_expected(line, "the end of the outcome: %s answers no field", shape->spelling);
    return vsim_trace_fail_expected(line, "a field that %s answers: %s%s%s", shape->spelling, list,
                                    *list && row->tail_name ? ", " : "",
                                    row->tail_name ? row->tail_name : "");
}

static bool fail_twice(struct vsim_trace_line *line, const char *where, struct vsim_trace_token name)
{
    return vsim_trace_fail_at(line, where, "`%.*s` stands here twice, expected it once",
                              (int)name.length_bytes, name.data);
}

static bool read_claim(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                       struct vsim_outcome *outcome)
{
    const char *where = line->at;
    const struct vsim_trace_token name = vsim_trace_take_word(line);
    const int i = vsim_trace_find_field(shape->fields, shape->row->n_fields, 0, name);
    const bool is_tail = i < 0 && shape->row->tail_name && vsim_trace_token_is(name, shape->row->tail_name);
    struct vsim_trace_value value;

    if (!is_tail && (i < 0 || !(shape->claim_mask & UINT32_C(1) << i)))
        return fail_claim(line, shape, where);
    if (is_tail ? outcome->tail_given : (outcome->given & UINT32_C(1) << i) != 0)
        return fail_twice(line, where, name);
    if (!vsim_trace_expect(line, '=', "a field"))
        return false;
    if (is_tail) {
        outcome->tail_given = true;
        return vsim_trace_read_chain(line, shape->row->tail_offset_bytes, &outcome->tail);
    }
    if (!vsim_trace_read_value(line, &shape->fields[i], VSIM_TRACE_OBJECT_LETTERS, &value))
        return false;
    outcome->given |= UINT32_C(1) << i;
    outcome->out[i] = value.number;
    outcome->base[i] = value.base;
    return true;
}

static bool read_outcome(struct vsim_trace_line *line, const struct vsim_trace_shape *shape,
                         struct vsim_outcome *outcome)
{
    vsim_trace_start_outcome(outcome);
    if (!read_return(line, shape, outcome))
        return false;
    if (!vsim_trace_take(line, '{'))
        return true;
    if (vsim_trace_take(line, '}'))
        return true;
    do {
        if (!read_claim(line, shape, outcome))
            return false;
    } while (vsim_trace_take(line, ','));
    return vsim_trace_take(line, '}') || vsim_trace_fail_expected(line, "`,` or `}` after a field");
}

bool vsim_trace_read_outcomes(struct vsim_trace_line *line, const struct vsim_trace_shape *shape, unsigned *n)
{
    struct vsim_outcome *expected = line->reader->expected;

    *n = 0;
    if (!vsim_trace_take(line, '{')) {
        *n = 1;
        return read_outcome(line, shape, &expected[0]);
    }
    do {
        if (*n == VSIM_MAX_EXPECTED)
            return vsim_trace_fail_expected(line, "`}`: a line has at most %d outcomes", VSIM_MAX_EXPECTED);
        if (!read_outcome(line, shape, &expected[(*n)++]))
            return false;
    } while (vsim_trace_take(line, ';'));
    return vsim_trace_take(line, '}') || vsim_trace_fail_expected(line, "`;` or `}` after an outcome");
}
