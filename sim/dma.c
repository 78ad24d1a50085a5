// SPDX-License-Identifier: MIT
/*
 * Device access: translation page table walk by walk, through the IOTLB, and a log of faults. A range goes
 * extent by extent, as if page by page: what lies below a fault has happened.
 */
#include "bytes.h"
#include "domain.h"
#include "group.h"

/* What a device wants of memory. */
struct access {
    uint64_t iova;
    uint64_t length_bytes;
    bool write;
    uint8_t fill;
    struct vsim_sim_bytes *bytes; /* Of a read. */
};

/* Why a device's access stops, and where. */
struct stop {
    enum vsim_rule_id rule; /* NONE: it did not. */
    uint64_t iova;
    uint64_t reason;
};

static bool may_read(const struct vsim_sim_domain *domain, const struct vsim_sim_translation *entry)
{
    /* VT-d's page tables have no write-only: what a device may write it may read. */
    return (entry->prot & VSIM_PROT_READ) || domain->iommu->kind == VSIM_IOMMU_KIND_intel;
}

static struct stop translate(struct vsim_sim_domain *domain, uint64_t iova, bool write,
                             const struct vsim_sim_translation **entry)
{
    if (!vsim_range_has(domain->iommu->aperture, iova))
        return (struct stop){VSIM_RULE_DMA_BEYOND_APERTURE, iova, VSIM_FAULT_REASON_BEYOND_APERTURE};
    *entry = vsim_sim_domain_translate(domain, iova);
    if (!*entry)
        return (struct stop){VSIM_RULE_DMA_NOT_MAPPED, iova, VSIM_FAULT_REASON_NOT_PRESENT};
    if (!write && !may_read(domain, *entry))
        return (struct stop){VSIM_RULE_DMA_NO_READ, iova, VSIM_FAULT_REASON_NO_READ};
    if (write && !((*entry)->prot & VSIM_PROT_WRITE))
        return (struct stop){VSIM_RULE_DMA_NO_WRITE, iova, VSIM_FAULT_REASON_NO_WRITE};
    return (struct stop){0};
}

static struct stop do_access(struct vsim_sim_domain *domain, const struct access *access, uint64_t page_mask)
{
    const struct vsim_sim_translation *entry;
    struct stop stop = {0};
    uint64_t n;

    for (uint64_t done = 0; done < access->length_bytes; done += n) {
        const uint64_t iova = access->iova + done;
        uint64_t offset;

        if (iova < access->iova) /* Behind 2^64 there is nothing. */
            return (struct stop){VSIM_RULE_DMA_BEYOND_APERTURE, iova, VSIM_FAULT_REASON_BEYOND_APERTURE};
        stop = translate(domain, iova, access->write, &entry);
        if (stop.rule != VSIM_RULE_NONE) {
            stop.iova &= ~page_mask; /* What an IOMMU logs is a page. */
            return stop;
        }
        n = MIN(entry->last - iova, access->length_bytes - done - 1) + 1;
        offset = entry->offset + (iova - entry->first);
        if (access->write)
            vsim_sim_object_fill(entry->object, offset, n, access->fill);
        else
            vsim_sim_bytes_add(access->bytes, entry->object, offset, n);
    }
    return stop;
}

/* Where the first byte lies, unless its page is no longer the one that its object's name says. */
static void answer_place(struct vsim_sim_domain *domain, uint64_t iova, struct vsim_outcome *outcome,
                         unsigned field)
{
    struct vsim_sim_translation entry;
    uint64_t offset;

    if (!vsim_sim_domain_walk(domain, iova, &entry))
        return;
    offset = entry.offset + (iova - entry.first);
    if (!vsim_sim_object_is_named(entry.object, offset))
        return;
    vsim_outcome_set(outcome, field, offset);
    outcome->base[field] = entry.object->name;
}

static void log_fault(struct vsim_sim *sim, const struct vsim_sim_call *call, const struct stop *stop,
                      bool write)
{
    sim->faults[sim->n_faults++ % VSIM_SIM_N_FAULTS] = (struct vsim_sim_fault){
        .device = call->device->world->handle, .iova = stop->iova, .reason = stop->reason, .write = write};
}

/* The fields of an answer, which reads and writes number differently. */
struct answer_fields {
    unsigned at;
    unsigned fault;
    unsigned reason;
};

static void run(struct vsim_sim *sim, const struct vsim_sim_call *call, const struct access *access,
                const struct answer_fields *fields)
{
    const struct vsim_sim_device *device = call->device;
    struct vsim_outcome *outcome = &call->result->outcome;
    struct stop stop;

    if (device->n_files == 0) {
        vsim_sim_refuse(call, VSIM_RULE_DMA_DEVICE_OFF);
        vsim_outcome_set(outcome, fields->reason, VSIM_FAULT_REASON_DEVICE_OFF);
        return;
    }
    if (!device->group->domain) { /* Emulated devices do not go through an IOMMU; noiommu ones have none. */
        call->result->unavailable = true;
        return;
    }
    stop = do_access(device->group->domain, access, sim->page_bytes - 1);
    if (stop.rule != VSIM_RULE_NONE) {
        log_fault(sim, call, &stop, access->write);
        vsim_sim_refuse(call, stop.rule);
        vsim_outcome_set(outcome, fields->fault, stop.iova);
        vsim_outcome_set(outcome, fields->reason, stop.reason);
        return;
    }
    vsim_sim_succeed(call, VSIM_RULE_DMA_LANDS, 0);
    if (access->length_bytes > 0)
        answer_place(device->group->domain, access->iova, outcome, fields->at);
}

void vsim_sim_dma_read(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    static const struct answer_fields fields = {VSIM_FIELD_DMA_READ_at, VSIM_FIELD_DMA_READ_fault,
                                                VSIM_FIELD_DMA_READ_reason};
    struct vsim_sim_bytes bytes;
    const struct access access = {.iova = call->op->value[VSIM_FIELD_DMA_READ_iova],
                                  .length_bytes = call->op->value[VSIM_FIELD_DMA_READ_len],
                                  .bytes = &bytes};

    vsim_sim_bytes_begin(&bytes);
    run(sim, call, &access, &fields);
    if (call->result->outcome.error == 0 && !call->result->unavailable)
        vsim_sim_bytes_answer(&bytes, &call->result->outcome, VSIM_FIELD_DMA_READ_fill,
                              VSIM_FIELD_DMA_READ_digest);
}

void vsim_sim_dma_write(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    static const struct answer_fields fields = {VSIM_FIELD_DMA_WRITE_at, VSIM_FIELD_DMA_WRITE_fault,
                                                VSIM_FIELD_DMA_WRITE_reason};
    const struct access access = {.iova = call->op->value[VSIM_FIELD_DMA_WRITE_iova],
                                  .length_bytes = call->op->value[VSIM_FIELD_DMA_WRITE_len],
                                  .write = true,
                                  .fill = (uint8_t)call->op->value[VSIM_FIELD_DMA_WRITE_fill]};

    run(sim, call, &access, &fields);
}
