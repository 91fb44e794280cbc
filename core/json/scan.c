/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/scan.h"

enum { DEPTH_MAX = 256 };

static size_t skip_blanks(struct weir_bytes text, size_t at)
{
    while (at < text.len && (text.data[at] == ' ' || text.data[at] == '\n' ||
                             text.data[at] == '\t' || text.data[at] == '\r')) {
        at++;
    }
    return at;
}

/* at is behind the opening quote; returns the place of the closing one, text.len if there is
 * none. */
static size_t end_of_string(struct weir_bytes text, size_t at)
{
    while (at < text.len && text.data[at] != '"') {
        at += text.data[at] == '\\' ? 2 : 1;
    }
    return at < text.len ? at : text.len;
}

/* Behind an object or array that starts at `at`; 0: broken. */
static size_t end_of_nested(struct weir_bytes text, size_t at)
{
    int depth = 0;
    for (; at < text.len; at++) {
        uint8_t byte = text.data[at];
        if (byte == '"') {
            at = end_of_string(text, at + 1);
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if ((byte == '}' || byte == ']') && --depth == 0) {
            return at + 1;
        }
        if (depth > DEPTH_MAX) {
            return 0;
        }
    }
    return 0;
}

/* Behind the value that starts at `at`; 0: broken. */
static size_t end_of_value(struct weir_bytes text, size_t at)
{
    if (at >= text.len) {
        return 0;
    }
    if (text.data[at] == '"') {
        size_t quote = end_of_string(text, at + 1);
        return quote < text.len ? quote + 1 : 0;
    }
    if (text.data[at] == '{' || text.data[at] == '[') {
        return end_of_nested(text, at);
    }
    size_t start = at;
    while (at < text.len && !strchr(",]} \n\t\r", text.data[at])) {
        at++;
    }
    return at > start ? at : 0;
}

/* Behind the separator that must stand before the next member; 0: the object ends, or is broken. */
static size_t start_of_member(struct weir_bytes text, size_t at, bool first, bool *broken_out)
{
    at = skip_blanks(text, at);
    uint8_t wanted = first ? '{' : ',';
    if (at < text.len && text.data[at] == '}' && !first) {
        return 0;
    }
    *broken_out = at >= text.len || text.data[at] != wanted;
    if (*broken_out) {
        return 0;
    }
    at = skip_blanks(text, at + 1);
    if (first && at < text.len && text.data[at] == '}') {
        return 0;
    }
    *broken_out = at >= text.len || text.data[at] != '"';
    return *broken_out ? 0 : at + 1;
}

bool weir_json_next_member(struct weir_bytes text, size_t *position, struct weir_bytes *name_out,
                           struct weir_bytes *value_out, bool *broken_out)
{
    *broken_out = false;
    size_t name = start_of_member(text, *position, *position == 0, broken_out);
    if (name == 0) {
        return false;
    }
    size_t quote = end_of_string(text, name);
    size_t colon = skip_blanks(text, quote + 1);
    size_t value =
        colon < text.len && text.data[colon] == ':' ? skip_blanks(text, colon + 1) : text.len;
    size_t end = end_of_value(text, value);
    *broken_out = quote >= text.len || end == 0 || end > text.len;
    if (*broken_out) {
        return false;
    }
    *name_out = (struct weir_bytes){text.data + name, quote - name};
    *value_out = (struct weir_bytes){text.data + value, end - value};
    *position = end;
    return true;
}

enum weir_json_scan weir_json_member(struct weir_bytes text, struct weir_bytes name,
                                     struct weir_bytes *value_out)
{
    size_t position = 0;
    bool broken = false, found = false;
    struct weir_bytes member, value;
    if (weir_bytes_is_null(text)) {
        return WEIR_JSON_NOT_OBJECT;
    }
    while (weir_json_next_member(text, &position, &member, &value, &broken)) {
        if (weir_bytes_equal(member, name)) {
            *value_out = value;
            found = true;
        }
    }
    if (broken) {
        return WEIR_JSON_NOT_OBJECT;
    }
    return found ? WEIR_JSON_FOUND : WEIR_JSON_ABSENT;
}

static uint32_t hex4(const uint8_t *digits)
{
    uint32_t number = 0;
    for (int index = 0; index < 4; index++) {
        uint8_t digit = digits[index];
        uint32_t value = digit <= '9' ? digit - (uint32_t)'0' : (digit | 0x20u) - 'a' + 10u;
        number = number * 16 + (value & 15);
    }
    return number;
}

static size_t put_utf8(uint8_t *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | (code >> 6));
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    size_t length = code < 0x10000 ? 3 : 4;
    for (size_t index = length; index-- > 1; code >>= 6) {
        out[index] = (uint8_t)(0x80 | (code & 0x3f));
    }
    out[0] = (uint8_t)((length == 3 ? 0xe0 : 0xf0) | code);
    return length;
}

/* One escape at raw[at] == '\\'; returns where it ends. */
static size_t unescape(struct weir_bytes raw, size_t at, uint8_t *out, size_t *length)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    uint8_t letter = raw.data[at + 1];
    const char *simple = memchr(from, letter, sizeof(from) - 1);
    if (letter != 'u' || at + 6 > raw.len) {
        out[(*length)++] = simple ? (uint8_t)to[simple - from] : letter;
        return at + 2;
    }
    uint32_t code = hex4(raw.data + at + 2);
    at += 6;
    bool high = code >= 0xd800 && code < 0xdc00;
    if (high && at + 6 <= raw.len && raw.data[at] == '\\' && raw.data[at + 1] == 'u') {
        uint32_t low = hex4(raw.data + at + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 6;
        }
    }
    bool half = code >= 0xd800 && code < 0xe000; /* as Java writes it in UTF-8 */
    *length += put_utf8(out + *length, half ? '?' : code);
    return at;
}

struct weir_bytes weir_json_plain_text(struct weir_bytes raw, struct weir_arena *arena)
{
    if (raw.len == 4 && memcmp(raw.data, "null", 4) == 0) {
        return WEIR_BYTES_NULL;
    }
    if (raw.len < 2 || raw.data[0] != '"') {
        return raw;
    }
    struct weir_bytes inner = {raw.data + 1, raw.len - 2};
    if (!memchr(inner.data, '\\', inner.len)) {
        return inner;
    }
    uint8_t *out = weir_arena_alloc(arena, inner.len);
    size_t length = 0;
    for (size_t at = 0; at < inner.len;) {
        if (inner.data[at] == '\\' && at + 1 < inner.len) {
            at = unescape(inner, at, out, &length);
        } else {
            out[length++] = inner.data[at++];
        }
    }
    return (struct weir_bytes){out, length};
}
