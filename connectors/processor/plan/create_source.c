/* create_source.c - CREATE STREAM and TABLE over a topic, and ALTER ... ADD COLUMN. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/plan/program_internal.h"
#include "connectors/processor/values/row_format.h"

#include <string.h>

bool weir_execution_name_free(struct weir_execution *execution, const char *name,
                              struct weir_place place, bool or_replace, bool if_not_exists,
                              bool table, bool *done_out)
{
    const struct weir_source *existing = weir_metastore_source(execution->metastore, name);
    *done_out = false;
    if (!existing) {
        return true;
    }
    if (or_replace) {
        return existing->table == table ||
               weir_execution_fail(
                   execution, place,
                   "Cannot upgrade data source: DataSource '%s' is a %s, which cannot become a %s.",
                   name, existing->table ? "TABLE" : "STREAM", table ? "TABLE" : "STREAM");
    }
    if (if_not_exists) {
        *done_out = true;
        weir_execution_done(execution,
                            weir_arena_format(execution->arena, "%s %s already exists.",
                                              existing->table ? "Table" : "Stream", name));
        return true;
    }
    return weir_execution_fail(
        execution, place, "Cannot add %s '%s': A %s with the same name already exists",
        table ? "table" : "stream", name, existing->table ? "table" : "stream");
}

static bool has_map(const struct weir_type *type)
{
    if (type->kind == WEIR_TYPE_MAP) {
        return true;
    }
    for (size_t i = 0; i < type->field_count; i++) {
        if (has_map(type->fields[i].type)) {
            return true;
        }
    }
    return type->element && has_map(type->element);
}

static bool check_keys(const struct weir_schema *schema, struct weir_place place,
                       struct weir_error *err)
{
    for (size_t i = 0; i < schema->key_count; i++) {
        if (!has_map(schema->key[i].type)) {
            continue;
        }
        weir_auto_buffer type;
        weir_buffer_init(&type, 512);
        weir_type_print(schema->key[i].type, &type);
        return weir_fail_at(
            err, WEIR_DOMAIN_SQL, place.line, place.column,
            "Map keys, including types that contain maps, are not supported as they may lead to "
            "unexpected behavior due to inconsistent serialization. Key column name: `%s`. Column "
            "type: %s.",
            schema->key[i].name, weir_buffer_text(&type));
    }
    return true;
}

static void print_persistence(const struct weir_column *columns, size_t count, const char *suffix,
                              struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_format(buffer, "%s`%s` ", i ? ", " : "", columns[i].name);
        weir_type_print(columns[i].type, buffer);
        weir_buffer_append_text(buffer, suffix);
    }
}

static bool check_format(const struct weir_format *format, const struct weir_schema *schema,
                         bool key, struct weir_place place, struct weir_error *err)
{
    const struct weir_column *columns = key ? schema->key : schema->values;
    size_t count = key ? schema->key_count : schema->value_count;
    struct weir_error found = {0};
    if (weir_format_check(format, columns, count, &found)) {
        return true;
    }
    weir_auto_buffer printed;
    weir_buffer_init(&printed, 512);
    print_persistence(columns, count, key ? " KEY" : "", &printed);
    weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column,
                 "%s format does not support schema.\nformat: %s\nschema: "
                 "Persistence{columns=[%s], features=[]}\nreason: %s",
                 key ? "Key" : "Value", weir_format_name(format->kind), weir_buffer_text(&printed),
                 found.message);
    err->code = found.code;
    return false;
}

bool weir_check_formats(const struct weir_schema *schema, const struct weir_formats *formats,
                        struct weir_place place, struct weir_error *err)
{
    return check_keys(schema, place, err) &&
           check_format(&formats->key, schema, true, place, err) &&
           check_format(&formats->value, schema, false, place, err);
}

struct columns {
    struct weir_column *keys, *values;
    size_t key_count, value_count;
    struct weir_header_column *headers;
    size_t header_count;
};

static bool check_constraint(struct weir_execution *execution,
                             const struct weir_column_definition *column, bool table)
{
    if (!table && column->constraint == WEIR_COLUMN_PRIMARY_KEY) {
        return weir_execution_fail(
            execution, column->place,
            "Column `%s` is a 'PRIMARY KEY' column: please use 'KEY' for streams.\nTables have "
            "PRIMARY KEYs, which are unique and NON NULL.\nStreams have KEYs, which have no "
            "uniqueness or NON NULL constraints.",
            column->name);
    }
    if (table && column->constraint == WEIR_COLUMN_KEY) {
        return weir_execution_fail(
            execution, column->place,
            "Column `%s` is a 'KEY' column: please use 'PRIMARY KEY' for tables.\nTables have "
            "PRIMARY KEYs, which are unique and NON NULL.\nStreams have KEYs, which have no "
            "uniqueness or NON NULL constraints.",
            column->name);
    }
    return !weir_is_system_column(column->name) ||
           weir_execution_fail(execution, column->place,
                               "'%s' is a reserved column name. It cannot be used for a column.",
                               column->name);
}

/* HEADERS are ARRAY<STRUCT<KEY STRING, VALUE BYTES>>, HEADER('name') is BYTES. */
static bool check_header(struct weir_execution *execution,
                         const struct weir_column_definition *column, const struct weir_type *type)
{
    bool all = column->constraint == WEIR_COLUMN_HEADERS;
    const struct weir_type *element = type->element;
    bool pairs = type->kind == WEIR_TYPE_ARRAY && element->kind == WEIR_TYPE_STRUCT &&
                 element->field_count == 2 && strcmp(element->fields[0].name, "KEY") == 0 &&
                 strcmp(element->fields[1].name, "VALUE") == 0 &&
                 element->fields[0].type->kind == WEIR_TYPE_STRING &&
                 element->fields[1].type->kind == WEIR_TYPE_BYTES;
    if (all ? pairs : type->kind == WEIR_TYPE_BYTES) {
        return true;
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, 512);
    weir_type_print(type, &text);
    return all ? weir_execution_fail(
                     execution, column->place,
                     "Invalid type for HEADERS column: expected ARRAY<STRUCT<`KEY` STRING, `VALUE` "
                     "BYTES>>, got %s",
                     weir_buffer_text(&text))
               : weir_execution_fail(execution, column->place,
                                     "Invalid type for HEADER('%s') column: expected BYTES, got %s",
                                     column->header, weir_buffer_text(&text));
}

