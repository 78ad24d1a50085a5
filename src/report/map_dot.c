// SPDX-License-Identifier: MIT
/*
 * The map as a picture: on the left what the device sees, in the middle the memory, on the right what
 * processes see.
 *
 *     red-black tree | iova space | objects | virtual memory
 *
 * The tree lies on its side, so that a node stands on the line of its mapping and both are in the order of
 * iova. Where everything goes is decided here, and Graphviz only draws (layout=nop2): its own layouts know
 * nothing of an order of addresses. Coordinates are points, y grows downwards here and is turned round when
 * it is written.
 */
#include <inttypes.h>
#include <string.h>

#include "map.h"

#define LINE_HEIGHT   36.0
#define CLOSED_HEIGHT 20.0
#define LINE_GAP      7.0
#define NODE_WIDTH    86.0
#define NODE_HEIGHT   22.0
#define LEVEL_WIDTH   108.0
#define SPACE_WIDTH   300.0
#define OBJECT_WIDTH  196.0
#define SLOT_HEIGHT   20.0
#define REGION_WIDTH  268.0
#define REGION_HEIGHT 36.0
#define COLUMN_GAP    110.0
#define HEAD_HEIGHT   26.0
#define HEAD_WIDTH    420.0
#define MAX_REGIONS   24

#define MONO "DejaVu Sans Mono,Menlo,Consolas,monospace"
#define SANS "Helvetica,Arial,sans-serif"

/* Each object has its colour: of its box, its slots and everything that leads to it. */
static const char *const object_colours[] = {"#2f6db3", "#d9822b", "#3a9a5b", "#a2459a",
                                             "#b3392f", "#5b6abf", "#8a7a1f", "#1f8f8f"};

struct box {
    double left;
    double top;
    double width;
    double height;
};

struct slot {
    vsim_handle object;
    uint64_t first;
    uint64_t last;
    struct box box;
};

struct picture {
    const struct vsim_map *map;
    GString *out;
    unsigned n_drawn; /* Names of nodes. */
    double space_left;
    double object_left;
    double region_left;
    double width;
    double bottom;
    GArray *lines;   /* struct box, for each container's lines one after the other. */
    GArray *offsets; /* guint: where each container's lines begin in `lines`. */
    GArray *slots;   /* struct slot, by object and offset. */
    GArray *heads;   /* struct box, one for each object: its title. */
};

static double middle(const struct box *box)
{
    return box->top + box->height / 2;
}

static double right(const struct box *box)
{
    return box->left + box->width;
}

static void reach_down(struct picture *picture, double bottom)
{
    picture->bottom = MAX(picture->bottom, bottom);
}

/* A number as DOT has it, whatever the locale. */
static void append_number(GString *out, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(out, g_ascii_formatd(text, sizeof text, "%.2f", number));
}

static void append_point(GString *out, double x, double y)
{
    append_number(out, x);
    g_string_append_c(out, ',');
    append_number(out, -y);
}

static void append_escaped(GString *out, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);

    g_string_append(out, escaped);
}

/* A node over a box; `attributes` say what it looks like and `label` is HTML-like, or NULL. */
static void draw_box(struct picture *picture, const struct box *box, const char *attributes,
                     const char *label)
{
    GString *out = picture->out;

    g_string_append_printf(out, "  b%u [pos=\"", picture->n_drawn++);
    append_point(out, box->left + box->width / 2, middle(box));
    g_string_append(out, "\", width=");
    append_number(out, box->width / 72);
    g_string_append(out, ", height=");
    append_number(out, box->height / 72);
    g_string_append_printf(out, ", %s, label=<%s>];\n", attributes, label ? label : "");
}

