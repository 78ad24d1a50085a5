// SPDX-License-Identifier: MIT
/* Memory of the workers: regions where replay laid them, and what the CPU reads and writes there. */
#define _GNU_SOURCE /* mremap, memfd */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../base/hash.h"
#include "process.h"

#define HUGE_PAGE_BYTES UINT64_C(0x200000)

bool vsim_kernel_memfd(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_backend *backend = call->backend;
    struct vsim_worker_request *request = vsim_kernel_process_request(backend, VSIM_WORKER_CALL);
    const bool hugetlb = call->op->value[VSIM_FIELD_MEMFD_hugetlb] != 0;
    const uint64_t unit_bytes = hugetlb ? HUGE_PAGE_BYTES : 1;
    const uint64_t size_bytes = (call->op->value[VSIM_FIELD_MEMFD_size] + unit_bytes - 1) & ~(unit_bytes - 1);
    uint64_t truncate[6] = {0, size_bytes};
    struct vsim_kernel_fd fd = {0};

    request->number = SYS_memfd_create;
    request->flags = VSIM_WORKER_BINDS_FD;
    request->block = 0;
    request->n_bytes = 1;
    request->arguments[1] = hugetlb ? MFD_HUGETLB : 0;
    backend->bytes[0] = '\0';
    if (!vsim_kernel_process_ask(backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    if (call->result->outcome.error != 0)
        return true;
    fd.number = (int)backend->answer.value;
    fd.file = ++backend->next_file;
    truncate[0] = (uint64_t)fd.number;
    vsim_kernel_process_bind(call->process, call->op->binds, fd);
    return vsim_kernel_process_call(call, SYS_ftruncate, truncate, error);
}

static uint64_t linux_map_flags(uint64_t trace)
{
    return (trace & VSIM_MMAP_FLAGS_SHARED ? (uint64_t)MAP_SHARED : 0) |
           (trace & VSIM_MMAP_FLAGS_PRIVATE ? (uint64_t)MAP_PRIVATE : 0) |
           (trace & VSIM_MMAP_FLAGS_ANONYMOUS ? (uint64_t)MAP_ANONYMOUS : 0) |
           (trace & VSIM_MMAP_FLAGS_HUGETLB ? (uint64_t)MAP_HUGETLB : 0) |
           (trace & VSIM_MMAP_FLAGS_POPULATE ? (uint64_t)MAP_POPULATE : 0);
}

static int number_of_field(const struct vsim_kernel_call *call, unsigned field)
{
    if (call->op->base[field] != 0)
        return vsim_kernel_process_fd_number(call->process, call->op->base[field]);
    return call->op->given & 1u << field ? (int)call->op->value[field] : -1;
}

/* A region lies where the model has it, and nothing beside it: holes of the trace are holes here. */
bool vsim_kernel_mmap(const struct vsim_kernel_call *call, GError **error)
{
    const struct vsim_op *op = call->op;
    const bool replaces = (op->given & 1u << VSIM_FIELD_MMAP_at) != 0;
    const uint64_t place =
        op->binds_address == 0 ? 0 : (uint64_t)(replaces ? MAP_FIXED : MAP_FIXED_NOREPLACE);
    const uint64_t arguments[6] = {
        op->binds_address,
        op->value[VSIM_FIELD_MMAP_length],
        op->value[VSIM_FIELD_MMAP_prot],
        linux_map_flags(op->value[VSIM_FIELD_MMAP_flags]) | place,
        (uint64_t)number_of_field(call, VSIM_FIELD_MMAP_fd),
        op->value[VSIM_FIELD_MMAP_offset],
    };

    if (!vsim_kernel_process_call(call, SYS_mmap, arguments, error))
        return false;
    /* There was no room for it, and yet the kernel found some: not what the trace means. */
    if (call->result->outcome.error == 0 && (uint64_t)call->backend->answer.value != op->binds_address)
        return vsim_kernel_unavailable(call);
    call->result->outcome.value = 0;
    return true;
}

bool vsim_kernel_munmap(const struct vsim_kernel_call *call, GError **error)
{
    const uint64_t arguments[6] = {
        call->op->value[VSIM_FIELD_MUNMAP_addr],
        call->op->value[VSIM_FIELD_MUNMAP_length],
    };

    return vsim_kernel_process_call(call, SYS_munmap, arguments, error);
}

bool vsim_kernel_mprotect(const struct vsim_kernel_call *call, GError **error)
{
    const uint64_t arguments[6] = {
        call->op->value[VSIM_FIELD_MPROTECT_addr],
        call->op->value[VSIM_FIELD_MPROTECT_length],
        call->op->value[VSIM_FIELD_MPROTECT_prot],
    };

    return vsim_kernel_process_call(call, SYS_mprotect, arguments, error);
}

bool vsim_kernel_mremap(const struct vsim_kernel_call *call, GError **error)
{
    const uint64_t length_bytes = call->op->value[VSIM_FIELD_MREMAP_length];
    const uint64_t arguments[6] = {
        call->op->value[VSIM_FIELD_MREMAP_addr],
        length_bytes,
        length_bytes,
        MREMAP_MAYMOVE | MREMAP_FIXED,
        call->op->binds_address,
    };

    if (!vsim_kernel_process_call(call, SYS_mremap, arguments, error))
        return false;
    call->result->outcome.value = 0;
    return true;
}

bool vsim_kernel_madvise(const struct vsim_kernel_call *call, GError **error)
{
    const uint64_t arguments[6] = {
        call->op->value[VSIM_FIELD_MADVISE_addr],
        call->op->value[VSIM_FIELD_MADVISE_length],
        call->op->value[VSIM_FIELD_MADVISE_advice],
    };

    return vsim_kernel_process_call(call, SYS_madvise, arguments, error);
}

bool vsim_kernel_mlock(const struct vsim_kernel_call *call, GError **error)
{
    const uint64_t arguments[6] = {
        call->op->value[VSIM_FIELD_MLOCK_addr],
        call->op->value[VSIM_FIELD_MLOCK_length],
    };

    return vsim_kernel_process_call(call, SYS_mlock, arguments, error);
}

bool vsim_kernel_store(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_worker_request *request = vsim_kernel_process_request(call->backend, VSIM_WORKER_STORE);

    request->arguments[0] = call->op->value[VSIM_FIELD_STORE_addr];
    request->arguments[1] = call->op->value[VSIM_FIELD_STORE_length];
    request->arguments[2] = call->op->value[VSIM_FIELD_STORE_fill];
    if (!vsim_kernel_process_ask(call->backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    return true;
}

/* The digest of bytes that differ. Device memory cannot be read this way, and then there is none. */
static void answer_digest(const struct vsim_kernel_call *call)
{
    const uint64_t first = call->op->value[VSIM_FIELD_LOAD_addr];
    const uint64_t length_bytes = call->op->value[VSIM_FIELD_LOAD_length];
    XXH3_state_t state;

    XXH3_64bits_reset(&state);
    for (uint64_t done = 0; done < length_bytes;) {
        const size_t wanted = MIN(length_bytes - done, sizeof call->backend->answered);
        const ssize_t read =
            vsim_kernel_process_read(call->process, first + done, call->backend->answered, wanted);

        if (read <= 0)
            return;
        XXH3_64bits_update(&state, call->backend->answered, (size_t)read);
        done += (uint64_t)read;
    }
    vsim_outcome_set(&call->result->outcome, VSIM_FIELD_LOAD_digest, XXH3_64bits_digest(&state));
}

bool vsim_kernel_load(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_worker_request *request = vsim_kernel_process_request(call->backend, VSIM_WORKER_LOAD);
    struct vsim_outcome *outcome = &call->result->outcome;

    request->arguments[0] = call->op->value[VSIM_FIELD_LOAD_addr];
    request->arguments[1] = call->op->value[VSIM_FIELD_LOAD_length];
    if (!vsim_kernel_process_ask(call->backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    outcome->value = 0;
    if (outcome->error != 0 || request->arguments[1] == 0)
        return true;
    if (call->backend->answer.value >= 0)
        vsim_outcome_set(outcome, VSIM_FIELD_LOAD_fill, (uint64_t)call->backend->answer.value);
    else
        answer_digest(call);
    return true;
}
