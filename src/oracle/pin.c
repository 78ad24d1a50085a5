// SPDX-License-Identifier: MIT
/*
 * PIN: which page of a new mapping fails first, and why. Sections 3.2 and 3.3.
 *
 * A new mapping is taken from the caller, who pays. A replay into a new domain takes every mapping that is
 * not in a domain yet from the caller too, but its owner pays (T1-OWN-08). The kernel works in runs of
 * side-by-side frames, which nobody outside sees; where the result depends on them the answer is undecided.
 */
#include "rules.h"

#include <errno.h>

static enum vsim_oracle_use use_of(uint64_t prot)
{
    return prot & VSIM_PROT_WRITE ? VSIM_ORACLE_PIN_WRITE : VSIM_ORACLE_PIN_READ;
}

static uint64_t smallest_page(const struct vsim_world_iommu *iommu)
{
    return vsim_lowest_bit(iommu->page_sizes);
}

/* Whom and what a scan counts against. */
struct payer {
    const struct vsim_oracle_process *process;
    const struct vsim_oracle_mm *mm;
    bool unlimited;
    uint64_t n_before; /* Pages charged earlier in the same call. */
};

/* How many of n pages fit under the limit. */
static uint64_t pages_that_fit(const struct vsim_oracle *oracle, const struct payer *payer, uint64_t n_so_far,
                               uint64_t n_pages)
{
    const uint64_t locked = payer->mm->locked_vm + payer->n_before + n_so_far;
    const uint64_t limit = vsim_oracle_limit_pages(oracle, payer->process);

    if (payer->unlimited)
        return n_pages;
    if (locked == UINT64_MAX) /* One more wraps to 0, which is below any limit. */
        return MIN(n_pages, limit + 1);
    return locked < limit ? MIN(n_pages, limit - locked) : 0;
}

static void fail(struct vsim_oracle_pinning *pinning, enum vsim_oracle_pin_result result, uint64_t offset)
{
    pinning->result = result;
    pinning->offset = offset;
}

/* T1-PIN-02: page after page; the first that cannot be had, or does not fit, decides. */
static void scan(struct vsim_oracle *oracle, const struct payer *payer, struct vsim_range from, uint64_t prot)
{
    struct vsim_oracle_pinning *pinning = &oracle->at.pinning;
    const uint64_t page_bytes = oracle->memory.page_bytes;
    uint64_t offset = 0;

    pinning->result = VSIM_ORACLE_PINS;
    pinning->n_accountable = 0;
    g_array_set_size(pinning->runs, 0);
    for (;;) {
        const struct vsim_range rest = {from.first + offset, from.last};
        struct vsim_oracle_run run;

        if (!vsim_oracle_mm_resolve(oracle->at.process->mm, &oracle->memory, rest, use_of(prot), &run)) {
            fail(pinning, VSIM_ORACLE_PIN_NO_ACCESS, offset);
            return;
        }
        if (vsim_oracle_run_is_accountable(&run)) {
            const uint64_t n_pages = run.length_bytes / page_bytes;
            const uint64_t n_fit = pages_that_fit(oracle, payer, pinning->n_accountable, n_pages);

            pinning->n_accountable += n_fit;
            if (n_fit < n_pages) {
                fail(pinning, VSIM_ORACLE_PIN_OVER_LIMIT, offset + n_fit * page_bytes);
                return;
            }
        }
        g_array_append_val(pinning->runs, run);
        if (run.length_bytes > rest.last - rest.first)
            return;
        offset += run.length_bytes;
    }
}

static bool all_huge(const struct vsim_oracle_run *runs, guint n)
{
    for (guint i = 0; i < n; i++)
        if (!runs[i].object || !runs[i].object->hugetlb)
            return false;
    return true;
}

/*
 * A domain whose smallest page is larger than a page of memory needs frames that lie side by side, which
 * nothing but huge pages promises (T1-PIN-04, TV-105).
 */
static bool frames_matter(const struct vsim_oracle *oracle, const struct vsim_world_iommu *iommu,
                          const struct vsim_oracle_run *runs, guint n)
{
    return smallest_page(iommu) > oracle->memory.page_bytes && !all_huge(runs, n);
}

static void judge_new_mapping(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_case *at = &oracle->at;
    const GArray *domains = at->container->view.domains;
    const uint64_t vaddr = VALUE(VFIO_IOMMU_MAP_DMA, vaddr);
    const struct vsim_range from = {vaddr, vaddr + VALUE(VFIO_IOMMU_MAP_DMA, size) - 1};
    const struct payer payer = {
        .process = at->process,
        .mm = at->process->mm,
        .unlimited = (at->process->capabilities & VSIM_CAPABILITIES_IPC_LOCK) != 0,
    };

    at->pinning.mapping = NULL;
    scan(oracle, &payer, from, VALUE(VFIO_IOMMU_MAP_DMA, flags) & (VSIM_PROT_READ | VSIM_PROT_WRITE));
    if (!payer.unlimited && oracle->accounts_unknown)
        at->undecided = true;
    if (at->pinning.result != VSIM_ORACLE_PINS && at->pinning.offset == 0)
        return;
    for (guint i = 0; i < domains->len; i++)
        if (frames_matter(oracle, g_array_index(domains, struct vsim_oracle_domain, i).iommu,
                          (const void *)at->pinning.runs->data, at->pinning.runs->len))
            at->undecided = true;
}

