// SPDX-License-Identifier: MIT
#include "state.h"

#include "../base/hash.h"

uint64_t vsim_spec_state_digest(const struct vsim_state_row *row)
{
    const uint64_t words[] = {
        (uint64_t)row->kind << 32 | row->owner, row->first, row->last, row->a, row->b, row->c, row->d,
    };
    return vsim_hash(words, sizeof words);
}

int vsim_spec_state_compare(const void *left, const void *right)
{
    const struct vsim_state_row *x = left;
    const struct vsim_state_row *y = right;

#define BY(member)                                                                                           \
    if (x->member != y->member)                                                                              \
        return x->member < y->member ? -1 : 1;
    BY(kind)
    BY(owner)
    BY(first)
    BY(a)
    BY(last)
    BY(b)
#undef BY
    return 0;
}
