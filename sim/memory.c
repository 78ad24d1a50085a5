// SPDX-License-Identifier: MIT
/* What processes do to their memory: mmap and its relatives, loads and stores. */
#include <errno.h>

#include "bytes.h"
#include "digest.h"
#include "file.h"
#include "group.h"
#include "pin.h"

static bool is_page_aligned(const struct vsim_sim *sim, uint64_t value)
{
    return vsim_is_aligned(value, sim->page_bytes);
}

/* The whole pages of a range of user addresses; false when it is empty or does not lie in user space. */
static bool whole_pages(const struct vsim_sim *sim, uint64_t address, uint64_t length_bytes,
                        struct vsim_range *range)
{
    if (length_bytes == 0 || vsim_range_wraps(address, length_bytes))
        return false;
    *range =
        vsim_range(address & ~(sim->page_bytes - 1), (address + (length_bytes - 1)) | (sim->page_bytes - 1));
    return range->last <= VSIM_SIM_USER_LAST;
}

static uint64_t round_up(uint64_t value, uint64_t unit_bytes)
{
    return (value + (unit_bytes - 1)) & ~(unit_bytes - 1);
}

void vsim_sim_memfd(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const bool hugetlb = call->op->value[VSIM_FIELD_MEMFD_hugetlb] != 0;
    const uint64_t unit_bytes = hugetlb ? VSIM_SIM_HUGE_PAGE_BYTES : sim->page_bytes;
    const uint64_t size_bytes = MIN(call->op->value[VSIM_FIELD_MEMFD_size], (uint64_t)INT64_MAX - unit_bytes);
    struct vsim_sim_file *file = vsim_sim_file_new(VSIM_FD_MEMFD);

    file->object = vsim_sim_object_new(sim, call->op->binds, hugetlb ? VSIM_SIM_HUGETLB : VSIM_SIM_MEMFD,
                                       round_up(size_bytes, unit_bytes));
    vsim_sim_file_install(call->process, call->op->binds, file, false);
    vsim_sim_succeed(call, VSIM_RULE_MEMFD_DONE, 0);
}

/* What an mmap asks for, after the checks that need no file. */
struct mapping_request {
    uint64_t length_bytes;
    uint64_t offset;
    uint64_t flags;
    bool anonymous;
    struct vsim_sim_file *file;
};

static struct vsim_sim_object *anonymous_object(struct vsim_sim *sim, const struct vsim_sim_call *call,
                                                struct mapping_request *request)
{
    const bool hugetlb = (request->flags & VSIM_MMAP_FLAGS_HUGETLB) != 0;
    struct vsim_sim_object *object;

    if (hugetlb)
        request->length_bytes = round_up(request->length_bytes, VSIM_SIM_HUGE_PAGE_BYTES);
    object = vsim_sim_object_new(sim, call->op->binds, hugetlb ? VSIM_SIM_HUGETLB : VSIM_SIM_ANONYMOUS,
                                 request->length_bytes);
    object->private = !(request->flags & VSIM_MMAP_FLAGS_SHARED);
    return object;
}

/* A private mapping of a file: pages of its own where it was written, the file's elsewhere. */
static struct vsim_sim_object *private_object(struct vsim_sim *sim, const struct vsim_sim_call *call,
                                              const struct mapping_request *request)
{
    struct vsim_sim_object *const file = request->file->object;
    const uint64_t beyond = file->length_bytes > request->offset ? file->length_bytes - request->offset : 0;
    struct vsim_sim_object *object = vsim_sim_object_new(
        sim, call->op->binds, file->kind == VSIM_SIM_HUGETLB ? VSIM_SIM_HUGETLB : VSIM_SIM_ANONYMOUS,
        MIN(beyond, request->length_bytes));

    object->private = true;
    object->backing = vsim_sim_object_ref(file);
    object->backing_offset = request->offset;
    return object;
}

