// SPDX-License-Identifier: MIT
/* UNMAP_DMA: sections 4 and 6.1. */
#include "rules.h"

#define SIZE_FIELD VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size
#define MAX_SUBSET 12u

static bool is_all(const struct vsim_op *op)
{
    return FLAG_IS_SET(VFIO_IOMMU_UNMAP_DMA, ALL);
}

static bool is_vaddr(const struct vsim_op *op)
{
    return FLAG_IS_SET(VFIO_IOMMU_UNMAP_DMA, VADDR);
}

static bool is_dirty(const struct vsim_op *op)
{
    return FLAG_IS_SET(VFIO_IOMMU_UNMAP_DMA, GET_DIRTY_BITMAP);
}

static bool is_v1(const struct vsim_oracle *oracle)
{
    return oracle->at.container->type == VSIM_ORACLE_V1;
}

/* Only once size is known to be right. */
static struct vsim_range iovas_of(const struct vsim_op *op)
{
    const uint64_t iova = VALUE(VFIO_IOMMU_UNMAP_DMA, iova);

    return is_all(op) ? vsim_range(0, UINT64_MAX)
                      : vsim_range(iova, iova + VALUE(VFIO_IOMMU_UNMAP_DMA, size) - 1);
}

/* T1-TOP-04: where sums are not checked, a range that ends at 2^64 holds nothing. */
static bool finds_nothing(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    return !is_all(op) && iovas_of(op).last == UINT64_MAX && !oracle->dialect->overflow_checked;
}

/* T1-UNM-11. */
static bool is_foreign(const struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping)
{
    return oracle->dialect->foreign_unmap_stops && mapping->owner != oracle->at.process;
}

static void take(struct vsim_oracle_selection *selection, struct vsim_oracle_mapping *mapping)
{
    g_ptr_array_add(selection->mappings, mapping);
    selection->total_bytes += mapping->last - mapping->first + 1;
}

/* T1-UNM-05 to -08, -11: walk the range; where the kernel goes by tree order, walk past what would stop it.
 */
static void select_mappings(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_selection *selection = &oracle->at.selection;
    const struct vsim_range range = iovas_of(op);
    const struct vsim_oracle_sorted *maps = &oracle->at.container->maps;
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(maps, range.first, &place);

    if (finds_nothing(oracle, op))
        return;
    for (; entry && entry->first <= range.last; entry = vsim_oracle_sorted_next(maps, &place)) {
        struct vsim_oracle_mapping *mapping = (struct vsim_oracle_mapping *)entry->value;

        if (is_v1(oracle) && entry->first < range.first)
            selection->straddler = mapping;
        else if (is_foreign(oracle, mapping))
            selection->foreign = mapping;
        else {
            take(selection, mapping);
            continue;
        }
        if (!oracle->dialect->unmap_in_tree_order)
            return;
    }
    selection->any_subset = selection->straddler || selection->foreign;
}

static const struct vsim_oracle_selection *selected(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_selection *selection = &oracle->at.selection;

    if (selection->known)
        return selection;
    selection->known = true;
    selection->total_bytes = 0;
    selection->foreign = NULL;
    selection->straddler = NULL;
    selection->any_subset = false;
    g_ptr_array_set_size(selection->mappings, 0);
    select_mappings(oracle, op);
    return selection;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, NO_IOMMU)
{
    return vsim_oracle_backend_unset(oracle);
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, NOIOMMU)
{
    return vsim_oracle_backend_is_noiommu(oracle);
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, UNREADABLE)
{
    return !vsim_oracle_argument_readable(oracle, op);
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, SHORT)
{
    witness->value = (uint32_t)VALUE(VFIO_IOMMU_UNMAP_DMA, argsz);
    return witness->value < vsim_spec_ops[VSIM_OP_VFIO_IOMMU_UNMAP_DMA].minimum_bytes;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, UNKNOWN_FLAG)
{
    witness->value =
        (uint32_t)VALUE(VFIO_IOMMU_UNMAP_DMA, flags) & ~oracle->known_flags[VSIM_OP_VFIO_IOMMU_UNMAP_DMA];
    return witness->value != 0;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, DIRTY_WITH_OTHER)
{
    return is_dirty(op) && (is_all(op) || is_vaddr(op));
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, VADDR_EMULATED)
{
    return is_vaddr(op) && oracle->at.container->n_emulated > 0;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, UNALIGNED_IOVA)
{
    witness->value = vsim_oracle_granule(oracle->at.container);
    oracle->at.undecided = witness->value == 0;
    return !vsim_is_aligned(VALUE(VFIO_IOMMU_UNMAP_DMA, iova), witness->value);
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, ALL_NOT_ZERO)
{
    return is_all(op) && (VALUE(VFIO_IOMMU_UNMAP_DMA, iova) != 0 || VALUE(VFIO_IOMMU_UNMAP_DMA, size) != 0);
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, UNALIGNED_SIZE)
{
    const uint64_t size = VALUE(VFIO_IOMMU_UNMAP_DMA, size);

    witness->value = vsim_oracle_granule(oracle->at.container);
    return !is_all(op) && (size == 0 || !vsim_is_aligned(size, witness->value));
}

