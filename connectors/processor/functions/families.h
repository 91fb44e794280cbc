/* families.h - the list of function families; each is one file.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_FAMILIES_H
#define WEIR_PROCESSOR_FUNCTIONS_FAMILIES_H

#include "connectors/processor/functions/function.h"

extern const struct weir_function_family weir_functions_collect, weir_functions_extreme,
    weir_functions_math, weir_functions_null, weir_functions_offset, weir_functions_round,
    weir_functions_sum, weir_functions_table;

/* Ends with NULL. */
extern const struct weir_function_family *const weir_function_families[];

#endif
