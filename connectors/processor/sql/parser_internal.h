/* parser_internal.h - what the parser's files share; included nowhere else. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_SQL_PARSER_INTERNAL_H
#define WEIR_PROCESSOR_SQL_PARSER_INTERNAL_H

#include "connectors/processor/sql/ast.h"
#include "connectors/processor/sql/lexer.h"

enum {
    WEIR_PARSER_DEPTH_MAX = 200,    /* nested parentheses, CASEs, types */
    WEIR_PARSER_CHAIN_MAX = 2000,   /* a AND b AND c ... */
    WEIR_PARSER_VARIABLES_MAX = 64, /* of nested lambdas */
};

struct weir_parser {
    struct weir_arena *arena;
    struct weir_lexer lexer;
    const struct weir_token *tokens;
    size_t count, at;
    struct weir_error *err;
    unsigned depth;
    const char *lambda_variables[WEIR_PARSER_VARIABLES_MAX];
    uint32_t lambda_variable_count;
};

/* Pointers that grow in the arena. */
struct weir_pointers {
    void **items;
    size_t count, capacity;
};
void weir_pointers_add(struct weir_parser *parser, struct weir_pointers *list, void *item);

const struct weir_token *weir_parser_peek(const struct weir_parser *parser, size_t ahead);
struct weir_place weir_parser_place(const struct weir_parser *parser);
bool weir_parser_is(const struct weir_parser *parser, enum weir_token_kind kind);
bool weir_parser_is_word(const struct weir_parser *parser, size_t ahead, enum weir_keyword keyword);
bool weir_parser_accept(struct weir_parser *parser, enum weir_token_kind kind);
bool weir_parser_accept_word(struct weir_parser *parser, enum weir_keyword keyword);
bool weir_parser_expect(struct weir_parser *parser, enum weir_token_kind kind, const char *what);
bool weir_parser_expect_word(struct weir_parser *parser, enum weir_keyword keyword);
/* "Syntax error at or near 'X': expected <what>", at the next token. */
bool weir_parser_fail(struct weir_parser *parser, const char *what);
bool weir_parser_fail_at(struct weir_parser *parser, struct weir_place place, const char *format,
                         ...) __attribute__((format(printf, 3, 4)));
bool weir_parser_enter(struct weir_parser *parser);
void weir_parser_leave(struct weir_parser *parser);

bool weir_parser_is_name(const struct weir_parser *parser, size_t ahead);
/* NULL and err if the next token is no name. */
const char *weir_parser_name(struct weir_parser *parser, const char *what);
bool weir_parser_string(struct weir_parser *parser, const char *what, const char **text_out);
/* [-]digits that fit 64 bits. */
bool weir_parser_integer(struct weir_parser *parser, const char *what, int64_t *value_out);
/* n DAYS, n SECONDS ... in milliseconds. */
bool weir_parser_duration(struct weir_parser *parser, int64_t *duration_ms_out);
bool weir_parser_interval_unit(const struct weir_token *token, enum weir_interval_unit *unit_out);

struct weir_expression *weir_parser_expression(struct weir_parser *parser);
struct weir_expression *weir_parser_value_expression(struct weir_parser *parser);
struct weir_expression *weir_parser_primary(struct weir_parser *parser);
struct weir_expression *weir_parser_literal(struct weir_parser *parser);
struct weir_expression *
weir_parser_constructor(struct weir_parser *parser); /* ARRAY, MAP, STRUCT */
struct weir_expression *weir_parser_call(struct weir_parser *parser);
struct weir_expression *weir_parser_make(struct weir_parser *parser, enum weir_expression_kind kind,
                                         struct weir_place place);
const struct weir_type_node *weir_parser_type(struct weir_parser *parser);
struct weir_query *weir_parser_query(struct weir_parser *parser);
bool weir_parser_with(struct weir_parser *parser, struct weir_with *with_out);
/* The `;` is left. */
struct weir_statement *weir_parser_statement(struct weir_parser *parser);
struct weir_statement *weir_parser_create(struct weir_parser *parser);
bool weir_parser_show(struct weir_parser *parser, struct weir_statement *statement);
bool weir_parser_describe(struct weir_parser *parser, struct weir_statement *statement);

#endif
