// SPDX-License-Identifier: MIT
/*
 * The step loop over backends that are not real: what is laid out, what is bad input, and what the verdicts
 * are.
 *
 * The false model answers each ioctl by its iova: below 4 GiB success, above it EEXIST. The false oracle
 * allows the same, but for iova 0xbad000 EINVAL, and decides nothing at iova 0xdead000.
 */
#include <check.h>
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/compare/step.h"
#include "../../src/spec/backend.h"

#define HEADER                                                                                               \
    "vfiosim-trace 1\n"                                                                                      \
    "world: dialect(name=6.12)\n"                                                                            \
    "world: p1 = process()\n"
#define MAP(iova) "p1: ioctl(c0, VFIO_IOMMU_MAP_DMA, {flags=READ, vaddr=m0+0x1000, iova=" iova ", size=4K})"

struct vsim_backend {
    unsigned n_steps;
    uint64_t vaddr; /* Of the last op, and where the last region was laid. */
    uint64_t binds_address;
    uint64_t digest;
    unsigned n_followed;
    struct vsim_outcome followed;
};

static struct vsim_backend *last_opened; /* Borrowed; the replay owns it. */

static struct vsim_backend *fake_open(const struct vsim_world *world, GError **error)
{
    (void)world;
    (void)error;
    last_opened = g_new0(struct vsim_backend, 1);
    return last_opened;
}

static void fake_close(struct vsim_backend *backend)
{
    g_free(backend);
}

static void answer(const struct vsim_op *op, struct vsim_result *result)
{
    vsim_result_succeed(result, VSIM_RULE_VFIO_IOMMU_MAP_DMA_DONE, 0);
    if (op->id == VSIM_OP_VFIO_IOMMU_MAP_DMA && op->value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova] >= UINT64_C(1)
                                                                                                     << 32)
        vsim_result_refuse(result, VSIM_RULE_VFIO_IOMMU_MAP_DMA_NO_OVERLAP);
}

static bool fake_step(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_result *result,
                      GError **error)
{
    (void)error;
    backend->n_steps++;
    if (op->id == VSIM_OP_VFIO_IOMMU_MAP_DMA)
        backend->vaddr = op->value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_vaddr];
    if (op->id == VSIM_OP_MMAP)
        backend->binds_address = op->binds_address;
    answer(op, result);
    return true;
}

static void fake_snapshot(struct vsim_backend *backend, GArray *rows)
{
    const struct vsim_state_row row = {
        .kind = VSIM_STATE_LOCKED, .owner = VSIM_HANDLE('p', 1), .a = backend->digest};

    g_array_append_val(rows, row);
}

static uint64_t fake_digest(struct vsim_backend *backend)
{
    return backend->digest;
}

static void fake_allow(struct vsim_backend *backend, const struct vsim_op *op, struct vsim_allowed *allowed)
{
    struct vsim_result result;

    backend->n_steps++;
    answer(op, &result);
    if (op->id == VSIM_OP_VFIO_IOMMU_MAP_DMA && op->value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova] == 0xbad000)
        vsim_result_refuse(&result, VSIM_RULE_VFIO_IOMMU_MAP_DMA_UNALIGNED);
    allowed->undecided =
        op->id == VSIM_OP_VFIO_IOMMU_MAP_DMA && op->value[VSIM_FIELD_VFIO_IOMMU_MAP_DMA_iova] == 0xdead000;
    allowed->n = allowed->undecided ? 0 : 1;
    allowed->one[0].outcome = result.outcome;
    allowed->one[0].rule = result.rule;
}

static void fake_follow(struct vsim_backend *backend, const struct vsim_op *op,
                        const struct vsim_outcome *observed)
{
    (void)op;
    backend->n_followed++;
    backend->followed = *observed;
}

static const struct vsim_backend_class fake_model = {
    .name = "model",
    .open = fake_open,
    .step = fake_step,
    .snapshot = fake_snapshot,
    .digest = fake_digest,
    .close = fake_close,
};

static const struct vsim_backend_class fake_oracle = {
    .name = "oracle",
    .open = fake_open,
    .step = fake_step,
    .snapshot = fake_snapshot,
    .digest = fake_digest,
    .allow = fake_allow,
    .follow = fake_follow,
    .close = fake_close,
};

/* A replay of a trace that is in a file for the length of a test. */
struct fixture {
    char *path;
    struct vsim_replay *replay;
    GError *error;
    const struct vsim_step *step;
};

static void write_trace(struct fixture *fixture, const char *text)
{
    const int fd = g_file_open_tmp("vfiosim-XXXXXX.vsim", &fixture->path, NULL);

    ck_assert_int_ge(fd, 0);
    g_close(fd, NULL);
    ck_assert(g_file_set_contents(fixture->path, text, -1, NULL));
}

static void begin(struct fixture *fixture, const char *text, const struct vsim_backend_class *first,
                  const struct vsim_backend_class *second)
{
    const struct vsim_replay_options options = {.n_backends = second ? 2 : 1, .backends = {first, second}};

    *fixture = (struct fixture){0};
    write_trace(fixture, text);
    fixture->replay = vsim_replay_open(fixture->path, &options, &fixture->error);
    ck_assert_ptr_nonnull(fixture->replay);
}

