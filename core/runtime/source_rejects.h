/* source_rejects.h - what becomes of records that a source cannot deliver: errors.tolerance and the
 * dead letter queue.
 *
 * Letters are written by the task's own producer, inside the transaction that moves the offset past
 * the record: neither lost nor twice.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SOURCE_REJECTS_H
#define WEIR_RUNTIME_SOURCE_REJECTS_H

#include "core/runtime/dead_letter.h"
#include "core/runtime/metrics.h"

struct weir_source_rejects;
struct weir_producer;

struct weir_source_rejects_options {
    const struct weir_config *config;
    const char *connector_name, *connector_class;
    int task_index;
    struct weir_producer *producer;
    struct weir_metric *skipped;
};

/* Borrows all. Creates the dead letter queue where one is named. */
struct weir_source_rejects *
weir_source_rejects_create(const struct weir_source_rejects_options *options, int64_t deadline_ms,
                           struct weir_error *err);
void weir_source_rejects_destroy(struct weir_source_rejects *rejects);

/* In a transaction. False and STOP: errors.tolerance is none. */
bool weir_source_rejects_take(struct weir_source_rejects *rejects, const struct weir_record *record,
                              const struct weir_dead_letter_reason *reason, struct weir_error *err);

#endif
