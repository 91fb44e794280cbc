/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/settings.h"

#include "connectors/sink/mongodb/settings_internal.h"
#include "core/mongo/connection.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct class_name id_strategies[] = {
    {"KafkaMetaDataStrategy", ID_KAFKA_METADATA},
    {"BsonOidStrategy", ID_OBJECT_ID},
    {"UuidStrategy", ID_UUID},
    {"FullKeyStrategy", ID_FULL_KEY},
    {"ProvidedInKeyStrategy", ID_PROVIDED_IN_KEY},
    {"ProvidedInValueStrategy", ID_PROVIDED_IN_VALUE},
    {"UuidProvidedInKeyStrategy", ID_UUID_IN_KEY},
    {"UuidProvidedInValueStrategy", ID_UUID_IN_VALUE},
    {"PartialKeyStrategy", ID_PARTIAL_KEY},
    {"PartialValueStrategy", ID_PARTIAL_VALUE},
    {0},
};

static const struct class_name write_strategies[] = {
    {"DefaultWriteModelStrategy", WRITE_DEFAULT},
    {"ReplaceOneDefaultStrategy", WRITE_REPLACE_ONE},
    {"InsertOneDefaultStrategy", WRITE_INSERT_ONE},
    {"UpdateOneDefaultStrategy", WRITE_UPDATE_ONE},
    {"UpdateOneTimestampsStrategy", WRITE_UPDATE_TIMESTAMPS},
    {"ReplaceOneBusinessKeyStrategy", WRITE_REPLACE_BUSINESS_KEY},
    {"UpdateOneBusinessKeyTimestampStrategy", WRITE_UPDATE_BUSINESS_KEY},
    {"DeleteOneDefaultStrategy", WRITE_DELETE_ONE},
    {"DeleteOneBusinessKeyStrategy", WRITE_DELETE_BUSINESS_KEY},
    {0},
};

static const struct class_name delete_strategies[] = {
    {"DeleteOneDefaultStrategy", WRITE_DELETE_ONE},
    {"DeleteOneTombstoneBusinessKeyStrategy", WRITE_DELETE_BUSINESS_KEY},
    {0},
};

static const struct class_name mappers[] = {
    {"DefaultNamespaceMapper", 0},
    {"FieldPathNamespaceMapper", 1},
    {0},
};

#define HANDLERS "com.mongodb.kafka.connect.sink.cdc."

/* Full names go first: some share their last part. */
static const struct class_name change_handlers[] = {
    {HANDLERS "mongodb.ChangeStreamHandler", CHANGE_MONGODB},
    {HANDLERS "debezium.mongodb.MongoDbHandler", CHANGE_DEBEZIUM_OPLOG},
    {HANDLERS "debezium.mongodb.ChangeStreamHandler", CHANGE_DEBEZIUM_STREAM},
    {HANDLERS "debezium.rdbms.RdbmsHandler", CHANGE_DEBEZIUM_ROW},
    {HANDLERS "debezium.rdbms.mysql.MysqlHandler", CHANGE_DEBEZIUM_ROW},
    {HANDLERS "debezium.rdbms.postgres.PostgresHandler", CHANGE_DEBEZIUM_ROW},
    {HANDLERS "qlik.rdbms.RdbmsHandler", CHANGE_QLIK},
    {"ChangeStreamHandler", CHANGE_MONGODB},
    {0},
};

static bool read_projection(const struct lookup *lookup, const char *type_name,
                            const char *list_name, struct projection *projection,
                            struct weir_error *err)
{
    const char *type = weir_lookup_text(lookup, type_name);
    if (strcasecmp(type, "allowlist") == 0 || strcasecmp(type, "whitelist") == 0) {
        projection->kind = PROJECTION_ALLOW;
    } else if (strcasecmp(type, "blocklist") == 0 || strcasecmp(type, "blacklist") == 0) {
        projection->kind = PROJECTION_BLOCK;
    } else if (*type && strcasecmp(type, "none") != 0) {
        return weir_config_fail(lookup->config, weir_lookup_name(lookup, type_name), err,
                                "'%s' is not one of none, allowlist, blocklist", type);
    }
    projection->patterns =
        weir_projection_patterns(weir_lookup_text(lookup, list_name), lookup->arena);
    return true;
}

/* The id strategy's own projection, else the general one. */
static bool read_id_projection(const struct lookup *lookup, const char *part,
                               struct projection *projection, struct weir_error *err)
{
    const char *own =
        weir_arena_format(lookup->arena, "document.id.strategy.partial.%s.projection.type", part);
    const char *own_list =
        weir_arena_format(lookup->arena, "document.id.strategy.partial.%s.projection.list", part);
    if (*weir_lookup_text(lookup, own)) {
        return read_projection(lookup, own, own_list, projection, err);
    }
    return read_projection(lookup, weir_arena_format(lookup->arena, "%s.projection.type", part),
                           weir_arena_format(lookup->arena, "%s.projection.list", part), projection,
                           err);
}

