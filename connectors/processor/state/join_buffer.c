/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/join_buffer.h"

#include "connectors/processor/state/big_endian.h"
#include "connectors/processor/state/join_log.h"
#include "core/base/alloc.h"
#include "core/base/buffer.h"

enum {
    SLICE_COUNT = 16,
    INDEX_CAPACITY_MIN = 16,
    SUFFIX_BYTES = 12, /* of a changelog key: time and sequence */
};

/* newest: reference of the key's newest row, 0: empty slot. A slot whose row is gone is dead: the
 * key's older rows are gone too. */
struct slot {
    uint32_t hash;
    uint32_t newest;
};

struct weir_join_buffer {
    struct weir_store base;
    struct weir_join_log log;
    int64_t retention_ms;
    int64_t time_ms;
    struct slot *slots;
    size_t slot_capacity, slot_count; /* dead ones included */
    struct weir_join_match *matches;
    size_t match_capacity;
    uint32_t *pending; /* rows since the last flush */
    size_t pending_count, pending_capacity;
    uint32_t sequence;
};

static const struct weir_store_ops join_buffer_ops;

struct weir_join_buffer *weir_join_buffer_create(int64_t retention_ms, bool changelog)
{
    weir_assert(retention_ms > 0);
    struct weir_join_buffer *buffer = weir_alloc(sizeof *buffer);
    buffer->base = (struct weir_store){.ops = &join_buffer_ops, .changelog = changelog};
    buffer->retention_ms = retention_ms;
    buffer->time_ms = -1;
    int64_t slice_ms = retention_ms / SLICE_COUNT + 1;
    buffer->log.slice_ms = slice_ms < INT32_MAX ? slice_ms : INT32_MAX;
    return buffer;
}

void weir_join_buffer_destroy(struct weir_join_buffer *buffer)
{
    if (buffer) {
        weir_join_log_fini(&buffer->log);
        weir_free(buffer->slots);
        weir_free(buffer->matches);
        weir_free(buffer->pending);
        weir_free(buffer);
    }
}

struct weir_store *weir_join_buffer_store(struct weir_join_buffer *buffer)
{
    return &buffer->base;
}

/* Times before it are not seen any more. */
static int64_t time_min(const struct weir_join_buffer *buffer)
{
    return buffer->time_ms - buffer->retention_ms + 1;
}

/* The slot of the key, or the empty one where it belongs. Dead slots are passed over. */
static struct slot *slot_find(const struct weir_join_buffer *buffer, struct weir_bytes key,
                              uint32_t hash)
{
    size_t mask = buffer->slot_capacity - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        struct slot *slot = &buffer->slots[at];
        if (slot->newest == 0) {
            return slot;
        }
        if (slot->hash == hash) {
            int64_t time_ms;
            struct weir_join_entry *entry =
                weir_join_log_entry(&buffer->log, slot->newest, &time_ms);
            if (entry && weir_bytes_equal(weir_join_entry_key(entry), key)) {
                return slot;
            }
        }
    }
}

/* Forgets what is older than the last row of the chain that is still there. */
static void chain_cut(struct weir_join_buffer *buffer, uint32_t newest)
{
    int64_t time_ms;
    struct weir_join_entry *entry = weir_join_log_entry(&buffer->log, newest, &time_ms);
    while (entry && entry->older) {
        struct weir_join_entry *older = weir_join_log_entry(&buffer->log, entry->older, &time_ms);
        if (!older) {
            entry->older = 0;
        }
        entry = older;
    }
}

/* Into a table fit for what is alive, with room for nearly as much again: misses stay short, rebuilds rare. */
static void slots_rebuild(struct weir_join_buffer *buffer)
{
    size_t live = 0;
    int64_t time_ms;
    for (size_t i = 0; i < buffer->slot_capacity; i++) {
        struct slot *slot = &buffer->slots[i];
        if (slot->newest && !weir_join_log_entry(&buffer->log, slot->newest, &time_ms)) {
            slot->newest = 0;
        }
        live += slot->newest != 0;
    }
    size_t capacity = INDEX_CAPACITY_MIN;
    while (capacity < live * 3) {
        capacity *= 2;
    }
    struct slot *slots = weir_alloc_array(capacity, sizeof *slots);
    for (size_t i = 0; i < buffer->slot_capacity; i++) {
        if (buffer->slots[i].newest) {
            size_t at = buffer->slots[i].hash & (capacity - 1);
            while (slots[at].newest) {
                at = (at + 1) & (capacity - 1);
            }
            slots[at] = buffer->slots[i];
        }
    }
    weir_free(buffer->slots);
    buffer->slots = slots;
    buffer->slot_capacity = capacity;
    buffer->slot_count = live;
}

