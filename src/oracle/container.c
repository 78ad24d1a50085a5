// SPDX-License-Identifier: MIT
/* Containers, and the mappings in them. */
#include "state.h"

struct vsim_oracle_group *vsim_oracle_group(const struct vsim_oracle *oracle, vsim_handle handle)
{
    for (guint i = 0; i < oracle->groups->len; i++) {
        struct vsim_oracle_group *group = oracle->groups->pdata[i];

        if (group->row->handle == handle)
            return group;
    }
    return NULL;
}

struct vsim_oracle_device *vsim_oracle_device(const struct vsim_oracle *oracle, vsim_handle handle)
{
    for (guint i = 0; i < oracle->devices->len; i++) {
        struct vsim_oracle_device *device = oracle->devices->pdata[i];

        if (device->row->handle == handle)
            return device;
    }
    return NULL;
}

bool vsim_oracle_group_is(const struct vsim_oracle_group *group, uint64_t kind)
{
    return group->row->kind == kind;
}

struct vsim_oracle_container *vsim_oracle_container_new(struct vsim_oracle *oracle, vsim_handle name)
{
    struct vsim_oracle_container *container = g_new0(struct vsim_oracle_container, 1);

    container->name = name;
    container->fd_open = true;
    container->groups = g_ptr_array_new();
    vsim_oracle_view_init(&container->view);
    g_ptr_array_add(oracle->containers, container);
    vsim_oracle_container_changed(oracle, container);
    return container;
}

bool vsim_oracle_container_is_type1(const struct vsim_oracle_container *container)
{
    return container->type == VSIM_ORACLE_V1 || container->type == VSIM_ORACLE_V2;
}

bool vsim_oracle_container_is_noiommu(const struct vsim_oracle_container *container)
{
    return container->groups->len > 0 &&
           vsim_oracle_group_is(container->groups->pdata[0], VSIM_GROUP_KIND_noiommu);
}

uint64_t vsim_oracle_granule(const struct vsim_oracle_container *container)
{
    return vsim_lowest_bit(container->view.page_sizes);
}

static struct vsim_state_row container_row(const struct vsim_oracle_container *container)
{
    const bool type1 = vsim_oracle_container_is_type1(container);

    return (struct vsim_state_row){
        .kind = VSIM_STATE_CONTAINER,
        .owner = container->name,
        .a = (uint64_t)container->type,
        .b = type1 ? container->avail : 0,
        .c = type1 ? container->view.page_sizes : 0,
        .d = container->groups->len,
    };
}

void vsim_oracle_container_rows(const struct vsim_oracle_container *container, GArray *rows)
{
    const struct vsim_state_row row = container_row(container);

    g_array_append_val(rows, row);
    if (!vsim_oracle_container_is_type1(container))
        return;
    for (guint i = 0; i < container->view.ranges->len; i++) {
        const struct vsim_range *range = &g_array_index(container->view.ranges, struct vsim_range, i);
        const struct vsim_state_row valid = {
            .kind = VSIM_STATE_RANGE, .owner = container->name, .first = range->first, .last = range->last};

        g_array_append_val(rows, valid);
    }
}

void vsim_oracle_container_changed(struct vsim_oracle *oracle, struct vsim_oracle_container *container)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(struct vsim_state_row));

    oracle->digest -= container->digest;
    vsim_oracle_container_rows(container, rows);
    container->digest = 0;
    for (guint i = 0; i < rows->len; i++)
        container->digest += vsim_spec_state_digest(&g_array_index(rows, struct vsim_state_row, i));
    oracle->digest += container->digest;
}

/* One slot more or less, without looking at the ranges again. */
static void slots_changed(struct vsim_oracle *oracle, struct vsim_oracle_container *container, uint64_t more)
{
    const struct vsim_state_row before = container_row(container);
    struct vsim_state_row after = before;
    uint64_t change;

    container->avail += more;
    after.b = container->avail;
    change = vsim_spec_state_digest(&after) - vsim_spec_state_digest(&before);
    container->digest += change;
    oracle->digest += change;
}

void vsim_oracle_container_enter_zone(struct vsim_oracle_container *container)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);

    container->undefined = true;
    container->zone_bytes = 0;
    for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place))
        container->zone_bytes += entry->last - entry->first + 1;
}

void vsim_oracle_container_lose(struct vsim_oracle *oracle, struct vsim_oracle_container *container)
{
    if (!container->undefined)
        vsim_oracle_container_enter_zone(container);
    oracle->state_unknown = true;
}

void vsim_oracle_container_release(struct vsim_oracle *oracle, struct vsim_oracle_container *container)
{
    if (container->fd_open || container->groups->len > 0)
        return;
    oracle->digest -= container->digest;
    vsim_oracle_view_clear(&container->view);
    vsim_oracle_sorted_clear(&container->maps);
    g_ptr_array_unref(container->groups);
    g_ptr_array_remove_fast(oracle->containers, container);
    g_free(container);
}

