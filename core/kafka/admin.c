/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/admin.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kafka/kafka_internal.h"

#include <string.h>

enum { ERROR_TEXT_BYTES = 512, APPEAR_POLL_MS = 10 };

struct weir_admin {
    rd_kafka_t *client;
    rd_kafka_queue_t *queue;
};

struct weir_admin *weir_admin_create(const struct weir_config *config, int64_t deadline_ms,
                                     struct weir_error *err)
{
    rd_kafka_conf_t *conf = weir_kafka_conf_create(config, WEIR_KAFKA_ADMIN, err);
    if (!conf) {
        return NULL;
    }
    struct weir_admin *admin = weir_alloc(sizeof(*admin));
    admin->client = weir_kafka_client_create(RD_KAFKA_PRODUCER, conf, err);
    if (!admin->client || !weir_kafka_await_broker(admin->client, config, deadline_ms, err)) {
        weir_admin_destroy(admin);
        return NULL;
    }
    admin->queue = rd_kafka_queue_new(admin->client);
    return admin;
}

void weir_admin_destroy(struct weir_admin *admin)
{
    if (!admin) {
        return;
    }
    if (admin->queue) {
        rd_kafka_queue_destroy(admin->queue);
    }
    if (admin->client) {
        rd_kafka_destroy(admin->client);
    }
    weir_free(admin);
}

bool weir_admin_partition_count(struct weir_admin *admin, const char *topic, int32_t *count_out,
                                int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(admin->client, topic, NULL);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(admin->client, 0, handle, &metadata,
                                                 weir_clock_left_ms(deadline_ms, 60000) + 1);
    rd_kafka_topic_destroy(handle);
    if (code) {
        return weir_kafka_fail(err, (int)code, topic);
    }
    *count_out = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    return true;
}

/* The answer to one request, destroyed by the caller; NULL: err. */
static rd_kafka_event_t *await(struct weir_admin *admin, const char *what, int64_t deadline_ms,
                               struct weir_error *err)
{
    rd_kafka_event_t *event =
        rd_kafka_queue_poll(admin->queue, weir_clock_left_ms(deadline_ms, 600000) + 1);
    if (!event) {
        weir_kafka_fail(err, RD_KAFKA_RESP_ERR__TIMED_OUT, what);
        return NULL;
    }
    if (rd_kafka_event_error(event)) {
        weir_kafka_fail(err, (int)rd_kafka_event_error(event), what);
        rd_kafka_event_destroy(event);
        return NULL;
    }
    return event;
}

static rd_kafka_AdminOptions_t *options(struct weir_admin *admin, rd_kafka_admin_op_t operation,
                                        int64_t deadline_ms)
{
    char text[ERROR_TEXT_BYTES];
    rd_kafka_AdminOptions_t *made = rd_kafka_AdminOptions_new(admin->client, operation);
    rd_kafka_AdminOptions_set_request_timeout(made, weir_clock_left_ms(deadline_ms, 60000) + 1,
                                              text, sizeof(text));
    return made;
}

static bool topic_results(rd_kafka_event_t *event, const rd_kafka_topic_result_t **results,
                          size_t count, rd_kafka_resp_err_t harmless, struct weir_error *err)
{
    bool done = true;
    for (size_t index = 0; done && index < count; index++) {
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[index]);
        if (code && code != harmless) {
            done = weir_kafka_fail(err, (int)code, rd_kafka_topic_result_name(results[index]));
        }
    }
    rd_kafka_event_destroy(event);
    return done;
}

/* A created topic is not at once in every broker's metadata. */
static bool await_topic(struct weir_admin *admin, const char *topic, int64_t deadline_ms,
                        struct weir_error *err)
{
    int32_t count = 0;
    while (weir_admin_partition_count(admin, topic, &count, deadline_ms, err) && count == 0) {
        if (weir_clock_left_ms(deadline_ms, 1) == 0) {
            return weir_kafka_fail(err, RD_KAFKA_RESP_ERR__TIMED_OUT, topic);
        }
        weir_clock_sleep_ms(APPEAR_POLL_MS);
    }
    return count > 0;
}

