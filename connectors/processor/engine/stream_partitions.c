/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <inttypes.h>

enum { COMMITTED_TIMEOUT_MS = 20000, WAITING_MAX = 16384, WAITING_LOW = 4096 };

static struct weir_instance *find_instance(struct weir_stream_thread *self,
                                           const struct weir_merge_group *group, int32_t partition)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        if (self->instances[index]->group == group &&
            self->instances[index]->partition == partition) {
            return self->instances[index];
        }
    }
    return NULL;
}

/* The instance and input of a topic's partition; NULL: not ours. */
static struct weir_instance *locate(struct weir_stream_thread *self, const char *topic,
                                    int32_t partition, size_t *input_out)
{
    const struct weir_merge_group *group = weir_merge_groups_find(&self->groups, topic, input_out);
    struct weir_instance *instance = group ? find_instance(self, group, partition) : NULL;
    return instance && instance->inputs[*input_out].ours ? instance : NULL;
}

static struct weir_instance *ensure_instance(struct weir_stream_thread *self,
                                             const struct weir_merge_group *group,
                                             int32_t partition, struct weir_error *err)
{
    struct weir_instance *instance = find_instance(self, group, partition);
    if (!instance) {
        instance = weir_instance_create(group, partition, &self->shared, err);
        if (!instance) {
            return NULL;
        }
        self->instances =
            weir_realloc(self->instances, (self->instance_count + 1) * sizeof(*self->instances));
        self->instances[self->instance_count++] = instance;
    }
    instance->suspended = false;
    return instance;
}

/* Suspended instances that did not come back belong to somebody else now. */
static void drop_suspended(struct weir_stream_thread *self)
{
    size_t kept = 0;
    for (size_t index = 0; index < self->instance_count; index++) {
        if (self->instances[index]->suspended) {
            weir_instance_destroy(self->instances[index]);
        } else {
            self->instances[kept++] = self->instances[index];
        }
    }
    self->instance_count = kept;
}

static bool take_over(struct weir_stream_thread *self, const struct weir_topic_partition *partition,
                      int64_t committed, int64_t *start_out, struct weir_error *err)
{
    size_t input;
    const struct weir_merge_group *group =
        weir_merge_groups_find(&self->groups, partition->topic, &input);
    struct weir_instance *instance =
        group ? ensure_instance(self, group, partition->partition, err) : NULL;
    if (!instance) {
        return !group;
    }
    instance->inputs[input].ours = true;
    instance->inputs[input].at_end = false;
    instance->inputs[input].committed_offset = committed;
    instance->inputs[input].next_offset = committed;
    if (committed < 0 && group->inputs[input].from_beginning) {
        *start_out = WEIR_OFFSET_BEGINNING;
    } else if (committed >= 0) {
        *start_out = committed;
    }
    return true;
}

static bool assigned(void *context, const struct weir_topic_partition *partitions, size_t count,
                     int64_t *offsets, struct weir_error *err)
{
    struct weir_stream_thread *self = context;
    weir_autofree int64_t *committed = weir_alloc_array(count, sizeof(*committed));
    if (!weir_consumer_committed(self->consumer, partitions, count, committed, NULL,
                                 weir_clock_ms() + COMMITTED_TIMEOUT_MS, err)) {
        return false;
    }
    for (size_t index = 0; index < count; index++) {
        if (!take_over(self, &partitions[index], committed[index], &offsets[index], err)) {
            return false;
        }
    }
    drop_suspended(self);
    weir_task_assigned(self->task, count);
    weir_log_info("processor", "partitions assigned", "count=%zu tasks=%zu", count,
                  self->instance_count);
    return true;
}

/* Commits first; state stays in memory in case the partitions come back with the next assignment:
 * in between nobody else can have had them. */
static void revoked(void *context, const struct weir_topic_partition *partitions, size_t count,
                    bool lost)
{
    (void)partitions, (void)count;
    struct weir_stream_thread *self = context;
    bool kept = !lost && self->partition_error.action == WEIR_ERROR_NONE &&
                weir_stream_commit(self, &self->partition_error);
    for (size_t index = 0; index < self->instance_count; index++) {
        weir_instance_forget_waiting(self->instances[index]);
        self->instances[index]->suspended = true;
    }
    if (lost && self->partition_error.action == WEIR_ERROR_NONE) {
        weir_fail(&self->partition_error, WEIR_ERROR_RETRY, WEIR_DOMAIN_KAFKA, 0,
                  "the group gave this thread's partitions away: it did not poll in time");
    }
    if (!kept) {
        weir_stream_drop_instances(self);
    }
    weir_task_revoked(self->task);
}

struct weir_rebalance weir_stream_rebalance(struct weir_stream_thread *self)
{
    return (struct weir_rebalance){self, assigned, revoked};
}

void weir_stream_drop_instances(struct weir_stream_thread *self)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        weir_instance_destroy(self->instances[index]);
    }
    weir_free(self->instances);
    self->instances = NULL;
    self->instance_count = 0;
}

static void set_paused(struct weir_stream_thread *self, const struct weir_instance *instance,
                       size_t input, bool paused)
{
    const struct weir_topic_partition partition = {instance->group->inputs[input].topic,
                                                   instance->partition};
    (paused ? weir_consumer_pause : weir_consumer_resume)(self->consumer, &partition, 1);
    instance->inputs[input].paused = paused;
}

/* The topic and partition of the last record: those of one partition come together. */
struct place {
    const char *topic;
    int32_t partition;
    struct weir_instance *instance;
    size_t input;
};

static void take_record(struct weir_stream_thread *self, size_t index, struct place *place)
{
    const struct weir_record *record = &self->fetch.records[index];
    if (record->topic != place->topic || record->partition != place->partition) {
        place->topic = record->topic;
        place->partition = record->partition;
        place->instance = locate(self, record->topic, record->partition, &place->input);
    }
    if (!place->instance) {
        return; /* fetched before a rebalance */
    }
    struct weir_instance_input *input = &place->instance->inputs[place->input];
    weir_record_fifo_push(&input->fifo, record, weir_fetch_take(&self->fetch, index));
    input->at_end = false;
    if (input->fifo.count >= WAITING_MAX && !input->paused) {
        set_paused(self, place->instance, place->input, true);
    }
}

void weir_stream_take(struct weir_stream_thread *self)
{
    struct place place = {.partition = -1};
    for (size_t index = 0; index < self->fetch.record_count; index++) {
        take_record(self, index, &place);
    }
    for (size_t index = 0; index < self->fetch.ended_count; index++) {
        const struct weir_partition_end *end = &self->fetch.ended[index];
        size_t input;
        struct weir_instance *instance = locate(self, end->topic, end->partition, &input);
        if (instance) {
            instance->inputs[input].at_end = true;
        }
    }
    weir_consumer_release(&self->fetch);
}

void weir_stream_resume(struct weir_stream_thread *self)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        for (size_t input = 0; input < instance->group->input_count; input++) {
            if (instance->inputs[input].paused &&
                instance->inputs[input].fifo.count <= WAITING_LOW) {
                set_paused(self, instance, input, false);
            }
        }
    }
}
