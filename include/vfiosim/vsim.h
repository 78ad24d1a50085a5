// SPDX-License-Identifier: MIT
/* All of vfiosim's public API. */
#ifndef VFIOSIM_VSIM_H
#define VFIOSIM_VSIM_H

#include <vfiosim/error.h>

#endif
