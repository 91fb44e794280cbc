/* chunk_internal.h - the chunk at hand, shared by its two ways to MongoDB: bulks that stand for
 * themselves (chunk.c) and one transaction with the offsets (chunk_transaction.c). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_CHUNK_INTERNAL_H
#define WEIR_SINK_MONGODB_CHUNK_INTERNAL_H

#include "connectors/sink/mongodb/chunk.h"
#include "connectors/sink/mongodb/namespace.h"
#include "core/mongo/bulk.h"

enum { GROUP_COUNT_MAX = 256 };

struct topic_state {
    struct topic_state *next; /* of the writer's list */
    const struct topic_settings *settings;
    uint32_t bulk_count; /* for rate limits */
};

/* One write and the record that it belongs to. */
struct item {
    struct planned_write write;
    size_t record_index;
    bool has_own_id;
    bool is_first; /* of its record */
};

/* The writes to one collection; groups of a topic share its settings. */
struct group {
    struct namespace namespace;
    struct topic_state *topic;
    struct item *items;
    size_t item_count, item_capacity;
};

struct chunk {
    struct chunk_writer *writer;
    const struct weir_batch *batch;
    struct weir_outcome *outcomes;
    int64_t deadline_ms;
    struct group groups[GROUP_COUNT_MAX];
    size_t group_count;
};

/* The item's write as the library of bulks takes it. */
struct weir_mongo_write weir_chunk_write_of(const struct chunk *chunk, const struct item *item);
void weir_chunk_count(const struct chunk_writer *writer, const char *name, double amount);
/* What became of the item's write, as an outcome of its record. */
void weir_chunk_settle(struct chunk *chunk, const struct item *item,
                       const struct weir_mongo_result *result);
/* Of a topic with a rate limit: the pause behind every n-th bulk. */
void weir_chunk_keep_rate(struct chunk *chunk, struct topic_state *topic);

/* ---- chunk_transaction.c ---- */

/* Whether the record was written in an earlier transaction; it is DONE then. */
bool weir_chunk_skip(struct chunk *chunk, size_t index, bool *skipped_out, struct weir_error *err);
/* The record's letter may get lost after the offsets are stored. */
void weir_chunk_note_reject(struct chunk *chunk, size_t index);
/* All groups, and the offsets behind records [first, next), or nothing. */
bool weir_chunk_commit(struct chunk *chunk, size_t first, size_t next, struct weir_error *err);

#endif
