/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/json_to_bson.h"

#include "core/base/arena.h"
#include "core/mongo/bson_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct weir_buffer document;

static int make_buffer(void **state)
{
    (void)state;
    weir_buffer_init(&document, 1 << 20);
    return 0;
}

static int free_buffer(void **state)
{
    (void)state;
    weir_buffer_fini(&document);
    return 0;
}

static void convert(const char *json)
{
    struct weir_error err = {0};
    weir_buffer_reset(&document);
    bool good = weir_json_to_bson(weir_bytes_of(json), &document, &err);
    if (!good) {
        fail_msg("%s: %s", json, err.message);
    }
    assert_true(weir_bson_valid(weir_buffer_view(&document)));
}

static void assert_refused(const char *json, const char *words)
{
    struct weir_error err = {0};
    weir_buffer_reset(&document);
    weir_buffer_append_text(&document, "before");
    assert_false(weir_json_to_bson(weir_bytes_of(json), &document, &err));
    assert_int_equal(err.action, WEIR_ERROR_REJECT);
    assert_non_null(strstr(err.message, words));
    assert_int_equal(document.len, 6);
}

static struct weir_bson_element field(const char *name)
{
    return weir_bson_get_path(weir_buffer_view(&document), weir_bytes_of(name));
}

static double real(const char *name)
{
    struct weir_bson_element element = field(name);
    assert_int_equal(element.type, WEIR_BSON_DOUBLE);
    double number;
    memcpy(&number, element.value.data, sizeof(number));
    return number;
}

static void assert_text(const char *name, const char *expected)
{
    struct weir_bytes text = weir_bson_text(field(name));
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.data, expected, text.len);
}

static void the_bytes_are_those_of_the_specification(void **state)
{
    (void)state;
    static const uint8_t expected[] = {0x16, 0, 0, 0, 0x02, 'h', 'e', 'l', 'l', 'o', 0,
                                       0x06, 0, 0, 0, 'w',  'o', 'r', 'l', 'd', 0,   0};
    convert("{\"hello\": \"world\"}");
    assert_int_equal(document.len, sizeof(expected));
    assert_memory_equal(document.data, expected, sizeof(expected));
}

static void whole_numbers_are_int64_and_others_double(void **state)
{
    (void)state;
    convert("{\"a\":1,\"b\":-9223372036854775808,\"c\":9223372036854775807,\"d\":1.0,\"e\":1e2,"
            "\"f\":-0}");
    assert_int_equal(field("a").type, WEIR_BSON_INT64);
    assert_int_equal(weir_bson_int64(field("a")), 1);
    assert_int_equal(weir_bson_int64(field("b")), INT64_MIN);
    assert_int_equal(weir_bson_int64(field("c")), INT64_MAX);
    assert_true(real("d") == 1.0 && real("e") == 100.0);
    assert_int_equal(weir_bson_int64(field("f")), 0);
}

static void a_whole_number_beyond_64_bits_becomes_the_nearest_double(void **state)
{
    (void)state;
    convert("{\"a\":9223372036854775808,\"b\":-99999999999999999999}");
    assert_true(real("a") == 9223372036854775808.0 && real("b") == -1e20);
}

static void doubles_round_as_the_c_library_rounds(void **state)
{
    (void)state;
    convert(
        "{\"a\":0.1,\"b\":0.137,\"c\":1.7976931348623157e308,\"d\":5e-324,\"e\":9007199254740993.0,"
        "\"f\":123456789012345678901234567890.5,\"g\":1e-400,\"h\":74.55}");
    assert_true(real("a") == 0.1 && real("b") == 0.137 && real("c") == 1.7976931348623157e308);
    assert_true(real("d") == 5e-324 && real("e") == 9007199254740992.0);
    assert_true(real("f") == 123456789012345678901234567890.5 && real("g") == 0 &&
                real("h") == 74.55);
}

static void escapes_become_utf_8(void **state)
{
    (void)state;
    convert("{\"a\":\"\\u00e9\\ud83d\\ude00\\n\\/"
            "\\\"\",\"\\u0062\":\"\xc3\xa9\",\"c\":\"x\\ud800y\",\"d\":\"\\u0000z\"}");
    assert_text("a", "\xc3\xa9\xf0\x9f\x98\x80\n/\"");
    assert_text("b", "\xc3\xa9");
    assert_text("c", "x\xef\xbf\xbdy");
    assert_int_equal(weir_bson_text(field("d")).len, 2);
}

