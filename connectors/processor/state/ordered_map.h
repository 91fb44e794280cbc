/* ordered_map.h - bytes to bytes, in the order of the keys (memcmp, shorter first).
 *
 * For what is read by range: rows that wait for their window to close, subscriptions of a foreign
 * key, sessions by end. A skip list; keys and values are copied in.
 * Threads: one owner. Allocates: from its own pool. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_ORDERED_MAP_H
#define WEIR_PROCESSOR_STATE_ORDERED_MAP_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_ordered_map;
struct weir_ordered_node;

struct weir_ordered_map *weir_ordered_map_create(void);
/* Accepts NULL. */
void weir_ordered_map_destroy(struct weir_ordered_map *map);

/* Adds or replaces. Neither may be null. */
void weir_ordered_map_put(struct weir_ordered_map *map, struct weir_bytes key,
                          struct weir_bytes value);
/* Null: not there. Borrowed until the key changes. */
struct weir_bytes weir_ordered_map_get(const struct weir_ordered_map *map, struct weir_bytes key);
/* False: it was not there. */
bool weir_ordered_map_remove(struct weir_ordered_map *map, struct weir_bytes key);

/* The first entry whose key is not before `from`; NULL: none. Nodes stay valid until they are
 * removed. */
const struct weir_ordered_node *weir_ordered_map_seek(const struct weir_ordered_map *map,
                                                      struct weir_bytes from);
const struct weir_ordered_node *weir_ordered_map_first(const struct weir_ordered_map *map);
const struct weir_ordered_node *weir_ordered_node_next(const struct weir_ordered_node *node);
struct weir_bytes weir_ordered_node_key(const struct weir_ordered_node *node);
struct weir_bytes weir_ordered_node_value(const struct weir_ordered_node *node);

size_t weir_ordered_map_count(const struct weir_ordered_map *map);
size_t weir_ordered_map_bytes(const struct weir_ordered_map *map);

#endif
