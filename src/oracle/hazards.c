// SPDX-License-Identifier: MIT
/* Hazards: the call does what it should, and its author ought to know. Codes of live-update.md section 0.4.
 */
#include "rules.h"

/* Asked of runs that are pinned. */
static bool reaches(const struct vsim_oracle_run *pinned, const struct vsim_oracle_run *memory)
{
    return pinned->object == memory->object && pinned->generation == memory->generation &&
           pinned->offset < memory->offset + memory->length_bytes &&
           memory->offset < pinned->offset + pinned->length_bytes;
}

static bool container_reaches(const struct vsim_oracle_container *container,
                              const struct vsim_oracle_run *memory)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);

    for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place)) {
        const struct vsim_oracle_mapping *mapping = (const struct vsim_oracle_mapping *)entry->value;

        for (unsigned i = 0; i < mapping->n_runs; i++)
            if (reaches(&vsim_oracle_mapping_runs(mapping)[i], memory))
                return true;
    }
    return false;
}

static bool device_reaches(const struct vsim_oracle *oracle, const struct vsim_oracle_run *memory)
{
    if (!memory->object || memory->object->n_pins == 0)
        return false;
    for (guint i = 0; i < oracle->containers->len; i++)
        if (container_reaches(oracle->containers->pdata[i], memory))
            return true;
    return false;
}

/* HZ-STALE of memory that a process gives back: all of it, or only private pages. */
static unsigned gives_back(const struct vsim_oracle *oracle, uint64_t address, uint64_t length_bytes,
                           bool only_private)
{
    const struct vsim_oracle_mm *mm = oracle->at.process->mm;
    struct vsim_range where;
    uint64_t last;

    if (length_bytes == 0 || vsim_range_wraps(address, length_bytes))
        return 0;
    last = address + length_bytes - 1;
    while (address <= last) {
        const struct vsim_oracle_vma *vma = vsim_oracle_mm_vma_behind(mm, address, &where);
        struct vsim_oracle_run run = {.length_bytes = 1};

        if (!vma || where.first > last)
            return 0;
        address = MAX(address, where.first);
        if (vsim_oracle_mm_resolve(mm, &oracle->memory, vsim_range(address, last), VSIM_ORACLE_LOAD, &run)) {
            if ((!only_private || run.object == vma->pages) && device_reaches(oracle, &run))
                return VSIM_HAZARD_STALE;
            address += run.length_bytes;
        } else {
            address = where.last + 1;
        }
        if (address == 0)
            return 0;
    }
    return 0;
}

/* HZ-OBJ: does the new vaddr show the pages that the device reaches? */
static unsigned shows_other_object(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_oracle_mapping *mapping =
        vsim_oracle_mapping_at(oracle->at.container, VALUE(VFIO_IOMMU_MAP_DMA, iova));
    uint64_t vaddr = VALUE(VFIO_IOMMU_MAP_DMA, vaddr);

    for (unsigned i = 0; mapping && i < mapping->n_runs; i++) {
        struct vsim_oracle_run pinned = vsim_oracle_mapping_runs(mapping)[i];

        while (pinned.length_bytes > 0) {
            struct vsim_oracle_run seen;

            if (!vsim_oracle_mm_resolve(oracle->at.process->mm, &oracle->memory,
                                        vsim_range(vaddr, vaddr + pinned.length_bytes - 1), VSIM_ORACLE_LOAD,
                                        &seen) ||
                seen.object != pinned.object || (seen.object && seen.offset != pinned.offset) ||
                seen.generation != pinned.generation)
                return VSIM_HAZARD_OBJ;
            vaddr += seen.length_bytes;
            pinned.offset += seen.length_bytes;
            pinned.length_bytes -= seen.length_bytes;
        }
    }
    return 0;
}

static unsigned of_unmap(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_oracle_selection *selection = &oracle->at.selection;
    const bool updates = FLAG_IS_SET(VFIO_IOMMU_UNMAP_DMA, VADDR);
    uint64_t n_charged = 0;
    unsigned hazards = 0;

    if (selection->mappings->len == 0 || selection->any_subset)
        hazards |= VSIM_HAZARD_NOOP;
    for (guint i = 0; !updates && i < selection->mappings->len; i++) {
        const struct vsim_oracle_mapping *mapping = selection->mappings->pdata[i];

        if (vsim_oracle_mapping_payer(oracle, mapping) == oracle->at.process->mm)
            n_charged += mapping->charged;
    }
    if (n_charged > oracle->at.process->mm->locked_vm)
        hazards |= VSIM_HAZARD_UNDER;
    return hazards;
}

/* What the process holds of each file, so that it is known which files its end closes. */
static void count_files(const struct vsim_oracle_process *process, bool only_close_on_exec, bool reset)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&process->mm->vmas, 0, &place);

    for (guint i = 0; i < process->fds->len; i++) {
        const struct vsim_oracle_fd *fd = &g_array_index(process->fds, struct vsim_oracle_fd, i);

        if (reset)
            fd->file->n_in_process = 0;
        else if (!only_close_on_exec || fd->close_on_exec)
            fd->file->n_in_process++;
    }
    for (; entry; entry = vsim_oracle_sorted_next(&process->mm->vmas, &place)) {
        struct vsim_oracle_file *file = ((const struct vsim_oracle_vma *)entry->value)->keeps_open;

        if (file)
            file->n_in_process = reset ? 0 : file->n_in_process + 1;
    }
}

