// SPDX-License-Identifier: MIT
/* MAP_DMA, pinning and charging: TV-028 to TV-050. The K of annex B is a page, so its 4K are 16K here. */
#include "vector.h"

#define MAP(iova, vaddr, size, flags)                                                                        \
    "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=" flags ", vaddr=" vaddr ", iova=" iova ", size=" size "}) = "
#define UNMAP(iova, size) "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {iova=" iova ", size=" size "}) = "
#define L(size)           "p1: status() = 0 {locked_vm=" size "}\n"
#define LIMIT(size)       "world: p1 = process(memlock=" size ")\n"
#define RW                "READ|WRITE"

/* Traces read best as they stand. */
/* clang-format off */
static const struct vector vectors[] = {
    {"TV-028", WORLD P1 I
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {argsz=31, flags=READ, vaddr=m0+0x0, size=4K}) = -1 EINVAL\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {argsz=32, flags=READ, vaddr=m0+0x0, size=4K}) = 0\n"
     MAP("0x10000", "m0+0x0", "4K", "0x8") "-1 EINVAL\n" MAP("0x10000", "m0+0x0", "4K", "0") "-1 EINVAL\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @0x10) = -1 EFAULT\n"},
    {"TV-029", WORLD P1 I
     "[5.8] " MAP("0x0", "m0+0x0", "4K", "VADDR") "-1 EINVAL\n"
     "[5.12..] " MAP("0x0", "m0+0x0", "4K", "VADDR") "-1 ENOENT\n"
     MAP("0x0", "m0+0x0", "4K", "READ|VADDR") "-1 EINVAL\n"},
    {"TV-030", WORLD P1 I
     MAP("0x0", "m0+0x0", "0", RW) "-1 EINVAL\n" MAP("0x0", "m0+0x0", "2048", RW) "-1 EINVAL\n"
     MAP("0x800", "m0+0x0", "4K", RW) "-1 EINVAL\n" MAP("0x0", "m0+0x1", "4K", RW) "-1 EINVAL\n" L("0")},
    {"TV-031", WORLD P1 E
     "[..6.12] " MAP("0xfffffffffffff000", "m0+0x0", "8K", RW) "-1 EINVAL\n"
     "[mainline] " MAP("0xfffffffffffff000", "m0+0x0", "8K", RW) "-1 EOVERFLOW\n"
     "[..6.12] " MAP("0x0", "0xfffffffffffff000", "8K", RW) "-1 EINVAL\n"
     "[mainline] " MAP("0x0", "0xfffffffffffff000", "8K", RW) "-1 EOVERFLOW\n"},
    {"TV-032, TV-033", WORLD P1 E
     "[..6.12] " MAP("0xfffffffffffff800", "m0+0x0", "4K", RW) "-1 EINVAL\n"
     "[mainline] " MAP("0xfffffffffffff800", "m0+0x0", "4K", RW) "-1 EOVERFLOW\n"
     "[..6.12] " MAP("0xfffffffffffff000", "m0+0x0", "8K", "0") "-1 EINVAL\n"
     "[mainline] " MAP("0xfffffffffffff000", "m0+0x0", "8K", "0") "-1 EOVERFLOW\n"},
    {"TV-034", WORLD P1 I
     MAP("0x0", "m0+0x0", "16K", RW) "0\n" L("16K") MAP("0x3000", "m0+0x0", "4K", RW) "-1 EEXIST\n"
     MAP("0x4000", "m0+0x0", "4K", RW) "0\n" L("20K") MAP("0x0", "m0+0x0", "32K", RW) "-1 EEXIST\n" L("20K")},
    {"TV-035", WORLD P1 I
     MAP("0xfedff000", "m0+0x0", "8K", RW) "-1 EINVAL\n" MAP("0xfee00000", "m0+0x0", "4K", RW) "-1 EINVAL\n"
     MAP("0xfef00000", "m0+0x0", "4K", RW) "0\n" MAP("0xfffffffff000", "m0+0x0", "4K", RW) "0\n"
     MAP("0x1000000000000", "m0+0x0", "4K", RW) "-1 EINVAL\n"},
    {"TV-036", WORLD "world: param(dma_entry_limit=2)\n" P1 I
     MAP("0x0", "m0+0x0", "4K", RW) "0\n" MAP("0x10000", "m0+0x0", "4K", RW) "0\n"
     MAP("0x20000", "m0+0x0", "4K", RW) "-1 ENOSPC\n" MAP("0x10000", "m0+0x0", "4K", RW) "-1 EEXIST\n"
     MAP("0xfee00000", "m0+0x0", "4K", RW) "-1 ENOSPC\n" UNMAP("0x0", "4K") "0 {size=4K}\n"
     MAP("0x20000", "m0+0x0", "4K", RW) "0\n"},
    {"TV-037", WORLD LIMIT("20K") I
     MAP("0x0", "m0+0x0", "24K", RW) "-1 ENOMEM\n" L("0") MAP("0x0", "m0+0x0", "20K", RW) "0\n" L("20K")
     MAP("0x10000", "m0+0x5000", "4K", RW) "-1 ENOMEM\n" UNMAP("0x0", "20K") "0 {size=20K}\n" L("0")},
    {"TV-038", WORLD LIMIT("20K") I
     MAP("0x0", "m0+0x0", "12K", RW) "0\n" MAP("0x10000", "m0+0x0", "12K", RW) "-1 ENOMEM\n" L("12K")},
    {"TV-039", WORLD "world: p1 = process(memlock=20K, caps=IPC_LOCK)\n" I
     MAP("0x0", "m0+0x0", "400K", RW) "0\n" L("400K") "p1: setcap(caps=0) = 0\n"
     UNMAP("0x0", "400K") "0 {size=400K}\n" L("0") MAP("0x0", "m0+0x0", "400K", RW) "-1 ENOMEM\n"},
    {"TV-040", WORLD LIMIT("24575") I
     MAP("0x0", "m0+0x0", "20K", RW) "0\n" MAP("0x10000", "m0+0x0", "4K", RW) "-1 ENOMEM\n"},
    {"TV-041", WORLD LIMIT("40K") I
     "p1: mlock(addr=m0+0x0, length=32K) = 0\n" L("32K") MAP("0x0", "m0+0x0", "8K", RW) "0\n" L("40K")
     MAP("0x10000", "m0+0x0", "4K", RW) "-1 ENOMEM\n" "p1: munmap(addr=m0+0x0, length=32K) = 0\n" L("8K")},
    {"TV-042", WORLD P1 I
     MAP("0x0", "m0+0x3ffe000", "16K", RW) "-1 EFAULT\n" L("0") MAP("0x0", "m0+0x3ffe000", "8K", RW) "0\n"},
    {"TV-043, 3 pages", WORLD LIMIT("12K") I
     "p1: munmap(addr=m0+0x5000, length=4K) = 0\n" MAP("0x0", "m0+0x0", "32K", RW) "-1 ENOMEM\n" L("0")},
    {"TV-043, 5 pages", WORLD LIMIT("20K") I
     "p1: munmap(addr=m0+0x5000, length=4K) = 0\n" MAP("0x0", "m0+0x0", "32K", RW) "-1 EFAULT\n"},
    {"TV-043, 10 pages", WORLD LIMIT("40K") I
     "p1: munmap(addr=m0+0x5000, length=4K) = 0\n" MAP("0x0", "m0+0x0", "32K", RW) "-1 EFAULT\n"},
    {"TV-044", WORLD P1 I
     "p1: mprotect(addr=m0+0x0, length=4K, prot=READ) = 0\n" MAP("0x0", "m0+0x0", "4K", "WRITE") "-1 EFAULT\n"
     MAP("0x0", "m0+0x0", "4K", RW) "-1 EFAULT\n" MAP("0x0", "m0+0x0", "4K", "READ") "0\n"
     "p1: mprotect(addr=m0+0x1000, length=4K, prot=0) = 0\n" MAP("0x10000", "m0+0x1000", "4K", "READ") "-1 EFAULT\n"
     "p1: mprotect(addr=m0+0x1000, length=4K, prot=WRITE) = 0\n"
     MAP("0x10000", "m0+0x1000", "4K", "READ") "-1 EFAULT\n" MAP("0x10000", "m0+0x1000", "4K", "WRITE") "0\n"},
    {"TV-045", WORLD P1 E MAP("0x0", "0x500000000000", "16K", RW) "0\n" L("0")},
    {"TV-046, TV-047", WORLD P1 I DEVICE
     "p1: m1 = mmap(length=64K, flags=SHARED, fd=v0) = 0\n" MAP("0x0", "m1+0x0", "64K", RW) "0\n" L("0")
     UNMAP("0x0", "64K") "0 {size=64K}\n" L("0") "p1: mprotect(addr=m1+0x0, length=64K, prot=READ) = 0\n"
     "[5.8] " MAP("0x0", "m1+0x0", "64K", RW) "0\n"
     "[5.12..] " MAP("0x0", "m1+0x0", "64K", RW) "-1 EFAULT\n"
     "[5.12..] " MAP("0x0", "m1+0x0", "64K", "READ") "0\n" L("0")},
    {"TV-048", WORLD P1 I
     "p1: m1 = mmap(length=16K) = 0\n" MAP("0x0", "m1+0x0", "16K", "READ") "0\n"
     "[..6.1] " L("0")
     "[6.12..] " L("16K")
     MAP("0x10000", "m1+0x0", "4K", RW) "0\n"
     "[..6.1] " L("4K")
     UNMAP("0x0", "16K") "0 {size=16K}\n" L("4K") MAP("0x0", "m1+0x0", "16K", "READ") "0\n"
     "[..6.1] " L("8K")
     "[6.12..] " L("20K")},
    {"the zero page stays zero for the device", WORLD P1 I DEVICE
     "p1: m1 = mmap(length=16K) = 0\n" MAP("0x0", "m1+0x0", "16K", "READ") "0\n"
     "p1: store(addr=m1+0x0, length=16K, fill=0x22) = 0\n"
     "[..6.1] d0: dma read iova=0x0 len=4K = ok {fill=0x0}\n"
     "[6.12..] d0: dma read iova=0x0 len=4K = ok {fill=0x22, at=m1+0x0}\n"},
    {"populated memory is not the zero page", WORLD P1 I
     "p1: m1 = mmap(length=16K, flags=PRIVATE|ANONYMOUS|POPULATE) = 0\n" MAP("0x0", "m1+0x0", "16K", "READ") "0\n"
     L("16K")},
    {"T1-PIN-09, huge pages count small ones", WORLD P1 I
     "p1: m1 = mmap(length=2M, flags=PRIVATE|ANONYMOUS|HUGETLB) = 0\n" MAP("0x0", "m1+0x0", "2M", RW) "0\n" L("2M")
     MAP("0x200000", "m1+0x1000", "4K", "READ") "0\n" L("2052K")},
    {"T1-PIN-06, behind the end of a file", WORLD P1 I
     "p1: f0 = memfd(size=8K) = 0\np1: m1 = mmap(length=16K, flags=SHARED, fd=f0) = 0\n"
     MAP("0x0", "m1+0x0", "16K", RW) "-1 EFAULT\n" MAP("0x0", "m1+0x0", "8K", RW) "0\n"},
    {"the argument in memory", WORLD P1 I
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m0+0x0{flags=READ, vaddr=m0+0x0, size=4K}) = 0\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m0+0x0) = -1 EEXIST\n"
     "p1: ioctl(c0, 0x3b71, @m0+0x0) = -1 EEXIST\n"
     "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m0+0x3fffff0{flags=READ, vaddr=m0+0x0, size=4K}) = -1 EFAULT\n"},
    {"a TiB", WORLD "world: p1 = process(memlock=2T)\n" G1_IN V2
     "p1: m0 = mmap(length=1T) = 0\np1: store(addr=m0+0x0, length=1T, fill=0x5a) = 0\n"
     MAP("0x10000000000", "m0+0x0", "1T", RW) "0\n" L("1T")
     "p1: load(addr=m0+0x0, length=1T) = 0 {fill=0x5a}\n" UNMAP("0x10000000000", "1T") "0 {size=1T}\n" L("0")},
    {"TV-136", WORLD LIMIT("32K") I
     MAP("0x0", "m0+0x0", "36K", RW) "-1 ENOMEM\n" MAP("0x0", "m0+0x0", "36K", RW) "-1 ENOMEM\n" L("0")
     MAP("0x0", "m0+0x0", "32K", RW) "0\n"},
};
/* clang-format on */

VECTOR_MAIN(vectors)
