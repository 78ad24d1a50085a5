// SPDX-License-Identifier: MIT
/*
 * The model at work: MAP and UNMAP of 2 MiB ranges through its step function, one mapping of a TiB, and a
 * device's translations. A mapping's iova is a random place of its own, so that nothing is found in a cache
 * by accident.
 */
#include <glib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "../../include/vfiosim/backends.h"
#include "../../sim/container.h"
#include "../../sim/domain.h"
#include "../../sim/type1.h"
#include "../../src/spec/backend.h"
#include "bench.h"

#define RANGE_BYTES    UINT64_C(0x200000)
#define MEMORY_ADDRESS UINT64_C(0x100000000000)
#define ONE_TIB        (UINT64_C(1) << 40)
#define N_MAPPINGS     65535u

static const vsim_handle container = VSIM_HANDLE('c', 0);
static const vsim_handle process = VSIM_HANDLE('p', 1);

/* A world of one process and one group, and the model in it. */
struct machine {
    struct vsim_world *world;
    const struct vsim_backend_class *class;
    struct vsim_backend *model;
    struct vsim_op map;
    struct vsim_op unmap;
    uint32_t n_mappings;
    uint32_t *place; /* Mapping i is at iova place[i] * 2 MiB. */
};

static bool step(struct machine *machine, const struct vsim_op *op)
{
    struct vsim_result result;

    machine->class->step(machine->model, op, &result, NULL);
    return result.outcome.error == 0 && !result.unavailable;
}

static void fill_world(struct vsim_world *world)
{
    const struct vsim_world_iommu iommu = {.handle = VSIM_HANDLE('i', 0),
                                           .kind = VSIM_IOMMU_KIND_intel,
                                           .aperture = {0, (UINT64_C(1) << 48) - 1},
                                           .page_sizes = 0x40201000,
                                           .coherent = true,
                                           .isolated_msi = true,
                                           .reserved =
                                               g_array_new(FALSE, TRUE, sizeof(struct vsim_world_reserved))};
    const struct vsim_world_group group = {
        .handle = VSIM_HANDLE('n', 1), .kind = VSIM_GROUP_KIND_real, .iommu = iommu.handle};
    const struct vsim_world_process owner = {.handle = process, .memlock_bytes = UINT64_MAX};

    g_array_append_val(world->iommus, iommu);
    g_array_append_val(world->groups, group);
    g_array_append_val(world->processes, owner);
}

static struct vsim_op op_of(enum vsim_op_id id, vsim_handle target, vsim_handle binds)
{
    struct vsim_op op = {.id = id, .subject = process, .target = target, .binds = binds};

    for (unsigned i = 0; i < vsim_spec_ops[id].n_fields; i++)
        op.value[i] = vsim_spec_ops[id].defaults[i];
    op.value[0] = vsim_spec_ops[id].minimum_bytes;
    return op;
}

static bool open_node(struct machine *machine, vsim_handle fd, const char *path)
{
    struct vsim_op op = op_of(VSIM_OP_OPEN, 0, fd);

    op.text = (struct vsim_bytes){.data = path, .length_bytes = (uint32_t)strlen(path)};
    return step(machine, &op);
}

static bool make_memory(struct machine *machine, uint64_t length_bytes)
{
    struct vsim_op op = op_of(VSIM_OP_MMAP, 0, VSIM_HANDLE('m', 0));

    op.value[VSIM_FIELD_MMAP_length] = length_bytes;
    op.binds_address = MEMORY_ADDRESS;
    return step(machine, &op);
}

static bool attach(struct machine *machine)
{
    const vsim_handle group = VSIM_HANDLE('g', 0);
    struct vsim_op join = op_of(VSIM_OP_VFIO_GROUP_SET_CONTAINER, group, 0);
    struct vsim_op set = op_of(VSIM_OP_VFIO_SET_IOMMU, container, 0);

    join.base[VSIM_FIELD_VFIO_GROUP_SET_CONTAINER_container] = container;
    set.value[VSIM_FIELD_VFIO_SET_IOMMU_type] = VSIM_EXTENSION_VFIO_TYPE1v2_IOMMU;
    return open_node(machine, container, "/dev/vfio/vfio") && open_node(machine, group, "/dev/vfio/1") &&
           step(machine, &join) && step(machine, &set);
}

