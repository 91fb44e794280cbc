/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/settings.h"

#include "core/base/buffer.h"
#include "core/mongo/bson_view.h"
#include "core/mongo/connection.h"
#include "core/mongo/json_to_bson.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RULES_BYTES_MAX = 1 << 20 };

/* Where values of one topic come from. */
struct lookup {
    const struct weir_config *config;
    const char *topic;
    struct weir_arena *arena;
};

struct class_name {
    const char *name;
    int value;
};

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

enum { ALLOW_KEY = 100, ALLOW_VALUE, BLOCK_KEY, BLOCK_VALUE };

static const struct class_name processors[] = {
    {"DocumentIdAdder", PROCESSOR_ID_ADDER},
    {"KafkaMetaAdder", PROCESSOR_KAFKA_META},
    {"NullFieldValueRemover", PROCESSOR_NULL_REMOVER},
    {"AllowListKeyProjector", ALLOW_KEY},
    {"WhitelistKeyProjector", ALLOW_KEY},
    {"AllowListValueProjector", ALLOW_VALUE},
    {"WhitelistValueProjector", ALLOW_VALUE},
    {"BlockListKeyProjector", BLOCK_KEY},
    {"BlacklistKeyProjector", BLOCK_KEY},
    {"BlockListValueProjector", BLOCK_VALUE},
    {"BlacklistValueProjector", BLOCK_VALUE},
    {"RenameByMapping", PROCESSOR_RENAME},
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

/* The override's own name, for messages; the connector's when the topic has none. */
static const char *name_in_effect(const struct lookup *lookup, const char *name)
{
    const char *override =
        weir_arena_format(lookup->arena, "topic.override.%s.%s", lookup->topic, name);
    return weir_config_has(lookup->config, override) ? override : name;
}

/* The row of a property, or NULL. */
static const struct weir_property *find_row(const char *name)
{
    for (const struct weir_property *row = weir_mongodb_sink_properties; row->name; row++) {
        if (strcmp(row->name, name) == 0 && row->name[strlen(name) - 1] != '*') {
            return row;
        }
    }
    return NULL;
}

/* Whatever the property's type; never NULL. */
static const char *text(const struct lookup *lookup, const char *name)
{
    const char *found = name_in_effect(lookup, name);
    const struct weir_property *row = found == name ? find_row(name) : NULL;
    enum weir_property_type type = row ? row->type : WEIR_PROPERTY_STRING;
    if (type == WEIR_PROPERTY_BOOLEAN) {
        return weir_config_boolean(lookup->config, name) ? "true" : "false";
    }
    if (type == WEIR_PROPERTY_INT) {
        return weir_arena_format(lookup->arena, "%d", weir_config_int(lookup->config, name));
    }
    const char *value = weir_config_string(lookup->config, found);
    return value ? value : "";
}

static bool truth(const struct lookup *lookup, const char *name)
{
    return strcasecmp(text(lookup, name), "true") == 0;
}

static int32_t number(const struct lookup *lookup, const char *name)
{
    return (int32_t)strtol(text(lookup, name), NULL, 10);
}

/* A Java class by its full name or the part behind the last dot. */
static bool find_class(const struct class_name *table, const char *name, int *value_out)
{
    const char *dot = strrchr(name, '.');
    for (; table->name; table++) {
        bool full = strchr(table->name, '.') != NULL;
        if (strcmp(full || !dot ? name : dot + 1, table->name) == 0) {
            *value_out = table->value;
            return true;
        }
    }
    return false;
}

static bool class_of(const struct lookup *lookup, const char *name, const struct class_name *table,
                     int *value_out, struct weir_error *err)
{
    const char *given = text(lookup, name);
    if (find_class(table, given, value_out)) {
        return true;
    }
    weir_auto_buffer known;
    weir_buffer_init(&known, 1024);
    for (; table->name; table++) {
        weir_buffer_append_format(&known, "%s%s", known.len ? ", " : "", table->name);
    }
    return weir_config_fail(lookup->config, name_in_effect(lookup, name), err,
                            "'%s' is not one of %s", given, weir_buffer_text(&known));
}

static bool read_projection(const struct lookup *lookup, const char *type_name,
                            const char *list_name, struct projection *projection,
                            struct weir_error *err)
{
    const char *type = text(lookup, type_name);
    if (strcasecmp(type, "allowlist") == 0 || strcasecmp(type, "whitelist") == 0) {
        projection->kind = PROJECTION_ALLOW;
    } else if (strcasecmp(type, "blocklist") == 0 || strcasecmp(type, "blacklist") == 0) {
        projection->kind = PROJECTION_BLOCK;
    } else if (*type && strcasecmp(type, "none") != 0) {
        return weir_config_fail(lookup->config, name_in_effect(lookup, type_name), err,
                                "'%s' is not one of none, allowlist, blocklist", type);
    }
    projection->patterns = weir_projection_patterns(text(lookup, list_name), lookup->arena);
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
    if (*text(lookup, own)) {
        return read_projection(lookup, own, own_list, projection, err);
    }
    return read_projection(lookup, weir_arena_format(lookup->arena, "%s.projection.type", part),
                           weir_arena_format(lookup->arena, "%s.projection.list", part), projection,
                           err);
}

/* One of [{"oldName": "value.a", "newName": "b"}]. */
static bool read_rule(const struct lookup *lookup, struct weir_bytes entry,
                      struct rename_rule *rule)
{
    struct weir_bytes old = weir_bson_text(weir_bson_get(entry, WEIR_BYTES("oldName")));
    struct weir_bytes new = weir_bson_text(weir_bson_get(entry, WEIR_BYTES("newName")));
    bool of_key = old.len > 4 && memcmp(old.data, "key.", 4) == 0;
    bool of_value = old.len > 6 && memcmp(old.data, "value.", 6) == 0;
    if ((!of_key && !of_value) || new.len == 0) {
        return false;
    }
    size_t prefix = of_key ? 4 : 6;
    rule->of_key = of_key;
    rule->path =
        weir_arena_strndup(lookup->arena, (const char *)old.data + prefix, old.len - prefix);
    rule->new_name = weir_arena_strndup(lookup->arena, (const char *)new.data, new.len);
    return true;
}

static bool read_rules(const struct lookup *lookup, const struct rename_rule **rules_out,
                       struct weir_error *err)
{
    const char *mapping = text(lookup, "field.renamer.mapping");
    const char *name = name_in_effect(lookup, "field.renamer.mapping");
    weir_auto_buffer document;
    weir_buffer_init(&document, RULES_BYTES_MAX);
    struct weir_error problem = {0};
    const char *wrapped = weir_arena_format(lookup->arena, "{\"rules\":%s}", mapping);
    if (!weir_json_to_bson(weir_bytes_of(wrapped), &document, &problem)) {
        return weir_config_fail(lookup->config, name, err, "%s", problem.message);
    }
    struct weir_bson_element list = weir_bson_get(weir_buffer_view(&document), WEIR_BYTES("rules"));
    struct rename_rule *rules =
        weir_arena_calloc(lookup->arena, strlen(mapping) + 1, sizeof(*rules));
    struct weir_bson_iterator iterator;
    struct weir_bson_element entry;
    size_t count = 0;
    bool good = list.type == WEIR_BSON_ARRAY;
    weir_bson_iterator_init(&iterator, list.value);
    while (good && weir_bson_next(&iterator, &entry)) {
        good = entry.type == WEIR_BSON_DOCUMENT && read_rule(lookup, entry.value, &rules[count++]);
    }
    *rules_out = rules;
    return good || weir_config_fail(
                       lookup->config, name, err,
                       "must be a list of {\"oldName\": \"value.path\", \"newName\": \"name\"}");
}

/* Projectors are one kind; which list they are is in their projection. */
static void make_projector(const struct lookup *lookup, int class_value,
                           struct processor *processor)
{
    bool of_key = class_value == ALLOW_KEY || class_value == BLOCK_KEY;
    bool allows = class_value == ALLOW_KEY || class_value == ALLOW_VALUE;
    processor->kind = of_key ? PROCESSOR_PROJECT_KEY : PROCESSOR_PROJECT_VALUE;
    processor->projection.kind = allows ? PROJECTION_ALLOW : PROJECTION_BLOCK;
    processor->projection.patterns = weir_projection_patterns(
        text(lookup, of_key ? "key.projection.list" : "value.projection.list"), lookup->arena);
}

static bool read_processor(const struct lookup *lookup, const char *class_name,
                           struct processor *processor, struct weir_error *err)
{
    int value;
    if (!find_class(processors, class_name, &value)) {
        return weir_config_fail(lookup->config, name_in_effect(lookup, "post.processor.chain"), err,
                                "'%s' is not a post processor that weir has", class_name);
    }
    if (value >= ALLOW_KEY) {
        make_projector(lookup, value, processor);
        return true;
    }
    processor->kind = (enum processor_kind)value;
    return processor->kind != PROCESSOR_RENAME || read_rules(lookup, &processor->rules, err);
}

static bool read_chain(const struct lookup *lookup, struct topic_settings *settings,
                       struct weir_error *err)
{
    const char *const *names =
        weir_projection_patterns(text(lookup, "post.processor.chain"), lookup->arena);
    size_t count = 0;
    while (names[count]) {
        count++;
    }
    settings->processors =
        weir_arena_calloc(lookup->arena, count + 1, sizeof(*settings->processors));
    bool adds_id = false;
    for (size_t i = 0; i < count; i++) {
        if (!read_processor(lookup, names[i], &settings->processors[i], err)) {
            return false;
        }
        adds_id = adds_id || settings->processors[i].kind == PROCESSOR_ID_ADDER;
    }
    settings->processor_count = count;
    if (!adds_id) {
        memmove(settings->processors + 1, settings->processors,
                count * sizeof(*settings->processors));
        settings->processors[0] = (struct processor){.kind = PROCESSOR_ID_ADDER};
        settings->processor_count++;
    }
    return true;
}

static const char *field_of(const struct lookup *lookup, const char *part, bool *of_key_out)
{
    const char *of_key =
        text(lookup, weir_arena_format(lookup->arena, "namespace.mapper.key.%s.field", part));
    const char *of_value =
        text(lookup, weir_arena_format(lookup->arena, "namespace.mapper.value.%s.field", part));
    *of_key_out = *of_key;
    return *of_key ? of_key : *of_value ? of_value : NULL;
}

static bool read_namespace(const struct lookup *lookup, struct topic_settings *settings,
                           struct weir_error *err)
{
    int by_field = 0;
    settings->database = text(lookup, "database");
    settings->collection = *text(lookup, "collection") ? text(lookup, "collection") : lookup->topic;
    if (!class_of(lookup, "namespace.mapper", mappers, &by_field, err)) {
        return false;
    }
    if (!by_field) {
        return true;
    }
    settings->database_field = field_of(lookup, "database", &settings->database_field_of_key);
    settings->collection_field = field_of(lookup, "collection", &settings->collection_field_of_key);
    settings->invalid_namespace_fails = truth(lookup, "namespace.mapper.error.if.invalid");
    if (!settings->database_field && !settings->collection_field) {
        return weir_config_fail(
            lookup->config, name_in_effect(lookup, "namespace.mapper"), err,
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
            lookup->config, name_in_effect(lookup, "delete.on.null.values"), err,
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
    bool good = class_of(lookup, "document.id.strategy", id_strategies, &id, err) &&
                class_of(lookup, "writemodel.strategy", write_strategies, &write, err) &&
                class_of(lookup, "delete.writemodel.strategy", delete_strategies, &delete, err);
    if (good && *text(lookup, "change.data.capture.handler")) {
        good = class_of(lookup, "change.data.capture.handler", change_handlers, &change, err);
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
    settings->id_overwrites = truth(&lookup, "document.id.strategy.overwrite.existing");
    settings->uuid_is_binary =
        strcasecmp(text(&lookup, "document.id.strategy.uuid.format"), "binary") == 0;
    settings->delete_on_null = truth(&lookup, "delete.on.null.values");
    settings->ordered = truth(&lookup, "bulk.write.ordered");
    settings->change_drops_nulls = truth(&lookup, "change.data.capture.handler.remove.null.values");
    settings->rate_timeout_ms = number(&lookup, "rate.limiting.timeout");
    settings->rate_every_n = number(&lookup, "rate.limiting.every.n");
    int32_t batch_size_max = number(&lookup, "max.batch.size");
    settings->batch_size_max = batch_size_max > 0 ? (size_t)batch_size_max : SIZE_MAX;
    bool good = read_namespace(&lookup, settings, err) && read_strategies(&lookup, settings, err) &&
                read_id_projection(&lookup, "key", &settings->key_projection, err) &&
                read_id_projection(&lookup, "value", &settings->value_projection, err) &&
                read_chain(&lookup, settings, err) && check_deletes(&lookup, settings, err);
    return good ? settings : NULL;
}

/* What stands behind the topic in topic.override.<topic>.<property>; topics may hold dots, so the
 * longest known property name at the end counts. */
static const struct weir_property *overridden_row(const char *name)
{
    const char *rest = name + strlen("topic.override.");
    for (const char *dot = strchr(rest, '.'); dot; dot = strchr(dot + 1, '.')) {
        const struct weir_property *row = find_row(dot + 1);
        if (row) {
            return row;
        }
    }
    return NULL;
}

static bool check_override(const struct weir_config *config, const char *name, const char *value,
                           struct weir_error *err)
{
    const struct weir_property *row = overridden_row(name);
    if (!row || strncmp(row->name, "connection.", 11) == 0) {
        return weir_config_fail(config, name, err,
                                "is not topic.override.<topic>.<a property of a topic>");
    }
    char *end;
    long long parsed = strtoll(value, &end, 10);
    bool is_number = *value && !*end;
    if (row->type == WEIR_PROPERTY_INT &&
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

bool weir_mongodb_sink_validate(const struct weir_config *config, struct weir_error *err)
{
    const char *name, *value;
    size_t position = 0;
    while (weir_config_next(config, "topic.override.", &position, &name, &value)) {
        if (!check_override(config, name, value, err)) {
            return false;
        }
    }
    weir_auto_arena *arena = weir_arena_create(4096);
    for (const char *const *topic = weir_config_list(config, "topics"); *topic; topic++) {
        if (!weir_mongodb_sink_settings(config, *topic, arena, err)) {
            return false;
        }
    }
    return weir_mongodb_sink_settings(config, "", arena, err) &&
           weir_mongo_connection_validate(config, err);
}
