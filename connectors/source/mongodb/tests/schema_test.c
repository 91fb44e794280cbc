/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/schema.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAX = 1 << 20 };

static struct weir_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static struct weir_bytes bson(const char *json)
{
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_extended_json_to_bson(weir_bytes_of(json), &out, &err));
    return weir_arena_copy(arena, weir_buffer_view(&out));
}

static const struct weir_schema *parse(const char *avro)
{
    struct weir_error err = {0};
    const struct weir_schema *schema = weir_schema_parse(avro, arena, &err);
    assert_non_null(schema);
    return schema;
}

static void assert_schema(const struct weir_schema *schema, const char *expected)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    weir_schema_write(schema, &out);
    assert_string_equal(weir_buffer_text(&out), expected);
}

static void assert_payload(const struct weir_schema *schema, const char *json, const char *expected)
{
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_schema_project(schema, bson(json), WEIR_BSON_JSON_DEFAULT, &out, &err));
    assert_string_equal(weir_buffer_text(&out), expected);
}

static void assert_rejected(const char *fields, const char *json, const char *message)
{
    struct weir_error err = {0};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    const char *avro = weir_arena_format(arena,
                                         "{\"type\": \"record\", \"name\": \"r\", "
                                         "\"fields\": [%s]}",
                                         fields);
    assert_false(weir_schema_project(parse(avro), bson(json), WEIR_BSON_JSON_DEFAULT, &out, &err));
    assert_int_equal(err.action, WEIR_ERROR_REJECT);
    assert_non_null(strstr(err.message, message));
}

static void a_record_is_written_as_connect_writes_it(void **state)
{
    (void)state;
    const struct weir_schema *schema = parse(
        "{\"type\": \"record\", \"name\": \"fish\", \"fields\": ["
        "{\"name\": \"_id\", \"type\": \"int\"}, "
        "{\"name\": \"tags\", \"type\": [\"null\", {\"type\": \"array\", \"items\": \"string\"}]}, "
        "{\"name\": \"at\", \"type\": {\"type\": \"long\", \"logicalType\": "
        "\"timestamp-millis\"}}, "
        "{\"name\": \"size\", \"type\": \"double\", \"default\": 1.5}]}");
    assert_schema(
        schema,
        "{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"optional\":false,\"field\":\"_id\"}"
        ","
        "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"optional\":false},\"optional\":true,"
        "\"field\":\"tags\"},{\"type\":\"int64\",\"optional\":false,\"name\":"
        "\"org.apache.kafka.connect.data.Timestamp\",\"version\":1,\"field\":\"at\"},"
        "{\"type\":\"double\",\"optional\":false,\"default\":1.5,\"field\":\"size\"}],"
        "\"optional\":false,\"name\":\"fish\"}");
    assert_payload(schema,
                   "{\"_id\": 7, \"tags\": [\"a\", {\"$oid\": \"000102030405060708090a0b\"}], "
                   "\"at\": {\"$date\": 1000}, \"size\": 1e7, \"more\": 1}",
                   "{\"_id\":7,\"tags\":[\"a\",\"{\\\"$oid\\\": "
                   "\\\"000102030405060708090a0b\\\"}\"],\"at\":1000,\"size\":1.0E7}");
    assert_payload(schema, "{\"_id\": 7, \"at\": {\"$timestamp\": {\"t\": 2, \"i\": 1}}}",
                   "{\"_id\":7,\"tags\":null,\"at\":2000,\"size\":1.5}");
}

static void paths_reach_into_documents(void **state)
{
    (void)state;
    const struct weir_schema *schema =
        parse("{\"type\": \"record\", \"name\": \"k\", \"fields\": ["
              "{\"name\": \"fullDocument.fish_id\", \"type\": \"string\"}, "
              "{\"name\": \"fullDocument\", \"type\": \"string\"}]}");
    assert_payload(schema, "{\"fullDocument\": {\"fish_id\": \"f\"}}",
                   "{\"fullDocument.fish_id\":\"f\",\"fullDocument\":\"{\\\"fish_id\\\": "
                   "\\\"f\\\"}\"}");
}