static bool add_header(struct weir_execution *execution,
                       const struct weir_column_definition *column, struct columns *columns,
                       const struct weir_type *type)
{
    for (size_t i = 0; i < columns->header_count; i++) {
        const char *other = columns->headers[i].header;
        bool clash = !column->header || !other || strcmp(column->header, other) == 0;
        if (clash) {
            return weir_execution_fail(
                execution, column->place,
                "Schema already contains a HEADERS column or one for this header.");
        }
    }
    columns->headers[columns->header_count++] =
        (struct weir_header_column){(uint32_t)columns->value_count, column->header};
    return check_header(execution, column, type);
}

static bool add_column(struct weir_execution *execution,
                       const struct weir_column_definition *column, bool table,
                       struct columns *columns)
{
    struct weir_column added = {.name = column->name};
    added.type =
        weir_plan_type(execution->metastore, execution->arena, column->type, execution->err);
    if (!added.type || !check_constraint(execution, column, table)) {
        return false;
    }
    if (column->constraint == WEIR_COLUMN_KEY || column->constraint == WEIR_COLUMN_PRIMARY_KEY) {
        columns->keys[columns->key_count++] = added;
        return true;
    }
    if (column->constraint != WEIR_COLUMN_VALUE &&
        !add_header(execution, column, columns, added.type)) {
        return false;
    }
    columns->values[columns->value_count++] = added;
    return true;
}

static bool read_columns(struct weir_execution *execution,
                         const struct weir_column_definition *definitions, size_t count, bool table,
                         struct columns *columns)
{
    columns->keys = weir_arena_calloc(execution->arena, count, sizeof(*columns->keys));
    columns->values = weir_arena_calloc(execution->arena, count, sizeof(*columns->values));
    columns->headers = weir_arena_calloc(execution->arena, count, sizeof(*columns->headers));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(definitions[i].name, definitions[j].name) == 0) {
                return weir_execution_fail(execution, definitions[i].place,
                                           "Duplicate column names: `%s`", definitions[i].name);
            }
        }
        if (!add_column(execution, &definitions[i], table, columns)) {
            return false;
        }
    }
    return true;
}

static bool source_formats(struct weir_execution *execution,
                           const struct weir_properties *properties, struct weir_source *source)
{
    const char *key = properties->key_format;
    const char *value = properties->value_format;
    if (!key) {
        const char *session =
            weir_metastore_property(execution->metastore, "ksql.persistence.default.format.key");
        key = source->schema.key_count == 0 ? "NONE" : session ? session : "KAFKA";
    }
    if (!value) {
        value =
            weir_metastore_property(execution->metastore, "ksql.persistence.default.format.value");
    }
    if (!value) {
        return weir_execution_fail(
            execution, properties->place,
            "Statement is missing the 'VALUE_FORMAT' property from the WITH clause. Either "
            "provide one or set a default via the 'ksql.persistence.default.format.value' "
            "config.");
    }
    if (!weir_properties_format(properties, true, key, NULL, &source->formats.key,
                                execution->err) ||
        !weir_properties_format(properties, false, value, NULL, &source->formats.value,
                                execution->err)) {
        return false;
    }
    source->formats.key.unwrapped = source->schema.key_count == 1;
    return weir_properties_unwrap(properties, execution->metastore, &source->schema,
                                  &source->formats.value, execution->err);
}