static struct vsim_sim_object *bar_of(struct vsim_sim *sim, struct vsim_sim_device *device)
{
    if (!device->bar)
        device->bar = vsim_sim_object_new(sim, device->name, VSIM_SIM_MMIO,
                                          round_up(device->world->bar_size_bytes, sim->page_bytes));
    return vsim_sim_object_ref(device->bar);
}

static bool is_beyond_bar(const struct vsim_sim *sim, const struct mapping_request *request)
{
    const uint64_t bar_bytes = round_up(request->file->device->world->bar_size_bytes, sim->page_bytes);

    return request->offset > bar_bytes || request->length_bytes > bar_bytes - request->offset ||
           !(request->flags & VSIM_MMAP_FLAGS_SHARED);
}

/* Those of the file, in the order in which mmap meets them. */
static enum vsim_rule_id check_file(const struct vsim_sim *sim, const struct mapping_request *request)
{
    if (request->anonymous)
        return VSIM_RULE_NONE;
    if (!request->file)
        return VSIM_RULE_MMAP_BAD_FD;
    switch (request->file->kind) {
    case VSIM_FD_MEMFD:
        return VSIM_RULE_NONE;
    case VSIM_FD_DEVICE:
        return is_beyond_bar(sim, request) ? VSIM_RULE_MMAP_BEYOND_BAR : VSIM_RULE_NONE;
    case VSIM_FD_CONTAINER:
        return sim->dialect->container_mmap_enodev ? VSIM_RULE_MMAP_NO_MMAP : VSIM_RULE_MMAP_CONTAINER;
    default:
        return VSIM_RULE_MMAP_NO_MMAP;
    }
}

static void map_region(struct vsim_sim *sim, const struct vsim_sim_call *call,
                       struct mapping_request *request, uint64_t address)
{
    struct vsim_sim_vma vma = {.region = call->op->binds,
                               .prot = (uint8_t)(call->op->value[VSIM_FIELD_MMAP_prot] & 3),
                               .private = !(request->flags & VSIM_MMAP_FLAGS_SHARED)};
    struct vsim_range range;

    if (request->anonymous) {
        vma.object = anonymous_object(sim, call, request);
    } else if (request->file->kind == VSIM_FD_DEVICE) {
        vma.object = bar_of(sim, request->file->device);
        vma.offset = request->offset;
        vma.file = request->file;
        vsim_sim_file_ref(vma.file);
    } else if (vma.private) {
        vma.object = private_object(sim, call, request);
    } else {
        vma.object = vsim_sim_object_ref(request->file->object);
        vma.offset = request->offset;
    }
    range = vsim_range(address, address + (request->length_bytes - 1));
    vsim_sim_mm_unmap(sim, call->process->mm, range);
    vsim_sim_mm_insert(call->process->mm, range, &vma);
    if (request->flags & VSIM_MMAP_FLAGS_POPULATE)
        vsim_sim_mm_populate(call->process->mm, range);
}

void vsim_sim_mmap(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const struct vsim_op *op = call->op;
    const bool fixed = (op->given & 1u << VSIM_FIELD_MMAP_at) != 0;
    const uint64_t address = fixed ? op->value[VSIM_FIELD_MMAP_at] : op->binds_address;
    struct mapping_request request = {
        .length_bytes = op->value[VSIM_FIELD_MMAP_length],
        .offset = op->value[VSIM_FIELD_MMAP_offset],
        .flags = op->value[VSIM_FIELD_MMAP_flags],
        .anonymous = (op->value[VSIM_FIELD_MMAP_flags] & VSIM_MMAP_FLAGS_ANONYMOUS) != 0,
        .file = vsim_sim_file_get(call->process, op->base[VSIM_FIELD_MMAP_fd]),
    };
    enum vsim_rule_id rule;
    struct vsim_range range;

    if (request.length_bytes == 0 || !is_page_aligned(sim, request.offset) ||
        (fixed && !is_page_aligned(sim, address)) ||
        !(request.flags & (VSIM_MMAP_FLAGS_SHARED | VSIM_MMAP_FLAGS_PRIVATE))) {
        vsim_sim_refuse(call, VSIM_RULE_MMAP_ZERO_LENGTH);
        return;
    }
    if (!whole_pages(sim, 0, request.length_bytes, &range))
        rule = VSIM_RULE_MMAP_NO_ROOM;
    else
        rule = VSIM_RULE_NONE;
    request.length_bytes = vsim_range_length(range);
    if (check_file(sim, &request) != VSIM_RULE_NONE)
        rule = check_file(sim, &request);
    if (rule == VSIM_RULE_NONE && (address == 0 || !whole_pages(sim, address, request.length_bytes, &range)))
        rule = VSIM_RULE_MMAP_NO_ROOM;
    if (rule != VSIM_RULE_NONE) {
        vsim_sim_refuse(call, rule);
        return;
    }
    map_region(sim, call, &request, address);
    vsim_sim_succeed(call, VSIM_RULE_MMAP_DONE, 0);
}

