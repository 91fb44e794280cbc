/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bson_json.h"

#include "core/mongo/bson_builder.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAX = 1 << 16 };

static const char *write_json(struct weir_bytes document, enum weir_bson_json form,
                              struct weir_buffer *out)
{
    weir_buffer_reset(out);
    assert_true(weir_bson_to_json(document, form, out));
    return weir_buffer_text(out);
}

/* "v" of the document that canonical stands for. */
static void assert_value(const char *canonical, enum weir_bson_json form, const char *expected)
{
    struct weir_error err = {0};
    weir_auto_buffer json, bson, out, wrapped;
    weir_buffer_init(&json, BYTES_MAX);
    weir_buffer_init(&bson, BYTES_MAX);
    weir_buffer_init(&out, BYTES_MAX);
    weir_buffer_init(&wrapped, BYTES_MAX);
    weir_buffer_append_format(&json, "{\"v\": %s}", canonical);
    if (!weir_extended_json_to_bson(weir_buffer_view(&json), &bson, &err)) {
        fail_msg("%s: %s", canonical, err.message);
    }
    weir_buffer_append_format(&wrapped, "{\"v\": %s}", expected);
    assert_string_equal(write_json(weir_buffer_view(&bson), form, &out),
                        weir_buffer_text(&wrapped));
}

struct golden {
    const char *canonical, *by_default, *extended, *simplified,
        *relaxed; /* extended NULL = canonical */
};

static void assert_goldens(const struct golden *goldens, size_t count)
{
    for (size_t index = 0; index < count; index++) {
        const struct golden *row = &goldens[index];
        assert_value(row->canonical, WEIR_BSON_JSON_DEFAULT, row->by_default);
        assert_value(row->canonical, WEIR_BSON_JSON_EXTENDED,
                     row->extended ? row->extended : row->canonical);
        assert_value(row->canonical, WEIR_BSON_JSON_SIMPLIFIED, row->simplified);
        assert_value(row->canonical, WEIR_BSON_JSON_RELAXED, row->relaxed);
    }
}

static void numbers_are_written_as_the_java_driver_does(void **state)
{
    (void)state;
    static const struct golden goldens[] = {
        {"{\"$numberInt\": \"42\"}", "42", NULL, "42", "42"},
        {"{\"$numberLong\": \"52\"}", "{\"$numberLong\": \"52\"}", NULL, "52", "52"},
        {"{\"$numberLong\": \"9223372036854775807\"}", "{\"$numberLong\": \"9223372036854775807\"}",
         NULL, "9223372036854775807", "9223372036854775807"},
        {"{\"$numberLong\": \"-9223372036854775808\"}",
         "{\"$numberLong\": \"-9223372036854775808\"}", NULL, "-9223372036854775808",
         "-9223372036854775808"},
        {"{\"$numberDouble\": \"1.0\"}", "1.0", NULL, "1.0", "1.0"},
        {"{\"$numberDouble\": \"20.21\"}", "20.21", NULL, "20.21", "20.21"},
        {"{\"$numberDouble\": \"0.1\"}", "0.1", NULL, "0.1", "0.1"},
        {"{\"$numberDouble\": \"1.0E+7\"}", "1.0E+7", NULL, "1.0E+7", "1.0E+7"},
        {"{\"$numberDouble\": \"1.0E-5\"}", "1.0E-5", NULL, "1.0E-5", "1.0E-5"},
        {"{\"$numberDouble\": \"9999999.0\"}", "9999999.0", NULL, "9999999.0", "9999999.0"},
        {"{\"$numberDouble\": \"9.9E-4\"}", "9.9E-4", NULL, "9.9E-4", "9.9E-4"},
        {"{\"$numberDouble\": \"1.23456789125E+8\"}", "1.23456789125E+8", NULL, "1.23456789125E+8",
         "1.23456789125E+8"},
        {"{\"$numberDouble\": \"-0.0\"}", "-0.0", NULL, "-0.0", "-0.0"},
        {"{\"$numberDouble\": \"1.0E+21\"}", "1.0E+21", NULL, "1.0E+21", "1.0E+21"},
        {"{\"$numberDouble\": \"NaN\"}", "NaN", NULL, "{\"$numberDouble\": \"NaN\"}",
         "{\"$numberDouble\": \"NaN\"}"},
        {"{\"$numberDouble\": \"Infinity\"}", "Infinity", NULL, "{\"$numberDouble\": \"Infinity\"}",
         "{\"$numberDouble\": \"Infinity\"}"},
        {"{\"$numberDouble\": \"-Infinity\"}", "-Infinity", NULL,
         "{\"$numberDouble\": \"-Infinity\"}", "{\"$numberDouble\": \"-Infinity\"}"},
        {"{\"$numberDecimal\": \"12345.6789\"}", "{\"$numberDecimal\": \"12345.6789\"}", NULL,
         "\"12345.6789\"", "{\"$numberDecimal\": \"12345.6789\"}"},
        {"{\"$numberDecimal\": \"1E+3\"}", "{\"$numberDecimal\": \"1E+3\"}", NULL, "\"1E+3\"",
         "{\"$numberDecimal\": \"1E+3\"}"},
        {"{\"$numberDecimal\": \"-Infinity\"}", "{\"$numberDecimal\": \"-Infinity\"}", NULL,
         "\"-Infinity\"", "{\"$numberDecimal\": \"-Infinity\"}"},
    };
    assert_goldens(goldens, sizeof(goldens) / sizeof(goldens[0]));
}

