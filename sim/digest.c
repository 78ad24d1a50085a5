// SPDX-License-Identifier: MIT
#include "digest.h"

#include <string.h>

#include "ranges.h"

static uint64_t type_of(const struct vsim_sim_container *container)
{
    if (container->noiommu_active)
        return VSIM_EXTENSION_VFIO_NOIOMMU_IOMMU;
    if (!container->type1)
        return 0;
    return container->type1->v2 ? 2 : 1;
}

struct vsim_state_row vsim_sim_digest_container_row(const struct vsim_sim_container *container)
{
    const struct vsim_sim_type1 *type1 = container->type1;

    return (struct vsim_state_row){.kind = VSIM_STATE_CONTAINER,
                                   .owner = container->name,
                                   .a = type_of(container),
                                   .b = type1 ? type1->avail : 0,
                                   .c = type1 ? type1->page_sizes : 0,
                                   .d = container->n_groups};
}

struct vsim_state_row vsim_sim_digest_mapping_row(const struct vsim_sim_container *container,
                                                  const struct vsim_sim_mapping *mapping)
{
    return (struct vsim_state_row){
        .kind = VSIM_STATE_MAPPING,
        .owner = container->name,
        .first = mapping->first,
        .last = mapping->last,
        .a = mapping->vaddr,
        .b = mapping->prot | (uint64_t)mapping->vaddr_invalid << 8 | (uint64_t)mapping->mapped << 9,
        .c = mapping->charged,
    };
}

struct vsim_state_row vsim_sim_digest_locked_row(const struct vsim_sim_process *process)
{
    return (struct vsim_state_row){
        .kind = VSIM_STATE_LOCKED, .owner = process->handle, .a = process->mm ? process->mm->locked_vm : 0};
}

static void replace(struct vsim_sim *sim, uint64_t *digest, uint64_t now)
{
    sim->digest += now - *digest;
    *digest = now;
}

void vsim_sim_digest_change_container(struct vsim_sim *sim, struct vsim_sim_container *container)
{
    const struct vsim_state_row row = vsim_sim_digest_container_row(container);

    replace(sim, &container->digest, vsim_spec_state_digest(&row));
}

void vsim_sim_digest_change_ranges(struct vsim_sim *sim, struct vsim_sim_container *container)
{
    uint64_t sum = 0;

    for (guint i = 0; container->type1 && i < container->type1->ranges->len; i++) {
        const struct vsim_range range = vsim_sim_ranges_at(container->type1->ranges, i);
        const struct vsim_state_row row = {
            .kind = VSIM_STATE_RANGE, .owner = container->name, .first = range.first, .last = range.last};

        sum += vsim_spec_state_digest(&row);
    }
    replace(sim, &container->ranges_digest, sum);
}

/* Digests of mappings stand in an array of their own, which is there only when somebody asks. */
static uint64_t *digest_of(const struct vsim_sim_container *container, const struct vsim_sim_mapping *mapping)
{
    struct vsim_sim_type1 *type1 = container->type1;
    const uint32_t slot = vsim_sim_pool_slot(&type1->mappings, mapping);

    if (slot >= type1->n_digests) {
        const uint32_t n = type1->mappings.capacity;

        type1->digests = g_renew(uint64_t, type1->digests, n);
        memset(type1->digests + type1->n_digests, 0, (n - type1->n_digests) * sizeof *type1->digests);
        type1->n_digests = n;
    }
    return &type1->digests[slot];
}

void vsim_sim_digest_change_mapping(struct vsim_sim *sim, const struct vsim_sim_container *container,
                                    const struct vsim_sim_mapping *mapping)
{
    const struct vsim_state_row row = vsim_sim_digest_mapping_row(container, mapping);

    replace(sim, digest_of(container, mapping), vsim_spec_state_digest(&row));
}

void vsim_sim_digest_forget_mapping(struct vsim_sim *sim, const struct vsim_sim_container *container,
                                    const struct vsim_sim_mapping *mapping)
{
    replace(sim, digest_of(container, mapping), 0);
}

void vsim_sim_digest_change_locked(struct vsim_sim *sim, struct vsim_sim_process *process)
{
    const struct vsim_state_row row = vsim_sim_digest_locked_row(process);

    replace(sim, &process->digest, row.a == 0 ? 0 : vsim_spec_state_digest(&row));
}

void vsim_sim_digest_start(struct vsim_sim *sim)
{
    sim->digest_wanted = true;
    for (struct vsim_sim_container *container = sim->containers; container; container = container->next) {
        struct vsim_sim_mapping *mapping =
            container->type1 ? vsim_sim_mapping_lowest(container->type1) : NULL;

        vsim_sim_digest_change_container(sim, container);
        vsim_sim_digest_change_ranges(sim, container);
        for (; mapping; mapping = vsim_sim_mapping_next(container->type1, mapping))
            vsim_sim_digest_change_mapping(sim, container, mapping);
    }
    for (struct vsim_sim_process *process = sim->processes; process; process = process->next)
        vsim_sim_digest_change_locked(sim, process);
}
