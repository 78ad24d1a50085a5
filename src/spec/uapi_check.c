// SPDX-License-Identifier: MIT
/*
 * Where the kernel's public headers are installed, the compiler holds the tables against them. Nothing is generated
 * from the headers: the project builds without them.
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
#define FIELD(id, name, offset, size, type, direction) SAME_##name(offset, size)
#define SAME(type, name, offset, size)                                                                           \
    _Static_assert(offsetof(struct type, name) == (offset) && sizeof(((struct type *)0)->name) == (size), #name);

#define SAME_argsz(offset, size) SAME(vfio_iommu_type1_dma_map, argsz, offset, size)
#define SAME_flags(offset, size) SAME(vfio_iommu_type1_dma_map, flags, offset, size)
#define SAME_vaddr(offset, size) SAME(vfio_iommu_type1_dma_map, vaddr, offset, size)
#define SAME_iova(offset, size)  SAME(vfio_iommu_type1_dma_map, iova, offset, size)
#define SAME_size(offset, size)  SAME(vfio_iommu_type1_dma_map, size, offset, size)
#include "ioctl/vfio_iommu_map_dma.def"
#undef SAME_argsz
#undef SAME_flags
#undef SAME_iova
#undef SAME_size

#define SAME_argsz(offset, size) SAME(vfio_iommu_type1_dma_unmap, argsz, offset, size)
#define SAME_flags(offset, size) SAME(vfio_iommu_type1_dma_unmap, flags, offset, size)
#define SAME_iova(offset, size)  SAME(vfio_iommu_type1_dma_unmap, iova, offset, size)
#define SAME_size(offset, size)  SAME(vfio_iommu_type1_dma_unmap, size, offset, size)
#include "ioctl/vfio_iommu_unmap_dma.def"
#undef SAME_argsz
#undef SAME_flags

#define SAME_argsz(offset, size)        SAME(vfio_iommu_type1_info, argsz, offset, size)
#define SAME_flags(offset, size)        SAME(vfio_iommu_type1_info, flags, offset, size)
#define SAME_iova_pgsizes(offset, size) SAME(vfio_iommu_type1_info, iova_pgsizes, offset, size)
#define SAME_cap_offset(offset, size)   SAME(vfio_iommu_type1_info, cap_offset, offset, size)
#define SAME_pad(offset, size)          /* A member only in newer headers. */
#include "ioctl/vfio_iommu_get_info.def"
#undef SAME_argsz
#undef SAME_flags

#define SAME_argsz(offset, size) SAME(vfio_group_status, argsz, offset, size)
#define SAME_flags(offset, size) SAME(vfio_group_status, flags, offset, size)
#include "ioctl/vfio_group_get_status.def"
#endif
