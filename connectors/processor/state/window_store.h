/* window_store.h - one aggregate state for each key and window start.
 *
 * Windows lie in buckets by start, each with its own index, so that a window that is over leaves in
 * one go, and windows come out in ksqlDB's order: by start, then by key bytes.
 * Changelog: key, then start as int64 big-endian; windows that leave memory get a null value.
 * Threads: one owner. Allocates: from its own pool. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_WINDOW_STORE_H
#define WEIR_PROCESSOR_STATE_WINDOW_STORE_H

#include "connectors/processor/state/key_index.h"
#include "connectors/processor/state/state_ops.h"
#include "connectors/processor/state/store.h"

struct weir_window_store;

/* Behind it the state (weir_window_entry_state), then the key. */
struct weir_window_entry {
    struct weir_key_head head;
    int64_t start_ms;
    int64_t timestamp_ms; /* the newest record's in it: the owner's to set */
    uint32_t dirty;       /* the store's */
    uint32_t heap_bytes;  /* the store's: of the state, when last flushed */
    bool logged;          /* the store's: it is in the changelog */
};

/* Copies ops. */
struct weir_window_store *weir_window_store_create(const struct weir_state_ops *ops,
                                                   bool changelog);
void weir_window_store_destroy(struct weir_window_store *store);
struct weir_store *weir_window_store_store(struct weir_window_store *store);

/* NULL: there is none. Entries stay in place until they are expired or removed. */
struct weir_window_entry *weir_window_store_get(struct weir_window_store *store,
                                                struct weir_bytes key, int64_t start_ms);
/* There must be none. The caller initialises the state before any other call. */
struct weir_window_entry *weir_window_store_add(struct weir_window_store *store,
                                                struct weir_bytes key, int64_t start_ms);
static inline void *weir_window_entry_state(struct weir_window_entry *entry)
{
    return (uint8_t *)entry + (sizeof *entry + 15) / 16 * 16;
}
struct weir_bytes weir_window_entry_key(const struct weir_window_store *store,
                                        const struct weir_window_entry *entry);
/* It changed: at the next flush it goes to the changelog, and until then it is in the list. */
void weir_window_store_touch(struct weir_window_store *store, struct weir_window_entry *entry);
/* Entries touched since the last flush, in order of their first touch; NULL: left meanwhile. */
struct weir_window_entry *const *weir_window_store_touched(const struct weir_window_store *store,
                                                           size_t *count_out);

/* Windows that start before start_ms leave. */
void weir_window_store_expire(struct weir_window_store *store, int64_t start_ms);
/* Of the oldest window; INT64_MAX: there is none. */
int64_t weir_window_store_oldest(const struct weir_window_store *store);

typedef bool (*weir_window_visit_fn)(void *context, struct weir_window_entry *entry,
                                     struct weir_error *err);
/* Windows with from_ms <= start <= to_ms by start, then key bytes. visit does not add or remove. */
bool weir_window_store_visit(struct weir_window_store *store, int64_t from_ms, int64_t to_ms,
                             weir_window_visit_fn visit, void *context, struct weir_error *err);

#endif
