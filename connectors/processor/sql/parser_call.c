/* parser_call.c - function calls with their lambdas, and the constructors ARRAY[], MAP(), STRUCT().
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser_internal.h"

/* x => ..., or (x, y) => ... */
static bool starts_lambda(const struct weir_parser *parser)
{
    if (weir_parser_is_name(parser, 0) && weir_parser_peek(parser, 1)->kind == WEIR_TOKEN_LAMBDA) {
        return true;
    }
    if (!weir_parser_is(parser, WEIR_TOKEN_LEFT_PARENTHESIS)) {
        return false;
    }
    size_t ahead = 1;
    while (weir_parser_is_name(parser, ahead) &&
           weir_parser_peek(parser, ahead + 1)->kind == WEIR_TOKEN_COMMA) {
        ahead += 2;
    }
    return weir_parser_is_name(parser, ahead) &&
           weir_parser_peek(parser, ahead + 1)->kind == WEIR_TOKEN_RIGHT_PARENTHESIS &&
           weir_parser_peek(parser, ahead + 2)->kind == WEIR_TOKEN_LAMBDA;
}

static bool parse_parameters(struct weir_parser *parser, struct weir_pointers *names)
{
    bool parentheses = weir_parser_accept(parser, WEIR_TOKEN_LEFT_PARENTHESIS);
    do {
        if (parser->lambda_variable_count == WEIR_PARSER_VARIABLES_MAX) {
            return weir_parser_fail(parser, "fewer lambda parameters");
        }
        const char *name = weir_parser_name(parser, "a lambda parameter");
        if (!name) {
            return false;
        }
        weir_pointers_add(parser, names, weir_arena_format(parser->arena, "%s", name));
        parser->lambda_variables[parser->lambda_variable_count++] = name;
    } while (parentheses && weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    if (parentheses && !weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")")) {
        return false;
    }
    return weir_parser_expect(parser, WEIR_TOKEN_LAMBDA, "=>");
}

static struct weir_expression *parse_lambda(struct weir_parser *parser)
{
    struct weir_expression *lambda =
        weir_parser_make(parser, WEIR_EXPRESSION_LAMBDA, weir_parser_place(parser));
    struct weir_pointers names = {0};
    uint32_t outer_count = parser->lambda_variable_count;
    lambda->lambda.first_index = outer_count;
    if (parse_parameters(parser, &names)) {
        lambda->lambda.body = weir_parser_expression(parser);
    }
    parser->lambda_variable_count = outer_count;
    lambda->lambda.parameters = (const char **)(void *)names.items;
    lambda->lambda.parameter_count = names.count;
    return lambda->lambda.body ? lambda : NULL;
}

static struct weir_expression *parse_argument(struct weir_parser *parser)
{
    enum weir_interval_unit unit;
    if (starts_lambda(parser)) {
        return parse_lambda(parser);
    }
    if (weir_parser_interval_unit(weir_parser_peek(parser, 0), &unit)) {
        struct weir_expression *interval =
            weir_parser_make(parser, WEIR_EXPRESSION_INTERVAL_UNIT, weir_parser_place(parser));
        interval->interval_unit = unit;
        parser->at++;
        return interval;
    }
    return weir_parser_expression(parser);
}

static bool parse_arguments(struct weir_parser *parser, struct weir_expression *call)
{
    struct weir_pointers arguments = {0};
    if (weir_parser_accept(parser, WEIR_TOKEN_RIGHT_PARENTHESIS)) {
        return true;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_ASTERISK)) {
        parser->at++;
        call->call.star = true;
        return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")");
    }
    do {
        struct weir_expression *argument = parse_argument(parser);
        if (!argument) {
            return false;
        }
        weir_pointers_add(parser, &arguments, argument);
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    call->call.arguments = (struct weir_expression **)arguments.items;
    call->call.argument_count = arguments.count;
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,");
}

struct weir_expression *weir_parser_call(struct weir_parser *parser)
{
    struct weir_expression *call =
        weir_parser_make(parser, WEIR_EXPRESSION_CALL, weir_parser_place(parser));
    call->call.name = weir_parser_name(parser, "a function name");
    parser->at++; /* ( */
    return parse_arguments(parser, call) ? call : NULL;
}

static struct weir_expression *parse_array(struct weir_parser *parser, struct weir_place place)
{
    struct weir_expression *array = weir_parser_make(parser, WEIR_EXPRESSION_ARRAY, place);
    struct weir_pointers items = {0};
    if (weir_parser_accept(parser, WEIR_TOKEN_RIGHT_BRACKET)) {
        return array;
    }
    do {
        struct weir_expression *item = weir_parser_expression(parser);
        if (!item) {
            return NULL;
        }
        weir_pointers_add(parser, &items, item);
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    array->array.items = (struct weir_expression **)items.items;
    array->array.item_count = items.count;
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_BRACKET, "] or ,") ? array : NULL;
}

/* One `key := value`; keys are expressions in MAP, names in STRUCT. */
static bool parse_entry(struct weir_parser *parser, bool map, struct weir_pointers *keys,
                        struct weir_pointers *values)
{
    void *key = NULL;
    if (map) {
        key = weir_parser_expression(parser);
    } else {
        const char *name = weir_parser_name(parser, "a field name");
        key = name ? weir_arena_format(parser->arena, "%s", name) : NULL;
    }
    if (!key || !weir_parser_expect(parser, WEIR_TOKEN_ASSIGN, ":=")) {
        return false;
    }
    struct weir_expression *value = weir_parser_expression(parser);
    weir_pointers_add(parser, keys, key);
    weir_pointers_add(parser, values, value);
    return value != NULL;
}

static struct weir_expression *parse_entries(struct weir_parser *parser, bool map,
                                             struct weir_place place)
{
    struct weir_expression *whole =
        weir_parser_make(parser, map ? WEIR_EXPRESSION_MAP : WEIR_EXPRESSION_STRUCT, place);
    struct weir_pointers keys = {0}, values = {0};
    if (weir_parser_accept(parser, WEIR_TOKEN_RIGHT_PARENTHESIS)) {
        return whole;
    }
    do {
        if (!parse_entry(parser, map, &keys, &values)) {
            return NULL;
        }
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    if (map) {
        whole->map.keys = (struct weir_expression **)keys.items;
        whole->map.values = (struct weir_expression **)values.items;
        whole->map.entry_count = keys.count;
    } else {
        whole->structure.names = (const char **)(void *)keys.items;
        whole->structure.values = (struct weir_expression **)values.items;
        whole->structure.field_count = keys.count;
    }
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,") ? whole : NULL;
}

struct weir_expression *weir_parser_constructor(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_place(parser);
    bool array = weir_parser_is_word(parser, 0, WEIR_KEYWORD_ARRAY);
    bool map = weir_parser_is_word(parser, 0, WEIR_KEYWORD_MAP);
    parser->at += 2;
    return array ? parse_array(parser, place) : parse_entries(parser, map, place);
}