/* What a foreign owner pays, added up over the mappings of one replay. */
static uint64_t add_to_payer(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm, uint64_t n_pages)
{
    if (mm->charge_to_undo == 0)
        g_ptr_array_add(oracle->touched_mms, mm);
    mm->charge_to_undo += n_pages;
    return mm->charge_to_undo;
}

static void forget_payers(struct vsim_oracle *oracle)
{
    for (guint i = 0; i < oracle->touched_mms->len; i++)
        ((struct vsim_oracle_mm *)oracle->touched_mms->pdata[i])->charge_to_undo = 0;
    g_ptr_array_set_size(oracle->touched_mms, 0);
}

/* T1-OWN-08: pinned from the caller and held against its limit run by run, but another mm pays. */
static void charge_stranger(struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping)
{
    struct vsim_oracle_case *at = &oracle->at;
    struct vsim_oracle_pinning *pinning = &at->pinning;
    const uint64_t n_pages = pinning->n_accountable;
    const uint64_t caller_limit = vsim_oracle_limit_pages(oracle, at->process);
    const uint64_t caller_locked = at->process->mm->locked_vm;
    struct vsim_oracle_mm *payer = vsim_oracle_mapping_payer(oracle, mapping);

    if (pinning->result != VSIM_ORACLE_PINS || n_pages == 0)
        return;
    if (!payer) {
        at->undecided = true;
        return;
    }
    if (!mapping->lock_cap && caller_locked + 1 > caller_limit)
        fail(pinning, VSIM_ORACLE_PIN_OVER_LIMIT, 0);
    else if (!mapping->lock_cap && caller_locked + n_pages > caller_limit)
        at->undecided = true;
    else if (!mapping->lock_cap &&
             vsim_oracle_over_limit(oracle, mapping->owner, payer, add_to_payer(oracle, payer, n_pages)))
        fail(pinning, VSIM_ORACLE_PIN_OVER_LIMIT, 0);
}

/* Take the pages of one mapping; `n_before` is what the caller has been charged in this replay. */
static void replay_pages(struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping,
                         uint64_t *n_before)
{
    struct vsim_oracle_case *at = &oracle->at;
    const bool own = vsim_oracle_mapping_payer(oracle, mapping) == at->process->mm;
    const struct payer payer = {
        .process = at->process,
        .mm = at->process->mm,
        .unlimited = mapping->lock_cap || !own,
        .n_before = *n_before,
    };

    scan(oracle, &payer, vsim_range(mapping->vaddr, mapping->vaddr + (mapping->last - mapping->first)),
         mapping->prot);
    if (own)
        *n_before += at->pinning.n_accountable;
    else
        charge_stranger(oracle, mapping);
}

/* Whether the new domain takes the mapping once its pages are there; T1-ATT-12 and Q-06. */
static void replay_mapping(struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping,
                           uint64_t *n_before)
{
    struct vsim_oracle_case *at = &oracle->at;
    struct vsim_oracle_pinning *pinning = &at->pinning;
    const struct vsim_world_iommu *iommu = at->joining->iommu;
    const struct vsim_range range = {mapping->first, mapping->last};
    const uint64_t page = smallest_page(iommu);
    const struct vsim_oracle_run *runs = vsim_oracle_mapping_runs(mapping);
    unsigned n_runs = mapping->n_runs;

    pinning->mapping = mapping;
    pinning->range = range;
    pinning->result = VSIM_ORACLE_PINS;
    if (!mapping->mapped) {
        replay_pages(oracle, mapping, n_before);
        runs = (const void *)pinning->runs->data;
        n_runs = pinning->runs->len;
        if (pinning->result != VSIM_ORACLE_PINS && pinning->offset == 0)
            return;
    }
    if (pinning->result != VSIM_ORACLE_PINS) {
        at->undecided |= page > oracle->memory.page_bytes || !vsim_range_contains(iommu->aperture, range);
        return;
    }
    if (!vsim_is_aligned(mapping->first, page) || !vsim_is_aligned(vsim_range_length(range), page))
        pinning->result = VSIM_ORACLE_PIN_UNALIGNED;
    else if (!vsim_range_contains(iommu->aperture, range))
        pinning->result = VSIM_ORACLE_PIN_DOMAIN_REFUSES;
    else if (frames_matter(oracle, iommu, runs, n_runs))
        at->undecided = true;
}

