/* sink.h - what a sink connector implements: Kafka Connect's SinkTask contract, in C, with one
 * outcome per record.
 *
 * Retry, dead letters, offsets, pausing and metrics belong to the runtime, never to a connector.
 * One state per task; all calls of one state come from one thread. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RECORD_SINK_H
#define WEIR_RECORD_SINK_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/property.h"
#include "core/record/batch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weir_outcome_kind {
    WEIR_OUTCOME_RETRY = 0, /* not decided: the runtime hands the record in again after a backoff */
    WEIR_OUTCOME_DONE,      /* durable at the target, or nothing to do */
    /* bad record: dead letter, or the task stops, as errors.tolerance says */
    WEIR_OUTCOME_REJECT,
};

struct weir_outcome {
    enum weir_outcome_kind kind;
    /* REJECT: why, in the batch's arena. RETRY: may say why, for the log */
    const char *reason;
    /* REJECT: the Java class a Connect user would see, or NULL; static or in the arena */
    const char *exception;
    /* RETRY: do not come back sooner (the server asked for it); 0 = the runtime's backoff */
    int64_t retry_after_ms;
};

struct weir_sink_context {
    const struct weir_config *config;
    const char *connector_name;
    int task_index, task_count;
    bool replays; /* records are dead letters that are sent again, with the places they had */
    bool dry_run; /* nothing leaves the process: standard output shows what would */
    void (*metric_add)(const struct weir_sink_context *context, const char *name, double amount);
    void (*metric_set)(const struct weir_sink_context *context, const char *name, double value);
    void *runtime;
};

/* Kafka keeps at most 4096 bytes beside an offset (offset.metadata.max.bytes). */
enum { WEIR_SINK_NOTE_BYTES_MAX = 4096 };

struct weir_sink_ops {
    const char *name;
    const char *const *class_names; /* ends with NULL */
    const char *version;
    const char *documentation;
    const struct weir_property *properties; /* ends with {0} */
    size_t state_bytes;
    bool dry_runs; /* it knows context.dry_run */
    /* Optional. */
    bool (*validate)(const struct weir_config *config, struct weir_error *err);
    /* Required. On failure leaves nothing open. By deadline_ms, else RETRY. */
    bool (*open)(void *state, const struct weir_sink_context *context, int64_t deadline_ms,
                 struct weir_error *err);
    /* Required. Borrows batch; records of one partition stand in offset order. outcomes has
     * batch->record_count entries, all RETRY; those already decided in an earlier try of the same
     * batch stay DONE or REJECT and must be skipped. True: each record is decided or asks for a
     * retry. False: err is about the connection as a whole (RETRY: every undecided record comes
     * again; STOP: the task ends). */
    bool (*write)(void *state, const struct weir_batch *batch, struct weir_outcome *outcomes,
                  int64_t deadline_ms, struct weir_error *err);
    /* Optional: how long after its first record a batch may be held back for record_count_out
     * records; 0 = not at all. Asked before each batch. */
    int64_t (*linger_ms)(const void *state, size_t *record_count_out);
    /* Optional: what write left in its own buffers is durable after it. Before each offset
     * commit. */
    bool (*flush)(void *state, int64_t deadline_ms, struct weir_error *err);
    /* Optional: what a sink must remember of a partition, committed in one step with its
     * offset and so never ahead of it nor behind. After open, before the first write with records
     * of the partition: note is what was committed last, null if nothing was. A note that it does
     * not understand is no error. */
    void (*assigned)(void *state, const char *topic, int32_t partition, struct weir_bytes note);
    /* No record of the partition comes any more (revoked, or lost to another member). */
    void (*revoked)(void *state, const char *topic, int32_t partition);
    /* Appends UTF-8 text of at most WEIR_SINK_NOTE_BYTES_MAX bytes to note: what is true once every
     * record below next_offset is decided, which is so when it is called. Nothing appended = no
     * note. Before each commit. */
    void (*note)(void *state, const char *topic, int32_t partition, int64_t next_offset,
                 struct weir_buffer *note);
    /* Required. Called once, also after a failed open; cannot fail. */
    void (*close)(void *state);
};

#endif
