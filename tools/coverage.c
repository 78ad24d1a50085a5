// SPDX-License-Identifier: MIT
#include "coverage.h"

#include <string.h>

#include <vfiosim/rules.h>

#include "command.h"

struct vsim_coverage *vsim_command_coverage_new(void)
{
    struct vsim_coverage *coverage = g_new0(struct vsim_coverage, 1);

    coverage->rules = g_new0(struct vsim_coverage_rule, vsim_rules_end());
    for (unsigned rule = 0; rule < vsim_rules_end(); rule++) {
        coverage->rules[rule].traces = g_ptr_array_new_with_free_func(g_free);
        coverage->rules[rule].kernels = g_ptr_array_new_with_free_func(g_free);
    }
    return coverage;
}

void vsim_command_coverage_free(struct vsim_coverage *coverage)
{
    for (unsigned rule = 0; rule < vsim_rules_end(); rule++) {
        g_ptr_array_unref(coverage->rules[rule].traces);
        g_ptr_array_unref(coverage->rules[rule].kernels);
    }
    g_free(coverage->rules);
    g_free(coverage);
}

static void add_name(GPtrArray *names, const char *name)
{
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        g_ptr_array_add(names, g_strdup(name));
}

/* ".../recorded/debian-6.12/x.vsim" was recorded on debian-6.12; NULL for any other path. */
static char *kernel_of(const char *path)
{
    const char *recorded = strstr(path, "recorded/");
    const char *kernel = recorded ? recorded + strlen("recorded/") : NULL;
    const char *end = kernel ? strchr(kernel, '/') : NULL;

    return end ? g_strndup(kernel, (gsize)(end - kernel)) : NULL;
}

static void note_hits(struct vsim_coverage *coverage, const char *path, const uint64_t *hits)
{
    g_autofree char *kernel = kernel_of(path);
    g_autofree char *name = g_path_get_basename(path);

    if (g_str_has_suffix(name, ".vsim"))
        name[strlen(name) - strlen(".vsim")] = '\0';
    for (unsigned rule = 1; rule < vsim_rules_end(); rule++) {
        if (hits[rule] == 0)
            continue;
        coverage->rules[rule].n_hits += hits[rule];
        add_name(coverage->rules[rule].traces, name);
        if (kernel)
            add_name(coverage->rules[rule].kernels, kernel);
    }
}

static int add_trace(struct vsim_coverage *coverage, const char *path)
{
    struct vsim_replay_options options = {0};
    struct vsim_replay_summary summary;
    g_autoptr(GError) error = NULL;
    struct vsim_replay *replay = NULL;
    int code;

    if (vsim_command_backends("model,oracle", &options, &error))
        replay = vsim_replay_open(path, &options, &error);
    if (!replay)
        return vsim_command_fail(error);
    vsim_replay_run(replay, NULL, NULL, &error);
    vsim_replay_summary(replay, &summary);
    note_hits(coverage, path, vsim_replay_rule_hits(replay));
    coverage->n_traces++;
    code = (int)vsim_replay_exit(&summary);
    if (error)
        code = (int)vsim_exit_worst((enum vsim_exit)code, (enum vsim_exit)vsim_command_fail(error));
    vsim_replay_close(replay);
    return code;
}

static int compare_names(gconstpointer left, gconstpointer right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static int add_folder(struct vsim_coverage *coverage, const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    enum vsim_exit code = VSIM_EXIT_CONFORMS;
    const char *name;

    while (directory && (name = g_dir_read_name(directory)))
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        const char *inside = g_ptr_array_index(names, i);

        if (g_file_test(inside, G_FILE_TEST_IS_DIR) || g_str_has_suffix(inside, ".vsim"))
            code = vsim_exit_worst(code, (enum vsim_exit)vsim_command_coverage_add(coverage, inside));
    }
    return (int)code;
}

int vsim_command_coverage_add(struct vsim_coverage *coverage, const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR) ? add_folder(coverage, path) : add_trace(coverage, path);
}
