/* parser_create.c - CREATE, and the WITH clause. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser_internal.h"

bool weir_parser_with(struct weir_parser *parser, struct weir_with *with_out)
{
    with_out->place = weir_parser_place(parser);
    if (!weir_parser_accept_word(parser, WEIR_KEYWORD_WITH)) {
        return true;
    }
    if (!weir_parser_expect(parser, WEIR_TOKEN_LEFT_PARENTHESIS, "(")) {
        return false;
    }
    do {
        struct weir_with_property property = {.place = weir_parser_place(parser)};
        if (weir_parser_is(parser, WEIR_TOKEN_STRING)) {
            weir_parser_string(parser, "a property", &property.name);
        } else if (!(property.name = weir_parser_name(parser, "a property"))) {
            return false;
        }
        if (!weir_parser_expect(parser, WEIR_TOKEN_EQUAL, "=")) {
            return false;
        }
        property.value = weir_parser_literal(parser);
        if (!property.value) {
            return !parser->err->action && weir_parser_fail(parser, "a literal");
        }
        size_t bytes = with_out->count * sizeof(property);
        with_out->properties =
            weir_arena_grow(parser->arena, with_out->properties, bytes, bytes + sizeof(property));
        with_out->properties[with_out->count++] = property;
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,");
}

static bool parse_constraint(struct weir_parser *parser, struct weir_column_definition *column)
{
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_PRIMARY)) {
        column->constraint = WEIR_COLUMN_PRIMARY_KEY;
        return weir_parser_expect_word(parser, WEIR_KEYWORD_KEY);
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_KEY)) {
        column->constraint = WEIR_COLUMN_KEY;
    } else if (weir_parser_accept_word(parser, WEIR_KEYWORD_HEADERS)) {
        column->constraint = WEIR_COLUMN_HEADERS;
    } else if (weir_parser_accept_word(parser, WEIR_KEYWORD_HEADER)) {
        column->constraint = WEIR_COLUMN_HEADER;
        return weir_parser_expect(parser, WEIR_TOKEN_LEFT_PARENTHESIS, "(") &&
               weir_parser_string(parser, "the name of a header", &column->header) &&
               weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")");
    }
    return true;
}

static bool parse_columns(struct weir_parser *parser, struct weir_column_definition **columns_out,
                          size_t *count_out)
{
    struct weir_column_definition *columns = NULL;
    size_t count = 0;
    do {
        struct weir_column_definition column = {.place = weir_parser_place(parser)};
        column.name = weir_parser_name(parser, "a column name");
        if (!column.name || !(column.type = weir_parser_type(parser)) ||
            !parse_constraint(parser, &column)) {
            return false;
        }
        size_t bytes = count * sizeof(column);
        columns = weir_arena_grow(parser->arena, columns, bytes, bytes + sizeof(column));
        columns[count++] = column;
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    *columns_out = columns;
    *count_out = count;
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,");
}

static bool parse_if_not_exists(struct weir_parser *parser, bool *found_out)
{
    if (!weir_parser_is_word(parser, 0, WEIR_KEYWORD_IF) ||
        !weir_parser_is_word(parser, 1, WEIR_KEYWORD_NOT)) {
        return true;
    }
    parser->at += 2;
    *found_out = true;
    return weir_parser_expect_word(parser, WEIR_KEYWORD_EXISTS);
}

struct create_head {
    bool table, or_replace, if_not_exists, read_only;
    const char *name;
    struct weir_place name_place;
    struct weir_column_definition *columns;
    size_t column_count;
    struct weir_with with;
};

static bool parse_create_head(struct weir_parser *parser, struct create_head *head)
{
    head->table = weir_parser_accept_word(parser, WEIR_KEYWORD_TABLE);
    if (!head->table && !weir_parser_accept_word(parser, WEIR_KEYWORD_STREAM)) {
        return weir_parser_fail(parser, "STREAM, TABLE, TYPE or CONNECTOR");
    }
    if (!parse_if_not_exists(parser, &head->if_not_exists)) {
        return false;
    }
    head->name_place = weir_parser_place(parser);
    head->name = weir_parser_name(parser, "a name");
    if (!head->name) {
        return false;
    }
    if (weir_parser_accept(parser, WEIR_TOKEN_LEFT_PARENTHESIS) &&
        !parse_columns(parser, &head->columns, &head->column_count)) {
        return false;
    }
    return weir_parser_with(parser, &head->with);
}

static bool parse_create_source(struct weir_parser *parser, struct create_head *head,
                                struct weir_statement *statement)
{
    struct weir_place as = weir_parser_place(parser);
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_AS)) {
        if (head->column_count > 0 || head->read_only) {
            return weir_parser_fail_at(
                parser, as, "Syntax error at or near 'AS': a statement with %s has no query",
                head->read_only ? "SOURCE" : "columns");
        }
        statement->kind = WEIR_STATEMENT_CREATE_AS;
        statement->create_as.table = head->table;
        statement->create_as.or_replace = head->or_replace;
        statement->create_as.if_not_exists = head->if_not_exists;
        statement->create_as.name = head->name;
        statement->create_as.name_place = head->name_place;
        statement->create_as.with = head->with;
        statement->create_as.query = weir_parser_query(parser);
        return statement->create_as.query != NULL;
    }
    statement->kind = WEIR_STATEMENT_CREATE_SOURCE;
    statement->create_source.table = head->table;
    statement->create_source.or_replace = head->or_replace;
    statement->create_source.if_not_exists = head->if_not_exists;
    statement->create_source.read_only = head->read_only;
    statement->create_source.name = head->name;
    statement->create_source.name_place = head->name_place;
    statement->create_source.columns = head->columns;
    statement->create_source.column_count = head->column_count;
    statement->create_source.with = head->with;
    return true;
}

static bool parse_connector(struct weir_parser *parser, struct weir_statement *statement, bool sink)
{
    statement->kind = WEIR_STATEMENT_CREATE_CONNECTOR;
    statement->create_connector.sink = sink;
    parser->at++; /* CONNECTOR */
    if (!parse_if_not_exists(parser, &statement->create_connector.if_not_exists)) {
        return false;
    }
    statement->create_connector.name = weir_parser_name(parser, "the connector's name");
    if (!statement->create_connector.name) {
        return false;
    }
    return weir_parser_is_word(parser, 0, WEIR_KEYWORD_WITH)
               ? weir_parser_with(parser, &statement->create_connector.with)
               : weir_parser_fail(parser, "WITH");
}

