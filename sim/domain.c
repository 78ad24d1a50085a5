// SPDX-License-Identifier: MIT
#include "domain.h"

#include <errno.h>

struct vsim_sim_domain *vsim_sim_domain_new(const struct vsim_world_iommu *iommu, vsim_handle name)
{
    struct vsim_sim_domain *domain = g_new0(struct vsim_sim_domain, 1);

    domain->name = name;
    domain->iommu = iommu;
    domain->smallest_page_bytes = vsim_lowest_bit(iommu->page_sizes);
    domain->table = vsim_sim_index_new();
    domain->epoch = 1;
    vsim_sim_pool_init(&domain->extents, sizeof(struct vsim_sim_translation));
    return domain;
}

void vsim_sim_domain_free(struct vsim_sim_domain *domain)
{
    vsim_sim_index_free(domain->table);
    vsim_sim_pool_clear(&domain->extents);
    g_free(domain);
}

/* An object begins at a multiple of every page size, so its offset tells how a physical address is aligned. */
static bool is_aligned(const struct vsim_sim_domain *domain, const struct vsim_sim *sim, uint64_t iova,
                       const struct vsim_sim_run_of_pages *run)
{
    const uint64_t length_bytes = run->page_by_page ? sim->page_bytes : run->n_bytes;

    return vsim_is_aligned(iova | run->offset | length_bytes, domain->smallest_page_bytes);
}

struct vsim_sim_refusal vsim_sim_domain_map(struct vsim_sim_domain *domain, const struct vsim_sim *sim, uint64_t iova,
                                            const struct vsim_sim_run_of_pages *run, uint8_t prot)
{
    const struct vsim_range range = vsim_range(iova, iova + (run->n_bytes - 1));
    struct vsim_sim_index_entry entry = {.first = range.first, .last = range.last};

    if (!is_aligned(domain, sim, iova, run))
        return vsim_sim_refusal_with(VSIM_RULE_PIN_DOMAIN_REFUSES, EINVAL);
    if (!vsim_range_contains(domain->iommu->aperture, range))
        return vsim_sim_refusal_of(VSIM_RULE_PIN_DOMAIN_REFUSES);
    entry.value = vsim_sim_pool_take(&domain->extents);
    if (!vsim_sim_index_insert(domain->table, &entry, NULL, NULL)) {
        vsim_sim_pool_give(&domain->extents, entry.value);
        return vsim_sim_refusal_of(VSIM_RULE_PIN_DOMAIN_REFUSES);
    }
    *(struct vsim_sim_translation *)vsim_sim_pool_at(&domain->extents, entry.value) =
        (struct vsim_sim_translation){.object = run->object, .offset = run->offset, .prot = prot};
    return vsim_sim_refusal_none();
}

bool vsim_sim_domain_unmap_next(struct vsim_sim_domain *domain, struct vsim_range range,
                                struct vsim_sim_run_of_pages *run)
{
    const struct vsim_sim_translation *extent;
    struct vsim_sim_index_entry entry;

    if (!vsim_sim_index_lower(domain->table, range.first, &entry) || entry.first > range.last)
        return false;
    extent = vsim_sim_pool_at(&domain->extents, entry.value);
    *run = (struct vsim_sim_run_of_pages){
        .object = extent->object, .offset = extent->offset, .n_bytes = entry.last - entry.first + 1};
    vsim_sim_index_remove(domain->table, entry.first, NULL);
    vsim_sim_pool_give(&domain->extents, entry.value);
    domain->epoch++;
    return true;
}

void vsim_sim_domain_unmap(struct vsim_sim_domain *domain, struct vsim_range range)
{
    struct vsim_sim_run_of_pages run;

    while (vsim_sim_domain_unmap_next(domain, range, &run))
        continue;
}

bool vsim_sim_domain_walk(const struct vsim_sim_domain *domain, uint64_t iova, struct vsim_sim_iotlb_entry *entry)
{
    const struct vsim_sim_translation *extent;
    struct vsim_sim_index_entry found;

    if (!vsim_sim_index_find(domain->table, iova, &found))
        return false;
    extent = vsim_sim_pool_at(&domain->extents, found.value);
    *entry = (struct vsim_sim_iotlb_entry){.first = found.first,
                                           .last = found.last,
                                           .object = extent->object,
                                           .offset = extent->offset,
                                           .epoch = domain->epoch,
                                           .prot = extent->prot};
    return true;
}

const struct vsim_sim_iotlb_entry *vsim_sim_domain_translate_miss(struct vsim_sim_domain *domain, uint64_t iova)
{
    struct vsim_sim_iotlb_entry *entry = &domain->iotlb[(iova >> 12) % VSIM_SIM_IOTLB_ENTRIES];

    return vsim_sim_domain_walk(domain, iova, entry) ? entry : NULL;
}
