// SPDX-License-Identifier: MIT
/*
 * Groups come to a type1 object and leave it: domains, valid iovas, page sizes, and the replay of mappings
 * onto a new domain. An attach works on a domain and a list of ranges that nobody sees before it has
 * succeeded.
 */
#include "digest.h"
#include "group.h"
#include "pin.h"
#include "ranges.h"
#include "type1.h"

/* A mapping can only end at 2^64 where an aperture does, or where an emulated group makes every iova valid.
 */
static bool reaches_the_top(const struct vsim_world *world)
{
    bool reaches = false;

    for (guint i = 0; i < world->iommus->len; i++)
        reaches |= g_array_index(world->iommus, struct vsim_world_iommu, i).aperture.last == UINT64_MAX;
    for (guint i = 0; i < world->groups->len; i++)
        reaches |= g_array_index(world->groups, struct vsim_world_group, i).kind == VSIM_GROUP_KIND_emulated;
    return reaches;
}

/* The tree decides in old kernels and in the pictures; elsewhere its shape is a cost that nobody sees. */
static bool wants_tree(const struct vsim_sim *sim)
{
    return !sim->world->without_pictures || sim->dialect->unmap_in_tree_order ||
           (!sim->dialect->overflow_checked && reaches_the_top(sim->world));
}

struct vsim_sim_type1 *vsim_sim_type1_new(struct vsim_sim *sim, struct vsim_sim_container *container, bool v2,
                                          bool nesting)
{
    struct vsim_sim_type1 *type1 = g_new0(struct vsim_sim_type1, 1);

    type1->container = container;
    type1->v2 = v2;
    type1->nesting = nesting;
    type1->wraps = !sim->dialect->overflow_checked;
    type1->index = vsim_sim_index_new();
    type1->tree = wants_tree(sim) ? vsim_sim_rbtree_new() : NULL;
    type1->avail = sim->dma_entry_limit;
    type1->avail_at_open = sim->dma_entry_limit;
    type1->ranges = vsim_sim_ranges_new();
    type1->epoch = 1;
    vsim_sim_pool_init(&type1->mappings, sizeof(struct vsim_sim_mapping));
    vsim_sim_type1_update_page_sizes(sim, type1);
    return type1;
}

void vsim_sim_type1_free(struct vsim_sim *sim, struct vsim_sim_type1 *type1)
{
    vsim_sim_mapping_remove_all(sim, type1);
    while (type1->domains) {
        struct vsim_sim_domain *const domain = type1->domains;

        type1->domains = domain->next;
        vsim_sim_mapping_sweep(type1, domain);
        vsim_sim_domain_free(domain);
    }
    vsim_sim_index_free(type1->index);
    if (type1->tree)
        vsim_sim_rbtree_free(type1->tree);
    vsim_sim_pool_clear(&type1->mappings);
    g_free(type1->digests);
    g_array_unref(type1->ranges);
    g_free(type1);
}

void vsim_sim_type1_update_page_sizes(const struct vsim_sim *sim, struct vsim_sim_type1 *type1)
{
    const uint64_t below = sim->page_bytes - 1;

    type1->page_sizes = UINT64_MAX;
    for (const struct vsim_sim_domain *domain = type1->domains; domain; domain = domain->next)
        type1->page_sizes &= domain->iommu->page_sizes;
    if (type1->page_sizes & below)
        type1->page_sizes = (type1->page_sizes & ~below) | sim->page_bytes;
    type1->granule = vsim_lowest_bit(type1->page_sizes);
}

/* T1-ATT-02. */
static bool aperture_conflicts(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                               struct vsim_range aperture)
{
    struct vsim_range all;

    if (type1->ranges->len == 0)
        return false;
    all = vsim_range(vsim_sim_ranges_at(type1->ranges, 0).first,
                     vsim_sim_ranges_at(type1->ranges, type1->ranges->len - 1).last);
    if (!vsim_range_overlaps(aperture, all))
        return true;
    if (aperture.first > all.first && vsim_sim_mapping_overlap(type1, all.first, aperture.first - all.first))
        return true;
    if (aperture.last >= all.last || (all.last == UINT64_MAX && !sim->dialect->aperture_clip_exact))
        return false;
    return vsim_sim_mapping_overlap(type1, aperture.last + 1, all.last - aperture.last) != NULL;
}

static bool is_carved_out(const struct vsim_world_reserved *reserved)
{
    return reserved->kind != VSIM_RESERVED_KIND_DIRECT_RELAXABLE;
}

