// SPDX-License-Identifier: MIT
/* Which traces exercise which rules, and on which kernels that was seen. */
#ifndef VFIOSIM_TOOLS_COVERAGE_H
#define VFIOSIM_TOOLS_COVERAGE_H

#include <stdint.h>

#include <glib.h>

struct vsim_coverage_rule {
    uint64_t n_hits;
    GPtrArray *traces;  /* Names without folder and suffix, each once. */
    GPtrArray *kernels; /* The folder under recorded/ of traces that were recorded on a kernel. */
};

struct vsim_coverage {
    unsigned n_traces;
    struct vsim_coverage_rule *rules; /* By rule number. */
};

struct vsim_coverage *vsim_command_coverage_new(void);
void vsim_command_coverage_free(struct vsim_coverage *coverage);

/* Replay a trace, or every trace below a folder, on the model and the oracle. Returns an exit code. */
int vsim_command_coverage_add(struct vsim_coverage *coverage, const char *path);

#endif
