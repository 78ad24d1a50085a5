// SPDX-License-Identifier: MIT
/*
 * Ranges of 2 MiB, side by side, are inserted in one random order, looked up in a second at a random byte of
 * each, and removed in a third.  Every contender refuses overlaps when it inserts.
 *
 * GTree is used as QEMU's IOVATree uses it: one allocation a range, a comparator that calls overlapping
 * ranges equal, and a lookup before each insertion, since an insertion alone would replace.
 */
#include "../../sim/iova_index.h"
#include "../../sim/iova_rbtree.h"
#include "bench.h"
#include "textbook_rbtree.h"

#include <glib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define RANGE_BYTES UINT64_C(0x200000)
#define MOST_ROUNDS 64u

enum operation { INSERT, LOOKUP, REMOVE, N_OPERATIONS };

static const char *const operation_names[N_OPERATIONS] = {"insert", "lookup", "remove"};

struct contender {
    const char *name;
    void *(*create)(void);
    bool (*insert)(void *subject, uint64_t first, uint64_t last, uint32_t slot);
    uint32_t (*lookup)(void *subject, uint64_t addr);
    bool (*remove)(void *subject, uint64_t first);
    void (*destroy)(void *subject);
};

/* The index, and the index with the tree kept beside it. */

struct shaped_index {
    struct vsim_sim_index *index;
    struct vsim_sim_rbtree *tree; /* NULL if the shape is not wanted. */
};

static void *create_index(void)
{
    struct shaped_index *subject = g_new0(struct shaped_index, 1);

    subject->index = vsim_sim_index_new();
    return subject;
}

static void *create_shaped_index(void)
{
    struct shaped_index *subject = create_index();

    subject->tree = vsim_sim_rbtree_new();
    return subject;
}

static bool insert_index(void *data, uint64_t first, uint64_t last, uint32_t slot)
{
    struct shaped_index *subject = data;
    struct vsim_sim_index_entry entry = {first, last, slot};
    struct vsim_sim_index_neighbours around;

    if (!vsim_sim_index_insert(subject->index, &entry, &around, NULL))
        return false;
    if (subject->tree)
        vsim_sim_rbtree_insert(subject->tree, slot, around.predecessor, around.successor);
    return true;
}

static uint32_t lookup_index(void *data, uint64_t addr)
{
    struct shaped_index *subject = data;
    struct vsim_sim_index_entry found;

    return vsim_sim_index_find(subject->index, addr, &found) ? found.value : UINT32_MAX;
}

static bool remove_index(void *data, uint64_t first)
{
    struct shaped_index *subject = data;
    struct vsim_sim_index_entry removed;

    if (!vsim_sim_index_remove(subject->index, first, &removed))
        return false;
    if (subject->tree)
        vsim_sim_rbtree_erase(subject->tree, removed.value);
    return true;
}

static void destroy_index(void *data)
{
    struct shaped_index *subject = data;

    vsim_sim_index_free(subject->index);
    vsim_sim_rbtree_free(subject->tree);
    g_free(subject);
}

/* GTree. */

struct tree_range {
    uint64_t iova;
    uint64_t last;
    uint32_t slot;
};

static int compare_ranges(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct tree_range *x = a;
    const struct tree_range *y = b;

    (void)data;
    if (x->iova > y->last)
        return 1;
    return x->last < y->iova ? -1 : 0;
}

static void *create_gtree(void)
{
    return g_tree_new_full(compare_ranges, NULL, g_free, NULL);
}

static bool insert_gtree(void *data, uint64_t first, uint64_t last, uint32_t slot)
{
    struct tree_range range = {first, last, slot};
    struct tree_range *kept;

    if (g_tree_lookup(data, &range))
        return false;
    kept = g_new(struct tree_range, 1);
    *kept = range;
    g_tree_insert(data, kept, kept);
    return true;
}

static uint32_t lookup_gtree(void *data, uint64_t addr)
{
    struct tree_range range = {addr, addr, 0};
    const struct tree_range *found = g_tree_lookup(data, &range);

    return found ? found->slot : UINT32_MAX;
}

static bool remove_gtree(void *data, uint64_t first)
{
    struct tree_range range = {first, first, 0};

    return g_tree_remove(data, &range);
}

