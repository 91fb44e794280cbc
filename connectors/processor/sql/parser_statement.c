/* parser_statement.c - every statement but CREATE, found by its first word. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/diagnostic.h"
#include "connectors/processor/sql/parser_internal.h"

static bool parse_query(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_QUERY;
    parser->at--; /* SELECT */
    statement->query = weir_parser_query(parser);
    return statement->query != NULL;
}

static bool parse_names(struct weir_parser *parser, struct weir_statement *statement)
{
    if (!weir_parser_accept(parser, WEIR_TOKEN_LEFT_PARENTHESIS)) {
        return true;
    }
    struct weir_pointers names = {0};
    struct weir_place *places = NULL;
    do {
        size_t bytes = names.count * sizeof(*places);
        places = weir_arena_grow(parser->arena, places, bytes, bytes + sizeof(*places));
        places[names.count] = weir_parser_place(parser);
        const char *name = weir_parser_name(parser, "a column name");
        if (!name) {
            return false;
        }
        weir_pointers_add(parser, &names, weir_arena_strdup(parser->arena, name));
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    statement->insert_values.columns = (const char **)(void *)names.items;
    statement->insert_values.column_places = places;
    statement->insert_values.column_count = names.count;
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,");
}

static bool parse_values(struct weir_parser *parser, struct weir_statement *statement)
{
    struct weir_pointers values = {0};
    if (!parse_names(parser, statement) || !weir_parser_expect_word(parser, WEIR_KEYWORD_VALUES) ||
        !weir_parser_expect(parser, WEIR_TOKEN_LEFT_PARENTHESIS, "(")) {
        return false;
    }
    if (!weir_parser_is(parser, WEIR_TOKEN_RIGHT_PARENTHESIS)) {
        do {
            struct weir_expression *value = weir_parser_value_expression(parser);
            if (!value) {
                return false;
            }
            weir_pointers_add(parser, &values, value);
        } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    }
    statement->insert_values.values = (struct weir_expression **)values.items;
    statement->insert_values.value_count = values.count;
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,");
}

static bool parse_insert(struct weir_parser *parser, struct weir_statement *statement)
{
    if (!weir_parser_expect_word(parser, WEIR_KEYWORD_INTO)) {
        return false;
    }
    struct weir_place place = weir_parser_place(parser);
    const char *target = weir_parser_name(parser, "the name of a stream or table");
    if (!target) {
        return false;
    }
    if (weir_parser_is_word(parser, 0, WEIR_KEYWORD_WITH) ||
        weir_parser_is_word(parser, 0, WEIR_KEYWORD_SELECT)) {
        statement->kind = WEIR_STATEMENT_INSERT_SELECT;
        statement->insert_select.target = target;
        statement->insert_select.target_place = place;
        if (!weir_parser_with(parser, &statement->insert_select.with)) {
            return false;
        }
        statement->insert_select.query = weir_parser_query(parser);
        return statement->insert_select.query != NULL;
    }
    statement->kind = WEIR_STATEMENT_INSERT_VALUES;
    statement->insert_values.target = target;
    statement->insert_values.target_place = place;
    return parse_values(parser, statement);
}

static bool parse_drop(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->drop.table = weir_parser_is_word(parser, 0, WEIR_KEYWORD_TABLE);
    if (statement->drop.table || weir_parser_is_word(parser, 0, WEIR_KEYWORD_STREAM)) {
        statement->kind = WEIR_STATEMENT_DROP_SOURCE;
    } else if (weir_parser_is_word(parser, 0, WEIR_KEYWORD_CONNECTOR)) {
        statement->kind = WEIR_STATEMENT_DROP_CONNECTOR;
    } else if (weir_parser_is_word(parser, 0, WEIR_KEYWORD_TYPE)) {
        statement->kind = WEIR_STATEMENT_DROP_TYPE;
    } else {
        return weir_parser_fail(parser, "STREAM, TABLE, TYPE or CONNECTOR");
    }
    parser->at++;
    if (weir_parser_is_word(parser, 0, WEIR_KEYWORD_IF) &&
        weir_parser_is_word(parser, 1, WEIR_KEYWORD_EXISTS)) {
        statement->drop.if_exists = true;
        parser->at += 2;
    }
    statement->drop.name_place = weir_parser_place(parser);
    statement->drop.name = weir_parser_name(parser, "a name");
    if (!statement->drop.name) {
        return false;
    }
    if (statement->kind == WEIR_STATEMENT_DROP_SOURCE &&
        weir_parser_accept_word(parser, WEIR_KEYWORD_DELETE)) {
        statement->drop.delete_topic = true;
        return weir_parser_expect_word(parser, WEIR_KEYWORD_TOPIC);
    }
    return true;
}

/* 'name' = 'value' */
static bool parse_assignment(struct weir_parser *parser, struct weir_statement *statement)
{
    return weir_parser_string(parser, "a property in quotes", &statement->property.name) &&
           weir_parser_expect(parser, WEIR_TOKEN_EQUAL, "=") &&
           weir_parser_string(parser, "a value in quotes", &statement->property.value);
}

static bool parse_set(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_SET;
    return parse_assignment(parser, statement);
}

static bool parse_unset(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_UNSET;
    return weir_parser_string(parser, "a property in quotes", &statement->property.name);
}

static bool parse_define(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_DEFINE;
    statement->property.name = weir_parser_name(parser, "the name of a variable");
    return statement->property.name && weir_parser_expect(parser, WEIR_TOKEN_EQUAL, "=") &&
           weir_parser_string(parser, "a value in quotes", &statement->property.value);
}

static bool parse_undefine(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_UNDEFINE;
    statement->property.name = weir_parser_name(parser, "the name of a variable");
    return statement->property.name != NULL;
}

static bool parse_new_columns(struct weir_parser *parser, struct weir_statement *statement)
{
    struct weir_column_definition *columns = NULL;
    size_t count = 0;
    do {
        if (!weir_parser_expect_word(parser, WEIR_KEYWORD_ADD)) {
            return false;
        }
        bool word = weir_parser_is_word(parser, 0, WEIR_KEYWORD_COLUMN) &&
                    weir_parser_is_name(parser, 1) && weir_parser_is_name(parser, 2);
        parser->at += word;
        struct weir_column_definition column = {.place = weir_parser_place(parser)};
        column.name = weir_parser_name(parser, "a column name");
        if (!column.name || !(column.type = weir_parser_type(parser))) {
            return false;
        }
        size_t bytes = count * sizeof(column);
        columns = weir_arena_grow(parser->arena, columns, bytes, bytes + sizeof(column));
        columns[count++] = column;
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    statement->alter_source.columns = columns;
    statement->alter_source.column_count = count;
    return true;
}

static bool parse_alter(struct weir_parser *parser, struct weir_statement *statement)
{
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_SYSTEM)) {
        statement->kind = WEIR_STATEMENT_ALTER_SYSTEM;
        return parse_assignment(parser, statement);
    }
    statement->kind = WEIR_STATEMENT_ALTER_SOURCE;
    statement->alter_source.table = weir_parser_accept_word(parser, WEIR_KEYWORD_TABLE);
    if (!statement->alter_source.table && !weir_parser_accept_word(parser, WEIR_KEYWORD_STREAM)) {
        return weir_parser_fail(parser, "STREAM, TABLE or SYSTEM");
    }
    statement->alter_source.name_place = weir_parser_place(parser);
    statement->alter_source.name = weir_parser_name(parser, "the name of a stream or table");
    return statement->alter_source.name && parse_new_columns(parser, statement);
}

