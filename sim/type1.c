// SPDX-License-Identifier: MIT
/* MAP_DMA and UNMAP_DMA: the checks in the kernel's order, each with the rule that it is. */
#include "type1.h"

#include "argument.h"
#include "digest.h"
#include "file.h"
#include "pin.h"
#include "ranges.h"

#define MAP(name)   VSIM_RULE_VFIO_IOMMU_MAP_DMA_##name
#define UNMAP(name) VSIM_RULE_VFIO_IOMMU_UNMAP_DMA_##name

struct map_dma {
    uint32_t argsz;
    uint32_t flags;
    uint64_t vaddr;
    uint64_t iova;
    uint64_t size;
};

struct unmap_dma {
    uint32_t argsz;
    uint32_t flags;
    uint64_t iova;
    uint64_t size;
};

_Static_assert(sizeof(struct map_dma) == 32 && sizeof(struct unmap_dma) == 24, "the least that is copied in");

static enum vsim_rule_id check_map_argument(const struct vsim_sim *sim, const struct vsim_sim_call *call,
                                            struct map_dma *map)
{
    const struct vsim_sim_container *container = call->file->container;

    if (container->noiommu_active)
        return MAP(NOIOMMU);
    if (!container->type1)
        return MAP(NO_IOMMU);
    if (!vsim_sim_argument_read(sim, call, map, sizeof *map))
        return MAP(UNREADABLE);
    if (map->argsz < sizeof *map)
        return MAP(SHORT);
    if (map->flags & ~sim->known_map_flags)
        return MAP(UNKNOWN_FLAG);
    return VSIM_RULE_NONE;
}

static bool asks_for_nothing(const struct map_dma *map)
{
    const bool vaddr = (map->flags & VSIM_FLAG_VFIO_IOMMU_MAP_DMA_VADDR) != 0;
    const bool access =
        (map->flags & (VSIM_FLAG_VFIO_IOMMU_MAP_DMA_READ | VSIM_FLAG_VFIO_IOMMU_MAP_DMA_WRITE)) != 0;

    return vaddr == access;
}

/* T1-MAP-01, T1-MAP-02, T1-MAP-03. */
static enum vsim_rule_id check_map_numbers(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                                           const struct map_dma *map)
{
    bool wraps;

    if (map->size == 0 && sim->dialect->overflow_checked)
        return MAP(EMPTY_FIRST);
    wraps = vsim_range_wraps(map->iova, map->size) || vsim_range_wraps(map->vaddr, map->size);
    if (wraps && sim->dialect->overflow_checked)
        return MAP(OVERFLOW);
    if (asks_for_nothing(map))
        return MAP(NO_PROT);
    if (map->size == 0 || !vsim_is_aligned(map->iova | map->vaddr | map->size, type1->granule))
        return MAP(UNALIGNED);
    if (wraps)
        return MAP(WRAP);
    return VSIM_RULE_NONE;
}

/* T1-VAD-04: the charge goes over to the caller's mm. */
static bool hand_over(struct vsim_sim *sim, struct vsim_sim_mapping *mapping, struct vsim_sim_process *caller)
{
    const bool lock_cap = vsim_sim_process_can(caller, VSIM_CAPABILITIES_IPC_LOCK);
    struct vsim_sim_mm *const from = mapping->owner;

    if (from == caller->mm)
        return true;
    if (!lock_cap && caller->mm->locked_vm + mapping->charged > vsim_sim_pin_limit(sim, caller))
        return false;
    caller->mm->locked_vm += mapping->charged;
    vsim_sim_digest_locked(sim, caller->mm);
    if (from->alive) {
        from->locked_vm -= mapping->charged;
        vsim_sim_digest_locked(sim, from);
    }
    mapping->lock_cap = lock_cap;
    vsim_sim_mapping_own(mapping, caller->mm);
    return true;
}

static void update_vaddr(struct vsim_sim *sim, const struct vsim_sim_call *call, const struct map_dma *map)
{
    struct vsim_sim_type1 *type1 = call->file->container->type1;
    struct vsim_sim_mapping *mapping = vsim_sim_mapping_overlap(type1, map->iova, map->size);

    if (!mapping) {
        vsim_sim_refuse(call, MAP(VADDR_ABSENT));
        return;
    }
    if (!mapping->vaddr_invalid || mapping->first != map->iova ||
        vsim_sim_mapping_length(mapping) != map->size) {
        vsim_sim_refuse(call, MAP(VADDR_MISMATCH));
        return;
    }
    if (sim->dialect->owner_is_mm && !hand_over(sim, mapping, call->process)) {
        vsim_sim_refuse(call, MAP(VADDR_OVER_LIMIT));
        return;
    }
    mapping->vaddr = map->vaddr;
    mapping->vaddr_invalid = false;
    type1->n_invalid--;
    vsim_sim_digest_mapping(sim, type1->container, mapping);
    vsim_sim_succeed(call, MAP(VADDR_UPDATED), 0);
}