static void what_does_not_fit_is_rejected(void **state)
{
    (void)state;
    assert_rejected("{\"name\": \"a\", \"type\": \"int\"}", "{\"b\": 1}", "Missing field: a");
    assert_rejected("{\"name\": \"a\", \"type\": \"int\"}", "{\"a\": \"x\"}",
                    "'a' is not a number");
    assert_rejected("{\"name\": \"a\", \"type\": \"int\"}", "{\"a\": null}", "'a' is not there");
    assert_rejected("{\"name\": \"a\", \"type\": \"boolean\"}", "{\"a\": 1}", "not a boolean");
    assert_rejected("{\"name\": \"a\", \"type\": {\"type\": \"array\", \"items\": \"int\"}}",
                    "{\"a\": {}}", "not an array");
    assert_rejected("{\"name\": \"a\", \"type\": {\"type\": \"bytes\", \"logicalType\": "
                    "\"decimal\", \"scale\": 1}}",
                    "{\"a\": {\"$numberDecimal\": \"1.25\"}}", "a decimal of that scale");
}

static void decimals_and_binary_are_base64(void **state)
{
    (void)state;
    const struct weir_schema *schema =
        parse("{\"type\": \"record\", \"name\": \"k\", \"fields\": ["
              "{\"name\": \"d\", \"type\": {\"type\": \"bytes\", \"logicalType\": \"decimal\", "
              "\"scale\": 2}}, {\"name\": \"b\", \"type\": \"bytes\"}, "
              "{\"name\": \"m\", \"type\": {\"type\": \"map\", \"values\": \"long\"}}]}");
    assert_payload(schema,
                   "{\"d\": {\"$numberDecimal\": \"-1.5\"}, \"b\": {\"$binary\": {\"base64\": "
                   "\"AAEC\", \"subType\": \"00\"}}, \"m\": {\"x\": 1}}",
                   "{\"d\":\"/2o=\",\"b\":\"AAEC\",\"m\":{\"x\":1}}");
}

static void a_document_tells_its_own_schema(void **state)
{
    (void)state;
    struct weir_bytes document =
        bson("{\"b\": {\"z\": null, \"y\": []}, \"a\": [1, \"x\"], \"_id\": 1, "
             "\"c\": {\"$numberDecimal\": \"1.50\"}, \"d\": [1, 2]}");
    const struct weir_schema *schema = weir_schema_infer(document, arena);
    assert_schema(
        schema,
        "{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"optional\":true,\"field\":\"_id\"},"
        "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"optional\":true},\"optional\":true,"
        "\"field\":\"a\"},{\"type\":\"struct\",\"fields\":[{\"type\":\"string\",\"optional\":true,"
        "\"field\":\"y\"},{\"type\":\"string\",\"optional\":true,\"field\":\"z\"}],"
        "\"optional\":true,\"name\":\"b\",\"field\":\"b\"},{\"type\":\"bytes\",\"optional\":true,"
        "\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1,\"parameters\":"
        "{\"scale\":\"2\"},\"field\":\"c\"},{\"type\":\"array\",\"items\":{\"type\":\"int32\","
        "\"optional\":true},\"optional\":true,\"field\":\"d\"}],\"optional\":true,\"name\":"
        "\"default\"}");
    weir_auto_buffer out;
    struct weir_error err = {0};
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(weir_schema_project(schema, document, WEIR_BSON_JSON_DEFAULT, &out, &err));
    assert_string_equal(weir_buffer_text(&out),
                        "{\"_id\":1,\"a\":[\"1\",\"x\"],\"b\":{\"y\":\"[]\",\"z\":null},"
                        "\"c\":\"AJY=\",\"d\":[1,2]}");
}

static void text_that_is_no_schema_is_refused(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"{", ""},
        {"{\"type\": \"int\"}", "must be a record"},
        {"{\"type\": \"record\", \"name\": \"r\"}", "no `fields` in record 'r'"},
        {"{\"type\": \"record\", \"fields\": [{\"name\": \"a\", \"type\": \"fixed\"}]}",
         "no type 'fixed'"},
        {"{\"type\": \"record\", \"fields\": [{\"name\": \"a\", \"type\": [\"int\", \"string\"]}]}",
         "a union"},
        {"{\"type\": \"record\", \"fields\": [{\"type\": \"int\"}]}", "a field without a name"},
    };
    for (size_t index = 0; index < sizeof(texts) / sizeof(texts[0]); index++) {
        struct weir_error err = {0};
        assert_null(weir_schema_parse(texts[index][0], arena, &err));
        assert_non_null(strstr(err.message, texts[index][1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_written_as_connect_writes_it),
        cmocka_unit_test(paths_reach_into_documents),
        cmocka_unit_test(what_does_not_fit_is_rejected),
        cmocka_unit_test(decimals_and_binary_are_base64),
        cmocka_unit_test(a_document_tells_its_own_schema),
        cmocka_unit_test(text_that_is_no_schema_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
