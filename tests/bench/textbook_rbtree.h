// SPDX-License-Identifier: MIT
#ifndef VSIM_BENCH_TEXTBOOK_RBTREE_H
#define VSIM_BENCH_TEXTBOOK_RBTREE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A red-black tree of ranges the way a textbook has it: one allocation a node, pointers, a descent for each
 * insertion.  It is the yardstick of the benchmark and the independent witness of the shape test, so it
 * shares nothing with sim/iova_rbtree and is written for obviousness.
 */

struct vsim_bench_textbook_node {
    uint64_t first;
    uint64_t last;
    struct vsim_bench_textbook_node *parent;
    struct vsim_bench_textbook_node *left;
    struct vsim_bench_textbook_node *right;
    uint32_t value;
    bool red;
};

struct vsim_bench_textbook {
    struct vsim_bench_textbook_node *root;
};

/* Refuses a range that overlaps another. */
bool vsim_bench_textbook_insert(struct vsim_bench_textbook *tree, uint64_t first, uint64_t last,
                                uint32_t value);

/* The node that contains addr, or NULL; the tree keeps it. */
struct vsim_bench_textbook_node *vsim_bench_textbook_find(const struct vsim_bench_textbook *tree,
                                                          uint64_t addr);

/* Removes the node that contains addr; returns false if there is none. */
bool vsim_bench_textbook_remove(struct vsim_bench_textbook *tree, uint64_t addr);

void vsim_bench_textbook_clear(struct vsim_bench_textbook *tree);

#endif
