/* parser_expression.c - operators, by ksqlDB's precedence:
 * unary - + | * / % | + - | || | comparison, BETWEEN, IN, LIKE, IS | NOT | AND | OR. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser_internal.h"

#include <string.h>

struct weir_expression *weir_parser_make(struct weir_parser *parser, enum weir_expression_kind kind,
                                         struct weir_place place)
{
    struct weir_expression *expression = weir_arena_calloc(parser->arena, 1, sizeof(*expression));
    expression->kind = kind;
    expression->place = place;
    return expression;
}

static struct weir_expression *make_operand(struct weir_parser *parser,
                                            enum weir_expression_kind kind, struct weir_place place,
                                            struct weir_expression *operand)
{
    struct weir_expression *expression = weir_parser_make(parser, kind, place);
    expression->operand = operand;
    return expression;
}

static struct weir_expression *parse_unary(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_place(parser);
    enum weir_token_kind next = weir_parser_peek(parser, 1)->kind;
    bool number =
        next == WEIR_TOKEN_INTEGER || next == WEIR_TOKEN_DECIMAL || next == WEIR_TOKEN_FLOAT;
    bool minus = weir_parser_is(parser, WEIR_TOKEN_MINUS);
    struct weir_expression *operand;
    if ((minus && !number) || weir_parser_is(parser, WEIR_TOKEN_PLUS)) {
        parser->at++;
        if (!weir_parser_enter(parser) || !(operand = parse_unary(parser))) {
            return NULL;
        }
        weir_parser_leave(parser);
        return make_operand(parser, minus ? WEIR_EXPRESSION_NEGATE : WEIR_EXPRESSION_PLUS, place,
                            operand);
    }
    operand = weir_parser_primary(parser);
    if (operand && weir_parser_is_word(parser, 0, WEIR_KEYWORD_AT)) {
        weir_parser_fail_at(parser, weir_parser_place(parser), "AT TIME ZONE is not supported");
        parser->err->code = WEIR_SQL_UNSUPPORTED;
        return NULL;
    }
    return operand;
}

static bool chain_too_long(struct weir_parser *parser, unsigned *length)
{
    return ++*length > WEIR_PARSER_CHAIN_MAX &&
           !weir_parser_fail_at(parser, weir_parser_place(parser),
                                "Syntax error: more than %d operators in a row",
                                WEIR_PARSER_CHAIN_MAX);
}

static bool arithmetic_operator(enum weir_token_kind kind, enum weir_arithmetic *operator_out)
{
    static const struct {
        enum weir_token_kind token;
        enum weir_arithmetic operator;
    } table[] = {
        {WEIR_TOKEN_ASTERISK, WEIR_ARITHMETIC_MULTIPLY}, {WEIR_TOKEN_SLASH, WEIR_ARITHMETIC_DIVIDE},
        {WEIR_TOKEN_PERCENT, WEIR_ARITHMETIC_MODULUS},   {WEIR_TOKEN_PLUS, WEIR_ARITHMETIC_ADD},
        {WEIR_TOKEN_MINUS, WEIR_ARITHMETIC_SUBTRACT},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (table[i].token == kind) {
            *operator_out = table[i].operator;
            return true;
        }
    }
    return false;
}

static bool is_sum(enum weir_arithmetic operator)
{
    return operator== WEIR_ARITHMETIC_ADD || operator== WEIR_ARITHMETIC_SUBTRACT;
}

/* sum: + and -, of products; else * / %, of unary expressions. */
static struct weir_expression *parse_arithmetic(struct weir_parser *parser, bool sum)
{
    struct weir_expression *left = sum ? parse_arithmetic(parser, false) : parse_unary(parser);
    unsigned length = 0;
    while (left) {
        const struct weir_token *token = weir_parser_peek(parser, 0);
        enum weir_arithmetic operator;
        if (!arithmetic_operator(token->kind, &operator) || is_sum(operator) != sum) {
            return left;
        }
        if (chain_too_long(parser, &length)) {
            return NULL;
        }
        parser->at++;
        struct weir_expression *right = sum ? parse_arithmetic(parser, false) : parse_unary(parser);
        if (!right) {
            return NULL;
        }
        struct weir_expression *whole =
            weir_parser_make(parser, WEIR_EXPRESSION_ARITHMETIC, left->place);
        whole->arithmetic.operator= operator;
        whole->arithmetic.left = left;
        whole->arithmetic.right = right;
        left = whole;
    }
    return left;
}

