// SPDX-License-Identifier: MIT
/*
 * A B+tree keyed by `last` alone.
 *
 * Entries are disjoint, so ordering them by last orders them by first too.  Keying by last makes "the first
 * entry whose last is not below addr", which is what every lookup of the kernel begins with, a plain lower
 * bound, and an insertion that descends by its own last arrives between both of its neighbours.
 *
 * Layout.  A leaf keeps last, first and value in separate arrays, so that a search touches only keys; an
 * inner node keeps one upper bound per child.  Unused keys, and the bound of the last child, are UINT64_MAX:
 * counting the keys below an address over the full, constant width then needs neither a length nor a branch.
 *
 * Bounds.  For the child i of a node: every last in it is <= key[i], and every last in the child i+1 is above
 * key[i].  Removals leave bounds as they are, so a bound may be higher than what is below it; a lower bound
 * that falls off the end of its leaf is therefore the head of the next leaf.
 *
 * Occupancy.  A node that falls under a quarter is merged with a sibling when both fit in three quarters of
 * one node, and otherwise left alone: there is no borrowing and no thrashing.  Two sibling nodes together
 * always hold more than a quarter, which bounds the height; an empty node is never kept.  A split at either
 * end of the chain of leaves moves nothing across, so mapping in ascending or descending order fills leaves.
 *
 * No arithmetic is done on addresses here, hence nothing can wrap.
 */
#include "iova_index.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>

#define SEARCH_BLOCK   8u
#define LEAF_CAPACITY  15u
#define INNER_CAPACITY 40u
#define LEAF_SCARCE    (LEAF_CAPACITY / 4)
#define INNER_SCARCE   (INNER_CAPACITY / 4)
#define LEAF_MERGED    (LEAF_CAPACITY * 3 / 4)
#define INNER_MERGED   (INNER_CAPACITY * 3 / 4)
#define CACHE_LINE     64u
#define INNER_BYTES    ((uint32_t)((sizeof(struct inner) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE))

/* Two sibling nodes have at least eleven children and so five pairs; 2^32 entries need fewer levels. */
#define MAX_HEIGHT 20u

/* From a size on that a TLB of small pages would feel, slabs are huge pages. */
#define LARGEST_SMALL_SLAB_BYTES (1u << 17)
#define HUGE_SLAB_BYTES          (1u << 21)

/* Exactly five lines, all fetched at once before it is known which of them a search of the leaf will need. */
struct leaf {
    uint64_t last[LEAF_CAPACITY];
    struct leaf *next;
    uint64_t first[LEAF_CAPACITY];
    struct leaf *prev;
    uint32_t value[LEAF_CAPACITY];
    uint32_t n;
};

struct inner {
    uint64_t key[INNER_CAPACITY];
    void *child[INNER_CAPACITY];
    uint32_t n;
};

struct slab {
    struct slab *next;
    unsigned char *nodes;
};

/* Nodes of one size.  What was freed is linked through its first bytes and handed out again first. */
struct pool {
    void *free_nodes;
    struct slab *slabs;
    uint32_t node_bytes;
    uint32_t n_used; /* Nodes handed out of the newest slab, and its size. */
    uint32_t n_nodes;
};

struct vsim_sim_index {
    void *root;      /* An inner node, a leaf when height is 0, or NULL when the index is empty. */
    uint32_t height; /* The number of inner levels. */
    uint32_t count;
    size_t memory_bytes;
    struct pool leaves;
    struct pool inners;
};

/* The way from the root to a leaf: at each level the inner node and which child was taken. */
struct step {
    struct inner *node;
    uint32_t child;
};

struct path {
    struct step step[MAX_HEIGHT];
    struct leaf *leaf;
    uint32_t position;
};

_Static_assert(sizeof(struct leaf) == 5 * CACHE_LINE, "a leaf is five cache lines");
_Static_assert(LEAF_CAPACITY == 2 * SEARCH_BLOCK - 1 && INNER_CAPACITY == 5 * SEARCH_BLOCK,
               "as leaf_position and inner_position count");

/* Memory. */