void vsim_sim_munmap(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const uint64_t address = call->op->value[VSIM_FIELD_MUNMAP_addr];
    struct vsim_range range;

    if (!is_page_aligned(sim, address) ||
        !whole_pages(sim, address, call->op->value[VSIM_FIELD_MUNMAP_length], &range)) {
        vsim_sim_refuse(call, VSIM_RULE_MUNMAP_INVALID);
        return;
    }
    vsim_sim_mm_unmap(sim, call->process->mm, range);
    vsim_sim_succeed(call, VSIM_RULE_MUNMAP_DONE, 0);
}

/* Walk the VMAs of an isolated range in order: the next one at or above *at; false at the end. */
static bool next_vma(const struct vsim_sim_mm *mm, uint64_t *at, struct vsim_range range, bool *hole,
                     struct vsim_sim_index_entry *entry)
{
    if (*at > range.last)
        return false;
    if (!vsim_sim_index_lower(mm->vmas, *at, entry) || entry->first > range.last) {
        *hole = true;
        return false;
    }
    *hole = *hole || entry->first > *at;
    *at = entry->last + 1;
    return true;
}

void vsim_sim_mprotect(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_mm *mm = call->process->mm;
    uint64_t at = call->op->value[VSIM_FIELD_MPROTECT_addr];
    const uint64_t length_bytes = call->op->value[VSIM_FIELD_MPROTECT_length];
    struct vsim_sim_index_entry entry;
    struct vsim_range range;
    bool hole = false;

    if (!is_page_aligned(sim, at)) {
        vsim_sim_refuse(call, VSIM_RULE_MPROTECT_UNALIGNED);
        return;
    }
    if (length_bytes != 0 && !whole_pages(sim, at, length_bytes, &range)) {
        vsim_sim_refuse(call, VSIM_RULE_MPROTECT_HOLE);
        return;
    }
    if (length_bytes != 0) {
        vsim_sim_mm_isolate(mm, range);
        while (next_vma(mm, &at, range, &hole, &entry) && !hole) {
            struct vsim_sim_vma *vma = vsim_sim_pool_at(&mm->pool, entry.value);

            vma->prot = (uint8_t)(call->op->value[VSIM_FIELD_MPROTECT_prot] & 3);
        }
    }
    if (hole)
        vsim_sim_refuse(call, VSIM_RULE_MPROTECT_HOLE);
    else
        vsim_sim_succeed(call, VSIM_RULE_MPROTECT_DONE, 0);
}

void vsim_sim_mremap(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_mm *mm = call->process->mm;
    const uint64_t from = call->op->value[VSIM_FIELD_MREMAP_addr];
    const uint64_t to = call->op->binds_address;
    struct vsim_range range;

    if (!is_page_aligned(sim, from) || call->op->value[VSIM_FIELD_MREMAP_length] == 0) {
        vsim_sim_refuse(call, VSIM_RULE_MREMAP_HOLE);
        call->result->outcome.error = EINVAL;
        return;
    }
    if (!whole_pages(sim, from, call->op->value[VSIM_FIELD_MREMAP_length], &range) ||
        !vsim_sim_mm_covers(mm, range)) {
        vsim_sim_refuse(call, VSIM_RULE_MREMAP_HOLE);
        return;
    }
    if (to == 0 ||
        !vsim_sim_mm_is_uniform(mm, range)) { /* Kernels differ in what they do with several VMAs. */
        call->result->unavailable = true;
        return;
    }
    vsim_sim_mm_move(sim, mm, range, to, call->op->binds);
    vsim_sim_succeed(call, VSIM_RULE_MREMAP_DONE, 0);
}

