// SPDX-License-Identifier: MIT
/* Traces as the guest needs them, and recordings as people need them. */
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>

#include "lab.h"

/* The IOMMUs that QEMU gives a guest, as its kernels show them; the first row that fits is taken. */
static const struct {
    const char *kind;
    unsigned before; /* Kernels before this release, major << 8 | minor; 0: all. */
    const char *facts;
    const char *reserved; /* Behind "reserved(iommu=iN, ". */
    const char *more_reserved;
    const char *param; /* What type1 must be told before it takes this IOMMU, or NULL. */
} iommus[] = {
    {
        .kind = "intel",
        .facts = "kind=intel, aperture_last=0xffffffffffff, page_sizes=0x40201000, coherent=no",
        .reserved = "kind=MSI, first=0xfee00000, last=0xfeefffff",
    },
    {
        .kind = "amd",
        .before = 6 << 8 | 12,
        .facts = "kind=amd, aperture_last=0xffffffffffffffff, page_sizes=0xffffff7ffffff000",
        .reserved = "kind=MSI, first=0xfee00000, last=0xfeefffff",
        .more_reserved = "first=0xfd00000000, last=0xffffffffff",
    },
    {
        .kind = "amd",
        .facts = "kind=amd, aperture_last=0xffffffffffffffff, page_sizes=0xfff7ffffff000",
        .reserved = "kind=MSI, first=0xfee00000, last=0xfeefffff",
        .more_reserved = "first=0xfd00000000, last=0xffffffffff",
    },
    {
        .kind = "virtio",
        .facts = "kind=virtio, aperture_last=0xffffffffffffffff, page_sizes=0xfffffffffffff000, coherent=no, "
                 "isolated_msi=no",
        .reserved = "kind=MSI, first=0xfee00000, last=0xfeefffff",
        .param = "world: param(allow_unsafe_interrupts=yes)",
    },
};

/* major << 8 | minor of the kernel that this runs on. */
static unsigned release_below(void)
{
    struct utsname kernel;
    char *behind;
    guint64 major;

    if (uname(&kernel) != 0)
        return UINT_MAX;
    major = g_ascii_strtoull(kernel.release, &behind, 10);
    return (unsigned)(major << 8) | (unsigned)g_ascii_strtoull(*behind == '.' ? behind + 1 : "0", NULL, 10);
}

static unsigned find_iommu(const char *kind)
{
    const unsigned release = release_below();
    unsigned i = 0;

    while (i < G_N_ELEMENTS(iommus) - 1 &&
           (strcmp(iommus[i].kind, kind) != 0 || (iommus[i].before != 0 && release >= iommus[i].before)))
        i++;
    return i;
}

static bool is_iommu_line(const char *line)
{
    return g_str_has_prefix(line, "world: i") && strstr(line, " = iommu(") != NULL;
}

static void add_iommu_lines(GString *out, const char *line, unsigned kind, bool needs_param)
{
    const int handle_length = (int)(strstr(line, " = ") - (line + strlen("world: ")));
    const char *handle = line + strlen("world: ");

    g_string_append_printf(out, "world: %.*s = iommu(%s)\n", handle_length, handle, iommus[kind].facts);
    g_string_append_printf(out, "world: reserved(iommu=%.*s, %s)\n", handle_length, handle,
                           iommus[kind].reserved);
    if (iommus[kind].more_reserved)
        g_string_append_printf(out, "world: reserved(iommu=%.*s, %s)\n", handle_length, handle,
                               iommus[kind].more_reserved);
    if (needs_param && iommus[kind].param)
        g_string_append_printf(out, "%s\n", iommus[kind].param);
}

static GString *with_iommu(const char *text, unsigned kind)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool needs_param = strstr(text, "allow_unsafe_interrupts=") == NULL;
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; lines[i]; i++) {
        if (is_iommu_line(lines[i])) {
            add_iommu_lines(out, lines[i], kind, needs_param);
            needs_param = false;
        } else if (!g_str_has_prefix(lines[i], "world: reserved(")) {
            g_string_append_printf(out, "%s%s", lines[i], lines[i + 1] ? "\n" : "");
        }
    }
    return out;
}

bool vsim_lab_stage(const char *trace, const char *iommu, const char *staged, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GString) out = NULL;

    if (!g_file_get_contents(trace, &text, NULL, error))
        return false;
    out = with_iommu(text, find_iommu(iommu));
    return g_file_set_contents(staged, out->str, (gssize)out->len, error);
}

/* What a signature's lines begin with, so that a recording that is recorded again has one signature. */
static bool is_signature(const char *line)
{
    return g_str_has_prefix(line, "# Recorded on ") || g_str_has_prefix(line, "# Recorded by ");
}

bool vsim_lab_sign(const char *recording, const char *signed_path, const char *const *lines, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_auto(GStrv) old = NULL;
    g_autofree char *text = NULL;

    if (!g_file_get_contents(recording, &text, NULL, error))
        return false;
    old = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; old[i]; i++) {
        if (!is_signature(old[i]))
            g_string_append_printf(out, "%s%s", old[i], old[i + 1] ? "\n" : "");
        for (unsigned j = 0; i == 0 && lines[j]; j++)
            g_string_append_printf(out, "%s\n", lines[j]);
    }
    return g_file_set_contents(signed_path, out->str, (gssize)out->len, error);
}