/* A card: a white box with a bar of colour at its left and text beside it, set from the left. */
static void draw_card(struct picture *picture, const struct box *box, const char *colour, const char *border,
                      const char *text)
{
    g_autofree char *label = g_strdup_printf(
        "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\" fixedsize=\"true\" "
        "width=\"%d\" "
        "height=\"%d\"><tr><td bgcolor=\"%s\" width=\"6\" height=\"%d\" fixedsize=\"true\"></td>"
        "<td width=\"7\" fixedsize=\"true\" height=\"%d\"></td><td align=\"left\" "
        "balign=\"left\">%s</td></tr></table>",
        (int)box->width - 2, (int)box->height - 2, colour, (int)box->height - 2, (int)box->height - 2, text);
    g_autofree char *attributes = g_strdup_printf(
        "shape=box, style=filled, fillcolor=white, color=\"%s\", margin=0, fixedsize=true", border);

    draw_box(picture, box, attributes, label);
}

/* Text without a box, set from the left edge of `box`. */
static void draw_text(struct picture *picture, const struct box *box, const char *html)
{
    g_autofree char *label =
        g_strdup_printf("<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\" "
                        "fixedsize=\"true\" width=\"%d\" "
                        "height=\"%d\"><tr><td align=\"left\" balign=\"left\">%s</td></tr></table>",
                        (int)box->width, (int)box->height, html);

    draw_box(picture, box, "shape=none, margin=0, fixedsize=true", label);
}

/* A curve from one point to another that leaves and arrives level. Its ends are the nodes drawn last; none is
 * moved. */
static void draw_curve(struct picture *picture, const double from[2], const double to[2], bool arrow,
                       const char *attributes)
{
    GString *out = picture->out;
    const double tip = arrow ? 6.0 : 0.0;
    const double bend = (to[0] - from[0]) / 2;

    g_string_append(out, "  anchor -> anchor [pos=\"");
    if (arrow) {
        g_string_append(out, "e,");
        append_point(out, to[0], to[1]);
        g_string_append_c(out, ' ');
    }
    append_point(out, from[0], from[1]);
    g_string_append_c(out, ' ');
    append_point(out, from[0] + bend, from[1]);
    g_string_append_c(out, ' ');
    append_point(out, to[0] - bend, to[1]);
    g_string_append_c(out, ' ');
    append_point(out, to[0] + (to[0] > from[0] ? -tip : tip), to[1]);
    g_string_append_printf(out, "\", %s];\n", attributes);
}

static const char *colour_of(const struct picture *picture, vsim_handle object)
{
    for (guint i = 0; i < picture->map->n_objects; i++)
        if (picture->map->objects[i].owner == object)
            return object_colours[i % G_N_ELEMENTS(object_colours)];
    return "#888888";
}

static const struct vsim_map_container *container_at(const struct picture *picture, guint i)
{
    return &g_array_index(picture->map->containers, struct vsim_map_container, i);
}

static const struct vsim_map_line *line_at(const struct vsim_map_container *container, guint i)
{
    return &g_array_index(container->lines, struct vsim_map_line, i);
}

static const struct box *box_of_line(const struct picture *picture, guint container, guint line)
{
    const guint offset = g_array_index(picture->offsets, guint, container);

    return &g_array_index(picture->lines, struct box, offset + line);
}

/* Mappings that follow one another touch; between others is a gap. */
static void place_lines(struct picture *picture)
{
    double top = HEAD_HEIGHT;

    for (guint i = 0; i < picture->map->containers->len; i++) {
        const struct vsim_map_container *container = container_at(picture, i);

        g_array_append_val(picture->offsets, picture->lines->len);
        top += HEAD_HEIGHT * 2;
        for (guint j = 0; j < container->lines->len; j++) {
            const struct vsim_map_line *line = line_at(container, j);
            struct box box = {picture->space_left, top, SPACE_WIDTH, LINE_HEIGHT};

            if (line->kind == VSIM_MAP_CLOSED)
                box.height = CLOSED_HEIGHT;
            if (j > 0 && line_at(container, j - 1)->range.last + 1 != line->range.first)
                box.top += LINE_GAP;
            g_array_append_val(picture->lines, box);
            top = box.top + box.height;
        }
        top += HEAD_HEIGHT;
    }
    reach_down(picture, top);
}

