// SPDX-License-Identifier: MIT
/* MAP_DMA: sections 3 and 6.1. Pages are pin.c's. */
#include "rules.h"

static bool updates_vaddr(const struct vsim_op *op)
{
    return FLAG_IS_SET(VFIO_IOMMU_MAP_DMA, VADDR);
}

static uint64_t access_of(const struct vsim_op *op)
{
    return VALUE(VFIO_IOMMU_MAP_DMA, flags) &
           (VSIM_FLAG_VFIO_IOMMU_MAP_DMA_READ | VSIM_FLAG_VFIO_IOMMU_MAP_DMA_WRITE);
}

/* Only once size is known not to be 0 and nothing wraps. */
static struct vsim_range iovas_of(const struct vsim_op *op)
{
    const uint64_t iova = VALUE(VFIO_IOMMU_MAP_DMA, iova);

    return vsim_range(iova, iova + VALUE(VFIO_IOMMU_MAP_DMA, size) - 1);
}

/* T1-TOP-02: kernels that do not check sums find nothing in a range that ends at 2^64. */
static struct vsim_oracle_mapping *overlapping(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_range range = iovas_of(op);

    if (range.last == UINT64_MAX && !oracle->dialect->overflow_checked)
        return NULL;
    return vsim_oracle_mapping_in(oracle->at.container, range);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, NO_IOMMU)
{
    return vsim_oracle_backend_unset(oracle);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, NOIOMMU)
{
    return vsim_oracle_backend_is_noiommu(oracle);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, UNREADABLE)
{
    return !vsim_oracle_argument_readable(oracle, op);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, SHORT)
{
    witness->value = (uint32_t)VALUE(VFIO_IOMMU_MAP_DMA, argsz);
    return witness->value < vsim_spec_ops[VSIM_OP_VFIO_IOMMU_MAP_DMA].minimum_bytes;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, UNKNOWN_FLAG)
{
    witness->value =
        (uint32_t)VALUE(VFIO_IOMMU_MAP_DMA, flags) & ~oracle->known_flags[VSIM_OP_VFIO_IOMMU_MAP_DMA];
    return witness->value != 0;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, EMPTY_FIRST)
{
    return VALUE(VFIO_IOMMU_MAP_DMA, size) == 0;
}

static bool wraps(const struct vsim_op *op)
{
    const uint64_t size = VALUE(VFIO_IOMMU_MAP_DMA, size);

    return vsim_range_wraps(VALUE(VFIO_IOMMU_MAP_DMA, iova), size) ||
           vsim_range_wraps(VALUE(VFIO_IOMMU_MAP_DMA, vaddr), size);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, OVERFLOW)
{
    return wraps(op);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, NO_PROT)
{
    return updates_vaddr(op) == (access_of(op) != 0);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, UNALIGNED)
{
    const uint64_t granule = vsim_oracle_granule(oracle->at.container);
    const uint64_t size = VALUE(VFIO_IOMMU_MAP_DMA, size);

    witness->value = granule;
    oracle->at.undecided = granule == 0;
    return size == 0 ||
           !vsim_is_aligned(size | VALUE(VFIO_IOMMU_MAP_DMA, iova) | VALUE(VFIO_IOMMU_MAP_DMA, vaddr),
                            granule);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, WRAP)
{
    return wraps(op);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, VADDR_ABSENT)
{
    if (!updates_vaddr(op))
        return false;
    witness->range = iovas_of(op);
    return !overlapping(oracle, op);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, VADDR_MISMATCH)
{
    const struct vsim_oracle_mapping *mapping;

    if (!updates_vaddr(op))
        return false;
    mapping = overlapping(oracle, op);
    witness->line = mapping->line;
    witness->range = vsim_range(mapping->first, mapping->last);
    return !mapping->vaddr_invalid || mapping->first != iovas_of(op).first ||
           mapping->last != iovas_of(op).last;
}

/* T1-VAD-04: somebody else takes the mapping over, and has to pay for it. */
static bool changes_hands(const struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping)
{
    return oracle->dialect->owner_is_mm && mapping->mm != oracle->at.process->mm;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, VADDR_OVER_LIMIT)
{
    const struct vsim_oracle_process *caller = oracle->at.process;
    const struct vsim_oracle_mapping *mapping;

    if (!updates_vaddr(op))
        return false;
    mapping = overlapping(oracle, op);
    witness->value = mapping->charged;
    if (!changes_hands(oracle, mapping) || mapping->charged == 0 ||
        caller->capabilities & VSIM_CAPABILITIES_IPC_LOCK)
        return false;
    oracle->at.undecided |= oracle->accounts_unknown;
    return vsim_oracle_over_limit(oracle, caller, caller->mm, mapping->charged);
}

