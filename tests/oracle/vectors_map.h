// SPDX-License-Identifier: MIT
/* Annex B.2: MAP_DMA. TV-049 to -051 need file systems and injected faults, which traces do not have. */
#include "vectors.h"

// clang-format off

#define BAR "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"d\"}) = 0\n"
#define MAP_FIELDS(fields) "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {" fields "}) = "

static const struct vector vectors_map[] = {
    {"TV-028", "5.8+",
     I MAP_FIELDS("argsz=31, flags=READ, vaddr=m0+0x0, size=4K") EINVAL_
       MAP_FIELDS("argsz=32, flags=READ, vaddr=m0+0x0, size=4K") OK MAP(0x10000, "m0+0x0", 4K, "0x8") EINVAL_
       MAP(0x10000, "m0+0x0", 4K, "0") EINVAL_ "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @0x500000000000) = -1 EFAULT\n"
       "p1: ioctl(c0, 0x3b71, @0x500000000000) = -1 EFAULT\n"},
    {"TV-029", "5.8+",
     I "[5.8] #= rule UNKNOWN_FLAG\n[5.8] " MAP(0x0, "m0+0x0", 4K, "VADDR") EINVAL_
       "[5.12+] " MAP(0x0, "m0+0x0", 4K, "VADDR") "-1 ENOENT\n" MAP(0x0, "m0+0x0", 4K, "READ|VADDR") EINVAL_},
    {"TV-030", "5.8+",
     I MAP(0x0, "m0+0x0", 0, RW) EINVAL_ MAP(0x0, "m0+0x0", 2K, RW) EINVAL_ MAP(0x800, "m0+0x0", 4K, RW) EINVAL_
         MAP(0x0, "m0+0x1", 4K, RW) EINVAL_},
    {"TV-031", "5.8+",
     E "[-6.12] " MAP(0xfffffffffffff000, "m0+0x0", 8K, RW) EINVAL_
       "[mainline] " MAP(0xfffffffffffff000, "m0+0x0", 8K, RW) EOVERFLOW_
       "[-6.12] #= rule WRAP\n[-6.12] " MAP(0x0, "0xfffffffffffff000", 8K, RW) EINVAL_
       "[mainline] " MAP(0x0, "0xfffffffffffff000", 8K, RW) EOVERFLOW_},
    {"TV-032", "5.8+",
     E "[-6.12] " MAP(0xfffffffffffff800, "m0+0x0", 4K, RW) EINVAL_
       "[mainline] " MAP(0xfffffffffffff800, "m0+0x0", 4K, RW) EOVERFLOW_},
    {"TV-033", "5.8+",
     E "[-6.12] " MAP(0xfffffffffffff000, "m0+0x0", 8K, "0") EINVAL_
       "[mainline] " MAP(0xfffffffffffff000, "m0+0x0", 8K, "0") EOVERFLOW_
       "[mainline] #= rule EMPTY_FIRST\n[mainline] " MAP(0xfffffffffffff000, "m0+0x0", 0, "0") EINVAL_},
    {"TV-034", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK L(16K) MAP(0x3000, "m0+0x0", 4K, RW) EEXIST_ MAP(0x4000, "m0+0x0", 4K, RW) OK
         L(20K) MAP(0x0, "m0+0x0", 32K, RW) EEXIST_ L(20K)},
    {"TV-035", "5.8+",
     I MAP(0xfedff000, "m0+0x0", 8K, RW) EINVAL_ MAP(0xfee00000, "m0+0x0", 4K, RW) EINVAL_
         MAP(0xfef00000, "m0+0x0", 4K, RW) OK MAP(0xfffffffff000, "m0+0x0", 4K, RW) OK
             MAP(0x1000000000000, "m0+0x0", 4K, RW) EINVAL_},
    {"TV-036", "5.8+",
     "world: param(dma_entry_limit=2)\n" I MAP(0x0, "m0+0x0", 4K, RW) OK MAP(0x10000, "m0+0x0", 4K, RW) OK
         MAP(0x20000, "m0+0x0", 4K, RW) "-1 ENOSPC\n" MAP(0x10000, "m0+0x0", 4K, RW) EEXIST_
             MAP(0xfee00000, "m0+0x0", 4K, RW) "-1 ENOSPC\n" UNMAP(0x0, 4K) SIZE(4K)
                 MAP(0x20000, "m0+0x0", 4K, RW) OK
         "[5.12 6.1.0 6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=116}) = 0 {capabilities=[MIGRATION{"
         "pgsize_bitmap=0x1000, max_dirty_bitmap_size=256M}, DMA_AVAIL{avail=0}, IOVA_RANGE{nr_iovas=2, "
         "0x0..0xfedfffff, 0xfef00000..0xffffffffffff}]}\n"},
    {"TV-037", "5.8+",
     I_WITH(20K) MAP(0x0, "m0+0x0", 24K, RW) ENOMEM_ L(0) MAP(0x0, "m0+0x0", 20K, RW) OK L(20K)
         MAP(0x10000, "m0+0x5000", 4K, RW) ENOMEM_ UNMAP(0x0, 64K) SIZE(20K) L(0)},
    {"TV-038", "5.8+",
     I_WITH(20K) MAP(0x0, "m0+0x0", 12K, RW) OK MAP(0x10000, "m0+0x0", 12K, RW) ENOMEM_ L(12K)},
    {"TV-039", "5.8+",
     WORLD "world: p1 = process(memlock=20K, caps=IPC_LOCK)\n" CONTAINER UP TYPE(3) OK V
         MAP(0x0, "m0+0x0", 400K, RW) OK L(400K) "p1: setcap(caps=0) = 0\n" UNMAP(0x0, 400K) SIZE(400K) L(0)},
    {"TV-040", "5.8+",
     I_WITH(24575) MAP(0x0, "m0+0x0", 20K, RW) OK MAP(0x10000, "m0+0x0", 4K, RW) ENOMEM_ L(20K)},
    {"TV-041", "5.8+",
     I_WITH(40K) "p1: mlock(addr=m0+0x0, length=32K) = 0\n" L(32K) MAP(0x0, "m0+0x0", 8K, RW) OK L(40K)
         MAP(0x10000, "m0+0x0", 4K, RW) ENOMEM_ "p1: mlock(addr=m0+0x10000, length=4K) = -1 ENOMEM\n"
         "p1: setrlimit(memlock=64K) = 0\np1: mlock(addr=m0+0x0, length=32K) = 0\n" L(40K)
         "p1: mlock(addr=m0+0x1c00, length=25600) = 0\n" L(40K) "p1: munmap(addr=m0+0x0, length=4K) = 0\n" L(36K)},
    {"TV-042", "5.8+", I MAP(0x0, "m0+0x3ffe000", 16K, RW) EFAULT_ L(0) MAP(0x0, "m0+0x0", 16K, RW) OK},
    {"TV-043", "5.8+",
     I_WITH(12K) "p1: munmap(addr=m0+0x5000, length=4K) = 0\n#= rule OVER_LIMIT\n" MAP(0x0, "m0+0x0", 32K, RW) ENOMEM_
         "p1: setrlimit(memlock=20K) = 0\n#= rule NO_ACCESS\n" MAP(0x0, "m0+0x0", 32K, RW) EFAULT_
         "p1: setrlimit(memlock=40K) = 0\n" MAP(0x0, "m0+0x0", 32K, RW) EFAULT_ L(0)},
    {"TV-044", "5.8+",
     I "p1: m1 = mmap(length=4K) = 0\np1: store(addr=m1+0x0, length=4K, fill=0x11) = 0\n"
       "p1: mprotect(addr=m1+0x0, length=4K, prot=READ) = 0\n" MAP(0x0, "m1+0x0", 4K, "READ") OK
       MAP(0x10000, "m1+0x0", 4K, "WRITE") EFAULT_ MAP(0x10000, "m1+0x0", 4K, RW) EFAULT_
       "p1: mprotect(addr=m1+0x0, length=4K, prot=0) = 0\n" MAP(0x10000, "m1+0x0", 4K, "READ") EFAULT_
       "p1: mprotect(addr=m1+0x0, length=4K, prot=WRITE) = 0\n" MAP(0x10000, "m1+0x0", 4K, "READ") EFAULT_
       MAP(0x10000, "m1+0x0", 4K, "WRITE") OK},
    {"TV-045", "5.8+", E MAP(0x0, "0x500000000000", 16K, RW) OK L(0)},
    {"TV-046", "5.8+",
     I BAR "p1: m1 = mmap(length=64K, flags=SHARED, fd=v0) = 0\n" MAP(0x0, "m1+0x0", 64K, RW) OK L(0)
         "p1: munmap(addr=m1+0x0, length=64K) = 0\n" UNMAP(0x0, 64K) SIZE(64K) L(0)},
    {"TV-047", "5.8+",
     I BAR "p1: m1 = mmap(length=64K, prot=READ, flags=SHARED, fd=v0) = 0\n"
           "[5.8] " MAP(0x0, "m1+0x0", 64K, RW) OK "[5.12+] " MAP(0x0, "m1+0x0", 64K, RW) EFAULT_ L(0)},
    {"TV-048", "5.8+",
     I "p1: m1 = mmap(length=16K) = 0\n" MAP(0x0, "m1+0x0", 16K, "READ") OK "[-6.1] " L(0) "[6.12+] " L(16K)
       MAP(0x10000, "m1+0x0", 8K, RW) OK "[-6.1] " L(8K) "[6.12+] " L(24K)
       MAP(0x20000, "m1+0x0", 16K, "READ") OK "[-6.1] " L(16K) "[6.12+] " L(40K)},
    {"MAP-11", "5.12+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) MAP(0x10000, "m0+0x0", 4K, RW) OK},
    {"ABI by address", "5.8+",
     I "p1: m1 = mmap(length=4K) = 0\n"
       "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m1+0xff0{flags=READ|WRITE, vaddr=m0+0x0, size=4K}) = -1 EFAULT\n"
       "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m1+0x0{flags=READ|WRITE, vaddr=m0+0x0, size=4K}) = 0\n"
       "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m1+0x0) = -1 EEXIST\n"
       "p1: ioctl(c0, 0x3b71, @m1+0x0) = -1 EEXIST\n"
       "p1: store(addr=m1+0x12, length=1, fill=0x1) = 0\np1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @m1+0x0) = 0\n"
       MAP(0x10000, "m0+0x0", 4K, RW) EEXIST_
       "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, iova=0x20000, size=4K, "
       "raw[24]=x\"0020\"}) = 0\n" UNMAP(0x20000, 8K) SIZE(8K)},
};
