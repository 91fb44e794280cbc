/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/shell_json.h"

#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { BYTES_MAX = 1 << 16 };

/* What text means, as canonical extended JSON. */
static void assert_means(const char *text, const char *canonical)
{
    struct weir_error err = {0};
    weir_auto_buffer bson, out;
    weir_buffer_init(&bson, BYTES_MAX);
    weir_buffer_init(&out, BYTES_MAX);
    if (!weir_extended_json_to_bson(weir_bytes_of(text), &bson, &err)) {
        fail_msg("%s: %s", text, err.message);
    }
    assert_true(weir_bson_to_json(weir_buffer_view(&bson), WEIR_BSON_JSON_EXTENDED, &out));
    assert_string_equal(weir_buffer_text(&out), canonical);
}

static void assert_refused(const char *text)
{
    struct weir_error err = {0};
    weir_auto_buffer bson;
    weir_buffer_init(&bson, BYTES_MAX);
    if (weir_extended_json_to_bson(weir_bytes_of(text), &bson, &err)) {
        fail_msg("taken: %s", text);
    }
    assert_int_equal(err.action, WEIR_ERROR_REJECT);
    assert_int_equal(bson.len, 0);
}

static void quotes_and_commas_may_be_sloppy(void **state)
{
    (void)state;
    assert_means("{'a': 'x'}", "{\"a\": \"x\"}");
    assert_means("{a: 'it\\'s \"so\"'}", "{\"a\": \"it's \\\"so\\\"\"}");
    assert_means("{a: 'x', b: ['y', 'z',],}", "{\"a\": \"x\", \"b\": [\"y\", \"z\"]}");
    assert_means("{a: 'x' b: ['y' 'z']}", "{\"a\": \"x\", \"b\": [\"y\", \"z\"]}");
    assert_means("{$match: {'operationType': 'insert'}}",
                 "{\"$match\": {\"operationType\": \"insert\"}}");
    assert_means("{a: 'x\ny'}", "{\"a\": \"x\\ny\"}");
    assert_means("{}", "{}");
    assert_means(" { a : { } , } ", "{\"a\": {}}");
}

static void functions_of_the_shell_become_types(void **state)
{
    (void)state;
    assert_means("{a: ObjectId('5f3d1bbde0ca4d2829c91e1d')}",
                 "{\"a\": {\"$oid\": \"5f3d1bbde0ca4d2829c91e1d\"}}");
    assert_means("{a: new ObjectId(\"5f3d1bbde0ca4d2829c91e1d\")}",
                 "{\"a\": {\"$oid\": \"5f3d1bbde0ca4d2829c91e1d\"}}");
    assert_means("{a: ISODate('1970-01-01T00:00:01Z')}",
                 "{\"a\": {\"$date\": {\"$numberLong\": \"1000\"}}}");
    assert_means("{a: ISODate('1970-01-02')}",
                 "{\"a\": {\"$date\": {\"$numberLong\": \"86400000\"}}}");
    assert_means("{a: new Date(1000)}", "{\"a\": {\"$date\": {\"$numberLong\": \"1000\"}}}");
    assert_means("{a: NumberLong(52)}", "{\"a\": {\"$numberLong\": \"52\"}}");
    assert_means("{a: NumberLong('52')}", "{\"a\": {\"$numberLong\": \"52\"}}");
    assert_means("{a: NumberInt(-5)}", "{\"a\": {\"$numberInt\": \"-5\"}}");
    assert_means("{a: NumberDecimal('1.50')}", "{\"a\": {\"$numberDecimal\": \"1.50\"}}");
    assert_means("{a: Timestamp(7, 1)}", "{\"a\": {\"$timestamp\": {\"t\": 7, \"i\": 1}}}");
    assert_means("{a: BinData(128, 'S2Fma2E=')}",
                 "{\"a\": {\"$binary\": {\"base64\": \"S2Fma2E=\", \"subType\": \"80\"}}}");
    assert_means(
        "{a: UUID('00010203-0405-0607-0809-0a0b0c0d0e0f')}",
        "{\"a\": {\"$binary\": {\"base64\": \"AAECAwQFBgcICQoLDA0ODw==\", \"subType\": \"04\"}}}");
    assert_means("{a: MinKey, b: MaxKey()}", "{\"a\": {\"$minKey\": 1}, \"b\": {\"$maxKey\": 1}}");
}

