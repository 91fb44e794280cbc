/* bind.c - names of sources and columns: what they mean, and what to say when they mean nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/sql/diagnostic.h"

#include <string.h>

enum { SUGGESTIONS_MAX = 512 };

static struct weir_slot slot_of(enum weir_slot_kind kind, size_t index,
                                const struct weir_column *column)
{
    return (struct weir_slot){.kind = kind, .index = (uint32_t)index, .type = column->type};
}

bool weir_source_find(const struct weir_source *source, const char *name,
                      struct weir_slot *slot_out)
{
    for (size_t i = 0; i < source->schema.key_count; i++) {
        if (strcmp(source->schema.key[i].name, name) == 0) {
            *slot_out = slot_of(WEIR_SLOT_KEY, i, &source->schema.key[i]);
            return true;
        }
    }
    for (size_t i = 0; i < source->schema.value_count; i++) {
        if (strcmp(source->schema.values[i].name, name) == 0) {
            *slot_out = slot_of(WEIR_SLOT_VALUE, i, &source->schema.values[i]);
            return true;
        }
    }
    return weir_pseudo_column(name, source->schema.window != WEIR_WINDOW_NONE, slot_out);
}

size_t weir_planner_sources_with(const struct weir_planner *planner, const char *name,
                                 size_t *index_out)
{
    size_t count = 0;
    struct weir_slot slot;
    for (size_t i = planner->source_count; i > 0; i--) {
        if (weir_source_find(planner->sources[i - 1].source, name, &slot)) {
            *index_out = i - 1;
            count++;
        }
    }
    return count;
}

bool weir_planner_find_alias(const struct weir_planner *planner, const char *alias,
                             size_t *index_out)
{
    for (size_t i = 0; i < planner->source_count; i++) {
        if (strcmp(planner->sources[i].alias, alias) == 0) {
            *index_out = i;
            return true;
        }
    }
    return false;
}

static bool fail_unknown_source(struct weir_planner *planner, const struct weir_relation *relation)
{
    const char *near = weir_metastore_nearest_source(planner->metastore, relation->name);
    return weir_planner_fail(planner, relation->place, "%s does not exist.%s%s%s", relation->name,
                             near ? " Did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static void add_types(struct weir_planner *planner, const struct weir_planner_source *added)
{
    const struct weir_schema *schema = &added->source->schema;
    const char *alias = planner->query->join_count ? added->alias : NULL;
    static const char *const pseudo[] = {"ROWTIME", "ROWPARTITION", "ROWOFFSET", "WINDOWSTART",
                                         "WINDOWEND"};
    for (size_t i = 0; i < schema->key_count; i++) {
        weir_scope_add(planner, &planner->types, alias, schema->key[i].name,
                       slot_of(WEIR_SLOT_KEY, i, &schema->key[i]));
    }
    for (size_t i = 0; i < schema->value_count; i++) {
        weir_scope_add(planner, &planner->types, alias, schema->values[i].name,
                       slot_of(WEIR_SLOT_VALUE, i, &schema->values[i]));
    }
    for (size_t i = 0; i < sizeof(pseudo) / sizeof(*pseudo); i++) {
        struct weir_slot slot;
        bool windowed = schema->window != WEIR_WINDOW_NONE || planner->query->window;
        if (weir_pseudo_column(pseudo[i], windowed, &slot)) {
            weir_scope_add(planner, &planner->types, alias, pseudo[i], slot);
        }
    }
}

bool weir_planner_add_source(struct weir_planner *planner, const struct weir_relation *relation)
{
    const struct weir_source *source = weir_metastore_source(planner->metastore, relation->name);
    size_t index;
    if (!source) {
        return fail_unknown_source(planner, relation);
    }
    for (size_t i = 0; i < planner->source_count; i++) {
        if (planner->sources[i].source == source) {
            return weir_planner_fail(
                planner, relation->place,
                planner->source_count > 1
                    ? "N-way joins do not support multiple occurrences of the same "
                      "source. Source: '%1$s'."
                    : "Can not join '%1$s' to '%1$s': self joins are not yet supported.",
                relation->name);
        }
    }
    if (weir_planner_find_alias(planner, relation->alias, &index)) {
        return weir_planner_fail(planner, relation->place, "Two sources have the same name: %s",
                                 relation->alias);
    }
    if (planner->source_count == WEIR_PLANNER_SOURCES_MAX) {
        return weir_planner_fail(planner, relation->place, "More than %d sources in one query",
                                 WEIR_PLANNER_SOURCES_MAX);
    }
    struct weir_planner_source *added = &planner->sources[planner->source_count++];
    *added = (struct weir_planner_source){relation->alias, relation->place, source};
    add_types(planner, added);
    return true;
}

/* Of all columns, or of those of one source. */
static const char *nearest_column(const struct weir_planner *planner, const char *name,
                                  const char *alias)
{
    const char *names[SUGGESTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < planner->source_count; i++) {
        const struct weir_schema *schema = &planner->sources[i].source->schema;
        if (alias && strcmp(alias, planner->sources[i].alias) != 0) {
            continue;
        }
        for (size_t j = 0; j < schema->key_count && count < SUGGESTIONS_MAX; j++) {
            names[count++] = schema->key[j].name;
        }
        for (size_t j = 0; j < schema->value_count && count < SUGGESTIONS_MAX; j++) {
            names[count++] = schema->values[j].name;
        }
    }
    return weir_sql_nearest(name, names, count);
}

