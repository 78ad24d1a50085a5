// SPDX-License-Identifier: MIT
#include "digest.h"
#include "group.h"
#include "ranges.h"
#include "snapshot.h"

/* A promise that is broken is told once, and every check above it gives up. */
#define PROMISE(condition, ...)                                                                              \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            g_string_append_printf(why, __VA_ARGS__);                                                        \
            return false;                                                                                    \
        }                                                                                                    \
    } while (0)

/* The pages that a mapping should be charged: the accountable ones that it has pinned (T1-INV-05). */
static uint64_t pages_pinned(const struct vsim_sim *sim, const struct vsim_sim_mapping *mapping)
{
    uint64_t n_pages = 0;

    for (uint32_t i = 0; i < mapping->n_extents; i++) {
        const struct vsim_sim_extent extent = vsim_sim_mapping_extent(mapping, i);
        const struct vsim_sim_translation shown =
            vsim_sim_mapping_translation(mapping, mapping->first + extent.start);

        if (extent.object->kind != VSIM_SIM_MMIO && extent.object->kind != VSIM_SIM_ZERO)
            n_pages += vsim_sim_pages(sim, shown.last - shown.first + 1);
    }
    return n_pages;
}

static bool check_mapping(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                          const struct vsim_sim_mapping *mapping, GString *why)
{
    PROMISE(mapping->owner, "the mapping at 0x%" G_GINT64_MODIFIER "x has no owner", mapping->first);
    if (type1->undefined || type1->by_tree)
        return true;
    PROMISE(mapping->mapped == (type1->domains != NULL),
            "T1-INV-04: the mapping at 0x%" G_GINT64_MODIFIER "x", mapping->first);
    PROMISE(mapping->mapped == (mapping->n_extents > 0), "a mapping is in the page tables without pages");
    PROMISE(mapping->charged == pages_pinned(sim, mapping),
            "T1-INV-05: the mapping at 0x%" G_GINT64_MODIFIER "x is charged %" G_GUINT64_FORMAT " pages",
            mapping->first, mapping->charged);
    return true;
}

static bool check_mappings(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1, GString *why)
{
    uint32_t n_mappings = 0;
    uint32_t n_invalid = 0;

    const struct vsim_sim_mapping *mapping = vsim_sim_mapping_lowest(type1);

    for (; mapping; mapping = vsim_sim_mapping_next(type1, mapping)) {
        const uint32_t slot = vsim_sim_pool_slot(&type1->mappings, mapping);
        struct vsim_sim_index_entry entry;

        n_mappings++;
        n_invalid += mapping->vaddr_invalid;
        if (!check_mapping(sim, type1, mapping, why))
            return false;
        PROMISE(type1->by_tree ||
                    (vsim_sim_index_find(type1->index, mapping->first, &entry) && entry.value == slot &&
                     entry.first == mapping->first && entry.last == mapping->last),
                "the index is wrong at 0x%" G_GINT64_MODIFIER "x", mapping->first);
    }
    PROMISE(n_mappings == type1->n_mappings, "%u mappings are found, %u counted", n_mappings,
            type1->n_mappings);
    PROMISE(type1->avail + n_mappings == type1->avail_at_open, "T1-INV-01: free slots");
    PROMISE(n_invalid == type1->n_invalid, "T1-INV-03: %u mappings are invalid, %u counted", n_invalid,
            type1->n_invalid);
    return true;
}

/* T1-INV-11. */
static bool check_ranges(const struct vsim_sim_type1 *type1, GString *why)
{
    for (guint i = 0; i < type1->ranges->len; i++) {
        const struct vsim_range range = vsim_sim_ranges_at(type1->ranges, i);

        PROMISE(range.first <= range.last &&
                    (i == 0 || vsim_sim_ranges_at(type1->ranges, i - 1).last < range.first),
                "T1-INV-11: valid ranges do not ascend");
        for (const struct vsim_sim_domain *domain = type1->domains; domain; domain = domain->next)
            for (guint j = 0; j < domain->iommu->reserved->len; j++) {
                const struct vsim_world_reserved *reserved =
                    &g_array_index(domain->iommu->reserved, struct vsim_world_reserved, j);

                PROMISE(reserved->kind == VSIM_RESERVED_KIND_DIRECT_RELAXABLE ||
                            !vsim_range_overlaps(range, reserved->range),
                        "T1-INV-11: a reserved region is valid");
            }
    }
    return true;
}

