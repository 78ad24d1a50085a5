// SPDX-License-Identifier: MIT
/* CHECK_EXTENSION: section 1.2. */
#include "rules.h"

bool vsim_oracle_type1_claims(const struct vsim_oracle *oracle, uint64_t extension)
{
    const struct vsim_dialect *dialect = oracle->dialect;

    switch (extension) {
    case VSIM_EXTENSION_VFIO_TYPE1_IOMMU:
    case VSIM_EXTENSION_VFIO_TYPE1v2_IOMMU:
        return true;
    case VSIM_EXTENSION_VFIO_TYPE1_NESTING_IOMMU:
        return dialect->nesting;
    case VSIM_EXTENSION_VFIO_UNMAP_ALL:
        return dialect->unmap_all;
    case VSIM_EXTENSION_VFIO_UPDATE_VADDR:
        return dialect->vaddr_update && !dialect->vaddr_busy;
    default:
        return false;
    }
}

static bool all_coherent(const struct vsim_oracle_view *view)
{
    for (guint i = 0; i < view->domains->len; i++)
        if (!g_array_index(view->domains, struct vsim_oracle_domain, i).iommu->coherent)
            return false;
    return true;
}

/* Every backend that T1-EXT-01 has asked, the first that says yes. */
static bool answer_unset(const struct vsim_oracle *oracle, uint64_t extension)
{
    const struct vsim_oracle_container *container = oracle->at.container;
    const bool noiommu = vsim_oracle_container_is_noiommu(container);
    const bool ask_type1 = !noiommu;
    const bool ask_noiommu = noiommu || container->groups->len == 0;

    return (ask_type1 && vsim_oracle_type1_claims(oracle, extension)) ||
           (ask_noiommu && extension == VSIM_EXTENSION_VFIO_NOIOMMU_IOMMU && oracle->noiommu);
}

static bool answer_type1(const struct vsim_oracle *oracle, uint64_t extension)
{
    if (extension == VSIM_EXTENSION_VFIO_DMA_CC_IOMMU)
        return all_coherent(&oracle->at.container->view);
    if (extension == VSIM_EXTENSION_VFIO_UPDATE_VADDR && oracle->dialect->vaddr_busy)
        return oracle->at.container->n_emulated == 0;
    return vsim_oracle_type1_claims(oracle, extension);
}

static uint64_t answer(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const uint64_t extension = VALUE(VFIO_CHECK_EXTENSION, extension);

    if (vsim_oracle_backend_unset(oracle))
        return answer_unset(oracle, extension);
    if (vsim_oracle_backend_is_noiommu(oracle))
        return extension == VSIM_EXTENSION_VFIO_NOIOMMU_IOMMU && oracle->noiommu;
    return answer_type1(oracle, extension);
}

PREDICATE(VFIO_CHECK_EXTENSION, ANY_BACKEND)
{
    witness->value = answer(oracle, op);
    return vsim_oracle_backend_unset(oracle);
}

PREDICATE(VFIO_CHECK_EXTENSION, ACTIVE_BACKEND)
{
    const uint64_t extension = VALUE(VFIO_CHECK_EXTENSION, extension);

    witness->value = answer(oracle, op);
    return vsim_oracle_backend_is_noiommu(oracle) || extension < VSIM_EXTENSION_VFIO_TYPE1_IOMMU ||
           extension > VSIM_EXTENSION_VFIO_UPDATE_VADDR;
}

PREDICATE(VFIO_CHECK_EXTENSION, TYPE1_ANSWER)
{
    witness->value = answer(oracle, op);
    return vsim_oracle_container_is_type1(oracle->at.container);
}

void vsim_oracle_answer_check_extension(struct vsim_oracle *oracle, const struct vsim_op *op,
                                        struct vsim_allowed *allowed)
{
    allowed->one[0].outcome.value = (int64_t)answer(oracle, op);
}
