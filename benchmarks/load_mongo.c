/* SPDX-License-Identifier: Apache-2.0 */
/* load_mongo DATABASE COLLECTION COUNT BYTES: fills a collection with fish of about so many bytes
 * each, a thousand at a time. */
#include "benchmarks/bench.h"

#include <mongoc/mongoc.h>

enum { BATCH_DOCUMENTS = 1000, PADDING_BYTES_MAX = 4096 };

static void append_measurements(bson_t *document, const struct bench_fish *fish, int64_t number)
{
    bson_oid_t id;
    bson_oid_init(&id, NULL);
    BSON_APPEND_OID(document, "_id", &id);
    BSON_APPEND_UTF8(document, "fish_id", fish->id);
    BSON_APPEND_UTF8(document, "species", fish->species);
    BSON_APPEND_DOUBLE(document, "length", fish->length);
    BSON_APPEND_DOUBLE(document, "height", fish->height);
    BSON_APPEND_DOUBLE(document, "prediction", fish->prediction);
    BSON_APPEND_UTF8(document, "model", "least-squares-7");
    BSON_APPEND_DATE_TIME(document, "ts", bench_wall_ms());
    BSON_APPEND_INT64(document, "seq", number);
}

static void append_padding(bson_t *document, int64_t bytes)
{
    static char padding[PADDING_BYTES_MAX + 1];
    int64_t wanted = bytes - (int64_t)document->len - 10;
    if (wanted <= 0) {
        return;
    }
    for (size_t i = 0; i < PADDING_BYTES_MAX && padding[i] == '\0'; i++) {
        padding[i] = (char)('a' + i % 26);
    }
    int length = wanted < PADDING_BYTES_MAX ? (int)wanted : PADDING_BYTES_MAX;
    bson_append_utf8(document, "pad", 3, padding, length);
}

static void insert_batch(mongoc_collection_t *collection, int64_t from, int64_t to, int64_t bytes)
{
    bson_t options = BSON_INITIALIZER;
    BSON_APPEND_BOOL(&options, "ordered", false);
    mongoc_bulk_operation_t *bulk =
        mongoc_collection_create_bulk_operation_with_opts(collection, &options);
    for (int64_t number = from; number < to; number++) {
        struct bench_fish fish;
        bench_fish(&fish, number, number / 60000 % 2 == 1);
        bson_t document = BSON_INITIALIZER;
        append_measurements(&document, &fish, number);
        append_padding(&document, bytes);
        mongoc_bulk_operation_insert_with_opts(bulk, &document, NULL, NULL);
        bson_destroy(&document);
    }
    bson_t reply;
    bson_error_t error;
    if (mongoc_bulk_operation_execute(bulk, &reply, &error) == 0) {
        bench_die("insert: %s", error.message);
    }
    bson_destroy(&reply);
    bson_destroy(&options);
    mongoc_bulk_operation_destroy(bulk);
}

int main(int argc, char **argv)
{
    int64_t count = bench_number(argc, argv, 3, "COUNT");
    int64_t bytes = bench_number(argc, argv, 4, "BYTES");
    mongoc_init();
    mongoc_client_t *client = mongoc_client_new(bench_mongodb());
    mongoc_collection_t *collection = mongoc_client_get_collection(client, argv[1], argv[2]);
    struct bench_run run;
    bench_run_begin(&run, count);
    for (int64_t from = 0; from < count; from += BATCH_DOCUMENTS) {
        int64_t to = from + BATCH_DOCUMENTS < count ? from + BATCH_DOCUMENTS : count;
        insert_batch(collection, from, to, bytes);
        bench_run_count(&run, to - from);
    }
    bench_run_end(&run);
    mongoc_collection_destroy(collection);
    mongoc_client_destroy(client);
    mongoc_cleanup();
    return 0;
}
