/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/compact.h"

#include <string.h>

void weir_json_compact(struct weir_bytes text, struct weir_buffer *out)
{
    bool inside = false, escaped = false;
    for (size_t index = 0; index < text.len; index++) {
        uint8_t byte = text.data[index];
        bool blank = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
        if (!blank || inside) {
            weir_buffer_append_byte(out, byte);
        }
        if (byte == '"' && !escaped) {
            inside = !inside;
        }
        escaped = inside && byte == '\\' && !escaped;
    }
}

static void append_escaped(struct weir_buffer *out, uint8_t byte)
{
    static const char letters[] = "btn fr";
    if (byte == '"' || byte == '\\') {
        weir_buffer_append_byte(out, '\\');
        weir_buffer_append_byte(out, byte);
    } else if (byte >= '\b' && byte <= '\r' && byte != '\v') {
        weir_buffer_append_byte(out, '\\');
        weir_buffer_append_byte(out, (uint8_t)letters[byte - '\b']);
    } else {
        weir_buffer_append_format(out, "\\u%04x", byte);
    }
}

/* A high bit in each of the eight bytes that must be escaped; a byte behind such a one may be
 * marked too. */
static uint64_t marks(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t quotes = word ^ (ones * '"'), backslashes = word ^ (ones * '\\');
    return ((word - ones * 0x20) | (quotes - ones) | (backslashes - ones)) & ~word & highs;
}

/* How many bytes from index on need no escape. */
static size_t plain_bytes(struct weir_bytes text, size_t index)
{
    size_t at = index;
    uint64_t word;
    for (; text.len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text.data + at, sizeof(word));
        if (marks(word)) {
            break;
        }
    }
    while (at < text.len && text.data[at] >= 0x20 && text.data[at] != '"' &&
           text.data[at] != '\\') {
        at++;
    }
    return at - index;
}

void weir_json_append_string(struct weir_buffer *out, struct weir_bytes text)
{
    weir_buffer_append_byte(out, '"');
    for (size_t index = 0; index < text.len; index++) {
        size_t plain = plain_bytes(text, index);
        weir_buffer_append(out, text.data + index, plain);
        index += plain;
        if (index < text.len) {
            append_escaped(out, text.data[index]);
        }
    }
    weir_buffer_append_byte(out, '"');
}
