// SPDX-License-Identifier: MIT
#ifndef VSIM_BENCH_BENCH_H
#define VSIM_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A small harness.  To add a benchmark: write `bool vsim_bench_x(report, options)` in bench_x.c, declare it
 * at the end of this file, and give it a row in the table of bench_main.c.
 *
 * Contenders for the same work run interleaved, round by round, and the median of the rounds is reported:
 * what slows the machine for a while then slows all of them.
 */

struct vsim_bench_options {
    bool quick;      /* Small inputs and few rounds: shows that it works, measures roughly. */
    uint32_t rounds; /* 0 lets the benchmark choose. */
};

enum vsim_bench_target_kind {
    VSIM_BENCH_NO_TARGET,
    VSIM_BENCH_VALUE_AT_MOST,
    VSIM_BENCH_VALUE_AT_LEAST,
    VSIM_BENCH_RATIO_AT_MOST,
    VSIM_BENCH_RATIO_AT_LEAST,
};

/* The value divided by that of something else measured in the same rounds. */
struct vsim_bench_ratio {
    const char *against; /* NULL if there is nothing to compare with. */
    double ratio;
};

struct vsim_bench_row {
    const char *group; /* What was done: "insert, 65,535 ranges".  Rows of a group stand together. */
    const char *name;  /* Who did it. */
    double value;
    const char *unit;
    struct vsim_bench_ratio ratio[2];
    enum vsim_bench_target_kind target; /* A target on the ratio means ratio[0]. */
    double limit;
};

struct vsim_bench_report;

/* Copies the row, strings included. */
void vsim_bench_report_add(struct vsim_bench_report *report, const struct vsim_bench_row *row);

/* Says on standard error why a benchmark is about to return false. */
void vsim_bench_report_problem(struct vsim_bench_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A monotonic clock. */
uint64_t vsim_bench_now_ns(void);

/* Sorts the samples in place; of an even number, the lower of the two in the middle. */
double vsim_bench_median(double *samples, size_t n);

/* Keeps the compiler from dropping work whose result nobody needs. */
void vsim_bench_consume(uint64_t result);

/* Seeded, so that every run does the same work. */
uint64_t vsim_bench_random(uint64_t *state);

/* 0 .. n-1 in random order; the caller frees it with g_free. */
uint32_t *vsim_bench_shuffled(uint32_t n, uint64_t seed);

/* The benchmarks.  Each returns false if it could not run. */
bool vsim_bench_iova(struct vsim_bench_report *report, const struct vsim_bench_options *options);
bool vsim_bench_replay(struct vsim_bench_report *report, const struct vsim_bench_options *options);
bool vsim_bench_trace(struct vsim_bench_report *report, const struct vsim_bench_options *options);
bool vsim_bench_dma(struct vsim_bench_report *report, const struct vsim_bench_options *options);

#endif
