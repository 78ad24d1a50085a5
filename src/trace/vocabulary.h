// SPDX-License-Identifier: MIT
/*
 * The rows of the tables as a codec wants them: words to look up, and for each field all that reading or
 * writing its value takes. Built once, then constant. Neither form of a trace knows any op but through this.
 */
#ifndef VSIM_TRACE_VOCABULARY_H
#define VSIM_TRACE_VOCABULARY_H

#include "../spec/op.h"

#include <string.h>

/* Handles that are descriptors; those an address may be an offset into; and those of objects that DMA
 * reaches. */
#define VSIM_TRACE_FD_LETTERS     "cgvfx"
#define VSIM_TRACE_REGION_LETTERS "m"
#define VSIM_TRACE_OBJECT_LETTERS "mfv"

/* Bytes behind a structure, and bytes laid over one: no kernel copies more, and no file can ask for more
 * memory. */
#define VSIM_TRACE_MOST_ARGUMENT_BYTES 65536u

struct vsim_trace_name {
    const char *name;
    size_t length_bytes;
    uint64_t value;
};

/* How the binary form holds a field. */
enum vsim_trace_encoding {
    VSIM_TRACE_AS_NUMBER,
    VSIM_TRACE_AS_ADDRESS,
    VSIM_TRACE_AS_HANDLE,
    VSIM_TRACE_AS_BYTES,
    VSIM_TRACE_AS_DIALECT, /* By name, since the number of a dialect is its place in our table. */
};

struct vsim_trace_field {
    const struct vsim_field_row *row;
    size_t name_length_bytes;
    enum vsim_spelling spelling;
    enum vsim_trace_encoding encoding;
    uint64_t most;        /* The largest number that fits. */
    const char *letters;  /* Of a HANDLE: those it may have, */
    uint32_t letter_mask; /* and as VSIM_TRACE_LETTER() bits. */
    bool is_fd;           /* A HANDLE that may be a number instead. */
    unsigned n_names;
    const struct vsim_trace_name *names; /* Of values or bits. */
};

struct vsim_trace_capability {
    const struct vsim_capability_row *row; /* NULL ends the list. */
    size_t name_length_bytes;
    bool is_whole; /* The fields cover all of the header, so that text can hold every byte of it. */
    unsigned n_fields;
    struct vsim_trace_field *fields;
};

/* Where the arguments of an op stand in text. */
enum vsim_trace_style {
    VSIM_TRACE_STYLE_LINE,      /* COMMENT: the line is its argument. */
    VSIM_TRACE_STYLE_LIST,      /* mmap(length=4K) */
    VSIM_TRACE_STYLE_WORDS,     /* dma write iova=0x0 len=4K */
    VSIM_TRACE_STYLE_STRUCTURE, /* ioctl(c0, NAME, {size=4K}) */
    VSIM_TRACE_STYLE_VALUE,     /* ioctl(c0, NAME, 3) */
    VSIM_TRACE_STYLE_NUMBER,    /* ioctl(c0, 0x3b7f, @0x0) */
    VSIM_TRACE_STYLE_NOT_A_LINE,
};

struct vsim_trace_shape {
    const struct vsim_op_row *row;
    enum vsim_op_id id;
    enum vsim_trace_style style;
    char *spelling;       /* The label as text has it: "dma write". */
    char subject_letter;  /* 0 where the op has none. */
    uint32_t input_mask;  /* Fields that may be given; */
    uint32_t claim_mask;  /* and those that an outcome may claim. */
    uint32_t target_mask; /* VSIM_TRACE_LETTER() of the descriptors that an ioctl may go to; */
    uint32_t binds_mask;  /* and of the handles that the op may define. */
    bool must_bind;
    int bytes_field; /* The field of type TEXT or OCTETS, or -1. */
    uint64_t defaults[VSIM_MAX_FIELDS];
    struct vsim_trace_field fields[VSIM_MAX_FIELDS];
};

#define VSIM_TRACE_N_SLOTS 512u

/* Words by open addressing; a free slot has no name. */
struct vsim_trace_words {
    struct vsim_trace_name slots[VSIM_TRACE_N_SLOTS];
};

struct vsim_trace_vocabulary {
    struct vsim_trace_shape shapes[VSIM_N_OPS];
    struct vsim_trace_words labels; /* As text spells them, to enum vsim_op_id. */
    struct vsim_trace_words errnos;
    struct vsim_trace_capability *capabilities;
    enum vsim_op_id by_number; /* The ioctl whose request stands in place of its name. */
    enum vsim_op_id comment;
};

const struct vsim_trace_vocabulary *vsim_trace_vocabulary(void);

/* The value of a word, or 0: no label and no errno is 0. */
uint64_t vsim_trace_find_word(const struct vsim_trace_words *words, const char *data, size_t length_bytes);

/* True for a line that is a comment or empty, as COMMENT may hold it. */
bool vsim_trace_is_comment(const char *data, size_t length_bytes);

#define VSIM_TRACE_LETTER(letter) (UINT32_C(1) << ((letter) - 'a'))

/* A set of letters; a handle is in it by its letter. */
uint32_t vsim_trace_letter_mask(const char *letters);

static inline bool vsim_trace_has_letter(vsim_handle handle, uint32_t letter_mask)
{
    const uint32_t letter = (handle >> 24) - 'a';

    return letter < 26 && (letter_mask >> letter & 1);
}

/*
 * An op of the shape with nothing given. Members are written one by one, and zeros copied from zeros: a
 * structure this long is otherwise set by a string instruction, which takes longer than reading the event
 * does. Raw runs behind n_raw mean nothing and stay as they are.
 */
static inline void vsim_trace_start_op(struct vsim_op *op, const struct vsim_trace_shape *shape,
                                       uint32_t line)
{
    static const uint64_t zeros[VSIM_MAX_FIELDS];

    op->id = shape->id;
    op->line = line;
    op->subject = op->target = op->binds = op->argument_base = 0;
    op->binds_address = op->argument_address = op->argument_base_address = 0;
    op->given = 0;
    op->argument = VSIM_ARGUMENT_DEFAULT;
    memcpy(op->value, shape->defaults, sizeof op->value);
    memcpy(op->base, zeros, sizeof op->base);
    memcpy(op->base_address, zeros, sizeof op->base_address);
    op->text = (struct vsim_bytes){0};
    op->n_raw = op->n_expected = 0;
    op->expected = NULL;
}

/* An outcome with nothing claimed; values that are not given mean nothing and stay as they are. */
static inline void vsim_trace_start_outcome(struct vsim_outcome *outcome)
{
    static const uint64_t zeros[VSIM_MAX_FIELDS];

    outcome->error = 0;
    outcome->given = 0;
    outcome->value = 0;
    outcome->value_given = outcome->tail_given = false;
    outcome->tail = (struct vsim_bytes){0};
    memcpy(outcome->base, zeros, sizeof outcome->base);
}

/* True where the argument of the op is a structure, or bytes in place of one. */
static inline bool vsim_trace_has_memory(const struct vsim_trace_shape *shape)
{
    return shape->style == VSIM_TRACE_STYLE_STRUCTURE || shape->style == VSIM_TRACE_STYLE_NUMBER;
}

#endif