/* The advice may go unheard; then a lookup costs a TLB miss more. */
static unsigned char *huge_slab(void)
{
    unsigned char *nodes = g_aligned_alloc(1, HUGE_SLAB_BYTES, HUGE_SLAB_BYTES);

    (void)madvise(nodes, HUGE_SLAB_BYTES, MADV_HUGEPAGE);
    return nodes;
}

static void add_slab(struct vsim_sim_index *index, struct pool *pool)
{
    const uint32_t n_nodes = MAX(1, pool->n_nodes * 2);
    const bool huge = n_nodes > LARGEST_SMALL_SLAB_BYTES / pool->node_bytes;
    struct slab *slab = g_new(struct slab, 1);

    pool->n_nodes = huge ? HUGE_SLAB_BYTES / pool->node_bytes : n_nodes;
    pool->n_used = 0;
    slab->nodes = huge ? huge_slab() : g_aligned_alloc(n_nodes, pool->node_bytes, CACHE_LINE);
    slab->next = pool->slabs;
    pool->slabs = slab;
    index->memory_bytes += sizeof(*slab) + (size_t)pool->n_nodes * pool->node_bytes;
}

static void *take_node(struct vsim_sim_index *index, struct pool *pool)
{
    void *node = pool->free_nodes;

    if (node) {
        memcpy(&pool->free_nodes, node, sizeof(pool->free_nodes));
        return node;
    }
    if (pool->n_used == pool->n_nodes)
        add_slab(index, pool);
    return pool->slabs->nodes + (size_t)pool->node_bytes * pool->n_used++;
}

static void give_node(struct pool *pool, void *node)
{
    memcpy(node, &pool->free_nodes, sizeof(pool->free_nodes));
    pool->free_nodes = node;
}

static void release_pool(struct pool *pool)
{
    while (pool->slabs) {
        struct slab *slab = pool->slabs;

        pool->slabs = slab->next;
        g_aligned_free(slab->nodes);
        g_free(slab);
    }
}

static void pad_keys(uint64_t *key, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++)
        key[i] = UINT64_MAX;
}

static struct leaf *new_leaf(struct vsim_sim_index *index)
{
    struct leaf *leaf = take_node(index, &index->leaves);

    pad_keys(leaf->last, 0, LEAF_CAPACITY);
    leaf->prev = NULL;
    leaf->next = NULL;
    leaf->n = 0;
    return leaf;
}

static struct inner *new_inner(struct vsim_sim_index *index)
{
    struct inner *inner = take_node(index, &index->inners);

    pad_keys(inner->key, 0, INNER_CAPACITY);
    inner->n = 0;
    return inner;
}

static void start_empty(struct vsim_sim_index *index)
{
    *index = (struct vsim_sim_index){
        .memory_bytes = sizeof(*index),
        .leaves.node_bytes = sizeof(struct leaf),
        .inners.node_bytes = INNER_BYTES,
    };
}

struct vsim_sim_index *vsim_sim_index_new(void)
{
    struct vsim_sim_index *index = g_new(struct vsim_sim_index, 1);

    start_empty(index);
    return index;
}

void vsim_sim_index_clear(struct vsim_sim_index *index)
{
    release_pool(&index->leaves);
    release_pool(&index->inners);
    start_empty(index);
}

void vsim_sim_index_free(struct vsim_sim_index *index)
{
    if (!index)
        return;
    vsim_sim_index_clear(index);
    g_free(index);
}

uint32_t vsim_sim_index_count(const struct vsim_sim_index *index)
{
    return index->count;
}

size_t vsim_sim_index_memory_bytes(const struct vsim_sim_index *index)
{
    return index->memory_bytes;
}

/* Searching. */

/*
 * How many of the keys of a block, save its end, are below addr.  It is written out because a loop of seven
 * is not unrolled at -O2, and as one chain because compilers then add the carry of each comparison.
 */
static inline uint32_t count_in_block(const uint64_t *key, uint64_t addr)
{
    uint32_t below = 0;

    below += key[0] < addr;
    below += key[1] < addr;
    below += key[2] < addr;
    below += key[3] < addr;
    below += key[4] < addr;
    below += key[5] < addr;
    below += key[6] < addr;
    return below;
}

