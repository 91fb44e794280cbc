/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void weir_base64_encode(struct weir_bytes bytes, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t count = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = (uint32_t)bytes.data[i] << 16;
        group |= count > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0;
        group |= count > 2 ? bytes.data[i + 2] : 0u;
        const char text[4] = {
            alphabet[group >> 18],
            alphabet[group >> 12 & 63],
            count > 1 ? alphabet[group >> 6 & 63] : '=',
            count > 2 ? alphabet[group & 63] : '=',
        };
        weir_buffer_append(buffer, text, sizeof text);
    }
}

static int digit_of(uint8_t letter)
{
    if (letter >= 'A' && letter <= 'Z') {
        return letter - 'A';
    }
    if (letter >= 'a' && letter <= 'z') {
        return letter - 'a' + 26;
    }
    if (letter >= '0' && letter <= '9') {
        return letter - '0' + 52;
    }
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

bool weir_base64_decode(struct weir_bytes text, struct weir_arena *arena,
                        struct weir_bytes *bytes_out)
{
    size_t length = text.len;
    while (length > 0 && text.len - length < 2 && text.data[length - 1] == '=') {
        length--;
    }
    if ((length != text.len && text.len % 4 != 0) || length % 4 == 1) {
        return false;
    }
    uint8_t *bytes = weir_arena_alloc(arena, length / 4 * 3 + 3);
    size_t count = 0;
    uint32_t group = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_of(text.data[i]);
        if (digit < 0) {
            return false;
        }
        group = group << 6 | (uint32_t)digit;
        if (i % 4 != 0) {
            /* Each further digit completes one byte: after 12, 18, 24 bits. */
            bytes[count++] = (uint8_t)(group >> (i % 4 == 1 ? 4 : i % 4 == 2 ? 2 : 0));
        }
    }
    *bytes_out = (struct weir_bytes){bytes, count};
    return true;
}

void weir_hex_encode(struct weir_bytes bytes, bool upper, struct weir_buffer *buffer)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        const char text[2] = {digits[bytes.data[i] >> 4], digits[bytes.data[i] & 15]};
        weir_buffer_append(buffer, text, sizeof text);
    }
}

static int hex_of(uint8_t letter)
{
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    letter |= 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool weir_hex_decode(struct weir_bytes text, struct weir_arena *arena, struct weir_bytes *bytes_out)
{
    if (text.len % 2 != 0) {
        return false;
    }
    uint8_t *bytes = weir_arena_alloc(arena, text.len / 2 + 1);
    for (size_t i = 0; i < text.len; i += 2) {
        int high = hex_of(text.data[i]), low = hex_of(text.data[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    *bytes_out = (struct weir_bytes){bytes, text.len / 2};
    return true;
}
