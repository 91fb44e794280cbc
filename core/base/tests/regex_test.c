/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct weir_regex *make(const char *pattern)
{
    struct weir_error err = {0};
    struct weir_regex *regex = weir_regex_create(weir_bytes_of(pattern), &err);
    assert_non_null(regex);
    return regex;
}

static void groups_tell_where_they_matched(void **state)
{
    (void)state;
    struct weir_regex *regex = make("(?<year>\\d{4})-(x)?(\\d\\d)");
    size_t start, end, number;
    assert_int_equal(weir_regex_find(regex, WEIR_BYTES("on 2026-11"), 0), WEIR_REGEX_FOUND);
    assert_true(weir_regex_group(regex, 0, &start, &end) && start == 3 && end == 10);
    assert_true(weir_regex_group(regex, 3, &start, &end) && start == 8 && end == 10);
    assert_false(weir_regex_group(regex, 2, &start, &end));
    assert_true(weir_regex_group_number(regex, "year", &number) && number == 1);
    assert_false(weir_regex_group_number(regex, "month", &number));
    assert_int_equal(weir_regex_group_count(regex), 3);
    weir_regex_destroy(regex);
}

static void a_search_goes_on_from_where_it_is_told(void **state)
{
    (void)state;
    struct weir_regex *regex = make("a");
    size_t start, end;
    assert_int_equal(weir_regex_find(regex, WEIR_BYTES("abab"), 1), WEIR_REGEX_FOUND);
    assert_true(weir_regex_group(regex, 0, &start, &end) && start == 2 && end == 3);
    assert_int_equal(weir_regex_find(regex, WEIR_BYTES("abab"), 3), WEIR_REGEX_NONE);
    weir_regex_destroy(regex);
}

static void text_that_is_no_utf8_is_an_answer_and_not_a_match(void **state)
{
    (void)state;
    struct weir_regex *regex = make(".");
    assert_int_equal(weir_regex_find(regex, WEIR_BYTES("\xff\xfe"), 0), WEIR_REGEX_FAILED);
    weir_regex_destroy(regex);
}

static void a_pattern_that_cannot_be_is_refused_with_its_place(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_null(weir_regex_create(WEIR_BYTES("a(b"), &err));
    assert_non_null(strstr(err.message, "parenthesis"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_tell_where_they_matched),
        cmocka_unit_test(a_search_goes_on_from_where_it_is_told),
        cmocka_unit_test(text_that_is_no_utf8_is_an_answer_and_not_a_match),
        cmocka_unit_test(a_pattern_that_cannot_be_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
