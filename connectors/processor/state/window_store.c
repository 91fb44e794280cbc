/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/window_store.h"

#include "connectors/processor/state/big_endian.h"
#include "connectors/processor/state/dirty_list.h"
#include "connectors/processor/state/pool.h"
#include "core/base/alloc.h"

#include <stdlib.h>

enum { SUFFIX_BYTES = 8, STATE_OFFSET = (sizeof(struct weir_window_entry) + 15) / 16 * 16 };

struct bucket {
    int64_t start_ms;
    struct weir_key_index index;
};

struct weir_window_store {
    struct weir_store base;
    struct weir_state_ops ops;
    struct weir_pool pool;
    struct bucket *buckets; /* by start: [bucket_first, bucket_end) */
    size_t bucket_first, bucket_end, bucket_capacity;
    size_t entry_count, heap_bytes, index_bytes;
    struct weir_dirty_list dirty;
    struct weir_buffer gone; /* changelog keys of windows that left: uint32_t length, then bytes */
};

static const struct weir_store_ops window_store_ops;

struct weir_window_store *weir_window_store_create(const struct weir_state_ops *ops, bool changelog)
{
    struct weir_window_store *store = weir_alloc(sizeof *store);
    store->base = (struct weir_store){.ops = &window_store_ops, .changelog = changelog};
    store->ops = *ops;
    weir_buffer_init(&store->gone, SIZE_MAX);
    return store;
}

static size_t entry_bytes(const struct weir_window_store *store, size_t key_bytes)
{
    return STATE_OFFSET + store->ops.bytes + key_bytes;
}

static void entry_free(struct weir_window_store *store, struct weir_window_entry *entry)
{
    store->ops.fini(store->ops.context, weir_window_entry_state(entry));
    store->heap_bytes -= entry->heap_bytes;
    store->entry_count--;
    weir_dirty_list_remove(&store->dirty, entry->dirty);
    weir_pool_free(&store->pool, entry, entry_bytes(store, entry->head.key_bytes));
}

static void bucket_release(struct weir_window_store *store, struct bucket *bucket)
{
    for (size_t i = 0; i < bucket->index.capacity; i++) {
        if (bucket->index.slots[i].entry) {
            entry_free(store, (struct weir_window_entry *)bucket->index.slots[i].entry);
        }
    }
    store->index_bytes -= weir_key_index_bytes(&bucket->index);
    weir_key_index_fini(&bucket->index);
}

void weir_window_store_destroy(struct weir_window_store *store)
{
    if (!store) {
        return;
    }
    for (size_t i = store->bucket_first; i < store->bucket_end; i++) {
        bucket_release(store, &store->buckets[i]);
    }
    weir_free(store->buckets);
    weir_dirty_list_fini(&store->dirty);
    weir_buffer_fini(&store->gone);
    weir_pool_fini(&store->pool);
    weir_free(store);
}

struct weir_store *weir_window_store_store(struct weir_window_store *store)
{
    return &store->base;
}

