/* aggregate.c - GROUP BY: what is grouped, which aggregates run, and what SELECT and HAVING make of
 * their results. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/aggregate.h"
#include "connectors/processor/plan/planner_internal.h"

#include <string.h>

enum { DAY_MS = 86400000 };

struct grouping {
    struct weir_planner *planner;
    struct weir_expressions calls; /* distinct aggregate calls, canonical */
    struct weir_expressions
        prepared; /* distinct expressions over the source that the aggregation needs */
    struct weir_aggregate_call *plan_calls;
    const struct weir_expression *item; /* in whose text a column stands, for messages */
    const char *clause;
};

static struct weir_slot slot_of(enum weir_slot_kind kind, size_t index,
                                const struct weir_type *type)
{
    return (struct weir_slot){.kind = kind, .index = (uint32_t)index, .type = type};
}

static const char *numbered(struct weir_planner *planner, const char *prefix, size_t index)
{
    return weir_arena_format(planner->arena, "%s_%zu", prefix, index);
}

static bool is_bound_column(const struct weir_expression *expression)
{
    return weir_is_column(expression) && weir_is_window_bound(expression->column.name);
}

static bool refuse_bound(struct weir_expression *expression, void *context)
{
    struct weir_planner *planner = context;
    return !planner->query->window || !is_bound_column(expression) ||
           weir_planner_fail(planner, expression->place,
                             "Window bounds column %s can only be used in the SELECT clause of "
                             "windowed aggregations "
                             "and can not be passed to aggregate functions.",
                             expression->column.name);
}

bool weir_planner_check_group_by(struct weir_planner *planner)
{
    struct weir_expressions seen = {0};
    for (size_t i = 0; i < planner->group_by.count; i++) {
        struct weir_expression *key = planner->group_by.items[i];
        if (weir_expressions_contain(&seen, key)) {
            return weir_planner_fail(planner, key->place, "Duplicate GROUP BY expression: %s",
                                     weir_planner_text(planner, key));
        }
        if (weir_expression_has_aggregate(key)) {
            return weir_planner_fail(planner, key->place,
                                     "GROUP BY does not support aggregate functions: %s",
                                     weir_planner_text(planner, key));
        }
        if (!weir_expression_walk(key, refuse_bound, planner)) {
            return false;
        }
        weir_expressions_add(planner, &seen, key);
    }
    return true;
}

static bool collect_call(struct grouping *grouping, struct weir_expression *call)
{
    struct weir_planner *planner = grouping->planner;
    for (size_t i = 0; i < call->call.argument_count; i++) {
        struct weir_expression *argument = call->call.arguments[i];
        if (weir_expression_has_aggregate(argument)) {
            return weir_planner_fail(planner, argument->place,
                                     "Aggregate functions can not be nested: %s",
                                     weir_planner_text(planner, call));
        }
        if (!weir_expression_walk(argument, refuse_bound, planner)) {
            return false;
        }
    }
    if (!weir_expressions_contain(&grouping->calls, call)) {
        weir_expressions_add(planner, &grouping->calls, call);
    }
    return true;
}

static bool collect_calls(struct grouping *grouping, struct weir_expression *expression)
{
    if (weir_expression_is_aggregate_call(expression)) {
        return collect_call(grouping, expression);
    }
    size_t count = weir_expression_child_count(expression);
    for (size_t i = 0; i < count; i++) {
        if (!collect_calls(grouping, *weir_expression_child(expression, i))) {
            return false;
        }
    }
    return true;
}

static bool collect(struct grouping *grouping)
{
    struct weir_planner *planner = grouping->planner;
    for (size_t i = 0; i < planner->items.count; i++) {
        if (!collect_calls(grouping, planner->items.items[i].expression)) {
            return false;
        }
    }
    if (planner->having && (!weir_expression_walk(planner->having, refuse_bound, planner) ||
                            !collect_calls(grouping, planner->having))) {
        return false;
    }
    return grouping->calls.count > 0 ||
           weir_planner_fail(
               planner, planner->query->group_by_place,
               "GROUP BY requires aggregate functions in either the SELECT or HAVING clause.");
}

static size_t index_in(const struct weir_expressions *list,
                       const struct weir_expression *expression)
{
    size_t index = 0;
    while (index < list->count && !weir_expression_equal(list->items[index], expression)) {
        index++;
    }
    return index;
}

