/* printer_expression.c - names, literals, types, expressions. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/printer.h"

#include "connectors/processor/sql/keywords.h"
#include "core/base/error.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static bool is_plain_name(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || (!isupper((unsigned char)name[0]) && name[0] != '_') ||
        weir_keyword_is_reserved(weir_keyword_find(name, length))) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)name[i];
        if (!isupper(c) && !isdigit(c) && c != '_' && c != '@') {
            return false;
        }
    }
    return true;
}

static void print_quoted(const char *text, size_t length, char quote, struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, (uint8_t)quote);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == quote) {
            weir_buffer_append_byte(buffer, (uint8_t)quote);
        }
        weir_buffer_append_byte(buffer, (uint8_t)text[i]);
    }
    weir_buffer_append_byte(buffer, (uint8_t)quote);
}

void weir_sql_print_name(const char *name, struct weir_buffer *buffer)
{
    if (is_plain_name(name)) {
        weir_buffer_append_text(buffer, name);
    } else {
        print_quoted(name, strlen(name), '`', buffer);
    }
}

void weir_sql_print_string(const char *text, size_t length, struct weir_buffer *buffer)
{
    print_quoted(text, length, '\'', buffer);
}

static void print_struct_type(const struct weir_type_node *type, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, "STRUCT<");
    for (size_t i = 0; i < type->field_count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : "");
        weir_sql_print_name(type->fields[i].name, buffer);
        weir_buffer_append_byte(buffer, ' ');
        weir_sql_print_type(type->fields[i].type, buffer);
    }
    weir_buffer_append_byte(buffer, '>');
}

void weir_sql_print_type(const struct weir_type_node *type, struct weir_buffer *buffer)
{
    switch (type->kind) {
    case WEIR_TYPE_NODE_NAME:
        weir_sql_print_name(type->name, buffer);
        return;
    case WEIR_TYPE_NODE_DECIMAL:
        weir_buffer_append_format(buffer, "DECIMAL(%" PRId64 ", %" PRId64 ")", type->precision,
                                  type->scale);
        return;
    case WEIR_TYPE_NODE_STRUCT:
        print_struct_type(type, buffer);
        return;
    case WEIR_TYPE_NODE_ARRAY:
    case WEIR_TYPE_NODE_MAP:
        weir_buffer_append_text(buffer, type->kind == WEIR_TYPE_NODE_MAP ? "MAP<" : "ARRAY<");
        if (type->key) {
            weir_sql_print_type(type->key, buffer);
            weir_buffer_append_text(buffer, ", ");
        }
        weir_sql_print_type(type->element, buffer);
        weir_buffer_append_byte(buffer, '>');
        return;
    }
}

static void print_list(struct weir_expression *const *items, size_t count,
                       struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : "");
        weir_sql_print_expression(items[i], buffer);
    }
}

static void print_binary(const struct weir_expression *left, const char *operator,
                         const struct weir_expression * right, struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '(');
    weir_sql_print_expression(left, buffer);
    weir_buffer_append_format(buffer, " %s ", operator);
    weir_sql_print_expression(right, buffer);
    weir_buffer_append_byte(buffer, ')');
}

static void print_unary(const char *before, const struct weir_expression *operand,
                        const char *after, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, before);
    weir_sql_print_expression(operand, buffer);
    weir_buffer_append_text(buffer, after);
}

static void print_case(const struct weir_expression *cases, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, "(CASE");
    if (cases->cases.operand) {
        print_unary(" ", cases->cases.operand, "", buffer);
    }
    for (size_t i = 0; i < cases->cases.when_count; i++) {
        print_unary(" WHEN ", cases->cases.whens[i].condition, "", buffer);
        print_unary(" THEN ", cases->cases.whens[i].result, "", buffer);
    }
    if (cases->cases.otherwise) {
        print_unary(" ELSE ", cases->cases.otherwise, "", buffer);
    }
    weir_buffer_append_text(buffer, " END)");
}

static void print_entries(const struct weir_expression *whole, struct weir_buffer *buffer)
{
    bool map = whole->kind == WEIR_EXPRESSION_MAP;
    size_t count = map ? whole->map.entry_count : whole->structure.field_count;
    weir_buffer_append_text(buffer, map ? "MAP(" : "STRUCT(");
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : "");
        if (map) {
            weir_sql_print_expression(whole->map.keys[i], buffer);
        } else {
            weir_sql_print_name(whole->structure.names[i], buffer);
        }
        print_unary(":=", map ? whole->map.values[i] : whole->structure.values[i], "", buffer);
    }
    weir_buffer_append_byte(buffer, ')');
}

static void print_lambda(const struct weir_expression *lambda, struct weir_buffer *buffer)
{
    bool many = lambda->lambda.parameter_count > 1;
    weir_buffer_append_text(buffer, many ? "(" : "");
    for (size_t i = 0; i < lambda->lambda.parameter_count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : "");
        weir_sql_print_name(lambda->lambda.parameters[i], buffer);
    }
    print_unary(many ? ") => " : " => ", lambda->lambda.body, "", buffer);
}

/* ARRAY[, MAP( and STRUCT( are constructors: a column or function of that name needs quotes. */
static void print_operand_name(const char *name, struct weir_buffer *buffer)
{
    if (strcmp(name, "ARRAY") == 0 || strcmp(name, "MAP") == 0 || strcmp(name, "STRUCT") == 0) {
        print_quoted(name, strlen(name), '`', buffer);
    } else {
        weir_sql_print_name(name, buffer);
    }
}

