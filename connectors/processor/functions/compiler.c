/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/compiler.h"

#include "connectors/processor/functions/cast.h"
#include "connectors/processor/functions/decimal_type.h"
#include "connectors/processor/sql/printer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct weir_node *weir_node_make(struct weir_compiler *compiler, weir_eval_fn eval,
                                 const struct weir_type *type)
{
    struct weir_node *node = weir_arena_calloc(compiler->arena, 1, sizeof *node);
    node->eval = eval;
    node->type = type;
    return node;
}

static bool eval_constant(struct weir_evaluation *evaluation, const struct weir_node *node,
                          struct weir_value *out)
{
    (void)evaluation;
    *out = node->value;
    return true;
}

const struct weir_node *weir_node_constant(struct weir_compiler *compiler,
                                           const struct weir_type *type,
                                           const struct weir_value *value)
{
    struct weir_node *node = weir_node_make(compiler, eval_constant, type);
    node->value = *value;
    node->constant = true;
    return node;
}

static bool operands_constant(const struct weir_node *node)
{
    if ((node->a && !node->a->constant) || (node->b && !node->b->constant) ||
        (node->c && !node->c->constant)) {
        return false;
    }
    for (size_t i = 0; i < node->item_count; i++) {
        if (node->items[i] && !node->items[i]->constant) {
            return false;
        }
    }
    return true;
}

const struct weir_node *weir_node_finish(struct weir_compiler *compiler, struct weir_node *node)
{
    if (!operands_constant(node)) {
        return node;
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, WEIR_TEXT_BYTES_MAX);
    struct weir_evaluation evaluation = {.arena = compiler->arena, .text = &text};
    struct weir_value value;
    if (!node->eval(&evaluation, node, &value)) {
        return node; /* fails for each row, as it would in ksqlDB */
    }
    return weir_node_constant(compiler, node->type, &value);
}

static bool eval_guard(struct weir_evaluation *evaluation, const struct weir_node *node,
                       struct weir_value *out)
{
    if (!node->a->eval(evaluation, node->a, out)) {
        *out = WEIR_VALUE_NULL;
    }
    return true;
}

const struct weir_node *weir_node_guard(struct weir_compiler *compiler,
                                        const struct weir_node *node)
{
    if (compiler->options->nested_errors_throw || node->constant) {
        return node;
    }
    struct weir_node *guard = weir_node_make(compiler, eval_guard, node->type);
    guard->a = node;
    return weir_node_finish(compiler, guard);
}

static bool eval_cast(struct weir_evaluation *evaluation, const struct weir_node *node,
                      struct weir_value *out)
{
    struct weir_value value;
    return node->a->eval(evaluation, node->a, &value) &&
           weir_cast_apply(node->cast, &value, evaluation->arena, weir_evaluation_text(evaluation),
                           out, &evaluation->message);
}

const struct weir_node *weir_node_cast(struct weir_compiler *compiler, const struct weir_node *node,
                                       const struct weir_type *type, struct weir_place place)
{
    if (weir_type_equal(node->type, type)) {
        return node;
    }
    if (node->type->kind == WEIR_TYPE_NULL) {
        struct weir_node *typed = weir_node_make(compiler, node->eval, type);
        *typed = *node;
        typed->type = type;
        return typed;
    }
    const struct weir_cast *cast = weir_cast_create(compiler->arena, node->type, type);
    if (!cast) {
        return weir_compiler_fail(compiler, place, "Cast of %s to %s is not supported",
                                  weir_compiler_type_text(compiler, node->type),
                                  weir_compiler_type_text(compiler, type));
    }
    struct weir_node *converted = weir_node_make(compiler, eval_cast, type);
    converted->a = node;
    converted->cast = cast;
    return weir_node_finish(compiler, converted);
}

bool weir_node_eval_value(struct weir_evaluation *evaluation, const struct weir_node *node,
                          struct weir_value *out)
{
    return node->eval(evaluation, node, out) &&
           (!weir_value_is_null(out) || weir_evaluation_fail(evaluation, "an operand is NULL"));
}

bool weir_node_eval_unboxed(struct weir_evaluation *evaluation, const struct weir_node *node,
                            struct weir_value *out)
{
    return weir_node_eval_value(evaluation, node->a, out);
}