static bool source_window(struct weir_execution *execution,
                          const struct weir_properties *properties, struct weir_source *source)
{
    source->schema.window = properties->window;
    source->schema.window_size_ms = properties->window_size_ms;
    source->schema.window_hops = properties->window_hops;
    if (properties->window == WEIR_WINDOW_TIME && !properties->window_size_ms) {
        return weir_execution_fail(
            execution, properties->place,
            "TUMBLING and HOPPING windows require a size to be set: please provide "
            "'WINDOW_SIZE' in the WITH clause.");
    }
    if (properties->window != WEIR_WINDOW_TIME && properties->window_size_ms) {
        return weir_execution_fail(execution, properties->place,
                                   "'WINDOW_SIZE' should not be set for %s windows.",
                                   properties->window == WEIR_WINDOW_SESSION ? "SESSION" : "no");
    }
    return properties->window == WEIR_WINDOW_NONE || source->schema.key_count > 0 ||
           weir_execution_fail(execution, properties->place,
                               "Windowed sources require a key column.");
}

static bool source_topic(struct weir_execution *execution, const struct weir_properties *properties,
                         const struct weir_source *source)
{
    struct weir_topic_request *topic = &execution->action->topic;
    int32_t partitions = execution->topics->partition_count(execution->topics->context,
                                                            source->topic, execution->err);
    if (partitions < 0) {
        return false;
    }
    if (partitions == 0 && properties->partitions == 0) {
        return weir_execution_fail(
            execution, properties->place,
            "Topic '%s' does not exist. If you want to create a new topic for the stream/table "
            "please re-run the statement providing the required 'PARTITIONS' configuration in "
            "the WITH clause (and optionally 'REPLICAS').",
            source->topic);
    }
    if (partitions > 0 && properties->partitions > 0 && properties->partitions != partitions) {
        return weir_execution_fail(
            execution, properties->place,
            "A Kafka topic with the name '%s' already exists, with different partition "
            "configuration than required. It has %d partitions, not %d.",
            source->topic, partitions, properties->partitions);
    }
    bool windowed = source->schema.window != WEIR_WINDOW_NONE;
    *topic =
        (struct weir_topic_request){.create = partitions == 0,
                                    .name = source->topic,
                                    .partitions = partitions ? partitions : properties->partitions,
                                    .replicas = properties->replicas,
                                    .compact = source->table,
                                    .retain = !source->table || windowed,
                                    .retention_ms = properties->retention_ms};
    return true;
}

static bool same_columns(const struct weir_column *old, const struct weir_column *changed,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(old[i].name, changed[i].name) != 0 ||
            !weir_type_equal(old[i].type, changed[i].type)) {
            return false;
        }
    }
    return true;
}

bool weir_execution_upgradeable(struct weir_execution *execution, const struct weir_source *old,
                                const struct weir_source *changed, struct weir_place place)
{
    bool fine = old->schema.key_count == changed->schema.key_count &&
                old->schema.value_count <= changed->schema.value_count &&
                same_columns(old->schema.key, changed->schema.key, old->schema.key_count) &&
                same_columns(old->schema.values, changed->schema.values, old->schema.value_count);
    if (!fine) {
        weir_auto_buffer was, is;
        weir_buffer_init(&was, 400);
        weir_buffer_init(&is, 400);
        weir_print_schema(&old->schema, &was);
        weir_print_schema(&changed->schema, &is);
        return weir_execution_fail(
            execution, place,
            "Cannot upgrade data source: DataSource '%s' has schema = %s which is not "
            "upgradeable to %s: columns can only be added.",
            old->name, weir_buffer_text(&was), weir_buffer_text(&is));
    }
    return strcmp(old->topic, changed->topic) == 0 ||
           weir_execution_fail(execution, place,
                               "Cannot upgrade data source: DataSource '%s' has topic = %s which "
                               "is not upgradeable to "
                               "%s.",
                               old->name, old->topic, changed->topic);
}

static bool check_source(struct weir_execution *execution, const struct weir_properties *properties,
                         const struct weir_source *source)
{
    struct weir_place place = execution->statement->create_source.name_place;
    if (source->table && source->schema.key_count == 0) {
        return weir_execution_fail(execution, place,
                                   "Tables require a PRIMARY KEY. Please define the PRIMARY KEY.");
    }
    if (source->schema.key_count + source->schema.value_count == 0) {
        return weir_execution_fail(execution, place, "The statement does not define any columns.");
    }
    if (!source->topic) {
        return weir_execution_fail(
            execution, properties->place.line ? properties->place : place,
            "Missing required property \"KAFKA_TOPIC\" which has no default value.");
    }
    const struct weir_source *old = weir_metastore_source(execution->metastore, source->name);
    return !old || weir_execution_upgradeable(execution, old, source, place);
}

