// SPDX-License-Identifier: MIT
#include "vfiosim/error.h"

GQuark vsim_error_quark(void)
{
    return g_quark_from_static_string("vfiosim");
}
