// SPDX-License-Identifier: MIT
/*
 * The program that stands for a logical process: a server of system calls; see protocol.h.
 *
 * It uses no heap and maps nothing, so that whatever VmLck and VmPin say comes from the trace.
 */
#define _GNU_SOURCE /* AT_EMPTY_PATH */

#include "protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct message {
    struct vsim_worker_request request;
    uint8_t bytes[VSIM_WORKER_MAX_BYTES];
};

struct reply {
    struct vsim_worker_answer answer;
    uint8_t bytes[VSIM_WORKER_MAX_BYTES];
};

static struct message message;
static struct reply reply;
static uint8_t block[VSIM_WORKER_MAX_BYTES] __attribute__((aligned(4096)));
static sigjmp_buf no_access;

static void on_no_access(int signal_number)
{
    (void)signal_number;
    siglongjmp(no_access, 1);
}

static void answer(int64_t value, int error, uint32_t n_bytes)
{
    ssize_t sent;

    reply.answer = (struct vsim_worker_answer){.value = value, .error = error, .n_bytes = n_bytes};
    do {
        sent = send(VSIM_WORKER_CONTROL_FD, &reply, sizeof reply.answer + n_bytes, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    /* Nobody listens any more, and nobody else would end this process. */
    if (sent < 0)
        _exit(1);
}

static void answer_call(long value)
{
    answer(value, value < 0 ? errno : 0, 0);
}

/* The next request; `*fd` is the descriptor that came along, or -1. */
static bool receive(int *fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {.iov_base = &message, .iov_len = sizeof message};
    struct msghdr header = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *extra;
    ssize_t received;

    do {
        received = recvmsg(VSIM_WORKER_CONTROL_FD, &header, 0);
    } while (received < 0 && errno == EINTR);
    if (received < (ssize_t)sizeof message.request)
        return false;
    extra = CMSG_FIRSTHDR(&header);
    *fd = -1;
    if (extra && extra->cmsg_level == SOL_SOCKET && extra->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(extra), sizeof *fd);
    return true;
}

/* The number at which the trace's process has the descriptor; close-on-exec stays as it was. */
static int raise_fd(int fd)
{
    const int flags = fcntl(fd, F_GETFD);
    const int raised = fcntl(fd, flags & FD_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, VSIM_WORKER_LOWEST_FD);

    close(fd);
    return raised;
}

static void do_call(const struct vsim_worker_request *request)
{
    uint64_t a[6];
    long value;
    int error;

    memcpy(a, request->arguments, sizeof a);
    memcpy(block, message.bytes, request->n_bytes);
    if (request->block != VSIM_WORKER_NO_BLOCK)
        a[request->block] = (uint64_t)(uintptr_t)block;
    value = syscall((long)request->number, a[0], a[1], a[2], a[3], a[4], a[5]);
    error = value == -1 ? errno : 0;
    if (value >= 0 && request->flags & VSIM_WORKER_BINDS_FD)
        value = raise_fd((int)value);
    memcpy(reply.bytes, block, request->n_answer);
    answer(value, error, request->n_answer);
}

static void do_store(const struct vsim_worker_request *request)
{
    volatile uint8_t *bytes = (volatile uint8_t *)(uintptr_t)request->arguments[0];

    if (sigsetjmp(no_access, 1)) {
        answer(-1, EFAULT, 0);
        return;
    }
    /* All of it can be written, or nothing is. */
    for (uint64_t i = 0; i < request->arguments[1]; i += 4096 - ((uintptr_t)(bytes + i) & 4095))
        bytes[i] |= 0;
    memset((void *)(uintptr_t)request->arguments[0], (int)request->arguments[2], request->arguments[1]);
    answer(0, 0, 0);
}

static void do_load(const struct vsim_worker_request *request)
{
    const uint8_t *bytes = (const uint8_t *)(uintptr_t)request->arguments[0];
    const uint64_t n = request->arguments[1];

    if (sigsetjmp(no_access, 1)) {
        answer(-1, EFAULT, 0);
        return;
    }
    for (uint64_t i = 0; i < n; i += 4096 - ((uintptr_t)(bytes + i) & 4095))
        (void)*(volatile const uint8_t *)(bytes + i);
    if (n == 0 || memcmp(bytes, bytes + 1, n - 1) != 0)
        answer(-1, 0, 0);
    else
        answer(bytes[0], 0, 0);
}

static void do_fork(int socket)
{
    const pid_t child = fork();

    if (child == 0) {
        dup2(socket, VSIM_WORKER_CONTROL_FD);
        close(socket);
        return;
    }
    close(socket);
    answer_call(child);
}

static void do_exec(void)
{
    char *argv[] = {(char[]){"vfiosim-worker"}, (char[]){"again"}, NULL};

    syscall(SYS_execveat, VSIM_WORKER_IMAGE_FD, "", argv, (char *[]){NULL}, AT_EMPTY_PATH);
    answer_call(-1);
}

static int set_capabilities(uint64_t mask)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    for (int i = 0; i < 2; i++) {
        const uint32_t half = (uint32_t)(mask >> (32 * i));

        data[i] = (struct __user_cap_data_struct){.effective = half, .permitted = half, .inheritable = half};
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &header, data) != 0)
        return errno;
    for (unsigned long capability = 0; capability < 64; capability++)
        if (mask >> capability & 1)
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
    return 0;
}

/* Without NOROOT, exec by root would bring all capabilities back. Only the first call may set it. */
static void do_capabilities(uint64_t mask)
{
    prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED);
    answer(0, set_capabilities(mask), 0);
}

static void serve(int fd)
{
    const struct vsim_worker_request *request = &message.request;

    switch (request->kind) {
    case VSIM_WORKER_CALL:
        do_call(request);
        break;
    case VSIM_WORKER_STORE:
        do_store(request);
        break;
    case VSIM_WORKER_LOAD:
        do_load(request);
        break;
    case VSIM_WORKER_FORK:
        do_fork(fd);
        break;
    case VSIM_WORKER_EXEC:
        do_exec();
        break;
    case VSIM_WORKER_TAKE:
        answer_call(raise_fd(fd));
        break;
    case VSIM_WORKER_CAPABILITIES:
        do_capabilities(request->arguments[0]);
        break;
    default:
        _exit(0);
    }
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_no_access, .sa_flags = SA_NODEFER};
    int fd;

    (void)argv;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    signal(SIGCHLD, SIG_IGN);
    if (argc > 1)
        answer(0, 0, 0);
    while (receive(&fd))
        serve(fd);
    return 0;
}
