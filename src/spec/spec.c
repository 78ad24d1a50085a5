// SPDX-License-Identifier: MIT
#include "spec.h"

#include <errno.h>
#include <string.h>

#define SINCE(major, minor) ((major) << 8 | (minor))
#define PROPOSED            UINT16_MAX

/* Per op, one array for the fields, one for their defaults, one for the flags; each ends with an empty
 * element. */
#define OP(id, name, target, number, since, summary) static const struct vsim_field_row fields_##name[] = {
#define EVENT(id, name, subject, summary)            static const struct vsim_field_row fields_##name[] = {
#define STEP(id, name, summary)                      static const struct vsim_field_row fields_##name[] = {
#define FIELD(id, field, offset, size, type, direction)                                                      \
    {#field, offset, size, VSIM_TYPE_##type, VSIM_DIRECTION_##direction},
#define END(id, name)                                                                                        \
    {                                                                                                        \
        0                                                                                                    \
    }                                                                                                        \
    }                                                                                                        \
    ;
#include "tables.def"

#define OP(id, name, target, number, since, summary)                                                         \
    static const uint64_t defaults_##name[VSIM_N_FIELDS_##id + 1] = {
#define EVENT(id, name, subject, summary) static const uint64_t defaults_##name[VSIM_N_FIELDS_##id + 1] = {
#define STEP(id, name, summary)           static const uint64_t defaults_##name[VSIM_N_FIELDS_##id + 1] = {
#define DEFAULT(id, field, number)        [VSIM_FIELD_##id##_##field] = (number),
#define END(id, name)                                                                                        \
    [VSIM_N_FIELDS_##id] = 0                                                                                 \
    }                                                                                                        \
    ;
#include "tables.def"

#define OP(id, name, target, number, since, summary) static const struct vsim_flag_row flags_##name[] = {
#define EVENT(id, name, subject, summary)            static const struct vsim_flag_row flags_##name[] = {
#define STEP(id, name, summary)                      static const struct vsim_flag_row flags_##name[] = {
#define FLAG(id, name, bit, since, proposal)         {#name, bit, since, VSIM_PROPOSAL_##proposal},
#define END(id, name)                                                                                        \
    {                                                                                                        \
        0                                                                                                    \
    }                                                                                                        \
    }                                                                                                        \
    ;
#include "tables.def"

/* An op without rules has the first rule of the next one, and the same end: an empty span. */
enum rule_marks {
    MARK_BASE = VSIM_RULE_NONE,
#define OP(id, name, target, number, since, summary)           BEGIN_##id, REWIND_##id = BEGIN_##id - 1,
#define EVENT(id, name, subject, summary)                      BEGIN_##id, REWIND_##id = BEGIN_##id - 1,
#define STEP(id, name, summary)                                BEGIN_##id, REWIND_##id = BEGIN_##id - 1,
#define RULE(id, name, error, spec_id, when, sentence, source) AT_##id##_##name,
#define RULES_OF(id, step)                                     AT_##id##_RULES_OF_##step,
#define END(id, name)                                          FINISH_##id, STEP_BACK_##id = FINISH_##id - 1,
#include "tables.def"
};

#define COMMON(id, lower, text)                                                                              \
    .name = #lower, .summary = (text), .n_fields = VSIM_N_FIELDS_##id, .fields = fields_##lower,             \
    .defaults = defaults_##lower, .flags = flags_##lower, .first_rule = (enum vsim_rule_id)BEGIN_##id,

