/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/held_records.h"

#include "core/base/alloc.h"

enum { BLOCK_BYTES = 1 << 20 };

static struct weir_header *copy_headers(struct weir_arena *arena, const struct weir_record *record)
{
    struct weir_header *headers = weir_arena_calloc(arena, record->header_count, sizeof(*headers));
    for (size_t index = 0; index < record->header_count; index++) {
        headers[index].name = weir_arena_copy(arena, record->headers[index].name);
        headers[index].value = weir_arena_copy(arena, record->headers[index].value);
    }
    return headers;
}

void weir_held_records_add(struct weir_held_records *held, struct weir_producer_topic *topic,
                           const struct weir_record *record)
{
    if (!held->arena) {
        held->arena = weir_arena_create(BLOCK_BYTES);
    }
    if (held->count == held->capacity) {
        held->capacity = 2 * held->capacity + 1024;
        held->items = weir_realloc(held->items, held->capacity * sizeof(*held->items));
    }
    struct weir_held_record *item = &held->items[held->count++];
    *item = (struct weir_held_record){topic, *record};
    item->record.key = weir_arena_copy(held->arena, record->key);
    item->record.value = weir_arena_copy(held->arena, record->value);
    item->record.headers = record->header_count > 0 ? copy_headers(held->arena, record) : NULL;
}

size_t weir_held_records_bytes(const struct weir_held_records *held)
{
    return (held->arena ? weir_arena_bytes(held->arena) : 0) + held->count * sizeof(*held->items);
}

void weir_held_records_clear(struct weir_held_records *held)
{
    held->count = 0;
    if (held->arena) {
        weir_arena_reset(held->arena);
    }
}

void weir_held_records_fini(struct weir_held_records *held)
{
    weir_arena_destroy(held->arena);
    weir_free(held->items);
    *held = (struct weir_held_records){0};
}
