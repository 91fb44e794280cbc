/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/schema.h"

#include "core/base/base64.h"
#include "core/json/compact.h"
#include "core/json/java_number.h"
#include "core/mongo/decimal.h"

#include <math.h>
#include <string.h>

enum { TEXT_BYTES_MAX = 128 << 20 };

/* What is being written, for errors and formats. */
struct projection {
    enum weir_bson_json form;
    struct weir_buffer *out;
    struct weir_error *err;
};

static bool project(const struct projection *projection, const struct weir_schema *schema,
                    struct weir_bson_element value, struct weir_bytes name);

static bool mismatch(const struct projection *projection, struct weir_bytes name,
                     const char *expected)
{
    return weir_fail(projection->err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                     "Schema mismatch: field '%.*s' is not %s", (int)name.len,
                     name.data ? (const char *)name.data : "", expected);
}

/* Text as it is; documents as JSON text; other values as JSON without the quotes around it. */
static bool project_string(const struct projection *projection, struct weir_bson_element value)
{
    if (value.type == WEIR_BSON_STRING) {
        weir_json_append_string(projection->out, weir_bson_text(value));
        return true;
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    bool good = weir_bson_value_to_json(&value, projection->form, &text);
    struct weir_bytes plain = weir_buffer_view(&text);
    if (plain.len >= 2 && plain.data[0] == '"') {
        weir_buffer_append_bytes(projection->out, plain); /* a JSON string already */
    } else {
        weir_json_append_string(projection->out, plain);
    }
    return good || weir_fail(projection->err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                             "the server sent a value that is not BSON");
}

/* Whole numbers in *whole_out; a double in *real_out too. False: not a number. */
static bool read_number(struct weir_bson_element value, int64_t *whole_out, double *real_out)
{
    switch (value.type) {
    case WEIR_BSON_INT32:
        *whole_out = weir_bson_int32(value);
        break;
    case WEIR_BSON_INT64:
    case WEIR_BSON_DATE:
        *whole_out = weir_bson_int64(value);
        break;
    case WEIR_BSON_TIMESTAMP:
        *whole_out = (int64_t)((uint64_t)weir_bson_int64(value) >> 32) * 1000;
        break;
    case WEIR_BSON_DOUBLE: /* as Java casts: NaN is 0, too large is the largest */
        memcpy(real_out, value.value.data, sizeof(*real_out));
        *whole_out = isnan(*real_out)                 ? 0
                     : *real_out >= (double)INT64_MAX ? INT64_MAX
                     : *real_out <= (double)INT64_MIN ? INT64_MIN
                                                      : (int64_t)*real_out;
        return true;
    default:
        return false;
    }
    *real_out = (double)*whole_out;
    return true;
}

static void append_double(struct weir_buffer *out, double number)
{
    char text[WEIR_JAVA_DOUBLE_BYTES];
    if (isnan(number) || isinf(number)) {
        weir_buffer_append_text(out, isnan(number) ? "\"NaN\""
                                     : number > 0  ? "\"Infinity\""
                                                   : "\"-Infinity\"");
        return;
    }
    weir_buffer_append(out, text, weir_java_double_text(number, text));
}

static bool project_number(const struct projection *projection, const struct weir_schema *schema,
                           struct weir_bson_element value, struct weir_bytes name)
{
    int64_t whole;
    double real;
    if (!read_number(value, &whole, &real)) {
        return mismatch(projection, name, "a number");
    }
    if (schema->type == WEIR_SCHEMA_FLOAT || schema->type == WEIR_SCHEMA_DOUBLE) {
        append_double(projection->out,
                      schema->type == WEIR_SCHEMA_FLOAT ? (double)(float)real : real);
        return true;
    }
    if (schema->type == WEIR_SCHEMA_INT && value.type == WEIR_BSON_DOUBLE) {
        whole = whole > INT32_MAX ? INT32_MAX : whole < INT32_MIN ? INT32_MIN : whole;
    }
    whole = schema->type == WEIR_SCHEMA_INT ? (int32_t)(uint32_t)whole : whole;
    weir_buffer_append_format(projection->out, "%lld", (long long)whole);
    return true;
}

static bool project_bytes(const struct projection *projection, struct weir_bson_element value,
                          struct weir_bytes name)
{
    struct weir_bytes bytes = value.value;
    if (value.type != WEIR_BSON_BINARY || bytes.len < 5) { /* length, subtype, bytes */
        return mismatch(projection, name, "binary");
    }
    weir_buffer_append_byte(projection->out, '"');
    weir_base64_write((struct weir_bytes){bytes.data + 5, bytes.len - 5}, projection->out);
    weir_buffer_append_byte(projection->out, '"');
    return true;
}

static bool project_decimal(const struct projection *projection, const struct weir_schema *schema,
                            struct weir_bson_element value, struct weir_bytes name)
{
    struct weir_decimal decimal;
    uint8_t bytes[WEIR_DECIMAL_BYTES];
    if (value.type != WEIR_BSON_DECIMAL128 || !weir_decimal_read(value.value, &decimal) ||
        !weir_decimal_rescale(&decimal, schema->scale)) {
        return mismatch(projection, name, "a decimal of that scale");
    }
    weir_buffer_append_byte(projection->out, '"');
    size_t count = weir_decimal_unscaled(&decimal, bytes);
    weir_base64_write((struct weir_bytes){bytes, count}, projection->out);
    weir_buffer_append_byte(projection->out, '"');
    return true;
}

/* The elements of an array or map. */
static bool project_items(const struct projection *projection, const struct weir_schema *schema,
                          struct weir_bytes container)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    const char *separator = "";
    weir_bson_iterator_init(&iterator, container);
    while (weir_bson_next(&iterator, &element)) {
        weir_buffer_append_text(projection->out, separator);
        separator = ",";
        if (schema->type == WEIR_SCHEMA_MAP) {
            weir_json_append_string(projection->out, element.name);
            weir_buffer_append_byte(projection->out, ':');
        }
        if (!project(projection, schema->items, element, element.name)) {
            return false;
        }
    }
    return true;
}

