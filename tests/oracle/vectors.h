// SPDX-License-Identifier: MIT
/* The words in which the vectors of annex B are written. A page is 4K; K of the annex is one page here. */
#ifndef VSIM_TESTS_ORACLE_VECTORS_H
#define VSIM_TESTS_ORACLE_VECTORS_H

struct vector {
    const char *name;
    const char *dialects; /* As in trace_check.h; "5.8+" for all. */
    const char *text;
};

// clang-format off

/* The world: a real group, an emulated one, a process without capabilities. */
#define IOMMU    "world: i0 = iommu(kind=intel, aperture_last=0xffffffffffff, page_sizes=0x40201000)\n" \
                 "world: reserved(iommu=i0, kind=MSI, first=0xfee00000, last=0xfeefffff)\n"
#define GROUP    "world: n1 = group(kind=real, iommu=i0)\nworld: d0 = device(group=n1, name=\"d\")\n"
#define EMULATED "world: n2 = group(kind=emulated)\nworld: d1 = device(group=n2, name=\"e\")\n"
#define LIMIT(memlock) "world: p1 = process(memlock=" #memlock ")\n"
#define WORLD    IOMMU GROUP EMULATED

/* Environments. V is m0, 64M that are there. */
#define V        "p1: m0 = mmap(length=64M, flags=PRIVATE|ANONYMOUS|POPULATE) = 0\n"
#define CONTAINER "p1: c0 = open(path=\"/dev/vfio/vfio\") = 0\n"
#define OPEN_G1  "p1: g0 = open(path=\"/dev/vfio/1\") = 0\n"
#define OPEN_E1  "p1: g1 = open(path=\"/dev/vfio/2\") = 0\n"
#define SET_G1   "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = "
#define SET_E1   "p1: ioctl(g1, VFIO_GROUP_SET_CONTAINER, {container=c0}) = "
#define SET_G2   "p1: ioctl(g2, VFIO_GROUP_SET_CONTAINER, {container=c0}) = "
#define UNSET_G1 "p1: ioctl(g0, VFIO_GROUP_UNSET_CONTAINER) = "
#define UNSET_E1 "p1: ioctl(g1, VFIO_GROUP_UNSET_CONTAINER) = "
#define UNSET_G2 "p1: ioctl(g2, VFIO_GROUP_UNSET_CONTAINER) = "
#define TYPE(name) "p1: ioctl(c0, VFIO_SET_IOMMU, " #name ") = "
#define UP       OPEN_G1 SET_G1 "0\n"
#define P1       LIMIT(64M)
#define I_WITH(limit)  WORLD LIMIT(limit) CONTAINER UP TYPE(VFIO_TYPE1v2_IOMMU) "0\n" V
#define I        I_WITH(64M)
#define I1       WORLD P1 CONTAINER UP TYPE(VFIO_TYPE1_IOMMU) "0\n" V
#define E        WORLD P1 CONTAINER OPEN_E1 SET_E1 "0\n" TYPE(VFIO_TYPE1v2_IOMMU) "0\n" V
#define IE       WORLD P1 CONTAINER UP OPEN_E1 SET_E1 "0\n" TYPE(VFIO_TYPE1v2_IOMMU) "0\n" V
#define FRESH    WORLD P1 CONTAINER
#define ONE_GROUP WORLD P1 CONTAINER UP

/* Calls. */
#define RW "READ|WRITE"
#define MAP_BY(who, iova, vaddr, size, flags) \
    who ": ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=" flags ", vaddr=" vaddr ", iova=" #iova ", size=" #size "}) = "
#define UNMAP_BY(who, iova, size, flags) \
    who ": ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {flags=" flags ", iova=" #iova ", size=" #size "}) = "
#define MAP(iova, vaddr, size, flags) MAP_BY("p1", iova, vaddr, size, flags)
#define UNMAP(iova, size)             UNMAP_BY("p1", iova, size, "0")
#define UNMAP_WITH(iova, size, flags) UNMAP_BY("p1", iova, size, flags)
#define SIZE(bytes)                   "0 {size=" #bytes "}\n"
#define OK                            "0\n"
#define EINVAL_                       "-1 EINVAL\n"
#define EEXIST_                       "-1 EEXIST\n"
#define ENOMEM_                       "-1 ENOMEM\n"
#define EFAULT_                       "-1 EFAULT\n"
#define EBUSY_                        "-1 EBUSY\n"
#define ENODEV_                       "-1 ENODEV\n"
#define ENOTTY_                       "-1 ENOTTY\n"
#define EPERM_                        "-1 EPERM\n"
#define EOVERFLOW_                    "-1 EOVERFLOW\n"
#define L_OF(who, bytes)              who ": status() = 0 {locked_vm=" #bytes "}\n"
#define L(bytes)                      L_OF("p1", bytes)
#define CHECK(extension, answer)      "p1: ioctl(c0, VFIO_CHECK_EXTENSION, " #extension ") = " #answer "\n"
#define INFO(argsz)                   "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=" #argsz "}) = "

#endif
