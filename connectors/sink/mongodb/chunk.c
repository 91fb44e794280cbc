/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/chunk.h"

#include "connectors/sink/mongodb/chunk_internal.h"
#include "connectors/sink/mongodb/write_model.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/mongo/timeseries.h"

#include <string.h>

/* A chunk is written when its documents pass CHUNK_BYTES, so that memory stays bounded whatever the
 * batch. */
enum { CHUNK_BYTES = 4 * 1024 * 1024, ARENA_BLOCK_BYTES = 256 * 1024 };

#define DATA_EXCEPTION "org.apache.kafka.connect.errors.DataException"
#define WRITE_EXCEPTION "com.mongodb.kafka.connect.sink.dlq.WriteException"

bool weir_chunk_writer_init(struct chunk_writer *writer, const struct weir_sink_context *context,
                            struct weir_error *err)
{
    *writer = (struct chunk_writer){.context = context};
    writer->connection = weir_mongo_connection_open(context->config, "weir-sink", err);
    if (!writer->connection) {
        return false;
    }
    writer->settings_arena = weir_arena_create(ARENA_BLOCK_BYTES);
    writer->arena = weir_arena_create(ARENA_BLOCK_BYTES);
    writer->topics = weir_hash_table_create();
    writer->series = weir_hash_table_create();
    weir_work_buffers_init(&writer->buffers, weir_key_format(context->config),
                           weir_value_format(context->config));
    const char *place = weir_config_string(context->config, "exactly.once.offsets.collection");
    writer->transacts = *place && !context->replays;
    if (writer->transacts) {
        weir_stored_offsets_init(&writer->offsets, place, context->connector_name);
    }
    return true;
}

void weir_chunk_writer_fini(struct chunk_writer *writer)
{
    for (const struct topic_state *topic = writer->first_topic; topic; topic = topic->next) {
        weir_mongodb_sink_settings_release(topic->settings);
    }
    weir_stored_offsets_fini(&writer->offsets);
    weir_mongo_connection_close(writer->connection);
    weir_hash_table_destroy(writer->topics);
    weir_hash_table_destroy(writer->series);
    weir_work_buffers_fini(&writer->buffers);
    weir_arena_destroy(writer->settings_arena);
    weir_arena_destroy(writer->arena);
}

void weir_chunk_count(const struct chunk_writer *writer, const char *name, double amount)
{
    if (writer->context->metric_add && amount > 0) {
        writer->context->metric_add(writer->context, name, amount);
    }
}

/* Topics of topics.regex are met here for the first time. */
static struct topic_state *topic_of(struct chunk_writer *writer, const char *name,
                                    struct weir_error *err)
{
    if (writer->last_topic && strcmp(writer->last_topic->settings->topic, name) == 0) {
        return writer->last_topic;
    }
    struct topic_state *topic = weir_hash_table_get(writer->topics, weir_bytes_of(name));
    if (!topic) {
        const struct topic_settings *settings =
            weir_mongodb_sink_settings(writer->context->config, name, writer->settings_arena, err);
        if (!settings) {
            return NULL;
        }
        topic = weir_arena_calloc(writer->settings_arena, 1, sizeof(*topic));
        topic->settings = settings;
        topic->next = writer->first_topic;
        writer->first_topic = topic;
        weir_hash_table_put(writer->topics, weir_bytes_of(name), topic);
    }
    writer->last_topic = topic;
    return topic;
}

/* NULL: the chunk has too many namespaces already. */
static struct group *group_of(struct chunk *chunk, struct topic_state *topic,
                              const struct namespace *namespace)
{
    for (size_t i = 0; i < chunk->group_count; i++) {
        struct group *group = &chunk->groups[i];
        if (group->topic == topic && strcmp(group->namespace.database, namespace->database) == 0 &&
            strcmp(group->namespace.collection, namespace->collection) == 0) {
            return group;
        }
    }
    if (chunk->group_count == GROUP_COUNT_MAX) {
        return NULL;
    }
    struct group *group = &chunk->groups[chunk->group_count++];
    *group = (struct group){.namespace = *namespace, .topic = topic};
    return group;
}

static void add_item(struct chunk *chunk, struct group *group, const struct item *item)
{
    if (group->item_count == group->item_capacity) {
        size_t capacity = group->item_capacity ? 2 * group->item_capacity : 64;
        group->items =
            weir_arena_grow(chunk->writer->arena, group->items,
                            group->item_capacity * sizeof(*item), capacity * sizeof(*item));
        group->item_capacity = capacity;
    }
    group->items[group->item_count++] = *item;
}

