/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/compact.h"

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

void weir_json_append_string(struct weir_buffer *out, struct weir_bytes text)
{
    weir_buffer_append_byte(out, '"');
    size_t plain = 0;
    for (size_t index = 0; index < text.len; index++) {
        uint8_t byte = text.data[index];
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        weir_buffer_append(out, text.data + plain, index - plain);
        append_escaped(out, byte);
        plain = index + 1;
    }
    if (text.len > plain) {
        weir_buffer_append(out, text.data + plain, text.len - plain);
    }
    weir_buffer_append_byte(out, '"');
}
