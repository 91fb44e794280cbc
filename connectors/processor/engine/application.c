/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/application.h"

#include "connectors/processor/engine/internal_topics.h"
#include "connectors/processor/engine/join_sources.h"
#include "connectors/processor/sql/diagnostic.h"
#include "connectors/processor/sql/parser.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PROGRAM_BYTES_MAX = 16 << 20, ARENA_BYTES = 64 << 10, ADMIN_TIMEOUT_MS = 30000 };

static int64_t admin_deadline(void)
{
    return weir_clock_ms() + ADMIN_TIMEOUT_MS;
}

/* ---- names ---- */

const char *weir_engine_topic(struct weir_arena *arena, const struct weir_engine_query *query,
                              const char *topic, bool internal)
{
    return internal ? weir_arena_format(arena, "%s-%s-repartition", query->application_id, topic)
                    : topic;
}

const char *weir_engine_changelog(struct weir_arena *arena, const struct weir_engine_query *query,
                                  const char *store)
{
    return weir_arena_format(arena, "%s-%s-changelog", query->application_id, store);
}

/* ---- the file ---- */

static char *program_path(const struct weir_config *config)
{
    const char *path = weir_config_string(config, "ksql.queries.file");
    const char *file = weir_config_file(config);
    const char *slash = strrchr(file, '/');
    if (*path == '/' || !slash || !weir_config_line(config, "ksql.queries.file")) {
        return weir_strdup(path);
    }
    return weir_format("%.*s/%s", (int)(slash - file), file, path);
}

static bool read_text(struct weir_application *application, const struct weir_config *config,
                      struct weir_error *err)
{
    FILE *file = fopen(application->path, "re");
    if (!file) {
        return weir_config_fail(config, "ksql.queries.file", err, "%s: %s", application->path,
                                strerror(errno));
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, PROGRAM_BYTES_MAX);
    char chunk[8192];
    size_t got;
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        weir_buffer_append(&text, chunk, got);
    }
    fclose(file);
    application->text = weir_arena_strndup(application->arena, weir_buffer_text(&text), text.len);
    return !text.overflow ||
           weir_config_fail(config, "ksql.queries.file", err, "%s is too large", application->path);
}

bool weir_application_explain(const struct weir_application *application, const char *text,
                              struct weir_error *err)
{
    if (err->domain != WEIR_DOMAIN_SQL) {
        return false;
    }
    weir_auto_buffer picture;
    weir_buffer_init(&picture, WEIR_ERROR_MESSAGE_BYTES * 4);
    weir_sql_diagnostic(err, text, strlen(text), &picture);
    while (picture.len > 0 && picture.data[picture.len - 1] == '\n') {
        picture.len--;
    }
    /* "line 3:24: " is said by the file's place already. */
    const char *shown = weir_buffer_text(&picture);
    const char *behind = strncmp(shown, "line ", 5) == 0 ? strstr(shown, ": ") : NULL;
    const struct weir_error found = *err;
    weir_error_clear(err);
    weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, found.code, "%s:%u:%u: %s",
              application->path, found.line, found.column, behind ? behind + 2 : shown);
    return false;
}

struct weir_application *weir_application_read(const struct weir_config *config,
                                               struct weir_error *err)
{
    struct weir_application *application = weir_alloc(sizeof(*application));
    application->arena = weir_arena_create(ARENA_BYTES);
    application->metastore = weir_metastore_create();
    weir_autofree char *path = program_path(config);
    application->path = weir_arena_strdup(application->arena, path);
    application->group_id =
        weir_arena_format(application->arena, "_confluent-ksql-%s%s",
                          weir_config_string(config, "ksql.service.id"), "program");
    if (!read_text(application, config, err) ||
        (!weir_sql_parse(application->arena, application->text, strlen(application->text),
                         &application->statements, err) &&
         !weir_application_explain(application, application->text, err))) {
        weir_application_destroy(application);
        return NULL;
    }
    return application;
}

void weir_application_destroy(struct weir_application *application)
{
    if (application) {
        weir_metastore_destroy(application->metastore);
        weir_arena_destroy(application->arena);
        weir_free(application->queries);
        weir_free(application);
    }
}

