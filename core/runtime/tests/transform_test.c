/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/transform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct weir_property *const tables[] = {weir_transform_properties, NULL};

struct fixture {
    struct weir_config *config;
    struct weir_transforms *transforms;
    struct weir_arena *arena;
    struct weir_record record;
    struct weir_error err;
};

/* False: the settings are refused, with err. */
static bool set_up(struct fixture *fixture, const char *settings)
{
    *fixture = (struct fixture){.arena = weir_arena_create(256),
                                .record = {.topic = "kt.mdb.fish", .timestamp_ms = -1}};
    fixture->config = weir_config_parse(settings, strlen(settings), "f", &fixture->err);
    assert_non_null(fixture->config);
    if (!weir_config_check(fixture->config, tables, &fixture->err)) {
        return false;
    }
    fixture->transforms = weir_transforms_create(fixture->config, &fixture->err);
    return fixture->transforms != NULL;
}

static void tear_down(struct fixture *fixture)
{
    weir_transforms_destroy(fixture->transforms);
    weir_config_destroy(fixture->config);
    weir_arena_destroy(fixture->arena);
}

static enum weir_transform_result apply(struct fixture *fixture, const char *key, const char *value)
{
    fixture->record.key = weir_bytes_of(key);
    fixture->record.value = weir_bytes_of(value);
    weir_error_clear(&fixture->err);
    return weir_transforms_apply(fixture->transforms, &fixture->record, fixture->arena,
                                 &fixture->err);
}

static void assert_bytes(struct weir_bytes bytes, const char *expected)
{
    if (!expected) {
        assert_true(weir_bytes_is_null(bytes));
        return;
    }
    assert_int_equal(bytes.len, strlen(expected));
    assert_memory_equal(bytes.data, expected, bytes.len);
}

/* One record through a chain. */
static void assert_changes(const char *settings, const char *key, const char *value,
                           const char *key_after, const char *value_after)
{
    struct fixture fixture;
    assert_true(set_up(&fixture, settings));
    assert_int_equal(apply(&fixture, key, value), WEIR_TRANSFORM_KEEP);
    assert_bytes(fixture.record.key, key_after);
    assert_bytes(fixture.record.value, value_after);
    tear_down(&fixture);
}

static void assert_refused(const char *settings, const char *message)
{
    struct fixture fixture;
    assert_false(set_up(&fixture, settings));
    assert_int_equal(fixture.err.domain, WEIR_DOMAIN_CONFIG);
    assert_string_equal(fixture.err.message, message);
    tear_down(&fixture);
}

#define KEY_FROM_VALUE \
    "transforms: key, id\n" \
    "transforms.key.type: org.apache.kafka.connect.transforms.ValueToKey\n" \
    "transforms.key.fields: fish_id\n" \
    "transforms.id.type: org.apache.kafka.connect.transforms.ExtractField$Key\n" \
    "transforms.id.field: fish_id\n"

static void a_field_of_the_value_becomes_a_plain_key(void **state)
{
    (void)state;
    assert_changes(KEY_FROM_VALUE, "{\"_id\": 1}",
                   "{\"n\": {\"fish_id\": 0}, \"fish_id\": \"101\"}", "101",
                   "{\"n\": {\"fish_id\": 0}, \"fish_id\": \"101\"}");
    assert_changes(KEY_FROM_VALUE, "x", "{\"fish_id\": 7}", "7", "{\"fish_id\": 7}");
    assert_changes(KEY_FROM_VALUE, "x", "{\"fish_id\": \"a\\\"b\"}", "a\"b",
                   "{\"fish_id\": \"a\\\"b\"}");
    assert_changes(KEY_FROM_VALUE, "x", "{\"other\": 7}", NULL, "{\"other\": 7}");
}

