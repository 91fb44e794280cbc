/* lexer.c - characters to tokens. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/lexer.h"

#include "core/base/buffer.h"

#include <ctype.h>
#include <string.h>

enum { TOKENS_MAX = 1 << 20, WORD_BYTES_MAX = 1 << 20 };

struct scan {
    struct weir_lexer *lexer;
    struct weir_token *tokens;
    size_t count, capacity;
    bool in_variable; /* inside the text of a variable: places do not move */
    struct weir_error *err;
};

struct cursor {
    const char *text;
    size_t length, offset;
    struct weir_place place;
};

void weir_lexer_init(struct weir_lexer *lexer, struct weir_arena *arena, const char *text,
                     size_t length)
{
    *lexer = (struct weir_lexer){
        .arena = arena, .text = text, .length = length, .place = {.line = 1, .column = 1}};
}

static struct weir_variable *find_variable(const struct weir_lexer *lexer, const char *name,
                                           size_t length)
{
    for (size_t i = 0; i < lexer->variable_count; i++) {
        const char *known = lexer->variables[i].name;
        if (strlen(known) == length && strncasecmp(known, name, length) == 0) {
            return &lexer->variables[i];
        }
    }
    return NULL;
}

void weir_lexer_define(struct weir_lexer *lexer, const char *name, const char *value)
{
    struct weir_variable *variable = find_variable(lexer, name, strlen(name));
    if (variable) {
        variable->value = value;
        return;
    }
    size_t bytes = lexer->variable_count * sizeof(*variable);
    lexer->variables =
        weir_arena_grow(lexer->arena, lexer->variables, bytes, bytes + sizeof(*variable));
    lexer->variables[lexer->variable_count++] = (struct weir_variable){name, value};
}

static char peek(const struct cursor *cursor, size_t ahead)
{
    size_t at = cursor->offset + ahead;
    return at < cursor->length ? cursor->text[at] : '\0';
}

/* Columns count characters, not bytes: UTF-8 continuation bytes do not move them. */
static void advance(struct cursor *cursor, size_t bytes)
{
    for (size_t i = 0; i < bytes && cursor->offset < cursor->length; i++) {
        unsigned char byte = (unsigned char)cursor->text[cursor->offset++];
        if (byte == '\n') {
            cursor->place.line++;
            cursor->place.column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            cursor->place.column++;
        }
    }
}

static bool starts_with(const struct cursor *cursor, const char *prefix)
{
    size_t length = strlen(prefix);
    return cursor->length - cursor->offset >= length &&
           memcmp(cursor->text + cursor->offset, prefix, length) == 0;
}

static bool fail(struct scan *scan, const struct cursor *cursor, const char *what)
{
    weir_fail_at(scan->err, WEIR_DOMAIN_SQL, cursor->place.line, cursor->place.column,
                 "Syntax error: %s", what);
    scan->err->code = WEIR_SQL_SYNTAX;
    return false;
}

/* Spaces and comments. */
static bool skip_blank(struct scan *scan, struct cursor *cursor)
{
    for (;;) {
        if (cursor->offset < cursor->length && strchr(" \t\r\n", peek(cursor, 0)) &&
            peek(cursor, 0)) {
            advance(cursor, 1);
        } else if (starts_with(cursor, "--")) {
            const char *rest = cursor->text + cursor->offset;
            const char *end = memchr(rest, '\n', cursor->length - cursor->offset);
            advance(cursor, end ? (size_t)(end - rest) + 1 : cursor->length - cursor->offset);
        } else if (starts_with(cursor, "/*")) {
            const char *rest = cursor->text + cursor->offset;
            const char *end = memmem(rest + 2, cursor->length - cursor->offset - 2, "*/", 2);
            if (!end) {
                return fail(scan, cursor, "comment without an end");
            }
            advance(cursor, (size_t)(end - rest) + 2);
        } else {
            return true;
        }
    }
}

static struct weir_token *add(struct scan *scan, const struct cursor *cursor,
                              enum weir_token_kind kind, size_t raw_length)
{
    if (scan->count == scan->capacity) {
        size_t grown = scan->capacity ? scan->capacity * 2 : 64;
        scan->tokens =
            weir_arena_grow(scan->lexer->arena, scan->tokens,
                            scan->capacity * sizeof(*scan->tokens), grown * sizeof(*scan->tokens));
        scan->capacity = grown;
    }
    struct weir_token *token = &scan->tokens[scan->count++];
    *token = (struct weir_token){.kind = kind, .place = cursor->place, .offset = cursor->offset};
    token->raw_length = raw_length;
    token->text = weir_arena_strndup(scan->lexer->arena, cursor->text + cursor->offset, raw_length);
    token->length = raw_length;
    return token;
}

static bool is_word_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '@';
}

static size_t digits_at(const struct cursor *cursor, size_t ahead)
{
    size_t count = 0;
    while (isdigit((unsigned char)peek(cursor, ahead + count))) {
        count++;
    }
    return count;
}

