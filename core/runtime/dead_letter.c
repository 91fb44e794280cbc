/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/dead_letter.h"

#include "core/base/alloc.h"
#include "core/kafka/admin.h"
#include "core/kafka/producer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONTEXT_HEADER_COUNT = 10, LINGER_MS = 5, HEADERS_BYTES = 8192 };

struct weir_dead_letters {
    struct weir_producer *producer;
    struct weir_producer_topic *topic;
    struct weir_dead_letter_options options;
    bool context_headers;
    size_t bytes_max; /* of a letter; SIZE_MAX: not known */
};

/* The queue's limit; one that may not be asked for is not known. */
static size_t message_bytes_max(struct weir_admin *admin, const char *name, int64_t deadline_ms)
{
    struct weir_error ignored = {0};
    weir_auto_buffer text;
    weir_buffer_init(&text, 64);
    if (!weir_admin_topic_setting(admin, name, "max.message.bytes", &text, deadline_ms, &ignored) ||
        text.len == 0) {
        return SIZE_MAX;
    }
    return strtoul(weir_buffer_text(&text), NULL, 10);
}

static bool ensure_topic(struct weir_dead_letters *letters, const struct weir_config *config,
                         const char *name, int64_t deadline_ms, struct weir_error *err)
{
    struct weir_admin *admin = weir_admin_create(config, deadline_ms, err);
    int32_t count = 0;
    bool done = admin && weir_admin_partition_count(admin, name, &count, deadline_ms, err);
    if (done && count == 0) {
        const struct weir_new_topic wanted = {
            name, 1, weir_config_int(config, "errors.deadletterqueue.topic.replication.factor"),
            NULL, 0};
        done = weir_admin_create_topic(admin, &wanted, deadline_ms, err);
    }
    if (done) {
        letters->bytes_max = message_bytes_max(admin, name, deadline_ms);
    }
    weir_admin_destroy(admin);
    return done;
}

struct weir_dead_letters *weir_dead_letters_create(const struct weir_config *config,
                                                   const struct weir_dead_letter_options *options,
                                                   int64_t deadline_ms, struct weir_error *err)
{
    const char *name = weir_config_string(config, "errors.deadletterqueue.topic.name");
    const struct weir_producer_options producer = {.linger_ms = LINGER_MS};
    struct weir_dead_letters *letters = weir_alloc(sizeof(*letters));
    letters->options = *options;
    letters->context_headers =
        weir_config_boolean(config, "errors.deadletterqueue.context.headers.enable");
    if (ensure_topic(letters, config, name, deadline_ms, err)) {
        letters->producer = options->producer
                                ? options->producer
                                : weir_producer_create(config, &producer, deadline_ms, err);
    }
    letters->topic =
        letters->producer ? weir_producer_topic(letters->producer, name, deadline_ms, err) : NULL;
    if (!letters->topic) {
        weir_fail_within(err, "dead letter queue %s", name);
        weir_dead_letters_destroy(letters);
        return NULL;
    }
    return letters;
}

void weir_dead_letters_destroy(struct weir_dead_letters *letters)
{
    if (letters) {
        if (!letters->options.producer) {
            weir_producer_destroy(letters->producer);
        }
        weir_free(letters);
    }
}

static size_t add_context(const struct weir_dead_letters *letters, const struct weir_record *record,
                          const struct weir_dead_letter_reason *reason, struct weir_header *headers,
                          char numbers[3][24])
{
    const char *exception =
        reason->exception ? reason->exception : "org.apache.kafka.connect.errors.ConnectException";
    snprintf(numbers[0], sizeof(numbers[0]), "%" PRId32, record->partition);
    snprintf(numbers[1], sizeof(numbers[1]), "%" PRId64, record->offset);
    snprintf(numbers[2], sizeof(numbers[2]), "%d", letters->options.task_index);
    const char *const pairs[CONTEXT_HEADER_COUNT][2] = {
        {"__connect.errors.topic", record->topic},
        {"__connect.errors.partition", numbers[0]},
        {"__connect.errors.offset", numbers[1]},
        {"__connect.errors.connector.name", letters->options.connector_name},
        {"__connect.errors.task.id", numbers[2]},
        {"__connect.errors.stage", reason->stage},
        {"__connect.errors.class.name", letters->options.connector_class},
        {"__connect.errors.exception.class.name", exception},
        {"__connect.errors.exception.message", reason->message ? reason->message : ""},
        {"__connect.errors.exception.stacktrace", reason->message ? reason->message : ""},
    };
    for (size_t index = 0; index < CONTEXT_HEADER_COUNT; index++) {
        headers[index] =
            (struct weir_header){weir_bytes_of(pairs[index][0]), weir_bytes_of(pairs[index][1])};
    }
    return CONTEXT_HEADER_COUNT;
}

bool weir_dead_letter_send(struct weir_dead_letters *letters, const struct weir_record *record,
                           const struct weir_dead_letter_reason *reason, struct weir_error *err)
{
    weir_autofree struct weir_header *headers =
        weir_alloc_array(record->header_count + CONTEXT_HEADER_COUNT, sizeof(*headers));
    char numbers[3][24];
    if (record->header_count > 0) {
        memcpy(headers, record->headers, record->header_count * sizeof(*headers));
    }
    struct weir_record letter = *record;
    letter.partition = -1;
    if (record->key.len + record->value.len + HEADERS_BYTES > letters->bytes_max) {
        letter.value = WEIR_BYTES_NULL;
    }
    letter.headers = headers;
    if (letters->context_headers) {
        letter.header_count +=
            add_context(letters, record, reason, headers + record->header_count, numbers);
    }
    return weir_producer_send(letters->producer, letters->topic, &letter, err);
}

bool weir_dead_letter_flush(struct weir_dead_letters *letters, int64_t deadline_ms,
                            struct weir_error *err)
{
    return weir_producer_flush(letters->producer, deadline_ms, err) ||
           weir_fail_within(err, "dead letter queue");
}
