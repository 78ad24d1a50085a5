// SPDX-License-Identifier: MIT
#include "state.h"

static struct vsim_oracle_vma *vma_of(const struct vsim_oracle_entry *entry)
{
    return (struct vsim_oracle_vma *)entry->value;
}

struct vsim_oracle_mm *vsim_oracle_mm_new(vsim_handle process)
{
    struct vsim_oracle_mm *mm = g_new0(struct vsim_oracle_mm, 1);

    mm->process = process;
    mm->n_references = 1;
    mm->alive = true;
    return mm;
}

void vsim_oracle_mm_unref(struct vsim_oracle_mm *mm)
{
    if (!mm || --mm->n_references > 0)
        return;
    vsim_oracle_sorted_clear(&mm->vmas);
    g_free(mm);
}

struct vsim_oracle_vma *vsim_oracle_mm_vma_behind(const struct vsim_oracle_mm *mm, uint64_t address,
                                                  struct vsim_range *range)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&mm->vmas, address, &place);

    if (!entry)
        return NULL;
    *range = vsim_range(entry->first, entry->last);
    return vma_of(entry);
}

struct vsim_oracle_vma *vsim_oracle_mm_vma(const struct vsim_oracle_mm *mm, uint64_t address,
                                           struct vsim_range *range)
{
    struct vsim_oracle_vma *vma = vsim_oracle_mm_vma_behind(mm, address, range);

    return vma && range->first <= address ? vma : NULL;
}

void vsim_oracle_mm_map(struct vsim_oracle_mm *mm, struct vsim_range range, const struct vsim_oracle_vma *vma)
{
    struct vsim_oracle_vma *copy = g_new(struct vsim_oracle_vma, 1);

    *copy = *vma;
    vsim_oracle_object_ref(copy->object);
    vsim_oracle_object_ref(copy->pages);
    vsim_oracle_file_ref(copy->keeps_open);
    vsim_oracle_sorted_insert(&mm->vmas,
                              (struct vsim_oracle_entry){range.first, range.last, (uintptr_t)copy});
}

/* The VMA that reaches over `address` ends before it, and another like it begins there. */
static void split_at(struct vsim_oracle_mm *mm, uint64_t address)
{
    struct vsim_oracle_place place;
    struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&mm->vmas, address, &place);
    struct vsim_range upper;

    if (!entry || entry->first >= address)
        return;
    upper = vsim_range(address, entry->last);
    entry->last = address - 1;
    vsim_oracle_mm_map(mm, upper, vma_of(entry));
}

void vsim_oracle_mm_split(struct vsim_oracle_mm *mm, struct vsim_range range)
{
    split_at(mm, range.first);
    if (range.last < UINT64_MAX)
        split_at(mm, range.last + 1);
}

void vsim_oracle_mm_unmap(struct vsim_oracle_mm *mm, struct vsim_range range, uint64_t page_bytes,
                          GArray *removed, uint64_t *locked_pages)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry;

    vsim_oracle_mm_split(mm, range);
    entry = vsim_oracle_sorted_find(&mm->vmas, range.first, &place);
    while (entry && entry->first <= range.last) {
        struct vsim_oracle_vma *vma = vma_of(entry);

        if (vma->locked)
            *locked_pages += (entry->last - entry->first + 1) / page_bytes;
        g_array_append_val(removed, *vma);
        g_free(vma);
        vsim_oracle_sorted_remove(&mm->vmas, &place);
        entry = vsim_oracle_sorted_at(&mm->vmas, place);
    }
}

bool vsim_oracle_mm_covers(const struct vsim_oracle_mm *mm, struct vsim_range range)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&mm->vmas, range.first, &place);
    uint64_t at = range.first;

    for (; entry && entry->first <= at; entry = vsim_oracle_sorted_next(&mm->vmas, &place)) {
        if (entry->last >= range.last)
            return true;
        at = entry->last + 1;
    }
    return false;
}

/* T1-PIN-06, T1-PIN-07. On x86 what may be written may be read by the CPU, but not pinned for reading. */
static bool may_use(const struct vsim_oracle_vma *vma, const struct vsim_oracle_memory_rules *rules,
                    enum vsim_oracle_use use)
{
    const bool mmio = vma->object && vma->object->kind == VSIM_ORACLE_MMIO;

    if (vma->prot == 0)
        return false;
    switch (use) {
    case VSIM_ORACLE_LOAD:
        return true;
    case VSIM_ORACLE_STORE:
        return vma->prot & VSIM_PROT_WRITE;
    case VSIM_ORACLE_PIN_READ:
        return mmio || vma->prot & VSIM_PROT_READ;
    case VSIM_ORACLE_PIN_WRITE:
        return (mmio && !rules->mmio_write_needs_prot) || vma->prot & VSIM_PROT_WRITE;
    }
    return false;
}

