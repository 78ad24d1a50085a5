// SPDX-License-Identifier: MIT
/*
 * Replay of a binary trace: MAP and UNMAP of 2 MiB at random places, so many mappings being live all the
 * time.
 *
 * The trace maps every slot in random order and then, event by event, unmaps one at random and maps it again.
 * It is written to a file once for each number of live mappings, and read from there by every contender.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <vfiosim/replay.h>

#include "../../src/trace/trace.h"
#include "bench.h"

#define SLOT_BYTES UINT64_C(0x200000)

#define GOAL_MODEL_PER_S    3e6
#define GOAL_LOCKSTEP_PER_S 0.5e6

/* The world and the way to a container with a domain; the number of slots and the size of the region go in.
 */
#define HEADER                                                                                               \
    "vfiosim-trace 1\n"                                                                                      \
    "world: dialect(name=6.12)\n"                                                                            \
    "world: i0 = iommu(kind=intel, aperture_last=0xffffffffffff, page_sizes=0x40201000)\n"                   \
    "world: n1 = group(kind=real, iommu=i0)\n"                                                               \
    "world: d0 = device(group=n1, name=\"0000:00:04.0\")\n"                                                  \
    "world: param(dma_entry_limit=%u)\n"                                                                     \
    "world: p1 = process(memlock=64M, caps=IPC_LOCK)\n"                                                      \
    "p1: c0 = open(path=\"/dev/vfio/vfio\") = 0\n"                                                           \
    "p1: g0 = open(path=\"/dev/vfio/1\") = 0\n"                                                              \
    "p1: ioctl(g0, VFIO_GROUP_SET_CONTAINER, {container=c0}) = 0\n"                                          \
    "p1: ioctl(c0, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) = 0\n"                                                \
    "p1: m0 = mmap(length=%" G_GUINT64_FORMAT ") = 0\n"

struct plan {
    uint32_t n_live;
    uint32_t n_events;
    char *path;
    char *live; /* "65,535 live", for the report. */
};

static void init_op(struct vsim_op *op, enum vsim_op_id id)
{
    const struct vsim_op_row *row = &vsim_spec_ops[id];

    *op = (struct vsim_op){.id = id, .subject = VSIM_HANDLE('p', 1), .target = VSIM_HANDLE('c', 0)};
    memcpy(op->value, row->defaults, row->n_fields * sizeof *op->value);
    op->value[0] = row->minimum_bytes;
}

static void set_field(struct vsim_op *op, unsigned field, uint64_t value)
{
    op->given |= 1u << field;
    op->value[field] = value;
}

static bool write_map(struct vsim_trace_writer *writer, uint32_t slot, GError **error)
{
    struct vsim_op op;

    init_op(&op, VSIM_OP_VFIO_IOMMU_MAP_DMA);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_flags,
              VSIM_FLAG_VFIO_IOMMU_MAP_DMA_READ | VSIM_FLAG_VFIO_IOMMU_MAP_DMA_WRITE);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr, slot * SLOT_BYTES);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova, slot * SLOT_BYTES);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_size, SLOT_BYTES);
    op.base[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr] = VSIM_HANDLE('m', 0);
    return vsim_trace_write(writer, &op, error);
}

static bool write_unmap(struct vsim_trace_writer *writer, uint32_t slot, GError **error)
{
    struct vsim_op op;

    init_op(&op, VSIM_OP_VFIO_IOMMU_UNMAP_DMA);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_iova, slot * SLOT_BYTES);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, SLOT_BYTES);
    return vsim_trace_write(writer, &op, error);
}

static bool write_header(struct vsim_trace_writer *writer, uint32_t n_live, GError **error)
{
    g_autofree char *text = g_strdup_printf(HEADER, MAX(n_live, 65535u), n_live * SLOT_BYTES);
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("header", text, strlen(text), error);
    struct vsim_op op;
    bool written = reader != NULL;

    while (written) {
        const enum vsim_trace_step step = vsim_trace_next(reader, &op, error);

        if (step != VSIM_TRACE_EVENT) {
            written = step == VSIM_TRACE_END;
            break;
        }
        written = vsim_trace_write(writer, &op, error);
    }
    if (reader)
        vsim_trace_close(reader);
    return written;
}

static bool write_events(struct vsim_trace_writer *writer, const struct plan *plan, GError **error)
{
    g_autofree uint32_t *slots = vsim_bench_shuffled(plan->n_live, 42);
    uint64_t seed = 7;

    if (!write_header(writer, plan->n_live, error))
        return false;
    for (uint32_t i = 0; i < plan->n_live; i++)
        if (!write_map(writer, slots[i], error))
            return false;
    for (uint32_t i = plan->n_live; i < plan->n_events; i += 2) {
        const uint32_t slot = (uint32_t)(vsim_bench_random(&seed) % plan->n_live);

        if (!write_unmap(writer, slot, error) || !write_map(writer, slot, error))
            return false;
    }
    return true;
}

