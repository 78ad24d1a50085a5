// SPDX-License-Identifier: MIT
#include "domain.h"

#include <errno.h>

#include "type1.h"

struct vsim_sim_domain *vsim_sim_domain_new(const struct vsim_sim_type1 *type1,
                                            const struct vsim_world_iommu *iommu, vsim_handle name)
{
    struct vsim_sim_domain *domain = g_new0(struct vsim_sim_domain, 1);

    domain->type1 = type1;
    domain->name = name;
    domain->iommu = iommu;
    domain->smallest_page_bytes = vsim_lowest_bit(iommu->page_sizes);
    return domain;
}

void vsim_sim_domain_free(struct vsim_sim_domain *domain)
{
    g_free(domain);
}

struct vsim_sim_refusal vsim_sim_domain_accepts(const struct vsim_sim *sim,
                                                const struct vsim_sim_domain *domain, uint64_t iova,
                                                const struct vsim_sim_run_of_pages *run)
{
    const uint64_t length_bytes = run->page_by_page ? sim->page_bytes : run->n_bytes;

    /* An object begins at a multiple of every page size, so its offset tells how a physical address is
     * aligned. */
    if (!vsim_is_aligned(iova | run->offset | length_bytes, domain->smallest_page_bytes))
        return vsim_sim_refusal_with(VSIM_RULE_PIN_DOMAIN_REFUSES, EINVAL);
    if (!vsim_range_contains(domain->iommu->aperture, vsim_range(iova, iova + (run->n_bytes - 1))))
        return vsim_sim_refusal_of(VSIM_RULE_PIN_DOMAIN_REFUSES);
    return vsim_sim_refusal_none();
}

bool vsim_sim_domain_walk(const struct vsim_sim_domain *domain, uint64_t iova,
                          struct vsim_sim_translation *translation)
{
    const struct vsim_sim_type1 *type1 = domain->type1;
    const struct vsim_sim_mapping *mapping;
    struct vsim_sim_index_entry entry;

    if (!vsim_sim_index_find(type1->index, iova, &entry))
        return false;
    mapping = vsim_sim_mapping_at(type1, entry.value);
    if (!mapping->mapped || mapping->n_extents == 0 ||
        (mapping->left_behind && domain != type1->leaky_domain))
        return false;
    *translation = vsim_sim_mapping_translation(mapping, iova);
    return true;
}

const struct vsim_sim_translation *vsim_sim_domain_translate(struct vsim_sim_domain *domain, uint64_t iova)
{
    struct vsim_sim_iotlb_entry *entry = &domain->iotlb[(iova >> 12) % VSIM_SIM_IOTLB_ENTRIES];

    if (entry->epoch == domain->type1->epoch && entry->translation.first <= iova &&
        iova <= entry->translation.last)
        return &entry->translation;
    if (!vsim_sim_domain_walk(domain, iova, &entry->translation))
        return NULL;
    entry->epoch = domain->type1->epoch;
    return &entry->translation;
}
