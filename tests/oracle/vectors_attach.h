// SPDX-License-Identifier: MIT
/* Annex B.6 and B.9 without external pins and dirty tracking, and what section 7 says besides. */
#include "vectors.h"

// clang-format off

#define OPEN_N3   "p1: g2 = open(path=\"/dev/vfio/3\") = 0\n"
#define N3(iommu) "world: i1 = iommu(" iommu ")\n" MSI_OF_I1 "world: n3 = group(iommu=i1)\n"
#define MSI_OF_I1 "world: reserved(iommu=i1, kind=MSI, first=0xfee00000, last=0xfeefffff)\n"
#define INFO_ALL  "[5.12 6.1.0 6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=4096}) = 0 {capabilities=[MIGRATION{" \
                  "pgsize_bitmap=0x1000, max_dirty_bitmap_size=256M}, DMA_AVAIL{avail="

#define I_WITH_N3 WORLD "world: n3 = group(iommu=i0)\n" P1 CONTAINER UP TYPE(VFIO_TYPE1v2_IOMMU) "0\n" V

static const struct vector vectors_attach[] = {
    {"TV-101", "5.8+",
     IE MAP(0x0, "m0+0x0", 16K, RW) OK L(16K) "#= rule ACCOUNTING_ONLY\n" UNSET_G1 OK L(0)
         INFO_ALL "65534}, IOVA_RANGE{nr_iovas=1, 0x0..0xffffffffffffffff}]}\n"
         "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=16}) = 0 {iova_pgsizes=0xfffffffffffff000}\n"
         "#= rule NEW_DOMAIN\n" SET_G1 OK L(16K) UNMAP(0x0, 16K) SIZE(16K) L(0)},
    {"TV-102", "5.8+",
     E MAP(0x0, "m0+0x0", 16K, RW) OK MAP(0x10000, "0x500000000000", 4K, RW) OK OPEN_G1
         "[5.8] #= hazard 8\n" SET_G1 EFAULT_ "[5.8] " L(16K) "[5.12+] " L(0) UNSET_G1 EINVAL_
         "[5.8] #= undecided\n" UNMAP(0x0, 16K) SIZE(16K)},
    {"TV-103", "5.8+",
     E MAP(0xfee00000, "m0+0x0", 4K, RW) OK OPEN_G1 "#= rule RESERVED\n" SET_G1 EINVAL_ UNMAP(0xfee00000, 4K) SIZE(4K)
         SET_G1 OK},
    {"TV-104", "5.8+",
     N3("kind=amd, aperture_last=0x7ffffffffff") I MAP(0x10000000000, "m0+0x0", 4K, RW) OK OPEN_N3 SET_G2 OK
         UNSET_G2 OK MAP(0x80000000000, "m0+0x0", 4K, RW) OK "#= rule APERTURE\n" SET_G2 EINVAL_
             UNMAP(0x80000000000, 4K) SIZE(4K) SET_G2 OK
         INFO_ALL "65534}, IOVA_RANGE{nr_iovas=2, 0x0..0xfedfffff, 0xfef00000..0x7ffffffffff}]}\n" L(4K)
         "#= rule DOMAIN_FREED\n" UNSET_G2 OK
         INFO_ALL "65534}, IOVA_RANGE{nr_iovas=2, 0x0..0xfedfffff, 0xfef00000..0xffffffffffff}]}\n" L(4K)},
    {"TV-105", "5.8+",
     N3("kind=amd, page_sizes=0x210000") I OPEN_N3 SET_G2 OK
         "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {iova_pgsizes=0x200000}\n" MAP(0x0, "m0+0x0", 4K, RW) EINVAL_
             "#= undecided\n" MAP(0x0, "m0+0x0", 2M, RW) OK
         "p1: f0 = memfd(size=4M, hugetlb=yes) = 0\np1: m5 = mmap(length=4M, flags=SHARED, fd=f0) = 0\n"
             MAP(0x400000, "m5+0x0", 2M, RW) OK MAP(0x600000, "m0+0x4000", 2M, RW) EINVAL_
                 MAP(0x600000, "0x500000000000", 2M, RW) EFAULT_},
    {"TV-105 with a mapping", "5.8+",
     N3("kind=amd, page_sizes=0x210000") I MAP(0x0, "m0+0x0", 4K, RW) OK OPEN_N3
         "#= rule REPLAY_UNALIGNED\n" SET_G2 EINVAL_ L(4K)},
    {"TV-106", "5.8+",
     I_WITH_N3 MAP(0x0, "m0+0x0", 16K, RW) OK OPEN_N3 "#= rule SHARED\n" SET_G2 OK L(16K)
         "#= rule DOMAIN_STAYS\n" UNSET_G1 OK L(16K) UNSET_G2 OK L(0)},
    {"TV-107", "5.8+",
     "page_size=64K\n" I "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {}) = 0 {iova_pgsizes=0x40210000}\n"
         MAP(0x0, "m0+0x0", 4K, RW) EINVAL_ MAP(0x0, "m0+0x0", 64K, RW) OK},
    {"ATT-01 no iova left", "5.8+",
     "world: i0 = iommu(aperture_last=0xfffff)\nworld: reserved(iommu=i0, first=0x0, last=0xfffff)\n" GROUP P1
         CONTAINER UP TYPE(3) EINVAL_ CHECK(1, 1)},
    {"ATT-01 nested object", "-6.12",
     "world: i0 = iommu(can_nest=yes)\nworld: i1 = iommu(kind=amd)\nworld: n3 = group(iommu=i1)\n" GROUP P1 CONTAINER UP
         TYPE(6) OK OPEN_N3 "#= undecided\n" SET_G2 EINVAL_},
    {"ATT-03 relaxable", "5.8+",
     "world: i0 = iommu()\nworld: reserved(iommu=i0, kind=DIRECT_RELAXABLE, first=0x0, last=0xffff)\n" GROUP P1
         CONTAINER UP TYPE(3) OK V MAP(0x0, "m0+0x0", 4K, RW) OK},
    {"ATT-02 disjoint", "5.8+",
     N3("kind=amd, aperture_first=0x1000000000000, aperture_last=0x1ffffffffffff") I OPEN_N3
         "#= rule APERTURE\n" SET_G2 EINVAL_},
    {"ATT-02 wraps", "5.8+",
     "world: i0 = iommu(kind=intel, aperture_last=0xffffffff)\n" GROUP EMULATED P1 CONTAINER OPEN_E1 SET_E1 OK TYPE(3) OK
         V UP UNSET_G1 OK MAP(0x100000000, "m0+0x0", 4K, RW) OK
         "[-6.12] #= rule DOMAIN_REFUSES\n[-6.12] " SET_G1 EFAULT_ "[mainline] " SET_G1 EINVAL_ "[5.12+] " L(0)},
    {"Q-06", "5.12+",
     "world: i0 = iommu(kind=generic, aperture_last=0xffffffff)\n" GROUP EMULATED P1 CONTAINER OPEN_E1 SET_E1 OK TYPE(3)
         OK V MAP(0x100000000, "m0+0x0", 4K, RW) OK OPEN_G1 SET_G1 "{-1 EFAULT; -1 ERANGE}\n"},
    {"ATT-09 limit", "5.12+",
     WORLD LIMIT(20K) CONTAINER OPEN_E1 SET_E1 OK TYPE(3) OK V MAP(0x0, "m0+0x0", 16K, RW) OK
         MAP(0x10000, "m0+0x0", 8K, RW) OK OPEN_G1 "#= rule OVER_LIMIT\n" SET_G1 ENOMEM_ L(0)
             "p1: setrlimit(memlock=24K) = 0\n" SET_G1 OK L(24K)},
    {"TV-132 without pins", "5.8+",
     E MAP(0x0, "m0+0x0", 4K, RW) OK MAP(0x10000, "m0+0x0", 8K, RW) OK MAP(0x20000, "m0+0x0", 4K, RW) OK
         MAP(0x30000, "m0+0x0", 4K, RW) OK L(0) OPEN_G1 SET_G1 OK L(20K) UNSET_G1 OK L(0)
             "#= rule EMULATED\n" UNSET_E1 OK L(0) MAP(0x0, "m0+0x0", 4K, RW) EINVAL_},
    {"TV-133", "6.1+",
     N3("kind=amd") I MAP(0x0, "m0+0x0", 16K, RW) OK MAP(0x4000, "m0+0x4000", 16K, RW) OK
         UNMAP_WITH(0x0, 0, "ALL|VADDR") SIZE(32K) OPEN_N3 SET_G2 EBUSY_ "p1: exec() = 0\n"
             "p1: m1 = mmap(length=64K) = 0\n" MAP(0x0, "m1+0x0", 16K, "VADDR") OK SET_G2 EBUSY_
                 MAP(0x4000, "m1+0x4000", 16K, "VADDR") OK SET_G2 OK L(32K)},
    {"TV-135", "5.8+",
     I_WITH_N3 "p1: c1 = open(path=\"/dev/vfio/vfio\") = 0\n" OPEN_N3
         "p1: ioctl(g2, VFIO_GROUP_SET_CONTAINER, {container=c1}) = 0\np1: ioctl(c1, VFIO_SET_IOMMU, 3) = 0\n"
             MAP(0x0, "m0+0x0", 16K, RW) OK
         "p1: ioctl(c1, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m0+0x0, iova=0x0, size=16K}) = 0\n" L(32K)
         "p1: close(fd=c0) = 0\np1: close(fd=g0) = 0\n" L(16K)},
    {"TV-138", "5.8+",
     I1 MAP(0x0, "m0+0x0", 2M, RW) OK UNSET_G1 OK SET_G1 OK TYPE(3) OK MAP(0x0, "m0+0x0", 2M, RW) OK
         UNMAP(0x0, 4K) EINVAL_},
    {"TV-139", "5.12+",
     I MAP(0x0, "m0+0x0", 4K, RW) OK "p1: p2 = fork() = 0\n" MAP_BY("p2", 0x1000, "m0+0x0", 4K, RW) OK L_OF("p2", 4K)
         MAP(0x2000, "m0+0x0", 4K, RW) OK "[5.12] " UNMAP(0x0, 12K) SIZE(4K) "[6.1.0+] " UNMAP(0x0, 12K) SIZE(12K)
             "[5.12] " L(4K) "[5.12] " UNMAP_BY("p2", 0x1000, 4K, "0") SIZE(4K) "[5.12] " UNMAP(0x0, 12K) SIZE(4K)
                 L(0) L_OF("p2", 0)},
    {"TV-140", "5.12+",
     E MAP(0x0, "m0+0x0", 16K, RW) OK "p1: p2 = fork() = 0\np2: g0 = open(path=\"/dev/vfio/1\") = 0\n"
         "p2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" L(16K) L_OF("p2", 0)},
    {"OWN-08 caller's limit", "5.12+",
     E MAP(0x0, "m0+0x0", 16K, RW) OK "p1: p2 = fork() = 0\np2: g0 = open(path=\"/dev/vfio/1\") = 0\n"
         "p2: setrlimit(memlock=0) = 0\np2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 ENOMEM\n"
         /* Two pages are enough or not, as the frames lie. */
         "p2: setrlimit(memlock=8K) = 0\n#= undecided\n"
         "p2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 ENOMEM\n"
         "p2: setrlimit(memlock=16K) = 0\np1: setrlimit(memlock=12K) = 0\n"
         "p2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 ENOMEM\n"
         "p1: setrlimit(memlock=16K) = 0\np2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" L(16K)},
    {"OWN-05 nobody to charge", "5.12+",
     E MAP(0x0, "m0+0x0", 16K, RW) OK "p1: p2 = fork() = 0\np1: exit() = 0\np2: g0 = open(path=\"/dev/vfio/1\") = 0\n"
         "#= undecided\np2: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 ESRCH\n"},
};

