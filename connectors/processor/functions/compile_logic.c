/* SPDX-License-Identifier: Apache-2.0 */
/* AND, OR, NOT, IS NULL, CASE, IN, LIKE. */
#include "connectors/processor/functions/compiler.h"
#include "connectors/processor/functions/like.h"

static bool eval_and(struct weir_evaluation *evaluation, const struct weir_node *node,
                     struct weir_value *out)
{
    return weir_node_eval_value(evaluation, node->a, out) &&
           (!out->boolean || weir_node_eval_value(evaluation, node->b, out));
}

static bool eval_or(struct weir_evaluation *evaluation, const struct weir_node *node,
                    struct weir_value *out)
{
    return weir_node_eval_value(evaluation, node->a, out) &&
           (out->boolean || weir_node_eval_value(evaluation, node->b, out));
}

static bool eval_not(struct weir_evaluation *evaluation, const struct weir_node *node,
                     struct weir_value *out)
{
    return weir_node_eval_value(evaluation, node->a, out) &&
           weir_return_boolean(out, !out->boolean);
}

static const struct weir_node *compile_boolean(struct weir_compiler *compiler,
                                               const struct weir_expression *expression,
                                               const char *of)
{
    const struct weir_node *node = weir_compile(compiler, expression);
    if (node && node->type->kind != WEIR_TYPE_BOOLEAN && node->type->kind != WEIR_TYPE_NULL) {
        return weir_compiler_fail(compiler, expression->place,
                                  "%s should be boolean. Type for '%s' is %s", of,
                                  weir_compiler_text(compiler, expression),
                                  weir_compiler_type_text(compiler, node->type));
    }
    return node;
}

const struct weir_node *weir_compile_logic(struct weir_compiler *compiler,
                                           const struct weir_expression *expression)
{
    if (expression->kind == WEIR_EXPRESSION_NOT) {
        struct weir_node *node = weir_node_make(compiler, eval_not, &weir_type_boolean);
        node->a = compile_boolean(compiler, expression->operand, "The operand of NOT");
        return node->a ? weir_node_finish(compiler, node) : NULL;
    }
    bool both = expression->kind == WEIR_EXPRESSION_AND;
    const char *of = both ? "An operand of AND" : "An operand of OR";
    struct weir_node *node =
        weir_node_make(compiler, both ? eval_and : eval_or, &weir_type_boolean);
    node->a = compile_boolean(compiler, expression->logical.left, of);
    node->b = node->a ? compile_boolean(compiler, expression->logical.right, of) : NULL;
    return node->b ? weir_node_finish(compiler, node) : NULL;
}

static bool eval_is_null(struct weir_evaluation *evaluation, const struct weir_node *node,
                         struct weir_value *out)
{
    struct weir_value value;
    return weir_node_eval(evaluation, node->a, &value) &&
           weir_return_boolean(out, weir_value_is_null(&value));
}

static bool eval_is_not_null(struct weir_evaluation *evaluation, const struct weir_node *node,
                             struct weir_value *out)
{
    struct weir_value value;
    return weir_node_eval(evaluation, node->a, &value) &&
           weir_return_boolean(out, !weir_value_is_null(&value));
}

const struct weir_node *weir_compile_is_null(struct weir_compiler *compiler,
                                             const struct weir_expression *expression)
{
    struct weir_node *node = weir_node_make(
        compiler, expression->kind == WEIR_EXPRESSION_IS_NULL ? eval_is_null : eval_is_not_null,
        &weir_type_boolean);
    node->a = weir_compile(compiler, expression->operand);
    return node->a ? weir_node_finish(compiler, node) : NULL;
}

/* items: condition, result, condition, result ...; b: ELSE. Only what is needed is evaluated. */
static bool eval_case(struct weir_evaluation *evaluation, const struct weir_node *node,
                      struct weir_value *out)
{
    for (size_t i = 0; i < node->item_count; i += 2) {
        struct weir_value condition;
        if (!weir_node_eval_value(evaluation, node->items[i], &condition)) {
            return false;
        }
        if (condition.boolean) {
            return weir_node_eval(evaluation, node->items[i + 1], out);
        }
    }
    return node->b ? weir_node_eval(evaluation, node->b, out) : weir_return_null(out);
}

/* The condition of WHEN; for CASE x WHEN y: x = y. */
static const struct weir_node *compile_when(struct weir_compiler *compiler,
                                            const struct weir_expression *expression,
                                            const struct weir_expression *condition)
{
    if (expression->kind == WEIR_EXPRESSION_SEARCHED_CASE) {
        return compile_boolean(compiler, condition, "WHEN operand type");
    }
    struct weir_side left = {weir_compile(compiler, expression->cases.operand),
                             expression->cases.operand};
    struct weir_side right = {left.node ? weir_compile(compiler, condition) : NULL, condition};
    return right.node
               ? weir_node_compare(compiler, WEIR_COMPARISON_EQUAL, left, right, condition->place)
               : NULL;
}

