// SPDX-License-Identifier: MIT
/*
 * Device DMA: page by page, until a fault, as the events say.
 *
 * Whether a transfer faulted is in the kernel's log. An IOMMU that logs nothing (QEMU's amd-iommu) is found
 * out by a transfer that must fault; then the bytes tell, and where they cannot, nothing is claimed.
 */
#include <errno.h>
#include <string.h>

#include "../base/hash.h"
#include "device.h"
#include "edu.h"
#include "fault_log.h"
#include "process.h"

enum chunk_outcome { CHUNK_LANDED, CHUNK_FAULTED, CHUNK_UNKNOWN };

/* A transfer under way. `shown` says that `state` and `byte` have all bytes that were read so far. */
struct transfer {
    const struct vsim_kernel_call *call;
    struct vsim_kernel_edu *edu;
    uint64_t iova;
    uint64_t length_bytes; /* Of the chunk. */
    uint64_t fault;
    uint8_t bytes[VSIM_KERNEL_EDU_CHUNK_BYTES];
    bool shown;
    bool mixed;
    uint8_t byte;
    bool has_byte;
    XXH3_state_t state;
};

static bool are_all(const uint8_t *bytes, uint64_t length_bytes, uint8_t byte)
{
    return bytes[0] == byte && memcmp(bytes, bytes + 1, length_bytes - 1) == 0;
}

/* Does this IOMMU's driver log faults? A write to where nothing is mapped tells, once for all traces. */
static bool logs_faults(struct vsim_kernel_edu *edu)
{
    static enum { NOT_ASKED, LOGS, SILENT } answer;
    uint64_t iova, address = 0;

    if (edu->backend->log_fd < 0)
        return false;
    if (answer == NOT_ASKED && vsim_kernel_edu_free_iova(edu, &iova)) {
        vsim_kernel_fault_log_begin(edu->backend);
        if (vsim_kernel_edu_write(edu, iova, sizeof iova))
            answer =
                vsim_kernel_fault_log_end(edu->backend, &address) != VSIM_KERNEL_FAULT_NONE ? LOGS : SILENT;
    }
    return answer != SILENT;
}

/* The part of a chunk that faulted: what the log says, within the chunk. */
static void note_fault(struct transfer *transfer, enum vsim_kernel_fault_seen seen, uint64_t address)
{
    const uint64_t last = transfer->iova + transfer->length_bytes - 1;

    transfer->fault = transfer->iova;
    if (seen == VSIM_KERNEL_FAULT_AT && address > transfer->iova && address <= last)
        transfer->fault = address;
}

static enum chunk_outcome judge_by_log(struct transfer *transfer)
{
    uint64_t address = 0;
    const enum vsim_kernel_fault_seen seen = vsim_kernel_fault_log_end(transfer->edu->backend, &address);

    if (seen == VSIM_KERNEL_FAULT_NONE)
        return CHUNK_LANDED;
    note_fault(transfer, seen, address);
    return CHUNK_FAULTED;
}

/* Where nothing is logged: what is not mapped has faulted, and of the rest the bytes tell something or
 * nothing. */
static enum chunk_outcome judge_by_mapping(struct transfer *transfer)
{
    if (vsim_kernel_edu_is_mapped(transfer->edu, transfer->iova) != VSIM_KERNEL_NOT_MAPPED)
        return CHUNK_UNKNOWN;
    transfer->fault = transfer->iova;
    return CHUNK_FAULTED;
}

/* A read that faults gives zeros. */
static enum chunk_outcome judge_read_by_bytes(struct transfer *transfer)
{
    if (!vsim_kernel_edu_show(transfer->edu, transfer->bytes, transfer->length_bytes))
        return CHUNK_UNKNOWN;
    return are_all(transfer->bytes, transfer->length_bytes, 0) ? judge_by_mapping(transfer) : CHUNK_LANDED;
}

/*
 * A write that seems to have landed is read back, because QEMU's VT-d says nothing of a write through a
 * read-only translation that it has cached. What cannot be read back has only the log to speak for it.
 */
static enum chunk_outcome confirm_write(struct transfer *transfer, bool logged)
{
    const uint8_t fill = (uint8_t)transfer->call->op->value[VSIM_FIELD_DMA_WRITE_fill];
    const enum chunk_outcome unconfirmed = logged ? CHUNK_LANDED : CHUNK_UNKNOWN;
    uint64_t address;

    vsim_kernel_fault_log_begin(transfer->edu->backend);
    if (!vsim_kernel_edu_read(transfer->edu, transfer->iova, transfer->length_bytes) ||
        (logged && vsim_kernel_fault_log_end(transfer->edu->backend, &address) != VSIM_KERNEL_FAULT_NONE) ||
        !vsim_kernel_edu_show(transfer->edu, transfer->bytes, transfer->length_bytes))
        return unconfirmed;
    if (!logged && are_all(transfer->bytes, transfer->length_bytes, 0))
        return judge_by_mapping(transfer);
    if (are_all(transfer->bytes, transfer->length_bytes, fill))
        return CHUNK_LANDED;
    transfer->fault = transfer->iova;
    return CHUNK_FAULTED;
}

