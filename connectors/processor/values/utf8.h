/* utf8.h - UTF-8 characters, and text as Java sees it: a sequence of UTF-16 units.
 *
 * SQL's string functions count in Java chars. Text that is all ASCII, the common case, has one for
 * each byte. Threads: any. Allocates: what takes an arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_UTF8_H
#define WEIR_PROCESSOR_VALUES_UTF8_H

#include "core/base/arena.h"
#include "core/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the valid character at text (1 to 4; no surrogates, no overlong form); 0 = none. */
size_t weir_utf8_valid_length(const uint8_t *text, size_t length);
bool weir_utf8_is_valid(struct weir_bytes text);
bool weir_utf8_is_ascii(struct weir_bytes text);
/* 1 to 4 bytes. */
size_t weir_utf8_put(uint32_t code, uint8_t *out);
/* The character at text, which is valid; its bytes in *length_out. */
uint32_t weir_utf8_get(const uint8_t *text, size_t length, size_t *length_out);

/* Java's String.length(). */
size_t weir_utf16_length(struct weir_bytes text);
/* The byte where unit `index` begins; text.len if it is past the end. Inside a pair: the pair's
 * start. */
size_t weir_utf16_offset(struct weir_bytes text, size_t index);

/* Valid UTF-8; each bad byte becomes U+FFFD, as new String(bytes, UTF_8) does. A view if nothing is
 * bad. */
struct weir_bytes weir_utf8_repair(struct weir_bytes bytes, struct weir_arena *arena);

uint32_t weir_unicode_upper(uint32_t code);
uint32_t weir_unicode_lower(uint32_t code);
bool weir_unicode_is_letter(uint32_t code);
/* toUpperCase, toLowerCase; a view if nothing changes. */
struct weir_bytes weir_text_upper(struct weir_bytes text, struct weir_arena *arena);
struct weir_bytes weir_text_lower(struct weir_bytes text, struct weir_arena *arena);

#endif
