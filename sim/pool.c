// SPDX-License-Identifier: MIT
#include "pool.h"

#include <string.h>
#include <sys/mman.h>

#define CACHE_LINE_BYTES ((gsize)64)
#define HUGE_PAGE_BYTES  ((gsize)2 << 20)

/*
 * A lookup in a big pool is a cache miss; on small pages it would be a TLB miss as well. Advice only: where
 * the kernel has no huge page to give, nothing is lost.
 */
static char *allocate(gsize n_bytes)
{
    char *slots;

    if (n_bytes < HUGE_PAGE_BYTES)
        return g_aligned_alloc(1, n_bytes, CACHE_LINE_BYTES);
    slots = g_aligned_alloc(1, n_bytes, HUGE_PAGE_BYTES);
    (void)madvise(slots, n_bytes, MADV_HUGEPAGE);
    return slots;
}

void vsim_sim_pool_grow(struct vsim_sim_pool *pool)
{
    const uint32_t capacity = pool->capacity ? pool->capacity * 2 : 4;
    char *slots = allocate((gsize)capacity * pool->stride_bytes);

    if (pool->slots)
        memcpy(slots, pool->slots, (gsize)pool->n_slots * pool->stride_bytes);
    g_aligned_free(pool->slots);
    pool->slots = slots;
    pool->capacity = capacity;
}

void vsim_sim_pool_clear(struct vsim_sim_pool *pool)
{
    g_aligned_free(pool->slots);
    vsim_sim_pool_init(pool, pool->stride_bytes);
}
