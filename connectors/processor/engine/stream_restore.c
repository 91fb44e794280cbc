/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <inttypes.h>
#include <string.h>

enum { RESTORE_TIMEOUT_MS = 240000, COMMITTED_TIMEOUT_MS = 20000 };

/* One store being restored. */
struct restore {
    struct weir_stream_task *task;
    uint32_t store_index;
    int32_t source_index;     /* >= 0: from the source topic */
    int64_t committed_offset; /* of that source: what lies behind it was not processed */
    uint64_t record_count;
};

static bool visit(void *context, const struct weir_record *record, struct weir_error *err)
{
    struct restore *restore = context;
    restore->record_count++;
    if (restore->source_index < 0) {
        return weir_stream_task_restore_changelog(restore->task, restore->store_index, record->key,
                                                  record->value, record->timestamp_ms, err);
    }
    return record->offset >= restore->committed_offset ||
           weir_stream_task_restore_source(restore->task, (uint32_t)restore->source_index, record,
                                           err);
}

static int64_t committed_of(const struct weir_instance *instance, const char *topic)
{
    for (size_t input = 0; input < instance->group->input_count; input++) {
        if (strcmp(instance->group->inputs[input].topic, topic) == 0) {
            return instance->inputs[input].committed_offset;
        }
    }
    return -1;
}

static bool restore_store(struct weir_stream_thread *self, struct weir_instance *instance,
                          size_t member, uint32_t store, struct weir_error *err)
{
    const struct weir_merge_member *which = &instance->group->members[member];
    const struct weir_topology_store *what = &which->subtopology->stores[store];
    struct restore restore = {instance->tasks[member], store, what->restore_source, -1, 0};
    weir_auto_arena *arena = weir_arena_create(1024);
    const char *topic;
    if (what->restore_source < 0) {
        topic = weir_engine_changelog(arena, which->query, what->name);
    } else {
        const struct weir_topology_source *source =
            &which->subtopology->sources[what->restore_source];
        topic = weir_engine_topic(arena, which->query, source->topic, source->internal);
        restore.committed_offset = committed_of(instance, topic);
    }
    if (what->restore_source >= 0 && restore.committed_offset <= 0) {
        return true; /* nothing was processed yet */
    }
    const struct weir_reading reading = {topic, instance->partition, -1};
    if (!weir_read_to_end(self->options.config, &reading, 1, visit, &restore,
                          weir_clock_ms() + RESTORE_TIMEOUT_MS, err)) {
        return weir_fail_within(err, "restore of %s partition %" PRId32, topic,
                                instance->partition);
    }
    weir_metric_add(self->restored, (double)restore.record_count);
    if (restore.record_count > 0) {
        weir_log_info("processor", "state restored",
                      "topic=%s partition=%" PRId32 " records=%" PRIu64, topic, instance->partition,
                      restore.record_count);
    }
    return true;
}

static bool restore_times(struct weir_stream_thread *self, struct weir_instance *instance,
                          struct weir_error *err)
{
    for (size_t input = 0; input < instance->group->input_count; input++) {
        const struct weir_topic_partition partition = {instance->group->inputs[input].topic,
                                                       instance->partition};
        int64_t offset;
        char *note = NULL;
        if (!instance->inputs[input].queue || instance->inputs[input].committed_offset < 0) {
            continue;
        }
        if (!weir_consumer_committed(self->consumer, &partition, 1, &offset, &note,
                                     weir_clock_ms() + COMMITTED_TIMEOUT_MS, err)) {
            return false;
        }
        weir_autofree char *owned = note;
        return !owned || weir_instance_times_read(instance, owned, err);
    }
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

static bool restore_instance(struct weir_stream_thread *self, struct weir_instance *instance,
                             struct weir_error *err)
{
    if (!restore_times(self, instance, err)) {
        return false;
    }
    for (size_t member = 0; member < instance->group->member_count; member++) {
        for (uint32_t store = 0; store < instance->group->members[member].subtopology->store_count;
             store++) {
            if (!restore_store(self, instance, member, store, err)) {
                return false;
            }
        }
    }
    return true;
}

bool weir_stream_restore(struct weir_stream_thread *self, struct weir_error *err)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        if (instance->restored) {
            continue;
        }
        weir_task_trouble(self->task, "restoring state");
        if (has_progress(instance) && !restore_instance(self, instance, err)) {
            return false;
        }
        instance->restored = true;
        weir_task_trouble(self->task, NULL);
    }
    return true;
}
