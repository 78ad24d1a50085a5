// SPDX-License-Identifier: MIT
/* Containers, groups, descriptors and GET_INFO: TV-001 to TV-027. */
#include "vector.h"

#define HOST_WORLD                                                                                           \
    "world: i0 = iommu(kind=intel)\nworld: n1 = group(iommu=i0)\n"                                           \
    "world: d0 = device(group=n1, name=\"0000:00:04.0\")\n"                                                  \
    "world: d1 = device(group=n1, name=\"0000:00:04.1\", driver=host)\n" P1

/* Traces read best as they stand. */
/* clang-format off */
static const struct vector vectors[] = {
    {"TV-001", WORLD P1 FRESH "p1: ioctl(c0, VFIO_GET_API_VERSION) = 0\n"},
    {"TV-002", WORLD P1 FRESH
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @0x10{flags=READ}) = -1 EINVAL\n"
     "p1: ioctl(c0, 0x3b7f, @0x0) = -1 EINVAL\n"},
    {"TV-003", WORLD P1 I
     "p1: ioctl(c0, 0x3b7f, @0x0) = -1 ENOTTY\n"
     "p1: ioctl(c0, 0x3b73, @0x0) = -1 ENOTTY\n"
     "p1: ioctl(c0, VFIO_GROUP_GET_STATUS, {argsz=8}) = -1 ENOTTY\n"
     "p1: ioctl(c0, 0x3b64, @0x0) = 0\n"
     "p1: ioctl(g0, 0x3b71, @0x0) = -1 ENOTTY\n"
     "p1: ioctl(c7, VFIO_GET_API_VERSION) = -1 EBADF\n"},
    {"TV-004", WORLD P1 FRESH
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_TYPE1_IOMMU) = 1\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) = 1\n"
     "[..6.12] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_TYPE1_NESTING_IOMMU) = 1\n"
     "[mainline] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_TYPE1_NESTING_IOMMU) = 0\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_DMA_CC_IOMMU) = 0\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_SPAPR_TCE_IOMMU) = 0\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, 0xffffffff) = 0\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, 0x100000001) = 0\n"},
    {"TV-005", WORLD P1 FRESH
     "[5.8] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UNMAP_ALL) = 0\n"
     "[5.12..] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UNMAP_ALL) = 1\n"
     "[5.8] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UPDATE_VADDR) = 0\n"
     "[5.12..6.1.0] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UPDATE_VADDR) = 1\n"
     "[6.1..] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UPDATE_VADDR) = 0\n"},
    {"TV-006", WORLD P1 IE
     "[5.8] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UPDATE_VADDR) = 0\n"
     "[5.12..6.1.0] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UPDATE_VADDR) = 1\n"
     "[6.1..] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UPDATE_VADDR) = 0\n"
     "p1: ioctl(g9, VFIO_GROUP_UNSET_CONTAINER) = 0\n"
     "[5.12..] p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_UPDATE_VADDR) = 1\n"},
    {"TV-007 emulated", WORLD P1 E "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_DMA_CC_IOMMU) = 1\n"},
    {"TV-007 coherent", WORLD P1 I "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_DMA_CC_IOMMU) = 1\n"},
    {"TV-007 not coherent",
     "world: i0 = iommu(coherent=no)\nworld: n1 = group(iommu=i0)\n" P1 I
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_DMA_CC_IOMMU) = 0\n"},
    {"TV-008", WORLD P1 FRESH "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) = -1 EINVAL\n"},
    {"TV-009", WORLD P1 G1_IN
     "p1: ioctl(c0, VFIO_SET_IOMMU, 0x0) = -1 ENODEV\n"
     "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU) = -1 ENODEV\n"
     "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_DMA_CC_IOMMU) = -1 ENODEV\n"
     "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_NOIOMMU_IOMMU) = -1 ENODEV\n"
     "[5.8] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_UNMAP_ALL) = -1 ENODEV\n"
     "[5.12..] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_UNMAP_ALL) = -1 EINVAL\n"
     "[5.8] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_UPDATE_VADDR) = -1 ENODEV\n"
     "[5.12..6.1.0] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_UPDATE_VADDR) = -1 EINVAL\n"
     "[6.1..] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_UPDATE_VADDR) = -1 ENODEV\n" V2
     "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) = -1 EINVAL\n"},
    {"TV-010",
     "world: i0 = iommu(can_nest=yes)\nworld: n1 = group(iommu=i0)\n" P1 G1_IN
     "[mainline] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1_NESTING_IOMMU) = -1 ENODEV\n"
     "[..6.12] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1_NESTING_IOMMU) = 0\n"},
    {"TV-010 refused", WORLD P1 G1_IN
     "[..6.12] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1_NESTING_IOMMU) = -1 EINVAL\n" V2},
    {"TV-011",
     "world: i0 = iommu(isolated_msi=no)\nworld: n1 = group(iommu=i0)\n" P1 G1_IN MEM
     "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) = -1 EPERM\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, vaddr=m0+0x0, size=4K}) = -1 EINVAL\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_TYPE1_IOMMU) = 1\n"
     "world: param(allow_unsafe_interrupts=yes)\n" V2},
    {"TV-012", WORLD P1 G1
     "p1: x0 = open(path=\"/dev/null\") = 0\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, @0x10{container=c0}) = -1 EFAULT\n"
     "[..5.12] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=-1}) = -1 EINVAL\n"
     "[6.1.0..] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=-1}) = -1 EBADF\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c9}) = -1 EBADF\n"
     "[..6.1] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=x0}) = -1 EINVAL\n"
     "[6.12..] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=x0}) = -1 EBADFD\n"},
    {"TV-013", WORLD P1 G1_IN
     "[..5.12] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c9}) = -1 EINVAL\n"
     "[6.1.0..] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c9}) = -1 EBADF\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 EINVAL\n"},
    {"TV-014", WORLD P1 G1
     "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = -1 EINVAL\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" V2 DEVICE
     "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = -1 EBUSY\n"
     "p1: close(fd=v0) = 0\n"
     "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = 0\n"
     "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = -1 EINVAL\n"},
    {"TV-015", WORLD P1 G1
     "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {argsz=7}) = -1 EINVAL\n"
     "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {argsz=8}) = 0 {flags=VIABLE}\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
     "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {argsz=8}) = 0 {flags=VIABLE|CONTAINER_SET}\n"},
    {"TV-016", HOST_WORLD G1
     "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {argsz=8}) = 0 {flags=0}\n"
     "[6.1.0..] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 EPERM\n"
     "[..5.12] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
     "[..5.12] p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {argsz=8}) = 0 {flags=CONTAINER_SET}\n"
     "[..5.12] p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) = 0\n"
     "[..5.12] p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"0000:00:04.0\"}) = -1 EINVAL\n"},
    {"TV-017", WORLD P1 G1
     "p1: g1 = open(path=\"/dev/vfio/1\") = -1 EBUSY\n"
     "p1: g2 = dup(fd=g0) = 0\n"
     "p1: close(fd=g0) = 0\n"
     "p1: g1 = open(path=\"/dev/vfio/1\") = -1 EBUSY\n"
     "p1: close(fd=g2) = 0\n"
     "p1: g1 = open(path=\"/dev/vfio/1\") = 0\n"
     "p1: g5 = open(path=\"/dev/vfio/77\") = -1 ENOENT\n"},
    {"TV-018", WORLD P1 G1_IN
     "[..5.12] p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"none\"}) = -1 EINVAL\n"
     "[6.1.0..] p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"none\"}) = -1 ENODEV\n"
     "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"0000:00:04.0\"}) = -1 EINVAL\n" V2
     "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"none\"}) = -1 ENODEV\n"
     "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, @0x10) = -1 EFAULT\n"},
    {"TV-019", WORLD P1 I
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, size=16K}) = 0\n"
     "p1: status() = 0 {locked_vm=16K, pinned_vm=0}\n"
     "p1: close(fd=c0) = 0\n"
     "p1: status() = 0 {locked_vm=16K}\n"
     "p1: close(fd=g0) = 0\n"
     "p1: status() = 0 {locked_vm=0}\n"},
    {"TV-020", WORLD P1 I
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, size=16K}) = 0\n"
     "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = 0\n"
     "p1: status() = 0 {locked_vm=0}\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, size=16K}) = -1 EINVAL\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" V1
     "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {size=16K}) = 0 {size=0}\n"},
    {"TV-021 without the capability",
     "world: n5 = group(kind=noiommu)\nworld: param(noiommu=yes)\n" P1
     "p1: g5 = open(path=\"/dev/vfio/5\") = -1 EPERM\n"},
    {"TV-021",
     "world: i0 = iommu()\nworld: n1 = group(iommu=i0)\nworld: n5 = group(kind=noiommu)\n"
     "world: param(noiommu=yes)\nworld: p1 = process(caps=SYS_RAWIO)\n" G1
     "p1: g5 = open(path=\"/dev/vfio/5\") = 0\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_NOIOMMU_IOMMU) = 1\n"
     "p1: ioctl(g5, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
     "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) = -1 ENODEV\n"
     "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_NOIOMMU_IOMMU) = 0\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, size=4K}) = -1 ENOTTY\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_TYPE1_IOMMU) = 0\n"
     "p1: ioctl(c0, VFIO_CHECK_EXTENSION, VFIO_NOIOMMU_IOMMU) = 1\n"
     "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 EPERM\n"},
    {"TV-022", WORLD P1 I
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=15}) = -1 EINVAL\n"
     "[5.8] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {argsz=104, flags=PGSIZES|CAPS, iova_pgsizes=0x40201000}\n"
     "[5.12..6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {argsz=116, flags=PGSIZES|CAPS, "
     "iova_pgsizes=0x40201000}\n"
     "[6.12..] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {argsz=120, flags=PGSIZES|CAPS, "
     "iova_pgsizes=0x40201000}\n"},
    {"TV-023", WORLD P1 I
     "[5.8] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=4096}) = 0 {argsz=4096, cap_offset=24, "
     "capabilities=[MIGRATION{flags=0x0, hole=0x0, pgsize_bitmap=0x1000, max_dirty_bitmap_size=256M}, "
     "IOVA_RANGE{nr_iovas=2, reserved=0x0, 0x0..0xfedfffff, 0xfef00000..0xffffffffffff}]}\n"
     "[5.12..6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=4096}) = 0 {argsz=4096, cap_offset=24, "
     "capabilities=[MIGRATION{flags=0x0, hole=0x0, pgsize_bitmap=0x1000, max_dirty_bitmap_size=256M}, "
     "DMA_AVAIL{avail=65535}, IOVA_RANGE{nr_iovas=2, reserved=0x0, 0x0..0xfedfffff, 0xfef00000..0xffffffffffff}]}\n"
     "[6.12..] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=4096}) = 0 {argsz=4096, cap_offset=24, "
     "capabilities=[MIGRATION{flags=0x0, hole=0x0, pgsize_bitmap=0x1000, max_dirty_bitmap_size=256M}, "
     "DMA_AVAIL{avail=65535}, IOVA_RANGE{at=72, nr_iovas=2, reserved=0x0, 0x0..0xfedfffff, "
     "0xfef00000..0xffffffffffff}]}\n"},
    {"TV-024", WORLD P1 E
     "[5.8] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {argsz=56, iova_pgsizes=0xfffffffffffff000}\n"
     "[5.12..6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {argsz=68, iova_pgsizes=0xfffffffffffff000}\n"
     "[6.12..] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {argsz=72, iova_pgsizes=0xfffffffffffff000}\n"},
    {"TV-025", WORLD P1 I
     "[6.12..] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=119}) = 0 {argsz=120, cap_offset=0}\n"
     "[6.12..] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=120}) = 0 {argsz=120, cap_offset=24}\n"
     "[5.12..6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=115}) = 0 {argsz=116, cap_offset=0}\n"
     "[5.12..6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=116}) = 0 {argsz=116, cap_offset=24}\n"},
    {"TV-026", WORLD P1 I
     "[..6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=18, raw[16]=x\"aaaaaaaa\"}) = 0 {cap_offset=2863311530}\n"
     "[6.12..] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=18, raw[16]=x\"aaaaaaaa\"}) = 0 {cap_offset=2863267840}\n"},
    {"TV-027", WORLD P1 I
     "p1: m1 = mmap(length=4K, prot=READ) = 0\n"
     "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, @m1+0x0{argsz=16}) = -1 EFAULT\n"},
    {"a descriptor travels", WORLD P1 "world: p2 = process(memlock=64M)\n" I
     "p1: c5 = pass(fd=c0, to=p2) = 0\n"
     "p2: ioctl(c5, VFIO_IOMMU_MAP_DMA, {flags=READ, vaddr=0x1000, size=4K}) = -1 EFAULT\n"
     "p2: m1 = mmap(length=16K) = 0\n"
     "p2: ioctl(c5, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m1+0x0, size=16K}) = 0\n"
     "p2: status() = 0 {locked_vm=16K}\n"
     "p1: status() = 0 {locked_vm=0}\n"
     "p1: exit() = 0\n"
     "p2: status() = 0 {locked_vm=0}\n"
     "p2: ioctl(c5, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m1+0x0, size=16K}) = -1 EINVAL\n"},
    {"T1-CON-06", WORLD P1 FRESH
     "[..5.12] p1: m0 = mmap(length=4K, flags=SHARED, fd=c0) = -1 EINVAL\n"
     "[6.1.0..] p1: m0 = mmap(length=4K, flags=SHARED, fd=c0) = -1 ENODEV\n"},
    {"T1-FD-03", WORLD P1 I DEVICE
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, size=16K}) = 0\n"
     "p1: close(fd=g0) = 0\n"
     "p1: g0 = open(path=\"/dev/vfio/1\") = -1 EBUSY\n"
     "p1: status() = 0 {locked_vm=16K}\n"
     "p1: close(fd=v0) = 0\n"
     "p1: status() = 0 {locked_vm=0}\n"
     "p1: g0 = open(path=\"/dev/vfio/1\") = 0\n"},
};
/* clang-format on */

VECTOR_MAIN(vectors)
