// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include <gio/gio.h>

#include "command.h"
#include "lab.h"

static const struct vsim_command_help help = {
    .arguments = "run TRACE... | fetch KERNEL | list",
    .summary =
        "Run traces on a real kernel, in a virtual machine that QEMU emulates: no special hardware, no "
        "privilege of this\n"
        "host, no network. The devices that do DMA are QEMU's edu, each in an IOMMU group of its own, at "
        "0000:00:04.0\n"
        "and on; d0 of a trace is the first of them. The world of a trace gets the facts of the chosen "
        "IOMMU, and its\n"
        "dialect is the kernel's. What the kernel answered is recorded, and judged by model and "
        "specification.\n"
        "\n"
        "  run TRACE...  boot once, run all traces, judge what came; one that takes the kernel down is named "
        "and left out\n"
        "  fetch KERNEL  get debian-6.1 or debian-6.12 by apt (unpacked into a cache, not installed)\n"
        "  list          the kernels that have a name, and whether they are in the cache\n"
        "\n"
        "Examples:\n"
        "  vfiosim lab run --kernel debian-6.12 traces/scenarios/*.vsim\n"
        "  vfiosim lab run --kernel debian-6.1 --iommu amd --record /tmp/on-amd traces/scenarios/*.vsim\n"
        "  vfiosim lab run --kernel ~/linux/arch/x86/boot/bzImage --dialect mainline TRACE",
    .description = "It needs qemu-system-x86, busybox-static, cpio, and apt for kernels by name. A kernel by "
                   "path must have VFIO,\n"
                   "the IOMMU's driver and a serial console built in.\n"
                   "\n"
                   "Exit codes:\n"
                   "  0  the kernel did what the specification says\n"
                   "  1  an event deviates, or a trace made the kernel panic or hang: the console's last "
                   "lines are shown\n"
                   "  2  wrong usage\n"
                   "  3  a trace is damaged\n"
                   "  4  it cannot run here: QEMU, the kernel or a trace's devices are missing\n"
                   "  5  the specification does not decide an event",
};

struct arguments {
    char *kernel;
    char *iommu;
    char *dialect;
    char *record;
    char *format;
    char **parameters;
    int timeout_seconds;
    int memory_mib;
    int n_devices;
    gboolean no_judge;
    gboolean quiet;
    gboolean json;
};

static void free_trace(gpointer data)
{
    struct vsim_lab_trace *trace = data;

    g_free(trace->name);
    g_free(trace->recording);
    g_free(trace);
}

/* A recording has its trace's name, so there can be only one of each. */
static GPtrArray *collect_traces(int n, char **paths, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) traces = g_ptr_array_new_with_free_func(free_trace);

    for (int i = 0; i < n; i++) {
        struct vsim_lab_trace *trace = g_new0(struct vsim_lab_trace, 1);

        trace->path = paths[i];
        trace->name = g_path_get_basename(paths[i]);
        /* Recordings are text, whatever the trace was. */
        if (g_str_has_suffix(trace->name, ".vsimb"))
            trace->name[strlen(trace->name) - 1] = '\0';
        g_ptr_array_add(traces, trace);
        if (!g_hash_table_add(names, g_strdup(trace->name))) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "two traces are called %s",
                        trace->name);
            return NULL;
        }
    }
    return g_steal_pointer(&traces);
}