/* Formats come before columns in ksqlDB: their mistakes are told even where columns are missing. */
static bool build_source(struct weir_execution *execution, const struct weir_properties *properties,
                         struct weir_source *source)
{
    const struct weir_statement *statement = execution->statement;
    struct columns columns = {0};
    if (!read_columns(execution, statement->create_source.columns,
                      statement->create_source.column_count, source->table, &columns)) {
        return false;
    }
    source->schema.key = columns.keys;
    source->schema.key_count = columns.key_count;
    source->schema.values = columns.values;
    source->schema.value_count = columns.value_count;
    source->headers = columns.headers;
    source->header_count = columns.header_count;
    return source_formats(execution, properties, source) &&
           check_source(execution, properties, source) &&
           source_window(execution, properties, source) &&
           weir_check_formats(&source->schema, &source->formats,
                              statement->create_source.name_place, execution->err) &&
           weir_properties_timestamp(properties, &source->schema, &source->timestamp,
                                     execution->err) &&
           source_topic(execution, properties, source);
}

bool weir_execute_create_source(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    struct weir_properties properties;
    bool done;
    if (!weir_execution_name_free(
            execution, statement->create_source.name, statement->create_source.name_place,
            statement->create_source.or_replace, statement->create_source.if_not_exists,
            statement->create_source.table, &done)) {
        return false;
    }
    if (done) {
        return true;
    }
    if (!weir_properties_read(execution->arena, &statement->create_source.with, WEIR_WITH_SOURCE,
                              &properties, execution->err)) {
        return false;
    }
    struct weir_source source = {.name = statement->create_source.name,
                                 .table = statement->create_source.table,
                                 .read_only = statement->create_source.read_only,
                                 .topic = properties.topic,
                                 .statement_text = weir_execution_text(execution, statement)};
    if (!build_source(execution, &properties, &source)) {
        return false;
    }
    execution->action->kind = WEIR_ACTION_SOURCE;
    execution->action->source = weir_metastore_put(execution->metastore, &source);
    execution->action->text =
        weir_arena_format(execution->arena, "%s created", source.table ? "Table" : "Stream");
    return true;
}

static bool check_alter(struct weir_execution *execution, const struct weir_source *source)
{
    const struct weir_statement *statement = execution->statement;
    struct weir_place place = statement->alter_source.name_place;
    const char *kind = statement->alter_source.table ? "TABLE" : "STREAM";
    if (!source) {
        return weir_execution_fail(execution, place, "Source %s does not exist.",
                                   statement->alter_source.name);
    }
    if (source->table != statement->alter_source.table) {
        return weir_execution_fail(
            execution, place, "Incompatible data source type is %s, but statement was ALTER %s",
            source->table ? "TABLE" : "STREAM", kind);
    }
    if (source->created_by_as) {
        return weir_execution_fail(execution, place,
                                   "ALTER command is not supported for CREATE ... AS statements.");
    }
    return !source->read_only ||
           weir_execution_fail(execution, place,
                               "Cannot alter %s '%s': ALTER operations are not supported on source "
                               "streams and tables.",
                               kind, source->name);
}

bool weir_execute_alter_source(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    const struct weir_source *old =
        weir_metastore_source(execution->metastore, statement->alter_source.name);
    if (!check_alter(execution, old)) {
        return false;
    }
    size_t count = old->schema.value_count + statement->alter_source.column_count;
    struct weir_column *values = weir_arena_calloc(execution->arena, count, sizeof(*values));
    memcpy(values, old->schema.values, old->schema.value_count * sizeof(*values));
    struct weir_source source = *old;
    source.schema.values = values;
    for (size_t i = 0; i < statement->alter_source.column_count; i++) {
        const struct weir_column_definition *column = &statement->alter_source.columns[i];
        struct weir_slot slot;
        if (weir_source_find(&source, column->name, &slot)) {
            return weir_execution_fail(
                execution, column->place,
                "Cannot add column `%s` to schema. A column with the same name already exists.",
                column->name);
        }
        struct weir_column *added = &values[source.schema.value_count++];
        added->name = column->name;
        added->type =
            weir_plan_type(execution->metastore, execution->arena, column->type, execution->err);
        if (!added->type) {
            return false;
        }
    }
    source.formats.value.unwrapped =
        source.formats.value.unwrapped && source.schema.value_count == 1;
    if (!weir_check_formats(&source.schema, &source.formats, statement->alter_source.name_place,
                            execution->err)) {
        return false;
    }
    execution->action->kind = WEIR_ACTION_SOURCE;
    execution->action->source = weir_metastore_put(execution->metastore, &source);
    execution->action->topic.name = source.topic;
    execution->action->text = "Source altered";
    return true;
}
