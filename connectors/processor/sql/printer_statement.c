/* printer_statement.c - queries and statements. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/printer.h"

#include <inttypes.h>
#include <string.h>

static void print_alias(const char *alias, const char *unless, struct weir_buffer *buffer)
{
    if (alias && (!unless || strcmp(alias, unless) != 0)) {
        weir_buffer_append_text(buffer, " AS ");
        weir_sql_print_name(alias, buffer);
    }
}

static void print_items(const struct weir_query *query, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < query->item_count; i++) {
        const struct weir_select_item *item = &query->items[i];
        weir_buffer_append_text(buffer, i ? ", " : "");
        if (item->expression) {
            weir_sql_print_expression(item->expression, buffer);
        }
        if (item->kind == WEIR_SELECT_STRUCT_ALL) {
            weir_buffer_append_text(buffer, "->*");
        } else if (item->kind == WEIR_SELECT_ALL) {
            if (item->source) {
                weir_sql_print_name(item->source, buffer);
                weir_buffer_append_byte(buffer, '.');
            }
            weir_buffer_append_byte(buffer, '*');
        }
        print_alias(item->alias, NULL, buffer);
    }
}

static void print_duration(int64_t duration_ms, struct weir_buffer *buffer)
{
    static const struct {
        int64_t unit_ms;
        const char *name;
    } units[] = {{86400000, "DAYS"}, {3600000, "HOURS"}, {60000, "MINUTES"}, {1000, "SECONDS"}};
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (duration_ms > 0 && duration_ms % units[i].unit_ms == 0) {
            weir_buffer_append_format(buffer, "%" PRId64 " %s", duration_ms / units[i].unit_ms,
                                      units[i].name);
            return;
        }
    }
    weir_buffer_append_format(buffer, "%" PRId64 " MILLISECONDS", duration_ms);
}

static void print_within(const struct weir_join_within *within, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, " WITHIN (");
    print_duration(within->before_ms, buffer);
    weir_buffer_append_text(buffer, ", ");
    print_duration(within->after_ms, buffer);
    weir_buffer_append_byte(buffer, ')');
    if (within->has_grace) {
        weir_buffer_append_text(buffer, " GRACE PERIOD ");
        print_duration(within->grace_ms, buffer);
    }
}

static void print_joins(const struct weir_query *query, struct weir_buffer *buffer)
{
    static const char *const kinds[] = {"INNER", "LEFT OUTER", "RIGHT OUTER", "FULL OUTER"};
    for (size_t i = 0; i < query->join_count; i++) {
        const struct weir_join *join = &query->joins[i];
        weir_buffer_append_format(buffer, " %s JOIN ", kinds[join->kind]);
        weir_sql_print_name(join->right.name, buffer);
        print_alias(join->right.alias, join->right.name, buffer);
        if (join->within) {
            print_within(join->within, buffer);
        }
        weir_buffer_append_text(buffer, " ON ");
        weir_sql_print_expression(join->on, buffer);
    }
}

static void print_window(const struct weir_window_clause *window, struct weir_buffer *buffer)
{
    static const char *const kinds[] = {"TUMBLING (SIZE ", "HOPPING (SIZE ", "SESSION ("};
    weir_buffer_append_format(buffer, " WINDOW %s", kinds[window->kind]);
    print_duration(window->size_ms, buffer);
    if (window->kind == WEIR_WINDOW_HOPPING) {
        weir_buffer_append_text(buffer, ", ADVANCE BY ");
        print_duration(window->advance_ms, buffer);
    }
    if (window->has_retention) {
        weir_buffer_append_text(buffer, ", RETENTION ");
        print_duration(window->retention_ms, buffer);
    }
    if (window->has_grace) {
        weir_buffer_append_text(buffer, ", GRACE PERIOD ");
        print_duration(window->grace_ms, buffer);
    }
    weir_buffer_append_byte(buffer, ')');
}

static void print_expressions(const char *before, struct weir_expression *const *items,
                              size_t count, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : before);
        weir_sql_print_expression(items[i], buffer);
    }
}

void weir_sql_print_query(const struct weir_query *query, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, "SELECT ");
    print_items(query, buffer);
    weir_buffer_append_text(buffer, " FROM ");
    weir_sql_print_name(query->from.name, buffer);
    print_alias(query->from.alias, query->from.name, buffer);
    print_joins(query, buffer);
    if (query->window) {
        print_window(query->window, buffer);
    }
    if (query->where) {
        print_expressions(" WHERE ", &query->where, 1, buffer);
    }
    print_expressions(" GROUP BY ", query->group_by, query->group_by_count, buffer);
    print_expressions(" PARTITION BY ", query->partition_by, query->partition_by_count, buffer);
    if (query->having) {
        print_expressions(" HAVING ", &query->having, 1, buffer);
    }
    static const char *const emits[] = {"", " EMIT CHANGES", " EMIT FINAL"};
    weir_buffer_append_text(buffer, emits[query->emit]);
    if (query->has_limit) {
        weir_buffer_append_format(buffer, " LIMIT %" PRId64, query->limit);
    }
}

static void print_with(const struct weir_with *with, bool strings, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < with->count; i++) {
        const struct weir_with_property *property = &with->properties[i];
        weir_buffer_append_text(buffer, i ? ", " : " WITH (");
        if (strings || property->name[0] == '\0') {
            weir_sql_print_string(property->name, strlen(property->name), buffer);
        } else {
            weir_sql_print_name(property->name, buffer);
        }
        weir_buffer_append_byte(buffer, '=');
        weir_sql_print_expression(property->value, buffer);
    }
    weir_buffer_append_text(buffer, with->count ? ")" : "");
}

static void print_column(const struct weir_column_definition *column, struct weir_buffer *buffer)
{
    static const char *const constraints[] = {"", " KEY", " PRIMARY KEY", " HEADERS", " HEADER("};
    weir_sql_print_name(column->name, buffer);
    weir_buffer_append_byte(buffer, ' ');
    weir_sql_print_type(column->type, buffer);
    weir_buffer_append_text(buffer, constraints[column->constraint]);
    if (column->constraint == WEIR_COLUMN_HEADER) {
        weir_sql_print_string(column->header, strlen(column->header), buffer);
        weir_buffer_append_byte(buffer, ')');
    }
}

static void print_named(const char *before, bool if_exists, const char *test, const char *name,
                        struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, before);
    weir_buffer_append_text(buffer, if_exists ? test : "");
    weir_sql_print_name(name, buffer);
}

static void print_create_source(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    weir_buffer_append_format(buffer, "CREATE %s%s%s ",
                              statement->create_source.or_replace ? "OR REPLACE " : "",
                              statement->create_source.read_only ? "SOURCE " : "",
                              statement->create_source.table ? "TABLE" : "STREAM");
    print_named("", statement->create_source.if_not_exists, "IF NOT EXISTS ",
                statement->create_source.name, buffer);
    for (size_t i = 0; i < statement->create_source.column_count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : " (");
        print_column(&statement->create_source.columns[i], buffer);
    }
    weir_buffer_append_text(buffer, statement->create_source.column_count ? ")" : "");
    print_with(&statement->create_source.with, false, buffer);
}

static void print_create_as(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    weir_buffer_append_format(buffer, "CREATE %s%s ",
                              statement->create_as.or_replace ? "OR REPLACE " : "",
                              statement->create_as.table ? "TABLE" : "STREAM");
    print_named("", statement->create_as.if_not_exists, "IF NOT EXISTS ", statement->create_as.name,
                buffer);
    print_with(&statement->create_as.with, false, buffer);
    weir_buffer_append_text(buffer, " AS ");
    weir_sql_print_query(statement->create_as.query, buffer);
}

static void print_insert_values(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    print_named("INSERT INTO ", false, "", statement->insert_values.target, buffer);
    for (size_t i = 0; i < statement->insert_values.column_count; i++) {
        print_named(i ? ", " : " (", false, "", statement->insert_values.columns[i], buffer);
    }
    weir_buffer_append_text(buffer,
                            statement->insert_values.column_count ? ") VALUES (" : " VALUES (");
    print_expressions("", statement->insert_values.values, statement->insert_values.value_count,
                      buffer);
    weir_buffer_append_byte(buffer, ')');
}

static void print_drop(const char *what, const struct weir_statement *statement,
                       struct weir_buffer *buffer)
{
    weir_buffer_append_format(buffer, "DROP %s ", what);
    print_named("", statement->drop.if_exists, "IF EXISTS ", statement->drop.name, buffer);
    weir_buffer_append_text(buffer, statement->drop.delete_topic ? " DELETE TOPIC" : "");
}

static void print_property(const char *before, const struct weir_statement *statement,
                           struct weir_buffer *buffer)
{
    bool variable =
        statement->kind == WEIR_STATEMENT_DEFINE || statement->kind == WEIR_STATEMENT_UNDEFINE;
    weir_buffer_append_text(buffer, before);
    if (variable) {
        weir_sql_print_name(statement->property.name, buffer);
    } else {
        weir_sql_print_string(statement->property.name, strlen(statement->property.name), buffer);
    }
    if (statement->property.value) {
        weir_buffer_append_byte(buffer, '=');
        weir_sql_print_string(statement->property.value, strlen(statement->property.value), buffer);
    }
}

static void print_alter(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    print_named(statement->alter_source.table ? "ALTER TABLE " : "ALTER STREAM ", false, "",
                statement->alter_source.name, buffer);
    for (size_t i = 0; i < statement->alter_source.column_count; i++) {
        weir_buffer_append_text(buffer, i ? ", ADD COLUMN " : " ADD COLUMN ");
        print_column(&statement->alter_source.columns[i], buffer);
    }
}

static void print_show(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    static const char *const shown[] = {"PROPERTIES", "TOPICS",     "STREAMS",           "TABLES",
                                        "FUNCTIONS",  "CONNECTORS", "CONNECTOR PLUGINS", "TYPES",
                                        "VARIABLES",  "QUERIES"};
    weir_buffer_append_format(buffer, "SHOW %s%s%s", statement->show.all ? "ALL " : "",
                              shown[statement->show.what],
                              statement->show.extended ? " EXTENDED" : "");
}

static void print_describe(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    static const char *const described[] = {"", "STREAMS", "TABLES", "FUNCTION ", "CONNECTOR "};
    weir_buffer_append_format(buffer, "DESCRIBE %s", described[statement->describe.what]);
    if (statement->describe.name) {
        weir_sql_print_name(statement->describe.name, buffer);
    }
    weir_buffer_append_text(buffer, statement->describe.extended ? " EXTENDED" : "");
}

static void print_print(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, "PRINT ");
    weir_sql_print_string(statement->print.topic, strlen(statement->print.topic), buffer);
    weir_buffer_append_text(buffer, statement->print.from_beginning ? " FROM BEGINNING" : "");
    if (statement->print.interval != 1) {
        weir_buffer_append_format(buffer, " INTERVAL %" PRId64, statement->print.interval);
    }
    if (statement->print.has_limit) {
        weir_buffer_append_format(buffer, " LIMIT %" PRId64, statement->print.limit);
    }
}

static void print_assert(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, statement->assertion.must_not_exist ? "ASSERT NOT EXISTS TOPIC "
                                                                        : "ASSERT TOPIC ");
    weir_sql_print_string(statement->assertion.name, strlen(statement->assertion.name), buffer);
    print_with(&statement->assertion.with, false, buffer);
    if (statement->assertion.timeout_ms) {
        weir_buffer_append_text(buffer, " TIMEOUT ");
        print_duration(statement->assertion.timeout_ms, buffer);
    }
}

static void print_explain(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, "EXPLAIN ");
    if (statement->explain.statement) {
        weir_sql_print_statement(statement->explain.statement, buffer);
    } else {
        weir_sql_print_name(statement->explain.query_id, buffer);
    }
}

static void print_create_type(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    print_named("CREATE TYPE ", statement->create_type.if_not_exists, "IF NOT EXISTS ",
                statement->create_type.name, buffer);
    weir_buffer_append_text(buffer, " AS ");
    weir_sql_print_type(statement->create_type.type, buffer);
}

static void print_create_connector(const struct weir_statement *statement,
                                   struct weir_buffer *buffer)
{
    print_named(statement->create_connector.sink ? "CREATE SINK CONNECTOR "
                                                 : "CREATE SOURCE CONNECTOR ",
                statement->create_connector.if_not_exists, "IF NOT EXISTS ",
                statement->create_connector.name, buffer);
    print_with(&statement->create_connector.with, true, buffer);
}

static void print_insert_select(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    print_named("INSERT INTO ", false, "", statement->insert_select.target, buffer);
    print_with(&statement->insert_select.with, false, buffer);
    weir_buffer_append_byte(buffer, ' ');
    weir_sql_print_query(statement->insert_select.query, buffer);
}

static void print_terminate(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, "TERMINATE ");
    if (statement->terminate.query_id) {
        weir_sql_print_name(statement->terminate.query_id, buffer);
    } else {
        weir_buffer_append_text(buffer, "ALL");
    }
}

void weir_sql_print_statement(const struct weir_statement *statement, struct weir_buffer *buffer)
{
    switch (statement->kind) {
    case WEIR_STATEMENT_QUERY:
        weir_sql_print_query(statement->query, buffer);
        return;
    case WEIR_STATEMENT_CREATE_SOURCE:
        print_create_source(statement, buffer);
        return;
    case WEIR_STATEMENT_CREATE_AS:
        print_create_as(statement, buffer);
        return;
    case WEIR_STATEMENT_CREATE_CONNECTOR:
        print_create_connector(statement, buffer);
        return;
    case WEIR_STATEMENT_CREATE_TYPE:
        print_create_type(statement, buffer);
        return;
    case WEIR_STATEMENT_INSERT_SELECT:
        print_insert_select(statement, buffer);
        return;
    case WEIR_STATEMENT_INSERT_VALUES:
        print_insert_values(statement, buffer);
        return;
    case WEIR_STATEMENT_DROP_SOURCE:
        print_drop(statement->drop.table ? "TABLE" : "STREAM", statement, buffer);
        return;
    case WEIR_STATEMENT_DROP_CONNECTOR:
        print_drop("CONNECTOR", statement, buffer);
        return;
    case WEIR_STATEMENT_DROP_TYPE:
        print_drop("TYPE", statement, buffer);
        return;
    case WEIR_STATEMENT_ALTER_SOURCE:
        print_alter(statement, buffer);
        return;
    case WEIR_STATEMENT_ALTER_SYSTEM:
        print_property("ALTER SYSTEM ", statement, buffer);
        return;
    case WEIR_STATEMENT_SET:
        print_property("SET ", statement, buffer);
        return;
    case WEIR_STATEMENT_UNSET:
        print_property("UNSET ", statement, buffer);
        return;
    case WEIR_STATEMENT_DEFINE:
        print_property("DEFINE ", statement, buffer);
        return;
    case WEIR_STATEMENT_UNDEFINE:
        print_property("UNDEFINE ", statement, buffer);
        return;
    case WEIR_STATEMENT_SHOW:
        print_show(statement, buffer);
        return;
    case WEIR_STATEMENT_DESCRIBE:
        print_describe(statement, buffer);
        return;
    case WEIR_STATEMENT_EXPLAIN:
        print_explain(statement, buffer);
        return;
    case WEIR_STATEMENT_PRINT:
        print_print(statement, buffer);
        return;
    case WEIR_STATEMENT_TERMINATE:
        print_terminate(statement, buffer);
        return;
    case WEIR_STATEMENT_ASSERT_TOPIC:
        print_assert(statement, buffer);
        return;
    }
}
