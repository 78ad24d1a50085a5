// SPDX-License-Identifier: MIT
/* The map as indented text, for a terminal. */
#include <inttypes.h>

#include "map.h"

static void append_range(GString *out, struct vsim_range range)
{
    g_autofree char *text = g_strdup_printf("0x%" PRIx64 "-0x%" PRIx64, range.first, range.last);

    g_string_append_printf(out, "%-36s", text);
}

static void append_node(const struct vsim_map_line *line, GString *out)
{
    if (!line->node)
        return;
    g_string_append_printf(out, "%-5s node, depth %-2u ", line->node->c & 1 ? "red" : "black", line->depth);
}

static void append_reaches(const struct vsim_map *map, guint container, guint line, GString *out)
{
    for (guint i = 0; i < map->reaches->len; i++) {
        const struct vsim_map_reach *reach = &g_array_index(map->reaches, struct vsim_map_reach, i);

        if (reach->container != container || reach->line != line || !reach->pinned)
            continue;
        g_string_append(out, " -> ");
        vsim_map_append_handle(out, reach->object);
        g_string_append_printf(out, "+0x%" PRIx64, reach->first);
    }
}

static void append_mapping(const struct vsim_map *map, guint container, guint index,
                           const struct vsim_map_line *line, GString *out)
{
    const struct vsim_state_row *mapping = line->mapping;

    g_string_append(out, "  mapping  ");
    append_range(out, line->range);
    append_node(line, out);
    vsim_map_append_size(out, vsim_range_length(line->range));
    g_string_append_printf(out, " %s, vaddr ", vsim_map_prot_name(mapping->b));
    vsim_map_append_vaddr(out, map, mapping->a);
    if (mapping->b & 1 << 8)
        g_string_append(out, " (invalid)");
    append_reaches(map, container, index, out);
    g_string_append_printf(out, ", %" PRIu64 " %s charged%s\n", mapping->c,
                           mapping->c == 1 ? "page" : "pages", mapping->b & 1 << 9 ? "" : ", in no domain");
}

static void append_line(const struct vsim_map *map, guint container, guint index,
                        const struct vsim_map_line *line, GString *out)
{
    switch (line->kind) {
    case VSIM_MAP_MAPPING:
        append_mapping(map, container, index, line, out);
        break;
    case VSIM_MAP_STUB:
        g_string_append(out, "  ...      ");
        append_range(out, line->range);
        vsim_map_append_count(out, line->n_mappings);
        g_string_append(out, " more mappings, ");
        vsim_map_append_rough_size(out, line->n_bytes);
        g_string_append_c(out, '\n');
        break;
    case VSIM_MAP_CLOSED:
        g_string_append(out, "  closed   ");
        append_range(out, line->range);
        g_string_append(out, "reserved or beyond the aperture\n");
        break;
    }
}

static void append_container(const struct vsim_map *map, guint index, GString *out)
{
    const struct vsim_map_container *container =
        &g_array_index(map->containers, struct vsim_map_container, index);

    vsim_map_append_handle(out, container->row->owner);
    g_string_append_printf(out, "  %s", vsim_map_type_name(container->row));
    if (container->row->c != 0) {
        g_string_append(out, ", pages of ");
        vsim_map_append_page_sizes(out, container->row->c);
    }
    g_string_append(out, ", ");
    vsim_map_append_count(out, container->n_mappings);
    g_string_append(out, container->n_mappings == 1 ? " mapping of " : " mappings of ");
    vsim_map_append_rough_size(out, container->n_bytes);
    g_string_append(out, ", ");
    vsim_map_append_count(out, container->row->b);
    g_string_append(out, " free slots\n");
    for (guint i = 0; i < container->n_groups; i++) {
        g_string_append(out, "  group    ");
        vsim_map_append_handle(out, (vsim_handle)container->groups[i].a);
        if (container->groups[i].b != 0) {
            g_string_append(out, " in domain ");
            vsim_map_append_handle(out, (vsim_handle)container->groups[i].b);
        } else {
            g_string_append(out, " without a domain");
        }
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < container->lines->len; i++)
        append_line(map, index, i, &g_array_index(container->lines, struct vsim_map_line, i), out);
}

static void append_process(const struct vsim_map_process *process, GString *out)
{
    vsim_map_append_handle(out, process->handle);
    g_string_append(out, "  locked_vm ");
    vsim_map_append_count(out, process->locked_pages);
    g_string_append(out, " pages\n");
    for (guint i = 0; i < process->n_regions; i++) {
        const struct vsim_state_row *region = &process->regions[i];

        g_string_append(out, "  region   ");
        append_range(out, vsim_range(region->first, region->last));
        vsim_map_append_handle(out, (vsim_handle)region->a);
        g_string_append_printf(out, " %s shows ", vsim_map_prot_name(region->d));
        vsim_map_append_place(out, (vsim_handle)region->b, region->c);
        g_string_append_c(out, '\n');
    }
}

void vsim_map_write_text(const struct vsim_map *map, const char *title, GString *out)
{
    g_string_append_printf(out, "%s\n", title);
    for (guint i = 0; i < map->containers->len; i++)
        append_container(map, i, out);
    for (guint i = 0; i < map->processes->len; i++)
        append_process(&g_array_index(map->processes, struct vsim_map_process, i), out);
    for (guint i = 0; i < map->n_objects; i++) {
        const struct vsim_state_row *object = &map->objects[i];

        vsim_map_append_handle(out, object->owner);
        g_string_append_printf(out, "  %s, ", vsim_map_object_name(object));
        vsim_map_append_size(out, object->a);
        g_string_append(out, ", ");
        vsim_map_append_count(out, object->c);
        g_string_append(out, " pages pinned\n");
    }
}