static int compare_slots(const void *left, const void *right)
{
    const struct slot *x = left;
    const struct slot *y = right;

    if (x->object != y->object)
        return x->object < y->object ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->last > y->last) - (x->last < y->last);
}

static void collect_slots(struct picture *picture)
{
    guint kept = 0;

    for (guint i = 0; i < picture->map->reaches->len; i++) {
        const struct vsim_map_reach *reach = &g_array_index(picture->map->reaches, struct vsim_map_reach, i);
        const struct slot slot = {.object = reach->object, .first = reach->first, .last = reach->last};

        g_array_append_val(picture->slots, slot);
    }
    g_array_sort(picture->slots, compare_slots);
    for (guint i = 0; i < picture->slots->len; i++) {
        const struct slot slot = g_array_index(picture->slots, struct slot, i);

        if (kept == 0 || compare_slots(&g_array_index(picture->slots, struct slot, kept - 1), &slot) != 0)
            g_array_index(picture->slots, struct slot, kept++) = slot;
    }
    g_array_set_size(picture->slots, kept);
}

/* The mean height of the lines that reach an object; 0 where none does. */
static double wanted_top(const struct picture *picture, vsim_handle object)
{
    double sum = 0;
    unsigned n = 0;

    for (guint i = 0; i < picture->map->reaches->len; i++) {
        const struct vsim_map_reach *reach = &g_array_index(picture->map->reaches, struct vsim_map_reach, i);

        if (reach->object != object)
            continue;
        sum += middle(box_of_line(picture, reach->container, reach->line));
        n++;
    }
    return n > 0 ? sum / n : 0;
}

static void place_object(struct picture *picture, guint index, double *top)
{
    const vsim_handle object = picture->map->objects[index].owner;
    unsigned n_slots = 0;
    struct box head;
    double height;

    for (guint i = 0; i < picture->slots->len; i++)
        n_slots += g_array_index(picture->slots, struct slot, i).object == object;
    height = LINE_HEIGHT + n_slots * SLOT_HEIGHT;
    *top = MAX(*top, wanted_top(picture, object) - height / 2);
    head = (struct box){picture->object_left, *top, OBJECT_WIDTH, LINE_HEIGHT};
    g_array_append_val(picture->heads, head);
    *top += LINE_HEIGHT;
    for (guint i = 0; i < picture->slots->len; i++) {
        struct slot *slot = &g_array_index(picture->slots, struct slot, i);

        if (slot->object != object)
            continue;
        slot->box = (struct box){picture->object_left, *top, OBJECT_WIDTH, SLOT_HEIGHT};
        *top += SLOT_HEIGHT;
    }
    *top += HEAD_HEIGHT;
    reach_down(picture, *top);
}

static void place(struct picture *picture)
{
    unsigned height = 0;
    double top = HEAD_HEIGHT * 3;

    for (guint i = 0; i < picture->map->containers->len; i++)
        height = MAX(height, container_at(picture, i)->height);
    picture->space_left = height > 0 ? height * LEVEL_WIDTH + 24 : 0;
    picture->object_left = picture->space_left + SPACE_WIDTH + COLUMN_GAP;
    picture->region_left = picture->object_left + OBJECT_WIDTH + COLUMN_GAP;
    picture->width = picture->region_left + REGION_WIDTH;
    place_lines(picture);
    collect_slots(picture);
    for (guint i = 0; i < picture->map->n_objects; i++)
        place_object(picture, i, &top);
}

static struct box box_of_node(const struct picture *picture, guint container, guint line)
{
    const struct box *box = box_of_line(picture, container, line);
    const unsigned depth = line_at(container_at(picture, container), line)->depth;

