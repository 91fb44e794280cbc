/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/properties.h"

#include "connectors/source/mongodb/schema.h"
#include "core/mongo/connection.h"

#include <string.h>

static const char *const full_document[] = {"",         "default", "updateLookup", "whenAvailable",
                                            "required", NULL};
static const char *const before_change[] = {"",         "default", "off", "whenAvailable",
                                            "required", NULL};
static const char *const formats[] = {"json", "bson", "schema", NULL};
static const char *const cloud_formats[] = {"JSON", "STRING", "BSON", NULL};
static const char *const startup_modes[] = {"", "latest", "timestamp", "copy_existing", NULL};
static const char *const topic_mappers[] = {
    "com.mongodb.kafka.connect.source.topic.mapping.DefaultTopicMapper", NULL};
static const char *const token_lost[] = {"fail", "latest", "copy", NULL};
static const char *const formatters[] = {
    "com.mongodb.kafka.connect.source.json.formatter.DefaultJson",
    "com.mongodb.kafka.connect.source.json.formatter.ExtendedJson",
    "com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson",
    "DefaultJson",
    "ExtendedJson",
    "SimplifiedJson",
    NULL};

/* The defaults of MongoDB's connector. */
#define KEY_SCHEMA \
    "{\"type\":\"record\",\"name\":\"keySchema\"," \
    "\"fields\":[{\"name\":\"_id\",\"type\":\"string\"}]}"
#define VALUE_SCHEMA \
    "{\"name\":\"ChangeStream\",\"type\":\"record\",\"fields\":[{\"name\":\"_id\"," \
    "\"type\":\"string\"},{\"name\":\"operationType\",\"type\":[\"string\",\"null\"]}," \
    "{\"name\":\"fullDocumentBeforeChange\",\"type\":[\"string\",\"null\"]}," \
    "{\"name\":\"fullDocument\",\"type\":[\"string\",\"null\"]},{\"name\":\"ns\"," \
    "\"type\":[{\"name\":\"ns\",\"type\":\"record\",\"fields\":[{\"name\":\"db\"," \
    "\"type\":\"string\"},{\"name\":\"coll\",\"type\":[\"string\",\"null\"]}]},\"null\"]}," \
    "{\"name\":\"to\",\"type\":[{\"name\":\"to\",\"type\":\"record\"," \
    "\"fields\":[{\"name\":\"db\",\"type\":\"string\"},{\"name\":\"coll\"," \
    "\"type\":[\"string\",\"null\"]}]},\"null\"]},{\"name\":\"documentKey\"," \
    "\"type\":[\"string\",\"null\"]},{\"name\":\"updateDescription\"," \
    "\"type\":[{\"name\":\"updateDescription\",\"type\":\"record\"," \
    "\"fields\":[{\"name\":\"updatedFields\",\"type\":[\"string\",\"null\"]}," \
    "{\"name\":\"removedFields\",\"type\":[{\"type\":\"array\",\"items\":\"string\"}," \
    "\"null\"]},{\"name\":\"truncatedArrays\",\"type\":[{\"type\":\"array\"," \
    "\"items\":{\"type\":\"record\",\"name\":\"truncatedArray\"," \
    "\"fields\":[{\"name\":\"field\",\"type\":\"string\"},{\"name\":\"newSize\"," \
    "\"type\":\"int\"}]}},\"null\"]},{\"name\":\"disambiguatedPaths\"," \
    "\"type\":[\"string\",\"null\"]}]},\"null\"]},{\"name\":\"clusterTime\"," \
    "\"type\":[\"string\",\"null\"]},{\"name\":\"wallTime\",\"type\":[\"long\",\"null\"]}," \
    "{\"name\":\"txnNumber\",\"type\":[\"long\",\"null\"]},{\"name\":\"lsid\"," \
    "\"type\":[{\"name\":\"lsid\",\"type\":\"record\",\"fields\":[{\"name\":\"id\"," \
    "\"type\":\"string\"},{\"name\":\"uid\",\"type\":\"string\"}]},\"null\"]}]}"

static bool check_schema(const struct weir_property *property, const char *value,
                         struct weir_error *err)
{
    (void)property;
    weir_auto_arena *arena = weir_arena_create(4096);
    struct weir_error inner = {0};
    return weir_schema_parse(value, arena, &inner) ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s", inner.message);
}

