// SPDX-License-Identifier: MIT
/*
 * The kernel-shaped tree against a textbook tree that descends by address, node by node and colour by colour.
 *
 * Random histories print their seed; VSIM_SEED=<n> runs that one again.
 */
#include "../../sim/iova_rbtree.h"
#include "../bench/textbook_rbtree.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE    VSIM_SIM_RBTREE_NONE
#define N_SLOTS 2048u
#define PAGE    UINT64_C(0x1000)

struct mapping {
    uint64_t first;
    uint64_t last;
    bool live;
};

static struct mapping pool[N_SLOTS];
static uint32_t in_order[N_SLOTS]; /* The live slots, by address. */
static uint32_t n_live;
static struct vsim_sim_rbtree *by_neighbours;
static struct vsim_sim_rbtree *by_descent;
static struct vsim_bench_textbook textbook;

static const struct vsim_sim_rbtree_keys keys = {
    .base = pool,
    .stride = sizeof(struct mapping),
    .first_offset = offsetof(struct mapping, first),
    .last_offset = offsetof(struct mapping, last),
};

static void setup(void)
{
    memset(pool, 0, sizeof(pool));
    n_live = 0;
    by_neighbours = vsim_sim_rbtree_new();
    by_descent = vsim_sim_rbtree_new();
}

