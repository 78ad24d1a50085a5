// SPDX-License-Identifier: MIT
/* UNMAP_DMA, the top of the address space, owners: TV-052 to TV-063, TV-116 to TV-119, TV-138, TV-139,
 * TV-141. */
#include "vector.h"

#define MAP(iova, vaddr, size)                                                                               \
    "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=" vaddr ", iova=" iova ", size=" size        \
    "}) = 0\n"
#define UNMAP(iova, size) "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=" iova ", size=" size "}) = "
#define ALL(result)       "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=ALL, iova=0x0, size=0}) = " result "\n"
#define L(size)           "p1: status() = 0 {locked_vm=" size "}\n"

/* Traces read best as they stand. */
/* clang-format off */
static const struct vector vectors[] = {
    {"TV-052", WORLD P1 I MAP("0x0", "m0+0x0", "16K")
     UNMAP("0x0", "8K") "-1 EINVAL\n" UNMAP("0x1000", "12K") "-1 EINVAL\n" UNMAP("0x0", "32K") "0 {size=16K}\n"
     UNMAP("0x0", "32K") "0 {size=0}\n"},
    {"TV-053, TV-054", WORLD P1 I MAP("0x0", "m0+0x0", "16K") MAP("0x8000", "m0+0x0", "16K")
     UNMAP("0x4000", "16K") "0 {size=0}\n" UNMAP("0x0", "36K") "-1 EINVAL\n" L("32K")
     UNMAP("0x0", "64K") "0 {size=32K}\n" L("0")},
    {"TV-055", WORLD P1 I1 MAP("0x0", "m0+0x0", "2M") UNMAP("0x0", "4K") "0 {size=2M}\n" L("0")},
    {"TV-056", WORLD P1 I1 MAP("0x0", "m0+0x0", "2M") UNMAP("0x1000", "2044K") "0 {size=0}\n" L("2M")},
    {"TV-057, A first", WORLD P1 I1 MAP("0x0", "m0+0x0", "2M") MAP("0x200000", "m0+0x0", "2M")
     UNMAP("0x1000", "4092K") "0 {size=0}\n"},
    {"TV-057, B first", WORLD P1 I1 MAP("0x200000", "m0+0x0", "2M") MAP("0x0", "m0+0x0", "2M")
     "[5.8] " UNMAP("0x1000", "4092K") "0 {size=2M}\n"
     "[5.12..] " UNMAP("0x1000", "4092K") "0 {size=0}\n"},
    {"TV-058", WORLD P1 I1 MAP("0x0", "m0+0x0", "2M") MAP("0x200000", "m0+0x0", "2M")
     UNMAP("0x0", "2052K") "0 {size=4M}\n"},
    {"TV-059", WORLD P1 I MAP("0x0", "m0+0x0", "4K") MAP("0x10000", "m0+0x0", "8K") MAP("0x20000", "m0+0x0", "12K")
     "[5.12..] " ALL("0 {size=24K}")
     "[5.12..] " ALL("0 {size=0}")
     "[5.8] " ALL("-1 EINVAL")
     "[5.12..] p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=ALL, iova=0x1000, size=0}) = -1 EINVAL\n"
     "[5.12..] p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=ALL, iova=0x0, size=4K}) = -1 EINVAL\n"},
    {"TV-060", WORLD P1 I
     UNMAP("0x0", "0") "-1 EINVAL\n"
     "[..6.12] " UNMAP("0xfffffffffffff000", "8K") "-1 EINVAL\n"
     "[mainline] " UNMAP("0xfffffffffffff000", "8K") "-1 EOVERFLOW\n"
     UNMAP("0xfffffffffffff800", "8K") "-1 EINVAL\n"},
    {"TV-061", WORLD P1 I MAP("0x0", "m0+0x0", "16K")
     "p1: m1 = mmap(length=4K, prot=READ) = 0\n"
     "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, @m1+0x0{iova=0x0, size=16K}) = -1 EFAULT\n" L("0")
     UNMAP("0x0", "16K") "0 {size=0}\n"},
    {"TV-062", WORLD P1 I MAP("0x0", "m0+0x0", "16K")
     "p1: p2 = fork() = 0\n"
     "p2: status() = 0 {locked_vm=0}\n"
     "[..5.12] p2: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x0, size=16K}) = 0 {size=0}\n"
     "[..5.12] p1: status() = 0 {locked_vm=16K}\n"
     "[6.1.0..] p2: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x0, size=16K}) = 0 {size=16K}\n"
     "[6.1.0..] p1: status() = 0 {locked_vm=0}\n"
     "p2: status() = 0 {locked_vm=0}\n"},
    {"TV-063", WORLD P1 I MAP("0x0", "m0+0x0", "16K")
     "p1: exec() = 0\n" L("0") UNMAP("0x0", "16K") "0 {size=16K}\n"
     "p1: m1 = mmap(length=4K) = 0\n"
     "[..6.1.0] " L("18446744073709535232")
     "[6.1..] " L("0")
     "[..6.1.0] p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m1+0x0, size=4K}) = -1 ENOMEM\n"
     "[6.1..] p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m1+0x0, size=4K}) = 0\n"},
    {"TV-116", WORLD P1 E MAP("0xfffffffffffff000", "m0+0x0", "4K")
     "[..6.12] " MAP("0xfffffffffffff000", "m0+0x0", "4K")
     "[mainline] p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, vaddr=m0+0x0, iova=0xfffffffffffff000, size=4K}) = "
     "-1 EEXIST\n"
     "[..6.12] " UNMAP("0xfffffffffffff000", "4K") "0 {size=0}\n"
     "[mainline] " UNMAP("0xfffffffffffff000", "4K") "0 {size=4K}\n"},
    {"TV-117", WORLD P1 E MAP("0x0", "m0+0x0", "4K") MAP("0xfffffffffffff000", "m0+0x0", "4K")
     "[5.12..] " ALL("0 {size=8K}")},
    {"TV-118 a", WORLD P1 E MAP("0xfffffffffffff000", "m0+0x0", "4K") MAP("0x0", "m0+0x0", "4K")
     "[5.12..6.12] " ALL("0 {size=0}")
     "[mainline] " ALL("0 {size=8K}")},
    {"TV-118 b", WORLD P1 E MAP("0xfffffffffffff000", "m0+0x0", "4K") MAP("0x0", "m0+0x0", "4K")
     "[5.8] " UNMAP("0x0", "4K") "0 {size=4K}\n"
     "[5.12..6.12] " UNMAP("0x0", "4K") "0 {size=0}\n"
     "[mainline] " UNMAP("0x0", "4K") "0 {size=4K}\n"},
    {"TV-119", WORLD P1 E MAP("0xffffffffffffe000", "m0+0x0", "4K")
     "[..6.12] " UNMAP("0xffffffffffffe000", "8K") "0 {size=0}\n"
     "[mainline] " UNMAP("0xffffffffffffe000", "8K") "0 {size=4K}\n"},
    {"T1-TOP-02, no overlap is seen", WORLD P1 E MAP("0xffffffffffffe000", "m0+0x0", "4K")
     "[..6.12] " MAP("0xffffffffffffe000", "m0+0x0", "8K")
     "[..6.12] " MAP("0xffffffffffffe000", "m0+0x0", "8K")
     "[mainline] p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, vaddr=m0+0x0, iova=0xffffffffffffe000, size=8K}) = "
     "-1 EEXIST\n"},
    {"T1-TOP-04, but the boundary rule is", WORLD P1 E MAP("0xffffffffffffc000", "m0+0x0", "8K")
     UNMAP("0xffffffffffffd000", "12K") "-1 EINVAL\n"},
    {"T1-TOP-05, a leak", "world: i0 = iommu(aperture_last=0xffffffffffffffff)\nworld: n1 = group(iommu=i0)\n"
     "world: d0 = device(group=n1, name=\"0000:00:04.0\")\n" P1 I DEVICE
     MAP("0x0", "m0+0x0", "4K") MAP("0xfffffffffffff000", "m0+0x1000", "4K")
     "[5.12..] " ALL("0 {size=8K}")
     "[5.12] " L("4K")
     "[6.1.0..6.12] " L("4K")
     "[5.12..6.12] d0: dma read iova=0xfffffffffffff000 len=4K = ok {fill=0x11, at=m0+0x1000}\n"
     "[mainline] " L("0")
     "[mainline] d0: dma read iova=0xfffffffffffff000 len=4K = fault {fault=0xfffffffffffff000}\n"
     "p1: close(fd=v0) = 0\n"
     "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = 0\n"},
    {"TV-138", WORLD P1 I1 MAP("0x0", "m0+0x0", "2M")
     "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = 0\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" V2 MAP("0x0", "m0+0x0", "2M")
     UNMAP("0x0", "4K") "-1 EINVAL\n"},
    {"TV-139", WORLD P1 I MAP("0x0", "m0+0x0", "4K")
     "p1: p2 = fork() = 0\n"
     "p2: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, iova=0x1000, size=4K}) = 0\n"
     "p2: status() = 0 {locked_vm=4K}\n" MAP("0x2000", "m0+0x0", "4K")
     "[5.12] " UNMAP("0x0", "12K") "0 {size=4K}\n"
     "[5.12] p2: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x1000, size=4K}) = 0 {size=4K}\n"
     "[5.12] " UNMAP("0x0", "12K") "0 {size=4K}\n"
     "[6.1.0..] " UNMAP("0x0", "12K") "0 {size=12K}\n"
     "[5.12..] " L("0")
     "[5.12..] p2: status() = 0 {locked_vm=0}\n"},
    {"TV-141", WORLD P1 I1 MAP("0x0", "m0+0x0", "8K") MAP("0x2000", "m0+0x0", "8K") MAP("0x4000", "m0+0x0", "8K")
     "[5.8] " UNMAP("0x1000", "20K") "0 {size=16K}\n"
     "[5.12..] " UNMAP("0x1000", "20K") "0 {size=0}\n"},
    {"TV-135", WORLD P1 I
     "p1: c1 = open(path=\"/dev/vfio/vfio\") = 0\np1: g3 = open(path=\"/dev/vfio/3\") = 0\n"
     "p1: ioctl(g3, VFIO_GROUP_SET_CONTAINER, {container=c1}) = 0\n"
     "p1: ioctl(c1, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) = 0\n" MAP("0x0", "m0+0x0", "16K")
     "p1: ioctl(c1, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, size=16K}) = 0\n" L("32K")
     "p1: close(fd=g0) = 0\np1: close(fd=c0) = 0\n" L("16K")},
    {"T1-FD-05", WORLD P1 I MAP("0x0", "m0+0x0", "16K")
     "p1: p2 = fork() = 0\np1: exit() = 0\np2: status() = 0 {locked_vm=0}\n"
     "[6.1.0..] p2: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x0, size=16K}) = 0 {size=16K}\n"
     "[..5.12] p2: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=0x0, size=16K}) = 0 {size=0}\n"
     "p2: status() = 0 {locked_vm=0}\n"},
};
/* clang-format on */

VECTOR_MAIN(vectors)