/* Overlap comes first (T1-MAP-07); where nothing else is wrong, linking will find it. */
static enum vsim_rule_id check_place(const struct vsim_sim_type1 *type1, struct vsim_range range)
{
    const bool allowed = vsim_sim_ranges_allow(type1->ranges, range);

    if (type1->avail > 0 && allowed)
        return VSIM_RULE_NONE;
    if (vsim_sim_mapping_overlap(type1, range.first, vsim_range_length(range)))
        return MAP(NO_OVERLAP);
    return type1->avail == 0 ? MAP(NO_SLOT) : MAP(OUT_OF_RANGE);
}

static void map_new(struct vsim_sim *sim, const struct vsim_sim_call *call, const struct map_dma *map)
{
    struct vsim_sim_type1 *type1 = call->file->container->type1;
    const struct vsim_range range = vsim_range(map->iova, map->iova + (map->size - 1));
    struct vsim_sim_refusal refusal = vsim_sim_refusal_none();
    const enum vsim_rule_id rule = check_place(type1, range);
    struct vsim_sim_mapping *mapping = rule == VSIM_RULE_NONE ? vsim_sim_mapping_link(type1, range) : NULL;

    if (!mapping) {
        vsim_sim_refuse(call, rule == VSIM_RULE_NONE ? MAP(NO_OVERLAP) : rule);
        return;
    }
    mapping->vaddr = map->vaddr;
    mapping->prot = map->flags & (VSIM_PROT_READ | VSIM_PROT_WRITE);
    mapping->lock_cap = vsim_sim_process_can(call->process, VSIM_CAPABILITIES_IPC_LOCK);
    vsim_sim_mapping_own(mapping, call->process->mm);
    if (type1->domains)
        refusal = vsim_sim_pin_and_map(sim, type1, mapping, call->process);
    if (vsim_sim_refused(&refusal)) {
        vsim_sim_mapping_remove(sim, type1, mapping);
        vsim_sim_refuse_with(call, &refusal);
        return;
    }
    vsim_sim_digest_mapping(sim, type1->container, mapping);
    vsim_sim_digest_container(sim, type1->container);
    vsim_sim_succeed(call, mapping->mapped ? MAP(DONE) : MAP(DONE_UNPINNED), 0);
}

void vsim_sim_vfio_iommu_map_dma(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct map_dma map;
    enum vsim_rule_id rule = check_map_argument(sim, call, &map);

    if (rule == VSIM_RULE_NONE)
        rule = check_map_numbers(sim, call->file->container->type1, &map);
    if (rule != VSIM_RULE_NONE)
        vsim_sim_refuse(call, rule);
    else if (map.flags & VSIM_FLAG_VFIO_IOMMU_MAP_DMA_VADDR)
        update_vaddr(sim, call, &map);
    else
        map_new(sim, call, &map);
}

static enum vsim_rule_id check_unmap_argument(const struct vsim_sim *sim, const struct vsim_sim_call *call,
                                              struct unmap_dma *unmap)
{
    const uint32_t others = VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_ALL | VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_VADDR;
    const struct vsim_sim_container *container = call->file->container;

    if (container->noiommu_active)
        return UNMAP(NOIOMMU);
    if (!container->type1)
        return UNMAP(NO_IOMMU);
    if (!vsim_sim_argument_read(sim, call, unmap, sizeof *unmap))
        return UNMAP(UNREADABLE);
    if (unmap->argsz < sizeof *unmap)
        return UNMAP(SHORT);
    if (unmap->flags & ~sim->known_unmap_flags)
        return UNMAP(UNKNOWN_FLAG);
    if ((unmap->flags & VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_GET_DIRTY_BITMAP) && (unmap->flags & others))
        return UNMAP(DIRTY_WITH_OTHER);
    return VSIM_RULE_NONE;
}

/* T1-UNM-01, T1-UNM-02, T1-UNM-03. */
static enum vsim_rule_id check_unmap_numbers(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                                             const struct unmap_dma *unmap)
{
    const bool all = (unmap->flags & VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_ALL) != 0;