/* The longest match wins, as in ksqlDB's grammar: 1e3 is a number, 1e3x and 1R are names. */
static size_t number_length(const struct cursor *cursor, enum weir_token_kind *kind_out)
{
    size_t length = digits_at(cursor, 0);
    *kind_out = WEIR_TOKEN_INTEGER;
    if (peek(cursor, length) == '.') {
        length += 1 + digits_at(cursor, length + 1);
        *kind_out = WEIR_TOKEN_DECIMAL;
    }
    if (peek(cursor, length) == 'e' || peek(cursor, length) == 'E') {
        size_t sign = peek(cursor, length + 1) == '+' || peek(cursor, length + 1) == '-';
        size_t digits = digits_at(cursor, length + 1 + sign);
        if (digits) {
            length += 1 + sign + digits;
            *kind_out = WEIR_TOKEN_FLOAT;
        }
    }
    return length;
}

static void upper_case(char *text)
{
    for (; *text; text++) {
        *text = (char)toupper((unsigned char)*text);
    }
}

static void scan_word(struct scan *scan, struct cursor *cursor, enum weir_token_kind kind,
                      size_t length)
{
    struct weir_token *token = add(scan, cursor, kind, length);
    char *text = weir_arena_strndup(scan->lexer->arena, cursor->text + cursor->offset, length);
    upper_case(text);
    token->text = text;
    if (kind == WEIR_TOKEN_WORD) {
        token->keyword = weir_keyword_find(text, length);
    }
    advance(cursor, length);
}

static void scan_number(struct scan *scan, struct cursor *cursor)
{
    enum weir_token_kind kind;
    size_t length = number_length(cursor, &kind);
    size_t word = 0;
    while (is_word(peek(cursor, word))) {
        word++;
    }
    if (word > length) {
        scan_word(scan, cursor, WEIR_TOKEN_DIGIT_WORD, word);
        return;
    }
    add(scan, cursor, kind, length);
    advance(cursor, length);
}

/* ${name} inside a string; unknown names stay as they are. */
static size_t substitute(const struct scan *scan, const char *text, size_t length,
                         struct weir_buffer *out)
{
    if (length < 3 || text[0] != '$' || text[1] != '{' || scan->in_variable) {
        return 0;
    }
    const char *end = memchr(text, '}', length);
    const struct weir_variable *variable =
        end ? find_variable(scan->lexer, text + 2, (size_t)(end - text) - 2) : NULL;
    if (!variable || !variable->value) {
        return 0;
    }
    weir_buffer_append_text(out, variable->value);
    return (size_t)(end - text) + 1;
}

/* A quote is written twice inside. */
static bool scan_quoted(struct scan *scan, struct cursor *cursor)
{
    char quote = peek(cursor, 0);
    weir_auto_buffer decoded;
    weir_buffer_init(&decoded, WORD_BYTES_MAX);
    size_t at = 1;
    while (cursor->offset + at < cursor->length &&
           (peek(cursor, at) != quote || peek(cursor, at + 1) == quote)) {
        const char *rest = cursor->text + cursor->offset + at;
        size_t replaced =
            quote == '\'' ? substitute(scan, rest, cursor->length - cursor->offset - at, &decoded)
                          : 0;
        if (replaced) {
            at += replaced;
            continue;
        }
        weir_buffer_append_byte(&decoded, (uint8_t)*rest);
        at += *rest == quote ? 2 : 1;
    }
    if (decoded.len && memchr(decoded.data, '\0', decoded.len)) {
        return fail(scan, cursor, "a NUL byte cannot stand in text or names");
    }
    if (cursor->offset + at >= cursor->length || decoded.overflow) {
        return fail(scan, cursor,
                    quote == '\'' ? "string without an end" : "quoted name without an end");
    }
    struct weir_token *token =
        add(scan, cursor, quote == '\'' ? WEIR_TOKEN_STRING : WEIR_TOKEN_QUOTED_WORD, at + 1);
    token->text = weir_arena_strndup(scan->lexer->arena, weir_buffer_text(&decoded), decoded.len);
    token->length = decoded.len;
    advance(cursor, at + 1);
    if (token->kind == WEIR_TOKEN_QUOTED_WORD && token->length == 0) {
        scan->count--;
        return fail(scan, cursor, "empty quoted name");
    }
    return true;
}

static const struct {
    const char *text;
    enum weir_token_kind kind;
} operators[] = {
    {"<>", WEIR_TOKEN_NOT_EQUAL},
    {"!=", WEIR_TOKEN_NOT_EQUAL},
    {"<=", WEIR_TOKEN_LESS_OR_EQUAL},
    {">=", WEIR_TOKEN_GREATER_OR_EQUAL},
    {"||", WEIR_TOKEN_CONCAT},
    {":=", WEIR_TOKEN_ASSIGN},
    {"->", WEIR_TOKEN_ARROW},
    {"=>", WEIR_TOKEN_LAMBDA},
    {"=", WEIR_TOKEN_EQUAL},
    {"<", WEIR_TOKEN_LESS},
    {">", WEIR_TOKEN_GREATER},
    {"+", WEIR_TOKEN_PLUS},
    {"-", WEIR_TOKEN_MINUS},
    {"*", WEIR_TOKEN_ASTERISK},
    {"/", WEIR_TOKEN_SLASH},
    {"%", WEIR_TOKEN_PERCENT},
    {"(", WEIR_TOKEN_LEFT_PARENTHESIS},
    {")", WEIR_TOKEN_RIGHT_PARENTHESIS},
    {"[", WEIR_TOKEN_LEFT_BRACKET},
    {"]", WEIR_TOKEN_RIGHT_BRACKET},
    {",", WEIR_TOKEN_COMMA},
    {".", WEIR_TOKEN_DOT},
    {";", WEIR_TOKEN_SEMICOLON},
};

