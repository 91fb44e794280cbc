/* query.c - SELECT statements: the planning in its order, and what becomes of the plan. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/expression.h"
#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/plan/program_internal.h"

#include <string.h>

static bool has_aggregates(const struct weir_planner *planner)
{
    for (size_t i = 0; i < planner->written.count; i++) {
        const struct weir_expression *expression = planner->written.items[i].expression;
        if (expression && weir_expression_has_aggregate(expression)) {
            return true;
        }
    }
    return planner->having && weir_expression_has_aggregate(planner->having);
}

/* Aggregates without GROUP BY make one group of everything: people may look at it, a sink needs a
 * key. */
static bool decide_grouping(struct weir_planner *planner)
{
    bool aggregates = has_aggregates(planner);
    planner->grouped = planner->group_by.count > 0 || aggregates;
    if (planner->group_by.count == 0 && aggregates) {
        if (planner->sink_name) {
            return weir_planner_fail(
                planner, planner->query->items[0].place,
                "%s statement does not support aggregate functions without a GROUP BY clause.",
                planner->target          ? "INSERT INTO ... SELECT"
                : planner->sink_is_table ? "CREATE TABLE AS SELECT"
                                         : "CREATE STREAM AS SELECT");
        }
        struct weir_expression *one = weir_arena_calloc(planner->arena, 1, sizeof(*one));
        one->kind = WEIR_EXPRESSION_INTEGER;
        one->integer = 1;
        weir_expressions_add(planner, &planner->group_by, one);
    }
    if (planner->query->window && !planner->grouped) {
        return weir_planner_fail(planner, planner->query->window->place,
                                 "WINDOW clause requires a GROUP BY clause.");
    }
    return planner->grouped || !planner->having ||
           weir_planner_fail(planner, planner->having->place, "HAVING requires a GROUP BY clause.");
}

static bool check_emit(struct weir_planner *planner)
{
    const struct weir_query *query = planner->query;
    if (query->emit != WEIR_EMIT_FINAL) {
        return true;
    }
    if (!weir_metastore_property_is(planner->metastore, "ksql.suppress.enabled", true)) {
        return weir_planner_fail(planner, query->emit_place,
                                 "Suppression is currently disabled. You can enable it by setting "
                                 "ksql.suppress.enabled to true");
    }
    return (query->window && query->group_by_count > 0) ||
           weir_planner_fail(planner, query->emit_place,
                             "EMIT FINAL is only supported for windowed aggregations.");
}

static bool check_windowed_tables(struct weir_planner *planner)
{
    for (size_t i = 0; planner->sink_name && i < planner->source_count; i++) {
        const struct weir_planner_source *source = &planner->sources[i];
        if (source->source->table && source->source->schema.window != WEIR_WINDOW_NONE) {
            return weir_planner_fail(
                planner, source->place,
                "KSQL does not support persistent queries on windowed tables.");
        }
    }
    return true;
}

/* Pull queries read what is there: no state can be built for them. */
static bool check_pull(struct weir_planner *planner)
{
    const struct weir_query *query = planner->query;
    if (planner->sink_name || query->emit != WEIR_EMIT_NONE) {
        return true;
    }
    const char *clause = query->join_count           ? "JOIN"
                         : query->window             ? "WINDOW"
                         : query->group_by_count     ? "GROUP BY"
                         : query->partition_by_count ? "PARTITION BY"
                         : query->having             ? "HAVING"
                                                     : NULL;
    return !clause ||
           weir_planner_fail(
               planner, query->place,
               "Pull queries don't support %s clauses. Add EMIT CHANGES to make it a push query.",
               clause);
}

static void require_columns(struct weir_planner *planner)
{
    const struct weir_expressions *lists[] = {&planner->group_by, &planner->partition_by};
    bool plain = !planner->grouped && planner->partition_by.count == 0;
    for (size_t i = 0; i < planner->items.count; i++) {
        const struct weir_expression *expression = planner->items.items[i].expression;
        bool is_key =
            plain && planner->join_key && weir_expression_equal(expression, planner->join_key);
        if (!is_key) {
            weir_scope_require(planner, &planner->required, expression);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < lists[i]->count; j++) {
            weir_scope_require(planner, &planner->required, lists[i]->items[j]);
        }
    }
    if (planner->having) {
        weir_scope_require(planner, &planner->required, planner->having);
    }
}