static void print_call(const struct weir_expression *call, struct weir_buffer *buffer)
{
    print_operand_name(call->call.name, buffer);
    weir_buffer_append_byte(buffer, '(');
    if (call->call.star) {
        weir_buffer_append_byte(buffer, '*');
    }
    print_list(call->call.arguments, call->call.argument_count, buffer);
    weir_buffer_append_byte(buffer, ')');
}

static void print_cast(const struct weir_expression *cast, struct weir_buffer *buffer)
{
    print_unary("CAST(", cast->cast.operand, " AS ", buffer);
    weir_sql_print_type(cast->cast.target, buffer);
    weir_buffer_append_byte(buffer, ')');
}

static void print_column(const struct weir_expression *column, struct weir_buffer *buffer)
{
    if (column->column.source) {
        weir_sql_print_name(column->column.source, buffer);
        weir_buffer_append_byte(buffer, '.');
    }
    print_operand_name(column->column.name, buffer);
}

static void print_like(const struct weir_expression *like, struct weir_buffer *buffer)
{
    print_unary("(", like->like.operand, " LIKE ", buffer);
    weir_sql_print_expression(like->like.pattern, buffer);
    if (like->like.escape) {
        weir_buffer_append_text(buffer, " ESCAPE ");
        weir_sql_print_string(like->like.escape, strlen(like->like.escape), buffer);
    }
    weir_buffer_append_byte(buffer, ')');
}

static void print_in(const struct weir_expression *in, struct weir_buffer *buffer)
{
    print_unary("(", in->in.operand, " IN (", buffer);
    print_list(in->in.items, in->in.item_count, buffer);
    weir_buffer_append_text(buffer, "))");
}

static void print_between(const struct weir_expression *between, struct weir_buffer *buffer)
{
    print_unary("(", between->between.operand, " BETWEEN ", buffer);
    weir_sql_print_expression(between->between.lower, buffer);
    print_unary(" AND ", between->between.upper, ")", buffer);
}

/* The base of [i] and ->f must be an operand: an operator's own parentheses do, -x and CASE's too.
 */
static void print_access(const struct weir_expression *access, struct weir_buffer *buffer)
{
    bool subscript = access->kind == WEIR_EXPRESSION_SUBSCRIPT;
    const struct weir_expression *base =
        subscript ? access->subscript.base : access->dereference.base;
    bool sign = base->kind == WEIR_EXPRESSION_NEGATE || base->kind == WEIR_EXPRESSION_PLUS;
    print_unary(sign ? "(" : "", base, sign ? ")" : "", buffer);
    if (subscript) {
        print_unary("[", access->subscript.index, "]", buffer);
    } else {
        weir_buffer_append_text(buffer, "->");
        weir_sql_print_name(access->dereference.field, buffer);
    }
}

/* `- -1` must not become the comment `--1`, nor `-(1)` the literal -1. */
static void print_sign(const struct weir_expression *sign, struct weir_buffer *buffer)
{
    weir_auto_buffer operand;
    weir_buffer_init(&operand, buffer->bytes_max);
    weir_sql_print_expression(sign->operand, &operand);
    uint8_t first = operand.len ? operand.data[0] : 0;
    bool wrap = first == '-' || first == '.' || isdigit(first);
    weir_buffer_append_byte(buffer, sign->kind == WEIR_EXPRESSION_NEGATE ? '-' : '+');
    weir_buffer_append_text(buffer, wrap ? "(" : "");
    weir_buffer_append_bytes(buffer, weir_buffer_view(&operand));
    weir_buffer_append_text(buffer, wrap ? ")" : "");
}

static const char *const arithmetic_texts[] = {"+", "-", "*", "/", "%"};
static const char *const comparison_texts[] = {"=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM"};
static const char *const interval_texts[] = {"MILLISECONDS", "SECONDS", "MINUTES", "HOURS", "DAYS"};