    if (sim->dialect->vaddr_busy && (unmap->flags & VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_VADDR) &&
        type1->n_emulated > 0)
        return UNMAP(VADDR_EMULATED);
    if (!vsim_is_aligned(unmap->iova, type1->granule))
        return UNMAP(UNALIGNED_IOVA);
    if (all)
        return unmap->iova != 0 || unmap->size != 0 ? UNMAP(ALL_NOT_ZERO) : VSIM_RULE_NONE;
    if (unmap->size == 0 || !vsim_is_aligned(unmap->size, type1->granule))
        return UNMAP(UNALIGNED_SIZE);
    if (vsim_range_wraps(unmap->iova, unmap->size))
        return sim->dialect->overflow_checked ? UNMAP(OVERFLOW) : UNMAP(WRAP);
    if (unmap->flags & VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_GET_DIRTY_BITMAP)
        return UNMAP(DIRTY_NOT_TRACKING);
    return VSIM_RULE_NONE;
}

/* T1-UNM-04, asked of both ends, as the kernel asks it. */
static bool bisects_at_ends(const struct vsim_sim_type1 *type1, const struct unmap_dma *unmap)
{
    const uint64_t last = unmap->iova + (unmap->size - 1);
    const struct vsim_sim_mapping *mapping = vsim_sim_mapping_overlap(type1, unmap->iova, 1);

    if (mapping && mapping->first != unmap->iova)
        return true;
    mapping = vsim_sim_mapping_overlap(type1, last, type1->by_tree ? 0 : 1);
    return mapping && mapping->last != last;
}

/* The same of the lowest mapping in the range, which mostly answers for both ends. */
static bool bisects(const struct vsim_sim_type1 *type1, const struct unmap_dma *unmap,
                    const struct vsim_sim_mapping *lowest)
{
    const uint64_t last = unmap->iova + (unmap->size - 1);
    const struct vsim_sim_mapping *highest = lowest;

    if (type1->by_tree || last == UINT64_MAX)
        return bisects_at_ends(type1, unmap);
    if (!lowest || lowest->last == last)
        return lowest && lowest->first < unmap->iova;
    if (lowest->last < last)
        highest = vsim_sim_mapping_overlap(type1, last, 1);
    return lowest->first < unmap->iova || (highest && highest->last != last);
}

/* T1-UNM-11. */
static bool is_foreign(const struct vsim_sim *sim, const struct vsim_sim_mapping *mapping,
                       const struct vsim_sim_process *caller)
{
    return sim->dialect->foreign_unmap_stops && mapping->owner->process->mm != caller->mm;
}

/* An unmap under way: what it may take, how much it has taken, and why it ended. */
struct removal {
    struct vsim_sim_type1 *type1;
    const struct vsim_sim_process *caller;
    uint64_t first;
    uint64_t length_bytes;
    struct vsim_sim_mapping *lowest; /* In the range. */
    uint64_t taken_bytes;
    enum vsim_rule_id rule;
};

/* True when the walk ends at this mapping. */
static bool stops(const struct vsim_sim *sim, struct removal *removal, const struct vsim_sim_mapping *mapping)
{
    /* Wraps as it does in the kernel: in a range that ends at 2^64 nothing begins (T1-TOP-04). */
    if (removal->type1->wraps && mapping->first >= removal->first + removal->length_bytes)
        return true;
    if (!removal->type1->wraps && mapping->first > removal->first &&
        mapping->first - removal->first >= removal->length_bytes)
        return true;
    if (!removal->type1->v2 && mapping->first < removal->first)
        return true;
    if (is_foreign(sim, mapping, removal->caller)) {
        removal->rule = UNMAP(FOREIGN);
        return true;
    }
    return false;
}

/* T1-UNM-05, T1-UNM-06: upwards from the lowest one. */
static void remove_in_order(struct vsim_sim *sim, struct removal *removal)
{
    struct vsim_sim_type1 *type1 = removal->type1;
    struct vsim_sim_mapping *mapping = removal->lowest;

    while (mapping && !stops(sim, removal, mapping)) {
        const uint64_t first = mapping->first;
        const uint64_t last = mapping->last;
        struct vsim_sim_mapping *next = type1->by_tree ? vsim_sim_mapping_next(type1, mapping) : NULL;

        removal->taken_bytes += last - first + 1;
        vsim_sim_mapping_remove(sim, type1, mapping);
        if (next)
            mapping = next;
        else if (type1->by_tree || last - removal->first >= removal->length_bytes - 1)
            return;
        else
            mapping = vsim_sim_mapping_first_in(type1, last + 1,
                                                removal->length_bytes - (last + 1 - removal->first));
    }
}

