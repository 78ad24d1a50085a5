// SPDX-License-Identifier: MIT
/*
 * Slots of one size that are named by number, for what an index points at. Growing doubles, so taking a slot
 * is O(1) amortised and free of malloc in a steady state; a pointer to a slot lives until the next take.
 */
#ifndef VSIM_SIM_POOL_H
#define VSIM_SIM_POOL_H

#include <glib.h>
#include <stdint.h>

#define VSIM_SIM_POOL_NONE UINT32_MAX

struct vsim_sim_pool {
    char *slots; /* At the head of a cache line. */
    uint32_t stride_bytes;
    uint32_t n_slots; /* Handed out at least once. */
    uint32_t capacity;
    uint32_t n_taken;
    uint32_t free; /* The first free slot; a free slot begins with the number of the next one. */
};

static inline void vsim_sim_pool_init(struct vsim_sim_pool *pool, size_t stride_bytes)
{
    *pool = (struct vsim_sim_pool){.stride_bytes = (uint32_t)stride_bytes, .free = VSIM_SIM_POOL_NONE};
}

void vsim_sim_pool_clear(struct vsim_sim_pool *pool);
void vsim_sim_pool_grow(struct vsim_sim_pool *pool);

static inline void *vsim_sim_pool_at(const struct vsim_sim_pool *pool, uint32_t slot)
{
    return pool->slots + (size_t)slot * pool->stride_bytes;
}

static inline uint32_t vsim_sim_pool_slot(const struct vsim_sim_pool *pool, const void *at)
{
    return (uint32_t)((size_t)((const char *)at - pool->slots) / pool->stride_bytes);
}

static inline uint32_t vsim_sim_pool_take(struct vsim_sim_pool *pool)
{
    uint32_t slot = pool->free;

    pool->n_taken++;
    if (slot != VSIM_SIM_POOL_NONE) {
        pool->free = *(uint32_t *)vsim_sim_pool_at(pool, slot);
        return slot;
    }
    if (pool->n_slots == pool->capacity)
        vsim_sim_pool_grow(pool);
    return pool->n_slots++;
}

static inline void vsim_sim_pool_give(struct vsim_sim_pool *pool, uint32_t slot)
{
    *(uint32_t *)vsim_sim_pool_at(pool, slot) = pool->free;
    pool->free = slot;
    pool->n_taken--;
}

#endif
