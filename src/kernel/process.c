// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* close_range */

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_SECONDS 60 /* For one call; a big MAP_DMA under an emulator takes seconds. */
#define EXIT_PATIENCE_MS 10000

static int open_pid(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int open_proc(pid_t pid, const char *name, int flags)
{
    char path[64];

    g_snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return open(path, flags | O_CLOEXEC);
}

static struct vsim_kernel_process *new_process(vsim_handle handle, pid_t pid, int socket_fd)
{
    struct vsim_kernel_process *process = g_new0(struct vsim_kernel_process, 1);
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};

    process->handle = handle;
    process->pid = pid;
    process->pid_fd = open_pid(pid);
    process->socket = socket_fd;
    process->status_fd = open_proc(pid, "status", O_RDONLY);
    process->memory_fd = -1;
    process->fds = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return process;
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void forget_memory(struct vsim_kernel_process *process)
{
    close_if_open(process->memory_fd);
    process->memory_fd = -1;
}

void vsim_kernel_process_free(gpointer data)
{
    struct vsim_kernel_process *process = data;
    struct pollfd gone = {.fd = process->pid_fd, .events = POLLIN};

    /* The end of its socket is the end of a worker. */
    close(process->socket);
    if (poll(&gone, 1, EXIT_PATIENCE_MS) == 0) {
        kill(process->pid, SIGKILL);
        poll(&gone, 1, EXIT_PATIENCE_MS);
    }
    if (process->is_child)
        waitpid(process->pid, NULL, 0);
    close_if_open(process->pid_fd);
    close_if_open(process->status_fd);
    forget_memory(process);
    g_hash_table_unref(process->fds);
    g_free(process);
}

struct vsim_kernel_process *vsim_kernel_process_find(const struct vsim_backend *backend, vsim_handle handle)
{
    return g_hash_table_lookup(backend->processes, GUINT_TO_POINTER(handle));
}

struct vsim_worker_request *vsim_kernel_process_request(struct vsim_backend *backend, uint32_t kind)
{
    backend->request = (struct vsim_worker_request){.kind = kind, .block = VSIM_WORKER_NO_BLOCK};
    return &backend->request;
}

static bool send_request(struct vsim_backend *backend, const struct vsim_kernel_process *process, int fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {.bytes = {0}};
    struct iovec parts[2] = {
        {.iov_base = &backend->request, .iov_len = sizeof backend->request},
        {.iov_base = backend->bytes, .iov_len = backend->request.n_bytes},
    };
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
    struct cmsghdr *extra;

    if (fd >= 0) {
        header.msg_control = &control;
        header.msg_controllen = sizeof control;
        extra = CMSG_FIRSTHDR(&header);
        extra->cmsg_level = SOL_SOCKET;
        extra->cmsg_type = SCM_RIGHTS;
        extra->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(extra), &fd, sizeof fd);
    }
    return sendmsg(process->socket, &header, MSG_NOSIGNAL) >= 0;
}

static bool receive_answer(struct vsim_backend *backend, const struct vsim_kernel_process *process,
                           GError **error)
{
    struct iovec parts[2] = {
        {.iov_base = &backend->answer, .iov_len = sizeof backend->answer},
        {.iov_base = backend->answered, .iov_len = sizeof backend->answered},
    };
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t received;

    do {
        received = recvmsg(process->socket, &header, 0);
    } while (received < 0 && errno == EINTR);
    if (received >= (ssize_t)sizeof backend->answer)
        return true;
    if (received < 0 && errno == EAGAIN)
        g_set_error(
            error, VSIM_ERROR, VSIM_ERROR_IO, "the kernel has not come back from a call of %c%u for %d s",
            vsim_handle_letter(process->handle), vsim_handle_number(process->handle), PATIENCE_SECONDS);
    else
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_IO, "the process of %c%u has died",
                    vsim_handle_letter(process->handle), vsim_handle_number(process->handle));
    return false;
}

bool vsim_kernel_process_ask(struct vsim_backend *backend, const struct vsim_kernel_process *process, int fd,
                             GError **error)
{
    if (!send_request(backend, process, fd))
        return vsim_kernel_fail_system(error, "cannot reach a worker") >= 0;
    return receive_answer(backend, process, error);
}

