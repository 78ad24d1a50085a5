// SPDX-License-Identifier: MIT
/* The set of mappings of a type1 object; type1.h says how it is kept. */
#include <stddef.h>

#include "digest.h"
#include "pin.h"
#include "type1.h"

static uint32_t slot_of(const struct vsim_sim_type1 *type1, const struct vsim_sim_mapping *mapping)
{
    return vsim_sim_pool_slot(&type1->mappings, mapping);
}

struct vsim_sim_rbtree_keys vsim_sim_mapping_keys(const struct vsim_sim_type1 *type1)
{
    return (struct vsim_sim_rbtree_keys){
        .base = type1->mappings.slots,
        .stride = sizeof(struct vsim_sim_mapping),
        .first_offset = offsetof(struct vsim_sim_mapping, first),
        .last_offset = offsetof(struct vsim_sim_mapping, last),
    };
}

/* A mapping and its node lie far apart, and who asks for the one mostly wants the other: wait for both at
 * once. */
static void fetch_early(const struct vsim_sim_type1 *type1, uint32_t slot)
{
    __builtin_prefetch(vsim_sim_pool_at(&type1->mappings, slot), 1);
    if (type1->tree)
        vsim_sim_rbtree_prefetch(type1->tree, slot);
}

/* The lowest mapping that ends at or above `first`, by the index. */
static struct vsim_sim_mapping *lower(const struct vsim_sim_type1 *type1, uint64_t first)
{
    struct vsim_sim_index_entry entry;

    return vsim_sim_index_lower(type1->index, first, &entry) ? vsim_sim_mapping_at(type1, entry.value) : NULL;
}

/* The last byte of a range that may be meant to reach 2^64 and beyond, as only ALL's does. */
static uint64_t last_of(uint64_t first, uint64_t length_bytes)
{
    return vsim_range_wraps(first, length_bytes) ? UINT64_MAX : first + (length_bytes - 1);
}

struct vsim_sim_mapping *vsim_sim_mapping_overlap(const struct vsim_sim_type1 *type1, uint64_t first,
                                                  uint64_t length_bytes)
{
    struct vsim_sim_rbtree_keys keys;

    if (!type1->by_tree)
        return vsim_sim_mapping_first_in(type1, first, length_bytes);
    keys = vsim_sim_mapping_keys(type1);
    return vsim_sim_mapping_at(type1, vsim_sim_rbtree_find_overlap(type1->tree, &keys, first, length_bytes));
}

struct vsim_sim_mapping *vsim_sim_mapping_first_in(const struct vsim_sim_type1 *type1, uint64_t first,
                                                   uint64_t length_bytes)
{
    struct vsim_sim_rbtree_keys keys;

    if (!type1->by_tree) {
        struct vsim_sim_index_entry entry;

        if (type1->wraps && first + length_bytes == 0) /* T1-TOP-02, T1-TOP-04. */
            return NULL;
        if (!vsim_sim_index_lower(type1->index, first, &entry))
            return NULL;
        fetch_early(type1, entry.value);
        return entry.first > last_of(first, length_bytes) ? NULL : vsim_sim_mapping_at(type1, entry.value);
    }
    keys = vsim_sim_mapping_keys(type1);
    return vsim_sim_mapping_at(type1,
                               vsim_sim_rbtree_find_first_match(type1->tree, &keys, first, length_bytes));
}

struct vsim_sim_mapping *vsim_sim_mapping_lowest(const struct vsim_sim_type1 *type1)
{
    if (!type1->by_tree)
        return lower(type1, 0);
    return vsim_sim_mapping_at(type1, vsim_sim_rbtree_first(type1->tree));
}

struct vsim_sim_mapping *vsim_sim_mapping_next(const struct vsim_sim_type1 *type1,
                                               const struct vsim_sim_mapping *mapping)
{
    if (!type1->by_tree)
        return mapping->last == UINT64_MAX ? NULL : lower(type1, mapping->last + 1);
    return vsim_sim_mapping_at(type1, vsim_sim_rbtree_next(type1->tree, slot_of(type1, mapping)));
}

/* T1-TOP-02: from now on until the object is empty, only the tree is to be asked. */
static void leave_index(struct vsim_sim_type1 *type1)
{
    type1->by_tree = true;
    if (!type1->domains)
        vsim_sim_index_clear(type1->index);
}

/* Runs of pages. */

