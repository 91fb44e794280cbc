/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/source_offsets.h"

#include "core/base/alloc.h"
#include "core/base/hash_table.h"
#include "core/json/compact.h"
#include "core/kafka/admin.h"
#include "core/kafka/consumer.h"

enum { KEY_BYTES_MAX = 1 << 16 };

struct weir_source_offsets {
    char *topic;
    struct weir_buffer prefix;            /* ["<connector>", */
    struct weir_hash_table *by_partition; /* compact partition -> owned text of the offset */
    struct weir_buffer scratch;
};

static void put(struct weir_source_offsets *offsets, struct weir_bytes partition,
                struct weir_bytes value)
{
    char *text =
        weir_bytes_is_null(value) ? NULL : weir_strndup((const char *)value.data, value.len);
    weir_free(text ? weir_hash_table_put(offsets->by_partition, partition, text)
                   : weir_hash_table_remove(offsets->by_partition, partition));
}

/* One record of the topic; those of other connectors do not start with our prefix. */
static bool visit(void *context, const struct weir_record *record, struct weir_error *err)
{
    (void)err;
    struct weir_source_offsets *offsets = context;
    struct weir_bytes prefix = weir_buffer_view(&offsets->prefix);
    weir_buffer_reset(&offsets->scratch);
    weir_json_compact(record->key, &offsets->scratch);
    struct weir_bytes key = weir_buffer_view(&offsets->scratch);
    if (key.len <= prefix.len + 1 || memcmp(key.data, prefix.data, prefix.len) != 0) {
        return true;
    }
    put(offsets, (struct weir_bytes){key.data + prefix.len, key.len - prefix.len - 1},
        record->value);
    return true;
}

static bool read_topic(struct weir_source_offsets *offsets, const struct weir_config *config,
                       const char *topic, int32_t partition_count, int64_t deadline_ms,
                       struct weir_error *err)
{
    weir_autofree struct weir_reading *readings =
        weir_alloc_array((size_t)partition_count, sizeof(*readings));
    for (int32_t partition = 0; partition < partition_count; partition++) {
        readings[partition] = (struct weir_reading){topic, partition, -1};
    }
    return weir_read_to_end(config, readings, (size_t)partition_count, visit, offsets, deadline_ms,
                            err);
}

static bool ensure_topic(const struct weir_config *config, const char *topic, int32_t *count_out,
                         int64_t deadline_ms, struct weir_error *err)
{
    struct weir_admin *admin = weir_admin_create(config, deadline_ms, err);
    if (!admin) {
        return false;
    }
    const struct weir_topic_setting compacted = {"cleanup.policy", "compact"};
    const struct weir_new_topic wanted = {
        topic, weir_config_int(config, "offset.storage.partitions"),
        weir_config_int(config, "offset.storage.replication.factor"), &compacted, 1};
    bool done = weir_admin_partition_count(admin, topic, count_out, deadline_ms, err);
    if (done && *count_out == 0) {
        done = weir_admin_create_topic(admin, &wanted, deadline_ms, err);
        *count_out = wanted.partition_count;
    }
    weir_admin_destroy(admin);
    return done;
}

struct weir_source_offsets *weir_source_offsets_read(const struct weir_config *config,
                                                     const char *connector_name,
                                                     int64_t deadline_ms, struct weir_error *err)
{
    const char *topic = weir_config_string(config, "offset.storage.topic");
    struct weir_source_offsets *offsets = weir_alloc(sizeof(*offsets));
    offsets->topic = topic ? weir_strdup(topic) : weir_format("%s-offsets", connector_name);
    offsets->by_partition = weir_hash_table_create();
    weir_buffer_init(&offsets->prefix, KEY_BYTES_MAX);
    weir_buffer_init(&offsets->scratch, KEY_BYTES_MAX);
    weir_buffer_append_byte(&offsets->prefix, '[');
    weir_json_append_string(&offsets->prefix, weir_bytes_of(connector_name));
    weir_buffer_append_byte(&offsets->prefix, ',');
    int32_t count = 0;
    if (!ensure_topic(config, offsets->topic, &count, deadline_ms, err) ||
        !read_topic(offsets, config, offsets->topic, count, deadline_ms, err)) {
        weir_fail_within(err, "offsets topic %s", offsets->topic);
        weir_source_offsets_destroy(offsets);
        return NULL;
    }
    return offsets;
}

void weir_source_offsets_destroy(struct weir_source_offsets *offsets)
{
    if (!offsets) {
        return;
    }
    size_t position = 0;
    struct weir_bytes key;
    void *value;
    while (weir_hash_table_next(offsets->by_partition, &position, &key, &value)) {
        weir_free(value);
    }
    weir_hash_table_destroy(offsets->by_partition);
    weir_buffer_fini(&offsets->prefix);
    weir_buffer_fini(&offsets->scratch);
    weir_free(offsets->topic);
    weir_free(offsets);
}

static struct weir_bytes compact(struct weir_source_offsets *offsets, struct weir_bytes partition)
{
    weir_buffer_reset(&offsets->scratch);
    weir_json_compact(partition, &offsets->scratch);
    return weir_buffer_view(&offsets->scratch);
}

struct weir_bytes weir_source_offsets_get(struct weir_source_offsets *offsets,
                                          struct weir_bytes partition)
{
    return weir_bytes_of(weir_hash_table_get(offsets->by_partition, compact(offsets, partition)));
}

void weir_source_offsets_set(struct weir_source_offsets *offsets,
                             const struct weir_source_offset *offset)
{
    put(offsets, compact(offsets, offset->partition), offset->offset);
}

struct weir_record weir_source_offsets_record(const struct weir_source_offsets *offsets,
                                              const struct weir_source_offset *offset,
                                              struct weir_buffer *key_buffer)
{
    weir_buffer_reset(key_buffer);
    weir_buffer_append_bytes(key_buffer, weir_buffer_view(&offsets->prefix));
    weir_json_compact(offset->partition, key_buffer);
    weir_buffer_append_byte(key_buffer, ']');
    return (struct weir_record){.topic = offsets->topic,
                                .partition = -1,
                                .offset = -1,
                                .timestamp_ms = -1,
                                .key = weir_buffer_view(key_buffer),
                                .value = offset->offset};
}

void weir_source_offsets_describe(const struct weir_source_offsets *offsets,
                                  struct weir_buffer *json)
{
    size_t position = 0;
    struct weir_bytes key;
    void *value;
    const char *separator = "";
    while (weir_hash_table_next(offsets->by_partition, &position, &key, &value)) {
        weir_buffer_append_format(json, "%s{\"partition\":%.*s,\"offset\":%s}", separator,
                                  (int)key.len, (const char *)key.data, (const char *)value);
        separator = ",";
    }
}
