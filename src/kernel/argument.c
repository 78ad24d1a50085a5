// SPDX-License-Identifier: MIT
/*
 * Ioctls: the argument is laid out as the rows say, placed as the op says, and read back after the call.
 */
#include <string.h>
#include <sys/syscall.h>

#include "device.h"
#include "process.h"

/* A capability's header, as struct vfio_info_cap_header has it. */
struct capability_header {
    uint16_t id;
    uint16_t version;
    uint32_t next;
};

static void put_number(uint8_t *bytes, const struct vsim_field_row *field, uint64_t value)
{
    memcpy(bytes + field->offset_bytes, &value, field->size_bytes);
}

static uint64_t get_number(const uint8_t *bytes, const struct vsim_field_row *field)
{
    uint64_t value = 0;

    memcpy(&value, bytes + field->offset_bytes, field->size_bytes);
    return value;
}

static uint64_t field_value(const struct vsim_kernel_call *call, unsigned i)
{
    const vsim_handle handle = call->op->base[i];

    if (vsim_spec_ops[call->op->id].fields[i].type == VSIM_TYPE_HANDLE && handle != 0)
        return (uint64_t)vsim_kernel_process_fd_number(call->process, handle);
    return call->op->value[i];
}

/* The text of the op, with the trace's name of a device replaced by its address here. */
static size_t lay_text(const struct vsim_kernel_call *call, uint8_t *bytes)
{
    struct vsim_bytes text = call->op->text;

    for (guint i = 0; i < call->backend->devices->len; i++) {
        const struct vsim_kernel_device *device =
            &g_array_index(call->backend->devices, struct vsim_kernel_device, i);

        if (strlen(device->trace_name) == text.length_bytes &&
            memcmp(device->trace_name, text.data, text.length_bytes) == 0) {
            text.data = device->pci_address;
            text.length_bytes = (uint32_t)strlen(device->pci_address);
            break;
        }
    }
    text.length_bytes = MIN(text.length_bytes, VSIM_WORKER_MAX_BYTES - 1);
    memcpy(bytes, text.data, text.length_bytes);
    bytes[text.length_bytes] = '\0';
    return text.length_bytes + 1;
}

static size_t lay_raw(const struct vsim_op *op, uint8_t *bytes, size_t length_bytes)
{
    for (unsigned i = 0; i < op->n_raw; i++) {
        const struct vsim_raw *raw = &op->raw[i];
        const size_t behind = (size_t)raw->offset_bytes + raw->bytes.length_bytes;

        if (behind > VSIM_WORKER_MAX_BYTES)
            continue;
        if (behind > length_bytes)
            memset(bytes + length_bytes, 0, behind - length_bytes);
        memcpy(bytes + raw->offset_bytes, raw->bytes.data, raw->bytes.length_bytes);
        length_bytes = MAX(length_bytes, behind);
    }
    return length_bytes;
}

/* The block of bytes that the ioctl's argument points to; its length. */
static size_t lay_argument(const struct vsim_kernel_call *call, uint8_t *bytes)
{
    const struct vsim_op_row *row = &vsim_spec_ops[call->op->id];
    size_t length_bytes = row->minimum_bytes;

    for (unsigned i = 0; i < row->n_fields; i++) {
        if (row->fields[i].type == VSIM_TYPE_TEXT)
            return lay_raw(call->op, bytes, lay_text(call, bytes));
        length_bytes = MAX(length_bytes, (size_t)row->fields[i].offset_bytes + row->fields[i].size_bytes);
        if (row->tail_offset_bytes != 0 && row->fields[i].type == VSIM_TYPE_ARGSZ)
            length_bytes = MAX(length_bytes, MIN(call->op->value[i], VSIM_WORKER_MAX_BYTES));
    }
    memset(bytes, 0, length_bytes);
    for (unsigned i = 0; i < row->n_fields; i++)
        put_number(bytes, &row->fields[i], field_value(call, i));
    return lay_raw(call->op, bytes, length_bytes);
}

