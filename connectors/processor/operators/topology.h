/* topology.h - a query's operators, cut into sub-topologies, and the tasks that run them.
 *
 * The plan's steps are cut where records go through an internal topic; what hangs together between
 * cuts is a sub-topology. A task is one instance of a sub-topology for one partition: it takes
 * records of its source topics one at a time, in the order that the caller chooses, and hands what
 * comes out to a collector before it returns. The caller (engine or test runner) owns topics,
 * threads, transactions and the order of records.
 *
 * Life of a task: create; import of times and restore of each store (changelog or source records);
 * process / tick; commit before each commit of the caller's transaction, then export of times;
 * destroy. After a failed process, tick or commit its state is undefined: destroy it.
 * Threads: a topology is immutable, any thread; a task has one owner. Allocates: the topology in
 * the given arena; a task's stores on the heap, accounted by weir_stream_task_bytes. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_TOPOLOGY_H
#define WEIR_PROCESSOR_OPERATORS_TOPOLOGY_H

#include "connectors/processor/operators/collector.h"
#include "connectors/processor/plan/plan.h"
#include "core/base/arena.h"
#include "core/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is not in the plan. Zeroed is ksqlDB's behaviour with cache 0: every update comes out. A
 * property of the plan (SET) of the same meaning wins; its name stands beside, "ksql.streams." in
 * front of it or not. */
struct weir_topology_options {
    /* ksql.streams.cache.max.bytes.buffering > 0: aggregates and tables hand on only the newest
     * row of a key at each commit, instead of each update. */
    bool emit_per_commit;
    /* weir.repartition.pack: towards an aggregate the rows of a key wait for the commit and go as
     * one record. The result is the same. */
    bool repartition_pack;
    /* weir.emit.final.lossless: each closed window comes out, also after a jump of time. */
    bool emit_final_lossless;
    /* weir.window.idle.close.ms: without input for so long, windows and outer join rows close.
     * 0: never; -1: after size + grace of the window. */
    int64_t window_idle_close_ms;
    /* Decided by the caller, a plan's property included: join windows are restored from the source topics where possible,
     * and write no changelog. */
    bool join_restore_source;
    /* ksql.streams.__emit.interval.ms.kstreams.windowed.aggregation__: EMIT FINAL that is not
     * lossless looks for closed windows only so often. */
    int64_t emit_interval_ms;
    /* ksql.timestamp.throw.on.invalid, ksql.fail.on.deserialization.error: the query dies. */
    bool throw_on_invalid_timestamp, fail_on_bad_record;
    /* The wall clock in ms; NULL stands still at 0. */
    int64_t (*wall_ms)(void *context);
    void *wall_context;
};

/* A topic that a sub-topology reads. */
struct weir_topology_source {
    const char *topic; /* internal: the name between application id and "-repartition" */
    bool internal;
    const struct weir_step *step; /* STREAM_SOURCE, TABLE_SOURCE, REPARTITION or FOREIGN_KEY_JOIN */
    uint32_t port;                /* FOREIGN_KEY_JOIN: which of its internal topics */
};

/* A topic that it writes. */
struct weir_topology_sink {
    const char *topic; /* as above */
    bool internal;
    const struct weir_step *step;
    uint32_t port;
    uint32_t index; /* in the topology's sinks */
};

enum weir_store_kind {
    WEIR_STORE_TABLE,
    WEIR_STORE_WINDOW,
    WEIR_STORE_SESSION,
    WEIR_STORE_JOIN,
    WEIR_STORE_ORDERED, /* outer join rows, subscriptions */
};

struct weir_topology_store {
    const char *name; /* between application id and "-changelog" */
    enum weir_store_kind kind;
    uint32_t step_number;
    /* >= 0: no changelog. Restored by replaying this source of the sub-topology with
     * weir_stream_task_restore_source: TABLE from its beginning, JOIN from
     * weir_stream_task_restore_offset. */
    int32_t restore_source;
    int64_t retention_ms; /* WINDOW, SESSION, JOIN: of the changelog topic; 0: compacted for ever */
};

struct weir_subtopology {
    uint32_t number;
    const struct weir_topology_source *sources;
    size_t source_count;
    const struct weir_topology_store *stores;
    size_t store_count;
    const struct weir_topology_sink *const *sinks;
    size_t sink_count;
};

