/* instance.h - one partition of a merge group at work: its inputs' waiting records and its members'
 * stream tasks.
 *
 * The record with the lowest timestamp goes next, once every input has one or is known to be at its
 * end (Kafka Streams with max.task.idle.ms=0): a backlog of two topics is joined in the order of
 * event time.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_INSTANCE_H
#define WEIR_PROCESSOR_ENGINE_INSTANCE_H

#include "connectors/processor/engine/task_collector.h"
#include "core/kafka/partition_queue.h"

struct weir_instance_input {
    struct weir_partition_queue *queue; /* NULL: not assigned to this thread */
    struct weir_fetch fetch;            /* what was taken of it */
    size_t next;                        /* in the fetch's records */
    bool looked;                        /* found empty in this turn */
    bool at_end;                        /* nothing more in Kafka yet */
    int64_t next_offset;       /* behind the last record that was processed; -1: none yet */
    int64_t committing_offset; /* of the commit under way */
    int64_t committed_offset;  /* -1: none */
};

struct weir_instance {
    const struct weir_merge_group *group;
    int32_t partition;
    struct weir_instance_input *inputs;     /* by the group's inputs */
    struct weir_stream_task **tasks;        /* by the group's members */
    struct weir_task_collector *collectors; /* likewise */
    int64_t time_ms;                        /* of the last record; -1: none yet */
    int64_t waiting_since_ms; /* by the clock: for records of Kafka; 0: it does not wait */
    char *note;               /* of the last commit, until it is restored; NULL: none */
    int64_t **restore_from;   /* by member and source: where a restore from the source begins */
    int64_t **positions;      /* by member and store: restored up to there; -1: not begun */
    bool ticked;              /* the clock made it write since the last commit */
    bool restored;
    bool suspended; /* its partitions were revoked and may come back at once */
};

struct weir_instance *weir_instance_create(const struct weir_merge_group *group, int32_t partition,
                                           struct weir_collector_shared *shared,
                                           struct weir_error *err);
void weir_instance_destroy(struct weir_instance *instance);

enum weir_instance_readiness {
    WEIR_INSTANCE_READY,   /* a record may go */
    WEIR_INSTANCE_WAITING, /* Kafka has more, but it is not here yet */
    WEIR_INSTANCE_DRAINED, /* at the end of all inputs */
};

/* A new turn: inputs that were empty are looked at again. */
void weir_instance_turn(struct weir_instance *instance);
/* READY: *time_ms_out is the timestamp of the record that goes next. False: err. */
bool weir_instance_look(struct weir_instance *instance, enum weir_instance_readiness *out,
                        int64_t *time_ms_out, struct weir_error *err);
/* Processes records up to time limit_ms, at most record_count_max; adds their number. */
bool weir_instance_process(struct weir_instance *instance, int64_t limit_ms,
                           size_t record_count_max, size_t *count, struct weir_error *err);
/* What was gathered for speed goes out. */
bool weir_instance_flush(struct weir_instance *instance, struct weir_error *err);
/* Before a commit: what waited goes out, changelog entries too. */
bool weir_instance_commit(struct weir_instance *instance, struct weir_error *err);
bool weir_instance_tick(struct weir_instance *instance, struct weir_error *err);
/* Its partitions were revoked: what waits is forgotten, and fetched again if they come back. */
void weir_instance_release(struct weir_instance *instance);
size_t weir_instance_bytes(const struct weir_instance *instance);

#endif
