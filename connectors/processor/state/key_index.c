/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/key_index.h"

#include "core/base/alloc.h"
#include "core/base/error.h"
#include "core/base/hash_table.h"

enum { CAPACITY_MIN = 8 };

uint32_t weir_key_hash(struct weir_bytes key)
{
    uint64_t hash = weir_hash(key.data, key.len);
    return (uint32_t)(hash ^ hash >> 32);
}

void weir_key_index_fini(struct weir_key_index *index)
{
    weir_free(index->slots);
    index->slots = NULL;
    index->capacity = index->count = 0;
}

struct weir_key_head *weir_key_index_get(const struct weir_key_index *index, struct weir_bytes key,
                                         uint32_t hash)
{
    if (index->count == 0) {
        return NULL;
    }
    size_t mask = index->capacity - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        const struct weir_key_slot *slot = &index->slots[at];
        if (!slot->entry) {
            return NULL;
        }
        if (slot->hash == hash && slot->entry->key_bytes == key.len &&
            memcmp((const uint8_t *)slot->entry + index->key_offset, key.data, key.len) == 0) {
            return slot->entry;
        }
    }
}

static void slot_put(struct weir_key_slot *slots, size_t mask, struct weir_key_slot item)
{
    size_t at = item.hash & mask;
    while (slots[at].entry) {
        at = (at + 1) & mask;
    }
    slots[at] = item;
}

static void resize(struct weir_key_index *index, size_t capacity)
{
    struct weir_key_slot *slots = weir_alloc_array(capacity, sizeof *slots);
    for (size_t i = 0; i < index->capacity; i++) {
        if (index->slots[i].entry) {
            slot_put(slots, capacity - 1, index->slots[i]);
        }
    }
    weir_free(index->slots);
    index->slots = slots;
    index->capacity = capacity;
}

void weir_key_index_add(struct weir_key_index *index, struct weir_key_head *entry)
{
    if ((index->count + 1) * 4 > index->capacity * 3) {
        resize(index, index->capacity ? index->capacity * 2 : CAPACITY_MIN);
    }
    slot_put(index->slots, index->capacity - 1,
             (struct weir_key_slot){.entry = entry, .hash = entry->hash});
    index->count++;
}

static size_t slot_of(const struct weir_key_index *index, const struct weir_key_head *entry)
{
    weir_assert(index->count > 0);
    size_t mask = index->capacity - 1;
    size_t at = entry->hash & mask;
    while (index->slots[at].entry != entry) {
        weir_assert(index->slots[at].entry != NULL);
        at = (at + 1) & mask;
    }
    return at;
}

void weir_key_index_replace(struct weir_key_index *index, const struct weir_key_head *old,
                            struct weir_key_head *entry)
{
    size_t mask = index->capacity - 1;
    size_t at = entry->hash & mask;
    while (index->slots[at].entry != old) {
        weir_assert(index->slots[at].entry != NULL);
        at = (at + 1) & mask;
    }
    index->slots[at].entry = entry;
}

void weir_key_index_remove(struct weir_key_index *index, const struct weir_key_head *entry)
{
    size_t mask = index->capacity - 1;
    size_t hole = slot_of(index, entry);
    /* Later members of the run move up, so that no probe stops at the hole. */
    for (size_t at = (hole + 1) & mask; index->slots[at].entry; at = (at + 1) & mask) {
        size_t home = index->slots[at].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            index->slots[hole] = index->slots[at];
            hole = at;
        }
    }
    index->slots[hole] = (struct weir_key_slot){0};
    index->count--;
    if (index->capacity > CAPACITY_MIN && index->count * 8 < index->capacity) {
        resize(index, index->capacity / 2);
    }
}

size_t weir_key_index_bytes(const struct weir_key_index *index)
{
    return index->capacity * sizeof *index->slots;
}
