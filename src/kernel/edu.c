// SPDX-License-Identifier: MIT
#include "edu.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <linux/vfio.h>

#include "device.h"
#include "process.h"

/* Registers of BAR 0, as 64-bit words. */
enum {
    REGISTER_SOURCE = 0x80 / 8,
    REGISTER_DESTINATION = 0x88 / 8,
    REGISTER_COUNT = 0x90 / 8,
    REGISTER_COMMAND = 0x98 / 8
};

#define COMMAND_RUN       UINT64_C(1)
#define COMMAND_TO_MEMORY UINT64_C(2)
#define BUFFER_ADDRESS    UINT64_C(0x40000)
#define TRANSFER_NS       (101 * 1000 * 1000) /* edu's own delay is 100 ms. */
#define MAX_WAITS         100

#define PCI_COMMAND_OFFSET 4
#define PCI_COMMAND_WANTED 6 /* Memory space and bus master. */

#define SCRATCH_BYTES 4096

typedef bool (*fd_is_wanted)(const struct vsim_kernel_fd *fd, uint64_t wanted);

static bool names_device(const struct vsim_kernel_fd *fd, uint64_t wanted)
{
    return fd->names == wanted;
}

static bool is_file(const struct vsim_kernel_fd *fd, uint64_t wanted)
{
    return fd->file == wanted;
}

/* Any process's descriptor of the file, borrowed; -1 where none has one. */
static int borrow(const struct vsim_backend *backend, fd_is_wanted is_wanted, uint64_t wanted)
{
    GHashTableIter processes;
    gpointer process;

    g_hash_table_iter_init(&processes, backend->processes);
    while (wanted != 0 && g_hash_table_iter_next(&processes, NULL, &process)) {
        GHashTableIter fds;
        gpointer fd;

        g_hash_table_iter_init(&fds, ((struct vsim_kernel_process *)process)->fds);
        while (g_hash_table_iter_next(&fds, NULL, &fd))
            if (is_wanted(fd, wanted))
                return vsim_kernel_process_borrow(process, ((const struct vsim_kernel_fd *)fd)->number);
    }
    return -1;
}

/* PCI's own count of who has enabled the device; vfio-pci does while it is open. */
static bool is_enabled(const struct vsim_kernel_device *device)
{
    g_autofree char *path = g_strdup_printf("/sys/bus/pci/devices/%s/enable", device->pci_address);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && g_ascii_strtoull(text, NULL, 10) > 0;
}

static bool master_bus(int fd)
{
    struct vfio_region_info config = {.argsz = sizeof config, .index = VFIO_PCI_CONFIG_REGION_INDEX};
    uint16_t command;

    if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &config) != 0 ||
        pread(fd, &command, sizeof command, (off_t)config.offset + PCI_COMMAND_OFFSET) != sizeof command)
        return false;
    command |= PCI_COMMAND_WANTED;
    return pwrite(fd, &command, sizeof command, (off_t)config.offset + PCI_COMMAND_OFFSET) == sizeof command;
}

static bool map_bar(struct vsim_kernel_edu *edu)
{
    struct vfio_region_info bar = {.argsz = sizeof bar, .index = VFIO_PCI_BAR0_REGION_INDEX};
    void *mapped;

    if (ioctl(edu->fd, VFIO_DEVICE_GET_REGION_INFO, &bar) != 0)
        return false;
    mapped = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, edu->fd, (off_t)bar.offset);
    if (mapped == MAP_FAILED)
        return false;
    edu->bar = mapped;
    edu->bar_bytes = bar.size;
    return true;
}

enum vsim_kernel_edu_state vsim_kernel_edu_open(struct vsim_backend *backend,
                                                struct vsim_kernel_device *device,
                                                struct vsim_kernel_edu *edu)
{
    const struct vsim_kernel_group *group = vsim_kernel_group_find(backend, device->group);

    *edu = (struct vsim_kernel_edu){.backend = backend, .device = device, .fd = -1, .container_fd = -1};
    if (!is_enabled(device))
        return VSIM_KERNEL_EDU_OFF;
    edu->fd = device->is_edu ? borrow(backend, names_device, device->handle) : -1;
    if (edu->fd < 0 || !master_bus(edu->fd) || !map_bar(edu)) {
        vsim_kernel_edu_close(edu);
        return VSIM_KERNEL_EDU_UNREACHABLE;
    }
    edu->container_fd = group ? borrow(backend, is_file, group->container_file) : -1;
    return VSIM_KERNEL_EDU_OPEN;
}

/* A BAR that stays mapped would keep the device open. */
void vsim_kernel_edu_close(struct vsim_kernel_edu *edu)
{
    if (edu->bar)
        munmap((void *)(uintptr_t)edu->bar, edu->bar_bytes);
    if (edu->container_fd >= 0)
        close(edu->container_fd);
    if (edu->fd >= 0)
        close(edu->fd);
}

