/* reader.h - the thread that reads from MongoDB ahead of need: the copy, then the change stream, as
 * raw batches.
 *
 * The stream's first token is taken before the copy begins, so no change is between them. At most
 * READER_BATCHES batches wait. After an invalidate event the stream goes on behind it.
 * Threads: open and close from the owner, next from the owner; the reader's thread is its own. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_READER_H
#define WEIR_SOURCE_MONGODB_READER_H

#include "connectors/source/mongodb/position.h"
#include "core/mongo/cursor.h"

#include <stdbool.h>

struct weir_reader;

/* What the reader hands over; owned by who took it. */
struct weir_reading_chunk {
    struct weir_mongo_batch *batch; /* NULL: only a position */
    const char *database,
        /* copied documents: of this namespace; NULL: change events. Borrowed from the reader */
        *collection;
    bool events; /* copied, but already as change events (the user's pipeline ran over them) */
    struct weir_position
        /* after the whole chunk; bytes in arena. While copying last_id is the caller's to fill */
        position;
    struct weir_arena *arena;
    struct weir_error err; /* instead of all that: reading cannot go on */
};
void weir_reading_chunk_destroy(struct weir_reading_chunk *chunk);

/* Connects, opens the stream at the stored position (or from now), and starts the thread. Borrows
 * config. */
struct weir_reader *weir_reader_open(const struct weir_config *config,
                                     struct weir_mongo_connection *connection,
                                     const struct weir_position *stored, struct weir_error *err);
/* The next chunk; NULL: none until deadline_ms. */
struct weir_reading_chunk *weir_reader_next(struct weir_reader *reader, int64_t deadline_ms);
/* Stops the thread (within a second) and frees all. */
void weir_reader_close(struct weir_reader *reader);

#endif
