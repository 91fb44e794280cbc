/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bson_builder.h"

static void store_int32(uint8_t *at, int32_t number)
{
    uint32_t bits = (uint32_t)number;
    at[0] = (uint8_t)bits;
    at[1] = (uint8_t)(bits >> 8);
    at[2] = (uint8_t)(bits >> 16);
    at[3] = (uint8_t)(bits >> 24);
}

void weir_bson_put_int32(struct weir_buffer *buffer, int32_t number)
{
    uint8_t *at = weir_buffer_reserve(buffer, 4);
    if (at) {
        store_int32(at, number);
        buffer->len += 4;
    }
}

void weir_bson_put_int64(struct weir_buffer *buffer, int64_t number)
{
    uint8_t *at = weir_buffer_reserve(buffer, 8);
    if (at) {
        store_int32(at, (int32_t)(uint32_t)((uint64_t)number & 0xFFFFFFFFU));
        store_int32(at + 4, (int32_t)(uint32_t)((uint64_t)number >> 32));
        buffer->len += 8;
    }
}

size_t weir_bson_begin(struct weir_buffer *buffer)
{
    size_t start = buffer->len;
    weir_bson_put_int32(buffer, 0);
    return start;
}

void weir_bson_end(struct weir_buffer *buffer, size_t start)
{
    weir_buffer_append_byte(buffer, 0);
    if (!buffer->overflow) {
        store_int32(buffer->data + start, (int32_t)(buffer->len - start));
    }
}

void weir_bson_add_name(struct weir_buffer *buffer, uint8_t type, struct weir_bytes name)
{
    uint8_t *at = weir_buffer_reserve(buffer, name.len + 2);
    if (at) {
        at[0] = type;
        if (name.len > 0) {
            memcpy(at + 1, name.data, name.len);
        }
        at[name.len + 1] = 0;
        buffer->len += name.len + 2;
    }
}

void weir_bson_add_value(struct weir_buffer *buffer, struct weir_bytes name,
                         struct weir_bson_element value)
{
    weir_bson_add_name(buffer, value.type, name);
    weir_buffer_append_bytes(buffer, value.value);
}

void weir_bson_add_element(struct weir_buffer *buffer, struct weir_bson_element element)
{
    weir_bson_add_value(buffer, element.name, element);
}

void weir_bson_add_text(struct weir_buffer *buffer, struct weir_bytes name, struct weir_bytes text)
{
    weir_bson_add_name(buffer, WEIR_BSON_STRING, name);
    weir_bson_put_int32(buffer, (int32_t)(text.len + 1));
    weir_buffer_append_bytes(buffer, text);
    weir_buffer_append_byte(buffer, 0);
}

void weir_bson_add_int32(struct weir_buffer *buffer, struct weir_bytes name, int32_t number)
{
    weir_bson_add_name(buffer, WEIR_BSON_INT32, name);
    weir_bson_put_int32(buffer, number);
}

void weir_bson_add_int64(struct weir_buffer *buffer, struct weir_bytes name, int64_t number)
{
    weir_bson_add_name(buffer, WEIR_BSON_INT64, name);
    weir_bson_put_int64(buffer, number);
}

void weir_bson_add_date(struct weir_buffer *buffer, struct weir_bytes name, int64_t time_ms)
{
    weir_bson_add_name(buffer, WEIR_BSON_DATE, name);
    weir_bson_put_int64(buffer, time_ms);
}

void weir_bson_add_binary(struct weir_buffer *buffer, struct weir_bytes name, uint8_t subtype,
                          struct weir_bytes data)
{
    weir_bson_add_name(buffer, WEIR_BSON_BINARY, name);
    weir_bson_put_int32(buffer, (int32_t)data.len);
    weir_buffer_append_byte(buffer, subtype);
    weir_buffer_append_bytes(buffer, data);
}

void weir_bson_add_object_id(struct weir_buffer *buffer, struct weir_bytes name,
                             const uint8_t id[12])
{
    weir_bson_add_name(buffer, WEIR_BSON_OBJECT_ID, name);
    weir_buffer_append(buffer, id, 12);
}

size_t weir_bson_add_begin(struct weir_buffer *buffer, uint8_t type, struct weir_bytes name)
{
    weir_bson_add_name(buffer, type, name);
    return weir_bson_begin(buffer);
}

void weir_bson_add_all(struct weir_buffer *buffer, struct weir_bytes document,
                       struct weir_bytes skipped)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (weir_bytes_is_null(skipped) || !weir_bytes_equal(element.name, skipped)) {
            weir_bson_add_element(buffer, element);
        }
    }
}
