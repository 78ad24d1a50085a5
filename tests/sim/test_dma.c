// SPDX-License-Identifier: MIT
/* What a device reaches, whatever the process does to its memory meanwhile. */
#include "vector.h"

#define MAP2M                                                                                                \
    "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, iova=0x100000, size=2M}) = 0\n"

/* Traces read best as they stand. */
/* clang-format off */
static const struct vector vectors[] = {
    {"a write lands in the object and the CPU sees it", WORLD P1 I DEVICE MAP2M
     "d0: dma write iova=0x101000 len=4K fill=0xa5 = ok {at=m0+0x1000}\n"
     "p1: load(addr=m0+0x1000, length=4K) = 0 {fill=0xa5}\n"
     "p1: load(addr=m0+0x0, length=4K) = 0 {fill=0x11}\n"
     "d0: dma read iova=0x101000 len=4K = ok {fill=0xa5, at=m0+0x1000}\n"},
    {"a page that is not mapped faults, and what lies below it is done", WORLD P1 I DEVICE MAP2M
     "d0: dma read iova=0x900000 len=4K = fault {fault=0x900000, reason=NOT_PRESENT}\n"
     "d0: dma write iova=0x2ff000 len=8K fill=0xa5 = fault {fault=0x300000, reason=NOT_PRESENT}\n"
     "p1: load(addr=m0+0x1ff000, length=4K) = 0 {fill=0xa5}\n"},
    {"beyond the aperture", WORLD P1 I DEVICE MAP2M
     "d0: dma read iova=0x1000000000000 len=4K = fault {fault=0x1000000000000, reason=BEYOND_APERTURE}\n"},
    {"a device that nobody has open is off", WORLD P1 I MAP2M
     "d0: dma read iova=0x100000 len=4K = off\n" DEVICE "d0: dma read iova=0x100000 len=4K = ok {at=m0+0x0}\n"
     "p1: close(fd=v0) = 0\n"
     "d0: dma read iova=0x100000 len=4K = off\n"},
    {"a mapping of a BAR keeps the device on the bus", WORLD P1 I MAP2M DEVICE
     "p1: m1 = mmap(length=64K, flags=SHARED, fd=v0) = 0\n"
     "p1: close(fd=v0) = 0\n"
     "d0: dma read iova=0x100000 len=4K = ok {at=m0+0x0}\n"
     "p1: munmap(addr=m1+0x0, length=64K) = 0\n"
     "d0: dma read iova=0x100000 len=4K = off\n"},
    {"permissions", WORLD P1 I DEVICE
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, vaddr=m0+0x0, iova=0x0, size=4K}) = 0\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=WRITE, vaddr=m0+0x1000, iova=0x1000, size=4K}) = 0\n"
     "d0: dma write iova=0x0 len=4K fill=0x1 = fault {fault=0x0, reason=NO_WRITE}\n"
     "d0: dma read iova=0x1000 len=4K = ok {fill=0x11, at=m0+0x1000}\n"},
    {"only VT-d reads what is write-only",
     "world: i0 = iommu(kind=amd)\nworld: n1 = group(iommu=i0)\n"
     "world: d0 = device(group=n1, name=\"0000:00:04.0\")\n" P1 I DEVICE
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=WRITE, vaddr=m0+0x1000, iova=0x1000, size=4K}) = 0\n"
     "d0: dma read iova=0x1000 len=4K = fault {fault=0x1000, reason=NO_READ}\n"},
    {"after munmap the device still has the pages", WORLD P1 I DEVICE MAP2M
     "p1: munmap(addr=m0+0x0, length=64M) = 0\n"
     "p1: load(addr=m0+0x0, length=4K) = -1 EFAULT\n"
     "d0: dma read iova=0x100000 len=2M = ok {fill=0x11}\n"
     "p1: status() = 0 {locked_vm=2M}\n"
     "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x100000, size=2M}) = 0 {size=2M}\n"
     "p1: status() = 0 {locked_vm=0}\n"
     "d0: dma read iova=0x100000 len=4K = fault {fault=0x100000}\n"},
    {"after DONTNEED the CPU sees new pages and the device the old ones", WORLD P1 I DEVICE MAP2M
     "p1: madvise(addr=m0+0x1000, length=4K) = 0\n"
     "p1: load(addr=m0+0x1000, length=4K) = 0 {fill=0x0}\n"
     "p1: store(addr=m0+0x1000, length=4K, fill=0x22) = 0\n"
     "d0: dma read iova=0x101000 len=4K = ok {fill=0x11}\n"
     "d0: dma read iova=0x100000 len=4K = ok {fill=0x11, at=m0+0x0}\n"
     "d0: dma write iova=0x101000 len=4K fill=0x33 = ok\n"
     "p1: load(addr=m0+0x1000, length=4K) = 0 {fill=0x22}\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, vaddr=m0+0x1000, iova=0x0, size=4K}) = 0\n"
     "d0: dma read iova=0x0 len=4K = ok {fill=0x22, at=m0+0x1000}\n"},
    {"mremap moves pages", WORLD P1 I DEVICE MAP2M
     "p1: m1 = mremap(addr=m0+0x0, length=64M) = 0\n"
     "p1: load(addr=m0+0x0, length=4K) = -1 EFAULT\n"
     "d0: dma write iova=0x100000 len=4K fill=0x44 = ok {at=m0+0x0}\n"
     "p1: load(addr=m1+0x0, length=4K) = 0 {fill=0x44}\n"},
    {"a child has a copy, the device the parent's pages", WORLD P1 I DEVICE MAP2M
     "p1: p2 = fork() = 0\n"
     "p2: store(addr=m0+0x0, length=4K, fill=0x55) = 0\n"
     "d0: dma read iova=0x100000 len=4K = ok {fill=0x11, at=m0+0x0}\n"
     "p1: exit() = 0\n"
     "d0: dma read iova=0x100000 len=4K = ok {fill=0x11}\n"
     "p2: load(addr=m0+0x0, length=4K) = 0 {fill=0x55}\n"
     "p2: exit() = 0\n"
     "d0: dma read iova=0x100000 len=4K = off\n"},
    {"a memfd is one object for all who map it", WORLD P1 I DEVICE
     "p1: f0 = memfd(size=4M) = 0\n"
     "p1: m1 = mmap(length=4M, flags=SHARED, fd=f0) = 0\n"
     "p1: m2 = mmap(length=2M, flags=SHARED, fd=f0, offset=2M) = 0\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m1+0x200000, iova=0x0, size=2M}) = 0\n"
     "d0: dma write iova=0x1000 len=4K fill=0x66 = ok {at=f0+0x201000}\n"
     "p1: load(addr=m2+0x1000, length=4K) = 0 {fill=0x66}\n"},
    {"a private mapping of a file is copied when it is pinned for writing", WORLD P1 I DEVICE
     "p1: f0 = memfd(size=2M) = 0\n"
     "p1: m1 = mmap(length=2M, flags=SHARED, fd=f0) = 0\n"
     "p1: m2 = mmap(length=2M, flags=PRIVATE, fd=f0) = 0\n"
     "p1: store(addr=m1+0x0, length=2M, fill=0x77) = 0\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m2+0x0, iova=0x0, size=4K}) = 0\n"
     "p1: store(addr=m1+0x0, length=2M, fill=0x78) = 0\n"
     "p1: load(addr=m2+0x0, length=4K) = 0 {fill=0x77}\n"
     "p1: load(addr=m2+0x1000, length=4K) = 0 {fill=0x78}\n"
     "d0: dma read iova=0x0 len=4K = ok {fill=0x77, at=m2+0x0}\n"},
    {"memory of a device is mapped, not charged, and is real memory to another device", WORLD P1 I DEVICE
     "p1: m1 = mmap(length=64K, flags=SHARED, fd=v0) = 0\n"
     "p1: m2 = mmap(length=2M, flags=SHARED, fd=v0) = -1 EINVAL\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m1+0x0, iova=0x0, size=64K}) = 0\n"
     "p1: status() = 0 {locked_vm=0}\n"
     "d0: dma write iova=0x2000 len=4K fill=0x88 = ok {at=v0+0x2000}\n"
     "p1: load(addr=m1+0x2000, length=4K) = 0 {fill=0x88}\n"
     "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x0, size=64K}) = 0 {size=64K}\n"},
    {"one mapping over several objects", WORLD P1 I DEVICE
     "p1: f0 = memfd(size=1M) = 0\n"
     "p1: m1 = mmap(length=1M, flags=SHARED, fd=f0, at=m0+0x100000) = 0\n" MAP2M
     "p1: store(addr=m0+0xff000, length=8K, fill=0x99) = 0\n"
     "d0: dma read iova=0x1ff000 len=8K = ok {fill=0x99, at=m0+0xff000}\n"
     "d0: dma read iova=0x200000 len=4K = ok {fill=0x99, at=f0+0x0}\n"
     "p1: status() = 0 {locked_vm=2M}\n"
     "p1: munmap(addr=m0+0x0, length=64M) = 0\n"
     "d0: dma read iova=0x1ff000 len=8K = ok {fill=0x99}\n"},
};
/* clang-format on */

VECTOR_MAIN(vectors)
