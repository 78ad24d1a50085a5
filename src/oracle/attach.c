// SPDX-License-Identifier: MIT
/* ATTACH: a group joins a type1 object. Section 7.1. Called for one group at a time, in oracle->at.joining.
 */
#include "rules.h"

static const struct vsim_world_iommu *new_iommu(const struct vsim_oracle *oracle)
{
    return oracle->at.joining ? oracle->at.joining->iommu : NULL;
}

static const struct vsim_range *ranges_of(const struct vsim_oracle_view *view)
{
    return (const struct vsim_range *)(const void *)view->ranges->data;
}

/* The first mapping in the range as the kernel's look-up sees it, whose sums wrap where they are not checked.
 */
static const struct vsim_oracle_mapping *found_in(const struct vsim_oracle *oracle, struct vsim_range range)
{
    if (range.last == UINT64_MAX && !oracle->dialect->overflow_checked)
        return NULL;
    return vsim_oracle_mapping_in(oracle->at.container, range);
}

PREDICATE(ATTACH, VADDR_INVALID)
{
    return oracle->at.container->n_invalid > 0;
}

/* T1-ATT-02. */
PREDICATE(ATTACH, APERTURE)
{
    const struct vsim_world_iommu *iommu = new_iommu(oracle);
    const struct vsim_oracle_view *view = &oracle->at.view;
    const struct vsim_oracle_mapping *outside = NULL;
    struct vsim_range bounds;

    if (!iommu || view->ranges->len == 0)
        return false;
    bounds = vsim_range(ranges_of(view)[0].first, ranges_of(view)[view->ranges->len - 1].last);
    if (!vsim_range_overlaps(bounds, iommu->aperture))
        return true;
    if (iommu->aperture.first > bounds.first)
        outside =
            vsim_oracle_mapping_in(oracle->at.container, vsim_range(bounds.first, iommu->aperture.first - 1));
    if (!outside && iommu->aperture.last < bounds.last &&
        (bounds.last != UINT64_MAX || oracle->dialect->aperture_clip_exact))
        outside =
            vsim_oracle_mapping_in(oracle->at.container, vsim_range(iommu->aperture.last + 1, bounds.last));
    if (outside)
        witness->line = outside->line;
    return outside != NULL;
}

/* T1-ATT-03. */
PREDICATE(ATTACH, RESERVED)
{
    const struct vsim_world_iommu *iommu = new_iommu(oracle);

    for (guint i = 0; iommu && i < iommu->reserved->len; i++) {
        const struct vsim_world_reserved *reserved =
            &g_array_index(iommu->reserved, struct vsim_world_reserved, i);
        const struct vsim_oracle_mapping *mapping = found_in(oracle, reserved->range);

        if (mapping && reserved->kind != VSIM_RESERVED_KIND_DIRECT_RELAXABLE) {
            witness->line = mapping->line;
            witness->range = reserved->range;
            return true;
        }
    }
    return false;
}

PREDICATE(ATTACH, NO_IOVA_LEFT)
{
    return new_iommu(oracle) && oracle->at.next_view.ranges->len == 0;
}

PREDICATE(ATTACH, UNSAFE_INTERRUPTS)
{
    const struct vsim_world_iommu *iommu = new_iommu(oracle);

    return iommu && !iommu->isolated_msi && !oracle->allow_unsafe_interrupts;
}

PREDICATE(ATTACH, REPLAY_UNALIGNED)
{
    if (vsim_oracle_pinning(oracle, op)->result != VSIM_ORACLE_PIN_UNALIGNED)
        return false;
    witness->line = oracle->at.pinning.mapping->line;
    return true;
}

PREDICATE(ATTACH, EMULATED)
{
    return oracle->at.joining && vsim_oracle_group_is(oracle->at.joining, VSIM_GROUP_KIND_emulated);
}

PREDICATE(ATTACH, SHARED)
{
    return new_iommu(oracle) && vsim_oracle_view_domain(&oracle->at.view, new_iommu(oracle));
}