static void purge(struct weir_join_buffer *buffer)
{
    slots_rebuild(buffer);
    for (size_t i = 0; i < buffer->slot_capacity; i++) {
        chain_cut(buffer, buffer->slots[i].newest);
    }
    weir_join_log_purged(&buffer->log);
}

static void pending_add(struct weir_join_buffer *buffer, uint32_t reference)
{
    if (buffer->pending_count == buffer->pending_capacity) {
        buffer->pending_capacity = buffer->pending_capacity ? buffer->pending_capacity * 2 : 64;
        buffer->pending =
            weir_realloc(buffer->pending, buffer->pending_capacity * sizeof *buffer->pending);
    }
    buffer->pending[buffer->pending_count++] = reference;
}

/* Behind all rows of the key that are later; of equal times the new one is the newer. */
static void chain_insert(struct weir_join_buffer *buffer, struct slot *slot, uint32_t reference,
                         int64_t timestamp_ms)
{
    int64_t time_ms;
    struct weir_join_entry *entry = weir_join_log_entry(&buffer->log, reference, &time_ms);
    uint32_t *link = &slot->newest;
    struct weir_join_entry *older;
    while ((older = weir_join_log_entry(&buffer->log, *link, &time_ms)) && time_ms > timestamp_ms) {
        link = &older->older;
    }
    entry->older = older ? *link : 0;
    *link = reference;
}

static uint32_t insert(struct weir_join_buffer *buffer, struct weir_bytes key, uint32_t hash,
                       int64_t timestamp_ms, struct weir_bytes row, int64_t offset)
{
    if ((buffer->slot_count + 1) * 8 > buffer->slot_capacity * 5) {
        slots_rebuild(buffer);
    }
    uint32_t reference = weir_join_log_append(&buffer->log, timestamp_ms, key, row, offset);
    struct slot *slot = slot_find(buffer, key, hash);
    if (slot->newest == 0) {
        slot->hash = hash;
        buffer->slot_count++;
    }
    chain_insert(buffer, slot, reference, timestamp_ms);
    return reference;
}

void weir_join_buffer_time_set(struct weir_join_buffer *buffer, int64_t time_ms)
{
    if (time_ms > buffer->time_ms) {
        buffer->time_ms = time_ms;
        weir_join_log_expire(&buffer->log, time_min(buffer));
    }
}

bool weir_join_buffer_put(struct weir_join_buffer *buffer, struct weir_bytes key, uint32_t hash,
                          int64_t timestamp_ms, struct weir_bytes row, int64_t offset,
                          struct weir_error *err)
{
    weir_join_buffer_time_set(buffer, timestamp_ms);
    if (timestamp_ms < time_min(buffer)) {
        return true;
    }
    if (buffer->log.bytes >= WEIR_JOIN_BUFFER_BYTES_MAX) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "a join's window holds more than %zu bytes of rows in one partition",
                         WEIR_JOIN_BUFFER_BYTES_MAX);
    }
    if (weir_join_log_purge_due(&buffer->log)) {
        purge(buffer);
    }
    uint32_t reference = insert(buffer, key, hash, timestamp_ms, row, offset);
    if (buffer->base.changelog) {
        pending_add(buffer, reference);
    }
    return true;
}

static void match_add(struct weir_join_buffer *buffer, size_t count,
                      const struct weir_join_entry *entry, int64_t time_ms)
{
    if (count == buffer->match_capacity) {
        buffer->match_capacity = buffer->match_capacity ? buffer->match_capacity * 2 : 16;
        buffer->matches =
            weir_realloc(buffer->matches, buffer->match_capacity * sizeof *buffer->matches);
    }
    buffer->matches[count] =
        (struct weir_join_match){.timestamp_ms = time_ms, .row = weir_join_entry_row(entry)};
}

