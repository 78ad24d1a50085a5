// SPDX-License-Identifier: MIT
/* What verbs share: options, messages, the look of the terminal. */
#include "command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool vsim_command_parse(int *argc, char ***argv, const GOptionEntry *entries,
                        const struct vsim_command_help *help, int *code)
{
    g_autoptr(GOptionContext) context = g_option_context_new(help->arguments);
    g_autoptr(GError) error = NULL;
    gboolean wanted = FALSE;
    const GOptionEntry own[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &wanted, "Show this help", NULL},
        G_OPTION_ENTRY_NULL,
    };

    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, help->summary);
    g_option_context_set_description(context, help->description);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_main_entries(context, own, NULL);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        *code = vsim_command_usage("%s; `%s --help` lists the options", error->message, g_get_prgname());
        return false;
    }
    if (wanted) {
        g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);

        fputs(text, stdout);
        *code = VSIM_EXIT_CONFORMS;
        return false;
    }
    if (*argc > 1 && strcmp((*argv)[1], "--") == 0) {
        (*argv)++;
        (*argc)--;
    }
    return true;
}

int vsim_command_fail(const GError *error)
{
    fflush(stdout);
    fprintf(stderr, "vfiosim: %s\n", error->message);
    return (int)vsim_exit_of_error(error);
}

int vsim_command_usage(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("vfiosim: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return VSIM_EXIT_USAGE;
}

static const struct vsim_backend_class *find_backend(const char *name)
{
    if (strcmp(name, "model") == 0)
        return vsim_sim_backend();
    if (strcmp(name, "oracle") == 0)
        return vsim_oracle_backend();
    if (strcmp(name, "kernel") == 0)
        return vsim_kernel_backend();
    return NULL;
}

bool vsim_command_backends(const char *list, struct vsim_replay_options *options, GError **error)
{
    g_auto(GStrv) names = g_strsplit(list, ",", -1);

    options->n_backends = 0;
    for (unsigned i = 0; names[i]; i++) {
        const struct vsim_backend_class *found = find_backend(names[i]);

        if (!found) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "there is no backend \"%s\"; expected model, oracle or kernel", names[i]);
            return false;
        }
        for (unsigned j = 0; j < options->n_backends; j++) {
            if (options->backends[j] == found) {
                g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "backend %s is named twice",
                            names[i]);
                return false;
            }
        }
        options->backends[options->n_backends++] = found;
    }
    if (options->n_backends > 0)
        return true;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--backend names none");
    return false;
}

bool vsim_command_devices(char **devices, GError **error)
{
    for (unsigned i = 0; devices && devices[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(devices[i], "=", 2);

        if (!parts[0] || !parts[1]) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "--device %s: expected a device of the trace and its place, d0=0000:00:04.0",
                        devices[i]);
            return false;
        }
        if (!vsim_kernel_allow_device(parts[0], parts[1], error))
            return false;
    }
    return true;
}

void vsim_command_flush(GString *out)
{
    fwrite(out->str, 1, out->len, stdout);
    g_string_truncate(out, 0);
}

void vsim_command_look(struct vsim_report_options *options)
{
    const char *no_colour = g_getenv("NO_COLOR");
    const char *terminal = g_getenv("TERM");

    options->colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && g_strcmp0(terminal, "dumb") != 0;
    options->ascii = !g_get_charset(NULL);
}

bool vsim_command_format(const char *format, bool json, struct vsim_report_options *options, GError **error)
{
    static const char *const names[] = {
        [VSIM_REPORT_TEXT] = "text",
        [VSIM_REPORT_JSON] = "json",
        [VSIM_REPORT_KTAP] = "ktap",
        [VSIM_REPORT_JUNIT] = "junit",
    };

    options->format = json ? VSIM_REPORT_JSON : VSIM_REPORT_TEXT;
    if (!format)
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], format) == 0) {
            options->format = (enum vsim_report_format)i;
            return true;
        }
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "--format %s: expected text, json, ktap or junit", format);
    return false;
}
