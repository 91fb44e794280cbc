/* table_store.h - the newest row of each key.
 * Threads: one owner. Allocates: from its own pool. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_TABLE_STORE_H
#define WEIR_PROCESSOR_STATE_TABLE_STORE_H

#include "connectors/processor/state/store.h"

struct weir_table_store;

struct weir_table_entry {
    int64_t timestamp_ms;
    struct weir_bytes row; /* borrowed until the key changes; null: no such key */
};

struct weir_table_store *weir_table_store_create(bool changelog);
void weir_table_store_destroy(struct weir_table_store *store);
struct weir_store *weir_table_store_store(struct weir_table_store *store);

struct weir_table_entry weir_table_store_get(const struct weir_table_store *store,
                                             struct weir_bytes key);
/* Copies key and row; a null row removes the key. */
void weir_table_store_put(struct weir_table_store *store, struct weir_bytes key,
                          struct weir_bytes row, int64_t timestamp_ms);
/* size_t position = 0; while (weir_table_store_next(store, &position, &key, &entry)) ...; no order;
 * do not change it meanwhile. */
bool weir_table_store_next(const struct weir_table_store *store, size_t *position,
                           struct weir_bytes *key_out, struct weir_table_entry *entry_out);

#endif