/*
 * How many keys of a node are below addr: the ends of the blocks are compared first, then the keys of one
 * block.  These are two short runs of independent comparisons, where a bisection would be a chain.
 */
static inline uint32_t leaf_position(const struct leaf *leaf, uint64_t addr)
{
    uint32_t begin = leaf->last[SEARCH_BLOCK - 1] < addr ? SEARCH_BLOCK : 0;

    return begin + count_in_block(&leaf->last[begin], addr);
}

static inline uint32_t inner_position(const struct inner *inner, uint64_t addr)
{
    const uint64_t *end = &inner->key[SEARCH_BLOCK - 1];
    uint32_t n_blocks = 0;

    n_blocks += end[0 * SEARCH_BLOCK] < addr;
    n_blocks += end[1 * SEARCH_BLOCK] < addr;
    n_blocks += end[2 * SEARCH_BLOCK] < addr;
    n_blocks += end[3 * SEARCH_BLOCK] < addr;
    return n_blocks * SEARCH_BLOCK + count_in_block(&inner->key[n_blocks * SEARCH_BLOCK], addr);
}

/* always_inline, because gcc takes a function that only prefetches for one without effect and drops the call.
 */
static inline __attribute__((always_inline)) void prefetch_leaf(const struct leaf *leaf)
{
    const char *line = (const char *)leaf;

    __builtin_prefetch(line);
    __builtin_prefetch(line + CACHE_LINE);
    __builtin_prefetch(line + CACHE_LINE * 2);
    __builtin_prefetch(line + CACHE_LINE * 3);
    __builtin_prefetch(line + CACHE_LINE * 4);
}

static inline const struct leaf *leaf_for(const struct vsim_sim_index *index, uint64_t addr)
{
    const void *node = index->root;

    for (uint32_t level = 0; level < index->height; level++) {
        const struct inner *inner = node;

        node = inner->child[inner_position(inner, addr)];
    }
    return node;
}

/* leaf is NULL where there is no entry. */
struct place {
    const struct leaf *leaf;
    uint64_t position;
};

static inline struct place place_of(const struct vsim_sim_index *index, uint64_t addr)
{
    struct place place = {leaf_for(index, addr), 0};

    if (!place.leaf)
        return place;
    prefetch_leaf(place.leaf);
    place.position = leaf_position(place.leaf, addr);
    if (place.position >= place.leaf->n)
        place = (struct place){place.leaf->next, 0};
    return place;
}

static inline struct vsim_sim_index_entry entry_at(const struct leaf *leaf, uint64_t position)
{
    return (struct vsim_sim_index_entry){leaf->first[position], leaf->last[position], leaf->value[position]};
}

bool vsim_sim_index_lower(const struct vsim_sim_index *index, uint64_t addr,
                          struct vsim_sim_index_entry *found)
{
    struct place place = place_of(index, addr);

    if (!place.leaf)
        return false;
    if (found)
        *found = entry_at(place.leaf, place.position);
    return true;
}

bool vsim_sim_index_find(const struct vsim_sim_index *index, uint64_t addr,
                         struct vsim_sim_index_entry *found)
{
    struct place place = place_of(index, addr);

    if (!place.leaf || place.leaf->first[place.position] > addr)
        return false;
    if (found)
        *found = entry_at(place.leaf, place.position);
    return true;
}

static void descend(const struct vsim_sim_index *index, uint64_t last, struct path *path)
{
    void *node = index->root;

    for (uint32_t level = 0; level < index->height; level++) {
        struct inner *inner = node;
        uint32_t child = inner_position(inner, last);

        path->step[level] = (struct step){inner, child};
        node = inner->child[child];
    }
    path->leaf = node;
    prefetch_leaf(path->leaf);
    path->position = leaf_position(path->leaf, last);
}

/* Insertion. */

