// SPDX-License-Identifier: MIT
/* Processes, descriptors and open files: section 1.5 of type1.md. */
#include "state.h"

struct vsim_oracle_process *vsim_oracle_process(const struct vsim_oracle *oracle, vsim_handle handle)
{
    guint low = 0;
    guint high = oracle->processes->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;
        struct vsim_oracle_process *process = oracle->processes->pdata[middle];

        if (process->handle == handle)
            return process;
        if (process->handle < handle)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct vsim_oracle_process *vsim_oracle_process_add(struct vsim_oracle *oracle, vsim_handle handle,
                                                    uint64_t memlock_bytes, uint64_t capabilities,
                                                    struct vsim_oracle_mm *mm)
{
    struct vsim_oracle_process *process = g_new0(struct vsim_oracle_process, 1);
    struct vsim_oracle_process *old = vsim_oracle_process(oracle, handle);
    guint at;

    if (old) { /* The trace has used the name again; the old one lives on without. */
        g_ptr_array_remove(oracle->processes, old);
        old->handle = 0;
        g_ptr_array_insert(oracle->processes, 0, old);
    }
    at = oracle->processes->len;

    process->handle = handle;
    process->alive = true;
    process->memlock_bytes = memlock_bytes;
    process->capabilities = capabilities;
    process->mm = mm;
    process->fds = g_array_new(FALSE, FALSE, sizeof(struct vsim_oracle_fd));
    while (at > 0 && ((struct vsim_oracle_process *)oracle->processes->pdata[at - 1])->handle > handle)
        at--;
    g_ptr_array_insert(oracle->processes, (gint)at, process);
    return process;
}

/* The place of the handle among the descriptors, or where it belongs. */
static guint lower_bound(const struct vsim_oracle_process *process, vsim_handle handle)
{
    guint low = 0;
    guint high = process->fds->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;

        if (g_array_index(process->fds, struct vsim_oracle_fd, middle).handle < handle)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

guint vsim_oracle_fd_index(const struct vsim_oracle_process *process, vsim_handle handle)
{
    const guint at = lower_bound(process, handle);

    if (handle != 0 && at < process->fds->len &&
        g_array_index(process->fds, struct vsim_oracle_fd, at).handle == handle)
        return at;
    return G_MAXUINT;
}

struct vsim_oracle_fd *vsim_oracle_fd(const struct vsim_oracle_process *process, vsim_handle handle)
{
    const guint at = vsim_oracle_fd_index(process, handle);

    return at == G_MAXUINT ? NULL : &g_array_index(process->fds, struct vsim_oracle_fd, at);
}

void vsim_oracle_fd_bind(struct vsim_oracle_process *process, vsim_handle handle,
                         struct vsim_oracle_file *file, bool close_on_exec)
{
    const struct vsim_oracle_fd fd = {.handle = handle, .close_on_exec = close_on_exec, .file = file};
    const guint old = vsim_oracle_fd_index(process, handle);

    vsim_oracle_file_ref(file);
    if (old != G_MAXUINT) {
        struct vsim_oracle_fd nameless = g_array_index(process->fds, struct vsim_oracle_fd, old);

        nameless.handle = 0;
        g_array_remove_index(process->fds, old);
        g_array_prepend_val(process->fds, nameless);
    }
    g_array_insert_val(process->fds, lower_bound(process, handle), fd);
}

void vsim_oracle_fd_close(struct vsim_oracle *oracle, struct vsim_oracle_process *process, guint index)
{
    struct vsim_oracle_file *file = g_array_index(process->fds, struct vsim_oracle_fd, index).file;

    g_array_remove_index(process->fds, index);
    vsim_oracle_file_unref(oracle, file);
}

struct vsim_oracle_file *vsim_oracle_file_new(enum vsim_fd_kind kind)
{
    struct vsim_oracle_file *file = g_new0(struct vsim_oracle_file, 1);

    file->kind = kind;
    return file;
}

void vsim_oracle_file_ref(struct vsim_oracle_file *file)
{
    if (file)
        file->n_references++;
}

/* T1-FD-03: the group leaves unless a device of it is open, which then takes it along. */
static void release_group(struct vsim_oracle *oracle, struct vsim_oracle_group *group)
{
    group->file = NULL;
    if (group->container && group->n_open_devices == 0)
        vsim_oracle_detach(oracle, group);
}

static void release_device(struct vsim_oracle *oracle, struct vsim_oracle_device *device)
{
    struct vsim_oracle_group *group = device->group;

    device->n_open--;
    group->n_open_devices--;
    if (device->n_open == 0)
        g_clear_pointer(&device->bar, vsim_oracle_object_unref);
    if (oracle->dialect->device_keeps_group)
        vsim_oracle_file_unref(oracle, group->file);
    else if (!group->file && group->container && group->n_open_devices == 0)
        vsim_oracle_detach(oracle, group);
}

void vsim_oracle_file_unref(struct vsim_oracle *oracle, struct vsim_oracle_file *file)
{
    if (!file || --file->n_references > 0)
        return;
    switch (file->kind) {
    case VSIM_FD_CONTAINER:
        file->container->fd_open = false;
        vsim_oracle_container_release(oracle, file->container);
        break;
    case VSIM_FD_GROUP:
        release_group(oracle, file->group);
        break;
    case VSIM_FD_DEVICE:
        release_device(oracle, file->device);
        break;
    case VSIM_FD_MEMFD:
        vsim_oracle_object_unref(file->object);
        break;
    default:
        break;
    }
    g_free(file);
}