/* How long a chain of capabilities is, from the tail's offset to behind the last of them. */
static size_t chain_length(const uint8_t *bytes, size_t length_bytes, size_t first, size_t tail_offset)
{
    size_t behind = tail_offset;

    for (size_t at = first; at >= tail_offset && at + sizeof(struct capability_header) <= length_bytes;) {
        const struct vsim_capability_row *row = vsim_spec_capabilities;
        struct capability_header header;
        uint32_t n_elements = 0;

        memcpy(&header, bytes + at, sizeof header);
        while (row->name && row->id != header.id)
            row++;
        if (row->name && row->element_bytes != 0 && at + 12 <= length_bytes)
            memcpy(&n_elements, bytes + at + sizeof header, sizeof n_elements);
        behind = MAX(behind, at + (row->name ? row->header_bytes + (size_t)n_elements * row->element_bytes
                                             : sizeof header));
        if (header.next <= at)
            break;
        at = header.next;
    }
    return MIN(behind, length_bytes) - tail_offset;
}

static void read_tail(const struct vsim_kernel_call *call, const uint8_t *after, size_t length_bytes)
{
    const struct vsim_op_row *row = &vsim_spec_ops[call->op->id];
    struct vsim_outcome *outcome = &call->result->outcome;
    const uint64_t offset = outcome->out[VSIM_FIELD_VFIO_IOMMU_GET_INFO_cap_offset];

    if (row->tail_offset_bytes == 0 || offset < row->tail_offset_bytes || offset >= length_bytes)
        return;
    outcome->tail_given = true;
    outcome->tail.data = (const char *)after + row->tail_offset_bytes;
    outcome->tail.length_bytes = (uint32_t)chain_length(after, length_bytes, offset, row->tail_offset_bytes);
}

/* A success gives every field that the kernel may write; a failure only what it wrote all the same. */
static void read_back(const struct vsim_kernel_call *call, const uint8_t *before, const uint8_t *after,
                      size_t length_bytes)
{
    const struct vsim_op_row *row = &vsim_spec_ops[call->op->id];
    const bool succeeded = call->result->outcome.error == 0;

    for (unsigned i = 0; i < row->n_fields; i++) {
        const struct vsim_field_row *field = &row->fields[i];

        if (!(field->direction & VSIM_DIRECTION_OUT) || field->direction == VSIM_DIRECTION_VALUE)
            continue;
        if (succeeded || get_number(after, field) != get_number(before, field))
            vsim_outcome_set(&call->result->outcome, i, get_number(after, field));
    }
    if (succeeded)
        read_tail(call, after, length_bytes);
}

static bool has_value_argument(const struct vsim_op_row *row)
{
    return row->n_fields == 1 && row->fields[0].direction == VSIM_DIRECTION_VALUE;
}

/* The request of the ioctl by number: its argument is only an address. */
static void take_numbers(const struct vsim_kernel_call *call, struct vsim_worker_request *request)
{
    const struct vsim_op_row *row = &vsim_spec_ops[call->op->id];

    if (call->op->id == VSIM_OP_IOCTL)
        request->arguments[1] = call->op->value[VSIM_FIELD_IOCTL_request];
    else
        request->arguments[1] = row->number;
    if (has_value_argument(row) && call->op->id != VSIM_OP_IOCTL)
        request->arguments[2] = field_value(call, 0);
    else
        request->arguments[2] = call->op->argument_address;
}

static bool is_a_block(const struct vsim_op *op)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];

    return op->argument != VSIM_ARGUMENT_BARE && op->id != VSIM_OP_IOCTL && row->n_fields > 0 &&
           !has_value_argument(row);
}

