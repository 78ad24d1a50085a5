// SPDX-License-Identifier: MIT
#include "file.h"

#include <string.h>

#include "container.h"
#include "group.h"

struct vsim_sim_file *vsim_sim_file_new(enum vsim_fd_kind kind)
{
    struct vsim_sim_file *file = g_new0(struct vsim_sim_file, 1);

    file->kind = kind;
    file->n_refs = 1;
    return file;
}

void vsim_sim_file_ref(struct vsim_sim_file *file)
{
    file->n_refs++;
}

void vsim_sim_file_unref(struct vsim_sim *sim, struct vsim_sim_file *file)
{
    struct vsim_sim_file *const group_file = file->group_file;

    if (--file->n_refs > 0)
        return;
    if (file->kind == VSIM_FD_CONTAINER)
        vsim_sim_container_release(sim, file->container);
    else if (file->kind == VSIM_FD_GROUP)
        vsim_sim_group_release(sim, file->group);
    else if (file->kind == VSIM_FD_DEVICE)
        vsim_sim_device_release(sim, file->device);
    else if (file->kind == VSIM_FD_MEMFD)
        vsim_sim_object_unref(sim, file->object);
    g_free(file);
    if (group_file)
        vsim_sim_file_unref(sim, group_file);
}

/* A handle that a trace binds again: the first descriptor stays open, but nothing names it any more. */
static void lose(struct vsim_sim_process *process, vsim_handle fd)
{
    const struct vsim_sim_handle old = *vsim_sim_handles_find(&process->fds, fd);

    vsim_sim_handles_drop(&process->fds, fd);
    vsim_sim_handles_put(&process->fds, ++process->n_lost_fds, old.value)->close_on_exec = old.close_on_exec;
}

void vsim_sim_file_install(struct vsim_sim_process *process, vsim_handle fd, struct vsim_sim_file *file,
                           bool close_on_exec)
{
    if (fd == 0)
        fd = ++process->n_lost_fds;
    if (vsim_sim_handles_find(&process->fds, fd))
        lose(process, fd);
    vsim_sim_handles_put(&process->fds, fd, file)->close_on_exec = close_on_exec;
}

struct vsim_sim_file *vsim_sim_file_get(const struct vsim_sim_process *process, vsim_handle fd)
{
    return vsim_sim_handles_get(&process->fds, fd);
}

static struct vsim_sim_file *open_container(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_file *file = vsim_sim_file_new(VSIM_FD_CONTAINER);

    file->container = vsim_sim_container_new(sim, call->op->binds);
    vsim_sim_succeed(call, VSIM_RULE_OPEN_CONTAINER, 0);
    return file;
}

static struct vsim_sim_file *open_group(const struct vsim_sim_call *call, struct vsim_sim_group *group)
{
    struct vsim_sim_file *file;

    if (group->world->kind == VSIM_GROUP_KIND_noiommu &&
        !vsim_sim_process_can(call->process, VSIM_CAPABILITIES_SYS_RAWIO)) {
        vsim_sim_refuse(call, VSIM_RULE_OPEN_NOIOMMU_NEEDS_RAWIO);
        return NULL;
    }
    if (group->file_open) {
        vsim_sim_refuse(call, VSIM_RULE_OPEN_GROUP_BUSY);
        return NULL;
    }
    if (group->container) {
        vsim_sim_refuse(call, VSIM_RULE_OPEN_GROUP_BOUND);
        return NULL;
    }
    group->file_open = true;
    file = vsim_sim_file_new(VSIM_FD_GROUP);
    file->group = group;
    vsim_sim_succeed(call, VSIM_RULE_OPEN_GROUP, 0);
    return file;
}

/* The group of "/dev/vfio/12", in its one decimal spelling; NULL for anything else. */
static struct vsim_sim_group *group_of_path(const struct vsim_sim *sim, const char *path)
{
    const char *digits = path + strlen("/dev/vfio/");
    guint64 number;

    if (!g_str_has_prefix(path, "/dev/vfio/") || (digits[0] == '0' && digits[1] != '\0') ||
        !g_ascii_string_to_unsigned(digits, 10, 0, VSIM_HANDLE_MAX_NUMBER, &number, NULL))
        return NULL;
    return vsim_sim_handles_get(&sim->group_handles, VSIM_HANDLE('n', number));
}

void vsim_sim_open(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    g_autofree char *path =
        g_strndup(call->op->text.data ? call->op->text.data : "", call->op->text.length_bytes);
    struct vsim_sim_group *group = group_of_path(sim, path);
    struct vsim_sim_file *file = NULL;

    if (group) {
        file = open_group(call, group);
    } else if (strcmp(path, "/dev/vfio/vfio") == 0) {
        file = open_container(sim, call);
    } else if (strcmp(path, "/dev/null") == 0) {
        file = vsim_sim_file_new(VSIM_FD_OTHER);
        vsim_sim_succeed(call, VSIM_RULE_OPEN_OTHER_FILE, 0);
    } else {
        vsim_sim_refuse(call, VSIM_RULE_OPEN_NO_NODE);
    }
    if (file)
        vsim_sim_file_install(call->process, call->op->binds, file, false);
}

void vsim_sim_close(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const vsim_handle fd = call->op->base[VSIM_FIELD_CLOSE_fd];
    struct vsim_sim_file *file = vsim_sim_file_get(call->process, fd);

    if (!file) {
        vsim_sim_refuse(call, VSIM_RULE_CLOSE_BAD_FD);
        return;
    }
    vsim_sim_handles_drop(&call->process->fds, fd);
    vsim_sim_file_unref(sim, file);
    vsim_sim_succeed(call, VSIM_RULE_CLOSE_DONE, 0);
}

void vsim_sim_dup(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_file *file = vsim_sim_file_get(call->process, call->op->base[VSIM_FIELD_DUP_fd]);

    (void)sim;
    if (!file) {
        vsim_sim_refuse(call, VSIM_RULE_DUP_BAD_FD);
        return;
    }
    vsim_sim_file_ref(file);
    vsim_sim_file_install(call->process, call->op->binds, file, false);
    vsim_sim_succeed(call, VSIM_RULE_DUP_DONE, 0);
}

void vsim_sim_pass(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_file *file = vsim_sim_file_get(call->process, call->op->base[VSIM_FIELD_PASS_fd]);
    struct vsim_sim_process *to =
        vsim_sim_handles_get(&sim->process_handles, call->op->base[VSIM_FIELD_PASS_to]);

    if (!file) {
        vsim_sim_refuse(call, VSIM_RULE_PASS_BAD_FD);
        return;
    }
    if (!to || !to->mm) {
        call->result->unavailable = true;
        return;
    }
    vsim_sim_file_ref(file);
    vsim_sim_file_install(to, call->op->binds, file, false);
    vsim_sim_succeed(call, VSIM_RULE_PASS_DONE, 0);
}

void vsim_sim_cloexec(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_handle *fd =
        vsim_sim_handles_find(&call->process->fds, call->op->base[VSIM_FIELD_CLOEXEC_fd]);

    (void)sim;
    if (!fd) {
        vsim_sim_refuse(call, VSIM_RULE_CLOEXEC_BAD_FD);
        return;
    }
    fd->close_on_exec = call->op->value[VSIM_FIELD_CLOEXEC_on] != 0;
    vsim_sim_succeed(call, VSIM_RULE_CLOEXEC_DONE, 0);
}
