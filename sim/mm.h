// SPDX-License-Identifier: MIT
/*
 * An address space: VMAs, and the counter that mlock and VFIO share.
 *
 * A VMA is a range of virtual addresses that shows one object from one offset on. Changing part of one splits
 * it, as in the kernel; neighbours are not joined again.
 */
#ifndef VSIM_SIM_MM_H
#define VSIM_SIM_MM_H

#include "object.h"
#include "pool.h"

struct vsim_sim;
struct vsim_sim_file;
struct vsim_sim_process;

/* The last byte that user space may have, with four levels of page tables. */
#define VSIM_SIM_USER_LAST (UINT64_C(0x800000000000) - 4096 - 1)

struct vsim_sim_vma {
    uint64_t offset; /* Of the first byte, in the object. */
    struct vsim_sim_object *object;
    struct vsim_sim_file *file; /* What a mapping of a BAR keeps open; NULL otherwise. */
    vsim_handle region;
    uint8_t prot; /* VSIM_PROT_*. */
    bool private;
    bool locked;
};

struct vsim_sim_mm {
    struct vsim_sim_process *process; /* Whose it is, or was: processes outlive what they did. */
    bool alive;
    uint32_t n_refs;    /* The process and the mappings that it owns. */
    uint64_t locked_vm; /* In pages; wraps below zero where the kernel's does. */
    struct vsim_sim_index *vmas;
    struct vsim_sim_pool pool;
    struct vsim_sim_index_entry recent; /* The VMA that was found last; none if last < first. */
};

/* One VMA's part of a range: `n_bytes` from `offset` of the object on. */
struct vsim_sim_segment {
    struct vsim_sim_vma *vma;
    uint64_t offset;
    uint64_t n_bytes;
};

/* With one reference, which goes when the mm dies. */
struct vsim_sim_mm *vsim_sim_mm_new(struct vsim_sim_process *process);
void vsim_sim_mm_unref(struct vsim_sim_mm *mm);

/* The address space goes; its mm stays while mappings name it as their owner. */
void vsim_sim_mm_die(struct vsim_sim *sim, struct vsim_sim_mm *mm);

/* What fork makes of the parent's address space. */
void vsim_sim_mm_copy(struct vsim_sim *sim, struct vsim_sim_mm *to, const struct vsim_sim_mm *from);

/* How many things that copies. */
uint64_t vsim_sim_mm_weight(const struct vsim_sim_mm *mm);

/* Put a VMA into a range where there is none; the references it holds are the caller's to give. */
void vsim_sim_mm_insert(struct vsim_sim_mm *mm, struct vsim_range range, const struct vsim_sim_vma *vma);

/* Split VMAs so that none crosses an end of the range. */
void vsim_sim_mm_isolate(struct vsim_sim_mm *mm, struct vsim_range range);
void vsim_sim_mm_unmap(struct vsim_sim *sim, struct vsim_sim_mm *mm, struct vsim_range range);

/* Move all that is mapped in a range, with its pages, to where nothing overlaps it; the VMAs become a new
 * region's. */
void vsim_sim_mm_move(struct vsim_sim *sim, struct vsim_sim_mm *mm, struct vsim_range range, uint64_t to,
                      vsim_handle region);

/* The part of [address, last] that begins at address and lies in one VMA and its object; false where nothing
 * is. */
bool vsim_sim_mm_segment(struct vsim_sim_mm *mm, uint64_t address, uint64_t last,
                         struct vsim_sim_segment *segment);

/* True when all of the range has a VMA. */
bool vsim_sim_mm_covers(const struct vsim_sim_mm *mm, struct vsim_range range);

/* True when the kernel has one VMA there: pages that were dropped and came again do not divide it. */
bool vsim_sim_mm_is_uniform(const struct vsim_sim_mm *mm, struct vsim_range range);

/* What the CPU may do. A length of 0 is always fine. */
bool vsim_sim_mm_readable(struct vsim_sim_mm *mm, uint64_t address, uint64_t length_bytes);
bool vsim_sim_mm_writable(struct vsim_sim_mm *mm, uint64_t address, uint64_t length_bytes);

/* Bytes of memory that was found to be there. */
void vsim_sim_mm_read(struct vsim_sim_mm *mm, uint64_t address, uint8_t *bytes, uint64_t length_bytes);

/* Lay bytes into what is mapped, whatever its protection. */
void vsim_sim_mm_write(struct vsim_sim_mm *mm, uint64_t address, const uint8_t *bytes, uint64_t length_bytes);

/* Make pages present, as populating does: private writable memory gets pages of its own. */
void vsim_sim_mm_populate(struct vsim_sim_mm *mm, struct vsim_range range);

#endif
