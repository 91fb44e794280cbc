/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/session_store.h"

#include "connectors/processor/state/big_endian.h"
#include "connectors/processor/state/dirty_list.h"
#include "connectors/processor/state/ordered_map.h"
#include "connectors/processor/state/pool.h"
#include "core/base/alloc.h"

enum {
    SUFFIX_BYTES = 16,
    STATE_OFFSET = (sizeof(struct weir_session_entry) + 15) / 16 * 16,
    SWEEP_ADDS_MIN = 64,
};

struct weir_session_store {
    struct weir_store base;
    struct weir_state_ops ops;
    struct weir_session_store_options options;
    struct weir_pool pool;
    struct weir_key_index index;    /* of each key's first session */
    struct weir_ordered_map *order; /* end, start, key -> entry's address */
    int64_t time_ms;
    size_t entry_count, heap_bytes, adds_since_sweep;
    struct weir_dirty_list dirty;
    struct weir_buffer gone; /* changelog keys of sessions that left: uint32_t length, then bytes */
    struct weir_buffer scratch;
    struct weir_session_entry **found;
    size_t found_capacity;
};

static const struct weir_store_ops session_store_ops;

struct weir_session_store *
weir_session_store_create(const struct weir_state_ops *ops,
                          const struct weir_session_store_options *options)
{
    struct weir_session_store *store = weir_alloc(sizeof *store);
    store->base = (struct weir_store){.ops = &session_store_ops, .changelog = options->changelog};
    store->ops = *ops;
    store->options = *options;
    store->index.key_offset = STATE_OFFSET + ops->bytes;
    store->order = options->ordered ? weir_ordered_map_create() : NULL;
    store->time_ms = -1;
    weir_buffer_init(&store->gone, SIZE_MAX);
    weir_buffer_init(&store->scratch, SIZE_MAX);
    return store;
}

static size_t entry_bytes(const struct weir_session_store *store, size_t key_bytes)
{
    return STATE_OFFSET + store->ops.bytes + key_bytes;
}

static void entry_free(struct weir_session_store *store, struct weir_session_entry *entry)
{
    store->ops.fini(store->ops.context, weir_session_entry_state(entry));
    store->heap_bytes -= entry->heap_bytes;
    store->entry_count--;
    weir_dirty_list_remove(&store->dirty, entry->dirty);
    weir_pool_free(&store->pool, entry, entry_bytes(store, entry->head.key_bytes));
}

void weir_session_store_destroy(struct weir_session_store *store)
{
    if (!store) {
        return;
    }
    for (size_t i = 0; i < store->index.capacity; i++) {
        struct weir_session_entry *entry = (struct weir_session_entry *)store->index.slots[i].entry;
        while (entry) {
            struct weir_session_entry *next = entry->next;
            entry_free(store, entry);
            entry = next;
        }
    }
    weir_key_index_fini(&store->index);
    weir_ordered_map_destroy(store->order);
    weir_dirty_list_fini(&store->dirty);
    weir_buffer_fini(&store->gone);
    weir_buffer_fini(&store->scratch);
    weir_free(store->found);
    weir_pool_fini(&store->pool);
    weir_free(store);
}

struct weir_store *weir_session_store_store(struct weir_session_store *store)
{
    return &store->base;
}

struct weir_bytes weir_session_entry_key(const struct weir_session_store *store,
                                         const struct weir_session_entry *entry)
{
    return (struct weir_bytes){(const uint8_t *)entry + STATE_OFFSET + store->ops.bytes,
                               entry->head.key_bytes};
}

static struct weir_session_entry *first_of(const struct weir_session_store *store,
                                           struct weir_bytes key)
{
    return (struct weir_session_entry *)weir_key_index_get(&store->index, key, weir_key_hash(key));
}

static void found_add(struct weir_session_store *store, size_t count,
                      struct weir_session_entry *entry)
{
    if (count == store->found_capacity) {
        store->found_capacity = store->found_capacity ? store->found_capacity * 2 : 8;
        store->found = weir_realloc(store->found, store->found_capacity * sizeof *store->found);
    }
    store->found[count] = entry;
}

static int64_t end_min(const struct weir_session_store *store)
{
    return store->time_ms - store->options.retention_ms + 1;
}

size_t weir_session_store_find(struct weir_session_store *store, struct weir_bytes key,
                               int64_t end_min_ms, int64_t start_max_ms,
                               struct weir_session_entry *const **entries_out)
{
    int64_t found_min_ms = end_min(store);
    end_min_ms = end_min_ms > found_min_ms ? end_min_ms : found_min_ms;
    size_t count = 0;
    for (struct weir_session_entry *entry = first_of(store, key);
         entry && entry->start_ms <= start_max_ms; entry = entry->next) {
        if (entry->end_ms >= end_min_ms) {
            found_add(store, count++, entry);
        }
    }
    *entries_out = store->found;
    return count;
}

