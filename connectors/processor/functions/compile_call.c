/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of scalar functions, lambdas among their arguments. */
#include "connectors/processor/functions/aggregate.h"
#include "connectors/processor/functions/call.h"
#include "connectors/processor/functions/compiler.h"
#include "connectors/processor/functions/signatures.h"
#include "connectors/processor/values/decimal.h"

#include <string.h>

enum { ARGUMENTS_ON_STACK = 16, TEXT_KEPT_BYTES_MAX = 1 << 20 };

bool weir_return_decimal(struct weir_evaluation *evaluation, struct weir_value *result,
                         const struct weir_decimal *decimal)
{
    if (!decimal) {
        return weir_evaluation_fail(evaluation, "the DECIMAL result is out of range");
    }
    *result = (struct weir_value){.decimal = decimal, .kind = WEIR_TYPE_DECIMAL};
    return true;
}

struct weir_buffer *weir_evaluation_text(struct weir_evaluation *evaluation)
{
    weir_buffer_reset(evaluation->text);
    if (evaluation->text->capacity > TEXT_KEPT_BYTES_MAX) {
        weir_buffer_fini(evaluation->text);
    }
    return evaluation->text;
}

bool weir_return_buffer(struct weir_evaluation *evaluation, struct weir_value *result,
                        const struct weir_buffer *buffer)
{
    if (buffer->overflow) {
        return weir_evaluation_fail(evaluation, "the result would be too long");
    }
    struct weir_bytes view = weir_buffer_view(buffer);
    return weir_return_text(result,
                            weir_arena_copy(evaluation->arena, view.data ? view : WEIR_BYTES("")));
}

bool weir_lambda_apply(struct weir_evaluation *evaluation, const struct weir_call *call,
                       size_t index, const struct weir_value *arguments, size_t argument_count,
                       struct weir_value *result)
{
    const struct weir_node *body = call->lambdas[index];
    struct weir_value *variables = evaluation->variables + call->lambda_indexes[index];
    for (size_t i = 0; i < argument_count; i++) {
        variables[i] = arguments[i];
    }
    return weir_node_eval(evaluation, body, result);
}

static bool eval_call(struct weir_evaluation *evaluation, const struct weir_node *node,
                      struct weir_value *out)
{
    struct weir_value on_stack[ARGUMENTS_ON_STACK];
    struct weir_value *arguments = on_stack;
    if (node->item_count > ARGUMENTS_ON_STACK) {
        arguments = weir_arena_alloc(evaluation->arena, node->item_count * sizeof *arguments);
    }
    bool any_null = false;
    for (size_t i = 0; i < node->item_count; i++) {
        if (!node->items[i]) {
            arguments[i] = WEIR_VALUE_NULL; /* a lambda */
            continue;
        }
        if (!weir_node_eval(evaluation, node->items[i], &arguments[i])) {
            return false;
        }
        any_null = any_null || weir_value_is_null(&arguments[i]);
    }
    if (any_null && !node->takes_nulls) {
        return weir_return_null(out);
    }
    return node->kernel(evaluation, node->call, arguments, out);
}

/* An argument that is itself a call or a field fails to NULL, alone. */
static bool is_guarded(const struct weir_expression *expression)
{
    return expression->kind == WEIR_EXPRESSION_CALL ||
           expression->kind == WEIR_EXPRESSION_DEREFERENCE;
}

static bool compile_plain_arguments(struct weir_compiler *compiler, struct weir_resolved_call *call,
                                    struct weir_expression *const *expressions)
{
    for (size_t i = 0; i < call->argument_count; i++) {
        if (expressions[i]->kind == WEIR_EXPRESSION_LAMBDA) {
            call->arguments[i].lambda_inputs = expressions[i]->lambda.parameter_count;
            continue;
        }
        const struct weir_node *node = weir_compile(compiler, expressions[i]);
        if (!node) {
            return false;
        }
        call->nodes[i] = is_guarded(expressions[i]) ? weir_node_guard(compiler, node) : node;
        call->arguments[i].type = node->type;
    }
    return true;
}

/* Types its parameters by what the variables of the pattern stand for, compiles the body, and binds
 * the result's. */
