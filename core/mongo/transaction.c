/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/transaction.h"

#include "core/base/log.h"
#include "core/mongo/bulk_internal.h"
#include "core/mongo/error_internal.h"

enum { CODE_ILLEGAL_OPERATION = 20, COMMIT_COUNT_MAX = 3 };

/* One for the connection's life: the server ends what an earlier transaction of it left open. */
static mongoc_client_session_t *session_of(struct weir_mongo_connection *connection,
                                           struct weir_error *err)
{
    bson_error_t error;
    if (!connection->session) {
        connection->session = mongoc_client_start_session(connection->client, NULL, &error);
    }
    if (!connection->session) {
        weir_mongo_fail(err, &error);
    }
    return connection->session;
}

static bool start(mongoc_client_session_t *session, struct weir_error *err)
{
    bson_error_t error;
    mongoc_transaction_opt_t *options = mongoc_transaction_opts_new();
    mongoc_write_concern_t *concern = mongoc_write_concern_new();
    mongoc_write_concern_set_wmajority(concern, 0);
    mongoc_transaction_opts_set_write_concern(options, concern);
    bool good = mongoc_client_session_start_transaction(session, options, &error);
    mongoc_write_concern_destroy(concern);
    mongoc_transaction_opts_destroy(options);
    return good || weir_mongo_fail(err, &error);
}

/* What is refused inside a transaction without a word about a write will be refused again. */
static bool fail(struct weir_error *err)
{
    if (err->code == CODE_ILLEGAL_OPERATION) {
        weir_fail_within(err, "transactions need a replica set or a sharded cluster");
    }
    err->action = err->action == WEIR_ERROR_REJECT ? WEIR_ERROR_STOP : err->action;
    return false;
}

/* Index of the first that is not done; count = none. */
static size_t first_refused(const struct weir_mongo_result *results, size_t count)
{
    size_t index = 0;
    while (index < count && results[index].kind == WEIR_MONGO_DONE) {
        index++;
    }
    return index;
}

static bool commit(mongoc_client_session_t *session, struct weir_error *err)
{
    bson_error_t error = {0};
    bool unknown = true, done = false;
    for (int i = 0; i < COMMIT_COUNT_MAX && unknown && !done; i++) {
        bson_t reply;
        done = mongoc_client_session_commit_transaction(session, &reply, &error);
        unknown = mongoc_error_has_label(&reply, "UnknownTransactionCommitResult");
        bson_destroy(&reply);
    }
    if (done) {
        return true;
    }
    return weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_MONGO, (int)error.code,
                     "MongoDB: commit: %s", error.message);
}

bool weir_mongo_transaction_run(struct weir_mongo_connection *connection,
                                const struct weir_mongo_bulk *bulks, size_t bulk_count,
                                struct weir_mongo_transaction *transaction_out,
                                struct weir_arena *arena, struct weir_error *err)
{
    *transaction_out = (struct weir_mongo_transaction){0};
    mongoc_client_session_t *session = session_of(connection, err);
    if (!session || !start(session, err)) {
        return fail(err);
    }
    bool good = true, refused = false;
    for (size_t i = 0; i < bulk_count && good && !refused; i++) {
        struct weir_mongo_result *results =
            weir_arena_calloc(arena, bulks[i].write_count, sizeof(*results));
        good = weir_mongo_bulk_try(connection, session, &bulks[i], results, arena, err);
        size_t index = good ? first_refused(results, bulks[i].write_count) : 0;
        if (good && index < bulks[i].write_count) {
            refused = true;
            transaction_out->bulk_index = i;
            transaction_out->write_index = index;
            transaction_out->result = results[index];
        }
    }
    if (good && !refused) {
        good = commit(session, err);
        transaction_out->committed = good;
    } else {
        mongoc_client_session_abort_transaction(session, NULL);
    }
    return good || fail(err);
}

bool weir_mongo_find_one(struct weir_mongo_connection *connection, const char *database,
                         const char *collection, struct weir_bytes filter, struct weir_buffer *out,
                         struct weir_error *err)
{
    bson_t query, options = BSON_INITIALIZER, concern;
    bson_error_t error;
    const bson_t *found;
    bool valid = bson_init_static(&query, filter.data, filter.len);
    weir_assert(valid);
    BSON_APPEND_INT64(&options, "limit", 1);
    BSON_APPEND_DOCUMENT_BEGIN(&options, "readConcern", &concern);
    BSON_APPEND_UTF8(&concern, "level", "majority");
    bson_append_document_end(&options, &concern);
    mongoc_collection_t *handle =
        mongoc_client_get_collection(connection->client, database, collection);
    mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(handle, &query, &options, NULL);
    if (mongoc_cursor_next(cursor, &found)) {
        weir_buffer_append(out, bson_get_data(found), found->len);
    }
    bool failed = mongoc_cursor_error(cursor, &error);
    mongoc_cursor_destroy(cursor);
    mongoc_collection_destroy(handle);
    bson_destroy(&options);
    return !failed || weir_mongo_fail(err, &error);
}

bool weir_mongo_session_id(struct weir_mongo_connection *connection, struct weir_buffer *out,
                           struct weir_error *err)
{
    const mongoc_client_session_t *session = session_of(connection, err);
    if (session) {
        const bson_t *id = mongoc_client_session_get_lsid(session);
        weir_buffer_append(out, bson_get_data(id), id->len);
    }
    return session != NULL;
}

bool weir_mongo_session_kill(struct weir_mongo_connection *connection, struct weir_bytes id,
                             struct weir_error *err)
{
    bson_t command = BSON_INITIALIZER, list, session;
    bson_error_t error = {0};
    bool valid = bson_init_static(&session, id.data, id.len);
    weir_assert(valid);
    BSON_APPEND_ARRAY_BEGIN(&command, "killSessions", &list);
    BSON_APPEND_DOCUMENT(&list, "0", &session);
    bson_append_array_end(&command, &list);
    bool good =
        mongoc_client_command_simple(connection->client, "admin", &command, NULL, NULL, &error);
    bson_destroy(&command);
    if (!good && weir_mongo_action(&error) != WEIR_ERROR_RETRY) {
        weir_log_debug("mongodb", "session not killed", "reason=\"%s\"", error.message);
        return true;
    }
    return good || weir_mongo_fail(err, &error);
}
