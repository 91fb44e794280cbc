/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/map_builder.h"

#include "connectors/processor/values/utf8.h"

#include <math.h>
#include <string.h>

enum { MANY_KEYS = 16 };

void weir_map_builder_init(struct weir_map_builder *builder, struct weir_arena *arena,
                           uint32_t capacity)
{
    capacity = capacity < 4 ? 4 : capacity;
    *builder = (struct weir_map_builder){.arena = arena, .capacity = capacity};
    builder->items = weir_arena_alloc(arena, 2 * (size_t)capacity * sizeof *builder->items);
}

static void index_entry(struct weir_map_builder *builder, uint32_t entry)
{
    uint64_t slot = weir_value_hash(&builder->items[2 * (size_t)entry]);
    while (builder->slots[slot & (builder->slot_count - 1)] != 0) {
        slot++;
    }
    builder->slots[slot & (builder->slot_count - 1)] = entry + 1;
}

static void index_all(struct weir_map_builder *builder, uint32_t slot_count)
{
    builder->slot_count = slot_count;
    builder->slots = weir_arena_calloc(builder->arena, slot_count, sizeof *builder->slots);
    for (uint32_t i = 0; i < builder->count; i++) {
        index_entry(builder, i);
    }
}

static struct weir_value *find_indexed(struct weir_map_builder *builder,
                                       const struct weir_value *key)
{
    uint64_t slot = weir_value_hash(key);
    for (;; slot++) {
        uint32_t entry = builder->slots[slot & (builder->slot_count - 1)];
        if (entry == 0) {
            return NULL;
        }
        struct weir_value *item = &builder->items[2 * (size_t)(entry - 1)];
        if (weir_value_equal(item, key)) {
            return item + 1;
        }
    }
}

struct weir_value *weir_map_builder_find(struct weir_map_builder *builder,
                                         const struct weir_value *key)
{
    if (builder->slots) {
        return find_indexed(builder, key);
    }
    for (uint32_t i = 0; i < builder->count; i++) {
        struct weir_value *item = &builder->items[2 * (size_t)i];
        if (weir_value_equal(item, key)) {
            return item + 1;
        }
    }
    return NULL;
}

void weir_map_builder_put(struct weir_map_builder *builder, const struct weir_value *key,
                          const struct weir_value *value)
{
    struct weir_value *found = weir_map_builder_find(builder, key);
    if (found) {
        *found = *value;
        return;
    }
    if (builder->count == builder->capacity) {
        size_t bytes = 2 * (size_t)builder->capacity * sizeof *builder->items;
        builder->items = weir_arena_grow(builder->arena, builder->items, bytes, 2 * bytes);
        builder->capacity *= 2;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): init makes items */
    builder->items[2 * (size_t)builder->count] = *key;
    builder->items[2 * (size_t)builder->count + 1] = *value;
    builder->count++;
    if (builder->count >= MANY_KEYS && builder->count * 2 > builder->slot_count) {
        index_all(builder, builder->slot_count > 0 ? builder->slot_count * 2 : 4 * MANY_KEYS);
    } else if (builder->slots) {
        index_entry(builder, builder->count - 1);
    }
}

static int32_t text_hash(const struct weir_value *value)
{
    uint32_t hash = 0;
    for (size_t i = 0; i < value->length;) {
        size_t bytes;
        uint32_t code = weir_utf8_get(value->bytes + i, value->length - i, &bytes);
        if (code >= 0x10000) {
            hash = 31 * hash + (0xd800 + ((code - 0x10000) >> 10));
            code = 0xdc00 + ((code - 0x10000) & 0x3ff);
        }
        hash = 31 * hash + code;
        i += bytes;
    }
    return (int32_t)hash;
}

static int32_t fold_bits(uint64_t bits)
{
    return (int32_t)(uint32_t)(bits ^ bits >> 32);
}

int32_t weir_value_java_hash(const struct weir_value *value)
{
    uint64_t bits;
    switch (value->kind) {
    case WEIR_TYPE_STRING:
        return text_hash(value);
    case WEIR_TYPE_BOOLEAN:
        return value->boolean ? 1231 : 1237;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
        return value->integer;
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        return fold_bits((uint64_t)value->bigint);
    case WEIR_TYPE_DOUBLE:
        memcpy(&bits, &value->number, sizeof bits);
        return fold_bits(isnan(value->number) ? 0x7ff8000000000000u : bits);
    default:
        return 0;
    }
}

/* The size of the table after that many puts into a HashMap of the given capacity. */
static uint64_t table_size(int64_t java_capacity, uint32_t count)
{
    uint64_t wanted = java_capacity > 0 ? (uint64_t)java_capacity : count, size = 1;
    while (size < wanted) {
        size *= 2;
    }
    while (count > size * 3 / 4) {
        size *= 2;
    }
    return size;
}

struct entry {
    uint64_t bucket;
    uint32_t index;
};

/* Stable, by bucket: merge sort, since a map may be large. */
static void sort_entries(struct entry *entries, struct entry *scratch, size_t count)
{
    if (count < 2) {
        return;
    }
    size_t half = count / 2, left = 0, right = half;
    sort_entries(entries, scratch, half);
    sort_entries(entries + half, scratch, count - half);
    for (size_t i = 0; i < count; i++) {
        bool from_left =
            right == count || (left < half && entries[left].bucket <= entries[right].bucket);
        scratch[i] = entries[from_left ? left++ : right++];
    }
    memcpy(entries, scratch, count * sizeof *entries);
}

struct weir_value weir_map_builder_finish(struct weir_map_builder *builder, int64_t java_capacity)
{
    struct weir_value map = {
        .items = builder->items, .length = builder->count, .kind = WEIR_TYPE_MAP};
    if (java_capacity == WEIR_MAP_ORDER_INSERTION || builder->count < 2) {
        return map;
    }
    uint64_t mask = table_size(java_capacity, builder->count) - 1;
    struct entry *entries =
        weir_arena_alloc(builder->arena, 2 * (size_t)builder->count * sizeof *entries);
    for (uint32_t i = 0; i < builder->count; i++) {
        uint32_t hash = (uint32_t)weir_value_java_hash(&builder->items[2 * (size_t)i]);
        entries[i] = (struct entry){(hash ^ hash >> 16) & mask, i};
    }
    sort_entries(entries, entries + builder->count, builder->count);
    struct weir_value *items =
        weir_arena_alloc(builder->arena, 2 * (size_t)builder->count * sizeof *items);
    for (uint32_t i = 0; i < builder->count; i++) {
        memcpy(&items[2 * (size_t)i], &builder->items[2 * (size_t)entries[i].index],
               2 * sizeof *items);
    }
    map.items = items;
    return map;
}
