/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/source_topics.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/hash_table.h"
#include "core/base/log.h"
#include "core/kafka/admin.h"

#include <stdlib.h>
#include <string.h>

enum { TOPIC_TIMEOUT_MS = 15000, SETTING_COUNT_MAX = 32, MESSAGE_BYTES_MAX = 1048588 };

struct weir_source_topics {
    const struct weir_config *config;
    struct weir_producer *producer;
    struct weir_hash_table *by_name;
    char *last_name; /* owned */
    struct weir_source_topic *last;
    struct weir_admin *admin; /* NULL: not needed yet */
};

struct weir_source_topics *weir_source_topics_create(const struct weir_config *config,
                                                     struct weir_producer *producer)
{
    struct weir_source_topics *topics = weir_alloc(sizeof(*topics));
    *topics = (struct weir_source_topics){
        .config = config, .producer = producer, .by_name = weir_hash_table_create()};
    return topics;
}

void weir_source_topics_destroy(struct weir_source_topics *topics)
{
    if (!topics) {
        return;
    }
    size_t position = 0;
    struct weir_bytes name;
    void *topic;
    while (weir_hash_table_next(topics->by_name, &position, &name, &topic)) {
        weir_free(topic);
    }
    weir_hash_table_destroy(topics->by_name);
    weir_admin_destroy(topics->admin);
    weir_free(topics->last_name);
    weir_free(topics);
}

/* topic.creation.default.<setting> but for partitions and replication.factor. */
static size_t settings_of(const struct weir_config *config, struct weir_topic_setting *settings)
{
    static const char prefix[] = "topic.creation.default.";
    size_t position = 0, count = 0;
    const char *name, *value;
    while (weir_config_next(config, prefix, &position, &name, &value) &&
           count < SETTING_COUNT_MAX) {
        const char *setting = name + sizeof(prefix) - 1;
        if (strcmp(setting, "partitions") != 0 && strcmp(setting, "replication.factor") != 0) {
            settings[count++] = (struct weir_topic_setting){setting, value};
        }
    }
    return count;
}

static bool create_topic(const struct weir_source_topics *topics, const char *name,
                         int64_t deadline_ms, struct weir_error *err)
{
    const struct weir_config *config = topics->config;
    int32_t count = 0;
    if (!weir_admin_partition_count(topics->admin, name, &count, deadline_ms, err)) {
        return false;
    }
    if (count > 0) {
        return true;
    }
    struct weir_topic_setting settings[SETTING_COUNT_MAX];
    const struct weir_new_topic wanted = {
        name, weir_config_int(config, "topic.creation.default.partitions"),
        weir_config_int(config, "topic.creation.default.replication.factor"), settings,
        settings_of(config, settings)};
    if (!weir_admin_create_topic(topics->admin, &wanted, deadline_ms, err)) {
        return false;
    }
    weir_log_info("source", "topic created", "topic=%s partitions=%d", name,
                  (int)wanted.partition_count);
    return true;
}

/* A limit that may not be asked for is the broker's default. */
static size_t message_bytes_max(struct weir_source_topics *topics, const char *name,
                                int64_t deadline_ms)
{
    struct weir_error ignored = {0};
    weir_auto_buffer text;
    weir_buffer_init(&text, 64);
    bool known = weir_admin_topic_setting(topics->admin, name, "max.message.bytes", &text,
                                          deadline_ms, &ignored) &&
                 text.len > 0;
    return known ? strtoul(weir_buffer_text(&text), NULL, 10) : MESSAGE_BYTES_MAX;
}

static struct weir_source_topic *look_up(struct weir_source_topics *topics, const char *name,
                                         struct weir_error *err)
{
    int64_t deadline_ms = weir_clock_ms() + TOPIC_TIMEOUT_MS;
    struct weir_source_topic *topic = weir_hash_table_get(topics->by_name, weir_bytes_of(name));
    if (topic) {
        return topic;
    }
    if (!topics->admin) {
        topics->admin = weir_admin_create(topics->config, deadline_ms, err);
    }
    if (!topics->admin || (weir_config_boolean(topics->config, "topic.creation.enable") &&
                           !create_topic(topics, name, deadline_ms, err))) {
        return NULL;
    }
    struct weir_producer_topic *producer_topic =
        weir_producer_topic(topics->producer, name, deadline_ms, err);
    if (!producer_topic) {
        return NULL;
    }
    topic = weir_alloc(sizeof(*topic));
    topic->topic = producer_topic;
    topic->message_bytes_max = message_bytes_max(topics, name, deadline_ms);
    weir_hash_table_put(topics->by_name, weir_bytes_of(name), topic);
    return topic;
}

const struct weir_source_topic *weir_source_topics_get(struct weir_source_topics *topics,
                                                       const char *name, struct weir_error *err)
{
    if (!topics->last_name || strcmp(name, topics->last_name) != 0) {
        weir_free(topics->last_name);
        topics->last = look_up(topics, name, err);
        topics->last_name = topics->last ? weir_strdup(name) : NULL;
    }
    return topics->last;
}
