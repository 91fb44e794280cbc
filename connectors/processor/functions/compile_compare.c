/* SPDX-License-Identifier: Apache-2.0 */
/* = <> < <= > >=, IS DISTINCT FROM, BETWEEN. NULL on a side is false. */
#include "connectors/processor/functions/compiler.h"
#include "connectors/processor/values/time_text.h"

#include <math.h>
#include <string.h>

static bool holds(enum weir_comparison operator, int order)
{
    switch (operator) {
    case WEIR_COMPARISON_EQUAL:
        return order == 0;
    case WEIR_COMPARISON_NOT_EQUAL:
    case WEIR_COMPARISON_IS_DISTINCT_FROM:
        return order != 0;
    case WEIR_COMPARISON_LESS:
        return order < 0;
    case WEIR_COMPARISON_LESS_OR_EQUAL:
        return order <= 0;
    case WEIR_COMPARISON_GREATER:
        return order > 0;
    case WEIR_COMPARISON_GREATER_OR_EQUAL:
        return order >= 0;
    }
    return false;
}

/* Evaluates both sides. *decided_out: one is NULL, and out has the result. */
static bool eval_sides(struct weir_evaluation *evaluation, const struct weir_node *node,
                       struct weir_value *a, struct weir_value *b, bool *decided_out,
                       struct weir_value *out)
{
    if (!weir_node_eval(evaluation, node->a, a) || !weir_node_eval(evaluation, node->b, b)) {
        return false;
    }
    bool null_a = weir_value_is_null(a), null_b = weir_value_is_null(b);
    *decided_out = null_a || null_b;
    if (*decided_out) {
        bool distinct = node->comparison == WEIR_COMPARISON_IS_DISTINCT_FROM && null_a != null_b;
        weir_return_boolean(out, distinct);
    }
    return true;
}

static bool compare_whole(struct weir_evaluation *evaluation, const struct weir_node *node,
                          struct weir_value *out)
{
    struct weir_value a, b;
    bool decided;
    if (!eval_sides(evaluation, node, &a, &b, &decided, out)) {
        return false;
    }
    if (decided) {
        return true;
    }
    int64_t left = a.kind == WEIR_TYPE_INTEGER ? a.integer : a.bigint;
    int64_t right = b.kind == WEIR_TYPE_INTEGER ? b.integer : b.bigint;
    return weir_return_boolean(out, holds(node->comparison, (left > right) - (left < right)));
}

/* Also doubles: a NaN is neither equal nor unequal to anything (ksqlDB's = is <= and >=, its <> is
 * < or >). */
static bool compare_ordered(struct weir_evaluation *evaluation, const struct weir_node *node,
                            struct weir_value *out)
{
    struct weir_value a, b;
    bool decided, unordered;
    if (!eval_sides(evaluation, node, &a, &b, &decided, out)) {
        return false;
    }
    if (decided) {
        return true;
    }
    int order = weir_value_compare(&a, &b, &unordered);
    if (unordered && (a.kind == WEIR_TYPE_DECIMAL || b.kind == WEIR_TYPE_DECIMAL)) {
        return weir_evaluation_fail(evaluation, "Infinite or NaN");
    }
    return weir_return_boolean(out, !unordered && holds(node->comparison, order));
}

/* Collections: Java's equals. */
static bool compare_equality(struct weir_evaluation *evaluation, const struct weir_node *node,
                             struct weir_value *out)
{
    struct weir_value a, b;
    bool decided;
    if (!eval_sides(evaluation, node, &a, &b, &decided, out)) {
        return false;
    }
    return decided ||
           weir_return_boolean(out, holds(node->comparison, weir_value_equal(&a, &b) ? 0 : 1));
}

static bool is_time(enum weir_type_kind kind)
{
    return kind == WEIR_TYPE_DATE || kind == WEIR_TYPE_TIME || kind == WEIR_TYPE_TIMESTAMP;
}

static bool is_equality(enum weir_comparison operator)
{
    return operator== WEIR_COMPARISON_EQUAL || operator== WEIR_COMPARISON_NOT_EQUAL || operator==
        WEIR_COMPARISON_IS_DISTINCT_FROM;
}