static bool compile_lambda(struct weir_compiler *compiler, struct weir_resolved_call *call,
                           size_t index, const struct weir_expression *expression,
                           const struct weir_pattern *pattern)
{
    size_t count = expression->lambda.parameter_count;
    uint32_t first = expression->lambda.first_index;
    if (first + count > WEIR_LAMBDA_VARIABLES_MAX) {
        weir_compiler_fail(compiler, expression->place, "More than %d lambda variables",
                           WEIR_LAMBDA_VARIABLES_MAX);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        char missing = '\0';
        compiler->variables[first + i] =
            weir_pattern_type(pattern->parts[i], &call->bindings, compiler->arena, &missing);
        if (!compiler->variables[first + i]) {
            weir_compiler_fail(compiler, expression->place,
                               "Could not resolve the type of lambda parameter %s",
                               expression->lambda.parameters[i]);
            return false;
        }
    }
    const struct weir_node *body = weir_compile(compiler, expression->lambda.body);
    if (!body) {
        return false;
    }
    const struct weir_pattern *result = pattern->parts[count];
    if (body->type->kind != WEIR_TYPE_NULL &&
        !weir_pattern_match(result, body->type, false, &call->bindings)) {
        weir_auto_buffer wanted;
        weir_buffer_init(&wanted, 200);
        weir_pattern_print(result, &wanted);
        weir_compiler_fail(compiler, expression->place,
                           "The lambda's result must be of type %s, but is of type %s",
                           weir_buffer_text(&wanted),
                           weir_compiler_type_text(compiler, body->type));
        return false;
    }
    call->lambdas[index] = body;
    call->lambda_indexes[index] = first;
    return true;
}

/* Left to right: a lambda's parameters are known from the arguments before it. */
static bool bind_arguments(struct weir_compiler *compiler, struct weir_resolved_call *call,
                           struct weir_expression *const *expressions)
{
    for (size_t i = 0; i < call->argument_count; i++) {
        const struct weir_pattern *pattern =
            weir_signature_pattern(call->parsed, i, call->argument_count);
        const struct weir_type *type = call->arguments[i].type;
        if (!type) {
            if (!compile_lambda(compiler, call, i, expressions[i], pattern)) {
                return false;
            }
            continue;
        }
        if (type->kind == WEIR_TYPE_NULL) {
            continue;
        }
        weir_pattern_match(pattern, type, true, &call->bindings);
        const struct weir_type *wanted = weir_pattern_cast(pattern, type, compiler->arena);
        if (wanted) {
            const struct weir_node *converted =
                weir_node_cast(compiler, call->nodes[i], wanted, expressions[i]->place);
            if (!converted) {
                return false;
            }
            call->nodes[i] = weir_node_guard(compiler, converted);
            call->arguments[i].type = wanted;
        }
    }
    return true;
}

static bool set_type(struct weir_compiler *compiler, struct weir_resolved_call *call,
                     struct weir_place place)
{
    call->argument_types =
        weir_arena_calloc(compiler->arena, call->argument_count + 1, sizeof *call->argument_types);
    for (size_t i = 0; i < call->argument_count; i++) {
        call->argument_types[i] = call->arguments[i].type;
    }
    if (call->signature->result_type) {
        call->type = call->signature->result_type(compiler->arena, call->argument_types,
                                                  call->argument_count, compiler->err);
        if (!call->type && compiler->err->line == 0) {
            compiler->err->line = place.line;
            compiler->err->column = place.column;
        }
        return call->type != NULL;
    }
    char missing = '\0';
    call->type =
        weir_pattern_type(call->parsed->result, &call->bindings, compiler->arena, &missing);
    if (!call->type) {
        weir_compiler_fail(compiler, place, "Could not find mapping for generic type: %c", missing);
    }
    return call->type != NULL;
}

bool weir_call_resolve(struct weir_compiler *compiler, const struct weir_function *function,
                       struct weir_expression *const *expressions, size_t count,
                       struct weir_place place, struct weir_resolved_call *call)
{
    *call = (struct weir_resolved_call){.function = function, .argument_count = count};
    call->nodes = weir_arena_calloc(compiler->arena, count + 1, sizeof *call->nodes);
    call->arguments = weir_arena_calloc(compiler->arena, count + 1, sizeof *call->arguments);
    call->lambdas = weir_arena_calloc(compiler->arena, count + 1, sizeof *call->lambdas);
    call->lambda_indexes =
        weir_arena_calloc(compiler->arena, count + 1, sizeof *call->lambda_indexes);
    if (!compile_plain_arguments(compiler, call, expressions)) {
        return false;
    }
    call->signature =
        weir_signature_resolve(function, call->arguments, count, place, compiler->err);
    if (!call->signature) {
        return false;
    }
    call->parsed = weir_signature_parsed(call->signature);
    return bind_arguments(compiler, call, expressions) && set_type(compiler, call, place);
}

