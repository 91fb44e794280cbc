/* parser_primary.c - operands: literals, columns, calls, CASE, CAST, and what follows them: [i] and
 * ->field. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *signed_text(struct weir_parser *parser, const struct weir_token *token,
                               bool minus)
{
    return weir_arena_format(parser->arena, "%s%s", minus ? "-" : "", token->text);
}

static struct weir_expression *parse_integer(struct weir_parser *parser, struct weir_place place)
{
    int64_t value;
    if (!weir_parser_integer(parser, "a number", &value)) {
        return NULL;
    }
    bool small = value >= INT32_MIN && value <= INT32_MAX;
    struct weir_expression *literal =
        weir_parser_make(parser, small ? WEIR_EXPRESSION_INTEGER : WEIR_EXPRESSION_BIGINT, place);
    literal->integer = value;
    return literal;
}

static struct weir_expression *parse_number(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_place(parser);
    bool minus = weir_parser_is(parser, WEIR_TOKEN_MINUS);
    const struct weir_token *token = weir_parser_peek(parser, minus);
    if (token->kind == WEIR_TOKEN_INTEGER) {
        return parse_integer(parser, place);
    }
    bool floating = token->kind == WEIR_TOKEN_FLOAT;
    struct weir_expression *literal = weir_parser_make(
        parser, floating ? WEIR_EXPRESSION_DOUBLE : WEIR_EXPRESSION_DECIMAL, place);
    literal->literal.text = signed_text(parser, token, minus);
    literal->literal.length = strlen(literal->literal.text);
    literal->literal.value = strtod(literal->literal.text, NULL);
    if (floating && isinf(literal->literal.value)) {
        weir_parser_fail_at(parser, token->place, "Number overflows DOUBLE: %.60s",
                            literal->literal.text);
        return NULL;
    }
    parser->at += minus ? 2 : 1;
    return literal;
}

/* NULL and no error: the next token starts no literal. */
struct weir_expression *weir_parser_literal(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    const struct weir_token *number =
        token->kind == WEIR_TOKEN_MINUS ? weir_parser_peek(parser, 1) : token;
    if (number->kind == WEIR_TOKEN_INTEGER || number->kind == WEIR_TOKEN_DECIMAL ||
        number->kind == WEIR_TOKEN_FLOAT) {
        return parse_number(parser);
    }
    if (weir_parser_accept(parser, WEIR_TOKEN_STRING)) {
        struct weir_expression *literal =
            weir_parser_make(parser, WEIR_EXPRESSION_STRING, token->place);
        literal->literal.text = token->text;
        literal->literal.length = token->length;
        return literal;
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_NULL)) {
        return weir_parser_make(parser, WEIR_EXPRESSION_NULL, token->place);
    }
    bool is_true = weir_parser_accept_word(parser, WEIR_KEYWORD_TRUE);
    if (is_true || weir_parser_accept_word(parser, WEIR_KEYWORD_FALSE)) {
        struct weir_expression *literal =
            weir_parser_make(parser, WEIR_EXPRESSION_BOOLEAN, token->place);
        literal->boolean = is_true;
        return literal;
    }
    return NULL;
}

static bool parse_whens(struct weir_parser *parser, struct weir_expression *cases)
{
    size_t capacity = 0;
    while (weir_parser_accept_word(parser, WEIR_KEYWORD_WHEN)) {
        struct weir_case_when when = {.condition = weir_parser_expression(parser)};
        if (!when.condition || !weir_parser_expect_word(parser, WEIR_KEYWORD_THEN)) {
            return false;
        }
        when.result = weir_parser_expression(parser);
        if (!when.result) {
            return false;
        }
        if (cases->cases.when_count == capacity) {
            size_t grown = capacity ? capacity * 2 : 4;
            cases->cases.whens = weir_arena_grow(parser->arena, cases->cases.whens,
                                                 capacity * sizeof(when), grown * sizeof(when));
            capacity = grown;
        }
        cases->cases.whens[cases->cases.when_count++] = when;
    }
    return cases->cases.when_count > 0 || weir_parser_fail(parser, "WHEN");
}

static struct weir_expression *parse_case(struct weir_parser *parser, struct weir_place place)
{
    struct weir_expression *cases = weir_parser_make(parser, WEIR_EXPRESSION_SEARCHED_CASE, place);
    if (!weir_parser_is_word(parser, 0, WEIR_KEYWORD_WHEN)) {
        cases->kind = WEIR_EXPRESSION_SIMPLE_CASE;
        cases->cases.operand = weir_parser_value_expression(parser);
        if (!cases->cases.operand) {
            return NULL;
        }
    }
    if (!parse_whens(parser, cases)) {
        return NULL;
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_ELSE)) {
        cases->cases.otherwise = weir_parser_expression(parser);
        if (!cases->cases.otherwise) {
            return NULL;
        }
    }
    return weir_parser_expect_word(parser, WEIR_KEYWORD_END) ? cases : NULL;
}

static struct weir_expression *make_cast(struct weir_parser *parser, struct weir_place place,
                                         struct weir_expression *operand,
                                         const struct weir_type_node *target)
{
    struct weir_expression *cast = weir_parser_make(parser, WEIR_EXPRESSION_CAST, place);
    cast->cast.operand = operand;
    cast->cast.target = target;
    return cast;
}

static struct weir_expression *parse_cast(struct weir_parser *parser, struct weir_place place)
{
    if (!weir_parser_expect(parser, WEIR_TOKEN_LEFT_PARENTHESIS, "(")) {
        return NULL;
    }
    struct weir_expression *operand = weir_parser_expression(parser);
    if (!operand || !weir_parser_expect_word(parser, WEIR_KEYWORD_AS)) {
        return NULL;
    }
    const struct weir_type_node *target = weir_parser_type(parser);
    if (!target || !weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")")) {
        return NULL;
    }
    return make_cast(parser, place, operand, target);
}

