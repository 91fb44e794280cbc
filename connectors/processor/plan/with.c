/* with.c - WITH (NAME = literal, ...). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/with.h"

#include "connectors/processor/sql/diagnostic.h"
#include "connectors/processor/sql/parser.h"
#include "connectors/processor/sql/printer.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reading {
    struct weir_arena *arena;
    enum weir_with_for what;
    struct weir_properties *properties;
    const struct weir_with_property *property;
    bool format_written;
    struct weir_error *err;
};

static bool fail(struct reading *reading, const char *message)
{
    struct weir_place place = reading->property->place;
    return weir_fail_at(reading->err, WEIR_DOMAIN_SQL, place.line, place.column,
                        "Invalid value %s for configuration %s: %s",
                        weir_sql_expression_text(reading->arena, reading->property->value),
                        reading->property->name, message);
}

static bool read_text(struct reading *reading, const char **text_out)
{
    if (reading->property->value->kind != WEIR_EXPRESSION_STRING) {
        return fail(reading, "expected a text in quotes");
    }
    *text_out = reading->property->value->literal.text;
    return true;
}

static bool read_whole(struct reading *reading, int64_t low, int64_t high, int64_t *value_out)
{
    const struct weir_expression *value = reading->property->value;
    char *end = NULL;
    int64_t number = 0;
    if (value->kind == WEIR_EXPRESSION_INTEGER || value->kind == WEIR_EXPRESSION_BIGINT) {
        number = value->integer;
    } else if (value->kind == WEIR_EXPRESSION_STRING && value->literal.length > 0) {
        number = strtoll(value->literal.text, &end, 10);
    }
    bool read = value->kind != WEIR_EXPRESSION_STRING || (end && *end == '\0');
    if (!read || number < low || number > high) {
        return fail(reading, "expected a whole number in range");
    }
    *value_out = number;
    return true;
}

static bool read_topic(struct reading *reading)
{
    return read_text(reading, &reading->properties->topic);
}

static const char *upper_case(struct weir_arena *arena, const char *text)
{
    char *copy = weir_arena_strdup(arena, text);
    for (char *c = copy; *c; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
    return copy;
}

static bool read_format_name(struct reading *reading, const char **name_out,
                             struct weir_place *place_out)
{
    const char *name = NULL;
    if (!read_text(reading, &name)) {
        return false;
    }
    *name_out = upper_case(reading->arena, name);
    *place_out = reading->property->place;
    return true;
}

static bool fail_both_formats(struct reading *reading)
{
    struct weir_place place = reading->property->place;
    return weir_fail_at(
        reading->err, WEIR_DOMAIN_SQL, place.line, place.column,
        "Cannot supply both 'FORMAT' and 'KEY_FORMAT' or 'VALUE_FORMAT' properties, as "
        "'FORMAT' sets both key and value formats.");
}

static bool read_key_format(struct reading *reading)
{
    struct weir_properties *properties = reading->properties;
    if (reading->format_written) {
        return fail_both_formats(reading);
    }
    return read_format_name(reading, &properties->key_format, &properties->key_format_place);
}

static bool read_value_format(struct reading *reading)
{
    struct weir_properties *properties = reading->properties;
    if (reading->format_written) {
        return fail_both_formats(reading);
    }
    return read_format_name(reading, &properties->value_format, &properties->value_format_place);
}

static bool read_format(struct reading *reading)
{
    struct weir_properties *properties = reading->properties;
    if (properties->key_format || properties->value_format) {
        return fail_both_formats(reading);
    }
    reading->format_written = true;
    return read_format_name(reading, &properties->key_format, &properties->key_format_place) &&
           read_format_name(reading, &properties->value_format, &properties->value_format_place);
}

static bool read_partitions(struct reading *reading)
{
    int64_t value = 0;
    bool read = read_whole(reading, 1, INT32_MAX, &value);
    reading->properties->partitions = (int32_t)value;
    return read;
}

static bool read_replicas(struct reading *reading)
{
    int64_t value = 0;
    bool read = read_whole(reading, -1, INT16_MAX, &value);
    reading->properties->replicas = (int16_t)(value < 0 ? 0 : value);
    return read;
}

static bool read_retention(struct reading *reading)
{
    return read_whole(reading, 0, INT64_MAX, &reading->properties->retention_ms);
}

/* The name of a column as in SQL: folded unless it is in quotes of its own. */
static bool read_timestamp(struct reading *reading)
{
    const char *text = NULL;
    struct weir_error unused = {0};
    if (!read_text(reading, &text)) {
        return false;
    }
    const struct weir_expression *column = weir_sql_parse_expression(reading->arena, text, &unused);
    bool named = column && column->kind == WEIR_EXPRESSION_COLUMN && !column->column.source;
    reading->properties->timestamp = named ? column->column.name : upper_case(reading->arena, text);
    reading->properties->timestamp_place = reading->property->place;
    return true;
}