static bool parse_terminate(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_TERMINATE;
    statement->terminate.id_place = weir_parser_place(parser);
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_ALL)) {
        return true;
    }
    statement->terminate.query_id = weir_parser_name(parser, "a query id or ALL");
    return statement->terminate.query_id != NULL;
}

static bool parse_resource(struct weir_parser *parser, const char **name_out)
{
    if (weir_parser_is(parser, WEIR_TOKEN_STRING)) {
        return weir_parser_string(parser, "a name", name_out);
    }
    *name_out = weir_parser_name(parser, "a name");
    return *name_out != NULL;
}

static bool parse_print(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_PRINT;
    statement->print.interval = 1;
    if (!parse_resource(parser, &statement->print.topic)) {
        return false;
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_FROM)) {
        statement->print.from_beginning = true;
        if (!weir_parser_expect_word(parser, WEIR_KEYWORD_BEGINNING)) {
            return false;
        }
    }
    if ((weir_parser_accept_word(parser, WEIR_KEYWORD_INTERVAL) ||
         weir_parser_accept_word(parser, WEIR_KEYWORD_SAMPLE)) &&
        !weir_parser_integer(parser, "a whole number", &statement->print.interval)) {
        return false;
    }
    statement->print.has_limit = weir_parser_accept_word(parser, WEIR_KEYWORD_LIMIT);
    return !statement->print.has_limit ||
           weir_parser_integer(parser, "a whole number", &statement->print.limit);
}

