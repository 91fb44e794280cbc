/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/commit_note.h"
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

enum { METADATA_BYTES_MAX = 4000 }; /* the broker's offset.metadata.max.bytes is 4096 */

struct offsets {
    struct weir_offset *items;
    size_t count;
};

/* All inputs of an instance carry the same note, so that any of them tells the times at the next
 * start. */
static void add_instance(struct offsets *offsets, const struct weir_instance *instance,
                         struct weir_buffer *note)
{
    bool moved = instance->ticked;
    for (size_t input = 0; input < instance->group->input_count; input++) {
        const struct weir_instance_input *which = &instance->inputs[input];
        moved = moved || (which->queue && which->next_offset > which->committed_offset);
    }
    if (!moved) {
        return;
    }
    weir_buffer_init(note, METADATA_BYTES_MAX);
    weir_commit_note_write(instance, note);
    bool fits = note->len > 0 && !note->overflow;
    for (size_t input = 0; input < instance->group->input_count; input++) {
        const struct weir_instance_input *which = &instance->inputs[input];
        if (which->queue && which->next_offset >= 0) {
            offsets->items[offsets->count++] = (struct weir_offset){
                instance->group->inputs[input].topic, instance->partition, which->next_offset,
                fits ? weir_buffer_view(note) : WEIR_BYTES_NULL};
        }
    }
}

static void gather_offsets(struct weir_stream_thread *self)
{
    struct weir_stream_commit *commit = &self->commit;
    size_t count_max = self->instance_count * self->groups.topic_count + 1;
    commit->offsets = weir_alloc_array(count_max, sizeof(*commit->offsets));
    commit->notes = weir_alloc_array(self->instance_count + 1, sizeof(*commit->notes));
    commit->note_count = self->instance_count;
    struct offsets offsets = {commit->offsets, 0};
    for (size_t index = 0; index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        add_instance(&offsets, instance, &commit->notes[index]);
        instance->ticked = false;
        for (size_t input = 0; input < instance->group->input_count; input++) {
            instance->inputs[input].committing_offset = instance->inputs[input].next_offset;
        }
    }
    commit->offset_count = offsets.count;
}

static void forget_offsets(struct weir_stream_commit *commit)
{
    for (size_t index = 0; index < commit->note_count; index++) {
        weir_buffer_fini(&commit->notes[index]);
    }
    weir_free(commit->notes);
    weir_free(commit->offsets);
    *commit = (struct weir_stream_commit){0};
}

static void note_committed(struct weir_stream_thread *self)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        for (size_t input = 0; input < instance->group->input_count; input++) {
            instance->inputs[input].committed_offset = instance->inputs[input].committing_offset;
        }
    }
    weir_metric_add(self->commits, 1);
    weir_metric_observe(self->commit_seconds,
                        (double)(weir_clock_us() - self->commit.begin_us) / 1e6);
}

/* A transaction that only moves offsets must be begun too. */
static bool begin(struct weir_stream_thread *self, struct weir_error *err)
{
    if (self->begin_needed && !weir_producer_begin(self->producer, err)) {
        return false;
    }
    self->begin_needed = false;
    return true;
}

static bool flush_tasks(struct weir_stream_thread *self, struct weir_error *err)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        if (!weir_instance_commit(self->instances[index], err)) {
            return false;
        }
    }
    return true;
}

bool weir_stream_commit_begin(struct weir_stream_thread *self, struct weir_error *err)
{
    if (!flush_tasks(self, err) || !begin(self, err)) {
        return false;
    }
    gather_offsets(self);
    self->commit.begin_us = weir_clock_us();
    self->uncommitted = false;
    self->uncommitted_count = 0;
    self->commit_begun_ms = weir_clock_ms();
    self->shared.holding = true;
    weir_committer_begin(self->committer, self->commit.offsets, self->commit.offset_count);
    return true;
}

bool weir_stream_commit_settle(struct weir_stream_thread *self, bool wait, struct weir_error *err)
{
    if (!weir_committer_busy(self->committer) || (!wait && !weir_committer_done(self->committer))) {
        return true;
    }
    bool good = weir_committer_wait(self->committer, err);
    if (good) {
        note_committed(self);
    }
    forget_offsets(&self->commit);
    self->shared.holding = false;
    self->begin_needed = true;
    return good && weir_collector_release(&self->shared, err);
}

bool weir_stream_commit(struct weir_stream_thread *self, struct weir_error *err)
{
    return weir_stream_commit_settle(self, true, err) &&
           (!self->uncommitted ||
            (weir_stream_commit_begin(self, err) && weir_stream_commit_settle(self, true, err)));
}
