// SPDX-License-Identifier: MIT
/*
 * An IOMMU domain: a page table, held as extents of iova, and its IOTLB.
 *
 * An extent is one run of pages, mapped by one request and unmapped with its mapping; it shows an object from
 * an offset on. An extent of the zero page shows that page again and again.
 */
#ifndef VSIM_SIM_DOMAIN_H
#define VSIM_SIM_DOMAIN_H

#include "model.h"
#include "pool.h"
#include "refusal.h"

#define VSIM_SIM_IOTLB_ENTRIES 256u

struct vsim_sim_translation {
    struct vsim_sim_object *object;
    uint64_t offset; /* Of the extent's first byte. */
    uint8_t prot;    /* VSIM_PROT_*. */
};

/* What an IOTLB remembers: the whole extent, as a cache of walks does. */
struct vsim_sim_iotlb_entry {
    uint64_t first;
    uint64_t last;
    struct vsim_sim_object *object;
    uint64_t offset;
    uint64_t epoch; /* It counts only while this is the domain's. */
    uint8_t prot;
};

struct vsim_sim_domain {
    struct vsim_sim_domain *next; /* In its type1 object: the one that was made before. */
    vsim_handle name;             /* The group that brought it. */
    const struct vsim_world_iommu *iommu;
    uint32_t n_groups;
    uint64_t smallest_page_bytes;
    struct vsim_sim_index *table;
    struct vsim_sim_pool extents; /* struct vsim_sim_translation. */
    uint64_t epoch;
    struct vsim_sim_iotlb_entry iotlb[VSIM_SIM_IOTLB_ENTRIES];
};

/* One run of pages, as pinning finds it: consecutive frames that are all accountable or all not. */
struct vsim_sim_run_of_pages {
    struct vsim_sim_object *object;
    uint64_t offset;
    uint64_t n_bytes;
    bool page_by_page; /* Each page is a map request of its own. */
};

struct vsim_sim_domain *vsim_sim_domain_new(const struct vsim_world_iommu *iommu, vsim_handle name);

/* Its page table goes with it; what is still mapped is not unpinned. */
void vsim_sim_domain_free(struct vsim_sim_domain *domain);

struct vsim_sim_refusal vsim_sim_domain_map(struct vsim_sim_domain *domain, const struct vsim_sim *sim, uint64_t iova,
                                            const struct vsim_sim_run_of_pages *run, uint8_t prot);

/* Take out the lowest extent in the range, and say what it was; false when there is none. */
bool vsim_sim_domain_unmap_next(struct vsim_sim_domain *domain, struct vsim_range range,
                                struct vsim_sim_run_of_pages *run);
void vsim_sim_domain_unmap(struct vsim_sim_domain *domain, struct vsim_range range);

/* Walk the page table: the extent that contains iova. */
bool vsim_sim_domain_walk(const struct vsim_sim_domain *domain, uint64_t iova,
                          struct vsim_sim_iotlb_entry *entry);

/* The same by way of the IOTLB; NULL where nothing is mapped. The answer lives until the next translation. */
const struct vsim_sim_iotlb_entry *vsim_sim_domain_translate_miss(struct vsim_sim_domain *domain,
                                                                  uint64_t iova);

static inline const struct vsim_sim_iotlb_entry *vsim_sim_domain_translate(struct vsim_sim_domain *domain,
                                                                           uint64_t iova)
{
    const struct vsim_sim_iotlb_entry *entry = &domain->iotlb[(iova >> 12) % VSIM_SIM_IOTLB_ENTRIES];

    if (entry->epoch == domain->epoch && entry->first <= iova && iova <= entry->last)
        return entry;
    return vsim_sim_domain_translate_miss(domain, iova);
}

#endif
