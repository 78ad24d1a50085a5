// SPDX-License-Identifier: MIT
/* The backend: who does which op, and the beginning and end of a trace. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vfiosim/backends.h"

#include "device.h"
#include "fault_log.h"
#include "parameters.h"
#include "process.h"

typedef bool (*op_handler)(const struct vsim_kernel_call *call, GError **error);

static const op_handler handlers[VSIM_N_OPS] = {
    [VSIM_OP_PARAM] = vsim_kernel_param,         [VSIM_OP_OPEN] = vsim_kernel_open_file,
    [VSIM_OP_CLOSE] = vsim_kernel_close_fd,      [VSIM_OP_DUP] = vsim_kernel_dup,
    [VSIM_OP_PASS] = vsim_kernel_pass,           [VSIM_OP_CLOEXEC] = vsim_kernel_cloexec,
    [VSIM_OP_MEMFD] = vsim_kernel_memfd,         [VSIM_OP_MMAP] = vsim_kernel_mmap,
    [VSIM_OP_MUNMAP] = vsim_kernel_munmap,       [VSIM_OP_MPROTECT] = vsim_kernel_mprotect,
    [VSIM_OP_MREMAP] = vsim_kernel_mremap,       [VSIM_OP_MADVISE] = vsim_kernel_madvise,
    [VSIM_OP_MLOCK] = vsim_kernel_mlock,         [VSIM_OP_STORE] = vsim_kernel_store,
    [VSIM_OP_LOAD] = vsim_kernel_load,           [VSIM_OP_FORK] = vsim_kernel_fork,
    [VSIM_OP_EXEC] = vsim_kernel_exec,           [VSIM_OP_EXIT] = vsim_kernel_exit,
    [VSIM_OP_SETRLIMIT] = vsim_kernel_setrlimit, [VSIM_OP_SETCAP] = vsim_kernel_setcap,
    [VSIM_OP_STATUS] = vsim_kernel_status,       [VSIM_OP_DMA_READ] = vsim_kernel_dma,
    [VSIM_OP_DMA_WRITE] = vsim_kernel_dma,
};

int vsim_kernel_fail_system(GError **error, const char *format, ...)
{
    const int saved = errno;
    g_autofree char *what = NULL;
    va_list arguments;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_IO, "%s: %s", what, g_strerror(saved));
    return -1;
}

void vsim_kernel_result(const struct vsim_kernel_call *call)
{
    const struct vsim_worker_answer *answer = &call->backend->answer;
    const enum vsim_binds binds = vsim_spec_ops[call->op->id].binds;

    vsim_result_succeed(call->result, VSIM_RULE_NONE, answer->value);
    call->result->outcome.error = answer->error;
    /* A new descriptor, process or address has a number that means nothing in a trace. */
    if (binds != VSIM_BINDS_NOTHING && answer->error == 0)
        call->result->outcome.value = 0;
}

bool vsim_kernel_unavailable(const struct vsim_kernel_call *call)
{
    vsim_result_succeed(call->result, VSIM_RULE_NONE, 0);
    call->result->unavailable = true;
    return true;
}

static void close_backend(struct vsim_backend *backend)
{
    g_hash_table_unref(backend->processes);
    vsim_kernel_parameters_restore(backend);
    vsim_kernel_devices_free(backend);
    if (backend->image_fd >= 0)
        close(backend->image_fd);
    if (backend->log_fd >= 0)
        close(backend->log_fd);
    if (backend->scratch != MAP_FAILED)
        munmap(backend->scratch, 4096);
    g_free(backend);
}

static bool start_processes(struct vsim_backend *backend, GError **error)
{
    const GArray *rows = backend->world->processes;

    for (guint i = 0; i < rows->len; i++)
        if (!vsim_kernel_process_spawn(backend, &g_array_index(rows, struct vsim_world_process, i), error))
            return false;
    return true;
}

static struct vsim_backend *open_backend(const struct vsim_world *world, GError **error)
{
    struct vsim_backend *backend;

    if (access("/dev/vfio/vfio", R_OK | W_OK) != 0) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE,
                    "/dev/vfio/vfio: %s; `vfiosim lab run` brings a kernel that has it", g_strerror(errno));
        return NULL;
    }
    backend = g_new0(struct vsim_backend, 1);
    backend->world = world;
    backend->processes = g_hash_table_new_full(NULL, NULL, NULL, vsim_kernel_process_free);
    backend->devices = g_array_new(FALSE, FALSE, sizeof(struct vsim_kernel_device));
    backend->groups = g_array_new(FALSE, FALSE, sizeof(struct vsim_kernel_group));
    backend->log_fd = vsim_kernel_fault_log_open();
    backend->scratch = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    backend->image_fd = vsim_kernel_worker_image(error);
    if (backend->image_fd < 0 || !vsim_kernel_devices_find(backend, error) ||
        !vsim_kernel_parameters_apply(backend, error) || !start_processes(backend, error)) {
        close_backend(backend);
        return NULL;
    }
    return backend;
}

static bool step_backend(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_result *result,
                         GError **error)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];
    const struct vsim_kernel_call call = {
        .backend = backend,
        .process = row->subject == VSIM_SUBJECT_PROCESS || row->kind == VSIM_KIND_IOCTL
                       ? vsim_kernel_process_find(backend, op->subject)
                       : NULL,
        .op = op,
        .result = result,
    };

    if (row->kind == VSIM_KIND_IOCTL)
        return call.process ? vsim_kernel_ioctl(&call, error) : vsim_kernel_unavailable(&call);
    if (!handlers[op->id] || (row->subject == VSIM_SUBJECT_PROCESS && !call.process))
        return vsim_kernel_unavailable(&call);
    return handlers[op->id](&call, error);
}

/* All that a kernel shows of itself: what each mm has locked. */
static void snapshot_backend(struct vsim_backend *backend, GArray *rows)
{
    GHashTableIter iterator;
    gpointer found;

    g_hash_table_iter_init(&iterator, backend->processes);
    while (g_hash_table_iter_next(&iterator, NULL, &found)) {
        const struct vsim_op op = {.id = VSIM_OP_STATUS};
        struct vsim_result result = {0};
        const struct vsim_kernel_call call = {
            .backend = backend, .process = found, .op = &op, .result = &result};
        struct vsim_state_row row = {.kind = VSIM_STATE_LOCKED, .owner = call.process->handle};

        if (!vsim_kernel_status(&call, NULL))
            continue;
        row.a = result.outcome.out[VSIM_FIELD_STATUS_locked_vm] / backend->world->page_size_bytes;
        if (row.a != 0)
            g_array_append_val(rows, row);
    }
}

static const struct vsim_backend_class kernel_class = {
    .name = "kernel",
    .open = open_backend,
    .step = step_backend,
    .snapshot = snapshot_backend,
    .close = close_backend,
};

const struct vsim_backend_class *vsim_kernel_backend(void)
{
    return &kernel_class;
}
