// SPDX-License-Identifier: MIT
#include "sorted.h"

#include <glib.h>
#include <string.h>

void vsim_oracle_sorted_clear(struct vsim_oracle_sorted *sorted)
{
    for (uint32_t i = 0; i < sorted->n_chunks; i++)
        g_free(sorted->chunk[i].entry);
    g_free(sorted->chunk);
    g_free(sorted->memo);
    *sorted = (struct vsim_oracle_sorted){0};
}

/* The last chunk that begins at or before the address; 0 when all begin behind it. */
static uint32_t chunk_for(const struct vsim_oracle_sorted *sorted, uint64_t address)
{
    uint32_t low = 0;
    uint32_t high = sorted->n_chunks;

    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (sorted->chunk[middle].first <= address)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* How many entries of the chunk begin at or before the address. */
static uint32_t entries_before(const struct vsim_oracle_chunk *chunk, uint64_t address)
{
    uint32_t low = 0;
    uint32_t high = chunk->n;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (chunk->entry[middle].first <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct vsim_oracle_entry *vsim_oracle_sorted_at(const struct vsim_oracle_sorted *sorted,
                                                struct vsim_oracle_place place)
{
    return place.chunk < sorted->n_chunks ? &sorted->chunk[place.chunk].entry[place.at] : NULL;
}

/* A place behind the last entry of a chunk is the first place of the next one. */
static struct vsim_oracle_entry *settle(const struct vsim_oracle_sorted *sorted,
                                        struct vsim_oracle_place *place)
{
    if (place->chunk < sorted->n_chunks && place->at >= sorted->chunk[place->chunk].n)
        *place = (struct vsim_oracle_place){.chunk = place->chunk + 1, .at = 0};
    return vsim_oracle_sorted_at(sorted, *place);
}

static struct vsim_oracle_place search(const struct vsim_oracle_sorted *sorted, uint64_t address)
{
    struct vsim_oracle_place place = {.chunk = chunk_for(sorted, address), .at = 0};
    const struct vsim_oracle_chunk *chunk = &sorted->chunk[place.chunk];

    place.at = entries_before(chunk, address);
    if (chunk->entry && place.at > 0 && chunk->entry[place.at - 1].last >= address)
        place.at--;
    (void)settle(sorted, &place);
    return place;
}

struct vsim_oracle_entry *vsim_oracle_sorted_find(const struct vsim_oracle_sorted *sorted, uint64_t address,
                                                  struct vsim_oracle_place *place)
{
    struct vsim_oracle_memo *memo = sorted->memo;

    *place = (struct vsim_oracle_place){0};
    if (sorted->n_chunks == 0)
        return NULL;
    if (!memo->valid || memo->address != address)
        *memo =
            (struct vsim_oracle_memo){.valid = true, .address = address, .place = search(sorted, address)};
    *place = memo->place;
    return vsim_oracle_sorted_at(sorted, *place);
}

struct vsim_oracle_entry *vsim_oracle_sorted_next(const struct vsim_oracle_sorted *sorted,
                                                  struct vsim_oracle_place *place)
{
    place->at++;
    return settle(sorted, place);
}

/* Room for a chunk at `index`, uninitialised. */
static struct vsim_oracle_chunk *open_chunk(struct vsim_oracle_sorted *sorted, uint32_t index)
{
    if (sorted->n_chunks == sorted->capacity) {
        sorted->capacity = sorted->capacity ? 2 * sorted->capacity : 1;
        sorted->chunk = g_renew(struct vsim_oracle_chunk, sorted->chunk, sorted->capacity);
    }
    memmove(&sorted->chunk[index + 1], &sorted->chunk[index],
            (sorted->n_chunks - index) * sizeof *sorted->chunk);
    sorted->n_chunks++;
    return &sorted->chunk[index];
}

/* The upper half of a full chunk becomes a chunk of its own. */
static void split_chunk(struct vsim_oracle_sorted *sorted, uint32_t index)
{
    struct vsim_oracle_chunk *upper = open_chunk(sorted, index + 1);
    struct vsim_oracle_chunk *lower = &sorted->chunk[index];
    const uint32_t half = lower->n / 2;

    upper->capacity = VSIM_ORACLE_CHUNK_ENTRIES;
    upper->entry = g_new(struct vsim_oracle_entry, upper->capacity);
    upper->n = lower->n - half;
    memcpy(upper->entry, &lower->entry[half], upper->n * sizeof *upper->entry);
    upper->first = upper->entry[0].first;
    lower->n = half;
}

static void make_room(struct vsim_oracle_chunk *chunk)
{
    if (chunk->n < chunk->capacity)
        return;
    chunk->capacity = chunk->capacity ? 2 * chunk->capacity : 4;
    chunk->entry = g_renew(struct vsim_oracle_entry, chunk->entry, chunk->capacity);
}

/* Where an entry that overlaps no other belongs. */
static struct vsim_oracle_place place_for(const struct vsim_oracle_sorted *sorted, uint64_t address)
{
    struct vsim_oracle_place place;

    (void)vsim_oracle_sorted_find(sorted, address, &place);
    /* A chunk that is found has entries. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    if (place.chunk < sorted->n_chunks && sorted->chunk[place.chunk].entry[place.at].first > address)
        return place;
    place.chunk = chunk_for(sorted, address);
    place.at = entries_before(&sorted->chunk[place.chunk], address);
    return place;
}

void vsim_oracle_sorted_insert(struct vsim_oracle_sorted *sorted, struct vsim_oracle_entry entry)
{
    struct vsim_oracle_place place;
    struct vsim_oracle_chunk *chunk;

    if (!sorted->memo)
        sorted->memo = g_new0(struct vsim_oracle_memo, 1);
    if (sorted->n_chunks == 0)
        *open_chunk(sorted, 0) = (struct vsim_oracle_chunk){.first = entry.first};
    place = sorted->n_entries > 0 ? place_for(sorted, entry.first) : (struct vsim_oracle_place){0};
    if (sorted->chunk[place.chunk].n == VSIM_ORACLE_CHUNK_ENTRIES) {
        split_chunk(sorted, place.chunk);
        place.chunk = chunk_for(sorted, entry.first);
        place.at = entries_before(&sorted->chunk[place.chunk], entry.first);
    }
    sorted->memo->valid = false;
    chunk = &sorted->chunk[place.chunk];
    make_room(chunk);
    memmove(&chunk->entry[place.at + 1], &chunk->entry[place.at],
            (chunk->n - place.at) * sizeof *chunk->entry);
    chunk->entry[place.at] = entry;
    chunk->n++;
    chunk->first = chunk->entry[0].first;
    sorted->n_entries++;
}

void vsim_oracle_sorted_remove(struct vsim_oracle_sorted *sorted, struct vsim_oracle_place *place)
{
    struct vsim_oracle_chunk *chunk = &sorted->chunk[place->chunk];

    sorted->memo->valid = false;
    chunk->n--;
    sorted->n_entries--;
    memmove(&chunk->entry[place->at], &chunk->entry[place->at + 1],
            (chunk->n - place->at) * sizeof *chunk->entry);
    if (chunk->n == 0) {
        g_free(chunk->entry);
        sorted->n_chunks--;
        memmove(chunk, chunk + 1, (sorted->n_chunks - place->chunk) * sizeof *chunk);
        place->at = 0;
        return;
    }
    chunk->first = chunk->entry[0].first;
    (void)settle(sorted, place);
}

/* Take everything in the range away; what reaches over an edge keeps its value outside. */
static void cut(struct vsim_oracle_sorted *sorted, uint64_t first, uint64_t last)
{
    struct vsim_oracle_place place;
    struct vsim_oracle_entry *entry = vsim_oracle_sorted_find(sorted, first, &place);

    while (entry && entry->first <= last) {
        const struct vsim_oracle_entry whole = *entry;

        vsim_oracle_sorted_remove(sorted, &place);
        if (whole.first < first)
            vsim_oracle_sorted_insert(sorted,
                                      (struct vsim_oracle_entry){whole.first, first - 1, whole.value});
        if (whole.last > last)
            vsim_oracle_sorted_insert(sorted, (struct vsim_oracle_entry){last + 1, whole.last, whole.value});
        entry = vsim_oracle_sorted_find(sorted, first, &place);
    }
}

/* The entry that touches `entry` on either side and has its value is taken into it. */
static void absorb(struct vsim_oracle_sorted *sorted, struct vsim_oracle_entry *entry, uint64_t beside)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *other = vsim_oracle_sorted_find(sorted, beside, &place);

    if (!other || other->first > beside || other->value != entry->value)
        return;
    entry->first = MIN(entry->first, other->first);
    entry->last = MAX(entry->last, other->last);
    vsim_oracle_sorted_remove(sorted, &place);
}

void vsim_oracle_sorted_assign(struct vsim_oracle_sorted *sorted, struct vsim_oracle_entry entry)
{
    struct vsim_oracle_place place;
    const struct vsim_oracle_entry *old = vsim_oracle_sorted_find(sorted, entry.first, &place);

    if (old && old->first <= entry.first && old->last >= entry.last && old->value == entry.value)
        return;
    cut(sorted, entry.first, entry.last);
    if (entry.first > 0)
        absorb(sorted, &entry, entry.first - 1);
    if (entry.last < UINT64_MAX)
        absorb(sorted, &entry, entry.last + 1);
    vsim_oracle_sorted_insert(sorted, entry);
}
