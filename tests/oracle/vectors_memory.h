// SPDX-License-Identifier: MIT
/* Memory, processes and DMA: what the table's other rules say, and where DMA lands after what happens to
 * memory. */
#include "vectors.h"

// clang-format off

#define DEV  "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"d\"}) = 0\n"
#define AMD_I "world: i0 = iommu(kind=amd)\nworld: reserved(iommu=i0, kind=MSI, first=0xfee00000, last=0xfeefffff)\n" \
              GROUP P1 CONTAINER UP TYPE(3) OK V

static const struct vector vectors_memory[] = {
    {"munmap", "5.8+",
     I "p1: munmap(addr=m0+0x0, length=0) = -1 EINVAL\np1: munmap(addr=m0+0x1, length=4K) = -1 EINVAL\n"
       "p1: munmap(addr=0xffffffffffff0000, length=4K) = -1 EINVAL\np1: munmap(addr=m0+0x0, length=1) = 0\n"
       "p1: load(addr=m0+0x0, length=1) = -1 EFAULT\np1: load(addr=m0+0xfff, length=2) = -1 EFAULT\n"
       "p1: load(addr=m0+0x1000, length=2) = 0 {fill=0x0}\n"},
    {"mmap", "5.8+",
     I DEV "p1: m1 = mmap(length=4K, offset=1) = -1 EINVAL\np1: m1 = mmap(length=4K, flags=SHARED, fd=v0, offset=1M) = -1 EINVAL\n"
           "p1: m1 = mmap(length=4K, flags=PRIVATE, fd=v0) = -1 EINVAL\n"
           "p1: m1 = mmap(length=2M, flags=SHARED, fd=v0) = -1 EINVAL\n"
           "p1: m1 = mmap(length=1M, flags=SHARED, fd=v0) = 0\np1: store(addr=m1+0x0, length=4, fill=0x1) = 0\n"
           "p1: load(addr=m1+0x0, length=4) = 0 {fill=0x7}\n"
           "p1: m2 = mmap(length=4K, at=0x7ffffffff000) = -1 ENOMEM\n"
           "#= undecided\np1: m2 = mmap(length=4K, at=0x1000) = 0\n"
           "#= undecided\np1: m3 = mmap(length=4K, flags=SHARED|PRIVATE|ANONYMOUS) = 0\n"},
    {"a BAR keeps its device open", "5.8+",
     I DEV MAP(0x0, "m0+0x0", 4K, RW) OK "p1: m1 = mmap(length=8K, flags=SHARED, fd=v0) = 0\np1: close(fd=v0) = 0\n"
         UNSET_G1 EBUSY_ "d0: dma write iova=0x0 len=4K fill=0x1 = ok {at=m0+0x0}\n"
         "p1: munmap(addr=m1+0x0, length=4K) = 0\n" UNSET_G1 EBUSY_ "p1: munmap(addr=m1+0x1000, length=4K) = 0\n"
             UNSET_G1 OK L(0)},
    {"mprotect", "5.8+",
     I "p1: m1 = mmap(length=16K) = 0\np1: munmap(addr=m1+0x2000, length=4K) = 0\n"
       "p1: mprotect(addr=m1+0x1, length=4K, prot=READ) = -1 EINVAL\n"
       "p1: mprotect(addr=m1+0x0, length=16K, prot=READ) = -1 ENOMEM\n"
       "p1: mprotect(addr=m1+0x0, length=0, prot=READ) = 0\n"
       /* What is before the hole has changed. */
       "p1: store(addr=m1+0x1000, length=4, fill=0x1) = -1 EFAULT\np1: store(addr=m1+0x3000, length=4, fill=0x1) = 0\n"},
    {"mremap", "5.8+",
     I DEV "p1: m1 = mmap(length=16K) = 0\np1: store(addr=m1+0x0, length=16K, fill=0x22) = 0\n" MAP(0x0, "m1+0x0", 16K, RW) OK
       "p1: m2 = mremap(addr=m1+0x0, length=16K) = 0\np1: m3 = mremap(addr=m1+0x0, length=16K) = -1 EFAULT\n"
       "p1: load(addr=m2+0x0, length=16K) = 0 {fill=0x22}\np1: load(addr=m1+0x0, length=4K) = -1 EFAULT\n"
       "d0: dma write iova=0x1000 len=4K fill=0x33 = ok {at=m1+0x1000}\n"
       "p1: load(addr=m2+0x1000, length=4K) = 0 {fill=0x33}\n" MAP(0x10000, "m2+0x0", 16K, RW) OK
       "d0: dma read iova=0x11000 len=4K = ok {fill=0x33, at=m1+0x1000}\n"
       "d0: dma read iova=0x10fff len=2 = ok {digest=0x8c55f3dc0f8b1a57, at=m1+0xfff}\n"},
    {"madvise", "5.8+",
     I DEV "p1: m1 = mmap(length=16K) = 0\np1: store(addr=m1+0x0, length=16K, fill=0x22) = 0\n" MAP(0x0, "m1+0x0", 8K, RW) OK
       "p1: madvise(addr=m1+0x1, length=4K) = -1 EINVAL\np1: madvise(addr=0x500000000000, length=4K) = -1 ENOMEM\n"
       "#= hazard 2\np1: madvise(addr=m1+0x0, length=4K) = 0\np1: load(addr=m1+0x0, length=4K) = 0 {fill=0x0}\n"
       "p1: store(addr=m1+0x0, length=4K, fill=0x44) = 0\n"
       "d0: dma read iova=0x0 len=4K = ok {fill=0x22, at=m1+0x0}\n" MAP(0x10000, "m1+0x0", 8K, RW) OK
       "d0: dma read iova=0x10000 len=4K = ok {fill=0x44}\nd0: dma read iova=0x11000 len=4K = ok {fill=0x22, at=m1+0x1000}\n"
       "p1: mlock(addr=m1+0x3000, length=4K) = 0\np1: madvise(addr=m1+0x2000, length=8K) = -1 EINVAL\n"
       "p1: load(addr=m1+0x2000, length=4K) = 0 {fill=0x0}\np1: load(addr=m1+0x3000, length=4K) = 0 {fill=0x22}\n"
       "p1: mlock(addr=m1+0x3000, length=8K) = -1 ENOMEM\n#= undecided\np1: madvise(addr=m1+0x0, length=4K, advice=8) = 0\n"},
    {"memfd", "5.8+",
     I DEV "p1: f0 = memfd(size=8K) = 0\np1: m1 = mmap(length=16K, flags=SHARED, fd=f0) = 0\n"
       "p1: m2 = mmap(length=8K, flags=PRIVATE, fd=f0) = 0\np1: m3 = mmap(length=4K, flags=SHARED, fd=f0, offset=4K) = 0\n"
       "p1: store(addr=m1+0x0, length=8K, fill=0x5) = 0\np1: store(addr=m1+0x2000, length=1, fill=0x5) = -1 EFAULT\n"
       "p1: load(addr=m2+0x0, length=8K) = 0 {fill=0x5}\np1: store(addr=m2+0x1000, length=1, fill=0x6) = 0\n"
       "p1: load(addr=m2+0x1001, length=4095) = 0 {fill=0x5}\np1: load(addr=m1+0x1000, length=1) = 0 {fill=0x5}\n"
       MAP(0x0, "m1+0x0", 16K, RW) EFAULT_ MAP(0x0, "m1+0x0", 8K, RW) OK MAP(0x10000, "m2+0x0", 8K, RW) OK
       "p1: madvise(addr=m1+0x0, length=8K) = 0\nd0: dma write iova=0x1000 len=4K fill=0x7 = ok {at=f0+0x1000}\n"
       "p1: load(addr=m3+0x0, length=4K) = 0 {fill=0x7}\nd0: dma write iova=0x10000 len=4K fill=0x8 = ok\n"
       "p1: load(addr=m2+0x0, length=4K) = 0 {fill=0x8}\np1: load(addr=m1+0x0, length=4K) = 0 {fill=0x5}\n"
       MAP(0x20000, "m3+0x0", 4K, "READ") OK L(20K)
       "#= hazard 2\np1: munmap(addr=m1+0x0, length=16K) = 0\nd0: dma read iova=0x0 len=4K = ok {fill=0x5, at=f0+0x0}\n"},
    {"fork", "5.8+",
     I DEV "p1: m1 = mmap(length=16K) = 0\np1: store(addr=m1+0x0, length=16K, fill=0x1) = 0\n" MAP(0x0, "m1+0x0", 16K, RW) OK
       "p1: m2 = mmap(length=16K, flags=SHARED|ANONYMOUS) = 0\np1: p2 = fork() = 0\n"
       "p2: store(addr=m1+0x0, length=4K, fill=0x2) = 0\np1: load(addr=m1+0x0, length=4K) = 0 {fill=0x1}\n"
       "d0: dma write iova=0x1000 len=4K fill=0x3 = ok {at=m1+0x1000}\np2: load(addr=m1+0x1000, length=4K) = 0 {fill=0x1}\n"
       "p2: store(addr=m2+0x0, length=4K, fill=0x9) = 0\np1: load(addr=m2+0x0, length=4K) = 0 {fill=0x9}\n"
       MAP_BY("p2", 0x10000, "m1+0x0", 16K, RW) OK "d0: dma read iova=0x10000 len=4K = ok {fill=0x2}\n"
       MAP_BY("p2", 0x20000, "m2+0x0", 16K, RW) OK "d0: dma read iova=0x20000 len=4K = ok {fill=0x9, at=m2+0x0}\n"
       "#= hazard 2\np2: exit() = 0\nd0: dma read iova=0x10000 len=4K = ok {fill=0x2}\n#= undecided\np2: status() = 0\n"},
    {"exit", "5.8+",
     I DEV MAP(0x0, "m0+0x0", 16K, RW) OK "p1: p2 = fork() = 0\np1: exit() = 0\n"
       "[-5.12] " UNMAP_BY("p2", 0x0, 16K, "0") SIZE(0) "[6.1.0+] " UNMAP_BY("p2", 0x0, 16K, "0") SIZE(16K)
       L_OF("p2", 0) "p2: exit() = 0\nd0: dma read iova=0x0 len=4K = off {reason=DEVICE_OFF}\n"},
    {"exec closes", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK "p1: cloexec(fd=c0, on=yes) = 0\np1: cloexec(fd=g0, on=yes) = 0\np1: exec() = 0\n"
       "[5.8 5.12 6.1.0] " L(18446744073709535232) "[6.1+] " L(0) OPEN_G1},
    {"dma", "5.8+",
     I "d0: dma read iova=0x0 len=4K = off {reason=DEVICE_OFF}\n" DEV MAP(0x0, "m0+0x0", 8K, "READ") OK
       MAP(0x2000, "m0+0x2000", 4K, "WRITE") OK MAP(0x3000, "m0+0x3000", 4K, RW) OK
       "d0: dma write iova=0x800 len=16 fill=0x1 = fault {fault=0x0, reason=NO_WRITE}\n"
       "d0: dma read iova=0x2000 len=4K = ok {fill=0x0, at=m0+0x2000}\n"
       "d0: dma write iova=0x2ff0 len=4112 fill=0x5 = ok {at=m0+0x2ff0}\n"
       "p1: load(addr=m0+0x2ff0, length=4112) = 0 {fill=0x5}\n"
       "d0: dma write iova=0x3800 len=4K fill=0x6 = fault {fault=0x4000, reason=NOT_PRESENT}\n"
       /* Pages before the one that faults have been written. */
       "p1: load(addr=m0+0x3800, length=2K) = 0 {fill=0x6}\n"
       "d0: dma read iova=0x1000000000000 len=4K = fault {fault=0x1000000000000, reason=BEYOND_APERTURE}\n"
       "#= undecided\nd0: dma write iova=0xfee00000 len=4 fill=0x1 = ok\n"
       "#= undecided\nd0: dma read iova=0x0 len=0 = ok\n"},
    {"dma on amd", "5.8+",
     AMD_I DEV MAP(0x2000, "m0+0x2000", 4K, "WRITE") OK
       "d0: dma read iova=0x2000 len=4K = fault {fault=0x2000, reason=NO_READ}\n"},
    {"zero page", "-6.1",
     I DEV "p1: m1 = mmap(length=8K) = 0\n" MAP(0x0, "m1+0x0", 8K, "READ") OK
       "p1: store(addr=m1+0x0, length=8K, fill=0x1) = 0\nd0: dma read iova=0x0 len=8K = ok {fill=0x0}\n"},
    {"no zero page", "6.12+",
     I DEV "p1: m1 = mmap(length=8K) = 0\n" MAP(0x0, "m1+0x0", 8K, "READ") OK
       "p1: store(addr=m1+0x0, length=8K, fill=0x1) = 0\nd0: dma read iova=0x0 len=8K = ok {fill=0x1, at=m1+0x0}\n"},
    {"a terabyte", "5.8+",
     WORLD "world: p1 = process(memlock=0, caps=IPC_LOCK)\n" CONTAINER UP TYPE(3) OK DEV
       "p1: f0 = memfd(size=1T) = 0\np1: m1 = mmap(length=1T, flags=SHARED, fd=f0) = 0\n"
       "p1: store(addr=m1+0x0, length=1T, fill=0x1) = 0\n" MAP(0x100000000, "m1+0x0", 1T, RW) OK L(1T)
       "d0: dma write iova=0x180000000 len=4K fill=0x2 = ok {at=f0+0x80000000}\n"
       "p1: load(addr=m1+0x0, length=1T) = 0\nd0: dma read iova=0x100000000 len=2G = ok {fill=0x1, at=f0+0x0}\n"},
};
