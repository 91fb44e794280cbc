/* plan.h - what a query does, as a tree of steps that operators run.
 *
 * The tree follows ksqlDB's execution steps. Each step has its output schema; its expressions are
 * syntax trees over the schema of its *input* (`input`, or where said `right`): every column
 * reference in them has its slot set (sql/ast.h), so that no name is looked up at run time. Row
 * rules that hold for every step:
 *   - row.key / row.values follow schema.key / schema.values; window bounds ride in the row
 * (schema.window), not in columns.
 *   - timestamp, partition, offset, headers of the row pass through unless said otherwise.
 * `table` says whether the output is a changelog (row.values NULL = deletion) or a stream of facts.
 *
 * Names: `id` is stable over restarts of the same statement ("Aggregate-GroupBy"); a store or
 * internal topic is called <application id>-<its name here>[-changelog|-repartition], the
 * application id being the engine's. Threads: immutable. Allocates: in the arena given to the
 * planner, which must outlive the query. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_PLAN_PLAN_H
#define WEIR_PROCESSOR_PLAN_PLAN_H

#include "connectors/processor/plan/metastore.h"
#include "connectors/processor/sql/ast.h"
#include "connectors/processor/values/value.h"
#include "core/base/buffer.h"

enum weir_step_kind {
    WEIR_STEP_STREAM_SOURCE,
    WEIR_STEP_TABLE_SOURCE, /* materialised in `store` when materialised is set */
    WEIR_STEP_FILTER,       /* stream: rows pass or not; null rows never pass */
    WEIR_STEP_TABLE_FILTER, /* table: a row that passed before and does not now becomes a tombstone
                             */
    WEIR_STEP_SELECT, /* stream and table: key passes (renamed by schema), values are computed; null
                         row stays null */
    WEIR_STEP_SELECT_KEY, /* stream: new key and values are computed; a failing key expression gives
                             a null key */
    WEIR_STEP_FLAT_MAP,   /* stream: one row for each row of the table functions */
    WEIR_STEP_REPARTITION, /* through an internal topic by the row's key; schema unchanged */
    WEIR_STEP_GROUP_BY, /* stream: the key becomes the grouping values; null row or any null among
                           them: dropped */
    WEIR_STEP_TABLE_GROUP_BY,
    WEIR_STEP_AGGREGATE,       /* stream, windowed or not -> table */
    WEIR_STEP_TABLE_AGGREGATE, /* undo the old row, then add the new -> table */
    WEIR_STEP_STREAM_STREAM_JOIN,
    WEIR_STEP_STREAM_TABLE_JOIN,
    WEIR_STEP_TABLE_TABLE_JOIN,
    WEIR_STEP_FOREIGN_KEY_JOIN,
    WEIR_STEP_LIMIT, /* the first `limit` rows, then the query ends (push and pull queries) */
    WEIR_STEP_STREAM_SINK,
    WEIR_STEP_TABLE_SINK,
};

struct weir_step_source {
    const struct weir_source *source; /* topic, formats, timestamp, headers, window */
    bool materialised; /* TABLE: keep the newest row by key, so that old values are known */
    const char
        *store; /* name of the store; a table source's needs no changelog, its topic is one */
};

struct weir_step_filter {
    const struct weir_expression *predicate;
    const char *what; /* "WHERE" or "HAVING": for the processing log */
};

struct weir_step_select {
    const struct weir_expression *const *values; /* schema.value_count of them */
};

struct weir_step_select_key {
    const struct weir_expression *const *keys;   /* schema.key_count; none: the result has no key */
    const struct weir_expression *const *values; /* schema.value_count */
};

/* Output: the input's values, then one column for each function. Rows: as many as the longest
 * function gives, the others null; a null row and a row for which every function gives nothing are
 * dropped. */
struct weir_step_flat_map {
    const struct weir_expression *const *calls; /* CALL of table functions */
    size_t call_count;
};

struct weir_step_repartition {
    const char *topic; /* "Aggregate-GroupBy", "Join-left": before "-repartition" */
    struct weir_formats formats;
};

/* schema.key is named after the grouping expressions, schema.values are the input's values. */
struct weir_step_group_by {
    const struct weir_expression *const *keys;
    size_t key_count;
    bool keys_unchanged; /* GROUP BY the existing key: nothing to compute, no repartition follows */
};