static bool choose_key(struct weir_planner *planner)
{
    const struct weir_type *type;
    if (planner->join_count == 0) {
        return true;
    }
    weir_planner_choose_join_key(planner);
    if (planner->synthetic_key) {
        if (!weir_scope_type(planner, &planner->types, planner->joins[planner->join_count - 1].left,
                             &type)) {
            return false;
        }
        struct weir_slot slot = {.kind = WEIR_SLOT_KEY, .type = type};
        weir_scope_add(planner, &planner->types, NULL, planner->join_key->column.name, slot);
    }
    return true;
}

static bool bind(struct weir_planner *planner)
{
    if (!weir_planner_add_source(planner, &planner->query->from) || !check_pull(planner) ||
        !weir_planner_analyse_joins(planner) || !choose_key(planner) ||
        !weir_planner_bind_clauses(planner) || !weir_planner_bind_partition_by(planner) ||
        !weir_planner_bind_select(planner) || !check_windowed_tables(planner) ||
        !decide_grouping(planner) || !weir_planner_check_group_by(planner) ||
        !check_emit(planner)) {
        return false;
    }
    if (planner->join_count) {
        weir_planner_choose_join_key(planner);
    }
    return weir_planner_expand(planner);
}

static void limit_step(struct weir_planner *planner)
{
    struct weir_stage *stage = &planner->stage;
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_LIMIT, "LimitClause");
    step->input = stage->step;
    step->table = stage->step->table;
    step->schema = stage->step->schema;
    step->limit.limit = planner->query->limit;
    stage->step = step;
}

/* A table filter and an aggregation over a table need the old row of each key. */
static void mark_materialised(struct weir_planner *planner)
{
    for (size_t i = 0; i < planner->step_count; i++) {
        if (planner->steps[i]->kind != WEIR_STEP_TABLE_FILTER &&
            planner->steps[i]->kind != WEIR_STEP_TABLE_GROUP_BY) {
            continue;
        }
        for (size_t j = i; j > 0; j--) {
            if (planner->steps[j]->input == planner->steps[j - 1] &&
                planner->steps[j - 1]->kind == WEIR_STEP_TABLE_SOURCE) {
                planner->steps[j - 1]->source.materialised = true;
            }
            if (planner->steps[j]->input != planner->steps[j - 1]) {
                break;
            }
        }
    }
}

static bool build(struct weir_planner *planner, struct weir_topic_request *topic)
{
    require_columns(planner);
    if (planner->where) {
        weir_scope_require(planner, &planner->required, planner->where);
    }
    if (!weir_planner_sources(planner) ||
        (planner->where && !weir_planner_filter(planner, planner->where, "WHERE", "WhereFilter"))) {
        return false;
    }
    /* The key is checked on what FROM gives, before PARTITION BY and GROUP BY rename it. */
    if (!weir_planner_check_keys(planner) || !weir_planner_partition(planner) ||
        !weir_planner_flat_map(planner)) {
        return false;
    }
    if (planner->grouped && !weir_planner_aggregate(planner)) {
        return false;
    }
    if (!weir_planner_project(planner)) {
        return false;
    }
    if (planner->query->has_limit) {
        limit_step(planner);
    }
    mark_materialised(planner);
    return !planner->sink_name || weir_planner_sink(planner, topic);
}

static struct weir_planner *new_planner(struct weir_execution *execution,
                                        const struct weir_query *query)
{
    struct weir_planner *planner = weir_arena_calloc(execution->arena, 1, sizeof(*planner));
    planner->arena = execution->arena;
    planner->metastore = execution->metastore;
    planner->topics = execution->topics;
    planner->err = execution->err;
    planner->statement = execution->statement;
    planner->query = query;
    return planner;
}

