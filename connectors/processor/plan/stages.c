/* stages.c - WHERE and HAVING, PARTITION BY, internal topics, table functions. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/expression.h"
#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/values/row_format.h"

#include <string.h>

static struct weir_slot slot_of(enum weir_slot_kind kind, size_t index,
                                const struct weir_type *type)
{
    return (struct weir_slot){.kind = kind, .index = (uint32_t)index, .type = type};
}

static bool fail_in_clause(struct weir_planner *planner, const char *what)
{
    struct weir_error inner = *planner->err;
    weir_error_clear(planner->err);
    weir_fail_at(planner->err, inner.domain, inner.line, inner.column, "Error in %s expression: %s",
                 what, inner.message);
    planner->err->code = inner.code;
    return false;
}

/* What has no value in one row. HAVING's aggregates are columns by now. */
static bool check_calls(struct weir_planner *planner, const struct weir_expression *predicate,
                        const char *what)
{
    bool table = weir_expression_has_table_function(predicate);
    if (!table && !weir_expression_has_aggregate(predicate)) {
        return true;
    }
    return weir_planner_fail(
        planner, predicate->place, "%s functions cannot be used in a %s expression: %s",
        table ? "Table" : "Aggregate", what, weir_planner_text(planner, predicate));
}

bool weir_planner_filter(struct weir_planner *planner, const struct weir_expression *predicate,
                         const char *what, const char *id)
{
    struct weir_stage *stage = &planner->stage;
    const struct weir_type *type;
    if (!check_calls(planner, predicate, what)) {
        return false;
    }
    struct weir_expression *resolved = weir_scope_type(planner, &stage->scope, predicate, &type);
    if (!resolved) {
        return fail_in_clause(planner, what);
    }
    if (type->kind != WEIR_TYPE_BOOLEAN) {
        weir_auto_buffer text;
        weir_buffer_init(&text, 300);
        weir_type_print(type, &text);
        return weir_planner_fail(
            planner, predicate->place,
            "Type error in %s expression: Should evaluate to boolean but is %s (%s) instead.", what,
            weir_planner_text(planner, predicate), weir_buffer_text(&text));
    }
    bool table = stage->step->table;
    struct weir_step *step =
        weir_planner_step(planner, table ? WEIR_STEP_TABLE_FILTER : WEIR_STEP_FILTER, id);
    step->input = stage->step;
    step->table = table;
    step->schema = stage->step->schema;
    step->filter.predicate = resolved;
    step->filter.what = what;
    stage->step = step;
    return true;
}

static struct weir_formats repartition_formats(struct weir_planner *planner,
                                               const struct weir_schema *schema)
{
    const struct weir_source *from = planner->sources[0].source;
    struct weir_formats formats = from->formats;
    struct weir_error unused = {0};
    formats.value.unwrapped = false;
    if (formats.key.kind == WEIR_FORMAT_NONE) {
        formats.key.kind = WEIR_FORMAT_KAFKA;
    }
    formats.key.unwrapped = schema->key_count == 1;
    if (!weir_format_check(&formats.key, schema->key, schema->key_count, &unused)) {
        formats.key.kind = WEIR_FORMAT_JSON;
    }
    weir_error_clear(&unused);
    if (!weir_format_check(&formats.value, schema->values, schema->value_count, &unused)) {
        formats.value.kind = WEIR_FORMAT_JSON;
    }
    return formats;
}

void weir_planner_repartition(struct weir_planner *planner, const char *topic)
{
    struct weir_stage *stage = &planner->stage;
    struct weir_step *step = weir_planner_step(
        planner, WEIR_STEP_REPARTITION, weir_arena_format(planner->arena, "%s-repartition", topic));
    step->input = stage->step;
    step->table = stage->step->table;
    step->schema = stage->step->schema;
    step->repartition.topic = topic;
    step->repartition.formats = repartition_formats(planner, &step->schema);
    stage->step = step;
    stage->rekeyed = false;
}

/* Names of the new key columns: a column keeps its own, the others are called KSQL_COL_n or after
 * their field. */
static const char *partition_name(struct weir_planner *planner, const struct weir_expression *key,
                                  unsigned *next)
{
    size_t index;
    if (weir_is_column(key)) {
        return key->column.source ? weir_arena_format(planner->arena, "%s_%s", key->column.source,
                                                      key->column.name)
                                  : key->column.name;
    }
    if (key->kind == WEIR_EXPRESSION_DEREFERENCE &&
        weir_planner_sources_with(planner, key->dereference.field, &index) == 0) {
        return key->dereference.field;
    }
    for (;;) {
        const char *name = weir_arena_format(planner->arena, "KSQL_COL_%u", (*next)++);
        if (weir_planner_sources_with(planner, name, &index) == 0) {
            return name;
        }
    }
}

