/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/base64.h"

static int digit_of(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z') {
        return byte - 'A';
    }
    if (byte >= 'a' && byte <= 'z') {
        return byte - 'a' + 26;
    }
    if (byte >= '0' && byte <= '9') {
        return byte - '0' + 52;
    }
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

void weir_base64_write(struct weir_bytes bytes, struct weir_buffer *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t bits = (uint32_t)bytes.data[i] << 16;
        bits |= left > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)bytes.data[i + 2] : 0;
        char group[4] = {digits[bits >> 18 & 63], digits[bits >> 12 & 63], digits[bits >> 6 & 63],
                         digits[bits & 63]};
        group[2] = left > 1 ? group[2] : '=';
        group[3] = left > 2 ? group[3] : '=';
        weir_buffer_append(out, group, sizeof(group));
    }
}

bool weir_base64_read(struct weir_bytes text, struct weir_buffer *out)
{
    uint32_t bits = 0;
    int bit_count = 0;
    size_t len = text.len;
    while (len > 0 && text.len - len < 2 && text.data[len - 1] == '=') {
        len--;
    }
    for (size_t i = 0; i < len; i++) {
        int digit = digit_of(text.data[i]);
        if (digit < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)digit;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            weir_buffer_append_byte(out, (uint8_t)(bits >> bit_count & 0xFF));
        }
    }
    return len % 4 != 1;
}