static bool project_record(const struct projection *projection, const struct weir_schema *schema,
                           struct weir_bytes document)
{
    weir_buffer_append_byte(projection->out, '{');
    for (size_t index = 0; index < schema->field_count; index++) {
        const struct weir_schema_field *field = &schema->fields[index];
        weir_buffer_append_text(projection->out, index ? "," : "");
        weir_json_append_string(projection->out, field->name);
        weir_buffer_append_byte(projection->out, ':');
        struct weir_bson_element value = weir_bson_get_path(document, field->name);
        if (!weir_bson_found(value) && !weir_bytes_is_null(field->default_json)) {
            weir_buffer_append_bytes(projection->out, field->default_json);
        } else if (!weir_bson_found(value) && !field->schema->optional) {
            return weir_fail(projection->err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                             "Missing field: %.*s", (int)field->name.len,
                             (const char *)field->name.data);
        } else if (!project(projection, field->schema, value, field->name)) {
            return false;
        }
    }
    weir_buffer_append_byte(projection->out, '}');
    return true;
}

static bool project_array(const struct projection *projection, const struct weir_schema *schema,
                          struct weir_bson_element value, struct weir_bytes name)
{
    bool array = schema->type == WEIR_SCHEMA_ARRAY;
    if (value.type != (array ? WEIR_BSON_ARRAY : WEIR_BSON_DOCUMENT)) {
        return mismatch(projection, name, array ? "an array" : "a document");
    }
    weir_buffer_append_byte(projection->out, array ? '[' : '{');
    bool done = project_items(projection, schema, value.value);
    weir_buffer_append_byte(projection->out, array ? ']' : '}');
    return done;
}

static bool project(const struct projection *projection, const struct weir_schema *schema,
                    struct weir_bson_element value, struct weir_bytes name)
{
    if (!weir_bson_found(value) || value.type == WEIR_BSON_NULL) {
        weir_buffer_append_text(projection->out, "null");
        return schema->optional || mismatch(projection, name, "there: it is null");
    }
    switch (schema->type) {
    case WEIR_SCHEMA_RECORD:
        return value.type == WEIR_BSON_DOCUMENT ? project_record(projection, schema, value.value)
                                                : mismatch(projection, name, "a document");
    case WEIR_SCHEMA_ARRAY:
    case WEIR_SCHEMA_MAP:
        return project_array(projection, schema, value, name);
    case WEIR_SCHEMA_STRING:
        return project_string(projection, value);
    case WEIR_SCHEMA_BYTES:
        return project_bytes(projection, value, name);
    case WEIR_SCHEMA_DECIMAL:
        return project_decimal(projection, schema, value, name);
    case WEIR_SCHEMA_BOOLEAN:
        if (value.type != WEIR_BSON_BOOLEAN) {
            return mismatch(projection, name, "a boolean");
        }
        weir_buffer_append_text(projection->out, value.value.data[0] ? "true" : "false");
        return true;
    case WEIR_SCHEMA_INT:
    case WEIR_SCHEMA_LONG:
    case WEIR_SCHEMA_FLOAT:
    case WEIR_SCHEMA_DOUBLE:
    case WEIR_SCHEMA_TIMESTAMP:
        return project_number(projection, schema, value, name);
    }
    return false;
}

bool weir_schema_project(const struct weir_schema *schema, struct weir_bytes document,
                         enum weir_bson_json form, struct weir_buffer *out, struct weir_error *err)
{
    const struct projection projection = {form, out, err};
    return project_record(&projection, schema, document);
}
