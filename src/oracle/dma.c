// SPDX-License-Identifier: MIT
/* DMA: a device goes through its domain page by page, until a page faults. */
#include "rules.h"

#include "../base/hash.h"

#define MAX_DIGEST_BYTES                                                                                     \
    (UINT64_C(16) << 20) /* Longer mixed reads are not claimed: hashing grows with the length. */

static bool is_write(const struct vsim_op *op)
{
    return op->id == VSIM_OP_DMA_WRITE;
}

static uint64_t iova_of(const struct vsim_op *op)
{
    return is_write(op) ? VALUE(DMA_WRITE, iova) : VALUE(DMA_READ, iova);
}

static uint64_t length_of(const struct vsim_op *op)
{
    return is_write(op) ? VALUE(DMA_WRITE, len) : VALUE(DMA_READ, len);
}

/* VT-d lets a device read what it may write. */
static bool may_read(const struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping)
{
    return mapping->prot & VSIM_PROT_READ || oracle->at.group->iommu->kind == VSIM_IOMMU_KIND_intel;
}

/* What stops the device at this address; NONE when nothing does. */
static enum vsim_rule_id stopper(struct vsim_oracle *oracle, const struct vsim_op *op, uint64_t iova)
{
    struct vsim_oracle_case *at = &oracle->at;

    at->dma_mapping = NULL;
    if (!vsim_range_has(at->group->iommu->aperture, iova))
        return VSIM_RULE_DMA_BEYOND_APERTURE;
    at->dma_mapping = vsim_oracle_mapping_at(at->container, iova);
    if (!at->dma_mapping || !at->dma_mapping->mapped)
        return VSIM_RULE_DMA_NOT_MAPPED;
    if (is_write(op) && !(at->dma_mapping->prot & VSIM_PROT_WRITE))
        return VSIM_RULE_DMA_NO_WRITE;
    if (!is_write(op) && !may_read(oracle, at->dma_mapping))
        return VSIM_RULE_DMA_NO_READ;
    return VSIM_RULE_NONE;
}

/* Interrupts are not memory: a write there goes to nobody's page and faults nowhere. */
static bool hits_interrupts(const struct vsim_world_iommu *iommu, uint64_t iova)
{
    for (guint i = 0; i < iommu->reserved->len; i++) {
        const struct vsim_world_reserved *reserved =
            &g_array_index(iommu->reserved, struct vsim_world_reserved, i);

        if ((reserved->kind == VSIM_RESERVED_KIND_MSI || reserved->kind == VSIM_RESERVED_KIND_SW_MSI) &&
            vsim_range_has(reserved->range, iova))
            return true;
    }
    return false;
}

/* The run of pinned memory at an iova of a mapping, up to `last`. */
static struct vsim_oracle_run run_at(const struct vsim_oracle_mapping *mapping, uint64_t iova, uint64_t last)
{
    const struct vsim_oracle_run *run = vsim_oracle_mapping_runs(mapping);
    uint64_t offset = iova - mapping->first;
    struct vsim_oracle_run part;

    while (offset >= run->length_bytes) {
        offset -= run->length_bytes;
        run++;
    }
    part = *run;
    part.offset += offset;
    part.length_bytes = MIN(run->length_bytes - offset, last - iova + 1);
    return part;
}

/* Go as far as nothing stops the device; `act` sees each run on the way. */
static void walk(struct vsim_oracle *oracle, const struct vsim_op *op,
                 void (*act)(struct vsim_oracle *, const struct vsim_op *, const struct vsim_oracle_run *))
{
    struct vsim_oracle_case *at = &oracle->at;
    const uint64_t last = iova_of(op) + length_of(op) - 1;
    uint64_t iova = iova_of(op);

    at->dma_rule = VSIM_RULE_DMA_LANDS;
    for (;;) {
        const enum vsim_rule_id rule = stopper(oracle, op, iova);
        struct vsim_oracle_run run;

        at->dma_address = iova;
        if (rule != VSIM_RULE_NONE) {
            at->dma_rule = rule;
            return;
        }
        run = run_at(at->dma_mapping, iova, last);
        if (act)
            act(oracle, op, &run);
        if (run.length_bytes > last - iova)
            return;
        iova += run.length_bytes;
    }
}

