// SPDX-License-Identifier: MIT
/* The workers' program as bytes, and as a file that has no name. */
#define _GNU_SOURCE /* memfd_create */

#include <sys/mman.h>
#include <unistd.h>

#include "process.h"

__asm__(".pushsection .rodata\n"
        ".balign 16\n"
        "vsim_kernel_worker_first:\n"
        ".incbin \"" VSIM_KERNEL_WORKER_PATH "\"\n"
        "vsim_kernel_worker_behind:\n"
        ".byte 0\n"
        ".popsection\n");

extern const char vsim_kernel_worker_first[];
extern const char vsim_kernel_worker_behind[];

int vsim_kernel_worker_image(GError **error)
{
    const char *bytes = vsim_kernel_worker_first;
    size_t left = (size_t)((uintptr_t)vsim_kernel_worker_behind - (uintptr_t)vsim_kernel_worker_first);
    const int fd = memfd_create("vfiosim-worker", MFD_CLOEXEC);

    while (fd >= 0 && left > 0) {
        const ssize_t written = write(fd, bytes, left);

        if (written <= 0) {
            close(fd);
            return vsim_kernel_fail_system(error, "cannot write the worker's program");
        }
        bytes += written;
        left -= (size_t)written;
    }
    return fd >= 0 ? fd : vsim_kernel_fail_system(error, "memfd_create");
}
