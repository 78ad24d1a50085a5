// SPDX-License-Identifier: MIT
/* Workers: their life, and what they are asked. */
#ifndef VSIM_KERNEL_PROCESS_H
#define VSIM_KERNEL_PROCESS_H

#include "kernel.h"

/* A descriptor that is never open. */
#define VSIM_KERNEL_NOT_OPEN 0x3fffffff

/* A file without a name that holds the workers' program; -1 and an error. */
int vsim_kernel_worker_image(GError **error);

/* The worker of a process that is there from the start. */
bool vsim_kernel_process_spawn(struct vsim_backend *backend, const struct vsim_world_process *row,
                               GError **error);

/* Wait until the process is gone, descriptors and all; kill it if it does not go by itself. */
void vsim_kernel_process_free(gpointer data);

struct vsim_kernel_process *vsim_kernel_process_find(const struct vsim_backend *backend, vsim_handle handle);

/*
 * Ask for backend->request, with request.n_bytes of backend->bytes and, unless it is -1, a descriptor; the
 * answer is in backend->answer and backend->answered.
 */
bool vsim_kernel_process_ask(struct vsim_backend *backend, const struct vsim_kernel_process *process, int fd,
                             GError **error);

/* Ask the op's process for a system call of numbers only. The result is that of the op as well. */
bool vsim_kernel_process_call(const struct vsim_kernel_call *call, uint32_t number,
                              const uint64_t arguments[6], GError **error);

/* Begin a request for a system call; the caller sets what is not 0. */
struct vsim_worker_request *vsim_kernel_process_request(struct vsim_backend *backend, uint32_t kind);

/* The process's memory, through /proc, whatever its protection; the number of bytes, or -1. */
ssize_t vsim_kernel_process_write(struct vsim_kernel_process *process, uint64_t address, const void *bytes,
                                  size_t length_bytes);
ssize_t vsim_kernel_process_read(struct vsim_kernel_process *process, uint64_t address, void *bytes,
                                 size_t length_bytes);

/* Descriptors. The number of one that the process does not have is VSIM_KERNEL_NOT_OPEN. */
const struct vsim_kernel_fd *vsim_kernel_process_fd(const struct vsim_kernel_process *process,
                                                    vsim_handle handle);
int vsim_kernel_process_fd_number(const struct vsim_kernel_process *process, vsim_handle handle);
void vsim_kernel_process_bind(struct vsim_kernel_process *process, vsim_handle handle,
                              struct vsim_kernel_fd fd);

/* A copy of a descriptor of the process for this one, to be closed soon; -1 with errno. */
int vsim_kernel_process_borrow(const struct vsim_kernel_process *process, int number);

#endif