PREDICATE(ATTACH, NEW_DOMAIN)
{
    return new_iommu(oracle) && !vsim_oracle_view_domain(&oracle->at.view, new_iommu(oracle));
}

PREDICATE(ATTACH, RANGES)
{
    return new_iommu(oracle);
}

PREDICATE(ATTACH, PAGE_SIZES)
{
    return new_iommu(oracle);
}

static struct vsim_range vaddrs_of(const struct vsim_oracle_mapping *mapping)
{
    return vsim_range(mapping->vaddr, mapping->vaddr + (mapping->last - mapping->first));
}

/* T1-ATT-09: into a first domain every mapping is pinned from the caller; where there is one already,
 * nothing. */
static void replay(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                   const struct vsim_oracle_process *process)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);

    for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place)) {
        struct vsim_oracle_mapping *mapping = (struct vsim_oracle_mapping *)entry->value;
        const struct vsim_range from = vaddrs_of(mapping);
        uint64_t n_charged;

        if (mapping->mapped)
            continue;
        if (!vsim_oracle_pin_runs(oracle, process->mm, from, mapping->prot, oracle->at.pinning.runs,
                                  &n_charged)) {
            vsim_oracle_container_lose(oracle, container);
            return;
        }
        vsim_oracle_mapping_pin(oracle, container, mapping, oracle->at.pinning.runs, n_charged);
        vsim_oracle_pin_touch(oracle, process->mm, from, mapping->prot);
    }
}

void vsim_oracle_attach(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                        struct vsim_oracle_group *group, const struct vsim_oracle_process *process)
{
    const struct vsim_world_iommu *iommu = group->iommu;
    const bool first_domain = iommu && container->view.domains->len == 0;

    if (vsim_oracle_group_is(group, VSIM_GROUP_KIND_emulated))
        container->n_emulated++;
    if (iommu)
        vsim_oracle_view_join(&container->view, iommu, oracle->memory.page_bytes);
    if (first_domain)
        replay(oracle, container, process);
    vsim_oracle_container_changed(oracle, container);
}

/* T1-ATT-13: what the replay pinned before it failed stays pinned and charged. */
static void leak(struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping)
{
    uint64_t n_charged = oracle->at.pinning.n_accountable;

    if (mapping != oracle->at.pinning.mapping)
        (void)vsim_oracle_pin_runs(oracle, oracle->at.process->mm, vaddrs_of(mapping), mapping->prot,
                                   oracle->at.pinning.runs, &n_charged);
    vsim_oracle_lock(oracle, vsim_oracle_mapping_payer(oracle, mapping), n_charged);
    /* The run that passes the limit is not charged, and how long it is depends on the frames. */
    oracle->accounts_unknown |= oracle->at.pinning.result == VSIM_ORACLE_PIN_OVER_LIMIT;
}

/* A replay that failed: pages that it took have been made, and in old kernels stay pinned. */
void vsim_oracle_failed_attach(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                               const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_container *container = oracle->at.container;
    const struct vsim_oracle_pinning *pinning = &oracle->at.pinning;
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry;

    if (!oracle->at.joining || !pinning->known || pinning->result == VSIM_ORACLE_PINS ||
        container->view.domains->len > 0)
        return;
    if (!oracle->dialect->attach_unwinds)
        vsim_oracle_container_lose(oracle, container);
    entry = vsim_oracle_sorted_find(&container->maps, 0, &place);
    for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place)) {
        const struct vsim_oracle_mapping *mapping = (const struct vsim_oracle_mapping *)entry->value;

        if (!oracle->dialect->attach_unwinds)
            leak(oracle, mapping);
        if (mapping == pinning->mapping) {
            vsim_oracle_pin_leftovers(oracle, vaddrs_of(mapping), mapping->prot);
            return;
        }
        vsim_oracle_pin_touch(oracle, oracle->at.process->mm, vaddrs_of(mapping), mapping->prot);
    }
}
