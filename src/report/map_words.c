// SPDX-License-Identifier: MIT
/* How the parts of a map are written, in all of its forms. */
#include <inttypes.h>

#include "map.h"

void vsim_map_append_handle(GString *out, vsim_handle handle)
{
    if (handle == 0)
        g_string_append(out, "memory without a name");
    else
        g_string_append_printf(out, "%c%" PRIu32, vsim_handle_letter(handle), vsim_handle_number(handle));
}

void vsim_map_append_size(GString *out, uint64_t bytes)
{
    static const char units[] = "TGMK";

    for (unsigned i = 0; i < 4; i++) {
        const unsigned shift = 40 - 10 * i;

        if (bytes >> shift != 0 && (bytes & ((UINT64_C(1) << shift) - 1)) == 0) {
            g_string_append_printf(out, "%" PRIu64 "%c", bytes >> shift, units[i]);
            return;
        }
    }
    g_string_append_printf(out, "%" PRIu64, bytes);
}

void vsim_map_append_rough_size(GString *out, uint64_t bytes)
{
    static const char units[] = "KMGTPE";
    unsigned unit = 0;
    uint64_t tenths;

    if (bytes < 1024) {
        g_string_append_printf(out, "%" PRIu64, bytes);
        return;
    }
    while (unit < 5 && bytes >> (10 * (unit + 2)) != 0)
        unit++;
    tenths = (bytes >> (10 * (unit + 1))) * 10 + ((bytes >> (10 * unit)) % 1024) * 10 / 1024;
    if (tenths % 10 == 0)
        g_string_append_printf(out, "%" PRIu64 "%c", tenths / 10, units[unit]);
    else
        g_string_append_printf(out, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10, units[unit]);
}

void vsim_map_append_place(GString *out, vsim_handle object, uint64_t offset)
{
    if (object == 0) {
        g_string_append(out, "a copy of its own");
        return;
    }
    vsim_map_append_handle(out, object);
    g_string_append_printf(out, "+0x%" PRIx64, offset);
}

void vsim_map_append_page_sizes(GString *out, uint64_t set)
{
    for (uint64_t left = set; left != 0; left &= left - 1) {
        if (left != set)
            g_string_append_c(out, ' ');
        vsim_map_append_size(out, left & (~left + 1));
    }
}

void vsim_map_append_count(GString *out, uint64_t count)
{
    char digits[21];
    const int length = g_snprintf(digits, sizeof digits, "%" PRIu64, count);

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
}

const char *vsim_map_type_name(const struct vsim_state_row *container)
{
    switch (container->a) {
    case 0:
        return "no backend";
    case 1:
        return "type1 v1";
    case 2:
        return "type1 v2";
    case 8:
        return "noiommu";
    default:
        return "unknown type";
    }
}

const char *vsim_map_object_name(const struct vsim_state_row *object)
{
    static const char *const names[] = {"memory", "anonymous", "memfd", "hugetlb", "BAR"};

    return object->b < G_N_ELEMENTS(names) ? names[object->b] : "memory";
}

const char *vsim_map_prot_name(uint64_t prot)
{
    static const char *const names[] = {"--", "r-", "-w", "rw"};

    return names[prot & 3];
}

void vsim_map_append_vaddr(GString *out, const struct vsim_map *map, uint64_t vaddr)
{
    const struct vsim_state_row *region = vsim_map_region_at(map, vaddr);

    if (region && region->a != 0) {
        vsim_map_append_handle(out, region->owner);
        g_string_append_c(out, ':');
        vsim_map_append_handle(out, (vsim_handle)region->a);
        g_string_append_printf(out, "+0x%" PRIx64, vaddr - region->first);
    } else {
        g_string_append_printf(out, "0x%" PRIx64 "%s", vaddr, region ? "" : ", where nothing is now");
    }
}
