/* transaction.h - several bulks that happen together or not at all.
 *
 * Written with the concern "majority". Needs a replica set or a sharded cluster.
 * Threads: the connection's owner. Blocks: for the socket time-out of the connection. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_TRANSACTION_H
#define WEIR_MONGO_TRANSACTION_H

#include "core/base/buffer.h"
#include "core/mongo/bulk.h"

struct weir_mongo_transaction {
    bool committed;
    /* Else the write that was refused: nothing happened. */
    size_t bulk_index, write_index;
    struct weir_mongo_result result; /* its message lies in the arena */
};

/* Each bulk's writes go in order. True: committed, or one write was refused. False: RETRY, and it
 * may have happened all the same; or STOP. */
bool weir_mongo_transaction_run(struct weir_mongo_connection *connection,
                                const struct weir_mongo_bulk *bulks, size_t bulk_count,
                                struct weir_mongo_transaction *transaction_out,
                                struct weir_arena *arena, struct weir_error *err);

/* What the server knows the connection's transactions by: appends a document. */
bool weir_mongo_session_id(struct weir_mongo_connection *connection, struct weir_buffer *out,
                           struct weir_error *err);
/* A transaction that a dead process left open would hold its documents for a minute: ends it. A
 * server that does not allow that is no failure. */
bool weir_mongo_session_kill(struct weir_mongo_connection *connection, struct weir_bytes id,
                             struct weir_error *err);

/* The one document that the filter finds, as a majority knows it; nothing appended = none. */
bool weir_mongo_find_one(struct weir_mongo_connection *connection, const char *database,
                         const char *collection, struct weir_bytes filter, struct weir_buffer *out,
                         struct weir_error *err);

#endif