const struct vsim_op_row vsim_spec_ops[VSIM_N_OPS] = {
#define OP(id, lower, on, request, first, text)                                                              \
    [VSIM_OP_##id] = {.kind = VSIM_KIND_IOCTL,                                                               \
                      .label = #id,                                                                          \
                      .subject = VSIM_SUBJECT_PROCESS,                                                       \
                      .target = VSIM_FD_##on,                                                                \
                      .number = (request),                                                                   \
                      .since = (first),                                                                      \
                      COMMON(id, lower, text)
#define EVENT(id, lower, by, text)                                                                           \
    [VSIM_OP_##id] = {                                                                                       \
        .kind = VSIM_KIND_EVENT, .label = #lower, .subject = VSIM_SUBJECT_##by, COMMON(id, lower, text)
#define STEP(id, lower, text)                                                                                \
    [VSIM_OP_##id] = {.kind = VSIM_KIND_STEP, .label = #lower, COMMON(id, lower, text)
#define MINIMUM(id, bytes) .minimum_bytes = (bytes),
#define BINDS(id, what)    .binds = VSIM_BINDS_##what,
#define TAIL(id, what, at) .tail_name = #what, .tail_offset_bytes = (at),
#define END(id, lower)                                                                                       \
    }                                                                                                        \
    ,
#include "tables.def"
};

static const enum vsim_rule_id rules_end[VSIM_N_OPS] = {
#define END(id, name) [VSIM_OP_##id] = (enum vsim_rule_id)FINISH_##id,
#include "tables.def"
};

#define ALWAYS                                                                                               \
    {                                                                                                        \
        VSIM_WHEN_ALWAYS, 0                                                                                  \
    }
#define IF(knob)                                                                                             \
    {                                                                                                        \
        VSIM_WHEN_IF, offsetof(struct vsim_dialect, knob)                                                    \
    }
#define UNLESS(knob)                                                                                         \
    {                                                                                                        \
        VSIM_WHEN_UNLESS, offsetof(struct vsim_dialect, knob)                                                \
    }

const struct vsim_rule_row vsim_spec_rules[VSIM_N_RULES] = {
#define RULE(id, rule, errnum, spec, condition, text, where)                                                 \
    [VSIM_RULE_##id##_##rule] = {VSIM_OP_##id, #rule, spec, errnum, condition, text, where, VSIM_OP_NONE},
#define RULES_OF(id, step)                                                                                   \
    [VSIM_RULE_##id##_RULES_OF_##step] = {VSIM_OP_##id, #step, "", 0, ALWAYS, "", "", VSIM_OP_##step},
#include "tables.def"
};

const struct vsim_dialect vsim_spec_dialects[VSIM_N_DIALECTS] = {
#define DIALECT(dialect, label, release, revision, text, ...)                                                \
    [VSIM_DIALECT_##dialect] = {.id = VSIM_DIALECT_##dialect,                                                \
                                .name = (label),                                                             \
                                .title = (text),                                                             \
                                .major = (release),                                                          \
                                .minor = (revision),                                                         \
                                __VA_ARGS__},
#include "dialects.def"
};

const struct vsim_knob_row vsim_spec_knobs[] = {
#define KNOB(name, meaning, source) {#name, meaning, source, offsetof(struct vsim_dialect, name)},
#include "dialects.def"
    {0},
};

const struct vsim_capability_row vsim_spec_capabilities[] = {
#define CAPABILITY(name, id, header_bytes, element_bytes) {#name, id, header_bytes, element_bytes},
#include "tables.def"
    {0},
};

/* Rows of one capability stand together; the two arrays go side by side, so that its rows are an array. */
static const char *const capability_of_field[] = {
#define CAPABILITY_FIELD(capability, name, offset, size, type) #capability,
#include "tables.def"
};

static const struct vsim_field_row capability_fields[] = {
#define CAPABILITY_FIELD(capability, name, offset, size, type)                                               \
    {#name, offset, size, VSIM_TYPE_##type, VSIM_DIRECTION_OUT},
#include "tables.def"
};

const struct vsim_name_row vsim_spec_names[] = {
#define NAME(type, name, value) {VSIM_TYPE_##type, #name, value},
#include "types.def"
#define DIALECT(id, label, major, minor, title, ...) {VSIM_TYPE_DIALECT, label, VSIM_DIALECT_##id},
#include "dialects.def"
#define PROPOSAL(id, label, bit, base, title) {VSIM_TYPE_PROPOSALS, label, 1 << (bit)},
#include "proposals.def"
    {0},
};

const enum vsim_spelling vsim_spec_spellings[VSIM_N_TYPES] = {
#define TYPE(id, how) [VSIM_TYPE_##id] = VSIM_SPELLING_##how,
#include "types.def"
};

const char *vsim_spec_letters(enum vsim_binds binds)
{
    static const char *const letters[] = {
        [VSIM_BINDS_NOTHING] = "",    [VSIM_BINDS_IOMMU] = "i",   [VSIM_BINDS_GROUP_NODE] = "n",
        [VSIM_BINDS_DEVICE] = "d",    [VSIM_BINDS_PROCESS] = "p", [VSIM_BINDS_FD] = "cgvfx",
        [VSIM_BINDS_DEVICE_FD] = "v", [VSIM_BINDS_MEMFD] = "f",   [VSIM_BINDS_REGION] = "m",
    };
    return letters[binds];
}

const struct vsim_field_row *vsim_spec_capability_fields(const struct vsim_capability_row *row,
                                                         unsigned *n_fields)
{
    const struct vsim_field_row *first = NULL;

    *n_fields = 0;
    for (size_t i = 0; i < sizeof capability_fields / sizeof *capability_fields; i++) {
        if (strcmp(capability_of_field[i], row->name) != 0)
            continue;
        if (!first)
            first = &capability_fields[i];
        (*n_fields)++;
    }
    return first;
}

enum vsim_rule_id vsim_spec_rules_end(const struct vsim_op_row *row)
{
    return rules_end[row - vsim_spec_ops];
}

static bool knob_is_on(const struct vsim_dialect *dialect, size_t offset)
{
    return *(const bool *)((const char *)dialect + offset);
}

bool vsim_spec_rule_applies(enum vsim_rule_id rule, const struct vsim_dialect *dialect)
{
    const struct vsim_when *when = &vsim_spec_rules[rule].when;

    if (when->kind == VSIM_WHEN_ALWAYS)
        return true;
    return knob_is_on(dialect, when->knob_offset) == (when->kind == VSIM_WHEN_IF);
}

uint64_t vsim_spec_known_flags(enum vsim_op_id op, const struct vsim_dialect *dialect)
{
    const uint16_t version = (uint16_t)(dialect->major << 8 | dialect->minor);
    uint64_t known = 0;

    for (const struct vsim_flag_row *flag = vsim_spec_ops[op].flags; flag->name; flag++) {
        const bool merged = flag->since != PROPOSED && flag->since <= version;
        const bool proposed = (flag->proposal & dialect->proposals) != 0;

        if (merged || proposed)
            known |= UINT64_C(1) << flag->bit;
    }
    return known;
}

enum vsim_op_id vsim_spec_find_op(const char *label, size_t length_bytes)
{
    for (unsigned i = 1; i < VSIM_N_OPS; i++) {
        const struct vsim_op_row *row = &vsim_spec_ops[i];

        if (row->kind != VSIM_KIND_STEP && strlen(row->label) == length_bytes &&
            memcmp(row->label, label, length_bytes) == 0)
            return (enum vsim_op_id)i;
    }
    return VSIM_OP_NONE;
}

enum vsim_op_id vsim_spec_find_ioctl(enum vsim_fd_kind target, uint32_t number)
{
    for (unsigned i = 1; i < VSIM_N_OPS; i++) {
        const struct vsim_op_row *row = &vsim_spec_ops[i];

        if (row->kind == VSIM_KIND_IOCTL && row->number == number && row->target == target)
            return (enum vsim_op_id)i;
    }
    return VSIM_OP_NONE;
}

const struct vsim_dialect *vsim_spec_find_dialect(const char *name)
{
    for (unsigned i = 0; i < VSIM_N_DIALECTS; i++)
        if (strcmp(vsim_spec_dialects[i].name, name) == 0)
            return &vsim_spec_dialects[i];
    return NULL;
}

struct vsim_dialect vsim_spec_overlay(enum vsim_dialect_id id, unsigned proposals)
{
    struct vsim_dialect dialect = vsim_spec_dialects[id];

    dialect.proposals = proposals;
    return dialect;
}

static const struct {
    const char *name;
    int number;
} errnos[] = {
#define ERRNO(name)                                                                                          \
    {                                                                                                        \
#name, name                                                                                          \
    }
    ERRNO(EPERM),      ERRNO(ENOENT), ERRNO(ESRCH),  ERRNO(EINTR),  ERRNO(EIO),       ERRNO(E2BIG),
    ERRNO(EBADF),      ERRNO(ENOMEM), ERRNO(EACCES), ERRNO(EFAULT), ERRNO(EBUSY),     ERRNO(EEXIST),
    ERRNO(ENODEV),     ERRNO(EINVAL), ERRNO(ENOTTY), ERRNO(ENOSPC), ERRNO(ERANGE),    ERRNO(EDEADLK),
    ERRNO(ENOSYS),     ERRNO(EBADE),  ERRNO(EMFILE), ERRNO(EPROTO), ERRNO(EOVERFLOW), ERRNO(EBADFD),
    ERRNO(EMSGSIZE),   ERRNO(EAGAIN), ERRNO(ENXIO),  ERRNO(EROFS),  ERRNO(ENOBUFS),   ERRNO(EOPNOTSUPP),
    ERRNO(EADDRINUSE),
#undef ERRNO
};

const char *vsim_spec_errno_name(int error)
{
    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++)
        if (errnos[i].number == error)
            return errnos[i].name;
    return NULL;
}

int vsim_spec_errno_number(const char *name, size_t length_bytes)
{
    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++)
        if (strlen(errnos[i].name) == length_bytes && memcmp(errnos[i].name, name, length_bytes) == 0)
            return errnos[i].number;
    return 0;
}