static void end(struct fixture *fixture)
{
    vsim_replay_close(fixture->replay);
    g_clear_error(&fixture->error);
    g_unlink(fixture->path);
    g_free(fixture->path);
}

static int next(struct fixture *fixture)
{
    return vsim_replay_next(fixture->replay, &fixture->step, &fixture->error);
}

static void next_is(struct fixture *fixture, enum vsim_verdict verdict, enum vsim_cause cause)
{
    ck_assert_msg(next(fixture) == 1, "%s", fixture->error ? fixture->error->message : "the trace has ended");
    ck_assert_int_eq(fixture->step->verdict, verdict);
    ck_assert_int_eq(fixture->step->cause, cause);
}

START_TEST(regions_are_laid_out_and_addresses_become_numbers)
{
    struct fixture f;

    begin(&f, HEADER "p1: m0 = mmap(length=3M)\np1: m1 = mmap(length=4K)\n" MAP("0x1000") "\n", &fake_model,
          NULL);
    ck_assert_int_eq(next(&f), 1);
    ck_assert_uint_eq(last_opened->binds_address, UINT64_C(0x100000000000));
    ck_assert_int_eq(next(&f), 1);
    ck_assert_uint_eq(last_opened->binds_address, UINT64_C(0x100000600000));
    ck_assert_int_eq(next(&f), 1);
    ck_assert_uint_eq(last_opened->vaddr, UINT64_C(0x100000001000));
    ck_assert_int_eq(next(&f), 0);
    end(&f);
}
END_TEST

START_TEST(without_a_claim_or_an_oracle_nothing_is_judged)
{
    struct fixture f;

    begin(&f, HEADER "p1: m0 = mmap(length=3M)\n" MAP("0x1000") " = 0\n" MAP("0x2000") " = -1 EINVAL\n",
          &fake_model, NULL);
    next_is(&f, VSIM_VERDICT_UNJUDGED, VSIM_CAUSE_NONE);
    next_is(&f, VSIM_VERDICT_CONFORMS, VSIM_CAUSE_NONE);
    next_is(&f, VSIM_VERDICT_DEVIATES, VSIM_CAUSE_NOT_RECORDED);
    end(&f);
}
END_TEST

START_TEST(the_oracle_judges_the_model_and_follows_what_is_allowed)
{
    struct fixture f;
    struct vsim_replay_summary summary;

    begin(&f,
          HEADER "p1: m0 = mmap(length=3M)\n" MAP("0x1000") "\n" MAP("0xbad000") "\n" MAP("0xdead000") "\n",
          &fake_model, &fake_oracle);
    next_is(&f, VSIM_VERDICT_CONFORMS, VSIM_CAUSE_NONE);
    next_is(&f, VSIM_VERDICT_CONFORMS, VSIM_CAUSE_NONE);
    next_is(&f, VSIM_VERDICT_DEVIATES, VSIM_CAUSE_NOT_ALLOWED);
    ck_assert_int_eq(last_opened->followed.error, EINVAL);
    ck_assert_int_eq(f.step->rule, VSIM_RULE_VFIO_IOMMU_MAP_DMA_UNALIGNED);
    next_is(&f, VSIM_VERDICT_UNDECIDED, VSIM_CAUSE_NONE);
    ck_assert_int_eq(last_opened->followed.error, 0);
    ck_assert_uint_eq(last_opened->n_followed, 4);
    vsim_replay_summary(f.replay, &summary);
    ck_assert_uint_eq(summary.n_events, 4);
    ck_assert_uint_eq(summary.n_conforms, 2);
    ck_assert_uint_eq(summary.first_deviation_line, 6);
    ck_assert_int_eq(vsim_replay_exit(&summary), VSIM_EXIT_DEVIATES);
    end(&f);
}
END_TEST

START_TEST(the_oracle_alone_judges_the_recording)
{
    struct fixture f;

    begin(&f,
          HEADER "p1: m0 = mmap(length=3M)\n" MAP("0x1000") " = {-1 EIO; 0}\n" MAP("0x200000000") " = 0\n",
          &fake_oracle, NULL);
    ck_assert_int_eq(next(&f), 1);
    next_is(&f, VSIM_VERDICT_CONFORMS, VSIM_CAUSE_NONE);
    next_is(&f, VSIM_VERDICT_DEVIATES, VSIM_CAUSE_NOT_ALLOWED);
    ck_assert_uint_eq(f.step->culprit, f.step->n_actors);
    ck_assert_int_eq(last_opened->followed.error, EEXIST);
    end(&f);
}
END_TEST

