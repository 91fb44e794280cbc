/* insert.c - INSERT INTO ... VALUES: constant expressions, evaluated and coerced to the columns'
 * types. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/expression.h"
#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/plan/program_internal.h"

#include <string.h>

enum place_in_row { IN_KEY, IN_VALUE, IN_TIMESTAMP };

struct insertion {
    struct weir_execution *execution;
    const struct weir_source *target;
    struct weir_value *keys, *values;
    int64_t timestamp_ms;
    bool *given; /* by column of the target, keys first */
};

static bool check_target(struct weir_execution *execution, const struct weir_source *target)
{
    const struct weir_statement *statement = execution->statement;
    struct weir_place place = statement->insert_values.target_place;
    const char *name = statement->insert_values.target;
    if (!target) {
        const char *near = weir_metastore_nearest_source(execution->metastore, name);
        bool same = near && strcasecmp(near, name) == 0;
        return weir_execution_fail(
            execution, place, "Cannot insert values into an unknown stream/table: `%s`%s%s%s%s",
            name, near ? "\nDid you mean \"" : "", near ? near : "", near ? "\"?" : "",
            same ? " Hint: wrap the source name in double quotes to make it case-sensitive." : "");
    }
    if (target->schema.window != WEIR_WINDOW_NONE) {
        return weir_execution_fail(execution, place,
                                   "Cannot insert values into windowed stream/table!");
    }
    return !target->read_only ||
           weir_execution_fail(execution, place, "Cannot insert values into read-only %s: %s",
                               target->table ? "table" : "stream", name);
}

static bool is_header(const struct weir_source *target, size_t value_index)
{
    for (size_t i = 0; i < target->header_count; i++) {
        if (target->headers[i].value_index == value_index) {
            return true;
        }
    }
    return false;
}

static bool refuse_column(struct weir_expression *expression, void *context)
{
    struct weir_execution *execution = context;
    return !weir_is_column(expression) ||
           weir_execution_fail(execution, expression->place,
                               "INSERT ... VALUES takes constants; column '%s' has no value here.",
                               expression->column.name);
}

static bool evaluate(struct weir_execution *execution, const struct weir_expression *expression,
                     struct weir_value *value_out, const struct weir_type **type_out)
{
    struct weir_expression *copy = weir_expression_copy(execution->arena, expression);
    if (!weir_expression_walk(copy, refuse_column, execution) ||
        !weir_plan_resolve_casts(execution->metastore, execution->arena, copy, execution->err)) {
        return false;
    }
    struct weir_evaluator *evaluator = weir_evaluator_create(copy, NULL, execution->err);
    if (!evaluator) {
        return false;
    }
    struct weir_value value;
    bool fine = weir_evaluate(evaluator, NULL, execution->arena, &value);
    if (fine) {
        *value_out = weir_value_copy(execution->arena, &value);
        *type_out = weir_type_copy(execution->arena, weir_evaluator_type(evaluator));
    } else {
        weir_execution_fail(execution, expression->place, "Failed to evaluate the value: %s",
                            weir_evaluator_message(evaluator));
    }
    weir_evaluator_destroy(evaluator);
    return fine;
}

static bool insert_value(struct insertion *insertion, const struct weir_expression *expression,
                         const struct weir_type *to, struct weir_value *value_out)
{
    struct weir_execution *execution = insertion->execution;
    struct weir_value value;
    const struct weir_type *from;
    struct weir_error inner = {0};
    if (!evaluate(execution, expression, &value, &from)) {
        return false;
    }
    if (weir_value_is_null(&value)) {
        *value_out = WEIR_VALUE_NULL;
        return true;
    }
    if (weir_value_coerce(&value, from, to, execution->arena, value_out, &inner)) {
        *value_out = weir_value_copy(execution->arena, value_out);
        return true;
    }
    return weir_execution_fail(execution, expression->place, "%s", inner.message);
}

static bool insert_timestamp(struct insertion *insertion, const struct weir_expression *expression)
{
    struct weir_value value;
    if (!insert_value(insertion, expression, &weir_type_bigint, &value)) {
        return false;
    }
    insertion->timestamp_ms = weir_value_is_null(&value) ? -1 : value.bigint;
    return weir_value_is_null(&value) || value.bigint >= 0 ||
           weir_execution_fail(insertion->execution, expression->place,
                               "ROWTIME must not be negative.");
}