static bool read_timestamp_format(struct reading *reading)
{
    return read_text(reading, &reading->properties->timestamp_format);
}

static bool read_wrap(struct reading *reading)
{
    const struct weir_expression *value = reading->property->value;
    if (value->kind == WEIR_EXPRESSION_BOOLEAN) {
        reading->properties->wrap = value->boolean;
    } else if (value->kind == WEIR_EXPRESSION_STRING &&
               strcasecmp(value->literal.text, "true") == 0) {
        reading->properties->wrap = true;
    } else if (value->kind != WEIR_EXPRESSION_STRING ||
               strcasecmp(value->literal.text, "false") != 0) {
        return fail(reading, "expected true or false");
    }
    reading->properties->has_wrap = true;
    reading->properties->wrap_place = reading->property->place;
    return true;
}

static bool read_window_type(struct reading *reading)
{
    const char *text = NULL;
    if (!read_text(reading, &text)) {
        return false;
    }
    if (strcasecmp(text, "session") == 0) {
        reading->properties->window = WEIR_WINDOW_SESSION;
    } else if (strcasecmp(text, "tumbling") == 0 || strcasecmp(text, "hopping") == 0) {
        reading->properties->window = WEIR_WINDOW_TIME;
        reading->properties->window_hops = strcasecmp(text, "hopping") == 0;
    } else {
        return fail(reading, "String must be one of: TUMBLING, HOPPING, SESSION");
    }
    return true;
}

/* '10 SECONDS' */
static bool read_window_size(struct reading *reading)
{
    static const struct {
        const char *name;
        int64_t unit_ms;
    } units[] = {{"DAY", 86400000},
                 {"HOUR", 3600000},
                 {"MINUTE", 60000},
                 {"SECOND", 1000},
                 {"MILLISECOND", 1}};
    const char *text = NULL;
    char *end;
    if (!read_text(reading, &text)) {
        return false;
    }
    long long amount = strtoll(text, &end, 10);
    bool digits = end != text;
    while (isspace((unsigned char)*end)) {
        end++;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        size_t length = strlen(units[i].name);
        bool named = strncasecmp(end, units[i].name, length) == 0 &&
                     (end[length] == '\0' || strcasecmp(end + length, "S") == 0);
        if (digits && named && amount > 0 && amount <= INT64_MAX / 4 / units[i].unit_ms) {
            reading->properties->window_size_ms = amount * units[i].unit_ms;
            return true;
        }
    }
    return fail(reading, "expected a number and a unit, as in '10 SECONDS'");
}

static bool read_delimiter(struct reading *reading, char *delimiter_out)
{
    const char *text = NULL;
    if (!read_text(reading, &text)) {
        return false;
    }
    if (strcasecmp(text, "SPACE") == 0) {
        *delimiter_out = ' ';
    } else if (strcasecmp(text, "TAB") == 0) {
        *delimiter_out = '\t';
    } else if (strlen(text) == 1) {
        *delimiter_out = text[0];
    } else {
        return fail(reading, "Delimiter only accepts a single character, 'SPACE' or 'TAB'");
    }
    return true;
}

static bool read_key_delimiter(struct reading *reading)
{
    return read_delimiter(reading, &reading->properties->key_delimiter);
}

static bool read_value_delimiter(struct reading *reading)
{
    return read_delimiter(reading, &reading->properties->value_delimiter);
}