static void dates_are_written_as_the_java_driver_does(void **state)
{
    (void)state;
    static const struct golden goldens[] = {
        {"{\"$date\": {\"$numberLong\": \"1577863627120\"}}", "{\"$date\": 1577863627120}", NULL,
         "\"2020-01-01T07:27:07.12Z\"", "{\"$date\": \"2020-01-01T07:27:07.12Z\"}"},
        {"{\"$date\": {\"$numberLong\": \"1577863627000\"}}", "{\"$date\": 1577863627000}", NULL,
         "\"2020-01-01T07:27:07Z\"", "{\"$date\": \"2020-01-01T07:27:07Z\"}"},
        {"{\"$date\": {\"$numberLong\": \"0\"}}", "{\"$date\": 0}", NULL,
         "\"1970-01-01T00:00:00Z\"", "{\"$date\": \"1970-01-01T00:00:00Z\"}"},
        {"{\"$date\": {\"$numberLong\": \"-1\"}}", "{\"$date\": -1}", NULL,
         "\"1969-12-31T23:59:59.999Z\"", "{\"$date\": {\"$numberLong\": \"-1\"}}"},
        {"{\"$date\": {\"$numberLong\": \"253402300800000\"}}", "{\"$date\": 253402300800000}",
         NULL, "\"+10000-01-01T00:00:00Z\"", "{\"$date\": {\"$numberLong\": \"253402300800000\"}}"},
    };
    assert_goldens(goldens, sizeof(goldens) / sizeof(goldens[0]));
}

