// SPDX-License-Identifier: MIT
#include "runs.h"

struct vsim_sim_run vsim_sim_runs_at(const struct vsim_sim_index *runs, uint64_t first, uint64_t last)
{
    struct vsim_sim_run run = {.range = {first, last}, .hole = true};
    struct vsim_sim_index_entry entry;

    if (!runs || !vsim_sim_index_lower(runs, first, &entry) || entry.first > last)
        return run;
    if (entry.first > first) {
        run.range.last = entry.first - 1;
        return run;
    }
    run.hole = false;
    run.value = entry.value;
    if (entry.last < last)
        run.range.last = entry.last;
    return run;
}

static void insert(struct vsim_sim_index *runs, uint64_t first, uint64_t last, uint32_t value)
{
    const struct vsim_sim_index_entry entry = {.first = first, .last = last, .value = value};

    vsim_sim_index_insert(runs, &entry, NULL, NULL);
}

void vsim_sim_runs_clear(struct vsim_sim_index **runs, struct vsim_range range)
{
    struct vsim_sim_index_entry entry;

    while (*runs && vsim_sim_index_lower(*runs, range.first, &entry) && entry.first <= range.last) {
        vsim_sim_index_remove(*runs, entry.first, NULL);
        if (entry.first < range.first)
            insert(*runs, entry.first, range.first - 1, entry.value);
        if (entry.last > range.last)
            insert(*runs, range.last + 1, entry.last, entry.value);
    }
    if (*runs && vsim_sim_index_count(*runs) == 0) {
        vsim_sim_index_free(*runs);
        *runs = NULL;
    }
}

/* Take a neighbour of the same value out, so that it can be part of the new run. */
static bool absorb(struct vsim_sim_index *runs, uint64_t address, uint32_t value,
                   struct vsim_sim_index_entry *entry)
{
    if (!vsim_sim_index_find(runs, address, entry) || entry->value != value)
        return false;
    vsim_sim_index_remove(runs, entry->first, NULL);
    return true;
}

void vsim_sim_runs_set(struct vsim_sim_index **runs, struct vsim_range range, uint32_t value)
{
    struct vsim_sim_index_entry entry;

    vsim_sim_runs_clear(runs, range);
    if (!*runs)
        *runs = vsim_sim_index_new();
    if (range.first > 0 && absorb(*runs, range.first - 1, value, &entry))
        range.first = entry.first;
    if (range.last < UINT64_MAX && absorb(*runs, range.last + 1, value, &entry))
        range.last = entry.last;
    insert(*runs, range.first, range.last, value);
}

struct vsim_sim_index *vsim_sim_runs_clone(const struct vsim_sim_index *runs)
{
    struct vsim_sim_index_cursor cursor;
    struct vsim_sim_index *clone;

    if (!runs)
        return NULL;
    clone = vsim_sim_index_new();
    for (bool more = vsim_sim_index_first(runs, &cursor); more; more = vsim_sim_index_next(&cursor)) {
        const struct vsim_sim_index_entry entry = vsim_sim_index_at(&cursor);

        insert(clone, entry.first, entry.last, entry.value);
    }
    return clone;
}
