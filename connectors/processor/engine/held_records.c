/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/held_records.h"

#include <string.h>

enum { BLOCK_BYTES = 64 << 10 };
#define LENGTH_OF_NULL UINT32_MAX

struct weir_held_record {
    struct weir_held_record *next;
    struct weir_producer_topic *topic;
    const struct weir_header *headers;
    int64_t timestamp_ms;
    int32_t partition;
    uint32_t header_count;
    uint32_t key_len, value_len;
    uint8_t data[]; /* key, value */
};

static struct weir_header *copy_headers(struct weir_arena *arena, const struct weir_record *record)
{
    struct weir_header *headers = weir_arena_calloc(arena, record->header_count, sizeof(*headers));
    for (size_t index = 0; index < record->header_count; index++) {
        headers[index].name = weir_arena_copy(arena, record->headers[index].name);
        headers[index].value = weir_arena_copy(arena, record->headers[index].value);
    }
    return headers;
}

static uint32_t length_of(struct weir_bytes bytes)
{
    return weir_bytes_is_null(bytes) ? LENGTH_OF_NULL : (uint32_t)bytes.len;
}

static uint8_t *put(uint8_t *at, struct weir_bytes bytes)
{
    if (bytes.len > 0) {
        memcpy(at, bytes.data, bytes.len);
    }
    return at + bytes.len;
}

static void link_last(struct weir_held_records *held, struct weir_held_record *item)
{
    if (held->last) {
        held->last->next = item;
    } else {
        held->first = item;
    }
    held->last = item;
}

void weir_held_records_add(struct weir_held_records *held, struct weir_producer_topic *topic,
                           const struct weir_record *record)
{
    if (!held->arena) {
        held->arena = weir_arena_create(BLOCK_BYTES);
    }
    struct weir_held_record *item =
        weir_arena_alloc(held->arena, sizeof(*item) + record->key.len + record->value.len);
    *item = (struct weir_held_record){
        .topic = topic,
        .headers = record->header_count > 0 ? copy_headers(held->arena, record) : NULL,
        .timestamp_ms = record->timestamp_ms,
        .partition = record->partition,
        .header_count = (uint32_t)record->header_count,
        .key_len = length_of(record->key),
        .value_len = length_of(record->value),
    };
    put(put(item->data, record->key), record->value);
    link_last(held, item);
}

const struct weir_held_record *weir_held_records_next(const struct weir_held_records *held,
                                                      const struct weir_held_record *item)
{
    return item ? item->next : held->first;
}

static struct weir_bytes view(const uint8_t *data, uint32_t length)
{
    return length == LENGTH_OF_NULL ? WEIR_BYTES_NULL : (struct weir_bytes){data, length};
}

struct weir_record weir_held_record_view(const struct weir_held_record *item)
{
    struct weir_bytes key = view(item->data, item->key_len);
    return (struct weir_record){
        .partition = item->partition,
        .offset = -1,
        .timestamp_ms = item->timestamp_ms,
        .key = key,
        .value = view(item->data + key.len, item->value_len),
        .headers = item->headers,
        .header_count = item->header_count,
    };
}

struct weir_producer_topic *weir_held_record_topic(const struct weir_held_record *item)
{
    return item->topic;
}

size_t weir_held_records_bytes(const struct weir_held_records *held)
{
    return held->arena ? weir_arena_bytes(held->arena) : 0;
}

void weir_held_records_clear(struct weir_held_records *held)
{
    held->first = held->last = NULL;
    if (held->arena) {
        weir_arena_reset(held->arena);
    }
}

void weir_held_records_fini(struct weir_held_records *held)
{
    weir_arena_destroy(held->arena);
    *held = (struct weir_held_records){0};
}