/* The first bucket that starts at start_ms or later. */
static size_t bucket_lower(const struct weir_window_store *store, int64_t start_ms)
{
    size_t low = store->bucket_first, high = store->bucket_end;
    if (low < high && store->buckets[high - 1].start_ms < start_ms) {
        return high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (store->buckets[middle].start_ms < start_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct bucket *bucket_find(const struct weir_window_store *store, int64_t start_ms)
{
    size_t at = bucket_lower(store, start_ms);
    bool found = at < store->bucket_end && store->buckets[at].start_ms == start_ms;
    return found ? &store->buckets[at] : NULL;
}

/* Room for one more at the end: by moving to the front, or by growing. */
static void buckets_reserve(struct weir_window_store *store)
{
    if (store->bucket_end < store->bucket_capacity) {
        return;
    }
    size_t count = store->bucket_end - store->bucket_first;
    if (store->bucket_first < store->bucket_capacity / 2 || store->bucket_first == 0) {
        store->bucket_capacity = store->bucket_capacity ? store->bucket_capacity * 2 : 8;
        store->buckets =
            weir_realloc(store->buckets, store->bucket_capacity * sizeof *store->buckets);
    }
    memmove(store->buckets, store->buckets + store->bucket_first, count * sizeof *store->buckets);
    store->bucket_first = 0;
    store->bucket_end = count;
}

static struct bucket *bucket_make(struct weir_window_store *store, int64_t start_ms)
{
    struct bucket *found = bucket_find(store, start_ms);
    if (found) {
        return found;
    }
    buckets_reserve(store);
    size_t at = bucket_lower(store, start_ms);
    memmove(store->buckets + at + 1, store->buckets + at,
            (store->bucket_end - at) * sizeof *store->buckets);
    store->bucket_end++;
    store->buckets[at] = (struct bucket){.start_ms = start_ms};
    store->buckets[at].index.key_offset = STATE_OFFSET + store->ops.bytes;
    return &store->buckets[at];
}

struct weir_window_entry *weir_window_store_get(struct weir_window_store *store,
                                                struct weir_bytes key, int64_t start_ms)
{
    const struct bucket *bucket = bucket_find(store, start_ms);
    return bucket ? (struct weir_window_entry *)weir_key_index_get(&bucket->index, key,
                                                                   weir_key_hash(key))
                  : NULL;
}

struct weir_window_entry *weir_window_store_add(struct weir_window_store *store,
                                                struct weir_bytes key, int64_t start_ms)
{
    struct weir_window_entry *entry = weir_pool_alloc(&store->pool, entry_bytes(store, key.len));
    *entry = (struct weir_window_entry){
        .head = {.hash = weir_key_hash(key), .key_bytes = (uint32_t)key.len},
        .start_ms = start_ms,
        .timestamp_ms = -1,
    };
    memcpy((uint8_t *)entry + STATE_OFFSET + store->ops.bytes, key.data, key.len);
    struct bucket *bucket = bucket_make(store, start_ms);
    size_t bytes_before = weir_key_index_bytes(&bucket->index);
    weir_key_index_add(&bucket->index, &entry->head);
    store->index_bytes += weir_key_index_bytes(&bucket->index) - bytes_before;
    store->entry_count++;
    return entry;
}

struct weir_bytes weir_window_entry_key(const struct weir_window_store *store,
                                        const struct weir_window_entry *entry)
{
    return (struct weir_bytes){(const uint8_t *)entry + STATE_OFFSET + store->ops.bytes,
                               entry->head.key_bytes};
}

void weir_window_store_touch(struct weir_window_store *store, struct weir_window_entry *entry)
{
    weir_dirty_list_add(&store->dirty, entry, &entry->dirty);
}

struct weir_window_entry *const *weir_window_store_touched(const struct weir_window_store *store,
                                                           size_t *count_out)
{
    *count_out = store->dirty.count;
    return (struct weir_window_entry *const *)store->dirty.entries;
}

/* Its changelog entry gets a null value at the next flush. */
static void gone_add(struct weir_window_store *store, const struct weir_window_entry *entry)
{
    uint8_t suffix[SUFFIX_BYTES];
    weir_store_be64(suffix, entry->start_ms);
    uint32_t length = entry->head.key_bytes + SUFFIX_BYTES;
    weir_buffer_append(&store->gone, &length, sizeof length);
    weir_buffer_append_bytes(&store->gone, weir_window_entry_key(store, entry));
    weir_buffer_append(&store->gone, suffix, sizeof suffix);
}

static void bucket_note_gone(struct weir_window_store *store, const struct bucket *bucket)
{
    for (size_t i = 0; store->base.changelog && i < bucket->index.capacity; i++) {
        const struct weir_window_entry *entry =
            (const struct weir_window_entry *)bucket->index.slots[i].entry;
        if (entry && entry->logged) {
            gone_add(store, entry);
        }
    }
}

void weir_window_store_expire(struct weir_window_store *store, int64_t start_ms)
{
    while (store->bucket_first < store->bucket_end &&
           store->buckets[store->bucket_first].start_ms < start_ms) {
        struct bucket *bucket = &store->buckets[store->bucket_first++];
        bucket_note_gone(store, bucket);
        bucket_release(store, bucket);
    }
}

int64_t weir_window_store_oldest(const struct weir_window_store *store)
{
    return store->bucket_first < store->bucket_end ? store->buckets[store->bucket_first].start_ms
                                                   : INT64_MAX;
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct weir_window_store *store = context;
    return weir_bytes_compare(weir_window_entry_key(store, *(struct weir_window_entry *const *)a),
                              weir_window_entry_key(store, *(struct weir_window_entry *const *)b));
}

static bool bucket_visit(struct weir_window_store *store, const struct bucket *bucket,
                         weir_window_visit_fn visit, void *context, struct weir_error *err)
{
    weir_autofree struct weir_window_entry **entries =
        weir_alloc_array(bucket->index.count, sizeof(struct weir_window_entry *));
    size_t count = 0;
    for (size_t i = 0; i < bucket->index.capacity; i++) {
        if (bucket->index.slots[i].entry) {
            entries[count++] = (struct weir_window_entry *)bucket->index.slots[i].entry;
        }
    }
    qsort_r(entries, count, sizeof *entries, by_key, store);
    for (size_t i = 0; i < count; i++) {
        if (!visit(context, entries[i], err)) {
            return false;
        }
    }
    return true;
}

bool weir_window_store_visit(struct weir_window_store *store, int64_t from_ms, int64_t to_ms,
                             weir_window_visit_fn visit, void *context, struct weir_error *err)
{
    for (size_t i = bucket_lower(store, from_ms);
         i < store->bucket_end && store->buckets[i].start_ms <= to_ms; i++) {
        if (!bucket_visit(store, &store->buckets[i], visit, context, err)) {
            return false;
        }
    }
    return true;
}

/* ---- store ---- */

static bool entry_load(struct weir_window_store *store, struct weir_bytes key, int64_t start_ms,
                       struct weir_bytes value, int64_t timestamp_ms)
{
    struct weir_window_entry *entry = weir_window_store_get(store, key, start_ms);
    if (entry) {
        store->ops.fini(store->ops.context, weir_window_entry_state(entry));
    } else {
        entry = weir_window_store_add(store, key, start_ms);
    }
    if (!store->ops.load(store->ops.context, value, weir_window_entry_state(entry))) {
        return false;
    }
    entry->timestamp_ms = timestamp_ms;
    entry->logged = true;
    size_t heap_bytes = store->ops.heap_bytes(store->ops.context, weir_window_entry_state(entry));
    store->heap_bytes += heap_bytes - entry->heap_bytes;
    entry->heap_bytes = (uint32_t)heap_bytes;
    return true;
}

static void entry_remove(struct weir_window_store *store, struct weir_bytes key, int64_t start_ms)
{
    struct bucket *bucket = bucket_find(store, start_ms);
    struct weir_window_entry *entry = bucket ? weir_window_store_get(store, key, start_ms) : NULL;
    if (!entry) {
        return;
    }
    size_t bytes_before = weir_key_index_bytes(&bucket->index);
    weir_key_index_remove(&bucket->index, &entry->head);
    store->index_bytes += weir_key_index_bytes(&bucket->index) - bytes_before;
    entry_free(store, entry);
}

static bool window_store_restore(struct weir_store *base, struct weir_bytes key,
                                 struct weir_bytes value, int64_t timestamp_ms,
                                 struct weir_error *err)
{
    struct weir_window_store *store = (struct weir_window_store *)base;
    if (key.len < SUFFIX_BYTES) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "a changelog key of a window has %zu bytes", key.len);
    }
    struct weir_bytes base_key = {key.data, key.len - SUFFIX_BYTES};
    int64_t start_ms = weir_load_be64(key.data + base_key.len);
    if (weir_bytes_is_null(value)) {
        entry_remove(store, base_key, start_ms);
        return true;
    }
    if (!entry_load(store, base_key, start_ms, value, timestamp_ms)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "a changelog entry of a window is not one of this query's");
    }
    return true;
}

