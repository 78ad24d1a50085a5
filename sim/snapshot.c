// SPDX-License-Identifier: MIT
#include "snapshot.h"

#include "digest.h"
#include "group.h"
#include "ranges.h"

static void add(GArray *rows, struct vsim_state_row row)
{
    g_array_append_val(rows, row);
}

static uint64_t first_of(const struct vsim_sim_type1 *type1, uint32_t slot)
{
    return slot == VSIM_SIM_RBTREE_NONE ? 0 : vsim_sim_mapping_at(type1, slot)->first;
}

static void add_tree_node(const struct vsim_sim_type1 *type1, uint32_t slot, GArray *rows)
{
    const struct vsim_sim_mapping *mapping = vsim_sim_mapping_at(type1, slot);
    const uint32_t left = vsim_sim_rbtree_left(type1->tree, slot);
    const uint32_t right = vsim_sim_rbtree_right(type1->tree, slot);

    add(rows, (struct vsim_state_row){.kind = VSIM_STATE_TREE_NODE,
                                      .owner = type1->container->name,
                                      .first = mapping->first,
                                      .last = mapping->last,
                                      .a = first_of(type1, left),
                                      .b = first_of(type1, right),
                                      .c = (vsim_sim_rbtree_is_red(type1->tree, slot) ? 1u : 0) |
                                           (left != VSIM_SIM_RBTREE_NONE ? 2u : 0) |
                                           (right != VSIM_SIM_RBTREE_NONE ? 4u : 0) |
                                           (vsim_sim_rbtree_root(type1->tree) == slot ? 8u : 0)});
}

static void add_mappings(const struct vsim_sim_type1 *type1, GArray *rows)
{
    const struct vsim_sim_mapping *mapping = vsim_sim_mapping_lowest(type1);

    for (; mapping; mapping = vsim_sim_mapping_next(type1, mapping)) {
        add(rows, vsim_sim_digest_mapping_row(type1->container, mapping));
        if (type1->tree)
            add_tree_node(type1, vsim_sim_pool_slot(&type1->mappings, mapping), rows);
    }
}

static void add_domain(const struct vsim_sim_domain *domain, GArray *rows)
{
    struct vsim_sim_translation shown;
    struct vsim_sim_index_entry entry;

    for (uint64_t iova = 0; vsim_sim_index_lower(domain->type1->index, iova, &entry); iova = entry.last + 1) {
        for (iova = entry.first; vsim_sim_domain_walk(domain, iova, &shown); iova = shown.last + 1) {
            add(rows, (struct vsim_state_row){.kind = VSIM_STATE_TRANSLATION,
                                              .owner = domain->name,
                                              .first = shown.first,
                                              .last = shown.last,
                                              .a = shown.object->name,
                                              .b = shown.offset,
                                              .c = shown.prot});
            if (shown.last == entry.last)
                break;
        }
        if (entry.last == UINT64_MAX)
            return;
    }
}

static void add_container(const struct vsim_sim_container *container, GArray *rows)
{
    const struct vsim_sim_type1 *type1 = container->type1;

    add(rows, vsim_sim_digest_container_row(container));
    for (const struct vsim_sim_group *group = container->groups; group; group = group->next)
        add(rows, (struct vsim_state_row){.kind = VSIM_STATE_GROUP,
                                          .owner = container->name,
                                          .a = group->world->handle,
                                          .b = group->domain ? group->domain->name : 0,
                                          .c = group->world->kind});
    if (!type1)
        return;
    for (guint i = 0; i < type1->ranges->len; i++)
        add(rows, (struct vsim_state_row){.kind = VSIM_STATE_RANGE,
                                          .owner = container->name,
                                          .first = vsim_sim_ranges_at(type1->ranges, i).first,
                                          .last = vsim_sim_ranges_at(type1->ranges, i).last});
    add_mappings(type1, rows);
    for (const struct vsim_sim_domain *domain = type1->domains; domain; domain = domain->next)
        add_domain(domain, rows);
}

static void add_process(const struct vsim_sim_process *process, GArray *rows)
{
    struct vsim_sim_index_cursor cursor;

    if (!process->mm)
        return;
    if (process->mm->locked_vm != 0)
        add(rows, vsim_sim_digest_locked_row(process));
    for (bool more = vsim_sim_index_first(process->mm->vmas, &cursor); more;
         more = vsim_sim_index_next(&cursor)) {
        const struct vsim_sim_index_entry entry = vsim_sim_index_at(&cursor);
        const struct vsim_sim_vma *vma = vsim_sim_pool_at(&process->mm->pool, entry.value);

        add(rows, (struct vsim_state_row){.kind = VSIM_STATE_REGION,
                                          .owner = process->handle,
                                          .first = entry.first,
                                          .last = entry.last,
                                          .a = vma->region,
                                          .b = vma->object->name,
                                          .c = vma->offset,
                                          .d = vma->prot});
    }
}

void vsim_sim_snapshot(const struct vsim_sim *sim, GArray *rows)
{
    for (const struct vsim_sim_container *container = sim->containers; container; container = container->next)
        add_container(container, rows);
    for (const struct vsim_sim_process *process = sim->processes; process; process = process->next)
        add_process(process, rows);
    for (const struct vsim_sim_object *object = sim->objects; object; object = object->next)
        if (object->name != 0)
            add(rows, (struct vsim_state_row){.kind = VSIM_STATE_OBJECT,
                                              .owner = object->name,
                                              .a = object->length_bytes,
                                              .b = object->kind,
                                              .c = object->pinned_pages});
}
