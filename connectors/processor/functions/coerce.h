/* coerce.h - the one type that several expressions can take, and values brought to a type without
 * CAST.
 *
 * Strict rules for columns and expressions: numbers widen, text becomes a time. Lax rules for
 * literals: numbers and booleans become text and back. Threads: any. Allocates: types and values,
 * in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_COERCE_H
#define WEIR_PROCESSOR_FUNCTIONS_COERCE_H

#include "connectors/processor/values/value.h"

#include <stdbool.h>

/* The type that holds both when a value of type `from` is put into `to`; NULL: not allowed. */
const struct weir_type *weir_type_coerce(struct weir_arena *arena, const struct weir_type *from,
                                         const struct weir_type *to, bool lax);
/* The type of the number in text as a literal would have it: INTEGER, BIGINT or DECIMAL; NULL: no
 * number. */
const struct weir_type *weir_type_of_number_text(struct weir_arena *arena, struct weir_bytes text);

#endif
