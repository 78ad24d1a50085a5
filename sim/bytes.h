// SPDX-License-Identifier: MIT
/* What a read of memory saw: one byte all over, or a digest of many. */
#ifndef VSIM_SIM_BYTES_H
#define VSIM_SIM_BYTES_H

#include "../src/base/hash.h"
#include "../src/spec/op.h"
#include "object.h"

/* Reads of mixed bytes longer than this are not digested; a run of one byte may have any length. */
#define VSIM_SIM_LONGEST_DIGEST_BYTES (UINT64_C(1) << 30)

struct vsim_sim_bytes {
    XXH3_state_t state;
    uint64_t n_bytes;
    uint8_t byte; /* All of them, while `mixed` is false. */
    bool mixed;
    bool too_long;
};

void vsim_sim_bytes_begin(struct vsim_sim_bytes *bytes);
void vsim_sim_bytes_add(struct vsim_sim_bytes *bytes, const struct vsim_sim_object *object, uint64_t offset,
                        uint64_t length_bytes);

/* Give the outcome the field that tells it. */
void vsim_sim_bytes_answer(struct vsim_sim_bytes *bytes, struct vsim_outcome *outcome, unsigned fill_field,
                           unsigned digest_field);

#endif
