// SPDX-License-Identifier: MIT
/*
 * Pinning, in runs.
 *
 * The kernel takes page after page and asks two questions of each: can it be had, and does it exceed the
 * limit (T1-PIN-02). Pages that are consecutive frames of one kind make a run (T1-PIN-03), which is charged
 * and then mapped. Here a segment of a VMA answers the first question for all its pages at once, and the
 * second one is a subtraction: `allowed` pages fit, so a longer segment fails at the page behind them.
 */
#include "pin.h"

#include <errno.h>

#include "digest.h"

uint64_t vsim_sim_pin_limit(const struct vsim_sim *sim, const struct vsim_sim_process *process)
{
    return process->memlock_bytes >> sim->page_shift;
}

/* How many more pages an mm may have, counting up one by one in the kernel's wrapping arithmetic. */
static uint64_t allowed_pages(const struct vsim_sim_mm *mm, uint64_t limit)
{
    return mm->locked_vm + 1 > limit ? 0 : limit - mm->locked_vm;
}

struct vsim_sim_refusal vsim_sim_pin_charge(struct vsim_sim *sim, struct vsim_sim_mapping *mapping,
                                            uint64_t n_pages)
{
    struct vsim_sim_mm *mm = sim->dialect->owner_is_mm ? mapping->owner : mapping->owner->process->mm;

    if (!mm)
        return vsim_sim_refusal_with(VSIM_RULE_PIN_OVER_LIMIT, ESRCH); /* T1-OWN-02. */
    if (!mapping->lock_cap && mm->locked_vm + n_pages > vsim_sim_pin_limit(sim, mapping->owner->process))
        return vsim_sim_refusal_of(VSIM_RULE_PIN_OVER_LIMIT);
    mm->locked_vm += n_pages;
    mapping->charged += n_pages;
    vsim_sim_digest_locked(sim, mm);
    return vsim_sim_refusal_none();
}

void vsim_sim_pin_uncharge(struct vsim_sim *sim, struct vsim_sim_mapping *mapping, uint64_t n_pages)
{
    struct vsim_sim_mm *mm = vsim_sim_mapping_payer(sim, mapping);

    mapping->charged -= n_pages;
    if (!mm)
        return;
    mm->locked_vm -= n_pages;
    vsim_sim_digest_locked(sim, mm);
}

/* Frames without a page structure, and the zero page, cost nothing (T1-PIN-05). */
static bool is_accountable(const struct vsim_sim_object *object)
{
    return object->kind != VSIM_SIM_MMIO && object->kind != VSIM_SIM_ZERO;
}

static bool may_access(const struct vsim_sim *sim, const struct vsim_sim_vma *vma, uint8_t prot)
{
    if (vma->prot == 0)
        return false;
    if (vma->object->kind == VSIM_SIM_MMIO)
        return !(prot & VSIM_PROT_WRITE) || (vma->prot & VSIM_PROT_WRITE) ||
               !sim->dialect->pfnmap_checks_write;
    return (vma->prot & (prot & VSIM_PROT_WRITE ? VSIM_PROT_WRITE : VSIM_PROT_READ)) != 0;
}

/* The pages at an address, up to `last`, that are consecutive frames of one object (T1-PIN-06, T1-PIN-08). */
static bool take_pages(struct vsim_sim *sim, struct vsim_sim_mm *mm, uint64_t vaddr, uint64_t last,
                       uint8_t prot, struct vsim_sim_run_of_pages *run)
{
    struct vsim_sim_segment segment;
    struct vsim_sim_object *object;

    if (!vsim_sim_mm_segment(mm, vaddr, last, &segment) || !may_access(sim, segment.vma, prot))
        return false;
    object = segment.vma->object;
    *run = (struct vsim_sim_run_of_pages){
        .object = object, .offset = segment.offset, .n_bytes = segment.n_bytes};
    if (object->private && !(prot & VSIM_PROT_WRITE) && !sim->dialect->read_pin_allocates &&
        object->kind != VSIM_SIM_HUGETLB)
        run->object = vsim_sim_object_page(sim, object, &run->offset, &run->n_bytes);
    run->page_by_page = sim->disable_hugepages || run->object == sim->zero;
    return true;
}

