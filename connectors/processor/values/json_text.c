/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/json_text.h"

#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/number_text.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first byte that has to be escaped. */
static const uint8_t *find_escaped(const uint8_t *at, const uint8_t *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1f);
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i escaped =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        /* Unsigned: min(byte, 0x1f) is the byte itself for control characters only. */
        escaped = _mm_or_si128(escaped, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
        unsigned mask = (unsigned)_mm_movemask_epi8(escaped);
        if (mask != 0) {
            return at + __builtin_ctz(mask);
        }
        at += 16;
    }
#endif
    while (at < end && *at >= ' ' && *at != '"' && *at != '\\') {
        at++;
    }
    return at;
}

static void append_escape(uint8_t byte, struct weir_buffer *buffer)
{
    static const char bytes[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *found = byte != 0 ? strchr(bytes, byte) : NULL;
    if (found) {
        const char text[2] = {'\\', names[found - bytes]};
        weir_buffer_append(buffer, text, sizeof text);
        return;
    }
    weir_buffer_append_format(buffer, "\\u%04X", byte);
}

void weir_json_text_append(struct weir_bytes text, struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '"');
    const uint8_t *at = text.data, *end = text.data + text.len;
    while (at < end) {
        const uint8_t *escaped = find_escaped(at, end);
        weir_buffer_append(buffer, at, (size_t)(escaped - at));
        at = escaped;
        if (at < end) {
            append_escape(*at++, buffer);
        }
    }
    weir_buffer_append_byte(buffer, '"');
}

/* The text itself unless it has an exponent or is tiny. */
static bool append_number(struct weir_json_cursor *cursor, struct weir_arena *arena,
                          struct weir_buffer *buffer)
{
    struct weir_number_text number;
    size_t length =
        weir_number_scan((const char *)cursor->at, (size_t)(cursor->end - cursor->at), &number);
    cursor->at += length;
    if (length == 0) {
        return false;
    }
    const struct weir_decimal *decimal =
        number.integral ? NULL : weir_decimal_parse(arena, number.text, number.length);
    if (decimal) {
        weir_decimal_print(decimal, buffer);
    } else if (length == 2 && memcmp(number.text, "-0", 2) == 0) {
        weir_buffer_append_byte(buffer, '0');
    } else {
        weir_buffer_append(buffer, number.text, length);
    }
    return true;
}

static bool append_member(struct weir_json_cursor *cursor, struct weir_arena *arena,
                          struct weir_buffer *buffer, bool named, int depth_max)
{
    if (named) {
        if (!weir_json_text_compact(cursor, arena, buffer, depth_max) ||
            !weir_json_take(cursor, ':')) {
            return false;
        }
        weir_buffer_append_byte(buffer, ':');
    }
    return weir_json_text_compact(cursor, arena, buffer, depth_max);
}

/* After the opening bracket. */
static bool append_list(struct weir_json_cursor *cursor, struct weir_arena *arena,
                        struct weir_buffer *buffer, bool object, int depth_max)
{
    uint8_t close = object ? '}' : ']';
    weir_buffer_append_byte(buffer, object ? '{' : '[');
    bool empty = weir_json_take(cursor, close);
    for (bool first = true; !empty && (first || weir_json_take(cursor, ',')); first = false) {
        if (!first) {
            weir_buffer_append_byte(buffer, ',');
        }
        weir_json_space(cursor);
        bool name_missing = object && (cursor->at == cursor->end || *cursor->at != '"');
        if (name_missing || !append_member(cursor, arena, buffer, object, depth_max)) {
            return false;
        }
    }
    weir_buffer_append_byte(buffer, close);
    return empty || weir_json_take(cursor, close);
}

bool weir_json_text_compact(struct weir_json_cursor *cursor, struct weir_arena *arena,
                            struct weir_buffer *buffer, int depth_max)
{
    weir_json_space(cursor);
    const uint8_t *start = cursor->at;
    if (start == cursor->end || depth_max == 0) {
        return false;
    }
    if (*start == '{' || *start == '[') {
        cursor->at++;
        return append_list(cursor, arena, buffer, *start == '{', depth_max - 1);
    }
    if (*start == '"') {
        struct weir_bytes text;
        cursor->at++;
        if (!weir_json_string(cursor, arena, &text)) {
            return false;
        }
        weir_json_text_append(text, buffer);
        return true;
    }
    if (*start == '-' || (*start >= '0' && *start <= '9')) {
        return append_number(cursor, arena, buffer);
    }
    if (!weir_json_skip(cursor, 1)) {
        return false;
    }
    weir_buffer_append(buffer, start, (size_t)(cursor->at - start));
    return true;
}

/* `[a, null, 1]`: as Java prints a list of the texts. After the opening bracket. */
static bool append_text_array(struct weir_json_cursor *cursor, struct weir_arena *arena,
                              struct weir_buffer *buffer, int depth_max)
{
    weir_buffer_append_byte(buffer, '[');
    bool empty = weir_json_take(cursor, ']');
    for (bool first = true; !empty && (first || weir_json_take(cursor, ',')); first = false) {
        weir_buffer_append_text(buffer, first ? "" : ", ");
        if (!weir_json_text_plain(cursor, arena, buffer, depth_max)) {
            return false;
        }
    }
    weir_buffer_append_byte(buffer, ']');
    return empty || weir_json_take(cursor, ']');
}

bool weir_json_text_plain(struct weir_json_cursor *cursor, struct weir_arena *arena,
                          struct weir_buffer *buffer, int depth_max)
{
    weir_json_space(cursor);
    if (cursor->at == cursor->end || depth_max == 0) {
        return false;
    }
    if (*cursor->at == '[') {
        cursor->at++;
        return append_text_array(cursor, arena, buffer, depth_max - 1);
    }
    if (*cursor->at == '"') {
        struct weir_bytes text;
        cursor->at++;
        if (!weir_json_string(cursor, arena, &text)) {
            return false;
        }
        weir_buffer_append_bytes(buffer, text);
        return true;
    }
    return weir_json_text_compact(cursor, arena, buffer, depth_max);
}
