// SPDX-License-Identifier: MIT
/*
 * The kernel that this program runs on, as a backend: every op of a trace is done for real, by one worker
 * process for each logical process. What is answered is what was observed; nothing here knows a rule.
 *
 * The backend's own process stays outside: it holds no descriptor of a trace for longer than a call, because
 * a descriptor held would change when files are released.
 */
#ifndef VSIM_KERNEL_KERNEL_H
#define VSIM_KERNEL_KERNEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../spec/backend.h"
#include "worker/protocol.h"

#define VSIM_KERNEL_N_PARAMETERS 4

/* A descriptor of a process. */
struct vsim_kernel_fd {
    int number;
    uint64_t file;     /* Which open file: the same after dup, fork and pass. */
    vsim_handle names; /* The device or group node that was opened; 0 for any other file. */
};

/* A worker. The backend owns it; `fds` maps handles to struct vsim_kernel_fd. */
struct vsim_kernel_process {
    vsim_handle handle;
    pid_t pid;
    int pid_fd;
    int socket;
    int status_fd; /* /proc/PID/status. */
    int memory_fd; /* /proc/PID/mem; -1 until it is needed. exec makes it stale. */
    bool is_child; /* Of this process, so that it has to be waited for. */
    GHashTable *fds;
};

/* A device of the trace and the host's device that stands for it. */
struct vsim_kernel_device {
    vsim_handle handle;
    vsim_handle group;
    const char *trace_name; /* The world's. */
    char *pci_address;
    bool is_edu;
    int buffer_fill; /* The byte that edu's buffer is full of, or -1. */
};

struct vsim_kernel_group {
    vsim_handle handle;
    unsigned number;         /* Of the host's group. */
    uint64_t container_file; /* What the group was last put into, or 0. */
};

struct vsim_backend {
    const struct vsim_world *world;
    int image_fd;
    int log_fd; /* /dev/kmsg, or -1. */
    uint64_t next_file;
    GHashTable *processes; /* Handle to struct vsim_kernel_process, owned. */
    GArray *devices;       /* struct vsim_kernel_device. */
    GArray *groups;        /* struct vsim_kernel_group. */
    void *scratch;         /* A page that edu's buffer is filled from and emptied into. */
    char *parameters_before[VSIM_KERNEL_N_PARAMETERS]; /* What closing puts back; NULL where nothing was
                                                          changed. */
    struct vsim_worker_request request;
    uint8_t bytes[VSIM_WORKER_MAX_BYTES]; /* Of the request. */
    struct vsim_worker_answer answer;
    uint8_t answered[VSIM_WORKER_MAX_BYTES]; /* Of the answer; results point here until the next step. */
};

/* One op being done. */
struct vsim_kernel_call {
    struct vsim_backend *backend;
    struct vsim_kernel_process *process; /* The op's subject; NULL for a device. */
    const struct vsim_op *op;
    struct vsim_result *result;
};

/* Ops by what they are about. False and an error only when the machinery fails. */
bool vsim_kernel_ioctl(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_open_file(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_close_fd(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_dup(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_pass(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_cloexec(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_memfd(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_mmap(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_munmap(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_mprotect(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_mremap(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_madvise(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_mlock(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_store(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_load(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_fork(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_exec(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_exit(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_setrlimit(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_setcap(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_status(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_param(const struct vsim_kernel_call *call, GError **error);
bool vsim_kernel_dma(const struct vsim_kernel_call *call, GError **error);

/* "what: strerror" in the domain VSIM_ERROR; always -1, so that it can be returned. */
int vsim_kernel_fail_system(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The result is what a system call of the worker gave: a success with value 0, or its errno. */
void vsim_kernel_result(const struct vsim_kernel_call *call);

/* The answer is that this cannot be done here. Always true. */
bool vsim_kernel_unavailable(const struct vsim_kernel_call *call);

#endif
