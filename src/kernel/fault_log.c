// SPDX-License-Identifier: MIT
#include "fault_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define QUIET_US  (5200 * 1000) /* The kernel's window is 5 s. */
#define SETTLE_US 2000          /* A fault's interrupt comes after the transfer. */
#define MAX_LINE  8192

/* How each driver words it: the words before the address, in hexadecimal. NULL: the line tells none. */
static const struct {
    const char *line;
    const char *before_address;
} wordings[] = {
    {"DMAR: [DMA ", "fault addr "},
    {"DMAR: DRHD: handling fault status", NULL},
    {"page fault from EP ", " at "},
    {"IO_PAGE_FAULT ", "address="},
};

/* When the kernel last logged a fault: its limit knows nothing of traces, so neither does this. */
static gint64 last_fault_us;

int vsim_kernel_fault_log_open(void)
{
    const int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd >= 0)
        lseek(fd, 0, SEEK_END);
    return fd;
}

/* The next line of the log; false when there is none. */
static bool next_line(int fd, char *line)
{
    ssize_t length;

    do {
        length = read(fd, line, MAX_LINE - 1);
    } while (length < 0 &&
             (errno == EPIPE || errno == EINTR)); /* EPIPE: lines were overwritten before they were read. */
    if (length <= 0)
        return false;
    line[length] = '\0';
    return true;
}

static enum vsim_kernel_fault_seen parse_line(const char *line, uint64_t *address)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wordings); i++) {
        const char *found = strstr(line, wordings[i].line);
        const char *before =
            found && wordings[i].before_address ? strstr(found, wordings[i].before_address) : NULL;

        if (!found)
            continue;
        if (!before)
            return VSIM_KERNEL_FAULT_SOMEWHERE;
        *address = g_ascii_strtoull(before + strlen(wordings[i].before_address), NULL, 16);
        return VSIM_KERNEL_FAULT_AT;
    }
    return VSIM_KERNEL_FAULT_NONE;
}

void vsim_kernel_fault_log_begin(struct vsim_backend *backend)
{
    const gint64 quiet_us = last_fault_us + QUIET_US;
    char line[MAX_LINE];

    if (last_fault_us != 0 && g_get_monotonic_time() < quiet_us)
        g_usleep((gulong)(quiet_us - g_get_monotonic_time()));
    while (next_line(backend->log_fd, line))
        ;
}

enum vsim_kernel_fault_seen vsim_kernel_fault_log_end(struct vsim_backend *backend, uint64_t *address)
{
    enum vsim_kernel_fault_seen seen = VSIM_KERNEL_FAULT_NONE;
    char line[MAX_LINE];

    g_usleep(SETTLE_US);
    while (next_line(backend->log_fd, line)) {
        uint64_t found = 0;
        const enum vsim_kernel_fault_seen one = parse_line(line, &found);

        if (one <= seen)
            continue;
        seen = one;
        *address = found;
    }
    if (seen != VSIM_KERNEL_FAULT_NONE)
        last_fault_us = g_get_monotonic_time();
    return seen;
}
