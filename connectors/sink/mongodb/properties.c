/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/settings.h"

#include "core/mongo/connection.h"

#include <strings.h>

#define CLASSES "com.mongodb.kafka.connect.sink."

static const char *const granularities[] = {"", "seconds", "minutes", "hours", NULL};
static const char *const tolerances[] = {"", "none", "data", "all", NULL};
static const char *const truths[] = {"", "true", "false", NULL};
static const char *const uuid_formats[] = {"string", "binary", NULL};
static const char *const projection_types[] = {"none",      "allowlist", "blocklist",
                                               "whitelist", "blacklist", NULL};
static const char *const partial_types[] = {"",          "none",      "allowlist", "blocklist",
                                            "whitelist", "blacklist", NULL};

static bool check_encryption(const struct weir_property *property, const char *value,
                             struct weir_error *err)
{
    (void)property;
    return strcasecmp(value, "false") == 0 ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                     "weir does not encrypt fields; set it to false, and encrypt them before they "
                     "reach Kafka");
}

#define TEXT(name_, default_, group_, importance_, documentation_) \
    { \
        .name = name_, .type = WEIR_PROPERTY_STRING, .default_value = default_, \
        .importance = importance_, .group = group_, .documentation = documentation_ \
    }
#define CHOICE(name_, default_, allowed_, group_, documentation_) \
    { \
        .name = name_, .type = WEIR_PROPERTY_STRING, .default_value = default_, \
        .allowed = allowed_, .importance = WEIR_IMPORTANCE_LOW, .group = group_, \
        .documentation = documentation_ \
    }
#define TRUTH(name_, default_, group_, documentation_) \
    { \
        .name = name_, .type = WEIR_PROPERTY_BOOLEAN, .default_value = default_, \
        .importance = WEIR_IMPORTANCE_MEDIUM, .group = group_, .documentation = documentation_ \
    }
#define COUNT(name_, default_, group_, documentation_) \
    { \
        .name = name_, .type = WEIR_PROPERTY_INT, .default_value = default_, .has_range = true, \
        .value_min = 0, .value_max = INT32_MAX, .importance = WEIR_IMPORTANCE_MEDIUM, \
        .group = group_, .documentation = documentation_ \
    }
#define HIGH WEIR_IMPORTANCE_HIGH
#define MEDIUM WEIR_IMPORTANCE_MEDIUM
#define LOW WEIR_IMPORTANCE_LOW

