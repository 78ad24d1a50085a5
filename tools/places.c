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

static GHashTable *index_rules(const char *prefix)
{
    GHashTable *rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned rule = 1; rule < vsim_rules_end(); rule++) {
        g_autofree char *identifier = vsim_rules_identifier(rule);

        g_hash_table_insert(rules, g_strconcat(prefix, identifier, NULL), GUINT_TO_POINTER(rule));
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

/* The words of a file as they come: what stands before the one at hand, and macros that put a rule's op
 * before its name. */
struct words {
    char *before[2];    /* The last word and the one before it. */
    GHashTable *macros; /* MAP to VSIM_RULE_VFIO_IOMMU_MAP_DMA_. */
};

/*
 * The model writes VSIM_RULE_OP_NAME, or MACRO(NAME) after `#define MACRO(x) VSIM_RULE_OP_##x`; the oracle
 * writes PREDICATE(OP, NAME), two words that make one.
 */
static void note_word(const struct search *search, struct words *words, const char *word, const char *file,
                      unsigned line)
{
    const char *prefix = g_hash_table_lookup(words->macros, words->before[0]);

    if (search->in_oracle) {
        g_autofree char *identifier = g_strconcat(words->before[0], "_", word, NULL);

        note_place(search, identifier, file, line);
    } else if (g_str_has_prefix(word, "VSIM_RULE_") && g_str_has_suffix(word, "_")) {
        g_hash_table_insert(words->macros, g_strdup(words->before[1]), g_strdup(word));
    } else if (prefix) {
        g_autofree char *identifier = g_strconcat(prefix, word, NULL);

        note_place(search, identifier, file, line);
    } else {
        note_place(search, word, file, line);
    }
}

static void search_text(const struct search *search, const char *file, const char *text)
{
    struct words words = {{g_strdup(""), g_strdup("")},
                          g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    unsigned line = 1;

    while (*text) {
        const size_t length = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_");

        if (length > 0) {
            char *word = g_strndup(text, length);

            note_word(search, &words, word, file, line);
            g_free(words.before[1]);
            words.before[1] = words.before[0];
            words.before[0] = word;
            text += length;
            continue;
        }
        line += *text++ == '\n';
    }
    g_free(words.before[0]);
    g_free(words.before[1]);
    g_hash_table_unref(words.macros);
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

    search.rules = index_rules("VSIM_RULE_");
    search_folder(&search, root, "sim");
    g_hash_table_unref(search.rules);
    search.in_oracle = TRUE;
    search.rules = index_rules("");
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
