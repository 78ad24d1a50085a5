// SPDX-License-Identifier: MIT
/* All of vfiosim's public API. */
#ifndef VFIOSIM_VSIM_H
#define VFIOSIM_VSIM_H

#include <vfiosim/backends.h>
#include <vfiosim/error.h>
#include <vfiosim/replay.h>
#include <vfiosim/report.h>
#include <vfiosim/rules.h>
#include <vfiosim/trace.h>

#endif