static void a_key_may_have_several_fields(void **state)
{
    (void)state;
    assert_changes(
        "transforms: key\ntransforms.key.type: ValueToKey\ntransforms.key.fields: b, a, missing\n",
        NULL, "{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[1, 2],\"a\":1,\"missing\":null}",
        "{\"a\": 1, \"b\": [1, 2]}");
}

static void a_value_that_is_not_an_object_is_rejected(void **state)
{
    (void)state;
    static const char *const values[] = {NULL,           "", "text", "[1]", "{\"fish_id\": \"1\"",
                                         "{\"fish_id\"}"};
    struct fixture fixture;
    assert_true(set_up(&fixture, KEY_FROM_VALUE));
    for (size_t index = 0; index < sizeof(values) / sizeof(values[0]); index++) {
        assert_int_equal(apply(&fixture, "k", values[index]), WEIR_TRANSFORM_FAIL);
        assert_int_equal(fixture.err.action, WEIR_ERROR_REJECT);
        assert_string_equal(fixture.err.message, "transform key: the value is not a JSON object");
    }
    tear_down(&fixture);
}

static void a_transform_with_a_predicate_leaves_other_records_alone(void **state)
{
    (void)state;
    static const char settings[] =
        KEY_FROM_VALUE "transforms.key.predicate: gone\ntransforms.key.negate: true\n"
                       "transforms.id.predicate: gone\ntransforms.id.negate: true\n"
                       "predicates: gone\n"
                       "predicates.gone.type: org.apache.kafka.connect.transforms.predicates."
                       "RecordIsTombstone\n";
    assert_changes(settings, "x", "{\"fish_id\": \"1\"}", "1", "{\"fish_id\": \"1\"}");
    assert_changes(settings, "x", NULL, "x", NULL);
}

static void a_filter_drops_what_its_predicate_names(void **state)
{
    (void)state;
    struct fixture fixture;
    assert_true(set_up(
        &fixture,
        "transforms: f\ntransforms.f.type: Filter\ntransforms.f.predicate: p\n"
        "predicates: p\npredicates.p.type: TopicNameMatches\npredicates.p.pattern: kt\\..*\n"));
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_DROP);
    fixture.record.topic = "other.kt.x";
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_KEEP);
    tear_down(&fixture);
}

static void a_predicate_looks_at_headers(void **state)
{
    (void)state;
    const struct weir_header headers[] = {{WEIR_BYTES("a"), WEIR_BYTES("1")},
                                          {WEIR_BYTES("b"), WEIR_BYTES_NULL}};
    struct fixture fixture;
    assert_true(set_up(&fixture,
                       "transforms: f\ntransforms.f.type: Filter\ntransforms.f.predicate: p\n"
                       "predicates: p\npredicates.p.type: HasHeaderKey\npredicates.p.name: b\n"));
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_KEEP);
    fixture.record.headers = headers;
    fixture.record.header_count = 2;
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_DROP);
    fixture.record.header_count = 1;
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_KEEP);
    tear_down(&fixture);
}

static void fields_are_left_out_and_renamed(void **state)
{
    (void)state;
    assert_changes(
        "transforms: r\ntransforms.r.type: ReplaceField$Value\ntransforms.r.exclude: _id\n"
        "transforms.r.renames: a:alpha, c:\"q\n",
        "k", "{\"_id\": {\"$oid\": \"1\"}, \"a\": 1, \"b\": \"x, y\"}", "k",
        "{\"alpha\":1,\"b\":\"x, y\"}");
    assert_changes(
        "transforms: r\ntransforms.r.type: ReplaceField$Key\ntransforms.r.include: b,a\n",
        "{\"a\":1,\"b\":2,\"c\":3}", "v", "{\"a\":1,\"b\":2}", "v");
    assert_changes(
        "transforms: r\ntransforms.r.type: ReplaceField$Value\ntransforms.r.exclude: a\n", "k",
        "{\"a\": 1}", "k", "{}");
    assert_changes(
        "transforms: r\ntransforms.r.type: ReplaceField$Value\ntransforms.r.exclude: a\n", "k",
        NULL, "k", NULL);
}