static void reject(struct chunk *chunk, size_t record_index, const char *exception,
                   const char *reason)
{
    struct weir_outcome *outcome = &chunk->outcomes[record_index];
    outcome->kind = WEIR_OUTCOME_REJECT;
    outcome->reason = weir_arena_strdup(chunk->batch->arena, reason);
    outcome->exception = exception;
    weir_chunk_note_reject(chunk, record_index);
}

enum taken {
    TAKEN,
    TAKEN_NEXT_TIME, /* the chunk has no room for another namespace */
    TAKEN_FAILED,
};

static enum taken take_record(struct chunk *chunk, size_t index, struct weir_error *err)
{
    struct chunk_writer *writer = chunk->writer;
    const struct weir_record *record = &chunk->batch->records[index];
    struct topic_state *topic = topic_of(writer, record->topic, err);
    if (!topic) {
        return TAKEN_FAILED;
    }
    size_t documents_before = writer->buffers.documents.len;
    struct work work;
    struct plan plan;
    struct namespace namespace;
    struct weir_error problem = {0};
    if (!weir_work_begin(&work, topic->settings, record, &writer->buffers, &problem) ||
        !weir_namespace_find(&work, writer->arena, &namespace, &problem) ||
        !weir_write_model_plan(&work, &plan, &problem)) {
        writer->buffers.documents.len = documents_before;
        writer->buffers.documents.overflow = false;
        reject(chunk, index, DATA_EXCEPTION, problem.message);
        return TAKEN;
    }
    struct group *group = plan.write_count > 0 ? group_of(chunk, topic, &namespace) : NULL;
    if (plan.write_count > 0 && !group) {
        writer->buffers.documents.len = documents_before;
        return TAKEN_NEXT_TIME;
    }
    for (size_t i = 0; i < plan.write_count; i++) {
        add_item(chunk, group, &(struct item){plan.writes[i], index, plan.has_own_id, i == 0});
    }
    if (plan.write_count == 0) {
        chunk->outcomes[index].kind = WEIR_OUTCOME_DONE;
    }
    return TAKEN;
}

void weir_chunk_settle(struct chunk *chunk, const struct item *item,
                       const struct weir_mongo_result *result)
{
    struct weir_outcome *outcome = &chunk->outcomes[item->record_index];
    bool delivered_before = result->kind == WEIR_MONGO_DUPLICATE_ID && item->has_own_id;
    if (result->kind == WEIR_MONGO_UNDECIDED) {
        outcome->kind = outcome->kind == WEIR_OUTCOME_DONE ? WEIR_OUTCOME_RETRY : outcome->kind;
    } else if (result->kind == WEIR_MONGO_DONE || delivered_before) {
        outcome->kind = item->is_first ? WEIR_OUTCOME_DONE : outcome->kind;
    } else {
        reject(chunk, item->record_index, WRITE_EXCEPTION,
               weir_arena_format(chunk->writer->arena, "v=1, code=%d, message=%s, details={}",
                                 result->code, result->message));
    }
    if (delivered_before) {
        weir_chunk_count(chunk->writer, "weir_sink_mongodb_delivered_before_total", 1);
    }
}

void weir_chunk_keep_rate(struct chunk *chunk, struct topic_state *topic)
{
    const struct topic_settings *settings = topic->settings;
    topic->bulk_count++;
    if (settings->rate_every_n > 0 && settings->rate_timeout_ms > 0 &&
        topic->bulk_count % (uint32_t)settings->rate_every_n == 0) {
        weir_clock_sleep_ms(weir_clock_left_ms(chunk->deadline_ms, settings->rate_timeout_ms));
    }
}

struct weir_mongo_write weir_chunk_write_of(const struct chunk *chunk, const struct item *item)
{
    const struct work_buffers *buffers = &chunk->writer->buffers;
    return (struct weir_mongo_write){item->write.kind, item->write.upsert,
                                     weir_work_view(buffers, item->write.filter),
                                     weir_work_view(buffers, item->write.document)};
}

static bool run_bulk(struct chunk *chunk, struct group *group, const struct item *items,
                     size_t item_count, bool ordered, struct weir_error *err)
{
    struct chunk_writer *writer = chunk->writer;
    struct weir_mongo_write *writes = weir_arena_calloc(writer->arena, item_count, sizeof(*writes));
    struct weir_mongo_result *results =
        weir_arena_calloc(writer->arena, item_count, sizeof(*results));
    for (size_t i = 0; i < item_count; i++) {
        writes[i] = weir_chunk_write_of(chunk, &items[i]);
    }
    struct weir_mongo_bulk bulk = {group->namespace.database, group->namespace.collection, ordered,
                                   writes, item_count};
    bool good = weir_mongo_bulk_run(writer->connection, &bulk, results, writer->arena, err);
    for (size_t i = 0; i < item_count; i++) {
        weir_chunk_settle(chunk, &items[i], &results[i]);
    }
    weir_chunk_count(writer, "weir_sink_mongodb_bulk_writes_total", 1);
    weir_chunk_keep_rate(chunk, group->topic);
    return good;
}

