/* SPDX-License-Identifier: Apache-2.0 */
/* What librdkafka does when nothing is done with the records:
 *   kafka_pass consume TOPIC COUNT
 *   kafka_pass transactions FROM TO COUNT INTERVAL_MS   reads and writes, exactly once */
#include "benchmarks/bench.h"
#include "benchmarks/kafka_client.h"

#include <string.h>
#include <unistd.h>

enum { BATCH = 4096, WAIT_MS = 100 };

struct pass {
    rd_kafka_t *consumer, *producer;
    rd_kafka_topic_t *to;
    rd_kafka_queue_t *queue;
    const char *from;
    int64_t next[BENCH_PARTITIONS_MAX]; /* offsets to commit; 0: nothing read */
    double interval_s, due_s;
};

static void commit(struct pass *pass)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (int32_t i = 0; i < BENCH_PARTITIONS_MAX; i++) {
        if (pass->next[i] > 0) {
            rd_kafka_topic_partition_list_add(list, pass->from, i)->offset = pass->next[i];
        }
    }
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(pass->consumer);
    bench_check(rd_kafka_send_offsets_to_transaction(pass->producer, list, group, 10000),
                "offsets");
    bench_check(rd_kafka_commit_transaction(pass->producer, 10000), "commit");
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(list);
}

static void pass_on(struct pass *pass, const rd_kafka_message_t *message)
{
    if (message->partition >= BENCH_PARTITIONS_MAX) {
        bench_die("more than %d partitions", BENCH_PARTITIONS_MAX);
    }
    pass->next[message->partition] = message->offset + 1;
    bench_send(pass->producer, pass->to, message->partition, message->key, message->key_len,
               message->payload, message->len, 0);
}

static void commit_when_due(struct pass *pass)
{
    rd_kafka_poll(pass->producer, 0);
    if (bench_now_s() >= pass->due_s) {
        commit(pass);
        bench_check(rd_kafka_begin_transaction(pass->producer), "begin");
        pass->due_s = bench_now_s() + pass->interval_s;
    }
}

static void work(struct pass *pass, struct bench_run *run)
{
    static rd_kafka_message_t *messages[BATCH];
    while (run->count < run->target) {
        ssize_t count = rd_kafka_consume_batch_queue(pass->queue, WAIT_MS, messages, BATCH);
        for (ssize_t i = 0; i < count; i++) {
            if (messages[i]->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
                bench_die("consume: %s", rd_kafka_message_errstr(messages[i]));
            }
            if (pass->producer != NULL) {
                pass_on(pass, messages[i]);
            }
            rd_kafka_message_destroy(messages[i]);
        }
        bench_run_count(run, count);
        if (pass->producer != NULL && run->count > 0) {
            commit_when_due(pass);
        }
    }
}

int main(int argc, char **argv)
{
    bool writes = argc > 1 && strcmp(argv[1], "transactions") == 0;
    struct bench_run run;
    bench_run_begin(&run, bench_number(argc, argv, writes ? 4 : 3, "COUNT"));
    struct pass pass = {.from = argv[2]};
    pass.consumer = bench_consumer(pass.from, RD_KAFKA_OFFSET_BEGINNING, &pass.queue);
    if (writes) {
        pass.producer = bench_producer("bench-pass", "5");
        pass.to = rd_kafka_topic_new(pass.producer, argv[3], NULL);
        pass.interval_s = (double)bench_number(argc, argv, 5, "INTERVAL_MS") / 1000;
        pass.due_s = bench_now_s() + pass.interval_s;
    }
    work(&pass, &run);
    if (writes) {
        commit(&pass);
    }
    bench_run_end(&run);
    _exit(0); /* destroying the clients is no part of it */
}