static bool transfer(struct vsim_kernel_edu *edu, uint64_t source, uint64_t destination,
                     const uint64_t command_and_count[2])
{
    const struct timespec delay = {.tv_nsec = TRANSFER_NS};

    edu->bar[REGISTER_SOURCE] = source;
    edu->bar[REGISTER_DESTINATION] = destination;
    edu->bar[REGISTER_COUNT] = command_and_count[1];
    edu->bar[REGISTER_COMMAND] = command_and_count[0];
    for (unsigned i = 0; i < MAX_WAITS; i++) {
        nanosleep(&delay, NULL);
        if (!(edu->bar[REGISTER_COMMAND] & COMMAND_RUN))
            return true;
    }
    return false;
}

bool vsim_kernel_edu_read(struct vsim_kernel_edu *edu, uint64_t iova, uint64_t length_bytes)
{
    edu->device->buffer_fill = -1;
    return transfer(edu, iova, BUFFER_ADDRESS, (uint64_t[]){COMMAND_RUN, length_bytes});
}

bool vsim_kernel_edu_write(struct vsim_kernel_edu *edu, uint64_t iova, uint64_t length_bytes)
{
    return transfer(edu, BUFFER_ADDRESS, iova, (uint64_t[]){COMMAND_RUN | COMMAND_TO_MEMORY, length_bytes});
}

static int map_scratch(struct vsim_kernel_edu *edu, uint64_t iova)
{
    struct vfio_iommu_type1_dma_map map = {
        .argsz = sizeof map,
        .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
        .vaddr = (uintptr_t)edu->backend->scratch,
        .iova = iova,
        .size = SCRATCH_BYTES,
    };

    return ioctl(edu->container_fd, VFIO_IOMMU_MAP_DMA, &map) == 0 ? 0 : errno;
}

static void unmap_scratch(struct vsim_kernel_edu *edu, uint64_t iova)
{
    struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof unmap, .iova = iova, .size = SCRATCH_BYTES};

    ioctl(edu->container_fd, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

/*
 * Map the scratch page somewhere: below each power of two that an aperture may end at, from the highest down,
 * at places that a trace is unlikely to want.
 */
static bool place_scratch(struct vsim_kernel_edu *edu, uint64_t *iova)
{
    const uint64_t odd = UINT64_C(0x135000), step = UINT64_C(0x40201000);

    if (edu->container_fd < 0)
        return false;
    for (unsigned bits = 47; bits > 24; bits--) {
        for (unsigned i = 0; i < 4; i++) {
            int error;

            *iova = (UINT64_C(1) << bits) - odd - (bits > 34 ? i * step : i * SCRATCH_BYTES);
            error = map_scratch(edu, *iova);
            if (error == 0)
                return true;
            if (error != EEXIST && error != EINVAL && error != EFAULT)
                return false;
        }
    }
    return false;
}

bool vsim_kernel_edu_fill(struct vsim_kernel_edu *edu, uint8_t byte)
{
    uint64_t iova;
    bool done;

    if (edu->device->buffer_fill == byte)
        return true;
    if (!place_scratch(edu, &iova))
        return false;
    memset(edu->backend->scratch, byte, SCRATCH_BYTES);
    done = vsim_kernel_edu_read(edu, iova, VSIM_KERNEL_EDU_CHUNK_BYTES);
    unmap_scratch(edu, iova);
    if (done)
        edu->device->buffer_fill = byte;
    return done;
}

bool vsim_kernel_edu_show(struct vsim_kernel_edu *edu, uint8_t *bytes, uint64_t length_bytes)
{
    uint64_t iova;
    bool done;

    if (!place_scratch(edu, &iova))
        return false;
    done = vsim_kernel_edu_write(edu, iova, length_bytes);
    unmap_scratch(edu, iova);
    memcpy(bytes, edu->backend->scratch, length_bytes);
    return done;
}

bool vsim_kernel_edu_free_iova(struct vsim_kernel_edu *edu, uint64_t *iova)
{
    if (!place_scratch(edu, iova))
        return false;
    unmap_scratch(edu, *iova);
    return true;
}

enum vsim_kernel_mapped vsim_kernel_edu_is_mapped(struct vsim_kernel_edu *edu, uint64_t iova)
{
    const uint64_t page = iova & ~(uint64_t)(SCRATCH_BYTES - 1);
    const int error = edu->container_fd >= 0 ? map_scratch(edu, page) : EBADF;

    if (error == 0)
        unmap_scratch(edu, page);
    /* EINVAL: outside every valid range, where nothing can be mapped. */
    if (error == 0 || error == EINVAL)
        return VSIM_KERNEL_NOT_MAPPED;
    return error == EEXIST ? VSIM_KERNEL_MAPPED : VSIM_KERNEL_MAPPED_UNKNOWN;
}
