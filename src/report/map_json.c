// SPDX-License-Identifier: MIT
/* The map as one JSON object: every row of the state, nothing left out. */
#include <inttypes.h>
#include <json-glib/json-glib.h>

#include "map.h"

/* What the members of each kind of row mean; NULL where nothing is meant. A `*` stands before a handle. */
static const struct {
    const char *name;
    bool has_range;
    const char *member[4];
} shapes[VSIM_N_STATES] = {
    [VSIM_STATE_CONTAINER] = {"containers", false, {"type", "free_slots", "page_sizes", "groups"}},
    [VSIM_STATE_RANGE] = {"valid_ranges", true, {NULL}},
    [VSIM_STATE_MAPPING] = {"mappings", true, {"vaddr", "prot", "pages_charged", NULL}},
    [VSIM_STATE_LOCKED] = {"locked_vm", false, {"pages", NULL, NULL, NULL}},
    [VSIM_STATE_GROUP] = {"groups", false, {"*group", "*domain", "kind", NULL}},
    [VSIM_STATE_TREE_NODE] = {"tree_nodes", true, {"left", "right", "bits", NULL}},
    [VSIM_STATE_TRANSLATION] = {"translations", true, {"*object", "offset", "prot", NULL}},
    [VSIM_STATE_REGION] = {"regions", true, {"*region", "*object", "offset", "prot"}},
    [VSIM_STATE_OBJECT] = {"objects", false, {"bytes", "kind", "pinned_pages", NULL}},
};

static void add_handle(JsonBuilder *builder, const char *name, vsim_handle handle)
{
    g_autoptr(GString) text = g_string_new(NULL);

    json_builder_set_member_name(builder, name);
    if (handle == 0) {
        json_builder_add_null_value(builder);
        return;
    }
    vsim_map_append_handle(text, handle);
    json_builder_add_string_value(builder, text->str);
}

/* Addresses as text: JSON's numbers do not hold 64 bits everywhere. */
static void add_address(JsonBuilder *builder, const char *name, uint64_t address)
{
    g_autofree char *text = g_strdup_printf("0x%" PRIx64, address);

    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, text);
}

static void add_row(JsonBuilder *builder, const struct vsim_state_row *row)
{
    const uint64_t value[] = {row->a, row->b, row->c, row->d};

    json_builder_begin_object(builder);
    add_handle(builder, "of", row->owner);
    if (shapes[row->kind].has_range) {
        add_address(builder, "first", row->first);
        add_address(builder, "last", row->last);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(value); i++) {
        const char *name = shapes[row->kind].member[i];

        if (!name)
            continue;
        if (*name == '*')
            add_handle(builder, name + 1, (vsim_handle)value[i]);
        else
            add_address(builder, name, value[i]);
    }
    json_builder_end_object(builder);
}

void vsim_map_write_json(const struct vsim_map *map, const char *title, GString *out)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *valid = g_utf8_make_valid(title, -1);
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "title");
    json_builder_add_string_value(builder, valid);
    for (unsigned kind = 0; kind < VSIM_N_STATES; kind++) {
        guint n;
        const struct vsim_state_row *rows = vsim_map_span(map->rows, (enum vsim_state_kind)kind, 0, &n);

        json_builder_set_member_name(builder, shapes[kind].name);
        json_builder_begin_array(builder);
        for (guint i = 0; i < n; i++)
            add_row(builder, &rows[i]);
        json_builder_end_array(builder);
    }
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    text = json_to_string(root, TRUE);
    g_string_append_printf(out, "%s\n", text);
}