static bool fail_not_grouped(struct grouping *grouping, const struct weir_expression *column)
{
    struct weir_planner *planner = grouping->planner;
    if (strcmp(grouping->clause, "HAVING") == 0) {
        return weir_planner_fail(
            planner, column->place,
            "Non-aggregate HAVING expression not part of GROUP BY: %s\nConsider switching the "
            "HAVING clause to a WHERE clause before the GROUP BY.",
            weir_planner_text(planner, column));
    }
    bool aggregate = weir_expression_has_aggregate(grouping->item);
    return weir_planner_fail(
        planner, column->place,
        aggregate ? "Column used in aggregate SELECT expression(s) outside of aggregate functions "
                    "not part of GROUP BY: %s\nEither add the column(s) to the GROUP BY or remove "
                    "them from the SELECT."
                  : "Non-aggregate SELECT expression(s) not part of GROUP BY: %s\nEither add the "
                    "column(s) to the GROUP BY or remove them from the SELECT.",
        weir_planner_text(planner, aggregate ? column : grouping->item));
}

/* The expression over the result of the aggregation: grouping expressions are its key, calls its
 * values. */
static struct weir_expression *over_result(struct grouping *grouping,
                                           struct weir_expression *expression)
{
    struct weir_planner *planner = grouping->planner;
    size_t key = index_in(&planner->group_by, expression);
    if (key < planner->group_by.count) {
        return weir_planner_column(planner, NULL, numbered(planner, "KSQL_GROUP", key),
                                   expression->place);
    }
    if (weir_expression_is_aggregate_call(expression)) {
        size_t call = index_in(&grouping->calls, expression);
        return weir_planner_column(planner, NULL, numbered(planner, "KSQL_AGG_VARIABLE", call),
                                   expression->place);
    }
    if (weir_is_column(expression)) {
        bool bound = is_bound_column(expression) &&
                     weir_scope_find(&planner->stage.scope, NULL, expression->column.name);
        return bound || !fail_not_grouped(grouping, expression) ? (bound ? expression : NULL)
                                                                : NULL;
    }
    size_t count = weir_expression_child_count(expression);
    for (size_t i = 0; i < count; i++) {
        struct weir_expression **child = weir_expression_child(expression, i);
        *child = over_result(grouping, *child);
        if (!*child) {
            return NULL;
        }
    }
    return expression;
}

/* The place of expression among the columns that the first step computes. */
static size_t prepare(struct grouping *grouping, struct weir_expression *expression)
{
    size_t index = index_in(&grouping->prepared, expression);
    if (index == grouping->prepared.count) {
        weir_expressions_add(grouping->planner, &grouping->prepared, expression);
    }
    return index;
}

static bool check_undo(struct grouping *grouping, const struct weir_expressions *cannot_undo)
{
    struct weir_planner *planner = grouping->planner;
    if (cannot_undo->count == 0) {
        return true;
    }
    weir_auto_buffer names;
    weir_buffer_init(&names, 512);
    for (size_t i = 0; i < cannot_undo->count; i++) {
        weir_buffer_append_text(&names, i == 0 ? "" : i + 1 == cannot_undo->count ? " and " : ", ");
        weir_buffer_append_text(&names, cannot_undo->items[i]->call.name);
    }
    return weir_planner_fail(
        planner, cannot_undo->items[0]->place,
        "The aggregation function%s %s cannot be applied to a table source, only to a stream "
        "source.",
        cannot_undo->count > 1 ? "s" : "", weir_buffer_text(&names));
}

/* Types one call and notes which of its arguments are computed for each row. */
static bool plan_call(struct grouping *grouping, size_t index, struct weir_expressions *cannot_undo)
{
    struct weir_planner *planner = grouping->planner;
    struct weir_expression *call = grouping->calls.items[index];
    struct weir_expression *resolved = weir_scope_resolve(planner, &planner->stage.scope, call);
    if (!resolved) {
        return false;
    }
    const struct weir_expression **arguments =
        weir_arena_calloc(planner->arena, call->call.argument_count, sizeof(*arguments));
    for (size_t i = 0; i < call->call.argument_count; i++) {
        arguments[i] = resolved->call.arguments[i];
    }
    struct weir_aggregate *aggregate = weir_aggregate_create(
        call->call.name, call->place, arguments, call->call.argument_count, NULL, planner->err);
    if (!aggregate) {
        return false;
    }
    for (size_t i = 0; i < weir_aggregate_argument_count(aggregate); i++) {
        struct weir_expression *column = weir_planner_column(
            planner, NULL,
            numbered(planner, "KSQL_INTERNAL_COL", prepare(grouping, call->call.arguments[i])),
            call->call.arguments[i]->place);
        arguments[i] = column;
    }
    if (planner->stage.step->table && !weir_aggregate_can_undo(aggregate)) {
        weir_expressions_add(planner, cannot_undo, call);
    }
    grouping->plan_calls[index] = (struct weir_aggregate_call){
        .function = call->call.name,
        .place = call->place,
        .arguments = arguments,
        .argument_count = call->call.argument_count,
        .result_type = weir_type_copy(planner->arena, weir_aggregate_type(aggregate))};
    weir_aggregate_destroy(aggregate);
    return true;
}

