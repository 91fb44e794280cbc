/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/families.h"

const struct weir_function_family *const weir_function_families[] = {
    &weir_functions_array,  &weir_functions_bytes,     &weir_functions_collect,
    &weir_functions_date,   &weir_functions_digest,    &weir_functions_extreme,
    &weir_functions_geo,    &weir_functions_interval,  &weir_functions_json,
    &weir_functions_lambda, &weir_functions_map,       &weir_functions_mask,
    &weir_functions_math,   &weir_functions_null,      &weir_functions_offset,
    &weir_functions_pad,    &weir_functions_regexp,    &weir_functions_round,
    &weir_functions_search, &weir_functions_set,       &weir_functions_statistics,
    &weir_functions_sum,    &weir_functions_table,     &weir_functions_tally,
    &weir_functions_text,   &weir_functions_timestamp, &weir_functions_to_json,
    &weir_functions_topk,   &weir_functions_url,       NULL,
};