    return (struct box){depth * LEVEL_WIDTH, middle(box) - NODE_HEIGHT / 2, NODE_WIDTH, NODE_HEIGHT};
}

static void draw_branch(struct picture *picture, guint container, guint parent, int child)
{
    const struct box from = box_of_node(picture, container, parent);
    struct box to;

    if (child < 0)
        return;
    to = box_of_node(picture, container, (guint)child);
    draw_curve(picture, (const double[]){from.left + from.width / 2, middle(&from)},
               (const double[]){to.left, middle(&to)}, false, "color=\"#555555\", penwidth=1.3");
}

static void draw_node(struct picture *picture, guint container, guint index)
{
    const struct vsim_map_line *line = line_at(container_at(picture, container), index);
    const struct box box = box_of_node(picture, container, index);
    g_autoptr(GString) label = g_string_new("<font face=\"" MONO "\" point-size=\"10\" color=\"");
    const bool is_red = line->node && line->node->c & 1;

    if (line->kind == VSIM_MAP_STUB) {
        g_string_append(label, "#555555\">");
        vsim_map_append_count(label, line->n_mappings);
        g_string_append(label, " nodes</font>");
        draw_box(picture, &box,
                 "shape=box, style=\"rounded,dashed,filled\", fillcolor=\"#f4f4f4\", color=\"#888888\", "
                 "margin=0, fixedsize=true",
                 label->str);
        return;
    }
    g_string_append_printf(label, "white\">0x%" PRIx64 "</font>", line->range.first);
    draw_box(picture, &box,
             is_red ? "shape=box, style=\"rounded,filled\", fillcolor=\"#c0392b\", color=\"#8e2a1f\", "
                      "margin=0, fixedsize=true"
                    : "shape=box, style=\"rounded,filled\", fillcolor=\"#262626\", color=\"#000000\", "
                      "margin=0, fixedsize=true",
             label->str);
}

/* From a node to its line: both have the same height. */
static void draw_tie(struct picture *picture, guint container, guint index)
{
    const struct box node = box_of_node(picture, container, index);
    const struct box *box = box_of_line(picture, container, index);

    draw_curve(picture, (const double[]){right(&node), middle(&node)},
               (const double[]){box->left, middle(box)}, false,
               "color=\"#c4c4c4\", style=dotted, penwidth=1");
}

static void draw_tree(struct picture *picture, guint index)
{
    const struct vsim_map_container *container = container_at(picture, index);

    if (container->root < 0)
        return;
    for (guint i = 0; i < container->lines->len; i++) {
        const struct vsim_map_line *line = line_at(container, i);

        if (line->kind == VSIM_MAP_CLOSED)
            continue;
        draw_tie(picture, index, i);
        draw_branch(picture, index, i, line->left);
        draw_branch(picture, index, i, line->right);
    }
    for (guint i = 0; i < container->lines->len; i++)
        if (line_at(container, i)->kind != VSIM_MAP_CLOSED)
            draw_node(picture, index, i);
}

static const char *colour_of_line(const struct picture *picture, guint container, guint line)
{
    for (guint i = 0; i < picture->map->reaches->len; i++) {
        const struct vsim_map_reach *reach = &g_array_index(picture->map->reaches, struct vsim_map_reach, i);

        if (reach->container == container && reach->line == line)
            return colour_of(picture, reach->object);
    }
    return "#bbbbbb";
}