static bool continues(const struct vsim_sim_run_of_pages *run, const struct vsim_sim_run_of_pages *next)
{
    return next->object == run->object && next->offset == run->offset + run->n_bytes;
}

/* How many pages of a run may follow before one exceeds the caller's limit. */
static uint64_t allowed_in_run(const struct vsim_sim *sim, const struct vsim_sim_mapping *mapping,
                               const struct vsim_sim_process *caller, const struct vsim_sim_run_of_pages *run)
{
    uint64_t allowed;

    if (mapping->lock_cap || !is_accountable(run->object))
        return UINT64_MAX;
    allowed = allowed_pages(caller->mm, vsim_sim_pin_limit(sim, caller));
    /* T1-OWN-08: the pages of earlier runs were charged to the owner, so the caller's counter stands still.
     */
    if (run->page_by_page && allowed > 0 && vsim_sim_mapping_payer(sim, mapping) != caller->mm)
        return UINT64_MAX;
    return allowed;
}

/* Taking pages gives a private object its own ones, also those that a failing call took before it failed. */
static void touch(const struct vsim_sim *sim, const struct vsim_sim_run_of_pages *run, uint64_t n_pages)
{
    const uint64_t n_bytes = n_pages << sim->page_shift;

    vsim_sim_object_touch(run->object, vsim_range(run->offset, run->offset + (n_bytes - 1)));
}

/* The run at an address. It ends where the next page is another frame or cannot be had; that page's turn
 * comes. */
static struct vsim_sim_refusal gather(struct vsim_sim *sim, const struct vsim_sim_mapping *mapping,
                                      uint64_t vaddr, uint64_t last, const struct vsim_sim_process *caller,
                                      struct vsim_sim_run_of_pages *run)
{
    struct vsim_sim_run_of_pages more;
    uint64_t allowed;

    if (!take_pages(sim, caller->mm, vaddr, last, mapping->prot, run))
        return vsim_sim_refusal_of(VSIM_RULE_PIN_NO_ACCESS);
    allowed = allowed_in_run(sim, mapping, caller, run);
    if (run->page_by_page && allowed > 0) /* As many runs of one page as fit. */
        run->n_bytes = MIN(vsim_sim_pages(sim, run->n_bytes), allowed) << sim->page_shift;
    while (vsim_sim_pages(sim, run->n_bytes) <= allowed) {
        const uint64_t next = vaddr + run->n_bytes;

        if (next - 1 == last || run->page_by_page ||
            !take_pages(sim, caller->mm, next, last, mapping->prot, &more) || !continues(run, &more)) {
            touch(sim, run, vsim_sim_pages(sim, run->n_bytes));
            return vsim_sim_refusal_none();
        }
        run->n_bytes += more.n_bytes;
    }
    touch(sim, run, allowed + 1);
    return vsim_sim_refusal_of(VSIM_RULE_PIN_OVER_LIMIT);
}

static void hold(struct vsim_sim *sim, const struct vsim_sim_run_of_pages *run)
{
    vsim_sim_object_ref(run->object);
    run->object->pinned_pages += vsim_sim_pages(sim, run->n_bytes);
}

static void let_go(struct vsim_sim *sim, struct vsim_sim_mapping *mapping,
                   const struct vsim_sim_run_of_pages *run)
{
    const uint64_t n_pages = vsim_sim_pages(sim, run->n_bytes);

    if (is_accountable(run->object))
        vsim_sim_pin_uncharge(sim, mapping, n_pages);
    run->object->pinned_pages -= n_pages;
    vsim_sim_object_unref(sim, run->object);
}

