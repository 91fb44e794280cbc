/* select.c - the SELECT list: names of its items, and what * stands for. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/expression.h"
#include "connectors/processor/plan/planner_internal.h"

#include <string.h>

static struct weir_planner_item *add_item(struct weir_planner *planner, struct weir_items *list)
{
    if (list->count == list->capacity) {
        size_t grown = list->capacity ? list->capacity * 2 : 16;
        list->items =
            weir_arena_grow(planner->arena, list->items, list->capacity * sizeof(*list->items),
                            grown * sizeof(*list->items));
        list->capacity = grown;
    }
    struct weir_planner_item *item = &list->items[list->count++];
    *item = (struct weir_planner_item){0};
    return item;
}

static const char *join_name(struct weir_planner *planner, const char *source, const char *name)
{
    return weir_arena_format(planner->arena, "%s_%s", source, name);
}

static bool name_taken(const struct weir_planner *planner, const char *name)
{
    size_t index;
    if (weir_planner_sources_with(planner, name, &index) > 0) {
        return true;
    }
    for (size_t i = 0; i < planner->written.count; i++) {
        if (planner->written.items[i].name && strcmp(planner->written.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* KSQL_COL_0, 1 ... over the generated names only; a field's own name, or NAME_1 if there is
 * one. */
static const char *generated_name(struct weir_planner *planner,
                                  const struct weir_expression *expression)
{
    bool field = expression->kind == WEIR_EXPRESSION_DEREFERENCE;
    if (field && !name_taken(planner, expression->dereference.field)) {
        return expression->dereference.field;
    }
    for (unsigned i = field ? 1 : 0;; i++) {
        const char *base = field ? expression->dereference.field : "KSQL_COL";
        const char *name = weir_arena_format(planner->arena, "%s_%u", base, i);
        if (!name_taken(planner, name)) {
            return name;
        }
    }
}

static const char *default_name(struct weir_planner *planner,
                                const struct weir_expression *expression)
{
    size_t index;
    if (!weir_is_column(expression)) {
        return generated_name(planner, expression);
    }
    bool clash = expression->column.source &&
                 weir_planner_sources_with(planner, expression->column.name, &index) > 1;
    return clash ? join_name(planner, expression->column.source, expression->column.name)
                 : expression->column.name;
}

/* ROWTIME and its like are no names for columns of a sink; SELECT shows them to people. */
static bool check_reserved(struct weir_planner *planner, const struct weir_select_item *item,
                           const struct weir_planner_item *bound)
{
    bool own_name = weir_is_column(bound->expression) &&
                    strcmp(bound->expression->column.name, bound->name) == 0;
    if (!weir_is_system_column(bound->name)) {
        return true;
    }
    if (!own_name) {
        return weir_planner_fail(
            planner, item->place,
            "`%s` is a reserved column name. You cannot use it as an alias for a column.",
            bound->name);
    }
    return !planner->sink_name ||
           weir_planner_fail(
               planner, item->place,
               "Reserved column name in select: `%s`. Please remove or alias the column.",
               bound->name);
}

static bool bind_single(struct weir_planner *planner, const struct weir_select_item *item)
{
    struct weir_expression *expression =
        weir_planner_canonical(planner, item->expression, "SELECT");
    if (!expression) {
        return false;
    }
    const char *name = NULL;
    if (item->kind == WEIR_SELECT_SINGLE) {
        name = item->alias ? item->alias : default_name(planner, expression);
    }
    struct weir_planner_item *bound = add_item(planner, &planner->written);
    *bound = (struct weir_planner_item){expression, name, item->place};
    return !name || check_reserved(planner, item, bound);
}

static bool bind_star(struct weir_planner *planner, const struct weir_select_item *item)
{
    size_t index;
    if (item->source && !weir_planner_find_alias(planner, item->source, &index)) {
        return weir_planner_fail(planner, item->place,
                                 "'%s' is not a valid stream/table name or alias.", item->source);
    }
    add_item(planner, &planner->written)->place = item->place;
    return true;
}

/* One entry of `written` for each item; those of * have no expression yet. */
bool weir_planner_bind_select(struct weir_planner *planner)
{
    for (size_t i = 0; i < planner->query->item_count; i++) {
        const struct weir_select_item *item = &planner->query->items[i];
        bool bound =
            item->kind == WEIR_SELECT_ALL ? bind_star(planner, item) : bind_single(planner, item);
        if (!bound) {
            return false;
        }
    }
    return true;
}

bool weir_planner_projects(const struct weir_planner *planner,
                           const struct weir_expression *expression)
{
    for (size_t i = 0; i < planner->query->item_count; i++) {
        const struct weir_select_item *item = &planner->query->items[i];
        const struct weir_planner_item *written = &planner->written.items[i];
        if (item->kind == WEIR_SELECT_SINGLE &&
            weir_expression_equal(written->expression, expression)) {
            return true;
        }
        if (item->kind != WEIR_SELECT_ALL) {
            continue;
        }
        bool single = planner->query->join_count == 0;
        if (!item->source || (single && weir_is_column(expression)) ||
            (weir_is_column(expression) && expression->column.source &&
             strcmp(expression->column.source, item->source) == 0)) {
            return true;
        }
    }
    return false;
}

