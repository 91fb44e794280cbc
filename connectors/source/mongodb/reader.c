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
        .ranges = weir_arena_copy(arena, position->ranges),
    };
}

struct weir_reading_chunk *weir_reader_chunk(const struct weir_reader *reader,
                                             enum weir_chunk_kind kind)
{
    struct weir_reading_chunk *chunk = weir_alloc(sizeof(*chunk));
    chunk->kind = kind;
    chunk->arena = weir_arena_create(1024);
    chunk->position = copy_position(&reader->position, chunk->arena);
    return chunk;
}

static size_t bytes_of(const struct weir_reading_chunk *chunk)
{
    return chunk->batch ? chunk->batch->documents.len : 0;
}

static size_t documents_of(const struct weir_reading_chunk *chunk)
{
    return chunk->batch ? chunk->batch->document_count : 0;
}

/* What is larger than all the room there is waits until nothing else does. */
static bool make_room(struct weir_reader *reader, size_t bytes, size_t documents)
{
    pthread_mutex_lock(&reader->mutex);
    while (reader->waiting_bytes > 0 &&
           (reader->waiting_bytes + bytes > WEIR_READER_BYTES_MAX ||
            reader->waiting_documents + documents > reader->documents_max) &&
           !atomic_load(&reader->stopping)) {
        pthread_cond_wait(&reader->room, &reader->mutex);
    }
    reader->waiting_bytes += bytes;
    reader->waiting_documents += documents;
    pthread_mutex_unlock(&reader->mutex);
    return !atomic_load(&reader->stopping);
}

bool weir_reader_push(struct weir_reader *reader, struct weir_reading_chunk *chunk)
{
    if (!make_room(reader, bytes_of(chunk), documents_of(chunk)) ||
        !weir_queue_push(reader->queue, chunk, INT64_MAX)) {
        weir_reading_chunk_destroy(chunk);
        return false;
    }
    return true;
}

/* The old position's bytes stay in the arena until it is renewed here: they are few and this runs
 * once a batch. */
void weir_reader_set_position(struct weir_reader *reader, struct weir_position position)
{
    struct weir_arena *arena = weir_arena_create(1024);
    reader->position = copy_position(&position, arena);
    weir_arena_destroy(reader->arena);
    reader->arena = arena;
}

void weir_reader_set_token(struct weir_reader *reader, struct weir_bytes token)
{
    struct weir_position position = reader->position;
    position.token = token;
    weir_reader_set_position(reader, position);
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
        struct weir_reading_chunk *chunk = weir_reader_chunk(reader, WEIR_CHUNK_FAILED);
        chunk->err = err;
        weir_reader_push(reader, chunk);
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
    reader->queue = weir_queue_create(WEIR_READER_CHUNKS);
    reader->split_large = weir_mongo_connection_version(connection) >= WEIR_READER_SPLIT_VERSION;
    const char *tolerance = weir_config_given(config, "errors.tolerance");
    reader->tolerant = tolerance && strcasecmp(tolerance, "all") == 0;
    atomic_store(&reader->headroom_s, -1);
    reader->documents_max =
        (size_t)weir_config_int(config, "startup.mode.copy.existing.queue.size");
    pthread_mutex_init(&reader->mutex, NULL);
    pthread_cond_init(&reader->room, NULL);
    reader->fresh = weir_bytes_is_null(stored->token);
    reader->position.copying = stored->copying || (reader->fresh && wants_copy(config));
    if (!weir_reader_open_stream(reader, err)) {
        weir_reader_close(reader);
        return NULL;
    }
    if (reader->fresh && !reader->position.copying && !weir_bytes_is_null(reader->position.token)) {
        /* polled before anything else: a failure from here on does not start from its own now */
        weir_reader_push(reader, weir_reader_chunk(reader, WEIR_CHUNK_IDLE));
    }
    reader->thread_runs = pthread_create(&reader->thread, NULL, read_all, reader) == 0;
    weir_assert(reader->thread_runs);
    return reader;
}

struct weir_reading_chunk *weir_reader_next(struct weir_reader *reader, int64_t deadline_ms)
{
    struct weir_reading_chunk *chunk = weir_queue_pop(reader->queue, deadline_ms);
    if (chunk && chunk->batch) {
        pthread_mutex_lock(&reader->mutex);
        reader->waiting_bytes -= bytes_of(chunk);
        reader->waiting_documents -= documents_of(chunk);
        pthread_cond_broadcast(&reader->room);
        pthread_mutex_unlock(&reader->mutex);
    }
    return chunk;
}

int64_t weir_reader_headroom_s(struct weir_reader *reader)
{
    return atomic_load(&reader->headroom_s);
}

static void stop_threads(struct weir_reader *reader)
{
    pthread_mutex_lock(&reader->mutex);
    atomic_store(&reader->stopping, true);
    pthread_cond_broadcast(&reader->room);
    pthread_mutex_unlock(&reader->mutex);
    weir_queue_close(reader->queue);
    if (reader->thread_runs) {
        pthread_join(reader->thread, NULL);
    }
}

void weir_reader_close(struct weir_reader *reader)
{
    if (!reader) {
        return;
    }
    stop_threads(reader);
    weir_reader_close_stream(reader);
    struct weir_reading_chunk *chunk;
    while ((chunk = weir_queue_pop(reader->queue, 0)) != NULL) {
        weir_reading_chunk_destroy(chunk);
    }
    weir_queue_destroy(reader->queue);
    for (size_t index = 0; index < reader->namespace_count; index++) {
        weir_namespace_fini(&reader->namespaces[index]);
    }
    weir_free(reader->namespaces);
    pthread_cond_destroy(&reader->room);
    pthread_mutex_destroy(&reader->mutex);
    weir_arena_destroy(reader->arena);
    weir_free(reader);
}