static void inner_insert(struct inner *inner, uint32_t split_child, uint64_t bound, void *right)
{
    uint32_t moved = inner->n - split_child - 1;

    /* The bound of the last child stays UINT64_MAX and may fall off the end: nothing ever reads past it. */
    memmove(&inner->key[split_child + 1], &inner->key[split_child], moved * sizeof(inner->key[0]));
    memmove(&inner->child[split_child + 2], &inner->child[split_child + 1], moved * sizeof(inner->child[0]));
    inner->key[split_child] = bound;
    inner->child[split_child + 1] = right;
    inner->n++;
}

/* Moves the children from `at` on into a new node and returns it; *bound becomes what divides the two. */
static struct inner *split_inner(struct vsim_sim_index *index, struct inner *left, uint32_t at,
                                 uint64_t *bound)
{
    struct inner *right = new_inner(index);
    uint32_t moved = left->n - at;

    memcpy(right->key, &left->key[at], moved * sizeof(left->key[0]));
    memcpy(right->child, &left->child[at], moved * sizeof(left->child[0]));
    right->n = moved;
    *bound = left->key[at - 1];
    left->n = at;
    pad_keys(left->key, at - 1, INNER_CAPACITY);
    return right;
}

static void grow_root(struct vsim_sim_index *index, uint64_t bound, void *right)
{
    struct inner *root = new_inner(index);

    g_assert(index->height < MAX_HEIGHT);
    root->child[0] = index->root;
    root->n = 1;
    inner_insert(root, 0, bound, right);
    index->root = root;
    index->height++;
}

/* Hangs `right`, split off the node at the end of the path, into the inner levels. */
static void insert_child(struct vsim_sim_index *index, const struct path *path, uint64_t bound, void *right)
{
    for (uint32_t level = index->height; level-- > 0;) {
        struct inner *node = path->step[level].node;
        uint32_t child = path->step[level].child;
        struct inner *half;
        uint64_t half_bound;

        if (node->n < INNER_CAPACITY) {
            inner_insert(node, child, bound, right);
            return;
        }
        if (child == INNER_CAPACITY - 1) {
            half = new_inner(index);
            half->child[0] = right;
            half->n = 1;
            half_bound = bound;
        } else {
            half = split_inner(index, node, INNER_CAPACITY / 2, &half_bound);
            if (child < INNER_CAPACITY / 2)
                inner_insert(node, child, bound, right);
            else
                inner_insert(half, child - INNER_CAPACITY / 2, bound, right);
        }
        bound = half_bound;
        right = half;
    }
    grow_root(index, bound, right);
}

/* One loop over the three arrays: they are short, and three calls of memmove cost more than the copying. */
static inline void leaf_insert(struct leaf *leaf, uint32_t position, const struct vsim_sim_index_entry *entry)
{
    for (uint32_t i = leaf->n; i > position; i--) {
        leaf->last[i] = leaf->last[i - 1];
        leaf->first[i] = leaf->first[i - 1];
        leaf->value[i] = leaf->value[i - 1];
    }
    leaf->last[position] = entry->last;
    leaf->first[position] = entry->first;
    leaf->value[position] = entry->value;
    leaf->n++;
}

static void link_after(struct leaf *left, struct leaf *right)
{
    right->prev = left;
    right->next = left->next;
    if (right->next)
        right->next->prev = right;
    left->next = right;
}

/* Where to cut a full leaf: at its end, or start, when the entries arrive in order there. */
static uint32_t split_point(const struct path *path)
{
    if (path->position == LEAF_CAPACITY && !path->leaf->next)
        return LEAF_CAPACITY;
    if (path->position == 0 && !path->leaf->prev)
        return 0;
    return LEAF_CAPACITY / 2;
}

