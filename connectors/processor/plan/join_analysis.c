/* join_analysis.c - ON clauses: which source each side is over, and which columns have the key's
 * value. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"

#include <string.h>

struct usage {
    const struct weir_planner *planner;
    bool used[WEIR_PLANNER_SOURCES_MAX];
};

static bool note_source(struct weir_expression *expression, void *context)
{
    struct usage *usage = context;
    size_t index;
    if (weir_is_column(expression) && expression->column.source &&
        weir_planner_find_alias(usage->planner, expression->column.source, &index)) {
        usage->used[index] = true;
    }
    return true;
}

static bool only_source(struct weir_planner *planner, struct weir_expression *side,
                        const struct weir_expression *on, size_t *index_out)
{
    struct usage usage = {.planner = planner};
    size_t count = 0;
    weir_expression_walk(side, note_source, &usage);
    for (size_t i = planner->source_count; i > 0; i--) {
        if (usage.used[i - 1]) {
            *index_out = i - 1;
            count++;
        }
    }
    return count == 1 ||
           weir_planner_fail(
               planner, side->place,
               "Invalid comparison expression '%s' in join '%s'. Each side of the join comparison "
               "must contain references from exactly one source.",
               weir_planner_text(planner, side), weir_planner_text(planner, on));
}

static bool is_equality(const struct weir_expression *expression)
{
    return expression->kind == WEIR_EXPRESSION_COMPARISON &&
           expression->comparison.operator== WEIR_COMPARISON_EQUAL;
}

static bool check_shape(struct weir_planner *planner, const struct weir_expression *on)
{
    if (is_equality(on)) {
        return true;
    }
    if (on->kind == WEIR_EXPRESSION_COMPARISON) {
        return weir_planner_fail(planner, on->place, "Only equality join criteria is supported.");
    }
    bool several = on->kind == WEIR_EXPRESSION_AND || on->kind == WEIR_EXPRESSION_OR;
    if (several && is_equality(on->logical.left) && is_equality(on->logical.right)) {
        return weir_planner_fail(
            planner, on->place,
            "Invalid join condition: joins on multiple conditions are not yet supported. Got %s.",
            weir_planner_text(planner, on));
    }
    return weir_planner_fail(planner, on->place, "Unsupported join expression: %s",
                             weir_planner_text(planner, on));
}

static const char *window_name(const struct weir_source *source)
{
    switch (source->schema.window) {
    case WEIR_WINDOW_NONE:
        return "not";
    case WEIR_WINDOW_TIME:
        return source->schema.window_hops ? "HOPPING" : "TUMBLING";
    case WEIR_WINDOW_SESSION:
        return "SESSION";
    }
    return "";
}

static bool check_windows(struct weir_planner *planner, const struct weir_planner_join *join)
{
    const struct weir_planner_source *left = &planner->sources[join->left_source];
    const struct weir_planner_source *right = &planner->sources[join->right_source];
    enum weir_window_kind a = left->source->schema.window, b = right->source->schema.window;
    if (a == b) {
        return true;
    }
    bool one_only = a == WEIR_WINDOW_NONE || b == WEIR_WINDOW_NONE;
    return weir_planner_fail(
        planner, join->join->place,
        one_only ? "Can not join windowed source to non-windowed source.\n`%s` is %s windowed\n"
                   "`%s` is %s windowed"
                 : "Incompatible windowed sources.\nLeft source: `%s` is %s\nRight source: `%s` "
                   "is %s\nSession windowed sources can only be joined to other session windowed "
                   "sources.",
        left->alias, window_name(left->source), right->alias, window_name(right->source));
}

/* Turns ON so that its right side is over the new source. */
static bool orient(struct weir_planner *planner, struct weir_planner_join *join,
                   const struct weir_expression *on)
{
    struct weir_expression *left = on->comparison.left, *right = on->comparison.right;
    size_t left_source = 0, right_source = 0;
    size_t added = planner->source_count - 1;
    if (!only_source(planner, left, on, &left_source) ||
        !only_source(planner, right, on, &right_source)) {
        return false;
    }
    if (left_source == right_source) {
        return weir_planner_fail(
            planner, on->place,
            "Each side of the join must reference exactly one source and not the same source. Left "
            "side references `%s` and right references `%s`",
            planner->sources[left_source].alias, planner->sources[right_source].alias);
    }
    if (left_source != added && right_source != added) {
        return weir_planner_fail(
            planner, on->place,
            "A join criteria is expected to reference the source (`%s`) in the FROM clause, "
            "instead "
            "the right source references `%s` and the left source references `%s`",
            planner->sources[added].alias, planner->sources[right_source].alias,
            planner->sources[left_source].alias);
    }
    bool turned = left_source == added;
    join->left = turned ? right : left;
    join->right = turned ? left : right;
    join->left_source = turned ? right_source : left_source;
    join->right_source = added;
    return true;
}

static void add_new(struct weir_planner *planner, struct weir_expressions *list,
                    struct weir_expression *expression)
{
    if (!weir_expressions_contain(list, expression)) {
        weir_expressions_add(planner, list, expression);
    }
}