static const char *field_of(const struct lookup *lookup, const char *part, bool *of_key_out)
{
    const char *of_key = weir_lookup_text(
        lookup, weir_arena_format(lookup->arena, "namespace.mapper.key.%s.field", part));
    const char *of_value = weir_lookup_text(
        lookup, weir_arena_format(lookup->arena, "namespace.mapper.value.%s.field", part));
    *of_key_out = *of_key;
    return *of_key ? of_key : *of_value ? of_value : NULL;
}

static bool read_namespace(const struct lookup *lookup, struct topic_settings *settings,
                           struct weir_error *err)
{
    int by_field = 0;
    settings->database = weir_lookup_text(lookup, "database");
    settings->collection = *weir_lookup_text(lookup, "collection")
                               ? weir_lookup_text(lookup, "collection")
                               : lookup->topic;
    if (!weir_lookup_class(lookup, "namespace.mapper", mappers, &by_field, err)) {
        return false;
    }
    if (!by_field) {
        return true;
    }
    settings->database_field = field_of(lookup, "database", &settings->database_field_of_key);
    settings->collection_field = field_of(lookup, "collection", &settings->collection_field_of_key);
    settings->invalid_namespace_fails =
        weir_lookup_truth(lookup, "namespace.mapper.error.if.invalid");
    if (!settings->database_field && !settings->collection_field) {
        return weir_config_fail(
            lookup->config, weir_lookup_name(lookup, "namespace.mapper"), err,
            "FieldPathNamespaceMapper needs one of the namespace.mapper.*.field properties");
    }
    return true;
}

static bool check_deletes(const struct lookup *lookup, const struct topic_settings *settings,
                          struct weir_error *err)
{
    enum id_strategy id = settings->id_strategy;
    bool from_key = id == ID_FULL_KEY || id == ID_PARTIAL_KEY || id == ID_PROVIDED_IN_KEY;
    bool business = settings->delete_strategy == WRITE_DELETE_BUSINESS_KEY;
    if (settings->delete_on_null && (business ? id != ID_PARTIAL_KEY : !from_key)) {
        return weir_config_fail(
            lookup->config, weir_lookup_name(lookup, "delete.on.null.values"), err,
            business ? "DeleteOneTombstoneBusinessKeyStrategy needs the PartialKeyStrategy for ids"
                     : "a tombstone has only its key, so document.id.strategy must be "
                       "FullKeyStrategy, PartialKeyStrategy or ProvidedInKeyStrategy");
    }
    return true;
}

static bool read_strategies(const struct lookup *lookup, struct topic_settings *settings,
                            struct weir_error *err)
{
    int id = 0, write = 0, delete = 0, change = 0;
    bool good =
        weir_lookup_class(lookup, "document.id.strategy", id_strategies, &id, err) &&
        weir_lookup_class(lookup, "writemodel.strategy", write_strategies, &write, err) &&
        weir_lookup_class(lookup, "delete.writemodel.strategy", delete_strategies, &delete, err);
    if (good && *weir_lookup_text(lookup, "change.data.capture.handler")) {
        good =
            weir_lookup_class(lookup, "change.data.capture.handler", change_handlers, &change, err);
    }
    if (!good) {
        return false;
    }
    settings->id_strategy = (enum id_strategy)id;
    settings->write_strategy = (enum write_strategy)write;
    settings->delete_strategy = (enum write_strategy) delete;
    settings->change_handler = (enum change_handler)change;
    return true;
}

const struct topic_settings *weir_mongodb_sink_settings(const struct weir_config *config,
                                                        const char *topic, struct weir_arena *arena,
                                                        struct weir_error *err)
{
    struct lookup lookup = {config, weir_arena_strdup(arena, topic), arena};
    struct topic_settings *settings = weir_arena_calloc(arena, 1, sizeof(*settings));
    settings->topic = lookup.topic;
    settings->id_overwrites = weir_lookup_truth(&lookup, "document.id.strategy.overwrite.existing");
    settings->uuid_is_binary =
        strcasecmp(weir_lookup_text(&lookup, "document.id.strategy.uuid.format"), "binary") == 0;
    settings->delete_on_null = weir_lookup_truth(&lookup, "delete.on.null.values");
    settings->ordered = weir_lookup_truth(&lookup, "bulk.write.ordered");
    settings->change_drops_nulls =
        weir_lookup_truth(&lookup, "change.data.capture.handler.remove.null.values");
    settings->rate_timeout_ms = (int32_t)weir_lookup_number(&lookup, "rate.limiting.timeout");
    settings->rate_every_n = (int32_t)weir_lookup_number(&lookup, "rate.limiting.every.n");
    int64_t batch_size_max = weir_lookup_number(&lookup, "max.batch.size");
    settings->batch_size_max = batch_size_max > 0 ? (size_t)batch_size_max : SIZE_MAX;
    bool good = read_namespace(&lookup, settings, err) && read_strategies(&lookup, settings, err) &&
                read_id_projection(&lookup, "key", &settings->key_projection, err) &&
                read_id_projection(&lookup, "value", &settings->value_projection, err) &&
                weir_settings_read_chain(&lookup, settings, err) &&
                weir_settings_read_timeseries(&lookup, settings, err) &&
                check_deletes(&lookup, settings, err);
    if (!good) {
        weir_mongodb_sink_settings_release(settings);
    }
    return good ? settings : NULL;
}

