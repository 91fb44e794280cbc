/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/expression.h"

#include "connectors/processor/functions/aggregate.h"
#include "connectors/processor/functions/compiler.h"
#include "core/base/alloc.h"

#include <string.h>

enum { ARENA_BLOCK_BYTES = 8192 };

struct weir_evaluator {
    struct weir_arena *arena;
    const struct weir_node *root;
    struct weir_expression_options options;
    struct weir_cleanup *cleanups;
    struct weir_value variables[WEIR_LAMBDA_VARIABLES_MAX];
    struct weir_buffer text;
    const char *message;
};

static void run_cleanups(struct weir_cleanup *cleanup)
{
    for (; cleanup; cleanup = cleanup->next) {
        cleanup->fini(cleanup->cache);
    }
}

struct weir_evaluator *weir_evaluator_create(const struct weir_expression *expression,
                                             const struct weir_expression_options *options,
                                             struct weir_error *err)
{
    struct weir_evaluator *evaluator = weir_alloc(sizeof *evaluator);
    evaluator->arena = weir_arena_create(ARENA_BLOCK_BYTES);
    evaluator->message = "";
    weir_buffer_init(&evaluator->text, WEIR_TEXT_BYTES_MAX);
    if (options) {
        evaluator->options = *options;
    }
    struct weir_compiler compiler = {
        .arena = evaluator->arena, .options = &evaluator->options, .err = err};
    evaluator->root = weir_compile(&compiler, expression);
    evaluator->cleanups = compiler.cleanups;
    if (!evaluator->root) {
        weir_evaluator_destroy(evaluator);
        return NULL;
    }
    return evaluator;
}

void weir_evaluator_destroy(struct weir_evaluator *evaluator)
{
    if (evaluator) {
        run_cleanups(evaluator->cleanups);
        weir_arena_destroy(evaluator->arena);
        weir_buffer_fini(&evaluator->text);
        weir_free(evaluator);
    }
}

const struct weir_type *weir_evaluator_type(const struct weir_evaluator *evaluator)
{
    return evaluator->root->type;
}

bool weir_evaluator_is_constant(const struct weir_evaluator *evaluator)
{
    return evaluator->root->constant;
}

bool weir_evaluate(struct weir_evaluator *evaluator, const struct weir_row *row,
                   struct weir_arena *arena, struct weir_value *value_out)
{
    struct weir_evaluation evaluation = {
        .row = row,
        .arena = arena,
        .variables = evaluator->variables,
        .text = &evaluator->text,
    };
    if (weir_node_eval(&evaluation, evaluator->root, value_out)) {
        return true;
    }
    *value_out = WEIR_VALUE_NULL;
    evaluator->message = evaluation.message ? evaluation.message : "";
    return false;
}

bool weir_evaluate_predicate(struct weir_evaluator *evaluator, const struct weir_row *row,
                             struct weir_arena *arena)
{
    struct weir_value value;
    return weir_evaluate(evaluator, row, arena, &value) && value.kind == WEIR_TYPE_BOOLEAN &&
           value.boolean;
}

const char *weir_evaluator_message(const struct weir_evaluator *evaluator)
{
    return evaluator->message;
}

const struct weir_type *weir_expression_type(const struct weir_expression *expression,
                                             struct weir_arena *arena, struct weir_error *err)
{
    static const struct weir_expression_options defaults;
    weir_auto_arena *scratch = weir_arena_create(ARENA_BLOCK_BYTES);
    struct weir_compiler compiler = {
        .arena = scratch, .options = &defaults, .err = err, .types_only = true};
    const struct weir_node *node = weir_compile(&compiler, expression);
    const struct weir_type *type = node ? weir_type_copy(arena, node->type) : NULL;
    run_cleanups(compiler.cleanups);
    return type;
}

static bool is_call_of(const struct weir_expression *expression, enum weir_function_kind kind)
{
    if (expression->kind != WEIR_EXPRESSION_CALL) {
        return false;
    }
    const struct weir_function *function = weir_function_find(expression->call.name);
    return function && weir_function_kind(function) == kind;
}

/* The walker of the syntax tree takes nodes that may be changed; this one only looks. */
static struct weir_expression *child_of(const struct weir_expression *expression, size_t index)
{
    struct weir_expression *mutable_expression;
    memcpy(&mutable_expression, &expression, sizeof mutable_expression);
    return *weir_expression_child(mutable_expression, index);
}

static bool has_call_of(const struct weir_expression *expression, enum weir_function_kind kind)
{
    if (is_call_of(expression, kind)) {
        return true;
    }
    size_t count = weir_expression_child_count(expression);
    for (size_t i = 0; i < count; i++) {
        if (has_call_of(child_of(expression, i), kind)) {
            return true;
        }
    }
    return false;
}

bool weir_expression_has_aggregate(const struct weir_expression *expression)
{
    return has_call_of(expression, WEIR_FUNCTION_AGGREGATE);
}

bool weir_expression_has_table_function(const struct weir_expression *expression)
{
    return has_call_of(expression, WEIR_FUNCTION_TABLE);
}

bool weir_expression_is_aggregate_call(const struct weir_expression *expression)
{
    return is_call_of(expression, WEIR_FUNCTION_AGGREGATE);
}

bool weir_expression_is_table_function_call(const struct weir_expression *expression)
{
    return is_call_of(expression, WEIR_FUNCTION_TABLE);
}
