/* join_steps.c - sources and joins as steps. Each side hands on only the columns that the query
 * names later, under the names ALIAS_COLUMN, and is keyed by its side of ON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"

#include <string.h>

enum { DAY_MS = 86400000 };

static struct weir_slot slot_of(enum weir_slot_kind kind, size_t index,
                                const struct weir_type *type)
{
    return (struct weir_slot){.kind = kind, .index = (uint32_t)index, .type = type};
}

static void add_source_scope(struct weir_planner *planner, const struct weir_planner_source *source,
                             const char *alias, struct weir_scope *scope)
{
    const struct weir_schema *schema = &source->source->schema;
    static const char *const pseudo[] = {"ROWTIME", "ROWPARTITION", "ROWOFFSET", "WINDOWSTART",
                                         "WINDOWEND"};
    for (size_t i = 0; i < schema->key_count; i++) {
        weir_scope_add(planner, scope, alias, schema->key[i].name,
                       slot_of(WEIR_SLOT_KEY, i, schema->key[i].type));
    }
    for (size_t i = 0; i < schema->value_count; i++) {
        weir_scope_add(planner, scope, alias, schema->values[i].name,
                       slot_of(WEIR_SLOT_VALUE, i, schema->values[i].type));
    }
    for (size_t i = 0; i < sizeof(pseudo) / sizeof(*pseudo); i++) {
        struct weir_slot slot;
        if (weir_pseudo_column(pseudo[i], schema->window != WEIR_WINDOW_NONE, &slot)) {
            weir_scope_add(planner, scope, alias, pseudo[i], slot);
        }
    }
}

static struct weir_stage source_stage(struct weir_planner *planner, size_t index, const char *id)
{
    const struct weir_planner_source *source = &planner->sources[index];
    const char *alias = planner->join_count ? source->alias : NULL;
    bool table = source->source->table;
    struct weir_stage stage = {0};
    stage.step =
        weir_planner_step(planner, table ? WEIR_STEP_TABLE_SOURCE : WEIR_STEP_STREAM_SOURCE, id);
    stage.step->table = table;
    stage.step->schema = source->source->schema;
    stage.step->source.source = source->source;
    stage.step->source.store = weir_arena_format(planner->arena, "%s-Source", id);
    stage.keys =
        weir_arena_calloc(planner->arena, stage.step->schema.key_count, sizeof(*stage.keys));
    for (size_t i = 0; i < stage.step->schema.key_count; i++) {
        stage.keys[i] =
            weir_planner_column(planner, alias, stage.step->schema.key[i].name, source->place);
    }
    add_source_scope(planner, source, alias, &stage.scope);
    return stage;
}

/* The columns of one source, or of all joined so far, that go on: computed over `from`, found in
 * `to`. */
struct handed {
    struct weir_column *columns;
    const struct weir_expression **values;
    size_t count;
    struct weir_scope scope;
};

static bool hand_on(struct weir_planner *planner, const struct weir_scope *from, const char *alias,
                    struct handed *handed)
{
    const struct weir_scope *required = &planner->required;
    handed->columns = weir_arena_calloc(planner->arena, required->count, sizeof(*handed->columns));
    handed->values = weir_arena_calloc(planner->arena, required->count, sizeof(*handed->values));
    for (size_t i = 0; i < required->count; i++) {
        const struct weir_scope_column *column = &required->columns[i];
        const struct weir_scope_column *found = weir_scope_find(from, column->source, column->name);
        bool ours = column->source && (!alias || strcmp(alias, column->source) == 0);
        if (!ours || !found) {
            continue;
        }
        struct weir_expression *value =
            weir_planner_column(planner, column->source, column->name, planner->query->place);
        value->column.slot = found->slot;
        size_t at = handed->count++;
        handed->values[at] = value;
        handed->columns[at].name =
            weir_arena_format(planner->arena, "%s_%s", column->source, column->name);
        handed->columns[at].type = found->slot.type;
        weir_scope_add(planner, &handed->scope, column->source, column->name,
                       slot_of(WEIR_SLOT_VALUE, at, found->slot.type));
    }
    return true;
}

