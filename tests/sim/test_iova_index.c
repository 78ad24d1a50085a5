// SPDX-License-Identifier: MIT
/*
 * The index of ranges against a sorted array that is searched from its start: too dumb to be wrong.
 *
 * Random histories print their seed; VSIM_SEED=<n> runs that one again.
 */
#include "../../sim/iova_index.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_CAPACITY 4096u

struct model {
    struct vsim_sim_index_entry entry[MODEL_CAPACITY];
    uint32_t n;
};

static struct vsim_sim_index *subject;

static void setup(void)
{
    subject = vsim_sim_index_new();
}

static void teardown(void)
{
    vsim_sim_index_free(subject);
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool insert(uint64_t first, uint64_t last, uint32_t value)
{
    struct vsim_sim_index_entry entry = {first, last, value};

    return vsim_sim_index_insert(subject, &entry, NULL, NULL);
}

/* The dumb array. */

static uint32_t model_lower(const struct model *model, uint64_t addr)
{
    uint32_t i = 0;

    while (i < model->n && model->entry[i].last < addr)
        i++;
    return i;
}

static bool model_insert(struct model *model, const struct vsim_sim_index_entry *entry)
{
    uint32_t i = model_lower(model, entry->first);

    if (i < model->n && model->entry[i].first <= entry->last)
        return false;
    memmove(&model->entry[i + 1], &model->entry[i], (model->n - i) * sizeof(*entry));
    model->entry[i] = *entry;
    model->n++;
    return true;
}

static void model_remove(struct model *model, uint32_t i)
{
    model->n--;
    memmove(&model->entry[i], &model->entry[i + 1], (model->n - i) * sizeof(model->entry[0]));
}

/* Comparing. */

/* One plain comparison: an assertion of check on every entry of every walk would be most of the running time.
 */
static void assert_same_entry(const struct vsim_sim_index_entry *a, const struct vsim_sim_index_entry *b)
{
    if (a->first != b->first || a->last != b->last || a->value != b->value)
        ck_abort_msg("[%#" PRIx64 ", %#" PRIx64 "] = %u is not [%#" PRIx64 ", %#" PRIx64 "] = %u", a->first,
                     a->last, a->value, b->first, b->last, b->value);
}

static void assert_same_lookups(const struct model *model, uint64_t addr)
{
    struct vsim_sim_index_entry found;
    struct vsim_sim_index_cursor cursor;
    uint32_t i = model_lower(model, addr);
    bool inside = i < model->n && model->entry[i].first <= addr;

    ck_assert_int_eq(vsim_sim_index_lower(subject, addr, &found), i < model->n);
    if (i < model->n)
        assert_same_entry(&found, &model->entry[i]);
    ck_assert_int_eq(vsim_sim_index_find(subject, addr, &found), inside);
    if (inside)
        assert_same_entry(&found, &model->entry[i]);
    ck_assert_int_eq(vsim_sim_index_seek(subject, addr, &cursor), i < model->n);
    if (i < model->n) {
        found = vsim_sim_index_at(&cursor);
        assert_same_entry(&found, &model->entry[i]);
        ck_assert_int_eq(vsim_sim_index_prev(&cursor), i > 0);
    }
}

static void assert_same_walks(const struct model *model)
{
    struct vsim_sim_index_cursor cursor;
    bool there = vsim_sim_index_first(subject, &cursor);

    ck_assert(vsim_sim_index_check_invariants(subject));
    ck_assert_uint_eq(vsim_sim_index_count(subject), model->n);
    for (uint32_t i = 0; i < model->n; i++) {
        struct vsim_sim_index_entry found;

        if (!there)
            ck_abort_msg("the walk ends at %u of %u entries", i, model->n);
        found = vsim_sim_index_at(&cursor);
        assert_same_entry(&found, &model->entry[i]);
        there = vsim_sim_index_next(&cursor);
    }
    ck_assert(!there);
    there = vsim_sim_index_last(subject, &cursor);
    for (uint32_t i = model->n; i-- > 0;) {
        struct vsim_sim_index_entry found;

        if (!there)
            ck_abort_msg("the walk ends at %u of %u entries", i, model->n);
        found = vsim_sim_index_at(&cursor);
        assert_same_entry(&found, &model->entry[i]);
        there = vsim_sim_index_prev(&cursor);
    }
    ck_assert(!there);
}

static void step_insert(struct model *model, const struct vsim_sim_index_entry *entry)
{
    struct vsim_sim_index_entry conflict;
    struct vsim_sim_index_neighbours around;
    bool expected = model_insert(model, entry);
    uint32_t i = model_lower(model, entry->first);

    ck_assert_int_eq(vsim_sim_index_insert(subject, entry, &around, &conflict), expected);
    if (!expected) {
        assert_same_entry(&conflict, &model->entry[i]);
        return;
    }
    ck_assert_uint_eq(around.predecessor, i > 0 ? model->entry[i - 1].value : VSIM_SIM_INDEX_NONE);
    ck_assert_uint_eq(around.successor, i + 1 < model->n ? model->entry[i + 1].value : VSIM_SIM_INDEX_NONE);
}

static void step_remove(struct model *model, uint32_t i)
{
    struct vsim_sim_index_entry expected = model->entry[i];
    struct vsim_sim_index_entry removed;

    if (expected.first != expected.last)
        ck_assert(!vsim_sim_index_remove(subject, expected.last, NULL));
    ck_assert(vsim_sim_index_remove(subject, expected.first, &removed));
    assert_same_entry(&removed, &expected);
    ck_assert(!vsim_sim_index_remove(subject, expected.first, NULL));
    model_remove(model, i);
}

/* Random histories: a crowded space makes conflicts, a wide one makes growth. */

struct history {
    const char *name;
    uint64_t space;      /* Addresses are below this, or anywhere if it is 0. */
    uint64_t largest;    /* The longest range. */
    uint32_t grow_until; /* Insertions prevail up to this many entries, then removals down to none. */
    uint32_t n_steps;
};

static const struct history histories[] = {
    {"crowded bytes", 512, 8, 100, 20000},       {"small and wide", 0, 1u << 20, 60, 20000},
    {"a few leaves", 0, UINT64_MAX, 300, 20000}, {"a few inner nodes", 1u << 30, 4096, 2000, 16000},
    {"huge ranges", 0, UINT64_MAX, 12, 20000},
};

static struct vsim_sim_index_entry random_entry(const struct history *history, uint64_t *random,
                                                uint32_t value)
{
    uint64_t first = next_random(random);
    uint64_t length = next_random(random);

    if (history->space)
        first %= history->space;
    length >>= next_random(random) % 64;
    if (history->largest != UINT64_MAX)
        length %= history->largest;
    if (length > UINT64_MAX - first)
        length = UINT64_MAX - first;
    return (struct vsim_sim_index_entry){first, first + length, value};
}

static void run_history(const struct history *history, uint64_t seed)
{
    struct model *model = calloc(1, sizeof(*model));
    uint64_t random = seed;
    bool growing = true;

    for (uint32_t i = 0; i < history->n_steps; i++) {
        struct vsim_sim_index_entry entry = random_entry(history, &random, i);
        bool chosen = next_random(&random) % 4 != 0;

        if (model->n >= history->grow_until)
            growing = false;
        if (model->n == 0)
            growing = true;
        if (chosen == growing)
            step_insert(model, &entry);
        else if (model->n)
            step_remove(model, (uint32_t)(next_random(&random) % model->n));
        assert_same_lookups(model, entry.first);
        assert_same_lookups(model, entry.last);
        if (i % 128 == 0)
            assert_same_walks(model);
    }
    assert_same_walks(model);
    free(model);
}

START_TEST(random_histories_match_a_sorted_array)
{
    const struct history *history = &histories[_i];
    const char *text = getenv("VSIM_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 0) : 0x5eed0000 + (uint64_t)_i;

    printf("# %s: VSIM_SEED=%" PRIu64 "\n", history->name, seed);
    run_history(history, seed);
}
END_TEST

/* Ordered histories, which split and merge at the ends of the chain of leaves. */

START_TEST(ordered_histories_match_a_sorted_array)
{
    struct model *model = calloc(1, sizeof(*model));
    bool down = _i & 1;
    bool remove_from_end = _i & 2;
    uint32_t n = MODEL_CAPACITY - 1;

    for (uint32_t i = 0; i < n; i++) {
        uint64_t first = (down ? n - i : i) * UINT64_C(4096);
        struct vsim_sim_index_entry entry = {first, first + 4095, i};

        step_insert(model, &entry);
    }
    assert_same_walks(model);
    while (model->n) {
        step_remove(model, remove_from_end ? model->n - 1 : 0);
        if (model->n % 256 == 0)
            assert_same_walks(model);
    }
    free(model);
}
END_TEST

START_TEST(ascending_ranges_fill_their_leaves)
{
    for (uint32_t i = 0; i < 100000; i++)
        ck_assert(insert(i * UINT64_C(4096), i * UINT64_C(4096) + 4095, i));
    /* Twenty bytes a range are the least possible; slabs double, hence the room. */
    ck_assert_uint_lt(vsim_sim_index_memory_bytes(subject), 100000 * 20 * 2);
}
END_TEST

#define N_SCATTERED 60000u

/* Every multiple of a prime comes once: an order that jumps about, without an array to keep it in. */
static uint64_t scattered_page(uint32_t i, uint64_t prime)
{
    return i * prime % N_SCATTERED * 4096;
}

START_TEST(three_inner_levels_grow_and_shrink_and_reuse_their_nodes)
{
    size_t memory_bytes = 0;

    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < N_SCATTERED; i++)
            ck_assert(insert(scattered_page(i, 7919), scattered_page(i, 7919) + 4095, i));
        if (round == 0)
            memory_bytes = vsim_sim_index_memory_bytes(subject);
        ck_assert_uint_eq(vsim_sim_index_memory_bytes(subject), memory_bytes);
        for (uint32_t i = 0; i < N_SCATTERED; i++) {
            if (i % 1024 == 0)
                ck_assert(vsim_sim_index_check_invariants(subject));
            ck_assert(vsim_sim_index_remove(subject, scattered_page(i, 104729), NULL));
        }
        ck_assert_uint_eq(vsim_sim_index_count(subject), 0);
    }
}
END_TEST

