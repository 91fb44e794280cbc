/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmarks/kafka_client.h"

#include "benchmarks/bench.h"

#include <string.h>

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *context)
{
    (void)client;
    (void)context;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        bench_die("delivery: %s", rd_kafka_err2str(message->err));
    }
}

static rd_kafka_t *create(rd_kafka_type_t type, const char *const pairs[][2])
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bench_kafka(), error, sizeof error);
    rd_kafka_conf_set(conf, "log_level", "3", error, sizeof error);
    for (size_t i = 0; pairs[i][0] != NULL; i++) {
        if (rd_kafka_conf_set(conf, pairs[i][0], pairs[i][1], error, sizeof error) != 0) {
            bench_die("%s", error);
        }
    }
    if (type == RD_KAFKA_PRODUCER) {
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    }
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);
    if (client == NULL) {
        bench_die("%s", error);
    }
    return client;
}

/* Asks for the leaders first: without it librdkafka's first fetch waits half a second. */
static rd_kafka_topic_partition_list_t *all_partitions(rd_kafka_t *client, const char *topic,
                                                       int64_t offset)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    rd_kafka_resp_err_t status = rd_kafka_metadata(client, 0, handle, &metadata, 10000);
    if (status != RD_KAFKA_RESP_ERR_NO_ERROR || metadata->topics[0].partition_cnt == 0) {
        bench_die("topic %s: %s", topic, rd_kafka_err2str(status));
    }
    int count = metadata->topics[0].partition_cnt;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int i = 0; i < count; i++) {
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = offset;
    }
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
    return list;
}

rd_kafka_t *bench_consumer(const char *topic, int64_t offset, rd_kafka_queue_t **queue)
{
    const char *const pairs[][2] = {{"group.id", "bench"},
                                    {"enable.auto.commit", "false"},
                                    {"isolation.level", "read_committed"},
                                    {"fetch.wait.max.ms", "100"},
                                    {NULL, NULL}};
    rd_kafka_t *client = create(RD_KAFKA_CONSUMER, pairs);
    rd_kafka_poll_set_consumer(client);
    rd_kafka_topic_partition_list_t *list = all_partitions(client, topic, offset);
    rd_kafka_resp_err_t status = rd_kafka_assign(client, list);
    if (status != RD_KAFKA_RESP_ERR_NO_ERROR) {
        bench_die("assign: %s", rd_kafka_err2str(status));
    }
    rd_kafka_topic_partition_list_destroy(list);
    *queue = rd_kafka_queue_get_consumer(client);
    return client;
}

rd_kafka_t *bench_producer(const char *transactional_id, const char *linger_ms)
{
    const char *const pairs[][2] = {
        {"linger.ms", linger_ms},
        {"enable.idempotence", "true"},
        {"partitioner", "murmur2_random"},
        {transactional_id != NULL ? "transactional.id" : NULL, transactional_id},
        {NULL, NULL}};
    rd_kafka_t *client = create(RD_KAFKA_PRODUCER, pairs);
    if (transactional_id != NULL) {
        bench_check(rd_kafka_init_transactions(client, 10000), "transactions");
        bench_check(rd_kafka_begin_transaction(client), "begin");
    }
    return client;
}

void bench_send(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition, const void *key,
                size_t key_bytes, const void *value, size_t value_bytes, int64_t timestamp_ms)
{
    union {
        const void *read_only;
        void *plain;
    } borrowed_key = {.read_only = key}, borrowed_value = {.read_only = value};
    rd_kafka_vu_t arguments[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {borrowed_key.plain, key_bytes}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {borrowed_value.plain, value_bytes}},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = timestamp_ms},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
    };
    rd_kafka_error_t *error;
    while ((error = rd_kafka_produceva(producer, arguments,
                                       sizeof arguments / sizeof *arguments)) != NULL) {
        if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            bench_check(error, "produce");
        }
        rd_kafka_error_destroy(error);
        rd_kafka_poll(producer, 5);
    }
}

void bench_check(rd_kafka_error_t *error, const char *what)
{
    if (error != NULL) {
        bench_die("%s: %s", what, rd_kafka_error_string(error));
    }
}
