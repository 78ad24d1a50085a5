// SPDX-License-Identifier: MIT
/*
 * Pinning, in runs.
 *
 * The kernel takes page after page and asks two questions of each: can it be had, and does it exceed the limit
 * (T1-PIN-02). Pages that are consecutive frames of one kind make a run (T1-PIN-03), which is charged and then mapped.
 * Here a segment of a VMA answers the first question for all its pages at once, and the second one is a subtraction:
 * `allowed` pages fit, so a longer segment fails at the page behind them.
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

struct vsim_sim_refusal vsim_sim_pin_charge(struct vsim_sim *sim, struct vsim_sim_mapping *mapping, uint64_t n_pages)
{
    struct vsim_sim_mm *mm = sim->dialect->owner_is_mm ? mapping->owner_mm : mapping->owner->mm;

    if (!mm)
        return vsim_sim_refusal_with(VSIM_RULE_PIN_OVER_LIMIT, ESRCH); /* T1-OWN-02. */
    if (!mapping->lock_cap && mm->locked_vm + n_pages > vsim_sim_pin_limit(sim, mapping->owner))
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
        return !(prot & VSIM_PROT_WRITE) || (vma->prot & VSIM_PROT_WRITE) || !sim->dialect->pfnmap_checks_write;
    return (vma->prot & (prot & VSIM_PROT_WRITE ? VSIM_PROT_WRITE : VSIM_PROT_READ)) != 0;
}

/* The pages at an address, up to `last`, that are consecutive frames of one object (T1-PIN-06, T1-PIN-08). */
static bool take_pages(struct vsim_sim *sim, const struct vsim_sim_mm *mm, uint64_t vaddr, uint64_t last, uint8_t prot,
                       struct vsim_sim_run_of_pages *run)
{
    struct vsim_sim_segment segment;
    struct vsim_sim_object *object;

    if (!vsim_sim_mm_segment(mm, vaddr, last, &segment) || !may_access(sim, segment.vma, prot))
        return false;
    object = segment.vma->object;
    *run = (struct vsim_sim_run_of_pages){.object = object, .offset = segment.offset, .n_bytes = segment.n_bytes};
    if (object->private) {
        if ((prot & VSIM_PROT_WRITE) || sim->dialect->read_pin_allocates || object->kind == VSIM_SIM_HUGETLB)
            vsim_sim_object_touch(object, vsim_range(run->offset, run->offset + (run->n_bytes - 1)));
        else
            run->object = vsim_sim_object_page(sim, object, &run->offset, &run->n_bytes);
    }
    run->page_by_page = sim->disable_hugepages || run->object == sim->zero;
    return true;
}

static bool continues(const struct vsim_sim_run_of_pages *run, const struct vsim_sim_run_of_pages *next)
{
    return next->object == run->object && next->offset == run->offset + run->n_bytes && !run->page_by_page;
}

/* How many pages of a run may follow before one exceeds the caller's limit. */
static uint64_t allowed_in_run(const struct vsim_sim *sim, const struct vsim_sim_mapping *mapping,
                               const struct vsim_sim_process *caller, const struct vsim_sim_run_of_pages *run)
{
    uint64_t allowed;

    if (mapping->lock_cap || !is_accountable(run->object))
        return UINT64_MAX;
    allowed = allowed_pages(caller->mm, vsim_sim_pin_limit(sim, caller));
    /* T1-OWN-08: the pages of earlier runs were charged to the owner, so the caller's counter stands still. */
    if (run->page_by_page && allowed > 0 && vsim_sim_mapping_payer(sim, mapping) != caller->mm)
        return UINT64_MAX;
    return allowed;
}

/* The run at an address: it ends where the next page is another frame, and fails where the next page fails. */
static struct vsim_sim_refusal gather(struct vsim_sim *sim, const struct vsim_sim_mapping *mapping, uint64_t vaddr,
                                      uint64_t last, const struct vsim_sim_process *caller,
                                      struct vsim_sim_run_of_pages *run)
{
    struct vsim_sim_run_of_pages more;
    uint64_t allowed;