static void note_group(const struct vsim_kernel_call *call)
{
    const struct vsim_kernel_fd *target = vsim_kernel_process_fd(call->process, call->op->target);
    struct vsim_kernel_group *group = target ? vsim_kernel_group_find(call->backend, target->names) : NULL;
    const struct vsim_kernel_fd *container;

    if (!group)
        return;
    group->container_file = 0;
    if (call->op->id != VSIM_OP_VFIO_GROUP_SET_CONTAINER)
        return;
    container =
        vsim_kernel_process_fd(call->process, call->op->base[VSIM_FIELD_VFIO_GROUP_SET_CONTAINER_container]);
    if (container)
        group->container_file = container->file;
}

static void bind_device(const struct vsim_kernel_call *call)
{
    struct vsim_kernel_fd fd = {.number = (int)call->backend->answer.value,
                                .file = ++call->backend->next_file};

    for (guint i = 0; i < call->backend->devices->len; i++) {
        struct vsim_kernel_device *device =
            &g_array_index(call->backend->devices, struct vsim_kernel_device, i);

        if (strlen(device->trace_name) == call->op->text.length_bytes &&
            memcmp(device->trace_name, call->op->text.data, call->op->text.length_bytes) == 0)
            fd.names = device->handle;
    }
    vsim_kernel_process_bind(call->process, call->op->binds, fd);
}

/* What a success means for who holds what. */
static void take_note(const struct vsim_kernel_call *call)
{
    if (call->result->outcome.error != 0)
        return;
    switch (call->op->id) {
    case VSIM_OP_VFIO_GROUP_SET_CONTAINER:
    case VSIM_OP_VFIO_GROUP_UNSET_CONTAINER:
        note_group(call);
        break;
    case VSIM_OP_VFIO_GROUP_GET_DEVICE_FD:
        bind_device(call);
        call->result->outcome.value = 0;
        break;
    default:
        break;
    }
}

static bool placed_ioctl(const struct vsim_kernel_call *call, struct vsim_worker_request *request,
                         size_t length_bytes, GError **error)
{
    struct vsim_backend *backend = call->backend;
    const uint64_t address = call->op->argument_address;
    const bool written = vsim_kernel_process_write(call->process, address, backend->bytes, length_bytes) ==
                         (ssize_t)length_bytes;

    request->n_bytes = 0;
    request->n_answer = 0;
    request->block = VSIM_WORKER_NO_BLOCK;
    if (!vsim_kernel_process_ask(backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    if (written && vsim_kernel_process_read(call->process, address, backend->answered, length_bytes) ==
                       (ssize_t)length_bytes)
        read_back(call, backend->bytes, backend->answered, length_bytes);
    return true;
}

static bool block_ioctl(const struct vsim_kernel_call *call, struct vsim_worker_request *request,
                        GError **error)
{
    struct vsim_backend *backend = call->backend;
    const size_t length_bytes = lay_argument(call, backend->bytes);

    if (call->op->argument == VSIM_ARGUMENT_PLACED)
        return placed_ioctl(call, request, length_bytes, error);
    request->block = 2;
    request->n_bytes = (uint32_t)length_bytes;
    request->n_answer = (uint32_t)length_bytes;
    if (!vsim_kernel_process_ask(backend, call->process, -1, error))
        return false;
    vsim_kernel_result(call);
    read_back(call, backend->bytes, backend->answered, length_bytes);
    return true;
}

bool vsim_kernel_ioctl(const struct vsim_kernel_call *call, GError **error)
{
    struct vsim_worker_request *request = vsim_kernel_process_request(call->backend, VSIM_WORKER_CALL);
    bool done;

    request->number = SYS_ioctl;
    request->arguments[0] = (uint64_t)vsim_kernel_process_fd_number(call->process, call->op->target);
    if (vsim_spec_ops[call->op->id].binds == VSIM_BINDS_DEVICE_FD)
        request->flags = VSIM_WORKER_BINDS_FD;
    take_numbers(call, request);
    if (is_a_block(call->op)) {
        done = block_ioctl(call, request, error);
    } else {
        done = vsim_kernel_process_ask(call->backend, call->process, -1, error);
        if (done)
            vsim_kernel_result(call);
    }
    if (done)
        take_note(call);
    return done;
}