static void add_bytes(struct transfer *transfer)
{
    if (!transfer->has_byte)
        transfer->byte = transfer->bytes[0];
    transfer->has_byte = true;
    transfer->mixed |= !are_all(transfer->bytes, transfer->length_bytes, transfer->byte);
    XXH3_64bits_update(&transfer->state, transfer->bytes, transfer->length_bytes);
}

static enum chunk_outcome read_chunk(struct transfer *transfer, bool logged)
{
    enum chunk_outcome outcome;

    vsim_kernel_fault_log_begin(transfer->edu->backend);
    if (!vsim_kernel_edu_read(transfer->edu, transfer->iova, transfer->length_bytes))
        return CHUNK_UNKNOWN;
    outcome = logged ? judge_by_log(transfer) : judge_read_by_bytes(transfer);
    if (outcome != CHUNK_LANDED)
        return outcome;
    if (logged && transfer->shown)
        transfer->shown = vsim_kernel_edu_show(transfer->edu, transfer->bytes, transfer->length_bytes);
    if (transfer->shown)
        add_bytes(transfer);
    return CHUNK_LANDED;
}

static enum chunk_outcome write_chunk(struct transfer *transfer, bool logged)
{
    const uint8_t fill = (uint8_t)transfer->call->op->value[VSIM_FIELD_DMA_WRITE_fill];

    if (!vsim_kernel_edu_fill(transfer->edu, fill))
        return CHUNK_UNKNOWN;
    vsim_kernel_fault_log_begin(transfer->edu->backend);
    if (!vsim_kernel_edu_write(transfer->edu, transfer->iova, transfer->length_bytes))
        return CHUNK_UNKNOWN;
    if (logged && judge_by_log(transfer) == CHUNK_FAULTED)
        return CHUNK_FAULTED;
    return confirm_write(transfer, logged);
}

static void fail(struct transfer *transfer)
{
    struct vsim_outcome *outcome = &transfer->call->result->outcome;
    const bool is_read = transfer->call->op->id == VSIM_OP_DMA_READ;

    outcome->error = EFAULT;
    outcome->value = -1;
    vsim_outcome_set(outcome,
                     is_read ? (unsigned)VSIM_FIELD_DMA_READ_fault : (unsigned)VSIM_FIELD_DMA_WRITE_fault,
                     transfer->fault);
}

static void succeed(struct transfer *transfer)
{
    struct vsim_outcome *outcome = &transfer->call->result->outcome;

    if (transfer->call->op->id != VSIM_OP_DMA_READ || !transfer->shown || !transfer->has_byte)
        return;
    if (transfer->mixed)
        vsim_outcome_set(outcome, VSIM_FIELD_DMA_READ_digest, XXH3_64bits_digest(&transfer->state));
    else
        vsim_outcome_set(outcome, VSIM_FIELD_DMA_READ_fill, transfer->byte);
}

static enum chunk_outcome run_chunks(struct transfer *transfer, uint64_t length_bytes)
{
    const bool is_read = transfer->call->op->id == VSIM_OP_DMA_READ;
    const bool logged = length_bytes > 0 && logs_faults(transfer->edu);

    while (length_bytes > 0) {
        const uint64_t in_page = 4096 - (transfer->iova & 4095);
        enum chunk_outcome outcome;

        transfer->length_bytes = MIN(MIN(length_bytes, in_page), VSIM_KERNEL_EDU_CHUNK_BYTES);
        outcome = is_read ? read_chunk(transfer, logged) : write_chunk(transfer, logged);
        if (outcome != CHUNK_LANDED)
            return outcome;
        transfer->iova += transfer->length_bytes;
        length_bytes -= transfer->length_bytes;
    }
    return CHUNK_LANDED;
}

/* Both events have iova and len in the same places. */
G_STATIC_ASSERT((int)VSIM_FIELD_DMA_READ_iova == (int)VSIM_FIELD_DMA_WRITE_iova);
G_STATIC_ASSERT((int)VSIM_FIELD_DMA_READ_len == (int)VSIM_FIELD_DMA_WRITE_len);

static bool run_transfer(const struct vsim_kernel_call *call, struct vsim_kernel_edu *edu)
{
    struct transfer transfer = {
        .call = call, .edu = edu, .iova = call->op->value[VSIM_FIELD_DMA_READ_iova], .shown = true};

    XXH3_64bits_reset(&transfer.state);
    switch (run_chunks(&transfer, call->op->value[VSIM_FIELD_DMA_READ_len])) {
    case CHUNK_LANDED:
        succeed(&transfer);
        return true;
    case CHUNK_FAULTED:
        fail(&transfer);
        return true;
    default:
        return vsim_kernel_unavailable(call);
    }
}

bool vsim_kernel_dma(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_kernel_device *device = vsim_kernel_device_find(call->backend, call->op->subject);
    struct vsim_kernel_edu edu;
    bool done = true;

    (void)error;
    if (!device)
        return vsim_kernel_unavailable(call);
    vsim_result_succeed(call->result, VSIM_RULE_NONE, 0);
    switch (vsim_kernel_edu_open(call->backend, device, &edu)) {
    case VSIM_KERNEL_EDU_OPEN:
        done = run_transfer(call, &edu);
        vsim_kernel_edu_close(&edu);
        break;
    case VSIM_KERNEL_EDU_OFF:
        call->result->outcome.error = ENODEV;
        call->result->outcome.value = -1;
        break;
    default:
        vsim_kernel_unavailable(call);
    }
    return done;
}
