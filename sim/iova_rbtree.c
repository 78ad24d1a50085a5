// SPDX-License-Identifier: MIT
/*
 * A red-black tree after Cormen, Leiserson, Rivest and Stein, in an array.
 *
 * Which of the many red-black trees it is matters: Linux repairs bottom-up, and when a node with two children
 * leaves, its in-order successor takes its place and colour.  The textbook's insertion and deletion make the
 * same choices, so the shapes are equal after every history; tests/sim/test_iova_rbtree.c holds this against
 * an independent tree that descends.
 *
 * Node 0 is a sentinel that stands for every missing child and for the parent of the root; slot s is node
 * s + 1.  The sentinel is black and has no child.  Its parent link is written by rotations, to save them a
 * branch that cannot be foretold, and never read.
 */
#include "iova_rbtree.h"

#include <glib.h>
#include <string.h>

#define NIL   0u
#define RED   1u
#define BLACK 0u
#define LEFT  0
#define RIGHT 1

/* Black nodes on a path from the root; twice as many fit on it, and 2^31 nodes need fewer. */
#define MAX_BLACK_HEIGHT 32u

struct vsim_sim_rbnode {
    uint32_t parent_color;
    uint32_t child[2];
};

struct vsim_sim_rbtree {
    struct vsim_sim_rbnode *nodes; /* capacity nodes, the sentinel among them. */
    uint32_t capacity;
    uint32_t root;
    uint32_t count;
};

_Static_assert(sizeof(struct vsim_sim_rbnode) == 12, "a node costs twelve bytes");

static inline uint32_t parent_of(const struct vsim_sim_rbnode *nodes, uint32_t node)
{
    return nodes[node].parent_color >> 1;
}

static inline uint32_t color_of(const struct vsim_sim_rbnode *nodes, uint32_t node)
{
    return nodes[node].parent_color & RED;
}

static inline void set_parent(struct vsim_sim_rbnode *nodes, uint32_t node, uint32_t parent)
{
    nodes[node].parent_color = parent << 1 | color_of(nodes, node);
}

static inline void set_color(struct vsim_sim_rbnode *nodes, uint32_t node, uint32_t color)
{
    nodes[node].parent_color = (nodes[node].parent_color & ~RED) | color;
}

static inline uint32_t slot_of(uint32_t node)
{
    return node - 1; /* The sentinel becomes VSIM_SIM_RBTREE_NONE. */
}

static inline uint32_t node_of(uint32_t slot)
{
    return slot + 1;
}

/* Life. */

struct vsim_sim_rbtree *vsim_sim_rbtree_new(void)
{
    return g_new0(struct vsim_sim_rbtree, 1);
}

void vsim_sim_rbtree_clear(struct vsim_sim_rbtree *tree)
{
    g_free(tree->nodes);
    *tree = (struct vsim_sim_rbtree){0};
}

void vsim_sim_rbtree_free(struct vsim_sim_rbtree *tree)
{
    if (!tree)
        return;
    vsim_sim_rbtree_clear(tree);
    g_free(tree);
}

void vsim_sim_rbtree_reserve(struct vsim_sim_rbtree *tree, uint32_t n_slots)
{
    uint64_t wanted = (uint64_t)n_slots + 1;

    g_assert(n_slots < INT32_MAX);
    if (wanted <= tree->capacity)
        return;
    wanted = MIN(MAX(wanted, MAX(16, (uint64_t)tree->capacity * 2)), INT32_MAX);
    tree->nodes = g_renew(struct vsim_sim_rbnode, tree->nodes, wanted);
    tree->nodes[NIL] = (struct vsim_sim_rbnode){0};
    tree->capacity = (uint32_t)wanted;
}

/* Rotations and repairs.  side is where something is; !side is the mirror image. */

static inline int side_of(const struct vsim_sim_rbnode *nodes, uint32_t parent, uint32_t node)
{
    return nodes[parent].child[RIGHT] == node ? RIGHT : LEFT;
}

/* Puts `node` where `old` hangs, below old's parent. */
static inline void replace_child(struct vsim_sim_rbtree *tree, uint32_t parent, uint32_t old, uint32_t node)
{
    if (parent == NIL)
        tree->root = node;
    else
        tree->nodes[parent].child[side_of(tree->nodes, parent, old)] = node;
}

/* Turns the edge between node and its child on !side, so that node sinks to `side`. */
static inline void rotate(struct vsim_sim_rbtree *tree, uint32_t node, int side)
{
    struct vsim_sim_rbnode *nodes = tree->nodes;
    uint32_t parent = parent_of(nodes, node);
    uint32_t rising = nodes[node].child[!side];
    uint32_t inner = nodes[rising].child[side];

    nodes[node].child[!side] = inner;
    set_parent(nodes, inner, node);
    replace_child(tree, parent, node, rising);
    set_parent(nodes, rising, parent);
    nodes[rising].child[side] = node;
    set_parent(nodes, node, rising);
}

