/* batch.h - records that travel together, with the arena that holds their bytes.
 *
 * A whole batch is handed from thread to thread; nothing of it outlives its reset or destruction
 * but by copy.
 * Threads: one owner at a time. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RECORD_BATCH_H
#define WEIR_RECORD_BATCH_H

#include "core/base/arena.h"
#include "core/record/record.h"

/* Where a source stands in one of its partitions: Connect's shape, two JSON objects.
 * A null offset removes the partition's stored offset. */
struct weir_source_offset {
    struct weir_bytes partition; /* {"ns":"mongodb://host/db.coll"} */
    struct weir_bytes offset;    /* {"_id":"{\"_data\": \"8264...\"}"} */
};

struct weir_batch {
    struct weir_arena *arena;
    struct weir_record *records; /* owned; grows by doubling */
    size_t record_count, record_capacity;
    size_t bytes; /* keys and values, for limits */
    /* Sources only: what to store once every record of this batch is durable. */
    struct weir_source_offset *offsets;
    size_t offset_count, offset_capacity;
};

struct weir_batch *weir_batch_create(size_t arena_block_bytes);
void weir_batch_destroy(struct weir_batch *batch);
void weir_batch_reset(struct weir_batch *batch);
/* Adds a zeroed record and returns it; borrowed until the next add. Views in it must point into the
 * arena, or outlive the batch. Partition, offset and timestamp start as -1. */
struct weir_record *weir_batch_add(struct weir_batch *batch);
/* Replaces an offset of the same partition. Copies both into the arena. */
void weir_batch_offset_set(struct weir_batch *batch, struct weir_bytes partition,
                           struct weir_bytes offset);

void weir_batch_cleanup(struct weir_batch **slot);
#define weir_auto_batch __attribute__((cleanup(weir_batch_cleanup))) struct weir_batch

#endif