void weir_mongodb_sink_settings_release(const struct topic_settings *settings)
{
    for (size_t i = 0; i < settings->pattern_count; i++) {
        weir_regex_destroy(settings->patterns[i].path);
        weir_regex_destroy(settings->patterns[i].name);
    }
}

/* What stands behind the topic in topic.override.<topic>.<property>; topics may hold dots, so the
 * longest known property name at the end counts. */
static const struct weir_property *overridden_row(const char *name)
{
    weir_auto_arena *arena = weir_arena_create(256);
    const char *rest = name + strlen("topic.override.");
    for (const char *dot = strchr(rest, '.'); dot; dot = strchr(dot + 1, '.')) {
        const struct weir_property *row = weir_mongodb_sink_row(dot + 1);
        if (!row && strncmp(dot + 1, "errors.", 7) == 0) {
            row = weir_mongodb_sink_row(weir_arena_format(arena, "mongo.%s", dot + 1));
        }
        if (row) {
            return row;
        }
    }
    return NULL;
}

static bool is_allowed(const struct weir_property *row, const char *value)
{
    const char *const *allowed = row->allowed;
    while (allowed && *allowed && strcasecmp(*allowed, value) != 0) {
        allowed++;
    }
    return !allowed || *allowed;
}

static bool check_override(const struct weir_config *config, const char *name, const char *value,
                           struct weir_error *err)
{
    const struct weir_property *row = overridden_row(name);
    if (!row || strncmp(row->name, "connection.", 11) == 0 ||
        strncmp(row->name, "exactly.", 8) == 0) {
        return weir_config_fail(config, name, err,
                                "is not topic.override.<topic>.<a property of a topic>");
    }
    char *end;
    long long parsed = strtoll(value, &end, 10);
    bool is_number = *value && !*end;
    bool number_wanted = row->type == WEIR_PROPERTY_INT || row->type == WEIR_PROPERTY_LONG;
    if (!is_allowed(row, value)) {
        return weir_config_fail(config, name, err, "'%s' is not one of those that '%s' may be",
                                value, row->name);
    }
    if (number_wanted &&
        (!is_number || (row->has_range && (parsed < row->value_min || parsed > row->value_max)))) {
        return weir_config_fail(config, name, err, "'%s' is not a number that '%s' may be", value,
                                row->name);
    }
    if (row->type == WEIR_PROPERTY_BOOLEAN && strcasecmp(value, "true") != 0 &&
        strcasecmp(value, "false") != 0) {
        return weir_config_fail(config, name, err, "expected true or false, not '%s'", value);
    }
    return true;
}

/* "database.collection" or nothing; a transaction does not reach everything. */
static bool check_offsets(const struct weir_config *config, struct weir_error *err)
{
    static const char name[] = "exactly.once.offsets.collection";
    const char *place = weir_config_string(config, name);
    const char *dot = strchr(place, '.');
    if (*place && (!dot || dot == place || !dot[1])) {
        return weir_config_fail(config, name, err, "'%s' is not database.collection", place);
    }
    if (*place && *weir_config_string(config, "timeseries.timefield")) {
        return weir_config_fail(config, name, err,
                                "MongoDB has no transactions on time series collections");
    }
    return true;
}

static bool check_topic(const struct weir_config *config, const char *topic, struct weir_error *err)
{
    weir_auto_arena *arena = weir_arena_create(4096);
    const struct topic_settings *settings = weir_mongodb_sink_settings(config, topic, arena, err);
    if (settings) {
        weir_mongodb_sink_settings_release(settings);
    }
    return settings != NULL;
}

bool weir_mongodb_sink_validate(const struct weir_config *config, struct weir_error *err)
{
    const char *name, *value;
    size_t position = 0;
    while (weir_config_next(config, "topic.override.", &position, &name, &value)) {
        if (!check_override(config, name, value, err)) {
            return false;
        }
    }
    for (const char *const *topic = weir_config_list(config, "topics"); *topic; topic++) {
        if (!check_topic(config, *topic, err)) {
            return false;
        }
    }
    return check_topic(config, "", err) && check_offsets(config, err) &&
           weir_mongo_connection_validate(config, err);
}
