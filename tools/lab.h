// SPDX-License-Identifier: MIT
/*
 * What `vfiosim lab` is made of: traces staged for a guest, the guest's side, and the way there and back.
 *
 * The scripts in tools/lab/ know kernels and QEMU; what is here knows traces.
 */
#ifndef VFIOSIM_TOOLS_LAB_H
#define VFIOSIM_TOOLS_LAB_H

#include <stdbool.h>

#include <glib.h>

/* Exit codes of tools/lab/boot that are no exit code of vfiosim. */
#define VSIM_LAB_STATUS_HANG  124
#define VSIM_LAB_STATUS_PANIC 125

/* What the guest writes beside the recordings. */
#define VSIM_LAB_RECORDINGS "recordings"
#define VSIM_LAB_SUMMARY    "summary"
#define VSIM_LAB_RELEASE    "release"
#define VSIM_LAB_MARK       "lab: trace " /* On the console, before each trace. */

struct vsim_lab_options {
    const char *kernel;  /* A name that fetch-kernel knows, or the path of a bzImage. */
    const char *iommu;   /* intel, amd, virtio. */
    const char *dialect; /* NULL: as the kernel's release says. */
    const char *record;  /* The directory that gets the recordings; NULL: none. */
    int timeout_seconds;
    int memory_mib;
    int n_devices;
    const char *const *parameters; /* "module.parameter=value"; NULL or NULL-terminated. */
};

/* A trace on its way. */
struct vsim_lab_trace {
    const char *path;
    char *name;      /* In the guest, and of its recording: unique. */
    char *recording; /* The path of what came back, or NULL. */
    bool dropped;    /* It took the kernel down, so it is left out. */
};

/* The path of a script of tools/lab/; NULL and an error when it is not installed. */
char *vsim_lab_script(const char *name, GError **error);

/* Run a program and wait; its exit status, or -1 and an error. */
int vsim_lab_spawn(const char *const *argv, GError **error);

/*
 * Write a text trace again with the world that this guest has: its IOMMU's facts instead of the trace's.
 * Devices and groups stay as the trace names them.
 */
bool vsim_lab_stage(const char *trace, const char *iommu, const char *staged, GError **error);

/* Put lines of comment behind the first line of a recording, instead of those put there before. */
bool vsim_lab_sign(const char *recording, const char *signed_path, const char *const *lines, GError **error);

/*
 * Boot as often as it takes and set `recording` of each trace that came through, in `scratch`. Returns an
 * exit code: DEVIATES when a trace took the kernel down, UNAVAILABLE when there is no kernel to boot.
 */
int vsim_lab_run(const struct vsim_lab_options *options, const char *scratch, GPtrArray *traces);

/* The guest's side: replay each trace on the kernel below, and write down what came. */
int vsim_lab_guest(int argc, char **argv);

#endif