static bool write_trace(struct plan *plan, GError **error)
{
    const int fd = g_file_open_tmp("vfiosim-bench-XXXXXX.vsim", &plan->path, error);
    struct vsim_trace_writer *writer;

    if (fd < 0)
        return false;
    close(fd);
    writer = vsim_trace_create(plan->path, VSIM_TRACE_BINARY, error);
    if (!writer)
        return false;
    if (!write_events(writer, plan, error)) {
        vsim_trace_abandon(writer);
        return false;
    }
    return vsim_trace_finish(writer, error);
}

/* Events a second of one replay, or a negative number and an error. */
static double replay_once(const struct plan *plan, bool with_oracle, GError **error)
{
    const struct vsim_replay_options options = {
        .n_backends = with_oracle ? 2 : 1,
        .backends = {vsim_sim_backend(), vsim_oracle_backend()},
        .check = VSIM_REPLAY_CHECK_NEVER,
    };
    struct vsim_replay *replay = vsim_replay_open(plan->path, &options, error);
    struct vsim_replay_summary summary;
    uint64_t began_ns;
    double seconds;

    if (!replay)
        return -1;
    began_ns = vsim_bench_now_ns();
    if (!vsim_replay_run(replay, NULL, NULL, error)) {
        vsim_replay_close(replay);
        return -1;
    }
    seconds = (double)(vsim_bench_now_ns() - began_ns) / 1e9;
    vsim_replay_summary(replay, &summary);
    vsim_replay_close(replay);
    if (summary.n_deviates > 0) {
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_INPUT,
                    "%" G_GUINT64_FORMAT " events deviate, the first at line %u", summary.n_deviates,
                    summary.first_deviation_line);
        return -1;
    }
    return (double)summary.n_events / seconds;
}

struct contender {
    const char *name;
    bool with_oracle;
    double goal_per_s;
};

static const struct contender contenders[] = {
    {"model", false, GOAL_MODEL_PER_S},
    {"model and oracle", true, GOAL_LOCKSTEP_PER_S},
};

static void add_row(struct vsim_bench_report *report, const struct plan *plan,
                    const struct contender *contender, double per_s, bool has_goal)
{
    g_autofree char *group = g_strdup_printf("replay, %s", plan->live);
    const struct vsim_bench_row row = {
        .group = group,
        .name = contender->name,
        .value = per_s / 1e3,
        .unit = "k events/s",
        .target = has_goal ? VSIM_BENCH_VALUE_AT_LEAST : VSIM_BENCH_NO_TARGET,
        .limit = contender->goal_per_s / 1e3,
    };

    vsim_bench_report_add(report, &row);
}

static bool measure(struct vsim_bench_report *report, const struct plan *plan, uint32_t rounds, bool has_goal)
{
    for (size_t i = 0; i < G_N_ELEMENTS(contenders); i++) {
        g_autofree double *samples = g_new0(double, rounds);
        g_autoptr(GError) error = NULL;

        for (uint32_t round = 0; round < rounds; round++) {
            samples[round] = replay_once(plan, contenders[i].with_oracle, &error);
            if (error) {
                vsim_bench_report_problem(report, "replay: %s: %s", contenders[i].name, error->message);
                return false;
            }
        }
        add_row(report, plan, &contenders[i], vsim_bench_median(samples, rounds), has_goal);
    }
    return true;
}

static bool run_plan(struct vsim_bench_report *report, struct plan *plan, uint32_t rounds, bool has_goal)
{
    g_autoptr(GError) error = NULL;
    bool done = write_trace(plan, &error);

    if (!done)
        vsim_bench_report_problem(report, "replay: %s", error->message);
    else
        done = measure(report, plan, rounds, has_goal);
    if (plan->path)
        g_unlink(plan->path);
    g_free(plan->path);
    return done;
}

/* The target stands at 65,535 live mappings, the kernel's default limit; the other rows show how the cost
 * grows. */
bool vsim_bench_replay(struct vsim_bench_report *report, const struct vsim_bench_options *options)
{
    char few[] = "1,024 live";
    char many[] = "65,535 live";
    char most[] = "1,000,000 live";
    const uint32_t rounds = options->rounds ? options->rounds : options->quick ? 1 : 3;
    struct plan plans[] = {
        {.n_live = 1024, .n_events = options->quick ? 20000 : 1000000, .live = few},
        {.n_live = 65535, .n_events = options->quick ? 200000 : 1000000, .live = many},
        {.n_live = 1000000, .n_events = 2000000, .live = most},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(plans); i++) {
        if (options->quick && plans[i].n_live > 65535)
            continue;
        if (!run_plan(report, &plans[i], rounds, plans[i].n_live == 65535))
            return false;
    }
    return true;
}
