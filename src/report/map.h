// SPDX-License-Identifier: MIT
/*
 * The IOVA map, made ready to be shown: the state's rows sorted into containers, processes and objects, with
 * what links them. It points into the rows that it was made from.
 *
 * A container's lines are in the order of iova: mappings, stretches that are not valid, and, where there are
 * too many mappings to show, stubs that stand for a subtree of the red-black tree each.
 */
#ifndef VSIM_REPORT_MAP_H
#define VSIM_REPORT_MAP_H

#include <stdbool.h>

#include <glib.h>

#include "../base/range.h"
#include "../spec/state.h"

/* Up to so many mappings each gets its line; of more, only the tree's top levels do. */
#define VSIM_MAP_MAX_LINES  40
#define VSIM_MAP_TOP_LEVELS 4

enum vsim_map_line_kind { VSIM_MAP_MAPPING, VSIM_MAP_STUB, VSIM_MAP_CLOSED };

struct vsim_map_line {
    enum vsim_map_line_kind kind;
    struct vsim_range range;
    const struct vsim_state_row *mapping; /* MAPPING. */
    const struct vsim_state_row *node;    /* Its node of the tree; NULL where the state has none. */
    unsigned depth;                       /* In the tree; the root has 0. */
    int left;                             /* The line of the left child, or -1; also `right`. */
    int right;
    uint64_t n_mappings; /* STUB. */
    uint64_t n_bytes;
};

struct vsim_map_container {
    const struct vsim_state_row *row;
    GArray *lines; /* struct vsim_map_line. */
    uint64_t n_mappings;
    uint64_t n_bytes;
    unsigned height;                     /* Of the tree as shown; 0 without one. */
    int root;                            /* The line of the root, or -1. */
    const struct vsim_state_row *ranges; /* n_ranges valid ranges. */
    guint n_ranges;
    const struct vsim_state_row *groups;
    guint n_groups;
};

/* A stretch of an object that a mapping reaches: the device goes from line to object, whatever the process
 * does. */
struct vsim_map_reach {
    guint container;
    guint line;
    vsim_handle object;
    uint64_t first; /* Offsets in the object. */
    uint64_t last;
    bool pinned; /* By a translation of a domain; otherwise only by way of the vaddr. */
};

struct vsim_map_process {
    vsim_handle handle;
    uint64_t locked_pages;
    const struct vsim_state_row *regions;
    guint n_regions;
};

struct vsim_map {
    GArray *containers; /* struct vsim_map_container. */
    GArray *processes;  /* struct vsim_map_process. */
    GArray *reaches;    /* struct vsim_map_reach, in the order of container and line. */
    const struct vsim_state_row *objects;
    guint n_objects;
    const GArray *rows; /* All, sorted. */
};

struct vsim_map *vsim_map_new(const GArray *rows);
void vsim_map_free(struct vsim_map *map);

/* The rows of a kind and owner (0: of all owners): `*n` of them from the pointer. */
const struct vsim_state_row *vsim_map_span(const GArray *rows, enum vsim_state_kind kind, vsim_handle owner,
                                           guint *n);

/* The region that shows a virtual address, in the process of the lowest number; NULL when none does. */
const struct vsim_state_row *vsim_map_region_at(const struct vsim_map *map, uint64_t vaddr);

/* The region's handle and the offset in it, or the number. */
void vsim_map_append_vaddr(GString *out, const struct vsim_map *map, uint64_t vaddr);

void vsim_map_append_handle(GString *out, vsim_handle handle);
void vsim_map_append_size(GString *out, uint64_t bytes);

/* To a tenth of a unit: "4.7G". */
void vsim_map_append_rough_size(GString *out, uint64_t bytes);

/* "m0+0x1000", or that it is memory without a name. */
void vsim_map_append_place(GString *out, vsim_handle object, uint64_t offset);

/* "4K 2M 1G" of a set of page sizes. */
void vsim_map_append_page_sizes(GString *out, uint64_t set);

/* "12,345". */
void vsim_map_append_count(GString *out, uint64_t count);

const char *vsim_map_type_name(const struct vsim_state_row *container);
const char *vsim_map_object_name(const struct vsim_state_row *object);
const char *vsim_map_prot_name(uint64_t prot);

/* The four forms; see enum vsim_report_map_format. */
void vsim_map_write_text(const struct vsim_map *map, const char *title, GString *out);
void vsim_map_write_json(const struct vsim_map *map, const char *title, GString *out);
void vsim_map_write_dot(const struct vsim_map *map, const char *title, GString *out);

/* DOT with its layout in it, to SVG. */
bool vsim_map_render(const char *dot, GString *out, GError **error);

#endif
