// SPDX-License-Identifier: MIT
/* Vaddr updates, attach and detach: TV-086 to TV-107, TV-132, TV-133, TV-140, as far as no device pins pages.
 */
#include "vector.h"

#define MAP(iova, vaddr, size)                                                                               \
    "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=" vaddr ", iova=" iova ", size=" size "}) "  \
    "= "
#define VADDR(iova, vaddr, size)                                                                             \
    "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=VADDR, vaddr=" vaddr ", iova=" iova ", size=" size "}) = "
#define INVALIDATE(iova, size)                                                                               \
    "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=VADDR, iova=" iova ", size=" size "}) = "
#define UNMAP(iova, size)   "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=" iova ", size=" size "}) = "
#define L(size)             "p1: status() = 0 {locked_vm=" size "}\n"
#define IN(group, result)   "p1: ioctl(" group ", VFIO_GROUP_SET_CONTAINER, {container=c0}) = " result "\n"
#define OUT(group)          "p1: ioctl(" group ", VFIO_GROUP_UNSET_CONTAINER) = 0\n"
#define OPEN(group, number) "p1: " group " = open(path=\"/dev/vfio/" number "\") = 0\n"

/* G2 of annex B: another IOMMU, of which the macros' argument says more. */
#define OTHER(iommu) WORLD "world: i1 = iommu(" iommu ")\nworld: n2 = group(iommu=i1)\n"

