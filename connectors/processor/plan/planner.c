/* planner.c - tools of the planner's files: failing, steps, lists of expressions. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"

#include "connectors/processor/sql/printer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 0))) static void fail(struct weir_planner *planner,
                                                       struct weir_place place, int code,
                                                       const char *format, va_list arguments)
{
    char message[WEIR_ERROR_MESSAGE_BYTES];
    vsnprintf(message, sizeof(message), format, arguments);
    struct weir_place at = place.line ? place : planner->statement->place;
    weir_fail_at(planner->err, WEIR_DOMAIN_SQL, at.line, at.column, "%s", message);
    planner->err->code = code;
}

bool weir_planner_fail(struct weir_planner *planner, struct weir_place place, const char *format,
                       ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(planner, place, 0, format, arguments);
    va_end(arguments);
    return false;
}

bool weir_planner_unsupported(struct weir_planner *planner, struct weir_place place,
                              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(planner, place, WEIR_SQL_UNSUPPORTED, format, arguments);
    va_end(arguments);
    return false;
}

struct weir_step *weir_planner_step(struct weir_planner *planner, enum weir_step_kind kind,
                                    const char *id)
{
    struct weir_step *step = weir_arena_calloc(planner->arena, 1, sizeof(*step));
    step->kind = kind;
    step->id = id;
    step->number = (uint32_t)planner->step_count;
    if (planner->step_count == planner->step_capacity) {
        size_t grown = planner->step_capacity ? planner->step_capacity * 2 : 16;
        planner->steps =
            weir_arena_grow(planner->arena, planner->steps, planner->step_capacity * sizeof(step),
                            grown * sizeof(step));
        planner->step_capacity = grown;
    }
    planner->steps[planner->step_count++] = step;
    return step;
}

const char *weir_planner_text(struct weir_planner *planner,
                              const struct weir_expression *expression)
{
    return weir_sql_expression_text(planner->arena, expression);
}

const char *weir_planner_texts(struct weir_planner *planner, const struct weir_expressions *list,
                               const char *last)
{
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, WEIR_ERROR_MESSAGE_BYTES);
    for (size_t i = 0; i < list->count; i++) {
        weir_buffer_append_text(&buffer, i == 0 ? "" : i + 1 == list->count ? last : ", ");
        weir_sql_print_expression(list->items[i], &buffer);
    }
    return weir_arena_strdup(planner->arena, weir_buffer_text(&buffer));
}

struct weir_expression *weir_planner_column(struct weir_planner *planner, const char *source,
                                            const char *name, struct weir_place place)
{
    struct weir_expression *column = weir_arena_calloc(planner->arena, 1, sizeof(*column));
    column->kind = WEIR_EXPRESSION_COLUMN;
    column->place = place;
    column->column.source = source;
    column->column.name = name;
    return column;
}

void weir_expressions_add(struct weir_planner *planner, struct weir_expressions *list,
                          struct weir_expression *expression)
{
    if (list->count == list->capacity) {
        size_t grown = list->capacity ? list->capacity * 2 : 4;
        list->items =
            weir_arena_grow(planner->arena, list->items, list->capacity * sizeof(expression),
                            grown * sizeof(expression));
        list->capacity = grown;
    }
    list->items[list->count++] = expression;
}

bool weir_expressions_contain(const struct weir_expressions *list,
                              const struct weir_expression *expression)
{
    for (size_t i = 0; i < list->count; i++) {
        if (weir_expression_equal(list->items[i], expression)) {
            return true;
        }
    }
    return false;
}

bool weir_is_column(const struct weir_expression *expression)
{
    return expression->kind == WEIR_EXPRESSION_COLUMN;
}

bool weir_expression_walk(struct weir_expression *expression,
                          bool (*visit)(struct weir_expression *expression, void *context),
                          void *context)
{
    if (!visit(expression, context)) {
        return false;
    }
    size_t count = weir_expression_child_count(expression);
    for (size_t i = 0; i < count; i++) {
        if (!weir_expression_walk(*weir_expression_child(expression, i), visit, context)) {
            return false;
        }
    }
    return true;
}