struct weir_call *weir_call_make(struct weir_compiler *compiler,
                                 const struct weir_resolved_call *resolved)
{
    struct weir_call *call = weir_arena_calloc(compiler->arena, 1, sizeof *call);
    *call = (struct weir_call){
        .type = resolved->type,
        .argument_types = resolved->argument_types,
        .argument_count = resolved->argument_count,
        .lambdas = resolved->lambdas,
        .lambda_indexes = resolved->lambda_indexes,
        .options = compiler->options,
    };
    const struct weir_function *function = resolved->function;
    if (function->cache_bytes > 0) {
        call->cache = weir_arena_calloc(compiler->arena, 1, function->cache_bytes);
        struct weir_cleanup *cleanup = weir_arena_calloc(compiler->arena, 1, sizeof *cleanup);
        *cleanup = (struct weir_cleanup){compiler->cleanups, function->cache_fini, call->cache};
        compiler->cleanups = function->cache_fini ? cleanup : compiler->cleanups;
    }
    return call;
}

static bool eval_absent(struct weir_evaluation *evaluation, const struct weir_node *node,
                        struct weir_value *out)
{
    (void)evaluation;
    (void)node;
    return weir_return_null(out);
}

/* Aggregates and table functions have a type, but no value in a row. */
static const struct weir_node *compile_other(struct weir_compiler *compiler,
                                             const struct weir_function *function,
                                             const struct weir_expression *expression)
{
    if (!compiler->types_only) {
        return weir_compiler_fail(compiler, expression->place,
                                  "The function %s cannot be called here", function->name);
    }
    const struct weir_type *type = function->kind == WEIR_FUNCTION_AGGREGATE
                                       ? weir_aggregate_call_type(compiler, function, expression)
                                       : weir_table_call_type(compiler, function, expression);
    return type ? weir_node_make(compiler, eval_absent, type) : NULL;
}

static const struct weir_node *fail_unknown(struct weir_compiler *compiler,
                                            const struct weir_expression *expression)
{
    const char *near = weir_function_suggest(expression->call.name);
    return weir_compiler_fail(
        compiler, expression->place, "Can't find any functions with the name '%s'%s%s%s",
        expression->call.name, near ? ". Did you mean " : "", near ? near : "", near ? "?" : "");
}

static bool lambdas_pure(const struct weir_resolved_call *call)
{
    for (size_t i = 0; i < call->argument_count; i++) {
        if (call->lambdas[i]) {
            return false; /* its variables live in the evaluator: not folded */
        }
    }
    return true;
}

const struct weir_node *weir_compile_call(struct weir_compiler *compiler,
                                          const struct weir_expression *expression)
{
    const struct weir_function *function = weir_function_find(expression->call.name);
    if (!function) {
        return fail_unknown(compiler, expression);
    }
    if (function->kind != WEIR_FUNCTION_SCALAR) {
        return compile_other(compiler, function, expression);
    }
    struct weir_resolved_call resolved;
    if (!weir_call_resolve(compiler, function, expression->call.arguments,
                           expression->call.argument_count, expression->place, &resolved)) {
        return NULL;
    }
    struct weir_node *node = weir_node_make(compiler, eval_call, resolved.type);
    node->items = resolved.nodes;
    node->item_count = resolved.argument_count;
    node->call = weir_call_make(compiler, &resolved);
    node->kernel = resolved.signature->scalar;
    /* A lambda's place in the arguments is NULL: its kernel must not be passed over. */
    node->takes_nulls = (function->flags & WEIR_FUNCTION_TAKES_NULLS) != 0;
    bool foldable = (function->flags & WEIR_FUNCTION_IMPURE) == 0 && lambdas_pure(&resolved);
    return foldable ? weir_node_finish(compiler, node) : node;
}
