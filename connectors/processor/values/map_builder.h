/* map_builder.h - MAP values made entry by entry: one value for each key, the last one wins.
 *
 * The order of entries is that of Java's HashMap, because ksqlDB's results show it (MAP_KEYS,
 * REDUCE, CAST to text). Threads: one owner. Allocates: in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_MAP_BUILDER_H
#define WEIR_PROCESSOR_VALUES_MAP_BUILDER_H

#include "connectors/processor/values/value.h"
#include "core/base/arena.h"

#include <stdint.h>

struct weir_map_builder {
    struct weir_arena *arena;
    struct weir_value *items; /* key, value, key, value */
    uint32_t count, capacity;
    uint32_t *slots; /* index + 1 by hash; made when there are many keys */
    uint32_t slot_count;
};

void weir_map_builder_init(struct weir_map_builder *builder, struct weir_arena *arena,
                           uint32_t capacity);
void weir_map_builder_put(struct weir_map_builder *builder, const struct weir_value *key,
                          const struct weir_value *value);
/* The value of key, to be read or changed; NULL: not there. Valid until the next put. */
struct weir_value *weir_map_builder_find(struct weir_map_builder *builder,
                                         const struct weir_value *key);

enum {
    WEIR_MAP_ORDER_DEFAULT = 16,   /* new HashMap<>() */
    WEIR_MAP_ORDER_SIZED = 0,      /* new HashMap<>(count) */
    WEIR_MAP_ORDER_INSERTION = -1, /* LinkedHashMap */
};
/* The map, in the order of a HashMap created with that capacity. */
struct weir_value weir_map_builder_finish(struct weir_map_builder *builder, int64_t java_capacity);

/* Of a key, as Java's hashCode; kinds that are no usual key give 0. */
int32_t weir_value_java_hash(const struct weir_value *value);

#endif
