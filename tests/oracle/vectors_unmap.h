// SPDX-License-Identifier: MIT
/* Annex B.3: UNMAP_DMA. TV-064 and -065 need threads, which traces do not have. */
#include "vectors.h"

// clang-format off

#define SIZES(a, b) "{0 {size=" #a "}; 0 {size=" #b "}}\n"

static const struct vector vectors_unmap[] = {
    {"TV-052", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK UNMAP(0x0, 8K) EINVAL_ UNMAP(0x1000, 12K) EINVAL_ UNMAP(0x0, 32K) SIZE(16K)
         "#= hazard 1\n" UNMAP(0x0, 32K) SIZE(0)},
    {"TV-053", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK MAP(0x8000, "m0+0x0", 16K, RW) OK UNMAP(0x0, 64K) SIZE(32K)},
    {"TV-054", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK MAP(0x8000, "m0+0x0", 16K, RW) OK UNMAP(0x4000, 16K) SIZE(0)
         UNMAP(0x0, 36K) EINVAL_ L(32K)},
    {"TV-055", "5.8+", I1 MAP(0x0, "m0+0x0", 2M, RW) OK UNMAP(0x0, 4K) SIZE(2M) L(0)},
    {"TV-056", "5.8+",
     I1 MAP(0x0, "m0+0x0", 2M, RW) OK "[5.12+] #= rule DONE_V1\n[5.8] #= rule DONE_V1_TREE\n"
        UNMAP(0x1000, 2093056) SIZE(0) L(2M)},
    {"TV-057", "5.8+",
     I1 MAP(0x0, "m0+0x0", 2M, RW) OK MAP(0x200000, "m0+0x0", 2M, RW) OK
         "[5.8] " UNMAP(0x1000, 4190208) SIZES(0, 2M) "[5.12+] " UNMAP(0x1000, 4190208) SIZE(0) L(4M)},
    {"TV-057 other order", "5.8+",
     I1 MAP(0x200000, "m0+0x0", 2M, RW) OK MAP(0x0, "m0+0x0", 2M, RW) OK
         "[5.8] " UNMAP(0x1000, 4190208) SIZES(2M, 0) "[5.8] " L(2M) "[5.12+] " UNMAP(0x1000, 4190208) SIZE(0)},
    {"TV-058", "5.8+",
     I1 MAP(0x0, "m0+0x0", 2M, RW) OK MAP(0x200000, "m0+0x0", 2M, RW) OK UNMAP(0x0, 2101248) SIZE(4M)},
    {"TV-059", "5.8+",
     I MAP(0x0, "m0+0x0", 4K, RW) OK MAP(0x10000, "m0+0x0", 8K, RW) OK MAP(0x20000, "m0+0x0", 12K, RW) OK
       "[5.8] " UNMAP_WITH(0x0, 0, "0x2") EINVAL_ "[5.12+] " UNMAP_WITH(0x0, 0, "ALL") SIZE(24K)
           "[5.12+] " UNMAP_WITH(0x0, 0, "ALL") SIZE(0) "[5.12+] " UNMAP_WITH(0x1000, 0, "ALL") EINVAL_
               "[5.12+] " UNMAP_WITH(0x0, 4K, "ALL") EINVAL_},
    {"TV-060", "5.8+",
     I UNMAP(0x0, 0) EINVAL_ "[-6.12] " UNMAP(0xfffffffffffff000, 8K) EINVAL_
       "[mainline] " UNMAP(0xfffffffffffff000, 8K) EOVERFLOW_ UNMAP(0xfffffffffffff800, 8K) EINVAL_
       "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, {argsz=23, size=4K}) = -1 EINVAL\n"
       "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, @0x10) = -1 EFAULT\n" UNMAP_WITH(0x0, 4K, "0x100") EINVAL_},
    {"TV-061", "5.8+",
     I "p1: m1 = mmap(length=4K, prot=READ) = 0\n" MAP(0x0, "m0+0x0", 16K, RW) OK
       "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, @m1+0x0{iova=0x0, size=16K}) = -1 EFAULT\n" L(0)
       UNMAP(0x0, 16K) SIZE(0)},
    {"ABI-03 answer in memory", "5.8+",
     I "p1: m1 = mmap(length=4K) = 0\n" MAP(0x0, "m0+0x0", 16K, RW) OK
       "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, @m1+0x0{iova=0x0, size=64K}) = 0\n"
       "p1: load(addr=m1+0x10, length=1) = 0 {fill=0x0}\np1: load(addr=m1+0x11, length=1) = 0 {fill=0x40}\n"
       "p1: load(addr=m1+0x12, length=6) = 0 {fill=0x0}\n"},
    {"TV-062", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK "p1: p2 = fork() = 0\n"
       "[5.8 5.12] #= rule FOREIGN\n[5.8 5.12] #= hazard 1\n"
       "[5.8 5.12] " UNMAP_BY("p2", 0x0, 16K, "0") SIZE(0) "[5.8 5.12] " L(16K)
       "[6.1.0+] " UNMAP_BY("p2", 0x0, 16K, "0") SIZE(16K) "[6.1.0+] " L(0) L_OF("p2", 0)},
    {"TV-063", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK "#= hazard 2\np1: exec() = 0\n" L(0)
       "[5.8 5.12 6.1.0] #= hazard 16\n" UNMAP(0x0, 16K) SIZE(16K)
       "[5.8 5.12 6.1.0] " L(18446744073709535232) "[6.1+] " L(0) "p1: m1 = mmap(length=4K) = 0\n"
       "[5.8 5.12 6.1.0] " MAP(0x0, "m1+0x0", 4K, RW) ENOMEM_ "[6.1+] " MAP(0x0, "m1+0x0", 4K, RW) OK},
    {"OWN-04 one below zero", "5.12",
     I MAP(0x0, "m0+0x0", 4K, RW) OK "p1: exec() = 0\n" UNMAP(0x0, 4K) SIZE(4K) L(18446744073709547520)
       "p1: m1 = mmap(length=64K) = 0\n" MAP(0x0, "m1+0x0", 4K, RW) OK L(0)},
    {"UNM-11 in tree order", "5.8",
     I MAP(0x0, "m0+0x0", 4K, RW) OK "p1: p2 = fork() = 0\n" MAP_BY("p2", 0x1000, "m0+0x0", 4K, RW) OK
       MAP(0x2000, "m0+0x0", 8K, RW) OK
       UNMAP(0x0, 16K) "{0 {size=4K}; 0 {size=0}; 0 {size=8K}; 0 {size=12K}}\n" L(8K) L_OF("p2", 4K)
       UNMAP(0x2000, 8K) SIZE(8K)},
    {"UNM-07 many subsets", "5.8",
     I1 MAP(0x0, "m0+0x0", 8K, RW) OK MAP(0x2000, "m0+0x0", 4K, RW) OK MAP(0x3000, "m0+0x0", 8K, RW) OK
        MAP(0x5000, "m0+0x0", 16K, RW) OK "#= alone\n" UNMAP(0x1000, 64K) SIZE(12K) L(24K) UNMAP(0x5000, 16K) SIZE(16K)},
    {"UNM-07 ambiguous", "5.8",
     I1 MAP(0x0, "m0+0x0", 8K, RW) OK MAP(0x2000, "m0+0x0", 4K, RW) OK MAP(0x3000, "m0+0x0", 4K, RW) OK
        UNMAP(0x1000, 64K) "{0 {size=4K}; 0 {size=8K}; 0 {size=0}}\n#= undecided\n" UNMAP(0x0, 8K) SIZE(8K)},
    {"UNM-13", "5.8+",
     I1 "#= rule DIRTY_NOT_TRACKING\n" UNMAP_WITH(0x0, 4K, "GET_DIRTY_BITMAP") EINVAL_
        "[5.12+] #= rule DIRTY_WITH_OTHER\n[5.12+] " UNMAP_WITH(0x0, 0, "GET_DIRTY_BITMAP|ALL") EINVAL_},
    {"TV-141", "5.8+",
     I1 MAP(0x0, "m0+0x0", 8K, RW) OK MAP(0x2000, "m0+0x0", 8K, RW) OK MAP(0x4000, "m0+0x0", 8K, RW) OK
        "[5.8] " UNMAP(0x1000, 20K) "{0 {size=16K}; 0 {size=8K}; 0 {size=0}}\n[5.8] " L(8K)
        "[5.12+] " UNMAP(0x1000, 20K) SIZE(0)},
    {"TOP-04", "5.8+",
     E MAP(0x0, "m0+0x0", 4K, RW) OK "[-6.12] " UNMAP(0x0, 18446744073709547520) SIZE(4K)
       "[mainline] " UNMAP(0x0, 18446744073709547520) SIZE(4K) MAP(0x1000, "m0+0x0", 4K, RW) OK
       "[-6.12] " UNMAP(0x1000, 18446744073709547520) SIZE(0)
       "[mainline] " UNMAP(0x1000, 18446744073709547520) SIZE(4K)},
};