static bool compile_whens(struct weir_compiler *compiler, const struct weir_expression *expression,
                          struct weir_node *node)
{
    for (size_t i = 0; i < expression->cases.when_count; i++) {
        const struct weir_case_when *when = &expression->cases.whens[i];
        const struct weir_node *condition = compile_when(compiler, expression, when->condition);
        const struct weir_node *result = condition ? weir_compile(compiler, when->result) : NULL;
        if (!result) {
            return false;
        }
        node->items[2 * i] = condition;
        node->items[2 * i + 1] = result;
        if (result->type->kind == WEIR_TYPE_NULL) {
            continue;
        }
        if (!node->type) {
            node->type = result->type;
        } else if (!weir_type_equal(node->type, result->type)) {
            weir_compiler_fail(
                compiler, when->result->place,
                "Invalid Case expression. Type for all 'THEN' clauses should be the same.\n"
                "THEN expression '%s' has type: %s.\nPrevious THEN expression(s) type: %s.",
                weir_compiler_text(compiler, when->result),
                weir_compiler_type_text(compiler, result->type),
                weir_compiler_type_text(compiler, node->type));
            return false;
        }
    }
    return true;
}

static bool compile_else(struct weir_compiler *compiler, const struct weir_expression *expression,
                         struct weir_node *node)
{
    if (!expression->cases.otherwise) {
        return true;
    }
    node->b = weir_compile(compiler, expression->cases.otherwise);
    if (!node->b) {
        return false;
    }
    if (!node->type || node->b->type->kind == WEIR_TYPE_NULL) {
        node->type = node->type ? node->type : node->b->type;
        return true;
    }
    if (!weir_type_equal(node->type, node->b->type)) {
        weir_compiler_fail(
            compiler, expression->cases.otherwise->place,
            "Invalid Case expression. Type for the default clause should be the same as for 'THEN' "
            "clauses.\nTHEN type: %s.\nDEFAULT type: %s.",
            weir_compiler_type_text(compiler, node->type),
            weir_compiler_type_text(compiler, node->b->type));
        return false;
    }
    return true;
}

const struct weir_node *weir_compile_case(struct weir_compiler *compiler,
                                          const struct weir_expression *expression)
{
    struct weir_node *node = weir_node_make(compiler, eval_case, NULL);
    node->item_count = 2 * expression->cases.when_count;
    node->items = weir_arena_calloc(compiler->arena, node->item_count + 1, sizeof *node->items);
    if (!compile_whens(compiler, expression, node) || !compile_else(compiler, expression, node)) {
        return NULL;
    }
    if (!node->type || node->type->kind == WEIR_TYPE_NULL) {
        return weir_compiler_fail(compiler, expression->place,
                                  "Invalid Case expression. All case branches have NULL type");
    }
    return weir_node_finish(compiler, node);
}

static bool eval_in(struct weir_evaluation *evaluation, const struct weir_node *node,
                    struct weir_value *out)
{
    struct weir_value value, item;
    if (!weir_node_eval(evaluation, node->a, &value)) {
        return false;
    }
    for (size_t i = 0; i < node->item_count; i++) {
        if (!weir_node_eval(evaluation, node->items[i], &item)) {
            return false;
        }
        if (!weir_value_is_null(&value) && weir_value_equal(&value, &item)) {
            return weir_return_boolean(out, true);
        }
    }
    return weir_return_boolean(out, false);
}

const struct weir_node *weir_compile_in(struct weir_compiler *compiler,
                                        const struct weir_expression *expression)
{
    struct weir_expression **all =
        weir_arena_calloc(compiler->arena, expression->in.item_count + 1, sizeof *all);
    size_t count = 0;
    all[count++] = expression->in.operand;
    for (size_t i = 0; i < expression->in.item_count; i++) {
        if (expression->in.items[i]->kind != WEIR_EXPRESSION_NULL) { /* never matches */
            all[count++] = expression->in.items[i];
        }
    }
    const struct weir_node **nodes = weir_arena_calloc(compiler->arena, count, sizeof *nodes);
    const struct weir_type *type;
    if (!weir_compile_list(compiler, all, count, nodes, &type)) {
        return NULL;
    }
    struct weir_node *node = weir_node_make(compiler, eval_in, &weir_type_boolean);
    node->a = nodes[0];
    node->items = nodes + 1;
    node->item_count = count - 1;
    return weir_node_finish(compiler, node);
}

static bool eval_like(struct weir_evaluation *evaluation, const struct weir_node *node,
                      struct weir_value *out)
{
    struct weir_value value, pattern;
    bool matches;
    if (!weir_node_eval_value(evaluation, node->a, &value) ||
        !weir_node_eval_value(evaluation, node->b, &pattern)) {
        return false;
    }
    if (!weir_like(weir_text_of(&value), weir_text_of(&pattern), node->text, &matches)) {
        return weir_evaluation_fail(evaluation, "LIKE pattern must not end with escape character");
    }
    return weir_return_boolean(out, matches);
}

const struct weir_node *weir_compile_like(struct weir_compiler *compiler,
                                          const struct weir_expression *expression)
{
    struct weir_node *node = weir_node_make(compiler, eval_like, &weir_type_boolean);
    node->a = weir_compile(compiler, expression->like.operand);
    node->b = node->a ? weir_compile(compiler, expression->like.pattern) : NULL;
    if (!node->b) {
        return NULL;
    }
    if ((node->a->type->kind != WEIR_TYPE_STRING && node->a->type->kind != WEIR_TYPE_NULL) ||
        (node->b->type->kind != WEIR_TYPE_STRING && node->b->type->kind != WEIR_TYPE_NULL)) {
        return weir_compiler_fail(compiler, expression->place,
                                  "LIKE needs a STRING on both sides, but has %s and %s",
                                  weir_compiler_type_text(compiler, node->a->type),
                                  weir_compiler_type_text(compiler, node->b->type));
    }
    node->text = expression->like.escape;
    return weir_node_finish(compiler, node);
}
