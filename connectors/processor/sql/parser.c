/* parser.c - the program as a whole, and the tools that the grammar's files share. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser.h"

#include "connectors/processor/sql/parser_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRAM_BYTES_MAX = 16 << 20 };

void weir_pointers_add(struct weir_parser *parser, struct weir_pointers *list, void *item)
{
    if (list->count == list->capacity) {
        size_t grown = list->capacity ? list->capacity * 2 : 4;
        list->items = weir_arena_grow(parser->arena, list->items, list->capacity * sizeof(void *),
                                      grown * sizeof(void *));
        list->capacity = grown;
    }
    list->items[list->count++] = item;
}

/* The last token, `;` or END, is never passed. */
const struct weir_token *weir_parser_peek(const struct weir_parser *parser, size_t ahead)
{
    size_t at = parser->at + ahead;
    return &parser->tokens[at < parser->count ? at : parser->count - 1];
}

struct weir_place weir_parser_place(const struct weir_parser *parser)
{
    return weir_parser_peek(parser, 0)->place;
}

bool weir_parser_is(const struct weir_parser *parser, enum weir_token_kind kind)
{
    return weir_parser_peek(parser, 0)->kind == kind;
}

bool weir_parser_is_word(const struct weir_parser *parser, size_t ahead, enum weir_keyword keyword)
{
    const struct weir_token *token = weir_parser_peek(parser, ahead);
    return token->kind == WEIR_TOKEN_WORD && token->keyword == keyword;
}

bool weir_parser_accept(struct weir_parser *parser, enum weir_token_kind kind)
{
    bool found = weir_parser_is(parser, kind);
    parser->at += found;
    return found;
}

bool weir_parser_accept_word(struct weir_parser *parser, enum weir_keyword keyword)
{
    bool found = weir_parser_is_word(parser, 0, keyword);
    parser->at += found;
    return found;
}

bool weir_parser_expect(struct weir_parser *parser, enum weir_token_kind kind, const char *what)
{
    return weir_parser_accept(parser, kind) || weir_parser_fail(parser, what);
}

bool weir_parser_expect_word(struct weir_parser *parser, enum weir_keyword keyword)
{
    return weir_parser_accept_word(parser, keyword) ||
           weir_parser_fail(parser, weir_keyword_name(keyword));
}

bool weir_parser_fail_at(struct weir_parser *parser, struct weir_place place, const char *format,
                         ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    weir_fail_at(parser->err, WEIR_DOMAIN_SQL, place.line, place.column, "%s", message);
    parser->err->code = WEIR_SQL_SYNTAX;
    return false;
}

bool weir_parser_fail(struct weir_parser *parser, const char *what)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind == WEIR_TOKEN_END) {
        return weir_parser_fail_at(parser, token->place,
                                   "Syntax error: expected %s, but the text ends", what);
    }
    return weir_parser_fail_at(parser, token->place, "Syntax error at or near '%.*s': expected %s",
                               (int)(token->raw_length > 60 ? 60 : token->raw_length),
                               parser->lexer.text + token->offset, what);
}

bool weir_parser_enter(struct weir_parser *parser)
{
    if (++parser->depth > WEIR_PARSER_DEPTH_MAX) {
        return weir_parser_fail_at(parser, weir_parser_place(parser),
                                   "Syntax error: nested more than %d levels deep",
                                   WEIR_PARSER_DEPTH_MAX);
    }
    return true;
}

void weir_parser_leave(struct weir_parser *parser)
{
    parser->depth--;
}

bool weir_parser_is_name(const struct weir_parser *parser, size_t ahead)
{
    const struct weir_token *token = weir_parser_peek(parser, ahead);
    if (token->kind == WEIR_TOKEN_WORD) {
        return !weir_keyword_is_reserved(token->keyword);
    }
    return token->kind == WEIR_TOKEN_QUOTED_WORD || token->kind == WEIR_TOKEN_DIGIT_WORD;
}

const char *weir_parser_name(struct weir_parser *parser, const char *what)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (weir_parser_is_name(parser, 0)) {
        parser->at++;
        return token->text;
    }
    if (token->kind == WEIR_TOKEN_WORD) {
        weir_parser_fail_at(
            parser, token->place,
            "Syntax error at or near '%s': expected %s; \"%s\" is a reserved keyword and "
            "can be a name only in quotes: `%s`",
            token->text, what, token->text, token->text);
    } else {
        weir_parser_fail(parser, what);
    }
    return NULL;
}

bool weir_parser_string(struct weir_parser *parser, const char *what, const char **text_out)
{
    if (!weir_parser_is(parser, WEIR_TOKEN_STRING)) {
        return weir_parser_fail(parser, what);
    }
    *text_out = weir_parser_peek(parser, 0)->text;
    parser->at++;
    return true;
}

bool weir_parser_integer(struct weir_parser *parser, const char *what, int64_t *value_out)
{
    size_t sign = weir_parser_is(parser, WEIR_TOKEN_MINUS);
    const struct weir_token *token = weir_parser_peek(parser, sign);
    if (token->kind != WEIR_TOKEN_INTEGER) {
        return weir_parser_fail(parser, what);
    }
    errno = 0;
    unsigned long long magnitude = strtoull(token->text, NULL, 10);
    if (errno || magnitude > (unsigned long long)INT64_MAX + sign) {
        return weir_parser_fail_at(parser, token->place, "Invalid numeric literal: %s",
                                   token->text);
    }
    *value_out = (int64_t)(sign ? 0 - magnitude : magnitude);
    parser->at += 1 + sign;
    return true;
}