/* T1-UNM-07: again and again the one nearest the root. */
static void remove_in_tree_order(struct vsim_sim *sim, struct removal *removal)
{
    const struct vsim_sim_rbtree_keys keys = vsim_sim_mapping_keys(removal->type1);
    struct vsim_sim_mapping *mapping;

    while ((mapping = vsim_sim_mapping_at(
                removal->type1, vsim_sim_rbtree_find_overlap(removal->type1->tree, &keys, removal->first,
                                                             removal->length_bytes))) != NULL) {
        if (!removal->type1->v2 && mapping->first < removal->first)
            return;
        if (is_foreign(sim, mapping, removal->caller)) {
            removal->rule = UNMAP(FOREIGN);
            return;
        }
        removal->taken_bytes += vsim_sim_mapping_length(mapping);
        vsim_sim_mapping_remove(sim, removal->type1, mapping);
    }
}

/* Make those below `end` valid again that this call has made invalid (T1-VAD-01). */
static void revalidate(struct vsim_sim *sim, const struct removal *removal,
                       const struct vsim_sim_mapping *end)
{
    struct vsim_sim_type1 *type1 = removal->type1;

    for (struct vsim_sim_mapping *mapping = removal->lowest; mapping != end;
         mapping = vsim_sim_mapping_next(type1, mapping)) {
        mapping->vaddr_invalid = false;
        type1->n_invalid--;
        vsim_sim_digest_mapping(sim, type1->container, mapping);
    }
}

static void invalidate(struct vsim_sim *sim, struct removal *removal)
{
    struct vsim_sim_type1 *type1 = removal->type1;
    struct vsim_sim_mapping *mapping = removal->lowest;

    removal->rule = UNMAP(VADDR_INVALIDATED);
    for (; mapping && !stops(sim, removal, mapping); mapping = vsim_sim_mapping_next(type1, mapping)) {
        if (mapping->vaddr_invalid) {
            revalidate(sim, removal, mapping);
            removal->rule = UNMAP(VADDR_TWICE);
            return;
        }
        mapping->vaddr_invalid = true;
        type1->n_invalid++;
        removal->taken_bytes += vsim_sim_mapping_length(mapping);
        vsim_sim_digest_mapping(sim, type1->container, mapping);
    }
}

static enum vsim_rule_id rule_of_success(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                                         bool all)
{
    if (all)
        return UNMAP(DONE_ALL);
    if (type1->v2)
        return UNMAP(DONE);
    return sim->dialect->unmap_in_tree_order ? UNMAP(DONE_V1_TREE) : UNMAP(DONE_V1);
}

static struct removal remove_mappings(struct vsim_sim *sim, const struct vsim_sim_call *call,
                                      const struct unmap_dma *unmap)
{
    struct vsim_sim_type1 *type1 = call->file->container->type1;
    const bool all = (unmap->flags & VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_ALL) != 0;
    struct removal removal = {.type1 = type1,
                              .caller = call->process,
                              .first = unmap->iova,
                              .length_bytes = all ? UINT64_MAX : unmap->size,
                              .rule = rule_of_success(sim, type1, all)};

    removal.lowest = vsim_sim_mapping_first_in(type1, removal.first, removal.length_bytes);
    if (type1->v2 && !all && bisects(type1, unmap, removal.lowest))
        removal.rule = UNMAP(BISECTS);
    else if (unmap->flags & VSIM_FLAG_VFIO_IOMMU_UNMAP_DMA_VADDR)
        invalidate(sim, &removal);
    else if (sim->dialect->unmap_in_tree_order)
        remove_in_tree_order(sim, &removal);
    else
        remove_in_order(sim, &removal);
    vsim_sim_digest_container(sim, type1->container);
    return removal;
}

void vsim_sim_vfio_iommu_unmap_dma(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct unmap_dma unmap;
    struct removal removal;
    enum vsim_rule_id rule = check_unmap_argument(sim, call, &unmap);

    if (rule == VSIM_RULE_NONE)
        rule = check_unmap_numbers(sim, call->file->container->type1, &unmap);
    if (rule != VSIM_RULE_NONE) {
        vsim_sim_refuse(call, rule);
        return;
    }
    removal = remove_mappings(sim, call, &unmap);
    if (vsim_spec_rules[removal.rule].error != 0) {
        vsim_sim_refuse(call, removal.rule);
        return;
    }
    unmap.size = removal.taken_bytes;
    if (!vsim_sim_argument_write(sim, call, 0, &unmap, sizeof unmap)) {
        vsim_sim_refuse(call, UNMAP(UNWRITABLE));
        return;
    }
    vsim_sim_succeed(call, removal.rule, 0);
    vsim_outcome_set(&call->result->outcome, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, unmap.size);
}