size_t weir_join_buffer_probe(struct weir_join_buffer *buffer, struct weir_bytes key, uint32_t hash,
                              int64_t from_ms, int64_t to_ms,
                              const struct weir_join_match **matches_out)
{
    size_t count = 0;
    if (buffer->log.row_count == 0) {
        return 0;
    }
    int64_t visible_ms = time_min(buffer);
    from_ms = from_ms > visible_ms ? from_ms : visible_ms;
    uint32_t reference = slot_find(buffer, key, hash)->newest;
    int64_t time_ms;
    const struct weir_join_entry *entry;
    while ((entry = weir_join_log_entry(&buffer->log, reference, &time_ms)) && time_ms >= from_ms) {
        if (time_ms <= to_ms) {
            match_add(buffer, count++, entry, time_ms);
        }
        reference = entry->older;
    }
    for (size_t i = 0; i < count / 2; i++) {
        struct weir_join_match match = buffer->matches[i];
        buffer->matches[i] = buffer->matches[count - 1 - i];
        buffer->matches[count - 1 - i] = match;
    }
    *matches_out = buffer->matches;
    return count;
}

int64_t weir_join_buffer_time(const struct weir_join_buffer *buffer)
{
    return buffer->time_ms;
}

int64_t weir_join_buffer_offset_min(const struct weir_join_buffer *buffer)
{
    return weir_join_log_offset_min(&buffer->log);
}

/* ---- store ---- */

static bool join_buffer_restore(struct weir_store *store, struct weir_bytes key,
                                struct weir_bytes value, int64_t timestamp_ms,
                                struct weir_error *err)
{
    struct weir_join_buffer *buffer = (struct weir_join_buffer *)store;
    (void)timestamp_ms;
    if (key.len < SUFFIX_BYTES) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "a changelog key of a join's window has %zu bytes", key.len);
    }
    struct weir_bytes row_key = {key.data, key.len - SUFFIX_BYTES};
    int64_t row_time_ms = weir_load_be64(key.data + row_key.len);
    if (weir_bytes_is_null(value) || row_time_ms < 0) {
        return true;
    }
    bool changelog = buffer->base.changelog;
    buffer->base.changelog = false;
    bool ok =
        weir_join_buffer_put(buffer, row_key, weir_key_hash(row_key), row_time_ms, value, -1, err);
    buffer->base.changelog = changelog;
    return ok;
}

static bool join_buffer_flush(struct weir_store *store, weir_changelog_fn changelog, void *context,
                              struct weir_error *err)
{
    struct weir_join_buffer *buffer = (struct weir_join_buffer *)store;
    weir_auto_buffer name;
    weir_buffer_init(&name, SIZE_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < buffer->pending_count; i++) {
        int64_t time_ms;
        const struct weir_join_entry *entry =
            weir_join_log_entry(&buffer->log, buffer->pending[i], &time_ms);
        if (!entry) {
            continue;
        }
        uint8_t suffix[SUFFIX_BYTES];
        weir_store_be64(suffix, time_ms);
        weir_store_be32(suffix + sizeof(int64_t), buffer->sequence++);
        weir_buffer_reset(&name);
        weir_buffer_append_bytes(&name, weir_join_entry_key(entry));
        weir_buffer_append(&name, suffix, sizeof suffix);
        ok = changelog(context, weir_buffer_view(&name), weir_join_entry_row(entry), time_ms, err);
    }
    buffer->pending_count = 0;
    return ok;
}

static size_t join_buffer_bytes(const struct weir_store *store)
{
    const struct weir_join_buffer *buffer = (const struct weir_join_buffer *)store;
    return sizeof *buffer + buffer->log.bytes + buffer->log.spare_count * WEIR_JOIN_CHUNK_BYTES +
           buffer->log.chunk_capacity * sizeof(void *) +
           buffer->slot_capacity * sizeof(struct slot) +
           buffer->pending_capacity * sizeof *buffer->pending;
}

static void join_buffer_expect(const struct weir_store *store, uint32_t hash)
{
    const struct weir_join_buffer *buffer = (const struct weir_join_buffer *)store;
    if (buffer->slot_capacity > 0) {
        __builtin_prefetch(&buffer->slots[hash & (buffer->slot_capacity - 1)]);
    }
}

static size_t join_buffer_entries(const struct weir_store *store)
{
    return ((const struct weir_join_buffer *)store)->log.row_count;
}

static void join_buffer_store_destroy(struct weir_store *store)
{
    weir_join_buffer_destroy((struct weir_join_buffer *)store);
}

static const struct weir_store_ops join_buffer_ops = {
    .restore = join_buffer_restore,
    .flush = join_buffer_flush,
    .expect = join_buffer_expect,
    .bytes = join_buffer_bytes,
    .entries = join_buffer_entries,
    .destroy = join_buffer_store_destroy,
};
