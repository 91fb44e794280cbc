/* ast.c - walking, copying and comparing expressions. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/ast.h"

#include <string.h>

static size_t case_child_count(const struct weir_expression *expression)
{
    return (expression->cases.operand != NULL) + 2 * expression->cases.when_count +
           (expression->cases.otherwise != NULL);
}

size_t weir_expression_child_count(const struct weir_expression *expression)
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
    case WEIR_EXPRESSION_COLUMN:
    case WEIR_EXPRESSION_LAMBDA_VARIABLE:
        return 0;
    case WEIR_EXPRESSION_DEREFERENCE:
    case WEIR_EXPRESSION_CAST:
    case WEIR_EXPRESSION_NEGATE:
    case WEIR_EXPRESSION_PLUS:
    case WEIR_EXPRESSION_NOT:
    case WEIR_EXPRESSION_IS_NULL:
    case WEIR_EXPRESSION_IS_NOT_NULL:
    case WEIR_EXPRESSION_LAMBDA:
        return 1;
    case WEIR_EXPRESSION_SUBSCRIPT:
    case WEIR_EXPRESSION_ARITHMETIC:
    case WEIR_EXPRESSION_COMPARISON:
    case WEIR_EXPRESSION_AND:
    case WEIR_EXPRESSION_OR:
    case WEIR_EXPRESSION_LIKE:
        return 2;
    case WEIR_EXPRESSION_BETWEEN:
        return 3;
    case WEIR_EXPRESSION_IN:
        return 1 + expression->in.item_count;
    case WEIR_EXPRESSION_CALL:
        return expression->call.argument_count;
    case WEIR_EXPRESSION_SEARCHED_CASE:
    case WEIR_EXPRESSION_SIMPLE_CASE:
        return case_child_count(expression);
    case WEIR_EXPRESSION_ARRAY:
        return expression->array.item_count;
    case WEIR_EXPRESSION_MAP:
        return 2 * expression->map.entry_count;
    case WEIR_EXPRESSION_STRUCT:
        return expression->structure.field_count;
    }
    return 0;
}

static struct weir_expression **case_child(struct weir_expression *expression, size_t index)
{
    if (expression->cases.operand) {
        if (index == 0) {
            return &expression->cases.operand;
        }
        index--;
    }
    if (index >= 2 * expression->cases.when_count) {
        return &expression->cases.otherwise;
    }
    struct weir_case_when *when = &expression->cases.whens[index / 2];
    return index % 2 == 0 ? &when->condition : &when->result;
}

static struct weir_expression **either(struct weir_expression **left,
                                       struct weir_expression **right, size_t index)
{
    return index == 0 ? left : right;
}

struct weir_expression **weir_expression_child(struct weir_expression *expression, size_t index)
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
    case WEIR_EXPRESSION_COLUMN:
    case WEIR_EXPRESSION_LAMBDA_VARIABLE:
        return NULL;
    case WEIR_EXPRESSION_DEREFERENCE:
        return &expression->dereference.base;
    case WEIR_EXPRESSION_CAST:
        return &expression->cast.operand;
    case WEIR_EXPRESSION_NEGATE:
    case WEIR_EXPRESSION_PLUS:
    case WEIR_EXPRESSION_NOT:
    case WEIR_EXPRESSION_IS_NULL:
    case WEIR_EXPRESSION_IS_NOT_NULL:
        return &expression->operand;
    case WEIR_EXPRESSION_LAMBDA:
        return &expression->lambda.body;
    case WEIR_EXPRESSION_SUBSCRIPT:
        return either(&expression->subscript.base, &expression->subscript.index, index);
    case WEIR_EXPRESSION_ARITHMETIC:
        return either(&expression->arithmetic.left, &expression->arithmetic.right, index);
    case WEIR_EXPRESSION_COMPARISON:
        return either(&expression->comparison.left, &expression->comparison.right, index);
    case WEIR_EXPRESSION_AND:
    case WEIR_EXPRESSION_OR:
        return either(&expression->logical.left, &expression->logical.right, index);
    case WEIR_EXPRESSION_LIKE:
        return either(&expression->like.operand, &expression->like.pattern, index);
    case WEIR_EXPRESSION_BETWEEN:
        return index == 0
                   ? &expression->between.operand
                   : either(&expression->between.lower, &expression->between.upper, index - 1);
    case WEIR_EXPRESSION_IN:
        return index == 0 ? &expression->in.operand : &expression->in.items[index - 1];
    case WEIR_EXPRESSION_CALL:
        return &expression->call.arguments[index];
    case WEIR_EXPRESSION_SEARCHED_CASE:
    case WEIR_EXPRESSION_SIMPLE_CASE:
        return case_child(expression, index);
    case WEIR_EXPRESSION_ARRAY:
        return &expression->array.items[index];
    case WEIR_EXPRESSION_MAP:
        return index % 2 == 0 ? &expression->map.keys[index / 2]
                              : &expression->map.values[index / 2];
    case WEIR_EXPRESSION_STRUCT:
        return &expression->structure.values[index];
    }
    return NULL;
}

static void *copy_array(struct weir_arena *arena, const void *array, size_t count,
                        size_t bytes_each)
{
    void *copy = weir_arena_calloc(arena, count, bytes_each);
    if (count) {
        memcpy(copy, array, count * bytes_each);
    }
    return copy;
}

/* The arrays of child pointers, so that the copy's children can be replaced. */
static void copy_child_arrays(struct weir_arena *arena, struct weir_expression *copy)
{
    const size_t pointer = sizeof(struct weir_expression *);
    switch ((int)copy->kind) {
    case WEIR_EXPRESSION_CALL:
        copy->call.arguments =
            copy_array(arena, copy->call.arguments, copy->call.argument_count, pointer);
        break;
    case WEIR_EXPRESSION_IN:
        copy->in.items = copy_array(arena, copy->in.items, copy->in.item_count, pointer);
        break;
    case WEIR_EXPRESSION_SEARCHED_CASE:
    case WEIR_EXPRESSION_SIMPLE_CASE:
        copy->cases.whens = copy_array(arena, copy->cases.whens, copy->cases.when_count,
                                       sizeof(*copy->cases.whens));
        break;
    case WEIR_EXPRESSION_ARRAY:
        copy->array.items = copy_array(arena, copy->array.items, copy->array.item_count, pointer);
        break;
    case WEIR_EXPRESSION_MAP:
        copy->map.keys = copy_array(arena, copy->map.keys, copy->map.entry_count, pointer);
        copy->map.values = copy_array(arena, copy->map.values, copy->map.entry_count, pointer);
        break;
    case WEIR_EXPRESSION_STRUCT:
        copy->structure.values =
            copy_array(arena, copy->structure.values, copy->structure.field_count, pointer);
        break;
    default:
        break;
    }
}

