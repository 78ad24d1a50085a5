// SPDX-License-Identifier: MIT
/*
 * Closed ranges of 64-bit addresses.
 *
 * `first` and `last` are both inside the range, so the whole address space is a range and no length
 * overflows. A length in bytes can only be taken of a range that is not the whole space.
 */
#ifndef VSIM_BASE_RANGE_H
#define VSIM_BASE_RANGE_H

#include <stdbool.h>
#include <stdint.h>

struct vsim_range {
    uint64_t first;
    uint64_t last;
};

static inline struct vsim_range vsim_range(uint64_t first, uint64_t last)
{
    return (struct vsim_range){.first = first, .last = last};
}

/* True when first + length_bytes - 1 does not fit; length_bytes must not be 0. */
static inline bool vsim_range_wraps(uint64_t first, uint64_t length_bytes)
{
    return length_bytes - 1 > UINT64_MAX - first;
}

static inline bool vsim_range_overlaps(struct vsim_range a, struct vsim_range b)
{
    return a.first <= b.last && b.first <= a.last;
}

static inline bool vsim_range_contains(struct vsim_range outer, struct vsim_range inner)
{
    return outer.first <= inner.first && inner.last <= outer.last;
}

static inline bool vsim_range_has(struct vsim_range range, uint64_t address)
{
    return range.first <= address && address <= range.last;
}

/* The length in bytes; 0 stands for 2^64. */
static inline uint64_t vsim_range_length(struct vsim_range range)
{
    return range.last - range.first + 1;
}

static inline bool vsim_is_aligned(uint64_t value, uint64_t power_of_two)
{
    return (value & (power_of_two - 1)) == 0;
}

/* The lowest set bit of a page-size set: the granule. */
static inline uint64_t vsim_lowest_bit(uint64_t set)
{
    return set & (~set + 1);
}

#endif
