// SPDX-License-Identifier: MIT
/* What processes do with memory: memfd, mmap, munmap, mprotect, mremap, madvise, mlock, stores and loads. */
#include "rules.h"

#define HUGE_PAGE_BYTES UINT64_C(0x200000)
#define TASK_BYTES      UINT64_C(0x7ffffffff000) /* Where user addresses end. */
#define LOWEST_ADDRESS  UINT64_C(0x10000)        /* vm.mmap_min_addr. */

static struct vsim_oracle_mm *mm_of(const struct vsim_oracle *oracle)
{
    return oracle->at.process->mm;
}

static uint64_t round_up(uint64_t bytes, uint64_t to)
{
    return (bytes + to - 1) & ~(to - 1);
}

static bool page_aligned(const struct vsim_oracle *oracle, uint64_t value)
{
    return vsim_is_aligned(value, oracle->memory.page_bytes);
}

/* The pages that a range touches. False when it is empty or wraps. */
static bool pages_of(const struct vsim_oracle *oracle, uint64_t address, uint64_t length_bytes,
                     struct vsim_range *pages)
{
    const uint64_t mask = oracle->memory.page_bytes - 1;

    if (length_bytes == 0 || vsim_range_wraps(address, length_bytes))
        return false;
    *pages = vsim_range(address & ~mask, (address + length_bytes - 1) | mask);
    return true;
}

/* True when some of a range that is not empty is not mapped. */
static bool has_hole(const struct vsim_oracle *oracle, uint64_t address, uint64_t length_bytes)
{
    struct vsim_range pages;

    if (length_bytes == 0)
        return false;
    return !pages_of(oracle, address, length_bytes, &pages) || !vsim_oracle_mm_covers(mm_of(oracle), pages);
}

PREDICATE(MEMFD, DONE)
{
    return true;
}

void vsim_oracle_effect_memfd(struct vsim_oracle *oracle, const struct vsim_op *op,
                              const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_file *file = vsim_oracle_file_new(VSIM_FD_MEMFD);

    file->object = vsim_oracle_object_new(VSIM_ORACLE_SHARED, op->binds, VALUE(MEMFD, size));
    file->object->hugetlb = VALUE(MEMFD, hugetlb) != 0;
    vsim_oracle_fd_bind(oracle->at.process, op->binds, file, false);
}

/* mmap */

static struct vsim_oracle_file *mapped_file(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_oracle_fd *fd;

    if (VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_ANONYMOUS)
        return NULL;
    fd = vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_MMAP_fd]);
    return fd ? fd->file : NULL;
}

static bool is_shared(const struct vsim_op *op)
{
    return (VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_SHARED) != 0;
}

static bool is_placed(const struct vsim_op *op)
{
    return (op->given & 1u << VSIM_FIELD_MMAP_at) != 0;
}

static bool is_huge(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_oracle_file *file = mapped_file(oracle, op);

    if (VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_ANONYMOUS)
        return (VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_HUGETLB) != 0;
    return file && file->kind == VSIM_FD_MEMFD && file->object->hugetlb;
}

static uint64_t mmap_bytes(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    return round_up(VALUE(MMAP, length), is_huge(oracle, op) ? HUGE_PAGE_BYTES : oracle->memory.page_bytes);
}

static bool file_is(const struct vsim_oracle *oracle, const struct vsim_op *op, enum vsim_fd_kind kind)
{
    const struct vsim_oracle_file *file = mapped_file(oracle, op);

    return file && file->kind == kind;
}

PREDICATE(MMAP, ZERO_LENGTH)
{
    const uint64_t huge = VALUE(MMAP, offset) | (is_placed(op) ? VALUE(MMAP, at) : 0);

    oracle->at.undecided = is_shared(op) == ((VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_PRIVATE) != 0) ||
                           (is_huge(oracle, op) && !vsim_is_aligned(huge, HUGE_PAGE_BYTES)) ||
                           (is_placed(op) && VALUE(MMAP, at) < LOWEST_ADDRESS);
    return VALUE(MMAP, length) == 0 || !page_aligned(oracle, VALUE(MMAP, offset)) ||
           (is_placed(op) && !page_aligned(oracle, VALUE(MMAP, at)));
}