static bool open_machine(struct machine *machine, uint32_t n_mappings)
{
    *machine = (struct machine){
        .world = vsim_spec_world_new(), .class = vsim_sim_backend(), .n_mappings = n_mappings};
    fill_world(machine->world);
    machine->model = machine->class->open(machine->world, NULL);
    machine->map = op_of(VSIM_OP_VFIO_IOMMU_MAP_DMA, container, 0);
    machine->map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_flags] = VSIM_PROT_READ | VSIM_PROT_WRITE;
    machine->unmap = op_of(VSIM_OP_VFIO_IOMMU_UNMAP_DMA, container, 0);
    machine->place = vsim_bench_shuffled(MAX(n_mappings, 1), 7);
    return attach(machine) && make_memory(machine, MAX(ONE_TIB, n_mappings * RANGE_BYTES));
}

static void close_machine(struct machine *machine)
{
    machine->class->close(machine->model);
    vsim_spec_world_free(machine->world);
    g_free(machine->place);
}

static bool map_one(struct machine *machine, uint32_t i)
{
    machine->map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova] = machine->place[i] * RANGE_BYTES;
    machine->map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr] = MEMORY_ADDRESS + i * RANGE_BYTES;
    machine->map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_size] = RANGE_BYTES;
    return step(machine, &machine->map);
}

static bool unmap_one(struct machine *machine, uint32_t i)
{
    machine->unmap.value[VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_iova] = machine->place[i] * RANGE_BYTES;
    machine->unmap.value[VSIM_FIELD_VFIO_IOMMU_UNMAP_DMA_size] = RANGE_BYTES;
    return step(machine, &machine->unmap);
}

/* What one round measures; nanoseconds for each, but for the last. */
enum measure { MAP, UNMAP, MISS, HIT, MAP_TIB, TIB_BYTES, N_MEASURES };

static const struct vsim_bench_row rows[N_MEASURES] = {
    [MAP] = {.group = "MAP_DMA of 2 MiB", .name = "among 65,535 live mappings", .unit = "ns", .limit = 200},
    [UNMAP] = {.group = "UNMAP_DMA of 2 MiB",
               .name = "among 65,535 live mappings",
               .unit = "ns",
               .limit = 200},
    [MISS] = {.group = "DMA translation", .name = "random, 65,535 mappings", .unit = "ns", .limit = 60},
    [HIT] = {.group = "DMA translation", .name = "IOTLB hit", .unit = "ns", .limit = 10},
    [MAP_TIB] = {.group = "1 TiB of contiguous memory", .name = "MAP_DMA", .unit = "ns", .limit = 20000},
    [TIB_BYTES] = {.group = "1 TiB of contiguous memory", .name = "memory", .unit = "bytes", .limit = 1024},
};

/* Take away and put back, in blocks, so that the number of live mappings hardly changes. */
static bool measure_calls(struct machine *machine, double *samples)
{
    const uint32_t block = MIN(256u, machine->n_mappings);
    uint64_t map_ns = 0, unmap_ns = 0;
    uint32_t n = 0;
    bool worked = true;

    for (uint32_t first = 0; first + block <= machine->n_mappings; first += block, n += block) {
        uint64_t start = vsim_bench_now_ns();

        for (uint32_t i = 0; i < block; i++)
            worked &= unmap_one(machine, first + i);
        unmap_ns += vsim_bench_now_ns() - start;
        start = vsim_bench_now_ns();
        for (uint32_t i = 0; i < block; i++)
            worked &= map_one(machine, first + i);
        map_ns += vsim_bench_now_ns() - start;
    }
    samples[MAP] = (double)map_ns / n;
    samples[UNMAP] = (double)unmap_ns / n;
    return worked;
}

static struct vsim_sim_domain *domain_of(const struct machine *machine)
{
    return ((struct vsim_sim *)machine->model)->containers->type1->domains;
}