static void draw_mapping(struct picture *picture, guint container, guint index)
{
    const struct vsim_map_line *line = line_at(container_at(picture, container), index);
    const struct vsim_state_row *mapping = line->mapping;
    const bool stale = !vsim_map_region_at(picture->map, mapping->a) || mapping->b & 1 << 8;
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text,
                           "<font face=\"" MONO "\" point-size=\"11\">0x%" PRIx64 " – 0x%" PRIx64
                           "</font><br align=\"left\"/><font face=\"" SANS
                           "\" point-size=\"10\" color=\"%s\">",
                           line->range.first, line->range.last, stale ? "#b3392f" : "#555555");
    vsim_map_append_size(text, vsim_range_length(line->range));
    g_string_append_printf(text, " %s, vaddr ", vsim_map_prot_name(mapping->b));
    vsim_map_append_vaddr(text, picture->map, mapping->a);
    if (mapping->b & 1 << 8)
        g_string_append(text, " (invalid)");
    if (!(mapping->b & 1 << 9))
        g_string_append(text, ", in no domain");
    g_string_append(text, "</font>");
    draw_card(picture, box_of_line(picture, container, index), colour_of_line(picture, container, index),
              "#9a9a9a", text->str);
}

static void draw_other_line(struct picture *picture, guint container, guint index)
{
    const struct vsim_map_line *line = line_at(container_at(picture, container), index);
    g_autoptr(GString) text = g_string_new("<font face=\"" MONO "\" point-size=\"9\" color=\"#777777\">");

    g_string_append_printf(text,
                           "0x%" PRIx64 " – 0x%" PRIx64 "</font><font face=\"" SANS
                           "\" point-size=\"9\" color=\"#777777\">  ",
                           line->range.first, line->range.last);
    if (line->kind == VSIM_MAP_CLOSED) {
        g_string_append(text, "never mapped</font>");
        draw_box(
            picture, box_of_line(picture, container, index),
            "shape=box, style=filled, fillcolor=\"#e9e6df\", color=\"#cfcabd\", margin=0, fixedsize=true",
            text->str);
        return;
    }
    g_string_append(text, "</font><br/><font face=\"" SANS "\" point-size=\"10\" color=\"#555555\">");
    vsim_map_append_count(text, line->n_mappings);
    g_string_append(text, " mappings, ");
    vsim_map_append_rough_size(text, line->n_bytes);
    g_string_append(text, "</font>");
    draw_box(picture, box_of_line(picture, container, index),
             "shape=box, style=\"filled,dashed\", fillcolor=\"#f4f4f4\", color=\"#9a9a9a\", margin=0, "
             "fixedsize=true",
             text->str);
}

static void append_groups(GString *text, const struct vsim_map_container *container)
{
    for (guint i = 0; i < container->n_groups; i++) {
        g_string_append(text, i > 0 ? ", " : "");
        vsim_map_append_handle(text, (vsim_handle)container->groups[i].a);
        if (container->groups[i].b == 0) {
            g_string_append(text, " without a domain");
            continue;
        }
        g_string_append(text, " in domain ");
        vsim_map_append_handle(text, (vsim_handle)container->groups[i].b);
    }
    if (container->n_groups == 0)
        g_string_append(text, "none");
}

static void draw_container_head(struct picture *picture, guint index)
{
    const struct vsim_map_container *container = container_at(picture, index);
    const guint offset = g_array_index(picture->offsets, guint, index);
    const double top =
        container->lines->len > 0 ? g_array_index(picture->lines, struct box, offset).top : HEAD_HEIGHT * 3;
    /* Without mappings there is no tree to the left, and the words reach into the gap before the memory. */
    const double width = MAX(picture->space_left + SPACE_WIDTH, HEAD_WIDTH);
    const struct box box = {0, top - HEAD_HEIGHT * 1.7, width, HEAD_HEIGHT * 1.5};
    g_autoptr(GString) text = g_string_new("<font face=\"" SANS "\" point-size=\"14\"><b>");

    vsim_map_append_handle(text, container->row->owner);
    g_string_append_printf(text, "</b>  %s", vsim_map_type_name(container->row));
    g_string_append(text, "</font><font face=\"" SANS "\" point-size=\"10\" color=\"#555555\">   pages of ");
    vsim_map_append_page_sizes(text, container->row->c);
    g_string_append(text, "; ");
    vsim_map_append_count(text, container->n_mappings);
    g_string_append(text, container->n_mappings == 1 ? " mapping of " : " mappings of ");
    vsim_map_append_rough_size(text, container->n_bytes);
    g_string_append(text, "; ");
    vsim_map_append_count(text, container->row->b);
    g_string_append(text, " slots free<br align=\"left\"/>groups: ");
    append_groups(text, container);
    g_string_append(text, "</font>");
    draw_text(picture, &box, text->str);
}

