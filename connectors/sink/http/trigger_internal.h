/* trigger_internal.h - what trigger.c and trigger_note.c share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_TRIGGER_INTERNAL_H
#define WEIR_SINK_HTTP_TRIGGER_INTERNAL_H

#include "connectors/sink/http/trigger.h"
#include "core/base/hash_table.h"

/* Of one group key in one partition. */
struct trigger_key {
    uint64_t hash; /* stands for the key's bytes */
    int64_t last_success_ms;
    int64_t *starts_ms; /* of the windows that had their request; ascending */
    size_t start_count, start_capacity;
};

struct trigger_partition {
    struct weir_hash_table *keys; /* hash to trigger_key */
};

struct trigger {
    struct trigger_options options;
    struct weir_hash_table *partitions;
};

/* Made when it is new. */
struct trigger_key *weir_trigger_key(struct trigger_partition *partition, uint64_t hash);
void weir_trigger_key_add(struct trigger_key *key, int64_t start_ms);
/* Drops group keys whose windows are all older than the partition's newest window by more than the
 * retention. */
void weir_trigger_forget_stale(const struct trigger *trigger, struct trigger_partition *partition);
/* False: not one of ours; the partition may hold some of it. */
bool weir_trigger_read_note(struct trigger_partition *partition, struct weir_bytes note);

#endif
