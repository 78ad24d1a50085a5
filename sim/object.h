// SPDX-License-Identifier: MIT
/*
 * Memory objects: what a VMA shows and what a device reaches.
 *
 * A page is (object, offset); it stays that page whatever happens to the virtual address that showed it. When
 * madvise drops a page that a device holds, the VMA gets a new object under the old name, and the old object
 * remembers that this page is `gone` from the name. An object is physically contiguous, from an address that
 * is a multiple of every page size: an offset says all that a domain wants to know of a physical address.
 *
 * Contents are runs of one byte, so that filling a TiB costs one entry. A private object begins without
 * pages: what it does not `own` yet is its backing's page (a file's), or the zero page.
 */
#ifndef VSIM_SIM_OBJECT_H
#define VSIM_SIM_OBJECT_H

#include "../src/spec/spec.h"
#include "runs.h"

struct vsim_sim;

#define VSIM_SIM_HUGE_PAGE_BYTES (UINT64_C(2) << 20)

enum vsim_sim_object_kind {                /* As in VSIM_STATE_OBJECT. */
                            VSIM_SIM_ZERO, /* The zero page, which every untouched page reads. */
                            VSIM_SIM_ANONYMOUS,
                            VSIM_SIM_MEMFD,
                            VSIM_SIM_HUGETLB,
                            VSIM_SIM_MMIO,
};

struct vsim_sim_object {
    struct vsim_sim_object *next; /* All objects of the model. */
    struct vsim_sim_object *prev;
    vsim_handle name; /* 0: a copy that no handle made. */
    enum vsim_sim_object_kind kind;
    uint64_t length_bytes; /* Touching a page beyond is a fault. */
    uint64_t page_bytes;
    uint32_t n_refs;       /* VMAs, files, runs of pinned pages, objects that it backs. */
    uint64_t pinned_pages; /* Each pin counts. */
    bool private;
    struct vsim_sim_object *backing; /* Of a private mapping of a file; NULL otherwise. */
    uint64_t backing_offset;         /* Offset o is o + backing_offset there. */
    struct vsim_sim_index *contents; /* Runs of one byte; a hole is zero. */
    struct vsim_sim_index *own;      /* Of a private object: the pages that it has. */
    struct vsim_range owned;     /* A run of those, the one that was asked for last; empty if last < first. */
    struct vsim_sim_index *gone; /* The pages that are no longer those of its name. */
};

/* With one reference, which is the caller's. */
struct vsim_sim_object *vsim_sim_object_new(struct vsim_sim *sim, vsim_handle name,
                                            enum vsim_sim_object_kind kind, uint64_t length_bytes);
struct vsim_sim_object *vsim_sim_object_ref(struct vsim_sim_object *object);
void vsim_sim_object_unref(struct vsim_sim *sim, struct vsim_sim_object *object);
void vsim_sim_object_free_all(struct vsim_sim *sim);

/* What a child of fork has in place of its parent's private object: the same bytes, no name. */
struct vsim_sim_object *vsim_sim_object_copy(struct vsim_sim *sim, const struct vsim_sim_object *object);

/* Give a private object pages of its own over all of the range; others have theirs already. */
void vsim_sim_object_touch(struct vsim_sim_object *object, struct vsim_range range);

/*
 * Drop private pages. The answer is the object that the VMA shows from now on: the same one, or, where a
 * device holds pages of it, a successor with one reference.
 */
struct vsim_sim_object *vsim_sim_object_drop(struct vsim_sim *sim, struct vsim_sim_object *object,
                                             struct vsim_range range);

void vsim_sim_object_fill(struct vsim_sim_object *object, uint64_t offset, uint64_t length_bytes,
                          uint8_t byte);
void vsim_sim_object_write(struct vsim_sim_object *object, uint64_t offset, const uint8_t *bytes,
                           uint64_t length_bytes);

/* The byte at `offset`, and in *length_bytes (in: a limit, not 0) for how long it goes on at least. */
uint8_t vsim_sim_object_read(const struct vsim_sim_object *object, uint64_t offset, uint64_t *length_bytes);

/* The page that is read at `offset`: the object, its backing or the zero page; *offset becomes that one's. */
struct vsim_sim_object *vsim_sim_object_page(struct vsim_sim *sim, struct vsim_sim_object *object,
                                             uint64_t *offset, uint64_t *length_bytes);

/* True while the page is what the object's name says. */
bool vsim_sim_object_is_named(const struct vsim_sim_object *object, uint64_t offset);

#endif