/* Edges. */

START_TEST(an_empty_index_is_small_and_finds_nothing)
{
    struct vsim_sim_index_cursor cursor;

    ck_assert_uint_lt(vsim_sim_index_memory_bytes(subject), 1024);
    ck_assert(vsim_sim_index_check_invariants(subject));
    ck_assert(!vsim_sim_index_find(subject, 0, NULL));
    ck_assert(!vsim_sim_index_lower(subject, UINT64_MAX, NULL));
    ck_assert(!vsim_sim_index_remove(subject, 0, NULL));
    ck_assert(!vsim_sim_index_first(subject, &cursor));
    ck_assert(!vsim_sim_index_last(subject, &cursor));
    vsim_sim_index_clear(subject);
    vsim_sim_index_free(NULL);
}
END_TEST

START_TEST(one_range_may_fill_the_whole_space)
{
    struct vsim_sim_index_entry found;

    ck_assert(insert(0, UINT64_MAX, 7));
    ck_assert(!insert(0, 0, 8));
    ck_assert(!insert(UINT64_MAX, UINT64_MAX, 8));
    ck_assert(!insert(0, UINT64_MAX, 8));
    ck_assert(vsim_sim_index_find(subject, UINT64_MAX, &found));
    ck_assert_uint_eq(found.value, 7);
    ck_assert(vsim_sim_index_remove(subject, 0, &found));
    ck_assert_uint_eq(found.last, UINT64_MAX);
    ck_assert_uint_eq(vsim_sim_index_count(subject), 0);
}
END_TEST

