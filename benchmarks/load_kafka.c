/* SPDX-License-Identifier: Apache-2.0 */
/* Fills topics:
 *   load_kafka pairs COUNT PREDICTIONS WEIGHTS [SPAN_MS] [KEYS] [FANOUT]
 *       both inputs of the recipe's join. The pairs lie evenly in SPAN_MS of event time (default a
 *       minute for each 60,000), use KEYS different keys in turn (default: each its own), and each
 *       prediction has FANOUT weights (default 1).
 *   load_kafka diff|retrain COUNT TOPIC    what the join, or the aggregate, writes */
#include "benchmarks/bench.h"
#include "benchmarks/kafka_client.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_BYTES_MAX = 1024, POLL_EVERY = 1000 };

struct load {
    rd_kafka_t *producer;
    rd_kafka_topic_t *left, *right;
    int64_t begin_ms, span_ms, keys, fanout;
    struct bench_run run;
};

static void send_value(struct load *load, rd_kafka_topic_t *topic, const char *key,
                       const char *value, size_t length, int64_t ts_ms)
{
    bench_send(load->producer, topic, RD_KAFKA_PARTITION_UA, key, strlen(key), value, length,
               ts_ms);
    bench_run_count(&load->run, 1);
    if (load->run.count % POLL_EVERY == 0) {
        rd_kafka_poll(load->producer, 0);
    }
}

static void send_pair(struct load *load, int64_t number, int64_t count)
{
    char value[VALUE_BYTES_MAX];
    struct bench_fish fish;
    int64_t ts_ms =
        load->begin_ms + (int64_t)((double)number / (double)count * (double)load->span_ms);
    bench_fish(&fish, number % load->keys, ts_ms / 60000 % 2 == 1);
    size_t length = bench_prediction_json(value, sizeof value, &fish, ts_ms);
    send_value(load, load->left, fish.id, value, length, ts_ms);
    for (int64_t i = 0; i < load->fanout; i++) {
        length = bench_weight_json(value, sizeof value, &fish, ts_ms + 250);
        send_value(load, load->right, fish.id, value, length, ts_ms + 250);
    }
}

static void send_result(struct load *load, int64_t number, bool joined)
{
    char value[VALUE_BYTES_MAX];
    struct bench_fish fish;
    int64_t ts_ms = load->begin_ms + number;
    bench_fish(&fish, number, number / 60000 % 2 == 1);
    size_t length = joined ? bench_diff_json(value, sizeof value, &fish)
                           : bench_retrain_json(value, sizeof value, &fish, ts_ms);
    send_value(load, load->left, fish.id, value, length, ts_ms);
}

int main(int argc, char **argv)
{
    bool pairs = argc > 1 && strcmp(argv[1], "pairs") == 0;
    bool joined = argc > 1 && strcmp(argv[1], "diff") == 0;
    int64_t count = bench_number(argc, argv, 2, "COUNT");
    struct load load = {.producer = bench_producer(NULL, "50"), .keys = count, .fanout = 1};
    load.span_ms = argc > 5 ? bench_number(argc, argv, 5, "SPAN_MS") : count;
    /* the broker takes nothing from the future */
    load.begin_ms = (bench_wall_ms() - load.span_ms - 3600000) / 120000 * 120000;
    load.keys = argc > 6 ? bench_number(argc, argv, 6, "KEYS") : count;
    load.fanout = argc > 7 ? bench_number(argc, argv, 7, "FANOUT") : 1;
    load.left = rd_kafka_topic_new(load.producer, argv[3], NULL);
    load.right = pairs ? rd_kafka_topic_new(load.producer, argv[4], NULL) : NULL;
    bench_run_begin(&load.run, pairs ? count * (1 + load.fanout) : count);
    for (int64_t number = 0; number < count; number++) {
        if (pairs) {
            send_pair(&load, number, count);
        } else {
            send_result(&load, number, joined);
        }
    }
    rd_kafka_flush(load.producer, 60000);
    if (rd_kafka_outq_len(load.producer) > 0) {
        bench_die("%d records were not delivered", rd_kafka_outq_len(load.producer));
    }
    bench_run_end(&load.run);
    rd_kafka_destroy(load.producer);
    return 0;
}
