/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/java_text.h"
#include "connectors/processor/values/json_text.h"
#include "connectors/processor/values/row_format_internal.h"
#include "core/base/alloc.h"
#include "core/base/base64.h"

#include <math.h>
#include <string.h>

struct weir_json_writer {
    const struct weir_column *columns;
    size_t count;
    bool unwrapped;
    struct weir_arena *arena;
    struct weir_bytes *names; /* {"A": for the first, ,"B": for the others */
};

struct weir_json_writer *weir_json_writer_create(const struct weir_column *columns, size_t count,
                                                 bool unwrapped)
{
    struct weir_json_writer *writer = weir_alloc(sizeof *writer);
    *writer = (struct weir_json_writer){.columns = columns,
                                        .count = count,
                                        .unwrapped = unwrapped,
                                        .arena = weir_arena_create(4096)};
    writer->names = weir_arena_calloc(writer->arena, count + 1, sizeof *writer->names);
    for (size_t i = 0; i < count; i++) {
        weir_auto_buffer name;
        weir_buffer_init(&name, 1 << 20);
        weir_buffer_append_byte(&name, i == 0 ? '{' : ',');
        weir_json_text_append(weir_bytes_of(columns[i].name), &name);
        weir_buffer_append_byte(&name, ':');
        writer->names[i] = weir_arena_copy(writer->arena, weir_buffer_view(&name));
    }
    return writer;
}

void weir_json_writer_destroy(struct weir_json_writer *writer)
{
    if (writer) {
        weir_arena_destroy(writer->arena);
        weir_free(writer);
    }
}

static void print_double(double number, struct weir_buffer *buffer)
{
    bool quoted = !isfinite(number);
    if (quoted) {
        weir_buffer_append_byte(buffer, '"');
    }
    weir_double_print(number, buffer);
    if (quoted) {
        weir_buffer_append_byte(buffer, '"');
    }
}

static void print_array(const struct weir_value *value, const struct weir_type *type,
                        struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '[');
    for (uint32_t i = 0; i < value->length; i++) {
        if (i > 0) {
            weir_buffer_append_byte(buffer, ',');
        }
        weir_value_print_json(&value->items[i], type->element, buffer);
    }
    weir_buffer_append_byte(buffer, ']');
}

static void print_map_key(const struct weir_value *key, const struct weir_type *type,
                          struct weir_buffer *buffer)
{
    if (key->kind == WEIR_TYPE_STRING) {
        weir_json_text_append((struct weir_bytes){key->bytes, key->length}, buffer);
        return;
    }
    weir_buffer_append_byte(buffer, '"');
    weir_value_print_java(key, type, buffer);
    weir_buffer_append_byte(buffer, '"');
}

static void print_map(const struct weir_value *value, const struct weir_type *type,
                      struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '{');
    for (size_t i = 0; i < value->length; i++) {
        if (i > 0) {
            weir_buffer_append_byte(buffer, ',');
        }
        print_map_key(&value->items[2 * i], type->key, buffer);
        weir_buffer_append_byte(buffer, ':');
        weir_value_print_json(&value->items[2 * i + 1], type->element, buffer);
    }
    weir_buffer_append_byte(buffer, '}');
}

static void print_struct(const struct weir_value *value, const struct weir_type *type,
                         struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '{');
    for (uint32_t i = 0; i < value->length; i++) {
        if (i > 0) {
            weir_buffer_append_byte(buffer, ',');
        }
        weir_json_text_append(weir_bytes_of(type->fields[i].name), buffer);
        weir_buffer_append_byte(buffer, ':');
        weir_value_print_json(&value->items[i], type->fields[i].type, buffer);
    }
    weir_buffer_append_byte(buffer, '}');
}

void weir_value_print_json(const struct weir_value *value, const struct weir_type *type,
                           struct weir_buffer *buffer)
{
    switch ((enum weir_type_kind)value->kind) {
    case WEIR_TYPE_NULL:
        weir_buffer_append(buffer, "null", 4);
        return;
    case WEIR_TYPE_BOOLEAN:
        weir_buffer_append_text(buffer, value->boolean ? "true" : "false");
        return;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_INTERVAL_UNIT:
        weir_int64_print(value->integer, buffer);
        return;
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        weir_int64_print(value->bigint, buffer);
        return;
    case WEIR_TYPE_DOUBLE:
        print_double(value->number, buffer);
        return;
    case WEIR_TYPE_DECIMAL:
        weir_decimal_print_plain(value->decimal, buffer);
        return;
    case WEIR_TYPE_STRING:
        weir_json_text_append((struct weir_bytes){value->bytes, value->length}, buffer);
        return;
    case WEIR_TYPE_BYTES:
        weir_buffer_append_byte(buffer, '"');
        weir_base64_write((struct weir_bytes){value->bytes, value->length}, buffer);
        weir_buffer_append_byte(buffer, '"');
        return;
    case WEIR_TYPE_ARRAY:
        print_array(value, type, buffer);
        return;
    case WEIR_TYPE_MAP:
        print_map(value, type, buffer);
        return;
    case WEIR_TYPE_STRUCT:
        print_struct(value, type, buffer);
        return;
    }
}

void weir_json_writer_write(struct weir_json_writer *writer, const struct weir_value *values,
                            struct weir_buffer *buffer)
{
    if (writer->unwrapped) {
        weir_value_print_json(&values[0], writer->columns[0].type, buffer);
        return;
    }
    for (size_t i = 0; i < writer->count; i++) {
        weir_buffer_append_bytes(buffer, writer->names[i]);
        weir_value_print_json(&values[i], writer->columns[i].type, buffer);
    }
    weir_buffer_append_text(buffer, writer->count == 0 ? "{}" : "}");
}