/* T1-MAP-12: newest domain first. */
static struct vsim_sim_refusal ask_domains(const struct vsim_sim *sim, const struct vsim_sim_domain *domains,
                                           uint64_t iova, const struct vsim_sim_run_of_pages *run)
{
    struct vsim_sim_refusal refusal = vsim_sim_refusal_none();

    for (const struct vsim_sim_domain *domain = domains; domain && !vsim_sim_refused(&refusal);
         domain = domain->next)
        refusal = vsim_sim_domain_accepts(sim, domain, iova, run);
    return refusal;
}

/* Pin the run at an offset of the mapping, charge it and map it; *n_bytes is how long it was. */
static struct vsim_sim_refusal pin_run(struct vsim_sim *sim, const struct vsim_sim_domain *domains,
                                       struct vsim_sim_mapping *mapping, struct vsim_sim_process *caller,
                                       uint64_t offset, uint64_t *n_bytes)
{
    const uint64_t last = mapping->vaddr + (mapping->last - mapping->first);
    struct vsim_sim_run_of_pages run;
    struct vsim_sim_refusal refusal = gather(sim, mapping, mapping->vaddr + offset, last, caller, &run);

    if (vsim_sim_refused(&refusal))
        return refusal;
    if (is_accountable(run.object))
        refusal = vsim_sim_pin_charge(sim, mapping, vsim_sim_pages(sim, run.n_bytes));
    if (vsim_sim_refused(&refusal))
        return refusal;
    hold(sim, &run);
    refusal = ask_domains(sim, domains, mapping->first + offset, &run);
    if (vsim_sim_refused(&refusal)) {
        let_go(sim, mapping, &run);
        return refusal;
    }
    vsim_sim_mapping_add_extent(
        mapping, &(struct vsim_sim_extent){.start = offset, .object = run.object, .offset = run.offset});
    *n_bytes = run.n_bytes;
    return refusal;
}

struct vsim_sim_refusal vsim_sim_pin(struct vsim_sim *sim, const struct vsim_sim_domain *domains,
                                     struct vsim_sim_mapping *mapping, struct vsim_sim_process *caller,
                                     uint64_t *pinned_bytes)
{
    const uint64_t length_bytes = vsim_sim_mapping_length(mapping);
    struct vsim_sim_refusal refusal = vsim_sim_refusal_none();
    uint64_t n_bytes = 0;

    for (*pinned_bytes = 0; *pinned_bytes < length_bytes; *pinned_bytes += n_bytes) {
        refusal = pin_run(sim, domains, mapping, caller, *pinned_bytes, &n_bytes);
        if (vsim_sim_refused(&refusal))
            break;
    }
    return refusal;
}

struct vsim_sim_refusal vsim_sim_pin_and_map(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                             struct vsim_sim_mapping *mapping,
                                             struct vsim_sim_process *caller)
{
    uint64_t pinned_bytes;
    struct vsim_sim_refusal refusal = vsim_sim_pin(sim, type1->domains, mapping, caller, &pinned_bytes);

    if (!vsim_sim_refused(&refusal) && !vsim_sim_mapping_enter(type1, mapping))
        refusal = vsim_sim_refusal_of(VSIM_RULE_PIN_DOMAIN_REFUSES);
    if (vsim_sim_refused(&refusal))
        vsim_sim_unpin(sim, mapping, pinned_bytes);
    return refusal;
}

void vsim_sim_unpin(struct vsim_sim *sim, struct vsim_sim_mapping *mapping, uint64_t pinned_bytes)
{
    uint64_t end = pinned_bytes;

    for (uint32_t i = mapping->n_extents; i-- > 0;) {
        const struct vsim_sim_extent extent = vsim_sim_mapping_extent(mapping, i);
        const struct vsim_sim_run_of_pages run = {
            .object = extent.object, .offset = extent.offset, .n_bytes = end - extent.start};

        let_go(sim, mapping, &run);
        end = extent.start;
    }
    vsim_sim_mapping_forget_extents(mapping);
}
