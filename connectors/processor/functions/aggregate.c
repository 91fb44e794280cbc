/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/aggregate_internal.h"

#include "connectors/processor/functions/call.h"
#include "core/base/alloc.h"

#include <string.h>

static const struct weir_type *find_state_type(struct weir_aggregate *aggregate)
{
    if (aggregate->ops->state_type) {
        return aggregate->ops->state_type(aggregate);
    }
    return aggregate->argument_count > 0 ? aggregate->argument_types[0] : &weir_type_bigint;
}

static bool is_literal(const struct weir_expression *expression)
{
    return expression->kind <= WEIR_EXPRESSION_STRING;
}

/* The trailing arguments: fixed when the query is made. */
static bool take_settings(struct weir_aggregate *aggregate, struct weir_compiler *compiler,
                          const struct weir_resolved_call *call,
                          struct weir_expression *const *expressions)
{
    for (size_t i = aggregate->argument_count; i < call->argument_count; i++) {
        if (!is_literal(expressions[i]) || !call->nodes[i]->constant) {
            weir_compiler_fail(
                compiler, expressions[i]->place,
                "Parameter %zu passed to function %s must be a literal constant, but was "
                "expression: '%s'",
                i + 1, call->function->name, weir_compiler_text(compiler, expressions[i]));
            return false;
        }
        aggregate->settings[aggregate->setting_count++] = call->nodes[i]->value;
    }
    return true;
}

/* In the compiler's arena. NULL: err. */
static struct weir_aggregate *resolve(struct weir_compiler *compiler,
                                      const struct weir_function *function,
                                      struct weir_expression *const *expressions, size_t count,
                                      struct weir_place place)
{
    struct weir_resolved_call call;
    if (!weir_call_resolve(compiler, function, expressions, count, place, &call)) {
        return NULL;
    }
    struct weir_aggregate *aggregate = weir_arena_calloc(compiler->arena, 1, sizeof *aggregate);
    aggregate->ops = call.signature->aggregate;
    aggregate->arena = compiler->arena;
    aggregate->type = call.type;
    aggregate->argument_count = count - aggregate->ops->setting_count;
    aggregate->argument_types = call.argument_types;
    aggregate->options = *compiler->options;
    if (!take_settings(aggregate, compiler, &call, expressions)) {
        return NULL;
    }
    if (aggregate->ops->check && !aggregate->ops->check(aggregate, compiler->err)) {
        if (compiler->err->line == 0) {
            compiler->err->line = place.line;
            compiler->err->column = place.column;
        }
        return NULL;
    }
    aggregate->state_type = find_state_type(aggregate);
    return aggregate;
}

const struct weir_type *weir_aggregate_call_type(struct weir_compiler *compiler,
                                                 const struct weir_function *function,
                                                 const struct weir_expression *expression)
{
    const struct weir_aggregate *aggregate =
        resolve(compiler, function, expression->call.arguments, expression->call.argument_count,
                expression->place);
    return aggregate ? aggregate->type : NULL;
}

/* Expressions are only read. */
static struct weir_expression **
mutable_copy(struct weir_arena *arena, const struct weir_expression *const *arguments, size_t count)
{
    struct weir_expression **copy = weir_arena_calloc(arena, count + 1, sizeof *copy);
    if (count > 0) {
        memcpy(copy, arguments, count * sizeof *copy);
    }
    return copy;
}

struct weir_aggregate *weir_aggregate_create(const char *name, struct weir_place place,
                                             const struct weir_expression *const *arguments,
                                             size_t argument_count,
                                             const struct weir_expression_options *options,
                                             struct weir_error *err)
{
    static const struct weir_expression_options defaults;
    const struct weir_function *function = weir_function_find(name);
    if (!function || function->kind != WEIR_FUNCTION_AGGREGATE) {
        weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column,
                     "There is no aggregate function with the name '%s'", name);
        return NULL;
    }
    struct weir_arena *arena = weir_arena_create(4096);
    struct weir_compiler compiler = {
        .arena = arena, .options = options ? options : &defaults, .err = err};
    struct weir_aggregate *aggregate = resolve(
        &compiler, function, mutable_copy(arena, arguments, argument_count), argument_count, place);
    for (struct weir_cleanup *cleanup = compiler.cleanups; cleanup; cleanup = cleanup->next) {
        cleanup->fini(
            cleanup
                ->cache); /* of scalar calls inside the arguments: only their types were wanted */
    }
    if (!aggregate) {
        weir_arena_destroy(arena);
        return NULL;
    }
    aggregate->scratch = weir_arena_create(1024);
    return aggregate;
}

