// SPDX-License-Identifier: MIT
/*
 * Reading a trace of alternate MAP_DMA and UNMAP_DMA calls with the outcomes that they claim, from memory, in
 * either form. Each event is decoded whole; nothing is done with it.
 */
#include "../../src/trace/trace.h"
#include "bench.h"

#include <time.h>

#define N_EVENTS       1000000u
#define N_EVENTS_QUICK 50000u
#define MOST_ROUNDS    64u

struct form {
    const char *name;
    enum vsim_trace_format format;
    double bytes_per_unit;
    const char *unit;
    double target;
};

static const struct form forms[] = {
    {"text", VSIM_TRACE_TEXT, 1e6, "MB/s", 150},
    {"binary", VSIM_TRACE_BINARY, 1e9, "GB/s", 1},
};

static void set_field(struct vsim_op *op, unsigned field, uint64_t value)
{
    op->given |= 1u << field;
    op->value[field] = value;
}

static struct vsim_op map_of(uint64_t i)
{
    struct vsim_op op = {.id = VSIM_OP_VFIO_IOMMU_MAP_DMA};

    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_flags, 3);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr, i % 0x4000 * 0x1000);
    op.base[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr] = VSIM_HANDLE('m', 0);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova, 0x100000 + i % 0x4000 * 0x1000);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_MAP_DMA_size, 0x1000);
    return op;
}

static struct vsim_op unmap_of(uint64_t i, struct vsim_outcome *outcome)
{
    struct vsim_op op = {.id = VSIM_OP_VFIO_IOMMU_UNMAP_DMA};

    set_field(&op, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_iova, 0x100000 + i % 0x4000 * 0x1000);
    set_field(&op, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, 0x1000);
    vsim_outcome_set(outcome, VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size, 0x1000);
    return op;
}

static GString *make_trace(uint32_t n_events, enum vsim_trace_format format)
{
    GString *out = g_string_new(NULL);
    struct vsim_trace_writer *writer = vsim_trace_create_string(out, format);

    for (uint32_t i = 0; i < n_events; i++) {
        struct vsim_outcome outcome = {.value_given = true};
        struct vsim_op op = i % 2 ? unmap_of(i / 2, &outcome) : map_of(i / 2);

        op.subject = VSIM_HANDLE('p', 1);
        op.target = VSIM_HANDLE('c', 0);
        op.n_expected = 1;
        op.expected = &outcome;
        vsim_trace_write(writer, &op, NULL);
    }
    vsim_trace_finish(writer, NULL);
    return out;
}

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* How long all of it takes in ns; 0 when an event is missing. */
static uint64_t read_once(const GString *trace, uint32_t n_events)
{
    struct vsim_trace_reader *reader = vsim_trace_open_bytes("bench", trace->str, trace->len, NULL);
    const uint64_t begin = now_ns();
    uint64_t sum = 0;
    uint32_t n = 0;
    struct vsim_op op;

    for (; vsim_trace_next(reader, &op, NULL) == VSIM_TRACE_EVENT; n++)
        sum += op.value[VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size];
    vsim_bench_consume(sum);
    vsim_trace_close(reader);
    return n == n_events ? MAX(now_ns() - begin, 1) : 0;
}

static bool measure(struct vsim_bench_report *report, const struct form *form, uint32_t n_events,
                    uint32_t rounds, bool quick)
{
    g_autoptr(GString) trace = make_trace(n_events, form->format);
    g_autofree char *group = g_strdup_printf("read a trace of %u events with outcomes", n_events);
    double samples[MOST_ROUNDS];

    for (uint32_t round = 0; round < rounds; round++) {
        const uint64_t time_ns = read_once(trace, n_events);

        if (time_ns == 0) {
            vsim_bench_report_problem(report, "trace: events are missing in the %s form", form->name);
            return false;
        }
        samples[round] = (double)trace->len / form->bytes_per_unit / ((double)time_ns / 1e9);
    }
    vsim_bench_report_add(report, &(struct vsim_bench_row){
                                      .group = group,
                                      .name = form->name,
                                      .value = vsim_bench_median(samples, rounds),
                                      .unit = form->unit,
                                      .target = quick ? VSIM_BENCH_NO_TARGET : VSIM_BENCH_VALUE_AT_LEAST,
                                      .limit = form->target,
                                  });
    return true;
}

bool vsim_bench_trace(struct vsim_bench_report *report, const struct vsim_bench_options *options)
{
    const uint32_t n_events = options->quick ? N_EVENTS_QUICK : N_EVENTS;
    const uint32_t rounds = options->rounds ? MIN(options->rounds, MOST_ROUNDS) : options->quick ? 3 : 9;
    bool ok = true;

    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++)
        ok &= measure(report, &forms[i], n_events, rounds, options->quick);
    return ok;
}
