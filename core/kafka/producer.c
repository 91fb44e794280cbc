/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/producer.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kafka/client_config.h"
#include "core/kafka/consumer_internal.h"
#include "core/kafka/kafka_internal.h"
#include "core/kafka/partitioner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TRANSACTION_TIMEOUT_MS = 60000,
    LINGER_MS = 5,
    QUEUE_FULL_WAIT_MS = 5,
    POLL_EVERY = 512,
    QUEUE_KBYTES = 65536,
    EARLY_FLUSH_MS = 100, /* of a commit, by our own steps */
    FLUSH_STEP_MS = 2, /* waits for 1 ms: a rest below that is cut off, 1 would not wait at all */
    SHORT_TRANSACTION_US = 50000,
    SETTLE_US = 3000,
};

struct weir_producer_topic {
    struct weir_producer_topic *next;
    rd_kafka_topic_t *handle;
    int32_t partition_count;
    uint32_t round_robin;
};

struct weir_producer {
    rd_kafka_t *client;
    struct weir_producer_topic *topics;
    bool transactional;
    uint32_t sent_since_poll;
    int64_t begun_us, committed_us; /* the last transaction */
    /* First delivery failure since the last flush; only touched from rd_kafka_poll on the owner's
     * thread. */
    rd_kafka_resp_err_t delivery_failure;
};

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *context)
{
    (void)client;
    struct weir_producer *producer = context;
    if (message->err && !producer->delivery_failure) {
        producer->delivery_failure = message->err;
    }
}

/* The queue must take the largest message, or that one would wait for ever. */
static void set_queue(const struct weir_config *config, int32_t kbytes, rd_kafka_conf_t *conf)
{
    char number[24] = "0";
    size_t size = sizeof(number);
    rd_kafka_conf_get(conf, "message.max.bytes", number, &size);
    long message_kbytes = strtol(number, NULL, 10) / 1024 + 1;
    long wanted = kbytes > 0 ? kbytes : QUEUE_KBYTES;
    snprintf(number, sizeof(number), "%ld",
             wanted > 2 * message_kbytes ? wanted : 2 * message_kbytes);
    weir_kafka_conf_default(config, WEIR_KAFKA_PRODUCER, conf, "queue.buffering.max.kbytes",
                            number);
}

static void set_limit(const struct weir_config *config, rd_kafka_conf_t *conf, const char *name,
                      int32_t bytes)
{
    char number[16];
    if (bytes > 0) {
        snprintf(number, sizeof(number), "%d", bytes);
        weir_kafka_conf_default(config, WEIR_KAFKA_PRODUCER, conf, name, number);
    }
}

static void set_options(const struct weir_config *config,
                        const struct weir_producer_options *options, rd_kafka_conf_t *conf)
{
    char number[16];
    snprintf(number, sizeof(number), "%d", options->linger_ms < 0 ? LINGER_MS : options->linger_ms);
    weir_kafka_conf_default(config, WEIR_KAFKA_PRODUCER, conf, "linger.ms", number);
    weir_kafka_conf_default(config, WEIR_KAFKA_PRODUCER, conf, "queue.buffering.max.messages",
                            "200000");
    set_limit(config, conf, "message.max.bytes", options->message_bytes_max);
    set_limit(config, conf, "batch.size", options->batch_bytes_max);
    set_queue(config, options->queue_kbytes, conf);
    weir_kafka_conf_default(config, WEIR_KAFKA_PRODUCER, conf, "batch.num.messages", "20000");
    weir_kafka_conf_set(conf, "enable.idempotence", "true");
    if (options->transactional_id) {
        int32_t timeout_ms = options->transaction_timeout_ms;
        snprintf(number, sizeof(number), "%d", timeout_ms ? timeout_ms : TRANSACTION_TIMEOUT_MS);
        weir_kafka_conf_set(conf, "transactional.id", options->transactional_id);
        /* A commit is tried again while the coordinator still writes the last one's markers. */
        weir_kafka_conf_default(config, WEIR_KAFKA_PRODUCER, conf, "retry.backoff.ms", "10");
        weir_kafka_conf_default(config, WEIR_KAFKA_PRODUCER, conf, "transaction.timeout.ms",
                                number);
    }
}