/* How far the object reaches from an offset, in whole pages; 0 beyond its end. */
static uint64_t bytes_behind(const struct vsim_oracle_object *object, uint64_t page_bytes, uint64_t offset)
{
    const uint64_t end = (object->size_bytes + page_bytes - 1) & ~(page_bytes - 1);

    return offset < end ? end - offset : 0;
}

/* The run of the object below; false beyond its end. */
static bool resolve_object(const struct vsim_oracle_vma *vma, uint64_t page_bytes, uint64_t address,
                           struct vsim_oracle_run *run)
{
    const uint64_t offset = vma->object_offset + (address - vma->origin);
    const uint64_t behind = bytes_behind(vma->object, page_bytes, offset);

    if (behind == 0)
        return false;
    run->object = vma->object;
    run->offset = offset;
    run->generation = 0;
    run->length_bytes = MIN(run->length_bytes, behind);
    return true;
}

/* The run of private pages, or of what is below them where they are not there and the use makes none. */
static bool resolve_private(const struct vsim_oracle_vma *vma, uint64_t page_bytes, uint64_t address,
                            bool makes, struct vsim_oracle_run *run)
{
    const uint64_t offset = address - vma->origin;
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&vma->pages->presence, offset, &place);
    const bool named = entry && entry->first <= offset;
    const bool there = vma->hugetlb || (named && entry->value & 1);

    if (named)
        run->length_bytes = MIN(run->length_bytes, entry->last - offset + 1);
    else if (entry)
        run->length_bytes = MIN(run->length_bytes, entry->first - offset);
    if (!there && vma->object && !resolve_object(vma, page_bytes, address, run))
        return false;
    if (!there && !makes) {
        if (!vma->object)
            run->object = NULL;
        return true;
    }
    run->object = vma->pages;
    run->offset = offset;
    run->generation = named ? entry->value >> 1 : 0;
    return true;
}

bool vsim_oracle_mm_resolve(const struct vsim_oracle_mm *mm, const struct vsim_oracle_memory_rules *rules,
                            struct vsim_range range, enum vsim_oracle_use use, struct vsim_oracle_run *run)
{
    struct vsim_range where;
    const struct vsim_oracle_vma *vma = vsim_oracle_mm_vma(mm, range.first, &where);
    const bool makes = use == VSIM_ORACLE_STORE || use == VSIM_ORACLE_PIN_WRITE ||
                       (use == VSIM_ORACLE_PIN_READ && rules->read_pin_allocates);

    if (!vma || !may_use(vma, rules, use))
        return false;
    run->object = NULL;
    run->offset = 0;
    run->generation = 0;
    run->length_bytes = MIN(where.last, range.last) - range.first + 1;
    if (vma->pages)
        return resolve_private(vma, rules->page_bytes, range.first, makes, run);
    return resolve_object(vma, rules->page_bytes, range.first, run);
}

bool vsim_oracle_mm_allows(const struct vsim_oracle_mm *mm, const struct vsim_oracle_memory_rules *rules,
                           struct vsim_range range, enum vsim_oracle_use use)
{
    struct vsim_oracle_run run;
    uint64_t at = range.first;

    for (;;) {
        if (!vsim_oracle_mm_resolve(mm, rules, vsim_range(at, range.last), use, &run))
            return false;
        if (run.length_bytes > range.last - at)
            return true;
        at += run.length_bytes;
    }
}

/* A private page of a file begins as a copy of the file's page. */
static void copy_below(const struct vsim_oracle_vma *vma, struct vsim_range offsets, uint64_t generation)
{
    const struct vsim_oracle_run below = {
        .object = vma->object,
        .offset = vma->object_offset + offsets.first,
        .length_bytes = vsim_range_length(offsets),
    };
    struct vsim_oracle_run copy = {.object = vma->pages, .offset = offsets.first, .generation = generation};
    g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(struct vsim_oracle_piece));

    if (!vma->object || !vsim_oracle_run_read(&below, pieces))
        return;
    for (guint i = 0; i < pieces->len; i++) {
        const struct vsim_oracle_piece *piece = &g_array_index(pieces, struct vsim_oracle_piece, i);

        copy.length_bytes = piece->length_bytes;
        vsim_oracle_run_write(&copy, piece->fill);
        copy.offset += piece->length_bytes;
    }
}

/* Make the private pages at the offsets, which are whole pages; behind the end of a file there are none to
 * make. */