static void teardown(void)
{
    vsim_sim_rbtree_free(by_neighbours);
    vsim_sim_rbtree_free(by_descent);
    vsim_bench_textbook_clear(&textbook);
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The dumb order, and changes made to all trees at once. */

static uint32_t rank_of(uint64_t addr)
{
    uint32_t rank = 0;

    while (rank < n_live && pool[in_order[rank]].last < addr)
        rank++;
    return rank;
}

static void add(uint32_t slot, uint64_t first, uint64_t last)
{
    uint32_t rank = rank_of(first);
    uint32_t predecessor = rank > 0 ? in_order[rank - 1] : NONE;
    uint32_t successor = rank < n_live ? in_order[rank] : NONE;

    pool[slot] = (struct mapping){first, last, true};
    memmove(&in_order[rank + 1], &in_order[rank], (n_live - rank) * sizeof(in_order[0]));
    in_order[rank] = slot;
    n_live++;
    vsim_sim_rbtree_insert(by_neighbours, slot, predecessor, successor);
    vsim_sim_rbtree_insert_by_descent(by_descent, &keys, slot);
    ck_assert(vsim_bench_textbook_insert(&textbook, first, last, slot));
}

static void drop(uint32_t slot)
{
    uint32_t rank = rank_of(pool[slot].first);

    vsim_sim_rbtree_erase(by_neighbours, slot);
    vsim_sim_rbtree_erase(by_descent, slot);
    ck_assert(vsim_bench_textbook_remove(&textbook, pool[slot].first));
    n_live--;
    memmove(&in_order[rank], &in_order[rank + 1], (n_live - rank) * sizeof(in_order[0]));
    pool[slot].live = false;
}

static bool same_shape(const struct vsim_sim_rbtree *tree, uint32_t slot,
                       const struct vsim_bench_textbook_node *node)
{
    if (slot == NONE || !node)
        return slot == NONE && !node;
    return slot == node->value && vsim_sim_rbtree_is_red(tree, slot) == node->red &&
           vsim_sim_rbtree_parent(tree, slot) == (node->parent ? node->parent->value : NONE) &&
           same_shape(tree, vsim_sim_rbtree_left(tree, slot), node->left) &&
           same_shape(tree, vsim_sim_rbtree_right(tree, slot), node->right);
}

static void assert_all_agree(void)
{
    uint32_t forward = vsim_sim_rbtree_first(by_neighbours);

    ck_assert(vsim_sim_rbtree_check_invariants(by_neighbours, &keys));
    ck_assert(vsim_sim_rbtree_check_invariants(by_descent, &keys));
    ck_assert(same_shape(by_neighbours, vsim_sim_rbtree_root(by_neighbours), textbook.root));
    ck_assert(same_shape(by_descent, vsim_sim_rbtree_root(by_descent), textbook.root));
    ck_assert_uint_eq(vsim_sim_rbtree_count(by_neighbours), n_live);
    for (uint32_t rank = 0; rank < n_live; rank++) {
        if (forward != in_order[rank])
            ck_abort_msg("the walk leaves the order at rank %u", rank);
        if (vsim_sim_rbtree_prev(by_neighbours, forward) != (rank ? in_order[rank - 1] : NONE))
            ck_abort_msg("the walk back leaves the order at rank %u", rank);
        forward = vsim_sim_rbtree_next(by_neighbours, forward);
    }
    ck_assert_uint_eq(forward, NONE);
}

/* Lookups against every mapping in turn. */

static void assert_lookups(uint64_t start, uint64_t size_bytes)
{
    uint32_t rank = rank_of(start);
    uint32_t first_match = rank < n_live ? in_order[rank] : NONE;
    uint32_t overlap = vsim_sim_rbtree_find_overlap(by_neighbours, &keys, start, size_bytes);
    bool meets = first_match != NONE && pool[first_match].first < start + size_bytes;

    ck_assert_uint_eq(vsim_sim_rbtree_find_first_match(by_neighbours, &keys, start, 0), first_match);
    ck_assert_uint_eq(vsim_sim_rbtree_find_first_match(by_neighbours, &keys, start, size_bytes),
                      meets ? first_match : NONE);
    ck_assert_int_eq(overlap != NONE, meets);
    if (overlap == NONE)
        return;
    ck_assert(pool[overlap].live && pool[overlap].first < start + size_bytes && pool[overlap].last >= start);
    /* Nearest the root: no ancestor of what was found intersects. */
    for (uint32_t up = vsim_sim_rbtree_parent(by_neighbours, overlap); up != NONE;
         up = vsim_sim_rbtree_parent(by_neighbours, up))
        ck_assert(pool[up].first >= start + size_bytes || pool[up].last < start);
}

/* Random histories. */

struct history {
    const char *name;
    uint32_t n_slots;
    uint32_t n_steps;
    uint32_t check_every;
};

static const struct history histories[] = {
    {"a handful", 7, 20000, 1},
    {"a lecture's worth", 40, 20000, 1},
    {"hundreds", 500, 20000, 64},
    {"thousands", N_SLOTS, 30000, 256},
};

static void run_history(const struct history *history, uint64_t seed)
{
    uint64_t random = seed;

    for (uint32_t i = 0; i < history->n_steps; i++) {
        uint32_t slot = (uint32_t)(next_random(&random) % history->n_slots);
        uint64_t place = next_random(&random) % (4 * (uint64_t)history->n_slots);
        uint64_t first = (1 + place) * PAGE;
        uint64_t last = first + PAGE - 1 - next_random(&random) % 2 * 0x800;
        uint32_t rank = rank_of(first);

        /* Long spells of mostly adding and mostly removing, so that the tree breathes. */
        if (pool[slot].live && (i / (history->n_slots * 2) % 2 || next_random(&random) % 4 == 0))
            drop(slot);
        else if (!pool[slot].live && (rank == n_live || pool[in_order[rank]].first > last))
            add(slot, first, last);
        if (i % history->check_every == 0)
            assert_all_agree();
        assert_lookups(first, next_random(&random) % (8 * PAGE) + 1);
    }
    assert_all_agree();
}

START_TEST(random_histories_have_the_textbook_shape)
{
    const struct history *history = &histories[_i];
    const char *text = getenv("VSIM_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 0) : 0x7ee0000 + (uint64_t)_i;

    printf("# %s: VSIM_SEED=%" PRIu64 "\n", history->name, seed);
    run_history(history, seed);
}
END_TEST

START_TEST(ordered_histories_have_the_textbook_shape)
{
    bool down = _i & 1;
    bool drop_last = _i & 2;

    for (uint32_t i = 0; i < 300; i++) {
        uint64_t first = (down ? 300 - i : i) * PAGE;

        add(i, first, first + PAGE - 1);
        assert_all_agree();
    }
    while (n_live) {
        drop(in_order[drop_last ? n_live - 1 : 0]);
        assert_all_agree();
    }
}
END_TEST

/* Edges. */

START_TEST(an_empty_tree_answers_none)
{
    ck_assert_uint_eq(vsim_sim_rbtree_root(by_descent), NONE);
    ck_assert_uint_eq(vsim_sim_rbtree_first(by_descent), NONE);
    ck_assert_uint_eq(vsim_sim_rbtree_find_overlap(by_descent, &keys, 0, PAGE), NONE);
    ck_assert_uint_eq(vsim_sim_rbtree_find_first_match(by_descent, &keys, 0, 0), NONE);
    ck_assert(vsim_sim_rbtree_check_invariants(by_descent, &keys));
    vsim_sim_rbtree_clear(by_descent);
    vsim_sim_rbtree_free(NULL);
}
END_TEST

START_TEST(any_slot_may_come_first)
{
    add(N_SLOTS - 1, PAGE, 2 * PAGE - 1);
    add(0, 4 * PAGE, 5 * PAGE - 1);
    add(77, 2 * PAGE, 3 * PAGE - 1);
    assert_all_agree();
    ck_assert_uint_eq(vsim_sim_rbtree_root(by_neighbours), 77);
    vsim_sim_rbtree_clear(by_neighbours);
    ck_assert_uint_eq(vsim_sim_rbtree_count(by_neighbours), 0);
    vsim_sim_rbtree_insert(by_neighbours, 77, NONE, NONE);
    ck_assert_uint_eq(vsim_sim_rbtree_root(by_neighbours), 77);
    ck_assert(!vsim_sim_rbtree_is_red(by_neighbours, 77));
}
END_TEST

START_TEST(overlap_finds_the_mapping_nearest_the_root_T1_UNM_07)
{
    for (uint32_t i = 0; i < 3; i++)
        add(i, (1 + i) * PAGE, (2 + i) * PAGE - 1);
    ck_assert_uint_eq(vsim_sim_rbtree_find_overlap(by_neighbours, &keys, PAGE, 3 * PAGE), 1);
    drop(1);
    ck_assert_uint_eq(vsim_sim_rbtree_root(by_neighbours), 2);
    ck_assert_uint_eq(vsim_sim_rbtree_find_overlap(by_neighbours, &keys, PAGE, 3 * PAGE), 2);
}
END_TEST

/* The zone below 2^64, where iova + size is 0. */

static void add_by_descent(uint32_t slot, uint64_t first, uint64_t last)
{
    pool[slot] = (struct mapping){first, last, true};
    vsim_sim_rbtree_insert_by_descent(by_descent, &keys, slot);
    ck_assert(vsim_sim_rbtree_check_invariants(by_descent, NULL));
}

START_TEST(a_top_mapping_is_invisible_T1_TOP_03)
{
    add_by_descent(0, UINT64_MAX - PAGE + 1, UINT64_MAX);
    ck_assert_uint_eq(vsim_sim_rbtree_find_overlap(by_descent, &keys, UINT64_MAX - PAGE + 1, PAGE), NONE);
    ck_assert_uint_eq(vsim_sim_rbtree_find_overlap(by_descent, &keys, UINT64_MAX - PAGE + 1, 1), NONE);
    ck_assert_uint_eq(vsim_sim_rbtree_find_first_match(by_descent, &keys, UINT64_MAX - PAGE + 1, PAGE), NONE);
    ck_assert_uint_eq(vsim_sim_rbtree_find_first_match(by_descent, &keys, 0, 0), NONE);
}
END_TEST

START_TEST(a_top_mapping_at_the_root_hides_what_is_below_T1_TOP_05)
{
    add_by_descent(0, UINT64_MAX - PAGE + 1, UINT64_MAX);
    add_by_descent(1, PAGE, 2 * PAGE - 1);
    ck_assert_uint_eq(vsim_sim_rbtree_root(by_descent), 0);
    ck_assert_uint_eq(vsim_sim_rbtree_left(by_descent, 0), 1);
    ck_assert_uint_eq(vsim_sim_rbtree_find_first_match(by_descent, &keys, PAGE, PAGE), NONE);
    /* The any-overlap lookup of an older kernel still goes the right way from there. */
    ck_assert_uint_eq(vsim_sim_rbtree_find_overlap(by_descent, &keys, PAGE, PAGE), 1);
}
END_TEST

START_TEST(a_late_top_mapping_goes_left_of_everything)
{
    add_by_descent(0, PAGE, 2 * PAGE - 1);
    add_by_descent(1, 4 * PAGE, 5 * PAGE - 1);
    add_by_descent(2, UINT64_MAX - PAGE + 1, UINT64_MAX);
    ck_assert_uint_eq(vsim_sim_rbtree_first(by_descent), 2);
    ck_assert_uint_eq(vsim_sim_rbtree_root(by_descent), 0);
    ck_assert_uint_eq(vsim_sim_rbtree_find_first_match(by_descent, &keys, PAGE, PAGE), 0);
    ck_assert(!vsim_sim_rbtree_check_invariants(by_descent, &keys));
}
END_TEST

START_TEST(a_top_mapping_may_be_there_many_times_T1_TOP_02)
{
    uint32_t seen = 0;

    for (uint32_t i = 0; i < 100; i++)
        add_by_descent(i, UINT64_MAX - PAGE + 1, UINT64_MAX);
    for (uint32_t slot = vsim_sim_rbtree_first(by_descent); slot != NONE;
         slot = vsim_sim_rbtree_next(by_descent, slot))
        ck_assert_uint_eq(slot, 99 - seen++);
    ck_assert_uint_eq(seen, 100);
    for (uint32_t i = 0; i < 100; i++) {
        vsim_sim_rbtree_erase(by_descent, i * 37 % 100);
        ck_assert(vsim_sim_rbtree_check_invariants(by_descent, NULL));
    }
    ck_assert_uint_eq(vsim_sim_rbtree_count(by_descent), 0);
}
END_TEST

static Suite *iova_rbtree_suite(void)
{
    Suite *suite = suite_create("iova_rbtree");
    TCase *edges = tcase_create("edges");
    TCase *shapes = tcase_create("shapes");

    tcase_add_checked_fixture(edges, setup, teardown);
    tcase_add_test(edges, an_empty_tree_answers_none);
    tcase_add_test(edges, any_slot_may_come_first);
    tcase_add_test(edges, overlap_finds_the_mapping_nearest_the_root_T1_UNM_07);
    tcase_add_test(edges, a_top_mapping_is_invisible_T1_TOP_03);
    tcase_add_test(edges, a_top_mapping_at_the_root_hides_what_is_below_T1_TOP_05);
    tcase_add_test(edges, a_late_top_mapping_goes_left_of_everything);
    tcase_add_test(edges, a_top_mapping_may_be_there_many_times_T1_TOP_02);
    suite_add_tcase(suite, edges);
    tcase_add_checked_fixture(shapes, setup, teardown);
    tcase_set_timeout(shapes, 120);
    tcase_add_loop_test(shapes, random_histories_have_the_textbook_shape, 0,
                        (int)(sizeof(histories) / sizeof(histories[0])));
    tcase_add_loop_test(shapes, ordered_histories_have_the_textbook_shape, 0, 4);
    suite_add_tcase(suite, shapes);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(iova_rbtree_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