static void split_leaf_and_insert(struct vsim_sim_index *index, const struct path *path,
                                  const struct vsim_sim_index_entry *entry)
{
    struct leaf *left = path->leaf;
    struct leaf *right = new_leaf(index);
    uint32_t at = split_point(path);
    uint32_t moved = LEAF_CAPACITY - at;

    memcpy(right->last, &left->last[at], moved * sizeof(left->last[0]));
    memcpy(right->first, &left->first[at], moved * sizeof(left->first[0]));
    memcpy(right->value, &left->value[at], moved * sizeof(left->value[0]));
    right->n = moved;
    left->n = at;
    pad_keys(left->last, at, LEAF_CAPACITY);
    link_after(left, right);
    if (at == 0 || path->position < at)
        leaf_insert(left, path->position, entry);
    else
        leaf_insert(right, path->position - at, entry);
    insert_child(index, path, left->last[left->n - 1], right);
}

/* Reports what stands on both sides of the place; returns false if either reaches into the new range. */
static bool fits_between(const struct path *path, const struct vsim_sim_index_entry *entry,
                         struct vsim_sim_index_neighbours *neighbours)
{
    const struct leaf *below = path->position ? path->leaf : path->leaf->prev;
    const struct leaf *above = path->position < path->leaf->n ? path->leaf : path->leaf->next;

    *neighbours = (struct vsim_sim_index_neighbours){VSIM_SIM_INDEX_NONE, VSIM_SIM_INDEX_NONE};
    if (below) {
        uint32_t i = path->position ? path->position - 1 : below->n - 1;

        if (below->last[i] >= entry->first)
            return false;
        neighbours->predecessor = below->value[i];
    }
    if (above) {
        uint32_t i = above == path->leaf ? path->position : 0;

        if (above->first[i] <= entry->last)
            return false;
        neighbours->successor = above->value[i];
    }
    return true;
}

bool vsim_sim_index_insert(struct vsim_sim_index *index, const struct vsim_sim_index_entry *entry,
                           struct vsim_sim_index_neighbours *neighbours,
                           struct vsim_sim_index_entry *conflict)
{
    struct vsim_sim_index_neighbours around;
    struct path path;

    g_assert(entry->first <= entry->last && entry->value != VSIM_SIM_INDEX_NONE);
    if (!index->root)
        index->root = new_leaf(index);
    descend(index, entry->last, &path);
    if (!fits_between(&path, entry, &around)) {
        if (conflict)
            vsim_sim_index_lower(index, entry->first, conflict);
        return false;
    }
    if (neighbours)
        *neighbours = around;
    if (path.leaf->n < LEAF_CAPACITY)
        leaf_insert(path.leaf, path.position, entry);
    else
        split_leaf_and_insert(index, &path, entry);
    index->count++;
    return true;
}

/* Removal. */

static inline void leaf_remove(struct leaf *leaf, uint32_t position)
{
    leaf->n--;
    for (uint32_t i = position; i < leaf->n; i++) {
        leaf->last[i] = leaf->last[i + 1];
        leaf->first[i] = leaf->first[i + 1];
        leaf->value[i] = leaf->value[i + 1];
    }
    leaf->last[leaf->n] = UINT64_MAX;
}

static void unlink_leaf(struct leaf *leaf)
{
    if (leaf->prev)
        leaf->prev->next = leaf->next;
    if (leaf->next)
        leaf->next->prev = leaf->prev;
}

static void merge_leaves(struct leaf *left, struct leaf *right)
{
    memcpy(&left->last[left->n], right->last, right->n * sizeof(left->last[0]));
    memcpy(&left->first[left->n], right->first, right->n * sizeof(left->first[0]));
    memcpy(&left->value[left->n], right->value, right->n * sizeof(left->value[0]));
    left->n += right->n;
    unlink_leaf(right);
}

static void merge_inners(struct inner *left, struct inner *right, uint64_t bound)
{
    if (left->n && right->n)
        left->key[left->n - 1] = bound;
    memcpy(&left->key[left->n], right->key, right->n * sizeof(left->key[0]));
    memcpy(&left->child[left->n], right->child, right->n * sizeof(left->child[0]));
    left->n += right->n;
}

/* Forgets the child i+1, whose range its left sibling i has taken over. */
static void inner_remove(struct inner *inner, uint32_t i)
{
    uint32_t moved = inner->n - i - 2;

    memmove(&inner->key[i], &inner->key[i + 1], (moved + 1) * sizeof(inner->key[0]));
    memmove(&inner->child[i + 1], &inner->child[i + 2], moved * sizeof(inner->child[0]));
    inner->n--;
    inner->key[inner->n] = UINT64_MAX;
}