static void draw_container(struct picture *picture, guint index)
{
    const struct vsim_map_container *container = container_at(picture, index);

    draw_container_head(picture, index);
    draw_tree(picture, index);
    for (guint i = 0; i < container->lines->len; i++) {
        if (line_at(container, i)->kind == VSIM_MAP_MAPPING)
            draw_mapping(picture, index, i);
        else
            draw_other_line(picture, index, i);
    }
}

static void draw_object(struct picture *picture, guint index)
{
    const struct vsim_state_row *object = &picture->map->objects[index];
    g_autoptr(GString) text = g_string_new("<font face=\"" SANS "\" point-size=\"12\"><b>");

    vsim_map_append_handle(text, object->owner);
    g_string_append_printf(text, "</b>  %s, ", vsim_map_object_name(object));
    vsim_map_append_size(text, object->a);
    g_string_append(text, "</font><br align=\"left\"/><font face=\"" SANS
                          "\" point-size=\"10\" color=\"#555555\">");
    vsim_map_append_count(text, object->c);
    g_string_append(text, " pages pinned</font>");
    draw_card(picture, &g_array_index(picture->heads, struct box, index), colour_of(picture, object->owner),
              "#555555", text->str);
}

static void draw_slots(struct picture *picture)
{
    for (guint i = 0; i < picture->slots->len; i++) {
        const struct slot *slot = &g_array_index(picture->slots, struct slot, i);
        g_autofree char *attributes = g_strdup_printf(
            "shape=box, style=filled, fillcolor=\"%s22\", color=\"#9a9a9a\", margin=0, fixedsize=true",
            colour_of(picture, slot->object));
        g_autoptr(GString) text = g_string_new("<font face=\"" MONO "\" point-size=\"10\">");

        g_string_append_printf(text, "+0x%" PRIx64 "  ", slot->first);
        vsim_map_append_size(text, slot->last - slot->first + 1);
        g_string_append(text, "</font>");
        draw_box(picture, &slot->box, attributes, text->str);
    }
}

static const struct box *box_of_slot(const struct picture *picture, const struct vsim_map_reach *reach)
{
    for (guint i = 0; i < picture->slots->len; i++) {
        const struct slot *slot = &g_array_index(picture->slots, struct slot, i);

        if (slot->object == reach->object && slot->first == reach->first && slot->last == reach->last)
            return &slot->box;
    }
    return NULL;
}

/* The device's way, from a mapping to the memory: solid where pages are pinned, dashed where only the vaddr
 * leads there. */
static void draw_reaches(struct picture *picture)
{
    for (guint i = 0; i < picture->map->reaches->len; i++) {
        const struct vsim_map_reach *reach = &g_array_index(picture->map->reaches, struct vsim_map_reach, i);
        const struct box *from = box_of_line(picture, reach->container, reach->line);
        const struct box *to = box_of_slot(picture, reach);
        g_autofree char *attributes =
            g_strdup_printf("color=\"%s\", penwidth=1.8, arrowsize=0.6%s", colour_of(picture, reach->object),
                            reach->pinned ? "" : ", style=dashed");

        if (to)
            draw_curve(picture, (const double[]){right(from), middle(from)},
                       (const double[]){to->left, middle(to)}, true, attributes);
    }
}

/* Where a region's arrow ends: on the first stretch of the object that lies in it, else on the object's
 * title. */
