/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kafka/consumer_internal.h"
#include "core/kafka/kafka_internal.h"

#include <string.h>

struct weir_reader {
    const struct weir_config *config;
    rd_kafka_t *client; /* made by the first reading */
};

static rd_kafka_t *make_client(const struct weir_config *config, struct weir_error *err)
{
    rd_kafka_conf_t *conf = weir_kafka_conf_create(config, WEIR_KAFKA_CONSUMER, err);
    if (!conf) {
        return NULL;
    }
    weir_kafka_conf_set(conf, "group.id",
                        "weir-reader"); /* required by the library, never joined */
    weir_kafka_conf_set(conf, "enable.auto.commit", "false");
    weir_kafka_conf_set(conf, "enable.auto.offset.store", "false");
    weir_kafka_conf_set(conf, "isolation.level", "read_committed");
    weir_kafka_conf_set(conf, "enable.partition.eof", "true");
    weir_kafka_conf_set(conf, "auto.offset.reset", "earliest");
    weir_kafka_conf_default(config, WEIR_KAFKA_CONSUMER, conf, "fetch.wait.max.ms", "10");
    weir_kafka_conf_default(config, WEIR_KAFKA_CONSUMER, conf, "queued.max.messages.kbytes",
                            "16384");
    rd_kafka_t *client = weir_kafka_client_create(RD_KAFKA_CONSUMER, conf, err);
    if (client) {
        rd_kafka_poll_set_consumer(client);
    }
    return client;
}

struct weir_reader *weir_reader_create(const struct weir_config *config)
{
    struct weir_reader *reader = weir_alloc(sizeof(*reader));
    reader->config = config;
    return reader;
}

void weir_reader_destroy(struct weir_reader *reader)
{
    if (reader && reader->client) {
        rd_kafka_consumer_close(reader->client);
        rd_kafka_destroy(reader->client);
    }
    weir_free(reader);
}

/* Leaders must be known before the assignment, or the first fetch waits half a second. */
static bool learn_leaders(rd_kafka_t *client, const struct weir_reading *readings, size_t count,
                          int64_t deadline_ms, struct weir_error *err)
{
    for (size_t index = 0; index < count; index++) {
        if (index > 0 && strcmp(readings[index].topic, readings[index - 1].topic) == 0) {
            continue;
        }
        rd_kafka_topic_t *topic = rd_kafka_topic_new(client, readings[index].topic, NULL);
        const struct rd_kafka_metadata *metadata = NULL;
        rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, topic, &metadata,
                                                     weir_clock_left_ms(deadline_ms, 60000) + 1);
        rd_kafka_topic_destroy(topic);
        if (code) {
            return weir_kafka_fail(err, (int)code, readings[index].topic);
        }
        rd_kafka_metadata_destroy(metadata);
    }
    return true;
}

static bool start(rd_kafka_t *client, const struct weir_reading *readings, size_t count,
                  struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t index = 0; index < count; index++) {
        int64_t from = readings[index].from;
        rd_kafka_topic_partition_list_add(list, readings[index].topic, readings[index].partition)
            ->offset = from >= 0 ? from : RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(client, list);
    rd_kafka_topic_partition_list_destroy(list);
    return !code || weir_kafka_fail(err, (int)code, "assign");
}

static bool visit_all(const struct weir_fetch *fetch, weir_record_fn visit, void *context,
                      struct weir_error *err)
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

struct ends {
    int64_t *targets; /* per reading; -1: not seen yet */
    bool *reached;
    size_t reached_count;
};

static size_t place_of(const struct weir_reading *readings, size_t count, const char *topic,
                       int32_t partition)
{
    size_t index = 0;
    while (index < count &&
           (readings[index].partition != partition || strcmp(readings[index].topic, topic) != 0)) {
        index++;
    }
    return index;
}

/* A read-committed partition tells of its end where an open transaction begins. What lies behind it
 * may belong to the very commit whose state is being read: only the log's own end counts. */
static void note_position(rd_kafka_t *client, const struct weir_reading *reading, size_t place,
                          int64_t next_offset, struct ends *ends)
{
    int64_t low, high = next_offset;
    if (ends->reached[place]) {
        return;
    }
    if (ends->targets[place] < 0) {
        rd_kafka_get_watermark_offsets(client, reading->topic, reading->partition, &low, &high);
        ends->targets[place] = high;
    }
    if (next_offset >= ends->targets[place]) {
        ends->reached[place] = true;
        ends->reached_count++;
    }
}

/* The log ends before `until`: it was made anew. */
static void note_short(rd_kafka_t *client, const struct weir_reading *reading, size_t place,
                       int64_t next_offset, struct ends *ends)
{
    int64_t low, high = INT64_MAX;
    if (!ends->reached[place] && reading->until > 0 &&
        rd_kafka_get_watermark_offsets(client, reading->topic, reading->partition, &low, &high) ==
            RD_KAFKA_RESP_ERR_NO_ERROR &&
        high >= 0 && high < reading->until && next_offset >= high) {
        ends->reached[place] = true;
        ends->reached_count++;
    }
}