static bool check_partition_by(struct weir_planner *planner)
{
    struct weir_place place = planner->query->partition_by_place;
    for (size_t i = 0; i < planner->partition_by.count; i++) {
        const struct weir_expression *key = planner->partition_by.items[i];
        if (key->kind == WEIR_EXPRESSION_NULL && planner->partition_by.count > 1) {
            return weir_planner_fail(planner, key->place,
                                     "Cannot PARTITION BY multiple columns including NULL.");
        }
        if (weir_expression_has_aggregate(key) || weir_expression_has_table_function(key)) {
            return weir_planner_fail(
                planner, key->place,
                "PARTITION BY does not support aggregate or table functions: %s",
                weir_planner_text(planner, key));
        }
    }
    for (size_t i = 0; i < planner->source_count; i++) {
        const struct weir_source *source = planner->sources[i].source;
        if (source->schema.window != WEIR_WINDOW_NONE) {
            return weir_planner_fail(
                planner, place,
                "Implicit repartitioning of windowed sources is not supported. See "
                "https://github.com/confluentinc/ksql/issues/4385.");
        }
        if (i == 0 && source->table) {
            return weir_planner_fail(
                planner, place, "PARTITION BY is not supported on a TABLE: its key is unique.");
        }
    }
    return true;
}

bool weir_planner_bind_partition_by(struct weir_planner *planner)
{
    unsigned next = 0;
    struct weir_expressions *keys = &planner->partition_by;
    if (keys->count == 0) {
        return true;
    }
    if (!check_partition_by(planner)) {
        return false;
    }
    planner->partition_by_null = keys->items[0]->kind == WEIR_EXPRESSION_NULL;
    planner->partition_names =
        weir_arena_calloc(planner->arena, keys->count, sizeof(*planner->partition_names));
    for (size_t i = 0; i < keys->count; i++) {
        planner->partition_names[i] = partition_name(planner, keys->items[i], &next);
    }
    return true;
}

static bool same_keys(const struct weir_planner *planner)
{
    const struct weir_stage *stage = &planner->stage;
    if (planner->partition_by.count != stage->step->schema.key_count) {
        return false;
    }
    for (size_t i = 0; i < planner->partition_by.count; i++) {
        if (!weir_expression_equal(planner->partition_by.items[i], stage->keys[i])) {
            return false;
        }
    }
    return true;
}

/* Every column that is named later goes on as a value, but for those that are the new key. */
static void partition_values(struct weir_planner *planner, struct weir_step *step,
                             struct weir_scope *scope)
{
    const struct weir_scope *required = &planner->required;
    struct weir_column *columns =
        weir_arena_calloc(planner->arena, required->count, sizeof(*columns));
    const struct weir_expression **values =
        weir_arena_calloc(planner->arena, required->count, sizeof(*values));
    size_t count = 0;
    for (size_t i = 0; i < required->count; i++) {
        const struct weir_scope_column *column = &required->columns[i];
        const struct weir_scope_column *found =
            weir_scope_find(&planner->stage.scope, column->source, column->name);
        if (!found || weir_scope_find(scope, column->source, column->name)) {
            continue;
        }
        struct weir_expression *value =
            weir_planner_column(planner, column->source, column->name, planner->query->place);
        value->column.slot = found->slot;
        values[count] = value;
        columns[count] = (struct weir_column){column->name, found->slot.type};
        if (column->source) {
            columns[count].name =
                weir_arena_format(planner->arena, "%s_%s", column->source, column->name);
        }
        weir_scope_add(planner, scope, column->source, column->name,
                       slot_of(WEIR_SLOT_VALUE, count, found->slot.type));
        count++;
    }
    step->schema.values = columns;
    step->schema.value_count = count;
    step->select_key.values = values;
}

static bool partition_keys(struct weir_planner *planner, struct weir_step *step,
                           struct weir_scope *scope)
{
    size_t count = planner->partition_by_null ? 0 : planner->partition_by.count;
    struct weir_column *columns = weir_arena_calloc(planner->arena, count, sizeof(*columns));
    const struct weir_expression **keys = weir_arena_calloc(planner->arena, count, sizeof(*keys));
    for (size_t i = 0; i < count; i++) {
        const struct weir_expression *key = planner->partition_by.items[i];
        const struct weir_type *type;
        keys[i] = weir_scope_type(planner, &planner->stage.scope, key, &type);
        if (!keys[i]) {
            return false;
        }
        columns[i] = (struct weir_column){planner->partition_names[i], type};
        if (weir_is_column(key)) {
            weir_scope_add(planner, scope, key->column.source, key->column.name,
                           slot_of(WEIR_SLOT_KEY, i, type));
        }
    }
    step->schema.key = columns;
    step->schema.key_count = count;
    step->select_key.keys = keys;
    return true;
}

