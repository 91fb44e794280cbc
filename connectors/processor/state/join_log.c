/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/join_log.h"

#include "core/base/alloc.h"
#include "core/base/error.h"

enum {
    CHUNK_BYTES_MIN = 2048,
    PURGE_CHUNKS = WEIR_JOIN_CHUNK_COUNT / 4,
    KEY_BITS = 12,
    KEY_BYTES_SHORT_MAX = (1 << KEY_BITS) - 2,
    ROW_BYTES_SHORT_MAX = (1 << (32 - KEY_BITS)) - 2,
};
#define SIZES_LONG UINT32_MAX

struct weir_join_chunk {
    uint32_t number;
    uint32_t bytes, used; /* of data */
    int64_t slice_start_ms;
    struct weir_join_chunk *older; /* of the same slice */
    uint8_t data[];
};

struct weir_join_slice {
    int64_t start_ms;
    int64_t offset_min;
    size_t row_count;
    struct weir_join_chunk *newest;
};

static void chunk_release(struct weir_join_log *log, struct weir_join_chunk *chunk)
{
    log->chunks[chunk->number] = NULL;
    log->chunk_count--;
    log->bytes -= chunk->bytes;
    if (chunk->bytes == WEIR_JOIN_CHUNK_BYTES && log->spare_count < WEIR_JOIN_SPARE_COUNT) {
        log->spare[log->spare_count++] = chunk;
    } else {
        weir_free(chunk);
    }
}

static void slice_release(struct weir_join_log *log, struct weir_join_slice *slice)
{
    struct weir_join_chunk *chunk = slice->newest;
    while (chunk) {
        struct weir_join_chunk *older = chunk->older;
        chunk_release(log, chunk);
        chunk = older;
    }
    log->row_count -= slice->row_count;
}

void weir_join_log_fini(struct weir_join_log *log)
{
    for (size_t i = 0; i < log->slice_count; i++) {
        slice_release(log, &log->slices[i]);
    }
    for (size_t i = 0; i < log->spare_count; i++) {
        weir_free(log->spare[i]);
    }
    weir_free(log->slices);
    weir_free(log->chunks);
    *log = (struct weir_join_log){0};
}

/* The next number that no live chunk has; 0 stays unused so that no reference is 0. */
static uint32_t number_take(struct weir_join_log *log)
{
    uint32_t number;
    do {
        number = ++log->chunk_number % WEIR_JOIN_CHUNK_COUNT;
    } while (number == 0 || (number < log->chunk_capacity && log->chunks[number]));
    if (number >= log->chunk_capacity) {
        size_t capacity = log->chunk_capacity ? log->chunk_capacity * 2 : 64;
        log->chunks = weir_realloc(log->chunks, capacity * sizeof *log->chunks);
        memset(log->chunks + log->chunk_capacity, 0,
               (capacity - log->chunk_capacity) * sizeof *log->chunks);
        log->chunk_capacity = capacity;
    }
    return number;
}

static struct weir_join_chunk *chunk_take(struct weir_join_log *log, size_t bytes)
{
    if (bytes == WEIR_JOIN_CHUNK_BYTES && log->spare_count > 0) {
        return log->spare[--log->spare_count];
    }
    struct weir_join_chunk *chunk = weir_alloc(sizeof *chunk + bytes);
    chunk->bytes = (uint32_t)bytes;
    return chunk;
}

/* Chunks of a slice double up to 64 KB: a slice of few rows stays small. */
static struct weir_join_chunk *chunk_add(struct weir_join_log *log, struct weir_join_slice *slice,
                                         size_t bytes_needed)
{
    size_t bytes = CHUNK_BYTES_MIN;
    while (bytes < WEIR_JOIN_CHUNK_BYTES &&
           (bytes < bytes_needed || (slice->newest && bytes <= slice->newest->bytes))) {
        bytes *= 2;
    }
    if (bytes < bytes_needed) {
        bytes = bytes_needed;
    }
    struct weir_join_chunk *chunk = chunk_take(log, bytes);
    chunk->number = number_take(log);
    chunk->used = 0;
    chunk->slice_start_ms = slice->start_ms;
    chunk->older = slice->newest;
    slice->newest = chunk;
    log->chunks[chunk->number] = chunk;
    log->chunk_count++;
    log->bytes += chunk->bytes;
    return chunk;
}

static struct weir_join_slice *slice_insert(struct weir_join_log *log, size_t at, int64_t start_ms)
{
    if (log->slice_count == log->slice_capacity) {
        log->slice_capacity = log->slice_capacity ? log->slice_capacity * 2 : 4;
        log->slices = weir_realloc(log->slices, log->slice_capacity * sizeof *log->slices);
    }
    memmove(log->slices + at + 1, log->slices + at, (log->slice_count - at) * sizeof *log->slices);
    log->slice_count++;
    log->slices[at] = (struct weir_join_slice){.start_ms = start_ms, .offset_min = INT64_MAX};
    return &log->slices[at];
}

static struct weir_join_slice *slice_of(struct weir_join_log *log, int64_t timestamp_ms)
{
    int64_t start_ms = timestamp_ms - timestamp_ms % log->slice_ms;
    size_t at = log->slice_count;
    while (at > 0 && log->slices[at - 1].start_ms > start_ms) {
        at--;
    }
    if (at > 0 && log->slices[at - 1].start_ms == start_ms) {
        return &log->slices[at - 1];
    }
    return slice_insert(log, at, start_ms);
}

