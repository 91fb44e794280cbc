/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/reader.h"

#include "connectors/source/mongodb/reader_internal.h"
#include "core/base/alloc.h"
#include "core/base/log.h"

#include <string.h>
#include <strings.h>

void weir_reading_chunk_destroy(struct weir_reading_chunk *chunk)
{
    if (chunk) {
        weir_mongo_batch_destroy(chunk->batch);
        weir_arena_destroy(chunk->arena);
        weir_free(chunk);
    }
}

static struct weir_position copy_position(const struct weir_position *position,
                                          struct weir_arena *arena)
{
    return (struct weir_position){
        .token = weir_arena_copy(arena, position->token),
        .copying = position->copying,
        .namespace = weir_arena_copy(arena, position->namespace),
        .last_id = weir_arena_copy(arena, position->last_id),
    };
}

static struct weir_reading_chunk *chunk_create(const struct weir_reader *reader)
{
    struct weir_reading_chunk *chunk = weir_alloc(sizeof(*chunk));
    chunk->arena = weir_arena_create(1024);
    chunk->position = copy_position(&reader->position, chunk->arena);
    return chunk;
}

bool weir_reader_push(struct weir_reader *reader, struct weir_mongo_batch *batch,
                      const struct weir_namespace *namespace, bool events)
{
    struct weir_reading_chunk *chunk = chunk_create(reader);
    chunk->batch = batch;
    chunk->events = events;
    if (namespace) {
        chunk->database = namespace->database;
        chunk->collection = namespace->collection;
    }
    if (!weir_queue_push(reader->queue, chunk, INT64_MAX)) {
        weir_reading_chunk_destroy(chunk);
        return false;
    }
    return true;
}

/* The old position's bytes stay in the arena until it is renewed here: tokens are small and this
 * runs once a batch. */
void weir_reader_set_token(struct weir_reader *reader, struct weir_bytes token)
{
    struct weir_position position = reader->position;
    struct weir_arena *arena = weir_arena_create(1024);
    position.token = token;
    reader->position = copy_position(&position, arena);
    weir_arena_destroy(reader->arena);
    reader->arena = arena;
}

static bool wants_copy(const struct weir_config *config)
{
    const char *mode = weir_config_string(config, "startup.mode");
    return *mode ? strcasecmp(mode, "copy_existing") == 0
                 : weir_config_boolean(config, "copy.existing");
}

static void *read_all(void *context)
{
    struct weir_reader *reader = context;
    struct weir_error err = {0};
    bool done = true;
    while (done && !atomic_load(&reader->stopping)) {
        if (reader->position.copying) {
            weir_reader_close_stream(reader); /* its token is all that is wanted before the copy */
            done = weir_reader_copy(reader, &err);
        } else {
            done = (reader->stream || weir_reader_open_stream(reader, &err)) &&
                   weir_reader_stream(reader, &err);
        }
    }
    weir_reader_close_stream(reader);
    if (!done && !atomic_load(&reader->stopping)) {
        struct weir_reading_chunk *chunk = chunk_create(reader);
        chunk->err = err;
        if (!weir_queue_push(reader->queue, chunk, INT64_MAX)) {
            weir_reading_chunk_destroy(chunk);
        }
    }
    return NULL;
}

struct weir_reader *weir_reader_open(const struct weir_config *config,
                                     struct weir_mongo_connection *connection,
                                     const struct weir_position *stored, struct weir_error *err)
{
    struct weir_reader *reader = weir_alloc(sizeof(*reader));
    reader->config = config;
    reader->connection = connection;
    reader->arena = weir_arena_create(1024);
    reader->position = copy_position(stored, reader->arena);
    reader->queue = weir_queue_create(WEIR_READER_BATCHES);
    bool fresh = weir_bytes_is_null(stored->token);
    reader->position.copying = stored->copying || (fresh && wants_copy(config));
    if (!weir_reader_open_stream(reader, err)) {
        weir_reader_close(reader);
        return NULL;
    }
    reader->thread_runs = pthread_create(&reader->thread, NULL, read_all, reader) == 0;
    weir_assert(reader->thread_runs);
    return reader;
}

struct weir_reading_chunk *weir_reader_next(struct weir_reader *reader, int64_t deadline_ms)
{
    return weir_queue_pop(reader->queue, deadline_ms);
}

static void free_namespaces(struct weir_reader *reader)
{
    for (size_t index = 0; index < reader->namespace_count; index++) {
        weir_free(reader->namespaces[index].database);
        weir_free(reader->namespaces[index].collection);
    }
    weir_free(reader->namespaces);
}

void weir_reader_close(struct weir_reader *reader)
{
    if (!reader) {
        return;
    }
    atomic_store(&reader->stopping, true);
    weir_queue_close(reader->queue);
    if (reader->thread_runs) {
        pthread_join(reader->thread, NULL);
    }
    weir_reader_close_stream(reader);
    struct weir_reading_chunk *chunk;
    while ((chunk = weir_queue_pop(reader->queue, 0)) != NULL) {
        weir_reading_chunk_destroy(chunk);
    }
    weir_queue_destroy(reader->queue);
    free_namespaces(reader);
    weir_arena_destroy(reader->arena);
    weir_free(reader);
}