static uint32_t node_size(const void *node, uint32_t level)
{
    return level ? ((const struct inner *)node)->n : ((const struct leaf *)node)->n;
}

/* Finds a sibling that the child can be merged with; *left becomes the left one of the two. */
static bool choose_merge(const struct step *step, uint32_t level, uint32_t *left)
{
    const struct inner *parent = step->node;
    uint32_t limit = level ? INNER_MERGED : LEAF_MERGED;
    uint32_t n = node_size(parent->child[step->child], level);

    if (step->child > 0) {
        *left = step->child - 1;
        if (n == 0 || n + node_size(parent->child[*left], level) <= limit)
            return true;
    }
    if (step->child + 1 < parent->n) {
        *left = step->child;
        return n == 0 || n + node_size(parent->child[*left + 1], level) <= limit;
    }
    return false;
}

static void drop_only_child(struct vsim_sim_index *index, struct inner *parent, uint32_t level)
{
    if (level == 0)
        unlink_leaf(parent->child[0]);
    give_node(level ? &index->inners : &index->leaves, parent->child[0]);
    parent->n = 0;
}

/* The child that the step took, a node of the given level, has become scarce. */
static void merge_child(struct vsim_sim_index *index, const struct step *step, uint32_t level)
{
    struct inner *parent = step->node;
    uint32_t left;
    void *right;

    if (parent->n == 1 && node_size(parent->child[0], level) == 0)
        drop_only_child(index, parent, level);
    if (parent->n < 2 || !choose_merge(step, level, &left))
        return;
    right = parent->child[left + 1];
    if (level == 0)
        merge_leaves(parent->child[left], right);
    else
        merge_inners(parent->child[left], right, parent->key[left]);
    inner_remove(parent, left);
    give_node(level ? &index->inners : &index->leaves, right);
}

static void shrink_root(struct vsim_sim_index *index)
{
    while (index->height) {
        struct inner *root = index->root;

        if (root->n > 1)
            return;
        index->root = root->n ? root->child[0] : NULL;
        index->height = root->n ? index->height - 1 : 0;
        give_node(&index->inners, root);
    }
    if (index->root && index->count == 0) {
        give_node(&index->leaves, index->root);
        index->root = NULL;
    }
}

static void refill(struct vsim_sim_index *index, const struct path *path)
{
    uint32_t level = 0;

    if (path->leaf->n >= LEAF_SCARCE)
        return;
    while (level < index->height) {
        const struct step *step = &path->step[index->height - 1 - level];

        merge_child(index, step, level);
        level++;
        if (step->node->n >= INNER_SCARCE)
            break;
    }
    shrink_root(index);
}

bool vsim_sim_index_remove(struct vsim_sim_index *index, uint64_t first, struct vsim_sim_index_entry *removed)
{
    struct path path;

    if (!index->root)
        return false;
    descend(index, first, &path);
    if (path.position == path.leaf->n) {
        if (!path.leaf->next)
            return false;
        descend(index, path.leaf->next->last[0], &path);
    }
    if (path.leaf->first[path.position] != first)
        return false;
    if (removed)
        *removed = entry_at(path.leaf, path.position);
    leaf_remove(path.leaf, path.position);
    index->count--;
    refill(index, &path);
    return true;
}

/* Walking. */

bool vsim_sim_index_seek(const struct vsim_sim_index *index, uint64_t addr,
                         struct vsim_sim_index_cursor *cursor)
{
    struct place place = place_of(index, addr);

    *cursor = (struct vsim_sim_index_cursor){place.leaf, (uint32_t)place.position};
    return place.leaf != NULL;
}

bool vsim_sim_index_first(const struct vsim_sim_index *index, struct vsim_sim_index_cursor *cursor)
{
    return vsim_sim_index_seek(index, 0, cursor);
}

