/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/cursor.h"

#include "core/base/alloc.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/connection_internal.h"
#include "core/mongo/error_internal.h"

#include <stdalign.h>
#include <string.h>

enum { COMMAND_BYTES_MAX = 48 << 20, FIRST_BATCH_COUNT = 200 };

struct weir_mongo_cursor {
    mongoc_client_t *client;
    char *database;
    char *collection; /* as the server names it: "$cmd.aggregate" for a database */
    int64_t id;       /* 0: closed by the server */
    int32_t batch_count, batch_count_max, batch_bytes;
};

void weir_mongo_batch_destroy(struct weir_mongo_batch *batch)
{
    if (batch) {
        bson_destroy(batch->reply);
        weir_free(batch->memory);
        weir_free(batch);
    }
}

/* Runs the command in buffer. Returns the reply as a batch, whose documents are still to be found;
 * NULL: err. */
static struct weir_mongo_batch *run(mongoc_client_t *client, const char *database,
                                    const struct weir_buffer *command, struct weir_error *err)
{
    bson_t query;
    bson_error_t error;
    bool good = !command->overflow && bson_init_static(&query, command->data, command->len);
    weir_assert(good);
    struct weir_mongo_batch *batch = weir_alloc(sizeof(*batch));
    batch->memory = weir_alloc(sizeof(bson_t) + alignof(bson_t)); /* wider than malloc's */
    batch->reply =
        (uint8_t *)batch->memory + alignof(bson_t) - (uintptr_t)batch->memory % alignof(bson_t);
    if (!mongoc_client_command_simple(client, database, &query, NULL, batch->reply, &error)) {
        weir_mongo_batch_destroy(batch);
        weir_mongo_fail(err, &error);
        return NULL;
    }
    return batch;
}

static struct weir_bytes reply_view(const struct weir_mongo_batch *batch)
{
    const bson_t *reply = batch->reply;
    return (struct weir_bytes){bson_get_data(reply), reply->len};
}

static size_t count_documents(struct weir_bytes documents)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element document;
    size_t count = 0;
    weir_bson_iterator_init(&iterator, documents);
    while (weir_bson_next(&iterator, &document)) {
        count++;
    }
    return count;
}

/* Documents are as large as those before, mostly. */
static void fit_batch(struct weir_mongo_cursor *cursor, const struct weir_mongo_batch *batch)
{
    if (cursor->batch_bytes > 0 && batch->document_count > 0) {
        size_t each = batch->documents.len / batch->document_count + 1;
        size_t count = (size_t)cursor->batch_bytes / each + 1;
        cursor->batch_count =
            count < (size_t)cursor->batch_count_max ? (int32_t)count : cursor->batch_count_max;
    }
}

/* Takes the cursor's new id and the batch out of the reply. */
static void read_reply(struct weir_mongo_cursor *cursor, struct weir_mongo_batch *batch)
{
    struct weir_bytes answer = weir_bson_get(reply_view(batch), WEIR_BYTES("cursor")).value;
    struct weir_bson_element documents = weir_bson_get(answer, WEIR_BYTES("firstBatch"));
    if (!weir_bson_found(documents)) {
        documents = weir_bson_get(answer, WEIR_BYTES("nextBatch"));
    }
    batch->documents = documents.value;
    batch->document_count = count_documents(documents.value);
    fit_batch(cursor, batch);
    batch->token = weir_bson_get(answer, WEIR_BYTES("postBatchResumeToken")).value;
    struct weir_bson_element id = weir_bson_get(answer, WEIR_BYTES("id"));
    cursor->id = weir_bson_found(id) ? weir_bson_int64(id) : 0;
}

static void add_aggregate(struct weir_buffer *command,
                          const struct weir_mongo_cursor_options *options)
{
    size_t start = weir_bson_begin(command);
    if (options->collection) {
        weir_bson_add_text(command, WEIR_BYTES("aggregate"), weir_bytes_of(options->collection));
    } else {
        weir_bson_add_int32(command, WEIR_BYTES("aggregate"), 1);
    }
    struct weir_bson_element pipeline = {.value = options->pipeline, .type = WEIR_BSON_ARRAY};
    weir_bson_add_value(command, WEIR_BYTES("pipeline"), pipeline);
    size_t cursor = weir_bson_add_begin(command, WEIR_BSON_DOCUMENT, WEIR_BYTES("cursor"));
    int32_t count = options->batch_count;
    if (options->batch_bytes > 0 && count > FIRST_BATCH_COUNT) { /* their size is not known yet */
        count = FIRST_BATCH_COUNT;
    }
    if (count > 0 || options->first_empty) {
        weir_bson_add_int32(command, WEIR_BYTES("batchSize"), options->first_empty ? 0 : count);
    }
    weir_bson_end(command, cursor);
    if (!weir_bytes_is_null(options->extra)) {
        weir_bson_add_all(command, options->extra, WEIR_BYTES_NULL);
    }
    weir_bson_end(command, start);
}