static enum vsim_rule_id judge(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_case *at = &oracle->at;

    if (at->dma_known)
        return at->dma_rule;
    at->dma_known = true;
    at->dma_rule = VSIM_RULE_NONE;
    if (!at->group->iommu || !at->container || !vsim_oracle_container_is_type1(at->container) ||
        length_of(op) == 0 || vsim_range_wraps(iova_of(op), length_of(op))) {
        at->undecided = true; /* Emulated and noiommu devices go through no domain. */
        return VSIM_RULE_NONE;
    }
    walk(oracle, op, NULL);
    at->undecided |=
        at->dma_rule == VSIM_RULE_DMA_NOT_MAPPED && hits_interrupts(at->group->iommu, at->dma_address);
    return at->dma_rule;
}

PREDICATE(DMA, DEVICE_OFF)
{
    return oracle->at.device->n_open == 0;
}

/* True, with the witness, when the walk ends so. */
static bool ends(struct vsim_oracle *oracle, const struct vsim_op *op, struct vsim_witness *witness,
                 enum vsim_rule_id rule)
{
    if (judge(oracle, op) != rule)
        return false;
    witness->value = rule == VSIM_RULE_DMA_LANDS ? iova_of(op) : oracle->at.dma_address;
    if (oracle->at.dma_mapping)
        witness->line = oracle->at.dma_mapping->line;
    return true;
}

PREDICATE(DMA, BEYOND_APERTURE)
{
    return ends(oracle, op, witness, VSIM_RULE_DMA_BEYOND_APERTURE);
}

PREDICATE(DMA, NOT_MAPPED)
{
    return ends(oracle, op, witness, VSIM_RULE_DMA_NOT_MAPPED);
}

PREDICATE(DMA, NO_READ)
{
    return ends(oracle, op, witness, VSIM_RULE_DMA_NO_READ);
}

PREDICATE(DMA, NO_WRITE)
{
    return ends(oracle, op, witness, VSIM_RULE_DMA_NO_WRITE);
}

PREDICATE(DMA, LANDS)
{
    return ends(oracle, op, witness, VSIM_RULE_DMA_LANDS);
}

static void hash_piece(XXH3_state_t *state, const struct vsim_oracle_piece *piece)
{
    uint8_t block[4096];
    uint64_t rest = piece->length_bytes;

    memset(block, piece->fill, MIN(rest, sizeof block));
    while (rest > 0) {
        const uint64_t n = MIN(rest, sizeof block);

        XXH3_64bits_update(state, block, n);
        rest -= n;
    }
}

void vsim_oracle_tell_bytes(const struct vsim_oracle *oracle, struct vsim_outcome *outcome,
                            unsigned fill_field, unsigned digest_field)
{
    const GArray *pieces = oracle->pieces;
    uint64_t total = 0;
    XXH3_state_t state;

    if (pieces->len == 1)
        vsim_outcome_set(outcome, fill_field, g_array_index(pieces, struct vsim_oracle_piece, 0).fill);
    for (guint i = 0; i < pieces->len; i++)
        total += g_array_index(pieces, struct vsim_oracle_piece, i).length_bytes;
    if (pieces->len <= 1 || total > MAX_DIGEST_BYTES)
        return;
    XXH3_64bits_reset(&state);
    for (guint i = 0; i < pieces->len; i++)
        hash_piece(&state, &g_array_index(pieces, struct vsim_oracle_piece, i));
    vsim_outcome_set(outcome, digest_field, XXH3_64bits_digest(&state));
}

