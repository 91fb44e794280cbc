/* diagnostic.h - a message about SQL text, shown in the text.
 *
 *     line 3:24: SELECT column 'PREDICTON' cannot be resolved. Did you mean PREDICTION?
 *         SELECT fish_id, predicton FROM predicted_weight;
 *                         ^
 * Threads: any. Allocates: only in the buffer given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_SQL_DIAGNOSTIC_H
#define WEIR_PROCESSOR_SQL_DIAGNOSTIC_H

#include "core/base/buffer.h"
#include "core/base/error.h"

/* Ends with a newline. Without a place in err only the message is shown. */
void weir_sql_diagnostic(const struct weir_error *err, const char *text, size_t length,
                         struct weir_buffer *buffer);

/* The candidate that name was probably meant to be (case aside, at most a third of its letters
 * wrong), or NULL. */
const char *weir_sql_nearest(const char *name, const char *const *candidates, size_t count);

#endif
