/* timestamp_column.h - event time out of a column: WITH (TIMESTAMP, TIMESTAMP_FORMAT).
 * Threads: one owner. Allocates: in the row's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_TIMESTAMP_COLUMN_H
#define WEIR_PROCESSOR_OPERATORS_TIMESTAMP_COLUMN_H

#include "connectors/processor/functions/expression.h"
#include "connectors/processor/plan/metastore.h"

/* Returns owned; NULL: err. timestamp->column is set. */
struct weir_evaluator *weir_timestamp_evaluator_create(
    const struct weir_timestamp *timestamp, const struct weir_schema *schema,
    const struct weir_expression_options *options, struct weir_error *err);
/* False: NULL, or text that does not fit the format. */
bool weir_timestamp_evaluate(struct weir_evaluator *evaluator, const struct weir_row *row,
                             struct weir_arena *arena, int64_t *timestamp_ms_out);

#endif
