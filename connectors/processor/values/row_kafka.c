/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/row_format_internal.h"
#include "connectors/processor/values/utf8.h"

#include <string.h>

static uint64_t read_big_endian(const uint8_t *bytes, size_t count)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

static void write_big_endian(uint64_t number, size_t count, struct weir_buffer *buffer)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(number >> (8 * (count - 1 - i)));
    }
    weir_buffer_append(buffer, bytes, count);
}

static bool has_size(struct weir_bytes bytes, size_t wanted, struct weir_error *err)
{
    return bytes.len == wanted ||
           weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                     "Size of data received is not %zu, but %zu", wanted, bytes.len);
}

bool weir_kafka_read(const struct weir_column *column, struct weir_bytes bytes,
                     struct weir_arena *arena, struct weir_value *value, struct weir_error *err)
{
    *value = (struct weir_value){.kind = (uint8_t)column->type->kind};
    switch (column->type->kind) {
    case WEIR_TYPE_INTEGER:
        if (!has_size(bytes, 4, err)) {
            return false;
        }
        value->integer = (int32_t)(uint32_t)read_big_endian(bytes.data, 4);
        return true;
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_DOUBLE:
        if (!has_size(bytes, 8, err)) {
            return false;
        }
        value->bigint = (int64_t)read_big_endian(bytes.data, 8); /* a double's bits */
        return true;
    case WEIR_TYPE_STRING:
        bytes = weir_utf8_repair(bytes, arena);
        __attribute__((fallthrough));
    case WEIR_TYPE_BYTES:
        value->bytes = bytes.data;
        value->length = (uint32_t)bytes.len;
        return true;
    default:
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "column %s has a type that the KAFKA format cannot carry", column->name);
    }
}

void weir_kafka_write(const struct weir_value *value, struct weir_buffer *buffer)
{
    uint64_t bits;
    switch (value->kind) {
    case WEIR_TYPE_INTEGER:
        write_big_endian((uint32_t)value->integer, 4, buffer);
        return;
    case WEIR_TYPE_BIGINT:
        write_big_endian((uint64_t)value->bigint, 8, buffer);
        return;
    case WEIR_TYPE_DOUBLE:
        memcpy(&bits, &value->number, sizeof bits);
        write_big_endian(bits, 8, buffer);
        return;
    default:
        if (value->length > 0) {
            weir_buffer_append(buffer, value->bytes, value->length);
        }
        return;
    }
}

void weir_window_suffix_append(enum weir_window_kind window, int64_t start_ms, int64_t end_ms,
                               struct weir_buffer *buffer)
{
    if (window == WEIR_WINDOW_SESSION) {
        write_big_endian((uint64_t)end_ms, 8, buffer);
    }
    if (window != WEIR_WINDOW_NONE) {
        write_big_endian((uint64_t)start_ms, 8, buffer);
    }
}

bool weir_window_suffix_take(enum weir_window_kind window, int64_t size_ms, struct weir_bytes *key,
                             int64_t *start_ms_out, int64_t *end_ms_out)
{
    size_t length = window == WEIR_WINDOW_SESSION ? 16 : window == WEIR_WINDOW_TIME ? 8 : 0;
    if (key->len < length) {
        return false;
    }
    const uint8_t *end = key->data + key->len;
    if (length > 0) {
        *start_ms_out = (int64_t)read_big_endian(end - 8, 8);
        *end_ms_out = *start_ms_out + size_ms;
    }
    if (window == WEIR_WINDOW_SESSION) {
        *end_ms_out = (int64_t)read_big_endian(end - 16, 8);
    }
    key->len -= length;
    return true;
}