static void other_types_are_written_as_the_java_driver_does(void **state)
{
    (void)state;
#define OID "5f3d1bbde0ca4d2829c91e1d"
    static const struct golden goldens[] = {
        {"{\"$oid\": \"" OID "\"}", "{\"$oid\": \"" OID "\"}", NULL, "\"" OID "\"",
         "{\"$oid\": \"" OID "\"}"},
        {"{\"$binary\": {\"base64\": \"S2Fma2E=\", \"subType\": \"00\"}}",
         "{\"$binary\": \"S2Fma2E=\", \"$type\": \"00\"}", NULL, "\"S2Fma2E=\"",
         "{\"$binary\": {\"base64\": \"S2Fma2E=\", \"subType\": \"00\"}}"},
        {"{\"$binary\": {\"base64\": \"AAECAwQFBgcICQoLDA0ODw==\", \"subType\": \"04\"}}",
         "{\"$binary\": \"AAECAwQFBgcICQoLDA0ODw==\", \"$type\": \"04\"}", NULL,
         "\"AAECAwQFBgcICQoLDA0ODw==\"",
         "{\"$binary\": {\"base64\": \"AAECAwQFBgcICQoLDA0ODw==\", \"subType\": \"04\"}}"},
        {"{\"$regularExpression\": {\"pattern\": \"^a\", \"options\": \"im\"}}",
         "{\"$regex\": \"^a\", \"$options\": \"im\"}", NULL,
         "{\"$regularExpression\": {\"pattern\": \"^a\", \"options\": \"im\"}}",
         "{\"$regularExpression\": {\"pattern\": \"^a\", \"options\": \"im\"}}"},
        {"{\"$timestamp\": {\"t\": 305419896, \"i\": 5}}",
         "{\"$timestamp\": {\"t\": 305419896, \"i\": 5}}", NULL,
         "{\"$timestamp\": {\"t\": 305419896, \"i\": 5}}",
         "{\"$timestamp\": {\"t\": 305419896, \"i\": 5}}"},
        {"{\"$timestamp\": {\"t\": 4294967295, \"i\": 4294967295}}",
         "{\"$timestamp\": {\"t\": 4294967295, \"i\": 4294967295}}", NULL,
         "{\"$timestamp\": {\"t\": 4294967295, \"i\": 4294967295}}",
         "{\"$timestamp\": {\"t\": 4294967295, \"i\": 4294967295}}"},
        {"{\"$symbol\": \"ruby\"}", "{\"$symbol\": \"ruby\"}", NULL, "\"ruby\"",
         "{\"$symbol\": \"ruby\"}"},
        {"{\"$code\": \"int i = 0;\"}", "{\"$code\": \"int i = 0;\"}", NULL,
         "{\"$code\": \"int i = 0;\"}", "{\"$code\": \"int i = 0;\"}"},
        {"{\"$minKey\": 1}", "{\"$minKey\": 1}", NULL, "{\"$minKey\": 1}", "{\"$minKey\": 1}"},
        {"{\"$maxKey\": 1}", "{\"$maxKey\": 1}", NULL, "{\"$maxKey\": 1}", "{\"$maxKey\": 1}"},
        {"{\"$undefined\": true}", "{\"$undefined\": true}", NULL, "{\"$undefined\": true}",
         "{\"$undefined\": true}"},
        {"null", "null", NULL, "null", "null"},
        {"true", "true", NULL, "true", "true"},
        {"\"q\\\" b\\\\ n\\n t\\t / \xc3\xa9 \xf0\x9f\x98\x80\"",
         "\"q\\\" b\\\\ n\\n t\\t / \xc3\xa9 \xf0\x9f\x98\x80\"", NULL,
         "\"q\\\" b\\\\ n\\n t\\t / \xc3\xa9 \xf0\x9f\x98\x80\"",
         "\"q\\\" b\\\\ n\\n t\\t / \xc3\xa9 \xf0\x9f\x98\x80\""},
        {"{\"a\": \"x\", \"b\": [\"y\", [], {}]}", "{\"a\": \"x\", \"b\": [\"y\", [], {}]}", NULL,
         "{\"a\": \"x\", \"b\": [\"y\", [], {}]}", "{\"a\": \"x\", \"b\": [\"y\", [], {}]}"},
    };
    assert_goldens(goldens, sizeof(goldens) / sizeof(goldens[0]));
}

/* {"v": DBPointer("db.c", ObjectId("000102...0b"))} */
static void a_pointer_is_written_in_each_form(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x1d, 0, 0, 0, 0x0c, 'v', 0, 5, 0, 0, 0, 'd', 'b', '.', 'c',
                                    0,    0, 1, 2, 3,    4,   5, 6, 7, 8, 9, 10,  11,  0};
    struct weir_bytes document = {bytes, sizeof(bytes)};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_string_equal(
        write_json(document, WEIR_BSON_JSON_DEFAULT, &out),
        "{\"v\": {\"$ref\": \"db.c\", \"$id\": {\"$oid\": \"000102030405060708090a0b\"}}}");
    assert_string_equal(write_json(document, WEIR_BSON_JSON_EXTENDED, &out),
                        "{\"v\": {\"$dbPointer\": {\"$ref\": \"db.c\", \"$id\": {\"$oid\": "
                        "\"000102030405060708090a0b\"}}}}");
    assert_string_equal(write_json(document, WEIR_BSON_JSON_SIMPLIFIED, &out),
                        "{\"v\": {\"$ref\": \"db.c\", \"$id\": \"000102030405060708090a0b\"}}");
}

