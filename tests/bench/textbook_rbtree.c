// SPDX-License-Identifier: MIT
/*
 * Left and right are spelt out in two mirrored functions each, as in a book, rather than folded into an
 * index: this code is the witness against code that folds them.
 */
#include "textbook_rbtree.h"

#include <glib.h>

static bool is_red(const struct vsim_bench_textbook_node *node)
{
    return node && node->red;
}

static void transplant(struct vsim_bench_textbook *tree, struct vsim_bench_textbook_node *old,
                       struct vsim_bench_textbook_node *node)
{
    if (!old->parent)
        tree->root = node;
    else if (old == old->parent->left)
        old->parent->left = node;
    else
        old->parent->right = node;
    if (node)
        node->parent = old->parent;
}

static void rotate_left(struct vsim_bench_textbook *tree, struct vsim_bench_textbook_node *x)
{
    struct vsim_bench_textbook_node *y = x->right;

    x->right = y->left;
    if (y->left)
        y->left->parent = x;
    transplant(tree, x, y);
    y->left = x;
    x->parent = y;
}

static void rotate_right(struct vsim_bench_textbook *tree, struct vsim_bench_textbook_node *x)
{
    struct vsim_bench_textbook_node *y = x->left;

    x->left = y->right;
    if (y->right)
        y->right->parent = x;
    transplant(tree, x, y);
    y->right = x;
    x->parent = y;
}

/* The parent of x is red and the left child of its own parent; returns where to look next. */
static struct vsim_bench_textbook_node *fix_red_left(struct vsim_bench_textbook *tree,
                                                     struct vsim_bench_textbook_node *x)
{
    struct vsim_bench_textbook_node *grandparent = x->parent->parent;
    struct vsim_bench_textbook_node *uncle = grandparent->right;

    if (is_red(uncle)) {
        x->parent->red = false;
        uncle->red = false;
        grandparent->red = true;
        return grandparent;
    }
    if (x == x->parent->right) {
        x = x->parent;
        rotate_left(tree, x);
    }
    x->parent->red = false;
    grandparent->red = true;
    rotate_right(tree, grandparent);
    return x;
}

static struct vsim_bench_textbook_node *fix_red_right(struct vsim_bench_textbook *tree,
                                                      struct vsim_bench_textbook_node *x)
{
    struct vsim_bench_textbook_node *grandparent = x->parent->parent;
    struct vsim_bench_textbook_node *uncle = grandparent->left;

    if (is_red(uncle)) {
        x->parent->red = false;
        uncle->red = false;
        grandparent->red = true;
        return grandparent;
    }
    if (x == x->parent->left) {
        x = x->parent;
        rotate_right(tree, x);
    }
    x->parent->red = false;
    grandparent->red = true;
    rotate_left(tree, grandparent);
    return x;
}

bool vsim_bench_textbook_insert(struct vsim_bench_textbook *tree, uint64_t first, uint64_t last,
                                uint32_t value)
{
    struct vsim_bench_textbook_node **link = &tree->root;
    struct vsim_bench_textbook_node *parent = NULL;
    struct vsim_bench_textbook_node *node;

    while (*link) {
        parent = *link;
        if (last < parent->first)
            link = &parent->left;
        else if (first > parent->last)
            link = &parent->right;
        else
            return false;
    }
    node = g_new(struct vsim_bench_textbook_node, 1);
    *node = (struct vsim_bench_textbook_node){
        .first = first, .last = last, .parent = parent, .value = value, .red = true};
    *link = node;
    while (is_red(node->parent)) {
        if (node->parent == node->parent->parent->left)
            node = fix_red_left(tree, node);
        else
            node = fix_red_right(tree, node);
    }
    tree->root->red = false;
    return true;
}

/* What hangs left of `parent` is one black short; returns the new place of the shortage, or the root. */
static struct vsim_bench_textbook_node *fix_short_left(struct vsim_bench_textbook *tree,
                                                       struct vsim_bench_textbook_node *parent)
{
    struct vsim_bench_textbook_node *sibling = parent->right;

