// SPDX-License-Identifier: MIT
#ifndef VSIM_SIM_IOVA_RBTREE_H
#define VSIM_SIM_IOVA_RBTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The red-black tree in which Linux keeps the mappings of a type1 container, node for node and colour for
 * colour.  The model does not need it to find mappings (iova_index does that); it is here because old kernels
 * let its shape be seen (T1-UNM-07, T1-TOP-05), and because it is what is drawn in a lecture.
 *
 * A node is named by its slot in the caller's pool of mappings and costs twelve bytes.  The tree owns its
 * nodes; the caller owns the mappings and lends their ranges through struct vsim_sim_rbtree_keys where an
 * operation has to look at them.  Slots are below 2^31 - 1.
 */

#define VSIM_SIM_RBTREE_NONE UINT32_MAX

struct vsim_sim_rbtree;

/* Where the closed range of a slot is found: first at base + slot * stride + first_offset, last likewise. */
struct vsim_sim_rbtree_keys {
    const void *base;
    size_t stride;
    size_t first_offset;
    size_t last_offset;
};

/* The caller owns the result; freeing NULL is allowed. */
struct vsim_sim_rbtree *vsim_sim_rbtree_new(void);
void vsim_sim_rbtree_free(struct vsim_sim_rbtree *tree);
void vsim_sim_rbtree_clear(struct vsim_sim_rbtree *tree);

/* Makes room for slots below n_slots, so that insertions of those do not allocate. */
void vsim_sim_rbtree_reserve(struct vsim_sim_rbtree *tree, uint32_t n_slots);

/*
 * Adds a slot between two that are neighbours in the tree's order, or NONE at an end.  Gives the shape that
 * a descent from the root by address would give, without looking at an address.
 */
void vsim_sim_rbtree_insert(struct vsim_sim_rbtree *tree, uint32_t slot, uint32_t predecessor,
                            uint32_t successor);

/*
 * Adds a slot where the kernel's own descent ends: left of a node when iova + size, wrapping, is at most the
 * node's iova, else right.  For mappings that do not touch 2^64 it is the same as insert.  A mapping that
 * ends there goes left of everything, and once one is in the tree only this function may add to it.
 */
void vsim_sim_rbtree_insert_by_descent(struct vsim_sim_rbtree *tree, const struct vsim_sim_rbtree_keys *keys,
                                       uint32_t slot);

/* Says that the node of a slot will be wanted soon. */
void vsim_sim_rbtree_prefetch(const struct vsim_sim_rbtree *tree, uint32_t slot);

/* Takes out a slot that is in the tree. */
void vsim_sim_rbtree_erase(struct vsim_sim_rbtree *tree, uint32_t slot);

/*
 * The two lookups of T1-TOP-06, in the kernel's wrapping arithmetic.  find_overlap stops at the intersecting
 * mapping nearest the root.  find_first_match is the lowest mapping that ends after start; with a size other
 * than 0 it must also begin below start + size.  Both return NONE if there is nothing, or if the arithmetic
 * leads them past it.
 */
uint32_t vsim_sim_rbtree_find_overlap(const struct vsim_sim_rbtree *tree,
                                      const struct vsim_sim_rbtree_keys *keys, uint64_t start,
                                      uint64_t size_bytes);
uint32_t vsim_sim_rbtree_find_first_match(const struct vsim_sim_rbtree *tree,
                                          const struct vsim_sim_rbtree_keys *keys, uint64_t start,
                                          uint64_t size_bytes);

/* The shape, for drawing; NONE where there is no such node. */
uint32_t vsim_sim_rbtree_count(const struct vsim_sim_rbtree *tree);
uint32_t vsim_sim_rbtree_root(const struct vsim_sim_rbtree *tree);
uint32_t vsim_sim_rbtree_left(const struct vsim_sim_rbtree *tree, uint32_t slot);
uint32_t vsim_sim_rbtree_right(const struct vsim_sim_rbtree *tree, uint32_t slot);
uint32_t vsim_sim_rbtree_parent(const struct vsim_sim_rbtree *tree, uint32_t slot);
bool vsim_sim_rbtree_is_red(const struct vsim_sim_rbtree *tree, uint32_t slot);

/* In-order walking, which is how the kernel visits "all mappings" even where the order is not by address. */
uint32_t vsim_sim_rbtree_first(const struct vsim_sim_rbtree *tree);
uint32_t vsim_sim_rbtree_next(const struct vsim_sim_rbtree *tree, uint32_t slot);
uint32_t vsim_sim_rbtree_prev(const struct vsim_sim_rbtree *tree, uint32_t slot);

/* True if links, colours and black heights are right, and, when keys is not NULL, ranges ascend disjointly.
 */
bool vsim_sim_rbtree_check_invariants(const struct vsim_sim_rbtree *tree,
                                      const struct vsim_sim_rbtree_keys *keys);

#endif