void weir_aggregate_destroy(struct weir_aggregate *aggregate)
{
    if (aggregate) {
        weir_arena_destroy(aggregate->scratch);
        weir_arena_destroy(aggregate->arena); /* it lies in there itself */
    }
}

size_t weir_aggregate_argument_count(const struct weir_aggregate *aggregate)
{
    return aggregate->argument_count;
}

const struct weir_type *weir_aggregate_argument_type(const struct weir_aggregate *aggregate,
                                                     size_t index)
{
    return aggregate->argument_types[index];
}

const struct weir_type *weir_aggregate_type(const struct weir_aggregate *aggregate)
{
    return aggregate->type;
}

const struct weir_type *weir_aggregate_state_type(const struct weir_aggregate *aggregate)
{
    return aggregate->state_type;
}

bool weir_aggregate_can_undo(const struct weir_aggregate *aggregate)
{
    return aggregate->ops->undo != NULL;
}

bool weir_aggregate_can_merge(const struct weir_aggregate *aggregate)
{
    return aggregate->ops->merge != NULL;
}

bool weir_aggregate_is_splittable(const struct weir_aggregate *aggregate)
{
    bool of_double =
        aggregate->argument_count > 0 && aggregate->argument_types[0]->kind == WEIR_TYPE_DOUBLE;
    bool sums = aggregate->ops->undo != NULL; /* adding in another order rounds differently */
    return aggregate->ops->splittable && !(sums && of_double);
}

size_t weir_aggregate_state_bytes(const struct weir_aggregate *aggregate)
{
    return (aggregate->ops->state_bytes + 15) & ~(size_t)15;
}

void weir_aggregate_init(struct weir_aggregate *aggregate, void *state)
{
    memset(state, 0, weir_aggregate_state_bytes(aggregate));
    if (aggregate->ops->init) {
        aggregate->ops->init(aggregate, state);
    }
}

void weir_aggregate_fini(const struct weir_aggregate *aggregate, void *state)
{
    if (aggregate->ops->fini) {
        aggregate->ops->fini(state);
    }
}

bool weir_aggregate_update(struct weir_aggregate *aggregate, void *state,
                           const struct weir_value *arguments)
{
    return aggregate->ops->update(aggregate, state, arguments);
}

bool weir_aggregate_undo(struct weir_aggregate *aggregate, void *state,
                         const struct weir_value *arguments)
{
    weir_assert(aggregate->ops->undo);
    return aggregate->ops->undo(aggregate, state, arguments);
}

bool weir_aggregate_merge(struct weir_aggregate *aggregate, void *into, const void *from)
{
    weir_assert(aggregate->ops->merge);
    return aggregate->ops->merge(aggregate, into, from);
}

bool weir_aggregate_result(const struct weir_aggregate *aggregate, const void *state,
                           struct weir_arena *arena, struct weir_value *value_out)
{
    if (!aggregate->ops->result(aggregate, state, arena, value_out)) {
        *value_out = WEIR_VALUE_NULL;
        return false;
    }
    return true;
}

struct weir_value weir_aggregate_save(const struct weir_aggregate *aggregate, const void *state,
                                      struct weir_arena *arena)
{
    return aggregate->ops->save(aggregate, state, arena);
}

bool weir_aggregate_load(struct weir_aggregate *aggregate, void *state,
                         const struct weir_value *saved)
{
    return aggregate->ops->load(aggregate, state, saved);
}

size_t weir_aggregate_memory_bytes(const struct weir_aggregate *aggregate, const void *state)
{
    return aggregate->ops->memory_bytes ? aggregate->ops->memory_bytes(state) : 0;
}

struct weir_value weir_struct_value(struct weir_arena *arena, const struct weir_value *fields,
                                    size_t count)
{
    struct weir_value *items = weir_arena_alloc(arena, (count + 1) * sizeof *items);
    memcpy(items, fields, count * sizeof *items);
    return (struct weir_value){.items = items, .length = (uint32_t)count, .kind = WEIR_TYPE_STRUCT};
}