static void judge_replay(struct vsim_oracle *oracle)
{
    struct vsim_oracle_case *at = &oracle->at;
    const struct vsim_oracle_sorted *maps = &at->container->maps;
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(maps, 0, &place);
    uint64_t n_before = 0;

    at->pinning.result = VSIM_ORACLE_PINS;
    if (!at->joining->iommu || vsim_oracle_view_domain(&at->view, at->joining->iommu))
        return;
    if (oracle->dialect->vaddr_blocks && at->container->n_invalid > 0) {
        at->undecided = true; /* T1-VAD-23: it sleeps. */
        return;
    }
    for (; entry && at->pinning.result == VSIM_ORACLE_PINS && !at->undecided;
         entry = vsim_oracle_sorted_next(maps, &place))
        replay_mapping(oracle, (const struct vsim_oracle_mapping *)entry->value, &n_before);
    forget_payers(oracle);
    if (oracle->accounts_unknown && at->container->maps.n_entries > 0)
        at->undecided = true;
}

const struct vsim_oracle_pinning *vsim_oracle_pinning(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_pinning *pinning = &oracle->at.pinning;

    if (pinning->known)
        return pinning;
    pinning->known = true;
    if (oracle->at.joining)
        judge_replay(oracle);
    else
        judge_new_mapping(oracle, op);
    return pinning;
}

bool vsim_oracle_pin_runs(struct vsim_oracle *oracle, const struct vsim_oracle_mm *mm, struct vsim_range from,
                          uint64_t prot, GArray *runs, uint64_t *n_accountable)
{
    uint64_t at = from.first;

    g_array_set_size(runs, 0);
    *n_accountable = 0;
    for (;;) {
        struct vsim_oracle_run run;

        if (!vsim_oracle_mm_resolve(mm, &oracle->memory, vsim_range(at, from.last), use_of(prot), &run))
            return false;
        if (vsim_oracle_run_is_accountable(&run))
            *n_accountable += run.length_bytes / oracle->memory.page_bytes;
        g_array_append_val(runs, run);
        if (run.length_bytes > from.last - at)
            break;
        at += run.length_bytes;
    }
    return true;
}

void vsim_oracle_pin_touch(const struct vsim_oracle *oracle, const struct vsim_oracle_mm *mm,
                           struct vsim_range from, uint64_t prot)
{
    if (prot & VSIM_PROT_WRITE || oracle->memory.read_pin_allocates)
        vsim_oracle_mm_touch(mm, oracle->memory.page_bytes, from);
}

void vsim_oracle_pin_leftovers(const struct vsim_oracle *oracle, struct vsim_range from, uint64_t prot)
{
    const struct vsim_oracle_pinning *pinning = &oracle->at.pinning;
    uint64_t n_bytes = vsim_range_length(from);

    if (pinning->result == VSIM_ORACLE_PIN_NO_ACCESS)
        n_bytes = pinning->offset;
    if (pinning->result == VSIM_ORACLE_PIN_OVER_LIMIT)
        n_bytes = pinning->offset + oracle->memory.page_bytes;
    if (n_bytes > 0)
        vsim_oracle_pin_touch(oracle, oracle->at.process->mm,
                              vsim_range(from.first, from.first + n_bytes - 1), prot);
}

/* A MAP that has come this far is new; it pins where there is a domain. A replay pins what is not in a
 * domain. */
static bool pins(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    if (oracle->at.joining)
        return true;
    return !FLAG_IS_SET(VFIO_IOMMU_MAP_DMA, VADDR) && oracle->at.container->view.domains->len > 0;
}

PREDICATE(PIN, NO_ACCESS)
{
    if (!pins(oracle, op) || vsim_oracle_pinning(oracle, op)->result != VSIM_ORACLE_PIN_NO_ACCESS)
        return false;
    witness->value = oracle->at.pinning.offset;
    return true;
}

PREDICATE(PIN, OVER_LIMIT)
{
    if (!pins(oracle, op) || vsim_oracle_pinning(oracle, op)->result != VSIM_ORACLE_PIN_OVER_LIMIT)
        return false;
    witness->value = oracle->at.pinning.offset / oracle->memory.page_bytes;
    return true;
}

PREDICATE(PIN, DOMAIN_REFUSES)
{
    const struct vsim_oracle_group *joining = oracle->at.joining;

    if (!pins(oracle, op) || vsim_oracle_pinning(oracle, op)->result != VSIM_ORACLE_PIN_DOMAIN_REFUSES)
        return false;
    witness->range = oracle->at.pinning.range;
    if (joining && joining->iommu->kind != VSIM_IOMMU_KIND_intel)
        oracle->at.alternative_error = ERANGE; /* */
    return true;
}