static char *first_line_of(const char *const *argv)
{
    g_autoptr(GSubprocess) process = g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
    char *text = NULL;

    if (!process || !g_subprocess_communicate_utf8(process, NULL, NULL, &text, NULL, NULL) || !text)
        return g_strdup("an unknown QEMU");
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* Recordings that nobody asked for are kept too: what is said of their lines should be there to be looked at.
 */
static char *recordings_directory(const struct vsim_lab_options *options)
{
    g_autofree char *kernel = g_path_get_basename(options->kernel);
    g_autofree char *name = g_strdup_printf("%s-%s", kernel, options->iommu);

    return options->record ? g_strdup(options->record)
                           : g_build_filename(g_get_user_cache_dir(), "vfiosim", "recorded", name, NULL);
}

/* Where the recordings go at last: signed with what they were made by. */
static bool sign_recordings(const struct vsim_lab_options *options, const char *scratch, GPtrArray *traces,
                            GError **error)
{
    const char *const ask_qemu[] = {"qemu-system-x86_64", "--version", NULL};
    g_autofree char *qemu = first_line_of(ask_qemu);
    g_autofree char *release_path = g_build_filename(scratch, "out", VSIM_LAB_RELEASE, NULL);
    g_autofree char *into = recordings_directory(options);
    g_autofree char *release = NULL;

    g_mkdir_with_parents(into, 0755);
    g_file_get_contents(release_path, &release, NULL, NULL);
    for (guint i = 0; i < traces->len; i++) {
        struct vsim_lab_trace *trace = g_ptr_array_index(traces, i);
        g_autofree char *made_on = g_strdup_printf("# Recorded on Linux %s, %s, %s IOMMU.",
                                                   release ? release : "?", qemu, options->iommu);
        g_autofree char *made_by = g_strdup_printf("# Recorded by vfiosim lab run --kernel %s --iommu %s %s",
                                                   options->kernel, options->iommu, trace->path);
        const char *const lines[] = {made_on, made_by, NULL};
        g_autofree char *recording = g_steal_pointer(&trace->recording);

        if (!recording)
            continue;
        trace->recording = g_build_filename(into, trace->name, NULL);
        if (!vsim_lab_sign(recording, trace->recording, lines, error))
            return false;
    }
    return true;
}

static int judge(const struct arguments *arguments, GPtrArray *traces)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    struct vsim_command_run run = {.judges = "model,oracle"};

    for (guint i = 0; i < traces->len; i++) {
        const struct vsim_lab_trace *trace = g_ptr_array_index(traces, i);

        if (trace->recording)
            g_ptr_array_add(paths, trace->recording);
    }
    run.report.quiet = arguments->quiet;
    run.report.n_tests = paths->len;
    vsim_command_look(&run.report);
    if (!vsim_command_backends(run.judges, &run.replay, &error) ||
        !vsim_command_format(arguments->format, arguments->json, &run.report, &error))
        return vsim_command_fail(error);
    return vsim_command_run(&run, (int)paths->len, (char **)paths->pdata);
}

static void remove_tree(const char *path)
{
    const char *const argv[] = {"rm", "-rf", "--", path, NULL};

    vsim_lab_spawn(argv, NULL);
}

static int run(const struct arguments *arguments, int n, char **paths)
{
    const struct vsim_lab_options options = {
        .kernel = arguments->kernel,
        .iommu = arguments->iommu ? arguments->iommu : "intel",
        .dialect = arguments->dialect,
        .record = arguments->record,
        .timeout_seconds = arguments->timeout_seconds,
        .memory_mib = arguments->memory_mib,
        .n_devices = arguments->n_devices,
        .parameters = (const char *const *)arguments->parameters,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) traces = collect_traces(n, paths, &error);
    g_autofree char *scratch = traces ? g_dir_make_tmp("vfiosim-lab-XXXXXX", &error) : NULL;
    enum vsim_exit code;

    if (!scratch)
        return vsim_command_fail(error);
    code = (enum vsim_exit)vsim_lab_run(&options, scratch, traces);
    if (!sign_recordings(&options, scratch, traces, &error))
        code = vsim_exit_worst(code, (enum vsim_exit)vsim_command_fail(error));
    else if (!arguments->no_judge)
        code = vsim_exit_worst(code, (enum vsim_exit)judge(arguments, traces));
    remove_tree(scratch);
    return (int)code;
}

