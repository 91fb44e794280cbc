/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/source_rejects.h"

#include "core/base/alloc.h"
#include "core/base/log.h"

#include <inttypes.h>
#include <strings.h>

enum { LOG_EVERY_MS = 10000, KEY_SHOWN_BYTES = 200 };

struct weir_source_rejects {
    struct weir_source_rejects_options options;
    struct weir_dead_letters *letters; /* NULL: none are kept */
    struct weir_log_limit log_limit;
};

struct weir_source_rejects *
weir_source_rejects_create(const struct weir_source_rejects_options *options, int64_t deadline_ms,
                           struct weir_error *err)
{
    struct weir_source_rejects *rejects = weir_alloc(sizeof(*rejects));
    rejects->options = *options;
    if (*weir_config_string(options->config, "errors.deadletterqueue.topic.name")) {
        const struct weir_dead_letter_options letters = {
            .connector_name = options->connector_name,
            .connector_class = options->connector_class,
            .task_index = options->task_index,
            .producer = options->producer,
        };
        rejects->letters = weir_dead_letters_create(options->config, &letters, deadline_ms, err);
        if (!rejects->letters) {
            weir_source_rejects_destroy(rejects);
            return NULL;
        }
    }
    return rejects;
}

void weir_source_rejects_destroy(struct weir_source_rejects *rejects)
{
    if (rejects) {
        weir_dead_letters_destroy(rejects->letters);
        weir_free(rejects);
    }
}

static int shown(struct weir_bytes key)
{
    return key.len > KEY_SHOWN_BYTES ? KEY_SHOWN_BYTES : (int)key.len;
}

static void log_reject(struct weir_source_rejects *rejects, const struct weir_record *record,
                       const char *message)
{
    const struct weir_config *config = rejects->options.config;
    uint64_t suppressed = 0;
    bool each = weir_config_boolean(config, "errors.log.enable");
    if (!each && !weir_log_limit_pass(&rejects->log_limit, LOG_EVERY_MS, &suppressed)) {
        return;
    }
    if (weir_config_boolean(config, "errors.log.include.messages")) {
        weir_log_warn("source", "record left out",
                      "topic=%s key=\"%.*s\" reason=\"%s\" more=%" PRIu64, record->topic,
                      shown(record->key), record->key.data ? (const char *)record->key.data : "",
                      message, suppressed);
    } else {
        weir_log_warn("source", "record left out", "topic=%s reason=\"%s\" more=%" PRIu64,
                      record->topic, message, suppressed);
    }
}

bool weir_source_rejects_take(struct weir_source_rejects *rejects, const struct weir_record *record,
                              const struct weir_dead_letter_reason *reason, struct weir_error *err)
{
    const struct weir_config *config = rejects->options.config;
    if (strcasecmp(weir_config_string(config, "errors.tolerance"), "all") != 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "record with key %.*s for topic %s: %s (errors.tolerance: all would send "
                         "it to the dead letter queue, or leave it out)",
                         shown(record->key),
                         record->key.data ? (const char *)record->key.data : "null", record->topic,
                         reason->message);
    }
    if (rejects->letters && !weir_dead_letter_send(rejects->letters, record, reason, err)) {
        return false;
    }
    log_reject(rejects, record, reason->message);
    weir_metric_add(rejects->options.skipped, 1);
    return true;
}