PREDICATE(VFIO_IOMMU_MAP_DMA, VADDR_UPDATED)
{
    if (!updates_vaddr(op))
        return false;
    witness->line = overlapping(oracle, op)->line;
    return true;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, NO_OVERLAP)
{
    const struct vsim_oracle_mapping *mapping = updates_vaddr(op) ? NULL : overlapping(oracle, op);

    if (!mapping)
        return false;
    witness->range = iovas_of(op);
    witness->line = mapping->line;
    return true;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, NO_SLOT)
{
    return !updates_vaddr(op) && oracle->at.container->avail == 0;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, OUT_OF_RANGE)
{
    const GArray *ranges = oracle->at.container->view.ranges;
    const struct vsim_range range = iovas_of(op);

    if (updates_vaddr(op) || ranges->len == 0)
        return false;
    for (guint i = 0; i < ranges->len; i++)
        if (vsim_range_contains(g_array_index(ranges, struct vsim_range, i), range))
            return false;
    witness->range = range;
    return true;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, DONE)
{
    return oracle->at.container->view.domains->len > 0;
}

PREDICATE(VFIO_IOMMU_MAP_DMA, DONE_UNPINNED)
{
    return oracle->at.container->view.domains->len == 0;
}

/* T1-VAD-02, T1-VAD-04. */
static void update(struct vsim_oracle *oracle, struct vsim_oracle_mapping *mapping, uint64_t vaddr)
{
    struct vsim_oracle_process *caller = oracle->at.process;

    if (changes_hands(oracle, mapping)) {
        vsim_oracle_lock(oracle, caller->mm, mapping->charged);
        vsim_oracle_lock(oracle, vsim_oracle_mapping_payer(oracle, mapping), -mapping->charged);
        vsim_oracle_mm_unref(mapping->mm);
        mapping->mm = caller->mm;
        mapping->mm->n_references++;
        mapping->owner = caller;
        mapping->lock_cap = (caller->capabilities & VSIM_CAPABILITIES_IPC_LOCK) != 0;
    }
    mapping->vaddr = vaddr;
    mapping->vaddr_invalid = false;
    oracle->at.container->n_invalid--;
    vsim_oracle_mapping_changed(oracle, oracle->at.container, mapping);
}

/* T1-MAP-08. */
static void create(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_container *container = oracle->at.container;
    struct vsim_oracle_process *caller = oracle->at.process;
    struct vsim_oracle_mapping *mapping = vsim_oracle_mapping_new(oracle);
    const struct vsim_range range = iovas_of(op);
    const uint64_t vaddr = VALUE(VFIO_IOMMU_MAP_DMA, vaddr);
    const struct vsim_range from = {vaddr, vaddr + (range.last - range.first)};
    struct vsim_oracle_pinning *pinning = &oracle->at.pinning;

    mapping->first = range.first;
    mapping->last = range.last;
    mapping->vaddr = vaddr;
    mapping->prot = access_of(op);
    mapping->lock_cap = (caller->capabilities & VSIM_CAPABILITIES_IPC_LOCK) != 0;
    mapping->line = op->line;
    mapping->owner = caller;
    mapping->mm = caller->mm;
    mapping->mm->n_references++;
    vsim_oracle_mapping_insert(oracle, container, mapping);
    if (container->view.domains->len == 0)
        return;
    if ((pinning->known && pinning->result == VSIM_ORACLE_PINS) ||
        vsim_oracle_pin_runs(oracle, caller->mm, from, mapping->prot, pinning->runs, &pinning->n_accountable))
        vsim_oracle_mapping_pin(oracle, container, mapping, pinning->runs, pinning->n_accountable);
    else
        vsim_oracle_container_lose(oracle, container);
    vsim_oracle_pin_touch(oracle, caller->mm, from, mapping->prot);
}

void vsim_oracle_effect_map_dma(struct vsim_oracle *oracle, const struct vsim_op *op,
                                const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_container *container = oracle->at.container;
    struct vsim_oracle_mapping *mapping;

    if (!vsim_oracle_container_is_type1(container) || VALUE(VFIO_IOMMU_MAP_DMA, size) == 0 || wraps(op))
        return;
    mapping = overlapping(oracle, op);
    if (container->undefined) {
        container->zone_bytes += VALUE(VFIO_IOMMU_MAP_DMA, size);
        oracle->accounts_unknown = true;
        oracle->state_unknown = true;
    } else if (updates_vaddr(op)) {
        if (mapping && mapping->vaddr_invalid)
            update(oracle, mapping, VALUE(VFIO_IOMMU_MAP_DMA, vaddr));
    } else if (mapping || container->avail == 0) {
        vsim_oracle_container_lose(oracle, container);
    } else {
        create(oracle, op);
        if (iovas_of(op).last == UINT64_MAX && !oracle->dialect->overflow_checked)
            vsim_oracle_container_enter_zone(container); /* T1-TOP-06. */
    }
}

/* Pages that the failing call took before it failed have been made, and stay. */
void vsim_oracle_failed_map_dma(struct vsim_oracle *oracle, const struct vsim_op *op,
                                const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    const struct vsim_oracle_pinning *pinning = &oracle->at.pinning;
    const uint64_t vaddr = VALUE(VFIO_IOMMU_MAP_DMA, vaddr);

    if (pinning->known)
        vsim_oracle_pin_leftovers(oracle, vsim_range(vaddr, vaddr + VALUE(VFIO_IOMMU_MAP_DMA, size) - 1),
                                  access_of(op));
}