static bool keyed_by(const struct weir_stage *stage, const struct weir_expression *expression)
{
    return stage->step->schema.key_count == 1 && weir_expression_equal(stage->keys[0], expression);
}

/* Through an internal topic by the key that ON asks for. */
static bool rekey(struct weir_planner *planner, struct weir_stage *stage, struct handed *handed,
                  const struct weir_expression *key, const char *id)
{
    const struct weir_type *type;
    const struct weir_expression **keys = weir_arena_calloc(planner->arena, 1, sizeof(*keys));
    struct weir_column *column = weir_arena_calloc(planner->arena, 1, sizeof(*column));
    if (stage->step->schema.window != WEIR_WINDOW_NONE) {
        return weir_planner_fail(
            planner, key->place,
            "Implicit repartitioning of windowed sources is not supported. See "
            "https://github.com/confluentinc/ksql/issues/4385.");
    }
    if (stage->step->table) {
        return weir_planner_fail(planner, key->place,
                                 "Cannot repartition a TABLE source. If this is a join, joins on "
                                 "non-key columns are not "
                                 "yet supported.");
    }
    keys[0] = weir_scope_type(planner, &stage->scope, key, &type);
    if (!keys[0]) {
        return false;
    }
    column->name = weir_is_column(key) ? key->column.name : "KSQL_COL_0";
    column->type = type;
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_SELECT_KEY, id);
    step->input = stage->step;
    step->schema.key = column;
    step->schema.key_count = 1;
    step->schema.values = handed->columns;
    step->schema.value_count = handed->count;
    step->select_key.keys = keys;
    step->select_key.values = handed->values;
    stage->step = step;
    stage->scope = handed->scope;
    stage->keys = weir_arena_calloc(planner->arena, 1, sizeof(*stage->keys));
    stage->keys[0] = weir_expression_copy(planner->arena, key);
    return true;
}

static void project(struct weir_planner *planner, struct weir_stage *stage, struct handed *handed,
                    const char *id)
{
    struct weir_step *step = weir_planner_step(planner, WEIR_STEP_SELECT, id);
    step->input = stage->step;
    step->table = stage->step->table;
    step->schema = stage->step->schema;
    step->schema.values = handed->columns;
    step->schema.value_count = handed->count;
    step->select.values = handed->values;
    stage->step = step;
    stage->scope = handed->scope;
}

static bool prepare_source(struct weir_planner *planner, struct weir_stage *stage,
                           const char *alias, const struct weir_expression *key, const char *prefix,
                           bool left)
{
    struct handed handed = {0};
    const char *side = left ? "Left" : "Right";
    if (!hand_on(planner, &stage->scope, alias, &handed)) {
        return false;
    }
    if (!key || keyed_by(stage, key)) {
        project(planner, stage, &handed,
                weir_arena_format(planner->arena, "PrependAlias%s%s", prefix, side));
        return true;
    }
    if (!rekey(planner, stage, &handed, key,
               weir_arena_format(planner->arena, "%s%sSourceKeyed", prefix, side))) {
        return false;
    }
    struct weir_stage before = planner->stage;
    planner->stage = *stage;
    weir_planner_repartition(
        planner, weir_arena_format(planner->arena, "%sJoin-%s", prefix, left ? "left" : "right"));
    *stage = planner->stage;
    planner->stage = before;
    return true;
}

/* The left side of a second or later join: what was joined so far. */
static bool prepare_joined(struct weir_planner *planner, const struct weir_planner_join *join,
                           const struct weir_planner_join *before, const char *prefix)
{
    struct weir_stage *stage = &planner->stage;
    if (join->foreign_key || weir_expressions_contain(&before->equivalent, join->left) ||
        keyed_by(stage, join->left)) {
        return true;
    }
    struct handed handed = {0};
    if (!hand_on(planner, &stage->scope, NULL, &handed) ||
        !rekey(planner, stage, &handed, join->left,
               weir_arena_format(planner->arena, "%sLeftSourceKeyed", prefix))) {
        return false;
    }
    weir_planner_repartition(planner, weir_arena_format(planner->arena, "%sJoin-left", prefix));
    return true;
}

