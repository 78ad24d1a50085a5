// SPDX-License-Identifier: MIT
/* Annex B.5: vaddr update, without the vectors in which somebody sleeps. */
#include "vectors.h"

// clang-format off

#define A        MAP(0x0, "m0+0x0", 16K, RW) OK
#define B        MAP(0x4000, "m0+0x4000", 16K, RW) OK
#define OTHER_G2 "world: i1 = iommu(kind=amd)\nworld: n3 = group(iommu=i1)\n"
#define SAME_G2  "world: n3 = group(iommu=i0)\n"
#define I_SAME_G2 WORLD SAME_G2 P1 CONTAINER UP TYPE(VFIO_TYPE1v2_IOMMU) "0\n" V
#define OPEN_G2  "p1: g2 = open(path=\"/dev/vfio/3\") = 0\n"

static const struct vector vectors_vaddr[] = {
    {"TV-086", "5.12+",
     I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) L(16K) UNMAP_WITH(0x0, 16K, "VADDR") EINVAL_
         MAP(0x1000, "m0+0x0", 16K, RW) EEXIST_ MAP(0x0, "m0+0x0", 8K, "VADDR") EINVAL_
             MAP(0x8000, "m0+0x0", 16K, "VADDR") "-1 ENOENT\n" "#= hazard 4\n" MAP(0x0, "m0+0x100000", 16K, "VADDR") OK
                 MAP(0x0, "m0+0x100000", 16K, "VADDR") EINVAL_ UNMAP(0x0, 16K) SIZE(16K) L(0)},
    {"TV-087", "5.12+",
     I A B MAP(0x8000, "m0+0x8000", 16K, RW) OK UNMAP_WITH(0x8000, 16K, "VADDR") SIZE(16K)
         UNMAP_WITH(0x0, 48K, "VADDR") EINVAL_ MAP(0x0, "m0+0x0", 16K, "VADDR") EINVAL_
             MAP(0x8000, "m0+0x8000", 16K, "VADDR") OK},
    {"TV-088", "5.12+",
     I_SAME_G2 A B UNMAP_WITH(0x0, 0, "ALL|VADDR") SIZE(32K) UNMAP_WITH(0x0, 0, "ALL") SIZE(32K) L(0)
         OPEN_G2 SET_G2 OK},
    {"TV-089", "5.12+",
     IE A "[5.12 6.1.0] " UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) "[6.1+] " UNMAP_WITH(0x0, 16K, "VADDR") EBUSY_
          "[5.12 6.1.0] " UNMAP_WITH(0x800, 16K, "VADDR") EINVAL_ "[6.1+] " UNMAP_WITH(0x800, 16K, "VADDR") EBUSY_},
    {"TV-090 other domain", "5.12+",
     OTHER_G2 I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) OPEN_G2
         "[5.12 6.1.0] #= undecided\n[5.12 6.1.0] " SET_G2 OK "[6.1+] " SET_G2 EBUSY_},
    {"TV-090 same domain", "5.12+",
     I_SAME_G2 A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) OPEN_G2
         "[5.12 6.1.0] " SET_G2 OK "[6.1+] " SET_G2 EBUSY_},
    {"TV-090 emulated", "5.12+",
     I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) OPEN_E1 "[5.12 6.1.0] " SET_E1 OK "[6.1+] " SET_E1 EBUSY_},
    {"TV-094", "5.12+",
     I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) "p1: p2 = fork() = 0\n" MAP_BY("p2", 0x0, "m0+0x0", 16K, "VADDR") OK
         "[5.12 6.1.0] " L(16K) "[5.12 6.1.0] " L_OF("p2", 0) "[6.1+] " L(0) "[6.1+] " L_OF("p2", 16K)},
    {"TV-094 limit", "5.12+",
     I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) "p1: p2 = fork() = 0\np2: setrlimit(memlock=12K) = 0\n"
         "[6.1+] #= rule VADDR_OVER_LIMIT\n[6.1+] " MAP_BY("p2", 0x0, "m0+0x0", 16K, "VADDR") ENOMEM_
         "[5.12 6.1.0] " MAP_BY("p2", 0x0, "m0+0x0", 16K, "VADDR") OK L(16K) "[6.1+] "
             UNMAP_WITH(0x0, 16K, "VADDR") EINVAL_},
    {"TV-095", "5.12+",
     I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) "p1: exec() = 0\np1: m1 = mmap(length=64K) = 0\n"
         MAP(0x0, "m1+0x0", 16K, "VADDR") OK "[5.12 6.1.0] " L(0) "[6.1+] " L(16K) UNMAP(0x0, 16K) SIZE(16K)
             "[5.12 6.1.0] " L(18446744073709535232) "[6.1+] " L(0)},
    {"TV-096", "5.12+",
     "world: param(dma_entry_limit=1)\n" I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K)
         MAP(0x0, "m0+0x0", 16K, "VADDR") OK},
    {"TV-097", "5.12+",
     I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) MAP(0x10000, "m0+0x0", 16K, RW) OK UNMAP(0x0, 16K) SIZE(16K)},
    {"TV-098", "5.12+",
     I1 MAP(0x0, "m0+0x0", 2M, RW) OK "#= hazard 1\n" UNMAP_WITH(0x1000, 4K, "VADDR") SIZE(0)
        MAP(0x0, "m0+0x0", 2M, "VADDR") EINVAL_ UNMAP_WITH(0x0, 4K, "VADDR") SIZE(2M)
            MAP(0x0, "m0+0x0", 2M, "VADDR") OK},
    {"TV-099", "5.8", I UNMAP_WITH(0x0, 16K, "0x4") EINVAL_},
    {"TV-100", "5.12+",
     I A UNMAP_WITH(0x0, 16K, "VADDR") SIZE(16K) "#= hazard 4\n" MAP(0x0, "0x500000000000", 16K, "VADDR") OK},
    {"VAD-01 stops at a foreign owner", "5.12",
     I MAP(0x0, "m0+0x0", 4K, RW) OK "p1: p2 = fork() = 0\n" MAP_BY("p2", 0x1000, "m0+0x0", 4K, RW) OK
       MAP(0x2000, "m0+0x0", 4K, RW) OK "#= rule FOREIGN\n" UNMAP_WITH(0x0, 12K, "VADDR") SIZE(4K)
       MAP(0x2000, "m0+0x0", 4K, "VADDR") EINVAL_ MAP(0x0, "m0+0x0", 4K, "VADDR") OK},
};
