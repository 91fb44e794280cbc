/* json_text.h - JSON text of strings and of scanned values.
 * Threads: any. Allocates: unescaped strings, in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_JSON_TEXT_H
#define WEIR_PROCESSOR_VALUES_JSON_TEXT_H

#include "connectors/processor/values/json_scan.h"
#include "core/base/buffer.h"

/* Quoted; only what must be escaped is. */
void weir_json_text_append(struct weir_bytes text, struct weir_buffer *buffer);
/* The value at the cursor again, without white space, numbers as Java's BigDecimal prints them.
 * False: not JSON. */
bool weir_json_text_compact(struct weir_json_cursor *cursor, struct weir_arena *arena,
                            struct weir_buffer *buffer, int depth_max);
/* The value at the cursor as a STRING column takes it: a string's content, `[a, b]` of an array,
 * the JSON text of an object. */
bool weir_json_text_plain(struct weir_json_cursor *cursor, struct weir_arena *arena,
                          struct weir_buffer *buffer, int depth_max);

#endif
