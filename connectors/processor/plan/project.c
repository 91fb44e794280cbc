/* project.c - the last SELECT: which items are the key, which the value. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"

#include <string.h>

struct projection {
    struct weir_planner *planner;
    struct weir_column *keys, *values;
    const struct weir_expression **value_expressions;
    size_t value_count;
    const struct weir_planner_item **key_items; /* by key column; NULL: not selected */
    size_t missing;
};

static size_t key_index(const struct weir_planner *planner,
                        const struct weir_expression *expression)
{
    const struct weir_stage *stage = &planner->stage;
    size_t index = 0;
    while (index < stage->step->schema.key_count &&
           !weir_expression_equal(stage->keys[index], expression)) {
        index++;
    }
    return index;
}

static bool add_key(struct projection *projection, size_t index,
                    const struct weir_planner_item *item)
{
    const struct weir_planner_item *before = projection->key_items[index];
    if (before && strcmp(before->name, item->name) != 0) {
        return weir_planner_fail(
            projection->planner, item->place,
            "The projection contains a key column more than once: `%s` and `%s`.\nEach key column "
            "must only be in the projection once. If you intended to copy the key into the value, "
            "then consider using the AS_VALUE function to indicate which key reference should be "
            "copied.",
            before->name, item->name);
    }
    projection->key_items[index] = item;
    return true;
}

static bool is_castable(const struct weir_type *from, const struct weir_type *to)
{
    return weir_type_is_numeric(from) && weir_type_is_numeric(to) && from->kind <= to->kind;
}

/* A cast shows its type in plans, whoever made it. */
static const struct weir_type_node *type_node(struct weir_planner *planner,
                                              const struct weir_type *type)
{
    struct weir_type_node *node = weir_arena_calloc(planner->arena, 1, sizeof(*node));
    weir_auto_buffer name;
    weir_buffer_init(&name, 64);
    weir_type_print(type, &name);
    node->kind = type->kind == WEIR_TYPE_DECIMAL ? WEIR_TYPE_NODE_DECIMAL : WEIR_TYPE_NODE_NAME;
    node->name = weir_arena_strdup(planner->arena, weir_buffer_text(&name));
    node->precision = type->precision;
    node->scale = type->scale;
    return node;
}

/* INSERT INTO: a narrower number becomes the column's type. */
static const struct weir_expression *widened(struct weir_planner *planner,
                                             const struct weir_planner_item *item,
                                             struct weir_expression *value,
                                             const struct weir_type **type)
{
    const struct weir_source *target = planner->target;
    for (size_t i = 0; target && i < target->schema.value_count; i++) {
        const struct weir_column *column = &target->schema.values[i];
        if (strcmp(column->name, item->name) == 0 && !weir_type_equal(column->type, *type) &&
            is_castable(*type, column->type)) {
            struct weir_expression *cast = weir_arena_calloc(planner->arena, 1, sizeof(*cast));
            cast->kind = WEIR_EXPRESSION_CAST;
            cast->place = item->place;
            cast->cast.operand = value;
            cast->cast.target = type_node(planner, column->type);
            cast->cast.type = column->type;
            *type = column->type;
            return cast;
        }
    }
    return value;
}

static bool add_value(struct projection *projection, const struct weir_planner_item *item)
{
    struct weir_planner *planner = projection->planner;
    const struct weir_type *type;
    struct weir_expression *value =
        weir_scope_type(planner, &planner->stage.scope, item->expression, &type);
    if (!value) {
        return false;
    }
    if (type->kind == WEIR_TYPE_NULL && planner->sink_name) {
        return weir_planner_fail(planner, item->place,
                                 "Can't infer a type of null. Please explicitly cast it to a "
                                 "required type, e.g. CAST(null "
                                 "AS VARCHAR).");
    }
    size_t at = projection->value_count++;
    projection->value_expressions[at] = widened(planner, item, value, &type);
    projection->values[at] = (struct weir_column){item->name, type};
    return true;
}

static bool check_duplicates(struct projection *projection, const struct weir_schema *schema)
{
    struct weir_planner *planner = projection->planner;
    for (size_t i = 0; planner->sink_name && i < schema->value_count; i++) {
        const struct weir_column *column = &schema->values[i];
        bool twice = false;
        for (size_t j = 0; j < i; j++) {
            twice = twice || strcmp(schema->values[j].name, column->name) == 0;
        }
        for (size_t j = 0; j < schema->key_count; j++) {
            twice = twice || strcmp(schema->key[j].name, column->name) == 0;
        }
        if (twice) {
            weir_auto_buffer type;
            weir_buffer_init(&type, 300);
            weir_type_print(column->type, &type);
            return weir_planner_fail(planner, planner->query->place,
                                     "Duplicate value columns found in schema: `%s` %s",
                                     column->name, weir_buffer_text(&type));
        }
    }
    return true;
}

static bool sort_items(struct projection *projection)
{
    struct weir_planner *planner = projection->planner;
    for (size_t i = 0; i < planner->items.count; i++) {
        const struct weir_planner_item *item = &planner->items.items[i];
        size_t key = planner->sink_name ? key_index(planner, item->expression)
                                        : planner->stage.step->schema.key_count;
        bool added = key < planner->stage.step->schema.key_count ? add_key(projection, key, item)
                                                                 : add_value(projection, item);
        if (!added) {
            return false;
        }
    }
    return true;
}

/* Keys that are not selected go: only queries of the "new planner" and those shown to people come
 * so far. */
