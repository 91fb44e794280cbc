/* projection.h - a row of values out of expressions over another row.
 *
 * Plain columns are copied, the rest is evaluated. An expression that fails makes its value NULL
 * and is reported.
 * Threads: one owner. Allocates: in the task's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_PROJECTION_H
#define WEIR_PROCESSOR_OPERATORS_PROJECTION_H

#include "connectors/processor/operators/operator.h"

struct weir_projection;

/* Returns owned; NULL: err. columns names the results, for messages; needed may be NULL: all; what
 * is not needed stays NULL. Borrows all. */
struct weir_projection *weir_projection_create(struct weir_operator *operator,
                                               const struct weir_expression * const * expressions,
                                               const struct weir_column *columns,
                                               const bool *needed, size_t count,
                                               struct weir_error *err);
void weir_projection_destroy(struct weir_projection *projection);
/* row->values may be NULL: all columns NULL. *failed_out, when given: an expression failed. */
const struct weir_value *weir_projection_apply(struct weir_projection *projection,
                                               const struct weir_row *row, bool *failed_out);

#endif