PREDICATE(MMAP, BAD_FD)
{
    return !(VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_ANONYMOUS) && !mapped_file(oracle, op);
}

PREDICATE(MMAP, CONTAINER)
{
    return file_is(oracle, op, VSIM_FD_CONTAINER);
}

PREDICATE(MMAP, NO_MMAP)
{
    return file_is(oracle, op, VSIM_FD_CONTAINER) || file_is(oracle, op, VSIM_FD_GROUP) ||
           file_is(oracle, op, VSIM_FD_OTHER);
}

PREDICATE(MMAP, BEYOND_BAR)
{
    uint64_t bar;

    if (!file_is(oracle, op, VSIM_FD_DEVICE))
        return false;
    bar = round_up(mapped_file(oracle, op)->device->row->bar_size_bytes, oracle->memory.page_bytes);
    return !is_shared(op) || VALUE(MMAP, offset) > bar || mmap_bytes(oracle, op) > bar - VALUE(MMAP, offset);
}

PREDICATE(MMAP, NO_ROOM)
{
    const uint64_t bytes = mmap_bytes(oracle, op);

    return bytes == 0 || bytes > TASK_BYTES || (is_placed(op) && VALUE(MMAP, at) > TASK_BYTES - bytes) ||
           (!is_placed(op) && op->binds_address == 0);
}

PREDICATE(MMAP, DONE)
{
    return true;
}

static void describe_vma(struct vsim_oracle *oracle, const struct vsim_op *op, uint64_t address,
                         struct vsim_oracle_vma *vma)
{
    struct vsim_oracle_file *file = mapped_file(oracle, op);

    vma->origin = address;
    vma->prot = VALUE(MMAP, prot);
    vma->hugetlb = is_huge(oracle, op);
    vma->object_offset = VALUE(MMAP, offset);
    if (file && file->kind == VSIM_FD_MEMFD)
        vma->object = file->object;
    if (file && file->kind == VSIM_FD_DEVICE) {
        vma->object = file->device->bar;
        vma->keeps_open = file;
    }
    vsim_oracle_object_ref(vma->object);
    if (!is_shared(op)) {
        vma->pages = vsim_oracle_object_new(VSIM_ORACLE_PRIVATE, file ? 0 : op->binds, 0);
        vma->pages->hugetlb = vma->hugetlb;
    } else if (!file) {
        vma->object = vsim_oracle_object_new(VSIM_ORACLE_SHARED, op->binds, mmap_bytes(oracle, op));
        vma->object->hugetlb = vma->hugetlb;
        vma->object_offset = 0;
    }
}

void vsim_oracle_effect_mmap(struct vsim_oracle *oracle, const struct vsim_op *op,
                             const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    const uint64_t bytes = mmap_bytes(oracle, op);
    const uint64_t address = is_placed(op) ? VALUE(MMAP, at) : op->binds_address;
    struct vsim_oracle_vma vma = {0};
    struct vsim_range range;

    if (bytes == 0 || address == 0 || vsim_range_wraps(address, bytes) ||
        (!(VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_ANONYMOUS) && !mapped_file(oracle, op)))
        return;
    range = vsim_range(address, address + bytes - 1);
    vsim_oracle_mm_clear(oracle, mm_of(oracle), range);
    describe_vma(oracle, op, address, &vma);
    if (!vma.object && !vma.pages)
        return;
    vsim_oracle_mm_map(mm_of(oracle), range, &vma);
    vsim_oracle_object_unref(vma.object);
    vsim_oracle_object_unref(vma.pages);
    if (VALUE(MMAP, flags) & VSIM_MMAP_FLAGS_POPULATE && vma.prot & VSIM_PROT_WRITE)
        vsim_oracle_mm_touch(mm_of(oracle), oracle->memory.page_bytes, range);
}