static void repair_insertion(struct vsim_sim_rbtree *tree, uint32_t node)
{
    struct vsim_sim_rbnode *nodes = tree->nodes;
    uint32_t parent = parent_of(nodes, node);

    while (color_of(nodes, parent) == RED) {
        uint32_t grandparent = parent_of(nodes, parent);
        int side = side_of(nodes, grandparent, parent);
        uint32_t uncle = nodes[grandparent].child[!side];

        if (color_of(nodes, uncle) == RED) {
            set_color(nodes, parent, BLACK);
            set_color(nodes, uncle, BLACK);
            set_color(nodes, grandparent, RED);
            node = grandparent;
            parent = parent_of(nodes, node);
            continue;
        }
        if (nodes[parent].child[!side] == node) {
            rotate(tree, parent, side);
            parent = node;
        }
        set_color(nodes, parent, BLACK);
        set_color(nodes, grandparent, RED);
        rotate(tree, grandparent, !side);
        break;
    }
    set_color(nodes, tree->root, BLACK);
}

/* One step where `node`, perhaps the sentinel, is one black short; returns where to go on, or NIL when done.
 */
static uint32_t repair_shortage(struct vsim_sim_rbtree *tree, uint32_t node, uint32_t parent)
{
    struct vsim_sim_rbnode *nodes = tree->nodes;
    int side = nodes[parent].child[LEFT] == node ? LEFT : RIGHT;
    uint32_t sibling = nodes[parent].child[!side];

    if (color_of(nodes, sibling) == RED) {
        set_color(nodes, sibling, BLACK);
        set_color(nodes, parent, RED);
        rotate(tree, parent, side);
        sibling = nodes[parent].child[!side];
    }
    if (color_of(nodes, nodes[sibling].child[!side]) == BLACK) {
        uint32_t near = nodes[sibling].child[side];

        if (color_of(nodes, near) == BLACK) {
            set_color(nodes, sibling, RED);
            return parent;
        }
        set_color(nodes, near, BLACK);
        set_color(nodes, sibling, RED);
        rotate(tree, sibling, !side);
        sibling = near;
    }
    set_color(nodes, sibling, color_of(nodes, parent));
    set_color(nodes, parent, BLACK);
    set_color(nodes, nodes[sibling].child[!side], BLACK);
    rotate(tree, parent, side);
    return NIL;
}

static void repair_erasure(struct vsim_sim_rbtree *tree, uint32_t node, uint32_t parent)
{
    struct vsim_sim_rbnode *nodes = tree->nodes;

    while (parent != NIL && color_of(nodes, node) == BLACK) {
        node = repair_shortage(tree, node, parent);
        if (node == NIL)
            return;
        parent = parent_of(nodes, node);
    }
    if (node != NIL)
        set_color(nodes, node, BLACK);
}

/* Insertion. */

static uint32_t prepare(struct vsim_sim_rbtree *tree, uint32_t slot)
{
    if (node_of(slot) >= tree->capacity)
        vsim_sim_rbtree_reserve(tree, slot + 1);
    tree->count++;
    return node_of(slot);
}

static inline void attach(struct vsim_sim_rbtree *tree, uint32_t node, uint32_t parent, int side)
{
    struct vsim_sim_rbnode *nodes = tree->nodes;

    nodes[node] = (struct vsim_sim_rbnode){parent << 1 | RED, {NIL, NIL}};
    if (parent == NIL) {
        tree->root = node;
        set_color(nodes, node, BLACK);
        return;
    }
    nodes[parent].child[side] = node;
    if (color_of(nodes, parent) == RED)
        repair_insertion(tree, node);
}

/*
 * Of two neighbours in order, one is an ancestor of the other.  If the predecessor has a right child, the
 * successor is below it and has no left child; otherwise the place to the right of the predecessor is free.
 * Only one place is free between them, and every descent that keeps the order ends there.
 */
void vsim_sim_rbtree_insert(struct vsim_sim_rbtree *tree, uint32_t slot, uint32_t predecessor,
                            uint32_t successor)
{
    uint32_t node = prepare(tree, slot);
    uint32_t below = node_of(predecessor);
    uint32_t above = node_of(successor);
    int side;

    __builtin_prefetch(&tree->nodes[above]);
    side = (below != NIL) & (tree->nodes[below].child[RIGHT] == NIL);
    attach(tree, node, side == RIGHT ? below : above, side);
}

static inline uint64_t key_at(const struct vsim_sim_rbtree_keys *keys, uint32_t node, size_t offset)
{
    uint64_t key;

    memcpy(&key, (const char *)keys->base + keys->stride * slot_of(node) + offset, sizeof(key));
    return key;
}

