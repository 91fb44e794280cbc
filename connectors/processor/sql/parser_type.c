/* parser_type.c - types as written. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser_internal.h"

static bool parse_fields(struct weir_parser *parser, struct weir_type_node *node)
{
    if (weir_parser_accept(parser, WEIR_TOKEN_NOT_EQUAL)) { /* STRUCT<> */
        return true;
    }
    if (!weir_parser_expect(parser, WEIR_TOKEN_LESS, "<")) {
        return false;
    }
    if (weir_parser_accept(parser, WEIR_TOKEN_GREATER)) {
        return true;
    }
    struct weir_type_node_field *fields = NULL;
    do {
        struct weir_type_node_field field = {.name = weir_parser_name(parser, "a field name")};
        if (!field.name || !(field.type = weir_parser_type(parser))) {
            return false;
        }
        size_t bytes = node->field_count * sizeof(field);
        fields = weir_arena_grow(parser->arena, fields, bytes, bytes + sizeof(field));
        fields[node->field_count++] = field;
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    node->fields = fields;
    return weir_parser_expect(parser, WEIR_TOKEN_GREATER, "> or ,");
}

static bool parse_element(struct weir_parser *parser, struct weir_type_node *node, bool map)
{
    if (!weir_parser_expect(parser, WEIR_TOKEN_LESS, "<")) {
        return false;
    }
    if (map) {
        node->key = weir_parser_type(parser);
        if (!node->key || !weir_parser_expect(parser, WEIR_TOKEN_COMMA, ",")) {
            return false;
        }
    }
    node->element = weir_parser_type(parser);
    return node->element && weir_parser_expect(parser, WEIR_TOKEN_GREATER, ">");
}

static bool parse_decimal(struct weir_parser *parser, struct weir_type_node *node)
{
    return weir_parser_expect(parser, WEIR_TOKEN_LEFT_PARENTHESIS, "(") &&
           weir_parser_integer(parser, "the precision", &node->precision) &&
           weir_parser_expect(parser, WEIR_TOKEN_COMMA, ",") &&
           weir_parser_integer(parser, "the scale", &node->scale) &&
           weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ")");
}

/* VARCHAR(255), VARCHAR(STRING): parsed and ignored, as ksqlDB does. */
static bool parse_parameters(struct weir_parser *parser)
{
    if (!weir_parser_accept(parser, WEIR_TOKEN_LEFT_PARENTHESIS)) {
        return true;
    }
    do {
        if (!weir_parser_accept(parser, WEIR_TOKEN_INTEGER) &&
            !weir_parser_accept_word(parser, WEIR_KEYWORD_STRING)) {
            return weir_parser_fail(parser, "a number or STRING");
        }
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    return weir_parser_expect(parser, WEIR_TOKEN_RIGHT_PARENTHESIS, ") or ,");
}

static bool parse_base(struct weir_parser *parser, struct weir_type_node *node)
{
    bool angle = weir_parser_peek(parser, 1)->kind == WEIR_TOKEN_LESS;
    if (angle && weir_parser_accept_word(parser, WEIR_KEYWORD_ARRAY)) {
        node->kind = WEIR_TYPE_NODE_ARRAY;
        return parse_element(parser, node, false);
    }
    if (angle && weir_parser_accept_word(parser, WEIR_KEYWORD_MAP)) {
        node->kind = WEIR_TYPE_NODE_MAP;
        return parse_element(parser, node, true);
    }
    if ((angle || weir_parser_peek(parser, 1)->kind == WEIR_TOKEN_NOT_EQUAL) &&
        weir_parser_accept_word(parser, WEIR_KEYWORD_STRUCT)) {
        node->kind = WEIR_TYPE_NODE_STRUCT;
        return parse_fields(parser, node);
    }
    if (weir_parser_accept_word(parser, WEIR_KEYWORD_DECIMAL)) {
        node->kind = WEIR_TYPE_NODE_DECIMAL;
        return parse_decimal(parser, node);
    }
    node->kind = WEIR_TYPE_NODE_NAME;
    node->name = weir_parser_name(parser, "a type");
    return node->name && parse_parameters(parser);
}

static const struct weir_type_node *parse_arrays(struct weir_parser *parser,
                                                 struct weir_type_node *node)
{
    while (weir_parser_is_word(parser, 0, WEIR_KEYWORD_ARRAY)) {
        struct weir_type_node *array = weir_arena_calloc(parser->arena, 1, sizeof(*array));
        array->kind = WEIR_TYPE_NODE_ARRAY;
        array->place = node->place;
        array->element = node;
        node = array;
        parser->at++;
        if (!weir_parser_enter(parser)) {
            return NULL;
        }
    }
    return node;
}

const struct weir_type_node *weir_parser_type(struct weir_parser *parser)
{
    if (!weir_parser_enter(parser)) {
        return NULL;
    }
    unsigned depth = parser->depth;
    struct weir_type_node *node = weir_arena_calloc(parser->arena, 1, sizeof(*node));
    node->place = weir_parser_place(parser);
    const struct weir_type_node *type =
        parse_base(parser, node) ? parse_arrays(parser, node) : NULL;
    parser->depth = depth;
    weir_parser_leave(parser);
    return type;
}
