// SPDX-License-Identifier: MIT
/* SET_IOMMU: section 1.3. */
#include "rules.h"

static uint64_t type_of(const struct vsim_op *op)
{
    return VALUE(VFIO_SET_IOMMU, type);
}

PREDICATE(VFIO_SET_IOMMU, NO_GROUP_OR_SET)
{
    return oracle->at.container->groups->len == 0 || !vsim_oracle_backend_unset(oracle);
}

static bool noiommu_is_asked(const struct vsim_oracle *oracle, const struct vsim_op *op)
{
    return type_of(op) == VSIM_EXTENSION_VFIO_NOIOMMU_IOMMU && oracle->noiommu;
}

PREDICATE(VFIO_SET_IOMMU, NOIOMMU_NEEDS_RAWIO)
{
    return vsim_oracle_container_is_noiommu(oracle->at.container) && noiommu_is_asked(oracle, op) &&
           !(oracle->at.process->capabilities & VSIM_CAPABILITIES_SYS_RAWIO);
}

PREDICATE(VFIO_SET_IOMMU, NO_BACKEND)
{
    witness->value = type_of(op);
    if (vsim_oracle_container_is_noiommu(oracle->at.container))
        return !noiommu_is_asked(oracle, op);
    return !vsim_oracle_type1_claims(oracle, type_of(op));
}

/* T1-SET-02: what CHECK_EXTENSION claims and opening refuses. */
PREDICATE(VFIO_SET_IOMMU, TYPE_REFUSED)
{
    witness->value = type_of(op);
    return type_of(op) == VSIM_EXTENSION_VFIO_UNMAP_ALL || type_of(op) == VSIM_EXTENSION_VFIO_UPDATE_VADDR;
}

/* Groups are attached newest first, so a newer group that fails for another reason comes before. */
PREDICATE(VFIO_SET_IOMMU, NESTING_REFUSED)
{
    const struct vsim_oracle_container *container = oracle->at.container;

    if (type_of(op) != VSIM_EXTENSION_VFIO_TYPE1_NESTING_IOMMU)
        return false;
    for (guint i = container->groups->len; i-- > 0;) {
        const struct vsim_oracle_group *group = container->groups->pdata[i];

        if (group->iommu && !group->iommu->can_nest) {
            witness->handle = group->row->handle;
            return true;
        }
        if (group->iommu && !group->iommu->isolated_msi && !oracle->allow_unsafe_interrupts)
            return false;
    }
    return false;
}

PREDICATE(VFIO_SET_IOMMU, DONE)
{
    witness->value = oracle->dma_entry_limit;
    return true;
}

static void become_type1(struct vsim_oracle *oracle, struct vsim_oracle_container *container, uint64_t type)
{
    container->type = type == VSIM_EXTENSION_VFIO_TYPE1_IOMMU ? VSIM_ORACLE_V1 : VSIM_ORACLE_V2;
    container->nesting = type == VSIM_EXTENSION_VFIO_TYPE1_NESTING_IOMMU;
    container->limit = oracle->dma_entry_limit;
    container->avail = oracle->dma_entry_limit;
    container->n_invalid = 0;
    container->n_emulated = 0;
    vsim_oracle_view_reset(&container->view, oracle->memory.page_bytes);
    for (guint i = container->groups->len; i-- > 0;)
        vsim_oracle_attach(oracle, container, container->groups->pdata[i], oracle->at.process);
}

void vsim_oracle_effect_set_iommu(struct vsim_oracle *oracle, const struct vsim_op *op,
                                  const struct vsim_outcome *observed G_GNUC_UNUSED)
{
    struct vsim_oracle_container *container = oracle->at.container;

    if (container->type != VSIM_ORACLE_UNSET || container->groups->len == 0)
        return;
    if (vsim_oracle_container_is_noiommu(container))
        container->type = VSIM_ORACLE_NOIOMMU;
    else
        become_type1(oracle, container, type_of(op));
    vsim_oracle_container_changed(oracle, container);
}