struct weir_topology_step;

struct weir_topology {
    const struct weir_query_plan *plan;
    struct weir_topology_options options;         /* with the plan's properties laid over */
    const struct weir_topology_step *steps;       /* the operators' own, by step number */
    const struct weir_subtopology *subtopologies; /* those upstream first */
    size_t subtopology_count;
    const struct weir_topology_sink *sinks;
    size_t sink_count;
    uint64_t fingerprint; /* of all that decides how state is read: steps, types, stores */
};

/* Borrows plan for the life of the topology. */
const struct weir_topology *weir_topology_build(struct weir_arena *arena,
                                                const struct weir_query_plan *plan,
                                                const struct weir_topology_options *options);

/* How long a stream-stream join keeps rows. */
int64_t weir_topology_join_retention_ms(const struct weir_step *step);

/* Rows gathered for an aggregate must leave (weir_stream_task_flush) before event time gets into the
 * next span of so many ms, or they may find their windows closed by other partitions' rows; 0: no
 * matter when. */
int64_t weir_topology_gather_span_ms(const struct weir_topology *topology, uint32_t subtopology);

/* Rows go to other partitions one by one: what one partition writes ahead of the others makes
 * theirs late. */
bool weir_topology_in_lockstep(const struct weir_topology *topology, uint32_t subtopology);

struct weir_stream_task;

/* Borrows topology and collector until it is destroyed. Returns owned. */
struct weir_stream_task *weir_stream_task_create(const struct weir_topology *topology,
                                                 uint32_t subtopology, int32_t partition,
                                                 const struct weir_collector *collector,
                                                 struct weir_error *err);
void weir_stream_task_destroy(struct weir_stream_task *task);

/* A record with this key comes soon: memory that it needs may be on its way meanwhile. */
void weir_stream_task_expect(const struct weir_stream_task *task, struct weir_bytes key);
/* One record, with everything that follows from it. False: the query cannot go on. */
bool weir_stream_task_process(struct weir_stream_task *task, uint32_t source_index,
                              const struct weir_record *record, struct weir_error *err);
/* Now and then, input or not: what the wall clock closes. */
bool weir_stream_task_tick(struct weir_stream_task *task, struct weir_error *err);
/* Hands on what waited for the commit, then the changelog entries since the last one, one a key. */
bool weir_stream_task_commit(struct weir_stream_task *task, struct weir_error *err);
/* Hands on the rows that were gathered. */
bool weir_stream_task_flush(struct weir_stream_task *task, struct weir_error *err);
/* A LIMIT was reached: no more rows will come. */
bool weir_stream_task_finished(const struct weir_stream_task *task);

/* An entry of a store's changelog, in the order of the topic. */
bool weir_stream_task_restore_changelog(struct weir_stream_task *task, uint32_t store_index,
                                        struct weir_bytes key, struct weir_bytes value,
                                        int64_t timestamp_ms, struct weir_error *err);
/* A source's record that was processed before: fills the stores with restore_source, emits
 * nothing. */
bool weir_stream_task_restore_source(struct weir_stream_task *task, uint32_t source_index,
                                     const struct weir_record *record, struct weir_error *err);
/* The oldest offset of the source that its stores still need after this commit; INT64_MAX: none. */
int64_t weir_stream_task_restore_offset(const struct weir_stream_task *task, uint32_t source_index);

/* The operators' stream times: to be stored with the commit that they belong to. */
void weir_stream_task_times_export(const struct weir_stream_task *task, struct weir_buffer *buffer);
/* Before restore and process. Times of operators that the plan does not know are an error. */
bool weir_stream_task_times_import(struct weir_stream_task *task, struct weir_bytes times,
                                   struct weir_error *err);

/* Memory of all stores, or of one. */
size_t weir_stream_task_bytes(const struct weir_stream_task *task);
size_t weir_stream_task_store_bytes(const struct weir_stream_task *task, uint32_t store_index);
size_t weir_stream_task_store_entries(const struct weir_stream_task *task, uint32_t store_index);
uint64_t weir_stream_task_incident_count(const struct weir_stream_task *task,
                                         enum weir_incident_kind kind);

#endif
