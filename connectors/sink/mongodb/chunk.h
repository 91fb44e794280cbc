/* chunk.h - a batch of records to bulk writes, one chunk of bounded size after the other.
 *
 * Records of a chunk are grouped by namespace, in offset order within each. A group goes in two
 * bulks: inserts under weir's own ids, which no other write can touch, unordered; the rest as
 * bulk.write.ordered says.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_CHUNK_H
#define WEIR_SINK_MONGODB_CHUNK_H

#include "connectors/sink/mongodb/stored_offsets.h"
#include "connectors/sink/mongodb/work.h"
#include "core/base/hash_table.h"
#include "core/mongo/connection.h"
#include "core/record/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct topic_state;

struct chunk_writer {
    const struct weir_sink_context *context;
    struct weir_mongo_connection *connection;
    struct weir_arena *settings_arena; /* lives as long as the writer */
    struct weir_arena *arena;          /* of one chunk */
    struct weir_hash_table *topics;    /* name to topic_state */
    struct weir_hash_table *series;    /* names of time series collections that are there */
    struct topic_state *first_topic, *last_topic;
    struct work_buffers buffers;
    bool transacts; /* documents and offsets together */
    struct stored_offsets offsets;
};

/* Connects. On failure nothing is left open. */
bool weir_chunk_writer_init(struct chunk_writer *writer, const struct weir_sink_context *context,
                            struct weir_error *err);
void weir_chunk_writer_fini(struct chunk_writer *writer);

/* The sink's write(). False with RETRY: the connection failed, what is not decided may or may not
 * have been written. */
bool weir_chunk_write(struct chunk_writer *writer, const struct weir_batch *batch,
                      struct weir_outcome *outcomes, int64_t deadline_ms, struct weir_error *err);

#endif
