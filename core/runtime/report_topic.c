/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/report_topic.h"

#include "core/base/alloc.h"
#include "core/kafka/admin.h"
#include "core/kafka/client_config.h"
#include "core/kafka/producer.h"

#include <string.h>

enum { LINGER_MS = 5 };

struct weir_report_topics {
    struct weir_config *other; /* of another cluster; NULL: it is the connector's own */
    const struct weir_config *config;
    struct weir_producer *producer;
};

/* Security is said once for all clients: what Java gives each of them is the cluster's here. */
static bool is_security(const char *name)
{
    return strncmp(name, "sasl.", 5) == 0 || strncmp(name, "ssl.", 4) == 0 ||
           strcmp(name, "security.protocol") == 0;
}

static void pass(const struct weir_config *config, const char *prefix, const char *role,
                 struct weir_config *other)
{
    weir_autofree char *all = weir_format("%s%s.", prefix, role);
    size_t position = 0;
    const char *name, *value;
    while (weir_config_next(config, all, &position, &name, &value)) {
        const char *rest = name + strlen(all);
        weir_autofree char *own = weir_format("%s.override.%s", role, rest);
        weir_config_set(other, is_security(rest) ? rest : own, value);
    }
}

static struct weir_config *make_config(const struct weir_config *config, const char *prefix,
                                       const char *servers, struct weir_error *err)
{
    static const struct weir_property *const tables[] = {weir_kafka_properties, NULL};
    struct weir_config *other = weir_config_parse("{}", 2, weir_config_file(config), err);
    if (!other) {
        return NULL;
    }
    weir_config_set(other, "bootstrap.servers", servers);
    pass(config, prefix, "producer", other);
    pass(config, prefix, "admin", other);
    if (!weir_config_check(other, tables, err) || !weir_kafka_config_check(other, err)) {
        weir_config_destroy(other);
        return NULL;
    }
    return other;
}

static bool connect_to(struct weir_report_topics *topics, const char *prefix, int64_t deadline_ms,
                       struct weir_error *err)
{
    const struct weir_producer_options options = {.linger_ms = LINGER_MS};
    weir_autofree char *name = weir_format("%sbootstrap.servers", prefix);
    const char *servers = weir_config_given(topics->config, name);
    if (servers && *servers) {
        topics->other = make_config(topics->config, prefix, servers, err);
        if (!topics->other) {
            return false;
        }
        topics->config = topics->other;
    }
    topics->producer = weir_producer_create(topics->config, &options, deadline_ms, err);
    return topics->producer != NULL;
}

struct weir_report_topics *weir_report_topics_create(const struct weir_config *config,
                                                     const char *prefix, int64_t deadline_ms,
                                                     struct weir_error *err)
{
    struct weir_report_topics *topics = weir_alloc(sizeof(*topics));
    topics->config = config;
    if (!connect_to(topics, prefix, deadline_ms, err)) {
        weir_fail_within(err, "reports");
        weir_report_topics_destroy(topics);
        return NULL;
    }
    return topics;
}

void weir_report_topics_destroy(struct weir_report_topics *topics)
{
    if (topics) {
        weir_producer_destroy(topics->producer);
        weir_config_destroy(topics->other);
        weir_free(topics);
    }
}

static bool ensure(const struct weir_config *config, const struct weir_new_topic *wanted,
                   int64_t deadline_ms, struct weir_error *err)
{
    struct weir_admin *admin = weir_admin_create(config, deadline_ms, err);
    int32_t count = 0;
    bool done = admin &&
                weir_admin_partition_count(admin, wanted->name, &count, deadline_ms, err) &&
                (count > 0 || weir_admin_create_topic(admin, wanted, deadline_ms, err));
    weir_admin_destroy(admin);
    return done;
}

struct weir_producer_topic *weir_report_topics_open(struct weir_report_topics *topics,
                                                    const char *name, int32_t partition_count,
                                                    int32_t replication_factor, int64_t deadline_ms,
                                                    struct weir_error *err)
{
    const struct weir_new_topic wanted = {name, partition_count, replication_factor, NULL, 0};
    struct weir_producer_topic *topic = NULL;
    if (ensure(topics->config, &wanted, deadline_ms, err)) {
        topic = weir_producer_topic(topics->producer, name, deadline_ms, err);
    }
    if (!topic) {
        weir_fail_within(err, "report topic %s", name);
    }
    return topic;
}

bool weir_report_topics_send(struct weir_report_topics *topics, struct weir_producer_topic *topic,
                             const struct weir_record *report, struct weir_error *err)
{
    return weir_producer_send(topics->producer, topic, report, err);
}

bool weir_report_topics_flush(struct weir_report_topics *topics, int64_t deadline_ms,
                              struct weir_error *err)
{
    return weir_producer_flush(topics->producer, deadline_ms, err) ||
           weir_fail_within(err, "reports");
}