struct weir_producer *weir_producer_create(const struct weir_config *config,
                                           const struct weir_producer_options *options,
                                           int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_conf_t *conf = weir_kafka_conf_create(config, WEIR_KAFKA_PRODUCER, err);
    if (!conf) {
        return NULL;
    }
    struct weir_producer *producer = weir_alloc(sizeof(*producer));
    producer->transactional = options->transactional_id != NULL;
    set_options(config, options, conf);
    if (!producer->transactional) { /* a transaction's commit tells of failures by itself */
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    }
    rd_kafka_conf_set_opaque(conf, producer);
    producer->client = weir_kafka_client_create(RD_KAFKA_PRODUCER, conf, err);
    if (!producer->client || !weir_kafka_await_broker(producer->client, config, deadline_ms, err)) {
        weir_producer_destroy(producer);
        return NULL;
    }
    return producer;
}

static size_t number_in_effect(const struct weir_producer *producer, const char *name)
{
    char text[24] = "0";
    size_t bytes = sizeof(text);
    rd_kafka_conf_get(rd_kafka_conf(producer->client), name, text, &bytes);
    return strtoul(text, NULL, 10);
}

size_t weir_producer_message_bytes_max(const struct weir_producer *producer)
{
    return number_in_effect(producer, "message.max.bytes");
}

size_t weir_producer_batch_bytes_max(const struct weir_producer *producer)
{
    return number_in_effect(producer, "batch.size");
}

void weir_producer_destroy(struct weir_producer *producer)
{
    if (!producer) {
        return;
    }
    for (struct weir_producer_topic *topic = producer->topics; topic;) {
        struct weir_producer_topic *next = topic->next;
        rd_kafka_topic_destroy(topic->handle);
        weir_free(topic);
        topic = next;
    }
    if (producer->client) {
        rd_kafka_purge(producer->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                             RD_KAFKA_PURGE_F_NON_BLOCKING);
        rd_kafka_destroy(producer->client);
    }
    weir_free(producer);
}

/* Number of partitions, 0: no such topic, -1: err. */
static int32_t count_partitions(struct weir_producer *producer, rd_kafka_topic_t *handle,
                                int64_t deadline_ms, struct weir_error *err)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(producer->client, 0, handle, &metadata,
                                                 weir_clock_left_ms(deadline_ms, 60000) + 1);
    if (code) {
        weir_kafka_fail(err, (int)code, rd_kafka_topic_name(handle));
        return -1;
    }
    int32_t count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    return count;
}

struct weir_producer_topic *weir_producer_topic(struct weir_producer *producer, const char *name,
                                                int64_t deadline_ms, struct weir_error *err)
{
    for (struct weir_producer_topic *topic = producer->topics; topic; topic = topic->next) {
        if (strcmp(rd_kafka_topic_name(topic->handle), name) == 0) {
            return topic;
        }
    }
    rd_kafka_topic_t *handle = rd_kafka_topic_new(producer->client, name, NULL);
    if (!handle) {
        weir_kafka_fail(err, (int)rd_kafka_last_error(), name);
        return NULL;
    }
    int32_t count = count_partitions(producer, handle, deadline_ms, err);
    if (count <= 0) {
        rd_kafka_topic_destroy(handle);
        if (count == 0) {
            weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_KAFKA,
                      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                      "topic '%s' does not exist; create it first", name);
        }
        return NULL;
    }
    struct weir_producer_topic *topic = weir_alloc(sizeof(*topic));
    *topic = (struct weir_producer_topic){
        .next = producer->topics, .handle = handle, .partition_count = count};
    producer->topics = topic;
    return topic;
}

int32_t weir_producer_topic_partitions(const struct weir_producer_topic *topic)
{
    return topic->partition_count;
}