/* DATE '2020-01-01'. */
static struct weir_expression *parse_typed_literal(struct weir_parser *parser)
{
    const struct weir_token *name = weir_parser_peek(parser, 0);
    if (strcmp(name->text, "DATE") != 0 && strcmp(name->text, "TIME") != 0 &&
        strcmp(name->text, "TIMESTAMP") != 0) {
        weir_parser_fail_at(parser, name->place, "Unknown type: %.60s", name->text);
        return NULL;
    }
    parser->at++;
    struct weir_type_node *target = weir_arena_calloc(parser->arena, 1, sizeof(*target));
    target->kind = WEIR_TYPE_NODE_NAME;
    target->place = name->place;
    target->name = name->text;
    return make_cast(parser, name->place, weir_parser_literal(parser), target);
}

static bool find_lambda_variable(const struct weir_parser *parser, const char *name,
                                 uint32_t *index_out)
{
    for (uint32_t i = parser->lambda_variable_count; i > 0; i--) {
        if (strcmp(parser->lambda_variables[i - 1], name) == 0) {
            *index_out = i - 1;
            return true;
        }
    }
    return false;
}

static struct weir_expression *parse_column(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_place(parser);
    const char *name = weir_parser_name(parser, "an expression");
    uint32_t index;
    if (!name) {
        return NULL;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_DOT)) {
        parser->at++;
        struct weir_expression *column = weir_parser_make(parser, WEIR_EXPRESSION_COLUMN, place);
        column->column.source = name;
        column->column.name = weir_parser_name(parser, "a column name");
        return column->column.name ? column : NULL;
    }
    if (find_lambda_variable(parser, name, &index)) {
        struct weir_expression *variable =
            weir_parser_make(parser, WEIR_EXPRESSION_LAMBDA_VARIABLE, place);
        variable->variable.name = name;
        variable->variable.index = index;
        return variable;
    }
    struct weir_expression *column = weir_parser_make(parser, WEIR_EXPRESSION_COLUMN, place);
    column->column.name = name;
    return column;
}

static struct weir_expression *parse_name_first(struct weir_parser *parser)
{
    enum weir_token_kind next = weir_parser_peek(parser, 1)->kind;
    bool brackets =
        next == WEIR_TOKEN_LEFT_BRACKET && weir_parser_is_word(parser, 0, WEIR_KEYWORD_ARRAY);
    bool entries = next == WEIR_TOKEN_LEFT_PARENTHESIS &&
                   (weir_parser_is_word(parser, 0, WEIR_KEYWORD_MAP) ||
                    weir_parser_is_word(parser, 0, WEIR_KEYWORD_STRUCT));
    if (brackets || entries) {
        return weir_parser_constructor(parser);
    }
    if (weir_parser_is_name(parser, 0) && next == WEIR_TOKEN_LEFT_PARENTHESIS) {
        return weir_parser_call(parser);
    }
    if (weir_parser_is_name(parser, 0) && next == WEIR_TOKEN_STRING) {
        return parse_typed_literal(parser);
    }
    return parse_column(parser);
}

static struct weir_expression *parse_operand(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_place(parser);
    struct weir_expression *literal = weir_parser_literal(parser);
    if (literal || parser->err->action) {
        return literal;
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_CASE)) {
        return parse_case(parser, place);
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_CAST)) {
        return parse_cast(parser, place);
    }
    if (weir_parser_accept(parser, WEIR_TOKEN_LEFT_PARENTHESIS)) {
        struct weir_expression *inner = weir_parser_expression(parser);
        return inner && weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")") ? inner
                                                                                      : NULL;
    }
    return parse_name_first(parser);
}

static struct weir_expression *parse_subscript(struct weir_parser *parser,
                                               struct weir_expression *base)
{
    struct weir_expression *subscript =
        weir_parser_make(parser, WEIR_EXPRESSION_SUBSCRIPT, base->place);
    subscript->subscript.base = base;
    subscript->subscript.index = weir_parser_value_expression(parser);
    return subscript->subscript.index && weir_parser_expect(parser, WEIR_TOKEN_RIGHT_BRACKET, "]")
               ? subscript
               : NULL;
}

static struct weir_expression *parse_dereference(struct weir_parser *parser,
                                                 struct weir_expression *base)
{
    struct weir_expression *dereference =
        weir_parser_make(parser, WEIR_EXPRESSION_DEREFERENCE, base->place);
    dereference->dereference.base = base;
    dereference->dereference.field = weir_parser_name(parser, "a field name");
    return dereference->dereference.field ? dereference : NULL;
}

/* Stops before `->*`, which belongs to the select list. */
struct weir_expression *weir_parser_primary(struct weir_parser *parser)
{
    struct weir_expression *operand = parse_operand(parser);
    unsigned length = 0;
    while (operand) {
        if (++length > WEIR_PARSER_CHAIN_MAX) {
            weir_parser_fail_at(parser, weir_parser_place(parser),
                                "Syntax error: more than %d operators in a row",
                                WEIR_PARSER_CHAIN_MAX);
            return NULL;
        }
        if (weir_parser_accept(parser, WEIR_TOKEN_LEFT_BRACKET)) {
            operand = parse_subscript(parser, operand);
        } else if (weir_parser_is(parser, WEIR_TOKEN_ARROW) &&
                   weir_parser_peek(parser, 1)->kind != WEIR_TOKEN_ASTERISK) {
            parser->at++;
            operand = parse_dereference(parser, operand);
        } else {
            return operand;
        }
    }
    return NULL;
}