bool weir_planner_partition(struct weir_planner *planner)
{
    struct weir_stage *stage = &planner->stage;
    struct weir_scope scope = {0};
    struct weir_step made = {0};
    if (planner->partition_by.count == 0 || same_keys(planner)) {
        return true;
    }
    if (!partition_keys(planner, &made, &scope)) {
        return false;
    }
    partition_values(planner, &made, &scope);
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_SELECT_KEY, "PartitionBy");
    step->schema = made.schema;
    step->select_key = made.select_key;
    step->input = stage->step;
    stage->step = step;
    stage->scope = scope;
    stage->keys = planner->partition_by.items;
    stage->rekeyed = true;
    return true;
}

struct table_functions {
    struct weir_planner *planner;
    struct weir_expressions calls; /* canonical */
};

static struct weir_expression *synthetic_column(struct weir_planner *planner, size_t index)
{
    return weir_planner_column(planner, NULL,
                               weir_arena_format(planner->arena, "KSQL_SYNTH_%zu", index),
                               planner->query->place);
}

/* Puts a column in the place of each call of a table function. */
static struct weir_expression *replace_calls(struct table_functions *found,
                                             struct weir_expression *expression, bool inside_case)
{
    struct weir_planner *planner = found->planner;
    if (weir_expression_is_table_function_call(expression)) {
        size_t count = weir_expression_child_count(expression);
        for (size_t i = 0; i < count; i++) {
            if (weir_expression_has_table_function(*weir_expression_child(expression, i))) {
                weir_planner_fail(planner, expression->place,
                                  "Table functions cannot be nested: %s",
                                  weir_planner_text(planner, expression));
                return NULL;
            }
        }
        if (inside_case) {
            weir_planner_fail(planner, expression->place,
                              "Table functions cannot be used in CASE: %s",
                              weir_planner_text(planner, expression));
            return NULL;
        }
        weir_expressions_add(planner, &found->calls, expression);
        return synthetic_column(planner, found->calls.count - 1);
    }
    bool is_case = inside_case || expression->kind == WEIR_EXPRESSION_SEARCHED_CASE ||
                   expression->kind == WEIR_EXPRESSION_SIMPLE_CASE;
    size_t count = weir_expression_child_count(expression);
    for (size_t i = 0; i < count; i++) {
        struct weir_expression **child = weir_expression_child(expression, i);
        *child = replace_calls(found, *child, is_case);
        if (!*child) {
            return NULL;
        }
    }
    return expression;
}

static bool flat_map_step(struct weir_planner *planner, const struct weir_expressions *found)
{
    struct weir_stage *stage = &planner->stage;
    const struct weir_schema *input = &stage->step->schema;
    const struct weir_expression **calls =
        weir_arena_calloc(planner->arena, found->count, sizeof(*calls));
    struct weir_column *values =
        weir_arena_calloc(planner->arena, input->value_count + found->count, sizeof(*values));
    if (input->value_count) {
        memcpy(values, input->values, input->value_count * sizeof(*values));
    }
    for (size_t i = 0; i < found->count; i++) {
        const struct weir_type *type;
        calls[i] = weir_scope_type(planner, &stage->scope, found->items[i], &type);
        if (!calls[i]) {
            return false;
        }
        const char *name = synthetic_column(planner, i)->column.name;
        values[input->value_count + i] = (struct weir_column){name, type};
        weir_scope_add(planner, &stage->scope, NULL, name,
                       slot_of(WEIR_SLOT_VALUE, input->value_count + i, type));
    }
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_FLAT_MAP, "FlatMap");
    step->input = stage->step;
    step->schema = *input;
    step->schema.values = values;
    step->schema.value_count = input->value_count + found->count;
    step->flat_map.calls = calls;
    step->flat_map.call_count = found->count;
    stage->step = step;
    return true;
}

bool weir_planner_flat_map(struct weir_planner *planner)
{
    struct table_functions found = {.planner = planner};
    for (size_t i = 0; i < planner->items.count; i++) {
        struct weir_planner_item *item = &planner->items.items[i];
        if (!weir_expression_has_table_function(item->expression)) {
            continue;
        }
        if (planner->sources[0].source->table) {
            return weir_planner_fail(planner, item->place,
                                     "Table source is not supported with table functions");
        }
        if (planner->grouped) {
            return weir_planner_fail(planner, item->place,
                                     "Table functions cannot be used with aggregations.");
        }
        item->expression =
            replace_calls(&found, weir_expression_copy(planner->arena, item->expression), false);
        if (!item->expression) {
            return false;
        }
    }
    return found.calls.count == 0 || flat_map_step(planner, &found.calls);
}