/* ---- session properties of the configuration ---- */

static void set_properties(struct weir_application *application, const struct weir_config *config)
{
    static const char *const prefixes[] = {"ksql.", "weir."};
    weir_metastore_set_property(application->metastore, "auto.offset.reset",
                                weir_config_string(config, "auto.offset.reset"));
    for (size_t index = 0; index < sizeof(prefixes) / sizeof(prefixes[0]); index++) {
        size_t position = 0;
        const char *name, *value;
        while (weir_config_next(config, prefixes[index], &position, &name, &value)) {
            if (strcmp(name, "ksql.queries.file") != 0 && strcmp(name, "ksql.service.id") != 0) {
                weir_metastore_set_property(application->metastore, name, value);
            }
        }
    }
}

/* ---- statements ---- */

static int32_t partition_count(void *context, const char *topic, struct weir_error *err)
{
    int32_t count = 0;
    return weir_admin_partition_count(context, topic, &count, admin_deadline(), err) ? count : -1;
}

struct weir_topics weir_engine_topics(struct weir_admin *admin)
{
    return (struct weir_topics){admin, partition_count};
}

bool weir_engine_create_topic(struct weir_admin *admin, const struct weir_topic_request *request,
                              struct weir_error *err)
{
    if (!request->create) {
        return true;
    }
    char retention[24];
    struct weir_topic_setting settings[2];
    size_t count = 0;
    snprintf(retention, sizeof(retention), "%lld", (long long)request->retention_ms);
    if (request->compact) {
        settings[count++] = (struct weir_topic_setting){
            "cleanup.policy", request->retain ? "compact,delete" : "compact"};
    }
    if (request->retain && request->retention_ms >= 0) {
        settings[count++] = (struct weir_topic_setting){"retention.ms", retention};
    }
    const struct weir_new_topic topic = {request->name, request->partitions,
                                         request->replicas ? request->replicas : -1, settings,
                                         count};
    weir_log_info("processor", "topic created", "topic=%s partitions=%d", request->name,
                  (int)request->partitions);
    return weir_admin_create_topic(admin, &topic, admin_deadline(), err);
}

static bool is_earliest(const struct weir_query_plan *plan)
{
    const char *reset = weir_plan_property_value(plan, "auto.offset.reset");
    return reset && strcasecmp(reset, "earliest") == 0;
}

static int64_t wall_ms(void *context)
{
    (void)context;
    return weir_clock_wall_ms();
}

static void remove_query(struct weir_application *application, const char *id)
{
    size_t kept = 0;
    for (size_t index = 0; index < application->query_count; index++) {
        if (strcmp(application->queries[index].plan->id, id) != 0) {
            application->queries[kept++] = application->queries[index];
        }
    }
    application->query_count = kept;
}

static struct weir_topology_options topology_options(const struct weir_config *config)
{
    return (struct weir_topology_options){
        .emit_per_commit = weir_config_long(config, "cache.max.bytes.buffering") > 0,
        .repartition_pack = weir_config_boolean(config, "weir.repartition.pack"),
        .emit_final_lossless = weir_config_boolean(config, "weir.emit.final.lossless"),
        .window_idle_close_ms = weir_config_long(config, "weir.window.idle.close.ms"),
        .join_restore_source = weir_config_boolean(config, "weir.join.restore.source"),
        .wall_ms = wall_ms,
    };
}

static bool add_query(struct weir_application *application, const struct weir_config *config,
                      struct weir_admin *admin, const struct weir_action *action,
                      struct weir_error *err)
{
    struct weir_topology_options options = topology_options(config);
    struct weir_arena *arena = application->arena;
    if (action->replaced) {
        remove_query(application, action->replaced);
    }
    const char *restore = weir_plan_property_value(action->plan, "weir.join.restore.source");
    options.join_restore_source =
        restore ? strcasecmp(restore, "true") == 0 : options.join_restore_source;
    if (admin && options.join_restore_source &&
        !weir_join_sources_kept(action->plan, admin, &options.join_restore_source, err)) {
        return false;
    }
    application->queries = weir_realloc(application->queries, (application->query_count + 1) *
                                                                  sizeof(*application->queries));
    application->queries[application->query_count++] = (struct weir_engine_query){
        .plan = action->plan,
        .topology = weir_topology_build(arena, action->plan, &options),
        .application_id =
            weir_arena_format(arena, "_confluent-ksql-%squery_%s",
                              weir_config_string(config, "ksql.service.id"), action->plan->id),
        .earliest = is_earliest(action->plan),
    };
    return true;
}