/* Traces read best as they stand. */
/* clang-format off */
static const struct vector vectors[] = {
    {"TV-086", WORLD P1 I MAP("0x0", "m0+0x0", "16K") "0\n"
     "[5.12..] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"
     "[5.12..] " L("16K")
     "[5.12..] " INVALIDATE("0x0", "16K") "-1 EINVAL\n"
     "[5.12..] " MAP("0x0", "m0+0x0", "16K") "-1 EEXIST\n"
     "[5.12..] " VADDR("0x0", "m0+0x0", "8K") "-1 EINVAL\n"
     "[5.12..] " VADDR("0x8000", "m0+0x0", "16K") "-1 ENOENT\n"
     "[5.12..] " VADDR("0x0", "m0+0x100000", "16K") "0\n"
     "[5.12..] " VADDR("0x0", "m0+0x100000", "16K") "-1 EINVAL\n"
     UNMAP("0x0", "16K") "0 {size=16K}\n" L("0")},
    {"TV-087", WORLD P1 I MAP("0x0", "m0+0x0", "16K") "0\n" MAP("0x4000", "m0+0x0", "16K") "0\n"
     MAP("0x8000", "m0+0x0", "16K") "0\n"
     "[5.12..] " INVALIDATE("0x8000", "16K") "0 {size=16K}\n"
     "[5.12..] " INVALIDATE("0x0", "48K") "-1 EINVAL\n"
     "[5.12..] " VADDR("0x0", "m0+0x0", "16K") "-1 EINVAL\n"
     "[5.12..] " VADDR("0x8000", "m0+0x0", "16K") "0\n"},
    {"TV-088", OTHER("kind=amd") P1 I OPEN("g2", "2") MAP("0x0", "m0+0x0", "16K") "0\n" MAP("0x4000", "m0+0x0", "16K")
     "0\n"
     "[5.12..] p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=ALL|VADDR}) = 0 {size=32K}\n"
     "[5.12..] p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=ALL}) = 0 {size=32K}\n"
     "[5.12..] " L("0")
     IN("g2", "0")},
    {"TV-089", WORLD P1 IE MAP("0x0", "m0+0x0", "16K") "0\n"
     "[6.1..] " INVALIDATE("0x0", "16K") "-1 EBUSY\n"
     "[6.1..] " INVALIDATE("0x800", "16K") "-1 EBUSY\n"
     "[5.12..6.1.0] " INVALIDATE("0x800", "16K") "-1 EINVAL\n"
     "[5.12..6.1.0] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"},
    {"TV-090", OTHER("kind=amd") P1 I OPEN("g2", "2") OPEN("g3", "3") OPEN("g9", "9") MAP("0x0", "m0+0x0", "16K") "0\n"
     "[5.12..] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"
     "[6.1..] " IN("g2", "-1 EBUSY")
     "[6.1..] " IN("g3", "-1 EBUSY")
     "[6.1..] " IN("g9", "-1 EBUSY")
     "[5.12..6.1.0] " IN("g3", "0")
     "[5.12..6.1.0] " IN("g9", "0")
     "[5.12..] " VADDR("0x0", "m0+0x0", "16K") "0\n"
     IN("g2", "0")},
    {"TV-094", WORLD P1 I MAP("0x0", "m0+0x0", "16K") "0\n"
     "[5.12..] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"
     "p1: p2 = fork() = 0\n"
     "p2: setrlimit(memlock=12K) = 0\n"
     "[6.1..] p2: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=VADDR, vaddr=m0+0x0, size=16K}) = -1 ENOMEM\n"
     L("16K") "p2: setrlimit(memlock=16K) = 0\n"
     "[5.12..] p2: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=VADDR, vaddr=m0+0x0, size=16K}) = 0\n"
     "[6.1..] p2: status() = 0 {locked_vm=16K}\n"
     "[6.1..] " L("0")
     "[5.12..6.1.0] p2: status() = 0 {locked_vm=0}\n"
     "[5.12..6.1.0] " L("16K")},
    {"TV-095", WORLD P1 I MAP("0x0", "m0+0x0", "16K") "0\n"
     "[5.12..] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"
     "p1: exec() = 0\np1: m1 = mmap(length=1M) = 0\n"
     "[5.12..] " VADDR("0x0", "m1+0x0", "16K") "0\n"
     "[5.12..6.1.0] " L("0")
     "[6.1..] " L("16K")
     "[5.12..] " UNMAP("0x0", "16K") "0 {size=16K}\n"
     "[5.12..6.1.0] " L("18446744073709535232")
     "[6.1..] " L("0")},
    {"TV-096", WORLD "world: param(dma_entry_limit=1)\n" P1 I MAP("0x0", "m0+0x0", "16K") "0\n"
     "[5.12..] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"
     "[5.12..] " VADDR("0x0", "m0+0x0", "16K") "0\n"},
    {"TV-097", WORLD P1 I MAP("0x0", "m0+0x0", "16K") "0\n"
     "[5.12..] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"
     MAP("0x10000", "m0+0x0", "16K") "0\n" UNMAP("0x0", "16K") "0 {size=16K}\n"},
    {"TV-098", WORLD P1 I1 MAP("0x0", "m0+0x0", "2M") "0\n"
     "[5.12..] " INVALIDATE("0x1000", "4K") "0 {size=0}\n"
     "[5.12..] " INVALIDATE("0x0", "4K") "0 {size=2M}\n"
     "[5.12..] " VADDR("0x0", "m0+0x0", "2M") "0\n"},
    {"TV-099, TV-100", WORLD P1 I MAP("0x0", "m0+0x0", "16K") "0\n"
     "[5.8] " INVALIDATE("0x0", "16K") "-1 EINVAL\n"
     "[5.12..] " INVALIDATE("0x0", "16K") "0 {size=16K}\n"
     "[5.12..] " VADDR("0x0", "0x500000000000", "16K") "0\n"},
    {"TV-101 without pins", WORLD P1 IE MAP("0x0", "m0+0x0", "16K") "0\n" L("16K") OUT("g0") L("0")
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {iova_pgsizes=0xfffffffffffff000}\n"
     MAP("0x0", "m0+0x0", "16K") "-1 EEXIST\n" IN("g0", "0") L("16K") UNMAP("0x0", "16K") "0 {size=16K}\n" L("0")},
    {"TV-102", WORLD P1 E OPEN("g0", "1") MAP("0x0", "m0+0x0", "16K") "0\n" MAP("0x10000", "0x500000000000", "4K") "0\n"
     IN("g0", "-1 EFAULT")
     "[5.12..] " L("0")
     "[5.8] " L("16K")
     "[5.12..] " UNMAP("0x10000", "4K") "0 {size=4K}\n"
     "[5.12..] " IN("g0", "0")
     "[5.12..] " L("16K")},
    {"TV-103", WORLD P1 E OPEN("g0", "1") MAP("0xfee00000", "m0+0x0", "4K") "0\n" IN("g0", "-1 EINVAL")
     UNMAP("0xfee00000", "4K") "0 {size=4K}\n" IN("g0", "0")},
    {"TV-104", OTHER("aperture_last=0x7fffffffff") "world: reserved(iommu=i1, kind=MSI, first=0xfee00000, last=0xfeefffff)\n"
     P1 I OPEN("g2", "2") MAP("0x10000000000", "m0+0x0", "4K") "0\n" IN("g2", "-1 EINVAL")
     UNMAP("0x10000000000", "4K") "0 {size=4K}\n" IN("g2", "0") MAP("0x7ffffff000", "m0+0x0", "4K") "0\n"
     MAP("0x8000000000", "m0+0x0", "4K") "-1 EINVAL\n" OUT("g2") MAP("0x8000000000", "m0+0x0", "4K") "0\n"
     MAP("0xfee00000", "m0+0x0", "4K") "-1 EINVAL\n" L("8K")},
    {"TV-105", OTHER("page_sizes=0x210000") P1 I OPEN("g2", "2") IN("g2", "0")
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {iova_pgsizes=0x200000}\n"
     MAP("0x0", "m0+0x0", "4K") "-1 EINVAL\n" MAP("0x0", "m0+0x0", "2M") "0\n" L("2M")},
    {"TV-105 with a small mapping", OTHER("page_sizes=0x210000") P1 I OPEN("g2", "2") MAP("0x0", "m0+0x0", "4K") "0\n"
     IN("g2", "-1 EINVAL") L("4K")},
    {"TV-106", WORLD P1 I OPEN("g3", "3") MAP("0x0", "m0+0x0", "16K") "0\n" IN("g3", "0") L("16K") OUT("g0") L("16K")
     OUT("g3") L("0")},
    {"TV-107", SMALLEST_PAGE_64K "world: i0 = iommu()\nworld: n1 = group(iommu=i0)\n" P1 I
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {iova_pgsizes=0x40210000}\n"
     MAP("0x0", "m0+0x0", "4K") "-1 EINVAL\n" MAP("0x0", "m0+0x0", "64K") "0\n" L("64K")},
    {"two domains, and the first goes", OTHER("kind=amd") "world: d2 = device(group=n2, name=\"d2\")\n" P1 I OPEN("g2", "2")
     MAP("0x0", "m0+0x0", "2M") "0\n" IN("g2", "0") DEVICE
     "p1: v2 = ioctl(g2, VFIO_GROUP_GET_DEVICE_FD, {name=\"d2\"}) = 0\n" L("2M")
     "d0: dma read iova=0x1000 len=4K = ok {fill=0x11, at=m0+0x1000}\n"
     "d2: dma read iova=0x1000 len=4K = ok {fill=0x11, at=m0+0x1000}\n"
     MAP("0x400000", "m0+0x200000", "2M") "0\n" "p1: close(fd=v0) = 0\n" OUT("g0") L("4M")
     "d2: dma read iova=0x401000 len=4K = ok {fill=0x11, at=m0+0x201000}\n"
     UNMAP("0x0", "4M") "0 {size=2M}\n" L("2M")
     "d2: dma read iova=0x1000 len=4K = fault {fault=0x1000}\n"},
    {"TV-132 without pins", WORLD P1 E OPEN("g0", "1") MAP("0x0", "m0+0x0", "16K") "0\n" MAP("0x10000", "m0+0x0", "16K")
     "0\n" L("0") IN("g0", "0") L("32K") OUT("g0") L("0") OUT("g9") MAP("0x0", "m0+0x0", "4K") "-1 EINVAL\n"},
    {"TV-133", OTHER("kind=amd") P1 I OPEN("g2", "2") MAP("0x0", "m0+0x0", "16K") "0\n" MAP("0x10000", "m0+0x10000", "16K")
     "0\n"
     "[6.1..] p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=ALL|VADDR}) = 0 {size=32K}\n"
     "[6.1..] " IN("g2", "-1 EBUSY")
     "[6.1..] p1: exec() = 0\n"
     "[6.1..] p1: m1 = mmap(length=1M) = 0\n"
     "[6.1..] " VADDR("0x0", "m1+0x0", "16K") "0\n"
     "[6.1..] " IN("g2", "-1 EBUSY")
     "[6.1..] " VADDR("0x10000", "m1+0x10000", "16K") "0\n"
     "[6.1..] " IN("g2", "0")
     "[6.1..] " L("32K")},
    {"TV-140", WORLD P1 E OPEN("g0", "1") MAP("0x0", "m0+0x0", "16K") "0\n"
     "p1: p2 = fork() = 0\n"
     "p2: store(addr=m0+0x0, length=16K, fill=0x99) = 0\n"
     "p2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" L("16K") "p2: status() = 0 {locked_vm=0}\n" DEVICE
     "d0: dma read iova=0x0 len=16K = ok {fill=0x99}\n"},
    {"T1-OWN-08, the caller's limit counts run by run", WORLD P1 E OPEN("g0", "1")
     "p1: m1 = mmap(length=16K) = 0\np1: m2 = mmap(length=16K, at=m1+0x4000) = 0\n"
     "p1: store(addr=m1+0x0, length=32K, fill=0x1) = 0\n" MAP("0x0", "m1+0x0", "32K") "0\n"
     "p1: p2 = fork() = 0\n"
     "p2: setrlimit(memlock=12K) = 0\n"
     "p2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 ENOMEM\n"
     "[5.12..] p2: setrlimit(memlock=16K) = 0\n"
     "[5.12..] p2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
     "[5.12..] " L("32K")},
};
/* clang-format on */

VECTOR_MAIN(vectors)
