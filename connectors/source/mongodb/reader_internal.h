/* reader_internal.h - the reader's state, shared by its thread (reader.c), its copy (reader_list.c,
 * reader_plan.c, reader_copy.c) and its change stream (reader_stream.c). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_READER_INTERNAL_H
#define WEIR_SOURCE_MONGODB_READER_INTERNAL_H

#include "connectors/source/mongodb/reader.h"
#include "core/base/queue.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    WEIR_READER_CHUNKS = 64,           /* that wait, of any size */
    WEIR_READER_BYTES_MAX = 3 << 20,   /* that wait, but for a single larger batch */
    WEIR_READER_BATCH_BYTES = 1 << 19, /* asked for at once */
    WEIR_READER_BATCH_COUNT = 4000,    /* documents of a batch at most */
    WEIR_READER_AWAIT_MS_MAX = 1000,
    WEIR_READER_SPLIT_VERSION = 60009, /* 6.0.9 */
};

struct weir_namespace {
    char *database, *collection, *whole; /* owned */
};
void weir_namespace_fini(struct weir_namespace *namespace);

struct weir_reader {
    const struct weir_config *config;
    struct weir_mongo_connection *connection; /* the thread's, once it runs */
    struct weir_arena *arena;                 /* of position */
    struct weir_position position;            /* where the thread stands */
    bool fresh;                               /* no position was stored */
    bool split_large;                         /* the server splits events above 16 MB */
    bool tolerant;                            /* errors.tolerance: all */
    int64_t headroom_due_ms;                  /* when to look at the oplog again */
    atomic_llong headroom_s;                  /* -1: not known */
    struct weir_mongo_cursor *stream;
    /* the stream's first batch, not passed on yet; NULL: passed on */
    struct weir_mongo_batch *first;
    /* of this copy from namespace_first on, sorted; chunks borrow the names */
    struct weir_namespace *namespaces;
    size_t namespace_first, namespace_count;
    struct weir_queue *queue;
    pthread_mutex_t mutex; /* guards the two below */
    pthread_cond_t room;
    size_t waiting_bytes, waiting_documents;
    size_t documents_max; /* that wait */
    atomic_bool stopping;
    pthread_t thread;
    bool thread_runs;
};

/* Hands the chunk over; takes it. Waits for room, any thread. False: stopping. */
bool weir_reader_push(struct weir_reader *reader, struct weir_reading_chunk *chunk);
/* A chunk with the reader's position; the reader's thread. */
struct weir_reading_chunk *weir_reader_chunk(const struct weir_reader *reader,
                                             enum weir_chunk_kind kind);
/* Copies token into the reader's position. */
void weir_reader_set_token(struct weir_reader *reader, struct weir_bytes token);
/* Replaces the reader's position by a copy. */
void weir_reader_set_position(struct weir_reader *reader, struct weir_position position);

/* ---- reader_stream.c ---- */

/* Opens the stream behind position.token. A lost token is dealt with as on.resume.token.lost
 * says. */
bool weir_reader_open_stream(struct weir_reader *reader, struct weir_error *err);
void weir_reader_close_stream(struct weir_reader *reader);
/* Streams until stopping, or until everything has to be copied again (true), or a failure. */
bool weir_reader_stream(struct weir_reader *reader, struct weir_error *err);

/* ---- reader_oplog.c ---- */

/* Now and then: how many seconds of oplog are behind the position; warns when they get few. */
void weir_reader_look_at_oplog(struct weir_reader *reader);

/* ---- reader_list.c ---- */

/* Adds the namespaces to copy, sorted, behind namespace_first. */
bool weir_reader_list(struct weir_reader *reader, struct weir_error *err);

/* ---- reader_plan.c ---- */

/* Appends the ranges of the collection (see copy_ranges.h) and says how many documents it has,
 * about. */
bool weir_reader_plan(struct weir_reader *reader, const struct weir_namespace *namespace,
                      struct weir_buffer *ranges, int64_t *document_count_out,
                      struct weir_error *err);

/* ---- reader_copy.c ---- */

/* Copies every namespace from position on; ends with a position that is no longer copying. */
bool weir_reader_copy(struct weir_reader *reader, struct weir_error *err);

#endif