/* Into scratch: end and start, then the key; or the key, then end and start. */
static struct weir_bytes name_of(struct weir_session_store *store,
                                 const struct weir_session_entry *entry, bool times_first)
{
    uint8_t times[SUFFIX_BYTES];
    weir_store_be64(times, entry->end_ms);
    weir_store_be64(times + sizeof(int64_t), entry->start_ms);
    weir_buffer_reset(&store->scratch);
    if (times_first) {
        weir_buffer_append(&store->scratch, times, sizeof times);
    }
    weir_buffer_append_bytes(&store->scratch, weir_session_entry_key(store, entry));
    if (!times_first) {
        weir_buffer_append(&store->scratch, times, sizeof times);
    }
    return weir_buffer_view(&store->scratch);
}

static void chain_insert(struct weir_session_store *store, struct weir_session_entry *first,
                         struct weir_session_entry *entry)
{
    if (!first) {
        weir_key_index_add(&store->index, &entry->head);
        return;
    }
    if (entry->end_ms < first->end_ms) {
        entry->next = first;
        weir_key_index_replace(&store->index, &first->head, &entry->head);
        return;
    }
    while (first->next && first->next->end_ms < entry->end_ms) {
        first = first->next;
    }
    entry->next = first->next;
    first->next = entry;
}

struct weir_session_entry *weir_session_store_add(struct weir_session_store *store,
                                                  struct weir_bytes key, int64_t start_ms,
                                                  int64_t end_ms)
{
    struct weir_session_entry *first = first_of(store, key);
    struct weir_session_entry *entry = weir_pool_alloc(&store->pool, entry_bytes(store, key.len));
    *entry = (struct weir_session_entry){
        .head = {.hash = weir_key_hash(key), .key_bytes = (uint32_t)key.len},
        .start_ms = start_ms,
        .end_ms = end_ms,
    };
    memcpy((uint8_t *)entry + STATE_OFFSET + store->ops.bytes, key.data, key.len);
    chain_insert(store, first, entry);
    store->entry_count++;
    store->adds_since_sweep++;
    weir_session_store_time_set(store, end_ms);
    if (store->order) {
        weir_ordered_map_put(store->order, name_of(store, entry, true),
                             (struct weir_bytes){(const uint8_t *)&entry, sizeof entry});
    }
    weir_dirty_list_add(&store->dirty, entry, &entry->dirty);
    return entry;
}

static void chain_remove(struct weir_session_store *store, struct weir_session_entry *entry)
{
    struct weir_session_entry *first = first_of(store, weir_session_entry_key(store, entry));
    if (first != entry) {
        while (first->next != entry) {
            first = first->next;
        }
        first->next = entry->next;
    } else if (entry->next) {
        weir_key_index_replace(&store->index, &entry->head, &entry->next->head);
    } else {
        weir_key_index_remove(&store->index, &entry->head);
    }
}

/* Its changelog entry gets a null value at the next flush. */
static void gone_add(struct weir_session_store *store, const struct weir_session_entry *entry)
{
    struct weir_bytes name = name_of(store, entry, false);
    uint32_t length = (uint32_t)name.len;
    weir_buffer_append(&store->gone, &length, sizeof length);
    weir_buffer_append_bytes(&store->gone, name);
}

void weir_session_store_remove(struct weir_session_store *store, struct weir_session_entry *entry)
{
    chain_remove(store, entry);
    if (store->order) {
        weir_ordered_map_remove(store->order, name_of(store, entry, true));
    }
    if (entry->logged) {
        gone_add(store, entry);
    }
    entry_free(store, entry);
}

int64_t weir_session_store_time(const struct weir_session_store *store)
{
    return store->time_ms;
}

void weir_session_store_time_set(struct weir_session_store *store, int64_t time_ms)
{
    store->time_ms = time_ms > store->time_ms ? time_ms : store->time_ms;
}

/* Removal moves slots about: those to remove are collected first. */
void weir_session_store_sweep(struct weir_session_store *store, int64_t end_ms)
{
    if (store->adds_since_sweep < SWEEP_ADDS_MIN ||
        store->adds_since_sweep * 2 < store->entry_count) {
        return;
    }
    store->adds_since_sweep = 0;
    int64_t found_min_ms = end_min(store);
    end_ms = end_ms < found_min_ms ? end_ms : found_min_ms;
    size_t count = 0;
    for (size_t i = 0; i < store->index.capacity; i++) {
        struct weir_session_entry *entry = (struct weir_session_entry *)store->index.slots[i].entry;
        for (; entry && entry->end_ms < end_ms; entry = entry->next) {
            found_add(store, count++, entry);
        }
    }
    for (size_t i = 0; i < count; i++) {
        weir_session_store_remove(store, store->found[i]);
    }
}

static struct weir_session_entry *entry_of(const struct weir_ordered_node *node)
{
    struct weir_session_entry *entry;
    memcpy(&entry, weir_ordered_node_value(node).data, sizeof entry);
    return entry;
}