static bool is_comparable(enum weir_type_kind a, enum weir_type_kind b,
                          enum weir_comparison operator)
{
    switch (a) {
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_DECIMAL:
    case WEIR_TYPE_DOUBLE:
        return b >= WEIR_TYPE_INTEGER && b <= WEIR_TYPE_DOUBLE;
    case WEIR_TYPE_STRING:
        return b == WEIR_TYPE_STRING || is_time(b);
    case WEIR_TYPE_BOOLEAN:
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_STRUCT:
        return b == a && is_equality(operator);
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIMESTAMP:
        return b == WEIR_TYPE_DATE || b == WEIR_TYPE_TIMESTAMP || b == WEIR_TYPE_STRING;
    case WEIR_TYPE_TIME:
        return b == WEIR_TYPE_TIME || b == WEIR_TYPE_STRING;
    case WEIR_TYPE_BYTES:
        return b == WEIR_TYPE_BYTES;
    default:
        return false;
    }
}

static const char *operator_name(enum weir_comparison operator)
{
    static const char *const names[] = {
        [WEIR_COMPARISON_EQUAL] = "EQUAL",
        [WEIR_COMPARISON_NOT_EQUAL] = "NOT_EQUAL",
        [WEIR_COMPARISON_LESS] = "LESS_THAN",
        [WEIR_COMPARISON_LESS_OR_EQUAL] = "LESS_THAN_OR_EQUAL",
        [WEIR_COMPARISON_GREATER] = "GREATER_THAN",
        [WEIR_COMPARISON_GREATER_OR_EQUAL] = "GREATER_THAN_OR_EQUAL",
        [WEIR_COMPARISON_IS_DISTINCT_FROM] = "IS_DISTINCT_FROM",
    };
    return names[operator];
}

static const char *operator_sign(enum weir_comparison operator)
{
    static const char *const signs[] = {
        [WEIR_COMPARISON_EQUAL] = "=",
        [WEIR_COMPARISON_NOT_EQUAL] = "<>",
        [WEIR_COMPARISON_LESS] = "<",
        [WEIR_COMPARISON_LESS_OR_EQUAL] = "<=",
        [WEIR_COMPARISON_GREATER] = ">",
        [WEIR_COMPARISON_GREATER_OR_EQUAL] = ">=",
        [WEIR_COMPARISON_IS_DISTINCT_FROM] = "IS DISTINCT FROM",
    };
    return signs[operator];
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), end_length = strlen(end);
    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

/* ROWTIME, WINDOWSTART, WINDOWEND, of a joined side too. */
static bool is_system_time(const struct weir_side *side)
{
    if (side->source->kind != WEIR_EXPRESSION_COLUMN ||
        side->node->type->kind != WEIR_TYPE_BIGINT) {
        return false;
    }
    const char *name = side->source->column.name;
    return ends_with(name, "ROWTIME") || ends_with(name, "WINDOWSTART") ||
           ends_with(name, "WINDOWEND");
}

/* ROWTIME >= '2018-01-01': the text is a time in milliseconds. False: err. */
static bool convert_magic_text(struct weir_compiler *compiler, const struct weir_side *time,
                               struct weir_side *text)
{
    if (text->source->kind != WEIR_EXPRESSION_STRING || !is_system_time(time)) {
        return true;
    }
    struct weir_bytes content = weir_bytes_of(text->source->literal.text);
    struct weir_value value = {.kind = WEIR_TYPE_BIGINT};
    if (!weir_timestamp_parse(content, &value.bigint)) {
        weir_compiler_fail(compiler, text->source->place,
                           "Failed to parse timestamp '%s'. Required format is: "
                           "\"yyyy-MM-dd'T'HH:mm:ss.SSS\", with an optional numeric 4-digit "
                           "timezone, for example: "
                           "'2020-05-26T23:59:58.000' or with tz: '2020-05-26T23:59:58.000+0200'. "
                           "Partials are also "
                           "supported, for example \"2020-05-26\"",
                           text->source->literal.text);
        return false;
    }
    text->node = weir_node_constant(compiler, &weir_type_bigint, &value);
    return true;
}

/* Brings DATE, TIME, TIMESTAMP and text to the one kind in which they are compared. */
static bool convert_times(struct weir_compiler *compiler, struct weir_side *left,
                          struct weir_side *right)
{
    enum weir_type_kind a = left->node->type->kind, b = right->node->type->kind;
    if (!is_time(a) && !is_time(b)) {
        return true;
    }
    const struct weir_type *type = a == WEIR_TYPE_TIME || b == WEIR_TYPE_TIME ? &weir_type_time
                                   : a == WEIR_TYPE_TIMESTAMP || b == WEIR_TYPE_TIMESTAMP
                                       ? &weir_type_timestamp
                                       : &weir_type_date;
    left->node = weir_node_cast(compiler, left->node, type, left->source->place);
    right->node = weir_node_cast(compiler, right->node, type, right->source->place);
    return left->node && right->node;
}

