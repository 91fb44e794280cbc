/* store.h - what all state stores have in common.
 *
 * A store is owned by an operator; its task restores it, flushes its changelog at each commit and
 * counts its memory through this table. The concrete store (table_store.h, window_store.h ...)
 * begins with a `struct weir_store`.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_STORE_H
#define WEIR_PROCESSOR_STATE_STORE_H

#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Views are borrowed for the call. A null value: the key is gone. */
typedef bool (*weir_changelog_fn)(void *context, struct weir_bytes key, struct weir_bytes value,
                                  int64_t timestamp_ms, struct weir_error *err);

struct weir_store;

struct weir_store_ops {
    /* Applies one changelog entry; a later one of the same key replaces it. */
    bool (*restore)(struct weir_store *store, struct weir_bytes key, struct weir_bytes value,
                    int64_t timestamp_ms, struct weir_error *err);
    /* Hands out the newest value of each key that changed since the last flush. */
    bool (*flush)(struct weir_store *store, weir_changelog_fn changelog, void *context,
                  struct weir_error *err);
    /* Optional. A key of this hash (weir_key_hash) is looked up soon, perhaps. */
    void (*expect)(const struct weir_store *store, uint32_t hash);
    size_t (*bytes)(const struct weir_store *store);   /* of memory, overhead included */
    size_t (*entries)(const struct weir_store *store); /* keys, rows or windows */
    void (*destroy)(struct weir_store *store);
};

struct weir_store {
    const struct weir_store_ops *ops;
    bool changelog; /* changes are remembered for flush */
};

/* Accepts NULL. */
static inline void weir_store_destroy(struct weir_store *store)
{
    if (store) {
        store->ops->destroy(store);
    }
}

#endif