/* False: not a literal. */
static bool print_literal(const struct weir_expression *expression, struct weir_buffer *buffer)
{
    switch (expression->kind) {
    case WEIR_EXPRESSION_NULL:
        weir_buffer_append_text(buffer, "null");
        return true;
    case WEIR_EXPRESSION_BOOLEAN:
        weir_buffer_append_text(buffer, expression->boolean ? "true" : "false");
        return true;
    case WEIR_EXPRESSION_INTEGER:
    case WEIR_EXPRESSION_BIGINT:
        weir_buffer_append_format(buffer, "%" PRId64, expression->integer);
        return true;
    case WEIR_EXPRESSION_DECIMAL:
    case WEIR_EXPRESSION_DOUBLE:
        weir_buffer_append_text(buffer, expression->literal.text);
        return true;
    case WEIR_EXPRESSION_STRING:
        weir_sql_print_string(expression->literal.text, expression->literal.length, buffer);
        return true;
    case WEIR_EXPRESSION_INTERVAL_UNIT:
        weir_buffer_append_text(buffer, interval_texts[expression->interval_unit]);
        return true;
    default:
        return false;
    }
}

/* False: not an operator or predicate. */
static bool print_operation(const struct weir_expression *expression, struct weir_buffer *buffer)
{
    switch (expression->kind) {
    case WEIR_EXPRESSION_ARITHMETIC:
        print_binary(expression->arithmetic.left, arithmetic_texts[expression->arithmetic.operator],
                     expression->arithmetic.right, buffer);
        return true;
    case WEIR_EXPRESSION_COMPARISON:
        print_binary(expression->comparison.left, comparison_texts[expression->comparison.operator],
                     expression->comparison.right, buffer);
        return true;
    case WEIR_EXPRESSION_NEGATE:
    case WEIR_EXPRESSION_PLUS:
        print_sign(expression, buffer);
        return true;
    case WEIR_EXPRESSION_AND:
    case WEIR_EXPRESSION_OR:
        print_binary(expression->logical.left,
                     expression->kind == WEIR_EXPRESSION_AND ? "AND" : "OR",
                     expression->logical.right, buffer);
        return true;
    case WEIR_EXPRESSION_NOT:
        print_unary("(NOT ", expression->operand, ")", buffer);
        return true;
    case WEIR_EXPRESSION_IS_NULL:
        print_unary("(", expression->operand, " IS NULL)", buffer);
        return true;
    case WEIR_EXPRESSION_IS_NOT_NULL:
        print_unary("(", expression->operand, " IS NOT NULL)", buffer);
        return true;
    case WEIR_EXPRESSION_BETWEEN:
        print_between(expression, buffer);
        return true;
    case WEIR_EXPRESSION_IN:
        print_in(expression, buffer);
        return true;
    case WEIR_EXPRESSION_LIKE:
        print_like(expression, buffer);
        return true;
    default:
        return false;
    }
}

void weir_sql_print_expression(const struct weir_expression *expression, struct weir_buffer *buffer)
{
    if (print_literal(expression, buffer) || print_operation(expression, buffer)) {
        return;
    }
    switch (expression->kind) {
    case WEIR_EXPRESSION_COLUMN:
        print_column(expression, buffer);
        return;
    case WEIR_EXPRESSION_LAMBDA_VARIABLE:
        print_operand_name(expression->variable.name, buffer);
        return;
    case WEIR_EXPRESSION_DEREFERENCE:
    case WEIR_EXPRESSION_SUBSCRIPT:
        print_access(expression, buffer);
        return;
    case WEIR_EXPRESSION_CALL:
        print_call(expression, buffer);
        return;
    case WEIR_EXPRESSION_CAST:
        print_cast(expression, buffer);
        return;
    case WEIR_EXPRESSION_SEARCHED_CASE:
    case WEIR_EXPRESSION_SIMPLE_CASE:
        print_case(expression, buffer);
        return;
    case WEIR_EXPRESSION_ARRAY:
        weir_buffer_append_text(buffer, "ARRAY[");
        print_list(expression->array.items, expression->array.item_count, buffer);
        weir_buffer_append_byte(buffer, ']');
        return;
    case WEIR_EXPRESSION_MAP:
    case WEIR_EXPRESSION_STRUCT:
        print_entries(expression, buffer);
        return;
    case WEIR_EXPRESSION_LAMBDA:
        print_lambda(expression, buffer);
        return;
    default:
        weir_assert(false);
    }
}

const char *weir_sql_expression_text(struct weir_arena *arena,
                                     const struct weir_expression *expression)
{
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 600);
    weir_sql_print_expression(expression, &buffer);
    return weir_arena_strndup(arena, weir_buffer_text(&buffer), buffer.len);
}
