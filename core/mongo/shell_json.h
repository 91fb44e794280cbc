/* shell_json.h - JSON as people write it in MongoDB's shell, rewritten as strict extended JSON.
 *
 * What the Java driver's reader takes besides JSON: single quotes, names without quotes, trailing
 * and missing commas, ISODate(), NumberLong(), ObjectId() and their kind, with or without `new`,
 * /regular expressions/i, NaN, Infinity, undefined. What is strict already comes out as it was, but
 * for blanks. Not taken: text behind the document, dates without a date.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_SHELL_JSON_H
#define WEIR_MONGO_SHELL_JSON_H

#include "core/base/buffer.h"

#include <stdbool.h>

/* Appends the strict form. False: not even the shell would take it; out is as it was. Numbers and
 * the content of types are left to the strict reader. */
bool weir_shell_json_rewrite(struct weir_bytes text, struct weir_buffer *out);

#endif
