// SPDX-License-Identifier: MIT
/* The rule table, for whoever prints it: numbers from 1, in the kernel's order of checks within an op. */
#ifndef VFIOSIM_RULES_H
#define VFIOSIM_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include <vfiosim/error.h>

/* One row. All strings are constant. */
struct vsim_rule_info {
    const char *op;       /* VFIO_IOMMU_MAP_DMA; for a step that ioctls share its label, `pin`. */
    const char *op_name;  /* Lower case: the basename of its files. */
    const char *name;     /* NO_OVERLAP. */
    const char *spec_id;  /* T1-MAP-06. */
    const char *error;    /* EEXIST; "0" for a rule of success. */
    const char *sentence; /* With {range} and the like where the witness stands. */
    const char *source;   /* T:vfio_find_dma. */
    const char *knob;     /* The knob of the dialect on which it depends, or NULL. */
    bool knob_on;         /* It holds where the knob is on, or where it is off. */
    const char *includes; /* The rules of this step stand here; the other members but `op` mean nothing. NULL:
                             a rule. */
};

/* One more than the highest number of a rule. */
VSIM_API unsigned vsim_rules_end(void);

/* False where no rule has this number. */
VSIM_API bool vsim_rules_get(unsigned rule, struct vsim_rule_info *info);

/* The identifier that the sources use, "VFIO_IOMMU_MAP_DMA_NO_OVERLAP"; free it. */
VSIM_API char *vsim_rules_identifier(unsigned rule);

/* True when the rule holds in the dialect of this number. */
VSIM_API bool vsim_rules_hold(unsigned rule, unsigned dialect);

struct vsim_dialect_info {
    const char *name;
    const char *title;
};

/* Dialects count from 0; false behind the last one. */
VSIM_API bool vsim_rules_dialect(unsigned dialect, struct vsim_dialect_info *info);

/* The knobs, and whether each is on in the dialect; false behind the last one. */
struct vsim_knob_info {
    const char *name;
    const char *meaning;
    const char *source;
    bool on;
};
VSIM_API bool vsim_rules_knob(unsigned dialect, unsigned knob, struct vsim_knob_info *info);

/* The op's rules with those of its steps in place, as numbers (unsigned); empty for an unknown op. Unref it.
 */
VSIM_API GArray *vsim_rules_of_op(const char *op);

/* The labels of ops that have rules, in the order of the tables, and then of steps. Free with g_strfreev().
 */
VSIM_API char **vsim_rules_ops(void);

#endif