/* True when somebody else, or a descriptor that stays, keeps the group in its container. */
static bool group_stays(const struct vsim_oracle *oracle, const struct vsim_oracle_group *group)
{
    unsigned n_held_by_devices = oracle->dialect->device_keeps_group ? group->n_open_devices : 0;

    if (group->file && group->file->n_references > n_held_by_devices + group->file->n_in_process)
        return true;
    for (guint i = 0; i < oracle->processes->len; i++) {
        const struct vsim_oracle_process *process = oracle->processes->pdata[i];

        for (guint j = 0; j < process->fds->len; j++) {
            const struct vsim_oracle_file *file = g_array_index(process->fds, struct vsim_oracle_fd, j).file;

            if (file->kind == VSIM_FD_DEVICE && file->group == group &&
                file->n_references > file->n_in_process)
                return true;
        }
    }
    return false;
}

static bool has_mapping_of(const struct vsim_oracle_container *container, const struct vsim_oracle_mm *mm)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);

    for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place)) {
        const struct vsim_oracle_mapping *mapping = (const struct vsim_oracle_mapping *)entry->value;

        if (mapping->mm == mm && mapping->mapped && !mapping->vaddr_invalid)
            return true;
    }
    return false;
}

/* HZ-STALE of an mm that ends while a domain with its pages stays. An invalid vaddr says that it is meant so.
 */
static unsigned leaves_mappings(const struct vsim_oracle *oracle, bool exec)
{
    const struct vsim_oracle_process *process = oracle->at.process;
    unsigned hazards = 0;

    count_files(process, exec, false);
    for (guint i = 0; hazards == 0 && i < oracle->groups->len; i++) {
        const struct vsim_oracle_group *group = oracle->groups->pdata[i];

        if (group->container && group->iommu && has_mapping_of(group->container, process->mm) &&
            group_stays(oracle, group))
            hazards = VSIM_HAZARD_STALE;
    }
    count_files(process, exec, true);
    return hazards;
}

/* HZ-UNDER of a container whose last domain goes. */
static unsigned of_unset(const struct vsim_oracle *oracle)
{
    const struct vsim_oracle_container *container = oracle->at.container;
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&container->maps, 0, &place);
    const struct vsim_oracle_mm *mm = oracle->at.process->mm;
    uint64_t n_charged = 0;

    if (!oracle->at.group->iommu || container->view.domains->len != 1)
        return 0;
    for (; entry; entry = vsim_oracle_sorted_next(&container->maps, &place)) {
        const struct vsim_oracle_mapping *mapping = (const struct vsim_oracle_mapping *)entry->value;

        if (vsim_oracle_mapping_payer(oracle, mapping) == mm)
            n_charged += mapping->charged;
    }
    return n_charged > mm->locked_vm ? VSIM_HAZARD_UNDER : 0;
}

/* HZ-LEAK of a replay that fails in a kernel that does not unwind it (T1-ATT-13). */
static unsigned of_refused_attach(const struct vsim_oracle *oracle)
{
    const bool replayed =
        oracle->at.joining && oracle->at.pinning.known && oracle->at.pinning.result != VSIM_ORACLE_PINS;

    return replayed && !oracle->dialect->attach_unwinds ? VSIM_HAZARD_LEAK : 0;
}

unsigned vsim_oracle_hazards(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const bool refused = oracle->at.rule != VSIM_RULE_NONE && vsim_spec_rules[oracle->at.rule].error != 0;

    if (refused)
        return oracle->at.rules == VSIM_OP_VFIO_GROUP_SET_CONTAINER ? of_refused_attach(oracle) : 0;
    switch (oracle->at.rules) {
    case VSIM_OP_VFIO_IOMMU_UNMAP_DMA:
        return of_unmap(oracle, op);
    case VSIM_OP_VFIO_IOMMU_MAP_DMA:
        return FLAG_IS_SET(VFIO_IOMMU_MAP_DMA, VADDR) ? shows_other_object(oracle, op) : 0;
    case VSIM_OP_VFIO_GROUP_UNSET_CONTAINER:
        return of_unset(oracle);
    case VSIM_OP_MUNMAP:
        return gives_back(oracle, VALUE(MUNMAP, addr), VALUE(MUNMAP, length), false);
    case VSIM_OP_MADVISE:
        return gives_back(oracle, VALUE(MADVISE, addr), VALUE(MADVISE, length), true);
    case VSIM_OP_MMAP:
        return op->given & 1u << VSIM_FIELD_MMAP_at
                   ? gives_back(oracle, VALUE(MMAP, at), VALUE(MMAP, length), false)
                   : 0;
    case VSIM_OP_EXEC:
        return leaves_mappings(oracle, true);
    case VSIM_OP_EXIT:
        return leaves_mappings(oracle, false);
    default:
        return 0;
    }
}
