/* lexer.h - SQL text to tokens, a statement at a time.
 *
 * A statement at a time, because DEFINE changes what ${name} means from the next statement on:
 * variables are put in as text before the tokens are made, with the place of the variable. Threads:
 * one owner. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_SQL_LEXER_H
#define WEIR_PROCESSOR_SQL_LEXER_H

#include "connectors/processor/sql/ast.h"
#include "connectors/processor/sql/keywords.h"
#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum weir_token_kind {
    WEIR_TOKEN_END,         /* of the text */
    WEIR_TOKEN_WORD,        /* unquoted identifier or keyword; text is upper case */
    WEIR_TOKEN_QUOTED_WORD, /* "x" or `x`; text is unquoted */
    WEIR_TOKEN_DIGIT_WORD,  /* 1R */
    WEIR_TOKEN_STRING,      /* text is unquoted */
    WEIR_TOKEN_INTEGER,
    WEIR_TOKEN_DECIMAL,
    WEIR_TOKEN_FLOAT,
    WEIR_TOKEN_EQUAL,
    WEIR_TOKEN_NOT_EQUAL,
    WEIR_TOKEN_LESS,
    WEIR_TOKEN_LESS_OR_EQUAL,
    WEIR_TOKEN_GREATER,
    WEIR_TOKEN_GREATER_OR_EQUAL,
    WEIR_TOKEN_PLUS,
    WEIR_TOKEN_MINUS,
    WEIR_TOKEN_ASTERISK,
    WEIR_TOKEN_SLASH,
    WEIR_TOKEN_PERCENT,
    WEIR_TOKEN_CONCAT, /* || */
    WEIR_TOKEN_ASSIGN, /* := */
    WEIR_TOKEN_ARROW,  /* -> */
    WEIR_TOKEN_LAMBDA, /* => */
    WEIR_TOKEN_LEFT_PARENTHESIS,
    WEIR_TOKEN_RIGHT_PARENTHESIS,
    WEIR_TOKEN_LEFT_BRACKET,
    WEIR_TOKEN_RIGHT_BRACKET,
    WEIR_TOKEN_COMMA,
    WEIR_TOKEN_DOT,
    WEIR_TOKEN_SEMICOLON,
};

struct weir_token {
    enum weir_token_kind kind;
    enum weir_keyword keyword; /* WORD */
    struct weir_place place;
    size_t offset, raw_length; /* in the program's text */
    const char *text;          /* decoded, NUL-terminated */
    size_t length;
};

struct weir_variable {
    const char *name, *value;
};

struct weir_lexer {
    struct weir_arena *arena;
    const char *text;
    size_t length, offset;
    struct weir_place place;
    struct weir_variable *variables;
    size_t variable_count;
};

void weir_lexer_init(struct weir_lexer *lexer, struct weir_arena *arena, const char *text,
                     size_t length);
/* DEFINE and UNDEFINE (value NULL). Borrows both until the lexer is done. */
void weir_lexer_define(struct weir_lexer *lexer, const char *name, const char *value);
/* The tokens of the next statement, its `;` (or END) the last. Fails on what is no token. */
bool weir_lexer_next(struct weir_lexer *lexer, const struct weir_token **tokens_out,
                     size_t *count_out, struct weir_error *err);

#endif
