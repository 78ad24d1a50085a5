// SPDX-License-Identifier: MIT
/*
 * QEMU's edu device as a DMA engine, through the descriptors of the trace's processes, borrowed while a
 * transfer lasts.
 *
 * edu copies between memory and a buffer of its own. To fill the buffer, and to see what is in it, it needs
 * memory of this process: one page, mapped into the trace's container for a moment at an iova that is free.
 */
#ifndef VSIM_KERNEL_EDU_H
#define VSIM_KERNEL_EDU_H

#include "kernel.h"

#define VSIM_KERNEL_EDU_CHUNK_BYTES                                                                          \
    4088 /* QEMU 7.2 aborts on a transfer that ends at the end of the buffer. */

struct vsim_kernel_edu {
    struct vsim_backend *backend;
    struct vsim_kernel_device *device;
    int fd;           /* Borrowed from a process that has the device open. */
    int container_fd; /* Borrowed; -1 where no process has the container open. */
    volatile uint64_t *bar;
    size_t bar_bytes;
};

enum vsim_kernel_edu_state { VSIM_KERNEL_EDU_OPEN, VSIM_KERNEL_EDU_OFF, VSIM_KERNEL_EDU_UNREACHABLE };

/* OFF: the device is not enabled. UNREACHABLE: it is, but by nothing that can be borrowed, or it is no edu.
 */
enum vsim_kernel_edu_state vsim_kernel_edu_open(struct vsim_backend *backend,
                                                struct vsim_kernel_device *device,
                                                struct vsim_kernel_edu *edu);
void vsim_kernel_edu_close(struct vsim_kernel_edu *edu);

/* Copy up to CHUNK_BYTES between the buffer and an iova. False when the device does not come back. */
bool vsim_kernel_edu_read(struct vsim_kernel_edu *edu, uint64_t iova, uint64_t length_bytes);
bool vsim_kernel_edu_write(struct vsim_kernel_edu *edu, uint64_t iova, uint64_t length_bytes);

/* Make the buffer hold one byte all over. False when there is no scratch page to be had. */
bool vsim_kernel_edu_fill(struct vsim_kernel_edu *edu, uint8_t byte);

/* What the buffer holds, from its beginning. False when there is no scratch page to be had. */
bool vsim_kernel_edu_show(struct vsim_kernel_edu *edu, uint8_t *bytes, uint64_t length_bytes);

/* An iova where nothing is mapped. */
bool vsim_kernel_edu_free_iova(struct vsim_kernel_edu *edu, uint64_t *iova);

/* Is a page at the iova mapped, as far as type1 says? */
enum vsim_kernel_mapped { VSIM_KERNEL_MAPPED, VSIM_KERNEL_NOT_MAPPED, VSIM_KERNEL_MAPPED_UNKNOWN };
enum vsim_kernel_mapped vsim_kernel_edu_is_mapped(struct vsim_kernel_edu *edu, uint64_t iova);

#endif