static void copy_properties(struct weir_planner *planner, struct weir_query_plan *plan)
{
    size_t count = weir_metastore_property_count(planner->metastore);
    struct weir_plan_property *properties =
        weir_arena_calloc(planner->arena, count, sizeof(*properties));
    for (size_t i = 0; i < count; i++) {
        const char *name = weir_metastore_property_name_at(planner->metastore, i);
        properties[i].name = weir_arena_strdup(planner->arena, name);
        properties[i].value =
            weir_arena_strdup(planner->arena, weir_metastore_property(planner->metastore, name));
    }
    plan->properties = properties;
    plan->property_count = count;
}

static struct weir_query_plan *finish(struct weir_execution *execution,
                                      struct weir_planner *planner, enum weir_query_kind kind)
{
    struct weir_query_plan *plan = weir_arena_calloc(planner->arena, 1, sizeof(*plan));
    plan->kind = kind;
    plan->root = planner->stage.step;
    plan->steps = (const struct weir_step *const *)planner->steps;
    plan->step_count = planner->step_count;
    plan->statement_text = weir_execution_text(execution, execution->statement);
    copy_properties(planner, plan);
    return plan;
}

static void register_query(struct weir_execution *execution, const struct weir_planner *planner,
                           const struct weir_query_plan *plan)
{
    const char *names[WEIR_PLANNER_SOURCES_MAX];
    for (size_t i = 0; i < planner->source_count; i++) {
        names[i] = planner->sources[i].source->name;
    }
    struct weir_query_info info = {.id = plan->id,
                                   .sink = planner->sink_name,
                                   .sources = names,
                                   .source_count = planner->source_count,
                                   .insert = planner->target != NULL,
                                   .statement_text = plan->statement_text,
                                   .plan = plan};
    weir_metastore_put_query(execution->metastore, &info);
}

static bool plan_create_as(struct weir_execution *execution, struct weir_planner *planner,
                           struct weir_properties *properties)
{
    const struct weir_statement *statement = execution->statement;
    planner->sink_name = statement->create_as.name;
    planner->sink_is_table = statement->create_as.table;
    planner->properties = properties;
    return weir_properties_read(execution->arena, &statement->create_as.with, WEIR_WITH_SINK,
                                properties, execution->err) &&
           bind(planner) && build(planner, &execution->action->topic);
}

bool weir_execute_create_as(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    struct weir_planner *planner = new_planner(execution, statement->create_as.query);
    struct weir_properties properties;
    bool done;
    if (!weir_execution_name_free(execution, statement->create_as.name,
                                  statement->create_as.name_place, statement->create_as.or_replace,
                                  statement->create_as.if_not_exists, statement->create_as.table,
                                  &done)) {
        return false;
    }
    if (done) {
        return true;
    }
    if (!plan_create_as(execution, planner, &properties)) {
        return false;
    }
    const struct weir_source *old = weir_metastore_source(execution->metastore, planner->sink_name);
    if (old && !weir_execution_upgradeable(execution, old, &planner->result,
                                           statement->create_as.name_place)) {
        return false;
    }
    struct weir_query_plan *plan = finish(execution, planner, WEIR_QUERY_PERSISTENT);
    plan->id = weir_arena_format(execution->arena, "%s_%s_%u",
                                 planner->sink_is_table ? "CTAS" : "CSAS", planner->sink_name,
                                 weir_metastore_next_query_number(execution->metastore));
    execution->action->replaced = old ? old->query_id : NULL;
    if (execution->action->replaced) {
        weir_metastore_remove_query(execution->metastore, execution->action->replaced);
    }
    planner->result.query_id = plan->id;
    planner->result.statement_text = plan->statement_text;
    register_query(execution, planner, plan);
    execution->action->kind = WEIR_ACTION_QUERY;
    execution->action->plan = plan;
    execution->action->source = weir_metastore_put(execution->metastore, &planner->result);
    execution->action->text =
        weir_arena_format(execution->arena, "Created query with ID %s", plan->id);
    return true;
}