static void a_renamed_field_that_repeats_does_not_outgrow_its_room(void **state)
{
    (void)state;
    struct fixture fixture;
    assert_true(set_up(&fixture, "transforms: r\ntransforms.r.type: ReplaceField$Value\n"
                                 "transforms.r.renames: a:a_much_longer_name_than_before\n"));
    assert_int_equal(apply(&fixture, "k", "{\"a\":1,\"a\":2,\"a\":3,\"a\":4}"),
                     WEIR_TRANSFORM_FAIL);
    assert_string_equal(fixture.err.message, "transform r: a field occurs more than once");
    tear_down(&fixture);
}

static void fields_are_inserted(void **state)
{
    (void)state;
    static const char settings[] =
        "transforms: i\ntransforms.i.type: InsertField$Value\ntransforms.i.static.field: from!\n"
        "transforms.i.static.value: line \"1\"\ntransforms.i.topic.field: topic\n"
        "transforms.i.timestamp.field: at\n";
    assert_changes(settings, "k", "{\"a\": 1, \"from\": 2}", "k",
                   "{\"a\":1,\"topic\":\"kt.mdb.fish\",\"at\":null,\"from\":\"line \\\"1\\\"\"}");
    assert_changes(settings, "k", "{}", "k",
                   "{\"topic\":\"kt.mdb.fish\",\"at\":null,\"from\":\"line \\\"1\\\"\"}");
    assert_changes(settings, "k", NULL, "k", NULL);
}

static void a_topic_is_renamed_where_the_whole_of_it_matches(void **state)
{
    (void)state;
    struct fixture fixture;
    assert_true(set_up(
        &fixture,
        "transforms: r\ntransforms.r.type: RegexRouter\ntransforms.r.regex: kt\\.([a-z]+)\\.(.*)\n"
        "transforms.r.replacement: $2-$1\\$\n"));
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_KEEP);
    assert_string_equal(fixture.record.topic, "fish-mdb$");
    fixture.record.topic = "x.kt.mdb.fish";
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_KEEP);
    assert_string_equal(fixture.record.topic, "x.kt.mdb.fish");
    tear_down(&fixture);
}

static void patterns_and_replacements_are_javas(void **state)
{
    (void)state;
    struct fixture fixture;
    assert_true(set_up(
        &fixture,
        "transforms: r\ntransforms.r.type: RegexRouter\ntransforms.r.regex: "
        "'kt\\.(?<base>[a-z]+?)(\\d*)\\.(?!cat).*'\ntransforms.r.replacement: ${base}-$10$2\n"));
    fixture.record.topic = "kt.mdb7.fish";
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_KEEP);
    assert_string_equal(fixture.record.topic, "mdb-mdb07");
    fixture.record.topic = "kt.mdb7.cat";
    assert_int_equal(apply(&fixture, "k", "v"), WEIR_TRANSFORM_KEEP);
    assert_string_equal(fixture.record.topic, "kt.mdb7.cat");
    tear_down(&fixture);
}

