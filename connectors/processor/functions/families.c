/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/families.h"

const struct weir_function_family *const weir_function_families[] = {
    &weir_functions_collect, &weir_functions_extreme, &weir_functions_math,
    &weir_functions_null,    &weir_functions_offset,  &weir_functions_round,
    &weir_functions_sum,     &weir_functions_table,   NULL,
};
