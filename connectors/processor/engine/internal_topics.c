/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/internal_topics.h"

#include "core/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ADMIN_TIMEOUT_MS = 30000 };

/* Kafka Streams keeps changelogs of windows a day longer than the windows
 * (windowstore.changelog.additional.retention.ms). */
static const int64_t additional_retention_ms = 86400000;

static int64_t admin_deadline(void)
{
    return weir_clock_ms() + ADMIN_TIMEOUT_MS;
}

/* The widest of the sub-topology's own topics; 0: all of its sources are internal. */
static bool own_width(const struct weir_subtopology *subtopology, struct weir_admin *admin,
                      int32_t *width_out, struct weir_error *err)
{
    *width_out = 0;
    for (size_t index = 0; index < subtopology->source_count; index++) {
        int32_t count = 0;
        const struct weir_topology_source *source = &subtopology->sources[index];
        if (source->internal) {
            continue;
        }
        if (!weir_admin_partition_count(admin, source->topic, &count, admin_deadline(), err)) {
            return false;
        }
        if (count == 0) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_KAFKA, 0,
                             "topic '%s' does not exist", source->topic);
        }
        *width_out = count > *width_out ? count : *width_out;
    }
    return true;
}

static bool writes_to(const struct weir_subtopology *upstream,
                      const struct weir_subtopology *downstream)
{
    for (size_t sink = 0; sink < upstream->sink_count; sink++) {
        for (size_t source = 0; source < downstream->source_count; source++) {
            if (upstream->sinks[sink]->internal && downstream->sources[source].internal &&
                strcmp(upstream->sinks[sink]->topic, downstream->sources[source].topic) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Sub-topologies upstream come first, so their widths are known. A join of an own topic with an
 * internal one takes the own one's. */
static bool measure(const struct weir_topology *topology, struct weir_admin *admin, int32_t *widths,
                    struct weir_error *err)
{
    for (size_t index = 0; index < topology->subtopology_count; index++) {
        const struct weir_subtopology *subtopology = &topology->subtopologies[index];
        if (!own_width(subtopology, admin, &widths[index], err)) {
            return false;
        }
        for (size_t upstream = 0; widths[index] == 0 && upstream < index; upstream++) {
            if (writes_to(&topology->subtopologies[upstream], subtopology)) {
                widths[index] = widths[upstream];
            }
        }
        widths[index] = widths[index] ? widths[index] : 1;
    }
    return true;
}

static bool create(struct weir_admin *admin, const struct weir_config *config, const char *name,
                   int32_t partitions, const struct weir_topic_setting *settings,
                   size_t setting_count, struct weir_error *err)
{
    int32_t there = 0;
    if (!weir_admin_partition_count(admin, name, &there, admin_deadline(), err)) {
        return false;
    }
    if (there == partitions) {
        return true;
    }
    if (there > 0) {
        return weir_fail(
            err, WEIR_ERROR_STOP, WEIR_DOMAIN_KAFKA, 0,
            "internal topic '%s' has %" PRId32 " partitions, but %" PRId32
            " are needed: the program's topics have "
            "changed; delete the program's internal topics and its group to start afresh",
            name, there, partitions);
    }
    const struct weir_new_topic topic = {
        name, partitions, weir_config_int(config, "replication.factor"), settings, setting_count};
    return weir_admin_create_topic(admin, &topic, admin_deadline(), err);
}

static bool create_changelog(const struct weir_engine_query *query,
                             const struct weir_topology_store *store,
                             const struct weir_config *config, struct weir_admin *admin,
                             struct weir_arena *arena, int32_t partitions, struct weir_error *err)
{
    char retention[24];
    snprintf(retention, sizeof(retention), "%" PRId64,
             store->retention_ms + additional_retention_ms);
    const struct weir_topic_setting settings[] = {
        {"cleanup.policy", store->retention_ms > 0 ? "compact,delete" : "compact"},
        {"retention.ms", retention}};
    return create(admin, config, weir_engine_changelog(arena, query, store->name), partitions,
                  settings, store->retention_ms > 0 ? 2 : 1, err);
}

static bool create_of(const struct weir_engine_query *query, size_t index, int32_t partitions,
                      const struct weir_config *config, struct weir_admin *admin,
                      struct weir_arena *arena, struct weir_error *err)
{
    static const struct weir_topic_setting forever[] = {{"retention.ms", "-1"},
                                                        {"segment.bytes", "52428800"}};
    const struct weir_subtopology *subtopology = &query->topology->subtopologies[index];
    for (size_t source = 0; source < subtopology->source_count; source++) {
        if (subtopology->sources[source].internal &&
            !create(admin, config,
                    weir_engine_topic(arena, query, subtopology->sources[source].topic, true),
                    partitions, forever, 2, err)) {
            return false;
        }
    }
    for (size_t store = 0; store < subtopology->store_count; store++) {
        if (subtopology->stores[store].restore_source < 0 &&
            !create_changelog(query, &subtopology->stores[store], config, admin, arena, partitions,
                              err)) {
            return false;
        }
    }
    return true;
}

bool weir_internal_topics_create(const struct weir_engine_query *query,
                                 const struct weir_config *config, struct weir_admin *admin,
                                 struct weir_arena *arena, struct weir_error *err)
{
    const struct weir_topology *topology = query->topology;
    int32_t *widths = weir_arena_calloc(arena, topology->subtopology_count, sizeof(*widths));
    if (!measure(topology, admin, widths, err)) {
        return false;
    }
    for (size_t index = 0; index < topology->subtopology_count; index++) {
        if (!create_of(query, index, widths[index], config, admin, arena, err)) {
            return false;
        }
    }
    return true;
}