/* True when an edge of the range would cut a huge page, which no rule speaks of. */
static bool cuts_huge_page(const struct vsim_oracle *oracle, struct vsim_range pages)
{
    struct vsim_range where;
    const struct vsim_oracle_vma *first = vsim_oracle_mm_vma(mm_of(oracle), pages.first, &where);
    const struct vsim_oracle_vma *last = vsim_oracle_mm_vma(mm_of(oracle), pages.last, &where);

    return (first && first->hugetlb && !vsim_is_aligned(pages.first, HUGE_PAGE_BYTES)) ||
           (last && last->hugetlb && !vsim_is_aligned(pages.last + 1, HUGE_PAGE_BYTES));
}

/* munmap */

PREDICATE(MUNMAP, INVALID)
{
    const uint64_t address = VALUE(MUNMAP, addr);
    const uint64_t length_bytes = VALUE(MUNMAP, length);
    struct vsim_range pages;

    if (length_bytes == 0 || !page_aligned(oracle, address) || address > TASK_BYTES ||
        length_bytes > TASK_BYTES - address)
        return true;
    oracle->at.undecided = pages_of(oracle, address, length_bytes, &pages) && cuts_huge_page(oracle, pages);
    return false;
}

PREDICATE(MUNMAP, DONE)
{
    return true;
}

void vsim_oracle_effect_munmap(struct vsim_oracle *oracle, const struct vsim_op *op,
                               const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_range pages;

    if (pages_of(oracle, VALUE(MUNMAP, addr), VALUE(MUNMAP, length), &pages))
        vsim_oracle_mm_clear(oracle, mm_of(oracle), pages);
}

/* mprotect */

PREDICATE(MPROTECT, UNALIGNED)
{
    struct vsim_range pages;

    if (!page_aligned(oracle, VALUE(MPROTECT, addr)))
        return true;
    oracle->at.undecided = pages_of(oracle, VALUE(MPROTECT, addr), VALUE(MPROTECT, length), &pages) &&
                           cuts_huge_page(oracle, pages);
    return false;
}

PREDICATE(MPROTECT, HOLE)
{
    return has_hole(oracle, VALUE(MPROTECT, addr), VALUE(MPROTECT, length));
}

PREDICATE(MPROTECT, DONE)
{
    return true;
}

/* Call `act` for each VMA of the range, cut to it, up to the first hole. */
static void for_vmas(struct vsim_oracle *oracle, struct vsim_range pages,
                     void (*act)(struct vsim_oracle *, struct vsim_oracle_vma *, struct vsim_range, uint64_t),
                     uint64_t argument)
{
    struct vsim_range where;
    struct vsim_oracle_vma *vma;

    vsim_oracle_mm_split(mm_of(oracle), pages);
    for (uint64_t at = pages.first; (vma = vsim_oracle_mm_vma(mm_of(oracle), at, &where));
         at = where.last + 1) {
        act(oracle, vma, where, argument);
        if (where.last >= pages.last)
            return;
    }
}

static void set_prot(struct vsim_oracle *oracle G_GNUC_UNUSED, struct vsim_oracle_vma *vma,
                     struct vsim_range range G_GNUC_UNUSED, uint64_t prot)
{
    vma->prot = prot;
}

/* Also where a hole follows: the kernel has changed what is before it. */
void vsim_oracle_effect_mprotect(struct vsim_oracle *oracle, const struct vsim_op *op,
                                 const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_range pages;

    if (oracle->at.rule != VSIM_RULE_MPROTECT_UNALIGNED &&
        pages_of(oracle, VALUE(MPROTECT, addr), VALUE(MPROTECT, length), &pages))
        for_vmas(oracle, pages, set_prot, VALUE(MPROTECT, prot));
}

/* mremap */

