// SPDX-License-Identifier: MIT
/*
 * The benchmarks, as one entry point for `vfiosim bench` and for a program of their own.
 *
 * argv is that of a command: --filter NAME, --json, --quick, --rounds N.  A table goes to standard output,
 * and what is the matter to standard error.  Returns an exit code of enum vsim_exit: CONFORMS when every
 * target is met, DEVIATES when one is missed, USAGE, or UNAVAILABLE when a benchmark could not run.
 */
#ifndef VFIOSIM_BENCH_H
#define VFIOSIM_BENCH_H

#include <vfiosim/error.h>

VSIM_API int vsim_bench_main(int argc, char **argv);

#endif
