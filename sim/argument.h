// SPDX-License-Identifier: MIT
/* The argument of an ioctl: a structure in the caller's memory. */
#ifndef VSIM_SIM_ARGUMENT_H
#define VSIM_SIM_ARGUMENT_H

#include "model.h"

/* Lay a PLACED argument into the caller's memory, as the program that calls would have done before. */
void vsim_sim_argument_place(const struct vsim_sim_call *call);

/* Copy the first bytes in (copy_from_user); false when the caller's memory cannot be read there. */
bool vsim_sim_argument_read(const struct vsim_sim *sim, const struct vsim_sim_call *call, void *bytes,
                            size_t length_bytes);

/* Copy bytes out to an offset of it; false when it cannot be written there. */
bool vsim_sim_argument_write(const struct vsim_sim *sim, const struct vsim_sim_call *call,
                             size_t offset_bytes, const void *bytes, size_t length_bytes);

enum vsim_sim_text { VSIM_SIM_TEXT_READ, VSIM_SIM_TEXT_UNREADABLE, VSIM_SIM_TEXT_TOO_LONG };

/* Copy a string in that ends with a NUL: at most a page (strndup_user). `text` is emptied first. */
enum vsim_sim_text vsim_sim_argument_text(const struct vsim_sim *sim, const struct vsim_sim_call *call,
                                          GString *text);

#endif
