// SPDX-License-Identifier: MIT
/* Descriptors: real ones in the workers, by handle here. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "process.h"

static void bind_new_file(const struct vsim_kernel_call *call, vsim_handle names)
{
    if (call->result->outcome.error == 0)
        vsim_kernel_process_bind(call->process, call->op->binds,
                                 (struct vsim_kernel_fd){.number = (int)call->backend->answer.value,
                                                         .file = ++call->backend->next_file,
                                                         .names = names});
}

static bool text_is(const struct vsim_op *op, const char *text)
{
    return op->text.length_bytes == strlen(text) && memcmp(op->text.data, text, op->text.length_bytes) == 0;
}

/* "/dev/vfio/7" is node n7 of the trace; 0 for any other path. */
static vsim_handle group_of_path(const struct vsim_op *op)
{
    static const char prefix[] = "/dev/vfio/";
    const size_t prefix_length = sizeof prefix - 1;
    uint32_t number = 0;

    if (op->text.length_bytes <= prefix_length || op->text.length_bytes > prefix_length + 7 ||
        memcmp(op->text.data, prefix, prefix_length) != 0)
        return 0;
    for (size_t i = prefix_length; i < op->text.length_bytes; i++) {
        if (!g_ascii_isdigit(op->text.data[i]))
            return 0;
        number = number * 10 + (uint32_t)(op->text.data[i] - '0');
    }
    return VSIM_HANDLE('n', number);
}

/*
 * The host's node for the trace's path. Nodes that nobody named stay closed: those of the host's other
 * groups, and whatever else is there.
 */
static bool resolve_path(const struct vsim_kernel_call *call, char *path, size_t size_bytes)
{
    const struct vsim_op *op = call->op;
    const vsim_handle node = group_of_path(op);
    const struct vsim_kernel_group *group = node != 0 ? vsim_kernel_group_find(call->backend, node) : NULL;

    if (op->text.length_bytes >= size_bytes)
        return false;
    if (group) {
        snprintf(path, size_bytes, "/dev/vfio/%u", group->number);
        return true;
    }
    memcpy(path, op->text.data, op->text.length_bytes);
    path[op->text.length_bytes] = '\0';
    return text_is(op, "/dev/vfio/vfio") || text_is(op, "/dev/null") || access(path, F_OK) != 0;
}

bool vsim_kernel_open_file(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_backend *backend = call->backend;
    struct vsim_worker_request *request;
    char path[256];

    if (!resolve_path(call, path, sizeof path))
        return vsim_kernel_unavailable(call);
    request = vsim_kernel_process_request(backend, VSIM_WORKER_CALL);
    request->number = SYS_openat;
    request->flags = VSIM_WORKER_BINDS_FD;
    request->arguments[0] = (uint64_t)AT_FDCWD;
    request->arguments[2] = O_RDWR;
    request->block = 1;
    request->n_bytes = (uint32_t)strlen(path) + 1;
    memcpy(backend->bytes, path, request->n_bytes);
    if (!vsim_kernel_process_ask(backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    bind_new_file(call, group_of_path(call->op));
    return true;
}

bool vsim_kernel_close_fd(const struct vsim_kernel_call *call, GError **error)
{
    const vsim_handle handle = call->op->base[VSIM_FIELD_CLOSE_fd];
    const uint64_t arguments[6] = {(uint64_t)vsim_kernel_process_fd_number(call->process, handle)};

    if (!vsim_kernel_process_call(call, SYS_close, arguments, error))
        return false;
    g_hash_table_remove(call->process->fds, GUINT_TO_POINTER(handle));
    return true;
}

bool vsim_kernel_dup(const struct vsim_kernel_call *call, GError **error)
{
    const struct vsim_kernel_fd *from =
        vsim_kernel_process_fd(call->process, call->op->base[VSIM_FIELD_DUP_fd]);
    const uint64_t arguments[6] = {(uint64_t)(from ? from->number : VSIM_KERNEL_NOT_OPEN)};
    struct vsim_kernel_fd copy;

    if (!vsim_kernel_process_call(call, SYS_dup, arguments, error))
        return false;
    if (!from || call->result->outcome.error != 0)
        return true;
    copy = *from;
    copy.number = (int)call->backend->answer.value;
    vsim_kernel_process_bind(call->process, call->op->binds, copy);
    return true;
}

bool vsim_kernel_pass(const struct vsim_kernel_call *call, GError **error)
{
    const struct vsim_kernel_fd *from =
        vsim_kernel_process_fd(call->process, call->op->base[VSIM_FIELD_PASS_fd]);
    struct vsim_kernel_process *to =
        vsim_kernel_process_find(call->backend, call->op->base[VSIM_FIELD_PASS_to]);
    const int carried = vsim_kernel_process_borrow(call->process, from ? from->number : VSIM_KERNEL_NOT_OPEN);
    const int carry_error = errno;
    struct vsim_kernel_fd copy;
    bool asked;

    vsim_result_succeed(call->result, VSIM_RULE_NONE, 0);
    if (carried < 0 || !from || !to) {
        call->result->outcome.error = carry_error;
        return true;
    }
    copy = *from;
    vsim_kernel_process_request(call->backend, VSIM_WORKER_TAKE);
    asked = vsim_kernel_process_ask(call->backend, to, carried, error);
    close(carried);
    if (!asked)
        return false;
    vsim_kernel_result(call);
    copy.number = (int)call->backend->answer.value;
    if (call->backend->answer.error == 0)
        vsim_kernel_process_bind(to, call->op->binds, copy);
    return true;
}

bool vsim_kernel_cloexec(const struct vsim_kernel_call *call, GError **error)
{
    const vsim_handle handle = call->op->base[VSIM_FIELD_CLOEXEC_fd];
    const uint64_t arguments[6] = {
        (uint64_t)vsim_kernel_process_fd_number(call->process, handle),
        F_SETFD,
        call->op->value[VSIM_FIELD_CLOEXEC_on] != 0 ? FD_CLOEXEC : 0,
    };

    return vsim_kernel_process_call(call, SYS_fcntl, arguments, error);
}
