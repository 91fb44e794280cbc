/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/held_value.h"

#include "connectors/processor/values/decimal.h"
#include "core/base/alloc.h"

#include <string.h>

enum { ALIGNMENT = 16, BLOCK_BYTES_MIN = 256, BLOCK_BYTES_MAX = 65536, MANY_ITEMS = 16 };

static size_t aligned(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static size_t part_count(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_MAP ? 2 * (size_t)value->length : value->length;
}

static size_t decimal_bytes(const struct weir_decimal *decimal)
{
    return sizeof *decimal + decimal->word_count * sizeof decimal->words[0];
}

/* Memory that the value's text and parts need. */
static size_t outside_bytes(const struct weir_value *value)
{
    switch (value->kind) {
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
        return aligned(value->length);
    case WEIR_TYPE_DECIMAL:
        return aligned(decimal_bytes(value->decimal));
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_STRUCT: {
        size_t count = part_count(value), bytes = aligned(count * sizeof *value);
        for (size_t i = 0; i < count; i++) {
            bytes += outside_bytes(&value->items[i]);
        }
        return bytes;
    }
    default:
        return 0;
    }
}

/* Copies value, its outside going to *memory, which moves on. */
static struct weir_value place(const struct weir_value *value, uint8_t **memory)
{
    struct weir_value copy = *value;
    uint8_t *at = *memory;
    switch (value->kind) {
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
        if (value->length > 0) {
            memcpy(at, value->bytes, value->length);
        }
        copy.bytes = value->length > 0 ? at : (const uint8_t *)"";
        *memory += aligned(value->length);
        return copy;
    case WEIR_TYPE_DECIMAL: {
        size_t bytes = decimal_bytes(value->decimal);
        memcpy(at, value->decimal, bytes);
        memcpy(&copy.decimal, &at, sizeof copy.decimal);
        *memory += aligned(bytes);
        return copy;
    }
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_STRUCT: {
        size_t count = part_count(value);
        struct weir_value *parts = (struct weir_value *)(void *)at;
        *memory += aligned(count * sizeof *parts);
        for (size_t i = 0; i < count; i++) {
            parts[i] = place(&value->items[i], memory);
        }
        copy.items = parts;
        return copy;
    }
    default:
        return copy;
    }
}

void weir_held_set(struct weir_held_value *held, const struct weir_value *value)
{
    size_t bytes = outside_bytes(value);
    if (bytes > held->capacity) {
        size_t capacity = bytes * 2 > BLOCK_BYTES_MAX ? bytes : bytes * 2;
        void *memory = weir_alloc(capacity); /* value may point into the old memory */
        uint8_t *at = memory;
        held->value = place(value, &at);
        weir_free(held->memory);
        held->memory = memory;
        held->capacity = capacity;
        return;
    }
    uint8_t *at = held->memory;
    held->value = place(value, &at);
}

void weir_held_fini(struct weir_held_value *held)
{
    weir_free(held->memory);
    *held = (struct weir_held_value){.value = WEIR_VALUE_NULL};
}

struct weir_held_block {
    struct weir_held_block *next;
    size_t used, capacity;
    _Alignas(ALIGNMENT) uint8_t bytes[];
};

static void free_blocks(struct weir_held_block *block)
{
    while (block) {
        struct weir_held_block *next = block->next;
        weir_free(block);
        block = next;
    }
}

void weir_held_list_fini(struct weir_held_list *list)
{
    free_blocks(list->blocks);
    weir_free(list->items);
    *list = (struct weir_held_list){0};
}

/* Room of that many bytes in the newest block, or a new one twice as large as all before. */
static uint8_t *room(struct weir_held_list *list, size_t bytes)
{
    struct weir_held_block *block = list->blocks;
    if (!block || block->capacity - block->used < bytes) {
        size_t capacity = list->block_bytes < BLOCK_BYTES_MIN   ? BLOCK_BYTES_MIN
                          : list->block_bytes > BLOCK_BYTES_MAX ? BLOCK_BYTES_MAX
                                                                : list->block_bytes;
        capacity = capacity < bytes ? bytes : capacity;
        block = weir_alloc(sizeof *block + capacity);
        *block = (struct weir_held_block){.next = list->blocks, .capacity = capacity};
        list->blocks = block;
        list->block_bytes += capacity;
    }
    uint8_t *at = block->bytes + block->used;
    block->used += bytes;
    return at;
}

static struct weir_value hold(struct weir_held_list *list, const struct weir_value *value)
{
    size_t bytes = outside_bytes(value);
    if (bytes == 0) {
        struct weir_value copy = *value;
        if (value->kind == WEIR_TYPE_STRING || value->kind == WEIR_TYPE_BYTES) {
            copy.bytes = (const uint8_t *)"";
        }
        return copy;
    }
    list->live_bytes += bytes;
    uint8_t *at = room(list, bytes);
    return place(value, &at);
}

static void grow(struct weir_held_list *list)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? list->capacity * 2 : 4;
        list->items = weir_realloc(list->items, list->capacity * sizeof *list->items);
    }
}

