/* hash_table.h - bytes to pointer, open addressing.
 *
 * Keys are copied; values are the caller's. Iteration order is insertion order as long as nothing
 * was removed.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_HASH_TABLE_H
#define WEIR_BASE_HASH_TABLE_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_hash_table;

struct weir_hash_table *weir_hash_table_create(void);
/* Does not free values; iterate first. */
void weir_hash_table_destroy(struct weir_hash_table *table);
/* Returns the value that was there before, or NULL. value is not NULL. */
void *weir_hash_table_put(struct weir_hash_table *table, struct weir_bytes key, void *value);
void *weir_hash_table_get(const struct weir_hash_table *table, struct weir_bytes key);
/* Returns the value removed, or NULL. */
void *weir_hash_table_remove(struct weir_hash_table *table, struct weir_bytes key);
size_t weir_hash_table_count(const struct weir_hash_table *table);

/* size_t position = 0; while (weir_hash_table_next(table, &position, &key, &value)) ... ; do not
 * change it meanwhile. */
bool weir_hash_table_next(const struct weir_hash_table *table, size_t *position,
                          struct weir_bytes *key_out, void **value_out);

/* A good, fast, unseeded 64-bit hash. */
uint64_t weir_hash(const void *data, size_t bytes);

#endif
