// SPDX-License-Identifier: MIT
/*
 * Operating errors: a bad trace, input or output that fails, a kernel that is not there.
 *
 * They travel as GError in the domain VSIM_ERROR and never carry a modelled outcome; see docs/conventions.md.
 */
#ifndef VFIOSIM_ERROR_H
#define VFIOSIM_ERROR_H

#include <glib.h>

#ifndef VSIM_API
#define VSIM_API __attribute__((visibility("default")))
#endif

#define VSIM_ERROR (vsim_error_quark())
VSIM_API GQuark vsim_error_quark(void);

enum vsim_error {
    VSIM_ERROR_INPUT,       /* The bytes of a trace are wrong; the message begins `file:line:column:`. */
    VSIM_ERROR_IO,          /* The operating system refused to read or write. */
    VSIM_ERROR_UNAVAILABLE, /* It cannot run here: no kernel interface, no device, no permission. */
};

/* Exit codes of the command, and the order in which they win: the worst of a run is its code. */
enum vsim_exit {
    VSIM_EXIT_CONFORMS = 0,
    VSIM_EXIT_DEVIATES = 1,
    VSIM_EXIT_USAGE = 2,
    VSIM_EXIT_INPUT = 3,
    VSIM_EXIT_UNAVAILABLE = 4,
    VSIM_EXIT_UNDECIDED = 5,
};

#endif
