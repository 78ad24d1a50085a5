// SPDX-License-Identifier: MIT
/*
 * What the kernel backend and its workers say to each other.
 *
 * A worker stands for one logical process of a trace. It does what it is told, one request after the other,
 * over a SOCK_SEQPACKET socket, and knows nothing of traces: which descriptor or address is meant is decided
 * by the backend. It is a static program of its own, so that its address space holds next to nothing, and an
 * exec costs next to nothing.
 */
#ifndef VSIM_KERNEL_WORKER_PROTOCOL_H
#define VSIM_KERNEL_WORKER_PROTOCOL_H

#include <stdint.h>

/* Out of the way of whatever the trace opens; both survive exec. */
#define VSIM_WORKER_CONTROL_FD 1000 /* The socket. */
#define VSIM_WORKER_IMAGE_FD   1001 /* The worker's own program. */
#define VSIM_WORKER_LOWEST_FD                                                                                \
    64 /* Descriptors of the trace start here, so that small numbers are never open. */

#define VSIM_WORKER_MAX_BYTES 65536 /* Of an argument. */

enum vsim_worker_kind {
    VSIM_WORKER_CALL,  /* System call `number` with `arguments`; bytes are the block of argument `block`. */
    VSIM_WORKER_STORE, /* Write byte arguments[2] at arguments[0], arguments[1] times. */
    VSIM_WORKER_LOAD,  /* Read arguments[1] bytes at arguments[0]: value is the byte, or -1 when they differ.
                        */
    VSIM_WORKER_FORK,  /* A descriptor comes along: the child's socket. value is the child's pid. */
    VSIM_WORKER_EXEC,  /* Replace the program; the answer comes from the new one. */
    VSIM_WORKER_EXIT,  /* No answer. */
    VSIM_WORKER_TAKE,  /* A descriptor comes along; value is its number. */
    VSIM_WORKER_CAPABILITIES, /* arguments[0] is the mask of Linux capabilities to hold from now on. */
};

enum vsim_worker_flag {
    VSIM_WORKER_BINDS_FD = 1 << 0, /* The call returns a descriptor: move it to LOWEST_FD or above. */
};

#define VSIM_WORKER_NO_BLOCK 0xffffffffu

struct vsim_worker_request {
    uint32_t kind;
    uint32_t flags;
    uint32_t number;
    uint32_t block; /* Which argument points to the bytes, or NO_BLOCK. */
    uint64_t arguments[6];
    uint32_t n_bytes;  /* Bytes behind this structure in the message. */
    uint32_t n_answer; /* Bytes of the block that the answer is to carry. */
};

struct vsim_worker_answer {
    int64_t value;
    int32_t error; /* Errno, or 0. */
    uint32_t n_bytes;
};

#endif