static bool read_schema_config(struct reading *reading)
{
    const char *name = reading->property->name;
    const char *config = strstr(name, "NAME") ? "fullSchemaName"
                         : strstr(name, "ID") ? "schemaId"
                                              : "nullableRepresentation";
    bool key = strncmp(name, "KEY", 3) == 0;
    *(key ? &reading->properties->key_schema_config : &reading->properties->value_schema_config) =
        config;
    reading->properties->schema_place = reading->property->place;
    return true;
}

static bool refuse_cleanup_policy(struct reading *reading)
{
    struct weir_place place = reading->property->place;
    return weir_fail_at(
        reading->err, WEIR_DOMAIN_SQL, place.line, place.column,
        "Invalid config variable in the WITH clause: CLEANUP_POLICY. It follows from the kind "
        "of source (STREAM or TABLE).");
}

static const struct {
    const char *name;
    bool (*read)(struct reading *reading);
    bool source_only;
} known[] = {
    {"KAFKA_TOPIC", read_topic, false},
    {"FORMAT", read_format, false},
    {"KEY_FORMAT", read_key_format, false},
    {"VALUE_FORMAT", read_value_format, false},
    {"PARTITIONS", read_partitions, false},
    {"REPLICAS", read_replicas, false},
    {"RETENTION_MS", read_retention, false},
    {"TIMESTAMP", read_timestamp, false},
    {"TIMESTAMP_FORMAT", read_timestamp_format, false},
    {"WRAP_SINGLE_VALUE", read_wrap, false},
    {"WINDOW_TYPE", read_window_type, true},
    {"WINDOW_SIZE", read_window_size, true},
    {"KEY_DELIMITER", read_key_delimiter, false},
    {"VALUE_DELIMITER", read_value_delimiter, false},
    {"CLEANUP_POLICY", refuse_cleanup_policy, false},
    {"VALUE_AVRO_SCHEMA_FULL_NAME", read_schema_config, false},
    {"KEY_SCHEMA_FULL_NAME", read_schema_config, false},
    {"VALUE_SCHEMA_FULL_NAME", read_schema_config, false},
    {"KEY_SCHEMA_ID", read_schema_config, false},
    {"VALUE_SCHEMA_ID", read_schema_config, false},
    {"KEY_PROTOBUF_NULLABLE_REPRESENTATION", read_schema_config, false},
    {"VALUE_PROTOBUF_NULLABLE_REPRESENTATION", read_schema_config, false},
};

enum { KNOWN_COUNT = sizeof(known) / sizeof(*known) };

static bool fail_unknown(struct reading *reading)
{
    const char *names[KNOWN_COUNT];
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        names[i] = known[i].name;
    }
    struct weir_place place = reading->property->place;
    const char *near = weir_sql_nearest(reading->property->name, names, KNOWN_COUNT);
    return weir_fail_at(reading->err, WEIR_DOMAIN_SQL, place.line, place.column,
                        "Invalid config variable(s) in the WITH clause: %s%s%s%s",
                        reading->property->name, near ? ". Did you mean " : "", near ? near : "",
                        near ? "?" : "");
}

static bool read_property(struct reading *reading)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        if (strcasecmp(known[i].name, reading->property->name) == 0) {
            return known[i].source_only && reading->what != WEIR_WITH_SOURCE
                       ? fail_unknown(reading)
                       : known[i].read(reading);
        }
    }
    return fail_unknown(reading);
}

bool weir_properties_read(struct weir_arena *arena, const struct weir_with *with,
                          enum weir_with_for what, struct weir_properties *properties_out,
                          struct weir_error *err)
{
    struct weir_properties properties = {.place = with->place, .retention_ms = -1};
    struct reading reading = {.arena = arena, .what = what, .properties = &properties, .err = err};
    for (size_t i = 0; i < with->count; i++) {
        reading.property = &with->properties[i];
        for (size_t j = 0; j < i; j++) {
            if (strcasecmp(with->properties[j].name, reading.property->name) == 0) {
                return weir_fail_at(err, WEIR_DOMAIN_SQL, reading.property->place.line,
                                    reading.property->place.column,
                                    "Duplicate keys found in properties: %s",
                                    reading.property->name);
            }
        }
        if (!read_property(&reading)) {
            return false;
        }
    }
    *properties_out = properties;
    return true;
}
