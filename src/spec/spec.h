// SPDX-License-Identifier: MIT
/*
 * The facts, expanded from the tables: which ioctls and events there are, their fields and flags, the rules
 * in the kernel's order of checks, and the dialects. Everything here is constant data; behaviour is
 * elsewhere.
 */
#ifndef VSIM_SPEC_SPEC_H
#define VSIM_SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vsim_op_id {
    VSIM_OP_NONE,
#define OP(id, name, target, number, since, summary) VSIM_OP_##id,
#define EVENT(id, name, subject, summary)            VSIM_OP_##id,
#define STEP(id, name, summary)                      VSIM_OP_##id,
#include "tables.def"
    VSIM_N_OPS
};

/* The index of each field in `value` of struct vsim_op, and how many there are. */
#define OP(id, name, target, number, since, summary)                                                         \
    enum vsim_fields_of_##name                                                                               \
    {
#define EVENT(id, name, subject, summary)                                                                    \
    enum vsim_fields_of_##name                                                                               \
    {
#define STEP(id, name, summary)                                                                              \
    enum vsim_fields_of_##name                                                                               \
    {
#define FIELD(id, name, offset, size, type, dir) VSIM_FIELD_##id##_##name,
#define END(id, name)                                                                                        \
    VSIM_N_FIELDS_##id                                                                                       \
    }                                                                                                        \
    ;
#include "tables.def"

/* The mask of each flag, such as VSIM_FLAG_VFIO_IOMMU_MAP_DMA_READ. */
enum vsim_flag_mask {
#define FLAG(id, name, bit, since, proposal) VSIM_FLAG_##id##_##name = 1 << (bit),
#include "tables.def"
};

enum vsim_rule_id {
    VSIM_RULE_NONE,
#define RULE(id, name, error, spec_id, when, sentence, source) VSIM_RULE_##id##_##name,
#define RULES_OF(id, step)                                     VSIM_RULE_##id##_RULES_OF_##step,
#include "tables.def"
    VSIM_N_RULES
};

enum vsim_type_id {
#define TYPE(id, how) VSIM_TYPE_##id,
#include "types.def"
    VSIM_N_TYPES
};

/* Names of values, such as VSIM_EXTENSION_VFIO_TYPE1_IOMMU. */
enum vsim_named_value {
#define NAME(type, name, value) VSIM_##type##_##name = (value),
#include "types.def"
};

enum vsim_spelling {
    VSIM_SPELLING_ARGSZ,
    VSIM_SPELLING_BYTES_SIZE,
    VSIM_SPELLING_HEX,
    VSIM_SPELLING_DEC,
    VSIM_SPELLING_ADDRESS,
    VSIM_SPELLING_FLAGS,
    VSIM_SPELLING_BITS,
    VSIM_SPELLING_ONEOF,
    VSIM_SPELLING_HANDLE,
    VSIM_SPELLING_TEXT,
    VSIM_SPELLING_OCTETS,
};

enum vsim_op_kind { VSIM_KIND_NONE, VSIM_KIND_IOCTL, VSIM_KIND_EVENT, VSIM_KIND_STEP };

enum vsim_subject { VSIM_SUBJECT_NOBODY, VSIM_SUBJECT_WORLD, VSIM_SUBJECT_PROCESS, VSIM_SUBJECT_DEVICE };

/* The kind of file behind a descriptor, and of descriptor that an ioctl wants. */
enum vsim_fd_kind {
    VSIM_FD_NONE,
    VSIM_FD_CONTAINER,
    VSIM_FD_GROUP,
    VSIM_FD_DEVICE,
    VSIM_FD_MEMFD,
    VSIM_FD_OTHER,
    VSIM_FD_ANY_FD, /* In a row only: any kind. */
};

enum vsim_direction {
    VSIM_DIRECTION_IN = 1,
    VSIM_DIRECTION_OUT = 2,
    VSIM_DIRECTION_INOUT = 3, /* IN and OUT. */
    VSIM_DIRECTION_VALUE = 5, /* IN, and the argument itself is the number. */
};

enum vsim_binds {
    VSIM_BINDS_NOTHING,
    VSIM_BINDS_IOMMU,
    VSIM_BINDS_GROUP_NODE,
    VSIM_BINDS_DEVICE,
    VSIM_BINDS_PROCESS,
    VSIM_BINDS_FD,
    VSIM_BINDS_DEVICE_FD,
    VSIM_BINDS_MEMFD,
    VSIM_BINDS_REGION,
};

/*
 * Handles: a letter and a number, such as c0, as the trace writes them. 0 is no handle.
 *   p process   c container fd   g group fd   v device fd   f memfd   x any other fd
 *   m memory region   i IOMMU   n group node (n1 is /dev/vfio/1)   d device
 */
typedef uint32_t vsim_handle;
#define VSIM_HANDLE(letter, number) ((vsim_handle)(((uint32_t)(letter) << 24) | (uint32_t)(number)))
#define VSIM_HANDLE_MAX_NUMBER      0xffffffu
static inline char vsim_handle_letter(vsim_handle handle)
{
    return (char)(handle >> 24);
}
static inline uint32_t vsim_handle_number(vsim_handle handle)
{
    return handle & VSIM_HANDLE_MAX_NUMBER;
}
/* The letters that a handle bound by `binds` may have, as a string; "cgvfx" for VSIM_BINDS_FD. */
const char *vsim_spec_letters(enum vsim_binds binds);

enum vsim_dialect_id {
#define DIALECT(id, name, major, minor, title, ...) VSIM_DIALECT_##id,
#include "dialects.def"
    VSIM_N_DIALECTS
};

enum vsim_proposal_mask {
    VSIM_PROPOSAL_NONE = 0,
#define PROPOSAL(id, name, bit, base, title) VSIM_PROPOSAL_##id = 1 << (bit),
#include "proposals.def"
};

/* A kernel as a row of knobs; see dialects.def for what each means. */
struct vsim_dialect {
    enum vsim_dialect_id id;
    const char *name;
    const char *title;
    unsigned major;
    unsigned minor;
    unsigned proposals; /* Those laid over it: enum vsim_proposal_mask. */
#define KNOB(name, meaning, source) bool name;
#include "dialects.def"
};

struct vsim_knob_row {
    const char *name;
    const char *meaning;
    const char *source;
    size_t offset; /* Of the knob in struct vsim_dialect. */
};

struct vsim_field_row {
    const char *name;
    uint16_t offset_bytes;
    uint16_t size_bytes; /* 0 where the field is not inside a structure. */
    enum vsim_type_id type;
    enum vsim_direction direction;
};

struct vsim_flag_row {
    const char *name;
    unsigned bit;
    uint16_t since;    /* major << 8 | minor; UINT16_MAX where only a proposal has it. */
    unsigned proposal; /* enum vsim_proposal_mask, or 0. */
};

struct vsim_when {
    enum { VSIM_WHEN_ALWAYS, VSIM_WHEN_IF, VSIM_WHEN_UNLESS } kind;
    size_t knob_offset;
};

struct vsim_rule_row {
    enum vsim_op_id op;
    const char *name;    /* Unique in its op: NO_OVERLAP. */
    const char *spec_id; /* In spec/: T1-MAP-06. */
    int error;           /* Errno, or 0 for a rule of success. */
    struct vsim_when when;
    const char *sentence;
    const char *source;
    enum vsim_op_id includes; /* A RULES_OF row: the step whose rules stand here; else VSIM_OP_NONE. */
};

struct vsim_op_row {
    enum vsim_op_kind kind;
    const char *label; /* As traces write it: VFIO_IOMMU_MAP_DMA, mmap. */
    const char *name;  /* Lower case: the basename of its files. */
    const char *summary;
    enum vsim_subject subject;
    enum vsim_fd_kind target;
    uint32_t number; /* Of an ioctl. */
    uint16_t since;  /* major << 8 | minor. */
    uint16_t minimum_bytes;
    uint16_t tail_offset_bytes; /* 0 where nothing follows the structure. */
    const char *tail_name;
    enum vsim_binds binds;
    unsigned n_fields;
    const struct vsim_field_row *fields;
    const uint64_t *defaults;          /* One for each field. */
    const struct vsim_flag_row *flags; /* Ends with a NULL name. */
    enum vsim_rule_id first_rule;      /* Rules of an op are consecutive; see vsim_spec_rules_end(). */
};

struct vsim_capability_row {
    const char *name;
    uint16_t id;
    uint16_t header_bytes;  /* With the 8 bytes of id, version and next. */
    uint16_t element_bytes; /* Of each element behind the header, or 0. */
};

struct vsim_name_row {
    enum vsim_type_id type;
    const char *name;
    uint64_t value;
};

extern const struct vsim_op_row vsim_spec_ops[VSIM_N_OPS];
extern const struct vsim_rule_row vsim_spec_rules[VSIM_N_RULES];
extern const struct vsim_dialect vsim_spec_dialects[VSIM_N_DIALECTS];
extern const struct vsim_knob_row vsim_spec_knobs[];              /* Ends with a NULL name. */
extern const struct vsim_capability_row vsim_spec_capabilities[]; /* Ends with a NULL name. */
extern const struct vsim_name_row vsim_spec_names[];              /* Ends with a NULL name; sorted by type. */
extern const enum vsim_spelling vsim_spec_spellings[VSIM_N_TYPES];

/* The fields of a capability, and how many; NULL and 0 for an unknown one. */
const struct vsim_field_row *vsim_spec_capability_fields(const struct vsim_capability_row *row,
                                                         unsigned *n_fields);

/* The rule behind the last one of an op: for (r = row->first_rule; r < vsim_spec_rules_end(row); r++). */
enum vsim_rule_id vsim_spec_rules_end(const struct vsim_op_row *row);

/* True when the rule holds in the dialect. */
bool vsim_spec_rule_applies(enum vsim_rule_id rule, const struct vsim_dialect *dialect);

/* The flags that the op accepts in the dialect, as a mask. */
uint64_t vsim_spec_known_flags(enum vsim_op_id op, const struct vsim_dialect *dialect);

/* By label ("VFIO_IOMMU_MAP_DMA", "mmap"); VSIM_OP_NONE when there is none. `length_bytes` of `label` count.
 */
enum vsim_op_id vsim_spec_find_op(const char *label, size_t length_bytes);

/* The op of an ioctl number on a kind of descriptor, or VSIM_OP_NONE. */
enum vsim_op_id vsim_spec_find_ioctl(enum vsim_fd_kind target, uint32_t number);

/* By name ("6.12"); NULL when there is none. */
const struct vsim_dialect *vsim_spec_find_dialect(const char *name);

/* The dialect with proposals laid over it. */
struct vsim_dialect vsim_spec_overlay(enum vsim_dialect_id id, unsigned proposals);

/* "EINVAL", or NULL for a number that the specification does not know. */
const char *vsim_spec_errno_name(int error);

/* The number of "EINVAL", or 0. */
int vsim_spec_errno_number(const char *name, size_t length_bytes);

#endif
