// SPDX-License-Identifier: MIT
/*
 * Where the kernel's public headers are installed, the compiler holds the tables against them. Nothing is
 * generated from the headers: the project builds without them.
 */
#include <stddef.h>

#if __has_include(<linux/vfio.h>)
#include <linux/vfio.h>

#define RULES_OF(id, step)
#define FLAG(id, name, bit, since, proposal)
#define MINIMUM(id, bytes)
#define TAIL(id, name, offset)
#define CAPABILITY(name, id, header_bytes, element_bytes)
#define CAPABILITY_FIELD(capability, name, offset, size, type)
#define RULE(id, name, error, spec_id, when, sentence, source)
#define END(id, name)
#define OP(id, name, target, number, since, summary) _Static_assert(id == (number), #id);
#define FIELD(id, name, at, bytes, type, direction)  SAME_##name(at, bytes)
#define SAME(type, name, at, bytes)                                                                          \
    _Static_assert(offsetof(struct type, name) == (at) && sizeof(((struct type *)0)->name) == (bytes), #name);

#define SAME_argsz(at, bytes) SAME(vfio_iommu_type1_dma_map, argsz, at, bytes)
#define SAME_flags(at, bytes) SAME(vfio_iommu_type1_dma_map, flags, at, bytes)
#define SAME_vaddr(at, bytes) SAME(vfio_iommu_type1_dma_map, vaddr, at, bytes)
#define SAME_iova(at, bytes)  SAME(vfio_iommu_type1_dma_map, iova, at, bytes)
#define SAME_size(at, bytes)  SAME(vfio_iommu_type1_dma_map, size, at, bytes)
#include "ioctl/vfio_iommu_map_dma.def"
#undef SAME_argsz
#undef SAME_flags
#undef SAME_iova
#undef SAME_size

#define SAME_argsz(at, bytes) SAME(vfio_iommu_type1_dma_unmap, argsz, at, bytes)
#define SAME_flags(at, bytes) SAME(vfio_iommu_type1_dma_unmap, flags, at, bytes)
#define SAME_iova(at, bytes)  SAME(vfio_iommu_type1_dma_unmap, iova, at, bytes)
#define SAME_size(at, bytes)  SAME(vfio_iommu_type1_dma_unmap, size, at, bytes)
#include "ioctl/vfio_iommu_unmap_dma.def"
#undef SAME_argsz
#undef SAME_flags

#define SAME_argsz(at, bytes)        SAME(vfio_iommu_type1_info, argsz, at, bytes)
#define SAME_flags(at, bytes)        SAME(vfio_iommu_type1_info, flags, at, bytes)
#define SAME_iova_pgsizes(at, bytes) SAME(vfio_iommu_type1_info, iova_pgsizes, at, bytes)
#define SAME_cap_offset(at, bytes)   SAME(vfio_iommu_type1_info, cap_offset, at, bytes)
#define SAME_pad(at, bytes)          /* A member only in newer headers. */
#include "ioctl/vfio_iommu_get_info.def"
#undef SAME_argsz
#undef SAME_flags

#define SAME_argsz(at, bytes) SAME(vfio_group_status, argsz, at, bytes)
#define SAME_flags(at, bytes) SAME(vfio_group_status, flags, at, bytes)
#include "ioctl/vfio_group_get_status.def"
#endif
