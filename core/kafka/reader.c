/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/clock.h"
#include "core/kafka/consumer_internal.h"
#include "core/kafka/kafka_internal.h"

#include <string.h>

static rd_kafka_t *reader_create(const struct weir_config *config, struct weir_error *err)
{
    rd_kafka_conf_t *conf = weir_kafka_conf_create(config, WEIR_KAFKA_CONSUMER, err);
    if (!conf) {
        return NULL;
    }
    weir_kafka_conf_set(conf, "group.id", "weir-reader"); /* required by the library, never joined */
    weir_kafka_conf_set(conf, "enable.auto.commit", "false");
    weir_kafka_conf_set(conf, "enable.auto.offset.store", "false");
    weir_kafka_conf_set(conf, "isolation.level", "read_committed");
    weir_kafka_conf_set(conf, "enable.partition.eof", "true");
    weir_kafka_conf_set(conf, "auto.offset.reset", "earliest");
    weir_kafka_conf_default(config, WEIR_KAFKA_CONSUMER, conf, "fetch.wait.max.ms", "50");
    weir_kafka_conf_default(config, WEIR_KAFKA_CONSUMER, conf, "queued.max.messages.kbytes", "16384");
    rd_kafka_t *client = weir_kafka_client_create(RD_KAFKA_CONSUMER, conf, err);
    if (client) {
        rd_kafka_poll_set_consumer(client);
    }
    return client;
}

/* Leaders must be known before the assignment, or the first fetch waits half a second. */
static bool learn_leaders(rd_kafka_t *client, const struct weir_reading *readings, size_t count, int64_t deadline_ms,
                          struct weir_error *err)
{
    for (size_t index = 0; index < count; index++) {
        if (index > 0 && strcmp(readings[index].topic, readings[index - 1].topic) == 0) {
            continue;
        }
        rd_kafka_topic_t *topic = rd_kafka_topic_new(client, readings[index].topic, NULL);
        const struct rd_kafka_metadata *metadata = NULL;
        rd_kafka_resp_err_t code =
            rd_kafka_metadata(client, 0, topic, &metadata, weir_clock_left_ms(deadline_ms, 60000) + 1);
        rd_kafka_topic_destroy(topic);
        if (code) {
            return weir_kafka_fail(err, (int)code, readings[index].topic);
        }
        rd_kafka_metadata_destroy(metadata);
    }
    return true;
}

static bool start(rd_kafka_t *client, const struct weir_reading *readings, size_t count, struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t index = 0; index < count; index++) {
        int64_t from = readings[index].from;
        rd_kafka_topic_partition_list_add(list, readings[index].topic, readings[index].partition)->offset =
            from >= 0 ? from : RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return !code || weir_kafka_fail(err, (int)code, "assign");
}

static bool visit_all(const struct weir_fetch *fetch, weir_record_fn visit, void *context, struct weir_error *err)
{
    const struct weir_header *header = fetch->headers;
    for (size_t index = 0; index < fetch->record_count; index++) {
        fetch->records[index].headers = header;
        if (!visit(context, &fetch->records[index], err)) {
            return false;
        }
        header = header ? header + fetch->records[index].header_count : NULL;
    }
    return true;
}

/* A partition at its end is paused, so that it tells of its end once. */
static void pause_ended(rd_kafka_t *client, const rd_kafka_message_t *message)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, rd_kafka_topic_name(message->rkt), message->partition);
    rd_kafka_pause_partitions(client, list);
    rd_kafka_topic_partition_list_destroy(list);
}

enum { BATCH_RECORDS = 1024 };

static bool read_all(rd_kafka_t *client, size_t count, weir_record_fn visit, void *context, int64_t deadline_ms,
                     struct weir_error *err)
{
    struct weir_fetch fetch = {0};
    size_t ended = 0;
    bool goes_on = true;
    while (goes_on && ended < count) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, weir_clock_left_ms(deadline_ms, 100));
        while (message && goes_on) {
            if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
                pause_ended(client, message);
                ended++;
            }
            goes_on = weir_fetch_add(&fetch, message, err);
            message = goes_on && fetch.record_count < BATCH_RECORDS ? rd_kafka_consumer_poll(client, 0) : NULL;
        }
        goes_on = goes_on && visit_all(&fetch, visit, context, err);
        weir_consumer_release(&fetch);
        if (goes_on && ended < count && weir_clock_left_ms(deadline_ms, 1) == 0) {
            goes_on = weir_kafka_fail(err, RD_KAFKA_RESP_ERR__TIMED_OUT, "reading a topic to its end");
        }
    }
    weir_fetch_fini(&fetch);
    return goes_on;
}

bool weir_read_to_end(const struct weir_config *config, const struct weir_reading *readings, size_t count,
                      weir_record_fn visit, void *context, int64_t deadline_ms, struct weir_error *err)
{
    if (count == 0) {
        return true;
    }
    rd_kafka_t *client = reader_create(config, err);
    if (!client) {
        return false;
    }
    bool done = learn_leaders(client, readings, count, deadline_ms, err) && start(client, readings, count, err) &&
                read_all(client, count, visit, context, deadline_ms, err);
    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
    return done;
}
