/* formats.c - from the names of formats in WITH to what the serdes need. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/with.h"

#include "connectors/processor/sql/diagnostic.h"
#include "connectors/processor/values/timestamp_format.h"

#include <string.h>
#include <strings.h>

static const char *const format_names[] = {"NONE", "KAFKA", "JSON", "DELIMITED"};
static const char *const foreign_formats[] = {"AVRO", "PROTOBUF", "PROTOBUF_NOSR", "JSON_SR"};

const char *weir_format_name(enum weir_format_kind kind)
{
    return format_names[kind];
}

bool weir_format_parse(const char *name, enum weir_format_kind *kind_out, bool *known_out)
{
    for (size_t i = 0; i < sizeof(format_names) / sizeof(*format_names); i++) {
        if (strcasecmp(format_names[i], name) == 0) {
            *kind_out = (enum weir_format_kind)i;
            return true;
        }
    }
    *known_out = false;
    for (size_t i = 0; i < sizeof(foreign_formats) / sizeof(*foreign_formats); i++) {
        *known_out = *known_out || strcasecmp(foreign_formats[i], name) == 0;
    }
    return false;
}

static bool fail_format(struct weir_place place, const char *name, bool known,
                        struct weir_error *err)
{
    if (known) {
        weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column,
                     "The format %s needs a schema registry and is not supported; weir has JSON, "
                     "KAFKA, DELIMITED "
                     "and NONE.",
                     name);
        err->code = WEIR_SQL_UNSUPPORTED;
        return false;
    }
    const char *near =
        weir_sql_nearest(name, format_names, sizeof(format_names) / sizeof(*format_names));
    return weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column, "Unknown format: %s%s%s%s",
                        name, near ? ". Did you mean " : "", near ? near : "", near ? "?" : "");
}

static bool check_configs(const struct weir_properties *properties, bool key,
                          enum weir_format_kind kind, struct weir_error *err)
{
    char delimiter = key ? properties->key_delimiter : properties->value_delimiter;
    const char *config = key ? properties->key_schema_config : properties->value_schema_config;
    if (delimiter && kind != WEIR_FORMAT_DELIMITED) {
        config = "delimiter";
    }
    return !config ||
           weir_fail_at(err, WEIR_DOMAIN_SQL, properties->place.line, properties->place.column,
                        "%s does not support the following configs: [%s]", weir_format_name(kind),
                        config);
}

bool weir_properties_format(const struct weir_properties *properties, bool key, const char *name,
                            const struct weir_format *inherited, struct weir_format *format_out,
                            struct weir_error *err)
{
    struct weir_place place = key ? properties->key_format_place : properties->value_format_place;
    bool known = false;
    struct weir_format format = {.delimiter = ','};
    if (!weir_format_parse(name, &format.kind, &known)) {
        return fail_format(place.line ? place : properties->place, name, known, err);
    }
    if (!check_configs(properties, key, format.kind, err)) {
        return false;
    }
    if (inherited && inherited->kind == WEIR_FORMAT_DELIMITED &&
        format.kind == WEIR_FORMAT_DELIMITED) {
        format.delimiter = inherited->delimiter;
    }
    char delimiter = key ? properties->key_delimiter : properties->value_delimiter;
    format.delimiter = delimiter ? delimiter : format.delimiter;
    *format_out = format;
    return true;
}

static bool find_column(const struct weir_column *columns, size_t count, const char *name,
                        uint32_t *index_out)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(columns[i].name, name) == 0) {
            *index_out = (uint32_t)i;
            return true;
        }
    }
    return false;
}

static bool check_timestamp_type(const struct weir_properties *properties,
                                 const struct weir_type *type, struct weir_error *err)
{
    uint32_t line = properties->timestamp_place.line, column = properties->timestamp_place.column;
    if (type->kind == WEIR_TYPE_STRING) {
        return properties->timestamp_format ||
               weir_fail_at(
                   err, WEIR_DOMAIN_SQL, line, column,
                   "A String timestamp field has been specified without also specifying the "
                   "TIMESTAMP_FORMAT.");
    }
    if (type->kind != WEIR_TYPE_BIGINT && type->kind != WEIR_TYPE_TIMESTAMP) {
        return weir_fail_at(
            err, WEIR_DOMAIN_SQL, line, column,
            "Timestamp column, `%s`, should be BIGINT, TIMESTAMP, or a String with a "
            "TIMESTAMP_FORMAT specified.",
            properties->timestamp);
    }
    return !properties->timestamp_format ||
           weir_fail_at(err, WEIR_DOMAIN_SQL, line, column,
                        "'TIMESTAMP_FORMAT' set in the WITH clause can only be used when the "
                        "timestamp column is "
                        "of type STRING.");
}

static bool check_pattern(const struct weir_properties *properties, struct weir_error *err)
{
    struct weir_timestamp_format *format =
        weir_timestamp_format_create(weir_bytes_of(properties->timestamp_format), err);
    if (!format) {
        err->line = properties->timestamp_place.line;
        err->column = properties->timestamp_place.column;
    }
    weir_timestamp_format_destroy(format);
    return format != NULL;
}

bool weir_properties_timestamp(const struct weir_properties *properties,
                               const struct weir_schema *schema,
                               struct weir_timestamp *timestamp_out, struct weir_error *err)
{
    struct weir_timestamp timestamp = {.column = properties->timestamp,
                                       .format = properties->timestamp_format};
    if (!timestamp.column) {
        *timestamp_out = (struct weir_timestamp){0};
        return !timestamp.format ||
               weir_fail_at(err, WEIR_DOMAIN_SQL, properties->place.line, properties->place.column,
                            "'TIMESTAMP_FORMAT' needs a TIMESTAMP column.");
    }
    timestamp.in_key =
        find_column(schema->key, schema->key_count, timestamp.column, &timestamp.index);
    if (!timestamp.in_key &&
        !find_column(schema->values, schema->value_count, timestamp.column, &timestamp.index)) {
        return weir_fail_at(
            err, WEIR_DOMAIN_SQL, properties->timestamp_place.line,
            properties->timestamp_place.column,
            "The TIMESTAMP column set in the WITH clause does not exist in the schema: '%s'",
            timestamp.column);
    }
    const struct weir_column *columns = timestamp.in_key ? schema->key : schema->values;
    if (!check_timestamp_type(properties, columns[timestamp.index].type, err) ||
        (timestamp.format && !check_pattern(properties, err))) {
        return false;
    }
    *timestamp_out = timestamp;
    return true;
}

bool weir_properties_unwrap(const struct weir_properties *properties,
                            const struct weir_metastore *metastore,
                            const struct weir_schema *schema, struct weir_format *format,
                            struct weir_error *err)
{
    uint32_t line = properties->wrap_place.line, column = properties->wrap_place.column;
    if (properties->has_wrap && schema->value_count != 1) {
        return weir_fail_at(err, WEIR_DOMAIN_SQL, line, column,
                            "'WRAP_SINGLE_VALUE' is only valid for single-field value schemas");
    }
    bool fixed = format->kind != WEIR_FORMAT_JSON;
    bool bare = format->kind == WEIR_FORMAT_KAFKA;
    if (properties->has_wrap && fixed && properties->wrap == bare) {
        return weir_fail_at(err, WEIR_DOMAIN_SQL, line, column,
                            "Format '%s' does not support 'WRAP_SINGLE_VALUE' set to '%s'.",
                            weir_format_name(format->kind), properties->wrap ? "true" : "false");
    }
    bool wrap =
        properties->has_wrap
            ? properties->wrap
            : weir_metastore_property_is(metastore, "ksql.persistence.wrap.single.values", true);
    format->unwrapped = !fixed && schema->value_count == 1 && !wrap;
    return true;
}