/* The one VMA that holds the range; NULL when there is none. */
static const struct vsim_oracle_vma *whole_vma(const struct vsim_oracle *oracle, const struct vsim_op *op,
                                               struct vsim_range *pages)
{
    struct vsim_range where;
    const struct vsim_oracle_vma *vma;

    if (!pages_of(oracle, VALUE(MREMAP, addr), VALUE(MREMAP, length), pages))
        return NULL;
    vma = vsim_oracle_mm_vma(mm_of(oracle), pages->first, &where);
    return vma && where.last >= pages->last ? vma : NULL;
}

PREDICATE(MREMAP, HOLE)
{
    struct vsim_range pages;

    if (VALUE(MREMAP, length) == 0 || !page_aligned(oracle, VALUE(MREMAP, addr))) {
        oracle->at.undecided = true;
        return false;
    }
    if (has_hole(oracle, VALUE(MREMAP, addr), VALUE(MREMAP, length)))
        return true;
    oracle->at.undecided =
        !whole_vma(oracle, op, &pages) || op->binds_address == 0 || cuts_huge_page(oracle, pages);
    return false;
}

PREDICATE(MREMAP, DONE)
{
    return true;
}

/* Also of several VMAs, of which no rule speaks: they move side by side. */
void vsim_oracle_effect_mremap(struct vsim_oracle *oracle, const struct vsim_op *op,
                               const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_range pages;
    struct vsim_range where;
    uint64_t first;

    if (op->binds_address == 0 || !pages_of(oracle, VALUE(MREMAP, addr), VALUE(MREMAP, length), &pages))
        return;
    first = pages.first;
    vsim_oracle_mm_split(mm_of(oracle), pages);
    while (vsim_oracle_mm_vma_behind(mm_of(oracle), pages.first, &where) && where.first <= pages.last) {
        const uint64_t address = op->binds_address + (where.first - first);
        struct vsim_oracle_vma vma;
        uint64_t n_locked = 0;

        vsim_oracle_mm_unmap(mm_of(oracle), where, oracle->memory.page_bytes, oracle->removed, &n_locked);
        vma = g_array_index(oracle->removed, struct vsim_oracle_vma, 0);
        g_array_set_size(oracle->removed, 0);
        vma.origin += address - where.first;
        vsim_oracle_mm_map(mm_of(oracle), vsim_range(address, address + (where.last - where.first)), &vma);
        vsim_oracle_object_unref(vma.object);
        vsim_oracle_object_unref(vma.pages);
        vsim_oracle_file_unref(oracle, vma.keeps_open);
        if (where.last >= pages.last)
            return;
        pages.first = where.last + 1;
    }
}

/* madvise */

static bool can_drop(const struct vsim_oracle_vma *vma)
{
    return !vma->locked && !(vma->object && vma->object->kind == VSIM_ORACLE_MMIO);
}

PREDICATE(MADVISE, INVALID)
{
    struct vsim_range pages;
    struct vsim_range where;

    oracle->at.undecided = VALUE(MADVISE, advice) != VSIM_ADVICE_DONTNEED;
    if (!page_aligned(oracle, VALUE(MADVISE, addr)))
        return true;
    if (!pages_of(oracle, VALUE(MADVISE, addr), VALUE(MADVISE, length), &pages))
        return VALUE(MADVISE, length) != 0;
    for (uint64_t at = pages.first; at >= pages.first && at <= pages.last;) {
        const struct vsim_oracle_vma *vma = vsim_oracle_mm_vma_behind(mm_of(oracle), at, &where);

        if (!vma || where.first > pages.last)
            return false;
        if (!can_drop(vma))
            return true;
        oracle->at.undecided |= vma->hugetlb; /* No knob says since when huge pages can be dropped. */
        at = where.last + 1;
    }
    return false;
}

PREDICATE(MADVISE, HOLE)
{
    return has_hole(oracle, VALUE(MADVISE, addr), VALUE(MADVISE, length));
}

