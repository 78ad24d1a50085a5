// SPDX-License-Identifier: MIT
/* GET_INFO: a header, and behind it a chain of capabilities. */
#include <string.h>

#include "argument.h"
#include "file.h"
#include "ranges.h"
#include "type1.h"

#define INFO(name) VSIM_RULE_VFIO_IOMMU_GET_INFO_##name

enum { CAPABILITY_IOVA_RANGE = 1, CAPABILITY_MIGRATION = 2, CAPABILITY_DMA_AVAIL = 3 };

/* T1-INFO-07. */
#define LARGEST_DIRTY_BITMAP_BYTES (UINT64_C(256) << 20)

struct info {
    uint32_t argsz;
    uint32_t flags;
    uint64_t iova_pgsizes;
    uint32_t cap_offset;
    uint32_t pad;
};

struct capability {
    uint16_t id;
    uint16_t version;
    uint32_t next; /* From the start of struct info; 0 in the last one. */
};

struct migration {
    struct capability header;
    uint32_t flags;
    uint32_t hole;
    uint64_t pgsize_bitmap;
    uint64_t max_dirty_bitmap_size;
};

struct dma_avail {
    struct capability header;
    uint32_t avail;
};

struct iova_range {
    struct capability header;
    uint32_t nr_iovas;
    uint32_t reserved;
};

_Static_assert(sizeof(struct info) == 24 && sizeof(struct migration) == 32 &&
                   sizeof(struct dma_avail) == 12 && sizeof(struct iova_range) == 16,
               "T1-INFO-06 counts these");

/* A chain in the making. */
struct chain {
    GByteArray *bytes;
    guint last; /* Where the last capability begins. */
    bool aligned;
};

static void pad(const struct chain *chain)
{
    static const uint8_t zeros[8];

    if (chain->aligned && chain->bytes->len % 8 != 0)
        g_byte_array_append(chain->bytes, zeros, 8 - chain->bytes->len % 8);
}

static void append(struct chain *chain, const void *capability, size_t length_bytes)
{
    if (chain->bytes->len > 0) {
        const uint32_t next = (uint32_t)sizeof(struct info) + chain->bytes->len;

        memcpy(chain->bytes->data + chain->last + offsetof(struct capability, next), &next, sizeof next);
    }
    chain->last = chain->bytes->len;
    g_byte_array_append(chain->bytes, capability, (guint)length_bytes);
    pad(chain);
}

/* T1-INFO-05. */
static void build_chain(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1)
{
    struct chain chain = {.bytes = sim->tail, .aligned = sim->dialect->capabilities_aligned};
    const struct migration migration = {.header = {.id = CAPABILITY_MIGRATION, .version = 1},
                                        .pgsize_bitmap = type1->granule,
                                        .max_dirty_bitmap_size = LARGEST_DIRTY_BITMAP_BYTES};
    const struct dma_avail avail = {.header = {.id = CAPABILITY_DMA_AVAIL, .version = 1},
                                    .avail = (uint32_t)type1->avail};
    const struct iova_range iovas = {.header = {.id = CAPABILITY_IOVA_RANGE, .version = 1},
                                     .nr_iovas = type1->ranges->len};

    g_byte_array_set_size(sim->tail, 0);
    append(&chain, &migration, sizeof migration);
    if (sim->dialect->avail_capability)
        append(&chain, &avail, sizeof avail);
    if (type1->ranges->len == 0)
        return;
    append(&chain, &iovas, sizeof iovas);
    g_byte_array_append(sim->tail, (const guint8 *)type1->ranges->data,
                        type1->ranges->len * (guint)sizeof(struct vsim_range));
}

/* T1-INFO-06. */
static uint32_t needed_bytes(const struct vsim_sim *sim)
{
    return (uint32_t)sizeof(struct info) + sim->tail->len;
}

/* T1-INFO-03. */
static size_t copied_bytes(const struct vsim_sim *sim, uint32_t argsz)
{
    if (sim->dialect->info_copies_argsz)
        return MIN(argsz, sizeof(struct info));
    return argsz >= 20 ? 20 : 16;
}

/* The whole header as the caller's memory has it now, of which the call wrote the first bytes only. */
static void answer(const struct vsim_sim_call *call, const struct info *after)
{
    struct vsim_outcome *outcome = &call->result->outcome;

    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_argsz, after->argsz);
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_flags, after->flags);
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_iova_pgsizes, after->iova_pgsizes);
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_cap_offset, after->cap_offset);
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_GET_INFO_pad, after->pad);
}

static enum vsim_rule_id check(const struct vsim_sim *sim, const struct vsim_sim_call *call,
                               struct info *info)
{
    const struct vsim_sim_container *container = call->file->container;

    if (container->noiommu_active)
        return INFO(NOIOMMU);
    if (!container->type1)
        return INFO(NO_IOMMU);
    if (!vsim_sim_argument_read(sim, call, info, 16))
        return INFO(UNREADABLE);
    if (info->argsz < 16)
        return INFO(SHORT);
    return VSIM_RULE_NONE;
}

void vsim_sim_vfio_iommu_get_info(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const struct vsim_sim_type1 *type1 = call->file->container->type1;
    struct info info = {0};
    struct info after = {0};
    enum vsim_rule_id rule = check(sim, call, &info);
    size_t n_copied;
    bool room;

    if (rule != VSIM_RULE_NONE) {
        vsim_sim_refuse(call, rule);
        return;
    }
    build_chain(sim, type1);
    n_copied = copied_bytes(sim, info.argsz);
    room = info.argsz >= needed_bytes(sim);
    info.flags = VSIM_FLAG_VFIO_IOMMU_GET_INFO_PGSIZES | VSIM_FLAG_VFIO_IOMMU_GET_INFO_CAPS;
    info.iova_pgsizes = type1->page_sizes;
    info.cap_offset = room ? (uint32_t)sizeof info : 0;
    info.pad = 0;
    info.argsz = room ? info.argsz : needed_bytes(sim);
    vsim_sim_argument_read(sim, call, &after, sizeof after);
    memcpy(&after, &info, n_copied);
    if ((room && !vsim_sim_argument_write(sim, call, sizeof info, sim->tail->data, sim->tail->len)) ||
        !vsim_sim_argument_write(sim, call, 0, &info, n_copied)) {
        vsim_sim_refuse(call, INFO(UNWRITABLE));
        return;
    }
    vsim_sim_succeed(call, room ? INFO(ROOM) : INFO(NO_ROOM), 0);
    answer(call, &after);
    call->result->outcome.tail_given = room;
    call->result->outcome.tail =
        (struct vsim_bytes){.data = (const char *)sim->tail->data, .length_bytes = sim->tail->len};
}
