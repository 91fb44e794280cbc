/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/consumer.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/kafka/consumer_internal.h"
#include "core/kafka/kafka_internal.h"
#include "core/kafka/refill.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    SESSION_TIMEOUT_MS = 10000,
    MAX_POLL_INTERVAL_MS = 300000,
    METADATA_TIMEOUT_MS = 5000,
    QUEUE_KBYTES = 16384,
    REFILL_INTERVAL_MS = 5,
    JOIN_INTERVAL_MS = 100,
};

struct weir_consumer {
    rd_kafka_t *client;
    struct weir_refill refill;
    int64_t refill_due_ms;
    size_t bytes_max; /* of one poll */
    struct weir_rebalance rebalance;
    bool left; /* the group */
    bool has_partitions;
    int64_t join_due_ms;
    struct weir_error rebalance_error; /* of assigned(), told by the next poll */
    int wake_fd;                       /* 0: not made */
};

rd_kafka_t *weir_consumer_client(const struct weir_consumer *consumer)
{
    return consumer->client;
}

void weir_consumer_refill(struct weir_consumer *consumer)
{
    if (weir_clock_ms() >= consumer->refill_due_ms) {
        weir_refill_ask(&consumer->refill, consumer->client);
        consumer->refill_due_ms = weir_clock_ms() + REFILL_INTERVAL_MS;
    }
}

struct weir_refill weir_consumer_refill_like(const struct weir_consumer *consumer)
{
    struct weir_refill refill = consumer->refill;
    refill.was_full = false;
    refill.queue = NULL;
    return refill;
}

int weir_consumer_wake_fd(struct weir_consumer *consumer)
{
    static const uint64_t one = 1;
    if (consumer->wake_fd == 0) {
        consumer->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        weir_assert(consumer->wake_fd > 0);
        rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer->client);
        rd_kafka_queue_io_event_enable(queue, consumer->wake_fd, &one, sizeof(one));
        rd_kafka_queue_destroy(queue);
    }
    return consumer->wake_fd;
}

/* Borrows the topic names of list. */
static struct weir_topic_partition *copy_list(const rd_kafka_topic_partition_list_t *list)
{
    struct weir_topic_partition *copy = weir_alloc_array((size_t)list->cnt, sizeof(*copy));
    for (int index = 0; index < list->cnt; index++) {
        copy[index] =
            (struct weir_topic_partition){list->elems[index].topic, list->elems[index].partition};
    }
    return copy;
}

static void assign(struct weir_consumer *consumer, rd_kafka_topic_partition_list_t *list)
{
    size_t count = (size_t)list->cnt;
    weir_autofree struct weir_topic_partition *partitions = copy_list(list);
    weir_autofree int64_t *offsets = weir_alloc_array(count, sizeof(*offsets));
    for (size_t index = 0; index < count; index++) {
        offsets[index] = WEIR_OFFSET_COMMITTED;
    }
    struct weir_error err = {0};
    if (consumer->rebalance.assigned &&
        !consumer->rebalance.assigned(consumer->rebalance.context, partitions, count, offsets,
                                      &err)) {
        consumer->rebalance_error = err;
    }
    for (size_t index = 0; index < count; index++) {
        if (offsets[index] != WEIR_OFFSET_COMMITTED) {
            list->elems[index].offset = offsets[index];
        }
    }
    consumer->has_partitions = list->cnt > 0;
    rd_kafka_assign(consumer->client, list);
}

static void take_back(struct weir_consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    weir_autofree struct weir_topic_partition *partitions = copy_list(list);
    if (consumer->rebalance.revoked) {
        consumer->rebalance.revoked(consumer->rebalance.context, partitions, (size_t)list->cnt,
                                    rd_kafka_assignment_lost(consumer->client));
    }
    consumer->has_partitions = false;
    rd_kafka_assign(consumer->client, NULL);
}