struct vsim_oracle_mapping *vsim_oracle_mapping_in(const struct vsim_oracle_container *container,
                                                   struct vsim_range range)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, range.first, &place);

    return entry && entry->first <= range.last ? (struct vsim_oracle_mapping *)entry->value : NULL;
}

struct vsim_oracle_mapping *vsim_oracle_mapping_at(const struct vsim_oracle_container *container,
                                                   uint64_t iova)
{
    return vsim_oracle_mapping_in(container, vsim_range(iova, iova));
}

const struct vsim_oracle_run *vsim_oracle_mapping_runs(const struct vsim_oracle_mapping *mapping)
{
    return mapping->n_runs == 1 ? &mapping->one_run : mapping->runs;
}

struct vsim_oracle_mapping *vsim_oracle_mapping_new(struct vsim_oracle *oracle)
{
    struct vsim_oracle_mapping *mapping = oracle->free_mappings;

    if (!mapping)
        return g_new0(struct vsim_oracle_mapping, 1);
    oracle->free_mappings = mapping->next_free;
    *mapping = (struct vsim_oracle_mapping){0};
    return mapping;
}

struct vsim_state_row vsim_oracle_mapping_row(const struct vsim_oracle_container *container,
                                              const struct vsim_oracle_mapping *mapping)
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

void vsim_oracle_mapping_changed(struct vsim_oracle *oracle, const struct vsim_oracle_container *container,
                                 struct vsim_oracle_mapping *mapping)
{
    const struct vsim_state_row row = vsim_oracle_mapping_row(container, mapping);

    oracle->digest -= mapping->digest;
    mapping->digest = vsim_spec_state_digest(&row);
    oracle->digest += mapping->digest;
}

void vsim_oracle_mapping_insert(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                                struct vsim_oracle_mapping *mapping)
{
    const struct vsim_oracle_entry entry = {mapping->first, mapping->last, (uintptr_t)mapping};

    vsim_oracle_sorted_insert(&container->maps, entry);
    slots_changed(oracle, container, -UINT64_C(1));
    vsim_oracle_mapping_changed(oracle, container, mapping);
}

void vsim_oracle_mapping_pin(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                             struct vsim_oracle_mapping *mapping, const GArray *runs, uint64_t n_charged)
{
    const struct vsim_oracle_run *run = (const struct vsim_oracle_run *)(const void *)runs->data;

    mapping->mapped = true;
    mapping->n_runs = runs->len;
    if (runs->len == 1)
        mapping->one_run = *run;
    else
        mapping->runs = g_memdup2(run, runs->len * sizeof *run);
    for (guint i = 0; i < runs->len; i++)
        if (run[i].object) {
            vsim_oracle_object_ref(run[i].object);
            run[i].object->n_pins++;
        }
    mapping->charged = n_charged;
    vsim_oracle_lock(oracle, vsim_oracle_mapping_payer(oracle, mapping), n_charged);
    vsim_oracle_mapping_changed(oracle, container, mapping);
}

static void drop_pins(struct vsim_oracle_mapping *mapping)
{
    const struct vsim_oracle_run *run = vsim_oracle_mapping_runs(mapping);

    for (unsigned i = 0; i < mapping->n_runs; i++)
        if (run[i].object) {
            run[i].object->n_pins--;
            vsim_oracle_object_unref(run[i].object);
        }
    g_clear_pointer(&mapping->runs, g_free);
    mapping->n_runs = 0;
}

void vsim_oracle_mapping_unpin(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                               struct vsim_oracle_mapping *mapping)
{
    vsim_oracle_lock(oracle, vsim_oracle_mapping_payer(oracle, mapping), -mapping->charged);
    drop_pins(mapping);
    mapping->mapped = false;
    mapping->charged = 0;
    vsim_oracle_mapping_changed(oracle, container, mapping);
}

/* Mappings that overlap (T1-TOP-02) are not where a search by address ends: then every one is looked at. */
static void drop_entry(struct vsim_oracle_sorted *maps, const struct vsim_oracle_mapping *mapping)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(maps, mapping->first, &place);

    if (!entry || entry->value != (uintptr_t)mapping)
        entry = vsim_oracle_sorted_find(maps, 0, &place);
    while (entry && entry->value != (uintptr_t)mapping)
        entry = vsim_oracle_sorted_next(maps, &place);
    g_assert(entry);
    vsim_oracle_sorted_remove(maps, &place);
}

void vsim_oracle_mapping_remove(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                                struct vsim_oracle_mapping *mapping)
{
    drop_entry(&container->maps, mapping);
    vsim_oracle_lock(oracle, vsim_oracle_mapping_payer(oracle, mapping), -mapping->charged);
    drop_pins(mapping);
    if (mapping->vaddr_invalid)
        container->n_invalid--;
    oracle->digest -= mapping->digest;
    slots_changed(oracle, container, 1);
    vsim_oracle_mm_unref(mapping->mm);
    mapping->next_free = oracle->free_mappings;
    oracle->free_mappings = mapping;
}