START_TEST(a_difference_of_states_is_said_once)
{
    struct fixture f;

    begin(&f, HEADER "p1: m0 = mmap(length=3M)\n" MAP("0x1000") "\n" MAP("0x2000") "\n", &fake_model,
          &fake_oracle);
    next_is(&f, VSIM_VERDICT_CONFORMS, VSIM_CAUSE_NONE);
    last_opened->digest = 5;
    next_is(&f, VSIM_VERDICT_DEVIATES, VSIM_CAUSE_STATE);
    ck_assert_ptr_nonnull(strstr(f.step->detail, "only in the oracle: p1 locked_vm: 5 pages"));
    next_is(&f, VSIM_VERDICT_CONFORMS, VSIM_CAUSE_NONE);
    end(&f);
}
END_TEST

/* What is wrong with a trace, and how the message ends. */
static const struct {
    const char *body;
    const char *message;
} bad_input[] = {
    {"p2: status()\n", ":4: p2 is no process here"},
    {"d0: dma read iova=0x0 len=4K\n", ":4: d0 is no device here"},
    {"p1: exit()\np1: status()\n", ":5: p1 is no process here"},
    {"p1: munmap(addr=m7+0x0, length=4K)\n", ":4: m7 is no region here"},
    {"p1: x0 = open(path=\"/dev/null\")\np1: x1 = pass(fd=x0, to=p9)\n", ":5: p9 is no process here"},
    {"p1: status()\nworld: p2 = process()\n", ":5: `world: process` must stand before the first event"},
};

START_TEST(bad_input_is_named_with_its_line)
{
    g_autofree char *text = g_strconcat(HEADER, bad_input[_i].body, NULL);
    struct fixture f;
    int taken;

    begin(&f, text, &fake_model, NULL);
    do
        taken = next(&f);
    while (taken > 0);
    ck_assert_int_eq(taken, -1);
    ck_assert_msg(strstr(f.error->message, bad_input[_i].message) != NULL, "%s", f.error->message);
    ck_assert_int_eq(vsim_exit_of_error(f.error), VSIM_EXIT_INPUT);
    ck_assert_int_eq(next(&f), 0);
    end(&f);
}
END_TEST

START_TEST(a_trace_must_name_its_dialect)
{
    struct fixture f;

    begin(&f, "vfiosim-trace 1\nworld: p1 = process()\np1: status()\n", &fake_model, NULL);
    ck_assert_int_eq(next(&f), -1);
    ck_assert_ptr_nonnull(strstr(f.error->message, ":3: the trace names no dialect"));
    end(&f);
}
END_TEST

START_TEST(a_recording_holds_what_came_and_the_dialect_that_was_used)
{
    g_autofree char *out = g_build_filename(g_get_tmp_dir(), "vfiosim-recorded.vsim", NULL);
    struct vsim_replay_options options = {
        .n_backends = 1, .backends = {&fake_model}, .dialect = "5.8", .record = out};
    struct fixture f = {0};
    g_autofree char *written = NULL;

    write_trace(&f, HEADER "# a comment\np1: m0 = mmap(length=3M)\n" MAP("0x200000000") " = 0\n");
    f.replay = vsim_replay_open(f.path, &options, &f.error);
    ck_assert(vsim_replay_run(f.replay, NULL, NULL, &f.error));
    ck_assert(g_file_get_contents(out, &written, NULL, NULL));
    ck_assert_str_eq(written, "vfiosim-trace 1\n"
                              "world: dialect(name=5.8)\n"
                              "world: p1 = process()\n"
                              "# a comment\n"
                              "p1: m0 = mmap(length=3M) = 0\n" MAP("0x200000000") " = -1 EEXIST\n");
    g_unlink(out);
    end(&f);
}
END_TEST

START_TEST(the_worst_exit_code_wins)
{
    static const enum vsim_exit order[] = {
        VSIM_EXIT_INPUT,    VSIM_EXIT_USAGE,     VSIM_EXIT_UNAVAILABLE,
        VSIM_EXIT_DEVIATES, VSIM_EXIT_UNDECIDED, VSIM_EXIT_CONFORMS,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++) {
        for (unsigned j = i; j < G_N_ELEMENTS(order); j++) {
            ck_assert_int_eq(vsim_exit_worst(order[i], order[j]), order[i]);
            ck_assert_int_eq(vsim_exit_worst(order[j], order[i]), order[i]);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replay");
    TCase *tests = tcase_create("replay");
    SRunner *runner;
    int failed;

    tcase_add_test(tests, regions_are_laid_out_and_addresses_become_numbers);
    tcase_add_test(tests, without_a_claim_or_an_oracle_nothing_is_judged);
    tcase_add_test(tests, the_oracle_judges_the_model_and_follows_what_is_allowed);
    tcase_add_test(tests, the_oracle_alone_judges_the_recording);
    tcase_add_test(tests, a_difference_of_states_is_said_once);
    tcase_add_loop_test(tests, bad_input_is_named_with_its_line, 0, G_N_ELEMENTS(bad_input));
    tcase_add_test(tests, a_trace_must_name_its_dialect);
    tcase_add_test(tests, a_recording_holds_what_came_and_the_dialect_that_was_used);
    tcase_add_test(tests, the_worst_exit_code_wins);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