static bool check_insert_target(struct weir_execution *execution, const struct weir_source *target)
{
    const struct weir_statement *statement = execution->statement;
    struct weir_place place = statement->insert_select.target_place;
    const char *name = statement->insert_select.target;
    if (!target) {
        const char *near = weir_metastore_nearest_source(execution->metastore, name);
        return weir_execution_fail(execution, place, "Unknown source: %s%s%s%s", name,
                                   near ? ". Did you mean \"" : "", near ? near : "",
                                   near ? "\"?" : "");
    }
    if (target->read_only) {
        return weir_execution_fail(execution, place, "Cannot insert into read-only %s: %s",
                                   target->table ? "table" : "stream", name);
    }
    if (target->table) {
        return weir_execution_fail(
            execution, place,
            "INSERT INTO can only be used to insert into a stream. %s is a table.", name);
    }
    return target->header_count == 0 ||
           weir_execution_fail(execution, place,
                               "Cannot insert into %s because it has header columns", name);
}

bool weir_execute_insert_select(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    struct weir_planner *planner = new_planner(execution, statement->insert_select.query);
    struct weir_properties properties = {.retention_ms = -1};
    planner->target = weir_metastore_source(execution->metastore, statement->insert_select.target);
    if (!check_insert_target(execution, planner->target)) {
        return false;
    }
    planner->sink_name = planner->target->name;
    planner->sink_is_table = planner->target->table;
    planner->properties = &properties;
    if (!bind(planner) || !build(planner, &execution->action->topic)) {
        return false;
    }
    struct weir_query_plan *plan = finish(execution, planner, WEIR_QUERY_PERSISTENT);
    uint32_t number = weir_metastore_next_query_number(execution->metastore);
    plan->id = weir_arena_format(execution->arena, "INSERTQUERY_%u", number);
    for (size_t i = 0; i < statement->insert_select.with.count; i++) {
        const struct weir_with_property *property = &statement->insert_select.with.properties[i];
        if (strcmp(property->name, "QUERY_ID") != 0 ||
            property->value->kind != WEIR_EXPRESSION_STRING) {
            return weir_execution_fail(execution, property->place,
                                       "Invalid config variable(s) in the WITH clause: %s",
                                       property->name);
        }
        plan->id = property->value->literal.text;
    }
    register_query(execution, planner, plan);
    execution->action->kind = WEIR_ACTION_QUERY;
    execution->action->plan = plan;
    execution->action->source = planner->target;
    execution->action->text =
        weir_arena_format(execution->arena, "Created query with ID %s", plan->id);
    return true;
}

static struct weir_query_plan *plan_select(struct weir_execution *execution,
                                           const struct weir_query *query)
{
    struct weir_planner *planner = new_planner(execution, query);
    if (!bind(planner) || !build(planner, &execution->action->topic)) {
        return NULL;
    }
    struct weir_query_plan *plan = finish(
        execution, planner, query->emit == WEIR_EMIT_NONE ? WEIR_QUERY_PULL : WEIR_QUERY_PUSH);
    plan->id = "transient";
    return plan;
}

bool weir_execute_select(struct weir_execution *execution)
{
    execution->action->plan = plan_select(execution, execution->statement->query);
    execution->action->kind = WEIR_ACTION_SELECT;
    return execution->action->plan != NULL;
}

const struct weir_query_plan *weir_plan_only(struct weir_execution *execution,
                                             const struct weir_statement *statement)
{
    struct weir_properties properties;
    if (statement->kind == WEIR_STATEMENT_QUERY) {
        return plan_select(execution, statement->query);
    }
    if (statement->kind != WEIR_STATEMENT_CREATE_AS) {
        weir_execution_fail(execution, statement->place,
                            "EXPLAIN takes SELECT and CREATE ... AS SELECT statements, or the id "
                            "of a running query.");
        return NULL;
    }
    const struct weir_statement *outer = execution->statement;
    execution->statement = statement;
    struct weir_planner *planner = new_planner(execution, statement->create_as.query);
    bool planned = plan_create_as(execution, planner, &properties);
    struct weir_query_plan *plan =
        planned ? finish(execution, planner, WEIR_QUERY_PERSISTENT) : NULL;
    execution->statement = outer;
    if (plan) {
        plan->id = weir_arena_format(execution->arena, "%s_%s",
                                     planner->sink_is_table ? "CTAS" : "CSAS", planner->sink_name);
    }
    return plan;
}