static void destroy_gtree(void *data)
{
    g_tree_destroy(data);
}

/* The textbook. */

static void *create_textbook(void)
{
    return g_new0(struct vsim_bench_textbook, 1);
}

static bool insert_textbook(void *data, uint64_t first, uint64_t last, uint32_t slot)
{
    return vsim_bench_textbook_insert(data, first, last, slot);
}

static uint32_t lookup_textbook(void *data, uint64_t addr)
{
    const struct vsim_bench_textbook_node *found = vsim_bench_textbook_find(data, addr);

    return found ? found->value : UINT32_MAX;
}

static bool remove_textbook(void *data, uint64_t first)
{
    return vsim_bench_textbook_remove(data, first);
}

static void destroy_textbook(void *data)
{
    vsim_bench_textbook_clear(data);
    g_free(data);
}

enum { INDEX, SHAPED_INDEX, GTREE, TEXTBOOK, N_CONTENDERS };

static const struct contender contenders[N_CONTENDERS] = {
    [INDEX] = {"vfiosim index", create_index, insert_index, lookup_index, remove_index, destroy_index},
    [SHAPED_INDEX] = {"vfiosim index and tree", create_shaped_index, insert_index, lookup_index, remove_index,
                      destroy_index},
    [GTREE] = {"GLib GTree", create_gtree, insert_gtree, lookup_gtree, remove_gtree, destroy_gtree},
    [TEXTBOOK] = {"textbook red-black tree", create_textbook, insert_textbook, lookup_textbook,
                  remove_textbook, destroy_textbook},
};

/* One workload, and what was measured on it. */

struct workload {
    uint32_t n;
    uint32_t repeats; /* A small workload is repeated within a round until the clock can see it. */
    uint32_t *insert_order;
    uint32_t *remove_order;
    uint64_t *addresses; /* In the order of the lookups. */
    uint64_t checksum;   /* The sum of the slots that all lookups together must find. */
};

struct measurements {
    double samples[N_CONTENDERS][N_OPERATIONS][MOST_ROUNDS];
};

static void make_workload(struct workload *workload, uint32_t n)
{
    g_autofree uint32_t *lookup_order = vsim_bench_shuffled(n, 3);
    uint64_t random = 4;

    workload->n = n;
    workload->repeats = MAX(1, 65536 / n);
    workload->insert_order = vsim_bench_shuffled(n, 1);
    workload->remove_order = vsim_bench_shuffled(n, 2);
    workload->addresses = g_new(uint64_t, n);
    workload->checksum = (uint64_t)n * (n - 1) / 2;
    for (uint32_t i = 0; i < n; i++)
        workload->addresses[i] = lookup_order[i] * RANGE_BYTES + vsim_bench_random(&random) % RANGE_BYTES;
}

static void clear_workload(struct workload *workload)
{
    g_free(workload->insert_order);
    g_free(workload->remove_order);
    g_free(workload->addresses);
}

static bool insert_all(const struct contender *contender, void *subject, const struct workload *workload)
{
    bool ok = true;

    for (uint32_t i = 0; i < workload->n; i++) {
        uint64_t first = workload->insert_order[i] * RANGE_BYTES;

        ok &= contender->insert(subject, first, first + RANGE_BYTES - 1, i);
    }
    return ok;
}

static bool lookup_all(const struct contender *contender, void *subject, const struct workload *workload)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < workload->n; i++)
        sum += contender->lookup(subject, workload->addresses[i]);
    return sum == workload->checksum;
}

static bool remove_all(const struct contender *contender, void *subject, const struct workload *workload)
{
    bool ok = true;

    for (uint32_t i = 0; i < workload->n; i++)
        ok &= contender->remove(subject, workload->remove_order[i] * RANGE_BYTES);
    return ok;
}