static int fetch(const char *kernel)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *script = vsim_lab_script("fetch-kernel", &error);
    const char *const argv[] = {script, kernel, NULL};
    const int status = script ? vsim_lab_spawn(argv, &error) : -1;

    return status >= 0 ? status : vsim_command_fail(error);
}

static int list(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *script = vsim_lab_script("fetch-kernel", &error);
    const char *const argv[] = {script, "--list", NULL};
    const int status = script ? vsim_lab_spawn(argv, &error) : -1;

    return status >= 0 ? status : vsim_command_fail(error);
}

static bool is_iommu(const char *name)
{
    return !name || strcmp(name, "intel") == 0 || strcmp(name, "amd") == 0 || strcmp(name, "virtio") == 0;
}

static int dispatch(const struct arguments *arguments, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list();
    if (argc == 3 && strcmp(argv[1], "fetch") == 0)
        return fetch(argv[2]);
    if (argc < 3 || strcmp(argv[1], "run") != 0)
        return vsim_command_usage(
            "lab needs `run TRACE...`, `fetch KERNEL` or `list`; `vfiosim help lab` explains");
    if (!arguments->kernel)
        return vsim_command_usage("lab run needs --kernel debian-6.1, debian-6.12 or the path of a bzImage");
    if (!is_iommu(arguments->iommu))
        return vsim_command_usage("--iommu %s: expected intel, amd or virtio", arguments->iommu);
    return run(arguments, argc - 2, argv + 2);
}

int vsim_cmd_lab(int argc, char **argv)
{
    struct arguments arguments = {.timeout_seconds = 300, .memory_mib = 512, .n_devices = 2};
    int code;
    const GOptionEntry entries[] = {
        {"kernel", 'k', 0, G_OPTION_ARG_STRING, &arguments.kernel,
         "debian-6.1, debian-6.12, or the path of a bzImage", "KERNEL"},
        {"iommu", 'i', 0, G_OPTION_ARG_STRING, &arguments.iommu, "intel (the default), amd or virtio",
         "KIND"},
        {"record", 'r', 0, G_OPTION_ARG_FILENAME, &arguments.record,
         "Where traces go with what the kernel answered (the cache)", "DIR"},
        {"dialect", 'd', 0, G_OPTION_ARG_STRING, &arguments.dialect,
         "The kernel's dialect, if its release does not say", "NAME"},
        {"timeout", 't', 0, G_OPTION_ARG_INT, &arguments.timeout_seconds,
         "Give the kernel up after so long (300)", "SECONDS"},
        {"memory", 0, 0, G_OPTION_ARG_INT, &arguments.memory_mib, "Memory of the guest (512)", "MIB"},
        {"devices", 0, 0, G_OPTION_ARG_INT, &arguments.n_devices, "How many devices it has (2)", "N"},
        {"param", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments.parameters,
         "A module's parameter; may be repeated", "M.P=V"},
        {"no-judge", 0, 0, G_OPTION_ARG_NONE, &arguments.no_judge, "Only record", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &arguments.quiet,
         "Print only what does not conform, and a line a trace", NULL},
        {"format", 'f', 0, G_OPTION_ARG_STRING, &arguments.format, "text (the default), json, ktap or junit",
         "FORMAT"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &arguments.json, "The same as --format json: one object a line",
         NULL},
        G_OPTION_ENTRY_NULL,
    };

    /* The guest's arguments are not for people, and paths among them may look like options. */
    if (argc > 1 && strcmp(argv[1], "guest") == 0)
        return vsim_lab_guest(argc - 1, argv + 1);
    if (vsim_command_parse(&argc, &argv, entries, &help, &code))
        code = dispatch(&arguments, argc, argv);
    g_free(arguments.kernel);
    g_free(arguments.iommu);
    g_free(arguments.dialect);
    g_free(arguments.record);
    g_free(arguments.format);
    g_strfreev(arguments.parameters);
    return code;
}
