/* source_task.h - one task of a source connector: poll, transform, produce and store offsets in one
 * transaction.
 *
 * transactional.id = weir-<connector>-<task>: a second process with the same connector fences the
 * first. Each run makes a new producer, ends what a predecessor left open, reads the stored
 * offsets, and only then opens the connector; so after an unknown outcome of a commit nothing is
 * lost and nothing is repeated for read_committed readers.
 * Threads: run has its own; the rest as task.h says. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SOURCE_TASK_H
#define WEIR_RUNTIME_SOURCE_TASK_H

#include "core/config/config.h"
#include "core/record/source.h"
#include "core/runtime/task.h"

struct weir_source_task_options {
    const struct weir_config *config;  /* borrowed for the task's life */
    const struct weir_source_ops *ops; /* static */
    const char *connector_name;        /* borrowed */
    int task_index, task_count;
};

extern const struct weir_task_ops weir_source_task_ops;
/* The state for weir_source_task_ops; taken by the supervisor. */
void *weir_source_task_create(const struct weir_source_task_options *options);

#endif