/* False when the kernel would not let this memory be dropped. */
static bool drop(struct vsim_sim *sim, const struct vsim_sim_index_entry *entry, struct vsim_sim_vma *vma)
{
    const uint64_t length_bytes = entry->last - entry->first + 1;
    struct vsim_sim_object *successor;

    if (vma->object->kind == VSIM_SIM_MMIO || vma->locked)
        return false;
    if (vma->object->kind == VSIM_SIM_HUGETLB && !vsim_is_aligned(entry->first, VSIM_SIM_HUGE_PAGE_BYTES))
        return false;
    if (!vma->object->private)
        return true;
    successor =
        vsim_sim_object_drop(sim, vma->object, vsim_range(vma->offset, vma->offset + (length_bytes - 1)));
    if (successor != vma->object) {
        vsim_sim_object_unref(sim, vma->object);
        vma->object = successor;
    }
    return true;
}

void vsim_sim_madvise(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_mm *mm = call->process->mm;
    uint64_t at = call->op->value[VSIM_FIELD_MADVISE_addr];
    const uint64_t length_bytes = call->op->value[VSIM_FIELD_MADVISE_length];
    struct vsim_sim_index_entry entry;
    struct vsim_range range;
    bool hole = false;

    if (!is_page_aligned(sim, at) || call->op->value[VSIM_FIELD_MADVISE_advice] != VSIM_ADVICE_DONTNEED ||
        (length_bytes != 0 && vsim_range_wraps(at, length_bytes))) {
        vsim_sim_refuse(call, VSIM_RULE_MADVISE_INVALID);
        return;
    }
    if (length_bytes != 0 && !whole_pages(sim, at, length_bytes, &range)) {
        vsim_sim_refuse(call, VSIM_RULE_MADVISE_HOLE);
        return;
    }
    if (length_bytes != 0) {
        vsim_sim_mm_isolate(mm, range);
        while (next_vma(mm, &at, range, &hole, &entry)) {
            if (!drop(sim, &entry, vsim_sim_pool_at(&mm->pool, entry.value))) {
                vsim_sim_refuse(call, VSIM_RULE_MADVISE_INVALID);
                return;
            }
        }
    }
    if (hole)
        vsim_sim_refuse(call, VSIM_RULE_MADVISE_HOLE);
    else
        vsim_sim_succeed(call, VSIM_RULE_MADVISE_DONE, 0);
}

static uint64_t locked_pages(const struct vsim_sim *sim, const struct vsim_sim_mm *mm,
                             struct vsim_range range)
{
    struct vsim_sim_index_entry entry;
    uint64_t n_pages = 0;
    uint64_t at = range.first;
    bool hole = false;

    while (next_vma(mm, &at, range, &hole, &entry)) {
        const struct vsim_sim_vma *vma = vsim_sim_pool_at(&mm->pool, entry.value);
        const uint64_t first = MAX(entry.first, range.first);
        const uint64_t last = MIN(entry.last, range.last);

        if (vma->locked)
            n_pages += vsim_sim_pages(sim, last - first + 1);
    }
    return n_pages;
}

static bool is_within_limit(const struct vsim_sim *sim, const struct vsim_sim_process *process,
                            struct vsim_range range)
{
    const uint64_t wanted = process->mm->locked_vm + vsim_sim_pages(sim, vsim_range_length(range));

    return vsim_sim_process_can(process, VSIM_CAPABILITIES_IPC_LOCK) ||
           wanted <= vsim_sim_pin_limit(sim, process) ||
           wanted - locked_pages(sim, process->mm, range) <= vsim_sim_pin_limit(sim, process);
}

