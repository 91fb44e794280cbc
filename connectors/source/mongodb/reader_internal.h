/* reader_internal.h - the reader's state, shared by its thread (reader.c), its copy (reader_copy.c)
 * and its change stream (reader_stream.c). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_READER_INTERNAL_H
#define WEIR_SOURCE_MONGODB_READER_INTERNAL_H

#include "connectors/source/mongodb/reader.h"
#include "core/base/queue.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WEIR_READER_BATCHES = 4, WEIR_READER_BATCH_COUNT = 1000, WEIR_READER_AWAIT_MS_MAX = 1000 };

struct weir_namespace {
    char *database, *collection;
};

struct weir_reader {
    const struct weir_config *config;
    struct weir_mongo_connection *connection; /* the thread's, once it runs */
    struct weir_arena *arena;                 /* of position */
    struct weir_position position;            /* where the thread stands */
    struct weir_mongo_cursor *stream;
    struct weir_mongo_batch
        *first; /* the stream's first batch, not passed on yet; NULL: passed on */
    struct weir_namespace
        *namespaces; /* of this copy from namespace_first on, sorted; chunks borrow the names */
    size_t namespace_first, namespace_count;
    struct weir_queue *queue;
    atomic_bool stopping;
    pthread_t thread;
    bool thread_runs;
};

/* Hands the batch over with the reader's position; takes batch. False: stopping. */
bool weir_reader_push(struct weir_reader *reader, struct weir_mongo_batch *batch,
                      const struct weir_namespace *namespace, bool events);
/* Copies token into the reader's position. */
void weir_reader_set_token(struct weir_reader *reader, struct weir_bytes token);

/* ---- reader_stream.c ---- */

/* Opens the stream behind position.token. A lost token is dealt with as on.resume.token.lost
 * says. */
bool weir_reader_open_stream(struct weir_reader *reader, struct weir_error *err);
void weir_reader_close_stream(struct weir_reader *reader);
/* Streams until stopping, or until everything has to be copied again (true), or a failure. */
bool weir_reader_stream(struct weir_reader *reader, struct weir_error *err);

/* ---- reader_copy.c ---- */

/* Copies every namespace from position on; ends with a position that is no longer copying. */
bool weir_reader_copy(struct weir_reader *reader, struct weir_error *err);

#endif
