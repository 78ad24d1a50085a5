// SPDX-License-Identifier: MIT
/* The set of mappings of a type1 object; type1.h says how it is kept. */
#include <stddef.h>

#include "digest.h"
#include "pin.h"
#include "type1.h"

struct vsim_sim_mapping *vsim_sim_mapping_at(const struct vsim_sim_type1 *type1, uint32_t slot)
{
    return slot == VSIM_SIM_POOL_NONE ? NULL : vsim_sim_pool_at(&type1->mappings, slot);
}

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
        struct vsim_sim_mapping *const mapping = lower(type1, first);

        return mapping && mapping->first <= last_of(first, length_bytes) ? mapping : NULL;
    }
    keys = vsim_sim_mapping_keys(type1);
    return vsim_sim_mapping_at(type1, vsim_sim_rbtree_find_first_match(type1->tree, &keys, first, length_bytes));
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
    vsim_sim_index_clear(type1->index);
}

/* The kernel links a mapping with size 0 and lets it grow, so its last byte plays no part in where it goes. */
static void link_by_descent(struct vsim_sim_type1 *type1, uint32_t slot)
{
    struct vsim_sim_mapping *mapping = vsim_sim_mapping_at(type1, slot);
    const struct vsim_sim_rbtree_keys keys = vsim_sim_mapping_keys(type1);
    const uint64_t last = mapping->last;

    mapping->last = mapping->first - 1;
    vsim_sim_rbtree_insert_by_descent(type1->tree, &keys, slot);
    mapping->last = last;
}

struct vsim_sim_mapping *vsim_sim_mapping_link(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                               struct vsim_range range)
{
    const uint32_t slot = vsim_sim_pool_take(&type1->mappings);
    struct vsim_sim_mapping *mapping = vsim_sim_mapping_at(type1, slot);

    *mapping = (struct vsim_sim_mapping){.first = range.first, .last = range.last};
    vsim_sim_rbtree_reserve(type1->tree, type1->mappings.capacity);
    if (range.last == UINT64_MAX && !sim->dialect->overflow_checked && !type1->by_tree)
        leave_index(type1);
    if (type1->by_tree) {
        link_by_descent(type1, slot);
    } else {
        const struct vsim_sim_index_entry entry = {.first = range.first, .last = range.last, .value = slot};
        struct vsim_sim_index_neighbours neighbours;

        vsim_sim_index_insert(type1->index, &entry, &neighbours, NULL);
        vsim_sim_rbtree_insert(type1->tree, slot, neighbours.predecessor, neighbours.successor);
    }
    type1->n_mappings++;
    type1->avail--;
    return mapping;
}

void vsim_sim_mapping_own(struct vsim_sim_mapping *mapping, struct vsim_sim_process *owner)
{
    struct vsim_sim_mm *const before = mapping->owner_mm;

    mapping->owner = owner;
    mapping->owner_mm = owner->mm;
    owner->mm->n_refs++;
    if (before)
        vsim_sim_mm_unref(before);
}

struct vsim_sim_mm *vsim_sim_mapping_payer(const struct vsim_sim *sim, const struct vsim_sim_mapping *mapping)
{
    if (!sim->dialect->owner_is_mm)
        return mapping->owner->mm;
    return mapping->owner_mm->process ? mapping->owner_mm : NULL;
}

static void unlink_mapping(struct vsim_sim_type1 *type1, struct vsim_sim_mapping *mapping)
{
    const uint32_t slot = slot_of(type1, mapping);

    if (!type1->by_tree)
        vsim_sim_index_remove(type1->index, mapping->first, NULL);
    vsim_sim_rbtree_erase(type1->tree, slot);
    vsim_sim_pool_give(&type1->mappings, slot);
    type1->n_mappings--;
    type1->avail++;
    if (type1->n_mappings == 0)
        type1->by_tree = false;
}

void vsim_sim_mapping_remove(struct vsim_sim *sim, struct vsim_sim_type1 *type1, struct vsim_sim_mapping *mapping)
{
    const struct vsim_range range = vsim_range(mapping->first, mapping->last);
    struct vsim_sim_domain *const first = type1->domains;

    for (struct vsim_sim_domain *domain = first ? first->next : NULL; domain; domain = domain->next)
        vsim_sim_domain_unmap(domain, range);
    /* T1-TOP-05: the kernel's loop over the first domain ends before it begins. */
    if (first && mapping->mapped && mapping->last == UINT64_MAX && !sim->dialect->overflow_checked)
        sim->has_leaked = true;
    else if (first)
        vsim_sim_unpin_from(sim, first, mapping);
    if (mapping->vaddr_invalid)
        type1->n_invalid--;
    vsim_sim_digest_drop(sim, &mapping->digest);
    vsim_sim_mm_unref(mapping->owner_mm);
    unlink_mapping(type1, mapping);
}

void vsim_sim_mapping_remove_all(struct vsim_sim *sim, struct vsim_sim_type1 *type1)
{
    struct vsim_sim_mapping *mapping;

    while ((mapping = vsim_sim_mapping_lowest(type1)) != NULL)
        vsim_sim_mapping_remove(sim, type1, mapping);
}