static inline uint64_t start_of(const struct vsim_sim_rbtree_keys *keys, uint32_t node)
{
    return key_at(keys, node, keys->first_offset);
}

/* The kernel's iova + size: one past the last byte, and 0 for a mapping that ends at 2^64. */
static inline uint64_t end_of(const struct vsim_sim_rbtree_keys *keys, uint32_t node)
{
    return key_at(keys, node, keys->last_offset) + 1;
}

void vsim_sim_rbtree_insert_by_descent(struct vsim_sim_rbtree *tree, const struct vsim_sim_rbtree_keys *keys,
                                       uint32_t slot)
{
    uint32_t node = prepare(tree, slot);
    uint64_t end = end_of(keys, node);
    uint32_t parent = NIL;
    uint32_t next = tree->root;
    int side = LEFT;

    while (next != NIL) {
        parent = next;
        side = end <= start_of(keys, parent) ? LEFT : RIGHT;
        next = tree->nodes[parent].child[side];
    }
    attach(tree, node, parent, side);
}

/* Erasure. */

static inline uint32_t outermost(const struct vsim_sim_rbnode *nodes, uint32_t node, int side)
{
    while (nodes[node].child[side] != NIL)
        node = nodes[node].child[side];
    return node;
}

/* Lets the successor of a node with two children leave its place for the node's, and the node's colour. */
static void erase_inner_node(struct vsim_sim_rbtree *tree, uint32_t node)
{
    struct vsim_sim_rbnode *nodes = tree->nodes;
    uint32_t successor = outermost(nodes, nodes[node].child[RIGHT], LEFT);
    uint32_t orphan = nodes[successor].child[RIGHT];
    uint32_t short_parent = parent_of(nodes, successor);
    uint32_t lost = color_of(nodes, successor);

    if (short_parent == node) {
        short_parent = successor;
    } else {
        nodes[short_parent].child[LEFT] = orphan;
        set_parent(nodes, orphan, short_parent);
        nodes[successor].child[RIGHT] = nodes[node].child[RIGHT];
        set_parent(nodes, nodes[node].child[RIGHT], successor);
    }
    nodes[successor].child[LEFT] = nodes[node].child[LEFT];
    set_parent(nodes, nodes[node].child[LEFT], successor);
    replace_child(tree, parent_of(nodes, node), node, successor);
    nodes[successor].parent_color = nodes[node].parent_color;
    if (lost == BLACK)
        repair_erasure(tree, orphan, short_parent);
}

void vsim_sim_rbtree_prefetch(const struct vsim_sim_rbtree *tree, uint32_t slot)
{
    __builtin_prefetch(&tree->nodes[node_of(slot)], 1);
}

void vsim_sim_rbtree_erase(struct vsim_sim_rbtree *tree, uint32_t slot)
{
    struct vsim_sim_rbnode *nodes = tree->nodes;
    uint32_t node = node_of(slot);
    uint32_t parent = parent_of(nodes, node);
    uint32_t child = nodes[node].child[LEFT] + nodes[node].child[RIGHT];

    __builtin_prefetch(&nodes[parent]);
    __builtin_prefetch(&nodes[nodes[node].child[LEFT]]);
    __builtin_prefetch(&nodes[nodes[node].child[RIGHT]]);
    tree->count--;
    if (nodes[node].child[LEFT] != NIL && nodes[node].child[RIGHT] != NIL) {
        erase_inner_node(tree, node);
        return;
    }
    replace_child(tree, parent, node, child);
    if (child != NIL)
        nodes[child].parent_color = parent << 1 | BLACK; /* An only child is red and its parent black. */
    else if (color_of(nodes, node) == BLACK)
        repair_erasure(tree, NIL, parent);
}

/* Lookups. */

uint32_t vsim_sim_rbtree_find_overlap(const struct vsim_sim_rbtree *tree,
                                      const struct vsim_sim_rbtree_keys *keys, uint64_t start,
                                      uint64_t size_bytes)
{
    uint32_t node = tree->root;

    while (node != NIL) {
        if (start + size_bytes <= start_of(keys, node))
            node = tree->nodes[node].child[LEFT];
        else if (start >= end_of(keys, node))
            node = tree->nodes[node].child[RIGHT];
        else
            break;
    }
    return slot_of(node);
}

uint32_t vsim_sim_rbtree_find_first_match(const struct vsim_sim_rbtree *tree,
                                          const struct vsim_sim_rbtree_keys *keys, uint64_t start,
                                          uint64_t size_bytes)
{
    uint32_t node = tree->root;
    uint32_t match = NIL;

    while (node != NIL) {
        int side = start < end_of(keys, node) ? LEFT : RIGHT;

        if (side == LEFT) {
            match = node;
            if (start >= start_of(keys, node))
                break;
        }
        node = tree->nodes[node].child[side];
    }
    if (match != NIL && size_bytes != 0 && start_of(keys, match) >= start + size_bytes)
        match = NIL;
    return slot_of(match);
}

