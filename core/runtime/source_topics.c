/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/source_topics.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/hash_table.h"
#include "core/base/log.h"
#include "core/kafka/admin.h"

#include <string.h>

enum { TOPIC_TIMEOUT_MS = 15000, SETTING_COUNT_MAX = 32 };

struct weir_source_topics {
    const struct weir_config *config;
    struct weir_producer *producer;
    struct weir_hash_table *by_name;
    char *last_name; /* owned */
    struct weir_producer_topic *last;
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
    if (topics) {
        weir_hash_table_destroy(topics->by_name);
        weir_free(topics->last_name);
        weir_free(topics);
    }
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
                         struct weir_error *err)
{
    const struct weir_config *config = topics->config;
    int64_t deadline_ms = weir_clock_ms() + TOPIC_TIMEOUT_MS;
    struct weir_admin *admin = weir_admin_create(config, deadline_ms, err);
    int32_t count = 0;
    bool done = admin && weir_admin_partition_count(admin, name, &count, deadline_ms, err);
    if (done && count == 0) {
        struct weir_topic_setting settings[SETTING_COUNT_MAX];
        const struct weir_new_topic wanted = {
            name, weir_config_int(config, "topic.creation.default.partitions"),
            weir_config_int(config, "topic.creation.default.replication.factor"), settings,
            settings_of(config, settings)};
        done = weir_admin_create_topic(admin, &wanted, deadline_ms, err);
        if (done) {
            weir_log_info("source", "topic created", "topic=%s partitions=%d", name,
                          (int)wanted.partition_count);
        }
    }
    weir_admin_destroy(admin);
    return done;
}

static struct weir_producer_topic *look_up(struct weir_source_topics *topics, const char *name,
                                           struct weir_error *err)
{
    struct weir_producer_topic *topic = weir_hash_table_get(topics->by_name, weir_bytes_of(name));
    if (topic) {
        return topic;
    }
    if (weir_config_boolean(topics->config, "topic.creation.enable") &&
        !create_topic(topics, name, err)) {
        return NULL;
    }
    topic = weir_producer_topic(topics->producer, name, weir_clock_ms() + TOPIC_TIMEOUT_MS, err);
    if (topic) {
        weir_hash_table_put(topics->by_name, weir_bytes_of(name), topic);
    }
    return topic;
}

struct weir_producer_topic *weir_source_topics_get(struct weir_source_topics *topics,
                                                   const char *name, struct weir_error *err)
{
    if (!topics->last_name || strcmp(name, topics->last_name) != 0) {
        weir_free(topics->last_name);
        topics->last = look_up(topics, name, err);
        topics->last_name = topics->last ? weir_strdup(name) : NULL;
    }
    return topics->last;
}