static bool plan_calls(struct grouping *grouping)
{
    struct weir_planner *planner = grouping->planner;
    struct weir_expressions cannot_undo = {0};
    grouping->plan_calls =
        weir_arena_calloc(planner->arena, grouping->calls.count, sizeof(*grouping->plan_calls));
    for (size_t i = 0; i < grouping->calls.count; i++) {
        if (!plan_call(grouping, i, &cannot_undo)) {
            return false;
        }
    }
    return check_undo(grouping, &cannot_undo);
}

static bool groups_by_key(const struct weir_planner *planner)
{
    const struct weir_stage *stage = &planner->stage;
    if (planner->group_by.count != stage->step->schema.key_count) {
        return false;
    }
    for (size_t i = 0; i < planner->group_by.count; i++) {
        if (!weir_expression_equal(planner->group_by.items[i], stage->keys[i])) {
            return false;
        }
    }
    return true;
}

/* Computes the arguments and, when the key changes, the grouping expressions. */
static bool prepare_step(struct grouping *grouping, bool same_key)
{
    struct weir_planner *planner = grouping->planner;
    struct weir_stage *stage = &planner->stage;
    for (size_t i = 0; !same_key && i < planner->group_by.count; i++) {
        prepare(grouping, planner->group_by.items[i]);
    }
    size_t count = grouping->prepared.count;
    const struct weir_expression **values =
        weir_arena_calloc(planner->arena, count, sizeof(*values));
    struct weir_column *columns = weir_arena_calloc(planner->arena, count, sizeof(*columns));
    struct weir_scope scope = {0};
    for (size_t i = 0; i < count; i++) {
        const struct weir_type *type;
        values[i] = weir_scope_type(planner, &stage->scope, grouping->prepared.items[i], &type);
        if (!values[i]) {
            return false;
        }
        columns[i] = (struct weir_column){numbered(planner, "KSQL_INTERNAL_COL", i), type};
        weir_scope_add(planner, &scope, NULL, columns[i].name, slot_of(WEIR_SLOT_VALUE, i, type));
    }
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_SELECT, "Aggregate-Prepare");
    step->input = stage->step;
    step->table = stage->step->table;
    step->schema = stage->step->schema;
    step->schema.values = columns;
    step->schema.value_count = count;
    step->select.values = values;
    stage->step = step;
    stage->scope = scope;
    return true;
}

/* The name of a key column: its alias in SELECT, else the column's own. */
static const char *key_name(struct weir_planner *planner, size_t index)
{
    const struct weir_expression *key = planner->group_by.items[index];
    for (size_t i = 0; i < planner->items.count; i++) {
        if (weir_expression_equal(planner->items.items[i].expression, key)) {
            return planner->items.items[i].name;
        }
    }
    return weir_is_column(key) ? key->column.name : numbered(planner, "KSQL_COL", index);
}

static bool group_step(struct grouping *grouping, bool same_key)
{
    struct weir_planner *planner = grouping->planner;
    struct weir_stage *stage = &planner->stage;
    size_t count = planner->group_by.count;
    bool table = stage->step->table;
    const struct weir_expression **keys = weir_arena_calloc(planner->arena, count, sizeof(*keys));
    struct weir_column *columns = weir_arena_calloc(planner->arena, count, sizeof(*columns));
    for (size_t i = 0; i < count; i++) {
        struct weir_expression *key =
            weir_planner_column(planner, NULL, "", planner->group_by.items[i]->place);
        size_t at = same_key ? i : prepare(grouping, planner->group_by.items[i]);
        const struct weir_type *type =
            same_key ? stage->step->schema.key[i].type : stage->step->schema.values[at].type;
        key->column.name =
            same_key ? stage->step->schema.key[i].name : stage->step->schema.values[at].name;
        key->column.slot = slot_of(same_key ? WEIR_SLOT_KEY : WEIR_SLOT_VALUE, at, type);
        keys[i] = key;
        columns[i] = (struct weir_column){key_name(planner, i), type};
    }
    struct weir_step *step = weir_planner_step(
        planner, table ? WEIR_STEP_TABLE_GROUP_BY : WEIR_STEP_GROUP_BY, "Aggregate-GroupBy");
    step->input = stage->step;
    step->table = table;
    step->schema = stage->step->schema;
    step->schema.key = columns;
    step->schema.key_count = count;
    step->group_by.keys = keys;
    step->group_by.key_count = count;
    step->group_by.keys_unchanged = same_key;
    stage->step = step;
    if (!same_key || stage->rekeyed) {
        weir_planner_repartition(planner, "Aggregate-GroupBy");
    }
    return true;
}