static weir_eval_fn eval_of(enum weir_type_kind a, enum weir_type_kind b)
{
    bool whole_a = a == WEIR_TYPE_INTEGER || a == WEIR_TYPE_BIGINT;
    bool whole_b = b == WEIR_TYPE_INTEGER || b == WEIR_TYPE_BIGINT;
    if (whole_a && whole_b) {
        return compare_whole;
    }
    return a == WEIR_TYPE_ARRAY || a == WEIR_TYPE_MAP || a == WEIR_TYPE_STRUCT ? compare_equality
                                                                               : compare_ordered;
}

static const struct weir_node *fail_comparison(struct weir_compiler *compiler,
                                               enum weir_comparison operator,
                                               const struct weir_side * left,
                                               const struct weir_side *right,
                                               struct weir_place place)
{
    enum weir_type_kind a = left->node->type->kind, b = right->node->type->kind;
    if (a == WEIR_TYPE_NULL || b == WEIR_TYPE_NULL) {
        return weir_compiler_fail(compiler, place,
                                  "Comparison with NULL not supported: %s %s %s\n"
                                  "Use 'IS NULL' or 'IS NOT NULL' instead.",
                                  weir_type_kind_name(a), operator_sign(operator),
                                  weir_type_kind_name(b));
    }
    return weir_compiler_fail(compiler, place, "Cannot compare %s (%s) to %s (%s) with %s.",
                              weir_compiler_text(compiler, left->source),
                              weir_compiler_type_text(compiler, left->node->type),
                              weir_compiler_text(compiler, right->source),
                              weir_compiler_type_text(compiler, right->node->type),
                              operator_name(operator));
}

const struct weir_node *weir_node_compare(struct weir_compiler *compiler,
                                          enum weir_comparison operator, struct weir_side left,
                                          struct weir_side right, struct weir_place place)
{
    if (!convert_magic_text(compiler, &left, &right) ||
        !convert_magic_text(compiler, &right, &left)) {
        return NULL;
    }
    if (!is_comparable(left.node->type->kind, right.node->type->kind, operator)) {
        return fail_comparison(compiler, operator, & left, &right, place);
    }
    if (!convert_times(compiler, &left, &right)) {
        return NULL;
    }
    struct weir_node *node = weir_node_make(
        compiler, eval_of(left.node->type->kind, right.node->type->kind), &weir_type_boolean);
    node->a = left.node;
    node->b = right.node;
    node->comparison = operator;
    return weir_node_finish(compiler, node);
}

const struct weir_node *weir_compile_comparison(struct weir_compiler *compiler,
                                                const struct weir_expression *expression)
{
    struct weir_side left = {weir_compile(compiler, expression->comparison.left),
                             expression->comparison.left};
    if (!left.node) {
        return NULL;
    }
    struct weir_side right = {weir_compile(compiler, expression->comparison.right),
                              expression->comparison.right};
    return right.node ? weir_node_compare(compiler, expression->comparison.operator, left, right,
                                          expression->place)
                      : NULL;
}

/* a >= lower AND a <= upper */
static bool eval_both(struct weir_evaluation *evaluation, const struct weir_node *node,
                      struct weir_value *out)
{
    return weir_node_eval(evaluation, node->a, out) &&
           (!out->boolean || weir_node_eval(evaluation, node->b, out));
}

const struct weir_node *weir_compile_between(struct weir_compiler *compiler,
                                             const struct weir_expression *expression)
{
    struct weir_side operand = {weir_compile(compiler, expression->between.operand),
                                expression->between.operand};
    struct weir_side lower = {operand.node ? weir_compile(compiler, expression->between.lower)
                                           : NULL,
                              expression->between.lower};
    struct weir_side upper = {lower.node ? weir_compile(compiler, expression->between.upper) : NULL,
                              expression->between.upper};
    if (!upper.node) {
        return NULL;
    }
    struct weir_node *node = weir_node_make(compiler, eval_both, &weir_type_boolean);
    node->a = weir_node_compare(compiler, WEIR_COMPARISON_GREATER_OR_EQUAL, operand, lower,
                                expression->place);
    node->b = node->a ? weir_node_compare(compiler, WEIR_COMPARISON_LESS_OR_EQUAL, operand, upper,
                                          expression->place)
                      : NULL;
    return node->b ? weir_node_finish(compiler, node) : NULL;
}
