/* binary_text.h - bytes from base64, to hexadecimal text and back.
 * Threads: any. Allocates: in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_BINARY_TEXT_H
#define WEIR_PROCESSOR_VALUES_BINARY_TEXT_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/bytes.h"

#include <stdbool.h>

/* As weir_base64_read, into an arena. */
bool weir_base64_decode(struct weir_bytes text, struct weir_arena *arena,
                        struct weir_bytes *bytes_out);
/* Lower or upper case digits, two for each byte. */
void weir_hex_encode(struct weir_bytes bytes, bool upper, struct weir_buffer *buffer);
bool weir_hex_decode(struct weir_bytes text, struct weir_arena *arena,
                     struct weir_bytes *bytes_out);

#endif