START_TEST(both_ends_of_the_space_hold_single_bytes)
{
    ck_assert(insert(UINT64_MAX, UINT64_MAX, 1));
    ck_assert(insert(0, 0, 2));
    ck_assert(insert(1, UINT64_MAX - 1, 3));
    ck_assert(vsim_sim_index_check_invariants(subject));
    ck_assert(vsim_sim_index_remove(subject, UINT64_MAX, NULL));
    ck_assert(!vsim_sim_index_lower(subject, UINT64_MAX, NULL));
    ck_assert(vsim_sim_index_lower(subject, UINT64_MAX - 1, NULL));
}
END_TEST

START_TEST(the_top_byte_is_found_however_full_its_leaf_is)
{
    struct vsim_sim_index_entry found;

    for (uint32_t i = 0; i < 200; i++) {
        ck_assert(insert(UINT64_MAX - i, UINT64_MAX - i, i));
        ck_assert(vsim_sim_index_find(subject, UINT64_MAX, &found));
        ck_assert_uint_eq(found.value, 0);
    }
    for (uint32_t i = 199; i > 0; i--) {
        ck_assert(vsim_sim_index_remove(subject, UINT64_MAX - i, NULL));
        ck_assert(vsim_sim_index_find(subject, UINT64_MAX, &found));
        ck_assert_uint_eq(found.value, 0);
    }
}
END_TEST

