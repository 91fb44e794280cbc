/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/table_function.h"

#include "connectors/processor/functions/call.h"
#include "connectors/processor/functions/families.h"
#include "core/base/alloc.h"

#include <string.h>

/* ---- EXPLODE, CUBE_EXPLODE ---- */

static bool explode(struct weir_evaluation *evaluation, const struct weir_call *call,
                    const struct weir_value *arguments, struct weir_value *items)
{
    (void)evaluation;
    (void)call;
    *items = arguments[0];
    return true;
}

enum { CUBE_COLUMNS_MAX = 20 };

/* Every combination of the columns being there or NULL, a NULL column counting once: binary
 * counting, the first column being the highest bit. */
static bool cube_explode(struct weir_evaluation *evaluation, const struct weir_call *call,
                         const struct weir_value *arguments, struct weir_value *items)
{
    (void)call;
    const struct weir_value *columns = &arguments[0];
    uint32_t present = 0;
    for (uint32_t i = 0; i < columns->length; i++) {
        present += !weir_value_is_null(&columns->items[i]);
    }
    if (present > CUBE_COLUMNS_MAX) {
        return weir_evaluation_fail(evaluation, "CUBE_EXPLODE of too many columns");
    }
    size_t count = (size_t)1 << present;
    struct weir_value *rows = weir_arena_alloc(evaluation->arena, count * sizeof *rows);
    for (size_t row = 0; row < count; row++) {
        struct weir_value *values =
            weir_arena_calloc(evaluation->arena, columns->length + 1, sizeof *values);
        uint32_t bit = present;
        for (uint32_t i = 0; i < columns->length; i++) {
            if (!weir_value_is_null(&columns->items[i]) && (row >> --bit & 1) != 0) {
                values[i] = columns->items[i];
            }
        }
        weir_return_array(&rows[row], values, columns->length);
    }
    return weir_return_array(items, rows, count);
}

static const struct weir_signature explode_signatures[] = {
    {.text = "(ARRAY<T> items) T", .table = explode},
};
static const struct weir_signature cube_signatures[] = {
    {.text = "(ARRAY<T> columns) ARRAY<T>", .table = cube_explode},
};

static const struct weir_function functions[] = {
    {.name = "EXPLODE",
     .kind = WEIR_FUNCTION_TABLE,
     .category = "TABLE",
     .description = "One row for each item of the array.",
     WEIR_SIGNATURES(explode_signatures)},
    {.name = "CUBE_EXPLODE",
     .kind = WEIR_FUNCTION_TABLE,
     .category = "TABLE",
     .description = "One row for each combination of the columns being there or NULL.",
     WEIR_SIGNATURES(cube_signatures)},
};

WEIR_FAMILY(weir_functions_table, functions);

/* ---- calls ---- */

struct weir_table_evaluator {
    struct weir_arena *arena;
    const struct weir_resolved_call *resolved;
    const struct weir_call *call;
    struct weir_cleanup *cleanups;
    struct weir_expression_options options;
    struct weir_value variables[WEIR_LAMBDA_VARIABLES_MAX];
    struct weir_buffer text;
};

const struct weir_type *weir_table_call_type(struct weir_compiler *compiler,
                                             const struct weir_function *function,
                                             const struct weir_expression *expression)
{
    struct weir_resolved_call call;
    return weir_call_resolve(compiler, function, expression->call.arguments,
                             expression->call.argument_count, expression->place, &call)
               ? call.type
               : NULL;
}

static bool compile(struct weir_table_evaluator *evaluator, const struct weir_expression *call,
                    struct weir_error *err)
{
    const struct weir_function *function =
        call->kind == WEIR_EXPRESSION_CALL ? weir_function_find(call->call.name) : NULL;
    if (!function || function->kind != WEIR_FUNCTION_TABLE) {
        return weir_fail_at(err, WEIR_DOMAIN_SQL, call->place.line, call->place.column,
                            "This is no call of a table function");
    }
    struct weir_compiler compiler = {
        .arena = evaluator->arena, .options = &evaluator->options, .err = err};
    struct weir_resolved_call *resolved = weir_arena_calloc(evaluator->arena, 1, sizeof *resolved);
    bool done = weir_call_resolve(&compiler, function, call->call.arguments,
                                  call->call.argument_count, call->place, resolved);
    evaluator->resolved = resolved;
    evaluator->call = done ? weir_call_make(&compiler, resolved) : NULL;
    evaluator->cleanups = compiler.cleanups;
    return done;
}

struct weir_table_evaluator *
weir_table_evaluator_create(const struct weir_expression *call,
                            const struct weir_expression_options *options, struct weir_error *err)
{
    struct weir_table_evaluator *evaluator = weir_alloc(sizeof *evaluator);
    evaluator->arena = weir_arena_create(4096);
    weir_buffer_init(&evaluator->text, WEIR_TEXT_BYTES_MAX);
    if (options) {
        evaluator->options = *options;
    }
    if (!compile(evaluator, call, err)) {
        weir_table_evaluator_destroy(evaluator);
        return NULL;
    }
    return evaluator;
}

void weir_table_evaluator_destroy(struct weir_table_evaluator *evaluator)
{
    if (!evaluator) {
        return;
    }
    for (struct weir_cleanup *cleanup = evaluator->cleanups; cleanup; cleanup = cleanup->next) {
        cleanup->fini(cleanup->cache);
    }
    weir_arena_destroy(evaluator->arena);
    weir_buffer_fini(&evaluator->text);
    weir_free(evaluator);
}

const struct weir_type *weir_table_evaluator_type(const struct weir_table_evaluator *evaluator)
{
    return evaluator->resolved->type;
}

bool weir_table_evaluate(struct weir_table_evaluator *evaluator, const struct weir_row *row,
                         struct weir_arena *arena, const struct weir_value **items_out,
                         size_t *count_out)
{
    struct weir_evaluation evaluation = {
        .row = row,
        .arena = arena,
        .variables = evaluator->variables,
        .text = &evaluator->text,
    };
    const struct weir_resolved_call *resolved = evaluator->resolved;
    struct weir_value *arguments =
        weir_arena_calloc(arena, resolved->argument_count + 1, sizeof *arguments);
    *items_out = NULL;
    *count_out = 0;
    for (size_t i = 0; i < resolved->argument_count; i++) {
        if (resolved->nodes[i] && !weir_node_eval(&evaluation, resolved->nodes[i], &arguments[i])) {
            return false;
        }
        if (weir_value_is_null(&arguments[i])) {
            return true; /* of nothing, no rows */
        }
    }
    struct weir_value items;
    if (!resolved->signature->table(&evaluation, evaluator->call, arguments, &items)) {
        return false;
    }
    *items_out = items.items;
    *count_out = items.length;
    return true;
}
