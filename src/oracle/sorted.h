// SPDX-License-Identifier: MIT
/*
 * A sorted array of ranges with a value each, in chunks so that an insertion moves a few kilobytes at most.
 *
 * Everything that the oracle knows by address is such an array: the mappings of a container, the VMAs of an
 * mm, which private pages are there, and the bytes of an object. Entries are disjoint and ascending.
 */
#ifndef VSIM_ORACLE_SORTED_H
#define VSIM_ORACLE_SORTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VSIM_ORACLE_CHUNK_ENTRIES 256u

struct vsim_oracle_entry {
    uint64_t first;
    uint64_t last;
    uintptr_t value; /* A number, or a pointer that the array does not own. */
};

struct vsim_oracle_chunk {
    uint64_t first; /* Of its first entry; a chunk is never empty. */
    struct vsim_oracle_entry *entry;
    uint32_t n;
    uint32_t capacity;
};

struct vsim_oracle_place {
    uint32_t chunk;
    uint32_t at;
};

/* Where the last search ended: the rules of one call ask for one address several times. */
struct vsim_oracle_memo {
    bool valid;
    uint64_t address;
    struct vsim_oracle_place place;
};

/* All zeros is an empty array. */
struct vsim_oracle_sorted {
    struct vsim_oracle_memo *memo; /* NULL while the array has never held anything. */
    struct vsim_oracle_chunk *chunk;
    uint32_t n_chunks;
    uint32_t capacity;
    uint64_t n_entries;
};

void vsim_oracle_sorted_clear(struct vsim_oracle_sorted *sorted);

/* The first entry that ends at or behind `address`, and its place; NULL when all end before. */
struct vsim_oracle_entry *vsim_oracle_sorted_find(const struct vsim_oracle_sorted *sorted, uint64_t address,
                                                  struct vsim_oracle_place *place);

/* The entry at the place, NULL behind the last one. */
struct vsim_oracle_entry *vsim_oracle_sorted_at(const struct vsim_oracle_sorted *sorted,
                                                struct vsim_oracle_place place);

/* The entry after the place, which moves there. */
struct vsim_oracle_entry *vsim_oracle_sorted_next(const struct vsim_oracle_sorted *sorted,
                                                  struct vsim_oracle_place *place);

/* The entry must overlap no other. */
void vsim_oracle_sorted_insert(struct vsim_oracle_sorted *sorted, struct vsim_oracle_entry entry);

/* The place then names what followed the removed entry. */
void vsim_oracle_sorted_remove(struct vsim_oracle_sorted *sorted, struct vsim_oracle_place *place);

/* For arrays of numbers: the range has this value now, whatever it had; neighbours of one value become one
 * entry. */
void vsim_oracle_sorted_assign(struct vsim_oracle_sorted *sorted, struct vsim_oracle_entry entry);

#endif