/* What a running program does about an action. admin NULL: nothing is created. */
static bool apply(struct weir_application *application, const struct weir_config *config,
                  struct weir_admin *admin, const struct weir_action *action,
                  struct weir_error *err)
{
    const struct weir_place place =
        action->statement ? action->statement->place : (struct weir_place){0};
    switch (action->kind) {
    case WEIR_ACTION_SOURCE:
        return !admin || weir_engine_create_topic(admin, &action->topic, err);
    case WEIR_ACTION_QUERY:
        return add_query(application, config, admin, action, err) &&
               (!admin || weir_engine_create_topic(admin, &action->topic, err));
    case WEIR_ACTION_DROP:
    case WEIR_ACTION_TERMINATE:
        for (size_t index = 0; index < action->terminated_count; index++) {
            remove_query(application, action->terminated[index]);
        }
        return true;
    case WEIR_ACTION_INSERT:
        return weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column,
                            "INSERT INTO ... VALUES in a running program would write its row again "
                            "at each start; use "
                            "`weir-processor sql FILE -e STATEMENT`");
    case WEIR_ACTION_SELECT:
    case WEIR_ACTION_PRINT:
        return weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column,
                            "a running program has nobody to show rows to; use `weir-processor sql "
                            "FILE -e STATEMENT`");
    case WEIR_ACTION_NONE:
    case WEIR_ACTION_TEXT:
    case WEIR_ACTION_ASSERT:
    case WEIR_ACTION_TOPICS:
        break;
    }
    return true;
}

static bool execute(struct weir_application *application, const struct weir_config *config,
                    struct weir_admin *admin, struct weir_topics topics, struct weir_error *err)
{
    const struct weir_program_options options = {application->metastore, topics};
    set_properties(application, config);
    for (size_t index = 0; index < application->statements.count; index++) {
        struct weir_action action = {0};
        if (!weir_program_execute(&options, application->arena, &application->statements,
                                  application->statements.items[index], &action, err) ||
            !apply(application, config, admin, &action, err)) {
            return weir_application_explain(application, application->text, err);
        }
    }
    return true;
}

bool weir_application_define(struct weir_application *application, const struct weir_config *config,
                             struct weir_admin *admin, struct weir_error *err)
{
    return execute(application, config, NULL, weir_engine_topics(admin), err);
}

bool weir_application_prepare(struct weir_application *application,
                              const struct weir_config *config, struct weir_admin *admin,
                              struct weir_error *err)
{
    if (!execute(application, config, admin, weir_engine_topics(admin), err)) {
        return false;
    }
    if (application->query_count == 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "%s: the program starts no query", application->path);
    }
    for (size_t index = 0; index < application->query_count; index++) {
        if (!weir_internal_topics_create(&application->queries[index], config, admin,
                                         application->arena, err)) {
            return weir_fail_within(err, "query %s", application->queries[index].plan->id);
        }
    }
    return true;
}

/* ---- validate ---- */

static int32_t none_exists(void *context, const char *topic, struct weir_error *err)
{
    (void)context, (void)topic, (void)err;
    return 0;
}

static int32_t each_exists(void *context, const char *topic, struct weir_error *err)
{
    (void)context, (void)topic, (void)err;
    return 1;
}

bool weir_application_validate(struct weir_application *application,
                               const struct weir_config *config, struct weir_error *err)
{
    if (execute(application, config, NULL, (struct weir_topics){NULL, none_exists}, err)) {
        return true;
    }
    /* A topic without PARTITIONS must exist; here nobody can say. */
    struct weir_error second = {0};
    weir_metastore_destroy(application->metastore);
    application->metastore = weir_metastore_create();
    application->query_count = 0;
    if (execute(application, config, NULL, (struct weir_topics){NULL, each_exists}, &second)) {
        weir_error_clear(err);
        return true;
    }
    return false;
}
