// SPDX-License-Identifier: MIT
/* One digest for everything: xxh3, 64 bits, seed 0. */
#ifndef VSIM_BASE_HASH_H
#define VSIM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

static inline uint64_t vsim_hash(const void *bytes, size_t length_bytes)
{
    return XXH3_64bits(bytes, length_bytes);
}

#endif
