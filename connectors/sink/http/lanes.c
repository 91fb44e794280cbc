/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/lanes.h"

#include "core/base/hash_table.h"

#include <string.h>

struct lane_name {
    uint64_t topic_hash, key_hash;
    int64_t partition;
};

void weir_lanes_push(struct lanes *lanes, struct lane *lane)
{
    lane->next_ready = NULL;
    if (lanes->ready) {
        lanes->ready_last->next_ready = lane;
    } else {
        lanes->ready = lane;
    }
    lanes->ready_last = lane;
}

struct lane *weir_lanes_pop(struct lanes *lanes)
{
    struct lane *lane = lanes->ready;
    if (lane) {
        lanes->ready = lane->next_ready;
    }
    return lane;
}

static struct lane *find_lane(struct lanes *lanes, struct weir_hash_table *table,
                              const struct lane_name *name, struct weir_arena *arena)
{
    struct weir_bytes bytes = {(const uint8_t *)name, sizeof(*name)};
    struct lane *lane = weir_hash_table_get(table, bytes);
    if (!lane) {
        lane = weir_arena_calloc(arena, 1, sizeof(*lane));
        lane->next = lane->last = LANE_END;
        weir_hash_table_put(table, bytes, lane);
        weir_lanes_push(lanes, lane);
    }
    return lane;
}

void weir_lanes_make(struct lanes *lanes, const struct weir_batch *batch,
                     const struct weir_outcome *outcomes, bool by_key, enum key_shape shape,
                     struct weir_arena *arena)
{
    struct weir_hash_table *table = weir_hash_table_create();
    *lanes = (struct lanes){
        .behind = weir_arena_calloc(arena, batch->record_count, sizeof(*lanes->behind))};
    for (size_t i = 0; i < batch->record_count; i++) {
        const struct weir_record *record = &batch->records[i];
        lanes->behind[i] = LANE_END;
        if (outcomes[i].kind != WEIR_OUTCOME_RETRY) {
            continue;
        }
        struct lane_name name = {weir_hash(record->topic, strlen(record->topic)), 0,
                                 record->partition};
        struct weir_bytes base = weir_windowed_key_read(record->key, shape).base;
        if (by_key && !weir_bytes_is_null(base)) {
            name.key_hash = weir_hash(base.data, base.len);
        }
        struct lane *lane = find_lane(lanes, table, &name, arena);
        if (lane->next == LANE_END) {
            lane->next = i;
        } else {
            lanes->behind[lane->last] = i;
        }
        lane->last = i;
    }
    weir_hash_table_destroy(table);
}
