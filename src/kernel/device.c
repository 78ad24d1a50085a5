// SPDX-License-Identifier: MIT
#include "device.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "vfiosim/backends.h"

/* Trace device ("d0") to PCI address, as the command line named them. */
static GHashTable *allowed;

/* The last part of where a link of the device's directory points; NULL where there is none. */
static char *device_link(const char *pci_address, const char *link)
{
    g_autofree char *path = g_strdup_printf("/sys/bus/pci/devices/%s/%s", pci_address, link);
    g_autofree char *target = g_file_read_link(path, NULL);

    return target ? g_path_get_basename(target) : NULL;
}

bool vsim_kernel_allow_device(const char *trace_device, const char *pci_address, GError **error)
{
    g_autofree char *driver = device_link(pci_address, "driver");

    if (g_strcmp0(driver, "vfio-pci") != 0) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE, "%s: %s%s, expected vfio-pci", pci_address,
                    driver ? "bound to " : "no such PCI device, or no driver", driver ? driver : "");
        return false;
    }
    if (!allowed)
        allowed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_replace(allowed, g_strdup(trace_device), g_strdup(pci_address));
    return true;
}

static bool is_edu(const char *pci_address)
{
    g_autofree char *vendor_path = g_strdup_printf("/sys/bus/pci/devices/%s/vendor", pci_address);
    g_autofree char *device_path = g_strdup_printf("/sys/bus/pci/devices/%s/device", pci_address);
    g_autofree char *vendor = NULL;
    g_autofree char *device = NULL;

    return g_file_get_contents(vendor_path, &vendor, NULL, NULL) &&
           g_file_get_contents(device_path, &device, NULL, NULL) && g_str_has_prefix(vendor, "0x1234") &&
           g_str_has_prefix(device, "0x11e8");
}

static bool add_group(struct vsim_backend *backend, vsim_handle handle, unsigned number, GError **error)
{
    struct vsim_kernel_group group = {.handle = handle, .number = number};

    for (guint i = 0; i < backend->groups->len; i++) {
        const struct vsim_kernel_group *other = &g_array_index(backend->groups, struct vsim_kernel_group, i);

        if (other->handle == handle && other->number == number)
            return true;
        if (other->handle == handle || other->number == number) {
            g_set_error(
                error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE,
                "n%u is IOMMU group %u here, but n%u is group %u: the devices are grouped in another way",
                vsim_handle_number(handle), number, vsim_handle_number(other->handle), other->number);
            return false;
        }
    }
    g_array_append_val(backend->groups, group);
    return true;
}

static bool add_device(struct vsim_backend *backend, const struct vsim_world_device *row, GError **error)
{
    g_autofree char *name =
        g_strdup_printf("%c%u", vsim_handle_letter(row->handle), vsim_handle_number(row->handle));
    const char *pci_address = allowed ? g_hash_table_lookup(allowed, name) : NULL;
    g_autofree char *group = pci_address ? device_link(pci_address, "iommu_group") : NULL;
    struct vsim_kernel_device device = {
        .handle = row->handle, .group = row->group, .trace_name = row->name, .buffer_fill = -1};

    if (!group || row->driver != VSIM_DRIVER_vfio) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE, "%s: %s", name,
                    row->driver != VSIM_DRIVER_vfio ? "a kernel is only driven with devices bound to vfio"
                    : pci_address                   ? "its device has no IOMMU group"
                                                    : "no device of this host was named for it (--device)");
        return false;
    }
    device.pci_address = g_strdup(pci_address);
    device.is_edu = is_edu(pci_address);
    g_array_append_val(backend->devices, device);
    return add_group(backend, row->group, (unsigned)g_ascii_strtoull(group, NULL, 10), error);
}

bool vsim_kernel_devices_find(struct vsim_backend *backend, GError **error)
{
    for (guint i = 0; i < backend->world->groups->len; i++) {
        const struct vsim_world_group *group =
            &g_array_index(backend->world->groups, struct vsim_world_group, i);

        if (group->kind == VSIM_GROUP_KIND_real)
            continue;
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE,
                    "n%u: only real groups can be used on a kernel", vsim_handle_number(group->handle));
        return false;
    }
    for (guint i = 0; i < backend->world->devices->len; i++)
        if (!add_device(backend, &g_array_index(backend->world->devices, struct vsim_world_device, i), error))
            return false;
    return true;
}

void vsim_kernel_devices_free(struct vsim_backend *backend)
{
    for (guint i = 0; i < backend->devices->len; i++)
        g_free(g_array_index(backend->devices, struct vsim_kernel_device, i).pci_address);
    g_array_unref(backend->devices);
    g_array_unref(backend->groups);
}

struct vsim_kernel_device *vsim_kernel_device_find(const struct vsim_backend *backend, vsim_handle handle)
{
    for (guint i = 0; i < backend->devices->len; i++)
        if (g_array_index(backend->devices, struct vsim_kernel_device, i).handle == handle)
            return &g_array_index(backend->devices, struct vsim_kernel_device, i);
    return NULL;
}

struct vsim_kernel_group *vsim_kernel_group_find(const struct vsim_backend *backend, vsim_handle handle)
{
    for (guint i = 0; i < backend->groups->len; i++)
        if (g_array_index(backend->groups, struct vsim_kernel_group, i).handle == handle)
            return &g_array_index(backend->groups, struct vsim_kernel_group, i);
    return NULL;
}
