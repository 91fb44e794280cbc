/* SPDX-License-Identifier: Apache-2.0 */
/* latency_mongo DATABASE DOCUMENTS_PER_SECOND SECONDS [SINK]
 * Inserts fish into weight-prediction and machine-weight, half of the documents into each, and times
 * from just before the second insert of a pair until its document is in the change stream of SINK
 * (default training_data). With SINK machine-weight it times the method itself. */
#include "benchmarks/bench.h"

#include <mongoc/mongoc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAIRS_MAX = 1000000, DRAIN_MS_MAX = 20000 };

static double sent_s[PAIRS_MAX], seen_s[PAIRS_MAX];
static atomic_llong seen_count;
static atomic_bool ready, stopping;
static int64_t first_fish; /* of this run */

struct target {
    const char *database, *collection;
};

/* -1: the event names no fish of this run. */
static int64_t fish_of(const bson_t *event)
{
    static const char *const paths[] = {"fullDocument.fish_id", "fullDocument.FISH"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        bson_iter_t iterator, found;
        if (bson_iter_init(&iterator, event) &&
            bson_iter_find_descendant(&iterator, paths[i], &found) &&
            BSON_ITER_HOLDS_UTF8(&found) && bson_iter_utf8(&found, NULL)[0] == 'F') {
            return strtoll(bson_iter_utf8(&found, NULL) + 1, NULL, 10) - first_fish;
        }
    }
    return -1;
}

static void *watch(void *context)
{
    const struct target *target = context;
    mongoc_client_t *client = mongoc_client_new(bench_mongodb());
    mongoc_collection_t *collection =
        mongoc_client_get_collection(client, target->database, target->collection);
    bson_t pipeline = BSON_INITIALIZER, options = BSON_INITIALIZER;
    BSON_APPEND_INT64(&options, "maxAwaitTimeMS", 200);
    mongoc_change_stream_t *changes = mongoc_collection_watch(collection, &pipeline, &options);
    const bson_t *event, *reply;
    bson_error_t error;
    mongoc_change_stream_next(changes, &event);
    atomic_store(&ready, true);
    while (!atomic_load(&stopping)) {
        if (!mongoc_change_stream_next(changes, &event)) {
            if (mongoc_change_stream_error_document(changes, &error, &reply)) {
                bench_die("change stream: %s", error.message);
            }
            continue;
        }
        int64_t fish = fish_of(event);
        if (fish >= 0 && fish < PAIRS_MAX && seen_s[fish] <= 0) {
            seen_s[fish] = bench_now_s();
            atomic_fetch_add(&seen_count, 1);
        }
    }
    return NULL;
}

static void insert(mongoc_collection_t *collection, const struct bench_fish *fish, bool measured)
{
    bson_t document = BSON_INITIALIZER;
    BSON_APPEND_UTF8(&document, "fish_id", fish->id);
    BSON_APPEND_UTF8(&document, "species", fish->species);
    BSON_APPEND_DOUBLE(&document, "length", fish->length);
    if (measured) {
        BSON_APPEND_DOUBLE(&document, "weight", fish->weight);
    } else {
        BSON_APPEND_DOUBLE(&document, "height", fish->height);
        BSON_APPEND_DOUBLE(&document, "prediction", fish->prediction);
    }
    bson_error_t error;
    if (!mongoc_collection_insert_one(collection, &document, NULL, NULL, &error)) {
        bench_die("insert: %s", error.message);
    }
    bson_destroy(&document);
}

static void insert_pairs(const char *database, double rate, int64_t count)
{
    mongoc_client_t *client = mongoc_client_new(bench_mongodb());
    mongoc_collection_t *predictions =
        mongoc_client_get_collection(client, database, "weight-prediction");
    mongoc_collection_t *weights = mongoc_client_get_collection(client, database, "machine-weight");
    double begin_s = bench_now_s();
    for (int64_t number = 0; number < count; number++) {
        double early_s = begin_s + (double)number / rate - bench_now_s();
        if (early_s > 0) {
            usleep((useconds_t)(early_s * 1e6));
        }
        struct bench_fish fish;
        bench_fish(&fish, first_fish + number, true);
        insert(predictions, &fish, false);
        sent_s[number] = bench_now_s();
        insert(weights, &fish, true);
    }
    mongoc_collection_destroy(predictions);
    mongoc_collection_destroy(weights);
    mongoc_client_destroy(client);
}

int main(int argc, char **argv)
{
    static double latencies_ms[PAIRS_MAX];
    double rate = (double)bench_number(argc, argv, 2, "DOCUMENTS_PER_SECOND") / 2;
    int64_t count = (int64_t)(rate * (double)bench_number(argc, argv, 3, "SECONDS"));
    count = count < PAIRS_MAX ? count : PAIRS_MAX;
    struct target target = {argv[1], bench_argument(argc, argv, 4, "training_data")};
    first_fish = bench_wall_ms() / 1000 % 100000 * 100000;
    mongoc_init();
    pthread_t watcher;
    pthread_create(&watcher, NULL, watch, &target);
    while (!atomic_load(&ready)) {
        usleep(1000);
    }
    insert_pairs(argv[1], rate, count);
    for (int waited_ms = 0; waited_ms < DRAIN_MS_MAX && atomic_load(&seen_count) < count;
         waited_ms += 50) {
        usleep(50000);
    }
    atomic_store(&stopping, true);
    pthread_join(watcher, NULL);
    size_t arrived = 0;
    for (int64_t number = 0; number < count; number++) {
        if (seen_s[number] > 0) {
            latencies_ms[arrived++] = (seen_s[number] - sent_s[number]) * 1000;
        }
    }
    bench_print_latencies(target.collection, latencies_ms, arrived, count);
    return 0;
}
