/* show.c - SHOW, DESCRIBE and EXPLAIN, as text for a terminal. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/registry.h"
#include "connectors/processor/plan/program_internal.h"

#include <string.h>

enum { TEXT_BYTES_MAX = 4 << 20, COLUMNS_MAX = 8 };

/* Rows of cells, printed with their columns aligned. */
struct grid {
    struct weir_arena *arena;
    const char **cells;
    size_t cell_count, capacity, columns;
};

static void grid_add(struct grid *grid, const char *cell)
{
    if (grid->cell_count == grid->capacity) {
        size_t grown = grid->capacity ? grid->capacity * 2 : 64;
        grid->cells = weir_arena_grow(grid->arena, grid->cells, grid->capacity * sizeof(cell),
                                      grown * sizeof(cell));
        grid->capacity = grown;
    }
    grid->cells[grid->cell_count++] = cell;
}

static struct grid grid_begin(struct weir_arena *arena, const char *const *headings, size_t columns)
{
    struct grid grid = {.arena = arena, .columns = columns};
    for (size_t i = 0; i < columns; i++) {
        grid_add(&grid, headings[i]);
    }
    return grid;
}

static void print_rule(const size_t *widths, size_t columns, struct weir_buffer *buffer)
{
    size_t width = 1;
    for (size_t i = 0; i < columns; i++) {
        width += widths[i] + 3;
    }
    for (size_t i = 1; i < width; i++) {
        weir_buffer_append_byte(buffer, '-');
    }
    weir_buffer_append_byte(buffer, '\n');
}

static void grid_print(const struct grid *grid, struct weir_buffer *buffer)
{
    size_t widths[COLUMNS_MAX] = {0};
    for (size_t i = 0; i < grid->cell_count; i++) {
        size_t length = strlen(grid->cells[i]);
        size_t *width = &widths[i % grid->columns];
        *width = length > *width ? length : *width;
    }
    for (size_t i = 0; i < grid->cell_count; i++) {
        size_t column = i % grid->columns;
        bool last = column + 1 == grid->columns;
        weir_buffer_append_format(buffer, " %-*s%s", last ? 0 : (int)widths[column], grid->cells[i],
                                  last ? "\n" : " |");
        if (i + 1 == grid->columns) {
            print_rule(widths, grid->columns, buffer);
        }
    }
}

static const char *key_format(struct weir_arena *arena, const struct weir_source *source)
{
    const char *format = weir_format_name(source->formats.key.kind);
    return source->schema.window == WEIR_WINDOW_NONE
               ? format
               : weir_arena_format(arena, "%s (windowed)", format);
}

static void show_sources(struct weir_execution *execution, bool tables, struct weir_buffer *buffer)
{
    const char *headings[] = {tables ? "Table Name" : "Stream Name", "Kafka Topic", "Key Format",
                              "Value Format", "Windowed"};
    struct grid grid = grid_begin(execution->arena, headings, 5);
    for (size_t i = 0; i < weir_metastore_source_count(execution->metastore); i++) {
        const struct weir_source *source = weir_metastore_source_at(execution->metastore, i);
        if (source->table == tables) {
            grid_add(&grid, source->name);
            grid_add(&grid, source->topic);
            grid_add(&grid, weir_format_name(source->formats.key.kind));
            grid_add(&grid, weir_format_name(source->formats.value.kind));
            grid_add(&grid, source->schema.window != WEIR_WINDOW_NONE ? "true" : "false");
        }
    }
    grid_print(&grid, buffer);
}

static void show_queries(struct weir_execution *execution, struct weir_buffer *buffer)
{
    static const char *const headings[] = {"Query ID", "Sink Name", "Query String"};
    struct grid grid = grid_begin(execution->arena, headings, 3);
    for (size_t i = 0; i < weir_metastore_query_count(execution->metastore); i++) {
        const struct weir_query_info *query = weir_metastore_query_at(execution->metastore, i);
        grid_add(&grid, query->id);
        grid_add(&grid, query->sink ? query->sink : "");
        grid_add(&grid, query->statement_text);
    }
    grid_print(&grid, buffer);
}

static void show_types(struct weir_execution *execution, struct weir_buffer *buffer)
{
    static const char *const headings[] = {"Type Name", "Schema"};
    struct grid grid = grid_begin(execution->arena, headings, 2);
    for (size_t i = 0; i < weir_metastore_type_count(execution->metastore); i++) {
        weir_auto_buffer type;
        weir_buffer_init(&type, 4096);
        const char *name = weir_metastore_type_name_at(execution->metastore, i);
        weir_type_print(weir_metastore_type(execution->metastore, name), &type);
        grid_add(&grid, name);
        grid_add(&grid, weir_arena_strdup(execution->arena, weir_buffer_text(&type)));
    }
    grid_print(&grid, buffer);
}