static struct weir_expression *make_concatenation(struct weir_parser *parser,
                                                  struct weir_expression *left,
                                                  struct weir_expression *right)
{
    struct weir_expression *call = weir_parser_make(parser, WEIR_EXPRESSION_CALL, left->place);
    call->call.name = "CONCAT";
    call->call.arguments = weir_arena_calloc(parser->arena, 2, sizeof(left));
    call->call.arguments[0] = left;
    call->call.arguments[1] = right;
    call->call.argument_count = 2;
    return call;
}

struct weir_expression *weir_parser_value_expression(struct weir_parser *parser)
{
    if (!weir_parser_enter(parser)) {
        return NULL;
    }
    struct weir_expression *left = parse_arithmetic(parser, true);
    unsigned length = 0;
    while (left && weir_parser_accept(parser, WEIR_TOKEN_CONCAT)) {
        struct weir_expression *right =
            chain_too_long(parser, &length) ? NULL : parse_arithmetic(parser, true);
        left = right ? make_concatenation(parser, left, right) : NULL;
    }
    weir_parser_leave(parser);
    return left;
}

static struct weir_expression *make_comparison(struct weir_parser *parser,
                                               enum weir_comparison operator,
                                               struct weir_expression * left)
{
    struct weir_expression *right = weir_parser_value_expression(parser);
    if (!right) {
        return NULL;
    }
    struct weir_expression *whole =
        weir_parser_make(parser, WEIR_EXPRESSION_COMPARISON, left->place);
    whole->comparison.operator= operator;
    whole->comparison.left = left;
    whole->comparison.right = right;
    return whole;
}

static struct weir_expression *parse_between(struct weir_parser *parser,
                                             struct weir_expression *operand)
{
    struct weir_expression *between =
        weir_parser_make(parser, WEIR_EXPRESSION_BETWEEN, operand->place);
    between->between.operand = operand;
    between->between.lower = weir_parser_value_expression(parser);
    if (!between->between.lower || !weir_parser_expect_word(parser, WEIR_KEYWORD_AND)) {
        return NULL;
    }
    between->between.upper = weir_parser_value_expression(parser);
    return between->between.upper ? between : NULL;
}

static struct weir_expression *parse_in(struct weir_parser *parser, struct weir_expression *operand)
{
    struct weir_expression *in = weir_parser_make(parser, WEIR_EXPRESSION_IN, operand->place);
    struct weir_pointers items = {0};
    in->in.operand = operand;
    if (!weir_parser_expect(parser, WEIR_TOKEN_LEFT_PARENTHESIS, "(")) {
        return NULL;
    }
    do {
        struct weir_expression *item = weir_parser_expression(parser);
        if (!item) {
            return NULL;
        }
        weir_pointers_add(parser, &items, item);
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    in->in.items = (struct weir_expression **)items.items;
    in->in.item_count = items.count;
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,") ? in : NULL;
}

static bool is_one_character(const char *text)
{
    size_t characters = 0;
    for (; *text; text++) {
        characters += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return characters == 1;
}

static struct weir_expression *parse_like(struct weir_parser *parser,
                                          struct weir_expression *operand)
{
    struct weir_expression *like = weir_parser_make(parser, WEIR_EXPRESSION_LIKE, operand->place);
    like->like.operand = operand;
    like->like.pattern = weir_parser_value_expression(parser);
    if (!like->like.pattern) {
        return NULL;
    }
    struct weir_place place = weir_parser_place(parser);
    if (!weir_parser_accept_word(parser, WEIR_KEYWORD_ESCAPE)) {
        return like;
    }
    if (!weir_parser_string(parser, "the escape character", &like->like.escape)) {
        return NULL;
    }
    if (!is_one_character(like->like.escape)) {
        weir_parser_fail_at(
            parser, place,
            "Expected exactly one escape character but got '%.40s'. Escape expressions "
            "must be a single character",
            like->like.escape);
        return NULL;
    }
    return like;
}

static struct weir_expression *parse_is(struct weir_parser *parser, struct weir_expression *operand)
{
    bool negated = weir_parser_accept_word(parser, WEIR_KEYWORD_NOT);
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_NULL)) {
        return make_operand(parser, negated ? WEIR_EXPRESSION_IS_NOT_NULL : WEIR_EXPRESSION_IS_NULL,
                            operand->place, operand);
    }
    if (!weir_parser_accept_word(parser, WEIR_KEYWORD_DISTINCT)) {
        weir_parser_fail(parser, "[NOT] NULL or [NOT] DISTINCT FROM");
        return NULL;
    }
    if (!weir_parser_expect_word(parser, WEIR_KEYWORD_FROM)) {
        return NULL;
    }
    struct weir_expression *distinct =
        make_comparison(parser, WEIR_COMPARISON_IS_DISTINCT_FROM, operand);
    return distinct && negated ? make_operand(parser, WEIR_EXPRESSION_NOT, operand->place, distinct)
                               : distinct;
}