/* The result's key is both sides of ON, and what was the key before if one of them was it; a FULL
 * join's key is neither side, as either can be null. */
static void find_equivalents(struct weir_planner *planner, struct weir_planner_join *join,
                             const struct weir_planner_join *before)
{
    if (join->join->kind == WEIR_JOIN_FULL) {
        return;
    }
    bool continues = before && weir_expressions_contain(&before->equivalent, join->left);
    for (size_t i = 0; continues && i < before->equivalent.count; i++) {
        add_new(planner, &join->equivalent, before->equivalent.items[i]);
    }
    add_new(planner, &join->equivalent, join->left);
    add_new(planner, &join->equivalent, join->right);
    for (size_t i = 0; continues && i < before->viable.count; i++) {
        add_new(planner, &join->viable, before->viable.items[i]);
    }
    if (weir_is_column(join->left)) {
        add_new(planner, &join->viable, join->left);
    }
    if (weir_is_column(join->right)) {
        add_new(planner, &join->viable, join->right);
    }
}

static bool is_key_column(const struct weir_planner_source *source,
                          const struct weir_expression *expression)
{
    const struct weir_schema *schema = &source->source->schema;
    return weir_is_column(expression) && schema->key_count == 1 &&
           strcmp(schema->key[0].name, expression->column.name) == 0;
}

static bool left_is_table(const struct weir_planner *planner, size_t join)
{
    for (size_t i = 0; i <= join; i++) {
        if (!planner->sources[i].source->table) {
            return false;
        }
    }
    return true;
}

static bool check_table_join(struct weir_planner *planner, struct weir_planner_join *join,
                             size_t index)
{
    static const char *const kinds[] = {"[INNER] JOIN", "LEFT [OUTER] JOIN", "RIGHT [OUTER] JOIN",
                                        "[FULL] OUTER JOIN"};
    const struct weir_planner_source *left = &planner->sources[join->left_source];
    const struct weir_planner_source *right = &planner->sources[join->right_source];
    bool left_table = left_is_table(planner, index);
    enum weir_join_kind kind = join->join->kind;
    struct weir_place place = join->join->place;
    if (!right->source->table) {
        return !left_table ||
               weir_planner_fail(planner, place,
                                 "Invalid join order: table-stream joins are not supported; only "
                                 "stream-table joins. Got %s %s %s.",
                                 left->source->name, kinds[kind], right->source->name);
    }
    if (!left_table && (kind == WEIR_JOIN_FULL || kind == WEIR_JOIN_RIGHT)) {
        return weir_planner_fail(
            planner, place,
            "Invalid join type: %s join not supported for stream-table join. Got %s %s %s.",
            kind == WEIR_JOIN_FULL ? "full-outer" : "right-outer", left->source->name, kinds[kind],
            right->source->name);
    }
    if (!is_key_column(right, join->right)) {
        return weir_planner_fail(
            planner, place,
            left_table
                ? "Invalid join condition: table-table joins require to join on the primary "
                  "key of the right input table. Got %s = %s."
                : "Invalid join condition: stream-table joins require to join on the table's "
                  "primary key. Got %s = %s.",
            weir_planner_text(planner, join->left), weir_planner_text(planner, join->right));
    }
    join->foreign_key = left_table && !is_key_column(left, join->left);
    return true;
}

static bool check_foreign_key(struct weir_planner *planner, const struct weir_planner_join *join)
{
    struct weir_place place = join->join->place;
    if (!join->foreign_key) {
        return true;
    }
    if (join->join->kind == WEIR_JOIN_RIGHT) {
        return weir_planner_fail(planner, place,
                                 "RIGHT OUTER JOIN on a foreign key is not supported");
    }
    if (join->join->kind == WEIR_JOIN_FULL) {
        return weir_planner_fail(
            planner, place,
            "Invalid join type: full-outer join not supported for foreign-key table-table join.");
    }
    return planner->sources[join->right_source].source->schema.window == WEIR_WINDOW_NONE ||
           weir_planner_fail(planner, place,
                             "Foreign-key table-table joins are not supported on windowed tables.");
}

static bool check_within(struct weir_planner *planner, const struct weir_planner_join *join,
                         size_t index)
{
    bool right_table = planner->sources[join->right_source].source->table;
    const struct weir_join_within *within = join->join->within;
    if (!right_table && !within) {
        return weir_planner_fail(
            planner, join->join->place,
            "Stream-Stream joins must have a WITHIN clause specified. None was provided.");
    }
    return !right_table || !within ||
           weir_planner_fail(
               planner, within->place,
               "A window definition was provided for a %s join. These joins are not windowed. "
               "Please drop "
               "the window definition (ie. the WITHIN clause) and try to execute your join again.",
               left_is_table(planner, index) ? "Table-Table" : "Stream-Table");
}

