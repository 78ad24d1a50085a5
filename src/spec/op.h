// SPDX-License-Identifier: MIT
/*
 * What passes between the parts: an op (one event of a trace), an outcome (what came of it, expected or
 * observed), a result (an outcome and the rule that explains it), and the set of outcomes that the oracle
 * allows.
 */
#ifndef VSIM_SPEC_OP_H
#define VSIM_SPEC_OP_H

#include "../base/range.h"
#include "spec.h"

#define VSIM_MAX_FIELDS   12
#define VSIM_MAX_EXPECTED 4
#define VSIM_MAX_RAW      4
#define VSIM_MAX_ALLOWED  4

/* Bytes that belong to somebody else: the reader's file, or a backend until its next step. */
struct vsim_bytes {
    const char *data;
    uint32_t length_bytes;
};

/* What came of an op, or what a trace says should come of it. */
struct vsim_outcome {
    int error;        /* Errno, or 0. */
    uint32_t given;   /* Bit i: out[i] is known (a backend) or claimed (a trace). */
    int64_t value;    /* The return value of a success: an answer, never a descriptor number. */
    bool value_given; /* In a trace: `= 0` claims the value, `= ok` does not. */
    bool tail_given;
    struct vsim_bytes tail;        /* The bytes behind the structure, such as capabilities. */
    uint32_t tail_open_first;      /* Of the oracle: bytes of the tail that may be anything (T1-INFO-08), */
    uint32_t tail_open_bytes;      /* and how many; 0 for none. */
    uint64_t out[VSIM_MAX_FIELDS]; /* The fields after the call, by field index; an address is an offset. */
    vsim_handle base[VSIM_MAX_FIELDS]; /* What an address is an offset into; 0 for a number. */
};

struct vsim_raw {
    uint32_t offset_bytes; /* In the argument. */
    struct vsim_bytes bytes;
};

enum vsim_argument {
    VSIM_ARGUMENT_DEFAULT, /* {...}: a structure in memory that can be read and written. */
    VSIM_ARGUMENT_PLACED,  /* @m0+0x10{...}: a structure at that address, whatever its protection. */
    VSIM_ARGUMENT_BARE,    /* @0x10: only an address; what is there is there. */
};

/* One event of a trace. The reader fills it; replay adds `base_address`; judges read it. */
struct vsim_op {
    enum vsim_op_id id;
    uint32_t line;          /* In the text of the trace; every event is one line, the first line is 1. */
    vsim_handle subject;    /* The process or device; 0 for the world. */
    vsim_handle target;     /* The descriptor of an ioctl; 0 otherwise. */
    vsim_handle binds;      /* What success defines, or 0. */
    uint64_t binds_address; /* Where replay has laid a region that success defines; 0: there was no room. */
    uint32_t given; /* Bit i: field i stands in the trace; the others have their default in `value`. */
    enum vsim_argument argument;
    vsim_handle argument_base;      /* The region that holds the argument, or 0 for a number. */
    uint64_t argument_address;      /* PLACED and BARE: as `value` of an ADDRESS field. */
    uint64_t argument_base_address; /* As `base_address`. */
    /*
     * Field i as a number. An ADDRESS is an offset into `base[i]` until replay lays the trace out; then it is
     * the address itself, and the offset is value - base_address. A HANDLE is in `base[i]`; `value[i]` is the
     * number where the trace gave a number instead.
     */
    uint64_t value[VSIM_MAX_FIELDS];
    vsim_handle base[VSIM_MAX_FIELDS];
    uint64_t base_address[VSIM_MAX_FIELDS];
    struct vsim_bytes text; /* The field of type TEXT or OCTETS; an op has one at most. */
    unsigned n_raw;
    struct vsim_raw raw[VSIM_MAX_RAW];   /* Bytes laid over the argument, last. */
    unsigned n_expected;                 /* 0: nothing is claimed. */
    const struct vsim_outcome *expected; /* The reader's, until its next event. */
};

/* What a judge answers. */
struct vsim_result {
    struct vsim_outcome outcome;
    enum vsim_rule_id rule; /* The rule that refused or explains it; NONE from a kernel. */
    bool unavailable;       /* The backend cannot do this op here; the outcome means nothing. */
};

/* What a rule's sentence speaks of; a member that the sentence does not name is not set. */
struct vsim_witness {
    struct vsim_range range;
    uint32_t line;
    uint64_t value;
    vsim_handle handle;
};

/* Hazards: the call did what it should, and its author ought to know. Codes of live-update.md section 0.4. */
enum vsim_hazard {
    VSIM_HAZARD_NOOP = 1 << 0,  /* It succeeded and did nothing that the caller could have wanted. */
    VSIM_HAZARD_STALE = 1 << 1, /* The device still reaches memory that the process gave back. */
    VSIM_HAZARD_OBJ = 1 << 2,   /* The new vaddr shows another object than the device reaches. */
    VSIM_HAZARD_LEAK = 1 << 3,  /* Pins or charges that nobody will undo. */
    VSIM_HAZARD_UNDER = 1 << 4, /* locked_vm has gone below zero. */
};

/* The outcomes that the specification allows for an op, and why. */
struct vsim_allowed {
    bool undecided; /* The specification says nothing here; then n is 0. */
    unsigned n;
    unsigned hazards; /* enum vsim_hazard, of the outcome that came. */
    struct {
        struct vsim_outcome outcome; /* `given`: the fields that are claimed; others may be anything. */
        enum vsim_rule_id rule;
        struct vsim_witness witness;
    } one[VSIM_MAX_ALLOWED];
};

/* A process, device or world line of the trace as an operand: an ADDRESS field as a number, base and all. */
static inline uint64_t vsim_op_offset(const struct vsim_op *op, unsigned field)
{
    return op->value[field] - op->base_address[field];
}

/* Make a result a success with no fields. */
static inline void vsim_result_succeed(struct vsim_result *result, enum vsim_rule_id rule, int64_t value)
{
    result->outcome.error = 0;
    result->outcome.given = 0;
    result->outcome.value = value;
    result->outcome.value_given = true;
    result->outcome.tail_given = false;
    result->outcome.tail_open_bytes = 0;
    result->rule = rule;
    result->unavailable = false;
}

/* Make a result the refusal that the rule's row says. */
static inline void vsim_result_refuse(struct vsim_result *result, enum vsim_rule_id rule)
{
    vsim_result_succeed(result, rule, -1);
    result->outcome.error = vsim_spec_rules[rule].error;
}

static inline void vsim_outcome_set(struct vsim_outcome *outcome, unsigned field, uint64_t value)
{
    outcome->given |= UINT32_C(1) << field;
    outcome->out[field] = value;
    outcome->base[field] = 0;
}

#endif
