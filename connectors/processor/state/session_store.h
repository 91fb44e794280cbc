/* session_store.h - aggregate states by key and session, [start, end] both inclusive.
 *
 * Sessions of one key never overlap; they come in order of their end. Retention is ksqlDB's: a
 * session is found as long as its end is later than the newest end put (of any key) minus the
 * retention. Changelog: key, then end and start as int64 big-endian.
 * Threads: one owner. Allocates: from its own pool. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_SESSION_STORE_H
#define WEIR_PROCESSOR_STATE_SESSION_STORE_H

#include "connectors/processor/state/key_index.h"
#include "connectors/processor/state/state_ops.h"
#include "connectors/processor/state/store.h"

struct weir_session_store;

/* Behind it the state (weir_session_entry_state), then the key. */
struct weir_session_entry {
    struct weir_key_head head;
    int64_t start_ms, end_ms;
    struct weir_session_entry *next; /* the key's next session: the store's */
    uint32_t dirty;                  /* the store's */
    uint32_t heap_bytes;             /* the store's: of the state, when last flushed */
    bool logged;                     /* the store's: it is in the changelog */
};

struct weir_session_store_options {
    int64_t retention_ms; /* > 0 */
    bool ordered;         /* weir_session_store_visit is needed */
    bool changelog;
};

/* Copies both. */
struct weir_session_store *
weir_session_store_create(const struct weir_state_ops *ops,
                          const struct weir_session_store_options *options);
void weir_session_store_destroy(struct weir_session_store *store);
struct weir_store *weir_session_store_store(struct weir_session_store *store);

/* Sessions of key that are found and have end >= end_min_ms and start <= start_max_ms, by end.
 * Returns their count; *entries_out is borrowed until the next call. */
size_t weir_session_store_find(struct weir_session_store *store, struct weir_bytes key,
                               int64_t end_min_ms, int64_t start_max_ms,
                               struct weir_session_entry *const **entries_out);
/* No session of the key may overlap it. The caller initialises the state before any other call. */
struct weir_session_entry *weir_session_store_add(struct weir_session_store *store,
                                                  struct weir_bytes key, int64_t start_ms,
                                                  int64_t end_ms);
void weir_session_store_remove(struct weir_session_store *store, struct weir_session_entry *entry);
static inline void *weir_session_entry_state(struct weir_session_entry *entry)
{
    return (uint8_t *)entry + (sizeof *entry + 15) / 16 * 16;
}
struct weir_bytes weir_session_entry_key(const struct weir_session_store *store,
                                         const struct weir_session_entry *entry);

/* The newest end put, -1: nothing yet. */
int64_t weir_session_store_time(const struct weir_session_store *store);
void weir_session_store_time_set(struct weir_session_store *store, int64_t time_ms);
/* Sessions that are not found any more and end before end_ms may leave memory. Cheap on the whole:
 * looks at all of them only after as many were added. */
void weir_session_store_sweep(struct weir_session_store *store, int64_t end_ms);

typedef bool (*weir_session_visit_fn)(void *context, struct weir_session_entry *entry,
                                      struct weir_error *err);
/* Sessions with from_ms <= end <= to_ms by end, start, key bytes. visit does not add or remove. */
bool weir_session_store_visit(struct weir_session_store *store, int64_t from_ms, int64_t to_ms,
                              weir_session_visit_fn visit, void *context, struct weir_error *err);

#endif