/* Of a partition that others write to all the time no end is ever told: its records count too. */
static void note_positions(rd_kafka_t *client, const struct weir_reading *readings, size_t count,
                           const struct weir_fetch *fetch, struct ends *ends)
{
    for (size_t index = 0; index < fetch->record_count; index++) {
        const struct weir_record *record = &fetch->records[index];
        bool last = index + 1 == fetch->record_count || record[1].topic != record->topic ||
                    record[1].partition != record->partition;
        if (last) {
            size_t place = place_of(readings, count, record->topic, record->partition);
            if (place < count) {
                note_position(client, &readings[place], place, record->offset + 1, ends);
            }
        }
    }
    for (size_t index = 0; index < fetch->ended_count; index++) {
        const struct weir_partition_end *end = &fetch->ended[index];
        size_t place = place_of(readings, count, end->topic, end->partition);
        if (place < count) {
            note_position(client, &readings[place], place, end->next_offset, ends);
            note_short(client, &readings[place], place, end->next_offset, ends);
        }
    }
}

enum { BATCH_RECORDS = 1024, POLL_MS = 100 };

static bool fill(rd_kafka_t *client, struct weir_fetch *fetch, int timeout_ms,
                 struct weir_error *err)
{
    bool goes_on = true;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(client, timeout_ms);
    while (message && goes_on) {
        goes_on = weir_fetch_add(fetch, message, err);
        message = goes_on && fetch->record_count < BATCH_RECORDS ? rd_kafka_consumer_poll(client, 0)
                                                                 : NULL;
    }
    return goes_on;
}

/* The reading may end: everything is read, the deadline has passed, or it was told to. */
static bool is_over(const struct ends *ends, size_t count, const struct weir_visitor *visitor,
                    int64_t deadline_ms, struct weir_error *err)
{
    if (ends->reached_count == count) {
        return true;
    }
    bool stopped = visitor->stop && atomic_load(visitor->stop);
    if (stopped || weir_clock_left_ms(deadline_ms, 1) == 0) {
        weir_kafka_fail(err, RD_KAFKA_RESP_ERR__TIMED_OUT, "reading a topic to its end");
        return true;
    }
    return false;
}

static bool read_all(rd_kafka_t *client, const struct weir_reading *readings, size_t count,
                     struct ends *ends, const struct weir_visitor *visitor, int64_t deadline_ms,
                     struct weir_error *err)
{
    struct weir_fetch fetch = {0};
    bool goes_on = true;
    while (goes_on && !is_over(ends, count, visitor, deadline_ms, err)) {
        goes_on = fill(client, &fetch, weir_clock_left_ms(deadline_ms, POLL_MS), err) &&
                  visit_all(&fetch, visitor->visit, visitor->context, err);
        note_positions(client, readings, count, &fetch, ends);
        weir_consumer_release(&fetch);
    }
    weir_fetch_fini(&fetch);
    return goes_on && ends->reached_count == count;
}

static bool read_once(rd_kafka_t *client, const struct weir_reading *readings, size_t count,
                      const struct weir_visitor *visitor, int64_t deadline_ms,
                      struct weir_error *err)
{
    weir_autofree int64_t *targets = weir_alloc_array(count, sizeof(*targets));
    weir_autofree bool *reached = weir_alloc_array(count, sizeof(*reached));
    struct ends ends = {targets, reached, 0};
    for (size_t index = 0; index < count; index++) {
        targets[index] = readings[index].until > 0 ? readings[index].until : -1;
    }
    bool done = learn_leaders(client, readings, count, deadline_ms, err) &&
                start(client, readings, count, err) &&
                read_all(client, readings, count, &ends, visitor, deadline_ms, err);
    rd_kafka_assign(client, NULL);
    return done;
}

bool weir_reader_read(struct weir_reader *reader, const struct weir_reading *readings, size_t count,
                      const struct weir_visitor *visitor, int64_t deadline_ms,
                      struct weir_error *err)
{
    if (count > 0 && !reader->client) {
        reader->client = make_client(reader->config, err);
    }
    return count == 0 || (reader->client &&
                          read_once(reader->client, readings, count, visitor, deadline_ms, err));
}

bool weir_read_to_end(const struct weir_config *config, const struct weir_reading *readings,
                      size_t count, weir_record_fn visit, void *context, int64_t deadline_ms,
                      struct weir_error *err)
{
    const struct weir_visitor visitor = {visit, context, NULL};
    struct weir_reader *reader = weir_reader_create(config);
    bool done = weir_reader_read(reader, readings, count, &visitor, deadline_ms, err);
    weir_reader_destroy(reader);
    return done;
}
