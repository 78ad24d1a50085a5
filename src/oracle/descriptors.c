// SPDX-License-Identifier: MIT
/* open, close, dup, pass, cloexec: sections 1.4 and 1.5. */
#include "rules.h"

#include <string.h>

/* open */

enum node { NODE_NONE, NODE_CONTAINER, NODE_GROUP, NODE_NULL };

static bool path_is(const struct vsim_op *op, const char *path)
{
    return op->text.length_bytes == strlen(path) && memcmp(op->text.data, path, op->text.length_bytes) == 0;
}

/* What the path names; a group's node is /dev/vfio/N without leading zeros. */
static enum node node_of(const struct vsim_oracle *oracle, const struct vsim_op *op,
                         struct vsim_oracle_group **group)
{
    *group = NULL;
    if (path_is(op, "/dev/vfio/vfio"))
        return NODE_CONTAINER;
    if (path_is(op, "/dev/null"))
        return NODE_NULL;
    for (guint i = 0; i < oracle->groups->len; i++) {
        char path[32];

        *group = oracle->groups->pdata[i];
        g_snprintf(path, sizeof path, "/dev/vfio/%u", vsim_handle_number((*group)->row->handle));
        if (path_is(op, path))
            return NODE_GROUP;
    }
    *group = NULL;
    return NODE_NONE;
}

static const struct vsim_oracle_group *opened_group(const struct vsim_oracle *oracle,
                                                    const struct vsim_op *op)
{
    struct vsim_oracle_group *group;

    return node_of(oracle, op, &group) == NODE_GROUP ? group : NULL;
}

static enum node opened_node(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_group *group;

    return node_of(oracle, op, &group);
}

PREDICATE(OPEN, NO_NODE)
{
    return opened_node(oracle, op) == NODE_NONE;
}

PREDICATE(OPEN, NOIOMMU_NEEDS_RAWIO)
{
    const struct vsim_oracle_group *group = opened_group(oracle, op);

    return group && vsim_oracle_group_is(group, VSIM_GROUP_KIND_noiommu) &&
           !(oracle->at.process->capabilities & VSIM_CAPABILITIES_SYS_RAWIO);
}

PREDICATE(OPEN, GROUP_BUSY)
{
    const struct vsim_oracle_group *group = opened_group(oracle, op);

    return group && group->file;
}

PREDICATE(OPEN, GROUP_BOUND)
{
    const struct vsim_oracle_group *group = opened_group(oracle, op);

    return group && group->container;
}

PREDICATE(OPEN, CONTAINER)
{
    return opened_node(oracle, op) == NODE_CONTAINER;
}

PREDICATE(OPEN, GROUP)
{
    return opened_node(oracle, op) == NODE_GROUP;
}

PREDICATE(OPEN, OTHER_FILE)
{
    return opened_node(oracle, op) == NODE_NULL;
}

void vsim_oracle_effect_open(struct vsim_oracle *oracle, const struct vsim_op *op,
                             const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_group *group;
    const enum node node = node_of(oracle, op, &group);
    struct vsim_oracle_file *file;

    if (node == NODE_GROUP && group->file)
        return;
    file = vsim_oracle_file_new(node == NODE_CONTAINER ? VSIM_FD_CONTAINER
                                : node == NODE_GROUP   ? VSIM_FD_GROUP
                                                       : VSIM_FD_OTHER);
    if (node == NODE_CONTAINER)
        file->container = vsim_oracle_container_new(oracle, op->binds);
    if (node == NODE_GROUP) {
        file->group = group;
        group->file = file;
    }
    vsim_oracle_fd_bind(oracle->at.process, op->binds, file, false);
}

/* close */

PREDICATE(CLOSE, BAD_FD)
{
    return !vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_CLOSE_fd]);
}

PREDICATE(CLOSE, DONE)
{
    return true;
}

void vsim_oracle_effect_close(struct vsim_oracle *oracle, const struct vsim_op *op,
                              const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    const guint index = vsim_oracle_fd_index(oracle->at.process, op->base[VSIM_FIELD_CLOSE_fd]);

    if (index != G_MAXUINT)
        vsim_oracle_fd_close(oracle, oracle->at.process, index);
}

/* dup */

PREDICATE(DUP, BAD_FD)
{
    return !vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_DUP_fd]);
}

PREDICATE(DUP, DONE)
{
    return true;
}

void vsim_oracle_effect_dup(struct vsim_oracle *oracle, const struct vsim_op *op,
                            const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    const struct vsim_oracle_fd *fd = vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_DUP_fd]);

    if (fd)
        vsim_oracle_fd_bind(oracle->at.process, op->binds, fd->file, false);
}

/* pass */

PREDICATE(PASS, BAD_FD)
{
    const struct vsim_oracle_process *to = vsim_oracle_process(oracle, op->base[VSIM_FIELD_PASS_to]);

    oracle->at.undecided = !to || !to->alive; /* Nobody is there to receive it: no rule. */
    return !vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_PASS_fd]);
}

PREDICATE(PASS, DONE)
{
    return true;
}

void vsim_oracle_effect_pass(struct vsim_oracle *oracle, const struct vsim_op *op,
                             const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    const struct vsim_oracle_fd *fd = vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_PASS_fd]);
    struct vsim_oracle_process *to = vsim_oracle_process(oracle, op->base[VSIM_FIELD_PASS_to]);

    if (fd && to && to->alive)
        vsim_oracle_fd_bind(to, op->binds, fd->file, false);
}

/* cloexec */

PREDICATE(CLOEXEC, BAD_FD)
{
    return !vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_CLOEXEC_fd]);
}

PREDICATE(CLOEXEC, DONE)
{
    return true;
}

void vsim_oracle_effect_cloexec(struct vsim_oracle *oracle, const struct vsim_op *op,
                                const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_fd *fd = vsim_oracle_fd(oracle->at.process, op->base[VSIM_FIELD_CLOEXEC_fd]);

    if (fd)
        fd->close_on_exec = VALUE(CLOEXEC, on) != 0;
}
