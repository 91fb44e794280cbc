/* planner_internal.h - what the planner's files share; included nowhere else.
 *
 * A query is planned in order: sources and joins are bound (bind.c, join_analysis.c), names are
 * made canonical and `*` is expanded (select.c), then steps are stacked on `stage`: sources and
 * joins (join_steps.c), WHERE, PARTITION BY (partition.c), table functions (flat_map.c), GROUP BY
 * (aggregate.c), the projection (project.c), and the sink (sink.c).
 *
 * A canonical column reference has its source's alias in a join, and none elsewhere. At each stage
 * `scope` says where such a column is in the row. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_PLAN_PLANNER_INTERNAL_H
#define WEIR_PROCESSOR_PLAN_PLANNER_INTERNAL_H

#include "connectors/processor/plan/metastore.h"
#include "connectors/processor/plan/plan.h"
#include "connectors/processor/plan/program.h"
#include "connectors/processor/plan/with.h"
#include "connectors/processor/sql/ast.h"

enum { WEIR_PLANNER_SOURCES_MAX = 32 };

/* A column that expressions can name at a stage. */
struct weir_scope_column {
    const char *source; /* alias, or NULL */
    const char *name;
    struct weir_slot slot;
};

struct weir_scope {
    struct weir_scope_column *columns;
    size_t count, capacity;
};

struct weir_expressions {
    struct weir_expression **items;
    size_t count, capacity;
};

/* One of FROM and JOIN. */
struct weir_planner_source {
    const char *alias;
    struct weir_place place;
    const struct weir_source *source;
};

/* An item of the SELECT list; those of `*` one by one. */
struct weir_planner_item {
    struct weir_expression *expression; /* canonical */
    const char *name;
    struct weir_place place;
};

struct weir_items {
    struct weir_planner_item *items;
    size_t count, capacity;
};

/* ON of one JOIN, turned so that `left` is over what was joined before and `right` over the new
 * source. */
struct weir_planner_join {
    const struct weir_join *join;
    struct weir_expression *left, *right;
    size_t left_source, right_source;
    bool foreign_key;
    struct weir_expressions viable;     /* columns that have the key's value; none: synthetic key */
    struct weir_expressions equivalent; /* expressions that have the key's value */
};

/* Where the plan stands: the newest step and what its columns are called. */
struct weir_stage {
    struct weir_step *step;
    struct weir_scope scope;
    struct weir_expression **keys; /* the canonical expression that each key column is */
    bool rekeyed;                  /* the key changed since the last repartition */
};

struct weir_planner {
    struct weir_arena *arena;
    struct weir_metastore *metastore;
    const struct weir_topics *topics;
    struct weir_error *err;
    const struct weir_statement *statement;
    const struct weir_query *query;
    const char *sink_name; /* NULL: push or pull query */
    bool sink_is_table;
    const struct weir_properties *properties; /* WITH of the sink */
    const struct weir_source *target;         /* INSERT INTO: the existing sink */

    struct weir_planner_source sources[WEIR_PLANNER_SOURCES_MAX];
    size_t source_count;
    struct weir_planner_join joins[WEIR_PLANNER_SOURCES_MAX];
    size_t join_count;
    struct weir_expression *join_key; /* canonical: what the last join's key is called */
    bool synthetic_key;               /* join_key names no column of a source */

    struct weir_expression *where, *having;
    struct weir_expressions group_by, partition_by;
    const char **partition_names; /* of the key columns that PARTITION BY makes */
    bool partition_by_null;
    bool grouped;              /* GROUP BY is written, or aggregates make one group */
    struct weir_items written; /* SELECT list without what * stands for */
    struct weir_items items;
    struct weir_scope types; /* every column of every source, for typing before there are steps */
    struct weir_scope required; /* columns that the projection, GROUP BY and so on name */

    struct weir_step **steps;
    size_t step_count, step_capacity;
    struct weir_stage stage;
    struct weir_source result; /* the sink, as planned */
};

/* planner.c */
/* At the place, or the statement's when it has none. */
bool weir_planner_fail(struct weir_planner *planner, struct weir_place place, const char *format,
                       ...) __attribute__((format(printf, 3, 4)));
bool weir_planner_unsupported(struct weir_planner *planner, struct weir_place place,
                              const char *format, ...) __attribute__((format(printf, 3, 4)));
struct weir_step *weir_planner_step(struct weir_planner *planner, enum weir_step_kind kind,
                                    const char *id);
