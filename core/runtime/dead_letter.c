/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/dead_letter.h"

#include "core/base/alloc.h"
#include "core/kafka/admin.h"
#include "core/kafka/producer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT_HEADER_COUNT = 10, LINGER_MS = 5, HEADERS_BYTES = 8192, ARENA_BYTES = 4096 };

struct weir_dead_letters {
    struct weir_producer *producer;
    struct weir_producer_topic *topic;
    struct weir_dead_letter_options options;
    bool context_headers;
    struct weir_arena *arena; /* of the letter at hand */
    size_t bytes_max;         /* of a letter; SIZE_MAX: not known */
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
    letters->arena = weir_arena_create(ARENA_BYTES);
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
        weir_arena_destroy(letters->arena);
        weir_free(letters);
    }
}

static void add_context(const struct weir_dead_letter_options *options,
                        const struct weir_record *record,
                        const struct weir_dead_letter_reason *reason, struct weir_header *headers,
                        struct weir_arena *arena)
{
    const char *exception =
        reason->exception ? reason->exception : "org.apache.kafka.connect.errors.ConnectException";
    const char *message = reason->message ? reason->message : "";
    const char *const pairs[CONTEXT_HEADER_COUNT][2] = {
        {"__connect.errors.topic", record->topic},
        {"__connect.errors.partition", weir_arena_format(arena, "%" PRId32, record->partition)},
        {"__connect.errors.offset", weir_arena_format(arena, "%" PRId64, record->offset)},
        {"__connect.errors.connector.name", options->connector_name},
        {"__connect.errors.task.id", weir_arena_format(arena, "%d", options->task_index)},
        {"__connect.errors.stage", reason->stage},
        {"__connect.errors.class.name", options->connector_class},
        {"__connect.errors.exception.class.name", exception},
        {"__connect.errors.exception.message", message},
        {"__connect.errors.exception.stacktrace", message},
    };
    for (size_t index = 0; index < CONTEXT_HEADER_COUNT; index++) {
        headers[index] =
            (struct weir_header){weir_bytes_of(pairs[index][0]), weir_bytes_of(pairs[index][1])};
    }
}

struct weir_record weir_dead_letter_make(const struct weir_dead_letter_options *options,
                                         const struct weir_record *record,
                                         const struct weir_dead_letter_reason *reason,
                                         struct weir_arena *arena)
{
    struct weir_record letter = *record;
    struct weir_header *headers =
        weir_arena_calloc(arena, record->header_count + CONTEXT_HEADER_COUNT, sizeof(*headers));
    if (record->header_count > 0) {
        memcpy(headers, record->headers, record->header_count * sizeof(*headers));
    }
    add_context(options, record, reason, headers + record->header_count, arena);
    letter.partition = -1;
    letter.headers = headers;
    letter.header_count += CONTEXT_HEADER_COUNT;
    return letter;
}

/* So that a replay does not take it for a tombstone. */
static void leave_value_out(struct weir_record *letter, struct weir_arena *arena)
{
    struct weir_header *headers =
        weir_arena_calloc(arena, letter->header_count + 1, sizeof(*headers));
    memcpy(headers, letter->headers, letter->header_count * sizeof(*headers));
    headers[letter->header_count++] =
        (struct weir_header){WEIR_BYTES(WEIR_DEAD_LETTER_VALUE_LEFT_OUT), WEIR_BYTES("true")};
    letter->headers = headers;
    letter->value = WEIR_BYTES_NULL;
}

bool weir_dead_letter_send(struct weir_dead_letters *letters, const struct weir_record *record,
                           const struct weir_dead_letter_reason *reason, struct weir_error *err)
{
    weir_arena_reset(letters->arena);
    struct weir_record letter =
        weir_dead_letter_make(&letters->options, record, reason, letters->arena);
    if (!letters->context_headers) {
        letter.header_count = record->header_count;
    }
    if (record->key.len + record->value.len + HEADERS_BYTES > letters->bytes_max) {
        leave_value_out(&letter, letters->arena);
    }
    return weir_producer_send(letters->producer, letters->topic, &letter, err);
}

bool weir_dead_letter_flush(struct weir_dead_letters *letters, int64_t deadline_ms,
                            struct weir_error *err)
{
    return weir_producer_flush(letters->producer, deadline_ms, err) ||
           weir_fail_within(err, "dead letter queue");
}
