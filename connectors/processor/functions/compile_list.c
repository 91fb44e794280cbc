/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of expressions that must have one type: ARRAY[...], MAP(...), IN (...). */
#include "connectors/processor/functions/boolean_text.h"
#include "connectors/processor/functions/coerce.h"
#include "connectors/processor/functions/compiler.h"
#include "connectors/processor/functions/decimal_type.h"

#include <string.h>

static bool is_literal(const struct weir_expression *expression)
{
    return expression->kind <= WEIR_EXPRESSION_STRING;
}

static bool fail_common(struct weir_compiler *compiler, const struct weir_expression *expression,
                        const struct weir_type *type, const struct weir_type *common)
{
    weir_compiler_fail(
        compiler, expression->place,
        "operator does not exist: %s = %s (%s)\nHint: You might need to add explicit type casts.",
        weir_compiler_type_text(compiler, common), weir_compiler_type_text(compiler, type),
        weir_compiler_text(compiler, expression));
    return false;
}

static bool fail_syntax(struct weir_compiler *compiler, const struct weir_expression *expression,
                        const struct weir_type *common)
{
    weir_compiler_fail(compiler, expression->place, "invalid input syntax for type %s: \"%s\".",
                       weir_type_kind_name(common->kind), expression->literal.text);
    return false;
}

/* '12' among numbers is a number. */
static bool widen_by_text(struct weir_compiler *compiler, const struct weir_expression *expression,
                          const struct weir_type **common)
{
    struct weir_bytes text = weir_bytes_of(expression->literal.text);
    const struct weir_type *type = weir_type_of_number_text(compiler->arena, text);
    if (!type) {
        return fail_syntax(compiler, expression, *common);
    }
    if ((*common)->kind == WEIR_TYPE_DOUBLE) {
        return true;
    }
    if (type->kind == WEIR_TYPE_DECIMAL || (*common)->kind == WEIR_TYPE_DECIMAL) {
        *common = weir_decimal_type_widen(compiler->arena, type, *common);
    } else if (type->kind > (*common)->kind) {
        *common = type;
    }
    return true;
}

static bool widen(struct weir_compiler *compiler, const struct weir_expression *expression,
                  const struct weir_type *type, const struct weir_type **common);

/* The parts of a constructor widen each for themselves. */
static bool widen_parts(struct weir_compiler *compiler, struct weir_expression *const *parts,
                        size_t count, const struct weir_type **common)
{
    for (size_t i = 0; i < count; i++) {
        const struct weir_node *node = weir_compile(compiler, parts[i]);
        if (!node || !widen(compiler, parts[i], node->type, common)) {
            return false;
        }
    }
    return true;
}

static bool widen_struct(struct weir_compiler *compiler, const struct weir_expression *expression,
                         const struct weir_type *type, const struct weir_type **common)
{
    struct weir_type_field *fields = weir_arena_calloc(
        compiler->arena, type->field_count + (*common)->field_count + 1, sizeof *fields);
    size_t count = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        fields[count] = type->fields[i];
        for (size_t j = 0; j < (*common)->field_count; j++) {
            if (strcmp((*common)->fields[j].name, type->fields[i].name) != 0) {
                continue;
            }
            fields[count].type = (*common)->fields[j].type;
            if (!widen(compiler, expression->structure.values[i], type->fields[i].type,
                       &fields[count].type)) {
                return false;
            }
        }
        count++;
    }
    for (size_t j = 0; j < (*common)->field_count; j++) {
        bool known = false;
        for (size_t i = 0; i < type->field_count; i++) {
            known = known || strcmp((*common)->fields[j].name, type->fields[i].name) == 0;
        }
        if (!known) {
            fields[count++] = (*common)->fields[j];
        }
    }
    *common = weir_type_struct(compiler->arena, fields, count);
    return true;
}

static bool widen_constructor(struct weir_compiler *compiler,
                              const struct weir_expression *expression,
                              const struct weir_type *type, const struct weir_type **common)
{
    if ((*common)->kind != type->kind) {
        return fail_common(compiler, expression, type, *common);
    }
    if (type->kind == WEIR_TYPE_STRUCT) {
        return widen_struct(compiler, expression, type, common);
    }
    const struct weir_type *key = (*common)->key, *element = (*common)->element;
    if (type->kind == WEIR_TYPE_ARRAY) {
        if (!widen_parts(compiler, expression->array.items, expression->array.item_count,
                         &element)) {
            return false;
        }
        *common = weir_type_array(compiler->arena, element);
        return true;
    }
    if (!widen_parts(compiler, expression->map.keys, expression->map.entry_count, &key) ||
        !widen_parts(compiler, expression->map.values, expression->map.entry_count, &element)) {
        return false;
    }
    *common = weir_type_map(compiler->arena, key, element);
    return true;
}

/* *common becomes the type that holds this expression too. */
static bool widen(struct weir_compiler *compiler, const struct weir_expression *expression,
                  const struct weir_type *type, const struct weir_type **common)
{
    if (type->kind == WEIR_TYPE_NULL) {
        return true;
    }
    if ((*common)->kind == WEIR_TYPE_NULL) {
        *common = type;
        return true;
    }
    if (expression->kind == WEIR_EXPRESSION_ARRAY || expression->kind == WEIR_EXPRESSION_MAP ||
        expression->kind == WEIR_EXPRESSION_STRUCT) {
        return widen_constructor(compiler, expression, type, common);
    }
    if (expression->kind == WEIR_EXPRESSION_STRING) {
        bool boolean;
        if (weir_type_is_numeric(*common)) {
            return widen_by_text(compiler, expression, common);
        }
        if ((*common)->kind == WEIR_TYPE_BOOLEAN) {
            return weir_boolean_parse(weir_bytes_of(expression->literal.text), &boolean) ||
                   fail_syntax(compiler, expression, *common);
        }
    }
    bool lax = is_literal(expression);
    const struct weir_type *wider = weir_type_coerce(compiler->arena, type, *common, lax);
    if (!wider) {
        wider = weir_type_coerce(compiler->arena, *common, type, lax);
    }
    if (!wider) {
        return fail_common(compiler, expression, type, *common);
    }
    *common = wider;
    return true;
}

/* A cast that is allowed for literals only: 10 as '10'. */
static const struct weir_node *convert(struct weir_compiler *compiler,
                                       const struct weir_expression *expression,
                                       const struct weir_node *node, const struct weir_type *type)
{
    const struct weir_node *converted = weir_node_cast(compiler, node, type, expression->place);
    if (!converted) {
        return NULL;
    }
    if (is_literal(expression) && !converted->constant) {
        fail_syntax(compiler, expression, type);
        return NULL;
    }
    return weir_node_guard(compiler, converted);
}

bool weir_compile_list(struct weir_compiler *compiler, struct weir_expression *const *expressions,
                       size_t count, const struct weir_node **nodes,
                       const struct weir_type **type_out)
{
    const struct weir_type *common = &weir_type_null;
    for (size_t i = 0; i < count; i++) {
        nodes[i] = weir_compile(compiler, expressions[i]);
        if (!nodes[i] || !widen(compiler, expressions[i], nodes[i]->type, &common)) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        nodes[i] = convert(compiler, expressions[i], nodes[i], common);
        if (!nodes[i]) {
            return false;
        }
    }
    *type_out = common;
    return true;
}
