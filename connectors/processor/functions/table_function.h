/* table_function.h - functions that give rows: EXPLODE, CUBE_EXPLODE.
 *
 * Threads: one owner per evaluator. Allocates: in the row's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_TABLE_FUNCTION_H
#define WEIR_PROCESSOR_FUNCTIONS_TABLE_FUNCTION_H

#include "connectors/processor/functions/expression.h"

#include <stdbool.h>

struct weir_table_evaluator;

/* Of a CALL of a table function whose columns are resolved. Returns owned; NULL: err. */
struct weir_table_evaluator *
weir_table_evaluator_create(const struct weir_expression *call,
                            const struct weir_expression_options *options, struct weir_error *err);
void weir_table_evaluator_destroy(struct weir_table_evaluator *evaluator);
/* Of one item. */
const struct weir_type *weir_table_evaluator_type(const struct weir_table_evaluator *evaluator);

/* The items for this row, in order; several table functions of a SELECT are zipped, the shorter
 * filled up with NULL. False: as an exception in Java: no items. */
bool weir_table_evaluate(struct weir_table_evaluator *evaluator, const struct weir_row *row,
                         struct weir_arena *arena, const struct weir_value **items_out,
                         size_t *count_out);

#endif