static bool gone_flush(struct weir_window_store *store, weir_changelog_fn changelog, void *context,
                       struct weir_error *err)
{
    struct weir_bytes gone = weir_buffer_view(&store->gone);
    const uint8_t *at = gone.data;
    const uint8_t *end = at + gone.len;
    while (at < end) {
        uint32_t length;
        memcpy(&length, at, sizeof length);
        at += sizeof length;
        if (!changelog(context, (struct weir_bytes){at, length}, WEIR_BYTES_NULL, -1, err)) {
            return false;
        }
        at += length;
    }
    weir_buffer_reset(&store->gone);
    return true;
}

static bool entry_flush(struct weir_window_store *store, struct weir_window_entry *entry,
                        struct weir_buffer *scratch, weir_changelog_fn changelog, void *context,
                        struct weir_error *err)
{
    const void *state = weir_window_entry_state(entry);
    weir_buffer_reset(scratch);
    weir_buffer_append_bytes(scratch, weir_window_entry_key(store, entry));
    uint8_t *suffix = weir_buffer_reserve(scratch, SUFFIX_BYTES);
    weir_store_be64(suffix, entry->start_ms);
    scratch->len += SUFFIX_BYTES;
    size_t key_bytes = scratch->len;
    store->ops.save(store->ops.context, state, scratch);
    size_t heap_bytes = store->ops.heap_bytes(store->ops.context, state);
    store->heap_bytes += heap_bytes - entry->heap_bytes;
    entry->heap_bytes = (uint32_t)heap_bytes;
    entry->dirty = 0;
    entry->logged = true;
    return changelog(context, (struct weir_bytes){scratch->data, key_bytes},
                     (struct weir_bytes){scratch->data + key_bytes, scratch->len - key_bytes},
                     entry->timestamp_ms, err);
}

static bool window_store_flush(struct weir_store *base, weir_changelog_fn changelog, void *context,
                               struct weir_error *err)
{
    struct weir_window_store *store = (struct weir_window_store *)base;
    weir_auto_buffer scratch;
    weir_buffer_init(&scratch, SIZE_MAX);
    if (!gone_flush(store, changelog, context, err)) {
        return false;
    }
    for (uint32_t i = 0; i < store->dirty.count; i++) {
        struct weir_window_entry *entry = store->dirty.entries[i];
        if (entry && !entry_flush(store, entry, &scratch, changelog, context, err)) {
            return false;
        }
    }
    store->dirty.count = 0;
    return true;
}

static size_t window_store_bytes(const struct weir_store *base)
{
    const struct weir_window_store *store = (const struct weir_window_store *)base;
    return sizeof *store + store->pool.bytes + store->heap_bytes + store->index_bytes +
           store->bucket_capacity * sizeof *store->buckets + store->gone.capacity +
           store->dirty.capacity * sizeof(void *);
}

static size_t window_store_entries(const struct weir_store *base)
{
    return ((const struct weir_window_store *)base)->entry_count;
}

static void window_store_destroy(struct weir_store *base)
{
    weir_window_store_destroy((struct weir_window_store *)base);
}

static const struct weir_store_ops window_store_ops = {
    .restore = window_store_restore,
    .flush = window_store_flush,
    .bytes = window_store_bytes,
    .entries = window_store_entries,
    .destroy = window_store_destroy,
};
