// SPDX-License-Identifier: MIT
/* vfiosim VERB ...: finds the verb and hands over. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
};

static const struct verb verbs[] = {
    {"replay", vsim_cmd_replay,
     "replay traces on the model, the specification or this kernel, and judge every event"},
    {"check", vsim_cmd_check, "judge what traces recorded, by the specification alone"},
    {"diff", vsim_cmd_diff, "compare two recordings, backends or dialects, event by event"},
    {"dump", vsim_cmd_dump, "show the IOVA map after a line of a trace, as text or a picture"},
    {"rules", vsim_cmd_rules, "show the rules, the dialects, and which traces exercise what"},
    {"convert", vsim_cmd_convert, "convert traces between text and binary"},
    {"lab", vsim_cmd_lab, "run traces on a kernel in a virtual machine"},
    {"bench", vsim_cmd_bench, "measure speed against the targets"},
};

static void print_verbs(FILE *to)
{
    fputs("Usage: vfiosim VERB [OPTION...] [ARGUMENT...]\n\n"
          "An executable specification of how Linux maps process memory for DMA.\n\n"
          "Verbs:\n",
          to);
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        fprintf(to, "  %-8s  %s\n", verbs[i].name, verbs[i].summary);
    fputs("\n`vfiosim help VERB` explains a verb; `vfiosim --version` says which release this is.\n"
          "Exit codes: 0 conforms, 1 deviates, 2 usage, 3 bad input, 4 cannot run here, 5 undecided.\n",
          to);
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* How many characters must be put in, taken out or replaced to make one word the other. */
static unsigned edit_distance(const char *x, const char *y)
{
    const size_t length = MIN(strlen(y), 31);
    unsigned row[32];

    for (size_t j = 0; j <= length; j++)
        row[j] = (unsigned)j;
    for (unsigned i = 1; *x; x++, i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            const unsigned replaced = diagonal + (*x != y[j - 1]);

            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

static int refuse_verb(const char *name)
{
    const struct verb *nearest = &verbs[0];

    for (size_t i = 1; i < G_N_ELEMENTS(verbs); i++)
        if (edit_distance(name, verbs[i].name) < edit_distance(name, nearest->name))
            nearest = &verbs[i];
    fprintf(stderr, "vfiosim: there is no verb \"%s\"; ", name);
    if (edit_distance(name, nearest->name) <= 3)
        fprintf(stderr, "did you mean \"%s\"? ", nearest->name);
    fputs("`vfiosim help` lists them\n", stderr);
    return VSIM_EXIT_USAGE;
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
    g_autofree char *program = g_strdup_printf("vfiosim %s", verb->name);

    g_set_prgname(program);
    return verb->run(argc, argv);
}

static int help(int argc, char **argv)
{
    char option[] = "--help";
    char *words[] = {NULL, option, NULL};
    const struct verb *verb;

    if (argc < 2) {
        print_verbs(stdout);
        return VSIM_EXIT_CONFORMS;
    }
    verb = find_verb(argv[1]);
    if (!verb)
        return refuse_verb(argv[1]);
    words[0] = argv[1];
    return run_verb(verb, 2, words);
}

int main(int argc, char **argv)
{
    const struct verb *verb;

    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    g_set_prgname("vfiosim");
    if (argc < 2) {
        print_verbs(stderr);
        return VSIM_EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(argv[1], "--version") == 0) {
        puts("vfiosim " VSIM_VERSION);
        return VSIM_EXIT_CONFORMS;
    }
    verb = find_verb(argv[1]);
    return verb ? run_verb(verb, argc - 1, argv + 1) : refuse_verb(argv[1]);
}