bool weir_session_store_visit(struct weir_session_store *store, int64_t from_ms, int64_t to_ms,
                              weir_session_visit_fn visit, void *context, struct weir_error *err)
{
    weir_assert(store->order != NULL);
    uint8_t from[sizeof(int64_t)];
    weir_store_be64(from, from_ms > 0 ? from_ms : 0);
    const struct weir_ordered_node *node =
        weir_ordered_map_seek(store->order, (struct weir_bytes){from, sizeof from});
    for (; node && entry_of(node)->end_ms <= to_ms; node = weir_ordered_node_next(node)) {
        if (!visit(context, entry_of(node), err)) {
            return false;
        }
    }
    return true;
}

/* ---- store ---- */

static struct weir_session_entry *entry_at(const struct weir_session_store *store,
                                           struct weir_bytes key, int64_t start_ms, int64_t end_ms)
{
    struct weir_session_entry *entry = first_of(store, key);
    while (entry && (entry->start_ms != start_ms || entry->end_ms != end_ms)) {
        entry = entry->next;
    }
    return entry;
}

static void heap_bytes_update(struct weir_session_store *store, struct weir_session_entry *entry)
{
    size_t bytes = store->ops.heap_bytes(store->ops.context, weir_session_entry_state(entry));
    store->heap_bytes += bytes - entry->heap_bytes;
    entry->heap_bytes = (uint32_t)bytes;
}

static bool entry_load(struct weir_session_store *store, struct weir_session_entry *entry,
                       struct weir_bytes value)
{
    bool ok = store->ops.load(store->ops.context, value, weir_session_entry_state(entry));
    heap_bytes_update(store, entry);
    weir_dirty_list_remove(&store->dirty, entry->dirty);
    entry->dirty = 0;
    entry->logged = true;
    return ok;
}

static bool session_store_restore(struct weir_store *base, struct weir_bytes key,
                                  struct weir_bytes value, int64_t timestamp_ms,
                                  struct weir_error *err)
{
    struct weir_session_store *store = (struct weir_session_store *)base;
    (void)timestamp_ms;
    if (key.len < SUFFIX_BYTES) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "a changelog key of a session has %zu bytes", key.len);
    }
    struct weir_bytes base_key = {key.data, key.len - SUFFIX_BYTES};
    int64_t end_ms = weir_load_be64(key.data + base_key.len);
    int64_t start_ms = weir_load_be64(key.data + base_key.len + sizeof(int64_t));
    struct weir_session_entry *entry = entry_at(store, base_key, start_ms, end_ms);
    if (entry) {
        entry->logged = false;
        weir_session_store_remove(store, entry);
    }
    if (!weir_bytes_is_null(value)) {
        entry = weir_session_store_add(store, base_key, start_ms, end_ms);
        if (!entry_load(store, entry, value)) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                             "a changelog entry of a session is not one of this query's");
        }
    }
    return true;
}

static bool gone_flush(struct weir_session_store *store, weir_changelog_fn changelog, void *context,
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

static bool entry_flush(struct weir_session_store *store, struct weir_session_entry *entry,
                        weir_changelog_fn changelog, void *context, struct weir_error *err)
{
    size_t key_bytes = name_of(store, entry, false).len;
    store->ops.save(store->ops.context, weir_session_entry_state(entry), &store->scratch);
    heap_bytes_update(store, entry);
    entry->dirty = 0;
    entry->logged = true;
    const uint8_t *data = store->scratch.data;
    return changelog(context, (struct weir_bytes){data, key_bytes},
                     (struct weir_bytes){data + key_bytes, store->scratch.len - key_bytes},
                     entry->end_ms, err);
}

static bool session_store_flush(struct weir_store *base, weir_changelog_fn changelog, void *context,
                                struct weir_error *err)
{
    struct weir_session_store *store = (struct weir_session_store *)base;
    if (!gone_flush(store, changelog, context, err)) {
        return false;
    }
    for (uint32_t i = 0; i < store->dirty.count; i++) {
        struct weir_session_entry *entry = store->dirty.entries[i];
        if (entry && !entry_flush(store, entry, changelog, context, err)) {
            return false;
        }
    }
    store->dirty.count = 0;
    return true;
}

static size_t session_store_bytes(const struct weir_store *base)
{
    const struct weir_session_store *store = (const struct weir_session_store *)base;
    return sizeof *store + store->pool.bytes + store->heap_bytes +
           weir_key_index_bytes(&store->index) + store->gone.capacity +
           (store->order ? weir_ordered_map_bytes(store->order) : 0) +
           store->dirty.capacity * sizeof(void *);
}

static size_t session_store_entries(const struct weir_store *base)
{
    return ((const struct weir_session_store *)base)->entry_count;
}

static void session_store_destroy(struct weir_store *base)
{
    weir_session_store_destroy((struct weir_session_store *)base);
}

static const struct weir_store_ops session_store_ops = {
    .restore = session_store_restore,
    .flush = session_store_flush,
    .bytes = session_store_bytes,
    .entries = session_store_entries,
    .destroy = session_store_destroy,
};