static bool check_window(struct weir_planner *planner, const struct weir_window_clause *clause,
                         const struct weir_plan_window *window)
{
    if (window->size_ms <= 0) {
        return weir_planner_fail(planner, clause->place, "Window size must be larger than zero.");
    }
    if (window->advance_ms <= 0 || window->advance_ms > window->size_ms) {
        return weir_planner_fail(
            planner, clause->place,
            "Window advancement interval should be more than zero and less than or equal to the "
            "window size.");
    }
    if (window->has_retention && window->retention_ms < window->size_ms + window->grace_ms) {
        return weir_planner_fail(
            planner, clause->place,
            "The window retention period must be at least the window size plus the grace period.");
    }
    return !planner->stage.step->table ||
           weir_planner_fail(planner, clause->place,
                             "Windowing not supported for table aggregations.");
}

/* GRACE PERIOD defaults to a day less the size, and to nothing when only final results are
 * wanted. */
static bool plan_window(struct weir_planner *planner, struct weir_step *step)
{
    const struct weir_window_clause *clause = planner->query->window;
    struct weir_plan_window *window = &step->aggregate.window;
    if (!clause) {
        return true;
    }
    bool final = planner->query->emit == WEIR_EMIT_FINAL;
    int64_t grace_ms = final || clause->size_ms > DAY_MS ? 0 : DAY_MS - clause->size_ms;
    *window = (struct weir_plan_window){.kind = clause->kind,
                                        .size_ms = clause->size_ms,
                                        .advance_ms = clause->advance_ms,
                                        .grace_ms = clause->has_grace ? clause->grace_ms : grace_ms,
                                        .has_retention = clause->has_retention};
    window->retention_ms =
        clause->has_retention ? clause->retention_ms : window->size_ms + window->grace_ms;
    step->aggregate.windowed = true;
    step->aggregate.emit_final = final;
    bool session = clause->kind == WEIR_WINDOW_SESSION_GAP;
    step->schema.window = session ? WEIR_WINDOW_SESSION : WEIR_WINDOW_TIME;
    step->schema.window_size_ms = session ? 0 : clause->size_ms;
    step->schema.window_hops = clause->kind == WEIR_WINDOW_HOPPING;
    return check_window(planner, clause, window);
}

static bool resolve_arguments(struct grouping *grouping)
{
    struct weir_planner *planner = grouping->planner;
    for (size_t i = 0; i < grouping->calls.count; i++) {
        struct weir_aggregate_call *call = &grouping->plan_calls[i];
        const struct weir_expression **arguments =
            weir_arena_calloc(planner->arena, call->argument_count, sizeof(*arguments));
        for (size_t j = 0; j < call->argument_count; j++) {
            arguments[j] = weir_scope_resolve(planner, &planner->stage.scope, call->arguments[j]);
            if (!arguments[j]) {
                return false;
            }
        }
        call->arguments = arguments;
    }
    return true;
}

static void result_scope(struct grouping *grouping, const struct weir_step *step)
{
    struct weir_planner *planner = grouping->planner;
    struct weir_stage *stage = &planner->stage;
    struct weir_scope scope = {0};
    struct weir_place none = {0};
    stage->keys = weir_arena_calloc(planner->arena, planner->group_by.count, sizeof(*stage->keys));
    for (size_t i = 0; i < planner->group_by.count; i++) {
        stage->keys[i] =
            weir_planner_column(planner, NULL, numbered(planner, "KSQL_GROUP", i), none);
        weir_scope_add(planner, &scope, NULL, stage->keys[i]->column.name,
                       slot_of(WEIR_SLOT_KEY, i, step->schema.key[i].type));
    }
    for (size_t i = 0; i < step->schema.value_count; i++) {
        weir_scope_add(planner, &scope, NULL, step->schema.values[i].name,
                       slot_of(WEIR_SLOT_VALUE, i, step->schema.values[i].type));
    }
    struct weir_slot slot;
    if (weir_pseudo_column("WINDOWSTART", step->schema.window != WEIR_WINDOW_NONE, &slot)) {
        weir_scope_add(planner, &scope, NULL, "WINDOWSTART", slot);
        weir_pseudo_column("WINDOWEND", true, &slot);
        weir_scope_add(planner, &scope, NULL, "WINDOWEND", slot);
    }
    stage->scope = scope;
}

