/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/restore.h"

#include "connectors/processor/engine/commit_note.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One store being restored. */
struct restore {
    struct weir_stream_task *task;
    const char *topic;
    int32_t partition;
    uint32_t store_index;
    int32_t source_index; /* >= 0: from the source topic */
    int64_t *position;    /* of the next record; -1: the beginning */
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

static void add_changelog(struct restores *all, const struct restore *restore,
                          const struct weir_merge_member *which,
                          const struct weir_topology_store *what)
{
    struct restore changelog = *restore;
    changelog.topic = weir_engine_changelog(all->arena, which->query, what->name);
    add(all, &changelog);
}

static bool add_source(struct restores *all, const struct restore *restore,
                       const struct weir_instance *instance, size_t member,
                       const struct weir_topology_store *what, struct weir_error *err)
{
    const struct weir_merge_member *which = &instance->group->members[member];
    const struct weir_topology_source *from = &which->subtopology->sources[what->restore_source];
    struct restore source = *restore;
    source.topic = weir_engine_topic(all->arena, which->query, from->topic, from->internal);
    source.until = committed_of(instance, source.topic);
    if (what->kind == WEIR_STORE_JOIN && instance->note && *source.position < 0) {
        int64_t needed = instance->restore_from[member][what->restore_source];
        *source.position = needed < 0 ? source.until : needed; /* < 0: no row is needed */
    }
    if (*source.position > source.until) {
        return weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_WEIR, 0,
                         "the committed offset of %s partition %" PRId32 " went back to %" PRId64,
                         source.topic, source.partition, source.until);
    }
    if (source.until > 0 && *source.position < source.until) {
        add(all, &source);
    }
    return true;
}

static bool add_store(struct restores *all, const struct weir_instance *instance, size_t member,
                      uint32_t store, struct weir_error *err)
{
    const struct weir_merge_member *which = &instance->group->members[member];
    const struct weir_topology_store *what = &which->subtopology->stores[store];
    const struct restore restore = {.task = instance->tasks[member],
                                    .partition = instance->partition,
                                    .store_index = store,
                                    .source_index = what->restore_source,
                                    .position = &instance->positions[member][store]};
    if (what->restore_source >= 0) {
        return add_source(all, &restore, instance, member, what, err);
    }
    add_changelog(all, &restore, which, what);
    return true;
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
            if (!add_store(all, instance, member, store, err)) {
                return false;
            }
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
        int64_t from = *item->position;
        if (index > 0 && by_place(item, item - 1) == 0) {
            reading--;
            reading->from = from < reading->from ? from : reading->from;
            reading->until = item->until > reading->until ? item->until : reading->until;
            continue;
        }
        *reading = (struct weir_reading){item->topic, item->partition, from, item->until};
        all->first[all->reading_count++] = index;
    }
    all->first[all->reading_count] = all->count;
}

/* ---- reading ---- */

static bool apply(const struct restore *restore, const struct weir_record *record,
                  struct weir_error *err)
{
    bool behind = restore->until > 0 && record->offset >= restore->until;
    if (behind || record->offset < *restore->position) {
        return true;
    }
    *restore->position = record->offset + 1;
    if (restore->source_index < 0) {
        return weir_stream_task_restore_changelog(restore->task, restore->store_index, record->key,
                                                  record->value, record->timestamp_ms, err);
    }
    return weir_stream_task_restore_source(restore->task, (uint32_t)restore->source_index, record,
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

/* A source is restored up to `until` also where nothing lay behind its position. */
static void note_done(const struct restores *all)
{
    for (size_t index = 0; index < all->count; index++) {
        const struct restore *item = &all->items[index];
        if (item->until > *item->position) {
            *item->position = item->until;
        }
    }
}

bool weir_restore_run(struct weir_restore *restore, struct weir_reader *reader,
                      struct weir_error *err)
{
    struct restores all = {.arena = weir_arena_create(4096)};
    bool done = true;
    for (size_t index = 0; done && index < restore->instance_count; index++) {
        done = add_instance(&all, restore->instances[index], err);
    }
    if (done) {
        make_readings(&all);
        const struct weir_visitor visitor = {visit, &all, restore->stop};
        done = weir_reader_read(reader, all.readings, all.reading_count, &visitor,
                                restore->deadline_ms, err);
    }
    if (done) {
        note_done(&all);
    }
    restore->partition_count = all.reading_count;
    restore->record_count = all.record_count;
    weir_free(all.items);
    weir_arena_destroy(all.arena);
    return done;
}