/* Those items of the group that have an own id, or those that have none, in their order. */
static size_t pick(const struct group *group, bool own, struct item *picked)
{
    size_t picked_count = 0;
    for (size_t i = 0; i < group->item_count; i++) {
        bool is_own = group->items[i].has_own_id && group->items[i].write.kind == WEIR_MONGO_INSERT;
        if (is_own == own) {
            picked[picked_count++] = group->items[i];
        }
    }
    return picked_count;
}

static bool write_group(struct chunk *chunk, struct group *group, bool own, struct weir_error *err)
{
    const struct topic_settings *settings = group->topic->settings;
    struct item *items = weir_arena_calloc(chunk->writer->arena, group->item_count, sizeof(*items));
    size_t item_count = pick(group, own, items);
    for (size_t first = 0; first < item_count && weir_clock_ms() < chunk->deadline_ms;) {
        size_t left = item_count - first;
        size_t bulk_count = left < settings->batch_size_max ? left : settings->batch_size_max;
        if (!run_bulk(chunk, group, items + first, bulk_count, settings->ordered && !own, err)) {
            return false;
        }
        first += bulk_count;
    }
    return true;
}

/* Once for each collection. */
static bool ensure_series(struct chunk *chunk, const struct group *group, struct weir_error *err)
{
    struct chunk_writer *writer = chunk->writer;
    const struct timeseries_settings *series = &group->topic->settings->timeseries;
    const struct namespace *namespace = &group->namespace;
    if (!*series->time_field) {
        return true;
    }
    const char *name =
        weir_arena_format(writer->arena, "%s.%s", namespace->database, namespace->collection);
    if (weir_hash_table_get(writer->series, weir_bytes_of(name))) {
        return true;
    }
    const struct weir_mongo_timeseries options = {series->time_field, series->meta_field,
                                                  series->granularity, series->expire_after_s};
    if (!weir_mongo_timeseries_ensure(writer->connection, namespace->database,
                                      namespace->collection, &options, err)) {
        return false;
    }
    weir_hash_table_put(writer->series, weir_bytes_of(name), writer);
    return true;
}

static bool write_groups(struct chunk *chunk, struct weir_error *err)
{
    for (size_t i = 0; i < chunk->group_count; i++) {
        if (!ensure_series(chunk, &chunk->groups[i], err) ||
            !write_group(chunk, &chunk->groups[i], true, err) ||
            !write_group(chunk, &chunk->groups[i], false, err)) {
            return false;
        }
    }
    return true;
}

/* Takes records from *next on, until the chunk is full. */
static bool fill(struct chunk *chunk, size_t *next, struct weir_error *err)
{
    while (*next < chunk->batch->record_count &&
           chunk->writer->buffers.documents.len < CHUNK_BYTES) {
        bool skipped = chunk->outcomes[*next].kind != WEIR_OUTCOME_RETRY;
        if (!skipped && !weir_chunk_skip(chunk, *next, &skipped, err)) {
            return false;
        }
        if (!skipped) {
            enum taken taken = take_record(chunk, *next, err);
            if (taken != TAKEN) {
                return taken == TAKEN_NEXT_TIME;
            }
        }
        ++*next;
    }
    return true;
}

bool weir_chunk_write(struct chunk_writer *writer, const struct weir_batch *batch,
                      struct weir_outcome *outcomes, int64_t deadline_ms, struct weir_error *err)
{
    struct chunk *chunk = weir_alloc(sizeof(*chunk));
    *chunk = (struct chunk){
        .writer = writer, .batch = batch, .outcomes = outcomes, .deadline_ms = deadline_ms};
    bool good = true;
    for (size_t next = 0; good && next < batch->record_count && weir_clock_ms() < deadline_ms;) {
        weir_arena_reset(writer->arena);
        weir_buffer_reset(&writer->buffers.documents);
        chunk->group_count = 0;
        size_t first = next;
        good = fill(chunk, &next, err) &&
               (writer->transacts ? weir_chunk_commit(chunk, first, next, err)
                                  : write_groups(chunk, err));
    }
    weir_free(chunk);
    return good;
}