static bool check_types(struct weir_planner *planner, const struct weir_planner_join *join)
{
    const struct weir_type *left, *right;
    if (!weir_scope_type(planner, &planner->types, join->left, &left) ||
        !weir_scope_type(planner, &planner->types, join->right, &right)) {
        return false;
    }
    if (weir_type_equal(left, right)) {
        return true;
    }
    weir_auto_buffer left_text, right_text;
    weir_buffer_init(&left_text, 300);
    weir_buffer_init(&right_text, 300);
    weir_type_print(left, &left_text);
    weir_type_print(right, &right_text);
    return weir_planner_fail(planner, join->join->on->place,
                             "Invalid join condition: types don't match. Got %s{%s} = %s{%s}.",
                             weir_planner_text(planner, join->left), weir_buffer_text(&left_text),
                             weir_planner_text(planner, join->right),
                             weir_buffer_text(&right_text));
}

/* The left source's name and its topic's partitions, the right's and its. */
static bool check_partitions(struct weir_planner *planner, const struct weir_planner_join *join)
{
    const struct weir_planner_source *sides[] = {&planner->sources[0],
                                                 &planner->sources[join->right_source]};
    int32_t counts[2];
    for (size_t i = 0; i < 2; i++) {
        counts[i] = planner->topics->partition_count(planner->topics->context,
                                                     sides[i]->source->topic, planner->err);
        if (counts[i] < 0) {
            return false;
        }
    }
    return join->foreign_key || counts[0] == counts[1] || !counts[0] || !counts[1] ||
           weir_planner_fail(planner, join->join->place,
                             "Can't join `%s` with `%s` since the number of partitions don't "
                             "match. `%s` partitions = "
                             "%d; `%s` partitions = %d. Please repartition either one so that the "
                             "number of partitions "
                             "match.",
                             sides[0]->alias, sides[1]->alias, sides[0]->alias, counts[0],
                             sides[1]->alias, counts[1]);
}

static bool check_value_format(struct weir_planner *planner,
                               const struct weir_planner_source *source)
{
    return source->source->formats.value.kind != WEIR_FORMAT_KAFKA ||
           weir_planner_fail(planner, source->place,
                             "Source(s) %s are using the 'KAFKA' value format. This format does "
                             "not yet support JOIN.",
                             source->alias);
}

bool weir_planner_analyse_joins(struct weir_planner *planner)
{
    const struct weir_query *query = planner->query;
    for (size_t i = 0; i < query->join_count; i++) {
        struct weir_planner_join *join = &planner->joins[i];
        join->join = &query->joins[i];
        if (!weir_planner_add_source(planner, &join->join->right)) {
            return false;
        }
        struct weir_expression *on = weir_planner_canonical(planner, join->join->on, "JOIN ON");
        if (!on || !check_shape(planner, on) || !orient(planner, join, on) ||
            !check_windows(planner, join)) {
            return false;
        }
        if (!check_table_join(planner, join, i) || !check_foreign_key(planner, join) ||
            !check_within(planner, join, i) || !check_types(planner, join)) {
            return false;
        }
        find_equivalents(planner, join, i ? &planner->joins[i - 1] : NULL);
        planner->join_count++;
    }
    for (size_t i = 0; planner->join_count && i < planner->source_count; i++) {
        if (!check_value_format(planner, &planner->sources[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < planner->join_count; i++) {
        if (!check_partitions(planner, &planner->joins[i])) {
            return false;
        }
    }
    return true;
}

/* ROWKEY, or ROWKEY_1 ... where a source has such a column. */
static const char *synthetic_name(struct weir_planner *planner)
{
    size_t index;
    const char *name = "ROWKEY";
    for (unsigned i = 1; weir_planner_sources_with(planner, name, &index) > 0; i++) {
        name = weir_arena_format(planner->arena, "ROWKEY_%u", i);
    }
    return name;
}

/* A foreign key join keeps the key of its left side: that of the last join before it, or of
 * FROM. */
static const struct weir_planner_join *keying_join(const struct weir_planner *planner)
{
    for (size_t i = planner->join_count; i > 0; i--) {
        if (!planner->joins[i - 1].foreign_key) {
            return &planner->joins[i - 1];
        }
    }
    return NULL;
}

/* Of the columns that have the key's value the first one that is selected gives the key its name.
 * It is needed before the SELECT list is bound for the synthetic one, and again after it. */
void weir_planner_choose_join_key(struct weir_planner *planner)
{
    const struct weir_planner_join *join = keying_join(planner);
    struct weir_place none = {0};
    planner->synthetic_key = false;
    if (!join) {
        const struct weir_planner_source *from = &planner->sources[0];
        if (from->source->schema.key_count > 0) {
            planner->join_key =
                weir_planner_column(planner, from->alias, from->source->schema.key[0].name, none);
        }
        return;
    }
    if (join->viable.count == 0) {
        planner->synthetic_key = true;
        planner->join_key = weir_planner_column(planner, NULL, synthetic_name(planner), none);
        return;
    }
    planner->join_key = join->viable.items[0];
    for (size_t i = 0; planner->written.count && i < join->viable.count; i++) {
        if (weir_planner_projects(planner, join->viable.items[i])) {
            planner->join_key = join->viable.items[i];
            return;
        }
    }
}
