/* SPDX-License-Identifier: Apache-2.0 */
/* + - * / % and signs, by Java's rules for int, long, double and BigDecimal; NULL operands fail as
 * unboxing them would. */
#include "connectors/processor/functions/compiler.h"
#include "connectors/processor/functions/decimal_type.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/row_format.h"

#include <math.h>

static bool eval_integers(struct weir_evaluation *evaluation, const struct weir_node *node,
                          int32_t *a_out, int32_t *b_out)
{
    struct weir_value a, b;
    if (!weir_node_eval_value(evaluation, node->a, &a) ||
        !weir_node_eval_value(evaluation, node->b, &b)) {
        return false;
    }
    *a_out = a.integer;
    *b_out = b.integer;
    return true;
}

#define INTEGER_OPERATION(name, operator) \
    static bool name(struct weir_evaluation *evaluation, const struct weir_node *node, \
                     struct weir_value *out) \
    { \
        int32_t a, b; \
        return eval_integers(evaluation, node, &a, &b) && \
               weir_return_integer(out, (int32_t)((uint32_t)a operator(uint32_t) b)); \
    }
INTEGER_OPERATION(add_integers, +)
INTEGER_OPERATION(subtract_integers, -)
INTEGER_OPERATION(multiply_integers, *)

static bool divide_integers(struct weir_evaluation *evaluation, const struct weir_node *node,
                            struct weir_value *out)
{
    int32_t a, b;
    if (!eval_integers(evaluation, node, &a, &b)) {
        return false;
    }
    if (b == 0) {
        return weir_evaluation_fail(evaluation, "/ by zero");
    }
    return weir_return_integer(out, (int32_t)((int64_t)a / b));
}

static bool modulo_integers(struct weir_evaluation *evaluation, const struct weir_node *node,
                            struct weir_value *out)
{
    int32_t a, b;
    if (!eval_integers(evaluation, node, &a, &b)) {
        return false;
    }
    if (b == 0) {
        return weir_evaluation_fail(evaluation, "/ by zero");
    }
    return weir_return_integer(out, (int32_t)((int64_t)a % b));
}

static int64_t as_bigint(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_INTEGER ? value->integer : value->bigint;
}

static bool eval_bigints(struct weir_evaluation *evaluation, const struct weir_node *node,
                         int64_t *a_out, int64_t *b_out)
{
    struct weir_value a, b;
    if (!weir_node_eval_value(evaluation, node->a, &a) ||
        !weir_node_eval_value(evaluation, node->b, &b)) {
        return false;
    }
    *a_out = as_bigint(&a);
    *b_out = as_bigint(&b);
    return true;
}

#define BIGINT_OPERATION(name, operator) \
    static bool name(struct weir_evaluation *evaluation, const struct weir_node *node, \
                     struct weir_value *out) \
    { \
        int64_t a, b; \
        return eval_bigints(evaluation, node, &a, &b) && \
               weir_return_bigint(out, (int64_t)((uint64_t)a operator(uint64_t) b)); \
    }
BIGINT_OPERATION(add_bigints, +)
BIGINT_OPERATION(subtract_bigints, -)
BIGINT_OPERATION(multiply_bigints, *)

static bool divide_bigints(struct weir_evaluation *evaluation, const struct weir_node *node,
                           struct weir_value *out)
{
    int64_t a, b;
    if (!eval_bigints(evaluation, node, &a, &b)) {
        return false;
    }
    if (b == 0) {
        return weir_evaluation_fail(evaluation, "/ by zero");
    }
    return weir_return_bigint(out, b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b);
}

static bool modulo_bigints(struct weir_evaluation *evaluation, const struct weir_node *node,
                           struct weir_value *out)
{
    int64_t a, b;
    if (!eval_bigints(evaluation, node, &a, &b)) {
        return false;
    }
    if (b == 0) {
        return weir_evaluation_fail(evaluation, "/ by zero");
    }
    return weir_return_bigint(out, b == -1 ? 0 : a % b);
}

static double as_double(const struct weir_value *value)
{
    switch (value->kind) {
    case WEIR_TYPE_DOUBLE:
        return value->number;
    case WEIR_TYPE_DECIMAL:
        return weir_decimal_to_double(value->decimal);
    default:
        return (double)as_bigint(value);
    }
}