bool vsim_kernel_process_call(const struct vsim_kernel_call *call, uint32_t number,
                              const uint64_t arguments[6], GError **error)
{
    struct vsim_worker_request *request = vsim_kernel_process_request(call->backend, VSIM_WORKER_CALL);

    request->number = number;
    memcpy(request->arguments, arguments, sizeof request->arguments);
    if (vsim_spec_ops[call->op->id].binds == VSIM_BINDS_FD ||
        vsim_spec_ops[call->op->id].binds == VSIM_BINDS_MEMFD)
        request->flags = VSIM_WORKER_BINDS_FD;
    if (!vsim_kernel_process_ask(call->backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    return true;
}

/* In the child of fork: nothing that may allocate or lock. */
static G_NORETURN void become_worker(int image_fd, int socket_fd)
{
    char *argv[] = {(char[]){"vfiosim-worker"}, NULL};

    dup2(socket_fd, VSIM_WORKER_CONTROL_FD);
    dup2(image_fd, VSIM_WORKER_IMAGE_FD);
    close_range(0, VSIM_WORKER_CONTROL_FD - 1, 0);
    close_range(VSIM_WORKER_IMAGE_FD + 1, ~0u, 0);
    syscall(SYS_execveat, VSIM_WORKER_IMAGE_FD, "", argv, (char *[]){NULL}, AT_EMPTY_PATH);
    _exit(127);
}

static pid_t start_worker(struct vsim_backend *backend, int *socket_fd)
{
    int pair[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    pid = fork();
    if (pid == 0)
        become_worker(backend->image_fd, pair[1]);
    close(pair[1]);
    *socket_fd = pair[0];
    return pid;
}

static bool limit_locked(pid_t pid, uint64_t bytes)
{
    const struct rlimit limit = {.rlim_cur = bytes, .rlim_max = bytes};

    return prlimit(pid, RLIMIT_MEMLOCK, &limit, NULL) == 0;
}

static uint64_t linux_capabilities(uint64_t trace)
{
    const uint64_t ipc_lock = 14, sys_rawio = 17;

    return (trace & VSIM_CAPABILITIES_IPC_LOCK ? UINT64_C(1) << ipc_lock : 0) |
           (trace & VSIM_CAPABILITIES_SYS_RAWIO ? UINT64_C(1) << sys_rawio : 0);
}

bool vsim_kernel_process_spawn(struct vsim_backend *backend, const struct vsim_world_process *row,
                               GError **error)
{
    int socket_fd = -1;
    const pid_t pid = start_worker(backend, &socket_fd);
    struct vsim_kernel_process *process;

    if (pid < 0)
        return vsim_kernel_fail_system(error, "cannot start a process") >= 0;
    process = new_process(row->handle, pid, socket_fd);
    process->is_child = true;
    g_hash_table_insert(backend->processes, GUINT_TO_POINTER(row->handle), process);
    vsim_kernel_process_request(backend, VSIM_WORKER_CAPABILITIES)->arguments[0] =
        linux_capabilities(row->capabilities);
    if (!vsim_kernel_process_ask(backend, process, -1, error))
        return false;
    if (backend->answer.error != 0 || !limit_locked(pid, row->memlock_bytes)) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE,
                    "processes need capabilities and limits of their own: run as root");
        return false;
    }
    return true;
}

ssize_t vsim_kernel_process_write(struct vsim_kernel_process *process, uint64_t address, const void *bytes,
                                  size_t length_bytes)
{
    if (process->memory_fd < 0)
        process->memory_fd = open_proc(process->pid, "mem", O_RDWR);
    return pwrite(process->memory_fd, bytes, length_bytes, (off_t)address);
}

ssize_t vsim_kernel_process_read(struct vsim_kernel_process *process, uint64_t address, void *bytes,
                                 size_t length_bytes)
{
    if (process->memory_fd < 0)
        process->memory_fd = open_proc(process->pid, "mem", O_RDWR);
    return pread(process->memory_fd, bytes, length_bytes, (off_t)address);
}

const struct vsim_kernel_fd *vsim_kernel_process_fd(const struct vsim_kernel_process *process,
                                                    vsim_handle handle)
{
    return g_hash_table_lookup(process->fds, GUINT_TO_POINTER(handle));
}

int vsim_kernel_process_fd_number(const struct vsim_kernel_process *process, vsim_handle handle)
{
    const struct vsim_kernel_fd *fd = vsim_kernel_process_fd(process, handle);

    return fd ? fd->number : VSIM_KERNEL_NOT_OPEN;
}

void vsim_kernel_process_bind(struct vsim_kernel_process *process, vsim_handle handle,
                              struct vsim_kernel_fd fd)
{
    if (handle != 0)
        g_hash_table_replace(process->fds, GUINT_TO_POINTER(handle), g_memdup2(&fd, sizeof fd));
}

int vsim_kernel_process_borrow(const struct vsim_kernel_process *process, int number)
{
    return (int)syscall(SYS_pidfd_getfd, process->pid_fd, number, 0);
}

static void copy_fds(const struct vsim_kernel_process *from, struct vsim_kernel_process *to)
{
    GHashTableIter iterator;
    gpointer handle, fd;

    g_hash_table_iter_init(&iterator, from->fds);
    while (g_hash_table_iter_next(&iterator, &handle, &fd))
        vsim_kernel_process_bind(to, GPOINTER_TO_UINT(handle), *(const struct vsim_kernel_fd *)fd);
}

bool vsim_kernel_fork(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_backend *backend = call->backend;
    struct vsim_kernel_process *child;
    bool asked;
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return vsim_kernel_fail_system(error, "socketpair") >= 0;
    vsim_kernel_process_request(backend, VSIM_WORKER_FORK);
    asked = vsim_kernel_process_ask(backend, call->process, pair[1], error);
    close(pair[1]);
    if (!asked || backend->answer.error != 0) {
        close(pair[0]);
        vsim_kernel_result(call);
        return asked;
    }
    child = new_process(call->op->binds, (pid_t)backend->answer.value, pair[0]);
    copy_fds(call->process, child);
    g_hash_table_insert(backend->processes, GUINT_TO_POINTER(call->op->binds), child);
    vsim_kernel_result(call);
    return true;
}

/* Which descriptors exec has closed is the kernel's to say. */
static bool drop_closed_fds(const struct vsim_kernel_call *call, GError **error)
{
    GHashTableIter iterator;
    gpointer found;

    g_hash_table_iter_init(&iterator, call->process->fds);
    while (g_hash_table_iter_next(&iterator, NULL, &found)) {
        const struct vsim_kernel_fd *fd = found;
        struct vsim_worker_request *request = vsim_kernel_process_request(call->backend, VSIM_WORKER_CALL);

        request->number = SYS_fcntl;
        request->arguments[0] = (uint64_t)fd->number;
        request->arguments[1] = F_GETFD;
        if (!vsim_kernel_process_ask(call->backend, call->process, -1, error))
            return false;
        if (call->backend->answer.error != 0)
            g_hash_table_iter_remove(&iterator);
    }
    return true;
}

bool vsim_kernel_exec(const struct vsim_kernel_call *call, GError **error)
{
    vsim_kernel_process_request(call->backend, VSIM_WORKER_EXEC);
    if (!vsim_kernel_process_ask(call->backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    forget_memory(call->process);
    return call->result->outcome.error != 0 || drop_closed_fds(call, error);
}

bool vsim_kernel_exit(const struct vsim_kernel_call *call, GError **error)
{
    (void)error;
    g_hash_table_remove(call->backend->processes, GUINT_TO_POINTER(call->op->subject));
    vsim_result_succeed(call->result, VSIM_RULE_NONE, 0);
    return true;
}

bool vsim_kernel_setrlimit(const struct vsim_kernel_call *call, GError **error)
{
    /* From outside, because a process without privilege could not raise its own limit again. */
    if (!limit_locked(call->process->pid, call->op->value[VSIM_FIELD_SETRLIMIT_memlock]))
        return vsim_kernel_fail_system(error, "prlimit") >= 0;
    vsim_result_succeed(call->result, VSIM_RULE_NONE, 0);
    return true;
}

bool vsim_kernel_setcap(const struct vsim_kernel_call *call, GError **error)
{
    vsim_kernel_process_request(call->backend, VSIM_WORKER_CAPABILITIES)->arguments[0] =
        linux_capabilities(call->op->value[VSIM_FIELD_SETCAP_caps]);
    if (!vsim_kernel_process_ask(call->backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    return true;
}

static uint64_t kilobytes_after(const char *text, const char *key)
{
    const char *found = strstr(text, key);

    return found ? g_ascii_strtoull(found + strlen(key), NULL, 10) * 1024 : 0;
}

bool vsim_kernel_status(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_outcome *outcome = &call->result->outcome;
    char text[8192];
    const ssize_t length = pread(call->process->status_fd, text, sizeof text - 1, 0);

    if (length <= 0)
        return vsim_kernel_fail_system(error, "/proc/%d/status", (int)call->process->pid) >= 0;
    text[length] = '\0';
    vsim_result_succeed(call->result, VSIM_RULE_NONE, 0);
    vsim_outcome_set(outcome, VSIM_FIELD_STATUS_locked_vm, kilobytes_after(text, "\nVmLck:"));
    vsim_outcome_set(outcome, VSIM_FIELD_STATUS_pinned_vm, kilobytes_after(text, "\nVmPin:"));
    return true;
}