    if (!take_pages(sim, caller->mm, vaddr, last, mapping->prot, run))
        return vsim_sim_refusal_of(VSIM_RULE_PIN_NO_ACCESS);
    allowed = allowed_in_run(sim, mapping, caller, run);
    for (;;) {
        const uint64_t next = vaddr + run->n_bytes;

        if (vsim_sim_pages(sim, run->n_bytes) > allowed)
            return vsim_sim_refusal_of(VSIM_RULE_PIN_OVER_LIMIT);
        if (next - 1 == last)
            return vsim_sim_refusal_none();
        if (!take_pages(sim, caller->mm, next, last, mapping->prot, &more))
            return vsim_sim_refusal_of(VSIM_RULE_PIN_NO_ACCESS);
        if (!continues(run, &more))
            return vsim_sim_refusal_none();
        run->n_bytes += more.n_bytes;
    }
}

static void hold(struct vsim_sim *sim, const struct vsim_sim_run_of_pages *run)
{
    vsim_sim_object_ref(run->object);
    run->object->pinned_pages += vsim_sim_pages(sim, run->n_bytes);
}

static void let_go(struct vsim_sim *sim, struct vsim_sim_mapping *mapping, const struct vsim_sim_run_of_pages *run)
{
    const uint64_t n_pages = vsim_sim_pages(sim, run->n_bytes);

    if (is_accountable(run->object))
        vsim_sim_pin_uncharge(sim, mapping, n_pages);
    run->object->pinned_pages -= n_pages;
    vsim_sim_object_unref(sim, run->object);
}

/* Newest domain first; the domains before one that refuses give the run back (T1-MAP-12). */
static struct vsim_sim_refusal map_into_all(struct vsim_sim *sim, struct vsim_sim_domain *domains, uint64_t iova,
                                            const struct vsim_sim_run_of_pages *run, uint8_t prot)
{
    for (struct vsim_sim_domain *domain = domains; domain; domain = domain->next) {
        const struct vsim_sim_refusal refusal = vsim_sim_domain_map(domain, sim, iova, run, prot);

        if (!vsim_sim_refused(&refusal))
            continue;
        for (struct vsim_sim_domain *undo = domains; undo != domain; undo = undo->next)
            vsim_sim_domain_unmap(undo, vsim_range(iova, iova + (run->n_bytes - 1)));
        return refusal;
    }
    return vsim_sim_refusal_none();
}

/* Pin the run at an offset of the mapping, charge it and map it; *n_bytes is how long it was. */
static struct vsim_sim_refusal pin_run(struct vsim_sim *sim, struct vsim_sim_domain *domains,
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
    refusal = map_into_all(sim, domains, mapping->first + offset, &run, mapping->prot);
    if (vsim_sim_refused(&refusal))
        let_go(sim, mapping, &run);
    *n_bytes = run.n_bytes;
    return refusal;
}

static struct vsim_sim_refusal pin_all(struct vsim_sim *sim, struct vsim_sim_domain *domains,
                                       struct vsim_sim_mapping *mapping, struct vsim_sim_process *caller)
{
    const uint64_t length_bytes = vsim_sim_mapping_length(mapping);
    uint64_t n_bytes;

    for (uint64_t offset = 0; offset < length_bytes; offset += n_bytes) {
        const struct vsim_sim_refusal refusal = pin_run(sim, domains, mapping, caller, offset, &n_bytes);

        if (vsim_sim_refused(&refusal))
            return refusal;
    }
    return vsim_sim_refusal_none();
}

struct vsim_sim_refusal vsim_sim_pin_and_map(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                             struct vsim_sim_mapping *mapping, struct vsim_sim_process *caller)
{
    const struct vsim_range range = vsim_range(mapping->first, mapping->last);
    const struct vsim_sim_refusal refusal = pin_all(sim, type1->domains, mapping, caller);

    mapping->mapped = !vsim_sim_refused(&refusal);
    if (mapping->mapped)
        return refusal;
    for (struct vsim_sim_domain *domain = type1->domains->next; domain; domain = domain->next)
        vsim_sim_domain_unmap(domain, range);
    vsim_sim_unpin_from(sim, type1->domains, mapping);
    return refusal;
}

struct vsim_sim_refusal vsim_sim_pin_into(struct vsim_sim *sim, struct vsim_sim_domain *domain,
                                          struct vsim_sim_mapping *mapping, struct vsim_sim_process *caller)
{
    return pin_all(sim, domain, mapping, caller);
}

void vsim_sim_unpin_from(struct vsim_sim *sim, struct vsim_sim_domain *domain, struct vsim_sim_mapping *mapping)
{
    struct vsim_sim_run_of_pages run;

    while (vsim_sim_domain_unmap_next(domain, vsim_range(mapping->first, mapping->last), &run))
        let_go(sim, mapping, &run);
}
