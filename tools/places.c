// SPDX-License-Identifier: MIT
/* One pass over the model's and the oracle's sources, looking each identifier of a rule up as it comes. */
#include "places.h"

#include <string.h>

#include <vfiosim/rules.h>

struct search {
    GHashTable *rules; /* Identifier to number. */
    struct vsim_place *places;
    gboolean in_oracle;
};

static GHashTable *index_rules(const char *prefix, gboolean lower)
{
    GHashTable *rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned rule = 1; rule < vsim_rules_end(); rule++) {
        g_autofree char *identifier = vsim_rules_identifier(rule);
        g_autofree char *cased = lower ? g_ascii_strdown(identifier, -1) : g_strdup(identifier);

        g_hash_table_insert(rules, g_strconcat(prefix, cased, NULL), GUINT_TO_POINTER(rule));
    }
    return rules;
}

static void note_place(const struct search *search, const char *identifier, const char *file, unsigned line)
{
    const unsigned rule = GPOINTER_TO_UINT(g_hash_table_lookup(search->rules, identifier));
    char **place;

    if (rule == 0)
        return;
    place = search->in_oracle ? &search->places[rule].oracle : &search->places[rule].model;
    if (!*place)
        *place = g_strdup_printf("%s:%u", file, line);
}

static void search_text(const struct search *search, const char *file, const char *text)
{
    unsigned line = 1;

    while (*text) {
        const size_t length = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");

        if (length > 0) {
            g_autofree char *word = g_strndup(text, length);
            g_autofree char *identifier = search->in_oracle ? g_ascii_strdown(word, -1) : g_strdup(word);

            note_place(search, identifier, file, line);
            text += length;
            continue;
        }
        line += *text++ == '\n';
    }
}

static void search_folder(const struct search *search, const char *root, const char *folder)
{
    g_autofree char *path = g_build_filename(root, folder, NULL);
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;

    while (directory && (name = g_dir_read_name(directory))) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_autofree char *shown = g_build_filename(folder, name, NULL);
        g_autofree char *text = NULL;

        if (g_str_has_suffix(name, ".c") && g_file_get_contents(file, &text, NULL, NULL))
            search_text(search, shown, text);
    }
}

struct vsim_place *vsim_command_places_find(const char *root)
{
    struct search search = {.places = g_new0(struct vsim_place, vsim_rules_end())};

    search.rules = index_rules("VSIM_RULE_", FALSE);
    search_folder(&search, root, "sim");
    g_hash_table_unref(search.rules);
    search.in_oracle = TRUE;
    search.rules = index_rules("rule_", TRUE);
    search_folder(&search, root, "src/oracle");
    g_hash_table_unref(search.rules);
    return search.places;
}

void vsim_command_places_free(struct vsim_place *places)
{
    for (unsigned rule = 0; rule < vsim_rules_end(); rule++) {
        g_free(places[rule].model);
        g_free(places[rule].oracle);
    }
    g_free(places);
}
