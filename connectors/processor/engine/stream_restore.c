/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/commit_note.h"
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RESTORE_TIMEOUT_MS = 240000 };

/* One store being restored. */
struct restore {
    struct weir_stream_task *task;
    const char *topic;
    int32_t partition;
    uint32_t store_index;
    int32_t source_index; /* >= 0: from the source topic */
    int64_t from;         /* -1: the beginning */
    int64_t until;        /* of a source: what lies behind it was not processed; 0: the end */
};

struct restores {
    struct weir_arena *arena;
    struct restore *items;
    size_t count, capacity;
    struct weir_reading *readings; /* each topic and partition once */
    size_t *first;                 /* by reading: its first item; those of one lie together */
    size_t reading_count;
    size_t current; /* the reading of the last record */
    uint64_t record_count;
};

/* ---- what is to be read ---- */

static int64_t committed_of(const struct weir_instance *instance, const char *topic)
{
    for (size_t input = 0; input < instance->group->input_count; input++) {
        if (strcmp(instance->group->inputs[input].topic, topic) == 0) {
            return instance->inputs[input].committed_offset;
        }
    }
    return -1;
}

static void add(struct restores *all, const struct restore *restore)
{
    if (all->count == all->capacity) {
        all->capacity = 2 * all->capacity + 16;
        all->items = weir_realloc(all->items, all->capacity * sizeof(*all->items));
    }
    all->items[all->count++] = *restore;
}

static void add_store(struct restores *all, const struct weir_instance *instance, size_t member,
                      uint32_t store)
{
    const struct weir_merge_member *which = &instance->group->members[member];
    const struct weir_topology_store *what = &which->subtopology->stores[store];
    struct restore restore = {.task = instance->tasks[member],
                              .partition = instance->partition,
                              .store_index = store,
                              .source_index = what->restore_source,
                              .from = -1};
    if (what->restore_source < 0) {
        restore.topic = weir_engine_changelog(all->arena, which->query, what->name);
        add(all, &restore);
        return;
    }
    const struct weir_topology_source *source = &which->subtopology->sources[what->restore_source];
    restore.topic = weir_engine_topic(all->arena, which->query, source->topic, source->internal);
    restore.until = committed_of(instance, restore.topic);
    if (what->kind == WEIR_STORE_JOIN && instance->note) {
        restore.from = instance->restore_from[member][what->restore_source];
        restore.from = restore.from < 0 ? restore.until : restore.from; /* no row is needed */
    }
    if (restore.until > 0 && restore.from < restore.until) {
        add(all, &restore);
    }
}

static bool has_progress(const struct weir_instance *instance)
{
    for (size_t input = 0; input < instance->group->input_count; input++) {
        if (instance->inputs[input].committed_offset >= 0) {
            return true;
        }
    }
    return false;
}

/* Its times, and what its stores are to be filled from. */
static bool add_instance(struct restores *all, struct weir_instance *instance,
                         struct weir_error *err)
{
    if (!has_progress(instance)) {
        return true;
    }
    if (instance->note && !weir_commit_note_read(instance, instance->note, err)) {
        return false;
    }
    for (size_t member = 0; member < instance->group->member_count; member++) {
        const struct weir_subtopology *sub = instance->group->members[member].subtopology;
        for (uint32_t store = 0; store < sub->store_count; store++) {
            add_store(all, instance, member, store);
        }
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct restore *left = a, *right = b;
    int order = strcmp(left->topic, right->topic);
    return order ? order
                 : (left->partition > right->partition) - (left->partition < right->partition);
}

static void make_readings(struct restores *all)
{
    all->readings = weir_arena_calloc(all->arena, all->count + 1, sizeof(*all->readings));
    all->first = weir_arena_calloc(all->arena, all->count + 1, sizeof(*all->first));
    if (all->count > 0) {
        qsort(all->items, all->count, sizeof(*all->items), by_place);
    }
    for (size_t index = 0; index < all->count; index++) {
        const struct restore *item = &all->items[index];
        struct weir_reading *reading = &all->readings[all->reading_count];
        if (index > 0 && by_place(item, item - 1) == 0) {
            reading--;
            reading->from = item->from < reading->from ? item->from : reading->from;
            reading->until = item->until > reading->until ? item->until : reading->until;
            continue;
        }
        *reading = (struct weir_reading){item->topic, item->partition, item->from, item->until};
        all->first[all->reading_count++] = index;
    }
    all->first[all->reading_count] = all->count;
}

/* ---- reading ---- */

static bool apply(const struct restore *restore, const struct weir_record *record,
                  struct weir_error *err)
{
    if (restore->source_index < 0) {
        return weir_stream_task_restore_changelog(restore->task, restore->store_index, record->key,
                                                  record->value, record->timestamp_ms, err);
    }
    return record->offset < restore->from || record->offset >= restore->until ||
           weir_stream_task_restore_source(restore->task, (uint32_t)restore->source_index, record,
                                           err);
}

static bool visit(void *context, const struct weir_record *record, struct weir_error *err)
{
    struct restores *all = context;
    const struct weir_reading *reading = &all->readings[all->current];
    if (reading->partition != record->partition || strcmp(reading->topic, record->topic) != 0) {
        size_t place = 0;
        while (all->readings[place].partition != record->partition ||
               strcmp(all->readings[place].topic, record->topic) != 0) {
            place++;
        }
        all->current = place;
    }
    all->record_count++;
    for (size_t index = all->first[all->current]; index < all->first[all->current + 1]; index++) {
        if (!apply(&all->items[index], record, err)) {
            return false;
        }
    }
    return true;
}

static bool read_all(struct weir_stream_thread *self, struct restores *all, struct weir_error *err)
{
    make_readings(all);
    int64_t begin_ms = weir_clock_ms();
    if (!weir_read_to_end(self->options.config, all->readings, all->reading_count, visit, all,
                          begin_ms + RESTORE_TIMEOUT_MS, err)) {
        return weir_fail_within(err, "restore of the state");
    }
    weir_metric_add(self->restored, (double)all->record_count);
    if (all->reading_count > 0) {
        weir_log_info("processor", "state restored",
                      "partitions=%zu records=%" PRIu64 " duration_ms=%" PRId64, all->reading_count,
                      all->record_count, weir_clock_ms() - begin_ms);
    }
    return true;
}

static bool restore_all(struct weir_stream_thread *self, struct restores *all,
                        struct weir_error *err)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        if (!self->instances[index]->restored && !add_instance(all, self->instances[index], err)) {
            return false;
        }
    }
    return read_all(self, all, err);
}

static bool is_restored(const struct weir_stream_thread *self)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        if (!self->instances[index]->restored) {
            return false;
        }
    }
    return true;
}

bool weir_stream_restore(struct weir_stream_thread *self, struct weir_error *err)
{
    if (is_restored(self)) {
        return true;
    }
    struct restores all = {.arena = weir_arena_create(4096)};
    weir_task_trouble(self->task, "restoring state");
    bool done = restore_all(self, &all, err);
    weir_free(all.items);
    weir_arena_destroy(all.arena);
    for (size_t index = 0; done && index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        instance->restored = true;
        weir_free(instance->note);
        instance->note = NULL;
    }
    if (done) {
        weir_task_trouble(self->task, NULL);
    }
    return done;
}