/* What lies below a hole stays locked. Memory of devices and huge pages is passed by. */
static bool lock_vmas(struct vsim_sim *sim, struct vsim_sim_mm *mm, struct vsim_range range)
{
    struct vsim_sim_index_entry entry;
    uint64_t at = range.first;
    bool hole = false;

    vsim_sim_mm_isolate(mm, range);
    while (next_vma(mm, &at, range, &hole, &entry) && !hole) {
        struct vsim_sim_vma *vma = vsim_sim_pool_at(&mm->pool, entry.value);

        if (vma->locked || vma->object->kind == VSIM_SIM_MMIO || vma->object->kind == VSIM_SIM_HUGETLB)
            continue;
        vma->locked = true;
        mm->locked_vm += vsim_sim_pages(sim, entry.last - entry.first + 1);
    }
    vsim_sim_digest_locked(sim, mm);
    return !hole;
}

void vsim_sim_mlock(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const uint64_t length_bytes = call->op->value[VSIM_FIELD_MLOCK_length];
    struct vsim_range range;

    if (length_bytes == 0) {
        vsim_sim_succeed(call, VSIM_RULE_MLOCK_DONE, 0);
        return;
    }
    if (!whole_pages(sim, call->op->value[VSIM_FIELD_MLOCK_addr], length_bytes, &range)) {
        vsim_sim_refuse(call, VSIM_RULE_MLOCK_HOLE);
        return;
    }
    if (!is_within_limit(sim, call->process, range)) {
        vsim_sim_refuse(call, VSIM_RULE_MLOCK_OVER_LIMIT);
        return;
    }
    if (!lock_vmas(sim, call->process->mm, range)) {
        vsim_sim_refuse(call, VSIM_RULE_MLOCK_HOLE);
        return;
    }
    vsim_sim_mm_populate(call->process->mm, range);
    vsim_sim_succeed(call, VSIM_RULE_MLOCK_DONE, 0);
}

void vsim_sim_store(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_mm *mm = call->process->mm;
    uint64_t at = call->op->value[VSIM_FIELD_STORE_addr];
    uint64_t left = call->op->value[VSIM_FIELD_STORE_length];
    struct vsim_sim_segment segment;

    (void)sim;
    if (!vsim_sim_mm_writable(mm, at, left)) {
        vsim_sim_refuse(call, VSIM_RULE_STORE_NO_ACCESS);
        return;
    }
    for (; left > 0 && vsim_sim_mm_segment(mm, at, at + (left - 1), &segment);
         at += segment.n_bytes, left -= segment.n_bytes)
        vsim_sim_object_fill(segment.vma->object, segment.offset, segment.n_bytes,
                             (uint8_t)call->op->value[VSIM_FIELD_STORE_fill]);
    vsim_sim_succeed(call, VSIM_RULE_STORE_DONE, 0);
}

void vsim_sim_load(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_mm *mm = call->process->mm;
    uint64_t at = call->op->value[VSIM_FIELD_LOAD_addr];
    uint64_t left = call->op->value[VSIM_FIELD_LOAD_length];
    struct vsim_sim_bytes bytes;
    struct vsim_sim_segment segment;

    (void)sim;
    if (!vsim_sim_mm_readable(mm, at, left)) {
        vsim_sim_refuse(call, VSIM_RULE_LOAD_NO_ACCESS);
        return;
    }
    vsim_sim_bytes_begin(&bytes);
    for (; left > 0 && vsim_sim_mm_segment(mm, at, at + (left - 1), &segment);
         at += segment.n_bytes, left -= segment.n_bytes)
        vsim_sim_bytes_add(&bytes, segment.vma->object, segment.offset, segment.n_bytes);
    vsim_sim_succeed(call, VSIM_RULE_LOAD_DONE, 0);
    vsim_sim_bytes_answer(&bytes, &call->result->outcome, VSIM_FIELD_LOAD_fill, VSIM_FIELD_LOAD_digest);
}
