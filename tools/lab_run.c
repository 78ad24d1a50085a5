// SPDX-License-Identifier: MIT
/* Traces into a guest and recordings out of it. */
#include <stdio.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <vfiosim/trace.h>

#include "command.h"
#include "lab.h"

/* One boot: what is where in the scratch directory. */
struct boot {
    const struct vsim_lab_options *options;
    GPtrArray *traces;
    char *payload;
    char *out;
};

char *vsim_lab_script(const char *name, GError **error)
{
    const char *const places[] = {VSIM_SOURCE_DIR "/tools/lab", VSIM_LIBEXEC_DIR "/lab"};

    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_build_filename(places[i], name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            return g_steal_pointer(&path);
    }
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE, "the lab's script %s is neither in %s nor in %s",
                name, places[0], places[1]);
    return NULL;
}

int vsim_lab_spawn(const char *const *argv, GError **error)
{
    g_autoptr(GSubprocess) process = g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_STDIN_INHERIT, error);

    if (!process || !g_subprocess_wait(process, NULL, error))
        return -1;
    return g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process) : 128;
}

static bool add_program(const struct boot *boot, GError **error)
{
    g_autofree char *script = vsim_lab_script("add-program", error);
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    const char *argv[] = {script, self, boot->payload, NULL};
    int status;

    if (!script || !self)
        return false;
    status = vsim_lab_spawn(argv, error);
    if (status > 0)
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE, "%s: exit status %d", script, status);
    return status == 0;
}

/* The guest's command is a script because that is what a payload is. */
static bool write_command(const struct boot *boot, GError **error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *program = self ? g_path_get_basename(self) : g_strdup("vfiosim");
    g_autofree char *path = g_build_filename(boot->payload, "run", NULL);
    g_autoptr(GString) text = g_string_new("#!/bin/sh\n");

    g_string_append_printf(text, "exec ./%s lab guest /out %d %s %s traces/*\n", program,
                           boot->options->n_devices, boot->options->iommu,
                           boot->options->dialect ? boot->options->dialect : "-");
    return g_file_set_contents_full(path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_NONE, 0755,
                                    error);
}

static bool fill_payload(const struct boot *boot, GError **error)
{
    g_autofree char *traces = g_build_filename(boot->payload, "traces", NULL);

    g_mkdir_with_parents(traces, 0755);
    for (guint i = 0; i < boot->traces->len; i++) {
        const struct vsim_lab_trace *trace = g_ptr_array_index(boot->traces, i);
        g_autofree char *staged = g_build_filename(traces, trace->name, NULL);

        if (trace->dropped)
            g_unlink(staged);
        else if (!g_file_test(staged, G_FILE_TEST_EXISTS) &&
                 !vsim_trace_convert(trace->path, staged, VSIM_TRACE_TEXT, NULL, error))
            return false;
    }
    return write_command(boot, error);
}

static int start_boot(const struct boot *boot, GError **error)
{
    const struct vsim_lab_options *options = boot->options;
    g_autofree char *script = vsim_lab_script("boot", error);
    g_autofree char *timeout = g_strdup_printf("%d", options->timeout_seconds);
    g_autofree char *memory = g_strdup_printf("%d", options->memory_mib);
    g_autofree char *devices = g_strdup_printf("%d", options->n_devices);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *const words[] = {
        script,      "--kernel",    options->kernel, "--iommu",   options->iommu,
        "--payload", boot->payload, "--out",         boot->out,   "--timeout",
        timeout,     "--memory",    memory,          "--devices", devices,
    };

    if (!script)
        return -1;
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        g_ptr_array_add(argv, (gpointer)words[i]);
    for (unsigned i = 0; options->parameters && options->parameters[i]; i++) {
        g_ptr_array_add(argv, (gpointer) "--param");
        g_ptr_array_add(argv, (gpointer)options->parameters[i]);
    }
    g_ptr_array_add(argv, NULL);
    return vsim_lab_spawn((const char *const *)argv->pdata, error);
}

