/* ordered_store.h - an ordered map (ordered_map.h) with a changelog.
 * Threads: one owner. Allocates: as the map. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_ORDERED_STORE_H
#define WEIR_PROCESSOR_STATE_ORDERED_STORE_H

#include "connectors/processor/state/ordered_map.h"
#include "connectors/processor/state/store.h"

struct weir_ordered_store;

struct weir_ordered_store *weir_ordered_store_create(bool changelog);
void weir_ordered_store_destroy(struct weir_ordered_store *store);
struct weir_store *weir_ordered_store_store(struct weir_ordered_store *store);

/* For reading. */
const struct weir_ordered_map *weir_ordered_store_map(const struct weir_ordered_store *store);
void weir_ordered_store_put(struct weir_ordered_store *store, struct weir_bytes key,
                            struct weir_bytes value);
/* key may be the entry's own. False: it was not there. */
bool weir_ordered_store_remove(struct weir_ordered_store *store, struct weir_bytes key);

#endif