/* T1-ATT-03. */
static bool reserved_conflicts(const struct vsim_sim_type1 *type1, const struct vsim_world_iommu *iommu)
{
    for (guint i = 0; i < iommu->reserved->len; i++) {
        const struct vsim_world_reserved *reserved =
            &g_array_index(iommu->reserved, struct vsim_world_reserved, i);

        if (is_carved_out(reserved) &&
            vsim_sim_mapping_overlap(type1, reserved->range.first, vsim_range_length(reserved->range)))
            return true;
    }
    return false;
}

static void exclude_reserved(GArray *ranges, const struct vsim_world_iommu *iommu)
{
    for (guint i = 0; i < iommu->reserved->len; i++) {
        const struct vsim_world_reserved *reserved =
            &g_array_index(iommu->reserved, struct vsim_world_reserved, i);

        if (is_carved_out(reserved))
            vsim_sim_ranges_exclude(ranges, reserved->range);
    }
}

/* Those of T1-ATT-01 that come before a domain is looked for; `ranges` is narrowed. */
static struct vsim_sim_refusal check_attach(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                                            const struct vsim_sim_group *group, GArray *ranges)
{
    if (type1->nesting && !group->iommu->can_nest)
        return vsim_sim_refusal_of(VSIM_RULE_VFIO_SET_IOMMU_NESTING_REFUSED);
    if (aperture_conflicts(sim, type1, group->iommu->aperture))
        return vsim_sim_refusal_of(VSIM_RULE_ATTACH_APERTURE);
    if (reserved_conflicts(type1, group->iommu))
        return vsim_sim_refusal_of(VSIM_RULE_ATTACH_RESERVED);
    vsim_sim_ranges_clip(ranges, group->iommu->aperture);
    exclude_reserved(ranges, group->iommu);
    if (ranges->len == 0)
        return vsim_sim_refusal_of(VSIM_RULE_ATTACH_NO_IOVA_LEFT);
    if (!group->iommu->isolated_msi && !sim->allow_unsafe_interrupts)
        return vsim_sim_refusal_of(VSIM_RULE_ATTACH_UNSAFE_INTERRUPTS);
    return vsim_sim_refusal_none();
}

static struct vsim_sim_domain *find_shareable(const struct vsim_sim_type1 *type1,
                                              const struct vsim_sim_group *group)
{
    struct vsim_sim_domain *domain = type1->domains;

    while (domain && domain->iommu != group->iommu)
        domain = domain->next;
    return domain;
}

/* Pages that other domains show already are not pinned or charged again (T1-ATT-09). */
static struct vsim_sim_refusal copy_mapping(const struct vsim_sim *sim, const struct vsim_sim_domain *domain,
                                            const struct vsim_sim_mapping *mapping)
{
    struct vsim_sim_refusal refusal = vsim_sim_refusal_none();

    for (uint32_t i = 0; i < mapping->n_extents && !vsim_sim_refused(&refusal); i++) {
        const struct vsim_sim_extent extent = vsim_sim_mapping_extent(mapping, i);
        const struct vsim_sim_translation shown =
            vsim_sim_mapping_translation(mapping, mapping->first + extent.start);
        const struct vsim_sim_run_of_pages run = {.object = extent.object,
                                                  .offset = extent.offset,
                                                  .n_bytes = shown.last - shown.first + 1,
                                                  .page_by_page = extent.object == sim->zero};

        refusal = vsim_sim_domain_accepts(sim, domain, shown.first, &run);
    }
    return refusal;
}

static struct vsim_sim_refusal replay_mapping(struct vsim_sim *sim, const struct vsim_sim_domain *domain,
                                              struct vsim_sim_mapping *mapping,
                                              struct vsim_sim_process *caller, uint64_t *pinned_bytes)
{
    const uint64_t ends = mapping->first | vsim_sim_mapping_length(mapping);
    struct vsim_sim_refusal refusal;

    if (mapping->mapped)
        refusal = copy_mapping(sim, domain, mapping);
    else
        refusal = vsim_sim_pin(sim, domain, mapping, caller, pinned_bytes);
    if (refusal.rule == VSIM_RULE_PIN_DOMAIN_REFUSES && !vsim_is_aligned(ends, domain->smallest_page_bytes))
        return vsim_sim_refusal_of(VSIM_RULE_ATTACH_REPLAY_UNALIGNED);
    return refusal;
}