static bool is_power_of_two(uint32_t n)
{
    return (n & (n - 1)) == 0;
}

struct vsim_sim_extent vsim_sim_mapping_extent(const struct vsim_sim_mapping *mapping, uint32_t i)
{
    if (mapping->n_extents > 1)
        return mapping->extents[i];
    return (struct vsim_sim_extent){.start = 0, .object = mapping->object, .offset = mapping->offset};
}

void vsim_sim_mapping_add_extent(struct vsim_sim_mapping *mapping, const struct vsim_sim_extent *extent)
{
    const uint32_t n = mapping->n_extents++;

    if (n == 0) {
        mapping->object = extent->object;
        mapping->offset = extent->offset;
        return;
    }
    if (n == 1) {
        const struct vsim_sim_extent one = {.start = 0, .object = mapping->object, .offset = mapping->offset};

        mapping->extents = g_new(struct vsim_sim_extent, 2);
        mapping->extents[0] = one;
    } else if (is_power_of_two(n)) {
        mapping->extents = g_renew(struct vsim_sim_extent, mapping->extents, (gsize)n * 2);
    }
    mapping->extents[n] = *extent;
}

struct vsim_sim_translation vsim_sim_mapping_translation(const struct vsim_sim_mapping *mapping,
                                                         uint64_t iova)
{
    struct vsim_sim_translation translation = {
        .first = mapping->first, .last = mapping->last, .prot = mapping->prot};
    struct vsim_sim_extent extent;
    uint32_t below = 0; /* The last extent that starts at or below iova is in [below, end). */

    for (uint32_t end = mapping->n_extents; end - below > 1;) {
        const uint32_t middle = below + (end - below) / 2;

        if (mapping->extents[middle].start <= iova - mapping->first)
            below = middle;
        else
            end = middle;
    }
    extent = vsim_sim_mapping_extent(mapping, below);
    translation.object = extent.object;
    translation.offset = extent.offset;
    translation.first += extent.start;
    if (below + 1 < mapping->n_extents)
        translation.last = mapping->first + mapping->extents[below + 1].start - 1;
    return translation;
}

void vsim_sim_mapping_forget_extents(struct vsim_sim_mapping *mapping)
{
    if (mapping->n_extents > 1)
        g_free(mapping->extents);
    mapping->n_extents = 0;
}

bool vsim_sim_mapping_enter(struct vsim_sim_type1 *type1, struct vsim_sim_mapping *mapping)
{
    const struct vsim_sim_index_entry entry = {
        .first = mapping->first, .last = mapping->last, .value = slot_of(type1, mapping)};

    mapping->mapped = !type1->by_tree || vsim_sim_index_insert(type1->index, &entry, NULL, NULL);
    return mapping->mapped;
}

void vsim_sim_mapping_leave(struct vsim_sim_type1 *type1, struct vsim_sim_mapping *mapping)
{
    if (mapping->mapped && type1->by_tree)
        vsim_sim_index_remove(type1->index, mapping->first, NULL);
    if (mapping->mapped)
        type1->epoch++;
    mapping->mapped = false;
}

/* The kernel links a mapping with size 0 and lets it grow, so its last byte plays no part in where it goes.
 */
static void link_by_descent(struct vsim_sim_type1 *type1, uint32_t slot)
{
    struct vsim_sim_mapping *mapping = vsim_sim_mapping_at(type1, slot);
    const struct vsim_sim_rbtree_keys keys = vsim_sim_mapping_keys(type1);
    const uint64_t last = mapping->last;

    mapping->last = mapping->first - 1;
    vsim_sim_rbtree_insert_by_descent(type1->tree, &keys, slot);
    mapping->last = last;
}

/* False when something overlaps. */
static bool link_by_index(struct vsim_sim_type1 *type1, uint32_t slot, struct vsim_range range)
{
    const struct vsim_sim_index_entry entry = {.first = range.first, .last = range.last, .value = slot};
    struct vsim_sim_index_neighbours neighbours;

    if (!vsim_sim_index_insert(type1->index, &entry, &neighbours, NULL))
        return false;
    if (type1->tree)
        vsim_sim_rbtree_insert(type1->tree, slot, neighbours.predecessor, neighbours.successor);
    return true;
}

struct vsim_sim_mapping *vsim_sim_mapping_link(struct vsim_sim_type1 *type1, struct vsim_range range)
{
    const bool tops = range.last == UINT64_MAX && type1->wraps;
    struct vsim_sim_mapping *mapping;
    uint32_t slot;

