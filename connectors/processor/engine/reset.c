/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/reset.h"

#include "connectors/processor/engine/application.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    ADMIN_TIMEOUT_MS = 20000,
    LEAVE_TIMEOUT_MS = 15000, /* a process that was just stopped is a member a little longer */
    LEAVE_POLL_MS = 500
};

struct topics {
    char *prefix; /* of the program's internal topics */
    char **names;
    size_t count;
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static void note_topic(void *context, const char *topic, int32_t partition_count)
{
    (void)partition_count;
    struct topics *topics = context;
    if (strncmp(topic, topics->prefix, strlen(topics->prefix)) == 0 &&
        (ends_with(topic, "-repartition") || ends_with(topic, "-changelog"))) {
        topics->names = weir_realloc(topics->names, (topics->count + 1) * sizeof(*topics->names));
        topics->names[topics->count++] = weir_strdup(topic);
    }
}

static void topics_fini(struct topics *topics)
{
    for (size_t index = 0; index < topics->count; index++) {
        weir_free(topics->names[index]);
    }
    weir_free(topics->names);
    weir_free(topics->prefix);
}

/* While members work, nothing is touched. */
static bool forget_offsets(struct weir_admin *admin, const char *group, struct weir_error *err)
{
    int64_t deadline_ms = weir_clock_ms() + LEAVE_TIMEOUT_MS;
    const struct timespec pause = {.tv_nsec = LEAVE_POLL_MS * 1000000L};
    while (!weir_admin_delete_group(admin, group, weir_clock_ms() + ADMIN_TIMEOUT_MS, err)) {
        if (weir_clock_left_ms(deadline_ms, 1) == 0) {
            return weir_fail_within(err, "reset: stop all processes of the program first");
        }
        weir_error_clear(err);
        nanosleep(&pause, NULL);
    }
    printf("group %s: offsets deleted\n", group);
    return true;
}

static bool delete_topics(struct weir_admin *admin, struct topics *topics, struct weir_error *err)
{
    int64_t deadline_ms = weir_clock_ms() + ADMIN_TIMEOUT_MS;
    if (!weir_admin_list_topics(admin, note_topic, topics, deadline_ms, err)) {
        return false;
    }
    for (size_t index = 0; index < topics->count; index++) {
        if (!weir_admin_delete_topic(admin, topics->names[index],
                                     weir_clock_ms() + ADMIN_TIMEOUT_MS, err)) {
            return false;
        }
        printf("topic %s: deleted\n", topics->names[index]);
    }
    return true;
}

static bool reset(const struct weir_config *config, struct weir_error *err)
{
    struct weir_admin *admin = weir_admin_create(config, weir_clock_ms() + ADMIN_TIMEOUT_MS, err);
    struct weir_application *application = admin ? weir_application_read(config, err) : NULL;
    struct topics topics = {.prefix = weir_format("_confluent-ksql-%squery_",
                                                  weir_config_string(config, "ksql.service.id"))};
    bool done = application && forget_offsets(admin, application->group_id, err) &&
                delete_topics(admin, &topics, err);
    topics_fini(&topics);
    weir_application_destroy(application);
    weir_admin_destroy(admin);
    return done;
}

int weir_engine_reset(const struct weir_stage_call *call)
{
    struct weir_error err = {0};
    if (call->argc != 1) {
        weir_fail(&err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "usage: weir-processor reset FILE");
        return weir_stage_report(call->stage, &err);
    }
    const struct weir_config *config = weir_stage_read_config(call, call->argv[0]);
    if (!config) {
        return WEIR_EXIT_CONFIG;
    }
    return reset(config, &err) ? WEIR_EXIT_OK : weir_stage_report(call->stage, &err);
}
