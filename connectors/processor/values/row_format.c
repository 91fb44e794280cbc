/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/row_format.h"

#include "connectors/processor/values/row_format_internal.h"
#include "core/base/alloc.h"

#include <string.h>

struct weir_row_reader {
    struct weir_format format;
    const struct weir_column *columns;
    size_t count;
    struct weir_json_reader *json; /* JSON */
};

struct weir_row_writer {
    struct weir_format format;
    const struct weir_column *columns;
    size_t count;
    struct weir_json_writer *json; /* JSON */
};

static bool fail_type(const char *format, const struct weir_column *column, struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                     "The '%s' format does not support type '%s', column: `%s`", format,
                     weir_type_kind_name(column->type->kind), column->name);
}

static bool check_json(const struct weir_type *type, const struct weir_column *column,
                       struct weir_error *err)
{
    if (type->kind == WEIR_TYPE_MAP) {
        if (type->key->kind != WEIR_TYPE_STRING) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                             "JSON only supports MAP types with STRING keys, column: `%s`",
                             column->name);
        }
        return check_json(type->element, column, err);
    }
    if (type->kind == WEIR_TYPE_ARRAY) {
        return check_json(type->element, column, err);
    }
    for (size_t i = 0; i < type->field_count; i++) {
        if (!check_json(type->fields[i].type, column, err)) {
            return false;
        }
    }
    return true;
}

static bool check_kafka(const struct weir_column *columns, size_t count, struct weir_error *err)
{
    if (count > 1) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                         "The 'KAFKA' format only supports a single field. Got: %zu columns",
                         count);
    }
    if (count == 0) {
        return true;
    }
    switch (columns[0].type->kind) {
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_DOUBLE:
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
        return true;
    default:
        return fail_type("KAFKA", &columns[0], err);
    }
}

static bool check_delimited(const struct weir_column *columns, size_t count, struct weir_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (columns[i].type->kind >= WEIR_TYPE_ARRAY) {
            return fail_type("DELIMITED", &columns[i], err);
        }
    }
    return true;
}

bool weir_format_check(const struct weir_format *format, const struct weir_column *columns,
                       size_t count, struct weir_error *err)
{
    switch (format->kind) {
    case WEIR_FORMAT_NONE:
        return count == 0 ||
               weir_fail(
                   err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                   "The 'NONE' format can only be used when no columns are defined. Got: `%s`",
                   columns[0].name);
    case WEIR_FORMAT_KAFKA:
        return check_kafka(columns, count, err);
    case WEIR_FORMAT_DELIMITED:
        return check_delimited(columns, count, err);
    case WEIR_FORMAT_JSON:
        for (size_t i = 0; i < count; i++) {
            if (!check_json(columns[i].type, &columns[i], err)) {
                return false;
            }
        }
        return true;
    }
    return false;
}

static char delimiter_of(const struct weir_format *format)
{
    return format->delimiter ? format->delimiter : ',';
}

struct weir_row_reader *weir_row_reader_create(const struct weir_format *format,
                                               const struct weir_column *columns, size_t count)
{
    struct weir_row_reader *reader = weir_alloc(sizeof *reader);
    *reader = (struct weir_row_reader){.format = *format, .columns = columns, .count = count};
    if (format->kind == WEIR_FORMAT_JSON) {
        reader->json = weir_json_reader_create(columns, count, format->unwrapped && count == 1);
    }
    return reader;
}

void weir_row_reader_destroy(struct weir_row_reader *reader)
{
    if (reader) {
        weir_json_reader_destroy(reader->json);
        weir_free(reader);
    }
}

struct weir_row_writer *weir_row_writer_create(const struct weir_format *format,
                                               const struct weir_column *columns, size_t count)
{
    struct weir_row_writer *writer = weir_alloc(sizeof *writer);
    *writer = (struct weir_row_writer){.format = *format, .columns = columns, .count = count};
    if (format->kind == WEIR_FORMAT_JSON) {
        writer->json = weir_json_writer_create(columns, count, format->unwrapped && count == 1);
    }
    return writer;
}

void weir_row_writer_destroy(struct weir_row_writer *writer)
{
    if (writer) {
        weir_json_writer_destroy(writer->json);
        weir_free(writer);
    }
}

bool weir_row_read(struct weir_row_reader *reader, struct weir_bytes bytes,
                   struct weir_arena *arena, struct weir_value *values, bool *null_row_out,
                   struct weir_error *err)
{
    *null_row_out = weir_bytes_is_null(bytes);
    if (*null_row_out || reader->format.kind == WEIR_FORMAT_NONE) {
        memset(values, 0, reader->count * sizeof *values);
        return true;
    }
    switch (reader->format.kind) {
    case WEIR_FORMAT_JSON:
        return weir_json_reader_read(reader->json, bytes, arena, values, null_row_out, err);
    case WEIR_FORMAT_KAFKA:
        return reader->count == 0 ||
               weir_kafka_read(&reader->columns[0], bytes, arena, &values[0], err);
    case WEIR_FORMAT_DELIMITED:
        return weir_delimited_read(reader->columns, reader->count, delimiter_of(&reader->format),
                                   bytes, arena, values, err);
    case WEIR_FORMAT_NONE:
        break;
    }
    return true;
}

bool weir_row_write(struct weir_row_writer *writer, const struct weir_value *values,
                    struct weir_buffer *buffer, bool *null_out, struct weir_error *err)
{
    bool bare = writer->format.kind == WEIR_FORMAT_KAFKA ||
                (writer->format.kind == WEIR_FORMAT_JSON && writer->format.unwrapped);
    *null_out = writer->format.kind == WEIR_FORMAT_NONE ||
                (writer->count == 0 && writer->format.kind != WEIR_FORMAT_JSON) ||
                (bare && writer->count == 1 && weir_value_is_null(&values[0]));
    if (*null_out) {
        return true;
    }
    switch (writer->format.kind) {
    case WEIR_FORMAT_JSON:
        weir_json_writer_write(writer->json, values, buffer);
        break;
    case WEIR_FORMAT_KAFKA:
        weir_kafka_write(&values[0], buffer);
        break;
    case WEIR_FORMAT_DELIMITED:
        weir_delimited_write(writer->count, delimiter_of(&writer->format), values, buffer);
        break;
    case WEIR_FORMAT_NONE:
        break;
    }
    return !buffer->overflow ||
           weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                     "the record would be larger than %zu bytes", buffer->bytes_max);
}