static void show_properties(struct weir_execution *execution, struct weir_buffer *buffer)
{
    static const char *const headings[] = {"Property", "Value"};
    struct grid grid = grid_begin(execution->arena, headings, 2);
    for (size_t i = 0; i < weir_metastore_property_count(execution->metastore); i++) {
        const char *name = weir_metastore_property_name_at(execution->metastore, i);
        grid_add(&grid, name);
        grid_add(&grid, weir_metastore_property(execution->metastore, name));
    }
    grid_print(&grid, buffer);
}

static void show_variables(struct weir_execution *execution, struct weir_buffer *buffer)
{
    static const char *const headings[] = {"Variable Name", "Value"};
    struct grid grid = grid_begin(execution->arena, headings, 2);
    for (size_t i = 0; i < execution->program->count; i++) {
        const struct weir_statement *statement = execution->program->items[i];
        if (statement == execution->statement) {
            break;
        }
        if (statement->kind == WEIR_STATEMENT_DEFINE) {
            grid_add(&grid, statement->property.name);
            grid_add(&grid, statement->property.value);
        }
    }
    grid_print(&grid, buffer);
}

static void show_functions(struct weir_execution *execution, struct weir_buffer *buffer)
{
    static const char *const headings[] = {"Function Name", "Category"};
    struct grid grid = grid_begin(execution->arena, headings, 2);
    for (size_t i = 0; i < weir_function_count(); i++) {
        const struct weir_function *function = weir_function_at(i);
        grid_add(&grid, weir_function_name(function));
        grid_add(&grid, weir_function_category(function));
    }
    grid_print(&grid, buffer);
}

static bool finish(struct weir_execution *execution, struct weir_buffer *buffer)
{
    execution->action->kind = WEIR_ACTION_TEXT;
    execution->action->text = weir_arena_strdup(execution->arena, weir_buffer_text(buffer));
    return true;
}

bool weir_execute_show(struct weir_execution *execution)
{
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, TEXT_BYTES_MAX);
    switch (execution->statement->show.what) {
    case WEIR_SHOW_STREAMS:
    case WEIR_SHOW_TABLES:
        show_sources(execution, execution->statement->show.what == WEIR_SHOW_TABLES, &buffer);
        break;
    case WEIR_SHOW_QUERIES:
        show_queries(execution, &buffer);
        break;
    case WEIR_SHOW_TYPES:
        show_types(execution, &buffer);
        break;
    case WEIR_SHOW_PROPERTIES:
        show_properties(execution, &buffer);
        break;
    case WEIR_SHOW_VARIABLES:
        show_variables(execution, &buffer);
        break;
    case WEIR_SHOW_FUNCTIONS:
        show_functions(execution, &buffer);
        break;
    case WEIR_SHOW_TOPICS:
        execution->action->kind = WEIR_ACTION_TOPICS;
        return true;
    case WEIR_SHOW_CONNECTORS:
    case WEIR_SHOW_CONNECTOR_PLUGINS:
        return weir_execution_unsupported(
            execution, "Connectors are processes of their own: `weir-source plugins` and "
                       "`weir-sink plugins` list what they can run.");
    }
    return finish(execution, &buffer);
}

static void describe_columns(struct weir_execution *execution, const struct weir_source *source,
                             struct weir_buffer *buffer)
{
    static const char *const headings[] = {"Field", "Type"};
    struct grid grid = grid_begin(execution->arena, headings, 2);
    const struct weir_schema *schema = &source->schema;
    for (size_t i = 0; i < schema->key_count + schema->value_count; i++) {
        bool key = i < schema->key_count;
        const struct weir_column *column =
            key ? &schema->key[i] : &schema->values[i - schema->key_count];
        weir_auto_buffer type;
        weir_buffer_init(&type, 1 << 16);
        weir_type_print(column->type, &type);
        const char *role = !key ? "" : source->table ? "  (primary key)" : "  (key)";
        weir_buffer_append_text(&type, role);
        grid_add(&grid, column->name);
        grid_add(&grid, weir_arena_strdup(execution->arena, weir_buffer_text(&type)));
    }
    grid_print(&grid, buffer);
}