static double measure_walks(struct machine *machine, uint32_t n)
{
    struct vsim_sim_domain *domain = domain_of(machine);
    uint64_t random = 1, sum = 0;
    uint64_t *iovas = g_new(uint64_t, n);
    uint64_t start;
    double per_walk;

    for (uint32_t i = 0; i < n; i++)
        iovas[i] = vsim_bench_random(&random) % (machine->n_mappings * RANGE_BYTES);
    start = vsim_bench_now_ns();
    for (uint32_t i = 0; i < n; i++) {
        const struct vsim_sim_translation *entry = vsim_sim_domain_translate(domain, iovas[i]);

        sum += entry ? entry->offset : 0;
    }
    per_walk = (double)(vsim_bench_now_ns() - start) / n;
    vsim_bench_consume(sum);
    g_free(iovas);
    return per_walk;
}

static double measure_hits(struct machine *machine, uint32_t n)
{
    struct vsim_sim_domain *domain = domain_of(machine);
    uint64_t sum = 0;
    const uint64_t start = vsim_bench_now_ns();

    for (uint32_t i = 0; i < n; i++) {
        const struct vsim_sim_translation *entry = vsim_sim_domain_translate(domain, (i % 64) * 4096);

        sum += entry ? entry->offset : 0;
        __asm__ volatile("" : "+r"(sum)::"memory");
    }
    vsim_bench_consume(sum);
    return (double)(vsim_bench_now_ns() - start) / n;
}

static uint64_t heap_bytes(void)
{
#ifdef __GLIBC__
    return mallinfo2().uordblks;
#else
    return 0;
#endif
}

static bool measure_tib(double *samples)
{
    struct machine machine;
    uint64_t start, heap;
    bool worked = open_machine(&machine, 0);

    machine.map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr] = MEMORY_ADDRESS;
    machine.map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_size] = 1 << 21;
    machine.map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova] = ONE_TIB * 8;
    worked = worked && step(&machine, &machine.map); /* What the first mapping of a container allocates. */
    machine.map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_size] = ONE_TIB;
    machine.map.value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova] = ONE_TIB;
    heap = heap_bytes();
    start = vsim_bench_now_ns();
    worked = worked && step(&machine, &machine.map);
    samples[MAP_TIB] = (double)(vsim_bench_now_ns() - start);
    samples[TIB_BYTES] = (double)(heap_bytes() - heap);
    close_machine(&machine);
    return worked;
}

static bool run_rounds(struct machine *machine, uint32_t n_rounds, double samples[N_MEASURES][64])
{
    const uint32_t n = machine->n_mappings * 4;

    for (uint32_t i = 0; i < machine->n_mappings; i++)
        if (!map_one(machine, i))
            return false;
    for (uint32_t round = 0; round < n_rounds; round++) {
        double one[N_MEASURES];

        if (!measure_calls(machine, one) || !measure_tib(one))
            return false;
        one[MISS] = measure_walks(machine, n);
        one[HIT] = measure_hits(machine, n);
        for (unsigned i = 0; i < N_MEASURES; i++)
            samples[i][round] = one[i];
    }
    return true;
}

bool vsim_bench_dma(struct vsim_bench_report *report, const struct vsim_bench_options *options)
{
    const uint32_t n_rounds = MIN(options->rounds ? options->rounds : (options->quick ? 3u : 15u), 64u);
    double samples[N_MEASURES][64];
    struct machine machine;
    bool worked = open_machine(&machine, N_MAPPINGS);

    worked = worked && run_rounds(&machine, n_rounds, samples);
    close_machine(&machine);
    if (!worked) {
        vsim_bench_report_problem(report, "the model refused a call of the benchmark");
        return false;
    }
    for (unsigned i = 0; i < N_MEASURES; i++) {
        struct vsim_bench_row row = rows[i];

        row.value = vsim_bench_median(samples[i], n_rounds);
        row.target = VSIM_BENCH_VALUE_AT_MOST;
        vsim_bench_report_add(report, &row);
    }
    return true;
}
