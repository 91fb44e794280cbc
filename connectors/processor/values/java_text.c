/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/java_text.h"

#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/row_format.h"
#include "connectors/processor/values/time_text.h"
#include "core/base/base64.h"
#include "core/json/java_number.h"

void weir_double_print(double number, struct weir_buffer *buffer)
{
    char text[WEIR_JAVA_DOUBLE_BYTES];
    weir_buffer_append(buffer, text, weir_java_double_text(number, text));
}

void weir_int64_print(int64_t number, struct weir_buffer *buffer)
{
    char text[WEIR_INT64_BYTES];
    weir_buffer_append(buffer, text, weir_int64_text(number, text));
}

static const struct weir_type *element_type(const struct weir_type *type)
{
    return type ? type->element : NULL;
}

static void print_array(const struct weir_value *value, const struct weir_type *type,
                        struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '[');
    for (uint32_t i = 0; i < value->length; i++) {
        weir_buffer_append_text(buffer, i > 0 ? ", " : "");
        weir_value_print_java(&value->items[i], element_type(type), buffer);
    }
    weir_buffer_append_byte(buffer, ']');
}

static void print_map(const struct weir_value *value, const struct weir_type *type,
                      struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '{');
    for (size_t i = 0; i < value->length; i++) {
        weir_buffer_append_text(buffer, i > 0 ? ", " : "");
        weir_value_print_java(&value->items[2 * i], type ? type->key : NULL, buffer);
        weir_buffer_append_byte(buffer, '=');
        weir_value_print_java(&value->items[2 * i + 1], element_type(type), buffer);
    }
    weir_buffer_append_byte(buffer, '}');
}

/* Connect's Struct.toString leaves null fields out. */
static void print_struct(const struct weir_value *value, const struct weir_type *type,
                         struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, "Struct{");
    bool first = true;
    for (uint32_t i = 0; i < value->length; i++) {
        if (weir_value_is_null(&value->items[i])) {
            continue;
        }
        weir_buffer_append_text(buffer, first ? "" : ",");
        first = false;
        weir_buffer_append_text(buffer, type ? type->fields[i].name : "?");
        weir_buffer_append_byte(buffer, '=');
        weir_value_print_java(&value->items[i], type ? type->fields[i].type : NULL, buffer);
    }
    weir_buffer_append_byte(buffer, '}');
}

void weir_value_print_java(const struct weir_value *value, const struct weir_type *type,
                           struct weir_buffer *buffer)
{
    switch ((enum weir_type_kind)value->kind) {
    case WEIR_TYPE_NULL:
        weir_buffer_append_text(buffer, "null");
        return;
    case WEIR_TYPE_BOOLEAN:
        weir_buffer_append_text(buffer, value->boolean ? "true" : "false");
        return;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_INTERVAL_UNIT:
        weir_int64_print(value->integer, buffer);
        return;
    case WEIR_TYPE_BIGINT:
        weir_int64_print(value->bigint, buffer);
        return;
    case WEIR_TYPE_DOUBLE:
        weir_double_print(value->number, buffer);
        return;
    case WEIR_TYPE_DECIMAL:
        weir_decimal_print_plain(value->decimal, buffer);
        return;
    case WEIR_TYPE_STRING:
        weir_buffer_append(buffer, value->text, value->length);
        return;
    case WEIR_TYPE_BYTES:
        weir_base64_write((struct weir_bytes){value->bytes, value->length}, buffer);
        return;
    case WEIR_TYPE_DATE:
        weir_date_print(value->integer, buffer);
        return;
    case WEIR_TYPE_TIME:
        weir_time_print(value->integer, buffer);
        return;
    case WEIR_TYPE_TIMESTAMP:
        weir_timestamp_print(value->bigint, buffer);
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