const char *weir_compiler_type_text(struct weir_compiler *compiler, const struct weir_type *type)
{
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 500);
    weir_type_print(type, &buffer);
    return weir_arena_strdup(compiler->arena, weir_buffer_text(&buffer));
}

const char *weir_compiler_text(struct weir_compiler *compiler,
                               const struct weir_expression *expression)
{
    return weir_sql_expression_text(compiler->arena, expression);
}

const struct weir_node *weir_compiler_fail(struct weir_compiler *compiler, struct weir_place place,
                                           const char *format, ...)
{
    char message[WEIR_ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    weir_fail_at(compiler->err, WEIR_DOMAIN_SQL, place.line, place.column, "%s", message);
    return NULL;
}

static const struct weir_node *compile_decimal(struct weir_compiler *compiler,
                                               const struct weir_expression *expression)
{
    const struct weir_decimal *decimal =
        weir_decimal_parse(compiler->arena, expression->literal.text, expression->literal.length);
    if (!decimal) {
        return weir_compiler_fail(compiler, expression->place, "Invalid DECIMAL literal: %s",
                                  expression->literal.text);
    }
    struct weir_value value = {.decimal = decimal, .kind = WEIR_TYPE_DECIMAL};
    return weir_node_constant(compiler, weir_decimal_type_of_value(compiler->arena, decimal),
                              &value);
}

static const struct weir_node *compile_literal(struct weir_compiler *compiler,
                                               const struct weir_expression *expression)
{
    struct weir_value value = WEIR_VALUE_NULL;
    switch (expression->kind) {
    case WEIR_EXPRESSION_BOOLEAN:
        weir_return_boolean(&value, expression->boolean);
        return weir_node_constant(compiler, &weir_type_boolean, &value);
    case WEIR_EXPRESSION_INTEGER:
        weir_return_integer(&value, (int32_t)expression->integer);
        return weir_node_constant(compiler, &weir_type_integer, &value);
    case WEIR_EXPRESSION_BIGINT:
        weir_return_bigint(&value, expression->integer);
        return weir_node_constant(compiler, &weir_type_bigint, &value);
    case WEIR_EXPRESSION_DOUBLE:
        weir_return_double(&value, expression->literal.value);
        return weir_node_constant(compiler, &weir_type_double, &value);
    case WEIR_EXPRESSION_DECIMAL:
        return compile_decimal(compiler, expression);
    case WEIR_EXPRESSION_STRING:
        weir_return_text(&value, (struct weir_bytes){(const uint8_t *)expression->literal.text,
                                                     expression->literal.length});
        return weir_node_constant(compiler, &weir_type_string, &value);
    case WEIR_EXPRESSION_INTERVAL_UNIT:
        value = (struct weir_value){.integer = (int32_t)expression->interval_unit,
                                    .kind = WEIR_TYPE_INTERVAL_UNIT};
        return weir_node_constant(compiler, &weir_type_interval_unit, &value);
    default:
        return weir_node_constant(compiler, &weir_type_null, &value);
    }
}

static bool eval_null_to_text(struct weir_evaluation *evaluation, const struct weir_node *node,
                              struct weir_value *out)
{
    if (!node->a->eval(evaluation, node->a, out)) {
        return false;
    }
    return !weir_value_is_null(out) || weir_return_text(out, WEIR_BYTES("null"));
}

const struct weir_node *weir_node_null_to_text(struct weir_compiler *compiler,
                                               const struct weir_node *node)
{
    if (!node) {
        return NULL;
    }
    struct weir_node *converted = weir_node_make(compiler, eval_null_to_text, &weir_type_string);
    converted->a = node;
    return weir_node_finish(compiler, converted);
}

static const struct weir_node *compile_cast(struct weir_compiler *compiler,
                                            const struct weir_expression *expression)
{
    const struct weir_node *operand = weir_compile(compiler, expression->cast.operand);
    if (!operand) {
        return NULL;
    }
    const struct weir_type *type = expression->cast.type;
    if (compiler->options->cast_nulls_to_text && type->kind == WEIR_TYPE_STRING &&
        operand->type->kind != WEIR_TYPE_NULL) {
        return weir_node_null_to_text(compiler,
                                      weir_node_cast(compiler, operand, type, expression->place));
    }
    const struct weir_node *converted = weir_node_cast(compiler, operand, type, expression->place);
    return converted ? weir_node_guard(compiler, converted) : NULL;
}

static const struct weir_node *compile_variable(struct weir_compiler *compiler,
                                                const struct weir_expression *expression);

static const struct weir_node *compile_kind(struct weir_compiler *compiler,
                                            const struct weir_expression *expression)
{
    switch (expression->kind) {
    case WEIR_EXPRESSION_NULL:
    case WEIR_EXPRESSION_BOOLEAN:
    case WEIR_EXPRESSION_INTEGER:
    case WEIR_EXPRESSION_BIGINT:
    case WEIR_EXPRESSION_DECIMAL:
    case WEIR_EXPRESSION_DOUBLE:
    case WEIR_EXPRESSION_STRING:
    case WEIR_EXPRESSION_INTERVAL_UNIT:
        return compile_literal(compiler, expression);
    case WEIR_EXPRESSION_COLUMN:
        return weir_compile_column(compiler, expression);
    case WEIR_EXPRESSION_DEREFERENCE:
    case WEIR_EXPRESSION_SUBSCRIPT:
        return weir_compile_access(compiler, expression);
    case WEIR_EXPRESSION_CALL:
        return weir_compile_call(compiler, expression);
    case WEIR_EXPRESSION_CAST:
        return compile_cast(compiler, expression);
    case WEIR_EXPRESSION_ARITHMETIC:
        return weir_compile_arithmetic(compiler, expression);
    case WEIR_EXPRESSION_NEGATE:
    case WEIR_EXPRESSION_PLUS:
        return weir_compile_sign(compiler, expression);
    case WEIR_EXPRESSION_COMPARISON:
        return weir_compile_comparison(compiler, expression);
    case WEIR_EXPRESSION_AND:
    case WEIR_EXPRESSION_OR:
    case WEIR_EXPRESSION_NOT:
        return weir_compile_logic(compiler, expression);
    case WEIR_EXPRESSION_BETWEEN:
        return weir_compile_between(compiler, expression);
    case WEIR_EXPRESSION_IN:
        return weir_compile_in(compiler, expression);
    case WEIR_EXPRESSION_LIKE:
        return weir_compile_like(compiler, expression);
    case WEIR_EXPRESSION_IS_NULL:
    case WEIR_EXPRESSION_IS_NOT_NULL:
        return weir_compile_is_null(compiler, expression);
    case WEIR_EXPRESSION_SEARCHED_CASE:
    case WEIR_EXPRESSION_SIMPLE_CASE:
        return weir_compile_case(compiler, expression);
    case WEIR_EXPRESSION_ARRAY:
    case WEIR_EXPRESSION_MAP:
    case WEIR_EXPRESSION_STRUCT:
        return weir_compile_constructor(compiler, expression);
    case WEIR_EXPRESSION_LAMBDA:
        return weir_compiler_fail(compiler, expression->place,
                                  "A lambda can only be an argument of a function");
    case WEIR_EXPRESSION_LAMBDA_VARIABLE:
        return compile_variable(compiler, expression);
    }
    return NULL;
}

const struct weir_node *weir_compile(struct weir_compiler *compiler,
                                     const struct weir_expression *expression)
{
    if (compiler->depth == WEIR_EXPRESSION_DEPTH_MAX) {
        return weir_compiler_fail(compiler, expression->place,
                                  "The expression is nested more than %d levels deep",
                                  WEIR_EXPRESSION_DEPTH_MAX);
    }
    compiler->depth++;
    const struct weir_node *node = compile_kind(compiler, expression);
    compiler->depth--;
    return node;
}

static bool eval_variable(struct weir_evaluation *evaluation, const struct weir_node *node,
                          struct weir_value *out)
{
    weir_assert(evaluation->variables != NULL); /* a lambda's body runs inside its caller's frame */
    *out = evaluation->variables[node->index];
    return true;
}

static const struct weir_node *compile_variable(struct weir_compiler *compiler,
                                                const struct weir_expression *expression)
{
    uint32_t index = expression->variable.index;
    if (index >= WEIR_LAMBDA_VARIABLES_MAX || !compiler->variables[index]) {
        return weir_compiler_fail(compiler, expression->place, "Unknown lambda variable %s",
                                  expression->variable.name);
    }
    struct weir_node *node = weir_node_make(compiler, eval_variable, compiler->variables[index]);
    node->index = index;
    return node;
}
