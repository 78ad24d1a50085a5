// SPDX-License-Identifier: MIT
/*
 * The type1 object of a container: mappings, valid iovas, domains.
 *
 * Mappings live in slots and are found two ways. The index answers every lookup in O(log n). The red-black
 * tree is the kernel's own, kept in step wherever its shape can be seen, and NULL elsewhere: it decides where
 * old kernels go by tree order, and where the arithmetic of a kernel before 6.18 goes wrong at a mapping that
 * ends at 2^64; and it is drawn. While such a mapping is, or was since the object last was empty (`by_tree`),
 * mappings may overlap, so the index is out of use and every lookup is the kernel's descent.
 */
#ifndef VSIM_SIM_TYPE1_H
#define VSIM_SIM_TYPE1_H

#include "container.h"
#include "domain.h"
#include "iova_rbtree.h"

/* A run of pinned pages: up to the next one of the mapping, or to its end. */
struct vsim_sim_extent {
    uint64_t start; /* From the mapping's first byte. */
    struct vsim_sim_object *object;
    uint64_t offset;
};

struct vsim_sim_mapping {
    uint64_t first; /* Iova. */
    uint64_t last;
    uint64_t vaddr;
    uint64_t charged;          /* Pages. */
    struct vsim_sim_mm *owner; /* Old kernels look no further than to its process. */
    union {
        struct { /* With one extent. */
            struct vsim_sim_object *object;
            uint64_t offset;
        };
        struct vsim_sim_extent
            *extents; /* With more; ascending, and the capacity is the next power of two. */
    };
    uint32_t n_extents;
    unsigned prot : 2; /* VSIM_PROT_*. */
    bool lock_cap : 1;
    bool vaddr_invalid : 1;
    bool mapped : 1;      /* Its pages are in every domain. */
    bool left_behind : 1; /* It is gone, but its pages are still in the domain that was first (T1-TOP-05). */
};

_Static_assert(sizeof(struct vsim_sim_mapping) == 64, "a mapping is one cache line");

struct vsim_sim_type1 {
    struct vsim_sim_container *container;
    bool v2;
    bool nesting;
    bool wraps; /* The kernel's sums do: a range that ends at 2^64 seems to end at 0. */
    bool by_tree;
    bool undefined; /* In the zone of T1-ATT-13: a failed attach has leaked. */
    struct vsim_sim_index *index;
    struct vsim_sim_rbtree *tree;
    struct vsim_sim_pool mappings; /* struct vsim_sim_mapping. */
    uint64_t *digests;             /* Of the rows of mappings, by slot; see digest.h. */
    uint32_t n_digests;
    uint32_t n_mappings;
    uint32_t n_invalid;
    uint64_t avail;
    uint64_t avail_at_open;
    uint64_t page_sizes;
    uint64_t granule;
    GArray *ranges;                             /* struct vsim_range; empty: every iova is valid. */
    struct vsim_sim_domain *domains;            /* Newest first. */
    const struct vsim_sim_domain *leaky_domain; /* Whose page table has what was left behind, or NULL. */
    uint64_t epoch;                             /* Of what IOTLBs remember. */
    uint32_t n_emulated;                        /* Groups. */
    uint32_t n_nonpinned;                       /* Real groups. */
};

struct vsim_sim_type1 *vsim_sim_type1_new(struct vsim_sim *sim, struct vsim_sim_container *container, bool v2,
                                          bool nesting);
void vsim_sim_type1_free(struct vsim_sim *sim, struct vsim_sim_type1 *type1);

/* Attach and detach: what groups bring and take. */
struct vsim_sim_refusal vsim_sim_type1_attach(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                              struct vsim_sim_group *group, struct vsim_sim_process *caller);
enum vsim_rule_id vsim_sim_type1_detach(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                        struct vsim_sim_group *group);
void vsim_sim_type1_update_page_sizes(const struct vsim_sim *sim, struct vsim_sim_type1 *type1);

/* Mappings. A pointer to one lives until the next link. */
static inline struct vsim_sim_mapping *vsim_sim_mapping_at(const struct vsim_sim_type1 *type1, uint32_t slot)
{
    return slot == VSIM_SIM_POOL_NONE ? NULL : vsim_sim_pool_at(&type1->mappings, slot);
}

/* Some mapping that shares an iova with the range: the kernel's vfio_find_dma. NULL when it finds none. */
struct vsim_sim_mapping *vsim_sim_mapping_overlap(const struct vsim_sim_type1 *type1, uint64_t first,
                                                  uint64_t length_bytes);

/* The lowest one that ends at or above `first`, and begins below first + length_bytes. */
struct vsim_sim_mapping *vsim_sim_mapping_first_in(const struct vsim_sim_type1 *type1, uint64_t first,
                                                   uint64_t length_bytes);
struct vsim_sim_mapping *vsim_sim_mapping_lowest(const struct vsim_sim_type1 *type1);
struct vsim_sim_mapping *vsim_sim_mapping_next(const struct vsim_sim_type1 *type1,
                                               const struct vsim_sim_mapping *mapping);

/* A new one; NULL when the kernel would find one that overlaps it. */
struct vsim_sim_mapping *vsim_sim_mapping_link(struct vsim_sim_type1 *type1, struct vsim_range range);

/* Unmap and unpin its pages, un-charge its owner, give its slot back (T1-UNM-09). */
void vsim_sim_mapping_remove(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                             struct vsim_sim_mapping *mapping);
void vsim_sim_mapping_remove_all(struct vsim_sim *sim, struct vsim_sim_type1 *type1);

/* A domain goes, and its page table with all that was left behind in it. */
void vsim_sim_mapping_sweep(struct vsim_sim_type1 *type1, const struct vsim_sim_domain *domain);
void vsim_sim_mapping_own(struct vsim_sim_mapping *mapping, struct vsim_sim_mm *owner);
/* Its pages: the next run, which begins where those before end; the one that shows an iova; no run at all. */
void vsim_sim_mapping_add_extent(struct vsim_sim_mapping *mapping, const struct vsim_sim_extent *extent);
struct vsim_sim_extent vsim_sim_mapping_extent(const struct vsim_sim_mapping *mapping, uint32_t i);
struct vsim_sim_translation vsim_sim_mapping_translation(const struct vsim_sim_mapping *mapping,
                                                         uint64_t iova);
void vsim_sim_mapping_forget_extents(struct vsim_sim_mapping *mapping);

/* Put its pages into the page tables, or take them out; false when others are there (only while by_tree). */
bool vsim_sim_mapping_enter(struct vsim_sim_type1 *type1, struct vsim_sim_mapping *mapping);
void vsim_sim_mapping_leave(struct vsim_sim_type1 *type1, struct vsim_sim_mapping *mapping);

struct vsim_sim_rbtree_keys vsim_sim_mapping_keys(const struct vsim_sim_type1 *type1);

/* Whose locked_vm pays for it now; NULL when nobody's. */
struct vsim_sim_mm *vsim_sim_mapping_payer(const struct vsim_sim *sim,
                                           const struct vsim_sim_mapping *mapping);

static inline uint64_t vsim_sim_mapping_length(const struct vsim_sim_mapping *mapping)
{
    return mapping->last - mapping->first + 1;
}

#endif
