// SPDX-License-Identifier: MIT
/*
 * An IOMMU domain: what its page table can hold, and its IOTLB.
 *
 * All domains of a type1 object map the same runs of pages at the same iovas (T1-MAP-12), so their page
 * tables are one table, the type1 object's index of mappings with the extents of each. What differs is what a
 * domain accepts.
 */
#ifndef VSIM_SIM_DOMAIN_H
#define VSIM_SIM_DOMAIN_H

#include "model.h"
#include "refusal.h"

#define VSIM_SIM_IOTLB_ENTRIES 256u

struct vsim_sim_type1;

/* One run of pages in iova space: consecutive frames of one object, mapped by one request. */
struct vsim_sim_translation {
    uint64_t first;
    uint64_t last;
    struct vsim_sim_object *object;
    uint64_t offset; /* Of the first byte. */
    uint8_t prot;    /* VSIM_PROT_*. */
};

/* What an IOTLB remembers; it counts only while the epoch is that of the type1 object. */
struct vsim_sim_iotlb_entry {
    struct vsim_sim_translation translation;
    uint64_t epoch;
};

struct vsim_sim_domain {
    struct vsim_sim_domain *next; /* In its type1 object: the one that was made before. */
    const struct vsim_sim_type1 *type1;
    vsim_handle name; /* The group that brought it. */
    uint32_t n_groups;
    const struct vsim_world_iommu *iommu;
    uint64_t smallest_page_bytes;
    struct vsim_sim_iotlb_entry iotlb[VSIM_SIM_IOTLB_ENTRIES];
};

/* One run of pages, as pinning finds it: consecutive frames that are all accountable or all not. */
struct vsim_sim_run_of_pages {
    struct vsim_sim_object *object;
    uint64_t offset;
    uint64_t n_bytes;
    bool page_by_page; /* Each page is a map request of its own. */
};

struct vsim_sim_domain *vsim_sim_domain_new(const struct vsim_sim_type1 *type1,
                                            const struct vsim_world_iommu *iommu, vsim_handle name);
void vsim_sim_domain_free(struct vsim_sim_domain *domain);

/* Whether a page table of the domain can hold a run at an iova. */
struct vsim_sim_refusal vsim_sim_domain_accepts(const struct vsim_sim *sim,
                                                const struct vsim_sim_domain *domain, uint64_t iova,
                                                const struct vsim_sim_run_of_pages *run);

/* Walk the page table: what contains iova. */
bool vsim_sim_domain_walk(const struct vsim_sim_domain *domain, uint64_t iova,
                          struct vsim_sim_translation *translation);

/* The same by way of the IOTLB; NULL where nothing is mapped. The answer lives until the next translation. */
const struct vsim_sim_translation *vsim_sim_domain_translate(struct vsim_sim_domain *domain, uint64_t iova);

#endif
