// SPDX-License-Identifier: MIT
/*
 * Where the regions of a trace lie in virtual memory.
 *
 * A trace writes addresses as an offset into a region; judges see numbers. Regions are laid from
 * 0x100000000000 upwards, each on a 2 MiB boundary with a hole of at least 2 MiB behind it, so that an access
 * past the end of a region hits nothing. One layout serves all processes: a child has its parent's regions at
 * the same addresses, and a region keeps its place after munmap, when it is an address like any other.
 */
#ifndef VSIM_REPLAY_LAYOUT_H
#define VSIM_REPLAY_LAYOUT_H

#include "../spec/op.h"

struct vsim_layout;

struct vsim_layout *vsim_layout_new(void);
void vsim_layout_free(struct vsim_layout *layout);

/*
 * Make the op's addresses numbers and give a region that it makes its place. False when it speaks of a region
 * that no line before made; `*unknown` says which.
 */
bool vsim_layout_place(struct vsim_layout *layout, struct vsim_op *op, vsim_handle *unknown);

/* The op has been done: its region, if it makes one, is there. A failed one keeps an older place of that
 * name. */
void vsim_layout_commit(struct vsim_layout *layout, const struct vsim_op *op, bool succeeded);

#endif
