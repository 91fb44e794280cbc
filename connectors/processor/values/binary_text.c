/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/binary_text.h"

#include "core/base/base64.h"

bool weir_base64_decode(struct weir_bytes text, struct weir_arena *arena,
                        struct weir_bytes *bytes_out)
{
    weir_auto_buffer bytes;
    weir_buffer_init(&bytes, text.len + 1);
    if (!weir_base64_read(text, &bytes)) {
        return false;
    }
    struct weir_bytes view = weir_buffer_view(&bytes);
    *bytes_out = weir_arena_copy(arena, view.data ? view : WEIR_BYTES(""));
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