static const struct box *box_shown_by(const struct picture *picture, const struct vsim_state_row *region)
{
    const uint64_t last = region->c + (region->last - region->first);
    const struct box *title = NULL;

    for (guint i = 0; i < picture->map->n_objects; i++)
        if (picture->map->objects[i].owner == (vsim_handle)region->b)
            title = &g_array_index(picture->heads, struct box, i);
    for (guint i = 0; title && i < picture->slots->len; i++) {
        const struct slot *slot = &g_array_index(picture->slots, struct slot, i);

        if (slot->object == (vsim_handle)region->b && slot->first <= last && slot->last >= region->c &&
            region->c > 0)
            return &slot->box;
    }
    return title;
}

static void draw_region(struct picture *picture, const struct vsim_state_row *region, double *top)
{
    const struct box *shown = box_shown_by(picture, region);
    const struct box box = {picture->region_left, *top, REGION_WIDTH, REGION_HEIGHT};
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text,
                           "<font face=\"" MONO "\" point-size=\"11\">0x%" PRIx64
                           "</font><br align=\"left\"/><font face=\"" SANS
                           "\" point-size=\"10\" color=\"#555555\">",
                           region->first);
    vsim_map_append_handle(text, (vsim_handle)region->a);
    g_string_append(text, ", ");
    vsim_map_append_size(text, region->last - region->first + 1);
    g_string_append_printf(text, " %s, shows ", vsim_map_prot_name(region->d));
    vsim_map_append_place(text, (vsim_handle)region->b, region->c);
    g_string_append(text, "</font>");
    draw_card(picture, &box, colour_of(picture, (vsim_handle)region->b), "#9a9a9a", text->str);
    if (shown)
        draw_curve(picture, (const double[]){box.left, middle(&box)},
                   (const double[]){right(shown), middle(shown)}, true,
                   "color=\"#8c8c8c\", penwidth=1.2, arrowsize=0.6");
    *top = box.top + REGION_HEIGHT + LINE_GAP;
}

/* How far down a process may begin: its title stands above the highest memory that its regions show. */
static double begin_of_process(const struct picture *picture, const struct vsim_map_process *process,
                               double top)
{
    double highest = picture->bottom;
    bool any = false;

    for (guint i = 0; i < process->n_regions; i++) {
        const struct box *shown = box_shown_by(picture, &process->regions[i]);

        if (!shown)
            continue;
        highest = MIN(highest, middle(shown));
        any = true;
    }
    return any ? MAX(top, highest - REGION_HEIGHT / 2 - HEAD_HEIGHT) : top;
}

static void draw_process(struct picture *picture, const struct vsim_map_process *process, double *top)
{
    const struct box box = {picture->region_left, begin_of_process(picture, process, *top), REGION_WIDTH,
                            HEAD_HEIGHT};
    g_autoptr(GString) text = g_string_new("<font face=\"" SANS "\" point-size=\"14\"><b>");

    vsim_map_append_handle(text, process->handle);
    g_string_append(text,
                    "</b></font><font face=\"" SANS "\" point-size=\"10\" color=\"#555555\">   locked_vm ");
    vsim_map_append_count(text, process->locked_pages);
    g_string_append(text, " pages</font>");
    draw_text(picture, &box, text->str);
    *top = box.top + HEAD_HEIGHT;
    for (guint i = 0; i < MIN(process->n_regions, MAX_REGIONS); i++)
        draw_region(picture, &process->regions[i], top);
    if (process->n_regions > MAX_REGIONS) {
        const struct box more = {picture->region_left, *top, REGION_WIDTH, HEAD_HEIGHT};
        g_autofree char *label =
            g_strdup_printf("<font face=\"" SANS "\" point-size=\"10\">and %u more regions</font>",
                            process->n_regions - MAX_REGIONS);

        draw_text(picture, &more, label);
        *top += HEAD_HEIGHT;
    }
    *top += HEAD_HEIGHT / 2;
    reach_down(picture, *top);
}

