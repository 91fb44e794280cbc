/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/schema.h"

#include "core/json/compact.h"
#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"

#include <string.h>

enum { TEXT_BYTES_MAX = 1 << 20, NAMED_MAX = 64 };

static const struct {
    const char *avro;
    enum weir_schema_type type;
} primitives[] = {
    {"string", WEIR_SCHEMA_STRING},   {"bytes", WEIR_SCHEMA_BYTES}, {"int", WEIR_SCHEMA_INT},
    {"long", WEIR_SCHEMA_LONG},       {"float", WEIR_SCHEMA_FLOAT}, {"double", WEIR_SCHEMA_DOUBLE},
    {"boolean", WEIR_SCHEMA_BOOLEAN},
};

struct parser {
    struct weir_arena *arena;
    struct weir_error *err;
    const struct weir_schema *named[NAMED_MAX]; /* records: a later field may name them */
    size_t named_count;
};

static struct weir_schema *parse_type(struct parser *parser, struct weir_bson_element type,
                                      int depth);

static void *refuse(struct parser *parser, const char *what, struct weir_bytes name)
{
    if (parser->err->action == WEIR_ERROR_NONE) {
        weir_fail(parser->err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s '%.*s'", what,
                  (int)name.len, name.data ? (const char *)name.data : "");
    }
    return NULL;
}

static struct weir_schema *create(struct parser *parser, enum weir_schema_type type)
{
    struct weir_schema *schema = weir_arena_calloc(parser->arena, 1, sizeof(*schema));
    schema->type = type;
    return schema;
}

static struct weir_schema *parse_name(struct parser *parser, struct weir_bytes name)
{
    for (size_t index = 0; index < sizeof(primitives) / sizeof(primitives[0]); index++) {
        if (weir_bytes_equal(name, weir_bytes_of(primitives[index].avro))) {
            return create(parser, primitives[index].type);
        }
    }
    for (size_t index = 0; index < parser->named_count; index++) {
        if (weir_bytes_equal(name, parser->named[index]->name)) {
            struct weir_schema *schema = create(parser, WEIR_SCHEMA_RECORD);
            *schema = *parser->named[index];
            schema->optional = false;
            return schema;
        }
    }
    return refuse(parser, "no type", name);
}

/* [null, X] or [X, null]. */
static struct weir_schema *parse_union(struct parser *parser, struct weir_bytes types, int depth)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element type, other = {0};
    int count = 0;
    bool has_null = false;
    weir_bson_iterator_init(&iterator, types);
    while (weir_bson_next(&iterator, &type)) {
        bool null = weir_bytes_equal(weir_bson_text(type), WEIR_BYTES("null"));
        has_null = has_null || null;
        other = null ? other : type;
        count++;
    }
    if (count != 2 || !has_null || !weir_bson_found(other)) {
        return refuse(parser, "a union may only be of null and one other type", WEIR_BYTES_NULL);
    }
    struct weir_schema *schema = parse_type(parser, other, depth);
    if (schema) {
        schema->optional = true;
    }
    return schema;
}

static bool parse_field(struct parser *parser, struct weir_bytes definition,
                        struct weir_schema_field *field, int depth)
{
    field->name = weir_bson_text(weir_bson_get(definition, WEIR_BYTES("name")));
    if (weir_bytes_is_null(field->name)) {
        refuse(parser, "a field without a name", WEIR_BYTES_NULL);
        return false;
    }
    field->schema = parse_type(parser, weir_bson_get(definition, WEIR_BYTES("type")), depth);
    struct weir_bson_element value = weir_bson_get(definition, WEIR_BYTES("default"));
    if (weir_bson_found(value)) {
        weir_auto_buffer text;
        weir_buffer_init(&text, TEXT_BYTES_MAX);
        weir_bson_value_to_json(&value, WEIR_BSON_JSON_RELAXED, &text);
        field->default_json = weir_arena_copy(parser->arena, weir_buffer_view(&text));
    }
    return field->schema != NULL;
}

static size_t count_elements(struct weir_bytes array)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    size_t count = 0;
    weir_bson_iterator_init(&iterator, array);
    while (weir_bson_next(&iterator, &element)) {
        count++;
    }
    return count;
}