/* Section 11: the last page below 2^64 (annex B.7). */
#define TOP       MAP(0xfffffffffffff000, "m0+0x0", 4K, RW)
#define ZONE      "[-6.12] #= undecided\n"

static const struct vector vectors_top[] = {
    {"TV-116", "5.8+",
     E TOP OK ZONE "[-6.12] " TOP OK "[mainline] " TOP EEXIST_ ZONE "[-6.12] " UNMAP(0xfffffffffffff000, 4K) SIZE(0)
         "[mainline] " UNMAP(0xfffffffffffff000, 4K) SIZE(4K)},
    {"TV-117", "5.12+",
     E MAP(0x0, "m0+0x0", 4K, RW) OK TOP OK ZONE UNMAP_WITH(0x0, 0, "ALL") SIZE(8K)},
    {"TV-118", "5.8+",
     E TOP OK ZONE MAP(0x0, "m0+0x0", 4K, RW) OK ZONE "[5.8 mainline] " UNMAP(0x0, 4K) SIZE(4K)
         "[5.12 6.1.0 6.1 6.12] " UNMAP(0x0, 4K) SIZE(0)},
    {"TV-119", "5.8+",
     E MAP(0xffffffffffffe000, "m0+0x0", 4K, RW) OK "[-6.12] " UNMAP(0xffffffffffffe000, 8K) SIZE(0)
       "[mainline] " UNMAP(0xffffffffffffe000, 8K) SIZE(4K)},
    {"zone ends with the last group", "-6.12",
     E TOP OK UNSET_E1 OK SET_E1 OK TYPE(3) OK MAP(0x0, "m0+0x0", 4K, RW) OK UNMAP(0x0, 4K) SIZE(4K)},
    /* T1-TOP-02: the search by address ends at the second, also when the first is to go. */
    {"mappings that overlap go with the last group", "-6.12",
     E MAP(0xffffffffffffe000, "m0+0x0", 4K, RW) OK MAP(0xffffffffffffe000, "m0+0x0", 8K, RW) OK UNSET_E1 OK L(0)},
    {"mappings that overlap go with the process", "-6.12",
     E MAP(0xffffffffffffe000, "m0+0x0", 4K, RW) OK MAP(0xffffffffffffe000, "m0+0x0", 8K, RW) OK "p1: exit() = 0\n"},
    {"T1-INV-06 counts what ends at 2^64", "5.8+",
     "world: i0 = iommu(kind=amd, aperture_last=0xffffffffffffffff)\n" GROUP P1 CONTAINER UP TYPE(3) OK V TOP OK L(4K)},
};