/* T1-ATT-11: nothing that this attach pinned or charged stays. NULL stands for behind the last one. */
static void unwind_replay(struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                          const struct vsim_sim_mapping *failed, uint64_t pinned_bytes)
{
    struct vsim_sim_mapping *mapping = vsim_sim_mapping_lowest(type1);

    for (; mapping; mapping = vsim_sim_mapping_next(type1, mapping)) {
        if (!mapping->mapped)
            vsim_sim_unpin(sim, mapping, mapping == failed ? pinned_bytes : vsim_sim_mapping_length(mapping));
        if (mapping == failed)
            return;
    }
}

/* T1-ATT-13: old kernels leave pins and charges behind, and mappings that claim to be mapped. */
static void leak_replay(struct vsim_sim *sim, struct vsim_sim_type1 *type1, struct vsim_sim_mapping *failed)
{
    type1->undefined = true;
    sim->has_leaked = true;
    for (struct vsim_sim_mapping *mapping = vsim_sim_mapping_lowest(type1); mapping != failed;
         mapping = vsim_sim_mapping_next(type1, mapping)) {
        if (!type1->domains)
            vsim_sim_mapping_forget_extents(mapping);
        mapping->mapped = true;
        vsim_sim_digest_mapping(sim, type1->container, mapping);
    }
    if (!failed->mapped)
        vsim_sim_mapping_forget_extents(failed);
    vsim_sim_digest_mapping(sim, type1->container, failed);
}

/* All pages are there. Only where mappings overlap can one still find its place taken; then none is put in.
 */
static bool enter_all(struct vsim_sim *sim, struct vsim_sim_type1 *type1)
{
    struct vsim_sim_mapping *mapping = vsim_sim_mapping_lowest(type1);

    for (; mapping; mapping = vsim_sim_mapping_next(type1, mapping)) {
        if (!mapping->mapped && !vsim_sim_mapping_enter(type1, mapping))
            break;
        vsim_sim_digest_mapping(sim, type1->container, mapping);
    }
    if (!mapping)
        return true;
    for (struct vsim_sim_mapping *undo = vsim_sim_mapping_lowest(type1); undo != mapping;
         undo = vsim_sim_mapping_next(type1, undo)) {
        vsim_sim_mapping_leave(type1, undo);
        vsim_sim_digest_mapping(sim, type1->container, undo);
    }
    return false;
}

static struct vsim_sim_refusal replay(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                      const struct vsim_sim_domain *domain, struct vsim_sim_process *caller)
{
    struct vsim_sim_mapping *mapping;
    uint64_t pinned_bytes = 0;

    if (sim->dialect->vaddr_blocks && type1->n_invalid > 0)
        return (struct vsim_sim_refusal){.blocks = true}; /* T1-VAD-23. */
    for (mapping = vsim_sim_mapping_lowest(type1); mapping; mapping = vsim_sim_mapping_next(type1, mapping)) {
        const struct vsim_sim_refusal refusal = replay_mapping(sim, domain, mapping, caller, &pinned_bytes);

        if (!vsim_sim_refused(&refusal))
            continue;
        if (sim->dialect->attach_unwinds)
            unwind_replay(sim, type1, mapping, pinned_bytes);
        else
            leak_replay(sim, type1, mapping);
        return refusal;
    }
    if (enter_all(sim, type1))
        return vsim_sim_refusal_none();
    unwind_replay(sim, type1, NULL, 0);
    return vsim_sim_refusal_of(VSIM_RULE_PIN_DOMAIN_REFUSES);
}

static struct vsim_sim_refusal choose_domain(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                             struct vsim_sim_group *group, struct vsim_sim_process *caller)
{
    struct vsim_sim_domain *domain = find_shareable(type1, group);
    const bool shared = domain != NULL;
    struct vsim_sim_refusal refusal;

    if (!domain) {
        domain = vsim_sim_domain_new(type1, group->iommu, group->world->handle);
        refusal = replay(sim, type1, domain, caller);
        if (vsim_sim_refused(&refusal)) {
            vsim_sim_domain_free(domain);
            return refusal;
        }
        domain->next = type1->domains;
        type1->domains = domain;
        vsim_sim_type1_update_page_sizes(sim, type1); /* VSIM_RULE_ATTACH_PAGE_SIZES */
    }
    domain->n_groups++;
    group->domain = domain;
    return vsim_sim_grant(shared ? VSIM_RULE_ATTACH_SHARED : VSIM_RULE_ATTACH_NEW_DOMAIN);
}

struct vsim_sim_refusal vsim_sim_type1_attach(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                              struct vsim_sim_group *group, struct vsim_sim_process *caller)
{
    g_autoptr(GArray) ranges = NULL;
    struct vsim_sim_refusal refusal;