static void touch_offsets(const struct vsim_oracle_vma *vma, struct vsim_range offsets, uint64_t page_bytes)
{
    struct vsim_oracle_sorted *presence = &vma->pages->presence;
    uint64_t at = offsets.first;

    if (vma->object) {
        const uint64_t behind = bytes_behind(vma->object, page_bytes, vma->object_offset + at);

        if (behind == 0)
            return;
        offsets.last = MIN(offsets.last, at + behind - 1);
    }
    while (at <= offsets.last) {
        struct vsim_oracle_place place;
        const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(presence, at, &place);
        const bool named = entry && entry->first <= at;
        uint64_t last = offsets.last;
        uint64_t generation = 0;

        if (entry)
            last = MIN(last, named ? entry->last : entry->first - 1);
        if (named)
            generation = entry->value >> 1;
        if (!named || !(entry->value & 1)) {
            copy_below(vma, vsim_range(at, last), generation);
            vsim_oracle_sorted_assign(presence, (struct vsim_oracle_entry){at, last, generation << 1 | 1});
        }
        at = last + 1;
    }
}

/* Call `act` for what of each private VMA lies in the range, as offsets in its pages. */
static void for_private(const struct vsim_oracle_mm *mm, struct vsim_range range,
                        void (*act)(const struct vsim_oracle_vma *, struct vsim_range, uint64_t),
                        uint64_t argument)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&mm->vmas, range.first, &place);

    for (; entry && entry->first <= range.last; entry = vsim_oracle_sorted_next(&mm->vmas, &place)) {
        const struct vsim_oracle_vma *vma = vma_of(entry);

        if (vma->pages)
            act(vma,
                vsim_range(MAX(entry->first, range.first) - vma->origin,
                           MIN(entry->last, range.last) - vma->origin),
                argument);
    }
}

void vsim_oracle_mm_touch(const struct vsim_oracle_mm *mm, uint64_t page_bytes, struct vsim_range range)
{
    for_private(mm, vsim_range(range.first & ~(page_bytes - 1), range.last | (page_bytes - 1)), touch_offsets,
                page_bytes);
}

static void drop_offsets(const struct vsim_oracle_vma *vma, struct vsim_range offsets,
                         uint64_t unused G_GNUC_UNUSED)
{
    struct vsim_oracle_sorted *presence = &vma->pages->presence;
    uint64_t at = offsets.first;

    while (at <= offsets.last) {
        struct vsim_oracle_place place;
        const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(presence, at, &place);
        struct vsim_oracle_entry dropped;

        if (!entry || entry->first > offsets.last)
            return;
        dropped.first = MAX(entry->first, at);
        dropped.last = MIN(entry->last, offsets.last);
        dropped.value = entry->value & 1 ? ((entry->value >> 1) + 1) << 1 : entry->value;
        at = dropped.last + 1;
        vsim_oracle_sorted_assign(presence, dropped);
        if (at == 0)
            return;
    }
}

void vsim_oracle_mm_drop(const struct vsim_oracle_mm *mm, struct vsim_range range)
{
    for_private(mm, range, drop_offsets, 0);
}

/* The child's copy of a parent's private pages. It has no name: the page is no longer the object's. */
static struct vsim_oracle_object *copy_pages(const struct vsim_oracle_object *pages)
{
    struct vsim_oracle_object *copy = vsim_oracle_object_new(VSIM_ORACLE_PRIVATE, 0, pages->size_bytes);
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&pages->presence, 0, &place);

    copy->hugetlb = pages->hugetlb;
    for (; entry; entry = vsim_oracle_sorted_next(&pages->presence, &place))
        vsim_oracle_sorted_insert(&copy->presence, *entry);
    for (guint i = 0; pages->bytes && i < pages->bytes->len; i++) {
        const struct vsim_oracle_sorted *bytes = pages->bytes->pdata[i];
        struct vsim_oracle_run run = {.object = copy, .generation = i};

        for (entry = bytes ? vsim_oracle_sorted_find(bytes, 0, &place) : NULL; entry;
             entry = vsim_oracle_sorted_next(bytes, &place)) {
            run.offset = entry->first;
            run.length_bytes = entry->last - entry->first + 1;
            vsim_oracle_run_write(&run, (uint8_t)entry->value);
        }
    }
    return copy;
}

struct vsim_oracle_mm *vsim_oracle_mm_fork(const struct vsim_oracle_mm *parent, vsim_handle process)
{
    struct vsim_oracle_mm *child = vsim_oracle_mm_new(process);
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(&parent->vmas, 0, &place);

    for (; entry; entry = vsim_oracle_sorted_next(&parent->vmas, &place)) {
        struct vsim_oracle_vma vma = *vma_of(entry);

        vma.locked = false;
        if (vma.pages)
            vma.pages = copy_pages(vma.pages);
        vsim_oracle_mm_map(child, vsim_range(entry->first, entry->last), &vma);
        if (vma.pages)
            vsim_oracle_object_unref(vma.pages);
    }
    return child;
}