static const struct {
    enum weir_keyword one, many;
    enum weir_interval_unit unit;
    int64_t unit_ms;
} units[] = {
    {WEIR_KEYWORD_DAY, WEIR_KEYWORD_DAYS, WEIR_INTERVAL_DAYS, 86400000},
    {WEIR_KEYWORD_HOUR, WEIR_KEYWORD_HOURS, WEIR_INTERVAL_HOURS, 3600000},
    {WEIR_KEYWORD_MINUTE, WEIR_KEYWORD_MINUTES, WEIR_INTERVAL_MINUTES, 60000},
    {WEIR_KEYWORD_SECOND, WEIR_KEYWORD_SECONDS, WEIR_INTERVAL_SECONDS, 1000},
    {WEIR_KEYWORD_MILLISECOND, WEIR_KEYWORD_MILLISECONDS, WEIR_INTERVAL_MILLISECONDS, 1},
};

/* Only the words that can be nothing else: DAY alone is a name. */
bool weir_parser_interval_unit(const struct weir_token *token, enum weir_interval_unit *unit_out)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        bool matches = token->keyword == units[i].many ||
                       (token->keyword == units[i].one && weir_keyword_is_reserved(token->keyword));
        if (token->kind == WEIR_TOKEN_WORD && matches) {
            *unit_out = units[i].unit;
            return true;
        }
    }
    return false;
}

bool weir_parser_duration(struct weir_parser *parser, int64_t *duration_ms_out)
{
    struct weir_place place = weir_parser_place(parser);
    int64_t amount = 0;
    if (!weir_parser_integer(
            parser, "a whole number and a unit (DAYS, HOURS, MINUTES, SECONDS, MILLISECONDS)",
            &amount)) {
        return false;
    }
    const struct weir_token *token = weir_parser_peek(parser, 0);
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (token->kind != WEIR_TOKEN_WORD ||
            (token->keyword != units[i].one && token->keyword != units[i].many)) {
            continue;
        }
        parser->at++;
        if (amount < 0 || amount > INT64_MAX / 4 / units[i].unit_ms) {
            return weir_parser_fail_at(parser, place, "A duration must be between 0 and %lld %s",
                                       (long long)(INT64_MAX / 4 / units[i].unit_ms),
                                       weir_keyword_name(units[i].many));
        }
        *duration_ms_out = amount * units[i].unit_ms;
        return true;
    }
    return weir_parser_fail(parser, "a unit of time (DAYS, HOURS, MINUTES, SECONDS, MILLISECONDS)");
}

static bool next_statement(struct weir_parser *parser)
{
    parser->at = 0;
    parser->depth = 0;
    parser->lambda_variable_count = 0;
    return weir_lexer_next(&parser->lexer, &parser->tokens, &parser->count, parser->err);
}

static struct weir_statement *parse_one(struct weir_parser *parser)
{
    size_t start = weir_parser_peek(parser, 0)->offset;
    struct weir_statement *statement = weir_parser_statement(parser);
    if (!statement) {
        return NULL;
    }
    const struct weir_token *end = weir_parser_peek(parser, 0);
    if (end->kind != WEIR_TOKEN_SEMICOLON && end->kind != WEIR_TOKEN_END) {
        weir_parser_fail(parser, "the end of the statement (;)");
        return NULL;
    }
    const struct weir_token *last = &parser->tokens[parser->at - 1];
    statement->text_offset = start;
    statement->text_length = last->offset + last->raw_length - start;
    if (statement->kind == WEIR_STATEMENT_DEFINE || statement->kind == WEIR_STATEMENT_UNDEFINE) {
        weir_lexer_define(&parser->lexer, statement->property.name, statement->property.value);
    }
    return statement;
}

bool weir_sql_parse(struct weir_arena *arena, const char *text, size_t length,
                    struct weir_statements *statements_out, struct weir_error *err)
{
    if (length > PROGRAM_BYTES_MAX) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                         "the program is longer than %d bytes", PROGRAM_BYTES_MAX);
    }
    struct weir_parser parser = {.arena = arena, .err = err};
    const char *copy = weir_arena_strndup(arena, text, length);
    weir_lexer_init(&parser.lexer, arena, copy, length);
    struct weir_pointers statements = {0};
    for (;;) {
        if (!next_statement(&parser)) {
            return false;
        }
        if (weir_parser_is(&parser, WEIR_TOKEN_END)) {
            break;
        }
        struct weir_statement *statement = parse_one(&parser);
        if (!statement) {
            return false;
        }
        weir_pointers_add(&parser, &statements, statement);
    }
    *statements_out = (struct weir_statements){.text = copy,
                                               .length = length,
                                               .items = (struct weir_statement **)statements.items,
                                               .count = statements.count};
    return true;
}

struct weir_expression *weir_sql_parse_expression(struct weir_arena *arena, const char *text,
                                                  struct weir_error *err)
{
    struct weir_parser parser = {.arena = arena, .err = err};
    weir_lexer_init(&parser.lexer, arena, text, strlen(text));
    if (!next_statement(&parser)) {
        return NULL;
    }
    struct weir_expression *expression = weir_parser_expression(&parser);
    if (expression && !weir_parser_is(&parser, WEIR_TOKEN_END)) {
        weir_parser_fail(&parser, "the end of the expression");
        return NULL;
    }
    return expression;
}