static bool eval_doubles(struct weir_evaluation *evaluation, const struct weir_node *node,
                         double *a_out, double *b_out)
{
    struct weir_value a, b;
    if (!weir_node_eval_value(evaluation, node->a, &a) ||
        !weir_node_eval_value(evaluation, node->b, &b)) {
        return false;
    }
    *a_out = as_double(&a);
    *b_out = as_double(&b);
    return true;
}

#define DOUBLE_OPERATION(name, expression) \
    static bool name(struct weir_evaluation *evaluation, const struct weir_node *node, \
                     struct weir_value *out) \
    { \
        double a, b; \
        return eval_doubles(evaluation, node, &a, &b) && weir_return_double(out, expression); \
    }
DOUBLE_OPERATION(add_doubles, a + b)
DOUBLE_OPERATION(subtract_doubles, a - b)
DOUBLE_OPERATION(multiply_doubles, a *b)
DOUBLE_OPERATION(divide_doubles, a / b)
DOUBLE_OPERATION(modulo_doubles, fmod(a, b))

static bool eval_decimals(struct weir_evaluation *evaluation, const struct weir_node *node,
                          const struct weir_decimal **a_out, const struct weir_decimal **b_out)
{
    struct weir_value a, b;
    if (!weir_node_eval_value(evaluation, node->a, &a) ||
        !weir_node_eval_value(evaluation, node->b, &b)) {
        return false;
    }
    *a_out = a.decimal;
    *b_out = b.decimal;
    return true;
}

/* The exact result must have the digits of its type: RoundingMode.UNNECESSARY. */
static bool return_exact(struct weir_evaluation *evaluation, const struct weir_node *node,
                         const struct weir_decimal *decimal, struct weir_value *out)
{
    if (decimal) {
        decimal = weir_decimal_set_scale(evaluation->arena, decimal, node->type->scale,
                                         WEIR_ROUND_UNNECESSARY);
    }
    if (!decimal || weir_decimal_precision(decimal) > node->type->precision) {
        return weir_evaluation_fail(evaluation, "the DECIMAL result is not exact");
    }
    *out = (struct weir_value){.decimal = decimal, .kind = WEIR_TYPE_DECIMAL};
    return true;
}

#define DECIMAL_OPERATION(name, function) \
    static bool name(struct weir_evaluation *evaluation, const struct weir_node *node, \
                     struct weir_value *out) \
    { \
        const struct weir_decimal *a, *b; \
        return eval_decimals(evaluation, node, &a, &b) && \
               return_exact(evaluation, node, function(evaluation->arena, a, b), out); \
    }
DECIMAL_OPERATION(add_decimals, weir_decimal_add)
DECIMAL_OPERATION(subtract_decimals, weir_decimal_subtract)
DECIMAL_OPERATION(multiply_decimals, weir_decimal_multiply)
DECIMAL_OPERATION(modulo_decimals, weir_decimal_remainder)

static bool divide_decimals(struct weir_evaluation *evaluation, const struct weir_node *node,
                            struct weir_value *out)
{
    const struct weir_decimal *a, *b;
    return eval_decimals(evaluation, node, &a, &b) &&
           return_exact(evaluation, node,
                        weir_decimal_divide(evaluation->arena, a, b, node->type->scale,
                                            WEIR_ROUND_UNNECESSARY),
                        out);
}

/* Java's + on strings: NULL is the text null. */
static bool concatenate(struct weir_evaluation *evaluation, const struct weir_node *node,
                        struct weir_value *out)
{
    struct weir_value a, b;
    if (!weir_node_eval(evaluation, node->a, &a) || !weir_node_eval(evaluation, node->b, &b)) {
        return false;
    }
    struct weir_buffer *buffer = weir_evaluation_text(evaluation);
    weir_value_print_java(&a, &weir_type_string, buffer);
    weir_value_print_java(&b, &weir_type_string, buffer);
    return weir_return_buffer(evaluation, out, buffer);
}

static const weir_eval_fn integer_operations[] = {
    add_integers, subtract_integers, multiply_integers, divide_integers, modulo_integers};
static const weir_eval_fn bigint_operations[] = {add_bigints, subtract_bigints, multiply_bigints,
                                                 divide_bigints, modulo_bigints};
static const weir_eval_fn double_operations[] = {add_doubles, subtract_doubles, multiply_doubles,
                                                 divide_doubles, modulo_doubles};
static const weir_eval_fn decimal_operations[] = {
    add_decimals, subtract_decimals, multiply_decimals, divide_decimals, modulo_decimals};