/* {"v": Code("f", {"y": NumberInt(1)})} */
static void code_with_a_scope_writes_the_scope_in_its_form(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x22, 0, 0,    0, 0x0f, 'v', 0,    0x16, 0, 0, 0, 2, 0, 0, 0,
                                    'f',  0, 0x0c, 0, 0,    0,   0x10, 'y',  0, 1, 0, 0, 0, 0, 0};
    uint8_t copy[sizeof(bytes)];
    memcpy(copy, bytes, sizeof(bytes));
    copy[0] = sizeof(bytes);
    struct weir_bytes document = {copy, sizeof(copy)};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_string_equal(write_json(document, WEIR_BSON_JSON_DEFAULT, &out),
                        "{\"v\": {\"$code\": \"f\", \"$scope\": {\"y\": 1}}}");
    assert_string_equal(
        write_json(document, WEIR_BSON_JSON_EXTENDED, &out),
        "{\"v\": {\"$code\": \"f\", \"$scope\": {\"y\": {\"$numberInt\": \"1\"}}}}");
}

static void bytes_that_are_not_bson_are_refused(void **state)
{
    (void)state;
    static const uint8_t cut[] = {12, 0, 0, 0, 0x10, 'a', 0, 1, 0};
    static const uint8_t unknown_type[] = {8, 0, 0, 0, 0x55, 'a', 0, 0};
    /* code with scope: its length word says 17, the code's text runs past it */
    static const uint8_t bad_scope[] = {25, 0, 0,   0, 0x0f, 'v', 0, 17, 0, 0, 0, 100, 0,
                                        0,  0, 'f', 0, 5,    0,   0, 0,  0, 0, 0, 0};
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_false(
        weir_bson_to_json((struct weir_bytes){cut, sizeof(cut)}, WEIR_BSON_JSON_DEFAULT, &out));
    assert_false(weir_bson_to_json((struct weir_bytes){unknown_type, sizeof(unknown_type)},
                                   WEIR_BSON_JSON_DEFAULT, &out));
    assert_false(weir_bson_to_json((struct weir_bytes){bad_scope, sizeof(bad_scope)},
                                   WEIR_BSON_JSON_DEFAULT, &out));
    assert_false(weir_bson_to_json(WEIR_BYTES_NULL, WEIR_BSON_JSON_DEFAULT, &out));
}

static void nesting_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    weir_auto_buffer bson, out;
    weir_buffer_init(&bson, BYTES_MAX);
    weir_buffer_init(&out, BYTES_MAX);
    size_t starts[400], count = sizeof(starts) / sizeof(starts[0]);
    starts[0] = weir_bson_begin(&bson);
    for (size_t index = 1; index < count; index++) {
        starts[index] = weir_bson_add_begin(&bson, WEIR_BSON_DOCUMENT, WEIR_BYTES("a"));
    }
    while (count > 0) {
        weir_bson_end(&bson, starts[--count]);
    }
    assert_false(weir_bson_to_json(weir_buffer_view(&bson), WEIR_BSON_JSON_DEFAULT, &out));
}

static void a_full_buffer_is_reported(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {12, 0, 0, 0, 0x10, 'a', 0, 1, 0, 0, 0, 0};
    weir_auto_buffer out;
    weir_buffer_init(&out, 4);
    assert_false(
        weir_bson_to_json((struct weir_bytes){bytes, sizeof(bytes)}, WEIR_BSON_JSON_DEFAULT, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_as_the_java_driver_does),
        cmocka_unit_test(dates_are_written_as_the_java_driver_does),
        cmocka_unit_test(other_types_are_written_as_the_java_driver_does),
        cmocka_unit_test(a_pointer_is_written_in_each_form),
        cmocka_unit_test(code_with_a_scope_writes_the_scope_in_its_form),
        cmocka_unit_test(bytes_that_are_not_bson_are_refused),
        cmocka_unit_test(nesting_beyond_the_limit_is_refused),
        cmocka_unit_test(a_full_buffer_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