PREDICATE(MADVISE, DONE)
{
    return true;
}

/* Also where the call fails: the kernel has dropped what is before memory that it cannot drop, and around
 * holes. */
void vsim_oracle_effect_madvise(struct vsim_oracle *oracle, const struct vsim_op *op,
                                const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_range pages;
    struct vsim_range where;

    if (!page_aligned(oracle, VALUE(MADVISE, addr)) ||
        !pages_of(oracle, VALUE(MADVISE, addr), VALUE(MADVISE, length), &pages))
        return;
    for (uint64_t at = pages.first; at >= pages.first && at <= pages.last; at = where.last + 1) {
        const struct vsim_oracle_vma *vma = vsim_oracle_mm_vma_behind(mm_of(oracle), at, &where);

        if (!vma || where.first > pages.last || !can_drop(vma))
            return;
        vsim_oracle_mm_drop(mm_of(oracle),
                            vsim_range(MAX(where.first, pages.first), MIN(where.last, pages.last)));
    }
}

/* mlock */

/* What of the range is mapped but not accounted when locked. */
static bool is_special(const struct vsim_oracle_vma *vma)
{
    return vma->hugetlb || (vma->object && vma->object->kind == VSIM_ORACLE_MMIO);
}

/* How many pages of the range are locked already, holes or not. */
static uint64_t locked_pages(const struct vsim_oracle *oracle, struct vsim_range pages)
{
    uint64_t n_pages = 0;
    struct vsim_range where;

    for (uint64_t at = pages.first; at >= pages.first && at <= pages.last; at = where.last + 1) {
        const struct vsim_oracle_vma *vma = vsim_oracle_mm_vma_behind(mm_of(oracle), at, &where);

        if (!vma || where.first > pages.last)
            break;
        if (vma->locked)
            n_pages +=
                (MIN(where.last, pages.last) - MAX(where.first, pages.first) + 1) / oracle->memory.page_bytes;
    }
    return n_pages;
}

PREDICATE(MLOCK, OVER_LIMIT)
{
    const struct vsim_oracle_process *process = oracle->at.process;
    const bool unlimited = (process->capabilities & VSIM_CAPABILITIES_IPC_LOCK) != 0;
    const uint64_t limit = vsim_oracle_limit_pages(oracle, process);
    struct vsim_range pages;
    uint64_t n_pages;

    /* A limit of 0 is EPERM, which has no row; so is a range that wraps. */
    oracle->at.undecided =
        (!unlimited && (process->memlock_bytes == 0 || oracle->accounts_unknown)) ||
        (VALUE(MLOCK, length) != 0 && vsim_range_wraps(VALUE(MLOCK, addr), VALUE(MLOCK, length)));
    if (unlimited || !pages_of(oracle, VALUE(MLOCK, addr), VALUE(MLOCK, length), &pages))
        return false;
    n_pages = vsim_range_length(pages) / oracle->memory.page_bytes + process->mm->locked_vm;
    witness->value = n_pages;
    return n_pages > limit && n_pages - locked_pages(oracle, pages) > limit;
}

PREDICATE(MLOCK, HOLE)
{
    struct vsim_range pages;

    if (has_hole(oracle, VALUE(MLOCK, addr), VALUE(MLOCK, length)))
        return true;
    /* What cannot be read is locked and counted, and yet the call fails: no row. */
    if (pages_of(oracle, VALUE(MLOCK, addr), VALUE(MLOCK, length), &pages) &&
        !vsim_oracle_mm_allows(mm_of(oracle), &oracle->memory, pages, VSIM_ORACLE_LOAD))
        oracle->at.undecided = true;
    return false;
}

PREDICATE(MLOCK, DONE)
{
    return true;
}

static void lock_vma(struct vsim_oracle *oracle, struct vsim_oracle_vma *vma, struct vsim_range range,
                     uint64_t unused G_GNUC_UNUSED)
{
    if (vma->locked || is_special(vma))
        return;
    vma->locked = true;
    vsim_oracle_lock(oracle, mm_of(oracle), vsim_range_length(range) / oracle->memory.page_bytes);
}