    if (type1->by_tree && vsim_sim_mapping_overlap(type1, range.first, vsim_range_length(range)))
        return NULL;
    slot = vsim_sim_pool_take(&type1->mappings);
    mapping = vsim_sim_mapping_at(type1, slot);
    if (type1->tree)
        vsim_sim_rbtree_reserve(type1->tree, type1->mappings.capacity);
    fetch_early(type1, slot);
    if (!type1->by_tree && !tops && !link_by_index(type1, slot, range)) {
        vsim_sim_pool_give(&type1->mappings, slot);
        return NULL;
    }
    *mapping = (struct vsim_sim_mapping){.first = range.first, .last = range.last};
    if (tops && !type1->by_tree)
        leave_index(type1);
    if (type1->by_tree)
        link_by_descent(type1, slot);
    type1->n_mappings++;
    type1->avail--;
    return mapping;
}

void vsim_sim_mapping_own(struct vsim_sim_mapping *mapping, struct vsim_sim_mm *owner)
{
    struct vsim_sim_mm *const before = mapping->owner;

    mapping->owner = owner;
    owner->n_refs++;
    if (before)
        vsim_sim_mm_unref(before);
}

struct vsim_sim_mm *vsim_sim_mapping_payer(const struct vsim_sim *sim, const struct vsim_sim_mapping *mapping)
{
    if (!sim->dialect->owner_is_mm)
        return mapping->owner->process->mm;
    return mapping->owner->alive ? mapping->owner : NULL;
}

static void unlink_mapping(struct vsim_sim_type1 *type1, struct vsim_sim_mapping *mapping)
{
    const uint32_t slot = slot_of(type1, mapping);

    if (!type1->by_tree)
        vsim_sim_index_remove(type1->index, mapping->first, NULL);
    if (type1->tree)
        vsim_sim_rbtree_erase(type1->tree, slot);
    type1->n_mappings--;
    type1->avail++;
    if (!mapping->left_behind)
        vsim_sim_pool_give(&type1->mappings, slot);
    if (type1->n_mappings == 0 && !type1->leaky_domain)
        type1->by_tree = false;
}

/* The kernel's loop over the pages of the first domain ends before it begins. */
static bool is_left_behind(const struct vsim_sim_type1 *type1, const struct vsim_sim_mapping *mapping)
{
    return mapping->mapped && mapping->n_extents > 0 && mapping->last == UINT64_MAX && type1->wraps;
}

void vsim_sim_mapping_remove(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                             struct vsim_sim_mapping *mapping)
{
    if (is_left_behind(type1, mapping)) {
        mapping->left_behind = true;
        type1->leaky_domain = type1->domains;
        type1->epoch++;
        sim->has_leaked = true;
    } else {
        vsim_sim_mapping_leave(type1, mapping);
        vsim_sim_unpin(sim, mapping, vsim_sim_mapping_length(mapping));
    }
    if (mapping->vaddr_invalid)
        type1->n_invalid--;
    vsim_sim_digest_drop_mapping(sim, type1->container, mapping);
    vsim_sim_mm_unref(mapping->owner);
    unlink_mapping(type1, mapping);
}

void vsim_sim_mapping_remove_all(struct vsim_sim *sim, struct vsim_sim_type1 *type1)
{
    struct vsim_sim_mapping *mapping;

    while ((mapping = vsim_sim_mapping_lowest(type1)) != NULL)
        vsim_sim_mapping_remove(sim, type1, mapping);
}

void vsim_sim_mapping_sweep(struct vsim_sim_type1 *type1, const struct vsim_sim_domain *domain)
{
    struct vsim_sim_index_entry entry;

    if (!domain || type1->leaky_domain != domain)
        return;
    for (uint64_t at = 0; vsim_sim_index_lower(type1->index, at, &entry); at = entry.last + 1) {
        struct vsim_sim_mapping *mapping = vsim_sim_mapping_at(type1, entry.value);

        if (mapping->left_behind) {
            vsim_sim_mapping_forget_extents(mapping);
            vsim_sim_index_remove(type1->index, entry.first, NULL);
            vsim_sim_pool_give(&type1->mappings, entry.value);
        }
        if (entry.last == UINT64_MAX)
            break;
    }
    type1->leaky_domain = NULL;
    if (type1->n_mappings == 0)
        type1->by_tree = false;
}
