/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bulk.h"

#include "core/mongo/bulk_internal.h"
#include "core/mongo/connection_internal.h"
#include "core/mongo/error_internal.h"

enum { CODE_DUPLICATE_KEY = 11000 };

/* What one run over writes[first ..] has to work with. */
struct run {
    struct weir_mongo_connection *connection;
    const struct weir_mongo_bulk *bulk;
    struct weir_mongo_result *results;
    struct weir_arena *arena;
    mongoc_collection_t *collection;
    bson_t insert_options, plain_options, upsert_options;
    const mongoc_client_session_t *session; /* NULL: no transaction */
};

static bool add_write(struct run *run, mongoc_bulk_operation_t *operation,
                      const struct weir_mongo_write *write, bson_error_t *error)
{
    bson_t filter, document;
    const bson_t *options = write->upsert ? &run->upsert_options : &run->plain_options;
    bool filter_good = weir_bytes_is_null(write->filter) ||
                       bson_init_static(&filter, write->filter.data, write->filter.len);
    bool document_good = weir_bytes_is_null(write->document) ||
                         bson_init_static(&document, write->document.data, write->document.len);
    weir_assert(filter_good && document_good);
    switch (write->kind) {
    case WEIR_MONGO_INSERT:
        return mongoc_bulk_operation_insert_with_opts(operation, &document, &run->insert_options,
                                                      error);
    case WEIR_MONGO_REPLACE:
        return mongoc_bulk_operation_replace_one_with_opts(operation, &filter, &document, options,
                                                           error);
    case WEIR_MONGO_UPDATE:
        return mongoc_bulk_operation_update_one_with_opts(operation, &filter, &document, options,
                                                          error);
    case WEIR_MONGO_DELETE_ONE:
        return mongoc_bulk_operation_remove_one_with_opts(operation, &filter, NULL, error);
    case WEIR_MONGO_DELETE_MANY:
        return mongoc_bulk_operation_remove_many_with_opts(operation, &filter, NULL, error);
    }
    return false;
}

/* Whether the unique index that was hit is that of _id; told by the server since 4.4. */
static bool is_id_key(const bson_iter_t *entry)
{
    bson_iter_t pattern, field;
    if (!bson_iter_recurse(entry, &pattern)) {
        return false;
    }
    if (bson_iter_find_descendant(&pattern, "keyPattern._id", &field)) {
        return true;
    }
    bson_iter_recurse(entry, &pattern);
    const char *text = bson_iter_find(&pattern, "errmsg") && BSON_ITER_HOLDS_UTF8(&pattern)
                           ? bson_iter_utf8(&pattern, NULL)
                           : "";
    return strstr(text, " index: _id_ ") != NULL;
}

/* One entry of writeErrors: {index, code, errmsg, ...}. Returns its code. */
static int64_t take_write_error(struct run *run, size_t first, size_t count,
                                const bson_iter_t *entry)
{
    bson_iter_t field;
    int64_t index = -1, code = 0;
    const char *message = "";
    if (!bson_iter_recurse(entry, &field)) {
        return code;
    }
    while (bson_iter_next(&field)) {
        const char *name = bson_iter_key(&field);
        if (strcmp(name, "index") == 0) {
            index = bson_iter_as_int64(&field);
        } else if (strcmp(name, "code") == 0) {
            code = bson_iter_as_int64(&field);
        } else if (strcmp(name, "errmsg") == 0 && BSON_ITER_HOLDS_UTF8(&field)) {
            message = bson_iter_utf8(&field, NULL);
        }
    }
    if (index < 0 || (size_t)index >= count) {
        return code;
    }
    struct weir_mongo_result *result = &run->results[first + (size_t)index];
    bool duplicate = code == CODE_DUPLICATE_KEY && is_id_key(entry);
    enum weir_error_action action = weir_mongo_server_action((int32_t)code);
    result->code = (int32_t)code;
    result->message = weir_arena_strdup(run->arena, message);
    result->kind = duplicate                     ? WEIR_MONGO_DUPLICATE_ID
                   : action == WEIR_ERROR_REJECT ? WEIR_MONGO_FAILED
                                                 : WEIR_MONGO_UNDECIDED;
    return code;
}

/* Returns the code of the first one, -1 = there is none. */
static int64_t take_write_errors(struct run *run, size_t first, size_t count, const bson_t *reply)
{
    bson_iter_t iterator, errors;
    int64_t first_code = -1;
    if (bson_iter_init_find(&iterator, reply, "writeErrors") &&
        bson_iter_recurse(&iterator, &errors)) {
        while (bson_iter_next(&errors)) {
            int64_t code = take_write_error(run, first, count, &errors);
            first_code = first_code < 0 ? code : first_code;
        }
    }
    return first_code;
}

static bool has_write_concern_error(const bson_t *reply)
{
    bson_iter_t iterator, errors;
    return bson_iter_init_find(&iterator, reply, "writeConcernErrors") &&
           bson_iter_recurse(&iterator, &errors) && bson_iter_next(&errors);
}

/* What the server did not complain of is done, up to the write that stopped an ordered bulk.
 * Returns how many of the count writes this answer is about. */
static size_t settle(struct run *run, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        struct weir_mongo_result *result = &run->results[i];
        if (result->kind == WEIR_MONGO_UNDECIDED && !result->message) {
            result->kind = WEIR_MONGO_DONE;
        } else if (run->bulk->ordered) {
            return i - first + 1;
        }
    }
    return count;
}

enum execution {
    EXECUTED, /* the answer tells of each write */
    REFUSED,  /* the command as a whole was refused: err */
};