/* Otherwise whoever comes next pays for sorting the thousands of small blocks that the last one freed. */
static void settle_heap(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/* Adds the nanoseconds of each operation to total; returns false if the contender got something wrong. */
static bool run_once(const struct contender *contender, const struct workload *workload, uint64_t *total)
{
    bool (*const phases[N_OPERATIONS])(const struct contender *, void *,
                                       const struct workload *) = {insert_all, lookup_all, remove_all};
    void *subject;
    bool ok = true;

    settle_heap();
    subject = contender->create();
    for (int operation = 0; operation < N_OPERATIONS; operation++) {
        uint64_t begin = vsim_bench_now_ns();

        ok &= phases[operation](contender, subject, workload);
        total[operation] += vsim_bench_now_ns() - begin;
    }
    contender->destroy(subject);
    return ok;
}

static bool run_round(const struct workload *workload, uint32_t round, struct measurements *measurements)
{
    double n_operations = (double)workload->n * workload->repeats;

    for (uint32_t turn = 0; turn < N_CONTENDERS; turn++) {
        uint32_t who = (turn + round) % N_CONTENDERS;
        uint64_t total[N_OPERATIONS] = {0};

        for (uint32_t i = 0; i < workload->repeats; i++) {
            if (!run_once(&contenders[who], workload, total))
                return false;
        }
        for (int operation = 0; operation < N_OPERATIONS; operation++)
            measurements->samples[who][operation][round] = (double)total[operation] / n_operations;
    }
    return true;
}

/* Reporting. */

struct target {
    enum vsim_bench_target_kind kind;
    double limit;
};

/* Set at 65,535 mappings, which is what type1 allows a container by default. */
#define TARGET_SIZE 65535u

static const struct target targets[N_CONTENDERS][N_OPERATIONS] = {
    [INDEX] =
        {
            [INSERT] = {VSIM_BENCH_RATIO_AT_MOST, 0.15},
            [LOOKUP] = {VSIM_BENCH_RATIO_AT_MOST, 0.15},
            [REMOVE] = {VSIM_BENCH_RATIO_AT_MOST, 0.45},
        },
};

static void report_operation(struct vsim_bench_report *report, const struct workload *workload,
                             enum operation operation, const double *medians)
{
    g_autofree char *group =
        g_strdup_printf("%s, %u ranges of 2 MiB in random order", operation_names[operation], workload->n);

    for (int who = 0; who < N_CONTENDERS; who++) {
        struct vsim_bench_row row = {
            .group = group,
            .name = contenders[who].name,
            .value = medians[who],
            .unit = "ns",
            .ratio = {{"GTree", medians[who] / medians[GTREE]},
                      {"textbook", medians[who] / medians[TEXTBOOK]}},
        };

        if (workload->n == TARGET_SIZE) {
            row.target = targets[who][operation].kind;
            row.limit = targets[who][operation].limit;
        }
        vsim_bench_report_add(report, &row);
    }
}

static void report_workload(struct vsim_bench_report *report, const struct workload *workload,
                            struct measurements *measurements, uint32_t rounds)
{
    for (int operation = 0; operation < N_OPERATIONS; operation++) {
        double medians[N_CONTENDERS];

        for (int who = 0; who < N_CONTENDERS; who++)
            medians[who] = vsim_bench_median(measurements->samples[who][operation], rounds);
        report_operation(report, workload, (enum operation)operation, medians);
    }
}

static bool measure_workload(struct vsim_bench_report *report, uint32_t n, uint32_t rounds)
{
    struct measurements *measurements = g_new0(struct measurements, 1);
    struct workload workload;
    bool ok = true;

    make_workload(&workload, n);
    for (uint32_t round = 0; ok && round < rounds; round++)
        ok = run_round(&workload, round, measurements);
    if (ok)
        report_workload(report, &workload, measurements, rounds);
    else
        vsim_bench_report_problem(report, "iova: a contender gave a wrong answer at %u ranges", n);
    clear_workload(&workload);
    g_free(measurements);
    return ok;
}

bool vsim_bench_iova(struct vsim_bench_report *report, const struct vsim_bench_options *options)
{
    static const struct {
        uint32_t n;
        uint32_t rounds;
        bool quick;
    } sizes[] = {{1024, 9, true}, {TARGET_SIZE, 9, true}, {1000000, 5, false}};
    bool ok = true;

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        uint32_t rounds = options->rounds ? options->rounds : sizes[i].rounds;

        if (options->quick && !sizes[i].quick)
            continue;
        if (options->quick)
            rounds = MIN(rounds, 3);
        ok &= measure_workload(report, sizes[i].n, MIN(rounds, MOST_ROUNDS));
    }
    return ok;
}