struct expansion {
    struct weir_planner *planner;
    struct weir_place place;
    bool persistent;
};

static bool is_partition_key(const struct weir_planner *planner, const char *source,
                             const char *name)
{
    for (size_t i = 0; i < planner->partition_by.count; i++) {
        const struct weir_expression *key = planner->partition_by.items[i];
        bool same_source =
            weir_is_column(key) &&
            (key->column.source == source ||
             (source && key->column.source && strcmp(key->column.source, source) == 0));
        if (same_source && strcmp(key->column.name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_column(struct expansion *expansion, const struct weir_planner_source *source,
                       const char *name)
{
    struct weir_planner *planner = expansion->planner;
    bool join = planner->query->join_count > 0;
    const char *alias = join ? source->alias : NULL;
    if (is_partition_key(planner, alias, name)) {
        return; /* stands at the front */
    }
    struct weir_planner_item *item = add_item(planner, &planner->items);
    item->expression = weir_planner_column(planner, alias, name, expansion->place);
    item->name = join ? join_name(planner, source->alias, name) : name;
    item->place = expansion->place;
}

static void add_columns(struct expansion *expansion, const struct weir_planner_source *source,
                        const struct weir_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_column(expansion, source, columns[i].name);
    }
}

/* Joins of windowed sources, and what is shown to people, have the window bounds as columns. */
static void add_bounds(struct expansion *expansion, const struct weir_planner_source *source)
{
    bool join = expansion->planner->query->join_count > 0;
    if (source->source->schema.window != WEIR_WINDOW_NONE && (join || !expansion->persistent)) {
        add_column(expansion, source, "WINDOWSTART");
        add_column(expansion, source, "WINDOWEND");
    }
}

static void add_source(struct expansion *expansion, const struct weir_planner_source *source)
{
    const struct weir_schema *schema = &source->source->schema;
    struct weir_planner *planner = expansion->planner;
    if (planner->partition_by.count == 0) {
        add_columns(expansion, source, schema->key, schema->key_count);
        add_bounds(expansion, source);
        add_columns(expansion, source, schema->values, schema->value_count);
        return;
    }
    /* After PARTITION BY the old key stands behind the values; a join's pseudo columns are plain
     * columns. */
    add_columns(expansion, source, schema->values, schema->value_count);
    if (planner->query->join_count > 0) {
        add_column(expansion, source, "ROWTIME");
        add_column(expansion, source, "ROWPARTITION");
        add_column(expansion, source, "ROWOFFSET");
    }
    add_bounds(expansion, source);
    add_columns(expansion, source, schema->key, schema->key_count);
}

static void add_front(struct expansion *expansion)
{
    struct weir_planner *planner = expansion->planner;
    for (size_t i = 0; i < planner->partition_by.count; i++) {
        struct weir_expression *key = planner->partition_by.items[i];
        if (key->kind != WEIR_EXPRESSION_NULL) {
            *add_item(planner, &planner->items) =
                (struct weir_planner_item){key, planner->partition_names[i], expansion->place};
        }
    }
    if (planner->synthetic_key &&
        !weir_expressions_contain(&planner->partition_by, planner->join_key)) {
        *add_item(planner, &planner->items) = (struct weir_planner_item){
            planner->join_key, planner->join_key->column.name, expansion->place};
    }
}

static bool expand_star(struct weir_planner *planner, const struct weir_select_item *written)
{
    struct expansion expansion = {planner, written->place, planner->sink_name != NULL};
    if (!written->source) {
        add_front(&expansion);
    }
    for (size_t i = 0; i < planner->source_count; i++) {
        const struct weir_planner_source *source = &planner->sources[i];
        if (!written->source || strcmp(written->source, source->alias) == 0) {
            add_source(&expansion, source);
        }
    }
    return true;
}

/* base->* gives a column for each field. */
static bool expand_struct(struct weir_planner *planner, const struct weir_planner_item *written)
{
    const struct weir_type *type;
    if (!weir_scope_type(planner, &planner->types, written->expression, &type)) {
        return false;
    }
    if (type->kind != WEIR_TYPE_STRUCT) {
        return weir_planner_fail(planner, written->place, "Column %s is not a STRUCT type.",
                                 weir_planner_text(planner, written->expression));
    }
    for (size_t i = 0; i < type->field_count; i++) {
        struct weir_expression *field = weir_arena_calloc(planner->arena, 1, sizeof(*field));
        field->kind = WEIR_EXPRESSION_DEREFERENCE;
        field->place = written->place;
        field->dereference.base = written->expression;
        field->dereference.field = type->fields[i].name;
        *add_item(planner, &planner->items) =
            (struct weir_planner_item){field, type->fields[i].name, written->place};
    }
    return true;
}

bool weir_planner_expand(struct weir_planner *planner)
{
    for (size_t i = 0; i < planner->query->item_count; i++) {
        const struct weir_select_item *item = &planner->query->items[i];
        bool expanded = true;
        if (item->kind == WEIR_SELECT_ALL) {
            expanded = expand_star(planner, item);
        } else if (item->kind == WEIR_SELECT_STRUCT_ALL) {
            expanded = expand_struct(planner, &planner->written.items[i]);
        } else {
            *add_item(planner, &planner->items) = planner->written.items[i];
        }
        if (!expanded) {
            return false;
        }
    }
    return true;
}
