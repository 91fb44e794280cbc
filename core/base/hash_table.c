/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/hash_table.h"

#include "core/base/alloc.h"

/* Entries stand in insertion order; `slots` maps a hash to 1 + the index of an entry, 0 = free. A
 * removed entry keeps its slot (value NULL) until the next growth, so that probing goes on over
 * it. */
struct entry {
    uint64_t hash;
    uint8_t *key;
    size_t key_bytes;
    void *value;
};

struct weir_hash_table {
    struct entry *entries;
    size_t entry_count, entry_capacity; /* removed ones included */
    uint32_t *slots;
    size_t slot_count; /* a power of two, at least twice entry_capacity */
    size_t live_count;
};

enum { ENTRIES_FIRST = 8 };

static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const uint8_t *data, size_t bytes)
{
    uint64_t word = 0;
    if (bytes > 0) {
        memcpy(&word, data, bytes);
    }
    return word;
}

/* Multiply and fold, 16 bytes a round. */
uint64_t weir_hash(const void *data, size_t bytes)
{
    static const uint64_t first = 0xa0761d6478bd642f, second = 0xe7037ed1a0b428db;
    const uint8_t *position = data;
    uint64_t hash = first ^ bytes;
    size_t left = bytes;
    for (; left > 16; left -= 16, position += 16) {
        hash = mix(load(position, 8) ^ second, load(position + 8, 8) ^ hash);
    }
    uint64_t low = left > 8 ? load(position, 8) : load(position, left);
    uint64_t high = left > 8 ? load(position + 8, left - 8) : 0;
    return mix(second ^ bytes, mix(low ^ second, high ^ hash));
}

static void rebuild_slots(struct weir_hash_table *table)
{
    memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
    for (size_t index = 0; index < table->entry_count; index++) {
        size_t slot = table->entries[index].hash & (table->slot_count - 1);
        while (table->slots[slot]) {
            slot = (slot + 1) & (table->slot_count - 1);
        }
        table->slots[slot] = (uint32_t)index + 1;
    }
}

static void drop_removed(struct weir_hash_table *table)
{
    size_t kept = 0;
    for (size_t index = 0; index < table->entry_count; index++) {
        if (table->entries[index].value) {
            table->entries[kept++] = table->entries[index];
        } else {
            weir_free(table->entries[index].key);
        }
    }
    table->entry_count = kept;
}

static void make_room(struct weir_hash_table *table)
{
    if (table->entry_count < table->entry_capacity) {
        return;
    }
    drop_removed(table);
    if (table->entry_count * 2 >= table->entry_capacity) {
        table->entry_capacity *= 2;
        table->slot_count *= 2;
        table->entries =
            weir_realloc(table->entries, table->entry_capacity * sizeof(*table->entries));
        table->slots = weir_realloc(table->slots, table->slot_count * sizeof(*table->slots));
    }
    rebuild_slots(table);
}

struct weir_hash_table *weir_hash_table_create(void)
{
    struct weir_hash_table *table = weir_alloc(sizeof(*table));
    table->entry_capacity = ENTRIES_FIRST;
    table->slot_count = 2 * ENTRIES_FIRST;
    table->entries = weir_alloc_array(table->entry_capacity, sizeof(*table->entries));
    table->slots = weir_alloc_array(table->slot_count, sizeof(*table->slots));
    return table;
}

void weir_hash_table_destroy(struct weir_hash_table *table)
{
    if (!table) {
        return;
    }
    for (size_t index = 0; index < table->entry_count; index++) {
        weir_free(table->entries[index].key);
    }
    weir_free(table->entries);
    weir_free(table->slots);
    weir_free(table);
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t *find_slot(const struct weir_hash_table *table, struct weir_bytes key,
                           uint64_t hash)
{
    size_t slot = hash & (table->slot_count - 1);
    while (table->slots[slot]) {
        const struct entry *entry = &table->entries[table->slots[slot] - 1];
        if (entry->hash == hash && entry->key_bytes == key.len &&
            (key.len == 0 || memcmp(entry->key, key.data, key.len) == 0)) {
            break;
        }
        slot = (slot + 1) & (table->slot_count - 1);
    }
    return &table->slots[slot];
}

void *weir_hash_table_put(struct weir_hash_table *table, struct weir_bytes key, void *value)
{
    make_room(table);
    uint64_t hash = weir_hash(key.data, key.len);
    uint32_t *slot = find_slot(table, key, hash);
    if (!*slot) {
        struct entry *entry = &table->entries[table->entry_count++];
        *entry = (struct entry){.hash = hash, .key_bytes = key.len};
        entry->key = (uint8_t *)weir_strndup(key.len ? (const char *)key.data : "", key.len);
        *slot = (uint32_t)table->entry_count;
    }
    struct entry *entry = &table->entries[*slot - 1];
    void *before = entry->value;
    entry->value = value;
    table->live_count += before == NULL;
    return before;
}

void *weir_hash_table_get(const struct weir_hash_table *table, struct weir_bytes key)
{
    uint32_t slot = *find_slot(table, key, weir_hash(key.data, key.len));
    return slot ? table->entries[slot - 1].value : NULL;
}

void *weir_hash_table_remove(struct weir_hash_table *table, struct weir_bytes key)
{
    uint32_t slot = *find_slot(table, key, weir_hash(key.data, key.len));
    if (!slot) {
        return NULL;
    }
    void *value = table->entries[slot - 1].value;
    table->entries[slot - 1].value = NULL;
    table->live_count -= value != NULL;
    return value;
}

size_t weir_hash_table_count(const struct weir_hash_table *table)
{
    return table->live_count;
}

bool weir_hash_table_next(const struct weir_hash_table *table, size_t *position,
                          struct weir_bytes *key_out, void **value_out)
{
    while (*position < table->entry_count) {
        const struct entry *entry = &table->entries[(*position)++];
        if (entry->value) {
            *key_out = (struct weir_bytes){entry->key, entry->key_bytes};
            *value_out = entry->value;
            return true;
        }
    }
    return false;
}