struct weir_mongo_cursor *weir_mongo_cursor_open(struct weir_mongo_connection *connection,
                                                 const struct weir_mongo_cursor_options *options,
                                                 struct weir_mongo_batch **batch_out,
                                                 struct weir_error *err)
{
    weir_auto_buffer command;
    weir_buffer_init(&command, COMMAND_BYTES_MAX);
    add_aggregate(&command, options);
    struct weir_mongo_batch *batch = run(connection->client, options->database, &command, err);
    if (!batch) {
        return NULL;
    }
    struct weir_mongo_cursor *cursor = weir_alloc(sizeof(*cursor));
    cursor->client = connection->client;
    cursor->database = weir_strdup(options->database);
    cursor->collection = weir_strdup(options->collection ? options->collection : "$cmd.aggregate");
    cursor->batch_count = cursor->batch_count_max = options->batch_count;
    cursor->batch_bytes = options->batch_bytes;
    read_reply(cursor, batch);
    *batch_out = batch;
    return cursor;
}

bool weir_mongo_cursor_alive(const struct weir_mongo_cursor *cursor)
{
    return cursor->id != 0;
}

struct weir_mongo_batch *weir_mongo_cursor_next(struct weir_mongo_cursor *cursor, int64_t await_ms,
                                                struct weir_error *err)
{
    weir_auto_buffer command;
    weir_buffer_init(&command, COMMAND_BYTES_MAX);
    size_t start = weir_bson_begin(&command);
    weir_bson_add_int64(&command, WEIR_BYTES("getMore"), cursor->id);
    weir_bson_add_text(&command, WEIR_BYTES("collection"), weir_bytes_of(cursor->collection));
    if (cursor->batch_count > 0) {
        weir_bson_add_int32(&command, WEIR_BYTES("batchSize"), cursor->batch_count);
    }
    if (await_ms > 0) {
        weir_bson_add_int64(&command, WEIR_BYTES("maxTimeMS"), await_ms);
    }
    weir_bson_end(&command, start);
    struct weir_mongo_batch *batch = run(cursor->client, cursor->database, &command, err);
    if (batch) {
        read_reply(cursor, batch);
    } else {
        cursor->id = 0; /* the server has closed it, or cannot be asked to */
    }
    return batch;
}

void weir_mongo_cursor_close(struct weir_mongo_cursor *cursor)
{
    if (!cursor) {
        return;
    }
    if (cursor->id != 0) {
        weir_auto_buffer command;
        weir_buffer_init(&command, COMMAND_BYTES_MAX);
        size_t start = weir_bson_begin(&command);
        weir_bson_add_text(&command, WEIR_BYTES("killCursors"), weir_bytes_of(cursor->collection));
        size_t cursors = weir_bson_add_begin(&command, WEIR_BSON_ARRAY, WEIR_BYTES("cursors"));
        weir_bson_add_int64(&command, WEIR_BYTES("0"), cursor->id);
        weir_bson_end(&command, cursors);
        weir_bson_end(&command, start);
        struct weir_error ignored = {0}; /* the server times it out otherwise */
        weir_mongo_batch_destroy(run(cursor->client, cursor->database, &command, &ignored));
    }
    weir_free(cursor->database);
    weir_free(cursor->collection);
    weir_free(cursor);
}

static bool visit_names(char **names, const bson_error_t *error, weir_mongo_name_fn visit,
                        void *context, struct weir_error *err)
{
    if (!names) {
        return weir_mongo_fail(err, error);
    }
    for (char **name = names; *name; name++) {
        visit(context, *name);
    }
    bson_strfreev(names);
    return true;
}

bool weir_mongo_list_databases(struct weir_mongo_connection *connection, weir_mongo_name_fn visit,
                               void *context, struct weir_error *err)
{
    bson_error_t error;
    char **names = mongoc_client_get_database_names_with_opts(connection->client, NULL, &error);
    return visit_names(names, &error, visit, context, err);
}

bool weir_mongo_list_collections(struct weir_mongo_connection *connection, const char *database,
                                 weir_mongo_name_fn visit, void *context, struct weir_error *err)
{
    bson_error_t error;
    mongoc_database_t *handle = mongoc_client_get_database(connection->client, database);
    bson_t filter = BSON_INITIALIZER, inner;
    bson_append_document_begin(&filter, "filter", -1, &inner);
    bson_append_utf8(&inner, "type", -1, "collection", -1);
    bson_append_document_end(&filter, &inner);
    char **names = mongoc_database_get_collection_names_with_opts(handle, &filter, &error);
    bson_destroy(&filter);
    mongoc_database_destroy(handle);
    return visit_names(names, &error, visit, context, err);
}
