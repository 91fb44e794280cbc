/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/base/log.h"
#include "core/kafka/consumer_internal.h"
#include "core/kafka/kafka_error.h"

#include <string.h>

enum { LENGTH_BYTES_MAX = 5 }; /* of a value, as a varint */

static void grow(struct weir_fetch *fetch)
{
    if (fetch->message_count < fetch->capacity) {
        return;
    }
    fetch->capacity = fetch->capacity ? 2 * fetch->capacity : 256;
    fetch->records = weir_realloc(fetch->records, fetch->capacity * sizeof(*fetch->records));
    fetch->messages = weir_realloc(fetch->messages, fetch->capacity * sizeof(*fetch->messages));
}

/* Key and value are views into the answer of the broker, where a record (format 2) goes on with the
 * value's length as a zigzag varint, the value, and the number of headers as a varint: the library
 * allocates a parser to find a 0 there, which costs as much as all else that it does for a record.
 * Where the bytes between key and value are that length, the byte behind is that number. */
static bool has_no_headers(const rd_kafka_message_t *message)
{
    const uint8_t *key = message->key, *value = message->payload;
    if (!key || !value) {
        return false;
    }
    const uint8_t *at = key + message->key_len;
    if (at >= value || value - at > LENGTH_BYTES_MAX) {
        return false;
    }
    uint64_t length = 0;
    for (int shift = 0; at < value; at++, shift += 7) {
        length |= (uint64_t)(*at & 0x7f) << shift;
        if (((*at & 0x80) != 0) == (at + 1 == value)) {
            return false;
        }
    }
    return length == 2 * (uint64_t)message->len && value[message->len] == 0;
}

/* Header names and values are views into the message. Records keep the index of their first header
 * until the poll is complete: the array may move. */
static size_t add_headers(struct weir_fetch *fetch, rd_kafka_message_t *message)
{
    rd_kafka_headers_t *headers;
    if (has_no_headers(message) ||
        rd_kafka_message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return 0;
    }
    size_t count = rd_kafka_header_cnt(headers);
    if (fetch->header_count + count > fetch->header_capacity) {
        fetch->header_capacity = 2 * (fetch->header_count + count);
        fetch->headers =
            weir_realloc(fetch->headers, fetch->header_capacity * sizeof(*fetch->headers));
    }
    for (size_t index = 0; index < count; index++) {
        const char *name;
        const void *value;
        size_t bytes;
        rd_kafka_header_get_all(headers, index, &name, &value, &bytes);
        fetch->headers[fetch->header_count++] =
            (struct weir_header){weir_bytes_of(name), {value, value ? bytes : 0}};
    }
    return count;
}

static void add_end(struct weir_fetch *fetch, const rd_kafka_message_t *message)
{
    if (fetch->ended_count == fetch->ended_capacity) {
        fetch->ended_capacity = fetch->ended_capacity ? 2 * fetch->ended_capacity : 16;
        fetch->ended = weir_realloc(fetch->ended, fetch->ended_capacity * sizeof(*fetch->ended));
    }
    fetch->ended[fetch->ended_count++] = (struct weir_partition_end){
        rd_kafka_topic_name(message->rkt), message->partition, message->offset};
}

static bool add_error(struct weir_fetch *fetch, rd_kafka_message_t *message, struct weir_error *err)
{
    rd_kafka_resp_err_t code = message->err;
    const char *topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "consumer";
    bool goes_on = true;
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        add_end(fetch, message);
    } else if (code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED || code == RD_KAFKA_RESP_ERR__FATAL ||
               weir_kafka_error_action((int)code) == WEIR_ERROR_STOP) {
        goes_on = weir_kafka_fail(err, (int)code, topic);
    } else {
        weir_log_debug("kafka", "consumer event", "topic=%s code=%s", topic,
                       rd_kafka_err2name(code));
    }
    rd_kafka_message_destroy(message);
    return goes_on;
}

bool weir_fetch_add(struct weir_fetch *fetch, rd_kafka_message_t *message, struct weir_error *err)
{
    if (message->err) {
        return add_error(fetch, message, err);
    }
    grow(fetch);
    rd_kafka_timestamp_type_t type;
    struct weir_record *record = &fetch->records[fetch->record_count++];
    fetch->messages[fetch->message_count++] = message;
    *record = (struct weir_record){
        .topic = rd_kafka_topic_name(message->rkt),
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms = rd_kafka_message_timestamp(message, &type),
        .key = {message->key, message->key ? message->key_len : 0},
        .value = {message->payload, message->payload ? message->len : 0},
    };
    record->header_count = add_headers(fetch, message);
    return true;
}

/* Headers were noted by count only while the array could move. */
void weir_fetch_place_headers(struct weir_fetch *fetch)
{
    const struct weir_header *header = fetch->headers;
    for (size_t index = 0; fetch->header_count > 0 && index < fetch->record_count; index++) {
        fetch->records[index].headers = header;
        header += fetch->records[index].header_count;
    }
}

void weir_consumer_release(struct weir_fetch *fetch)
{
    for (size_t index = 0; index < fetch->message_count; index++) {
        if (fetch->messages[index]) {
            rd_kafka_message_destroy(fetch->messages[index]);
        }
    }
    fetch->message_count = fetch->record_count = fetch->header_count = fetch->ended_count = 0;
}

void *weir_fetch_take(struct weir_fetch *fetch, size_t index)
{
    void *message = fetch->messages[index];
    fetch->messages[index] = NULL;
    return message;
}

void weir_message_release(void *message)
{
    rd_kafka_message_destroy(message);
}

void weir_fetch_fini(struct weir_fetch *fetch)
{
    weir_consumer_release(fetch);
    weir_free(fetch->records);
    weir_free(fetch->messages);
    weir_free(fetch->headers);
    weir_free(fetch->ended);
    *fetch = (struct weir_fetch){0};
}