static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *list, void *context)
{
    struct weir_consumer *consumer = context;
    consumer->client = client; /* may be called before rd_kafka_new's result is stored */
    weir_log_debug("kafka", "rebalance", "event=%s partitions=%d", rd_kafka_err2name(code),
                   list->cnt);
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && consumer->left) {
        /* Too late: the closing group answers no question for committed offsets any more. */
        rd_kafka_assign(client, NULL);
    } else if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        assign(consumer, list);
    } else {
        take_back(consumer, list);
    }
}

/* Answers that are under way when the queue is full come on top of it: each is kept small. */
static void set_queue(const struct weir_config *config, int32_t kbytes_max, rd_kafka_conf_t *conf)
{
    char number[16];
    snprintf(number, sizeof(number), "%d", kbytes_max ? kbytes_max : QUEUE_KBYTES);
    weir_kafka_conf_default(config, WEIR_KAFKA_CONSUMER, conf, "queued.max.messages.kbytes",
                            number);
    if (kbytes_max) {
        weir_kafka_conf_default(config, WEIR_KAFKA_CONSUMER, conf, "fetch.max.bytes", "1048576");
    }
}

static void set_options(const struct weir_config *config,
                        const struct weir_consumer_options *options, rd_kafka_conf_t *conf)
{
    char number[16];
    const enum weir_kafka_role role = WEIR_KAFKA_CONSUMER;
    weir_kafka_conf_default(config, role, conf, "group.id", options->group_id);
    if (options->group_instance_id) {
        weir_kafka_conf_default(config, role, conf, "group.instance.id",
                                options->group_instance_id);
    }
    weir_kafka_conf_default(config, role, conf, "auto.offset.reset",
                            options->latest ? "latest" : "earliest");
    weir_kafka_conf_default(config, role, conf, "isolation.level",
                            options->read_uncommitted ? "read_uncommitted" : "read_committed");
    weir_kafka_conf_default(config, role, conf, "partition.assignment.strategy", "range");
    snprintf(number, sizeof(number), "%d",
             options->session_timeout_ms ? options->session_timeout_ms : SESSION_TIMEOUT_MS);
    weir_kafka_conf_default(config, role, conf, "session.timeout.ms", number);
    snprintf(number, sizeof(number), "%d",
             options->max_poll_interval_ms ? options->max_poll_interval_ms : MAX_POLL_INTERVAL_MS);
    weir_kafka_conf_default(config, role, conf, "max.poll.interval.ms", number);
    weir_kafka_conf_default(config, role, conf, "heartbeat.interval.ms", "300");
    weir_kafka_conf_default(config, role, conf, "fetch.wait.max.ms", options->eager ? "10" : "100");
    weir_kafka_conf_default(config, role, conf, "fetch.error.backoff.ms", "20");
    set_queue(config, options->queue_kbytes_max, conf);
    if (options->eager) { /* of each partition's queue that much comes on top */
        weir_kafka_conf_default(config, role, conf, "fetch.message.max.bytes", "131072");
    }
    weir_kafka_conf_default(config, role, conf, "topic.metadata.refresh.interval.ms", "30000");
    weir_kafka_conf_set(conf, "enable.auto.commit", "false");
    weir_kafka_conf_set(conf, "enable.auto.offset.store", "false");
    weir_kafka_conf_set(conf, "enable.partition.eof", options->partition_eof ? "true" : "false");
}

