// SPDX-License-Identifier: MIT
/*
 * Memory: objects with bytes in them, and the address spaces through which processes see objects.
 *
 * An object is a memfd, a BAR, or the anonymous memory of one mmap. A page of it is named by object, offset
 * and generation: memory that was dropped (madvise DONTNEED) comes back under the next generation, while a
 * device that had pinned the page stays with the old one. Bytes are runs of one value; what was never written
 * is 0. Nothing here grows with the size of memory, only with what was done to it.
 */
#ifndef VSIM_ORACLE_MM_H
#define VSIM_ORACLE_MM_H

#include <glib.h>

#include "../base/range.h"
#include "../spec/spec.h"
#include "sorted.h"

struct vsim_oracle_file;

enum vsim_oracle_object_kind {
    VSIM_ORACLE_PRIVATE, /* Anonymous: pages are there once touched. */
    VSIM_ORACLE_SHARED,  /* A memfd, or shared anonymous memory. */
    VSIM_ORACLE_MMIO,    /* A BAR; nobody knows its bytes. */
};

struct vsim_oracle_object {
    vsim_handle name; /* 0 for a copy that a fork or a private file mapping made. */
    enum vsim_oracle_object_kind kind;
    bool hugetlb;
    uint64_t size_bytes;
    unsigned n_references;              /* Of VMAs, descriptors and pins. */
    uint64_t n_pins;                    /* Of those, the pins. */
    struct vsim_oracle_sorted presence; /* PRIVATE: by offset, generation << 1 | there. No entry: 0. */
    GPtrArray *bytes; /* By generation, struct vsim_oracle_sorted of bytes; NULL while all are 0. */
};

/* What one VMA maps. Its range is its entry's in struct vsim_oracle_mm. */
struct vsim_oracle_vma {
    uint64_t origin; /* The address at which offset 0 of `pages` is, or would be. */
    uint64_t prot;   /* VSIM_PROT_*. */
    bool hugetlb;
    bool locked; /* By mlock. */
    struct vsim_oracle_object
        *object;            /* The shared object, or the file below a private mapping; may be NULL. */
    uint64_t object_offset; /* Of `origin`. */
    struct vsim_oracle_object *pages;    /* The private pages; NULL when the mapping is shared. */
    struct vsim_oracle_file *keeps_open; /* A device whose BAR is mapped; or NULL. Referenced. */
};

struct vsim_oracle_mm {
    vsim_handle process;
    unsigned n_references; /* The process, and mappings that it owns. */
    bool alive;
    uint64_t locked_vm;             /* Pages; wraps. */
    uint64_t digest;                /* Of its LOCKED row, 0 while there is none. */
    uint64_t charge_to_undo;        /* Scratch of whoever adds up a tear-down. */
    struct vsim_oracle_sorted vmas; /* value: struct vsim_oracle_vma *, owned. */
};

/* How memory is about to be used. */
enum vsim_oracle_use {
    VSIM_ORACLE_LOAD, /* By the CPU, also on behalf of a system call. */
    VSIM_ORACLE_STORE,
    VSIM_ORACLE_PIN_READ, /* For a device that only reads. */
    VSIM_ORACLE_PIN_WRITE,
};

/* What differs between kernels. */
struct vsim_oracle_memory_rules {
    uint64_t page_bytes;
    bool read_pin_allocates;
    bool mmio_write_needs_prot;
};

/* A run of bytes that lie side by side in one object. */
struct vsim_oracle_run {
    uint64_t length_bytes;
    struct vsim_oracle_object *object; /* NULL: the zero page. */
    uint64_t offset;
    uint64_t generation;
};

/* Bytes of one value; used to tell what a read gives. */
struct vsim_oracle_piece {
    uint64_t length_bytes;
    uint8_t fill;
};

struct vsim_oracle_object *vsim_oracle_object_new(enum vsim_oracle_object_kind kind, vsim_handle name,
                                                  uint64_t size_bytes);
void vsim_oracle_object_ref(struct vsim_oracle_object *object);
void vsim_oracle_object_unref(struct vsim_oracle_object *object);

/* True for memory that counts against RLIMIT_MEMLOCK when pinned (T1-PIN-05). */
bool vsim_oracle_run_is_accountable(const struct vsim_oracle_run *run);

void vsim_oracle_run_write(const struct vsim_oracle_run *run, uint8_t fill);

/* Append the bytes of the run to `pieces` (struct vsim_oracle_piece). False for MMIO. */
bool vsim_oracle_run_read(const struct vsim_oracle_run *run, GArray *pieces);

/* An empty address space. */
struct vsim_oracle_mm *vsim_oracle_mm_new(vsim_handle process);
void vsim_oracle_mm_unref(struct vsim_oracle_mm *mm);

/* The VMA at the address and its range; NULL where nothing is mapped. */
struct vsim_oracle_vma *vsim_oracle_mm_vma(const struct vsim_oracle_mm *mm, uint64_t address,
                                           struct vsim_range *range);

/* The first VMA that ends at the address or behind. */
struct vsim_oracle_vma *vsim_oracle_mm_vma_behind(const struct vsim_oracle_mm *mm, uint64_t address,
                                                  struct vsim_range *range);

/* Add a VMA, a copy of which is kept, with references of its own; the range must be free. */
void vsim_oracle_mm_map(struct vsim_oracle_mm *mm, struct vsim_range range,
                        const struct vsim_oracle_vma *vma);

/*
 * Take what is mapped in the range out and append it to `removed` (struct vsim_oracle_vma), whose references
 * are then the caller's. `locked_pages` grows by what of it was locked.
 */
void vsim_oracle_mm_unmap(struct vsim_oracle_mm *mm, struct vsim_range range, uint64_t page_bytes,
                          GArray *removed, uint64_t *locked_pages);

/* Make VMAs begin and end at the edges of the range. */
void vsim_oracle_mm_split(struct vsim_oracle_mm *mm, struct vsim_range range);

/* True when every byte of the range is mapped. */
bool vsim_oracle_mm_covers(const struct vsim_oracle_mm *mm, struct vsim_range range);

/*
 * The run that begins at the address and ends at `last` or before. False when the page may not be used so.
 * Pages that the use would make are named as they will be; vsim_oracle_mm_touch() makes them.
 */
bool vsim_oracle_mm_resolve(const struct vsim_oracle_mm *mm, const struct vsim_oracle_memory_rules *rules,
                            struct vsim_range range, enum vsim_oracle_use use, struct vsim_oracle_run *run);

/* True when the whole range may be used so. */
bool vsim_oracle_mm_allows(const struct vsim_oracle_mm *mm, const struct vsim_oracle_memory_rules *rules,
                           struct vsim_range range, enum vsim_oracle_use use);

/* Make the private pages of the range that are not there. */
void vsim_oracle_mm_touch(const struct vsim_oracle_mm *mm, uint64_t page_bytes, struct vsim_range range);

/* Drop the private pages of the range. */
void vsim_oracle_mm_drop(const struct vsim_oracle_mm *mm, struct vsim_range range);

/* A child's address space: shared objects are the parent's, private pages are copied, nothing is locked. */
struct vsim_oracle_mm *vsim_oracle_mm_fork(const struct vsim_oracle_mm *parent, vsim_handle process);

#endif
