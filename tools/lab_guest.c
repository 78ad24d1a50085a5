// SPDX-License-Identifier: MIT
/*
 * The guest's side of the lab. It runs as the payload's only program: `vfiosim lab guest OUT N-DEVICES IOMMU
 * DIALECT TRACE...`.
 *
 * Before each trace it says on the console which one, so that a panic or a hang has a name.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <vfiosim/backends.h>
#include <vfiosim/replay.h>
#include <vfiosim/rules.h>

#include "command.h"
#include "lab.h"

#define FIRST_EDU_SLOT 4 /* As in tools/lab/boot. */

static bool allow_devices(int n_devices, GError **error)
{
    for (int i = 0; i < n_devices; i++) {
        g_autofree char *handle = g_strdup_printf("d%d", i);
        g_autofree char *address = g_strdup_printf("0000:00:%02x.0", FIRST_EDU_SLOT + i);

        if (!vsim_kernel_allow_device(handle, address, error))
            return false;
    }
    return true;
}

/* The dialect of a release is the one of the same two numbers; which one another release is like is not for
 * us to say. */
static char *dialect_of_release(const char *release)
{
    struct vsim_dialect_info info;

    for (unsigned i = 0; vsim_rules_dialect(i, &info); i++) {
        const size_t length = strlen(info.name);

        if (strncmp(release, info.name, length) == 0 && !g_ascii_isdigit(release[length]) &&
            strchr(info.name, '.') == strrchr(info.name, '.'))
            return g_strdup(info.name);
    }
    return NULL;
}

/* What is the same for all traces of a boot. */
struct guest {
    const char *out;
    const char *iommu;
    const char *dialect;
    FILE *summary;
};

static struct vsim_replay *open_trace(const struct guest *guest, const char *trace, const char *name,
                                      GError **error)
{
    g_autofree char *recording = g_build_filename(guest->out, VSIM_LAB_RECORDINGS, name, NULL);
    g_autofree char *staged = g_build_filename(g_get_tmp_dir(), name, NULL);
    const struct vsim_replay_options options = {
        .n_backends = 1, .backends = {vsim_kernel_backend()}, .dialect = guest->dialect, .record = recording};

    return vsim_lab_stage(trace, guest->iommu, staged, error) ? vsim_replay_open(staged, &options, error)
                                                              : NULL;
}

static void replay_one(const struct guest *guest, const char *trace)
{
    g_autofree char *name = g_path_get_basename(trace);
    g_autoptr(GError) error = NULL;
    struct vsim_replay_summary counts = {0};
    struct vsim_replay *replay;

    printf(VSIM_LAB_MARK "%s\n", name);
    fflush(stdout);
    replay = open_trace(guest, trace, name, &error);
    if (replay) {
        vsim_replay_run(replay, NULL, NULL, &error);
        vsim_replay_summary(replay, &counts);
        vsim_replay_close(replay);
    }
    fprintf(guest->summary, "%s\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%s\n", name, counts.n_events,
            counts.n_unavailable, error ? error->message : "");
    fflush(guest->summary);
}

static bool write_release(const char *out, const struct utsname *kernel, GError **error)
{
    g_autofree char *path = g_build_filename(out, VSIM_LAB_RELEASE, NULL);
    g_autofree char *text = g_strdup_printf("%s %s", kernel->release, kernel->version);

    return g_file_set_contents(path, text, -1, error);
}

int vsim_lab_guest(int argc, char **argv)
{
    struct guest guest = {.out = argc > 5 ? argv[1] : ".", .iommu = argc > 5 ? argv[3] : "intel"};
    g_autofree char *recordings = g_build_filename(guest.out, VSIM_LAB_RECORDINGS, NULL);
    g_autofree char *summary_path = g_build_filename(guest.out, VSIM_LAB_SUMMARY, NULL);
    g_autofree char *dialect = NULL;
    g_autoptr(GError) error = NULL;
    struct utsname kernel;

    if (argc < 6 || uname(&kernel) != 0)
        return vsim_command_usage("lab guest is for the lab itself");
    dialect = strcmp(argv[4], "-") == 0 ? dialect_of_release(kernel.release) : g_strdup(argv[4]);
    if (!dialect)
        return vsim_command_usage("Linux %s: no dialect of this release; say which with --dialect",
                                  kernel.release);
    guest.dialect = dialect;
    g_mkdir_with_parents(recordings, 0755);
    if (!allow_devices((int)g_ascii_strtoll(argv[2], NULL, 10), &error) ||
        !write_release(guest.out, &kernel, &error))
        return vsim_command_fail(error);
    guest.summary = fopen(summary_path, "we");
    if (!guest.summary)
        return VSIM_EXIT_UNAVAILABLE;
    for (int i = 5; i < argc; i++)
        replay_one(&guest, argv[i]);
    fclose(guest.summary);
    return VSIM_EXIT_CONFORMS;
}
