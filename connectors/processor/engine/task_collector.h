/* task_collector.h - one stream task's way into Kafka: outputs, repartition records and changelog
 * entries into the thread's transaction.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_TASK_COLLECTOR_H
#define WEIR_PROCESSOR_ENGINE_TASK_COLLECTOR_H

#include "connectors/processor/engine/held_records.h"
#include "connectors/processor/engine/merge_group.h"
#include "core/base/log.h"
#include "core/kafka/producer.h"
#include "core/runtime/task.h"

/* What all tasks of a stream thread share. */
struct weir_collector_shared {
    struct weir_producer *producer;
    bool *begin_needed; /* the thread begins a transaction at the first write */
    bool holding;       /* the producer is busy with a commit: records wait */
    struct weir_held_records held;
    uint64_t sent_count; /* held ones included */
    struct weir_metric *written, *skipped, *dropped, *failed;
    struct weir_log_limit incident_log[WEIR_INCIDENT_KIND_COUNT];
    int64_t deadline_ms; /* of lookups of topics */
};

struct weir_task_collector {
    struct weir_collector collector; /* its context is this struct */
    struct weir_collector_shared *shared;
    struct weir_merge_member member;
    int32_t partition;
    struct weir_arena *arena; /* names */
    /* by the topology's sink index; NULL: not looked up yet */
    struct weir_producer_topic **sink_topics;
    struct weir_producer_topic **store_topics; /* by the sub-topology's store index */
};

/* The producer is free: what was held is sent. */
bool weir_collector_release(struct weir_collector_shared *shared, struct weir_error *err);

/* Borrows all. */
void weir_task_collector_init(struct weir_task_collector *collector,
                              struct weir_collector_shared *shared,
                              const struct weir_merge_member *member, int32_t partition);
void weir_task_collector_fini(struct weir_task_collector *collector);

#endif
