// SPDX-License-Identifier: MIT
/* DOT to SVG by Graphviz, where the build found it. */
#include "map.h"

#include "../../include/vfiosim/error.h"

#ifdef VSIM_HAVE_GRAPHVIZ

#include <graphviz/gvc.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__
#endif
#endif
/*
 * Graphviz, Pango and fontconfig keep some of what they allocate until the process ends, partly in threads of
 * their own. LeakSanitizer is not to watch this thread while they work, and asks for the libraries that it
 * need not speak of.
 */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
VSIM_API const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libgvc\nleak:libcgraph\nleak:libpango\nleak:libfontconfig\n";
}
#define IGNORE_LEAKS(ignored) ((ignored) ? __lsan_disable() : __lsan_enable())
#else
#define IGNORE_LEAKS(ignored) ((void)0)
#endif

static bool draw(GVC_t *context, Agraph_t *graph, GString *out)
{
    char *svg = NULL;
    unsigned length = 0;

    if (gvLayout(context, graph, "nop2") != 0)
        return false;
    if (gvRenderData(context, graph, "svg", &svg, &length) == 0)
        g_string_append_len(out, svg, (gssize)length);
    if (svg)
        gvFreeRenderData(svg);
    gvFreeLayout(context, graph);
    return length > 0;
}

bool vsim_map_render(const char *dot, GString *out, GError **error)
{
    GVC_t *context;
    Agraph_t *graph;
    bool done;

    IGNORE_LEAKS(true);
    context = gvContext();
    graph = agmemread(dot);
    done = graph && draw(context, graph, out);
    if (graph)
        agclose(graph);
    gvFreeContext(context);
    IGNORE_LEAKS(false);
    if (!done)
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE,
                    "Graphviz cannot draw the map; `--format dot` gives what it was asked to draw");
    return done;
}

#else

bool vsim_map_render(const char *dot, GString *out, GError **error)
{
    (void)dot;
    (void)out;
    g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE,
                "this vfiosim was built without Graphviz (libgvc); `--format dot` works without it");
    return false;
}

#endif
