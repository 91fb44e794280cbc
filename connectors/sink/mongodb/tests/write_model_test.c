/* From a configuration and records to the writes that they become, shown as extended JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/write_model.h"

#include "connectors/sink/mongodb/namespace.h"
#include "connectors/sink/mongodb/tests/planning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_record_without_id_is_inserted_under_its_place_in_kafka(void **state)
{
    (void)state;
    assert_writes("", "101", "{\"N\":1}", "insert* document={\"N\": 1, \"_id\": \"t#1#5\"}");
    assert_writes("", NULL, "{}", "insert* document={\"_id\": \"t#1#5\"}");
}

static void a_record_with_an_id_replaces_by_it(void **state)
{
    (void)state;
    assert_writes("", NULL, "{\"_id\":7,\"N\":1}",
                  "replace+ filter={\"_id\": 7} document={\"_id\": 7, \"N\": 1}");
    assert_writes("document.id.strategy.overwrite.existing: true", NULL, "{\"_id\":7,\"N\":1}",
                  "insert* document={\"_id\": \"t#1#5\", \"N\": 1}");
}

static void ids_come_from_key_or_value_as_the_strategy_says(void **state)
{
    (void)state;
    assert_writes(CONVERTER "document.id.strategy: "
                            "com.mongodb.kafka.connect.sink.processor.id.strategy.FullKeyStrategy",
                  "{\"k\":1}", "{\"a\":2}",
                  "replace+ filter={\"_id\": {\"k\": 1}} document={\"_id\": {\"k\": 1}, \"a\": 2}");
    assert_writes(CONVERTER "document.id.strategy: ProvidedInKeyStrategy", "{\"_id\":\"x\"}",
                  "{\"a\":2}",
                  "replace+ filter={\"_id\": \"x\"} document={\"_id\": \"x\", \"a\": 2}");
    assert_writes(CONVERTER "document.id.strategy: ProvidedInKeyStrategy", "{\"b\":1}", "{\"a\":2}",
                  "REJECT: the key has no _id");
    assert_writes("document.id.strategy: ProvidedInValueStrategy", NULL, "{\"a\":2}",
                  "REJECT: the value has no _id");
    assert_writes(CONVERTER "document.id.strategy: UuidProvidedInKeyStrategy", "{\"_id\":\"nope\"}",
                  "{}", "REJECT: _id is not a UUID");
    assert_writes(
        "document.id.strategy: "
        "PartialValueStrategy\ndocument.id.strategy.partial.value.projection.type: allowlist\n"
        "document.id.strategy.partial.value.projection.list: a,b.c",
        NULL, "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}",
        "replace+ filter={\"_id\": {\"a\": 1, \"b\": {\"c\": 2}}} document={\"_id\": {\"a\": 1, "
        "\"b\": {\"c\": 2}}, "
        "\"a\": 1, \"b\": {\"c\": 2, \"d\": 3}}");
}

static void random_ids_are_asked_for_by_name(void **state)
{
    (void)state;
    const char *first = writes_of(
        settings_of(
            "document.id.strategy: BsonOidStrategy\nwritemodel.strategy: InsertOneDefaultStrategy",
            "t"),
        NULL, "{}");
    assert_non_null(strstr(first, "{\"$oid\":"));
    const char *uuid =
        writes_of(settings_of("document.id.strategy: UuidStrategy", "t"), NULL, "{}");
    assert_non_null(strstr(uuid, "replace+ filter={\"_id\": \""));
}

static void each_write_model_makes_its_operation(void **state)
{
    (void)state;
    assert_writes("writemodel.strategy: ReplaceOneDefaultStrategy", NULL, "{\"a\":1}",
                  "replace+ filter={\"_id\": \"t#1#5\"} document={\"a\": 1, \"_id\": \"t#1#5\"}");
    assert_writes("writemodel.strategy: UpdateOneDefaultStrategy", NULL, "{\"_id\":1,\"a\":1}",
                  "update+ filter={\"_id\": 1} document={\"$set\": {\"a\": 1}}");
    assert_non_null(
        strstr(writes_of(settings_of("writemodel.strategy: UpdateOneTimestampsStrategy", "t"), NULL,
                         "{\"_id\":1,\"a\":1}"),
               "{\"$set\": {\"a\": 1, \"_modifiedTS\": {\"$date\": "));
    assert_writes("writemodel.strategy: DeleteOneDefaultStrategy\ndocument.id.strategy: "
                  "ProvidedInValueStrategy",
                  NULL, "{\"_id\":1,\"a\":1}", "delete filter={\"_id\": 1}");
    assert_writes("writemodel.strategy: ReplaceOneBusinessKeyStrategy\ndocument.id.strategy: "
                  "PartialValueStrategy\n"
                  "value.projection.type: allowlist\nvalue.projection.list: b.c",
                  NULL, "{\"a\":1,\"b\":{\"c\":2}}",
                  "replace+ filter={\"b.c\": 2} document={\"a\": 1, \"b\": {\"c\": 2}}");
    assert_writes("writemodel.strategy: ReplaceOneBusinessKeyStrategy", NULL, "{\"a\":1}",
                  "REJECT: a business key strategy needs a document in _id");
}

static void tombstones_delete_only_when_told(void **state)
{
    (void)state;
    assert_writes("", "k", NULL,
                  "REJECT: the record has no value, and delete.on.null.values is false");
    assert_writes("", NULL, NULL, "REJECT: the record has neither key nor value");
    assert_writes(CONVERTER "delete.on.null.values: true\ndocument.id.strategy: FullKeyStrategy",
                  "{\"k\":1}", "null", "delete filter={\"_id\": {\"k\": 1}}");
    struct weir_error err = {0};
    assert_false(configure("delete.on.null.values: true", &err));
    assert_non_null(strstr(err.message, "delete.on.null.values"));
}

static void post_processors_work_in_order(void **state)
{
    (void)state;
    assert_writes("post.processor.chain: NullFieldValueRemover,KafkaMetaAdder", NULL,
                  "{\"a\":null,\"b\":{\"c\":null,\"d\":[null,{\"e\":null}]}}",
                  "insert* document={\"b\": {\"d\": [null, {}]}, \"_id\": \"t#1#5\", "
                  "\"topic-partition-offset\": \"t-1-5\", "
                  "\"CREATE_TIME\": 9}");
    assert_writes("post.processor.chain: RenameByMapping\nfield.renamer.mapping: "
                  "'[{\"oldName\":\"value.a.b\",\"newName\":\"c\"},"
                  "{\"oldName\":\"value.x\",\"newName\":\"y\"}]'",
                  NULL, "{\"_id\":1,\"a\":{\"b\":1,\"z\":2},\"x\":1,\"y\":2}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"a\": {\"c\": 1, \"z\": 2}, "
                  "\"y\": 2}");
    assert_writes("post.processor.chain: BlockListValueProjector\nvalue.projection.list: a,b.*,c.d",
                  NULL,
                  "{\"_id\":1,\"a\":1,\"b\":{\"x\":1,\"y\":{\"z\":1}},\"c\":[{\"d\":1,\"e\":2}]}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"b\": {\"y\": {\"z\": 1}}, "
                  "\"c\": [{\"e\": 2}]}");
    assert_writes(
        "post.processor.chain: AllowListValueProjector\nvalue.projection.list: _id,a,b.c,d.**,pre*",
        NULL,
        "{\"_id\":1,\"a\":{\"x\":1},\"b\":{\"c\":1,\"e\":2},\"d\":{\"f\":{\"g\":1}},\"prefix\":1,"
        "\"other\":2}",
        "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"a\": {}, \"b\": {\"c\": 1}, \"d\": "
        "{\"f\": {\"g\": 1}}, "
        "\"prefix\": 1}");
}

static void fields_are_renamed_by_patterns(void **state)
{
    (void)state;
    static const char chain[] = "post.processor.chain: RenameByRegExp\nfield.renamer.regexp: ";
    assert_writes(
        weir_arena_format(arena, "%s%s", chain,
                          "'[{\"regexp\":\"^value\\\\..*[a-z]_.*$\",\"pattern\":\"_([a-z])\","
                          "\"replace\":\"-$1\"}]'"),
        "not a document", "{\"_id\":1,\"a_b_c\":{\"d_e\":1,\"f\":2},\"x_y\":[{\"z_z\":1}]}",
        "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"a-b-c\": {\"d-e\": 1, "
        "\"f\": 2}, \"x-y\": [{\"z_z\": 1}]}");
    assert_writes(weir_arena_format(arena,
                                    "%s'[{\"regexp\":\".*\",\"pattern\":\"^_\",\"replace\":"
                                    "\"\"}]'",
                                    chain),
                  NULL, "{\"_id\":1,\"a\":1}",
                  "REJECT: the post processors left the document without _id");
}

static void a_renamed_field_never_overwrites_another(void **state)
{
    (void)state;
    assert_writes("post.processor.chain: RenameByRegExp\nfield.renamer.regexp: "
                  "'[{\"regexp\":\"value\\\\.a[0-9]\",\"pattern\":\"[0-9]\",\"replace\":\"\"}]'",
                  NULL, "{\"_id\":1,\"a1\":1,\"a2\":2,\"b\":3}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"a\": 1, \"b\": 3}");
}

static void text_in_named_fields_gets_a_type(void **state)
{
    (void)state;
    static const char fields[] = "field.value.transformer.fields: at\nfield.value.transformer: ";
    assert_writes(weir_arena_format(arena, "%sToObjectId", fields), NULL,
                  "{\"_id\":1,\"at\":\"5f0000000000000000000000\",\"o\":[{\"at\":"
                  "\"5f0000000000000000000001\"}]}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"at\": {\"$oid\": "
                  "\"5f0000000000000000000000\"}, \"o\": [{\"at\": {\"$oid\": "
                  "\"5f0000000000000000000001\"}}]}");
    assert_writes(
        weir_arena_format(arena, "%sToDate", fields), NULL,
        "{\"_id\":1,\"at\":\"2020-01-01T00:00:00Z\",\"o\":{\"at\":0}}",
        "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"at\": {\"$date\": "
        "\"2020-01-01T00:00:00Z\"}, \"o\": {\"at\": {\"$date\": \"1970-01-01T00:00:00Z\"}}}");
    assert_writes(weir_arena_format(arena, "%sToDecimal128", fields), NULL,
                  "{\"_id\":1,\"at\":\"12.50\"}",
                  "replace+ filter={\"_id\": 1} document={\"_id\": 1, \"at\": {\"$numberDecimal\": "
                  "\"12.50\"}}");
    const char *refused = writes_of(settings_of(weir_arena_format(arena, "%sToUuid", fields), "t"),
                                    NULL, "{\"_id\":1,\"at\":\"\\\"}\"}");
    assert_string_equal(refused,
                        "REJECT: field.value.transformer: field at: not text of that type");
}

static void measurements_are_inserted_with_a_date(void **state)
{
    (void)state;
    static const char series[] =
        "timeseries.timefield: at\ntimeseries.timefield.auto.convert: true\n";
    assert_writes(series, NULL, "{\"_id\":1,\"at\":1500}",
                  "insert document={\"_id\": 1, \"at\": {\"$date\": \"1970-01-01T00:00:01.5Z\"}}");
    assert_writes(
        series, NULL, "{\"_id\":1,\"at\":\"2020-02-29 10:11:12.123+02:00\"}",
        "insert document={\"_id\": 1, \"at\": {\"$date\": \"2020-02-29T08:11:12.123Z\"}}");
    assert_writes(series, NULL, "{\"_id\":1,\"at\":\"soon\"}",
                  "insert document={\"_id\": 1, \"at\": \"soon\"}");
}

static void text_values_are_extended_json(void **state)
{
    (void)state;
    assert_writes("value.converter: org.apache.kafka.connect.storage.StringConverter", NULL,
                  "{\"_id\":{\"$oid\":\"5f0000000000000000000000\"},\"n\":{\"$numberLong\":\"5\"}}",
                  "replace+ filter={\"_id\": {\"$oid\": \"5f0000000000000000000000\"}} "
                  "document={\"_id\": {\"$oid\": "
                  "\"5f0000000000000000000000\"}, \"n\": 5}");
    assert_writes("input.data.format: BSON", NULL, "no bson",
                  "REJECT: value: the bytes are not one BSON document");
}

static void a_topic_s_override_goes_before_the_connector_s_value(void **state)
{
    (void)state;
    static const char more[] = "collection: all\nmax.batch.size: 5\ntopic.override.a.b.collection: "
                               "own\ntopic.override.a.b.max.batch.size: 7\n"
                               "topic.override.a.b.bulk.write.ordered: false";
    const struct topic_settings *own = settings_of(more, "a.b");
    assert_string_equal(own->collection, "own");
    assert_int_equal(own->batch_size_max, 7);
    assert_false(own->ordered);
    const struct topic_settings *other = settings_of(more, "c");
    assert_string_equal(other->collection, "all");
    assert_int_equal(other->batch_size_max, 5);
    assert_true(other->ordered);
    assert_string_equal(settings_of("", "c")->collection, "c");
}

static void a_field_can_name_the_collection(void **state)
{
    (void)state;
    const struct topic_settings *settings =
        settings_of("namespace.mapper: "
                    "FieldPathNamespaceMapper\nnamespace.mapper.value.collection.field: to.where",
                    "t");
    struct weir_record record = {.topic = "t",
                                 .value = WEIR_BYTES("{\"to\":{\"where\":\"there\"}}")};
    struct weir_error err = {0};
    struct work work;
    struct namespace found;
    assert_true(weir_work_begin(&work, settings, &record, &buffers, &err));
    assert_true(weir_namespace_find(&work, arena, &found, &err));
    assert_string_equal(found.collection, "there");
    record.value = WEIR_BYTES("{\"to\":5}");
    assert_true(weir_work_begin(&work, settings, &record, &buffers, &err));
    assert_true(weir_namespace_find(&work, arena, &found, &err));
    assert_string_equal(found.collection, "t");
}

static void configurations_that_cannot_be_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } wrong[] = {
        {"document.id.strategy: NoSuchStrategy", "document.id.strategy"},
        {"writemodel.strategy: x.y.Z", "writemodel.strategy"},
        {"post.processor.chain: a.b.RenameByRegExp2", "post.processor.chain"},
        {"field.renamer.mapping: '[{}]'\npost.processor.chain: RenameByMapping",
         "field.renamer.mapping"},
        {"namespace.mapper: FieldPathNamespaceMapper", "namespace.mapper"},
        {"topic.override.t.max.batch.size: many", "topic.override.t.max.batch.size"},
        {"topic.override.t.connection.uri: x", "topic.override.t.connection.uri"},
        {"topic.override.t.errors.tolerance: some", "topic.override.t.errors.tolerance"},
        {"topic.override.t.timeseries.expire.after.seconds: soon",
         "topic.override.t.timeseries.expire.after.seconds"},
        {"csfle.enabled: true", "csfle.enabled"},
        {"exactly.once.offsets.collection: nodot", "exactly.once.offsets.collection"},
        {"topic.override.t.exactly.once.offsets.collection: a.b",
         "topic.override.t.exactly.once.offsets.collection"},
        {"topic.override.t.bogus: 1", "topic.override.t.bogus"},
        {"topic.override.t.delete.on.null.values: true", "topic.override.t.delete.on.null.values"},
        {"post.processor.chain: RenameByRegExp\nfield.renamer.regexp: '[{\"regexp\":\"(\","
         "\"pattern\":\"a\",\"replace\":\"b\"}]'",
         "field.renamer.regexp"},
        {"post.processor.chain: RenameByRegExp\nfield.renamer.regexp: '[{\"regexp\":\"a\"}]'",
         "field.renamer.regexp"},
        {"field.value.transformer: com.acme.Secret\nfield.value.transformer.fields: a",
         "field.value.transformer"},
        {"field.value.transformer: ToDate", "field.value.transformer"},
        {"timeseries.metafield: m", "timeseries.timefield"},
        {"timeseries.timefield: t\ntimeseries.timefield.auto.convert.date.format: 'QQ'",
         "timeseries.timefield.auto.convert.date.format"},
        {"timeseries.timefield: t\nwritemodel.strategy: ReplaceOneDefaultStrategy",
         "writemodel.strategy"},
        {"timeseries.timefield: t\ntimeseries.timefield.auto.convert.locale.language.tag: de",
         "timeseries.timefield.auto.convert.locale.language.tag"},
        {"connection.host: h\nconnection.uri: mongodb://h", "connection.host"},
        {"connection.uri: http://h", "connection.uri"},
        {"connection.ssl.truststore: /x/trust.jks", "connection.ssl.truststore"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct weir_error err = {0};
        if (configure(wrong[i].text, &err)) {
            fail_msg("accepted: %s", wrong[i].text);
        }
        assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
        assert_non_null(strstr(err.message, wrong[i].words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_without_id_is_inserted_under_its_place_in_kafka),
        TEST(a_record_with_an_id_replaces_by_it),
        TEST(ids_come_from_key_or_value_as_the_strategy_says),
        TEST(random_ids_are_asked_for_by_name),
        TEST(each_write_model_makes_its_operation),
        TEST(tombstones_delete_only_when_told),
        TEST(post_processors_work_in_order),
        TEST(fields_are_renamed_by_patterns),
        TEST(a_renamed_field_never_overwrites_another),
        TEST(text_in_named_fields_gets_a_type),
        TEST(measurements_are_inserted_with_a_date),
        TEST(text_values_are_extended_json),
        TEST(a_topic_s_override_goes_before_the_connector_s_value),
        TEST(a_field_can_name_the_collection),
        TEST(configurations_that_cannot_be_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
