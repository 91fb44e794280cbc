/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/nearest.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const names[] = {"topic.prefix", "topic.suffix", "topics", "connection.uri",
                                    "database"};

static const char *nearest_of(const char *name)
{
    struct weir_nearest nearest = weir_nearest_to(name);
    for (size_t index = 0; index < sizeof(names) / sizeof(names[0]); index++) {
        weir_nearest_try(&nearest, names[index]);
    }
    return nearest.best;
}

static void a_misspelt_name_finds_the_right_one(void **state)
{
    (void)state;
    assert_string_equal(nearest_of("topic.prefx"), "topic.prefix");
    assert_string_equal(nearest_of("topic"), "topics");
    assert_string_equal(nearest_of("conection.url"), "connection.uri");
    assert_string_equal(nearest_of("databsae"), "database");
}

static void case_does_not_count(void **state)
{
    (void)state;
    assert_string_equal(nearest_of("DataBase"), "database");
}

static void a_far_name_is_no_suggestion(void **state)
{
    (void)state;
    assert_null(nearest_of("heartbeat"));
    assert_null(nearest_of("x"));
    assert_null(nearest_of(""));
}

static void a_name_of_any_length_is_safe(void **state)
{
    (void)state;
    char longest[5000];
    memset(longest, 'x', sizeof(longest));
    longest[sizeof(longest) - 1] = 0;
    assert_null(nearest_of(longest));
    struct weir_nearest nearest = weir_nearest_to("database");
    weir_nearest_try(&nearest, longest);
    assert_null(nearest.best);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_misspelt_name_finds_the_right_one),
        cmocka_unit_test(case_does_not_count),
        cmocka_unit_test(a_far_name_is_no_suggestion),
        cmocka_unit_test(a_name_of_any_length_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
