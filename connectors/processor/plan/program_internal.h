/* program_internal.h - what the files that execute statements share; included nowhere else. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_PLAN_PROGRAM_INTERNAL_H
#define WEIR_PROCESSOR_PLAN_PROGRAM_INTERNAL_H

#include "connectors/processor/plan/program.h"
#include "connectors/processor/plan/with.h"

struct weir_execution {
    struct weir_metastore *metastore;
    const struct weir_topics *topics;
    struct weir_arena *arena;
    const struct weir_statements *program;
    const struct weir_statement *statement;
    struct weir_action *action;
    struct weir_error *err;
};

/* program.c */
bool weir_execution_fail(struct weir_execution *execution, struct weir_place place,
                         const char *format, ...) __attribute__((format(printf, 3, 4)));
bool weir_execution_unsupported(struct weir_execution *execution, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The statement as it was written. */
const char *weir_execution_text(struct weir_execution *execution,
                                const struct weir_statement *statement);
/* Says `text` as what was done, instead of an action. */
void weir_execution_done(struct weir_execution *execution, const char *text);

/* create_source.c */
/* Whether CREATE may go on: the name is free, or OR REPLACE. *done_out: IF NOT EXISTS of what
 * exists. */
bool weir_execution_name_free(struct weir_execution *execution, const char *name,
                              struct weir_place place, bool or_replace, bool if_not_exists,
                              bool table, bool *done_out);
bool weir_execute_create_source(struct weir_execution *execution);
bool weir_execute_alter_source(struct weir_execution *execution);
/* Same columns in the same places, new ones only at the end of the values. */
bool weir_execution_upgradeable(struct weir_execution *execution, const struct weir_source *old,
                                const struct weir_source *changed, struct weir_place place);
/* ksqlDB's rules for key columns and the formats' own. */
bool weir_check_formats(const struct weir_schema *schema, const struct weir_formats *formats,
                        struct weir_place place, struct weir_error *err);

/* query.c */
bool weir_execute_create_as(struct weir_execution *execution);
bool weir_execute_insert_select(struct weir_execution *execution);
bool weir_execute_select(struct weir_execution *execution);
/* Plans a query statement of any kind without changing anything: EXPLAIN. */
const struct weir_query_plan *weir_plan_only(struct weir_execution *execution,
                                             const struct weir_statement *statement);

/* insert.c, drop.c, show.c */
bool weir_execute_insert_values(struct weir_execution *execution);
bool weir_execute_drop(struct weir_execution *execution);
bool weir_execute_terminate(struct weir_execution *execution);
bool weir_execute_show(struct weir_execution *execution);
bool weir_execute_describe(struct weir_execution *execution);
bool weir_execute_explain(struct weir_execution *execution);
void weir_print_schema(const struct weir_schema *schema, struct weir_buffer *buffer);

#endif
