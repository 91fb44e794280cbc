/* SPDX-License-Identifier: Apache-2.0 */
/* What libmongoc writes when nothing is done before:
 *   mongo_write insert|replace|replace_by_fish DATABASE COLLECTION COUNT BATCH
 * Unordered bulks; replace is an upsert by a new id, replace_by_fish by { fish_id: ... }. */
#include "benchmarks/bench.h"

#include <mongoc/mongoc.h>
#include <string.h>

struct writer {
    mongoc_collection_t *collection;
    bool insert, by_fish;
};

static void append_id(bson_t *document, const struct writer *writer, const struct bench_fish *fish)
{
    bson_oid_t id;
    bson_t key;
    if (writer->by_fish) {
        BSON_APPEND_DOCUMENT_BEGIN(document, "_id", &key);
        BSON_APPEND_UTF8(&key, "fish_id", fish->id);
        bson_append_document_end(document, &key);
    } else {
        bson_oid_init(&id, NULL);
        BSON_APPEND_OID(document, "_id", &id);
    }
}

static void append_fields(bson_t *document, const struct bench_fish *fish)
{
    BSON_APPEND_UTF8(document, "key", "key");
    BSON_APPEND_UTF8(document, "fish_id", fish->id);
    BSON_APPEND_UTF8(document, "species", fish->species);
    BSON_APPEND_DOUBLE(document, "length", fish->length);
    BSON_APPEND_DOUBLE(document, "height", fish->height);
    BSON_APPEND_DOUBLE(document, "prediction", fish->prediction);
    BSON_APPEND_DOUBLE(document, "actual", fish->weight);
    BSON_APPEND_DOUBLE(document, "error", fish->error);
}

static void add(mongoc_bulk_operation_t *bulk, const struct writer *writer, int64_t number)
{
    static bson_t upsert;
    if (upsert.len == 0) {
        bson_init(&upsert);
        BSON_APPEND_BOOL(&upsert, "upsert", true);
    }
    struct bench_fish fish;
    bench_fish(&fish, number, number / 60000 % 2 == 1);
    bson_t document = BSON_INITIALIZER, selector = BSON_INITIALIZER;
    append_id(&document, writer, &fish);
    bson_concat(&selector, &document);
    append_fields(&document, &fish);
    bson_error_t error;
    bool done = writer->insert
                    ? mongoc_bulk_operation_insert_with_opts(bulk, &document, NULL, &error)
                    : mongoc_bulk_operation_replace_one_with_opts(bulk, &selector, &document,
                                                                  &upsert, &error);
    if (!done) {
        bench_die("bulk: %s", error.message);
    }
    bson_destroy(&document);
    bson_destroy(&selector);
}

static void write_batch(const struct writer *writer, int64_t from, int64_t to)
{
    bson_t options = BSON_INITIALIZER, reply;
    BSON_APPEND_BOOL(&options, "ordered", false);
    mongoc_bulk_operation_t *bulk =
        mongoc_collection_create_bulk_operation_with_opts(writer->collection, &options);
    for (int64_t number = from; number < to; number++) {
        add(bulk, writer, number);
    }
    bson_error_t error;
    if (mongoc_bulk_operation_execute(bulk, &reply, &error) == 0) {
        bench_die("bulk: %s", error.message);
    }
    bson_destroy(&reply);
    bson_destroy(&options);
    mongoc_bulk_operation_destroy(bulk);
}

int main(int argc, char **argv)
{
    int64_t count = bench_number(argc, argv, 4, "COUNT");
    int64_t batch = bench_number(argc, argv, 5, "BATCH");
    struct bench_run run;
    bench_run_begin(&run, count);
    mongoc_init();
    mongoc_client_t *client = mongoc_client_new(bench_mongodb());
    struct writer writer = {
        .collection = mongoc_client_get_collection(client, argv[2], argv[3]),
        .insert = strcmp(argv[1], "insert") == 0,
        .by_fish = strcmp(argv[1], "replace_by_fish") == 0,
    };
    for (int64_t from = 0; from < count; from += batch) {
        int64_t to = from + batch < count ? from + batch : count;
        write_batch(&writer, from, to);
        bench_run_count(&run, to - from);
    }
    bench_run_end(&run);
    mongoc_collection_destroy(writer.collection);
    mongoc_client_destroy(client);
    mongoc_cleanup();
    return 0;
}
