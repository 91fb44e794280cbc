/* stored_offsets.h - how far each partition is written, kept in MongoDB and changed in the same
 * transaction as the documents.
 *
 * One document for each partition: {_id: "connector#topic#partition", offset: next, rejected: [...]},
 * and one, under that _id and "#writer", with the session of who writes it: its successor ends what
 * a writer that died has left open.
 * What lies before `offset` was written and is not written again, but for `rejected`: records whose
 * dead letters may not be durable yet. Two owners of one partition cannot both write: each changes
 * the document only while it is as it knows it.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_STORED_OFFSETS_H
#define WEIR_SINK_MONGODB_STORED_OFFSETS_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/mongo/transaction.h"
#include "core/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORED_REJECTED_COUNT_MAX = 10000 };

struct stored_partition {
    char *topic; /* owned */
    int32_t partition;
    bool loaded;
    int64_t stored;  /* as the document has it; -1 = there is none */
    int64_t reached; /* as the chunk at hand leaves it; -1: not in it */
    int64_t *rejected;
    size_t rejected_count, rejected_capacity;
};

struct stored_offsets {
    char *database, *collection; /* owned */
    const char *connector;
    struct stored_partition *partitions;
    size_t count, last;
};

/* place: "database.collection". */
void weir_stored_offsets_init(struct stored_offsets *offsets, const char *place,
                              const char *connector);
void weir_stored_offsets_fini(struct stored_offsets *offsets);
/* The record's partition, read from MongoDB when it is met first. NULL: err. */
struct stored_partition *weir_stored_offsets_find(struct stored_offsets *offsets,
                                                  struct weir_mongo_connection *connection,
                                                  const struct weir_record *record,
                                                  struct weir_error *err);
/* Written in an earlier transaction. */
bool weir_stored_offsets_has(const struct stored_partition *partition, int64_t offset);
/* Its letter may get lost. */
void weir_stored_offsets_reject(struct stored_partition *partition, int64_t offset);
/* Another owner: what is known is not true any more. */
void weir_stored_offsets_forget(struct stored_offsets *offsets, const char *topic,
                                int32_t partition);
/* A transaction of unknown end: the documents are read anew. Rejected records stay known. */
void weir_stored_offsets_forget_all(struct stored_offsets *offsets);
/* Letters of records before next_offset are durable. */
void weir_stored_offsets_settle(struct stored_offsets *offsets, const char *topic,
                                int32_t partition, int64_t next_offset);

/* A bulk that moves every partition to where it was reached. */
struct weir_mongo_bulk weir_stored_offsets_bulk(const struct stored_offsets *offsets,
                                                struct weir_buffer *documents,
                                                struct weir_arena *arena);
/* The transaction of that bulk is committed (or there was none: reached is forgotten). */
void weir_stored_offsets_end(struct stored_offsets *offsets, bool committed);

#endif
