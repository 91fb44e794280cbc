/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/value_codec.h"

#include "connectors/processor/values/decimal.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

/* The tag is the type kind; booleans carry their value in the tag. */
enum { TAG_TRUE = 64, TAG_FALSE = 65 };

void weir_codec_put_unsigned(uint64_t number, struct weir_buffer *buffer)
{
    uint8_t bytes[10];
    size_t length = 0;
    while (number >= 0x80) {
        bytes[length++] = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    bytes[length++] = (uint8_t)number;
    weir_buffer_append(buffer, bytes, length);
}

void weir_codec_put_signed(int64_t number, struct weir_buffer *buffer)
{
    weir_codec_put_unsigned(((uint64_t)number << 1) ^ (uint64_t)(number >> 63), buffer);
}

bool weir_codec_get_unsigned(struct weir_bytes *bytes, uint64_t *number_out)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes->len && i < 10; i++) {
        uint8_t byte = bytes->data[i];
        number |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *number_out = number;
            bytes->data += i + 1;
            bytes->len -= i + 1;
            return true;
        }
    }
    return false;
}

bool weir_codec_get_signed(struct weir_bytes *bytes, int64_t *number_out)
{
    uint64_t number;
    if (!weir_codec_get_unsigned(bytes, &number)) {
        return false;
    }
    *number_out = (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
    return true;
}

static void put_double(double number, struct weir_buffer *buffer)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    uint8_t bytes[8];
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(bits >> (8 * i));
    }
    weir_buffer_append(buffer, bytes, sizeof bytes);
}

static void put_decimal(const struct weir_decimal *decimal, struct weir_buffer *buffer)
{
    weir_codec_put_signed(decimal->scale, buffer);
    weir_codec_put_unsigned((uint64_t)decimal->word_count << 1 | decimal->negative, buffer);
    for (uint32_t i = 0; i < decimal->word_count; i++) {
        weir_codec_put_unsigned(decimal->words[i], buffer);
    }
}

static void put_items(const struct weir_value *items, size_t count, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_value_encode(&items[i], buffer);
    }
}

void weir_value_encode(const struct weir_value *value, struct weir_buffer *buffer)
{
    if (value->kind == WEIR_TYPE_BOOLEAN) {
        weir_buffer_append_byte(buffer, value->boolean ? TAG_TRUE : TAG_FALSE);
        return;
    }
    weir_buffer_append_byte(buffer, value->kind);
    switch ((enum weir_type_kind)value->kind) {
    case WEIR_TYPE_NULL:
    case WEIR_TYPE_BOOLEAN:
        return;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_INTERVAL_UNIT:
        weir_codec_put_signed(value->integer, buffer);
        return;
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        weir_codec_put_signed(value->bigint, buffer);
        return;
    case WEIR_TYPE_DOUBLE:
        put_double(value->number, buffer);
        return;
    case WEIR_TYPE_DECIMAL:
        put_decimal(value->decimal, buffer);
        return;
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
        weir_codec_put_unsigned(value->length, buffer);
        if (value->length > 0) {
            weir_buffer_append(buffer, value->bytes, value->length);
        }
        return;
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_STRUCT:
        weir_codec_put_unsigned(value->length, buffer);
        put_items(value->items, value->length, buffer);
        return;
    case WEIR_TYPE_MAP:
        weir_codec_put_unsigned(value->length, buffer);
        put_items(value->items, 2 * (size_t)value->length, buffer);
        return;
    }
}

static bool get_value(struct weir_bytes *bytes, struct weir_arena *arena,
                      struct weir_value *value_out, int depth);

static bool get_integer(struct weir_bytes *bytes, struct weir_value *value)
{
    int64_t number;
    if (!weir_codec_get_signed(bytes, &number) || number < INT32_MIN || number > INT32_MAX) {
        return false;
    }
    value->integer = (int32_t)number;
    return true;
}

static bool get_double(struct weir_bytes *bytes, double *number_out)
{
    if (bytes->len < 8) {
        return false;
    }
    uint64_t bits = 0;
    for (size_t i = 0; i < 8; i++) {
        bits |= (uint64_t)bytes->data[i] << (8 * i);
    }
    memcpy(number_out, &bits, sizeof bits);
    bytes->data += 8;
    bytes->len -= 8;
    return true;
}