static bool parse_type(struct weir_parser *parser, struct weir_statement *statement)
{
    statement->kind = WEIR_STATEMENT_CREATE_TYPE;
    if (!parse_if_not_exists(parser, &statement->create_type.if_not_exists)) {
        return false;
    }
    statement->create_type.name = weir_parser_name(parser, "the type's name");
    if (!statement->create_type.name || !weir_parser_expect_word(parser, WEIR_KEYWORD_AS)) {
        return false;
    }
    statement->create_type.type = weir_parser_type(parser);
    return statement->create_type.type != NULL;
}

static bool parse_create(struct weir_parser *parser, struct weir_statement *statement)
{
    bool sink = weir_parser_is_word(parser, 0, WEIR_KEYWORD_SINK);
    if ((sink || weir_parser_is_word(parser, 0, WEIR_KEYWORD_SOURCE)) &&
        weir_parser_is_word(parser, 1, WEIR_KEYWORD_CONNECTOR)) {
        parser->at++;
        return parse_connector(parser, statement, sink);
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_TYPE)) {
        return parse_type(parser, statement);
    }
    struct create_head head = {0};
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_OR)) {
        head.or_replace = true;
        if (!weir_parser_expect_word(parser, WEIR_KEYWORD_REPLACE)) {
            return false;
        }
    }
    head.read_only = weir_parser_accept_word(parser, WEIR_KEYWORD_SOURCE);
    return parse_create_head(parser, &head) && parse_create_source(parser, &head, statement);
}

/* After CREATE. */
struct weir_statement *weir_parser_create(struct weir_parser *parser)
{
    struct weir_statement *statement = weir_arena_calloc(parser->arena, 1, sizeof(*statement));
    return parse_create(parser, statement) ? statement : NULL;
}
