/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/instance.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"

enum { TAKE_RECORDS = 256 };

static void init_positions(struct weir_instance *instance, size_t member)
{
    size_t count = instance->group->members[member].subtopology->store_count;
    instance->positions[member] = weir_alloc_array(count + 1, sizeof(int64_t));
    for (size_t store = 0; store < count; store++) {
        instance->positions[member][store] = -1;
    }
}

struct weir_instance *weir_instance_create(const struct weir_merge_group *group, int32_t partition,
                                           struct weir_collector_shared *shared,
                                           struct weir_error *err)
{
    struct weir_instance *instance = weir_alloc(sizeof(*instance));
    instance->group = group;
    instance->partition = partition;
    instance->time_ms = -1;
    instance->inputs = weir_alloc_array(group->input_count, sizeof(*instance->inputs));
    instance->tasks = weir_alloc_array(group->member_count, sizeof(*instance->tasks));
    instance->collectors = weir_alloc_array(group->member_count, sizeof(*instance->collectors));
    for (size_t input = 0; input < group->input_count; input++) {
        instance->inputs[input].next_offset = instance->inputs[input].committed_offset = -1;
    }
    instance->restore_from = weir_alloc_array(group->member_count, sizeof(*instance->restore_from));
    instance->positions = weir_alloc_array(group->member_count, sizeof(*instance->positions));
    for (size_t member = 0; member < group->member_count; member++) {
        init_positions(instance, member);
        weir_task_collector_init(&instance->collectors[member], shared, &group->members[member],
                                 partition);
        instance->restore_from[member] =
            weir_alloc_array(group->members[member].subtopology->source_count, sizeof(int64_t));
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
    weir_instance_release(instance);
    for (size_t member = 0; member < instance->group->member_count; member++) {
        weir_stream_task_destroy(instance->tasks[member]);
        weir_task_collector_fini(&instance->collectors[member]);
        weir_free(instance->restore_from[member]);
        weir_free(instance->positions[member]);
    }
    weir_free(instance->positions);
    weir_free(instance->restore_from);
    weir_free(instance->note);
    weir_free(instance->inputs);
    weir_free(instance->tasks);
    weir_free(instance->collectors);
    weir_free(instance);
}

/* ---- the order of records ---- */

static void note_end(struct weir_instance_input *input)
{
    const struct weir_fetch *fetch = &input->fetch;
    if (fetch->record_count > 0) {
        input->at_end = false;
    }
    if (fetch->ended_count > 0) { /* records behind that end may have come with it */
        int64_t end = fetch->ended[fetch->ended_count - 1].next_offset;
        input->at_end =
            fetch->record_count == 0 || fetch->records[fetch->record_count - 1].offset < end;
    }
}

/* An empty input takes what has come, once a turn. */
static bool fill(struct weir_instance_input *input, struct weir_error *err)
{
    if (input->next < input->fetch.record_count || input->looked || !input->queue) {
        return true;
    }
    weir_consumer_release(&input->fetch);
    input->next = 0;
    if (!weir_partition_queue_take(input->queue, &input->fetch, TAKE_RECORDS, err)) {
        return false;
    }
    note_end(input);
    input->looked = input->fetch.record_count == 0;
    return true;
}

static const struct weir_record *head_of(const struct weir_instance_input *input)
{
    return input->next < input->fetch.record_count ? &input->fetch.records[input->next] : NULL;
}

/* The record that goes next, and its input. */
struct choice {
    const struct weir_record *record; /* NULL: none may go yet */
    size_t input;
};

static bool choose(struct weir_instance *instance, struct choice *choice, struct weir_error *err)
{
    size_t count = instance->group->input_count;
    bool waits = false;
    *choice = (struct choice){0};
    for (size_t index = 0; index < count; index++) {
        struct weir_instance_input *input = &instance->inputs[index];
        if (!fill(input, err)) {
            return false;
        }
        const struct weir_record *head = head_of(input);
        if (!head) {
            waits = waits || (input->queue && !input->at_end);
        } else if (!choice->record || head->timestamp_ms < choice->record->timestamp_ms) {
            *choice = (struct choice){head, index};
        }
    }
    if (waits) {
        choice->record = NULL;
    }
    return true;
}

void weir_instance_turn(struct weir_instance *instance)
{
    for (size_t index = 0; index < instance->group->input_count; index++) {
        instance->inputs[index].looked = false;
    }
}

static bool is_drained(const struct weir_instance *instance)
{
    for (size_t index = 0; index < instance->group->input_count; index++) {
        const struct weir_instance_input *input = &instance->inputs[index];
        if (head_of(input) || (input->queue && !input->at_end)) {
            return false;
        }
    }
    return true;
}

bool weir_instance_look(struct weir_instance *instance, enum weir_instance_readiness *out,
                        int64_t *time_ms_out, struct weir_error *err)
{
    struct choice choice;
    if (!choose(instance, &choice, err)) {
        return false;
    }
    if (choice.record) {
        *out = WEIR_INSTANCE_READY;
        *time_ms_out = choice.record->timestamp_ms;
        instance->waiting_since_ms = 0;
    } else if (is_drained(instance)) {
        *out = WEIR_INSTANCE_DRAINED;
        instance->waiting_since_ms = 0;
    } else {
        *out = WEIR_INSTANCE_WAITING;
        if (instance->waiting_since_ms == 0) {
            instance->waiting_since_ms = weir_clock_ms();
        }
    }
    return true;
}

/* The input's next record will want memory that the processor does not have at hand. */
static void expect_next(const struct weir_instance *instance,
                        const struct weir_instance_input *input,
                        const struct weir_merge_input *readers)
{
    if (input->next + 1 >= input->fetch.record_count) {
        return;
    }
    struct weir_bytes key = input->fetch.records[input->next + 1].key;
    for (size_t reader = 0; reader < readers->reader_count && key.data; reader++) {
        weir_stream_task_expect(instance->tasks[readers->readers[reader].member], key);
    }
}

static bool process_one(struct weir_instance *instance, const struct choice *choice,
                        struct weir_error *err)
{
    struct weir_instance_input *input = &instance->inputs[choice->input];
    const struct weir_merge_input *readers = &instance->group->inputs[choice->input];
    const struct weir_record *record = choice->record;
    expect_next(instance, input, readers);
    for (size_t reader = 0; reader < readers->reader_count; reader++) {
        const struct weir_merge_reader *which = &readers->readers[reader];
        if (!weir_stream_task_process(instance->tasks[which->member], which->source_index, record,
                                      err)) {
            return false;
        }
    }
    input->next_offset = record->offset + 1;
    instance->time_ms = record->timestamp_ms;
    input->next++;
    return true;
}

bool weir_instance_process(struct weir_instance *instance, int64_t limit_ms,
                           size_t record_count_max, size_t *count, struct weir_error *err)
{
    for (size_t done = 0; done < record_count_max; done++) {
        struct choice choice;
        if (!choose(instance, &choice, err)) {
            return false;
        }
        if (!choice.record || choice.record->timestamp_ms > limit_ms) {
            return true;
        }
        if (!process_one(instance, &choice, err)) {
            return false;
        }
        ++*count;
    }
    return true;
}

bool weir_instance_flush(struct weir_instance *instance, struct weir_error *err)
{
    for (size_t member = 0; member < instance->group->member_count; member++) {
        if (!weir_stream_task_flush(instance->tasks[member], err)) {
            return false;
        }
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

void weir_instance_release(struct weir_instance *instance)
{
    for (size_t index = 0; index < instance->group->input_count; index++) {
        struct weir_instance_input *input = &instance->inputs[index];
        weir_fetch_fini(&input->fetch);
        weir_partition_queue_destroy(input->queue);
        input->queue = NULL;
        input->next = 0;
        input->at_end = false;
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
