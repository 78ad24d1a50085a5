// SPDX-License-Identifier: MIT
/* Annex B.1: containers, groups, GET_INFO. */
#include "vectors.h"

// clang-format off

#define MIGRATION "MIGRATION{flags=0x0, hole=0x0, pgsize_bitmap=0x1000, max_dirty_bitmap_size=256M}"
#define NOIOMMU_WORLD(caps) IOMMU GROUP "world: n3 = group(kind=noiommu)\nworld: d3 = device(group=n3, name=\"x\")\n" \
                            "world: param(noiommu=yes)\nworld: p1 = process(memlock=64M" caps ")\n" CONTAINER

static const struct vector vectors_container[] = {
    {"TV-001", "5.8+", FRESH "p1: ioctl(c0, VFIO_GET_API_VERSION) = 0\n"},
    {"TV-002", "5.8+",
     FRESH "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, @0x500000000000) = -1 EINVAL\n"
           "p1: ioctl(c0, VFIO_IOMMU_UNMAP_DMA, @0x500000000000) = -1 EINVAL\n"
           "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, @0x500000000000) = -1 EINVAL\n"
           "#= rule NO_IOMMU\np1: ioctl(c0, 0x3b7f, @0x0) = -1 EINVAL\n"},
    {"TV-003", "5.8+",
     I "p1: ioctl(c0, 0x3b7f, @0x0) = -1 ENOTTY\np1: ioctl(c0, 0x3b73, @0x0) = -1 ENOTTY\n"
       "p1: ioctl(c0, VFIO_GROUP_GET_STATUS, {}) = -1 ENOTTY\np1: ioctl(g0, 0x3b7f, @0x0) = -1 ENOTTY\n"
       "p1: ioctl(g0, VFIO_IOMMU_MAP_DMA, {}) = -1 ENOTTY\n"
       "p1: x0 = open(path=\"/dev/null\") = 0\np1: ioctl(x0, VFIO_GET_API_VERSION) = -1 ENOTTY\n"
       "p1: close(fd=x0) = 0\np1: ioctl(x0, VFIO_GET_API_VERSION) = -1 EBADF\n"},
    {"TV-004", "5.8+",
     FRESH CHECK(1, 1) CHECK(3, 1) "[-6.12] " CHECK(6, 1) "[mainline] " CHECK(6, 0) CHECK(4, 0) CHECK(2, 0)
         CHECK(5, 0) CHECK(7, 0) CHECK(11, 0) CHECK(4294967295, 0)},
    {"TV-005", "5.8+",
     FRESH "[5.8] " CHECK(9, 0) "[5.12+] " CHECK(9, 1) "[5.8] " CHECK(10, 0) "[5.12 6.1.0] " CHECK(10, 1)
         "[6.1+] " CHECK(10, 0)},
    {"TV-006", "5.8+",
     I OPEN_E1 "[5.8] " CHECK(10, 0) "[5.12+] " CHECK(10, 1) SET_E1 OK "[5.8] " CHECK(10, 0)
         "[5.12 6.1.0] " CHECK(10, 1) "[6.1+] " CHECK(10, 0) UNSET_E1 OK "[5.8] " CHECK(10, 0)
             "[5.12+] " CHECK(10, 1)},
    {"TV-007 emulated", "5.8+", E CHECK(4, 1)},
    {"TV-007 real", "5.8+", I CHECK(4, 1) CHECK(1, 1) CHECK(8, 0) CHECK(12, 0)},
    {"TV-007 not coherent", "5.8+",
     "world: i0 = iommu(coherent=no)\n" GROUP P1 CONTAINER UP TYPE(VFIO_TYPE1v2_IOMMU) OK CHECK(4, 0)},
    {"TV-008", "5.8+", FRESH TYPE(1) EINVAL_},
    {"TV-009", "5.8+",
     ONE_GROUP TYPE(0) ENODEV_ TYPE(2) ENODEV_ TYPE(4) ENODEV_ TYPE(5) ENODEV_ TYPE(7) ENODEV_ TYPE(8) ENODEV_
     "[5.8] " TYPE(9) ENODEV_ "[5.12+] " TYPE(9) EINVAL_ "[5.8 6.1+] " TYPE(10) ENODEV_
     "[5.12 6.1.0] " TYPE(10) EINVAL_ TYPE(3) OK TYPE(3) EINVAL_},
    {"TV-010 can nest", "5.8+",
     "world: i0 = iommu(can_nest=yes)\n" GROUP P1 CONTAINER UP "[mainline] " TYPE(6) ENODEV_ "[-6.12] " TYPE(6) OK},
    {"TV-010 cannot nest", "5.8+",
     ONE_GROUP "[mainline] " TYPE(6) ENODEV_ "[-6.12] #= rule NESTING_REFUSED\n[-6.12] " TYPE(6) EINVAL_},
    {"TV-011", "5.8+",
     "world: i0 = iommu(isolated_msi=no)\n" GROUP P1 CONTAINER UP TYPE(3) EPERM_ V MAP(0x0, "m0+0x0", 4K, RW) EINVAL_
         CHECK(1, 1) "world: param(allow_unsafe_interrupts=yes)\n" TYPE(3) OK},
    {"TV-012", "5.8+",
     WORLD P1 OPEN_G1 "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, @0x500000000000) = -1 EFAULT\n"
           "[5.8 5.12] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=-1}) = -1 EINVAL\n"
           "[6.1.0+] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=-1}) = -1 EBADF\n"
           "p1: x0 = open(path=\"/dev/null\") = 0\n"
           "[-6.1] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=x0}) = -1 EINVAL\n"
           "[6.12+] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=x0}) = -1 EBADFD\n"
           "p1: close(fd=x0) = 0\np1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=x0}) = -1 EBADF\n"},
    {"TV-013", "5.8+",
     ONE_GROUP "p1: x0 = open(path=\"/dev/null\") = 0\np1: close(fd=x0) = 0\n"
               "[5.8 5.12] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=x0}) = -1 EINVAL\n"
               "[6.1.0+] p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=x0}) = -1 EBADF\n" SET_G1 EINVAL_},
    {"TV-014", "5.8+",
     WORLD P1 CONTAINER OPEN_G1 UNSET_G1 EINVAL_ SET_G1 OK TYPE(3) OK
         "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"d\"}) = 0\n" UNSET_G1 EBUSY_
         "p1: close(fd=v0) = 0\n" UNSET_G1 OK UNSET_G1 EINVAL_},
    {"TV-015", "5.8+",
     WORLD P1 CONTAINER OPEN_G1 "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {argsz=7}) = -1 EINVAL\n"
           "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {}) = 0 {flags=VIABLE}\n"
           "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, @0x10) = -1 EFAULT\n" SET_G1 OK
           "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {}) = 0 {flags=VIABLE|CONTAINER_SET}\n"
           "p1: m1 = mmap(length=4K, prot=READ) = 0\n"
           "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, @m1+0x0{}) = -1 EFAULT\n"},
    {"TV-016", "5.8+",
     IOMMU GROUP "world: d9 = device(group=n1, name=\"h\", driver=host)\n" P1 CONTAINER OPEN_G1
         "p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {}) = 0 {flags=0}\n"
         "[5.8 5.12] " SET_G1 OK "[6.1.0+] " SET_G1 EPERM_
         "[5.8 5.12] p1: ioctl(g0, VFIO_GROUP_GET_STATUS, {}) = 0 {flags=CONTAINER_SET}\n"
         "[5.8 5.12] " TYPE(3) OK "[5.8 5.12] #= rule NOT_VIABLE\n"
         "[5.8 5.12] p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"d\"}) = -1 EINVAL\n"},
    {"TV-017", "5.8+",
     WORLD P1 OPEN_G1 "p1: g9 = open(path=\"/dev/vfio/1\") = -1 EBUSY\np1: g8 = dup(fd=g0) = 0\n"
           "p1: close(fd=g0) = 0\np1: ioctl(g8, VFIO_GROUP_GET_STATUS, {}) = 0\np1: close(fd=g8) = 0\n" OPEN_G1
           "p1: g7 = open(path=\"/dev/vfio/7\") = -1 ENOENT\n"},
    {"TV-018", "5.8+",
     ONE_GROUP "[5.8 5.12] p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"q\"}) = -1 EINVAL\n"
               "[6.1.0+] p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"q\"}) = -1 ENODEV\n"
               "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"d\"}) = -1 EINVAL\n" TYPE(3) OK
               "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"q\"}) = -1 ENODEV\n"},
    {"GRP-07 string", "5.8+",
     ONE_GROUP TYPE(3) OK "p1: m1 = mmap(length=8K) = 0\np1: store(addr=m1+0x0, length=8K, fill=0x61) = 0\n"
         "#= rule UNREADABLE\np1: ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, @0x10) = -1 EFAULT\n"
         "#= rule TOO_LONG\np1: ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, @m1+0x0) = -1 EINVAL\n"
         "p1: store(addr=m1+0x1, length=1, fill=0x0) = 0\np1: store(addr=m1+0x0, length=1, fill=0x64) = 0\n"
         "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, @m1+0x0) = 0\n"},
    {"TV-019", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK L(16K) "p1: close(fd=c0) = 0\n" L(16K) "p1: close(fd=g0) = 0\n" L(0)},
    {"TV-020", "5.8+",
     I MAP(0x0, "m0+0x0", 16K, RW) OK "#= rule ALL_REMOVED\n" UNSET_G1 OK L(0) MAP(0x0, "m0+0x0", 16K, RW) EINVAL_
         SET_G1 OK TYPE(1) OK UNMAP(0x0, 16K) SIZE(0)
         "[5.12 6.1.0 6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=116}) = 0 {capabilities=[" MIGRATION
         ", DMA_AVAIL{avail=65535}, IOVA_RANGE{nr_iovas=2, reserved=0x0, 0x0..0xfedfffff, "
         "0xfef00000..0xffffffffffff}]}\n"},
    {"TV-021 no capability", "5.8+", NOIOMMU_WORLD("") "p1: g3 = open(path=\"/dev/vfio/3\") = -1 EPERM\n"},
    {"TV-021", "5.8+",
     NOIOMMU_WORLD(", caps=SYS_RAWIO") "p1: g3 = open(path=\"/dev/vfio/3\") = 0\n"
         "p1: ioctl(g3, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n" TYPE(1) ENODEV_ TYPE(8) OK
         MAP(0x0, "0x0", 4K, RW) ENOTTY_ UNMAP(0x0, 4K) ENOTTY_ INFO(16) ENOTTY_
         "p1: ioctl(c0, 0x3b7f, @0x0) = -1 ENOTTY\n" CHECK(1, 0) CHECK(8, 1) OPEN_G1 SET_G1 EPERM_},
    {"NOI-01 dropped", "5.8+",
     NOIOMMU_WORLD(", caps=SYS_RAWIO") "p1: g3 = open(path=\"/dev/vfio/3\") = 0\n" CHECK(8, 1)
         "p1: p2 = fork() = 0\np2: setcap(caps=0) = 0\np2: setcap(caps=SYS_RAWIO) = -1 EPERM\n"
         "p2: ioctl(g3, VFIO_GROUP_SET_CONTAINER, {container=c0}) = -1 EPERM\n"
         "p1: ioctl(g3, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"
         "p2: ioctl(c0, VFIO_SET_IOMMU, 8) = -1 EPERM\np1: ioctl(c0, VFIO_SET_IOMMU, 8) = 0\n"
         "p2: v3 = ioctl(g3, VFIO_GROUP_GET_DEVICE_FD, {name=\"x\"}) = -1 EPERM\n"
         "world: param(noiommu=no)\n" CHECK(8, 0)},
    {"TV-022", "5.8+",
     I INFO(15) EINVAL_ "[5.8] " INFO(16) "0 {argsz=104, flags=PGSIZES|CAPS, iova_pgsizes=0x40201000}\n"
       "[5.12 6.1.0 6.1] " INFO(16) "0 {argsz=116, flags=PGSIZES|CAPS, iova_pgsizes=0x40201000}\n"
       "[6.12+] " INFO(16) "0 {argsz=120, flags=PGSIZES|CAPS, iova_pgsizes=0x40201000}\n"},
    {"TV-023", "5.8+",
     I "[5.8] " INFO(4096) "0 {argsz=4096, flags=PGSIZES|CAPS, iova_pgsizes=0x40201000, cap_offset=24, "
       "capabilities=[" MIGRATION ", IOVA_RANGE{nr_iovas=2, reserved=0x0, 0x0..0xfedfffff, "
       "0xfef00000..0xffffffffffff}]}\n"
       "[5.12 6.1.0 6.1] " INFO(4096) "0 {argsz=4096, flags=PGSIZES|CAPS, iova_pgsizes=0x40201000, "
       "cap_offset=24, capabilities=[" MIGRATION ", DMA_AVAIL{avail=65535}, IOVA_RANGE{nr_iovas=2, reserved=0x0, "
       "0x0..0xfedfffff, 0xfef00000..0xffffffffffff}]}\n"
       "[6.12+] " INFO(4096) "0 {argsz=4096, flags=PGSIZES|CAPS, iova_pgsizes=0x40201000, cap_offset=24, "
       "capabilities=[" MIGRATION ", DMA_AVAIL{avail=65535}, IOVA_RANGE{at=72, nr_iovas=2, reserved=0x0, "
       "0x0..0xfedfffff, 0xfef00000..0xffffffffffff}]}\n"},
    {"TV-024", "5.8+",
     E "[5.8] " INFO(16) "0 {argsz=56, iova_pgsizes=0xfffffffffffff000}\n"
       "[5.12 6.1.0 6.1] " INFO(16) "0 {argsz=68, iova_pgsizes=0xfffffffffffff000}\n"
       "[6.12+] " INFO(16) "0 {argsz=72, iova_pgsizes=0xfffffffffffff000}\n"
       "[5.8] " INFO(4096) "0 {capabilities=[" MIGRATION "]}\n"
       "[5.12 6.1.0 6.1] " INFO(4096) "0 {capabilities=[" MIGRATION ", DMA_AVAIL{avail=65535}]}\n"
       /* Here padding follows the last capability, which the words of a trace cannot say. */
       "[6.12+] " INFO(4096) "0 {capabilities=x\"0200010038000000000000000000000000100000000000000000001000000000"
       "0300010000000000ffff000000000000\"}\n"},
    {"TV-025", "5.8+",
     I "[5.8] " INFO(103) "0 {argsz=104, cap_offset=0}\n[5.8] " INFO(104) "0 {argsz=104, cap_offset=24}\n"
       "[5.12 6.1.0 6.1] " INFO(115) "0 {argsz=116, cap_offset=0}\n[5.12 6.1.0 6.1] " INFO(116)
           "0 {argsz=116, cap_offset=24}\n"
       "[6.12+] " INFO(119) "0 {argsz=120, cap_offset=0}\n[6.12+] " INFO(120) "0 {argsz=120, cap_offset=24}\n"},
    {"TV-026", "5.8+",
     I "[6.12+] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=18, raw[16]=x\"aaaaaaaa\"}) = 0 "
       "{cap_offset=2863267840}\n"
       "[-6.1] p1: ioctl(c0, VFIO_IOMMU_GET_INFO, {argsz=18, raw[16]=x\"aaaaaaaa\"}) = 0 {cap_offset=2863311530}\n"
       "p1: m1 = mmap(length=4K) = 0\np1: store(addr=m1+0x10, length=8, fill=0xaa) = 0\n"
       "p1: store(addr=m1+0x0, length=16, fill=0x0) = 0\np1: store(addr=m1+0x0, length=1, fill=0x12) = 0\n"
       "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, @m1+0x0) = 0\n"
       "[6.12+] p1: load(addr=m1+0x10, length=2) = 0 {fill=0x0}\n[-6.1] p1: load(addr=m1+0x10, length=2) = 0 "
       "{fill=0xaa}\np1: load(addr=m1+0x12, length=6) = 0 {fill=0xaa}\n"},
    {"TV-027", "5.8+",
     I "p1: m1 = mmap(length=4K, prot=READ) = 0\np1: ioctl(c0, VFIO_IOMMU_GET_INFO, @m1+0x0{argsz=16}) = -1 EFAULT\n"
       "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, @0x500000000000) = -1 EFAULT\n"
       "p1: m2 = mmap(length=4K) = 0\np1: ioctl(c0, VFIO_IOMMU_GET_INFO, @m2+0xff0{argsz=16}) = 0\n"
       "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, @m2+0xff1{argsz=16}) = -1 EFAULT\n"
       "p1: ioctl(c0, VFIO_IOMMU_GET_INFO, @m2+0xfe8{argsz=4096}) = -1 EFAULT\n"},
    {"CON-06", "5.8+",
     WORLD P1 CONTAINER OPEN_G1 "[5.8 5.12] p1: m1 = mmap(length=4K, flags=SHARED, fd=c0) = -1 EINVAL\n"
           "[6.1.0+] p1: m1 = mmap(length=4K, flags=SHARED, fd=c0) = -1 ENODEV\n"
           "p1: m1 = mmap(length=4K, flags=SHARED, fd=g0) = -1 ENODEV\n"
           "p1: m1 = mmap(length=4K, flags=SHARED, fd=-1) = -1 EBADF\n"
           "p1: m1 = mmap(length=0) = -1 EINVAL\n"},
    {"FD-03", "5.8+",
     I "p1: v0 = ioctl(g0, VFIO_GROUP_GET_DEVICE_FD, {name=\"d\"}) = 0\n" MAP(0x0, "m0+0x0", 16K, RW) OK
       "p1: close(fd=g0) = 0\n" L(16K) "[5.8 5.12] #= rule GROUP_BOUND\n[6.1.0+] #= rule GROUP_BUSY\n"
       "p1: g5 = open(path=\"/dev/vfio/1\") = -1 EBUSY\np1: close(fd=v0) = 0\n" L(0) OPEN_G1},
    {"FD-06 passing", "5.8+",
     IOMMU GROUP P1 "world: p2 = process(memlock=64M)\n" CONTAINER UP TYPE(3) OK "p1: c5 = pass(fd=c0, to=p2) = 0\n"
         "p2: m5 = mmap(length=64K) = 0\n"
         "p2: ioctl(c5, VFIO_IOMMU_MAP_DMA, {flags=READ|WRITE, vaddr=m5+0x0, iova=0x0, size=64K}) = 0\n"
         L_OF("p2", 64K) L(0) "p1: cloexec(fd=c0, on=yes) = 0\np1: exec() = 0\np1: dup(fd=c0) = -1 EBADF\n"
         "p1: pass(fd=c0, to=p2) = -1 EBADF\np1: cloexec(fd=c0, on=no) = -1 EBADF\np1: close(fd=c0) = -1 EBADF\n"
         L_OF("p2", 64K)},
};