#define ROW_OF(level, property_name, property_type, default_text, group_name, about, ...) \
    { \
        .name = property_name, .type = WEIR_PROPERTY_##property_type, \
        .default_value = default_text, .group = group_name, .importance = WEIR_IMPORTANCE_##level, \
        .documentation = about, __VA_ARGS__ \
    }
#define ROW(...) ROW_OF(MEDIUM, __VA_ARGS__)
#define MAIN_ROW(...) ROW_OF(HIGH, __VA_ARGS__)

const struct weir_property weir_mongodb_source_properties[] = {
    WEIR_MONGO_CONNECTION_PROPERTIES("mongodb://localhost:27017,localhost:27018,localhost:27019"),
    MAIN_ROW("database", STRING, "", "Namespace",
             "The database to watch; empty watches the whole deployment."),
    MAIN_ROW("collection", STRING, "", "Namespace",
             "The collection to watch; empty watches every collection of the database."),
    ROW("pipeline", STRING, "[]", "Change stream",
        "Aggregation stages after `$changeStream`, as a JSON array; applied to "
        "copied documents too."),
    ROW("batch.size", INT, "0", "Change stream",
        "Documents of one server batch. 0: as many as make about 1 MiB, so that memory stays "
        "small.",
        .has_range = true, .value_min = 0, .value_max = 1000000),
    ROW("publish.full.document.only", BOOLEAN, "false", "Change stream",
        "The value is the document itself instead of the change "
        "event. Events without a document make no record."),
    ROW("publish.full.document.only.tombstone.on.delete", BOOLEAN, "false", "Change stream",
        "With "
        "`publish.full.document.only`: an event without `fullDocument` (a delete) makes a "
        "tombstone."),
    ROW("change.stream.document.key.as.key", BOOLEAN, "true", "Change stream",
        "The key is the event's `documentKey`; false: "
        "its resume token."),
    ROW("change.stream.full.document", STRING, "", "Change stream",
        "What update events carry in `fullDocument`.", .allowed = full_document),
    ROW("change.stream.full.document.before.change", STRING, "", "Change stream",
        "Whether events carry "
        "`fullDocumentBeforeChange`.",
        .allowed = before_change),
    ROW("change.stream.show.expanded.events", BOOLEAN, "false", "Change stream",
        "Also events of indexes, collection options "
        "and shards (MongoDB 6.0 and later)."),
    ROW("collation", STRING, "", "Change stream",
        "Collation of the change stream, as a JSON object."),
    ROW("poll.max.batch.size", INT, "1000", "Polling", "Most records of one poll.",
        .has_range = true, .value_min = 1, .value_max = 1000000),
    ROW("poll.await.time.ms", LONG, "5000", "Polling",
        "How long the server may wait for a change before it answers. A change "
        "is passed on at once; weir waits at most a second, so that it stops quickly.",
        .has_range = true, .value_min = 1, .value_max = INT32_MAX),
    MAIN_ROW("topic.prefix", STRING, "", "Topics",
             "Put in front of the topic name, with the separator."),
    ROW("topic.suffix", STRING, "", "Topics", "Put behind the topic name, with the separator."),
    ROW("topic.separator", STRING, ".", "Topics",
        "Between prefix, database, collection and suffix."),
    ROW("topic.mapper", STRING, "com.mongodb.kafka.connect.source.topic.mapping.DefaultTopicMapper",
        "Topics",
        "Only MongoDB's default; `topic.namespace.map` and `RegexRouter` name topics otherwise.",
        .allowed = topic_mappers),
    ROW("topic.namespace.map", STRING, "", "Topics",
        "JSON object from namespace (`db`, `db.coll`, `/regex`, `*`) to topic."),
    ROW("output.format.key", STRING, "json", "Output",
        "`json`, `bson`, or `schema`: the event through `output.schema.key`, as Connect's JSON.",
        .allowed = formats),
    ROW("output.format.value", STRING, "json", "Output",
        "`json`, `bson`, or `schema`: through `output.schema.value`, as Connect's JSON; with "
        "`value.converter.schemas.enable` the schema stands beside it.",
        .allowed = formats),
    ROW("output.schema.key", STRING, KEY_SCHEMA, "Output",
        "With `output.format.key: schema`: the key's schema, as Avro text. Names of fields may be "
        "paths with dots.",
        .check = check_schema),
    ROW("output.schema.value", STRING, VALUE_SCHEMA, "Output",
        "With `output.format.value: schema`: the value's schema, as Avro text.",
        .check = check_schema),
    ROW("output.schema.infer.value", BOOLEAN, "false", "Output",
        "With `output.format.value: schema`: each document's own schema instead."),
    ROW("output.data.format", STRING, "JSON", "Output",
        "Confluent Cloud's name: `JSON` and `STRING` are JSON text, `BSON` is raw "
        "BSON, for key and value where `output.format.*` is not given.",
        .allowed = cloud_formats),
    ROW("output.json.formatter", STRING,
        "com.mongodb.kafka.connect.source.json.formatter.DefaultJson", "Output",
        "How BSON types become JSON: `DefaultJson`, `ExtendedJson` or `SimplifiedJson`, with or "
        "without the package.",
        .allowed = formatters),
    ROW("startup.mode", STRING, "", "Startup",
        "`copy_existing` copies what is there, then streams; `latest` streams from now; "
        "`timestamp` from `startup.mode.timestamp.start.at.operation.time`. Empty: `copy.existing` "
        "decides.",
        .allowed = startup_modes),
    ROW("startup.mode.timestamp.start.at.operation.time", STRING, "", "Startup",
        "Seconds since the epoch, an ISO 8601 "
        "instant, or `{\"$timestamp\": {\"t\": ..., \"i\": ...}}`."),
    MAIN_ROW("copy.existing", BOOLEAN, "false", "Startup",
             "Old name of `startup.mode: copy_existing`."),
    ROW("startup.mode.copy.existing.namespace.regex", STRING, "", "Startup",
        "Copy only namespaces in which this regular expression is found.",
        .aliases = (const char *const[]){"copy.existing.namespace.regex", NULL}),
    ROW("startup.mode.copy.existing.pipeline", STRING, "", "Startup",
        "Aggregation stages that run first on copied documents, as a "
        "JSON array.",
        .aliases = (const char *const[]){"copy.existing.pipeline", NULL}),
    ROW("startup.mode.copy.existing.allow.disk.use", BOOLEAN, "true", "Startup",
        "Whether the copy may use temporary files on "
        "the server.",
        .aliases = (const char *const[]){"copy.existing.allow.disk.use", NULL}),
    ROW("offset.partition.name", STRING, "", "Offsets",
        "Replaces the name that offsets are stored under: a new name starts "
        "afresh."),
    ROW("heartbeat.interval.ms", LONG, "0", "Offsets",
        "How often an idle stream writes a heartbeat record: key the resume token, value null. 0: "
        "no "
        "records; the stored position moves on all the same.",
        .has_range = true, .value_min = 0, .value_max = INT32_MAX),
    ROW("heartbeat.topic.name", STRING, "__mongodb_heartbeats", "Offsets",
        "The topic of heartbeat records."),
    ROW("startup.mode.copy.existing.max.threads", INT, NULL, "Startup",
        "Most threads of the copy, each with a connection; a large collection is read by several. "
        "Without a value: as many as there are processors.",
        .has_range = true, .value_min = 1, .value_max = 64,
        .aliases = (const char *const[]){"copy.existing.max.threads", NULL}),
    ROW("startup.mode.copy.existing.queue.size", INT, "16000", "Startup",
        "Most documents read ahead. At most 3 MiB wait in any case.", .has_range = true,
        .value_min = 1, .value_max = INT32_MAX,
        .aliases = (const char *const[]){"copy.existing.queue.size", NULL}),
    ROW("on.resume.token.lost", STRING, "fail", "Offsets",
        "When the stored position is no longer in the oplog: `fail` stops with "
        "a message (unless `errors.tolerance` is `all` and this is not given: then `latest`), "
        "`latest` goes on from now and says what may be lost, `copy` copies everything "
        "again first.",
        .allowed = token_lost),
    {0},
};
