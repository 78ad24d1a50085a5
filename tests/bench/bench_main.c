// SPDX-License-Identifier: MIT
#include "bench.h"
#include "bench_report.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <vfiosim/bench.h>

struct bench {
    const char *name;
    const char *summary;
    bool (*run)(struct vsim_bench_report *report, const struct vsim_bench_options *options);
};

static const struct bench benches[] = {
    {"iova", "finding, adding and removing ranges of IOVAs", vsim_bench_iova},
    {"dma", "MAP and UNMAP in the model, and a device's translations", vsim_bench_dma},
    {"replay", "replaying a binary trace, judged and not", vsim_bench_replay},
    {"trace", "reading traces, text and binary", vsim_bench_trace},
};

static char *describe_benches(void)
{
    GString *text = g_string_new("Benchmarks:\n");

    for (size_t i = 0; i < G_N_ELEMENTS(benches); i++)
        g_string_append_printf(text, "  %-12s %s\n", benches[i].name, benches[i].summary);
    return g_string_free(text, FALSE);
}

static int run_benches(const struct vsim_bench_options *options, const char *filter, bool json)
{
    struct vsim_bench_report *report = vsim_bench_report_new();
    int code = VSIM_EXIT_CONFORMS;
    uint32_t n_run = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(benches); i++) {
        if (filter && !strstr(benches[i].name, filter))
            continue;
        n_run++;
        if (!benches[i].run(report, options))
            code = VSIM_EXIT_UNAVAILABLE;
    }
    if (json)
        vsim_bench_report_print_json(report);
    else
        vsim_bench_report_print_table(report);
    if (code == VSIM_EXIT_CONFORMS && !vsim_bench_report_passes(report))
        code = VSIM_EXIT_DEVIATES;
    vsim_bench_report_free(report);
    if (n_run == 0) {
        fprintf(stderr, "bench: no benchmark is called %s\n", filter);
        return VSIM_EXIT_USAGE;
    }
    return code;
}

int vsim_bench_main(int argc, char **argv)
{
    struct vsim_bench_options options = {0};
    g_autofree char *filter = NULL;
    g_autofree char *description = describe_benches();
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new("- measure, and compare with the targets");
    gboolean json = FALSE;
    gboolean quick = FALSE;
    int rounds = 0;
    const GOptionEntry entries[] = {
        {"filter", 0, 0, G_OPTION_ARG_STRING, &filter, "Run only the benchmarks whose name has NAME in it",
         "NAME"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL},
        {"quick", 0, 0, G_OPTION_ARG_NONE, &quick, "Small inputs and few rounds", NULL},
        {"rounds", 0, 0, G_OPTION_ARG_INT, &rounds, "Measure N times and take the median", "N"},
        G_OPTION_ENTRY_NULL,
    };

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context, description);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "bench: %s\n", error->message);
        return VSIM_EXIT_USAGE;
    }
    if (argc > 1 || rounds < 0) {
        fprintf(stderr, "bench: %s\n",
                argc > 1 ? "it takes options only; see --help" : "--rounds is negative");
        return VSIM_EXIT_USAGE;
    }
    options.quick = quick;
    options.rounds = (uint32_t)rounds;
    return run_benches(&options, filter, json);
}