/* Values of the left, then of the right. */
static void join_schema(struct weir_planner *planner, struct weir_step *step,
                        const struct weir_stage *left, const struct weir_stage *right,
                        struct weir_scope *scope)
{
    size_t left_count = left->step->schema.value_count,
           right_count = right->step->schema.value_count;
    struct weir_column *values =
        weir_arena_calloc(planner->arena, left_count + right_count, sizeof(*values));
    memcpy(values, left->step->schema.values, left_count * sizeof(*values));
    if (right_count) {
        memcpy(values + left_count, right->step->schema.values, right_count * sizeof(*values));
    }
    step->schema.values = values;
    step->schema.value_count = left_count + right_count;
    step->schema.window = left->step->schema.window;
    step->schema.window_size_ms = left->step->schema.window_size_ms;
    step->schema.window_hops = left->step->schema.window_hops;
    const struct weir_scope *scopes[] = {&left->scope, &right->scope};
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < scopes[side]->count; i++) {
            struct weir_scope_column column = scopes[side]->columns[i];
            if (column.slot.kind == WEIR_SLOT_VALUE) {
                column.slot.index += (uint32_t)(side ? left_count : 0);
                weir_scope_add(planner, scope, column.source, column.name, column.slot);
            }
        }
    }
}

static enum weir_step_kind join_kind(const struct weir_planner_join *join,
                                     const struct weir_stage *left, const struct weir_stage *right)
{
    if (join->foreign_key) {
        return WEIR_STEP_FOREIGN_KEY_JOIN;
    }
    if (left->step->table) {
        return WEIR_STEP_TABLE_TABLE_JOIN;
    }
    return right->step->table ? WEIR_STEP_STREAM_TABLE_JOIN : WEIR_STEP_STREAM_STREAM_JOIN;
}

static int64_t default_grace_ms(const struct weir_join_within *within)
{
    if (within->has_grace) {
        return within->grace_ms;
    }
    return within->before_ms >= DAY_MS / 2 ? 0 : DAY_MS - 2 * within->before_ms;
}

static void join_details(struct weir_planner *planner, struct weir_step *step,
                         const struct weir_planner_join *join)
{
    step->join.kind = join->join->kind;
    step->join.left_store = weir_arena_format(planner->arena, "%s-left", step->id);
    step->join.right_store = weir_arena_format(planner->arena, "%s-right", step->id);
    step->join.outer_store = weir_arena_format(planner->arena, "%s-outer", step->id);
    const struct weir_join_within *within = join->join->within;
    if (within) {
        step->join.before_ms = within->before_ms;
        step->join.after_ms = within->after_ms;
        step->join.has_grace = within->has_grace;
        step->join.grace_ms = default_grace_ms(within);
    }
}

static bool foreign_key(struct weir_planner *planner, struct weir_step *step,
                        const struct weir_planner_join *join, const struct weir_stage *left)
{
    step->join.foreign_key = weir_scope_resolve(planner, &left->scope, join->left);
    step->join.subscription_topic = weir_arena_format(planner->arena, "%s-subscription", step->id);
    step->join.response_topic = weir_arena_format(planner->arena, "%s-response", step->id);
    step->join.foreign_key_format = planner->sources[join->right_source].source->formats.key;
    return step->join.foreign_key != NULL;
}

/* What the key of this join is called: its own name only matters for the last one. */
static struct weir_expression *key_of(struct weir_planner *planner, size_t index)
{
    const struct weir_planner_join *join = &planner->joins[index];
    bool last = true;
    for (size_t i = index + 1; i < planner->join_count; i++) {
        last = last && planner->joins[i].foreign_key;
    }
    if (last) {
        return planner->join_key;
    }
    if (join->viable.count) {
        return join->viable.items[0];
    }
    return weir_planner_column(planner, NULL, "ROWKEY", join->join->place);
}

static const char *internal_name(struct weir_planner *planner, const struct weir_expression *column)
{
    if (!weir_is_column(column)) {
        return "KSQL_COL_0";
    }
    return column->column.source ? weir_arena_format(planner->arena, "%s_%s", column->column.source,
                                                     column->column.name)
                                 : column->column.name;
}

