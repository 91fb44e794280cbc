/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/uuid.h"

#include "core/base/error.h"

#include <bson/bson.h>
#include <sys/random.h>

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    uint8_t letter = byte | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Whether a hyphen stands in front of the text's digit pair number index. */
static bool hyphen_before(size_t index)
{
    return index == 4 || index == 6 || index == 8 || index == 10;
}

bool weir_uuid_read(struct weir_bytes text, uint8_t id_out[WEIR_UUID_BYTES])
{
    bool hyphens = text.len == WEIR_UUID_TEXT_BYTES;
    if (weir_bytes_is_null(text) || (!hyphens && text.len != 2 * (size_t)WEIR_UUID_BYTES)) {
        return false;
    }
    const uint8_t *at = text.data;
    for (size_t i = 0; i < WEIR_UUID_BYTES; i++) {
        if (hyphens && hyphen_before(i) && *at++ != '-') {
            return false;
        }
        int high = hex_digit(at[0]), low = hex_digit(at[1]);
        if (high < 0 || low < 0) {
            return false;
        }
        id_out[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    return true;
}

void weir_uuid_write(const uint8_t id[WEIR_UUID_BYTES], char text_out[WEIR_UUID_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < WEIR_UUID_BYTES; i++) {
        if (hyphen_before(i)) {
            *text_out++ = '-';
        }
        *text_out++ = digits[id[i] >> 4];
        *text_out++ = digits[id[i] & 0x0F];
    }
}

void weir_uuid_make(uint8_t id_out[WEIR_UUID_BYTES])
{
    ssize_t got = getrandom(id_out, WEIR_UUID_BYTES, 0);
    weir_assert(got == WEIR_UUID_BYTES);
    id_out[6] = (uint8_t)((id_out[6] & 0x0F) | 0x40);
    id_out[8] = (uint8_t)((id_out[8] & 0x3F) | 0x80);
}

void weir_object_id_make(uint8_t id_out[WEIR_OBJECT_ID_BYTES])
{
    bson_oid_t id;
    bson_oid_init(&id, NULL);
    memcpy(id_out, id.bytes, WEIR_OBJECT_ID_BYTES);
}
