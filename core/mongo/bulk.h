/* bulk.h - many writes to one collection in few commands, with one result each.
 *
 * Ordered means: in order, and the writes behind one that failed are tried all the same (the
 * driver's ordered bulk stops there). A result is DONE only when the server acknowledged it; what
 * was under way when a connection broke stays UNDECIDED and may have happened.
 * Threads: the connection's owner. Blocks: for the socket time-out of the connection. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_BULK_H
#define WEIR_MONGO_BULK_H

#include "core/base/arena.h"
#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/mongo/connection.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum weir_mongo_write_kind {
    WEIR_MONGO_INSERT,     /* document */
    WEIR_MONGO_REPLACE,    /* filter, document, upsert */
    WEIR_MONGO_UPDATE,     /* filter, document of update operators (or a pipeline array), upsert */
    WEIR_MONGO_DELETE_ONE, /* filter */
    WEIR_MONGO_DELETE_MANY,
};

struct weir_mongo_write {
    enum weir_mongo_write_kind kind;
    bool upsert;
    struct weir_bytes filter, document; /* valid BSON; borrowed */
};

enum weir_mongo_result_kind {
    WEIR_MONGO_UNDECIDED = 0,
    WEIR_MONGO_DONE,
    WEIR_MONGO_DUPLICATE_ID, /* an insert whose _id is there already */
    WEIR_MONGO_FAILED,       /* the server refuses this write and always will */
};

struct weir_mongo_result {
    enum weir_mongo_result_kind kind;
    int32_t code;
    const char *message; /* FAILED and DUPLICATE_ID; in the arena */
};

struct weir_mongo_bulk {
    const char *database, *collection;
    bool ordered;
    const struct weir_mongo_write *writes;
    size_t write_count;
};

/* Fills results (write_count of them, all UNDECIDED). True: every one is decided. False: err is
 * about the connection or the collection as a whole (RETRY or STOP), and some may be decided all
 * the same. */
bool weir_mongo_bulk_run(struct weir_mongo_connection *connection,
                         const struct weir_mongo_bulk *bulk, struct weir_mongo_result *results,
                         struct weir_arena *arena, struct weir_error *err);

#endif
