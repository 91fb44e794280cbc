/* cast.h - CAST: which types become which, and how a value does.
 * Threads: a cast is immutable. Allocates: results, in the row's arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_CAST_H
#define WEIR_PROCESSOR_FUNCTIONS_CAST_H

#include "connectors/processor/values/value.h"

#include <stdbool.h>

struct weir_cast;

/* NULL: there is no such cast. Made in arena. */
const struct weir_cast *weir_cast_create(struct weir_arena *arena, const struct weir_type *from,
                                         const struct weir_type *to);
/* NULL stays NULL. text: memory to print in. False: as an exception in Java (text that is no number); *message_out says
 * which. */
bool weir_cast_apply(const struct weir_cast *cast, const struct weir_value *value,
                     struct weir_arena *arena, struct weir_buffer *text,
                     struct weir_value *value_out, const char **message_out);

#endif
