/* SPDX-License-Identifier: Apache-2.0 */
/* What libmongoc reads when nothing is done with it:
 *   mongo_read scan DATABASE COLLECTION COUNT
 *   mongo_read stream DATABASE COLLECTION COUNT SECONDS   change stream from this time (since 1970)
 * In batches of 1000, as weir-source asks for. */
#include "benchmarks/bench.h"

#include <mongoc/mongoc.h>
#include <string.h>

static void scan(mongoc_collection_t *collection, struct bench_run *run)
{
    bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER;
    BSON_APPEND_INT32(&options, "batchSize", 1000);
    mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(collection, &filter, &options, NULL);
    const bson_t *document;
    while (run->count < run->target && mongoc_cursor_next(cursor, &document)) {
        bench_run_count(run, 1);
    }
    bson_error_t error;
    if (mongoc_cursor_error(cursor, &error)) {
        bench_die("scan: %s", error.message);
    }
    mongoc_cursor_destroy(cursor);
}

static void stream(mongoc_collection_t *collection, uint32_t from_s, struct bench_run *run)
{
    bson_t pipeline = BSON_INITIALIZER, options = BSON_INITIALIZER;
    BSON_APPEND_INT32(&options, "batchSize", 1000);
    BSON_APPEND_TIMESTAMP(&options, "startAtOperationTime", from_s, 1);
    BSON_APPEND_INT64(&options, "maxAwaitTimeMS", 1000);
    mongoc_change_stream_t *changes = mongoc_collection_watch(collection, &pipeline, &options);
    const bson_t *event, *reply;
    bson_error_t error;
    while (run->count < run->target) {
        if (mongoc_change_stream_next(changes, &event)) {
            bench_run_count(run, 1);
        } else if (mongoc_change_stream_error_document(changes, &error, &reply)) {
            bench_die("stream: %s", error.message);
        }
    }
    mongoc_change_stream_destroy(changes);
}

int main(int argc, char **argv)
{
    int64_t count = bench_number(argc, argv, 4, "COUNT");
    bool streamed = strcmp(argv[1], "stream") == 0;
    uint32_t from_s = streamed ? (uint32_t)bench_number(argc, argv, 5, "SECONDS") : 0;
    struct bench_run run;
    bench_run_begin(&run, count);
    mongoc_init();
    mongoc_client_t *client = mongoc_client_new(bench_mongodb());
    mongoc_collection_t *collection = mongoc_client_get_collection(client, argv[2], argv[3]);
    if (streamed) {
        stream(collection, from_s, &run);
    } else {
        scan(collection, &run);
    }
    bench_run_end(&run);
    mongoc_collection_destroy(collection);
    mongoc_client_destroy(client);
    mongoc_cleanup();
    return 0;
}