static bool comparison_operator(enum weir_token_kind kind, enum weir_comparison *operator_out)
{
    if (kind < WEIR_TOKEN_EQUAL || kind > WEIR_TOKEN_GREATER_OR_EQUAL) {
        return false;
    }
    *operator_out = (enum weir_comparison)(WEIR_COMPARISON_EQUAL + (kind - WEIR_TOKEN_EQUAL));
    return true;
}

static struct weir_expression *parse_negatable(struct weir_parser *parser,
                                               struct weir_expression *operand)
{
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_BETWEEN)) {
        return parse_between(parser, operand);
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_IN)) {
        return parse_in(parser, operand);
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_LIKE)) {
        return parse_like(parser, operand);
    }
    return NULL;
}

/* A comparison is not an operand of another: a = b = c is a mistake. */
static struct weir_expression *parse_predicate(struct weir_parser *parser)
{
    struct weir_expression *operand = weir_parser_value_expression(parser);
    enum weir_comparison operator;
    if (!operand) {
        return NULL;
    }
    if (comparison_operator(weir_parser_peek(parser, 0)->kind, &operator)) {
        parser->at++;
        return make_comparison(parser, operator, operand);
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_IS)) {
        return parse_is(parser, operand);
    }
    bool negated = weir_parser_accept_word(parser, WEIR_KEYWORD_NOT);
    struct weir_expression *predicate = parse_negatable(parser, operand);
    if (predicate) {
        return negated ? make_operand(parser, WEIR_EXPRESSION_NOT, operand->place, predicate)
                       : predicate;
    }
    if (parser->err->action) {
        return NULL;
    }
    if (negated) {
        weir_parser_fail(parser, "BETWEEN, IN or LIKE");
        return NULL;
    }
    return operand;
}

static struct weir_expression *parse_not(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_place(parser);
    if (!weir_parser_accept_word(parser, WEIR_KEYWORD_NOT)) {
        return parse_predicate(parser);
    }
    struct weir_expression *operand = weir_parser_enter(parser) ? parse_not(parser) : NULL;
    weir_parser_leave(parser);
    return operand ? make_operand(parser, WEIR_EXPRESSION_NOT, place, operand) : NULL;
}

static struct weir_expression *parse_logical(struct weir_parser *parser, bool either)
{
    struct weir_expression *left = either ? parse_logical(parser, false) : parse_not(parser);
    enum weir_keyword word = either ? WEIR_KEYWORD_OR : WEIR_KEYWORD_AND;
    unsigned length = 0;
    while (left && weir_parser_accept_word(parser, word)) {
        if (chain_too_long(parser, &length)) {
            return NULL;
        }
        struct weir_expression *right = either ? parse_logical(parser, false) : parse_not(parser);
        if (!right) {
            return NULL;
        }
        struct weir_expression *whole = weir_parser_make(
            parser, either ? WEIR_EXPRESSION_OR : WEIR_EXPRESSION_AND, left->place);
        whole->logical.left = left;
        whole->logical.right = right;
        left = whole;
    }
    return left;
}

struct weir_expression *weir_parser_expression(struct weir_parser *parser)
{
    struct weir_expression *expression =
        weir_parser_enter(parser) ? parse_logical(parser, true) : NULL;
    weir_parser_leave(parser);
    return expression;
}
