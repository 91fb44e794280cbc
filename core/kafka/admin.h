/* admin.h - topics and groups as an administrator sees them.
 *
 * Threads: one owner. Blocks: every call, up to its deadline. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_KAFKA_ADMIN_H
#define WEIR_KAFKA_ADMIN_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/kafka/consumer.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_admin;

struct weir_admin *weir_admin_create(const struct weir_config *config, int64_t deadline_ms,
                                     struct weir_error *err);
void weir_admin_destroy(struct weir_admin *admin);

/* Partitions of a topic; 0: it does not exist. */
bool weir_admin_partition_count(struct weir_admin *admin, const char *topic, int32_t *count_out,
                                int64_t deadline_ms, struct weir_error *err);

struct weir_topic_setting {
    const char *name, *value;
};
struct weir_new_topic {
    const char *name;
    int32_t partition_count;
    int32_t replication_factor; /* -1: the broker's default */
    const struct weir_topic_setting *settings;
    size_t setting_count;
};
/* A topic that is there already is no error, whatever its settings. */
bool weir_admin_create_topic(struct weir_admin *admin, const struct weir_new_topic *topic,
                             int64_t deadline_ms, struct weir_error *err);
/* A topic that is not there is no error. */
bool weir_admin_delete_topic(struct weir_admin *admin, const char *topic, int64_t deadline_ms,
                             struct weir_error *err);
/* Calls visit for each topic. */
typedef void (*weir_topic_fn)(void *context, const char *topic, int32_t partition_count);
bool weir_admin_list_topics(struct weir_admin *admin, weir_topic_fn visit, void *context,
                            int64_t deadline_ms, struct weir_error *err);
/* One setting of a topic as text appended to out; NULL value appends nothing. */
bool weir_admin_topic_setting(struct weir_admin *admin, const char *topic, const char *setting,
                              struct weir_buffer *out, int64_t deadline_ms, struct weir_error *err);
/* First and next offset of a partition. */
bool weir_admin_offsets(struct weir_admin *admin, const char *topic, int32_t partition,
                        int64_t *begin_out, int64_t *end_out, int64_t deadline_ms,
                        struct weir_error *err);
/* Everything before offset may go: for internal topics that have been read. */
bool weir_admin_delete_records(struct weir_admin *admin, const char *topic, int32_t partition,
                               int64_t before_offset, int64_t deadline_ms, struct weir_error *err);
/* Calls visit for each member of the group with the partitions that it has, all borrowed.
 * *stable_out: the group is not about to share them out anew. */
typedef void (*weir_group_member_fn)(void *context, const char *member_id,
                                     const struct weir_topic_partition *partitions, size_t count);
bool weir_admin_visit_group(struct weir_admin *admin, const char *group_id,
                            weir_group_member_fn visit, void *context, bool *stable_out,
                            int64_t deadline_ms, struct weir_error *err);
/* A group that is not there is no error; one with members is. */
bool weir_admin_delete_group(struct weir_admin *admin, const char *group_id, int64_t deadline_ms,
                             struct weir_error *err);

#endif