static const struct weir_node *fail_types(struct weir_compiler *compiler,
                                          const struct weir_expression *expression,
                                          const struct weir_node *left,
                                          const struct weir_node *right)
{
    return weir_compiler_fail(
        compiler, expression->place,
        "Error processing expression: %s. Unsupported arithmetic types. %s %s",
        weir_compiler_text(compiler, expression), weir_type_kind_name(left->type->kind),
        weir_type_kind_name(right->type->kind));
}

static const struct weir_node *
make_operation(struct weir_compiler *compiler, const weir_eval_fn *operations,
               const struct weir_expression *expression, const struct weir_type *type,
               const struct weir_node *left, const struct weir_node *right)
{
    struct weir_node *node =
        weir_node_make(compiler, operations[expression->arithmetic.operator], type);
    node->a = left;
    node->b = right;
    return weir_node_finish(compiler, node);
}

static const struct weir_node *make_decimals(struct weir_compiler *compiler,
                                             const struct weir_expression *expression,
                                             const struct weir_node *left,
                                             const struct weir_node *right)
{
    const struct weir_type *a = weir_decimal_type_of(compiler->arena, left->type);
    const struct weir_type *b = weir_decimal_type_of(compiler->arena, right->type);
    left = weir_node_cast(compiler, left, a, expression->place);
    right = weir_node_cast(compiler, right, b, expression->place);
    const struct weir_type *type =
        weir_decimal_type_result(compiler->arena, expression->arithmetic.operator, a, b);
    return make_operation(compiler, decimal_operations, expression, type, left, right);
}

const struct weir_node *weir_compile_arithmetic(struct weir_compiler *compiler,
                                                const struct weir_expression *expression)
{
    const struct weir_node *left = weir_compile(compiler, expression->arithmetic.left);
    const struct weir_node *right =
        left ? weir_compile(compiler, expression->arithmetic.right) : NULL;
    if (!right) {
        return NULL;
    }
    enum weir_type_kind a = left->type->kind, b = right->type->kind;
    if (a == WEIR_TYPE_STRING && b == WEIR_TYPE_STRING &&
        expression->arithmetic.operator== WEIR_ARITHMETIC_ADD) {
        struct weir_node *node = weir_node_make(compiler, concatenate, &weir_type_string);
        node->a = left;
        node->b = right;
        return weir_node_finish(compiler, node);
    }
    if (!weir_type_is_numeric(left->type) || !weir_type_is_numeric(right->type)) {
        return fail_types(compiler, expression, left, right);
    }
    switch (a > b ? a : b) { /* in order of width */
    case WEIR_TYPE_INTEGER:
        return make_operation(compiler, integer_operations, expression, &weir_type_integer, left,
                              right);
    case WEIR_TYPE_BIGINT:
        return make_operation(compiler, bigint_operations, expression, &weir_type_bigint, left,
                              right);
    case WEIR_TYPE_DOUBLE:
        return make_operation(compiler, double_operations, expression, &weir_type_double, left,
                              right);
    default:
        return make_decimals(compiler, expression, left, right);
    }
}

static bool eval_negation(struct weir_evaluation *evaluation, const struct weir_node *node,
                          struct weir_value *out)
{
    struct weir_value value;
    if (!weir_node_eval_value(evaluation, node->a, &value)) {
        return false;
    }
    switch (value.kind) {
    case WEIR_TYPE_INTEGER:
        return weir_return_integer(out, (int32_t)(0 - (uint32_t)value.integer));
    case WEIR_TYPE_BIGINT:
        return weir_return_bigint(out, (int64_t)(0 - (uint64_t)value.bigint));
    case WEIR_TYPE_DOUBLE:
        return weir_return_double(out, -value.number);
    default:
        return weir_return_decimal(evaluation, out,
                                   weir_decimal_negate(evaluation->arena, value.decimal));
    }
}

const struct weir_node *weir_compile_sign(struct weir_compiler *compiler,
                                          const struct weir_expression *expression)
{
    const struct weir_node *operand = weir_compile(compiler, expression->operand);
    if (!operand) {
        return NULL;
    }
    if (!weir_type_is_numeric(operand->type)) {
        return weir_compiler_fail(
            compiler, expression->place,
            "Error processing expression: %s. Unsupported arithmetic type. %s",
            weir_compiler_text(compiler, expression), weir_type_kind_name(operand->type->kind));
    }
    struct weir_node *node = weir_node_make(
        compiler, expression->kind == WEIR_EXPRESSION_PLUS ? weir_node_eval_unboxed : eval_negation,
        operand->type);
    node->a = operand;
    return weir_node_finish(compiler, node);
}
