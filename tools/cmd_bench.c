// SPDX-License-Identifier: MIT
#include <vfiosim/bench.h>

#include "command.h"

int vsim_cmd_bench(int argc, char **argv)
{
    return vsim_bench_main(argc, argv);
}
