/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <inttypes.h>

enum { COMMITTED_TIMEOUT_MS = 20000 };

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

static struct weir_instance *ensure_instance(struct weir_stream_thread *self,
                                             const struct weir_merge_group *group,
                                             int32_t partition, struct weir_error *err)
{
    struct weir_instance *instance = find_instance(self, group, partition);
    if (!instance) {
        instance = weir_standby_take(self->standby, group, partition);
        instance = instance ? instance : weir_instance_create(group, partition, &self->shared, err);
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

/* What is committed for a partition. */
struct position {
    int64_t offset; /* -1: nothing */
    char *note;     /* owned; NULL: none */
};

static bool take_over(struct weir_stream_thread *self, const struct weir_topic_partition *partition,
                      struct position position, int64_t *start_out, struct weir_error *err)
{
    weir_autofree char *note = position.note;
    size_t input;
    const struct weir_merge_group *group =
        weir_merge_groups_find(&self->groups, partition->topic, &input);
    struct weir_instance *instance =
        group ? ensure_instance(self, group, partition->partition, err) : NULL;
    if (!instance) {
        return !group;
    }
    if (!instance->restored && note) {
        weir_free(instance->note);
        instance->note = weir_steal(&note);
    }
    instance->inputs[input].queue =
        weir_partition_queue_create(self->consumer, partition->topic, partition->partition);
    instance->inputs[input].at_end = false;
    instance->inputs[input].committed_offset = position.offset;
    instance->inputs[input].next_offset = position.offset;
    if (position.offset < 0 && group->inputs[input].from_beginning) {
        *start_out = WEIR_OFFSET_BEGINNING;
    } else if (position.offset >= 0) {
        *start_out = position.offset;
    }
    return true;
}

static bool assigned(void *context, const struct weir_topic_partition *partitions, size_t count,
                     int64_t *offsets, struct weir_error *err)
{
    struct weir_stream_thread *self = context;
    weir_autofree int64_t *committed = weir_alloc_array(count, sizeof(*committed));
    weir_autofree char **notes = weir_alloc_array(count, sizeof(*notes));
    bool good = weir_consumer_committed(self->consumer, partitions, count, committed, notes,
                                        weir_clock_ms() + COMMITTED_TIMEOUT_MS, err);
    weir_standby_pause(self->standby);
    for (size_t index = 0; index < count; index++) {
        const struct position position = {committed[index], notes[index]};
        good = good && take_over(self, &partitions[index], position, &offsets[index], err);
    }
    weir_standby_resume(self->standby, weir_consumer_member_id(self->consumer));
    if (!good) {
        return false;
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
    struct weir_error ignored = {0};
    if (lost) { /* the broker decides about the commit under way; nothing of ours depends on it */
        weir_stream_commit_settle(self, true, &ignored);
    }
    bool kept = !lost && self->partition_error.action == WEIR_ERROR_NONE &&
                weir_stream_commit(self, &self->partition_error);
    for (size_t index = 0; index < self->instance_count; index++) {
        weir_instance_release(self->instances[index]);
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