/* Shape and order. */

uint32_t vsim_sim_rbtree_count(const struct vsim_sim_rbtree *tree)
{
    return tree->count;
}

uint32_t vsim_sim_rbtree_root(const struct vsim_sim_rbtree *tree)
{
    return slot_of(tree->root);
}

uint32_t vsim_sim_rbtree_left(const struct vsim_sim_rbtree *tree, uint32_t slot)
{
    return slot_of(tree->nodes[node_of(slot)].child[LEFT]);
}

uint32_t vsim_sim_rbtree_right(const struct vsim_sim_rbtree *tree, uint32_t slot)
{
    return slot_of(tree->nodes[node_of(slot)].child[RIGHT]);
}

uint32_t vsim_sim_rbtree_parent(const struct vsim_sim_rbtree *tree, uint32_t slot)
{
    return slot_of(parent_of(tree->nodes, node_of(slot)));
}

bool vsim_sim_rbtree_is_red(const struct vsim_sim_rbtree *tree, uint32_t slot)
{
    return color_of(tree->nodes, node_of(slot)) == RED;
}

uint32_t vsim_sim_rbtree_first(const struct vsim_sim_rbtree *tree)
{
    return tree->root == NIL ? VSIM_SIM_RBTREE_NONE : slot_of(outermost(tree->nodes, tree->root, LEFT));
}

/* The neighbour of a node on one side: the far end of its subtree there, or the first ancestor beyond it. */
static uint32_t neighbour(const struct vsim_sim_rbtree *tree, uint32_t slot, int side)
{
    const struct vsim_sim_rbnode *nodes = tree->nodes;
    uint32_t node = node_of(slot);
    uint32_t parent;

    if (nodes[node].child[side] != NIL)
        return slot_of(outermost(nodes, nodes[node].child[side], !side));
    for (parent = parent_of(nodes, node); parent != NIL; parent = parent_of(nodes, node)) {
        if (nodes[parent].child[side] != node)
            break;
        node = parent;
    }
    return slot_of(parent);
}

uint32_t vsim_sim_rbtree_next(const struct vsim_sim_rbtree *tree, uint32_t slot)
{
    return neighbour(tree, slot, RIGHT);
}

uint32_t vsim_sim_rbtree_prev(const struct vsim_sim_rbtree *tree, uint32_t slot)
{
    return neighbour(tree, slot, LEFT);
}

/* Invariants. */

struct audit {
    const struct vsim_sim_rbtree *tree;
    const struct vsim_sim_rbtree_keys *keys; /* NULL if the ranges are not to be looked at. */
    uint32_t previous;                       /* The node before in order, or NIL. */
    uint32_t seen;
    uint32_t black_height; /* Of the first path that ended; all others must have as many. */
};

/* Ranges are compared without the kernel's wrapping: a mapping that ends at 2^64 may only be the last. */
static bool audit_range(struct audit *audit, uint32_t node)
{
    const struct vsim_sim_rbtree_keys *keys = audit->keys;
    uint32_t previous = audit->previous;

    audit->previous = node;
    audit->seen++;
    return !keys || previous == NIL || key_at(keys, previous, keys->last_offset) < start_of(keys, node);
}

static bool audit_subtree(struct audit *audit, uint32_t node, uint32_t parent, uint32_t n_blacks)
{
    const struct vsim_sim_rbnode *nodes = audit->tree->nodes;

    if (node == NIL) {
        if (audit->black_height == 0)
            audit->black_height = n_blacks + 1;
        return audit->black_height == n_blacks + 1;
    }
    if (node >= audit->tree->capacity || parent_of(nodes, node) != parent ||
        audit->seen >= audit->tree->count)
        return false;
    if (color_of(nodes, node) == RED && color_of(nodes, parent) == RED)
        return false;
    n_blacks += color_of(nodes, node) == BLACK;
    return n_blacks <= MAX_BLACK_HEIGHT && audit_subtree(audit, nodes[node].child[LEFT], node, n_blacks) &&
           audit_range(audit, node) && audit_subtree(audit, nodes[node].child[RIGHT], node, n_blacks);
}

bool vsim_sim_rbtree_check_invariants(const struct vsim_sim_rbtree *tree,
                                      const struct vsim_sim_rbtree_keys *keys)
{
    struct audit audit = {.tree = tree, .keys = keys};

    if (tree->root == NIL)
        return tree->count == 0;
    return color_of(tree->nodes, tree->root) == BLACK && color_of(tree->nodes, NIL) == BLACK &&
           tree->nodes[NIL].child[LEFT] == NIL && tree->nodes[NIL].child[RIGHT] == NIL &&
           audit_subtree(&audit, tree->root, NIL, 0) && audit.seen == tree->count;
}