static bool sizes_are_short(size_t key_bytes, size_t row_bytes)
{
    return key_bytes <= KEY_BYTES_SHORT_MAX && row_bytes <= ROW_BYTES_SHORT_MAX;
}

static void entry_write(struct weir_join_entry *entry, struct weir_bytes key, struct weir_bytes row)
{
    uint8_t *at = (uint8_t *)(entry + 1);
    if (sizes_are_short(key.len, row.len)) {
        entry->sizes = (uint32_t)key.len | (uint32_t)row.len << KEY_BITS;
    } else {
        uint32_t sizes[2] = {(uint32_t)key.len, (uint32_t)row.len};
        entry->sizes = SIZES_LONG;
        memcpy(at, sizes, sizeof sizes);
        at += sizeof sizes;
    }
    memcpy(at, key.data, key.len);
    if (row.len > 0) {
        memcpy(at + key.len, row.data, row.len);
    }
}

uint32_t weir_join_log_append(struct weir_join_log *log, int64_t timestamp_ms,
                              struct weir_bytes key, struct weir_bytes row, int64_t offset)
{
    struct weir_join_slice *slice = slice_of(log, timestamp_ms);
    size_t bytes = sizeof(struct weir_join_entry) + key.len + row.len +
                   (sizes_are_short(key.len, row.len) ? 0 : 2 * sizeof(uint32_t));
    bytes = (bytes + WEIR_JOIN_UNIT_BYTES - 1) & ~(size_t)(WEIR_JOIN_UNIT_BYTES - 1);
    struct weir_join_chunk *chunk = slice->newest;
    if (!chunk || chunk->bytes - chunk->used < bytes || chunk->used >= WEIR_JOIN_CHUNK_BYTES) {
        chunk = chunk_add(log, slice, bytes);
    }
    void *memory = chunk->data + chunk->used;
    struct weir_join_entry *entry = memory;
    entry->older = 0;
    entry->time_ms = (uint32_t)(timestamp_ms - slice->start_ms);
    entry_write(entry, key, row);
    uint32_t reference = chunk->number << WEIR_JOIN_UNIT_BITS | chunk->used / WEIR_JOIN_UNIT_BYTES;
    chunk->used += (uint32_t)bytes;
    slice->row_count++;
    log->row_count++;
    if (offset >= 0 && offset < slice->offset_min) {
        slice->offset_min = offset;
    }
    return reference;
}

struct weir_join_entry *weir_join_log_entry(const struct weir_join_log *log, uint32_t reference,
                                            int64_t *timestamp_ms_out)
{
    struct weir_join_chunk *chunk =
        reference == 0 ? NULL : log->chunks[reference >> WEIR_JOIN_UNIT_BITS];
    if (!chunk) {
        return NULL;
    }
    size_t unit = reference & ((1u << WEIR_JOIN_UNIT_BITS) - 1);
    void *memory = chunk->data + unit * WEIR_JOIN_UNIT_BYTES;
    struct weir_join_entry *entry = memory;
    *timestamp_ms_out = chunk->slice_start_ms + entry->time_ms;
    return entry;
}

static uint32_t long_size(const struct weir_join_entry *entry, size_t index)
{
    uint32_t size;
    memcpy(&size, (const uint8_t *)(entry + 1) + index * sizeof size, sizeof size);
    return size;
}

struct weir_bytes weir_join_entry_key(const struct weir_join_entry *entry)
{
    const uint8_t *data = (const uint8_t *)(entry + 1);
    if (entry->sizes == SIZES_LONG) {
        return (struct weir_bytes){data + 2 * sizeof(uint32_t), long_size(entry, 0)};
    }
    return (struct weir_bytes){data, entry->sizes & ((1u << KEY_BITS) - 1)};
}

struct weir_bytes weir_join_entry_row(const struct weir_join_entry *entry)
{
    struct weir_bytes key = weir_join_entry_key(entry);
    size_t len = entry->sizes == SIZES_LONG ? long_size(entry, 1) : entry->sizes >> KEY_BITS;
    return (struct weir_bytes){key.data + key.len, len};
}

void weir_join_log_expire(struct weir_join_log *log, int64_t time_ms)
{
    size_t gone = 0;
    while (gone < log->slice_count && time_ms - log->slices[gone].start_ms >= log->slice_ms) {
        slice_release(log, &log->slices[gone]);
        gone++;
    }
    if (gone > 0) {
        log->slice_count -= gone;
        memmove(log->slices, log->slices + gone, log->slice_count * sizeof *log->slices);
    }
}

bool weir_join_log_purge_due(const struct weir_join_log *log)
{
    return log->chunk_number - log->purge_number >= PURGE_CHUNKS;
}

void weir_join_log_purged(struct weir_join_log *log)
{
    log->purge_number = log->chunk_number;
}

int64_t weir_join_log_offset_min(const struct weir_join_log *log)
{
    int64_t offset = INT64_MAX;
    for (size_t i = 0; i < log->slice_count; i++) {
        if (log->slices[i].offset_min < offset) {
            offset = log->slices[i].offset_min;
        }
    }
    return offset;
}