static struct weir_schema *parse_record(struct parser *parser, struct weir_bytes definition,
                                        int depth)
{
    struct weir_schema *schema = create(parser, WEIR_SCHEMA_RECORD);
    struct weir_bson_element fields = weir_bson_get(definition, WEIR_BYTES("fields"));
    schema->name = weir_bson_text(weir_bson_get(definition, WEIR_BYTES("name")));
    if (fields.type != WEIR_BSON_ARRAY) {
        return refuse(parser, "no `fields` in record", schema->name);
    }
    schema->fields =
        weir_arena_calloc(parser->arena, count_elements(fields.value) + 1, sizeof(*schema->fields));
    struct weir_bson_iterator iterator;
    struct weir_bson_element field;
    weir_bson_iterator_init(&iterator, fields.value);
    while (weir_bson_next(&iterator, &field)) {
        if (!parse_field(parser, field.value, &schema->fields[schema->field_count++], depth)) {
            return NULL;
        }
    }
    if (!weir_bytes_is_null(schema->name) && parser->named_count < NAMED_MAX) {
        parser->named[parser->named_count++] = schema;
    }
    return schema;
}

static struct weir_schema *parse_logical(struct parser *parser, struct weir_schema *schema,
                                         struct weir_bytes definition)
{
    struct weir_bytes logical =
        weir_bson_text(weir_bson_get(definition, WEIR_BYTES("logicalType")));
    if (weir_bytes_equal(logical, WEIR_BYTES("timestamp-millis")) &&
        schema->type == WEIR_SCHEMA_LONG) {
        schema->type = WEIR_SCHEMA_TIMESTAMP;
    } else if (weir_bytes_equal(logical, WEIR_BYTES("decimal")) &&
               schema->type == WEIR_SCHEMA_BYTES) {
        struct weir_bson_element scale = weir_bson_get(definition, WEIR_BYTES("scale"));
        schema->type = WEIR_SCHEMA_DECIMAL;
        schema->scale = weir_bson_found(scale) ? weir_bson_int32(scale) : 0;
    } else if (!weir_bytes_is_null(logical)) {
        return refuse(parser, "no logical type", logical);
    }
    return schema;
}

static struct weir_schema *parse_items(struct parser *parser, enum weir_schema_type type,
                                       struct weir_bson_element items, int depth)
{
    struct weir_schema *schema = create(parser, type);
    schema->items = parse_type(parser, items, depth);
    return schema->items ? schema : NULL;
}

static struct weir_schema *parse_type(struct parser *parser, struct weir_bson_element type,
                                      int depth)
{
    if (depth > WEIR_BSON_DEPTH_MAX) {
        return refuse(parser, "nested too deeply", WEIR_BYTES_NULL);
    }
    if (type.type == WEIR_BSON_ARRAY) {
        return parse_union(parser, type.value, depth + 1);
    }
    if (type.type != WEIR_BSON_DOCUMENT) {
        return parse_name(parser, weir_bson_text(type));
    }
    struct weir_bson_element inner = weir_bson_get(type.value, WEIR_BYTES("type"));
    struct weir_bytes name = weir_bson_text(inner);
    if (weir_bytes_equal(name, WEIR_BYTES("record"))) {
        return parse_record(parser, type.value, depth + 1);
    }
    if (weir_bytes_equal(name, WEIR_BYTES("array"))) {
        return parse_items(parser, WEIR_SCHEMA_ARRAY,
                           weir_bson_get(type.value, WEIR_BYTES("items")), depth + 1);
    }
    if (weir_bytes_equal(name, WEIR_BYTES("map"))) {
        return parse_items(parser, WEIR_SCHEMA_MAP, weir_bson_get(type.value, WEIR_BYTES("values")),
                           depth + 1);
    }
    struct weir_schema *schema = parse_type(parser, inner, depth + 1);
    return schema ? parse_logical(parser, schema, type.value) : NULL;
}

