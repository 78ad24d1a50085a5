// SPDX-License-Identifier: MIT
/* GET_INFO: section 2.2. */
#include "rules.h"

#define HEADER_BYTES    24u /* The structure, behind which capabilities stand. */
#define MIGRATION_HOLE  12u /* T1-INFO-08. */
#define MAX_DIRTY_BYTES 268435456u

PREDICATE(VFIO_IOMMU_GET_INFO, NO_IOMMU)
{
    return vsim_oracle_backend_unset(oracle);
}

PREDICATE(VFIO_IOMMU_GET_INFO, NOIOMMU)
{
    return vsim_oracle_backend_is_noiommu(oracle);
}

PREDICATE(VFIO_IOMMU_GET_INFO, UNREADABLE)
{
    return !vsim_oracle_argument_readable(oracle, op);
}

PREDICATE(VFIO_IOMMU_GET_INFO, SHORT)
{
    witness->value = VALUE(VFIO_IOMMU_GET_INFO, argsz);
    return witness->value < vsim_spec_ops[VSIM_OP_VFIO_IOMMU_GET_INFO].minimum_bytes;
}

/* How long the capability with its payload is, and where the next one begins (T1-INFO-06). */
static uint64_t padded(const struct vsim_oracle *oracle, uint64_t bytes)
{
    return oracle->dialect->capabilities_aligned ? (bytes + 7) & ~UINT64_C(7) : bytes;
}

static uint64_t ranges_bytes(const struct vsim_oracle *oracle)
{
    const guint n = oracle->at.container->view.ranges->len;

    return n == 0 ? 0 : 16 + 16 * (uint64_t)n;
}

/* T1-INFO-04. */
static uint64_t needed_bytes(const struct vsim_oracle *oracle)
{
    return HEADER_BYTES + 32 + (oracle->dialect->avail_capability ? padded(oracle, 12) : 0) +
           ranges_bytes(oracle);
}

static bool has_room(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    return (uint32_t)VALUE(VFIO_IOMMU_GET_INFO, argsz) >= needed_bytes(oracle);
}

/* T1-INFO-03. */
static uint64_t copied_bytes(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const uint64_t argsz = (uint32_t)VALUE(VFIO_IOMMU_GET_INFO, argsz);

    if (oracle->dialect->info_copies_argsz)
        return MIN(argsz, HEADER_BYTES);
    return argsz >= 20 ? 20 : 16;
}

PREDICATE(VFIO_IOMMU_GET_INFO, UNWRITABLE)
{
    return (has_room(oracle, op) &&
            !vsim_oracle_argument_writable(oracle, op, HEADER_BYTES, needed_bytes(oracle) - HEADER_BYTES)) ||
           !vsim_oracle_argument_writable(oracle, op, 0, copied_bytes(oracle, op));
}

PREDICATE(VFIO_IOMMU_GET_INFO, ROOM)
{
    witness->value = needed_bytes(oracle);
    return has_room(oracle, op);
}

PREDICATE(VFIO_IOMMU_GET_INFO, NO_ROOM)
{
    witness->value = needed_bytes(oracle);
    return !has_room(oracle, op);
}

static void append_number(GByteArray *bytes, unsigned n, uint64_t value)
{
    for (unsigned i = 0; i < n; i++) {
        const uint8_t byte = (uint8_t)(value >> 8 * i);

        g_byte_array_append(bytes, &byte, 1);
    }
}

/* Header of the next capability; `next` is where the one after it begins, 0 for the last. */
static void append_header(GByteArray *tail, uint16_t id, uint64_t length_bytes, bool last)
{
    const uint64_t here = HEADER_BYTES + tail->len;

    append_number(tail, 2, id);
    append_number(tail, 2, 1);
    append_number(tail, 4, last ? 0 : here + length_bytes);
}

/* T1-INFO-05 to -08. */
static void write_capabilities(struct vsim_oracle *oracle, GByteArray *tail)
{
    const struct vsim_oracle_container *container = oracle->at.container;
    const GArray *ranges = container->view.ranges;
    const bool avail = oracle->dialect->avail_capability;

    g_byte_array_set_size(tail, 0);
    append_header(tail, 2, 32, !avail && ranges->len == 0);
    append_number(tail, 4, 0);
    append_number(tail, 4, 0);
    append_number(tail, 8, vsim_oracle_granule(container));
    append_number(tail, 8, MAX_DIRTY_BYTES);
    if (avail) {
        append_header(tail, 3, padded(oracle, 12), ranges->len == 0);
        append_number(tail, 4, container->avail);
        append_number(tail, (unsigned)padded(oracle, 12) - 12, 0);
    }
    if (ranges->len == 0)
        return;
    append_header(tail, 1, ranges_bytes(oracle), true);
    append_number(tail, 4, ranges->len);
    append_number(tail, 4, 0);
    for (guint i = 0; i < ranges->len; i++) {
        append_number(tail, 8, g_array_index(ranges, struct vsim_range, i).first);
        append_number(tail, 8, g_array_index(ranges, struct vsim_range, i).last);
    }
}

/* Of a field of `size` bytes at `offset`, the kernel writes as many as are below `copied`; the rest is the
 * caller's. */
static uint64_t partly(uint64_t old, uint64_t fresh, uint64_t offset, uint64_t size, uint64_t copied)
{
    const uint64_t n = copied <= offset ? 0 : MIN(copied - offset, size);
    const uint64_t mask = n == 0 ? 0 : UINT64_MAX >> (64 - 8 * n);

    return (old & ~mask) | (fresh & mask);
}

void vsim_oracle_answer_get_info(struct vsim_oracle *oracle, const struct vsim_op *op,
                                 struct vsim_allowed *allowed)
{
    struct vsim_outcome *outcome = &allowed->one[0].outcome;
    const bool room = has_room(oracle, op);
    const uint64_t copied = copied_bytes(oracle, op);

    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_argsz,
                     room ? (uint32_t)VALUE(VFIO_IOMMU_GET_INFO, argsz) : needed_bytes(oracle));
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_flags,
                     VSIM_FLAG_VFIO_IOMMU_GET_INFO_PGSIZES | VSIM_FLAG_VFIO_IOMMU_GET_INFO_CAPS);
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_iova_pgsizes,
                     oracle->at.container->view.page_sizes);
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_cap_offset,
                     partly(VALUE(VFIO_IOMMU_GET_INFO, cap_offset), room ? HEADER_BYTES : 0, 16, 4, copied));
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_pad,
                     partly(VALUE(VFIO_IOMMU_GET_INFO, pad), 0, 20, 4, copied));
    if (!room)
        return;
    write_capabilities(oracle, oracle->tail);
    outcome->tail_given = true;
    outcome->tail = (struct vsim_bytes){(const char *)oracle->tail->data, oracle->tail->len};
    outcome->tail_open_first = MIGRATION_HOLE;
    if (!oracle->dialect->migration_hole_zeroed)
        outcome->tail_open_bytes = 4;
}