    if (sim->dialect->vaddr_busy && type1->n_invalid > 0)
        return vsim_sim_refusal_of(VSIM_RULE_ATTACH_VADDR_INVALID);
    if (!group->iommu) {
        type1->n_emulated++;
        return vsim_sim_grant(VSIM_RULE_ATTACH_EMULATED);
    }
    ranges = vsim_sim_ranges_copy(type1->ranges);
    refusal = check_attach(sim, type1, group, ranges);
    if (vsim_sim_refused(&refusal))
        return refusal;
    refusal = choose_domain(sim, type1, group, caller);
    if (vsim_sim_refused(&refusal))
        return refusal;
    g_array_unref(type1->ranges);
    type1->ranges = g_steal_pointer(&ranges); /* VSIM_RULE_ATTACH_RANGES */
    type1->n_nonpinned++;
    vsim_sim_digest_ranges(sim, type1->container);
    return refusal;
}

/* T1-DET-05. */
static void keep_accounting_only(struct vsim_sim *sim, struct vsim_sim_type1 *type1)
{
    for (struct vsim_sim_mapping *mapping = vsim_sim_mapping_lowest(type1); mapping;
         mapping = vsim_sim_mapping_next(type1, mapping)) {
        vsim_sim_mapping_leave(type1, mapping);
        vsim_sim_unpin(sim, mapping, vsim_sim_mapping_length(mapping));
        vsim_sim_digest_mapping(sim, type1->container, mapping);
    }
}

/* T1-DET-03: as far as the apertures that remain allow. */
static void expand_bounds(const struct vsim_sim_type1 *type1, struct vsim_range *bounds)
{
    *bounds = vsim_range(0, UINT64_MAX);
    for (const struct vsim_sim_domain *domain = type1->domains; domain; domain = domain->next) {
        bounds->first = MAX(bounds->first, domain->iommu->aperture.first);
        bounds->last = MIN(bounds->last, domain->iommu->aperture.last);
    }
}

static enum vsim_rule_id free_domain(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                     struct vsim_sim_domain *domain)
{
    struct vsim_sim_domain **link = &type1->domains;
    enum vsim_rule_id rule = VSIM_RULE_DETACH_DOMAIN_FREED;

    if (type1->domains == domain && !domain->next && type1->n_emulated == 0) {
        vsim_sim_mapping_remove_all(sim, type1);
        rule = VSIM_RULE_DETACH_ALL_REMOVED;
    } else if (type1->domains == domain && !domain->next) {
        keep_accounting_only(sim, type1);
        rule = VSIM_RULE_DETACH_ACCOUNTING_ONLY;
    }
    while (*link != domain)
        link = &(*link)->next;
    *link = domain->next;
    vsim_sim_mapping_sweep(type1, domain);
    vsim_sim_domain_free(domain);
    vsim_sim_type1_update_page_sizes(sim, type1);
    return rule;
}

/* T1-DET-02: the old bounds stay if nothing would be left within the new ones. */
static void refresh_ranges(struct vsim_sim *sim, struct vsim_sim_type1 *type1, struct vsim_range bounds)
{
    g_autoptr(GArray) ranges = vsim_sim_ranges_new();

    g_array_append_val(ranges, bounds);
    for (const struct vsim_sim_domain *domain = type1->domains; domain; domain = domain->next)
        exclude_reserved(ranges, domain->iommu);
    if (ranges->len == 0)
        return;
    g_array_unref(type1->ranges);
    type1->ranges = g_steal_pointer(&ranges);
    vsim_sim_digest_ranges(sim, type1->container);
}

static enum vsim_rule_id detach_emulated(struct vsim_sim *sim, struct vsim_sim_type1 *type1)
{
    type1->n_emulated--;
    if (type1->n_emulated == 0 && !type1->domains)
        vsim_sim_mapping_remove_all(sim, type1);
    return VSIM_RULE_DETACH_EMULATED;
}

enum vsim_rule_id vsim_sim_type1_detach(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                        struct vsim_sim_group *group)
{
    struct vsim_sim_domain *const domain = group->domain;
    enum vsim_rule_id rule = VSIM_RULE_DETACH_DOMAIN_STAYS;
    struct vsim_range bounds;

    if (!group->iommu)
        return detach_emulated(sim, type1);
    bounds = vsim_range(vsim_sim_ranges_at(type1->ranges, 0).first,
                        vsim_sim_ranges_at(type1->ranges, type1->ranges->len - 1).last);
    group->domain = NULL;
    type1->n_nonpinned--;
    if (--domain->n_groups == 0) {
        rule = free_domain(sim, type1, domain);
        expand_bounds(type1, &bounds);
    }
    refresh_ranges(sim, type1, bounds);
    return rule;
}