bool weir_admin_create_topic(struct weir_admin *admin, const struct weir_new_topic *topic,
                             int64_t deadline_ms, struct weir_error *err)
{
    char text[ERROR_TEXT_BYTES];
    rd_kafka_NewTopic_t *made = rd_kafka_NewTopic_new(
        topic->name, topic->partition_count, topic->replication_factor, text, sizeof(text));
    if (!made) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_KAFKA, 0, "topic '%s': %s", topic->name,
                         text);
    }
    for (size_t index = 0; index < topic->setting_count; index++) {
        rd_kafka_NewTopic_set_config(made, topic->settings[index].name,
                                     topic->settings[index].value);
    }
    rd_kafka_AdminOptions_t *how = options(admin, RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline_ms);
    rd_kafka_CreateTopics(admin->client, &made, 1, how, admin->queue);
    rd_kafka_AdminOptions_destroy(how);
    rd_kafka_NewTopic_destroy(made);
    rd_kafka_event_t *event = await(admin, topic->name, deadline_ms, err);
    if (!event) {
        return false;
    }
    size_t count;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    return topic_results(event, results, count, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, err) &&
           await_topic(admin, topic->name, deadline_ms, err);
}

bool weir_admin_delete_topic(struct weir_admin *admin, const char *topic, int64_t deadline_ms,
                             struct weir_error *err)
{
    rd_kafka_DeleteTopic_t *gone = rd_kafka_DeleteTopic_new(topic);
    rd_kafka_AdminOptions_t *how = options(admin, RD_KAFKA_ADMIN_OP_DELETETOPICS, deadline_ms);
    rd_kafka_DeleteTopics(admin->client, &gone, 1, how, admin->queue);
    rd_kafka_AdminOptions_destroy(how);
    rd_kafka_DeleteTopic_destroy(gone);
    rd_kafka_event_t *event = await(admin, topic, deadline_ms, err);
    if (!event) {
        return false;
    }
    size_t count;
    const rd_kafka_topic_result_t **results =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    return topic_results(event, results, count, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, err);
}

bool weir_admin_list_topics(struct weir_admin *admin, weir_topic_fn visit, void *context,
                            int64_t deadline_ms, struct weir_error *err)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(admin->client, 1, NULL, &metadata,
                                                 weir_clock_left_ms(deadline_ms, 60000) + 1);
    if (code) {
        return weir_kafka_fail(err, (int)code, "list of topics");
    }
    for (int index = 0; index < metadata->topic_cnt; index++) {
        visit(context, metadata->topics[index].topic, metadata->topics[index].partition_cnt);
    }
    rd_kafka_metadata_destroy(metadata);
    return true;
}

static void append_setting(const rd_kafka_ConfigResource_t *resource, const char *setting,
                           struct weir_buffer *out)
{
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t index = 0; index < count; index++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[index]);
        if (value && strcmp(rd_kafka_ConfigEntry_name(entries[index]), setting) == 0) {
            weir_buffer_append_text(out, value);
        }
    }
}

bool weir_admin_topic_setting(struct weir_admin *admin, const char *topic, const char *setting,
                              struct weir_buffer *out, int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_ConfigResource_t *asked = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_AdminOptions_t *how = options(admin, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, deadline_ms);
    rd_kafka_DescribeConfigs(admin->client, &asked, 1, how, admin->queue);
    rd_kafka_AdminOptions_destroy(how);
    rd_kafka_ConfigResource_destroy(asked);
    rd_kafka_event_t *event = await(admin, topic, deadline_ms, err);
    if (!event) {
        return false;
    }
    size_t count;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event), &count);
    rd_kafka_resp_err_t code =
        count == 1 ? rd_kafka_ConfigResource_error(resources[0]) : RD_KAFKA_RESP_ERR__FAIL;
    if (!code) {
        append_setting(resources[0], setting, out);
    }
    rd_kafka_event_destroy(event);
    return !code || weir_kafka_fail(err, (int)code, topic);
}

bool weir_admin_offsets(struct weir_admin *admin, const char *topic, int32_t partition,
                        int64_t *begin_out, int64_t *end_out, int64_t deadline_ms,
                        struct weir_error *err)
{
    rd_kafka_resp_err_t code =
        rd_kafka_query_watermark_offsets(admin->client, topic, partition, begin_out, end_out,
                                         weir_clock_left_ms(deadline_ms, 60000) + 1);
    return !code || weir_kafka_fail(err, (int)code, topic);
}

