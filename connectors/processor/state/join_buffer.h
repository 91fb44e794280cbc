/* join_buffer.h - one side of a stream-stream join: rows by key, in order of time, then arrival.
 *
 * Retention is ksqlDB's: a row is there for a probe as long as its time is later than the newest
 * time put (of any key) minus the retention. Rows lie in logs, one for each sixteenth of the
 * retention, and leave memory with their log; the index from key to newest row is cleaned as it
 * grows. About 25 bytes of overhead a row.
 * Threads: one owner. Allocates: chunks of up to 64 KB. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_JOIN_BUFFER_H
#define WEIR_PROCESSOR_STATE_JOIN_BUFFER_H

#include "connectors/processor/state/key_index.h"
#include "connectors/processor/state/store.h"

/* Live rows of one buffer beyond this stop the task. */
#define WEIR_JOIN_BUFFER_BYTES_MAX ((size_t)8 << 30)

struct weir_join_buffer;

struct weir_join_match {
    int64_t timestamp_ms;
    struct weir_bytes row; /* borrowed until the next put */
};

/* retention_ms > 0. changelog: rows are kept for flush. */
struct weir_join_buffer *weir_join_buffer_create(int64_t retention_ms, bool changelog);
void weir_join_buffer_destroy(struct weir_join_buffer *buffer);
struct weir_store *weir_join_buffer_store(struct weir_join_buffer *buffer);

/* key is not null, hash is its weir_key_hash, timestamp_ms >= 0. offset: of the source record, for restore; -1: none. */
bool weir_join_buffer_put(struct weir_join_buffer *buffer, struct weir_bytes key, uint32_t hash,
                          int64_t timestamp_ms, struct weir_bytes row, int64_t offset,
                          struct weir_error *err);
/* Rows of key with from_ms <= time <= to_ms, by time, then order of put. Returns their count;
 * *matches_out is borrowed until the next call. */
size_t weir_join_buffer_probe(struct weir_join_buffer *buffer, struct weir_bytes key, uint32_t hash,
                              int64_t from_ms, int64_t to_ms,
                              const struct weir_join_match **matches_out);

/* The newest time put, -1: nothing yet. */
int64_t weir_join_buffer_time(const struct weir_join_buffer *buffer);
/* After a restart: rows that are older by the retention are gone. Never goes back. */
void weir_join_buffer_time_set(struct weir_join_buffer *buffer, int64_t time_ms);
/* The smallest source offset among the rows kept; INT64_MAX: none. */
int64_t weir_join_buffer_offset_min(const struct weir_join_buffer *buffer);

#endif
