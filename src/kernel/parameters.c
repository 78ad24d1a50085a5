// SPDX-License-Identifier: MIT
#include "parameters.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct parameter {
    unsigned field; /* Of PARAM. */
    bool is_number; /* Otherwise Y or N. */
    const char *path;
};

#define TYPE1 "/sys/module/vfio_iommu_type1/parameters/"

static const struct parameter parameters[VSIM_KERNEL_N_PARAMETERS] = {
    {VSIM_FIELD_PARAM_dma_entry_limit, true, TYPE1 "dma_entry_limit"},
    {VSIM_FIELD_PARAM_allow_unsafe_interrupts, false, TYPE1 "allow_unsafe_interrupts"},
    {VSIM_FIELD_PARAM_disable_hugepages, false, TYPE1 "disable_hugepages"},
    {VSIM_FIELD_PARAM_noiommu, false, "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"},
};

static char *read_parameter(const char *path)
{
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? g_strchomp(text) : NULL;
}

/* Not g_file_set_contents, which puts a new file in the old one's place. */
static bool write_parameter(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return written;
}

static bool apply_one(struct vsim_backend *backend, unsigned i, uint64_t value, GError **error)
{
    const struct parameter *parameter = &parameters[i];
    g_autofree char *now = read_parameter(parameter->path);
    g_autofree char *wanted =
        parameter->is_number ? g_strdup_printf("%" G_GUINT64_FORMAT, value) : g_strdup(value ? "Y" : "N");

    /* A kernel without the parameter is one where it is off. */
    if (g_strcmp0(now, wanted) == 0 || (!now && !parameter->is_number && value == 0))
        return true;
    if (!write_parameter(parameter->path, wanted)) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE, "%s: cannot be made %s: %s", parameter->path,
                    wanted, g_strerror(errno));
        return false;
    }
    if (!backend->parameters_before[i])
        backend->parameters_before[i] = g_steal_pointer(&now);
    return true;
}

bool vsim_kernel_parameters_apply(struct vsim_backend *backend, GError **error)
{
    const struct vsim_world *world = backend->world;

    return apply_one(backend, 0, world->dma_entry_limit, error) &&
           apply_one(backend, 1, world->allow_unsafe_interrupts, error) &&
           apply_one(backend, 2, world->disable_hugepages, error) &&
           apply_one(backend, 3, world->noiommu, error);
}

void vsim_kernel_parameters_restore(struct vsim_backend *backend)
{
    for (unsigned i = 0; i < VSIM_KERNEL_N_PARAMETERS; i++) {
        if (backend->parameters_before[i])
            write_parameter(parameters[i].path, backend->parameters_before[i]);
        g_clear_pointer(&backend->parameters_before[i], g_free);
    }
}

bool vsim_kernel_param(const struct vsim_kernel_call *call, GError **error)
{
    for (unsigned i = 0; i < VSIM_KERNEL_N_PARAMETERS; i++) {
        const unsigned field = parameters[i].field;

        if (call->op->given & 1u << field && !apply_one(call->backend, i, call->op->value[field], error))
            return false;
    }
    vsim_result_succeed(call->result, VSIM_RULE_NONE, 0);
    return true;
}