static bool aggregate_step(struct grouping *grouping)
{
    struct weir_planner *planner = grouping->planner;
    struct weir_stage *stage = &planner->stage;
    if (!resolve_arguments(grouping)) {
        return false;
    }
    bool table = stage->step->table;
    struct weir_column *values =
        weir_arena_calloc(planner->arena, grouping->calls.count, sizeof(*values));
    for (size_t i = 0; i < grouping->calls.count; i++) {
        values[i] = (struct weir_column){numbered(planner, "KSQL_AGG_VARIABLE", i),
                                         grouping->plan_calls[i].result_type};
    }
    struct weir_step *step = weir_planner_step(
        planner, table ? WEIR_STEP_TABLE_AGGREGATE : WEIR_STEP_AGGREGATE, "Aggregate-Aggregate");
    step->input = stage->step;
    step->table = true;
    step->schema = stage->step->schema;
    step->schema.values = values;
    step->schema.value_count = grouping->calls.count;
    step->aggregate.calls = grouping->plan_calls;
    step->aggregate.call_count = grouping->calls.count;
    step->aggregate.store = "Aggregate-Aggregate-Materialize";
    if (!plan_window(planner, step)) {
        return false;
    }
    result_scope(grouping, step);
    stage->step = step;
    return true;
}

/* Mistakes of types are told in the user's words, before names are replaced. */
static bool check_types(struct weir_planner *planner)
{
    const struct weir_type *type;
    for (size_t i = 0; i < planner->items.count; i++) {
        if (!weir_scope_type(planner, &planner->types, planner->items.items[i].expression, &type)) {
            return false;
        }
    }
    return true;
}

static bool rewrite_items(struct grouping *grouping)
{
    struct weir_planner *planner = grouping->planner;
    for (size_t i = 0; i < planner->items.count; i++) {
        struct weir_planner_item *item = &planner->items.items[i];
        grouping->item = item->expression;
        grouping->clause = "SELECT";
        item->expression =
            over_result(grouping, weir_expression_copy(planner->arena, item->expression));
        if (!item->expression) {
            return false;
        }
    }
    return true;
}

static bool having(struct grouping *grouping)
{
    struct weir_planner *planner = grouping->planner;
    if (!planner->having) {
        return true;
    }
    grouping->clause = "HAVING";
    grouping->item = planner->having;
    struct weir_expression *predicate =
        over_result(grouping, weir_expression_copy(planner->arena, planner->having));
    return predicate && weir_planner_filter(planner, predicate, "HAVING", "Aggregate-HavingFilter");
}

static bool check_sources(struct weir_planner *planner, bool same_key)
{
    for (size_t i = 0; i < planner->source_count; i++) {
        const struct weir_planner_source *source = &planner->sources[i];
        if (source->source->formats.value.kind == WEIR_FORMAT_KAFKA) {
            return weir_planner_fail(
                planner, planner->query->group_by_place,
                "Source(s) %s are using the 'KAFKA' value format. This format does not yet support "
                "GROUP BY.",
                source->alias);
        }
    }
    return same_key || planner->stage.step->schema.window == WEIR_WINDOW_NONE ||
           weir_planner_fail(planner, planner->query->group_by_place,
                             "Implicit repartitioning of windowed sources is not supported. See "
                             "https://github.com/confluentinc/ksql/issues/4385.");
}

bool weir_planner_aggregate(struct weir_planner *planner)
{
    struct grouping grouping = {.planner = planner};
    bool same_key = groups_by_key(planner);
    if (!check_types(planner) || !collect(&grouping) || !check_sources(planner, same_key) ||
        !plan_calls(&grouping)) {
        return false;
    }
    return prepare_step(&grouping, same_key) && group_step(&grouping, same_key) &&
           aggregate_step(&grouping) && rewrite_items(&grouping) && having(&grouping);
}
