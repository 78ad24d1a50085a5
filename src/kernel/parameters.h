// SPDX-License-Identifier: MIT
/* Module parameters: as the world has them while a trace runs, and afterwards as they were. */
#ifndef VSIM_KERNEL_PARAMETERS_H
#define VSIM_KERNEL_PARAMETERS_H

#include "kernel.h"

bool vsim_kernel_parameters_apply(struct vsim_backend *backend, GError **error);
void vsim_kernel_parameters_restore(struct vsim_backend *backend);

#endif