static bool wraps(const struct vsim_op *op)
{
    return !is_all(op) &&
           vsim_range_wraps(VALUE(VFIO_IOMMU_UNMAP_DMA, iova), VALUE(VFIO_IOMMU_UNMAP_DMA, size));
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, WRAP)
{
    return wraps(op);
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, OVERFLOW)
{
    /* The checks of the bitmap (T1-UNM-01) come before and give EINVAL; they have no rows yet. */
    oracle->at.undecided |= wraps(op) && is_dirty(op);
    return wraps(op);
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, DIRTY_NOT_TRACKING)
{
    return is_dirty(op);
}

/* The mapping at the address, if it is one. */
static const struct vsim_oracle_entry *holding(const struct vsim_oracle *oracle, uint64_t address)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry =
        vsim_oracle_sorted_find(&oracle->at.container->maps, address, &place);

    return entry && entry->first <= address ? entry : NULL;
}

/* T1-UNM-04: the mapping that an edge of the range cuts. */
static const struct vsim_oracle_entry *cut_by(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_range range = iovas_of(op);
    const struct vsim_oracle_entry *entry = holding(oracle, range.first);

    if (entry && entry->first != range.first)
        return entry;
    if (finds_nothing(oracle, op))
        return NULL;
    if (!entry || entry->last < range.last)
        entry = holding(oracle, range.last);
    return entry && entry->last != range.last ? entry : NULL;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, BISECTS)
{
    const struct vsim_oracle_entry *entry = is_v1(oracle) || is_all(op) ? NULL : cut_by(oracle, op);

    if (!entry)
        return false;
    witness->range = iovas_of(op);
    witness->line = ((const struct vsim_oracle_mapping *)entry->value)->line;
    return true;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, VADDR_TWICE)
{
    const struct vsim_oracle_selection *selection;

    if (!is_vaddr(op))
        return false;
    selection = selected(oracle, op);
    for (guint i = 0; i < selection->mappings->len; i++) {
        const struct vsim_oracle_mapping *mapping = selection->mappings->pdata[i];

        if (mapping->vaddr_invalid) {
            witness->line = mapping->line;
            return true;
        }
    }
    return false;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, UNWRITABLE)
{
    return !vsim_oracle_argument_writable(oracle, op, 0,
                                          vsim_spec_ops[VSIM_OP_VFIO_IOMMU_UNMAP_DMA].minimum_bytes);
}

/* True, with the bytes, when the call is of this kind and no foreign mapping stops it. */
static bool done(struct vsim_oracle *oracle, const struct vsim_op *op, struct vsim_witness *witness,
                 bool kind)
{
    if (!kind || selected(oracle, op)->foreign)
        return false;
    witness->value = selected(oracle, op)->total_bytes;
    return true;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, DONE)
{
    return done(oracle, op, witness, !is_v1(oracle) && !is_all(op) && !is_vaddr(op));
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, DONE_V1)
{
    return done(oracle, op, witness, is_v1(oracle) && !is_all(op) && !is_vaddr(op));
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, DONE_V1_TREE)
{
    return done(oracle, op, witness, is_v1(oracle));
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, DONE_ALL)
{
    return done(oracle, op, witness, is_all(op) && !is_vaddr(op));
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, FOREIGN)
{
    const struct vsim_oracle_selection *selection = selected(oracle, op);

    if (!selection->foreign)
        return false;
    witness->line = selection->foreign->line;
    witness->value = selection->total_bytes;
    return true;
}

PREDICATE(VFIO_IOMMU_UNMAP_DMA, VADDR_INVALIDATED)
{
    witness->value = selected(oracle, op)->total_bytes;
    return is_vaddr(op);
}

/* How many bytes the subset has whose members are the bits of `members`. */
static uint64_t subset_bytes(const struct vsim_oracle_selection *selection, unsigned members)
{
    uint64_t bytes = 0;

    for (guint i = 0; i < selection->mappings->len; i++) {
        const struct vsim_oracle_mapping *mapping = selection->mappings->pdata[i];

        if (members & 1u << i)
            bytes += mapping->last - mapping->first + 1;
    }
    return bytes;
}

