// SPDX-License-Identifier: MIT
#include "handles.h"

#include <glib.h>

#define FIRST_CAPACITY 16u

static uint32_t place_of(const struct vsim_sim_handles *handles, uint32_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 40) & (handles->capacity - 1);
}

struct vsim_sim_handle *vsim_sim_handles_find(const struct vsim_sim_handles *handles, uint32_t key)
{
    if (handles->capacity == 0 || key == 0)
        return NULL;
    for (uint32_t i = place_of(handles, key);; i = (i + 1) & (handles->capacity - 1)) {
        struct vsim_sim_handle *slot = &handles->slots[i];

        if (slot->key == key)
            return slot;
        if (slot->key == 0)
            return NULL;
    }
}

static struct vsim_sim_handle *place(struct vsim_sim_handles *handles, uint32_t key)
{
    uint32_t i = place_of(handles, key);

    while (handles->slots[i].key != 0)
        i = (i + 1) & (handles->capacity - 1);
    return &handles->slots[i];
}

static void grow(struct vsim_sim_handles *handles)
{
    const struct vsim_sim_handles old = *handles;

    handles->capacity = old.capacity ? old.capacity * 2 : FIRST_CAPACITY;
    handles->slots = g_new0(struct vsim_sim_handle, handles->capacity);
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.slots[i].key != 0)
            *place(handles, old.slots[i].key) = old.slots[i];
    g_free(old.slots);
}

struct vsim_sim_handle *vsim_sim_handles_put(struct vsim_sim_handles *handles, uint32_t key, void *value)
{
    struct vsim_sim_handle *slot;

    if (handles->count >= handles->capacity / 2)
        grow(handles);
    slot = place(handles, key);
    *slot = (struct vsim_sim_handle){.key = key, .value = value};
    handles->count++;
    return slot;
}

/* What follows the hole moves up while its own place is not behind the hole. */
void vsim_sim_handles_drop(struct vsim_sim_handles *handles, uint32_t key)
{
    const uint32_t mask = handles->capacity - 1;
    uint32_t hole = (uint32_t)(vsim_sim_handles_find(handles, key) - handles->slots);

    for (uint32_t i = (hole + 1) & mask; handles->slots[i].key != 0; i = (i + 1) & mask) {
        const uint32_t home = place_of(handles, handles->slots[i].key);

        if (((i - home) & mask) >= ((i - hole) & mask)) {
            handles->slots[hole] = handles->slots[i];
            hole = i;
        }
    }
    handles->slots[hole] = (struct vsim_sim_handle){0};
    handles->count--;
}

void vsim_sim_handles_clear(struct vsim_sim_handles *handles)
{
    g_free(handles->slots);
    *handles = (struct vsim_sim_handles){0};
}
