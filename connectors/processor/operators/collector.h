/* collector.h - where a task's results go, and whom it tells about records that it leaves out.
 *
 * The engine implements these over a Kafka transaction, the test runner over memory. All views are
 * borrowed for the call. A false return ends the task's call with err as it is.
 * Threads: called by the task's thread. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_COLLECTOR_H
#define WEIR_PROCESSOR_OPERATORS_COLLECTOR_H

#include "connectors/processor/values/value.h"
#include "core/base/error.h"
#include "core/record/record.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_topology_sink;

/* A record for a sink's or an internal topic. */
struct weir_output {
    const struct weir_topology_sink *sink; /* which topic */
    int32_t partition;     /* -1: by murmur2 of the first base_key_bytes of key; null key: any */
    size_t base_key_bytes; /* the key without its window */
    struct weir_bytes key, value;
    int64_t timestamp_ms;
    const struct weir_header *headers;
    size_t header_count;
};

enum weir_incident_kind {
    WEIR_INCIDENT_BAD_RECORD, /* key, value or timestamp cannot be read: record skipped */
    WEIR_INCIDENT_NULL_KEY,   /* where a key is needed: row dropped */
    WEIR_INCIDENT_LATE,       /* its window has closed: row dropped */
    WEIR_INCIDENT_EXPRESSION, /* a column became NULL, a row did not pass, or a group key failed */
    WEIR_INCIDENT_KIND_COUNT,
};

struct weir_incident {
    enum weir_incident_kind kind;
    const char *step_id; /* "Aggregate-GroupBy": the operator */
    const char *topic;   /* of the record that was being processed */
    int32_t partition;
    int64_t offset;
    const char *message;
};

struct weir_collector {
    void *context;
    bool (*produce)(void *context, const struct weir_output *output, struct weir_error *err);
    /* At weir_stream_task_commit: the newest value of a key of the task's store; null = removed. */
    bool (*changelog)(void *context, uint32_t store_index, struct weir_bytes key,
                      struct weir_bytes value, int64_t timestamp_ms, struct weir_error *err);
    /* PUSH and PULL queries: a row of the plan's root. */
    bool (*row)(void *context, const struct weir_row *row, struct weir_error *err);
    /* Optional. Each incident; the callee counts and limits what it logs. */
    void (*incident)(void *context, const struct weir_incident *incident);
};

#endif
