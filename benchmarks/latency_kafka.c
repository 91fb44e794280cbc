/* SPDX-License-Identifier: Apache-2.0 */
/* latency_kafka PREDICTIONS WEIGHTS DIFF RETRAIN PAIRS_PER_SECOND SECONDS
 * Sends pairs at a rate and times, from the moment before the second half is sent, when a
 * read_committed consumer has the joined record, and when it has an aggregate that contains it.
 * Prints one JSON object for each of the two. */
#include "benchmarks/bench.h"
#include "benchmarks/kafka_client.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAIRS_MAX = 1000000, VALUE_BYTES_MAX = 1024, DRAIN_MS_MAX = 20000 };

static double sent_s[PAIRS_MAX];
static atomic_bool stopping;

struct watcher {
    const char *topic;
    const char *field; /* what stands before the number in the value; NULL: the key is the fish */
    bool up_to;        /* a record stands for all fish up to its own */
    double seen_s[PAIRS_MAX];
    int64_t next; /* with up_to */
    atomic_llong seen;
    pthread_t thread;
};

static struct watcher joined; /* the fish is the key */
static struct watcher aggregated = {.field = "\"FISH_ID_END\":\"F", .up_to = true};

/* The number of the fish that the record names, or -1. */
static int64_t fish_of(const struct watcher *watcher, const rd_kafka_message_t *message)
{
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || message->payload == NULL) {
        return -1;
    }
    if (watcher->field == NULL) {
        char key[16] = "";
        memcpy(key, message->key, message->key_len < sizeof key ? message->key_len : 0);
        return key[0] == 'F' ? strtoll(key + 1, NULL, 10) : -1;
    }
    size_t length = strlen(watcher->field);
    const char *found = memmem(message->payload, message->len, watcher->field, length);
    return found != NULL ? strtoll(found + length, NULL, 10) : -1;
}

static void note(struct watcher *watcher, int64_t fish, double now_s)
{
    int64_t from = watcher->up_to ? watcher->next : fish;
    for (int64_t number = from; number <= fish && number < PAIRS_MAX; number++) {
        if (watcher->seen_s[number] <= 0) {
            watcher->seen_s[number] = now_s;
            atomic_fetch_add(&watcher->seen, 1);
        }
    }
    watcher->next = fish + 1 > watcher->next ? fish + 1 : watcher->next;
}

static void *watch(void *context)
{
    struct watcher *watcher = context;
    rd_kafka_queue_t *queue;
    bench_consumer(watcher->topic, RD_KAFKA_OFFSET_END, &queue);
    rd_kafka_message_t *messages[512];
    while (!atomic_load(&stopping)) {
        ssize_t count = rd_kafka_consume_batch_queue(queue, 1, messages, 512);
        double now_s = bench_now_s();
        for (ssize_t i = 0; i < count; i++) {
            note(watcher, fish_of(watcher, messages[i]), now_s);
            rd_kafka_message_destroy(messages[i]);
        }
    }
    return NULL;
}

static void send_pair(rd_kafka_t *producer, rd_kafka_topic_t *left, rd_kafka_topic_t *right,
                      int64_t number)
{
    char value[VALUE_BYTES_MAX];
    struct bench_fish fish;
    int64_t now_ms = bench_wall_ms();
    bench_fish(&fish, number, true);
    size_t length = bench_prediction_json(value, sizeof value, &fish, now_ms);
    bench_send(producer, left, RD_KAFKA_PARTITION_UA, fish.id, strlen(fish.id), value, length,
               now_ms);
    length = bench_weight_json(value, sizeof value, &fish, now_ms);
    sent_s[number] = bench_now_s();
    bench_send(producer, right, RD_KAFKA_PARTITION_UA, fish.id, strlen(fish.id), value, length,
               now_ms);
}

static void report(const char *name, struct watcher *watcher, int64_t count)
{
    static double latencies_ms[PAIRS_MAX];
    size_t arrived = 0;
    for (int64_t number = 0; number < count; number++) {
        if (watcher->seen_s[number] > 0) {
            latencies_ms[arrived++] = (watcher->seen_s[number] - sent_s[number]) * 1000;
        }
    }
    bench_print_latencies(name, latencies_ms, arrived, count);
}

int main(int argc, char **argv)
{
    double rate = (double)bench_number(argc, argv, 5, "PAIRS_PER_SECOND");
    int64_t count = (int64_t)rate * bench_number(argc, argv, 6, "SECONDS");
    count = count < PAIRS_MAX ? count : PAIRS_MAX;
    joined.topic = argv[3];
    aggregated.topic = argv[4];
    pthread_create(&joined.thread, NULL, watch, &joined);
    pthread_create(&aggregated.thread, NULL, watch, &aggregated);
    rd_kafka_t *producer = bench_producer(NULL, "0");
    rd_kafka_topic_t *left = rd_kafka_topic_new(producer, argv[1], NULL);
    rd_kafka_topic_t *right = rd_kafka_topic_new(producer, argv[2], NULL);
    sleep(1); /* the consumers stand at the ends of their topics */
    double begin_s = bench_now_s();
    for (int64_t number = 0; number < count; number++) {
        double early_s = begin_s + (double)number / rate - bench_now_s();
        if (early_s > 0) {
            usleep((useconds_t)(early_s * 1e6));
        }
        send_pair(producer, left, right, number);
        rd_kafka_poll(producer, 0);
    }
    rd_kafka_flush(producer, 10000);
    for (int waited_ms = 0; waited_ms < DRAIN_MS_MAX && (atomic_load(&joined.seen) < count ||
                                                         atomic_load(&aggregated.seen) < count);
         waited_ms += 50) {
        usleep(50000);
    }
    atomic_store(&stopping, true);
    pthread_join(joined.thread, NULL);
    pthread_join(aggregated.thread, NULL);
    report("input to diff_weight", &joined, count);
    report("input to retrain_weight", &aggregated, count);
    _exit(0);
}
