/* decimal_type.h - the precision and scale of results.
 * Threads: any. Allocates: types, in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_DECIMAL_TYPE_H
#define WEIR_PROCESSOR_FUNCTIONS_DECIMAL_TYPE_H

#include "connectors/processor/sql/ast.h"
#include "connectors/processor/values/decimal.h"

/* INTEGER: DECIMAL(10, 0), BIGINT: DECIMAL(19, 0). */
const struct weir_type *weir_decimal_type_of(struct weir_arena *arena,
                                             const struct weir_type *type);
/* The smallest DECIMAL that holds both. */
const struct weir_type *weir_decimal_type_widen(struct weir_arena *arena, const struct weir_type *a,
                                                const struct weir_type *b);
const struct weir_type *weir_decimal_type_result(struct weir_arena *arena,
                                                 enum weir_arithmetic operator,
                                                 const struct weir_type * a,
                                                 const struct weir_type *b);
/* Of a literal: 1.50 is DECIMAL(3, 2), 0.5 is DECIMAL(2, 1), 1e3 is DECIMAL(4, 0). */
const struct weir_type *weir_decimal_type_of_value(struct weir_arena *arena,
                                                   const struct weir_decimal *decimal);

#endif
