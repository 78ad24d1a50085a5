// SPDX-License-Identifier: MIT
/* Ioctls that a file does not have, and the one that answers in every state. */
#include "rules.h"

/* Numbers of VFIO that the specification does not cover yet, on files that know more of them than it does. */
static bool beyond_the_rows(const struct vsim_oracle *oracle, uint32_t number)
{
    const uint32_t dirty_pages = 0x3b75;

    switch (oracle->at.file->kind) {
    case VSIM_FD_CONTAINER:
        return number == dirty_pages;
    case VSIM_FD_DEVICE:
        return number >= 0x3b64 && number <= 0x3b64 + 31;
    default:
        return false;
    }
}

static uint32_t number_of(const struct vsim_op *op)
{
    return op->id == VSIM_OP_IOCTL ? (uint32_t)op->value[VSIM_FIELD_IOCTL_request]
                                   : vsim_spec_ops[op->id].number;
}

static bool on(const struct vsim_oracle *oracle, enum vsim_fd_kind kind)
{
    return oracle->at.file->kind == kind;
}

bool vsim_oracle_backend_unset(const struct vsim_oracle *oracle)
{
    return oracle->at.container->type == VSIM_ORACLE_UNSET;
}

bool vsim_oracle_backend_is_noiommu(const struct vsim_oracle *oracle)
{
    return oracle->at.container->type == VSIM_ORACLE_NOIOMMU;
}

PREDICATE(IOCTL, BAD_FD)
{
    return oracle->at.file == NULL;
}

PREDICATE(IOCTL, NO_IOMMU)
{
    return on(oracle, VSIM_FD_CONTAINER) && vsim_oracle_backend_unset(oracle);
}

PREDICATE(IOCTL, UNKNOWN_TYPE1)
{
    if (!on(oracle, VSIM_FD_CONTAINER) || vsim_oracle_backend_is_noiommu(oracle))
        return false;
    oracle->at.undecided = beyond_the_rows(oracle, number_of(op));
    witness->value = number_of(op);
    return true;
}

PREDICATE(IOCTL, UNKNOWN_NOIOMMU)
{
    return on(oracle, VSIM_FD_CONTAINER);
}

PREDICATE(IOCTL, UNKNOWN_GROUP)
{
    witness->value = number_of(op);
    return on(oracle, VSIM_FD_GROUP);
}

PREDICATE(IOCTL, UNKNOWN_FD)
{
    oracle->at.undecided = beyond_the_rows(oracle, number_of(op));
    witness->value = number_of(op);
    return true;
}

PREDICATE(VFIO_GET_API_VERSION, VERSION)
{
    return true;
}
