// SPDX-License-Identifier: MIT
/* The judges of a trace. None of them knows another; replay steps them side by side. */
#ifndef VFIOSIM_BACKENDS_H
#define VFIOSIM_BACKENDS_H

#include <stdbool.h>

#include <vfiosim/error.h>

struct vsim_backend_class;

/* The model: the kernel's structures in user space (sim/). */
VSIM_API const struct vsim_backend_class *vsim_sim_backend(void);

/* The specification: one predicate a rule, which says what is allowed (src/oracle/). */
VSIM_API const struct vsim_backend_class *vsim_oracle_backend(void);

/* The kernel that this program runs on (src/kernel/). It touches only devices that were named before. */
VSIM_API const struct vsim_backend_class *vsim_kernel_backend(void);

/*
 * Let the kernel backend use a host's VFIO device for a device of the trace: `trace_device` is its handle
 * ("d0"), `pci_address` its place ("0000:00:04.0"). Without it the backend refuses the device. False with
 * VSIM_ERROR_UNAVAILABLE when the device is not bound to vfio-pci.
 */
VSIM_API bool vsim_kernel_allow_device(const char *trace_device, const char *pci_address, GError **error);

#endif
