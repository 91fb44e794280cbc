/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/copy_ranges.h"
#include "connectors/source/mongodb/pipeline.h"
#include "connectors/source/mongodb/reader_internal.h"
#include "core/base/alloc.h"
#include "core/base/fault.h"
#include "core/base/log.h"

#include <string.h>
#include <unistd.h>

enum { COMMAND_BYTES_MAX = 16 << 20, THREADS_MAX = 64 };

/* The copy of one collection by several threads. */
struct copy {
    struct weir_reader *reader;
    const struct weir_namespace *namespace;
    struct weir_bytes ranges; /* see copy_ranges.h; only read */
    size_t range_count;
    atomic_size_t next_range;
    atomic_bool failed;
};

struct worker {
    struct copy *copy;
    struct weir_mongo_connection *connection;
    struct weir_error err;
    pthread_t thread;
};

static bool has_ended(const struct copy *copy)
{
    return atomic_load(&copy->reader->stopping) || atomic_load(&copy->failed);
}

static struct weir_mongo_cursor *open_range(const struct worker *worker, size_t range,
                                            bool *events_out, struct weir_mongo_batch **batch_out,
                                            struct weir_error *err)
{
    const struct copy *copy = worker->copy;
    const struct weir_config *config = copy->reader->config;
    weir_auto_buffer pipeline, extra;
    weir_buffer_init(&pipeline, COMMAND_BYTES_MAX);
    weir_buffer_init(&extra, COMMAND_BYTES_MAX);
    weir_copy_pipeline(config, copy->namespace->database, copy->namespace->collection,
                       weir_copy_ranges_at(copy->ranges, range), &pipeline, events_out);
    weir_copy_extra(config, &extra);
    int32_t count = weir_config_int(config, "batch.size");
    const struct weir_mongo_cursor_options options = {
        .database = copy->namespace->database,
        .collection = copy->namespace->collection,
        .pipeline = weir_buffer_view(&pipeline),
        .batch_count = count > 0 ? count : WEIR_READER_BATCH_COUNT,
        .batch_bytes = count > 0 ? 0 : WEIR_READER_BATCH_BYTES,
        .extra = weir_buffer_view(&extra),
    };
    return weir_mongo_cursor_open(worker->connection, &options, batch_out, err);
}

/* Takes batch. */
static bool push_copied(const struct copy *copy, size_t range, struct weir_mongo_batch *batch,
                        bool events, bool done)
{
    struct weir_reading_chunk *chunk = weir_alloc(sizeof(*chunk));
    chunk->kind = WEIR_CHUNK_COPIED;
    chunk->arena = weir_arena_create(256);
    chunk->batch = batch;
    chunk->database = copy->namespace->database;
    chunk->collection = copy->namespace->collection;
    chunk->events = events;
    chunk->range = range;
    chunk->range_done = done;
    return weir_reader_push(copy->reader, chunk);
}

static bool copy_range(struct worker *worker, size_t range)
{
    bool events = false, done = false;
    struct weir_mongo_batch *batch = NULL;
    struct weir_mongo_cursor *cursor = open_range(worker, range, &events, &batch, &worker->err);
    while (cursor && batch && !done && !has_ended(worker->copy)) {
        done = !weir_mongo_cursor_alive(cursor);
        bool pushed = push_copied(worker->copy, range, batch, events, done);
        weir_fault_point("copy-batch");
        batch = pushed && !done ? weir_mongo_cursor_next(cursor, 0, &worker->err) : NULL;
    }
    weir_mongo_batch_destroy(batch);
    weir_mongo_cursor_close(cursor);
    return worker->err.action == WEIR_ERROR_NONE;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct copy *copy = worker->copy;
    size_t range;
    while (!has_ended(copy) &&
           (range = atomic_fetch_add(&copy->next_range, 1)) < copy->range_count) {
        if (!copy_range(worker, range)) {
            atomic_store(&copy->failed, true);
        }
    }
    return NULL;
}

/* A worker with a connection of its own. */
static void *work_apart(void *context)
{
    struct worker *worker = context;
    worker->connection =
        weir_mongo_connection_open(worker->copy->reader->config, "weir-source-copy", &worker->err);
    if (!worker->connection) {
        atomic_store(&worker->copy->failed, true);
        return NULL;
    }
    work(worker);
    weir_mongo_connection_close(worker->connection);
    return NULL;
}