    if (is_red(sibling)) {
        sibling->red = false;
        parent->red = true;
        rotate_left(tree, parent);
        sibling = parent->right;
    }
    if (!is_red(sibling->left) && !is_red(sibling->right)) {
        sibling->red = true;
        return parent;
    }
    if (!is_red(sibling->right)) {
        sibling->left->red = false;
        sibling->red = true;
        rotate_right(tree, sibling);
        sibling = parent->right;
    }
    sibling->red = parent->red;
    parent->red = false;
    sibling->right->red = false;
    rotate_left(tree, parent);
    return tree->root;
}

static struct vsim_bench_textbook_node *fix_short_right(struct vsim_bench_textbook *tree,
                                                        struct vsim_bench_textbook_node *parent)
{
    struct vsim_bench_textbook_node *sibling = parent->left;

    if (is_red(sibling)) {
        sibling->red = false;
        parent->red = true;
        rotate_right(tree, parent);
        sibling = parent->left;
    }
    if (!is_red(sibling->right) && !is_red(sibling->left)) {
        sibling->red = true;
        return parent;
    }
    if (!is_red(sibling->left)) {
        sibling->right->red = false;
        sibling->red = true;
        rotate_left(tree, sibling);
        sibling = parent->left;
    }
    sibling->red = parent->red;
    parent->red = false;
    sibling->left->red = false;
    rotate_right(tree, parent);
    return tree->root;
}

static void fix_shortage(struct vsim_bench_textbook *tree, struct vsim_bench_textbook_node *x,
                         struct vsim_bench_textbook_node *parent)
{
    while (x != tree->root && !is_red(x)) {
        x = x == parent->left ? fix_short_left(tree, parent) : fix_short_right(tree, parent);
        parent = x->parent;
    }
    if (x)
        x->red = false;
}

static void unlink_node(struct vsim_bench_textbook *tree, struct vsim_bench_textbook_node *node)
{
    struct vsim_bench_textbook_node *y = node;
    struct vsim_bench_textbook_node *x;
    struct vsim_bench_textbook_node *parent;
    bool lost_red;

    if (node->left && node->right) {
        for (y = node->right; y->left; y = y->left)
            continue;
    }
    lost_red = y->red;
    x = y == node && node->left ? node->left : y->right;
    parent = y->parent == node ? y : y->parent;
    if (y == node) {
        parent = node->parent;
        transplant(tree, node, x);
    } else {
        if (y->parent != node) {
            transplant(tree, y, x);
            y->right = node->right;
            y->right->parent = y;
        }
        transplant(tree, node, y);
        y->left = node->left;
        y->left->parent = y;
        y->red = node->red;
    }
    if (!lost_red)
        fix_shortage(tree, x, parent);
}

struct vsim_bench_textbook_node *vsim_bench_textbook_find(const struct vsim_bench_textbook *tree,
                                                          uint64_t addr)
{
    struct vsim_bench_textbook_node *node = tree->root;

    while (node) {
        if (addr < node->first)
            node = node->left;
        else if (addr > node->last)
            node = node->right;
        else
            break;
    }
    return node;
}

bool vsim_bench_textbook_remove(struct vsim_bench_textbook *tree, uint64_t addr)
{
    struct vsim_bench_textbook_node *node = vsim_bench_textbook_find(tree, addr);

    if (!node)
        return false;
    unlink_node(tree, node);
    g_free(node);
    return true;
}

void vsim_bench_textbook_clear(struct vsim_bench_textbook *tree)
{
    struct vsim_bench_textbook_node *node = tree->root;

    while (node) {
        struct vsim_bench_textbook_node *next;

        if (node->left) {
            next = node->left;
            node->left = NULL;
        } else if (node->right) {
            next = node->right;
            node->right = NULL;
        } else {
            next = node->parent;
            g_free(node);
        }
        node = next;
    }
    tree->root = NULL;
}