static bool parse_explain(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_EXPLAIN;
    enum weir_token_kind next = weir_parser_peek(parser, 1)->kind;
    if (weir_parser_is_name(parser, 0) &&
        (next == WEIR_TOKEN_SEMICOLON || next == WEIR_TOKEN_END)) {
        statement->explain.query_id = weir_parser_name(parser, "a query id");
        return true;
    }
    if (!weir_parser_enter(parser)) {
        return false;
    }
    statement->explain.statement = weir_parser_statement(parser);
    weir_parser_leave(parser);
    return statement->explain.statement != NULL;
}

static bool parse_assert(struct weir_parser *parser, struct weir_statement *statement)
{
    bool topic = false;
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_NOT)) {
        statement->assertion.must_not_exist = true;
        if (!weir_parser_expect_word(parser, WEIR_KEYWORD_EXISTS)) {
            return false;
        }
    }
    topic = weir_parser_accept_word(parser, WEIR_KEYWORD_TOPIC);
    if (!topic && !weir_parser_accept_word(parser, WEIR_KEYWORD_SCHEMA)) {
        return weir_parser_fail(parser, "[NOT EXISTS] TOPIC");
    }
    if (!topic) {
        weir_parser_fail_at(parser, statement->place,
                            "ASSERT SCHEMA is not supported: weir uses no schema registry");
        parser->err->code = WEIR_SQL_UNSUPPORTED;
        return false;
    }
    statement->kind = WEIR_STATEMENT_ASSERT_TOPIC;
    if (!parse_resource(parser, &statement->assertion.name) ||
        !weir_parser_with(parser, &statement->assertion.with)) {
        return false;
    }
    return !weir_parser_accept_word(parser, WEIR_KEYWORD_TIMEOUT) ||
           weir_parser_duration(parser, &statement->assertion.timeout_ms);
}

static bool parse_create(struct weir_parser *parser, struct weir_statement *statement)
{
    struct weir_statement *created = weir_parser_create(parser);
    if (created) {
        *statement = *created;
    }
    return created != NULL;
}

static const struct {
    enum weir_keyword word;
    bool (*parse)(struct weir_parser *parser, struct weir_statement *statement);
} statements[] = {
    {WEIR_KEYWORD_SELECT, parse_query},
    {WEIR_KEYWORD_CREATE, parse_create},
    {WEIR_KEYWORD_INSERT, parse_insert},
    {WEIR_KEYWORD_DROP, parse_drop},
    {WEIR_KEYWORD_SET, parse_set},
    {WEIR_KEYWORD_UNSET, parse_unset},
    {WEIR_KEYWORD_DEFINE, parse_define},
    {WEIR_KEYWORD_UNDEFINE, parse_undefine},
    {WEIR_KEYWORD_ALTER, parse_alter},
    {WEIR_KEYWORD_SHOW, weir_parser_show},
    {WEIR_KEYWORD_LIST, weir_parser_show},
    {WEIR_KEYWORD_DESCRIBE, weir_parser_describe},
    {WEIR_KEYWORD_EXPLAIN, parse_explain},
    {WEIR_KEYWORD_PRINT, parse_print},
    {WEIR_KEYWORD_TERMINATE, parse_terminate},
    {WEIR_KEYWORD_ASSERT, parse_assert},
};

enum { STATEMENT_COUNT = sizeof(statements) / sizeof(*statements) };

static struct weir_statement *fail_unknown(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    const char *words[STATEMENT_COUNT];
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        words[i] = weir_keyword_name(statements[i].word);
    }
    const char *near = weir_sql_nearest(token->text, words, STATEMENT_COUNT);
    weir_parser_fail_at(parser, token->place, "Syntax error: Unknown statement '%.*s'%s%s%s",
                        (int)(token->raw_length > 60 ? 60 : token->raw_length),
                        parser->lexer.text + token->offset, near ? ", did you mean " : "",
                        near ? near : "", near ? "?" : "");
    return NULL;
}

struct weir_statement *weir_parser_statement(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_place(parser);
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        if (weir_parser_accept_word(parser, statements[i].word)) {
            struct weir_statement *statement =
                weir_arena_calloc(parser->arena, 1, sizeof(*statement));
            statement->place = place;
            bool parsed = statements[i].parse(parser, statement);
            statement->place = place;
            return parsed ? statement : NULL;
        }
    }
    return fail_unknown(parser);
}