const char *weir_planner_text(struct weir_planner *planner,
                              const struct weir_expression *expression);
/* "A, B and C" with last = " and ". */
const char *weir_planner_texts(struct weir_planner *planner, const struct weir_expressions *list,
                               const char *last);
struct weir_expression *weir_planner_column(struct weir_planner *planner, const char *source,
                                            const char *name, struct weir_place place);
void weir_expressions_add(struct weir_planner *planner, struct weir_expressions *list,
                          struct weir_expression *expression);
bool weir_expressions_contain(const struct weir_expressions *list,
                              const struct weir_expression *expression);
bool weir_is_column(const struct weir_expression *expression);
/* Calls visit for each node, parents first; stops at the first false. */
bool weir_expression_walk(struct weir_expression *expression,
                          bool (*visit)(struct weir_expression *expression, void *context),
                          void *context);

/* scope.c */
void weir_scope_add(struct weir_planner *planner, struct weir_scope *scope, const char *source,
                    const char *name, struct weir_slot slot);
const struct weir_scope_column *weir_scope_find(const struct weir_scope *scope, const char *source,
                                                const char *name);
/* A copy with every slot set; NULL and err if a column is not there. */
struct weir_expression *weir_scope_resolve(struct weir_planner *planner,
                                           const struct weir_scope *scope,
                                           const struct weir_expression *expression);
/* The same, and its type. */
struct weir_expression *weir_scope_type(struct weir_planner *planner,
                                        const struct weir_scope *scope,
                                        const struct weir_expression *expression,
                                        const struct weir_type **type_out);
bool weir_pseudo_column(const char *name, bool windowed, struct weir_slot *slot_out);
bool weir_is_window_bound(const char *name);
bool weir_is_system_column(const char *name);
/* Adds every column reference of expression to scope, with no slot, once. */
void weir_scope_require(struct weir_planner *planner, struct weir_scope *scope,
                        const struct weir_expression *expression);

/* types.c */
const struct weir_type *weir_plan_type(const struct weir_metastore *metastore,
                                       struct weir_arena *arena, const struct weir_type_node *node,
                                       struct weir_error *err);
bool weir_plan_resolve_casts(const struct weir_metastore *metastore, struct weir_arena *arena,
                             struct weir_expression *expression, struct weir_error *err);

/* bind.c */
bool weir_planner_add_source(struct weir_planner *planner, const struct weir_relation *relation);
/* A copy with canonical columns and resolved casts. clause is for messages: "SELECT", "JOIN ON"
 * ... */
struct weir_expression *weir_planner_canonical(struct weir_planner *planner,
                                               const struct weir_expression *expression,
                                               const char *clause);
bool weir_source_find(const struct weir_source *source, const char *name,
                      struct weir_slot *slot_out);
/* How many sources have a column of that name; the first one's index. */
size_t weir_planner_sources_with(const struct weir_planner *planner, const char *name,
                                 size_t *index_out);
bool weir_planner_find_alias(const struct weir_planner *planner, const char *alias,
                             size_t *index_out);
bool weir_planner_bind_clauses(struct weir_planner *planner);

/* join_analysis.c, join_steps.c */
bool weir_planner_analyse_joins(struct weir_planner *planner);
void weir_planner_choose_join_key(struct weir_planner *planner);
bool weir_planner_sources(struct weir_planner *planner);

/* select.c */
bool weir_planner_bind_select(struct weir_planner *planner);
bool weir_planner_expand(struct weir_planner *planner);
/* The SELECT list has expression, or a * that includes it. */
bool weir_planner_projects(const struct weir_planner *planner,
                           const struct weir_expression *expression);

/* stages */
bool weir_planner_filter(struct weir_planner *planner, const struct weir_expression *predicate,
                         const char *what, const char *id);
bool weir_planner_bind_partition_by(struct weir_planner *planner);
bool weir_planner_partition(struct weir_planner *planner);
void weir_planner_repartition(struct weir_planner *planner, const char *topic);
bool weir_planner_flat_map(struct weir_planner *planner);
bool weir_planner_check_group_by(struct weir_planner *planner);
bool weir_planner_aggregate(struct weir_planner *planner);
bool weir_planner_project(struct weir_planner *planner);
bool weir_planner_check_keys(struct weir_planner *planner);
bool weir_planner_sink(struct weir_planner *planner, struct weir_topic_request *topic_out);

#endif