struct weir_expression *weir_expression_copy(struct weir_arena *arena,
                                             const struct weir_expression *expression)
{
    struct weir_expression *copy = weir_arena_alloc(arena, sizeof(*copy));
    *copy = *expression;
    copy_child_arrays(arena, copy);
    size_t count = weir_expression_child_count(copy);
    for (size_t i = 0; i < count; i++) {
        struct weir_expression **child = weir_expression_child(copy, i);
        *child = weir_expression_copy(arena, *child);
    }
    return copy;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool type_node_equal(const struct weir_type_node *a, const struct weir_type_node *b)
{
    if (!a || !b) {
        return a == b;
    }
    if (a->kind != b->kind || !same_text(a->name, b->name) || a->precision != b->precision ||
        a->scale != b->scale || a->field_count != b->field_count ||
        !type_node_equal(a->key, b->key) || !type_node_equal(a->element, b->element)) {
        return false;
    }
    for (size_t i = 0; i < a->field_count; i++) {
        if (!same_text(a->fields[i].name, b->fields[i].name) ||
            !type_node_equal(a->fields[i].type, b->fields[i].type)) {
            return false;
        }
    }
    return true;
}

static bool names_equal(const char *const *a, const char *const *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!same_text(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

/* Everything but the children; kinds and child counts are equal already. */
static bool node_equal(const struct weir_expression *a, const struct weir_expression *b)
{
    switch ((int)a->kind) {
    case WEIR_EXPRESSION_BOOLEAN:
        return a->boolean == b->boolean;
    case WEIR_EXPRESSION_INTEGER:
    case WEIR_EXPRESSION_BIGINT:
        return a->integer == b->integer;
    case WEIR_EXPRESSION_DECIMAL:
    case WEIR_EXPRESSION_DOUBLE:
    case WEIR_EXPRESSION_STRING:
        return a->literal.length == b->literal.length &&
               memcmp(a->literal.text, b->literal.text, a->literal.length) == 0;
    case WEIR_EXPRESSION_INTERVAL_UNIT:
        return a->interval_unit == b->interval_unit;
    case WEIR_EXPRESSION_COLUMN:
        return same_text(a->column.source, b->column.source) &&
               same_text(a->column.name, b->column.name);
    case WEIR_EXPRESSION_DEREFERENCE:
        return same_text(a->dereference.field, b->dereference.field);
    case WEIR_EXPRESSION_CALL:
        return same_text(a->call.name, b->call.name) && a->call.star == b->call.star;
    case WEIR_EXPRESSION_CAST:
        return type_node_equal(a->cast.target, b->cast.target);
    case WEIR_EXPRESSION_ARITHMETIC:
        return a->arithmetic.operator== b->arithmetic.operator;
    case WEIR_EXPRESSION_COMPARISON:
        return a->comparison.operator== b->comparison.operator;
    case WEIR_EXPRESSION_LIKE:
        return same_text(a->like.escape, b->like.escape);
    case WEIR_EXPRESSION_SEARCHED_CASE:
    case WEIR_EXPRESSION_SIMPLE_CASE:
        return a->cases.when_count == b->cases.when_count;
    case WEIR_EXPRESSION_STRUCT:
        return names_equal(a->structure.names, b->structure.names, a->structure.field_count);
    case WEIR_EXPRESSION_LAMBDA:
        return a->lambda.parameter_count == b->lambda.parameter_count;
    case WEIR_EXPRESSION_LAMBDA_VARIABLE:
        return a->variable.index == b->variable.index;
    default:
        return true;
    }
}

/* Reading only: the cast takes const away for the shared walker. */
static const struct weir_expression *child_of(const struct weir_expression *expression,
                                              size_t index)
{
    union {
        const struct weir_expression *constant;
        struct weir_expression *plain;
    } view = {.constant = expression};
    return *weir_expression_child(view.plain, index);
}

bool weir_expression_equal(const struct weir_expression *a, const struct weir_expression *b)
{
    size_t count = weir_expression_child_count(a);
    if (a->kind != b->kind || count != weir_expression_child_count(b) || !node_equal(a, b)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!weir_expression_equal(child_of(a, i), child_of(b, i))) {
            return false;
        }
    }
    return true;
}