static void draw_heading(struct picture *picture, double left, double width, const char *what)
{
    const struct box box = {left, 0, width, HEAD_HEIGHT * 0.8};
    g_autofree char *label =
        g_strdup_printf("<font face=\"" SANS "\" point-size=\"10\" color=\"#999999\">%s</font>", what);

    draw_text(picture, &box, label);
}

static void draw_headings(struct picture *picture)
{
    if (picture->space_left > 0)
        draw_heading(picture, 0, picture->space_left, "RED-BLACK TREE");
    draw_heading(picture, picture->space_left, SPACE_WIDTH, "WHAT THE DEVICE SEES: IOVA");
    draw_heading(picture, picture->object_left, OBJECT_WIDTH, "MEMORY");
    draw_heading(picture, picture->region_left, REGION_WIDTH, "WHAT A PROCESS SEES: VIRTUAL ADDRESSES");
}

static void draw_title(struct picture *picture, const char *title)
{
    const struct box box = {0, -HEAD_HEIGHT * 1.6, picture->width, HEAD_HEIGHT * 1.2};
    g_autoptr(GString) text = g_string_new("<font face=\"" SANS "\" point-size=\"15\">");

    append_escaped(text, title);
    g_string_append(text, "</font>");
    draw_text(picture, &box, text->str);
}

static void draw_legend(struct picture *picture)
{
    const struct box box = {0, picture->bottom + 6, picture->width, HEAD_HEIGHT * 1.5};

    draw_text(picture, &box,
              "<font face=\"" SANS
              "\" point-size=\"10\" color=\"#777777\">A node of the tree stands on the line of its "
              "mapping, its left child above it. Boxes that touch have adjacent iovas. A coloured arrow is "
              "where a DMA "
              "lands:<br align=\"left\"/>solid, the pages are pinned; dashed, there is no domain and only "
              "the vaddr leads "
              "there. Red text: the mapping's vaddr shows nothing any more.</font>");
    reach_down(picture, box.top + HEAD_HEIGHT * 1.5);
}

void vsim_map_write_dot(const struct vsim_map *map, const char *title, GString *out)
{
    struct picture picture = {.map = map, .out = g_string_new(NULL)};
    double top = HEAD_HEIGHT * 2;

    picture.lines = g_array_new(FALSE, FALSE, sizeof(struct box));
    picture.offsets = g_array_new(FALSE, FALSE, sizeof(guint));
    picture.slots = g_array_new(FALSE, FALSE, sizeof(struct slot));
    picture.heads = g_array_new(FALSE, FALSE, sizeof(struct box));
    place(&picture);
    draw_title(&picture, title);
    draw_headings(&picture);
    draw_reaches(&picture);
    for (guint i = 0; i < map->containers->len; i++)
        draw_container(&picture, i);
    for (guint i = 0; i < map->n_objects; i++)
        draw_object(&picture, i);
    draw_slots(&picture);
    for (guint i = 0; i < map->processes->len; i++)
        draw_process(&picture, &g_array_index(map->processes, struct vsim_map_process, i), &top);
    draw_legend(&picture);
    g_string_append(
        out,
        "digraph iova_map {\n  graph [layout=nop2, pad=0.3, outputorder=edgesfirst, bgcolor=white, bb=\"");
    append_point(out, 0, picture.bottom);
    g_string_append_c(out, ',');
    append_point(out, picture.width, -HEAD_HEIGHT * 1.6);
    g_string_append(out,
                    "\"];\n  node [fontname=\"" SANS
                    "\"];\n  anchor [pos=\"0,0\", width=0.01, height=0.01, shape=point, style=invis];\n");
    g_string_append_len(out, picture.out->str, (gssize)picture.out->len);
    g_string_append(out, "}\n");
    g_string_free(picture.out, TRUE);
    g_array_unref(picture.lines);
    g_array_unref(picture.offsets);
    g_array_unref(picture.slots);
    g_array_unref(picture.heads);
}
