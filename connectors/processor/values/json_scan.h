/* json_scan.h - one pass over JSON text: tokens as views, no tree.
 *
 * Strict as Jackson: no control characters in strings, no invalid UTF-8, no leading zeros, nesting
 * bounded. What follows the value is not looked at. Threads: a cursor is its owner's. Allocates:
 * unescaped strings, in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_JSON_SCAN_H
#define WEIR_PROCESSOR_VALUES_JSON_SCAN_H

#include "core/base/arena.h"
#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum { WEIR_JSON_DEPTH_MAX = 500 };

struct weir_json_cursor {
    const uint8_t *at, *end;
};

static inline void weir_json_space(struct weir_json_cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\n' ||
                                        *cursor->at == '\r' || *cursor->at == '\t')) {
        cursor->at++;
    }
}

/* Takes byte if it is the next one after white space. */
static inline bool weir_json_take(struct weir_json_cursor *cursor, uint8_t byte)
{
    if (cursor->at < cursor->end && *cursor->at == byte) {
        cursor->at++;
        return true;
    }
    weir_json_space(cursor);
    if (cursor->at < cursor->end && *cursor->at == byte) {
        cursor->at++;
        return true;
    }
    return false;
}

/* The cursor stands after the opening quote; on success after the closing one. A view of the input
 * unless the string has escapes. */
bool weir_json_string(struct weir_json_cursor *cursor, struct weir_arena *arena,
                      struct weir_bytes *text_out);
/* Takes "true", "false" or "null" whole. */
bool weir_json_word(struct weir_json_cursor *cursor, const char *word, size_t length);
/* Passes one value of any kind, checked. */
bool weir_json_skip(struct weir_json_cursor *cursor, int depth_max);

#endif
