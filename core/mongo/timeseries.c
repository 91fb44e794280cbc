/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/timeseries.h"

#include "core/mongo/connection_internal.h"
#include "core/mongo/error_internal.h"

#include <string.h>

enum { CODE_NAMESPACE_EXISTS = 48 };

enum kind { MISSING, ORDINARY, TIMESERIES };

static bool find_kind(mongoc_database_t *database, const char *name, enum kind *kind_out,
                      struct weir_error *err)
{
    bson_t options = BSON_INITIALIZER, filter;
    bson_error_t error;
    const bson_t *found;
    bson_iter_t type;
    BSON_APPEND_DOCUMENT_BEGIN(&options, "filter", &filter);
    BSON_APPEND_UTF8(&filter, "name", name);
    bson_append_document_end(&options, &filter);
    mongoc_cursor_t *cursor = mongoc_database_find_collections_with_opts(database, &options);
    *kind_out = MISSING;
    if (mongoc_cursor_next(cursor, &found)) {
        bool is_series = bson_iter_init_find(&type, found, "type") && BSON_ITER_HOLDS_UTF8(&type) &&
                         strcmp(bson_iter_utf8(&type, NULL), "timeseries") == 0;
        *kind_out = is_series ? TIMESERIES : ORDINARY;
    }
    bool failed = mongoc_cursor_error(cursor, &error);
    mongoc_cursor_destroy(cursor);
    bson_destroy(&options);
    return !failed || weir_mongo_fail(err, &error);
}

/* Another task may be faster: that is no failure. */
static bool create(mongoc_database_t *database, const char *name,
                   const struct weir_mongo_timeseries *options, struct weir_error *err)
{
    bson_t command = BSON_INITIALIZER, series;
    bson_error_t error;
    BSON_APPEND_DOCUMENT_BEGIN(&command, "timeseries", &series);
    BSON_APPEND_UTF8(&series, "timeField", options->time_field);
    if (*options->meta_field) {
        BSON_APPEND_UTF8(&series, "metaField", options->meta_field);
    }
    if (*options->granularity) {
        BSON_APPEND_UTF8(&series, "granularity", options->granularity);
    }
    bson_append_document_end(&command, &series);
    if (options->expire_after_s > 0) {
        BSON_APPEND_INT64(&command, "expireAfterSeconds", options->expire_after_s);
    }
    mongoc_collection_t *made = mongoc_database_create_collection(database, name, &command, &error);
    bson_destroy(&command);
    if (made) {
        mongoc_collection_destroy(made);
    }
    return made || error.code == CODE_NAMESPACE_EXISTS || weir_mongo_fail(err, &error);
}

bool weir_mongo_timeseries_ensure(struct weir_mongo_connection *connection, const char *database,
                                  const char *collection,
                                  const struct weir_mongo_timeseries *options,
                                  struct weir_error *err)
{
    enum kind kind = MISSING;
    mongoc_database_t *handle = mongoc_client_get_database(connection->client, database);
    bool good = find_kind(handle, collection, &kind, err);
    if (good && kind == MISSING) {
        good =
            create(handle, collection, options, err) && find_kind(handle, collection, &kind, err);
    }
    mongoc_database_destroy(handle);
    if (good && kind != TIMESERIES) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_MONGO, 0,
                         "%s.%s is there already and is no time series collection", database,
                         collection);
    }
    return good || weir_fail_within(err, "%s.%s", database, collection);
}
