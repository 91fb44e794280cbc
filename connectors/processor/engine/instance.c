/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/instance.h"

#include "core/base/alloc.h"
#include "core/base/base64.h"

#include <string.h>

enum { TIMES_BYTES_MAX = 1 << 20 };

struct weir_instance *weir_instance_create(const struct weir_merge_group *group, int32_t partition,
                                           struct weir_collector_shared *shared,
                                           struct weir_error *err)
{
    struct weir_instance *instance = weir_alloc(sizeof(*instance));
    instance->group = group;
    instance->partition = partition;
    instance->inputs = weir_alloc_array(group->input_count, sizeof(*instance->inputs));
    instance->tasks = weir_alloc_array(group->member_count, sizeof(*instance->tasks));
    instance->collectors = weir_alloc_array(group->member_count, sizeof(*instance->collectors));
    for (size_t input = 0; input < group->input_count; input++) {
        instance->inputs[input].next_offset = instance->inputs[input].committed_offset = -1;
    }
    for (size_t member = 0; member < group->member_count; member++) {
        weir_task_collector_init(&instance->collectors[member], shared, &group->members[member],
                                 partition);
    }
    for (size_t member = 0; member < group->member_count; member++) {
        const struct weir_merge_member *which = &group->members[member];
        instance->tasks[member] =
            weir_stream_task_create(which->query->topology, which->subtopology->number, partition,
                                    &instance->collectors[member].collector, err);
        if (!instance->tasks[member]) {
            weir_instance_destroy(instance);
            return NULL;
        }
    }
    return instance;
}

void weir_instance_destroy(struct weir_instance *instance)
{
    if (!instance) {
        return;
    }
    for (size_t input = 0; input < instance->group->input_count; input++) {
        weir_record_fifo_fini(&instance->inputs[input].fifo);
    }
    for (size_t member = 0; member < instance->group->member_count; member++) {
        weir_stream_task_destroy(instance->tasks[member]);
        weir_task_collector_fini(&instance->collectors[member]);
    }
    weir_free(instance->inputs);
    weir_free(instance->tasks);
    weir_free(instance->collectors);
    weir_free(instance);
}

/* The input whose head goes next; input_count: none may go yet. */
static size_t choose(const struct weir_instance *instance)
{
    size_t best = instance->group->input_count;
    for (size_t index = 0; index < instance->group->input_count; index++) {
        const struct weir_instance_input *input = &instance->inputs[index];
        if (input->fifo.count == 0) {
            if (input->ours && !input->at_end) {
                return instance->group->input_count;
            }
        } else if (best == instance->group->input_count ||
                   weir_record_fifo_head(&input->fifo)->timestamp_ms <
                       weir_record_fifo_head(&instance->inputs[best].fifo)->timestamp_ms) {
            best = index;
        }
    }
    return best;
}

static bool process_one(struct weir_instance *instance, size_t index, struct weir_error *err)
{
    struct weir_instance_input *input = &instance->inputs[index];
    const struct weir_merge_input *readers = &instance->group->inputs[index];
    const struct weir_record *record = weir_record_fifo_head(&input->fifo);
    for (size_t reader = 0; reader < readers->reader_count; reader++) {
        const struct weir_merge_reader *which = &readers->readers[reader];
        if (!weir_stream_task_process(instance->tasks[which->member], which->source_index, record,
                                      err)) {
            return false;
        }
    }
    input->next_offset = record->offset + 1;
    weir_record_fifo_pop(&input->fifo);
    return true;
}

bool weir_instance_process(struct weir_instance *instance, size_t record_count_max,
                           size_t *count_out, struct weir_error *err)
{
    size_t index;
    *count_out = 0;
    while (*count_out < record_count_max &&
           (index = choose(instance)) < instance->group->input_count) {
        if (!process_one(instance, index, err)) {
            return false;
        }
        ++*count_out;
    }
    return true;
}

bool weir_instance_commit(struct weir_instance *instance, struct weir_error *err)
{
    for (size_t member = 0; member < instance->group->member_count; member++) {
        if (!weir_stream_task_commit(instance->tasks[member], err)) {
            return false;
        }
    }
    return true;
}

bool weir_instance_tick(struct weir_instance *instance, struct weir_error *err)
{
    for (size_t member = 0; member < instance->group->member_count; member++) {
        if (!weir_stream_task_tick(instance->tasks[member], err)) {
            return false;
        }
    }
    return true;
}

void weir_instance_forget_waiting(struct weir_instance *instance)
{
    for (size_t input = 0; input < instance->group->input_count; input++) {
        weir_record_fifo_fini(&instance->inputs[input].fifo);
        instance->inputs[input].at_end = false;
        instance->inputs[input].paused = false;
        instance->inputs[input].ours = false;
    }
}

size_t weir_instance_bytes(const struct weir_instance *instance)
{
    size_t bytes = 0;
    for (size_t member = 0; member < instance->group->member_count; member++) {
        bytes += weir_stream_task_bytes(instance->tasks[member]);
    }
    return bytes;
}

/* <query id>/<sub-topology>=<base64>; */
void weir_instance_times_write(const struct weir_instance *instance, struct weir_buffer *out)
{
    weir_auto_buffer times;
    weir_buffer_init(&times, TIMES_BYTES_MAX);
    for (size_t member = 0; member < instance->group->member_count; member++) {
        weir_buffer_reset(&times);
        weir_stream_task_times_export(instance->tasks[member], &times);
        if (times.len == 0) {
            continue;
        }
        weir_buffer_append_format(out, "%s/%u=", instance->group->members[member].query->plan->id,
                                  instance->group->members[member].subtopology->number);
        weir_base64_write(weir_buffer_view(&times), out);
        weir_buffer_append_byte(out, ';');
    }
}

static bool read_times_of(struct weir_instance *instance, size_t member, const char *text,
                          size_t length, struct weir_error *err)
{
    weir_auto_buffer times;
    weir_buffer_init(&times, TIMES_BYTES_MAX);
    if (!weir_base64_read((struct weir_bytes){(const uint8_t *)text, length}, &times)) {
        return true; /* another program's note */
    }
    return weir_stream_task_times_import(instance->tasks[member], weir_buffer_view(&times), err);
}

bool weir_instance_times_read(struct weir_instance *instance, const char *text,
                              struct weir_error *err)
{
    for (size_t member = 0; member < instance->group->member_count; member++) {
        weir_autofree char *name =
            weir_format("%s/%u=", instance->group->members[member].query->plan->id,
                        instance->group->members[member].subtopology->number);
        const char *found = strstr(text, name);
        bool whole = found && (found == text || found[-1] == ';');
        if (whole && !read_times_of(instance, member, found + strlen(name),
                                    strcspn(found + strlen(name), ";"), err)) {
            return false;
        }
    }
    return true;
}
