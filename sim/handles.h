// SPDX-License-Identifier: MIT
/* A hash from a trace's handles to the model's things: open addressing, no tombstones. A key is never 0. */
#ifndef VSIM_SIM_HANDLES_H
#define VSIM_SIM_HANDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vsim_sim_handle {
    uint32_t key; /* 0: empty. */
    bool close_on_exec;
    void *value;
};

struct vsim_sim_handles {
    struct vsim_sim_handle *slots;
    uint32_t capacity; /* A power of two, or 0. */
    uint32_t count;
};

/* NULL when there is none. The answer lives until the next put or drop. */
struct vsim_sim_handle *vsim_sim_handles_find(const struct vsim_sim_handles *handles, uint32_t key);

/* The key must not be there. */
struct vsim_sim_handle *vsim_sim_handles_put(struct vsim_sim_handles *handles, uint32_t key, void *value);

/* The key must be there. */
void vsim_sim_handles_drop(struct vsim_sim_handles *handles, uint32_t key);
void vsim_sim_handles_clear(struct vsim_sim_handles *handles);

/* The value, or NULL. */
static inline void *vsim_sim_handles_get(const struct vsim_sim_handles *handles, uint32_t key)
{
    const struct vsim_sim_handle *handle = vsim_sim_handles_find(handles, key);

    return handle ? handle->value : NULL;
}

#endif
