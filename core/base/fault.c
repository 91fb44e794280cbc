/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/fault.h"

__attribute__((weak)) void weir_fault_point(const char *name)
{
    (void)name;
}
