// SPDX-License-Identifier: MIT
#ifndef VSIM_BENCH_REPORT_H
#define VSIM_BENCH_REPORT_H

#include <stdbool.h>

/* What bench_main does with a report; a benchmark only adds to it. */

struct vsim_bench_report;

struct vsim_bench_report *vsim_bench_report_new(void);
void vsim_bench_report_free(struct vsim_bench_report *report);
bool vsim_bench_report_passes(const struct vsim_bench_report *report);
void vsim_bench_report_print_table(const struct vsim_bench_report *report);
void vsim_bench_report_print_json(const struct vsim_bench_report *report);

#endif
