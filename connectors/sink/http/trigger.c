/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/trigger.h"

#include "connectors/sink/http/trigger_internal.h"
#include "core/base/alloc.h"

#include <string.h>

enum { NAME_BYTES_MAX = 512 };

static struct weir_bytes bytes_of_hash(const uint64_t *hash)
{
    return (struct weir_bytes){(const uint8_t *)hash, sizeof(*hash)};
}

static uint64_t hash_of(const struct windowed_key *key)
{
    return weir_bytes_is_null(key->base) ? 0 : weir_hash(key->base.data, key->base.len);
}

static struct trigger_partition *partition_create(void)
{
    struct trigger_partition *partition = weir_alloc(sizeof(*partition));
    partition->keys = weir_hash_table_create();
    return partition;
}

static void partition_destroy(struct trigger_partition *partition)
{
    struct weir_bytes name;
    void *value;
    size_t position = 0;
    if (!partition) {
        return;
    }
    while (weir_hash_table_next(partition->keys, &position, &name, &value)) {
        struct trigger_key *key = value;
        weir_free(key->starts_ms);
        weir_free(key);
    }
    weir_hash_table_destroy(partition->keys);
    weir_free(partition);
}

struct trigger *weir_trigger_create(const struct trigger_options *options)
{
    struct trigger *trigger = weir_alloc(sizeof(*trigger));
    trigger->options = *options;
    trigger->partitions = weir_hash_table_create();
    return trigger;
}

void weir_trigger_destroy(struct trigger *trigger)
{
    struct weir_bytes name;
    void *value;
    size_t position = 0;
    if (!trigger) {
        return;
    }
    while (weir_hash_table_next(trigger->partitions, &position, &name, &value)) {
        partition_destroy(value);
    }
    weir_hash_table_destroy(trigger->partitions);
    weir_free(trigger);
}

/* The partition's number, then the topic's name. */
static struct weir_bytes partition_name(const char *topic, int32_t partition, uint8_t *space)
{
    size_t len = strnlen(topic, NAME_BYTES_MAX - sizeof(partition));
    memcpy(space, &partition, sizeof(partition));
    memcpy(space + sizeof(partition), topic, len);
    return (struct weir_bytes){space, sizeof(partition) + len};
}

struct trigger_partition *weir_trigger_partition(struct trigger *trigger, const char *topic,
                                                 int32_t partition)
{
    uint8_t space[NAME_BYTES_MAX];
    struct weir_bytes name = partition_name(topic, partition, space);
    struct trigger_partition *found = weir_hash_table_get(trigger->partitions, name);
    if (!found) {
        found = partition_create();
        weir_hash_table_put(trigger->partitions, name, found);
    }
    return found;
}

bool weir_trigger_assign(struct trigger *trigger, const char *topic, int32_t partition,
                         struct weir_bytes note)
{
    weir_trigger_revoke(trigger, topic, partition);
    struct trigger_partition *fresh = weir_trigger_partition(trigger, topic, partition);
    return weir_bytes_is_null(note) || note.len == 0 || weir_trigger_read_note(fresh, note);
}

void weir_trigger_revoke(struct trigger *trigger, const char *topic, int32_t partition)
{
    uint8_t space[NAME_BYTES_MAX];
    partition_destroy(
        weir_hash_table_remove(trigger->partitions, partition_name(topic, partition, space)));
}

struct trigger_key *weir_trigger_key(struct trigger_partition *partition, uint64_t hash)
{
    struct trigger_key *key = weir_hash_table_get(partition->keys, bytes_of_hash(&hash));
    if (!key) {
        key = weir_alloc(sizeof(*key));
        key->hash = hash;
        key->last_success_ms = -1;
        weir_hash_table_put(partition->keys, bytes_of_hash(&hash), key);
    }
    return key;
}