static void name_keys(struct projection *projection)
{
    struct weir_planner *planner = projection->planner;
    const struct weir_schema *schema = &planner->stage.step->schema;
    for (size_t i = 0; i < schema->key_count; i++) {
        const struct weir_planner_item *item = projection->key_items[i];
        projection->keys[i] = schema->key[i];
        if (item) {
            projection->keys[i].name = item->name;
        } else if (planner->sink_name) {
            projection->missing++;
        }
    }
}

static void drop_keys(struct weir_planner *planner, struct projection *projection)
{
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_SELECT_KEY, "Project");
    step->input = planner->stage.step;
    step->schema = planner->stage.step->schema;
    step->schema.key_count = 0;
    step->schema.values = projection->values;
    step->schema.value_count = projection->value_count;
    step->select_key.values = projection->value_expressions;
    planner->stage.step = step;
}

static void select_step(struct weir_planner *planner, struct projection *projection)
{
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_SELECT,
                                               planner->grouped ? "Aggregate-Project" : "Project");
    step->input = planner->stage.step;
    step->table = planner->stage.step->table;
    step->schema = planner->stage.step->schema;
    step->schema.key = projection->keys;
    step->schema.values = projection->values;
    step->schema.value_count = projection->value_count;
    step->select.values = projection->value_expressions;
    planner->stage.step = step;
}

bool weir_planner_project(struct weir_planner *planner)
{
    size_t key_count = planner->stage.step->schema.key_count;
    struct projection projection = {.planner = planner};
    projection.keys = weir_arena_calloc(planner->arena, key_count, sizeof(*projection.keys));
    projection.key_items =
        weir_arena_calloc(planner->arena, key_count, sizeof(*projection.key_items));
    projection.values =
        weir_arena_calloc(planner->arena, planner->items.count, sizeof(*projection.values));
    projection.value_expressions = weir_arena_calloc(planner->arena, planner->items.count,
                                                     sizeof(*projection.value_expressions));
    if (!sort_items(&projection)) {
        return false;
    }
    name_keys(&projection);
    if (planner->sink_name && projection.value_count == 0) {
        return weir_planner_fail(planner, planner->query->place,
                                 "The projection contains no value columns.");
    }
    if (projection.missing && !planner->stage.step->table) {
        drop_keys(planner, &projection);
    } else {
        select_step(planner, &projection);
    }
    return check_duplicates(&projection, &planner->stage.step->schema);
}

static bool fail_missing(struct weir_planner *planner, const char *what,
                         const struct weir_expressions *keys, bool all)
{
    const char *example =
        all ? weir_planner_texts(planner, keys, ", ") : weir_planner_text(planner, keys->items[0]);
    const char *synthetic = "";
    if (planner->synthetic_key && keys->items[0] == planner->join_key) {
        synthetic = weir_arena_format(
            planner->arena,
            "\n%s was added as a synthetic key column because the join criteria did not match "
            "any source column. This expression must be included in the projection and may be "
            "aliased.",
            planner->join_key->column.name);
    }
    return weir_planner_fail(
        planner, planner->query->place,
        "Key%s missing from projection (ie, SELECT).\nThe query used to build `%s` must include "
        "the "
        "%s%s %s in its projection (eg, SELECT %s...).%s",
        all && keys->count > 1 ? "s" : "", planner->sink_name, what, keys->count > 1 ? "s" : "",
        weir_planner_texts(planner, keys, all ? " and " : " or "), example, synthetic);
}

static bool check_all(struct weir_planner *planner, const struct weir_expressions *keys,
                      const char *what)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (!weir_planner_projects(planner, keys->items[i])) {
            return fail_missing(planner, what, keys, true);
        }
    }
    return true;
}

static bool check_join_key(struct weir_planner *planner)
{
    const struct weir_expressions *viable = NULL;
    for (size_t i = planner->join_count; i > 0 && !viable; i--) {
        viable = planner->joins[i - 1].foreign_key ? NULL : &planner->joins[i - 1].viable;
    }
    if (!viable) {
        const struct weir_planner_source *left = &planner->sources[0];
        return weir_planner_projects(planner, planner->join_key) ||
               weir_planner_fail(planner, planner->query->place,
                                 "Primary key column missing in projection. For foreign-key "
                                 "table-table joins, the "
                                 "projection must include all primary key columns from the left "
                                 "input table (`%s`). Missing "
                                 "column: `%s`.",
                                 left->alias, planner->join_key->column.name);
    }
    for (size_t i = 0; i < viable->count; i++) {
        if (weir_planner_projects(planner, viable->items[i])) {
            return true;
        }
    }
    struct weir_expressions synthetic = {.items = &planner->join_key, .count = 1};
    return (planner->synthetic_key && weir_planner_projects(planner, planner->join_key)) ||
           fail_missing(planner, "join expression", viable->count ? viable : &synthetic, false);
}

bool weir_planner_check_keys(struct weir_planner *planner)
{
    if (!planner->sink_name ||
        weir_metastore_property_is(planner->metastore, "ksql.new.query.planner.enabled", false)) {
        return true;
    }
    if (planner->grouped) {
        return check_all(planner, &planner->group_by, "grouping expression");
    }
    if (planner->partition_by.count) {
        return planner->partition_by_null ||
               check_all(planner, &planner->partition_by, "partitioning expression");
    }
    if (planner->join_count) {
        return check_join_key(planner);
    }
    struct weir_expressions keys = {.items = planner->stage.keys,
                                    .count = planner->stage.step->schema.key_count};
    return check_all(planner, &keys, "key column");
}
