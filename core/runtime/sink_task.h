/* sink_task.h - one task of a sink connector: a member of the group connect-<name> that hands
 * batches to the connector and commits offsets behind what is delivered.
 *
 * One batch is in flight at a time. While some of it asks for a retry every partition is paused and
 * Kafka is still polled, so that no rebalance comes of it. An offset is committed when each record
 * before it is done, or its dead letter is durable. Crash at any point: what was delivered after
 * the last commit is delivered again; connectors make that harmless.
 * Threads: run has its own; the rest as task.h says. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SINK_TASK_H
#define WEIR_RUNTIME_SINK_TASK_H

#include "core/config/config.h"
#include "core/record/sink.h"
#include "core/runtime/task.h"

struct weir_replay;

struct weir_sink_task_options {
    const struct weir_config *config; /* borrowed for the task's life */
    const struct weir_sink_ops *ops;  /* static */
    const char *connector_name;       /* borrowed */
    int task_index, task_count;
    struct weir_replay *replay; /* NULL: the topics of the configuration; borrowed */
};

extern const struct weir_task_ops weir_sink_task_ops;
/* The state for weir_sink_task_ops; taken by the supervisor. */
void *weir_sink_task_create(const struct weir_sink_task_options *options);

#endif