/* How many starts are smaller. */
static size_t position_of(const struct trigger_key *key, int64_t start_ms)
{
    size_t low = 0, high = key->start_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (key->starts_ms[middle] < start_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool has_start(const struct trigger_key *key, int64_t start_ms)
{
    size_t position = position_of(key, start_ms);
    return position < key->start_count && key->starts_ms[position] == start_ms;
}

void weir_trigger_key_add(struct trigger_key *key, int64_t start_ms)
{
    size_t position = position_of(key, start_ms);
    if (position < key->start_count && key->starts_ms[position] == start_ms) {
        return;
    }
    if (key->start_count == key->start_capacity) {
        key->start_capacity = key->start_capacity ? 2 * key->start_capacity : 8;
        key->starts_ms =
            weir_realloc(key->starts_ms, key->start_capacity * sizeof(*key->starts_ms));
    }
    memmove(key->starts_ms + position + 1, key->starts_ms + position,
            (key->start_count - position) * sizeof(*key->starts_ms));
    key->starts_ms[position] = start_ms;
    key->start_count++;
}

static bool is_too_late(const struct trigger *trigger, const struct trigger_key *key,
                        int64_t start_ms)
{
    return key->start_count > 0 &&
           start_ms < key->starts_ms[key->start_count - 1] - trigger->options.retention_ms;
}

static void forget_old(const struct trigger *trigger, struct trigger_key *key)
{
    int64_t newest_ms = key->starts_ms[key->start_count - 1];
    size_t old_count = position_of(key, newest_ms - trigger->options.retention_ms);
    key->start_count -= old_count;
    memmove(key->starts_ms, key->starts_ms + old_count, key->start_count * sizeof(*key->starts_ms));
}

static int64_t newest_of(const struct trigger_key *key)
{
    int64_t newest_ms = key->start_count > 0 ? key->starts_ms[key->start_count - 1] : -1;
    return newest_ms > key->last_success_ms ? newest_ms : key->last_success_ms;
}

void weir_trigger_forget_stale(const struct trigger *trigger, struct trigger_partition *partition)
{
    struct weir_bytes name;
    void *value;
    int64_t newest_ms = INT64_MIN;
    for (size_t position = 0; weir_hash_table_next(partition->keys, &position, &name, &value);) {
        newest_ms = newest_of(value) > newest_ms ? newest_of(value) : newest_ms;
    }
    size_t stale_count = 0, count = weir_hash_table_count(partition->keys);
    weir_autofree struct trigger_key **stale =
        weir_alloc_array(count + 1, sizeof(struct trigger_key *));
    for (size_t position = 0; weir_hash_table_next(partition->keys, &position, &name, &value);) {
        int64_t age_ms = newest_ms - newest_of(value);
        if (age_ms > trigger->options.retention_ms && age_ms > trigger->options.cooldown_ms) {
            stale[stale_count++] = value;
        }
    }
    for (size_t i = 0; i < stale_count; i++) {
        weir_hash_table_remove(partition->keys, bytes_of_hash(&stale[i]->hash));
        weir_free(stale[i]->starts_ms);
        weir_free(stale[i]);
    }
}

enum trigger_answer weir_trigger_ask(const struct trigger *trigger,
                                     struct trigger_partition *partition,
                                     const struct windowed_key *key, int64_t now_ms,
                                     int64_t *wait_ms_out)
{
    uint64_t hash = hash_of(key);
    const struct trigger_key *known = weir_hash_table_get(partition->keys, bytes_of_hash(&hash));
    if (!known) {
        return TRIGGER_SEND;
    }
    if (trigger->options.once_per_window && key->has_window) {
        if (has_start(known, key->start_ms)) {
            return TRIGGER_SENT_BEFORE;
        }
        if (is_too_late(trigger, known, key->start_ms)) {
            return TRIGGER_TOO_LATE;
        }
    }
    /* A wall clock that was set back must not make a cool-down longer than it is. */
    int64_t since_ms = known->last_success_ms < 0 ? INT64_MAX : now_ms - known->last_success_ms;
    if (since_ms >= 0 && since_ms < trigger->options.cooldown_ms) {
        *wait_ms_out = trigger->options.cooldown_ms - since_ms;
        return TRIGGER_COOLING;
    }
    return TRIGGER_SEND;
}

void weir_trigger_succeeded(struct trigger *trigger, struct trigger_partition *partition,
                            const struct windowed_key *key, int64_t now_ms)
{
    bool windowed = trigger->options.once_per_window && key->has_window;
    if (!windowed && trigger->options.cooldown_ms == 0) {
        return;
    }
    struct trigger_key *known = weir_trigger_key(partition, hash_of(key));
    known->last_success_ms = now_ms;
    if (windowed) {
        weir_trigger_key_add(known, key->start_ms);
        forget_old(trigger, known);
    }
}