void weir_held_list_append(struct weir_held_list *list, const struct weir_value *value)
{
    weir_held_list_insert(list, list->count, value);
}

void weir_held_list_insert(struct weir_held_list *list, uint32_t index,
                           const struct weir_value *value)
{
    struct weir_value held = hold(list, value);
    grow(list);
    memmove(&list->items[index + 1], &list->items[index],
            (list->count - index) * sizeof *list->items);
    list->items[index] = held;
    list->count++;
}

/* Moves what is left into one block. */
static void compact(struct weir_held_list *list)
{
    struct weir_held_block *old = list->blocks;
    list->blocks = NULL;
    list->block_bytes = list->live_bytes;
    list->live_bytes = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        list->items[i] = hold(list, &list->items[i]);
    }
    list->block_bytes -= list->live_bytes;
    free_blocks(old);
}

void weir_held_list_remove(struct weir_held_list *list, uint32_t index)
{
    list->live_bytes -= outside_bytes(&list->items[index]);
    list->count--;
    memmove(&list->items[index], &list->items[index + 1],
            (list->count - index) * sizeof *list->items);
    if (list->block_bytes > BLOCK_BYTES_MIN * 2 && list->live_bytes < list->block_bytes / 4) {
        compact(list);
    }
}

size_t weir_held_list_bytes(const struct weir_held_list *list)
{
    return list->capacity * sizeof *list->items + list->block_bytes;
}

void weir_held_set_fini(struct weir_held_set *set)
{
    weir_held_list_fini(&set->list);
    weir_free(set->slots);
    set->slots = NULL;
    set->slot_count = 0;
}

static void index_item(struct weir_held_set *set, uint32_t item)
{
    uint64_t slot = weir_value_hash(&set->list.items[item]);
    while (set->slots[slot & (set->slot_count - 1)] != 0) {
        slot++;
    }
    set->slots[slot & (set->slot_count - 1)] = item + 1;
}

uint32_t weir_held_set_find(const struct weir_held_set *set, const struct weir_value *value)
{
    if (!set->slots) {
        for (uint32_t i = 0; i < set->list.count; i++) {
            if (weir_value_equal(&set->list.items[i], value)) {
                return i;
            }
        }
        return UINT32_MAX;
    }
    for (uint64_t slot = weir_value_hash(value);; slot++) {
        uint32_t entry = set->slots[slot & (set->slot_count - 1)];
        if (entry == 0) {
            return UINT32_MAX;
        }
        if (weir_value_equal(&set->list.items[entry - 1], value)) {
            return entry - 1;
        }
    }
}

uint32_t weir_held_set_add(struct weir_held_set *set, const struct weir_value *value)
{
    weir_held_list_append(&set->list, value);
    uint32_t count = set->list.count;
    if (count >= MANY_ITEMS && count * 2 > set->slot_count) {
        weir_free(set->slots);
        set->slot_count = set->slot_count > 0 ? set->slot_count * 2 : 4 * MANY_ITEMS;
        set->slots = weir_alloc_array(set->slot_count, sizeof *set->slots);
        for (uint32_t i = 0; i < count; i++) {
            index_item(set, i);
        }
    } else if (set->slots) {
        index_item(set, count - 1);
    }
    return count - 1;
}

void weir_held_set_remove(struct weir_held_set *set, uint32_t index)
{
    weir_held_list_remove(&set->list, index);
    if (set->slots) {
        memset(set->slots, 0, set->slot_count * sizeof *set->slots);
        for (uint32_t i = 0; i < set->list.count; i++) {
            index_item(set, i);
        }
    }
}