static bool get_decimal(struct weir_bytes *bytes, struct weir_arena *arena,
                        struct weir_value *value)
{
    int64_t scale;
    uint64_t head;
    if (!weir_codec_get_signed(bytes, &scale) || !weir_codec_get_unsigned(bytes, &head)) {
        return false;
    }
    uint64_t count = head >> 1;
    if (scale < -WEIR_DECIMAL_SCALE_MAX || scale > WEIR_DECIMAL_SCALE_MAX || count == 0 ||
        count > WEIR_DECIMAL_DIGITS_MAX / WEIR_DECIMAL_WORD_DIGITS + 1 || count > bytes->len) {
        return false;
    }
    struct weir_decimal *decimal =
        weir_arena_alloc(arena, sizeof *decimal + count * sizeof(uint64_t));
    decimal->scale = (int32_t)scale;
    decimal->word_count = (uint32_t)count;
    decimal->negative = (head & 1) != 0;
    for (size_t i = 0; i < count; i++) {
        if (!weir_codec_get_unsigned(bytes, &decimal->words[i]) ||
            decimal->words[i] >= 10000000000000000000u) {
            return false;
        }
    }
    value->decimal = decimal;
    return count == 1 || decimal->words[count - 1] != 0;
}

static bool get_text(struct weir_bytes *bytes, struct weir_value *value)
{
    uint64_t length;
    if (!weir_codec_get_unsigned(bytes, &length) || length > bytes->len) {
        return false;
    }
    value->bytes = bytes->data;
    value->length = (uint32_t)length;
    bytes->data += length;
    bytes->len -= length;
    return true;
}

static bool get_items(struct weir_bytes *bytes, struct weir_arena *arena, struct weir_value *value,
                      size_t each, int depth)
{
    uint64_t length;
    /* An item has a byte at least, so the count is bounded by what is there. */
    if (!weir_codec_get_unsigned(bytes, &length) || length * each > bytes->len || depth == 0) {
        return false;
    }
    struct weir_value *items = weir_arena_alloc(arena, (length * each + 1) * sizeof *items);
    for (size_t i = 0; i < length * each; i++) {
        if (!get_value(bytes, arena, &items[i], depth - 1)) {
            return false;
        }
    }
    value->items = items;
    value->length = (uint32_t)length;
    return true;
}

static bool get_content(struct weir_bytes *bytes, struct weir_arena *arena,
                        struct weir_value *value, int depth)
{
    switch ((enum weir_type_kind)value->kind) {
    case WEIR_TYPE_NULL:
        return true;
    case WEIR_TYPE_BOOLEAN: /* has tags of its own */
        return false;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_INTERVAL_UNIT:
        return get_integer(bytes, value);
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        return weir_codec_get_signed(bytes, &value->bigint);
    case WEIR_TYPE_DOUBLE:
        return get_double(bytes, &value->number);
    case WEIR_TYPE_DECIMAL:
        return get_decimal(bytes, arena, value);
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
        return get_text(bytes, value);
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_STRUCT:
        return get_items(bytes, arena, value, 1, depth);
    case WEIR_TYPE_MAP:
        return get_items(bytes, arena, value, 2, depth);
    }
    return false;
}

static bool get_value(struct weir_bytes *bytes, struct weir_arena *arena,
                      struct weir_value *value_out, int depth)
{
    if (bytes->len == 0) {
        return false;
    }
    uint8_t tag = bytes->data[0];
    bytes->data++;
    bytes->len--;
    if (tag == TAG_TRUE || tag == TAG_FALSE) {
        *value_out = (struct weir_value){.boolean = tag == TAG_TRUE, .kind = WEIR_TYPE_BOOLEAN};
        return true;
    }
    *value_out = (struct weir_value){.kind = tag};
    return tag <= WEIR_TYPE_INTERVAL_UNIT && get_content(bytes, arena, value_out, depth);
}

bool weir_value_decode(struct weir_bytes *bytes, struct weir_arena *arena,
                       struct weir_value *value_out)
{
    struct weir_bytes rest = *bytes;
    struct weir_value value;
    if (!get_value(&rest, arena, &value, DEPTH_MAX)) {
        return false;
    }
    *bytes = rest;
    *value_out = value;
    return true;
}

void weir_values_encode(const struct weir_value *values, size_t count, struct weir_buffer *buffer)
{
    weir_codec_put_unsigned(count, buffer);
    put_items(values, count, buffer);
}

bool weir_values_decode(struct weir_bytes *bytes, struct weir_arena *arena,
                        struct weir_value *values, size_t count)
{
    uint64_t stored;
    struct weir_bytes rest = *bytes;
    if (!weir_codec_get_unsigned(&rest, &stored) || stored != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!get_value(&rest, arena, &values[i], DEPTH_MAX)) {
            return false;
        }
    }
    *bytes = rest;
    return true;
}
