/* join_log.h - the memory of a join buffer: rows in logs, one for each slice of time.
 *
 * A row's place is a 32-bit reference: number of its chunk (modulo WEIR_JOIN_CHUNK_COUNT) and place
 * in it in units of 4 bytes; 0 = none. A log leaves memory whole; references into it then lead
 * nowhere, until its chunk numbers come round: before that (weir_join_log_purge_due) the owner must
 * drop them.
 * Threads: one owner. Allocates: chunks of 2 to 64 KB; larger rows get their own. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_JOIN_LOG_H
#define WEIR_PROCESSOR_STATE_JOIN_LOG_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WEIR_JOIN_UNIT_BYTES = 4,
    WEIR_JOIN_UNIT_BITS = 14,
    WEIR_JOIN_CHUNK_BYTES = WEIR_JOIN_UNIT_BYTES << WEIR_JOIN_UNIT_BITS,
    WEIR_JOIN_CHUNK_COUNT = 1 << (32 - WEIR_JOIN_UNIT_BITS),
    WEIR_JOIN_SPARE_COUNT = 8,
};

struct weir_join_chunk;
struct weir_join_slice;

struct weir_join_log {
    int64_t slice_ms;
    struct weir_join_slice *slices; /* by time */
    size_t slice_count, slice_capacity;
    struct weir_join_chunk **chunks; /* by number */
    size_t chunk_capacity;           /* of the table */
    uint32_t chunk_number;           /* of the newest, ever counting */
    uint32_t purge_number;
    size_t chunk_count, bytes, row_count;
    struct weir_join_chunk *spare[WEIR_JOIN_SPARE_COUNT];
    size_t spare_count;
};

/* In memory aligned to 4; the key's bytes and the row's follow (weir_join_entry_key, _row). */
struct weir_join_entry {
    uint32_t older;   /* reference of the next older row of the key */
    uint32_t time_ms; /* since the start of its slice */
    uint32_t
        sizes; /* key: low 12 bits, row: the others; WEIR_JOIN_SIZES_LONG: two uint32_t follow */
};

/* A zeroed log with slice_ms set is empty and ready. */
void weir_join_log_fini(struct weir_join_log *log);
/* Returns the reference of the new row, never 0. offset: the smallest of a slice is kept; -1:
 * none. */
uint32_t weir_join_log_append(struct weir_join_log *log, int64_t timestamp_ms,
                              struct weir_bytes key, struct weir_bytes row, int64_t offset);
/* NULL: gone. */
struct weir_join_entry *weir_join_log_entry(const struct weir_join_log *log, uint32_t reference,
                                            int64_t *timestamp_ms_out);
struct weir_bytes weir_join_entry_key(const struct weir_join_entry *entry);
struct weir_bytes weir_join_entry_row(const struct weir_join_entry *entry);
/* Drops the slices whose every time is before time_ms. */
void weir_join_log_expire(struct weir_join_log *log, int64_t time_ms);
bool weir_join_log_purge_due(const struct weir_join_log *log);
/* The owner holds no reference to what is gone any more. */
void weir_join_log_purged(struct weir_join_log *log);
/* INT64_MAX: none. */
int64_t weir_join_log_offset_min(const struct weir_join_log *log);

#endif