static void regular_expressions_and_bare_words_become_types(void **state)
{
    (void)state;
    assert_means(
        "{a: /^a\\/b\"/im}",
        "{\"a\": {\"$regularExpression\": {\"pattern\": \"^a\\\\/b\\\"\", \"options\": \"im\"}}}");
    assert_means("{a: /x/}",
                 "{\"a\": {\"$regularExpression\": {\"pattern\": \"x\", \"options\": \"\"}}}");
    assert_means("{a: RegExp('x', 'i')}",
                 "{\"a\": {\"$regularExpression\": {\"pattern\": \"x\", \"options\": \"i\"}}}");
    assert_means("{a: NaN, b: Infinity, c: -Infinity}",
                 "{\"a\": {\"$numberDouble\": \"NaN\"}, \"b\": {\"$numberDouble\": "
                 "\"Infinity\"}, \"c\": {\"$numberDouble\": \"-Infinity\"}}");
    assert_means("{a: true, b: null, c: undefined}",
                 "{\"a\": true, \"b\": null, \"c\": {\"$undefined\": true}}");
    assert_means("{a: 1, b: -1.5e3, c: 5000000000}",
                 "{\"a\": {\"$numberInt\": \"1\"}, \"b\": {\"$numberDouble\": \"-1500.0\"}, \"c\": "
                 "{\"$numberLong\": \"5000000000\"}}");
}

static void what_the_shell_would_refuse_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "{",
        "}",
        "{a",
        "{a:",
        "{a: 'x",
        "{a: /x",
        "{a: ObjectId('12')}",
        "{a: ObjectId(}",
        "{a: ObjectId",
        "{a: Nope(1)}",
        "{a: NumberLong(1, 2, 3)}",
        "{: 1}",
        "{a: 'x'} b",
        "['a']",
        "'a'",
        "5",
        "{a: ISODate()}",
        "{a: 'x\\",
        "{a: 1..2}",
        "{a: ObjectId('')}",
        "{a: NumberLong('')}",
        "{a: -}",
        "{a: new}",
    };
    for (size_t index = 0; index < sizeof(texts) / sizeof(texts[0]); index++) {
        assert_refused(texts[index]);
    }
}

static void the_message_is_the_strict_readers(void **state)
{
    (void)state;
    struct weir_error strict = {0}, err = {0};
    weir_auto_buffer bson;
    weir_buffer_init(&bson, BYTES_MAX);
    assert_false(weir_extended_json_to_bson(WEIR_BYTES("{\"a\": 1"), &bson, &strict));
    assert_false(weir_extended_json_to_bson(WEIR_BYTES("{\"a\": 1"), &bson, &err));
    assert_string_equal(err.message, strict.message);
    assert_true(err.message[0] != '\0');
}

static void strict_text_keeps_its_meaning(void **state)
{
    (void)state;
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    assert_true(
        weir_shell_json_rewrite(WEIR_BYTES("{\"a\": [1, \"x\\u0041\\n\"], \"b\": {}}"), &out));
    assert_string_equal(weir_buffer_text(&out), "{\"a\": [1, \"x\\u0041\\n\"], \"b\": {}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_and_commas_may_be_sloppy),
        cmocka_unit_test(functions_of_the_shell_become_types),
        cmocka_unit_test(regular_expressions_and_bare_words_become_types),
        cmocka_unit_test(what_the_shell_would_refuse_is_refused),
        cmocka_unit_test(the_message_is_the_strict_readers),
        cmocka_unit_test(strict_text_keeps_its_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