const struct weir_schema *weir_schema_parse(const char *avro, struct weir_arena *arena,
                                            struct weir_error *err)
{
    weir_auto_buffer bson;
    weir_buffer_init(&bson, TEXT_BYTES_MAX);
    struct parser parser = {.arena = arena, .err = err};
    if (!weir_extended_json_to_bson(weir_bytes_of(avro), &bson, err)) {
        return NULL;
    }
    struct weir_bytes kept = weir_arena_copy(arena, weir_buffer_view(&bson));
    struct weir_bson_element whole = {.value = kept, .type = WEIR_BSON_DOCUMENT};
    const struct weir_schema *schema = parse_type(&parser, whole, 0);
    if (schema && schema->type != WEIR_SCHEMA_RECORD) {
        return refuse(&parser, "the outermost type must be a record", WEIR_BYTES_NULL);
    }
    return schema;
}

/* ---- Connect's JSON ---- */

static const struct {
    const char *type, *rest;
} connect_types[] = {
    [WEIR_SCHEMA_RECORD] = {"struct", ""},
    [WEIR_SCHEMA_ARRAY] = {"array", ""},
    [WEIR_SCHEMA_MAP] = {"map", ""},
    [WEIR_SCHEMA_STRING] = {"string", ""},
    [WEIR_SCHEMA_BYTES] = {"bytes", ""},
    [WEIR_SCHEMA_INT] = {"int32", ""},
    [WEIR_SCHEMA_LONG] = {"int64", ""},
    [WEIR_SCHEMA_FLOAT] = {"float", ""},
    [WEIR_SCHEMA_DOUBLE] = {"double", ""},
    [WEIR_SCHEMA_BOOLEAN] = {"boolean", ""},
    [WEIR_SCHEMA_TIMESTAMP] =
        {"int64", ",\"name\":\"org.apache.kafka.connect.data.Timestamp\",\"version\":1"},
    [WEIR_SCHEMA_DECIMAL] = {"bytes",
                             ",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1"},
};

static void write_schema(const struct weir_schema *schema, const struct weir_schema_field *field,
                         struct weir_buffer *out);

static void write_inner(const struct weir_schema *schema, struct weir_buffer *out)
{
    if (schema->type == WEIR_SCHEMA_RECORD) {
        weir_buffer_append_text(out, ",\"fields\":[");
        for (size_t index = 0; index < schema->field_count; index++) {
            weir_buffer_append_text(out, index ? "," : "");
            write_schema(schema->fields[index].schema, &schema->fields[index], out);
        }
        weir_buffer_append_byte(out, ']');
    } else if (schema->type == WEIR_SCHEMA_ARRAY) {
        weir_buffer_append_text(out, ",\"items\":");
        write_schema(schema->items, NULL, out);
    } else if (schema->type == WEIR_SCHEMA_MAP) {
        weir_buffer_append_text(out,
                                ",\"keys\":{\"type\":\"string\",\"optional\":false},\"values\":");
        write_schema(schema->items, NULL, out);
    }
}

static void write_schema(const struct weir_schema *schema, const struct weir_schema_field *field,
                         struct weir_buffer *out)
{
    weir_buffer_append_format(out, "{\"type\":\"%s\"", connect_types[schema->type].type);
    write_inner(schema, out);
    weir_buffer_append_format(out, ",\"optional\":%s", schema->optional ? "true" : "false");
    if (schema->type == WEIR_SCHEMA_RECORD && !weir_bytes_is_null(schema->name)) {
        weir_buffer_append_text(out, ",\"name\":");
        weir_json_append_string(out, schema->name);
    }
    weir_buffer_append_text(out, connect_types[schema->type].rest);
    if (schema->type == WEIR_SCHEMA_DECIMAL) {
        weir_buffer_append_format(out, ",\"parameters\":{\"scale\":\"%d\"}", (int)schema->scale);
    }
    if (field && !weir_bytes_is_null(field->default_json) &&
        !weir_bytes_equal(field->default_json, WEIR_BYTES("null"))) {
        weir_buffer_append_text(out, ",\"default\":");
        weir_buffer_append_bytes(out, field->default_json);
    }
    if (field) {
        weir_buffer_append_text(out, ",\"field\":");
        weir_json_append_string(out, field->name);
    }
    weir_buffer_append_byte(out, '}');
}

void weir_schema_write(const struct weir_schema *schema, struct weir_buffer *out)
{
    write_schema(schema, NULL, out);
}
