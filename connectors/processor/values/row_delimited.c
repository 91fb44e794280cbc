/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/binary_text.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/java_text.h"
#include "connectors/processor/values/number_text.h"
#include "connectors/processor/values/row_format_internal.h"
#include "connectors/processor/values/utf8.h"

#include <string.h>

/* The rules are those of Apache Commons CSV's default format: quotes around a field may hold
 * delimiters and line ends, a quote in them is doubled; empty lines are passed over; only the first
 * record counts. */

struct line {
    const uint8_t *at, *end;
    uint8_t delimiter;
};

static bool is_line_end(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

/* After the opening quote. False: no closing quote, or something but white space behind it. */
static bool take_quoted(struct line *line, struct weir_arena *arena, struct weir_bytes *field_out)
{
    uint8_t *field = weir_arena_alloc(arena, (size_t)(line->end - line->at) + 1);
    size_t length = 0;
    for (;;) {
        if (line->at == line->end) {
            return false;
        }
        uint8_t byte = *line->at++;
        if (byte != '"') {
            field[length++] = byte;
        } else if (line->at < line->end && *line->at == '"') {
            field[length++] = '"';
            line->at++;
        } else {
            break;
        }
    }
    while (line->at < line->end && *line->at != line->delimiter && !is_line_end(*line->at)) {
        if (*line->at != ' ' && *line->at != '\t') {
            return false;
        }
        line->at++;
    }
    *field_out = (struct weir_bytes){field, length};
    return true;
}

static bool take_field(struct line *line, struct weir_arena *arena, struct weir_bytes *field_out)
{
    if (line->at < line->end && *line->at == '"') {
        line->at++;
        return take_quoted(line, arena, field_out);
    }
    const uint8_t *start = line->at;
    while (line->at < line->end && *line->at != line->delimiter && !is_line_end(*line->at)) {
        line->at++;
    }
    *field_out = (struct weir_bytes){start, (size_t)(line->at - start)};
    return true;
}

static bool is_true(const char *text, size_t length)
{
    return length == 4 && strncasecmp(text, "true", 4) == 0;
}

static bool set_decimal(const struct weir_type *type, struct weir_bytes field,
                        struct weir_arena *arena, struct weir_value *value)
{
    const struct weir_decimal *decimal =
        weir_decimal_parse(arena, (const char *)field.data, field.len);
    if (!decimal) {
        return false;
    }
    decimal = weir_decimal_set_scale(arena, decimal, type->scale, WEIR_ROUND_UNNECESSARY);
    value->decimal = decimal;
    return decimal && weir_decimal_precision(decimal) <= type->precision;
}

static bool set_value(const struct weir_type *type, struct weir_bytes field,
                      struct weir_arena *arena, struct weir_value *value)
{
    const char *text = (const char *)field.data;
    struct weir_bytes bytes;
    value->kind = (uint8_t)type->kind;
    switch (type->kind) {
    case WEIR_TYPE_BOOLEAN:
        value->boolean = is_true(text, field.len);
        return true;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
        return weir_text_to_int32(text, field.len, &value->integer);
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        return weir_text_to_int64(text, field.len, &value->bigint);
    case WEIR_TYPE_DOUBLE:
        return weir_text_to_double(text, field.len, &value->number);
    case WEIR_TYPE_DECIMAL:
        return set_decimal(type, field, arena, value);
    case WEIR_TYPE_STRING:
        value->bytes = field.data;
        value->length = (uint32_t)field.len;
        return true;
    case WEIR_TYPE_BYTES:
        if (!weir_base64_decode(field, arena, &bytes)) {
            return false;
        }
        value->bytes = bytes.data;
        value->length = (uint32_t)bytes.len;
        return true;
    default:
        return false;
    }
}

static bool fail_count(size_t wanted, size_t found, bool more, struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                     "Unexpected field count, csvFields:%zu%s schemaFields:%zu", found,
                     more ? " or more" : "", wanted);
}

bool weir_delimited_read(const struct weir_column *columns, size_t count, char delimiter,
                         struct weir_bytes bytes, struct weir_arena *arena,
                         struct weir_value *values, struct weir_error *err)
{
    bytes = weir_utf8_repair(bytes, arena);
    struct line line = {bytes.data, bytes.data + bytes.len, (uint8_t)delimiter};
    while (line.at < line.end && is_line_end(*line.at)) {
        line.at++;
    }
    if (line.at == line.end) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "No fields in record");
    }
    for (size_t i = 0;; i++) {
        struct weir_bytes field;
        if (i == count) {
            return fail_count(count, count + 1, true, err);
        }
        if (!take_field(&line, arena, &field)) {
            return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "bad quotes in field %zu",
                             i + 1);
        }
        values[i] = WEIR_VALUE_NULL;
        if (field.len > 0 && !set_value(columns[i].type, field, arena, &values[i])) {
            return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                             "field %zu does not fit column %s", i + 1, columns[i].name);
        }
        bool last = line.at == line.end || is_line_end(*line.at);
        if (last) {
            return i + 1 == count || fail_count(count, i + 1, false, err);
        }
        line.at++;
    }
}

/* Quotes as Commons CSV's MINIMAL mode: a first field also when it is empty. */
static bool needs_quotes(struct weir_bytes text, bool first, char delimiter)
{
    if (text.len == 0) {
        return first;
    }
    if (text.data[0] <= '#' || text.data[text.len - 1] <= ' ') {
        return true;
    }
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (is_line_end(byte) || byte == '"' || byte == (uint8_t)delimiter) {
            return true;
        }
    }
    return false;
}

static void append_field(struct weir_bytes text, bool first, char delimiter,
                         struct weir_buffer *buffer)
{
    if (!needs_quotes(text, first, delimiter)) {
        weir_buffer_append_bytes(buffer, text);
        return;
    }
    weir_buffer_append_byte(buffer, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"') {
            weir_buffer_append_byte(buffer, '"');
        }
        weir_buffer_append_byte(buffer, text.data[i]);
    }
    weir_buffer_append_byte(buffer, '"');
}

static void append_value(const struct weir_value *value, bool first, char delimiter,
                         struct weir_buffer *buffer)
{
    switch (value->kind) {
    case WEIR_TYPE_NULL:
        return;
    case WEIR_TYPE_STRING:
        append_field((struct weir_bytes){value->bytes, value->length}, first, delimiter, buffer);
        return;
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
        weir_int64_print(value->integer, buffer);
        return;
    case WEIR_TYPE_TIMESTAMP:
        weir_int64_print(value->bigint, buffer);
        return;
    default:
        weir_value_print_java(value, NULL, buffer);
        return;
    }
}

void weir_delimited_write(size_t count, char delimiter, const struct weir_value *values,
                          struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            weir_buffer_append_byte(buffer, (uint8_t)delimiter);
        }
        append_value(&values[i], i == 0, delimiter, buffer);
    }
}
