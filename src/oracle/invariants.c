// SPDX-License-Identifier: MIT
/* Section 14. */
#include "rules.h"

static bool broken(GString *why, const char *rule, vsim_handle who, const char *what)
{
    g_string_printf(why, "%s: %c%u: %s", rule, who ? vsim_handle_letter(who) : '-', vsim_handle_number(who),
                    what);
    return false;
}

/* T1-INV-05 of one mapping: what it charges is what it pins. */
static bool charges_fit(const struct vsim_oracle *oracle, const struct vsim_oracle_mapping *mapping)
{
    const struct vsim_oracle_run *runs = vsim_oracle_mapping_runs(mapping);
    uint64_t n_pages = 0;
    uint64_t n_bytes = 0;

    for (unsigned i = 0; i < mapping->n_runs; i++) {
        n_bytes += runs[i].length_bytes;
        if (vsim_oracle_run_is_accountable(&runs[i]))
            n_pages += runs[i].length_bytes / oracle->memory.page_bytes;
    }
    return mapping->charged == n_pages &&
           n_bytes == (mapping->mapped ? mapping->last - mapping->first + 1 : 0);
}

static bool check_mappings(struct vsim_oracle *oracle, const struct vsim_oracle_container *container,
                           GString *why)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);
    const bool has_domain = container->view.domains->len > 0;
    uint64_t n_invalid = 0;
    uint64_t behind = 0;

    for (bool first = true; entry; entry = vsim_oracle_sorted_next(&container->maps, &place), first = false) {
        const struct vsim_oracle_mapping *mapping = (const struct vsim_oracle_mapping *)entry->value;

        n_invalid += mapping->vaddr_invalid;
        if (oracle->dialect->owner_is_mm)
            mapping->mm->charge_to_undo += mapping->charged; /* Paid in an undefined zone, too. */
        if (container->undefined)
            continue;
        if (!first && mapping->first <= behind)
            return broken(why, "T1-INV-02", container->name, "two mappings overlap");
        if (mapping->mapped != has_domain)
            return broken(why, "T1-INV-04", container->name,
                          "a mapping is in a domain that is not, or the reverse");
        if (!charges_fit(oracle, mapping))
            return broken(why, "T1-INV-05", container->name, "a mapping charges other pages than it pins");
        behind = mapping->last;
    }
    if (n_invalid != container->n_invalid)
        return broken(why, "T1-INV-03", container->name, "the count of invalid vaddrs is wrong");
    return true;
}

/* T1-INV-11. */
static bool check_ranges(const struct vsim_oracle_container *container, GString *why)
{
    const GArray *ranges = container->view.ranges;

    for (guint i = 0; i < ranges->len; i++) {
        const struct vsim_range *range = &g_array_index(ranges, struct vsim_range, i);

        if (range->first > range->last || (i > 0 && range[-1].last >= range->first))
            return broken(why, "T1-INV-11", container->name, "valid ranges are not ascending and disjoint");
        for (guint j = 0; j < container->view.domains->len; j++) {
            const struct vsim_world_iommu *iommu =
                g_array_index(container->view.domains, struct vsim_oracle_domain, j).iommu;

            for (guint k = 0; k < iommu->reserved->len; k++) {
                const struct vsim_world_reserved *reserved =
                    &g_array_index(iommu->reserved, struct vsim_world_reserved, k);

                if (reserved->kind != VSIM_RESERVED_KIND_DIRECT_RELAXABLE &&
                    vsim_range_overlaps(*range, reserved->range))
                    return broken(why, "T1-INV-11", container->name, "a reserved region is in a valid range");
            }
        }
    }
    return true;
}

static bool check_container(struct vsim_oracle *oracle, const struct vsim_oracle_container *container,
                            GString *why)
{
    if (container->groups->len == 0 &&
        (container->type != VSIM_ORACLE_UNSET || container->maps.n_entries > 0))
        return broken(why, "T1-INV-12", container->name, "it has no group, but a backend or a mapping");
    if (!vsim_oracle_container_is_type1(container))
        return true;
    if (container->avail + container->maps.n_entries != container->limit)
        return broken(why, "T1-INV-01", container->name, "slots are lost");
    return check_mappings(oracle, container, why) && check_ranges(container, why);
}

/* T1-INV-06 of one mm; charge_to_undo holds the charges of the mappings that it owns. */
static bool check_locked(const struct vsim_oracle *oracle, const struct vsim_oracle_mm *mm, GString *why)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&mm->vmas, 0, &place);
    uint64_t n_locked = mm->charge_to_undo;

    for (; entry; entry = vsim_oracle_sorted_next(&mm->vmas, &place))
        if (((const struct vsim_oracle_vma *)entry->value)->locked)
            n_locked += (entry->last - entry->first + 1) / oracle->memory.page_bytes;
    if (n_locked != mm->locked_vm)
        return broken(why, "T1-INV-06", mm->process, "locked_vm is not mlocked pages plus charges");
    return true;
}

static void reset_charges(const struct vsim_oracle *oracle)
{
    for (guint i = 0; i < oracle->containers->len; i++) {
        const struct vsim_oracle_container *container = oracle->containers->pdata[i];
        struct vsim_oracle_place place;
        const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);

        for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place))
            ((const struct vsim_oracle_mapping *)entry->value)->mm->charge_to_undo = 0;
    }
}

/* The digest that was kept is that of the rows. */
static bool check_digest(struct vsim_oracle *oracle, GString *why)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct vsim_state_row));
    uint64_t digest = 0;

    vsim_oracle_rows(oracle, rows);
    for (guint i = 0; i < rows->len; i++)
        digest += vsim_spec_state_digest(&g_array_index(rows, struct vsim_state_row, i));
    return digest == oracle->digest || broken(why, "digest", 0, "the kept digest is not that of the rows");
}

bool vsim_oracle_invariants(struct vsim_oracle *oracle, GString *why)
{
    bool whole = !oracle->broken;

    if (!whole)
        g_string_assign(why, oracle->broken);
    for (guint i = 0; whole && i < oracle->containers->len; i++)
        whole = check_container(oracle, oracle->containers->pdata[i], why);
    for (guint i = 0; whole && i < oracle->processes->len; i++) {
        const struct vsim_oracle_process *process = oracle->processes->pdata[i];

        if (process->alive && oracle->dialect->owner_is_mm && !oracle->accounts_unknown &&
            !oracle->state_unknown)
            whole = check_locked(oracle, process->mm, why);
    }
    reset_charges(oracle);
    return whole && check_digest(oracle, why);
}
