/* operator.h - what operators share: changes that flow, the table of functions, the running task.
 *
 * Internal to this folder. One operator stands for one step of the plan (or for the reading or
 * writing side of a repartition). A change is pushed from operator to operator by direct calls;
 * everything it points to lives in the task's arena until the record is done.
 * Threads: the task's owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_OPERATOR_H
#define WEIR_PROCESSOR_OPERATORS_OPERATOR_H

#include "connectors/processor/functions/expression.h"
#include "connectors/processor/operators/topology.h"
#include "connectors/processor/state/store.h"

/* A row of a stream, or a change of a table. */
struct weir_change {
    struct weir_row row;                 /* values NULL: null row; table: deletion */
    const struct weir_value *old_values; /* table: the row before; NULL: there was none */
    bool has_old;                        /* table: old_values is known */
    struct weir_bytes key_bytes; /* the key as stores have it (state_key.h); null: not made yet */
    /* Table: where a filter may keep whether the row passed, 0 = not known; NULL: nowhere. When it
     * is known, old_values may be left out. */
    uint8_t *memo;
};

struct weir_operator;

struct weir_operator_ops {
    /* port: 0, joins: 1 for the right side. */
    bool (*process)(struct weir_operator *operator, uint32_t port, const struct weir_change *change,
                    struct weir_error *err);
    /* Sources: a record of their topic. */
    bool (*receive)(struct weir_operator *operator, uint32_t port, const struct weir_record *record,
                    struct weir_error *err);
    /* Optional: hands on what waited for the commit. */
    bool (*commit)(struct weir_operator *operator, struct weir_error * err);
    /* Optional: hands on rows that were gathered for speed only. */
    bool (*flush)(struct weir_operator *operator, struct weir_error * err);
    /* Optional: the wall clock says wall_ms, and the last input came at task->input_wall_ms. */
    bool (*tick)(struct weir_operator *operator, int64_t wall_ms, struct weir_error *err);
    /* Optional: stream times that survive a restart. */
    void (*times_export)(const struct weir_operator *operator, struct weir_buffer * buffer);
    bool (*times_import)(struct weir_operator *operator, struct weir_bytes times);
    /* Optional: the oldest source offset that a store of it (0, 1: left, right) still needs. */
    int64_t (*restore_offset)(const struct weir_operator *operator, uint32_t port);
    void (*destroy)(struct weir_operator *operator);
};

struct weir_operator {
    const struct weir_operator_ops *ops;
    struct weir_stream_task *task;
    const struct weir_step *step;
    struct weir_operator *next; /* NULL: the root of a transient query */
    uint32_t next_port;
};

struct weir_stream_task {
    const struct weir_topology *topology;
    const struct weir_subtopology *subtopology;
    int32_t partition;
    const struct weir_collector *collector;
    struct weir_expression_options expression_options;
    struct weir_arena *arena;         /* reset after each record */
    struct weir_operator **operators; /* upstream first */
    size_t operator_count;
    struct weir_operator **sources;   /* by source index */
    struct weir_store **stores;       /* by store index */
    const struct weir_record *record; /* being processed; NULL: none */
    int64_t stream_time_ms;
    int64_t input_wall_ms; /* of the first tick after the last record; -1: no record yet */
    bool has_input;        /* since the last tick */
    bool restoring;        /* stores are filled, nothing is emitted */
    bool finished;
    uint64_t incidents[WEIR_INCIDENT_KIND_COUNT];
    struct weir_buffer key_buffer, value_buffer; /* of the output that is being made */
};

/* To the next operator; at the root of a transient query to the collector. */
static inline bool weir_operator_emit(struct weir_operator *operator,
                                      const struct weir_change * change, struct weir_error *err)
{
    if (operator->next) {
        return operator->next->ops->process(operator->next, operator->next_port, change, err);
    }
    const struct weir_collector *collector = operator->task->collector;
    return operator->task->restoring || collector->row(collector->context, &change->row, err);
}

/* Counts it and tells the collector. */
void weir_operator_incident(struct weir_operator *operator, enum weir_incident_kind kind,
                            const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The topic that the step's operator writes. */
const struct weir_topology_sink *weir_operator_sink(const struct weir_stream_task *task,
                                                    const struct weir_step *step, uint32_t port);

/* The step's store number `ordinal` in this sub-topology: makes it known for restore, flush and
 * accounting. */
void weir_operator_store_add(struct weir_operator *operator, uint32_t ordinal,
                             struct weir_store *store);
/* Whether it writes a changelog. */
bool weir_operator_store_has_changelog(const struct weir_operator *operator, uint32_t ordinal);

/* ---- one constructor for each kind of step; NULL: err. The caller sets next. ---- */

struct weir_operator *weir_source_create(struct weir_stream_task *task,
                                         const struct weir_step *step, struct weir_error *err);
struct weir_operator *weir_repartition_source_create(struct weir_stream_task *task,
                                                     const struct weir_step *step,
                                                     struct weir_error *err);
struct weir_operator *weir_sink_create(struct weir_stream_task *task, const struct weir_step *step,
                                       struct weir_error *err);
struct weir_operator *weir_repartition_sink_create(struct weir_stream_task *task,
                                                   const struct weir_step *step,
                                                   struct weir_error *err);
struct weir_operator *weir_filter_create(struct weir_stream_task *task,
                                         const struct weir_step *step, struct weir_error *err);
struct weir_operator *weir_select_create(struct weir_stream_task *task,
                                         const struct weir_step *step, struct weir_error *err);
struct weir_operator *weir_select_key_create(struct weir_stream_task *task,
                                             const struct weir_step *step, struct weir_error *err);
struct weir_operator *weir_flat_map_create(struct weir_stream_task *task,
                                           const struct weir_step *step, struct weir_error *err);
struct weir_operator *weir_group_by_create(struct weir_stream_task *task,
                                           const struct weir_step *step, struct weir_error *err);
struct weir_operator *weir_table_group_by_create(struct weir_stream_task *task,
                                                 const struct weir_step *step,
                                                 struct weir_error *err);
struct weir_operator *weir_aggregate_operator_create(struct weir_stream_task *task,
                                                     const struct weir_step *step,
                                                     struct weir_error *err);
struct weir_operator *weir_window_aggregate_create(struct weir_stream_task *task,
                                                   const struct weir_step *step,
                                                   struct weir_error *err);
struct weir_operator *weir_session_aggregate_create(struct weir_stream_task *task,
                                                    const struct weir_step *step,
                                                    struct weir_error *err);
struct weir_operator *weir_stream_join_create(struct weir_stream_task *task,
                                              const struct weir_step *step, struct weir_error *err);
struct weir_operator *weir_stream_table_join_create(struct weir_stream_task *task,
                                                    const struct weir_step *step,
                                                    struct weir_error *err);
struct weir_operator *weir_table_join_create(struct weir_stream_task *task,
                                             const struct weir_step *step, struct weir_error *err);
/* The left side's part: left changes and responses come in, joined rows go out. */
struct weir_operator *weir_foreign_key_left_create(struct weir_stream_task *task,
                                                   const struct weir_step *step,
                                                   struct weir_error *err);
/* The right side's part: right changes (port 1) and subscriptions come in, responses go out. */
struct weir_operator *weir_foreign_key_right_create(struct weir_stream_task *task,
                                                    const struct weir_step *step,
                                                    struct weir_error *err);
struct weir_operator *weir_limit_create(struct weir_stream_task *task, const struct weir_step *step,
                                        struct weir_error *err);

#endif
