/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/commit_note.h"
#include "connectors/processor/engine/stream_thread_internal.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

enum {
    COMMIT_TIMEOUT_MS = 30000,
    METADATA_BYTES_MAX = 4000, /* the broker's offset.metadata.max.bytes is 4096 */
};

struct offsets {
    struct weir_offset *items;
    size_t count;
};

/* All inputs of an instance carry the same note, so that any of them tells the times at the next
 * start. */
static void add_instance(struct offsets *offsets, const struct weir_instance *instance,
                         struct weir_buffer *note)
{
    bool moved = false;
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

static bool send_offsets(struct weir_stream_thread *self, int64_t deadline_ms,
                         struct weir_error *err)
{
    weir_autofree struct weir_offset *items =
        weir_alloc_array(self->instance_count * self->groups.topic_count + 1, sizeof(*items));
    weir_autofree struct weir_buffer *notes =
        weir_alloc_array(self->instance_count + 1, sizeof(*notes));
    struct offsets offsets = {items, 0};
    for (size_t index = 0; index < self->instance_count; index++) {
        add_instance(&offsets, self->instances[index], &notes[index]);
    }
    bool done = offsets.count == 0 ||
                weir_producer_send_offsets(self->producer, self->consumer, offsets.items,
                                           offsets.count, deadline_ms, err);
    for (size_t index = 0; index < self->instance_count; index++) {
        weir_buffer_fini(&notes[index]);
    }
    return done;
}

static void note_committed(struct weir_stream_thread *self)
{
    for (size_t index = 0; index < self->instance_count; index++) {
        struct weir_instance *instance = self->instances[index];
        for (size_t input = 0; input < instance->group->input_count; input++) {
            instance->inputs[input].committed_offset = instance->inputs[input].next_offset;
        }
    }
    self->uncommitted = false;
    self->begin_needed = true;
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

bool weir_stream_commit(struct weir_stream_thread *self, struct weir_error *err)
{
    if (!self->uncommitted) {
        return true;
    }
    int64_t begin_us = weir_clock_us(), deadline_ms = weir_clock_ms() + COMMIT_TIMEOUT_MS;
    if (!flush_tasks(self, err) || !begin(self, err) || !send_offsets(self, deadline_ms, err)) {
        return false;
    }
    enum weir_transaction_outcome outcome = weir_producer_commit(self->producer, deadline_ms, err);
    if (outcome != WEIR_TRANSACTION_DONE) {
        err->action = outcome == WEIR_TRANSACTION_FENCED ? WEIR_ERROR_STOP : WEIR_ERROR_RETRY;
        return false;
    }
    note_committed(self);
    weir_metric_add(self->commits, 1);
    weir_metric_observe(self->commit_seconds, (double)(weir_clock_us() - begin_us) / 1e6);
    return true;
}
