/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/java_properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_value(const char *text, const char *key, const char *expected)
{
    weir_auto_buffer value;
    weir_buffer_init(&value, 1000);
    bool found = weir_java_properties_find(weir_bytes_of(text), weir_bytes_of(key), &value);
    assert_int_equal(found, expected != NULL);
    if (expected) {
        assert_string_equal(weir_buffer_text(&value), expected);
    }
}

static void keys_end_at_equals_colon_or_blank(void **state)
{
    (void)state;
    assert_value("a=1\nb:2\nc 3\nd = 4\ne\t:  5\n", "a", "1");
    assert_value("a=1\nb:2\nc 3\nd = 4\ne\t:  5\n", "b", "2");
    assert_value("a=1\nb:2\nc 3\nd = 4\ne\t:  5\n", "c", "3");
    assert_value("a=1\nb:2\nc 3\nd = 4\ne\t:  5\n", "d", "4");
    assert_value("a=1\nb:2\nc 3\nd = 4\ne\t:  5\n", "e", "5");
    assert_value("key==value=", "key", "=value=");
    assert_value("empty\nother=1", "empty", "");
}

static void only_the_whole_key_counts(void **state)
{
    (void)state;
    assert_value("password2=no\nmy.password=no\n", "password", NULL);
    assert_value("PASSWORD=no", "password", NULL);
    assert_value("", "password", NULL);
}

static void comments_and_blank_lines_are_passed_over(void **state)
{
    (void)state;
    assert_value("# a=1\n  ! a=2\n\n \t\r\n   a=3 # not a comment", "a", "3 # not a comment");
    assert_value("# ends in a backslash \\\na=1", "a", "1");
}

static void a_backslash_joins_lines_without_their_indent(void **state)
{
    (void)state;
    assert_value("a=one,\\\n    two,\\\r\n\tthree\nb=4", "a", "one,two,three");
    assert_value("a=one\\\\\nb=4", "a", "one\\");
    assert_value("a=one\\\\\nb=4", "b", "4");
}

static void escapes_are_undone_in_keys_and_values(void **state)
{
    (void)state;
    assert_value("a\\:b\\ c=p\\=q\\tr\\q", "a:b c", "p=q\trq");
    assert_value("a=\\u00e9\\u20AC\\u0041", "a",
                 "\xc3\xa9\xe2\x82\xac"
                 "A");
    assert_value("a=\\ud83d\\ude00!", "a", "\xf0\x9f\x98\x80!");
    assert_value("a=x\\", "a", "x");
}

static void blanks_in_front_are_dropped_and_behind_are_kept(void **state)
{
    (void)state;
    assert_value("  a  =  x y  \n", "a", "x y  ");
    assert_value("a=\\ x", "a", " x");
}

static void the_last_of_equal_keys_counts(void **state)
{
    (void)state;
    assert_value("a=1\na=2\n", "a", "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_end_at_equals_colon_or_blank),
        cmocka_unit_test(only_the_whole_key_counts),
        cmocka_unit_test(comments_and_blank_lines_are_passed_over),
        cmocka_unit_test(a_backslash_joins_lines_without_their_indent),
        cmocka_unit_test(escapes_are_undone_in_keys_and_values),
        cmocka_unit_test(blanks_in_front_are_dropped_and_behind_are_kept),
        cmocka_unit_test(the_last_of_equal_keys_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