static enum execution execute(struct run *run, size_t first, size_t count, size_t *settled_out,
                              struct weir_error *err)
{
    bson_t options, reply;
    bson_error_t error = {0};
    memset(&run->results[first], 0, count * sizeof(*run->results));
    bson_init(&options);
    BSON_APPEND_BOOL(&options, "ordered", run->bulk->ordered);
    bool good = !run->session || mongoc_client_session_append(run->session, &options, &error);
    mongoc_bulk_operation_t *operation =
        mongoc_collection_create_bulk_operation_with_opts(run->collection, &options);
    bson_destroy(&options);
    for (size_t i = 0; i < count && good; i++) {
        good = add_write(run, operation, &run->bulk->writes[first + i], &error);
    }
    if (!good) {
        mongoc_bulk_operation_destroy(operation);
        weir_mongo_fail(err, &error);
        return REFUSED;
    }
    bool accepted = mongoc_bulk_operation_execute(operation, &reply, &error) != 0;
    int64_t first_code = take_write_errors(run, first, count, &reply);
    bool unreplicated = has_write_concern_error(&reply);
    bson_destroy(&reply);
    mongoc_bulk_operation_destroy(operation);
    if (unreplicated) {
        weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_MONGO, (int)error.code,
                  "MongoDB: write concern: %s", error.message);
        return REFUSED;
    }
    /* One bulk may take several commands: when a later one broke, error is about that, and silence
     * about a write does not mean that it is done. */
    if (!accepted && (error.domain != MONGOC_ERROR_SERVER || first_code != (int64_t)error.code)) {
        weir_mongo_fail(err, &error);
        return REFUSED;
    }
    *settled_out = settle(run, first, count);
    return EXECUTED;
}

/* A refused command does not say which write it is about: each goes alone, once. */
static bool run_alone(struct run *run, size_t first, size_t count, struct weir_error *err)
{
    for (size_t i = first; i < first + count; i++) {
        struct weir_mongo_result *result = &run->results[i];
        size_t settled;
        if (execute(run, i, 1, &settled, err) == EXECUTED) {
            if (result->kind == WEIR_MONGO_UNDECIDED) {
                break;
            }
            continue;
        }
        if (err->action != WEIR_ERROR_REJECT) {
            return false;
        }
        *result = (struct weir_mongo_result){WEIR_MONGO_FAILED, err->code,
                                             weir_arena_strdup(run->arena, err->message)};
        weir_error_clear(err);
    }
    return true;
}

/* The first write that the server asked to try again, as an error of the whole. */
static bool check_decided(struct run *run, struct weir_error *err)
{
    for (size_t i = 0; i < run->bulk->write_count; i++) {
        const struct weir_mongo_result *result = &run->results[i];
        if (result->kind == WEIR_MONGO_UNDECIDED) {
            enum weir_error_action action =
                result->message ? weir_mongo_server_action(result->code) : WEIR_ERROR_RETRY;
            return weir_fail(err, action, WEIR_DOMAIN_MONGO, result->code, "MongoDB: %s",
                             result->message ? result->message : "not tried yet");
        }
    }
    return true;
}

static bool run_all(struct run *run, struct weir_error *err)
{
    size_t count = run->bulk->write_count;
    for (size_t first = 0; first < count;) {
        size_t settled = 0;
        if (execute(run, first, count - first, &settled, err) == REFUSED) {
            if (err->action != WEIR_ERROR_REJECT) {
                return false;
            }
            weir_error_clear(err);
            return run_alone(run, first, count - first, err) && check_decided(run, err);
        }
        first += settled;
        if (run->results[first - 1].kind == WEIR_MONGO_UNDECIDED) {
            break; /* to be tried again, and nothing may overtake it */
        }
    }
    return check_decided(run, err);
}

static void begin(struct run *run)
{
    run->collection = mongoc_client_get_collection(run->connection->client, run->bulk->database,
                                                   run->bulk->collection);
    bson_init(&run->insert_options);
    bson_init(&run->plain_options);
    bson_init(&run->upsert_options);
    BSON_APPEND_BOOL(&run->insert_options, "validate", false);
    BSON_APPEND_BOOL(&run->plain_options, "validate", false);
    BSON_APPEND_BOOL(&run->upsert_options, "validate", false);
    BSON_APPEND_BOOL(&run->upsert_options, "upsert", true);
}

static void finish(struct run *run)
{
    bson_destroy(&run->insert_options);
    bson_destroy(&run->plain_options);
    bson_destroy(&run->upsert_options);
    mongoc_collection_destroy(run->collection);
}

bool weir_mongo_bulk_run(struct weir_mongo_connection *connection,
                         const struct weir_mongo_bulk *bulk, struct weir_mongo_result *results,
                         struct weir_arena *arena, struct weir_error *err)
{
    struct run run = {.connection = connection, .bulk = bulk, .results = results, .arena = arena};
    begin(&run);
    bool good = run_all(&run, err);
    finish(&run);
    return good || weir_fail_within(err, "%s.%s", bulk->database, bulk->collection);
}

bool weir_mongo_bulk_try(struct weir_mongo_connection *connection,
                         const mongoc_client_session_t *session, const struct weir_mongo_bulk *bulk,
                         struct weir_mongo_result *results, struct weir_arena *arena,
                         struct weir_error *err)
{
    struct run run = {.connection = connection,
                      .bulk = bulk,
                      .results = results,
                      .arena = arena,
                      .session = session};
    size_t settled;
    begin(&run);
    bool good = execute(&run, 0, bulk->write_count, &settled, err) == EXECUTED;
    finish(&run);
    return good || weir_fail_within(err, "%s.%s", bulk->database, bulk->collection);
}
