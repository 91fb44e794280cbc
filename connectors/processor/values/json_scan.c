/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/json_scan.h"

#include "connectors/processor/values/number_text.h"
#include "connectors/processor/values/utf8.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first byte that is not plain text of a string: quote, backslash, control or non-ASCII. */
static const uint8_t *find_special(const uint8_t *at, const uint8_t *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'),
                  space = _mm_set1_epi8(' ');
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        /* Signed: bytes from 0x80 on are below the space too. */
        __m128i special =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        special = _mm_or_si128(special, _mm_cmplt_epi8(bytes, space));
        unsigned mask = (unsigned)_mm_movemask_epi8(special);
        if (mask != 0) {
            return at + __builtin_ctz(mask);
        }
        at += 16;
    }
#endif
    while (at < end && *at >= ' ' && *at < 0x80 && *at != '"' && *at != '\\') {
        at++;
    }
    return at;
}

/* Passes whole UTF-8 characters from at on; NULL if one is not valid. */
static const uint8_t *pass_utf8(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at >= 0x80) {
        size_t length = weir_utf8_valid_length(at, (size_t)(end - at));
        if (length == 0) {
            return NULL;
        }
        at += length;
    }
    return at;
}

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool take_hex(struct weir_json_cursor *cursor, uint32_t *unit_out)
{
    if (cursor->end - cursor->at < 4) {
        return false;
    }
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(cursor->at[i]);
        if (digit < 0) {
            return false;
        }
        unit = unit << 4 | (uint32_t)digit;
    }
    cursor->at += 4;
    *unit_out = unit;
    return true;
}

