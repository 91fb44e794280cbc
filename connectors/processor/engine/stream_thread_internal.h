/* stream_thread_internal.h - the stream thread's state, shared by its loop (stream_thread.c), its
 * partitions (stream_partitions.c), its turns (stream_process.c), its commits (stream_commit.c) and its restore
 * (stream_restore.c). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_STREAM_THREAD_INTERNAL_H
#define WEIR_PROCESSOR_ENGINE_STREAM_THREAD_INTERNAL_H

#include "connectors/processor/engine/committer.h"
#include "connectors/processor/engine/instance.h"
#include "connectors/processor/engine/standby.h"
#include "connectors/processor/engine/stream_thread.h"
#include "core/kafka/consumer.h"

/* Of the commit that is under way. */
struct weir_stream_commit {
    struct weir_offset *offsets;
    size_t offset_count;
    struct weir_buffer *notes; /* the offsets' metadata */
    size_t note_count;
    int64_t begin_us;
};

struct weir_stream_thread {
    struct weir_stream_thread_options options;
    struct weir_task *task;
    struct weir_arena *arena;
    struct weir_merge_groups groups;
    int64_t *span_ends_ms; /* by group: when gathered rows leave; 0: no span has begun */
    struct weir_producer *producer;
    struct weir_consumer *consumer;
    struct weir_committer *committer;
    struct weir_standby *standby; /* NULL: none */
    struct weir_stream_commit commit;
    struct weir_collector_shared shared;
    bool begin_needed;          /* no transaction is open */
    bool uncommitted;           /* records were processed since the last commit began */
    bool starved;               /* a partition waits for long for records that Kafka has */
    uint64_t uncommitted_count; /* of those records */
    int64_t commit_begun_ms;    /* the last one */
    int64_t commit_due_ms, tick_due_ms;
    struct weir_instance **instances;
    size_t instance_count;
    struct weir_fetch fetch;
    struct weir_error partition_error; /* of a commit inside a rebalance */
    struct weir_metric *processed, *commits, *commit_seconds, *state_bytes, *restored;
    struct weir_metric *standby_bytes, *standby_restored;
};

/* ---- stream_partitions.c ---- */

struct weir_rebalance weir_stream_rebalance(struct weir_stream_thread *self);
void weir_stream_drop_instances(struct weir_stream_thread *self);

/* ---- stream_process.c ---- */

/* One turn: processes what is there, lowest timestamps first; *count_out 0: there was nothing.
 * *drained_out: all inputs are at their end. */
bool weir_stream_process(struct weir_stream_thread *self, size_t *count_out, bool *drained_out,
                         struct weir_error *err);

/* ---- stream_commit.c ---- */

/* Begins the commit of outputs, changelogs and offsets of everything processed, in one transaction.
 * None is under way. */
bool weir_stream_commit_begin(struct weir_stream_thread *self, struct weir_error *err);
/* Takes note of a commit that has ended, or waits for its end; what was held goes to the next
 * transaction. */
bool weir_stream_commit_settle(struct weir_stream_thread *self, bool wait, struct weir_error *err);
/* Everything processed is committed when it returns. */
bool weir_stream_commit(struct weir_stream_thread *self, struct weir_error *err);

/* ---- stream_restore.c ---- */

/* Brings the state of new instances to their committed offsets. */
bool weir_stream_restore(struct weir_stream_thread *self, struct weir_error *err);

#endif