struct weir_consumer *weir_consumer_create(const struct weir_config *config,
                                           const struct weir_consumer_options *options,
                                           int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_conf_t *conf = weir_kafka_conf_create(config, WEIR_KAFKA_CONSUMER, err);
    if (!conf) {
        return NULL;
    }
    struct weir_consumer *consumer = weir_alloc(sizeof(*consumer));
    consumer->rebalance = options->rebalance;
    consumer->bytes_max =
        options->queue_kbytes_max ? (size_t)options->queue_kbytes_max * 1024 : SIZE_MAX;
    set_options(config, options, conf);
    weir_refill_configure(&consumer->refill, conf);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_opaque(conf, consumer);
    consumer->client = weir_kafka_client_create(RD_KAFKA_CONSUMER, conf, err);
    if (!consumer->client || !weir_kafka_await_broker(consumer->client, config, deadline_ms, err)) {
        weir_consumer_destroy(consumer);
        return NULL;
    }
    rd_kafka_poll_set_consumer(consumer->client);
    weir_refill_begin(&consumer->refill, consumer->client);
    return consumer;
}

void weir_consumer_leave(struct weir_consumer *consumer)
{
    if (consumer && consumer->client && !consumer->left) {
        consumer->left = true;
        rd_kafka_consumer_close(consumer->client);
    }
}

void weir_consumer_destroy(struct weir_consumer *consumer)
{
    weir_consumer_leave(consumer);
    if (consumer && consumer->client) {
        weir_refill_end(&consumer->refill);
        rd_kafka_destroy(consumer->client);
    }
    if (consumer && consumer->wake_fd > 0) {
        close(consumer->wake_fd);
    }
    weir_free(consumer);
}

bool weir_consumer_subscribe(struct weir_consumer *consumer, const char *const *topics,
                             struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (; *topics; topics++) {
        rd_kafka_topic_partition_list_add(list, *topics, RD_KAFKA_PARTITION_UA);
    }
    rd_kafka_resp_err_t code = rd_kafka_subscribe(consumer->client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return !code || weir_kafka_fail(err, (int)code, "subscribe");
}

/* Of keys and values; the first ones stand for all. */
size_t weir_fetch_mean_bytes(const struct weir_fetch *fetch)
{
    enum { SAMPLE_COUNT = 16 };
    size_t count = fetch->record_count < SAMPLE_COUNT ? fetch->record_count : SAMPLE_COUNT;
    size_t bytes = 0;
    for (size_t index = 0; index < count; index++) {
        bytes += fetch->records[index].key.len + fetch->records[index].value.len;
    }
    return count > 0 ? bytes / count + 1 : 0;
}

static size_t last_bytes(const struct weir_fetch *fetch)
{
    if (fetch->record_count == 0) {
        return 0;
    }
    const struct weir_record *last = &fetch->records[fetch->record_count - 1];
    return last->key.len + last->value.len;
}

/* A join that the broker turned down (another member came at the same time) is tried again after a
 * second, but only when librdkafka's main thread, which sleeps a second at a time, looks: a question
 * to it makes it look. */
static void hurry_join(struct weir_consumer *consumer)
{
    rd_kafka_topic_partition_list_t *partitions;
    if (consumer->has_partitions || weir_clock_ms() < consumer->join_due_ms) {
        return;
    }
    consumer->join_due_ms = weir_clock_ms() + JOIN_INTERVAL_MS;
    if (rd_kafka_assignment(consumer->client, &partitions) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_topic_partition_list_destroy(partitions);
    }
}

bool weir_consumer_poll(struct weir_consumer *consumer, struct weir_fetch *fetch,
                        size_t record_count_max, int timeout_ms, struct weir_error *err)
{
    hurry_join(consumer);
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer->client, timeout_ms);
    size_t bytes = 0;
    bool goes_on = true;
    while (message && goes_on) {
        goes_on = weir_fetch_add(fetch, message, err);
        bytes += last_bytes(fetch);
        message = goes_on && fetch->record_count < record_count_max && bytes < consumer->bytes_max
                      ? rd_kafka_consumer_poll(consumer->client, 0)
                      : NULL;
    }
    weir_fetch_place_headers(fetch);
    if (fetch->record_count > 0 &&
        weir_refill_wants(&consumer->refill, weir_fetch_mean_bytes(fetch))) {
        weir_consumer_refill(consumer);
    }
    if (goes_on && consumer->rebalance_error.action != WEIR_ERROR_NONE) {
        *err = consumer->rebalance_error;
        weir_error_clear(&consumer->rebalance_error);
        return false;
    }
    return goes_on;
}

