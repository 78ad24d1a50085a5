// SPDX-License-Identifier: MIT
#ifndef VSIM_SIM_IOVA_INDEX_H
#define VSIM_SIM_IOVA_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * An ordered map of disjoint closed ranges [first, last] to a 32-bit value, which is a slot number in the
 * caller's pool.  It serves the mappings of a container and the extents of a domain's page table alike.
 *
 * Ranges may reach 2^64-1, and [0, 2^64-1] is a legal entry.  An entry never changes in place.  Values are
 * opaque here, except that VSIM_SIM_INDEX_NONE says "no such neighbour" and so is not a legal value.
 *
 * The index is deterministic: the same history gives the same tree.  It allocates in slabs that double up to
 * a limit, reuses the nodes it freed, and gives its memory back when it is freed or cleared.
 */

#define VSIM_SIM_INDEX_NONE UINT32_MAX

struct vsim_sim_index;

struct vsim_sim_index_entry {
    uint64_t first;
    uint64_t last;
    uint32_t value;
};

/* What an insertion found around its range: the slots of the entries below and above, or NONE. */
struct vsim_sim_index_neighbours {
    uint32_t predecessor;
    uint32_t successor;
};

/* A place between changes: any insertion or removal makes every cursor stale. */
struct vsim_sim_index_cursor {
    const void *leaf;
    uint32_t position;
};

/* The caller owns the result; freeing NULL is allowed.  An empty index holds no node. */
struct vsim_sim_index *vsim_sim_index_new(void);
void vsim_sim_index_free(struct vsim_sim_index *index);
void vsim_sim_index_clear(struct vsim_sim_index *index);

uint32_t vsim_sim_index_count(const struct vsim_sim_index *index);
size_t vsim_sim_index_memory_bytes(const struct vsim_sim_index *index);

/*
 * Adds the entry unless it overlaps one that is there; then returns false, fills conflict (may be NULL) with
 * the lowest such entry and changes nothing.  neighbours may be NULL and is only written on success.
 */
bool vsim_sim_index_insert(struct vsim_sim_index *index, const struct vsim_sim_index_entry *entry,
                           struct vsim_sim_index_neighbours *neighbours,
                           struct vsim_sim_index_entry *conflict);

/* Removes the entry that begins exactly at first.  removed may be NULL.  Returns false if there is none. */
bool vsim_sim_index_remove(struct vsim_sim_index *index, uint64_t first,
                           struct vsim_sim_index_entry *removed);

/* The entry that contains addr.  found may be NULL. */
bool vsim_sim_index_find(const struct vsim_sim_index *index, uint64_t addr,
                         struct vsim_sim_index_entry *found);

/* The lowest entry whose last is not below addr: what the kernel calls the first match. */
bool vsim_sim_index_lower(const struct vsim_sim_index *index, uint64_t addr,
                          struct vsim_sim_index_entry *found);

/*
 * Walking.  first, last and seek return false, and next and prev leave the cursor unusable, when there is no
 * such entry.  seek stands on the entry that lower would find.
 */
bool vsim_sim_index_first(const struct vsim_sim_index *index, struct vsim_sim_index_cursor *cursor);
bool vsim_sim_index_last(const struct vsim_sim_index *index, struct vsim_sim_index_cursor *cursor);
bool vsim_sim_index_seek(const struct vsim_sim_index *index, uint64_t addr,
                         struct vsim_sim_index_cursor *cursor);
bool vsim_sim_index_next(struct vsim_sim_index_cursor *cursor);
bool vsim_sim_index_prev(struct vsim_sim_index_cursor *cursor);
struct vsim_sim_index_entry vsim_sim_index_at(const struct vsim_sim_index_cursor *cursor);

/* True if every structural promise holds; O(n), for debug builds and tests. */
bool vsim_sim_index_check_invariants(const struct vsim_sim_index *index);

#endif
