/* stream_thread.h - one stream thread: a group consumer and a transactional producer around stream
 * tasks.
 *
 * A transaction holds outputs, repartition records, changelog entries and offsets with the group's
 * generation; it is committed every commit.interval.ms, sooner when the input is drained, and
 * before partitions are handed over. Any failure, an unknown outcome of a commit included, ends the
 * run: the next one makes a new producer (which ends what is open), joins again and restores the
 * state from committed changelogs only.
 * Threads: run has its own; the rest as core/runtime/task.h says. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_STREAM_THREAD_H
#define WEIR_PROCESSOR_ENGINE_STREAM_THREAD_H

#include "connectors/processor/engine/application.h"
#include "core/runtime/task.h"

struct weir_stream_thread_options {
    const struct weir_config *config;     /* borrowed */
    struct weir_application *application; /* prepared; shared by all threads */
    const char *name;                     /* borrowed */
    int index;
};

extern const struct weir_task_ops weir_stream_thread_ops;
/* The state for weir_stream_thread_ops; taken by the supervisor. */
void *weir_stream_thread_create(const struct weir_stream_thread_options *options);

#endif
