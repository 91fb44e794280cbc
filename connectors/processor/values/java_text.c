/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/java_text.h"

#include "connectors/processor/values/base64.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/row_format.h"
#include "connectors/processor/values/time_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The shortest digits that read back, and the exponent of the first. */
static size_t shortest_digits(double number, char *digits, int *exponent_out)
{
    char text[40];
    for (int precision = 0; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    size_t count = 0;
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (*at != '.') {
            digits[count++] = *at;
        }
    }
    *exponent_out = (int)strtol(at + 1, NULL, 10);
    return count;
}

static size_t put_plain(const char *digits, size_t count, int exponent, char *text)
{
    size_t length = 0;
    if (exponent < 0) {
        text[length++] = '0';
        text[length++] = '.';
        for (int i = exponent + 1; i < 0; i++) {
            text[length++] = '0';
        }
        memcpy(text + length, digits, count);
        return length + count;
    }
    for (size_t i = 0; i <= (size_t)exponent; i++) {
        text[length++] = i < count ? digits[i] : '0';
    }
    text[length++] = '.';
    if (count <= (size_t)exponent + 1) {
        text[length++] = '0';
        return length;
    }
    memcpy(text + length, digits + exponent + 1, count - (size_t)exponent - 1);
    return length + count - (size_t)exponent - 1;
}

size_t weir_double_to_text(double number, char *text)
{
    if (isnan(number)) {
        memcpy(text, "NaN", 3);
        return 3;
    }
    size_t sign = signbit(number) ? 1 : 0;
    text[0] = '-';
    if (isinf(number)) {
        memcpy(text + sign, "Infinity", 8);
        return sign + 8;
    }
    if (number == 0) {
        memcpy(text + sign, "0.0", 3);
        return sign + 3;
    }
    char digits[20];
    int exponent;
    size_t count = shortest_digits(fabs(number), digits, &exponent);
    if (exponent >= -3 && exponent < 7) {
        return sign + put_plain(digits, count, exponent, text + sign);
    }
    size_t length = sign;
    text[length++] = digits[0];
    text[length++] = '.';
    if (count == 1) {
        digits[1] = '0';
        count = 2;
    }
    memcpy(text + length, digits + 1, count - 1);
    length += count - 1;
    return length + (size_t)snprintf(text + length, 8, "E%d", exponent);
}

void weir_double_print(double number, struct weir_buffer *buffer)
{
    char text[WEIR_DOUBLE_TEXT_BYTES];
    weir_buffer_append(buffer, text, weir_double_to_text(number, text));
}

void weir_int64_print(int64_t number, struct weir_buffer *buffer)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        text[--at] = '-';
    }
    weir_buffer_append(buffer, text + at, sizeof text - at);
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
        weir_base64_encode((struct weir_bytes){value->bytes, value->length}, buffer);
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