static bool scan_operator(struct scan *scan, struct cursor *cursor)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
        if (starts_with(cursor, operators[i].text)) {
            size_t length = strlen(operators[i].text);
            add(scan, cursor, operators[i].kind, length);
            advance(cursor, length);
            return true;
        }
    }
    char c = peek(cursor, 0);
    weir_fail_at(scan->err, WEIR_DOMAIN_SQL, cursor->place.line, cursor->place.column,
                 isprint((unsigned char)c) ? "Syntax error at or near '%c'"
                                           : "Syntax error: byte 0x%02x cannot stand here",
                 isprint((unsigned char)c) ? c : (unsigned char)c);
    scan->err->code = WEIR_SQL_SYNTAX;
    return false;
}

static bool scan_text(struct scan *scan, struct cursor *cursor);

static bool scan_variable(struct scan *scan, struct cursor *cursor)
{
    size_t end = 2;
    while (is_word(peek(cursor, end))) {
        end++;
    }
    if (peek(cursor, end) != '}' || end == 2 || scan->in_variable) {
        return fail(scan, cursor, "a variable is written ${name}");
    }
    const char *name = cursor->text + cursor->offset + 2;
    const struct weir_variable *variable = find_variable(scan->lexer, name, end - 2);
    if (!variable || !variable->value) {
        weir_fail_at(scan->err, WEIR_DOMAIN_SQL, cursor->place.line, cursor->place.column,
                     "Undefined variable: %.*s", (int)(end - 2), name);
        return false;
    }
    struct cursor inner = {
        .text = variable->value, .length = strlen(variable->value), .place = cursor->place};
    size_t first = scan->count;
    scan->in_variable = true;
    if (!scan_text(scan, &inner)) {
        return false;
    }
    scan->in_variable = false;
    for (size_t i = first; i < scan->count; i++) {
        scan->tokens[i].place = cursor->place;
        scan->tokens[i].offset = cursor->offset;
        scan->tokens[i].raw_length = end + 1;
        if (scan->tokens[i].kind == WEIR_TOKEN_SEMICOLON) {
            return fail(scan, cursor, "the value of a variable cannot end a statement");
        }
    }
    advance(cursor, end + 1);
    return true;
}

static bool scan_token(struct scan *scan, struct cursor *cursor)
{
    char c = peek(cursor, 0);
    if (is_word_start(c)) {
        size_t length = 1;
        while (is_word(peek(cursor, length))) {
            length++;
        }
        scan_word(scan, cursor, WEIR_TOKEN_WORD, length);
        return true;
    }
    if (isdigit((unsigned char)c) || (c == '.' && isdigit((unsigned char)peek(cursor, 1)))) {
        scan_number(scan, cursor);
        return true;
    }
    if (c == '\'' || c == '"' || c == '`') {
        return scan_quoted(scan, cursor);
    }
    if (c == '$' && peek(cursor, 1) == '{') {
        return scan_variable(scan, cursor);
    }
    return scan_operator(scan, cursor);
}

/* To the end of the text or past the first `;`. */
static bool scan_text(struct scan *scan, struct cursor *cursor)
{
    while (skip_blank(scan, cursor)) {
        if (cursor->offset >= cursor->length) {
            return true;
        }
        if (scan->count >= TOKENS_MAX) {
            return fail(scan, cursor, "the statement is too long");
        }
        if (!scan_token(scan, cursor)) {
            return false;
        }
        if (scan->count && scan->tokens[scan->count - 1].kind == WEIR_TOKEN_SEMICOLON) {
            return true;
        }
    }
    return false;
}

bool weir_lexer_next(struct weir_lexer *lexer, const struct weir_token **tokens_out,
                     size_t *count_out, struct weir_error *err)
{
    struct scan scan = {.lexer = lexer, .err = err};
    struct cursor cursor = {.text = lexer->text,
                            .length = lexer->length,
                            .offset = lexer->offset,
                            .place = lexer->place};
    if (!scan_text(&scan, &cursor)) {
        return false;
    }
    if (scan.count == 0 || scan.tokens[scan.count - 1].kind != WEIR_TOKEN_SEMICOLON) {
        add(&scan, &cursor, WEIR_TOKEN_END, 0);
    }
    lexer->offset = cursor.offset;
    lexer->place = cursor.place;
    *tokens_out = scan.tokens;
    *count_out = scan.count;
    return true;
}
