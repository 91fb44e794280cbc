/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/scan.h"

#include "core/base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* expected NULL: the member is absent. */
static void assert_member(const char *text, const char *name, const char *expected)
{
    struct weir_bytes value = WEIR_BYTES_NULL;
    enum weir_json_scan found = weir_json_member(weir_bytes_of(text), weir_bytes_of(name), &value);
    assert_int_equal(found, expected ? WEIR_JSON_FOUND : WEIR_JSON_ABSENT);
    assert_true(weir_bytes_equal(value, weir_bytes_of(expected)));
}

static void assert_not_object(const char *text)
{
    struct weir_bytes value;
    assert_int_equal(weir_json_member(weir_bytes_of(text), WEIR_BYTES("a"), &value),
                     WEIR_JSON_NOT_OBJECT);
}

static void assert_plain(const char *raw, struct weir_bytes expected)
{
    weir_auto_arena *arena = weir_arena_create(256);
    struct weir_bytes plain = weir_json_plain_text(weir_bytes_of(raw), arena);
    assert_true(weir_bytes_equal(plain, expected));
}

static void a_member_is_found_with_its_raw_text(void **state)
{
    (void)state;
    const char *text = " { \"a\" : 1.50 , \"b\":\"x, }\\\" y\",\"c\":{\"d\":[1,{\"e\":\"]\"}]},"
                       "\"f\":[ ],\"g\":null,\"h\":true}";
    assert_member(text, "a", "1.50");
    assert_member(text, "b", "\"x, }\\\" y\"");
    assert_member(text, "c", "{\"d\":[1,{\"e\":\"]\"}]}");
    assert_member(text, "f", "[ ]");
    assert_member(text, "g", "null");
    assert_member(text, "h", "true");
}

static void only_the_top_level_counts(void **state)
{
    (void)state;
    assert_member("{\"c\":{\"d\":1}}", "d", NULL);
    assert_member("{}", "a", NULL);
    assert_member("{ }", "a", NULL);
    assert_member("{\"ab\":1}", "a", NULL);
}

static void of_equal_names_the_last_counts(void **state)
{
    (void)state;
    assert_member("{\"a\":1,\"b\":2,\"a\":3}", "a", "3");
}

static void what_is_no_object_is_told_apart(void **state)
{
    (void)state;
    const char *const texts[] = {
        "",           "null",     "1",           "\"a\"",      "[1]",        "{",     "{\"a\"",
        "{\"a\":",    "{\"a\":1", "{\"a\":1,",   "{\"a\":1,}", "{\"a\" 1}",  "{a:1}", "{\"a\":\"x}",
        "{\"a\":[1}", "{\"a\":}", "{\"a\":1 2}", "{,}",        "{\"a\\\":1}"};
    for (size_t index = 0; index < sizeof(texts) / sizeof(texts[0]); index++) {
        assert_not_object(texts[index]);
    }
    assert_not_object(NULL);
}

static void endless_nesting_is_broken(void **state)
{
    (void)state;
    weir_auto_buffer text;
    weir_buffer_init(&text, 1000000);
    weir_buffer_append_text(&text, "{\"a\":");
    for (int depth = 0; depth < 100000; depth++) {
        weir_buffer_append_byte(&text, '[');
    }
    assert_not_object(weir_buffer_text(&text));
}

static void members_are_walked_in_order(void **state)
{
    (void)state;
    struct weir_bytes text = WEIR_BYTES("{\"a\":1,\"b\\n\":[2],\"\":\"\"} rest");
    struct weir_bytes name, value;
    size_t position = 0;
    bool broken = true;
    assert_true(weir_json_next_member(text, &position, &name, &value, &broken));
    assert_true(weir_bytes_equal(name, WEIR_BYTES("a")));
    assert_true(weir_json_next_member(text, &position, &name, &value, &broken));
    assert_true(weir_bytes_equal(name, WEIR_BYTES("b\\n")));
    assert_true(weir_bytes_equal(value, WEIR_BYTES("[2]")));
    assert_true(weir_json_next_member(text, &position, &name, &value, &broken));
    assert_int_equal(name.len, 0);
    assert_false(weir_json_next_member(text, &position, &name, &value, &broken));
    assert_false(broken);
}

static void plain_text_is_what_a_value_stands_for(void **state)
{
    (void)state;
    assert_plain("\"Salmon\"", WEIR_BYTES("Salmon"));
    assert_plain("\"\"", WEIR_BYTES(""));
    assert_plain("12.50", WEIR_BYTES("12.50"));
    assert_plain("{\"a\": 1}", WEIR_BYTES("{\"a\": 1}"));
    assert_plain("null", WEIR_BYTES_NULL);
    assert_plain("\"null\"", WEIR_BYTES("null"));
}

static void escapes_are_undone(void **state)
{
    (void)state;
    assert_plain("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", WEIR_BYTES("a\"\\/\b\f\n\r\tz"));
    assert_plain("\"\\u0041\\u00e9\\u20AC\"", WEIR_BYTES("A\xc3\xa9\xe2\x82\xac"));
    assert_plain("\"\\ud83d\\ude00!\"", WEIR_BYTES("\xf0\x9f\x98\x80!"));
    assert_plain("\"\\u0000\"", WEIR_BYTES("\0"));
}

static void half_a_surrogate_pair_becomes_a_question_mark(void **state)
{
    (void)state;
    assert_plain("\"\\ud83d\"", WEIR_BYTES("?"));
    assert_plain("\"a\\ude00b\"", WEIR_BYTES("a?b"));
    assert_plain("\"\\ud83d\\u0041\"", WEIR_BYTES("?A"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_found_with_its_raw_text),
        cmocka_unit_test(only_the_top_level_counts),
        cmocka_unit_test(of_equal_names_the_last_counts),
        cmocka_unit_test(what_is_no_object_is_told_apart),
        cmocka_unit_test(endless_nesting_is_broken),
        cmocka_unit_test(members_are_walked_in_order),
        cmocka_unit_test(plain_text_is_what_a_value_stands_for),
        cmocka_unit_test(escapes_are_undone),
        cmocka_unit_test(half_a_surrogate_pair_becomes_a_question_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
