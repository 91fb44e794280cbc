/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/task_collector.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kafka/partitioner.h"

#include <inttypes.h>

enum { TOPIC_TIMEOUT_MS = 15000, LOG_EVERY_MS = 10000 };

static bool send_now(struct weir_collector_shared *shared, struct weir_producer_topic *topic,
                     const struct weir_record *record, struct weir_error *err)
{
    if (*shared->begin_needed) {
        if (!weir_producer_begin(shared->producer, err)) {
            return false;
        }
        *shared->begin_needed = false;
    }
    return weir_producer_send(shared->producer, topic, record, err);
}

static bool send(struct weir_task_collector *self, struct weir_producer_topic *topic,
                 const struct weir_record *record, struct weir_error *err)
{
    self->shared->sent_count++;
    if (self->shared->holding) {
        weir_held_records_add(&self->shared->held, topic, record);
        return true;
    }
    return send_now(self->shared, topic, record, err);
}

bool weir_collector_release(struct weir_collector_shared *shared, struct weir_error *err)
{
    const struct weir_held_record *item = NULL;
    while ((item = weir_held_records_next(&shared->held, item)) != NULL) {
        const struct weir_record record = weir_held_record_view(item);
        if (!send_now(shared, weir_held_record_topic(item), &record, err)) {
            return false;
        }
    }
    weir_held_records_clear(&shared->held);
    return true;
}

static struct weir_producer_topic *look_up(struct weir_task_collector *self, const char *name,
                                           struct weir_error *err)
{
    return weir_producer_topic(self->shared->producer, name, weir_clock_ms() + TOPIC_TIMEOUT_MS,
                               err);
}

static int32_t partition_of(const struct weir_output *output,
                            const struct weir_producer_topic *topic)
{
    if (output->partition >= 0 || weir_bytes_is_null(output->key)) {
        return output->partition;
    }
    return weir_partition_of((struct weir_bytes){output->key.data, output->base_key_bytes},
                             weir_producer_topic_partitions(topic));
}

static bool produce(void *context, const struct weir_output *output, struct weir_error *err)
{
    struct weir_task_collector *self = context;
    struct weir_producer_topic **topic = &self->sink_topics[output->sink->index];
    if (!*topic) {
        *topic = look_up(self,
                         weir_engine_topic(self->arena, self->member.query, output->sink->topic,
                                           output->sink->internal),
                         err);
        if (!*topic) {
            return false;
        }
    }
    const struct weir_record record = {
        .partition = partition_of(output, *topic),
        .offset = -1,
        .timestamp_ms = output->timestamp_ms,
        .key = output->key,
        .value = output->value,
        .headers = output->headers,
        .header_count = output->header_count,
    };
    weir_metric_add(self->shared->written, 1);
    return send(self, *topic, &record, err);
}

static bool changelog(void *context, uint32_t store_index, struct weir_bytes key,
                      struct weir_bytes value, int64_t timestamp_ms, struct weir_error *err)
{
    struct weir_task_collector *self = context;
    struct weir_producer_topic **topic = &self->store_topics[store_index];
    if (!*topic) {
        const char *store = self->member.subtopology->stores[store_index].name;
        *topic = look_up(self, weir_engine_changelog(self->arena, self->member.query, store), err);
        if (!*topic) {
            return false;
        }
    }
    const struct weir_record record = {.partition = self->partition,
                                       .offset = -1,
                                       .timestamp_ms = timestamp_ms,
                                       .key = key,
                                       .value = value};
    return send(self, *topic, &record, err);
}

static const char *const incident_names[] = {
    [WEIR_INCIDENT_BAD_RECORD] = "record skipped: it cannot be read",
    [WEIR_INCIDENT_NULL_KEY] = "record dropped: its key is null",
    [WEIR_INCIDENT_LATE] = "record dropped: its window has closed",
    [WEIR_INCIDENT_EXPRESSION] = "expression failed",
};

static void count_incident(const struct weir_collector_shared *shared, enum weir_incident_kind kind)
{
    switch (kind) {
    case WEIR_INCIDENT_BAD_RECORD:
        weir_metric_add(shared->skipped, 1);
        break;
    case WEIR_INCIDENT_NULL_KEY:
    case WEIR_INCIDENT_LATE:
        weir_metric_add(shared->dropped, 1);
        break;
    case WEIR_INCIDENT_EXPRESSION:
        weir_metric_add(shared->failed, 1);
        break;
    case WEIR_INCIDENT_KIND_COUNT:
        break;
    }
}

static void incident(void *context, const struct weir_incident *incident)
{
    struct weir_task_collector *self = context;
    uint64_t suppressed = 0;
    weir_assert(incident->kind < WEIR_INCIDENT_KIND_COUNT);
    count_incident(self->shared, incident->kind);
    if (weir_log_limit_pass(&self->shared->incident_log[incident->kind], LOG_EVERY_MS,
                            &suppressed)) {
        weir_log_warn("processor", incident_names[incident->kind],
                      "query=%s step=%s topic=%s partition=%" PRId32 " offset=%" PRId64
                      " reason=\"%s\" more=%" PRIu64,
                      self->member.query->plan->id, incident->step_id, incident->topic,
                      incident->partition, incident->offset, incident->message, suppressed);
    }
}

void weir_task_collector_init(struct weir_task_collector *collector,
                              struct weir_collector_shared *shared,
                              const struct weir_merge_member *member, int32_t partition)
{
    *collector = (struct weir_task_collector){
        .collector = {collector, produce, changelog, NULL, incident},
        .shared = shared,
        .member = *member,
        .partition = partition,
        .arena = weir_arena_create(1024),
    };
    collector->sink_topics =
        weir_alloc_array(member->query->topology->sink_count, sizeof(*collector->sink_topics));
    collector->store_topics =
        weir_alloc_array(member->subtopology->store_count, sizeof(*collector->store_topics));
}

void weir_task_collector_fini(struct weir_task_collector *collector)
{
    weir_arena_destroy(collector->arena);
    weir_free(collector->sink_topics);
    weir_free(collector->store_topics);
}
