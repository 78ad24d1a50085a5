// SPDX-License-Identifier: MIT
/* DETACH: a group leaves a type1 object. Section 7.2. */
#include "rules.h"

static bool leaves_type1(const struct vsim_oracle *oracle)
{
    return oracle->at.container && vsim_oracle_container_is_type1(oracle->at.container);
}

/* How many groups its domain has, with it; 0 for a group without a domain. */
static unsigned groups_in_domain(const struct vsim_oracle *oracle)
{
    const struct vsim_oracle_domain *domain;

    if (!leaves_type1(oracle) || !oracle->at.group->iommu)
        return 0;
    domain = vsim_oracle_view_domain(&oracle->at.container->view, oracle->at.group->iommu);
    return domain ? domain->n_groups : 0;
}

static bool frees_last_domain(const struct vsim_oracle *oracle)
{
    return groups_in_domain(oracle) == 1 && oracle->at.container->view.domains->len == 1;
}

PREDICATE(DETACH, EMULATED)
{
    return leaves_type1(oracle) && vsim_oracle_group_is(oracle->at.group, VSIM_GROUP_KIND_emulated);
}

PREDICATE(DETACH, DOMAIN_STAYS)
{
    return groups_in_domain(oracle) > 1;
}

PREDICATE(DETACH, DOMAIN_FREED)
{
    return groups_in_domain(oracle) == 1 && oracle->at.container->view.domains->len > 1;
}

PREDICATE(DETACH, ALL_REMOVED)
{
    return frees_last_domain(oracle) && oracle->at.container->n_emulated == 0;
}

PREDICATE(DETACH, ACCOUNTING_ONLY)
{
    return frees_last_domain(oracle) && oracle->at.container->n_emulated > 0;
}

PREDICATE(DETACH, LAST_GROUP)
{
    return oracle->at.container->groups->len == 1 && !vsim_oracle_backend_unset(oracle);
}

static void remove_all(struct vsim_oracle *oracle, struct vsim_oracle_container *container)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry;

    while ((entry = vsim_oracle_sorted_find(&container->maps, 0, &place)))
        vsim_oracle_mapping_remove(oracle, container, (struct vsim_oracle_mapping *)entry->value);
}

static void unpin_all(struct vsim_oracle *oracle, struct vsim_oracle_container *container)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);

    for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place))
        vsim_oracle_mapping_unpin(oracle, container, (struct vsim_oracle_mapping *)entry->value);
}

static void leave_type1(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                        const struct vsim_oracle_group *group)
{
    if (vsim_oracle_group_is(group, VSIM_GROUP_KIND_emulated))
        container->n_emulated--;
    if (group->iommu)
        vsim_oracle_view_leave(&container->view, group->iommu, oracle->memory.page_bytes);
    if (container->view.domains->len > 0)
        return;
    if (container->n_emulated == 0)
        remove_all(oracle, container);
    else if (group->iommu)
        unpin_all(oracle, container);
    if (group->iommu)
        container->view.page_sizes = ~(oracle->memory.page_bytes - 1);
}

void vsim_oracle_detach(struct vsim_oracle *oracle, struct vsim_oracle_group *group)
{
    struct vsim_oracle_container *container = group->container;

    oracle->accounts_unknown |= container->undefined;
    g_ptr_array_remove(container->groups, group);
    group->container = NULL;
    if (vsim_oracle_container_is_type1(container))
        leave_type1(oracle, container, group);
    if (container->groups->len == 0) {
        container->type = VSIM_ORACLE_UNSET;
        container->undefined = false;
        vsim_oracle_view_reset(&container->view, oracle->memory.page_bytes);
    }
    vsim_oracle_container_changed(oracle, container);
    vsim_oracle_container_release(oracle, container);
}