static size_t thread_count(const struct copy *copy)
{
    static const char property[] = "startup.mode.copy.existing.max.threads";
    long count = weir_config_has(copy->reader->config, property)
                     ? weir_config_int(copy->reader->config, property)
                     : sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = copy->range_count < THREADS_MAX ? copy->range_count : THREADS_MAX;
    return count < 1 ? 1 : (size_t)count < most ? (size_t)count : most;
}

/* The first worker is the reader's own thread. */
static bool run_workers(struct copy *copy, struct weir_error *err)
{
    struct worker workers[THREADS_MAX] = {0};
    size_t count = thread_count(copy), started = 1;
    workers[0] = (struct worker){.copy = copy, .connection = copy->reader->connection};
    while (started < count) {
        workers[started].copy = copy;
        if (pthread_create(&workers[started].thread, NULL, work_apart, &workers[started]) != 0) {
            break;
        }
        started++;
    }
    work(&workers[0]);
    for (size_t index = 1; index < started; index++) {
        pthread_join(workers[index].thread, NULL);
    }
    for (size_t index = 0; index < started; index++) {
        if (workers[index].err.action != WEIR_ERROR_NONE) {
            *err = workers[index].err;
            return weir_fail_within(err, "copy of %s", copy->namespace->whole);
        }
    }
    return true;
}

/* Ranges of a copy that was cut short, else new ones. */
static bool choose_ranges(struct weir_reader *reader, const struct weir_namespace *namespace,
                          struct weir_buffer *ranges, int64_t *document_count_out,
                          struct weir_error *err)
{
    struct weir_position *position = &reader->position;
    *document_count_out = -1;
    if (weir_bytes_equal(position->namespace, weir_bytes_of(namespace->whole)) &&
        !weir_bytes_is_null(position->ranges)) {
        weir_buffer_append_bytes(ranges, position->ranges);
        return true;
    }
    return weir_reader_plan(reader, namespace, ranges, document_count_out, err) ||
           weir_fail_within(err, "copy of %s", namespace->whole);
}

static size_t count_ranges(struct weir_bytes ranges)
{
    size_t count = 0;
    while (!weir_bytes_is_null(weir_copy_ranges_at(ranges, count))) {
        count++;
    }
    return count;
}

static bool copy_namespace(struct weir_reader *reader, const struct weir_namespace *namespace,
                           struct weir_error *err)
{
    int64_t document_count;
    weir_auto_buffer ranges;
    weir_buffer_init(&ranges, COMMAND_BYTES_MAX);
    if (!choose_ranges(reader, namespace, &ranges, &document_count, err)) {
        return false;
    }
    struct copy copy = {.reader = reader,
                        .namespace = namespace,
                        .ranges = weir_buffer_view(&ranges),
                        .range_count = count_ranges(weir_buffer_view(&ranges))};
    struct weir_position position = reader->position;
    position.namespace = weir_bytes_of(namespace->whole);
    position.ranges = copy.ranges;
    weir_reader_set_position(reader, position);
    struct weir_reading_chunk *chunk = weir_reader_chunk(reader, WEIR_CHUNK_ENTER);
    chunk->database = namespace->database;
    chunk->collection = namespace->collection;
    chunk->document_count = document_count;
    chunk->range_count = copy.range_count;
    return weir_reader_push(reader, chunk) ? run_workers(&copy, err) : true;
}

static bool is_before(const struct weir_namespace *namespace, struct weir_bytes reached)
{
    return !weir_bytes_is_null(reached) &&
           weir_bytes_compare(weir_bytes_of(namespace->whole), reached) < 0;
}

bool weir_reader_copy(struct weir_reader *reader, struct weir_error *err)
{
    weir_fault_point("before-copy");
    if (!weir_reader_list(reader, err)) {
        return false;
    }
    size_t count = reader->namespace_count - reader->namespace_first;
    weir_log_info("source", "copy started", "collections=%zu", count);
    for (size_t index = reader->namespace_first;
         index < reader->namespace_count && !atomic_load(&reader->stopping); index++) {
        if (!is_before(&reader->namespaces[index], reader->position.namespace) &&
            !copy_namespace(reader, &reader->namespaces[index], err)) {
            return false;
        }
    }
    if (!atomic_load(&reader->stopping)) {
        weir_fault_point("copy-end");
        weir_log_info("source", "copy read", "collections=%zu", count);
        weir_reader_set_position(reader, (struct weir_position){.token = reader->position.token});
        weir_reader_push(reader, weir_reader_chunk(reader, WEIR_CHUNK_IDLE));
    }
    return true;
}