static void describe_source(struct weir_execution *execution, const struct weir_source *source,
                            struct weir_buffer *buffer)
{
    weir_buffer_append_format(buffer, "Name                 : %s\n", source->name);
    if (execution->statement->describe.extended) {
        weir_buffer_append_format(buffer, "Type                 : %s\n",
                                  source->table ? "TABLE" : "STREAM");
        weir_buffer_append_format(buffer, "Timestamp field      : %s\n",
                                  source->timestamp.column ? source->timestamp.column
                                                           : "Not set - using <ROWTIME>");
        weir_buffer_append_format(buffer, "Key format           : %s\n",
                                  key_format(execution->arena, source));
        weir_buffer_append_format(buffer, "Value format         : %s\n",
                                  weir_format_name(source->formats.value.kind));
        weir_buffer_append_format(buffer, "Kafka topic          : %s\n", source->topic);
        weir_buffer_append_format(buffer, "Statement            : %s\n", source->statement_text);
    }
    weir_buffer_append_text(buffer, "\n");
    describe_columns(execution, source, buffer);
}

static bool describe_function(struct weir_execution *execution, struct weir_buffer *buffer)
{
    static const char *const kinds[] = {"SCALAR", "AGGREGATE", "TABLE"};
    const char *name = execution->statement->describe.name;
    const struct weir_function *function = weir_function_find(name);
    if (!function) {
        const char *near = weir_function_suggest(name);
        return weir_execution_fail(execution, execution->statement->describe.name_place,
                                   "Can't find any functions with the name '%s'%s%s%s", name,
                                   near ? ". Did you mean " : "", near ? near : "",
                                   near ? "?" : "");
    }
    weir_buffer_append_format(
        buffer, "Name        : %s\nOverview    : %s\nType        : %s\nCategory    : %s\n\n",
        weir_function_name(function), weir_function_description(function),
        kinds[weir_function_kind(function)], weir_function_category(function));
    for (size_t i = 0; i < weir_function_signature_count(function); i++) {
        const char *description = weir_function_signature_description(function, i);
        weir_buffer_append_text(buffer, "Variation   : ");
        weir_function_signature_print(function, i, buffer);
        weir_buffer_append_format(buffer, "\n%s%s%s", description ? "Description : " : "",
                                  description ? description : "", description ? "\n" : "");
    }
    return true;
}

bool weir_execute_describe(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, TEXT_BYTES_MAX);
    bool tables = statement->describe.what == WEIR_DESCRIBE_TABLES;
    if (statement->describe.what == WEIR_DESCRIBE_CONNECTOR) {
        return weir_execution_unsupported(
            execution,
            "Connectors are processes of their own: ask the admin port of the "
            "weir-source or weir-sink that runs %s.",
            statement->describe.name);
    }
    if (statement->describe.what == WEIR_DESCRIBE_FUNCTION) {
        return describe_function(execution, &buffer) && finish(execution, &buffer);
    }
    if (statement->describe.what != WEIR_DESCRIBE_SOURCE) {
        for (size_t i = 0; i < weir_metastore_source_count(execution->metastore); i++) {
            const struct weir_source *source = weir_metastore_source_at(execution->metastore, i);
            if (source->table == tables) {
                describe_source(execution, source, &buffer);
                weir_buffer_append_text(&buffer, "\n");
            }
        }
        return finish(execution, &buffer);
    }
    const struct weir_source *source =
        weir_metastore_source(execution->metastore, statement->describe.name);
    if (!source) {
        const char *near =
            weir_metastore_nearest_source(execution->metastore, statement->describe.name);
        return weir_execution_fail(execution, statement->describe.name_place,
                                   "Could not find STREAM/TABLE '%s' in the Metastore%s%s%s",
                                   statement->describe.name, near ? ". Did you mean \"" : "",
                                   near ? near : "", near ? "\"?" : "");
    }
    describe_source(execution, source, &buffer);
    return finish(execution, &buffer);
}

bool weir_execute_explain(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    const struct weir_query_plan *plan = NULL;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, TEXT_BYTES_MAX);
    if (statement->explain.statement) {
        plan = weir_plan_only(execution, statement->explain.statement);
    } else {
        const struct weir_query_info *query =
            weir_metastore_query(execution->metastore, statement->explain.query_id);
        if (!query) {
            return weir_execution_fail(execution, statement->place,
                                       "Query with id:%s does not exist, use SHOW QUERIES to "
                                       "view the full set of queries.",
                                       statement->explain.query_id);
        }
        plan = query->plan;
    }
    if (!plan) {
        return false;
    }
    weir_buffer_append_format(
        &buffer,
        "ID                   : %s\nSQL                  : %s\n\nExecution plan\n"
        "--------------\n",
        plan->id, plan->statement_text);
    weir_plan_print(plan, &buffer);
    return finish(execution, &buffer);
}