static int32_t choose_partition(struct weir_producer_topic *topic, const struct weir_record *record)
{
    if (record->partition >= 0) {
        return record->partition;
    }
    if (weir_bytes_is_null(record->key)) {
        return (int32_t)(topic->round_robin++ % (uint32_t)topic->partition_count);
    }
    return weir_partition_of(record->key, topic->partition_count);
}

static rd_kafka_headers_t *copy_headers(const struct weir_record *record)
{
    if (record->header_count == 0) {
        return NULL;
    }
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (size_t index = 0; index < record->header_count; index++) {
        const struct weir_header *header = &record->headers[index];
        rd_kafka_header_add(headers, (const char *)header->name.data, (ssize_t)header->name.len,
                            header->value.data, (ssize_t)header->value.len);
    }
    return headers;
}

/* Removes const for librdkafka's union of arguments, which only reads. */
static void *borrowed(struct weir_bytes bytes)
{
    union {
        const void *read_only;
        void *plain;
    } pointer = {.read_only = bytes.data};
    return pointer.plain;
}

static rd_kafka_error_t *enqueue(struct weir_producer *producer, struct weir_producer_topic *topic,
                                 const struct weir_record *record, int32_t partition,
                                 rd_kafka_headers_t *headers)
{
    rd_kafka_vu_t arguments[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic->handle},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {borrowed(record->key), record->key.len}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {borrowed(record->value), record->value.len}},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP,
         .u.i64 = record->timestamp_ms > 0 ? record->timestamp_ms : 0},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    size_t count = sizeof(arguments) / sizeof(arguments[0]) - (headers ? 0 : 1);
    return rd_kafka_produceva(producer->client, arguments, count);
}

bool weir_producer_send(struct weir_producer *producer, struct weir_producer_topic *topic,
                        const struct weir_record *record, struct weir_error *err)
{
    int32_t partition = choose_partition(topic, record);
    rd_kafka_headers_t *headers = copy_headers(record);
    rd_kafka_error_t *error;
    while ((error = enqueue(producer, topic, record, partition, headers)) != NULL &&
           rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_error_destroy(error);
        rd_kafka_poll(producer->client, QUEUE_FULL_WAIT_MS);
    }
    if (error) {
        if (headers) {
            rd_kafka_headers_destroy(headers);
        }
        return weir_kafka_fail_object(err, error, rd_kafka_topic_name(topic->handle));
    }
    if (++producer->sent_since_poll >= POLL_EVERY) {
        producer->sent_since_poll = 0;
        rd_kafka_poll(producer->client, 0);
    }
    return true;
}

bool weir_producer_flush(struct weir_producer *producer, int64_t deadline_ms,
                         struct weir_error *err)
{
    rd_kafka_resp_err_t code =
        rd_kafka_flush(producer->client, weir_clock_left_ms(deadline_ms, INT32_MAX));
    rd_kafka_resp_err_t failure = producer->delivery_failure ? producer->delivery_failure : code;
    producer->delivery_failure = RD_KAFKA_RESP_ERR_NO_ERROR;
    return failure == RD_KAFKA_RESP_ERR_NO_ERROR ||
           weir_kafka_fail(err, (int)failure, "delivery to Kafka");
}

bool weir_producer_init(struct weir_producer *producer, int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_error_t *error;
    while ((error = rd_kafka_init_transactions(
                producer->client, weir_clock_left_ms(deadline_ms, 60000) + 1)) != NULL &&
           rd_kafka_error_is_retriable(error) && weir_clock_left_ms(deadline_ms, 1) > 0) {
        rd_kafka_error_destroy(error);
    }
    return !error || weir_kafka_fail_object(err, error, "transactions");
}

/* The coordinator refuses a transaction while the last one's markers are being written, and
 * librdkafka then waits for 20 ms: short transactions are better begun a little later. */