/* T1-UNM-07: each size that some subset has; where there are too many, any size. */
static void allow_subsets(struct vsim_allowed *allowed, const struct vsim_oracle_selection *selection)
{
    const bool few = selection->mappings->len <= MAX_SUBSET;

    allowed->n = 0;
    for (unsigned members = 0; few && members < 1u << selection->mappings->len; members++) {
        const uint64_t bytes = subset_bytes(selection, members);
        bool fresh = true;

        for (unsigned i = 0; i < MIN(allowed->n, VSIM_MAX_ALLOWED); i++)
            fresh = fresh && allowed->one[i].outcome.out[SIZE_FIELD] != bytes;
        if (!fresh)
            continue;
        if (allowed->n == VSIM_MAX_ALLOWED) {
            allowed->n++;
            break;
        }
        allowed->one[allowed->n] = allowed->one[0];
        vsim_outcome_set(&allowed->one[allowed->n++].outcome, SIZE_FIELD, bytes);
    }
    if (few && allowed->n <= VSIM_MAX_ALLOWED)
        return;
    allowed->n = 1;
    allowed->one[0].outcome.given = 0;
}

void vsim_oracle_answer_unmap_dma(struct vsim_oracle *oracle, const struct vsim_op *op,
                                  struct vsim_allowed *allowed)
{
    const struct vsim_oracle_selection *selection = selected(oracle, op);

    vsim_outcome_set(&allowed->one[0].outcome, SIZE_FIELD, selection->total_bytes);
    if (selection->any_subset)
        allow_subsets(allowed, selection);
}

static void invalidate(struct vsim_oracle *oracle, struct vsim_oracle_mapping *mapping)
{
    if (mapping->vaddr_invalid)
        return;
    mapping->vaddr_invalid = true;
    oracle->at.container->n_invalid++;
    vsim_oracle_mapping_changed(oracle, oracle->at.container, mapping);
}

/* Take the members of a subset, or invalidate their vaddr; `members` counts only for the first mappings. */
static void remove_subset(struct vsim_oracle *oracle, const struct vsim_op *op, unsigned members, bool all)
{
    const struct vsim_oracle_selection *selection = &oracle->at.selection;

    for (guint i = 0; i < selection->mappings->len; i++) {
        if (!all && !(members & 1u << i))
            continue;
        if (is_vaddr(op))
            invalidate(oracle, selection->mappings->pdata[i]);
        else
            vsim_oracle_mapping_remove(oracle, oracle->at.container, selection->mappings->pdata[i]);
    }
}

/* The size tells which subset went, unless several have it. */
static void follow_subset(struct vsim_oracle *oracle, const struct vsim_op *op, uint64_t size)
{
    const struct vsim_oracle_selection *selection = &oracle->at.selection;
    unsigned found = 0;
    unsigned n_found = 0;

    for (unsigned members = 0; members < 1u << MIN(selection->mappings->len, MAX_SUBSET); members++)
        if (subset_bytes(selection, members) == size) {
            found = members;
            n_found++;
        }
    if (n_found == 1 && selection->mappings->len <= MAX_SUBSET)
        remove_subset(oracle, op, found, false);
    else
        vsim_oracle_container_lose(oracle, oracle->at.container);
}

static void follow_in_zone(struct vsim_oracle *oracle, const struct vsim_op *op, uint64_t size)
{
    struct vsim_oracle_container *container = oracle->at.container;

    oracle->state_unknown = true;
    oracle->accounts_unknown = true;
    if (is_vaddr(op))
        return;
    if (size > container->zone_bytes)
        oracle->broken = "T1-INV-07: UNMAP_DMA reported more bytes than were mapped";
    container->zone_bytes -= MIN(size, container->zone_bytes);
}

void vsim_oracle_effect_unmap_dma(struct vsim_oracle *oracle, const struct vsim_op *op,
                                  const struct vsim_outcome *observed)
{
    const bool given = (observed->given & 1u << SIZE_FIELD) != 0;
    const uint64_t size = observed->out[SIZE_FIELD];
    const struct vsim_oracle_selection *selection;

    if (!vsim_oracle_container_is_type1(oracle->at.container))
        return;
    if (oracle->at.container->undefined) {
        follow_in_zone(oracle, op, given ? size : 0);
        return;
    }
    if (!is_all(op) && (VALUE(VFIO_IOMMU_UNMAP_DMA, size) == 0 || wraps(op)))
        return;
    selection = selected(oracle, op);
    if (!given || size == selection->total_bytes)
        remove_subset(oracle, op, 0, true);
    else if (size != 0)
        follow_subset(oracle, op, size);
}

/* T1-ABI-03: the answer could not be written, but the unmap has happened. */
void vsim_oracle_failed_unmap_dma(struct vsim_oracle *oracle, const struct vsim_op *op,
                                  const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    if (oracle->at.rule != VSIM_RULE_VFIO_IOMMU_UNMAP_DMA_UNWRITABLE)
        return;
    if (selected(oracle, op)->any_subset && oracle->at.selection.mappings->len > 0)
        vsim_oracle_container_lose(oracle, oracle->at.container);
    else
        remove_subset(oracle, op, 0, true);
}