static void of_a_name_that_comes_twice_the_last_value_stays(void **state)
{
    (void)state;
    convert("{\"a\":1,\"b\":2,\"a\":{\"x\":1,\"x\":2},\"c\":3}");
    assert_int_equal(weir_bson_int64(field("a.x")), 2);
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    size_t count = 0;
    weir_bson_iterator_init(&iterator, weir_buffer_view(&document));
    while (weir_bson_next(&iterator, &element)) {
        count++;
    }
    assert_int_equal(count, 3);
}

static void arrays_nulls_booleans_and_empty_objects_keep_their_places(void **state)
{
    (void)state;
    convert(" { \"a\" : [ 1 , [ ] , { } , null , true , false ] , \"b\" : null } \n");
    assert_int_equal(field("a").type, WEIR_BSON_ARRAY);
    struct weir_bytes list = field("a").value;
    assert_int_equal(weir_bson_get(list, WEIR_BYTES("0")).type, WEIR_BSON_INT64);
    assert_int_equal(weir_bson_get(list, WEIR_BYTES("1")).type, WEIR_BSON_ARRAY);
    assert_int_equal(weir_bson_get(list, WEIR_BYTES("2")).type, WEIR_BSON_DOCUMENT);
    assert_int_equal(weir_bson_get(list, WEIR_BYTES("3")).type, WEIR_BSON_NULL);
    assert_int_equal(weir_bson_get(list, WEIR_BYTES("4")).value.data[0], 1);
    assert_int_equal(weir_bson_get(list, WEIR_BYTES("5")).value.data[0], 0);
    assert_int_equal(field("b").type, WEIR_BSON_NULL);
}

static void an_object_id_in_extended_json_stays_a_subdocument(void **state)
{
    (void)state;
    convert("{\"_id\":{\"$oid\":\"5f0000000000000000000000\"}}");
    assert_int_equal(field("_id").type, WEIR_BSON_DOCUMENT);
}

static void what_is_not_one_object_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_refused("", "byte 0: the value is not an object");
    assert_refused("[1]", "byte 0: the value is not an object");
    assert_refused("{\"a\":1} x", "byte 8: something follows");
    assert_refused("{\"a\":1,}", "byte 7: a name in quotes");
    assert_refused("{\"a\" 1}", "':' is missing");
    assert_refused("{\"a\":01}", "not a value");
    assert_refused("{\"a\":.5}", "not a value");
    assert_refused("{\"a\":1.}", "not a value");
    assert_refused("{\"a\":tru}", "not a value");
    assert_refused("{\"a\":\"x", "text does not end");
    assert_refused("{\"a\":\"\\q\"}", "unknown escape");
    assert_refused("{\"a\":\"\\u12g4\"}", "bad \\u escape");
    assert_refused("{\"a\":\"\n\"}", "control character");
    assert_refused("{\"a\":\"\xc3(\"}", "not UTF-8");
    assert_refused("{\"a\\u0000b\":1}", "zero character");
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    char *deep = weir_arena_alloc(arena, 1001);
    memset(deep, '[', 1000);
    deep[1000] = '\0';
    assert_refused(weir_arena_format(arena, "{\"a\":%s", deep), "nested too deep");
}

static void a_document_larger_than_the_buffer_is_refused(void **state)
{
    (void)state;
    struct weir_error err = {0};
    weir_auto_buffer small;
    weir_buffer_init(&small, 20);
    assert_false(weir_json_to_bson(
        WEIR_BYTES("{\"a\":\"0123456789012345678901234567890\",\"a\":1}"), &small, &err));
    assert_non_null(strstr(err.message, "too large"));
    assert_false(small.overflow);
    assert_int_equal(small.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_those_of_the_specification),
        cmocka_unit_test(whole_numbers_are_int64_and_others_double),
        cmocka_unit_test(a_whole_number_beyond_64_bits_becomes_the_nearest_double),
        cmocka_unit_test(doubles_round_as_the_c_library_rounds),
        cmocka_unit_test(escapes_become_utf_8),
        cmocka_unit_test(of_a_name_that_comes_twice_the_last_value_stays),
        cmocka_unit_test(arrays_nulls_booleans_and_empty_objects_keep_their_places),
        cmocka_unit_test(an_object_id_in_extended_json_stays_a_subdocument),
        cmocka_unit_test(what_is_not_one_object_is_refused_with_its_place),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(a_document_larger_than_the_buffer_is_refused),
    };
    return cmocka_run_group_tests(tests, make_buffer, free_buffer);
}