bool vsim_sim_index_last(const struct vsim_sim_index *index, struct vsim_sim_index_cursor *cursor)
{
    const struct leaf *leaf = leaf_for(index, UINT64_MAX);

    cursor->leaf = leaf;
    cursor->position = leaf ? leaf->n - 1 : 0;
    return leaf != NULL;
}

bool vsim_sim_index_next(struct vsim_sim_index_cursor *cursor)
{
    const struct leaf *leaf = cursor->leaf;

    if (++cursor->position == leaf->n) {
        cursor->leaf = leaf->next;
        cursor->position = 0;
    }
    return cursor->leaf != NULL;
}

bool vsim_sim_index_prev(struct vsim_sim_index_cursor *cursor)
{
    const struct leaf *leaf = cursor->leaf;

    if (cursor->position == 0) {
        leaf = leaf->prev;
        cursor->leaf = leaf;
        cursor->position = leaf ? leaf->n : 1;
    }
    cursor->position--;
    return leaf != NULL;
}

struct vsim_sim_index_entry vsim_sim_index_at(const struct vsim_sim_index_cursor *cursor)
{
    return entry_at(cursor->leaf, cursor->position);
}

/* Invariants. */

struct audit {
    const struct leaf *previous; /* The leaf visited before; the chain must visit them in this order. */
    uint64_t entries;
};

static bool audit_leaf(struct audit *audit, const struct leaf *leaf, uint64_t bound)
{
    const struct leaf *previous = audit->previous;

    if (leaf->n == 0 || leaf->n > LEAF_CAPACITY || leaf->prev != previous)
        return false;
    if (previous && (previous->next != leaf || previous->last[previous->n - 1] >= leaf->first[0]))
        return false;
    for (uint32_t i = 0; i < leaf->n; i++) {
        if (leaf->first[i] > leaf->last[i] || leaf->last[i] > bound)
            return false;
        if (i > 0 && leaf->last[i - 1] >= leaf->first[i])
            return false;
    }
    for (uint32_t i = leaf->n; i < LEAF_CAPACITY; i++) {
        if (leaf->last[i] != UINT64_MAX)
            return false;
    }
    audit->previous = leaf;
    audit->entries += leaf->n;
    return true;
}

static bool audit_keys(const struct inner *inner, uint64_t low, uint64_t bound)
{
    if (inner->n == 0 || inner->n > INNER_CAPACITY)
        return false;
    for (uint32_t i = 0; i + 1 < inner->n; i++) {
        if (inner->key[i] < (i ? inner->key[i - 1] : low) || inner->key[i] > bound)
            return false;
    }
    for (uint32_t i = inner->n - 1; i < INNER_CAPACITY; i++) {
        if (inner->key[i] != UINT64_MAX)
            return false;
    }
    return true;
}

/* low is a bound that every last below this node is above, except in the leftmost one. */
static bool audit_node(struct audit *audit, const void *node, uint32_t level, uint64_t low, uint64_t bound)
{
    const struct inner *inner = node;
    uint32_t scarce = level == 1 ? LEAF_SCARCE : INNER_SCARCE;

    if (level == 0) {
        const struct leaf *leaf = node;

        return audit_leaf(audit, leaf, bound) && (leaf->prev == NULL || leaf->last[0] > low);
    }
    if (!audit_keys(inner, low, bound))
        return false;
    for (uint32_t i = 0; i < inner->n; i++) {
        const void *child = inner->child[i];

        if (i > 0 && node_size(inner->child[i - 1], level - 1) + node_size(child, level - 1) <= scarce)
            return false;
        if (!audit_node(audit, child, level - 1, i ? inner->key[i - 1] : low, MIN(inner->key[i], bound)))
            return false;
    }
    return true;
}

bool vsim_sim_index_check_invariants(const struct vsim_sim_index *index)
{
    struct audit audit = {0};

    if (!index->root)
        return index->count == 0 && index->height == 0;
    if (index->height && ((const struct inner *)index->root)->n < 2)
        return false;
    return audit_node(&audit, index->root, index->height, 0, UINT64_MAX) && audit.previous->next == NULL &&
           audit.entries == index->count;
}