static void read_run(struct vsim_oracle *oracle, const struct vsim_op *op G_GNUC_UNUSED,
                     const struct vsim_oracle_run *run)
{
    oracle->bytes_known &= vsim_oracle_run_read(run, oracle->pieces);
}

static void write_run(struct vsim_oracle *oracle G_GNUC_UNUSED, const struct vsim_op *op,
                      const struct vsim_oracle_run *run)
{
    vsim_oracle_run_write(run, (uint8_t)VALUE(DMA_WRITE, fill));
}

/* Where the first byte landed, while that page is still its object's. */
static void tell_place(struct vsim_oracle *oracle, const struct vsim_op *op, struct vsim_outcome *outcome)
{
    const unsigned field =
        is_write(op) ? (unsigned)VSIM_FIELD_DMA_WRITE_at : (unsigned)VSIM_FIELD_DMA_READ_at;
    const struct vsim_oracle_mapping *mapping = vsim_oracle_mapping_at(oracle->at.container, iova_of(op));
    const struct vsim_oracle_run run = run_at(mapping, iova_of(op), iova_of(op));

    if (!run.object || run.object->name == 0 || run.generation != 0)
        return;
    vsim_outcome_set(outcome, field, run.offset);
    outcome->base[field] = run.object->name;
}

static void tell_fault(struct vsim_oracle *oracle, const struct vsim_op *op, struct vsim_outcome *outcome)
{
    static const uint64_t reasons[VSIM_N_RULES] = {
        [VSIM_RULE_DMA_DEVICE_OFF] = VSIM_FAULT_REASON_DEVICE_OFF,
        [VSIM_RULE_DMA_BEYOND_APERTURE] = VSIM_FAULT_REASON_BEYOND_APERTURE,
        [VSIM_RULE_DMA_NOT_MAPPED] = VSIM_FAULT_REASON_NOT_PRESENT,
        [VSIM_RULE_DMA_NO_READ] = VSIM_FAULT_REASON_NO_READ,
        [VSIM_RULE_DMA_NO_WRITE] = VSIM_FAULT_REASON_NO_WRITE,
    };
    const unsigned fault =
        is_write(op) ? (unsigned)VSIM_FIELD_DMA_WRITE_fault : (unsigned)VSIM_FIELD_DMA_READ_fault;
    const unsigned reason =
        is_write(op) ? (unsigned)VSIM_FIELD_DMA_WRITE_reason : (unsigned)VSIM_FIELD_DMA_READ_reason;

    vsim_outcome_set(outcome, reason, reasons[oracle->at.rule]);
    if (oracle->at.rule != VSIM_RULE_DMA_DEVICE_OFF)
        vsim_outcome_set(outcome, fault, oracle->at.dma_address & ~(oracle->memory.page_bytes - 1));
}

void vsim_oracle_answer_dma(struct vsim_oracle *oracle, const struct vsim_op *op,
                            struct vsim_allowed *allowed)
{
    struct vsim_outcome *outcome = &allowed->one[0].outcome;

    if (outcome->error != 0) {
        tell_fault(oracle, op, outcome);
        return;
    }
    tell_place(oracle, op, outcome);
    if (is_write(op))
        return;
    g_array_set_size(oracle->pieces, 0);
    oracle->bytes_known = true;
    walk(oracle, op, read_run);
    if (oracle->bytes_known)
        vsim_oracle_tell_bytes(oracle, outcome, VSIM_FIELD_DMA_READ_fill, VSIM_FIELD_DMA_READ_digest);
}

/* Also of a write that faults: the pages before the fault have been written. */
void vsim_oracle_effect_dma(struct vsim_oracle *oracle, const struct vsim_op *op,
                            const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    const enum vsim_rule_id rule = oracle->at.rule;

    if (is_write(op) && rule != VSIM_RULE_NONE && rule != VSIM_RULE_DMA_DEVICE_OFF)
        walk(oracle, op, write_run);
}
