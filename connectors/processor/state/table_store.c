/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/table_store.h"

#include "connectors/processor/state/dirty_list.h"
#include "connectors/processor/state/key_index.h"
#include "connectors/processor/state/pool.h"
#include "core/base/alloc.h"

/* Key and row stand behind it. A removed entry stays until the next flush, if there is one. */
struct entry {
    struct weir_key_head head;
    int64_t timestamp_ms;
    uint32_t row_bytes;
    uint32_t dirty;
    bool removed;
    uint8_t data[];
};

struct weir_table_store {
    struct weir_store base;
    struct weir_pool pool;
    struct weir_key_index index;
    struct weir_dirty_list dirty;
    size_t removed_count;
};

static const struct weir_store_ops table_store_ops;

struct weir_table_store *weir_table_store_create(bool changelog)
{
    struct weir_table_store *store = weir_alloc(sizeof *store);
    store->base = (struct weir_store){.ops = &table_store_ops, .changelog = changelog};
    store->index.key_offset = offsetof(struct entry, data);
    return store;
}

static size_t entry_bytes(size_t key_bytes, size_t row_bytes)
{
    return sizeof(struct entry) + key_bytes + row_bytes;
}

static void entry_free(struct weir_table_store *store, struct entry *entry)
{
    weir_pool_free(&store->pool, entry, entry_bytes(entry->head.key_bytes, entry->row_bytes));
}

void weir_table_store_destroy(struct weir_table_store *store)
{
    if (!store) {
        return;
    }
    for (size_t i = 0; i < store->index.capacity; i++) {
        if (store->index.slots[i].entry) {
            entry_free(store, (struct entry *)store->index.slots[i].entry);
        }
    }
    weir_key_index_fini(&store->index);
    weir_dirty_list_fini(&store->dirty);
    weir_pool_fini(&store->pool);
    weir_free(store);
}

struct weir_store *weir_table_store_store(struct weir_table_store *store)
{
    return &store->base;
}

static struct weir_table_entry view(const struct entry *entry)
{
    if (!entry || entry->removed) {
        return (struct weir_table_entry){.timestamp_ms = -1};
    }
    return (struct weir_table_entry){
        .timestamp_ms = entry->timestamp_ms,
        .row = {entry->data + entry->head.key_bytes, entry->row_bytes},
    };
}

struct weir_table_entry weir_table_store_get(const struct weir_table_store *store,
                                             struct weir_bytes key)
{
    return view((struct entry *)weir_key_index_get(&store->index, key, weir_key_hash(key)));
}

static struct entry *entry_add(struct weir_table_store *store, struct weir_bytes key, uint32_t hash,
                               size_t row_bytes)
{
    struct entry *entry = weir_pool_alloc(&store->pool, entry_bytes(key.len, row_bytes));
    *entry = (struct entry){.head = {.hash = hash, .key_bytes = (uint32_t)key.len}};
    entry->row_bytes = (uint32_t)row_bytes;
    memcpy(entry->data, key.data, key.len);
    weir_key_index_add(&store->index, &entry->head);
    return entry;
}

static struct entry *entry_resize(struct weir_table_store *store, struct entry *entry,
                                  size_t row_bytes)
{
    size_t key_bytes = entry->head.key_bytes;
    struct entry *moved =
        weir_pool_resize(&store->pool, entry, entry_bytes(key_bytes, entry->row_bytes),
                         entry_bytes(key_bytes, row_bytes));
    moved->row_bytes = (uint32_t)row_bytes;
    if (moved != entry) {
        weir_key_index_replace(&store->index, &entry->head, &moved->head);
        weir_dirty_list_move(&store->dirty, moved, moved->dirty);
    }
    return moved;
}

static void entry_drop(struct weir_table_store *store, struct entry *entry)
{
    weir_key_index_remove(&store->index, &entry->head);
    entry_free(store, entry);
}

static void remove_key(struct weir_table_store *store, struct entry *entry, int64_t timestamp_ms)
{
    if (!entry || entry->removed) {
        return;
    }
    if (!store->base.changelog) {
        entry_drop(store, entry);
        return;
    }
    entry->removed = true;
    entry->timestamp_ms = timestamp_ms;
    store->removed_count++;
    weir_dirty_list_add(&store->dirty, entry, &entry->dirty);
}

void weir_table_store_put(struct weir_table_store *store, struct weir_bytes key,
                          struct weir_bytes row, int64_t timestamp_ms)
{
    uint32_t hash = weir_key_hash(key);
    struct entry *entry = (struct entry *)weir_key_index_get(&store->index, key, hash);
    if (weir_bytes_is_null(row)) {
        remove_key(store, entry, timestamp_ms);
        return;
    }
    entry = entry ? entry_resize(store, entry, row.len) : entry_add(store, key, hash, row.len);
    if (row.len > 0) {
        memcpy(entry->data + key.len, row.data, row.len);
    }
    entry->timestamp_ms = timestamp_ms;
    store->removed_count -= entry->removed;
    entry->removed = false;
    if (store->base.changelog) {
        weir_dirty_list_add(&store->dirty, entry, &entry->dirty);
    }
}

bool weir_table_store_next(const struct weir_table_store *store, size_t *position,
                           struct weir_bytes *key_out, struct weir_table_entry *entry_out)
{
    while (*position < store->index.capacity) {
        const struct weir_key_head *head = store->index.slots[(*position)++].entry;
        const struct entry *entry = (const struct entry *)head;
        if (entry && !entry->removed) {
            *key_out = weir_key_index_key(&store->index, head);
            *entry_out = view(entry);
            return true;
        }
    }
    return false;
}

/* ---- store ---- */

static bool table_store_restore(struct weir_store *base, struct weir_bytes key,
                                struct weir_bytes value, int64_t timestamp_ms,
                                struct weir_error *err)
{
    struct weir_table_store *store = (struct weir_table_store *)base;
    (void)err;
    bool changelog = base->changelog;
    base->changelog = false;
    weir_table_store_put(store, key, value, timestamp_ms);
    base->changelog = changelog;
    return true;
}

static bool table_store_flush(struct weir_store *base, weir_changelog_fn changelog, void *context,
                              struct weir_error *err)
{
    struct weir_table_store *store = (struct weir_table_store *)base;
    for (uint32_t i = 0; i < store->dirty.count; i++) {
        struct entry *entry = store->dirty.entries[i];
        struct weir_bytes key = {entry->data, entry->head.key_bytes};
        struct weir_table_entry now = view(entry);
        if (!changelog(context, key, now.row, entry->timestamp_ms, err)) {
            return false;
        }
        entry->dirty = 0;
        if (entry->removed) {
            store->removed_count--;
            entry_drop(store, entry);
        }
    }
    store->dirty.count = 0;
    return true;
}

static size_t table_store_bytes(const struct weir_store *base)
{
    const struct weir_table_store *store = (const struct weir_table_store *)base;
    return sizeof *store + store->pool.bytes + weir_key_index_bytes(&store->index) +
           store->dirty.capacity * sizeof(void *);
}

static size_t table_store_entries(const struct weir_store *base)
{
    const struct weir_table_store *store = (const struct weir_table_store *)base;
    return store->index.count - store->removed_count;
}

static void table_store_destroy(struct weir_store *base)
{
    weir_table_store_destroy((struct weir_table_store *)base);
}

static const struct weir_store_ops table_store_ops = {
    .restore = table_store_restore,
    .flush = table_store_flush,
    .bytes = table_store_bytes,
    .entries = table_store_entries,
    .destroy = table_store_destroy,
};
