/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/operator.h"

#include "connectors/processor/operators/topology_step.h"
#include "connectors/processor/state/key_index.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { ARENA_BLOCK_BYTES = 65536, INCIDENT_BYTES = 512 };

/* ---- for operators ---- */

void weir_operator_incident(struct weir_operator *operator, enum weir_incident_kind kind,
                            const char *format, ...)
{
    struct weir_stream_task *task = operator->task;
    task->incidents[kind]++;
    if (!task->collector->incident || task->restoring) {
        return;
    }
    char message[INCIDENT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    struct weir_incident incident = {
        .kind = kind,
        .step_id = operator->step->id,
        .topic = task->record ? task->record->topic : "",
        .partition = task->record ? task->record->partition : task->partition,
        .offset = task->record ? task->record->offset : -1,
        .message = message,
    };
    task->collector->incident(task->collector->context, &incident);
}

const struct weir_topology_sink *weir_operator_sink(const struct weir_stream_task *task,
                                                    const struct weir_step *step, uint32_t port)
{
    const struct weir_topology_sink *sink = task->topology->sinks;
    while (sink->step != step || sink->port != port) {
        sink++;
        weir_assert(sink < task->topology->sinks + task->topology->sink_count);
    }
    return sink;
}

static size_t store_index(const struct weir_operator *operator, uint32_t ordinal)
{
    const struct weir_subtopology *sub = operator->task->subtopology;
    size_t index = 0;
    while (index < sub->store_count && sub->stores[index].step_number != operator->step->number) {
        index++;
    }
    index += ordinal;
    weir_assert(index < sub->store_count);
    return index;
}

void weir_operator_store_add(struct weir_operator *operator, uint32_t ordinal,
                             struct weir_store *store)
{
    operator->task->stores[store_index(operator, ordinal)] = store;
}

bool weir_operator_store_has_changelog(const struct weir_operator *operator, uint32_t ordinal)
{
    return operator->task->subtopology->stores[store_index(operator, ordinal)].restore_source<0;
}

/* ---- creation ---- */

typedef __typeof__(&weir_source_create) create_fn;

static create_fn constructor_of(const struct weir_step *step)
{
    switch (step->kind) {
    case WEIR_STEP_STREAM_SOURCE:
    case WEIR_STEP_TABLE_SOURCE:
        return weir_source_create;
    case WEIR_STEP_FILTER:
    case WEIR_STEP_TABLE_FILTER:
        return weir_filter_create;
    case WEIR_STEP_SELECT:
        return weir_select_create;
    case WEIR_STEP_SELECT_KEY:
        return weir_select_key_create;
    case WEIR_STEP_FLAT_MAP:
        return weir_flat_map_create;
    case WEIR_STEP_REPARTITION:
        return weir_repartition_source_create;
    case WEIR_STEP_GROUP_BY:
        return weir_group_by_create;
    case WEIR_STEP_TABLE_GROUP_BY:
        return weir_table_group_by_create;
    case WEIR_STEP_AGGREGATE:
        if (!step->aggregate.windowed) {
            return weir_aggregate_operator_create;
        }
        return step->aggregate.window.kind == WEIR_WINDOW_SESSION_GAP
                   ? weir_session_aggregate_create
                   : weir_window_aggregate_create;
    case WEIR_STEP_TABLE_AGGREGATE:
        return weir_aggregate_operator_create;
    case WEIR_STEP_STREAM_STREAM_JOIN:
        return weir_stream_join_create;
    case WEIR_STEP_STREAM_TABLE_JOIN:
        return weir_stream_table_join_create;
    case WEIR_STEP_TABLE_TABLE_JOIN:
        return weir_table_join_create;
    case WEIR_STEP_FOREIGN_KEY_JOIN:
        return weir_foreign_key_left_create;
    case WEIR_STEP_LIMIT:
        return weir_limit_create;
    case WEIR_STEP_STREAM_SINK:
    case WEIR_STEP_TABLE_SINK:
        return weir_sink_create;
    }
    return NULL;
}

/* The operators of each step by the ends of its repartition or foreign key join: `in` takes what
 * its inputs push, `out` pushes to its consumer. */
struct wiring {
    struct weir_operator **in, **right_in, **out;
};

static struct weir_operator *add_operator(struct weir_stream_task *task,
                                          const struct weir_step *step, create_fn create,
                                          struct weir_error *err)
{
    struct weir_operator *operator= create(task, step, err);
    if (operator) {
        task->operators[task->operator_count++] = operator;
    }
    return operator;
}

/* The parts of step that run in this sub-topology. */
static bool create_step(struct weir_stream_task *task, struct wiring *wiring,
                        const struct weir_step *step, struct weir_error *err)
{
    const struct weir_topology_step *steps = task->topology->steps;
    uint32_t number = step->number, here = task->subtopology->number;
    if (step->kind == WEIR_STEP_FOREIGN_KEY_JOIN &&
        steps[step->right->number].subtopology == here) {
        wiring->right_in[number] = add_operator(task, step, weir_foreign_key_right_create, err);
        if (!wiring->right_in[number]) {
            return false;
        }
    }
    if (step->kind == WEIR_STEP_REPARTITION && steps[step->input->number].subtopology == here) {
        wiring->in[number] = add_operator(task, step, weir_repartition_sink_create, err);
        if (!wiring->in[number]) {
            return false;
        }
    }
    if (steps[number].subtopology != here) {
        return true;
    }
    struct weir_operator *operator= add_operator(task, step, constructor_of(step), err);
    wiring->out[number] = operator;
    if (step->kind != WEIR_STEP_REPARTITION) {
        wiring->in[number] = operator;
    }
    return operator!= NULL;
}

static void connect_step(const struct weir_stream_task *task, const struct wiring *wiring,
                         const struct weir_step *step)
{
    const struct weir_topology_step *info = &task->topology->steps[step->number];
    struct weir_operator *operator= wiring->out[step->number];
    if (!operator|| !info->consumer) {
        return;
    }
    uint32_t consumer = info->consumer->number;
    bool to_right = info->consumer_port == 1 && wiring->right_in[consumer] != NULL;
    operator->next = to_right ? wiring->right_in[consumer] : wiring->in[consumer];
    operator->next_port = info->consumer_port;
}

/* The operator that reads a source: a foreign key join's topics belong to one of its two parts. */
static struct weir_operator *reader_of(const struct wiring *wiring,
                                       const struct weir_topology_source *source)
{
    uint32_t number = source->step->number;
    bool subscription = source->step->kind == WEIR_STEP_FOREIGN_KEY_JOIN && source->port == 0;
    return subscription ? wiring->right_in[number] : wiring->out[number];
}

static bool create_operators(struct weir_stream_task *task, struct wiring *wiring,
                             struct weir_error *err)
{
    const struct weir_query_plan *plan = task->topology->plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        if (!create_step(task, wiring, plan->steps[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; i < plan->step_count; i++) {
        connect_step(task, wiring, plan->steps[i]);
    }
    for (size_t i = 0; i < task->subtopology->source_count; i++) {
        task->sources[i] = reader_of(wiring, &task->subtopology->sources[i]);
    }
    return true;
}

static bool property_is(const struct weir_query_plan *plan, const char *name, bool otherwise)
{
    const char *value = weir_plan_property_value(plan, name);
    return value ? strcasecmp(value, "true") == 0 : otherwise;
}

static int64_t property_limit(const struct weir_query_plan *plan, const char *name)
{
    const char *value = weir_plan_property_value(plan, name);
    int64_t limit = value ? strtoll(value, NULL, 10) : 0;
    return limit > 0 ? limit : 0;
}

static struct weir_expression_options expression_options(const struct weir_query_plan *plan)
{
    return (struct weir_expression_options){
        .nested_errors_throw = !property_is(plan, "ksql.nested.error.set.null", true),
        .cast_nulls_to_text = !property_is(plan, "ksql.cast.strings.preserve.nulls", true),
        .substring_legacy = property_is(plan, "ksql.functions.substring.legacy.args", false),
        .collect_list_limit = property_limit(plan, "ksql.functions.collect_list.limit"),
        .collect_set_limit = property_limit(plan, "ksql.functions.collect_set.limit"),
    };
}

struct weir_stream_task *weir_stream_task_create(const struct weir_topology *topology,
                                                 uint32_t subtopology, int32_t partition,
                                                 const struct weir_collector *collector,
                                                 struct weir_error *err)
{
    size_t step_count = topology->plan->step_count;
    struct weir_stream_task *task = weir_alloc(sizeof *task);
    task->topology = topology;
    task->subtopology = &topology->subtopologies[subtopology];
    task->partition = partition;
    task->collector = collector;
    task->expression_options = expression_options(topology->plan);
    task->arena = weir_arena_create(ARENA_BLOCK_BYTES);
    task->operators = weir_alloc_array(2 * step_count + 1, sizeof *task->operators);
    task->sources = weir_alloc_array(task->subtopology->source_count + 1, sizeof *task->sources);
    task->stores = weir_alloc_array(task->subtopology->store_count + 1, sizeof *task->stores);
    task->stream_time_ms = -1;
    task->input_wall_ms = -1;
    weir_buffer_init(&task->key_buffer, SIZE_MAX);
    weir_buffer_init(&task->value_buffer, SIZE_MAX);
    weir_autofree struct weir_operator **places =
        weir_alloc_array(3 * step_count + 1, sizeof(struct weir_operator *));
    struct wiring wiring = {places, places + step_count, places + 2 * step_count};
    if (!create_operators(task, &wiring, err)) {
        weir_stream_task_destroy(task);
        return NULL;
    }
    return task;
}

void weir_stream_task_destroy(struct weir_stream_task *task)
{
    if (!task) {
        return;
    }
    for (size_t i = 0; i < task->operator_count; i++) {
        task->operators[i]->ops->destroy(task->operators[i]);
    }
    weir_free(task->operators);
    weir_free(task->sources);
    weir_free(task->stores);
    weir_arena_destroy(task->arena);
    weir_buffer_fini(&task->key_buffer);
    weir_buffer_fini(&task->value_buffer);
    weir_free(task);
}

/* ---- running ---- */

static int64_t wall_ms(const struct weir_stream_task *task)
{
    const struct weir_topology_options *options = &task->topology->options;
    return options->wall_ms ? options->wall_ms(options->wall_context) : 0;
}

static bool receive(struct weir_stream_task *task, uint32_t source_index,
                    const struct weir_record *record, struct weir_error *err)
{
    struct weir_operator *source = task->sources[source_index];
    task->record = record;
    bool ok =
        source->ops->receive(source, task->subtopology->sources[source_index].port, record, err);
    task->record = NULL;
    weir_arena_reset(task->arena);
    return ok;
}

/* Of many joins the record's key is the store's. */
void weir_stream_task_expect(const struct weir_stream_task *task, struct weir_bytes key)
{
    uint32_t hash = task->subtopology->store_count > 0 ? weir_key_hash(key) : 0;
    for (size_t i = 0; i < task->subtopology->store_count; i++) {
        const struct weir_store *store = task->stores[i];
        if (store->ops->expect) {
            store->ops->expect(store, hash);
        }
    }
}

bool weir_stream_task_process(struct weir_stream_task *task, uint32_t source_index,
                              const struct weir_record *record, struct weir_error *err)
{
    task->has_input = true;
    return receive(task, source_index, record, err);
}

bool weir_stream_task_tick(struct weir_stream_task *task, struct weir_error *err)
{
    int64_t now_ms = wall_ms(task);
    if (task->has_input) {
        task->has_input = false;
        task->input_wall_ms = now_ms;
    }
    for (size_t i = 0; i < task->operator_count; i++) {
        struct weir_operator *operator= task->operators[i];
        if (operator->ops->tick && !operator->ops->tick(operator, now_ms, err)) {
            return false;
        }
    }
    weir_arena_reset(task->arena);
    return true;
}

struct changelog {
    struct weir_stream_task *task;
    uint32_t store_index;
};

static bool changelog_put(void *context, struct weir_bytes key, struct weir_bytes value,
                          int64_t timestamp_ms, struct weir_error *err)
{
    const struct changelog *changelog = context;
    const struct weir_collector *collector = changelog->task->collector;
    bool ok =
        !collector->changelog || collector->changelog(collector->context, changelog->store_index,
                                                      key, value, timestamp_ms, err);
    return ok;
}

bool weir_stream_task_commit(struct weir_stream_task *task, struct weir_error *err)
{
    for (size_t i = 0; i < task->operator_count; i++) {
        struct weir_operator *operator= task->operators[i];
        if (operator->ops->commit && !operator->ops->commit(operator, err)) {
            return false;
        }
        weir_arena_reset(task->arena);
    }
    for (uint32_t i = 0; i < task->subtopology->store_count; i++) {
        struct changelog changelog = {.task = task, .store_index = i};
        struct weir_store *store = task->stores[i];
        if (store->changelog && !store->ops->flush(store, changelog_put, &changelog, err)) {
            return false;
        }
        weir_arena_reset(task->arena);
    }
    return true;
}

bool weir_stream_task_flush(struct weir_stream_task *task, struct weir_error *err)
{
    for (size_t i = 0; i < task->operator_count; i++) {
        struct weir_operator *operator= task->operators[i];
        if (operator->ops->flush && !operator->ops->flush(operator, err)) {
            return false;
        }
    }
    return true;
}

bool weir_stream_task_finished(const struct weir_stream_task *task)
{
    return task->finished;
}

/* ---- restore ---- */

bool weir_stream_task_restore_changelog(struct weir_stream_task *task, uint32_t store_index,
                                        struct weir_bytes key, struct weir_bytes value,
                                        int64_t timestamp_ms, struct weir_error *err)
{
    struct weir_store *store = task->stores[store_index];
    bool ok = store->ops->restore(store, key, value, timestamp_ms, err);
    weir_arena_reset(task->arena);
    return ok;
}

bool weir_stream_task_restore_source(struct weir_stream_task *task, uint32_t source_index,
                                     const struct weir_record *record, struct weir_error *err)
{
    task->restoring = true;
    bool ok = receive(task, source_index, record, err);
    task->restoring = false;
    return ok;
}

int64_t weir_stream_task_restore_offset(const struct weir_stream_task *task, uint32_t source_index)
{
    int64_t offset = INT64_MAX;
    const struct weir_subtopology *sub = task->subtopology;
    for (uint32_t i = 0; i < sub->store_count; i++) {
        if (sub->stores[i].restore_source != (int32_t)source_index) {
            continue;
        }
        for (size_t at = 0; at < task->operator_count; at++) {
            const struct weir_operator *operator= task->operators[at];
            if (operator->step->number == sub->stores[i].step_number &&
                operator->ops->restore_offset) {
                uint32_t port = i > 0 && sub->stores[i - 1].step_number == operator->step->number;
                int64_t needed = operator->ops->restore_offset(operator, port);
                offset = needed < offset ? needed : offset;
            }
        }
    }
    return offset;
}

void weir_stream_task_times_export(const struct weir_stream_task *task, struct weir_buffer *buffer)
{
    weir_codec_put_signed(task->stream_time_ms, buffer);
    weir_auto_buffer times;
    weir_buffer_init(&times, SIZE_MAX);
    for (size_t i = 0; i < task->operator_count; i++) {
        const struct weir_operator *operator= task->operators[i];
        if (operator->ops->times_export) {
            weir_buffer_reset(&times);
            operator->ops->times_export(operator, & times);
            weir_codec_put_unsigned(operator->step->number, buffer);
            weir_codec_put_unsigned(times.len, buffer);
            weir_buffer_append_bytes(buffer, weir_buffer_view(&times));
        }
    }
}

static bool import_one(struct weir_stream_task *task, uint64_t number, struct weir_bytes times)
{
    for (size_t i = 0; i < task->operator_count; i++) {
        struct weir_operator *operator= task->operators[i];
        if (operator->step->number == number && operator->ops->times_import) {
            return operator->ops->times_import(operator, times);
        }
    }
    return false;
}

bool weir_stream_task_times_import(struct weir_stream_task *task, struct weir_bytes times,
                                   struct weir_error *err)
{
    bool ok = times.len == 0 || weir_codec_get_signed(&times, &task->stream_time_ms);
    while (ok && times.len > 0) {
        uint64_t number, bytes;
        ok = weir_codec_get_unsigned(&times, &number) && weir_codec_get_unsigned(&times, &bytes) &&
             bytes <= times.len && import_one(task, number, (struct weir_bytes){times.data, bytes});
        if (ok) {
            times = (struct weir_bytes){times.data + bytes, times.len - bytes};
        }
    }
    return ok || weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                           "the stored times are not those of this query");
}

/* ---- accounting ---- */

size_t weir_stream_task_store_bytes(const struct weir_stream_task *task, uint32_t store_index)
{
    return task->stores[store_index]->ops->bytes(task->stores[store_index]);
}

size_t weir_stream_task_store_entries(const struct weir_stream_task *task, uint32_t store_index)
{
    return task->stores[store_index]->ops->entries(task->stores[store_index]);
}

size_t weir_stream_task_bytes(const struct weir_stream_task *task)
{
    size_t bytes = sizeof *task + weir_arena_bytes(task->arena);
    for (uint32_t i = 0; i < task->subtopology->store_count; i++) {
        bytes += weir_stream_task_store_bytes(task, i);
    }
    return bytes;
}

uint64_t weir_stream_task_incident_count(const struct weir_stream_task *task,
                                         enum weir_incident_kind kind)
{
    return task->incidents[kind];
}