static void populate_vma(struct vsim_oracle *oracle, struct vsim_oracle_vma *vma, struct vsim_range range,
                         uint64_t unused G_GNUC_UNUSED)
{
    if (vma->prot & VSIM_PROT_WRITE)
        vsim_oracle_mm_touch(mm_of(oracle), oracle->memory.page_bytes, range);
}

/* Also where a hole follows: the kernel has locked what is before it, though not made its pages. */
void vsim_oracle_effect_mlock(struct vsim_oracle *oracle, const struct vsim_op *op,
                              const struct vsim_outcome *observed)
{
    struct vsim_range pages;

    if (oracle->at.rule == VSIM_RULE_MLOCK_OVER_LIMIT ||
        !pages_of(oracle, VALUE(MLOCK, addr), VALUE(MLOCK, length), &pages))
        return;
    for_vmas(oracle, pages, lock_vma, 0);
    if (observed->error == 0)
        for_vmas(oracle, pages, populate_vma, 0);
}

/* Stores and loads */

/* True when the range may not be used so. */
static bool no_access(const struct vsim_oracle *oracle, uint64_t address, uint64_t length_bytes,
                      enum vsim_oracle_use use)
{
    if (length_bytes == 0)
        return false;
    return vsim_range_wraps(address, length_bytes) ||
           !vsim_oracle_mm_allows(mm_of(oracle), &oracle->memory,
                                  vsim_range(address, address + length_bytes - 1), use);
}

PREDICATE(STORE, NO_ACCESS)
{
    return no_access(oracle, VALUE(STORE, addr), VALUE(STORE, length), VSIM_ORACLE_STORE);
}

PREDICATE(STORE, DONE)
{
    return true;
}

void vsim_oracle_effect_store(struct vsim_oracle *oracle, const struct vsim_op *op,
                              const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    uint64_t at = VALUE(STORE, addr);
    uint64_t rest = VALUE(STORE, length);

    if (rest == 0 || vsim_range_wraps(at, rest))
        return;
    vsim_oracle_mm_touch(mm_of(oracle), oracle->memory.page_bytes, vsim_range(at, at + rest - 1));
    while (rest > 0) {
        struct vsim_oracle_run run;

        if (!vsim_oracle_mm_resolve(mm_of(oracle), &oracle->memory, vsim_range(at, at + rest - 1),
                                    VSIM_ORACLE_STORE, &run))
            return;
        vsim_oracle_run_write(&run, (uint8_t)VALUE(STORE, fill));
        at += run.length_bytes;
        rest -= run.length_bytes;
    }
}

PREDICATE(LOAD, NO_ACCESS)
{
    return no_access(oracle, VALUE(LOAD, addr), VALUE(LOAD, length), VSIM_ORACLE_LOAD);
}

PREDICATE(LOAD, DONE)
{
    return true;
}

void vsim_oracle_answer_load(struct vsim_oracle *oracle, const struct vsim_op *op,
                             struct vsim_allowed *allowed)
{
    uint64_t at = VALUE(LOAD, addr);
    uint64_t rest = VALUE(LOAD, length);

    g_array_set_size(oracle->pieces, 0);
    while (rest > 0) {
        struct vsim_oracle_run run;

        if (!vsim_oracle_mm_resolve(mm_of(oracle), &oracle->memory, vsim_range(at, at + rest - 1),
                                    VSIM_ORACLE_LOAD, &run) ||
            !vsim_oracle_run_read(&run, oracle->pieces))
            return;
        at += run.length_bytes;
        rest -= run.length_bytes;
    }
    vsim_oracle_tell_bytes(oracle, &allowed->one[0].outcome, VSIM_FIELD_LOAD_fill, VSIM_FIELD_LOAD_digest);
}
