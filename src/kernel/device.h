// SPDX-License-Identifier: MIT
/* The host's devices and groups that stand for those of a trace. */
#ifndef VSIM_KERNEL_DEVICE_H
#define VSIM_KERNEL_DEVICE_H

#include "kernel.h"

/* Find a device of the host for each of the world. An error where one was not named, or cannot stand for it.
 */
bool vsim_kernel_devices_find(struct vsim_backend *backend, GError **error);
void vsim_kernel_devices_free(struct vsim_backend *backend);

struct vsim_kernel_device *vsim_kernel_device_find(const struct vsim_backend *backend, vsim_handle handle);
struct vsim_kernel_group *vsim_kernel_group_find(const struct vsim_backend *backend, vsim_handle handle);

#endif
