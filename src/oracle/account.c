// SPDX-License-Identifier: MIT
/* locked_vm: who pays, how much, and what the limit is. Section 3.3 of type1.md. */
#include "state.h"

struct vsim_state_row vsim_oracle_locked_row(const struct vsim_oracle_mm *mm)
{
    return (struct vsim_state_row){.kind = VSIM_STATE_LOCKED, .owner = mm->process, .a = mm->locked_vm};
}

static void locked_changed(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm)
{
    const struct vsim_state_row row = vsim_oracle_locked_row(mm);

    oracle->digest -= mm->digest;
    mm->digest = mm->alive && mm->locked_vm != 0 ? vsim_spec_state_digest(&row) : 0;
    oracle->digest += mm->digest;
}

void vsim_oracle_lock(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm, uint64_t n_pages)
{
    if (!mm || n_pages == 0)
        return;
    mm->locked_vm += n_pages;
    locked_changed(oracle, mm);
}

uint64_t vsim_oracle_limit_pages(const struct vsim_oracle *oracle, const struct vsim_oracle_process *process)
{
    return process->memlock_bytes / oracle->memory.page_bytes;
}

bool vsim_oracle_over_limit(const struct vsim_oracle *oracle, const struct vsim_oracle_process *process,
                            const struct vsim_oracle_mm *mm, uint64_t n_pages)
{
    return mm->locked_vm + n_pages > vsim_oracle_limit_pages(oracle, process);
}

static void release_vmas(struct vsim_oracle *oracle)
{
    GArray *removed = oracle->removed;

    while (removed->len > 0) {
        const struct vsim_oracle_vma vma = g_array_index(removed, struct vsim_oracle_vma, removed->len - 1);

        g_array_set_size(removed, removed->len - 1);
        vsim_oracle_object_unref(vma.object);
        vsim_oracle_object_unref(vma.pages);
        vsim_oracle_file_unref(oracle, vma.keeps_open);
    }
}

void vsim_oracle_mm_clear(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm, struct vsim_range range)
{
    uint64_t n_unlocked = 0;

    vsim_oracle_mm_unmap(mm, range, oracle->memory.page_bytes, oracle->removed, &n_unlocked);
    vsim_oracle_lock(oracle, mm, -n_unlocked);
    release_vmas(oracle);
}

void vsim_oracle_mm_die(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm)
{
    mm->alive = false;
    locked_changed(oracle, mm);
    vsim_oracle_mm_clear(oracle, mm, vsim_range(0, UINT64_MAX));
    vsim_oracle_mm_unref(mm);
}

struct vsim_oracle_mm *vsim_oracle_mapping_payer(const struct vsim_oracle *oracle,
                                                 const struct vsim_oracle_mapping *mapping)
{
    if (oracle->dialect->owner_is_mm)
        return mapping->mm->alive ? mapping->mm : NULL;
    return mapping->owner->alive ? mapping->owner->mm : NULL;
}