static void join_key(struct weir_planner *planner, struct weir_step *step, size_t index,
                     const struct weir_stage *left, struct weir_stage *stage)
{
    if (planner->joins[index].foreign_key) {
        step->schema.key = left->step->schema.key;
        step->schema.key_count = left->step->schema.key_count;
        stage->keys = left->keys;
    } else {
        struct weir_column *key = weir_arena_calloc(planner->arena, 1, sizeof(*key));
        stage->keys = weir_arena_calloc(planner->arena, 1, sizeof(*stage->keys));
        stage->keys[0] = key_of(planner, index);
        key->name = internal_name(planner, stage->keys[0]);
        key->type = left->step->schema.key[0].type;
        step->schema.key = key;
        step->schema.key_count = 1;
    }
    for (size_t i = 0; i < step->schema.key_count; i++) {
        const struct weir_expression *column = stage->keys[i];
        if (weir_is_column(column) &&
            !weir_scope_find(&stage->scope, column->column.source, column->column.name)) {
            weir_scope_add(planner, &stage->scope, column->column.source, column->column.name,
                           slot_of(WEIR_SLOT_KEY, i, step->schema.key[i].type));
        }
    }
}

static bool join_step(struct weir_planner *planner, size_t index, struct weir_stage *right,
                      const char *prefix)
{
    const struct weir_planner_join *join = &planner->joins[index];
    struct weir_stage *left = &planner->stage;
    struct weir_stage stage = {0};
    struct weir_step *step = weir_planner_step(planner, join_kind(join, left, right),
                                               weir_arena_format(planner->arena, "%sJoin", prefix));
    step->input = left->step;
    step->right = right->step;
    step->table = left->step->table;
    stage.step = step;
    join_details(planner, step, join);
    if (join->foreign_key && !foreign_key(planner, step, join, left)) {
        return false;
    }
    join_schema(planner, step, left, right, &stage.scope);
    join_key(planner, step, index, left, &stage);
    planner->stage = stage;
    return true;
}

/* "L_L_" for the first of three joins, "" for the last. */
static const char *join_prefix(struct weir_planner *planner, size_t index)
{
    const char *prefix = "";
    for (size_t i = index + 1; i < planner->join_count; i++) {
        prefix = weir_arena_format(planner->arena, "%sL_", prefix);
    }
    return prefix;
}

/* Columns that later joins are keyed by have to be handed on too. */
static void require_later_keys(struct weir_planner *planner)
{
    for (size_t i = 0; i < planner->join_count; i++) {
        const struct weir_planner_join *join = &planner->joins[i];
        if (join->foreign_key ||
            (i > 0 && !weir_expressions_contain(&planner->joins[i - 1].equivalent, join->left))) {
            weir_scope_require(planner, &planner->required, join->left);
        }
    }
}

bool weir_planner_sources(struct weir_planner *planner)
{
    if (planner->join_count == 0) {
        planner->stage = source_stage(planner, 0, "KsqlTopic");
        return true;
    }
    require_later_keys(planner);
    for (size_t i = 0; i < planner->join_count; i++) {
        const struct weir_planner_join *join = &planner->joins[i];
        const char *prefix = join_prefix(planner, i);
        const char *left_key_alias = planner->sources[0].alias;
        if (i == 0) {
            struct weir_stage left = source_stage(
                planner, 0, weir_arena_format(planner->arena, "KafkaTopic_%sLeft", prefix));
            if (!prepare_source(planner, &left, left_key_alias,
                                join->foreign_key ? NULL : join->left, prefix, true)) {
                return false;
            }
            planner->stage = left;
        } else if (!prepare_joined(planner, join, &planner->joins[i - 1], prefix)) {
            return false;
        }
        struct weir_stage right =
            source_stage(planner, join->right_source,
                         weir_arena_format(planner->arena, "KafkaTopic_%sRight", prefix));
        if (!prepare_source(planner, &right, planner->sources[join->right_source].alias,
                            join->right, prefix, false) ||
            !join_step(planner, i, &right, prefix)) {
            return false;
        }
    }
    return true;
}