static bool insert_named(struct insertion *insertion, const char *name, struct weir_place place,
                         const struct weir_expression *expression)
{
    struct weir_execution *execution = insertion->execution;
    const struct weir_source *target = insertion->target;
    struct weir_slot slot;
    if (strcmp(name, "ROWTIME") == 0) {
        return insert_timestamp(insertion, expression);
    }
    if (!weir_source_find(target, name, &slot) ||
        (slot.kind != WEIR_SLOT_KEY && slot.kind != WEIR_SLOT_VALUE)) {
        return weir_execution_fail(execution, place, "Column name `%s` does not exist.", name);
    }
    bool key = slot.kind == WEIR_SLOT_KEY;
    if (!key && is_header(target, slot.index)) {
        return weir_execution_fail(execution, place, "Cannot insert into HEADER columns: %s", name);
    }
    bool *given = &insertion->given[slot.index + (key ? 0 : target->schema.key_count)];
    if (*given) {
        return weir_execution_fail(execution, place, "Duplicate column name: `%s`", name);
    }
    *given = true;
    return insert_value(insertion, expression, slot.type,
                        key ? &insertion->keys[slot.index] : &insertion->values[slot.index]);
}

static bool check_count(struct weir_execution *execution, size_t expected)
{
    const struct weir_statement *statement = execution->statement;
    return statement->insert_values.value_count == expected ||
           weir_execution_fail(execution, statement->place,
                               "Expected a value for each column. Expected %zu. Got %zu.", expected,
                               statement->insert_values.value_count);
}

static bool insert_all(struct insertion *insertion)
{
    const struct weir_statement *statement = insertion->execution->statement;
    const struct weir_schema *schema = &insertion->target->schema;
    struct weir_expression *const *values = statement->insert_values.values;
    if (!check_count(insertion->execution, schema->key_count + schema->value_count)) {
        return false;
    }
    for (size_t i = 0; i < schema->key_count + schema->value_count; i++) {
        const struct weir_column *column =
            i < schema->key_count ? &schema->key[i] : &schema->values[i - schema->key_count];
        if (!insert_named(insertion, column->name, values[i]->place, values[i])) {
            return false;
        }
    }
    return true;
}

static bool insert_listed(struct insertion *insertion)
{
    const struct weir_statement *statement = insertion->execution->statement;
    if (!check_count(insertion->execution, statement->insert_values.column_count)) {
        return false;
    }
    for (size_t i = 0; i < statement->insert_values.column_count; i++) {
        if (!insert_named(insertion, statement->insert_values.columns[i],
                          statement->insert_values.column_places[i],
                          statement->insert_values.values[i])) {
            return false;
        }
    }
    return true;
}

static bool check_primary_key(const struct insertion *insertion)
{
    const struct weir_source *target = insertion->target;
    for (size_t i = 0; target->table && i < target->schema.key_count; i++) {
        if (weir_value_is_null(&insertion->keys[i])) {
            return weir_execution_fail(
                insertion->execution, insertion->execution->statement->place,
                "Failed to insert values into '%s'. Value for primary key column(s) %s is required "
                "for tables",
                target->name, target->schema.key[i].name);
        }
    }
    return true;
}

bool weir_execute_insert_values(struct weir_execution *execution)
{
    const struct weir_statement *statement = execution->statement;
    const struct weir_source *target =
        weir_metastore_source(execution->metastore, statement->insert_values.target);
    if (!check_target(execution, target)) {
        return false;
    }
    size_t key_count = target->schema.key_count, value_count = target->schema.value_count;
    struct insertion insertion = {.execution = execution, .target = target, .timestamp_ms = -1};
    insertion.keys = weir_arena_calloc(execution->arena, key_count, sizeof(*insertion.keys));
    insertion.values = weir_arena_calloc(execution->arena, value_count, sizeof(*insertion.values));
    insertion.given =
        weir_arena_calloc(execution->arena, key_count + value_count, sizeof(*insertion.given));
    bool fine =
        statement->insert_values.column_count ? insert_listed(&insertion) : insert_all(&insertion);
    if (!fine || !check_primary_key(&insertion)) {
        return false;
    }
    execution->action->kind = WEIR_ACTION_INSERT;
    execution->action->source = target;
    execution->action->row = (struct weir_row){
        .key = insertion.keys, .values = insertion.values, .timestamp_ms = insertion.timestamp_ms};
    return true;
}