const struct weir_property weir_mongodb_sink_properties[] = {
    WEIR_MONGO_CONNECTION_PROPERTIES("mongodb://localhost:27017"),
    {.name = "database",
     .type = WEIR_PROPERTY_STRING,
     .required = true,
     .importance = HIGH,
     .group = "Namespace",
     .documentation = "The database to write to."},
    TEXT("collection", "", "Namespace", HIGH,
         "The collection to write to; empty: named like the topic."),
    TEXT("namespace.mapper", CLASSES "namespace.mapping.DefaultNamespaceMapper", "Namespace",
         MEDIUM,
         "Who chooses database and collection: `DefaultNamespaceMapper` (the two properties above) "
         "or "
         "`FieldPathNamespaceMapper` (fields of the record)."),
    TEXT("namespace.mapper.key.database.field", "", "Namespace", MEDIUM,
         "FieldPathNamespaceMapper: dotted path of the key's field with the database's name."),
    TEXT("namespace.mapper.value.database.field", "", "Namespace", MEDIUM,
         "FieldPathNamespaceMapper: dotted path of the value's field with the database's name."),
    TEXT("namespace.mapper.key.collection.field", "", "Namespace", MEDIUM,
         "FieldPathNamespaceMapper: dotted path of the key's field with the collection's name."),
    TEXT("namespace.mapper.value.collection.field", "", "Namespace", MEDIUM,
         "FieldPathNamespaceMapper: dotted path of the value's field with the collection's name."),
    TRUTH("namespace.mapper.error.if.invalid", "false", "Namespace",
          "Whether a record without such a field is rejected. `false`: it goes to `database` and "
          "`collection`."),
    TEXT("document.id.strategy", CLASSES "processor.id.strategy.KafkaMetaDataStrategy", "Ids", HIGH,
         "Where `_id` comes from when the value has none. The default makes "
         "`topic#partition#offset`, so that a record "
         "that is delivered twice is still one document. This differs from MongoDB's own "
         "connector, whose "
         "`BsonOidStrategy` makes a new ObjectId for each delivery and so doubles documents after "
         "a crash. Also: "
         "`UuidStrategy`, `FullKeyStrategy`, `ProvidedInKeyStrategy`, `ProvidedInValueStrategy`, "
         "`UuidProvidedInKeyStrategy`, `UuidProvidedInValueStrategy`, `PartialKeyStrategy`, "
         "`PartialValueStrategy`."),
    TRUTH("document.id.strategy.overwrite.existing", "false", "Ids",
          "Whether the strategy's `_id` replaces one that the value has."),
    CHOICE("document.id.strategy.uuid.format", "string", uuid_formats, "Ids",
           "UuidStrategy: text or binary of subtype 4."),
    CHOICE("document.id.strategy.partial.key.projection.type", "", partial_types, "Ids",
           "PartialKeyStrategy: how the list chooses fields; empty: `key.projection.type`."),
    TEXT("document.id.strategy.partial.key.projection.list", "", "Ids", LOW,
         "PartialKeyStrategy: the key's fields, separated by commas."),
    CHOICE("document.id.strategy.partial.value.projection.type", "", partial_types, "Ids",
           "PartialValueStrategy: how the list chooses fields; empty: `value.projection.type`."),
    TEXT("document.id.strategy.partial.value.projection.list", "", "Ids", LOW,
         "PartialValueStrategy: the value's fields, separated by commas."),
    TEXT("post.processor.chain", CLASSES "processor.DocumentIdAdder", "Documents", LOW,
         "What happens to a document on its way, in order: `DocumentIdAdder`, `KafkaMetaAdder`, "
         "`NullFieldValueRemover`, `AllowListKeyProjector`, `AllowListValueProjector`, "
         "`BlockListKeyProjector`, "
         "`BlockListValueProjector`, `RenameByMapping`, `RenameByRegExp`. `DocumentIdAdder` goes "
         "first when it is "
         "not named."),
    CHOICE("key.projection.type", "none", projection_types, "Documents",
           "For PartialKeyStrategy: `none`, `allowlist` or `blocklist`."),
    TEXT("key.projection.list", "", "Documents", LOW,
         "Fields of the key, separated by commas: `a.b`, `a.*`, `a.**`, `prefix*`."),
    CHOICE("value.projection.type", "none", projection_types, "Documents",
           "For PartialValueStrategy: `none`, `allowlist` or `blocklist`."),
    TEXT("value.projection.list", "", "Documents", LOW,
         "Fields of the value, separated by commas: `a.b`, `a.*`, `a.**`, `prefix*`."),
    TEXT("field.renamer.mapping", "[]", "Documents", LOW,
         "RenameByMapping: `[{\"oldName\": \"value.a.b\", \"newName\": \"c\"}]`. A name that "
         "exists already stays, and "
         "the field is dropped."),
    TEXT("field.renamer.regexp", "[]", "Documents", LOW,
         "RenameByRegExp: `[{\"regexp\": \"value\\\\..*\", \"pattern\": \"_\", \"replace\": "
         "\"-\"}]`. Where `regexp` matches the whole path of a field, every match of `pattern` in "
         "its name is replaced (`$1` is a group). A name that exists already stays, and the field "
         "is dropped."),
    TEXT("field.value.transformer", "", "Documents", LOW,
         "What text in `field.value.transformer.fields` becomes: `ToObjectId`, `ToDate` (also of a "
         "number of milliseconds), `ToUuid`, `ToDecimal128`, `ToLong`, `ToDouble`. Text that does "
         "not read as that rejects the record; values of other types stay. Java classes are not "
         "loaded."),
    TEXT("field.value.transformer.fields", "", "Documents", LOW,
         "Names of fields at any depth, separated by commas."),
    TEXT("writemodel.strategy", CLASSES "writemodel.strategy.DefaultWriteModelStrategy", "Writes",
         MEDIUM,
         "How a document is written. The default inserts documents whose `_id` is "
         "`topic#partition#offset` (a duplicate "
         "of one's own id means that it was delivered before), and replaces by `_id`, with upsert, "
         "all others. Also: "
         "`ReplaceOneDefaultStrategy`, `InsertOneDefaultStrategy`, `UpdateOneDefaultStrategy`, "
         "`UpdateOneTimestampsStrategy`, `ReplaceOneBusinessKeyStrategy`, "
         "`UpdateOneBusinessKeyTimestampStrategy`, "
         "`DeleteOneDefaultStrategy`, `DeleteOneBusinessKeyStrategy`."),
    TRUTH("delete.on.null.values", "false", "Writes",
          "Whether a tombstone deletes the document of its key. `false`: a tombstone is rejected."),
    TEXT("delete.writemodel.strategy", CLASSES "writemodel.strategy.DeleteOneDefaultStrategy",
         "Writes", LOW,
         "How: `DeleteOneDefaultStrategy` or `DeleteOneTombstoneBusinessKeyStrategy`."),
    COUNT("max.batch.size", "0", "Writes",
          "The most records in one bulk; 0: as many as were read at once."),
    TRUTH("bulk.write.ordered", "true", "Writes",
          "Whether writes of one bulk happen in order. Behind a record that fails the rest is "
          "written all the same. "
          "Inserts under weir's own ids are never in need of it, and go unordered."),
    COUNT("rate.limiting.timeout", "0", "Writes",
          "With `rate.limiting.every.n`: milliseconds of pause."),
    COUNT("rate.limiting.every.n", "0", "Writes",
          "A pause after so many bulks of a topic; 0: none."),
    TEXT("exactly.once.offsets.collection", "", "Writes", MEDIUM,
         "`database.collection` for the offsets of what is written. Not empty: the documents of a "
         "batch and the offsets behind them are written in one transaction, and what was written "
         "before is not written again: each record takes effect once, whatever its `_id` and its "
         "write model, changes of change data capture included. Needs a replica set. Empty: "
         "repeated writes are harmless because of their ids."),
    {.name = "csfle.enabled",
     .type = WEIR_PROPERTY_BOOLEAN,
     .default_value = "false",
     .check = check_encryption,
     .importance = LOW,
     .group = "Writes",
     .documentation = "Only `false`: fields are written as the records have them. Encrypt them "
                      "before they reach Kafka."},
    {.name = "csfle.*",
     .type = WEIR_PROPERTY_STRING,
     .importance = LOW,
     .group = "Writes",
     .documentation = "Settings of the encryption of fields.",
     .obsolete = "`csfle.enabled` is false"},
    COUNT("max.num.retries", "3", "Errors",
          "How often a write that MongoDB could not take (it is away, or elects a primary) is "
          "tried again after "
          "`retries.defer.timeout`. Then the task's own policy goes on (`errors.retry.timeout`), "
          "with growing waits. "
          "MongoDB's own connector ignores this property."),
    COUNT("retries.defer.timeout", "5000", "Errors", "Milliseconds between those tries."),
    CHOICE("mongo.errors.tolerance", "", tolerances, "Errors",
           "Wins over `errors.tolerance`; empty: that one."),
    CHOICE("mongo.errors.log.enable", "", truths, "Errors",
           "Wins over `errors.log.enable`; empty: that one."),
    TEXT("change.data.capture.handler", "", "Change data capture", MEDIUM,
         "Values are change events, and are applied. Ids, post processors and write models are "
         "then not used. Under `com.mongodb.kafka.connect.sink.cdc.`: "
         "`mongodb.ChangeStreamHandler` (MongoDB's source connector), "
         "`debezium.mongodb.ChangeStreamHandler`, `debezium.mongodb.MongoDbHandler` (Debezium's "
         "older format with `patch`), `debezium.rdbms.RdbmsHandler`, "
         "`debezium.rdbms.mysql.MysqlHandler`, `debezium.rdbms.postgres.PostgresHandler`, "
         "`qlik.rdbms.RdbmsHandler`."),
    TRUTH("change.data.capture.handler.remove.null.values", "false", "Change data capture",
          "Whether null fields, at any depth, are left out of what an event writes."),
    TEXT("timeseries.timefield", "", "Time series", LOW,
         "The field with the time of a measurement. Not empty: documents go to a time series "
         "collection, which is made if it is missing. MongoDB has no unique `_id` there, so that "
         "what is delivered twice after a crash is there twice."),
    TEXT("timeseries.metafield", "", "Time series", LOW,
         "The field that names the series that a measurement belongs to."),
    {.name = "timeseries.expire.after.seconds",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "0",
     .has_range = true,
     .value_min = 0,
     .value_max = INT64_MAX,
     .importance = LOW,
     .group = "Time series",
     .documentation = "When a new collection lets go of old measurements; 0: never."},
    CHOICE("timeseries.granularity", "", granularities, "Time series",
           "Of a new collection: `seconds`, `minutes` or `hours` between measurements of a "
           "series; empty: the server's choice."),
    TRUTH("timeseries.timefield.auto.convert", "false", "Time series",
          "Whether numbers (milliseconds) and text in the time field become dates. What cannot "
          "stays as it is, and MongoDB refuses it."),
    TEXT("timeseries.timefield.auto.convert.date.format",
         "yyyy-MM-dd[['T'][ ]][HH:mm:ss[[.][SSSSSS][SSS]][ ]VV[ ]'['VV']'][HH:mm:ss[[.][SSSSSS]"
         "[SSS]][ ]X][HH:mm:ss[[.][SSSSSS][SSS]]]",
         "Time series", LOW,
         "How such text is written, as in Java's DateTimeFormatter: the letters `y` `u` `M` `L` "
         "`d` `H` `m` `s` `S` `n` `X` `x` `Z` `VV`, quoted text and optional parts. No zone is "
         "UTC; no time is the start of the day."),
    TEXT("timeseries.timefield.auto.convert.locale.language.tag", "", "Time series", LOW,
         "The language of months' names: only English (`en`) is known."),
    TEXT("topic.override.*", NULL, "Overrides", LOW,
         "`topic.override.<topic>.<property>`: a value for one topic, of any property here but "
         "those of the connection, and of `errors.tolerance` and `errors.log.enable`."),
    {0},
};
