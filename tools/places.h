// SPDX-License-Identifier: MIT
/* Where the sources speak of a rule: the line of the model that cites it, and the oracle's predicate. */
#ifndef VFIOSIM_TOOLS_PLACES_H
#define VFIOSIM_TOOLS_PLACES_H

#include <glib.h>

/* Both as "sim/type1_map.c:120", or NULL where it was not found: then there is no source tree, or no such
 * line. */
struct vsim_place {
    char *model;
    char *oracle;
};

/* One place for each rule number; free with vsim_command_places_free(). `root` is the source tree. */
struct vsim_place *vsim_command_places_find(const char *root);
void vsim_command_places_free(struct vsim_place *places);

#endif