/* One call of an aggregate function. Its arguments are expressions over the aggregate's input
 * schema. The leading ones are columns, the literal ones that follow are settings
 * (EARLIEST_BY_OFFSET(c, 2, false)), fixed when the query is compiled. */
struct weir_aggregate_call {
    const char *function;
    struct weir_place place;
    const struct weir_expression *const *arguments;
    size_t argument_count;
    const struct weir_type *result_type;
};

struct weir_plan_window {
    enum weir_window_clause_kind kind;
    int64_t size_ms;      /* session: the gap */
    int64_t advance_ms;   /* hopping; tumbling: size_ms */
    int64_t grace_ms;     /* default already put in */
    int64_t retention_ms; /* of the store: RETENTION, else size + grace */
    bool has_retention;   /* RETENTION was written */
};

/* Output values: one for each call. What else SELECT and HAVING name are grouping expressions: they
 * are read from the key. */
struct weir_step_aggregate {
    const struct weir_aggregate_call *calls;
    size_t call_count;
    bool windowed;
    struct weir_plan_window window;
    bool emit_final; /* only closed windows go on; else every change */
    const char *store;
};

/* Inputs are keyed by the join key and co-partitioned. Output: key = join key; values = the left's
 * values, then the right's; an absent side's are NULL. timestamp = the larger of the two, headers
 * of the record that caused the row. */
struct weir_step_join {
    enum weir_join_kind kind;
    int64_t before_ms, after_ms, grace_ms; /* stream-stream; default grace already put in */
    bool has_grace; /* GRACE PERIOD was written: outer rows wait until the window has closed */
    const char *left_store,
        *right_store;        /* stream-stream: windows; table sides: materialised results */
    const char *outer_store; /* LEFT, RIGHT, FULL stream-stream */
    /* FOREIGN_KEY_JOIN: over the left input; output key = the left's key. */
    const struct weir_expression *foreign_key;
    const char *subscription_topic, *response_topic;
    struct weir_format foreign_key_format;
};

struct weir_step_limit {
    int64_t limit;
};

struct weir_step_sink {
    const char *name; /* stream or table */
    const char *topic;
    struct weir_formats formats;
    struct weir_timestamp timestamp; /* of this step's schema; column NULL: the row's */
};

struct weir_step {
    enum weir_step_kind kind;
    const char *id;  /* "KafkaTopic_Left", "Aggregate-Project" ... unique in the query */
    uint32_t number; /* 0 .. step_count - 1; inputs have smaller ones */
    bool table;
    struct weir_schema schema;
    const struct weir_step *input; /* NULL: source; joins: left */
    const struct weir_step *right; /* joins only */
    union {
        struct weir_step_source source;
        struct weir_step_filter filter;
        struct weir_step_select select;
        struct weir_step_select_key select_key;
        struct weir_step_flat_map flat_map;
        struct weir_step_repartition repartition;
        struct weir_step_group_by group_by;
        struct weir_step_aggregate aggregate;
        struct weir_step_join join;
        struct weir_step_limit limit;
        struct weir_step_sink sink;
    };
};

enum weir_query_kind {
    WEIR_QUERY_PERSISTENT, /* root is a sink */
    WEIR_QUERY_PUSH,       /* SELECT ... EMIT CHANGES: root's values are what is shown */
    WEIR_QUERY_PULL,       /* SELECT without EMIT: reads what is there, then ends */
};

struct weir_plan_property {
    const char *name, *value;
};

struct weir_query_plan {
    enum weir_query_kind kind;
    const char *id; /* CSAS_X_0, CTAS_X_1, INSERTQUERY_2; transient_N for PUSH and PULL */
    const struct weir_step *root;
    const struct weir_step *const *steps; /* by number; the root is the last */
    size_t step_count;
    const struct weir_plan_property *properties; /* session properties when it was made */
    size_t property_count;
    const char *statement_text;
};

/* EXPLAIN's tree, a line a step. */
void weir_plan_print(const struct weir_query_plan *plan, struct weir_buffer *buffer);
/* NULL: not set when the query was made. */
const char *weir_plan_property_value(const struct weir_query_plan *plan, const char *name);

#endif