static void let_settle(const struct weir_producer *producer)
{
    int64_t since_us = weir_clock_us() - producer->committed_us;
    bool was_short = producer->committed_us - producer->begun_us < SHORT_TRANSACTION_US;
    if (was_short && since_us < SETTLE_US) {
        usleep((useconds_t)(SETTLE_US - since_us));
    }
}

bool weir_producer_begin(struct weir_producer *producer, struct weir_error *err)
{
    let_settle(producer);
    producer->begun_us = weir_clock_us();
    rd_kafka_error_t *error = rd_kafka_begin_transaction(producer->client);
    return !error || weir_kafka_fail_object(err, error, "begin of transaction");
}

static rd_kafka_topic_partition_list_t *offset_list(const struct weir_offset *offsets,
                                                    size_t offset_count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)offset_count);
    for (size_t index = 0; index < offset_count; index++) {
        rd_kafka_topic_partition_t *entry =
            rd_kafka_topic_partition_list_add(list, offsets[index].topic, offsets[index].partition);
        entry->offset = offsets[index].offset;
        if (!weir_bytes_is_null(offsets[index].metadata)) {
            /* librdkafka frees it with its own free() and cuts text at the first NUL: callers pass
             * text. */
            entry->metadata = weir_strndup((const char *)offsets[index].metadata.data,
                                           offsets[index].metadata.len);
            entry->metadata_size = offsets[index].metadata.len;
        }
    }
    return list;
}

bool weir_producer_send_offsets(struct weir_producer *producer, struct weir_consumer *consumer,
                                const struct weir_offset *offsets, size_t offset_count,
                                int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = offset_list(offsets, offset_count);
    rd_kafka_consumer_group_metadata_t *group =
        rd_kafka_consumer_group_metadata(weir_consumer_client(consumer));
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(
        producer->client, list, group, weir_clock_left_ms(deadline_ms, 60000) + 1);
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(list);
    return !error || weir_kafka_fail_object(err, error, "offsets of transaction");
}

static bool is_fenced(const rd_kafka_error_t *error)
{
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

static enum weir_transaction_outcome outcome_of(struct weir_error *err, rd_kafka_error_t *error,
                                                const char *what)
{
    enum weir_transaction_outcome outcome = WEIR_TRANSACTION_UNKNOWN;
    if (is_fenced(error)) {
        outcome = WEIR_TRANSACTION_FENCED;
    } else if (rd_kafka_error_txn_requires_abort(error)) {
        outcome = WEIR_TRANSACTION_ABORT;
    }
    weir_kafka_fail_object(err, error, what);
    if (outcome == WEIR_TRANSACTION_UNKNOWN) {
        err->action = WEIR_ERROR_RETRY; /* a new producer finds out what happened */
    }
    return outcome;
}

/* The flush inside a commit looks only each 10 ms whether all is delivered, as nothing wakes it. */
static void flush_early(struct weir_producer *producer)
{
    int64_t until_ms = weir_clock_ms() + EARLY_FLUSH_MS;
    while (rd_kafka_outq_len(producer->client) > 0 && weir_clock_ms() < until_ms) {
        rd_kafka_flush(producer->client, FLUSH_STEP_MS);
    }
}

enum weir_transaction_outcome weir_producer_commit(struct weir_producer *producer,
                                                   int64_t deadline_ms, struct weir_error *err)
{
    producer->sent_since_poll = 0;
    flush_early(producer);
    rd_kafka_error_t *error =
        rd_kafka_commit_transaction(producer->client, weir_clock_left_ms(deadline_ms, 600000) + 1);
    producer->committed_us = weir_clock_us();
    return error ? outcome_of(err, error, "commit of transaction") : WEIR_TRANSACTION_DONE;
}

enum weir_transaction_outcome weir_producer_abort(struct weir_producer *producer,
                                                  int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_error_t *error =
        rd_kafka_abort_transaction(producer->client, weir_clock_left_ms(deadline_ms, 600000) + 1);
    return error ? outcome_of(err, error, "abort of transaction") : WEIR_TRANSACTION_DONE;
}