static struct vsim_lab_trace *find_trace(const struct boot *boot, const char *name, size_t length)
{
    for (guint i = 0; i < boot->traces->len; i++) {
        struct vsim_lab_trace *trace = g_ptr_array_index(boot->traces, i);

        if (strlen(trace->name) == length && memcmp(trace->name, name, length) == 0)
            return trace;
    }
    return NULL;
}

/* The trace that ran when the guest ended, by the last mark on its console. */
static struct vsim_lab_trace *find_culprit(const struct boot *boot)
{
    g_autofree char *path = g_build_filename(boot->out, "console.log", NULL);
    g_autofree char *text = NULL;
    const char *mark;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    mark = g_strrstr(text, VSIM_LAB_MARK);
    if (!mark)
        return NULL;
    mark += strlen(VSIM_LAB_MARK);
    return find_trace(boot, mark, strcspn(mark, "\r\n"));
}

/* The summary's lines: name, events, events that could not be done, and what went wrong. */
static int take_summary(const struct boot *boot)
{
    g_autofree char *path = g_build_filename(boot->out, VSIM_LAB_SUMMARY, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    int code = VSIM_EXIT_CONFORMS;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return VSIM_EXIT_UNAVAILABLE;
    lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(lines[i], "\t", 4);
        struct vsim_lab_trace *trace = parts[0] ? find_trace(boot, parts[0], strlen(parts[0])) : NULL;

        if (!trace || g_strv_length(parts) < 4)
            continue;
        if (parts[3][0] != '\0') {
            fprintf(stderr, "vfiosim: %s: on this kernel: %s\n", trace->path, parts[3]);
            code = VSIM_EXIT_UNAVAILABLE;
            continue;
        }
        if (strcmp(parts[2], "0") != 0) {
            fprintf(stderr, "vfiosim: %s: %s of %s events cannot be done here, and claim nothing\n",
                    trace->path, parts[2], parts[1]);
            code = VSIM_EXIT_UNAVAILABLE;
        }
        g_free(trace->recording);
        trace->recording = g_build_filename(boot->out, VSIM_LAB_RECORDINGS, trace->name, NULL);
    }
    return code;
}

static bool has_traces(const struct boot *boot)
{
    for (guint i = 0; i < boot->traces->len; i++)
        if (!((const struct vsim_lab_trace *)g_ptr_array_index(boot->traces, i))->dropped)
            return true;
    return false;
}

/*
 * Boot; when a trace takes the kernel down, name it, and boot again without it, because what had come before
 * it is lost.
 */
static int boot_until_done(const struct boot *boot, GError **error)
{
    int code = VSIM_EXIT_CONFORMS;

    while (has_traces(boot)) {
        struct vsim_lab_trace *culprit;
        int status;

        if (!fill_payload(boot, error))
            return code;
        status = start_boot(boot, error);
        if (status < 0)
            return code;
        if (status != VSIM_LAB_STATUS_HANG && status != VSIM_LAB_STATUS_PANIC)
            return status == 0
                       ? (int)vsim_exit_worst((enum vsim_exit)code, (enum vsim_exit)take_summary(boot))
                       : status;
        code = VSIM_EXIT_DEVIATES;
        culprit = find_culprit(boot);
        fprintf(stderr, "vfiosim: %s: the kernel %s\n", culprit ? culprit->path : "before the first trace",
                status == VSIM_LAB_STATUS_HANG ? "did not come to an end in time" : "died");
        if (!culprit)
            return code;
        culprit->dropped = true;
    }
    return code;
}

int vsim_lab_run(const struct vsim_lab_options *options, const char *scratch, GPtrArray *traces)
{
    struct boot boot = {.options = options, .traces = traces};
    g_autoptr(GError) error = NULL;
    int code = VSIM_EXIT_UNAVAILABLE;

    boot.payload = g_build_filename(scratch, "payload", NULL);
    boot.out = g_build_filename(scratch, "out", NULL);
    g_mkdir_with_parents(boot.payload, 0755);
    if (add_program(&boot, &error))
        code = boot_until_done(&boot, &error);
    if (error)
        code = vsim_command_fail(error);
    g_free(boot.payload);
    g_free(boot.out);
    return code;
}