static bool check_type1(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1, GString *why)
{
    const struct vsim_sim_rbtree_keys keys = vsim_sim_mapping_keys(type1);
    uint32_t n_real = 0;

    PROMISE(vsim_sim_index_check_invariants(type1->index), "the index of mappings is broken");
    PROMISE(!type1->tree || (vsim_sim_rbtree_check_invariants(type1->tree, type1->by_tree ? NULL : &keys) &&
                             vsim_sim_rbtree_count(type1->tree) == type1->n_mappings),
            "the tree is broken");
    PROMISE(type1->by_tree || vsim_sim_index_count(type1->index) == type1->n_mappings,
            "T1-INV-02: the index");
    for (const struct vsim_sim_domain *domain = type1->domains; domain; domain = domain->next) {
        n_real += domain->n_groups;
        PROMISE(domain->n_groups > 0, "a domain has no group");
    }
    PROMISE(n_real == type1->n_nonpinned, "T1-INV-03: %u real groups, %u counted", n_real,
            type1->n_nonpinned);
    PROMISE(n_real + type1->n_emulated == type1->container->n_groups, "groups are counted wrong");
    return check_mappings(sim, type1, why) && check_ranges(type1, why);
}

static bool check_container(const struct vsim_sim *sim, const struct vsim_sim_container *container,
                            GString *why)
{
    uint32_t n_groups = 0;

    for (const struct vsim_sim_group *group = container->groups; group; group = group->next) {
        n_groups++;
        PROMISE(group->container == container, "a group is in a container that it does not know");
    }
    PROMISE(n_groups == container->n_groups, "%u groups, %u counted", n_groups, container->n_groups);
    PROMISE(container->file_open || n_groups > 0, "T1-FD-02: a container lives without a reason");
    PROMISE(n_groups > 0 || (!container->type1 && !container->noiommu_active),
            "T1-INV-12: a backend without groups");
    return !container->type1 || check_type1(sim, container->type1, why);
}

/* How much of an mm's locked_vm mlock has put there. */
static uint64_t mlocked_pages(const struct vsim_sim *sim, const struct vsim_sim_mm *mm)
{
    struct vsim_sim_index_cursor cursor;
    uint64_t n_pages = 0;

    for (bool more = vsim_sim_index_first(mm->vmas, &cursor); more; more = vsim_sim_index_next(&cursor)) {
        const struct vsim_sim_index_entry entry = vsim_sim_index_at(&cursor);

        if (((const struct vsim_sim_vma *)vsim_sim_pool_at(&mm->pool, entry.value))->locked)
            n_pages += vsim_sim_pages(sim, entry.last - entry.first + 1);
    }
    return n_pages;
}

/* T1-INV-06, where it holds: owners are mms, and no zone has leaked a charge. */
static bool check_charges(const struct vsim_sim *sim, GString *why)
{
    g_autoptr(GHashTable) charged = g_hash_table_new(NULL, NULL);

    for (const struct vsim_sim_container *container = sim->containers; container;
         container = container->next) {
        const struct vsim_sim_type1 *type1 = container->type1;

        for (const struct vsim_sim_mapping *mapping = type1 ? vsim_sim_mapping_lowest(type1) : NULL; mapping;
             mapping = vsim_sim_mapping_next(type1, mapping)) {
            const gsize sum = GPOINTER_TO_SIZE(g_hash_table_lookup(charged, mapping->owner));

            g_hash_table_insert(charged, mapping->owner, GSIZE_TO_POINTER(sum + mapping->charged));
        }
    }
    for (const struct vsim_sim_process *process = sim->processes; process; process = process->next) {
        if (!process->mm)
            continue;
        PROMISE(process->mm->locked_vm == mlocked_pages(sim, process->mm) +
                                              GPOINTER_TO_SIZE(g_hash_table_lookup(charged, process->mm)),
                "T1-INV-06: locked_vm of a process is %" G_GUINT64_FORMAT " pages", process->mm->locked_vm);
    }
    return true;
}

static bool check_digest(const struct vsim_sim *sim, GString *why)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct vsim_state_row));
    uint64_t sum = 0;

    if (!sim->digest_wanted)
        return true;
    vsim_sim_snapshot(sim, rows);
    for (guint i = 0; i < rows->len; i++) {
        const struct vsim_state_row *row = &g_array_index(rows, struct vsim_state_row, i);

        if (vsim_state_is_shared(row->kind))
            sum += vsim_spec_state_digest(row);
    }
    PROMISE(sum == sim->digest, "the digest of the state has drifted from the state");
    return true;
}

bool vsim_sim_check_invariants(const struct vsim_sim *sim, GString *why)
{
    for (const struct vsim_sim_container *container = sim->containers; container; container = container->next)
        if (!check_container(sim, container, why))
            return false;
    for (const struct vsim_sim_process *process = sim->processes; process; process = process->next)
        PROMISE(!process->mm || vsim_sim_index_check_invariants(process->mm->vmas),
                "an address space is broken");
    return (!sim->dialect->owner_is_mm || sim->has_leaked || check_charges(sim, why)) &&
           check_digest(sim, why);
}