bool weir_consumer_commit(struct weir_consumer *consumer, const struct weir_offset *offsets,
                          size_t offset_count, struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)offset_count);
    for (size_t index = 0; index < offset_count; index++) {
        rd_kafka_topic_partition_t *entry =
            rd_kafka_topic_partition_list_add(list, offsets[index].topic, offsets[index].partition);
        entry->offset = offsets[index].offset;
        if (!weir_bytes_is_null(offsets[index].metadata)) {
            entry->metadata = weir_strndup((const char *)offsets[index].metadata.data,
                                           offsets[index].metadata.len);
            entry->metadata_size = offsets[index].metadata.len;
        }
    }
    rd_kafka_resp_err_t code = rd_kafka_commit(consumer->client, list, 0);
    for (int index = 0; !code && index < list->cnt; index++) {
        code = list->elems[index].err;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return !code || weir_kafka_fail(err, (int)code, "commit of offsets");
}

bool weir_consumer_committed(struct weir_consumer *consumer,
                             const struct weir_topic_partition *partitions, size_t count,
                             int64_t *offsets_out, char **metadata_out, int64_t deadline_ms,
                             struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t index = 0; index < count; index++) {
        rd_kafka_topic_partition_list_add(list, partitions[index].topic,
                                          partitions[index].partition);
    }
    rd_kafka_resp_err_t code =
        rd_kafka_committed(consumer->client, list, weir_clock_left_ms(deadline_ms, 60000) + 1);
    for (int index = 0; !code && index < list->cnt; index++) {
        const rd_kafka_topic_partition_t *entry = &list->elems[index];
        code = entry->err;
        offsets_out[index] = entry->offset >= 0 ? entry->offset : -1;
        if (metadata_out) {
            metadata_out[index] = entry->metadata_size > 0
                                      ? weir_strndup(entry->metadata, entry->metadata_size)
                                      : NULL;
        }
    }
    rd_kafka_topic_partition_list_destroy(list);
    return !code || weir_kafka_fail(err, (int)code, "committed offsets");
}

char *weir_consumer_member_id(struct weir_consumer *consumer)
{
    char *theirs = rd_kafka_memberid(consumer->client);
    char *id = theirs && *theirs ? weir_strdup(theirs) : NULL;
    if (theirs) {
        rd_kafka_mem_free(consumer->client, theirs);
    }
    return id;
}

static rd_kafka_topic_partition_list_t *list_of(const struct weir_topic_partition *partitions,
                                                size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t index = 0; index < count; index++) {
        rd_kafka_topic_partition_list_add(list, partitions[index].topic,
                                          partitions[index].partition);
    }
    return list;
}

void weir_consumer_pause(struct weir_consumer *consumer,
                         const struct weir_topic_partition *partitions, size_t count)
{
    rd_kafka_topic_partition_list_t *list = list_of(partitions, count);
    rd_kafka_pause_partitions(consumer->client, list);
    rd_kafka_topic_partition_list_destroy(list);
}

void weir_consumer_resume(struct weir_consumer *consumer,
                          const struct weir_topic_partition *partitions, size_t count)
{
    rd_kafka_topic_partition_list_t *list = list_of(partitions, count);
    rd_kafka_resume_partitions(consumer->client, list);
    rd_kafka_topic_partition_list_destroy(list);
}

bool weir_consumer_seek(struct weir_consumer *consumer, const char *topic, int32_t partition,
                        int64_t offset, struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = offset;
    rd_kafka_error_t *error = rd_kafka_seek_partitions(consumer->client, list, METADATA_TIMEOUT_MS);
    rd_kafka_topic_partition_list_destroy(list);
    return !error || weir_kafka_fail_object(err, error, topic);
}
