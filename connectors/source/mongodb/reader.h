/* reader.h - the threads that read from MongoDB ahead of need: the copy, then the change stream, as
 * raw batches.
 *
 * The stream's first token is taken before the copy begins, so no change is between them. A large
 * collection is copied by several threads, each with a connection and a range of `_id` of its own.
 * What waits is bounded by bytes. After an invalidate event the stream goes on behind it.
 * Threads: open and close from the owner, next from the owner; the reader's threads are its own. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_READER_H
#define WEIR_SOURCE_MONGODB_READER_H

#include "connectors/source/mongodb/position.h"
#include "core/mongo/cursor.h"

#include <stdbool.h>

struct weir_reader;

enum weir_chunk_kind {
    WEIR_CHUNK_EVENTS, /* change events; position is behind the last of them */
    WEIR_CHUNK_IDLE,   /* only a position: of an idle stream, or of a copy that is done */
    WEIR_CHUNK_ENTER,  /* a collection's copy begins: position has its ranges */
    WEIR_CHUNK_COPIED, /* documents of a range of the collection that was entered last */
    WEIR_CHUNK_FAILED, /* err; reading cannot go on */
};

/* What the reader hands over; owned by who took it. */
struct weir_reading_chunk {
    enum weir_chunk_kind kind;
    struct weir_mongo_batch *batch; /* EVENTS, COPIED */
    /* ENTER, COPIED: the namespace, borrowed from the reader */
    const char *database, *collection;
    bool too_large;                /* EVENTS: what is left of one that the server cannot send */
    bool events;                   /* COPIED: as change events, the user's pipeline ran over them */
    size_t range;                  /* COPIED */
    bool range_done;               /* COPIED: behind this chunk */
    int64_t document_count;        /* ENTER: of the collection, about */
    size_t range_count;            /* ENTER */
    struct weir_position position; /* EVENTS, IDLE, ENTER; bytes in arena */
    struct weir_arena *arena;
    struct weir_error err;
};
void weir_reading_chunk_destroy(struct weir_reading_chunk *chunk);

/* Opens the stream at the stored position (or from now), and starts the thread. Borrows config. */
struct weir_reader *weir_reader_open(const struct weir_config *config,
                                     struct weir_mongo_connection *connection,
                                     const struct weir_position *stored, struct weir_error *err);
/* The next chunk; NULL: none until deadline_ms. */
struct weir_reading_chunk *weir_reader_next(struct weir_reader *reader, int64_t deadline_ms);
/* Seconds of oplog behind the stream's position; -1: not known. */
int64_t weir_reader_headroom_s(struct weir_reader *reader);
/* Stops the threads (within a second) and frees all. */
void weir_reader_close(struct weir_reader *reader);

#endif
