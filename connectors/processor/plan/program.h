/* program.h - statements, one after another, to things to do.
 *
 * A program's text is parsed as a whole (sql/parser.h); then each statement is analysed against the
 * metastore, which it may change, and becomes one action for whoever executes: the engine or the
 * test driver. Every mistake of the user is found here, before anything runs; err has domain SQL,
 * line and column, and code WEIR_SQL_UNSUPPORTED where weir does not know what ksqlDB knows.
 *
 * Order for each statement: create topic (if any), then sources, queries, drops as the action says.
 * Threads: one owner. Allocates: actions in the arena given, which must outlive their plans;
 * sources in the metastore. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_PLAN_PROGRAM_H
#define WEIR_PROCESSOR_PLAN_PROGRAM_H

#include "connectors/processor/plan/metastore.h"
#include "connectors/processor/plan/plan.h"
#include "connectors/processor/sql/ast.h"
#include "core/base/error.h"

enum weir_action_kind {
    /* done already: SET, CREATE TYPE, IF NOT EXISTS of what exists ...; text says what */
    WEIR_ACTION_NONE,
    WEIR_ACTION_SOURCE,    /* source was created; topic may have to be */
    WEIR_ACTION_QUERY,     /* a persistent query starts: plan, source (the sink), topic, replaced */
    WEIR_ACTION_SELECT,    /* a push or pull query: plan; show its rows, end at its LIMIT */
    WEIR_ACTION_INSERT,    /* write one record: source, row */
    WEIR_ACTION_DROP,      /* source is gone; terminated queries end; delete_topic */
    WEIR_ACTION_TERMINATE, /* terminated queries end */
    WEIR_ACTION_TEXT,      /* SHOW, DESCRIBE, EXPLAIN: text */
    WEIR_ACTION_PRINT,     /* PRINT: statement->print */
    WEIR_ACTION_ASSERT,    /* ASSERT TOPIC: statement->assertion */
    WEIR_ACTION_TOPICS,    /* SHOW TOPICS: only the executor knows them */
};

/* A topic that must exist before the action is done. */
struct weir_topic_request {
    bool create; /* false: it exists */
    const char *name;
    int32_t partitions;
    int16_t replicas;     /* 0: the broker's default */
    bool compact;         /* cleanup.policy has compact: unwindowed and windowed tables */
    bool retain;          /* cleanup.policy has delete: streams and windowed tables */
    int64_t retention_ms; /* -1: the broker's default */
};

struct weir_action {
    enum weir_action_kind kind;
    const struct weir_statement *statement;
    struct weir_topic_request topic;
    const struct weir_source *source;
    const struct weir_query_plan *plan;
    const char *replaced; /* QUERY: id of the query that this one takes over from, or NULL */
    struct weir_row row;  /* INSERT: timestamp -1 = now */
    const char *const *terminated;
    size_t terminated_count;
    bool delete_topic;
    const char *text; /* lines for the user, or NULL */
};

struct weir_program_options {
    struct weir_metastore *metastore;
    struct weir_topics topics;
};

/* Analyses one statement and changes the metastore accordingly. */
bool weir_program_execute(const struct weir_program_options *options, struct weir_arena *arena,
                          const struct weir_statements *program,
                          const struct weir_statement *statement, struct weir_action *action_out,
                          struct weir_error *err);

#endif
