/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/runtime/replay.h"
#include "core/runtime/sink_task_internal.h"

#include <string.h>

enum { COMMIT_TIMEOUT_MS = 15000, COMMITTED_TIMEOUT_MS = 15000 };

static bool tell_connector(struct weir_sink_task *self,
                           const struct weir_topic_partition *partitions, size_t count,
                           struct weir_error *err)
{
    const struct weir_sink_ops *ops = self->options.ops;
    if (!ops->assigned && !self->options.replay) {
        return true;
    }
    weir_autofree int64_t *offsets = weir_alloc_array(count, sizeof(*offsets));
    weir_autofree char **notes = weir_alloc_array(count, sizeof(*notes));
    if (!weir_consumer_committed(self->consumer, partitions, count, offsets, notes,
                                 weir_clock_ms() + COMMITTED_TIMEOUT_MS, err)) {
        return false;
    }
    for (size_t index = 0; index < count; index++) {
        if (self->options.replay) {
            weir_replay_reach(self->options.replay, partitions[index].partition, offsets[index]);
            weir_free(notes[index]);
            continue;
        }
        ops->assigned(self->state, partitions[index].topic, partitions[index].partition,
                      weir_bytes_of(notes[index]));
        weir_free(notes[index]);
    }
    return true;
}

static bool assigned(void *context, const struct weir_topic_partition *partitions, size_t count,
                     int64_t *offsets, struct weir_error *err)
{
    (void)offsets;
    struct weir_sink_task *self = context;
    pthread_mutex_lock(&self->mutex);
    weir_sink_progress_assign(&self->progress, partitions, count);
    pthread_mutex_unlock(&self->mutex);
    self->paused = false;
    weir_task_assigned(self->task, count);
    weir_log_info("sink", "partitions assigned", "count=%zu", count);
    return tell_connector(self, partitions, count, err);
}

/* What is undecided is dropped: its next owner reads it again. */
static void revoked(void *context, const struct weir_topic_partition *partitions, size_t count,
                    bool lost)
{
    struct weir_sink_task *self = context;
    if (!lost && self->partition_error.action == WEIR_ERROR_NONE) {
        weir_sink_commit(self, &self->partition_error);
    }
    bool tell = self->options.ops->revoked && !self->options.replay;
    for (size_t index = 0; tell && index < count; index++) {
        self->options.ops->revoked(self->state, partitions[index].topic,
                                   partitions[index].partition);
    }
    weir_batch_reset(self->batch);
    weir_consumer_release(&self->fetch);
    pthread_mutex_lock(&self->mutex);
    weir_sink_progress_clear(&self->progress);
    pthread_mutex_unlock(&self->mutex);
    self->paused = false;
    weir_task_revoked(self->task);
}

struct weir_rebalance weir_sink_rebalance(struct weir_sink_task *self)
{
    return (struct weir_rebalance){self, assigned, revoked};
}

static bool flush(struct weir_sink_task *self, struct weir_error *err)
{
    int64_t deadline_ms = weir_clock_ms() + COMMIT_TIMEOUT_MS;
    if (self->options.ops->flush && !self->options.ops->flush(self->state, deadline_ms, err)) {
        return false;
    }
    return !self->dead_letters || weir_dead_letter_flush(self->dead_letters, deadline_ms, err);
}

static struct weir_bytes note_of(struct weir_sink_task *self,
                                 const struct weir_sink_partition *partition,
                                 struct weir_buffer *note)
{
    weir_buffer_init(note, WEIR_SINK_NOTE_BYTES_MAX);
    if (self->options.ops->note && !self->options.replay) {
        self->options.ops->note(self->state, partition->topic, partition->partition,
                                partition->delivered_offset, note);
    }
    return note->len > 0 ? weir_buffer_view(note) : WEIR_BYTES_NULL;
}

static bool commit_offsets(struct weir_sink_task *self, struct weir_error *err)
{
    size_t count = 0;
    weir_autofree struct weir_offset *offsets =
        weir_alloc_array(self->progress.count, sizeof(*offsets));
    weir_autofree struct weir_buffer *notes =
        weir_alloc_array(self->progress.count, sizeof(*notes));
    for (size_t index = 0; index < self->progress.count; index++) {
        const struct weir_sink_partition *partition = &self->progress.partitions[index];
        if (partition->delivered_offset > partition->committed_offset) {
            offsets[count] = (struct weir_offset){partition->topic, partition->partition,
                                                  partition->delivered_offset,
                                                  note_of(self, partition, &notes[count])};
            count++;
        }
    }
    bool done = weir_consumer_commit(self->consumer, offsets, count, err);
    for (size_t index = 0; index < count; index++) {
        weir_buffer_fini(&notes[index]);
    }
    return done;
}

bool weir_sink_commit(struct weir_sink_task *self, struct weir_error *err)
{
    self->commit_due_ms =
        weir_clock_ms() + weir_config_long(self->options.config, "offset.flush.interval.ms");
    if (!weir_sink_progress_pending(&self->progress)) {
        return true;
    }
    if (!flush(self, err) || !commit_offsets(self, err)) {
        return false;
    }
    pthread_mutex_lock(&self->mutex);
    for (size_t index = 0; index < self->progress.count; index++) {
        self->progress.partitions[index].committed_offset =
            self->progress.partitions[index].delivered_offset;
    }
    pthread_mutex_unlock(&self->mutex);
    return true;
}

void weir_sink_pause(struct weir_sink_task *self, bool paused)
{
    if (self->paused == paused || self->progress.count == 0) {
        return;
    }
    weir_autofree struct weir_topic_partition *partitions =
        weir_alloc_array(self->progress.count, sizeof(*partitions));
    for (size_t index = 0; index < self->progress.count; index++) {
        partitions[index] = (struct weir_topic_partition){
            self->progress.partitions[index].topic, self->progress.partitions[index].partition};
    }
    (paused ? weir_consumer_pause : weir_consumer_resume)(self->consumer, partitions,
                                                          self->progress.count);
    self->paused = paused;
}
