/* compact.h - JSON text without the blanks between its tokens: two spellings of a small object
 * become the same bytes.
 *
 * The text is not checked: what is not JSON stays what it is.
 * Threads: any. Allocates: in the buffer. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_JSON_COMPACT_H
#define WEIR_JSON_COMPACT_H

#include "core/base/buffer.h"

void weir_json_compact(struct weir_bytes text, struct weir_buffer *out);
/* Appends text as a JSON string, quotes included; what is not UTF-8 passes through. */
void weir_json_append_string(struct weir_buffer *out, struct weir_bytes text);

#endif