bool weir_admin_delete_records(struct weir_admin *admin, const char *topic, int32_t partition,
                               int64_t before_offset, int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = before_offset;
    rd_kafka_DeleteRecords_t *gone = rd_kafka_DeleteRecords_new(list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_AdminOptions_t *how = options(admin, RD_KAFKA_ADMIN_OP_DELETERECORDS, deadline_ms);
    rd_kafka_DeleteRecords(admin->client, &gone, 1, how, admin->queue);
    rd_kafka_AdminOptions_destroy(how);
    rd_kafka_DeleteRecords_destroy(gone);
    rd_kafka_event_t *event = await(admin, topic, deadline_ms, err);
    if (!event) {
        return false;
    }
    rd_kafka_event_destroy(event);
    return true;
}

static void visit_member(const rd_kafka_MemberDescription_t *member, weir_group_member_fn visit,
                         void *context)
{
    const rd_kafka_MemberAssignment_t *assignment = rd_kafka_MemberDescription_assignment(member);
    const rd_kafka_topic_partition_list_t *list =
        assignment ? rd_kafka_MemberAssignment_partitions(assignment) : NULL;
    size_t count = list ? (size_t)list->cnt : 0;
    weir_autofree struct weir_topic_partition *partitions =
        weir_alloc_array(count + 1, sizeof(*partitions));
    for (size_t index = 0; index < count; index++) {
        partitions[index] =
            (struct weir_topic_partition){list->elems[index].topic, list->elems[index].partition};
    }
    visit(context, rd_kafka_MemberDescription_consumer_id(member), partitions, count);
}

bool weir_admin_visit_group(struct weir_admin *admin, const char *group_id,
                            weir_group_member_fn visit, void *context, bool *stable_out,
                            int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_AdminOptions_t *how =
        options(admin, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, deadline_ms);
    rd_kafka_DescribeConsumerGroups(admin->client, &group_id, 1, how, admin->queue);
    rd_kafka_AdminOptions_destroy(how);
    rd_kafka_event_t *event = await(admin, group_id, deadline_ms, err);
    if (!event) {
        return false;
    }
    size_t count;
    const rd_kafka_ConsumerGroupDescription_t **groups =
        rd_kafka_DescribeConsumerGroups_result_groups(
            rd_kafka_event_DescribeConsumerGroups_result(event), &count);
    const rd_kafka_error_t *error =
        count == 1 ? rd_kafka_ConsumerGroupDescription_error(groups[0]) : NULL;
    rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
    size_t members =
        code || count != 1 ? 0 : rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
    for (size_t index = 0; index < members; index++) {
        visit_member(rd_kafka_ConsumerGroupDescription_member(groups[0], index), visit, context);
    }
    *stable_out = members > 0 && rd_kafka_ConsumerGroupDescription_state(groups[0]) ==
                                     RD_KAFKA_CONSUMER_GROUP_STATE_STABLE;
    rd_kafka_event_destroy(event);
    return !code || weir_kafka_fail(err, (int)code, group_id);
}

bool weir_admin_delete_group(struct weir_admin *admin, const char *group_id, int64_t deadline_ms,
                             struct weir_error *err)
{
    rd_kafka_DeleteGroup_t *gone = rd_kafka_DeleteGroup_new(group_id);
    rd_kafka_AdminOptions_t *how = options(admin, RD_KAFKA_ADMIN_OP_DELETEGROUPS, deadline_ms);
    rd_kafka_DeleteGroups(admin->client, &gone, 1, how, admin->queue);
    rd_kafka_AdminOptions_destroy(how);
    rd_kafka_DeleteGroup_destroy(gone);
    rd_kafka_event_t *event = await(admin, group_id, deadline_ms, err);
    if (!event) {
        return false;
    }
    size_t count;
    const rd_kafka_group_result_t **results =
        rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count);
    const rd_kafka_error_t *error = count == 1 ? rd_kafka_group_result_error(results[0]) : NULL;
    rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_event_destroy(event);
    return !code || code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND ||
           weir_kafka_fail(err, (int)code, group_id);
}
