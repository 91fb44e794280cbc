/* source.h - what a source connector implements: Kafka Connect's SourceTask contract, in C.
 *
 * The runtime owns topics, partitioning, transactions, offsets, retry, dead letters and metrics;
 * the connector only makes records. One state per task; all calls of one state come from one
 * thread. A plugin exports `const struct weir_plugin weir_plugin` (see plugin.h). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RECORD_SOURCE_H
#define WEIR_RECORD_SOURCE_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/property.h"
#include "core/record/batch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the runtime lends a source while its task lives. */
struct weir_source_context {
    /* checked: every property of the table has a value or its default */
    const struct weir_config *config;
    const char *connector_name;
    int task_index, task_count;
    /* The offset stored for a partition (its JSON, any key order or spacing), or null if there is
     * none. Borrowed until the next call. */
    struct weir_bytes (*stored_offset)(const struct weir_source_context *context,
                                       struct weir_bytes partition);
    /* Adds to a counter or sets a gauge of /metrics: name as in
     * "weir_source_snapshot_documents_total". */
    void (*metric_add)(const struct weir_source_context *context, const char *name, double amount);
    void (*metric_set)(const struct weir_source_context *context, const char *name, double value);
    void *runtime; /* the runtime's own */
    /* From poll: a record that cannot be made as configured. True: errors.tolerance allows it, and
     * key and value (as far as there are any) went to the dead letter queue if there is one; go on
     * behind it. False: err (STOP); return false. Copies the record. */
    bool (*reject)(const struct weir_source_context *context, const struct weir_record *record,
                   const char *reason, struct weir_error *err);
    /* How far a long work is, as a JSON object for the task's REST status; NULL = it is done. */
    void (*progress)(const struct weir_source_context *context, const char *json);
};

struct weir_source_ops {
    const char *name; /* "mongodb": the plugin's short name */
    /* Java class names and Cloud names accepted as connector.class; ends with NULL */
    const char *const *class_names;
    const char *version;
    const char *documentation; /* one paragraph, Markdown */
    /* ends with {0}: parsing, help-config, docs, validate */
    const struct weir_property *properties;
    size_t state_bytes; /* the task allocates and zeroes it */
    /* How many tasks this configuration makes, at most tasks_max. NULL = 1. */
    int (*task_count)(const struct weir_config *config, int tasks_max);
    /* Optional: checks across properties that one row cannot make. */
    bool (*validate)(const struct weir_config *config, struct weir_error *err);
    /* Required. Borrows context until close. On failure leaves nothing open. By deadline_ms, else
     * RETRY. */
    bool (*open)(void *state, const struct weir_source_context *context, int64_t deadline_ms,
                 struct weir_error *err);
    /* Required. Adds records and offsets to an empty batch and returns by deadline_ms; an empty
     * batch is no error, and may still carry offsets. On failure the batch is dropped: RETRY closes
     * and opens the source again at the last stored offset; STOP ends the task. */
    bool (*poll)(void *state, struct weir_batch *batch, int64_t deadline_ms,
                 struct weir_error *err);
    /* Optional. The offsets of all batches polled so far are durable in Kafka. */
    void (*committed)(void *state);
    /* Optional, from any thread: makes a running poll return soon. */
    void (*wake)(void *state);
    /* Required. Called once, also after a failed open; cannot fail. */
    void (*close)(void *state);
};

#endif
