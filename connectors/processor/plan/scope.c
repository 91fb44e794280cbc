/* scope.c - which columns there are at a stage, and where. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/expression.h"
#include "connectors/processor/plan/planner_internal.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

void weir_scope_add(struct weir_planner *planner, struct weir_scope *scope, const char *source,
                    const char *name, struct weir_slot slot)
{
    if (scope->count == scope->capacity) {
        size_t grown = scope->capacity ? scope->capacity * 2 : 16;
        scope->columns = weir_arena_grow(planner->arena, scope->columns,
                                         scope->capacity * sizeof(*scope->columns),
                                         grown * sizeof(*scope->columns));
        scope->capacity = grown;
    }
    scope->columns[scope->count++] = (struct weir_scope_column){source, name, slot};
}

const struct weir_scope_column *weir_scope_find(const struct weir_scope *scope, const char *source,
                                                const char *name)
{
    for (size_t i = 0; i < scope->count; i++) {
        if (same(scope->columns[i].name, name) && same(scope->columns[i].source, source)) {
            return &scope->columns[i];
        }
    }
    return NULL;
}

struct resolution {
    struct weir_planner *planner;
    const struct weir_scope *scope;
};

static bool resolve_node(struct weir_expression *expression, void *context)
{
    const struct resolution *resolution = context;
    if (!weir_is_column(expression)) {
        return true;
    }
    const struct weir_scope_column *column =
        weir_scope_find(resolution->scope, expression->column.source, expression->column.name);
    if (!column) {
        return weir_planner_fail(resolution->planner, expression->place,
                                 "Column '%s' cannot be resolved here.",
                                 weir_planner_text(resolution->planner, expression));
    }
    expression->column.slot = column->slot;
    return true;
}

struct weir_expression *weir_scope_resolve(struct weir_planner *planner,
                                           const struct weir_scope *scope,
                                           const struct weir_expression *expression)
{
    struct resolution resolution = {planner, scope};
    struct weir_expression *copy = weir_expression_copy(planner->arena, expression);
    return weir_expression_walk(copy, resolve_node, &resolution) ? copy : NULL;
}

struct weir_expression *weir_scope_type(struct weir_planner *planner,
                                        const struct weir_scope *scope,
                                        const struct weir_expression *expression,
                                        const struct weir_type **type_out)
{
    struct weir_expression *resolved = weir_scope_resolve(planner, scope, expression);
    if (!resolved) {
        return NULL;
    }
    const struct weir_type *type = weir_expression_type(resolved, planner->arena, planner->err);
    if (!type) {
        return NULL;
    }
    *type_out = type;
    return resolved;
}

static const struct {
    const char *name;
    enum weir_slot_kind kind;
    const struct weir_type *type;
    bool window;
} pseudo_columns[] = {
    {"ROWTIME", WEIR_SLOT_ROWTIME, &weir_type_bigint, false},
    {"ROWPARTITION", WEIR_SLOT_ROWPARTITION, &weir_type_integer, false},
    {"ROWOFFSET", WEIR_SLOT_ROWOFFSET, &weir_type_bigint, false},
    {"WINDOWSTART", WEIR_SLOT_WINDOWSTART, &weir_type_bigint, true},
    {"WINDOWEND", WEIR_SLOT_WINDOWEND, &weir_type_bigint, true},
};

enum { PSEUDO_COUNT = sizeof(pseudo_columns) / sizeof(*pseudo_columns) };

bool weir_pseudo_column(const char *name, bool windowed, struct weir_slot *slot_out)
{
    for (size_t i = 0; i < PSEUDO_COUNT; i++) {
        if (strcmp(pseudo_columns[i].name, name) == 0 && (windowed || !pseudo_columns[i].window)) {
            *slot_out =
                (struct weir_slot){.kind = pseudo_columns[i].kind, .type = pseudo_columns[i].type};
            return true;
        }
    }
    return false;
}

bool weir_is_window_bound(const char *name)
{
    return strcmp(name, "WINDOWSTART") == 0 || strcmp(name, "WINDOWEND") == 0;
}

bool weir_is_system_column(const char *name)
{
    struct weir_slot slot;
    return weir_pseudo_column(name, true, &slot);
}

static bool require_node(struct weir_expression *expression, void *context)
{
    const struct resolution *resolution = context;
    union {
        const struct weir_scope *constant;
        struct weir_scope *plain;
    } scope = {.constant = resolution->scope};
    if (weir_is_column(expression) &&
        !weir_scope_find(scope.plain, expression->column.source, expression->column.name)) {
        weir_scope_add(resolution->planner, scope.plain, expression->column.source,
                       expression->column.name, (struct weir_slot){0});
    }
    return true;
}

void weir_scope_require(struct weir_planner *planner, struct weir_scope *scope,
                        const struct weir_expression *expression)
{
    struct resolution resolution = {planner, scope};
    weir_expression_walk(weir_expression_copy(planner->arena, expression), require_node,
                         &resolution);
}