static void settings_that_would_be_ignored_are_refused(void **state)
{
    (void)state;
    assert_refused("transforms: a\n", "f:1: transforms: transforms.a.type is missing");
    assert_refused("transforms: a\ntransforms.a.type: ValueToKee\n",
                   "f:2: transforms.a.type: no transform 'ValueToKee'; did you mean 'ValueToKey'?");
    assert_refused("transforms: a\ntransforms.a.type: ValueToKey\n",
                   "f:1: transforms: transforms.a.fields is missing");
    assert_refused("transforms: a\ntransforms.a.type: ValueToKey\ntransforms.a.fields: "
                   "x\ntransforms.a.field: x\n",
                   "f:4: transforms.a.field: ValueToKey has no such setting");
    assert_refused(
        "transforms: a\ntransforms.a.type: Filter\n",
        "f:1: transforms: transforms.a.predicate is missing: Filter would drop every record");
    assert_refused("transforms: a\ntransforms.a.type: Filter\ntransforms.a.predicate: p\n",
                   "f:3: transforms.a.predicate: 'p' is not in `predicates`");
    assert_refused("transforms.b.type: Filter\n",
                   "f:1: transforms.b.type: is not of a name in `transforms`");
    assert_refused("predicates: p\npredicates.p.type: Nope\n",
                   "f:2: predicates.p.type: no predicate 'Nope'; there are "
                   "TopicNameMatches, HasHeaderKey and RecordIsTombstone");
    assert_refused("transforms: a\ntransforms.a.type: RegexRouter\ntransforms.a.regex: "
                   "'('\ntransforms.a.replacement: x\n",
                   "f:3: transforms.a.regex: '(': Invalid regular expression pattern: missing "
                   "closing parenthesis");
    assert_refused("transforms: a\ntransforms.a.type: RegexRouter\ntransforms.a.regex: "
                   "'(a)'\ntransforms.a.replacement: $2\n",
                   "f:4: transforms.a.replacement: '$2' names a group that regex has not");
    assert_refused(
        "transforms: a\ntransforms.a.type: ReplaceField$Value\ntransforms.a.renames: x\n",
        "f:3: transforms.a.renames: expected old:new pairs");
}

#define ONE(type, settings) \
    "transforms: a\ntransforms.a.type: org.apache.kafka.connect.transforms." type "\n" settings

static void a_value_is_hoisted_into_a_field(void **state)
{
    (void)state;
    assert_changes(ONE("HoistField$Value", "transforms.a.field: line"), "k", "{\"x\": 1}", "k",
                   "{\"line\":{\"x\": 1}}");
    assert_changes(ONE("HoistField$Key", "transforms.a.field: id"), "f1", "{}", "{\"id\":\"f1\"}",
                   "{}");
    assert_changes(ONE("HoistField$Value", "transforms.a.field: line"), "k", NULL, "k",
                   "{\"line\":null}");
}

static void fields_are_masked(void **state)
{
    (void)state;
    const char *value = "{\"s\":\"x\",\"n\":1.5,\"b\":true,\"o\":{\"p\":1},\"a\":[1],\"z\":null,"
                        "\"k\":7}";
    assert_changes(ONE("MaskField$Value", "transforms.a.fields: s, n,b,o,a,z"), "k", value, "k",
                   "{\"s\":\"\",\"n\":0,\"b\":false,\"o\":{},\"a\":[],\"z\":null,\"k\":7}");
    assert_changes(ONE("MaskField$Value", "transforms.a.fields: s,n\n"
                                          "transforms.a.replacement: '42'"),
                   "k", "{\"s\":\"x\",\"n\":1}", "k", "{\"s\":\"42\",\"n\":42}");
}

static void fields_are_cast(void **state)
{
    (void)state;
    assert_changes(ONE("Cast$Value", "transforms.a.spec: 'a:string,b:int32,c:float64,d:boolean,"
                                     "e:int8,f:int64'"),
                   "k",
                   "{\"a\":1.5,\"b\":\"12\",\"c\":3,\"d\":\"TRUE\",\"e\":300,\"f\":true,\"g\":0}",
                   "k", "{\"a\":\"1.5\",\"b\":12,\"c\":3.0,\"d\":true,\"e\":44,\"f\":1,\"g\":0}");
    assert_changes(ONE("Cast$Value", "transforms.a.spec: 'a:int32,b:int32'"), "k",
                   "{\"a\":-1.9,\"b\":null}", "k", "{\"a\":-1,\"b\":null}");
    assert_changes(ONE("Cast$Key", "transforms.a.spec: int64"), "12", "{}", "12", "{}");
}