START_TEST(adjacent_ranges_do_not_overlap_but_one_shared_byte_does)
{
    struct vsim_sim_index_neighbours around;
    struct vsim_sim_index_entry conflict;
    struct vsim_sim_index_entry middle = {0x2000, 0x2fff, 3};
    struct vsim_sim_index_entry reaching = {0x1fff, 0x2fff, 4};

    ck_assert(insert(0x1000, 0x1fff, 1));
    ck_assert(insert(0x3000, 0x3fff, 2));
    ck_assert(!vsim_sim_index_insert(subject, &reaching, NULL, &conflict));
    ck_assert_uint_eq(conflict.value, 1);
    ck_assert(!insert(0x2000, 0x3000, 4));
    ck_assert(vsim_sim_index_insert(subject, &middle, &around, NULL));
    ck_assert_uint_eq(around.predecessor, 1);
    ck_assert_uint_eq(around.successor, 2);
}
END_TEST

START_TEST(a_conflict_reports_the_lowest_of_several)
{
    struct vsim_sim_index_entry wide = {0, UINT64_MAX, 9};
    struct vsim_sim_index_entry conflict;

    for (uint32_t i = 0; i < 1000; i++)
        ck_assert(insert(0x1000 + i * 16, 0x1000 + i * 16, i));
    ck_assert(!vsim_sim_index_insert(subject, &wide, NULL, &conflict));
    ck_assert_uint_eq(conflict.first, 0x1000);
    wide.first = 0x1011;
    ck_assert(!vsim_sim_index_insert(subject, &wide, NULL, &conflict));
    ck_assert_uint_eq(conflict.first, 0x1020);
}
END_TEST

static Suite *iova_index_suite(void)
{
    Suite *suite = suite_create("iova_index");
    TCase *edges = tcase_create("edges");
    TCase *bulk = tcase_create("bulk");

    tcase_add_checked_fixture(edges, setup, teardown);
    tcase_add_test(edges, an_empty_index_is_small_and_finds_nothing);
    tcase_add_test(edges, one_range_may_fill_the_whole_space);
    tcase_add_test(edges, both_ends_of_the_space_hold_single_bytes);
    tcase_add_test(edges, the_top_byte_is_found_however_full_its_leaf_is);
    tcase_add_test(edges, adjacent_ranges_do_not_overlap_but_one_shared_byte_does);
    tcase_add_test(edges, a_conflict_reports_the_lowest_of_several);
    suite_add_tcase(suite, edges);
    tcase_add_checked_fixture(bulk, setup, teardown);
    tcase_set_timeout(bulk, 120);
    tcase_add_loop_test(bulk, random_histories_match_a_sorted_array, 0,
                        (int)(sizeof(histories) / sizeof(histories[0])));
    tcase_add_loop_test(bulk, ordered_histories_match_a_sorted_array, 0, 4);
    tcase_add_test(bulk, ascending_ranges_fill_their_leaves);
    tcase_add_test(bulk, three_inner_levels_grow_and_shrink_and_reuse_their_nodes);
    suite_add_tcase(suite, bulk);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(iova_index_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
