// SPDX-License-Identifier: MIT
/*
 * What the kernel logs of an IOMMU's faults.
 *
 * Every driver limits its log to about ten lines in five seconds, and a line that is left out is a fault that
 * nobody sees. So the log is given five quiet seconds after each fault, before the next transfer that may
 * fault.
 */
#ifndef VSIM_KERNEL_FAULT_LOG_H
#define VSIM_KERNEL_FAULT_LOG_H

#include "kernel.h"

enum vsim_kernel_fault_seen {
    VSIM_KERNEL_FAULT_NONE,
    VSIM_KERNEL_FAULT_SOMEWHERE, /* A fault whose address the log does not tell. */
    VSIM_KERNEL_FAULT_AT,
};

/* The log from now on; -1 where it cannot be read. */
int vsim_kernel_fault_log_open(void);

/* Wait until a fault would be logged, and forget what the log says so far. */
void vsim_kernel_fault_log_begin(struct vsim_backend *backend);

/* The first fault since then. */
enum vsim_kernel_fault_seen vsim_kernel_fault_log_end(struct vsim_backend *backend, uint64_t *address);

#endif
