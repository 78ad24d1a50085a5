// SPDX-License-Identifier: MIT
/* DOT to SVG by Graphviz, where the build found it. */
#include "map.h"

#include "../../include/vfiosim/error.h"

#ifdef VSIM_HAVE_GRAPHVIZ

#include <graphviz/gvc.h>

bool vsim_map_render(const char *dot, GString *out, GError **error)
{
    GVC_t *context = gvContext();
    Agraph_t *graph = agmemread(dot);
    char *svg = NULL;
    unsigned length = 0;
    const bool done = graph && gvLayout(context, graph, "nop2") == 0 &&
                      gvRenderData(context, graph, "svg", &svg, &length) == 0;

    if (done)
        g_string_append_len(out, svg, (gssize)length);
    else
        g_set_error(error, VSIM_ERROR, VSIM_ERROR_UNAVAILABLE,
                    "Graphviz cannot draw the map; `--format dot` gives what it was asked to draw");
    if (svg)
        gvFreeRenderData(svg);
    if (graph) {
        gvFreeLayout(context, graph);
        agclose(graph);
    }
    gvFreeContext(context);
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
