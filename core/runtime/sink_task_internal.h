/* sink_task_internal.h - the sink task's state, shared by its loop (sink_task.c), its delivery
 * (sink_delivery.c) and its partitions (sink_partitions.c). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SINK_TASK_INTERNAL_H
#define WEIR_RUNTIME_SINK_TASK_INTERNAL_H

#include "core/base/backoff.h"
#include "core/base/log.h"
#include "core/runtime/dead_letter.h"
#include "core/runtime/sink_progress.h"
#include "core/runtime/sink_task.h"

#include <pthread.h>

struct weir_sink_task {
    struct weir_sink_task_options options;
    struct weir_sink_context context;
    void *state; /* the connector's */
    struct weir_task *task;
    struct weir_consumer *consumer;
    struct weir_dead_letters *dead_letters; /* NULL: none configured */
    bool open;

    struct weir_sink_progress progress;
    struct weir_error partition_error; /* of a commit inside a rebalance */
    int64_t commit_due_ms;

    struct weir_fetch fetch; /* owns the bytes of batch */
    struct weir_fetch next;  /* what came while batch was tried again */
    struct weir_batch *batch;
    struct weir_outcome *outcomes;
    size_t outcome_capacity;
    struct weir_backoff backoff;
    int64_t first_failure_ms; /* 0: the batch did not fail yet */
    bool paused;              /* partitions, for a retry or by an operator */

    struct weir_metric *read, *sent, *skipped, *retries, *failures;
    struct weir_metric *write_time, *write_mean_ms;
    struct weir_log_limit reject_log, retry_log;
    pthread_mutex_t mutex; /* guards progress against the admin thread */
};

/* ---- sink_delivery.c ---- */

/* Takes fetch->records as the batch in flight. */
void weir_sink_delivery_begin(struct weir_sink_task *self);
/* One try. *wait_ms_out: 0 = everything is decided; else the batch shall come again after so
 * long. */
bool weir_sink_delivery_try(struct weir_sink_task *self, int64_t deadline_ms, int64_t *wait_ms_out,
                            struct weir_error *err);

/* ---- sink_partitions.c ---- */

struct weir_rebalance weir_sink_rebalance(struct weir_sink_task *self);
/* Flushes the connector and the dead letters, then commits what is delivered, with the connector's
 * notes. */
bool weir_sink_commit(struct weir_sink_task *self, struct weir_error *err);
void weir_sink_pause(struct weir_sink_task *self, bool paused);

#endif