static bool fail_unknown_column(struct weir_planner *planner, const struct weir_expression *column,
                                const char *clause)
{
    const char *near = nearest_column(planner, column->column.name, column->column.source);
    const char *more = "";
    if (strcmp(clause, "PARTITION BY") == 0) {
        more = " It must be a column of the source, since PARTITION BY is applied on the input.";
    }
    return weir_planner_fail(planner, column->place, "%s column '%s' cannot be resolved.%s%s%s%s",
                             clause, weir_planner_text(planner, column), more,
                             near ? " Did you mean " : "", near ? near : "", near ? "?" : "");
}

static bool fail_ambiguous(struct weir_planner *planner, const struct weir_expression *column)
{
    weir_auto_buffer places;
    struct weir_slot slot;
    weir_buffer_init(&places, WEIR_ERROR_MESSAGE_BYTES);
    for (size_t i = 0; i < planner->source_count; i++) {
        if (weir_source_find(planner->sources[i].source, column->column.name, &slot)) {
            weir_buffer_append_format(&places, "%s%s.%s", places.len ? " or " : "",
                                      planner->sources[i].alias, column->column.name);
        }
    }
    return weir_planner_fail(planner, column->place, "Column '%s' is ambiguous. Could be %s.",
                             column->column.name, weir_buffer_text(&places));
}

struct naming {
    struct weir_planner *planner;
    const char *clause;
};

/* ROWKEY of a join, WINDOWSTART of a windowed GROUP BY. */
static bool is_synthetic(const struct weir_planner *planner, const struct weir_expression *column,
                         const char *clause)
{
    if (planner->synthetic_key && strcmp(clause, "SELECT") == 0 &&
        strcmp(column->column.name, planner->join_key->column.name) == 0) {
        return true;
    }
    return planner->query->window && planner->query->join_count == 0 &&
           weir_is_window_bound(column->column.name) && strcmp(clause, "WHERE") != 0;
}

static bool name_node(struct weir_expression *expression, void *context)
{
    const struct naming *naming = context;
    struct weir_planner *planner = naming->planner;
    struct weir_slot slot;
    size_t index = 0;
    if (!weir_is_column(expression)) {
        return true;
    }
    if (expression->column.source) {
        if (!weir_planner_find_alias(planner, expression->column.source, &index) ||
            !weir_source_find(planner->sources[index].source, expression->column.name, &slot)) {
            return fail_unknown_column(planner, expression, naming->clause);
        }
    } else {
        size_t count = weir_planner_sources_with(planner, expression->column.name, &index);
        if (count == 0 && is_synthetic(planner, expression, naming->clause)) {
            return true;
        }
        if (count != 1) {
            return count ? fail_ambiguous(planner, expression)
                         : fail_unknown_column(planner, expression, naming->clause);
        }
    }
    expression->column.source = planner->query->join_count ? planner->sources[index].alias : NULL;
    return true;
}

struct weir_expression *weir_planner_canonical(struct weir_planner *planner,
                                               const struct weir_expression *expression,
                                               const char *clause)
{
    struct naming naming = {planner, clause};
    struct weir_expression *copy = weir_expression_copy(planner->arena, expression);
    if (!weir_expression_walk(copy, name_node, &naming) ||
        !weir_plan_resolve_casts(planner->metastore, planner->arena, copy, planner->err)) {
        return NULL;
    }
    return copy;
}

static bool bind_list(struct weir_planner *planner, struct weir_expression *const *items,
                      size_t count, const char *clause, struct weir_expressions *list)
{
    for (size_t i = 0; i < count; i++) {
        struct weir_expression *bound = weir_planner_canonical(planner, items[i], clause);
        if (!bound) {
            return false;
        }
        weir_expressions_add(planner, list, bound);
    }
    return true;
}

bool weir_planner_bind_clauses(struct weir_planner *planner)
{
    const struct weir_query *query = planner->query;
    if (query->where &&
        !(planner->where = weir_planner_canonical(planner, query->where, "WHERE"))) {
        return false;
    }
    if (!bind_list(planner, query->group_by, query->group_by_count, "GROUP BY",
                   &planner->group_by) ||
        !bind_list(planner, query->partition_by, query->partition_by_count, "PARTITION BY",
                   &planner->partition_by)) {
        return false;
    }
    if (query->having &&
        !(planner->having = weir_planner_canonical(planner, query->having, "HAVING"))) {
        return false;
    }
    return true;
}