static void what_cannot_be_cast_is_rejected(void **state)
{
    (void)state;
    static const char *const values[] = {"{\"a\":\"x\"}", "{\"a\":{}}", "{\"a\":\"1.5\"}", "[1]"};
    for (size_t index = 0; index < sizeof(values) / sizeof(values[0]); index++) {
        struct fixture fixture;
        assert_true(set_up(&fixture, ONE("Cast$Value", "transforms.a.spec: 'a:int32'")));
        assert_int_equal(apply(&fixture, "k", values[index]), WEIR_TRANSFORM_FAIL);
        assert_int_equal(fixture.err.action, WEIR_ERROR_REJECT);
        tear_down(&fixture);
    }
}

static void times_are_converted(void **state)
{
    (void)state;
#define TIMES(settings) ONE("TimestampConverter$Value", "transforms.a.field: t\n" settings)
    assert_changes(TIMES("transforms.a.target.type: string\n"
                         "transforms.a.format: \"yyyy-MM-dd'T'HH:mm:ss.SSSX\""),
                   "k", "{\"t\":1577863627120,\"u\":1}", "k",
                   "{\"t\":\"2020-01-01T07:27:07.120Z\",\"u\":1}");
    assert_changes(TIMES("transforms.a.target.type: unix\ntransforms.a.unix.precision: seconds\n"
                         "transforms.a.format: yyyyMMdd HHmm"),
                   "k", "{\"t\":\"20200101 0727\"}", "k", "{\"t\":1577863620}");
    assert_changes(TIMES("transforms.a.target.type: Timestamp"), "k",
                   "{\"t\":{\"$date\": 1577863627120}}", "k", "{\"t\":1577863627120}");
    assert_changes(TIMES("transforms.a.target.type: Date"), "k", "{\"t\":-1}", "k", "{\"t\":-1}");
    assert_changes(TIMES("transforms.a.target.type: Time"), "k", "{\"t\":-1}", "k",
                   "{\"t\":86399999}");
    assert_changes(TIMES("transforms.a.target.type: unix\ntransforms.a.format: yyyy-MM-dd HH:mm Z"),
                   "k", "{\"t\":\"2020-01-01 02:00 +0200\"}", "k", "{\"t\":1577836800000}");
    assert_changes(TIMES("transforms.a.target.type: unix"), "k", "{\"t\":null}", "k",
                   "{\"t\":null}");
    assert_refused(TIMES("transforms.a.target.type: string\n"),
                   "f:1: transforms: transforms.a.format is missing: target.type is string");
    assert_refused(TIMES("transforms.a.target.type: string\ntransforms.a.format: EEE\n"),
                   "f:5: transforms.a.format: letter 'E' is not supported");
}

static void without_transforms_a_record_stays_as_it_is(void **state)
{
    (void)state;
    assert_changes("{}", "k", "v", "k", "v");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_of_the_value_becomes_a_plain_key),
        cmocka_unit_test(a_key_may_have_several_fields),
        cmocka_unit_test(a_value_that_is_not_an_object_is_rejected),
        cmocka_unit_test(a_transform_with_a_predicate_leaves_other_records_alone),
        cmocka_unit_test(a_filter_drops_what_its_predicate_names),
        cmocka_unit_test(a_predicate_looks_at_headers),
        cmocka_unit_test(fields_are_left_out_and_renamed),
        cmocka_unit_test(a_renamed_field_that_repeats_does_not_outgrow_its_room),
        cmocka_unit_test(fields_are_inserted),
        cmocka_unit_test(a_topic_is_renamed_where_the_whole_of_it_matches),
        cmocka_unit_test(patterns_and_replacements_are_javas),
        cmocka_unit_test(settings_that_would_be_ignored_are_refused),
        cmocka_unit_test(a_value_is_hoisted_into_a_field),
        cmocka_unit_test(fields_are_masked),
        cmocka_unit_test(fields_are_cast),
        cmocka_unit_test(what_cannot_be_cast_is_rejected),
        cmocka_unit_test(times_are_converted),
        cmocka_unit_test(without_transforms_a_record_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