/* After \u. A surrogate without its partner becomes '?', as when Java writes it. */
static bool take_unicode(struct weir_json_cursor *cursor, uint8_t **out)
{
    uint32_t code;
    if (!take_hex(cursor, &code)) {
        return false;
    }
    if (code >= 0xd800 && code < 0xdc00 && cursor->end - cursor->at >= 6 && cursor->at[0] == '\\' &&
        cursor->at[1] == 'u') {
        struct weir_json_cursor ahead = {cursor->at + 2, cursor->end};
        uint32_t low;
        if (!take_hex(&ahead, &low)) {
            return false;
        }
        if (low >= 0xdc00 && low < 0xe000) {
            *cursor = ahead;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    if (code >= 0xd800 && code < 0xe000) {
        code = '?';
    }
    *out += weir_utf8_put(code, *out);
    return true;
}

static bool take_escape(struct weir_json_cursor *cursor, uint8_t **out)
{
    static const char names[] = "\"\\/bfnrt";
    static const char bytes[] = "\"\\/\b\f\n\r\t";
    if (cursor->at == cursor->end) {
        return false;
    }
    uint8_t name = *cursor->at++;
    if (name == 'u') {
        return take_unicode(cursor, out);
    }
    const char *found = name != 0 ? strchr(names, name) : NULL;
    if (!found) {
        return false;
    }
    *(*out)++ = (uint8_t)bytes[found - names];
    return true;
}

/* From the first backslash on: unescaped text is never longer than what it stands for. */
static bool unescape(struct weir_json_cursor *cursor, const uint8_t *start,
                     struct weir_arena *arena, struct weir_bytes *text_out)
{
    /* The end of the string: the next quote that no backslash stands before. */
    const uint8_t *close = cursor->at;
    while (close < cursor->end && *close != '"') {
        close += *close == '\\' && close + 1 < cursor->end ? 2 : 1;
    }
    uint8_t *text = weir_arena_alloc(arena, (size_t)(close - start) + 1), *out = text;
    for (const uint8_t *from = start;;) {
        const uint8_t *special = find_special(from, cursor->end);
        memcpy(out, from, (size_t)(special - from));
        out += special - from;
        if (special == cursor->end || *special < ' ') {
            return false;
        }
        cursor->at = special + 1;
        if (*special == '"') {
            *text_out = (struct weir_bytes){text, (size_t)(out - text)};
            return true;
        }
        if (*special == '\\') {
            if (!take_escape(cursor, &out)) {
                return false;
            }
            from = cursor->at;
            continue;
        }
        from = pass_utf8(special, cursor->end);
        if (!from) {
            return false;
        }
        memcpy(out, special, (size_t)(from - special));
        out += from - special;
    }
}

bool weir_json_string(struct weir_json_cursor *cursor, struct weir_arena *arena,
                      struct weir_bytes *text_out)
{
    const uint8_t *start = cursor->at, *at = start;
    for (;;) {
        at = find_special(at, cursor->end);
        if (at == cursor->end) {
            return false;
        }
        if (*at == '"') {
            cursor->at = at + 1;
            *text_out = (struct weir_bytes){start, (size_t)(at - start)};
            return true;
        }
        if (*at == '\\') {
            cursor->at = at;
            return unescape(cursor, start, arena, text_out);
        }
        at = *at < ' ' ? NULL : pass_utf8(at, cursor->end);
        if (!at) {
            return false;
        }
    }
}

/* As weir_json_string, without its text. */
static bool skip_string(struct weir_json_cursor *cursor)
{
    uint8_t scratch[4];
    for (;;) {
        const uint8_t *at = find_special(cursor->at, cursor->end);
        if (at == cursor->end || *at < ' ') {
            return false;
        }
        cursor->at = at + 1;
        if (*at == '"') {
            return true;
        }
        uint8_t *out = scratch;
        if (*at == '\\') {
            if (!take_escape(cursor, &out)) {
                return false;
            }
            continue;
        }
        cursor->at = pass_utf8(at, cursor->end);
        if (!cursor->at) {
            return false;
        }
    }
}

static bool is_word_byte(uint8_t byte)
{
    uint8_t lower = byte | 0x20;
    return byte == '_' || (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9');
}

bool weir_json_word(struct weir_json_cursor *cursor, const char *word, size_t length)
{
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0) {
        return false;
    }
    cursor->at += length;
    /* Jackson: "nullx" is one unknown word. */
    return cursor->at == cursor->end || !is_word_byte(*cursor->at);
}

static bool skip_object(struct weir_json_cursor *cursor, int depth_max)
{
    if (weir_json_take(cursor, '}')) {
        return true;
    }
    do {
        if (!weir_json_take(cursor, '"') || !skip_string(cursor) || !weir_json_take(cursor, ':') ||
            !weir_json_skip(cursor, depth_max)) {
            return false;
        }
    } while (weir_json_take(cursor, ','));
    return weir_json_take(cursor, '}');
}

static bool skip_array(struct weir_json_cursor *cursor, int depth_max)
{
    if (weir_json_take(cursor, ']')) {
        return true;
    }
    do {
        if (!weir_json_skip(cursor, depth_max)) {
            return false;
        }
    } while (weir_json_take(cursor, ','));
    return weir_json_take(cursor, ']');
}

static bool skip_number(struct weir_json_cursor *cursor)
{
    struct weir_number_text number;
    size_t length =
        weir_number_scan((const char *)cursor->at, (size_t)(cursor->end - cursor->at), &number);
    cursor->at += length;
    return length > 0;
}

bool weir_json_skip(struct weir_json_cursor *cursor, int depth_max)
{
    weir_json_space(cursor);
    if (cursor->at == cursor->end || depth_max == 0) {
        return false;
    }
    switch (*cursor->at) {
    case '"':
        cursor->at++;
        return skip_string(cursor);
    case '{':
        cursor->at++;
        return skip_object(cursor, depth_max - 1);
    case '[':
        cursor->at++;
        return skip_array(cursor, depth_max - 1);
    case 't':
        return weir_json_word(cursor, "true", 4);
    case 'f':
        return weir_json_word(cursor, "false", 5);
    case 'n':
        return weir_json_word(cursor, "null", 4);
    default:
        return skip_number(cursor);
    }
}
