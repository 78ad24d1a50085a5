// SPDX-License-Identifier: MIT
#include "map.h"

#include <inttypes.h>
#include <string.h>

#include "../../include/vfiosim/report.h"

const struct vsim_state_row *vsim_map_span(const GArray *rows, enum vsim_state_kind kind, vsim_handle owner,
                                           guint *n)
{
    const struct vsim_state_row *all = (const struct vsim_state_row *)(const void *)rows->data;
    guint first = 0;
    guint end;

    while (first < rows->len &&
           (all[first].kind < kind || (all[first].kind == kind && all[first].owner < owner)))
        first++;
    for (end = first; end < rows->len && all[end].kind == kind && (owner == 0 || all[end].owner == owner);
         end++)
        ;
    *n = end - first;
    return all ? all + first : NULL;
}

static const struct vsim_state_row *find_node(const struct vsim_state_row *nodes, guint n, uint64_t first)
{
    guint low = 0;

    while (n > 0) {
        const guint half = n / 2;

        if (nodes[low + half].first == first)
            return &nodes[low + half];
        if (nodes[low + half].first < first) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return NULL;
}

/* What is needed to make a container's lines; the lines go out in the order of iova. */
struct builder {
    struct vsim_map_container *container;
    const struct vsim_state_row *mappings;
    const struct vsim_state_row *nodes;
    guint n_mappings;
    guint n_nodes;
    unsigned max_depth;
    guint next_range; /* The valid range behind the next stretch that is not valid. */
    bool closed_done;
};

static int add_line(struct builder *builder, const struct vsim_map_line *line)
{
    g_array_append_val(builder->container->lines, *line);
    return (int)builder->container->lines->len - 1;
}

/* The stretches that no valid range covers and that begin before `iova`. */
static void add_closed(struct builder *builder, uint64_t iova, bool all)
{
    const struct vsim_map_container *container = builder->container;

    while (container->n_ranges > 0 && builder->next_range <= container->n_ranges) {
        const guint i = builder->next_range;
        const uint64_t first = i == 0 ? 0 : container->ranges[i - 1].last + 1;
        const uint64_t last = i == container->n_ranges ? UINT64_MAX : container->ranges[i].first - 1;
        const bool empty = i == 0 ? container->ranges[0].first == 0
                                  : container->ranges[i - 1].last == UINT64_MAX || first > last;

        if (!empty && !all && first > iova)
            return;
        builder->next_range++;
        if (!empty)
            add_line(builder, &(struct vsim_map_line){
                                  .kind = VSIM_MAP_CLOSED, .range = {first, last}, .left = -1, .right = -1});
    }
}

static int add_stub(struct builder *builder, guint first, guint end, unsigned depth)
{
    struct vsim_map_line line = {.kind = VSIM_MAP_STUB, .depth = depth, .left = -1, .right = -1};

    line.range = vsim_range(builder->mappings[first].first, builder->mappings[end - 1].last);
    line.n_mappings = end - first;
    for (guint i = first; i < end; i++)
        line.n_bytes += builder->mappings[i].last - builder->mappings[i].first + 1;
    add_closed(builder, line.range.first, false);
    return add_line(builder, &line);
}

static guint index_of(const struct builder *builder, uint64_t first)
{
    const struct vsim_state_row *found = find_node(builder->mappings, builder->n_mappings, first);

    return found ? (guint)(found - builder->mappings) : builder->n_mappings;
}

/*
 * The subtree below the node at `iova`, whose mappings are [first, end): in order, so that lines come out by
 * iova. Returns the line of its root, or -1. A broken tree ends at the depth that no sound one reaches.
 */
static int add_subtree(struct builder *builder, uint64_t iova, guint first, guint end, unsigned depth)
{
    const struct vsim_state_row *node = find_node(builder->nodes, builder->n_nodes, iova);
    const guint middle = index_of(builder, iova);
    struct vsim_map_line line = {.kind = VSIM_MAP_MAPPING, .depth = depth, .left = -1, .right = -1};
    int at;

    if (!node || middle < first || middle >= end || depth > 128)
        return -1;
    if (depth >= builder->max_depth)
        return add_stub(builder, first, end, depth);
    line.mapping = &builder->mappings[middle];
    line.node = node;
    line.range = vsim_range(line.mapping->first, line.mapping->last);
    if (node->c & 2)
        line.left = add_subtree(builder, node->a, first, middle, depth + 1);
    add_closed(builder, iova, false);
    at = add_line(builder, &line);
    if (node->c & 4) {
        const int child = add_subtree(builder, node->b, middle + 1, end, depth + 1);

        g_array_index(builder->container->lines, struct vsim_map_line, at).right = child;
    }
    return at;
}

/* Without a tree: each mapping, or the first and the last of too many. */
static void add_plain(struct builder *builder)
{
    const guint shown =
        builder->n_mappings <= VSIM_MAP_MAX_LINES ? builder->n_mappings : VSIM_MAP_MAX_LINES / 2;

    for (guint i = 0; i < builder->n_mappings; i++) {
        const struct vsim_state_row *mapping = &builder->mappings[i];

        if (i == shown) {
            i = builder->n_mappings - shown - 1;
            add_stub(builder, shown, i + 1, 0);
            continue;
        }
        add_closed(builder, mapping->first, false);
        add_line(builder, &(struct vsim_map_line){.kind = VSIM_MAP_MAPPING,
                                                  .range = {mapping->first, mapping->last},
                                                  .mapping = mapping,
                                                  .left = -1,
                                                  .right = -1});
    }
}

static const struct vsim_state_row *find_root(const struct builder *builder)
{
    for (guint i = 0; i < builder->n_nodes; i++)
        if (builder->nodes[i].c & 8)
            return &builder->nodes[i];
    return NULL;
}

static void add_lines(const GArray *rows, struct vsim_map_container *container)
{
    struct builder builder = {.container = container};
    const struct vsim_state_row *root;

    builder.mappings = vsim_map_span(rows, VSIM_STATE_MAPPING, container->row->owner, &builder.n_mappings);
    builder.nodes = vsim_map_span(rows, VSIM_STATE_TREE_NODE, container->row->owner, &builder.n_nodes);
    builder.max_depth = builder.n_mappings <= VSIM_MAP_MAX_LINES ? 64 : VSIM_MAP_TOP_LEVELS;
    container->n_mappings = builder.n_mappings;
    for (guint i = 0; i < builder.n_mappings; i++)
        container->n_bytes += builder.mappings[i].last - builder.mappings[i].first + 1;
    root = find_root(&builder);
    container->root = -1;
    if (root)
        container->root = add_subtree(&builder, root->first, 0, builder.n_mappings, 0);
    else
        add_plain(&builder);
    add_closed(&builder, UINT64_MAX, true);
    for (guint i = 0; root && i < container->lines->len; i++)
        container->height =
            MAX(container->height, g_array_index(container->lines, struct vsim_map_line, i).depth + 1);
}

static void add_containers(struct vsim_map *map)
{
    guint n;
    const struct vsim_state_row *rows = vsim_map_span(map->rows, VSIM_STATE_CONTAINER, 0, &n);

    for (guint i = 0; i < n; i++) {
        struct vsim_map_container container = {.row = &rows[i]};

        container.lines = g_array_new(FALSE, FALSE, sizeof(struct vsim_map_line));
        container.ranges = vsim_map_span(map->rows, VSIM_STATE_RANGE, rows[i].owner, &container.n_ranges);
        container.groups = vsim_map_span(map->rows, VSIM_STATE_GROUP, rows[i].owner, &container.n_groups);
        add_lines(map->rows, &container);
        g_array_append_val(map->containers, container);
    }
}

static struct vsim_map_process *find_process(struct vsim_map *map, vsim_handle handle)
{
    for (guint i = 0; i < map->processes->len; i++) {
        struct vsim_map_process *process = &g_array_index(map->processes, struct vsim_map_process, i);

        if (process->handle == handle)
            return process;
    }
    g_array_set_size(map->processes, map->processes->len + 1);
    g_array_index(map->processes, struct vsim_map_process, map->processes->len - 1).handle = handle;
    return &g_array_index(map->processes, struct vsim_map_process, map->processes->len - 1);
}

static int compare_processes(const void *left, const void *right)
{
    const struct vsim_map_process *x = left;
    const struct vsim_map_process *y = right;

    return (x->handle > y->handle) - (x->handle < y->handle);
}

static void add_processes(struct vsim_map *map)
{
    guint n;
    const struct vsim_state_row *rows = vsim_map_span(map->rows, VSIM_STATE_LOCKED, 0, &n);

    for (guint i = 0; i < n; i++)
        find_process(map, rows[i].owner)->locked_pages = rows[i].a;
    rows = vsim_map_span(map->rows, VSIM_STATE_REGION, 0, &n);
    for (guint i = 0; i < n; i++) {
        struct vsim_map_process *process = find_process(map, rows[i].owner);

        if (process->n_regions++ == 0)
            process->regions = &rows[i];
    }
    g_array_sort(map->processes, compare_processes);
}

static void add_reach(struct vsim_map *map, const struct vsim_map_reach *reach)
{
    if (map->reaches->len > 0) {
        struct vsim_map_reach *before =
            &g_array_index(map->reaches, struct vsim_map_reach, map->reaches->len - 1);

        if (before->container == reach->container && before->line == reach->line &&
            before->object == reach->object && before->pinned == reach->pinned &&
            before->last + 1 == reach->first) {
            before->last = reach->last;
            return;
        }
    }
    g_array_append_val(map->reaches, *reach);
}

/* Through the domain where there is one, else to what the vaddr shows. */
static void add_reaches_of(struct vsim_map *map, guint container_index, guint line_index)
{
    const struct vsim_map_container *container =
        &g_array_index(map->containers, struct vsim_map_container, container_index);
    const struct vsim_map_line *line = &g_array_index(container->lines, struct vsim_map_line, line_index);
    struct vsim_map_reach reach = {.container = container_index, .line = line_index};
    const struct vsim_state_row *rows = NULL;
    guint n = 0;

    for (guint i = 0; i < container->n_groups && n == 0; i++)
        if (container->groups[i].b != 0)
            rows = vsim_map_span(map->rows, VSIM_STATE_TRANSLATION, (vsim_handle)container->groups[i].b, &n);
    for (guint i = 0; i < n; i++) {
        if (rows[i].last < line->range.first || rows[i].first > line->range.last)
            continue;
        reach.object = (vsim_handle)rows[i].a;
        reach.first = rows[i].b + (MAX(rows[i].first, line->range.first) - rows[i].first);
        reach.last = rows[i].b + (MIN(rows[i].last, line->range.last) - rows[i].first);
        reach.pinned = true;
        add_reach(map, &reach);
    }
    if (!reach.pinned) {
        const struct vsim_state_row *region = vsim_map_region_at(map, line->mapping->a);

        if (!region)
            return;
        reach.object = (vsim_handle)region->b;
        reach.first = region->c + (line->mapping->a - region->first);
        reach.last = reach.first + (line->range.last - line->range.first);
        add_reach(map, &reach);
    }
}

static void add_reaches(struct vsim_map *map)
{
    for (guint i = 0; i < map->containers->len; i++) {
        const struct vsim_map_container *container =
            &g_array_index(map->containers, struct vsim_map_container, i);

        for (guint j = 0; j < container->lines->len; j++)
            if (g_array_index(container->lines, struct vsim_map_line, j).kind == VSIM_MAP_MAPPING)
                add_reaches_of(map, i, j);
    }
}

static void clear_container(gpointer data)
{
    g_array_unref(((struct vsim_map_container *)data)->lines);
}

struct vsim_map *vsim_map_new(const GArray *rows)
{
    struct vsim_map *map = g_new0(struct vsim_map, 1);

    map->rows = rows;
    map->containers = g_array_new(FALSE, TRUE, sizeof(struct vsim_map_container));
    map->processes = g_array_new(FALSE, TRUE, sizeof(struct vsim_map_process));
    map->reaches = g_array_new(FALSE, TRUE, sizeof(struct vsim_map_reach));
    g_array_set_clear_func(map->containers, clear_container);
    map->objects = vsim_map_span(rows, VSIM_STATE_OBJECT, 0, &map->n_objects);
    add_containers(map);
    add_processes(map);
    add_reaches(map);
    return map;
}

void vsim_map_free(struct vsim_map *map)
{
    g_array_unref(map->containers);
    g_array_unref(map->processes);
    g_array_unref(map->reaches);
    g_free(map);
}

const struct vsim_state_row *vsim_map_region_at(const struct vsim_map *map, uint64_t vaddr)
{
    guint n;
    const struct vsim_state_row *rows = vsim_map_span(map->rows, VSIM_STATE_REGION, 0, &n);

    for (guint i = 0; i < n; i++)
        if (rows[i].first <= vaddr && vaddr <= rows[i].last)
            return &rows[i];
    return NULL;
}

bool vsim_report_map(const GArray *rows, const char *title, enum vsim_report_map_format format, GString *out,
                     GError **error)
{
    struct vsim_map *map = vsim_map_new(rows);
    bool done = true;

    switch (format) {
    case VSIM_REPORT_MAP_TEXT:
        vsim_map_write_text(map, title, out);
        break;
    case VSIM_REPORT_MAP_JSON:
        vsim_map_write_json(map, title, out);
        break;
    case VSIM_REPORT_MAP_DOT:
        vsim_map_write_dot(map, title, out);
        break;
    case VSIM_REPORT_MAP_SVG: {
        g_autoptr(GString) dot = g_string_new(NULL);

        vsim_map_write_dot(map, title, dot);
        done = vsim_map_render(dot->str, out, error);
        break;
    }
    }
    vsim_map_free(map);
    return done;
}
