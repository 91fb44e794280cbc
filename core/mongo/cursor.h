/* cursor.h - a server cursor driven by its own aggregate and getMore commands: batches come raw,
 * with their resume token.
 *
 * libmongoc's cursors hide the batches, the post-batch resume token and newer options; these are
 * plain commands.
 * Threads: one owner, the connection's. Blocks: in open and next. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_CURSOR_H
#define WEIR_MONGO_CURSOR_H

#include "core/base/error.h"
#include "core/mongo/bson_view.h"
#include "core/mongo/connection.h"

#include <stdbool.h>
#include <stdint.h>

/* One batch as the server sent it. Owned; may go to another thread. */
struct weir_mongo_batch {
    void *reply, *memory;        /* the library's, and where it lies */
    struct weir_bytes documents; /* a BSON array; walk it with weir_bson_next */
    size_t document_count;
    struct weir_bytes token; /* postBatchResumeToken, a document; null without one */
};
void weir_mongo_batch_destroy(struct weir_mongo_batch *batch);

struct weir_mongo_cursor;

struct weir_mongo_cursor_options {
    const char *database;
    const char *collection;     /* NULL: the whole database */
    struct weir_bytes pipeline; /* a BSON array */
    int32_t batch_count;        /* of each batch; 0 = the server's default */
    /* Of each batch, about, where documents are large: fewer than batch_count are asked for. 0: as
     * the server likes. */
    int32_t batch_bytes;
    bool first_empty; /* asks for no document at first: the first token is where a stream begins */
    struct weir_bytes
        /* a document whose fields are added to the command (collation, hint, allowDiskUse); null =
         * none */
        extra;
};

/* Returns owned; batch_out is the first batch, often empty. err->code is the server's. */
struct weir_mongo_cursor *weir_mongo_cursor_open(struct weir_mongo_connection *connection,
                                                 const struct weir_mongo_cursor_options *options,
                                                 struct weir_mongo_batch **batch_out,
                                                 struct weir_error *err);
/* False when the server has closed it: no next batch. */
bool weir_mongo_cursor_alive(const struct weir_mongo_cursor *cursor);
/* The next batch. await_ms > 0: a tailable cursor waits so long for something to come, then answers
 * with an empty batch. NULL: err; the cursor is not alive any more. */
struct weir_mongo_batch *weir_mongo_cursor_next(struct weir_mongo_cursor *cursor, int64_t await_ms,
                                                struct weir_error *err);
/* Tells the server that it may forget the cursor. */
void weir_mongo_cursor_close(struct weir_mongo_cursor *cursor);

/* Calls visit for each name: the databases of the deployment, or the collections (no views) of a
 * database. */
typedef void (*weir_mongo_name_fn)(void *context, const char *name);
bool weir_mongo_list_databases(struct weir_mongo_connection *connection, weir_mongo_name_fn visit,
                               void *context, struct weir_error *err);
bool weir_mongo_list_collections(struct weir_mongo_connection *connection, const char *database,
                                 weir_mongo_name_fn visit, void *context, struct weir_error *err);

#endif
