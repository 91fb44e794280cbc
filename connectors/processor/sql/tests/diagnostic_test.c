/* diagnostic_test.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/diagnostic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *text, uint32_t line, uint32_t column, const char *shown)
{
    struct weir_error err = {0};
    weir_fail_at(&err, WEIR_DOMAIN_SQL, line, column, "wrong");
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 4096);
    weir_sql_diagnostic(&err, text, strlen(text), &buffer);
    assert_string_equal(weir_buffer_text(&buffer), shown);
}

static void the_caret_stands_below_its_character(void **state)
{
    (void)state;
    expect("SELECT a\n  FROM b;", 2, 8, "line 2:8: wrong\n      FROM b;\n           ^\n");
    expect("\xC3\xA4\tb", 1, 3, "line 1:3: wrong\n    \xC3\xA4\tb\n     \t^\n");
}

static void a_place_outside_the_text_shows_no_line(void **state)
{
    (void)state;
    expect("SELECT a", 3, 1, "line 3:1: wrong\n");
    expect("SELECT a", 0, 0, "wrong\n");
}

static void the_nearest_name_ignores_case_and_small_slips(void **state)
{
    (void)state;
    static const char *const names[] = {"PREDICTION", "SPECIES", "input"};
    assert_string_equal(weir_sql_nearest("PREDICTON", names, 3), "PREDICTION");
    assert_string_equal(weir_sql_nearest("INPUT", names, 3), "input");
    assert_null(weir_sql_nearest("WEIGHT", names, 3));
    assert_null(weir_sql_nearest("X", names, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_caret_stands_below_its_character),
        cmocka_unit_test(a_place_outside_the_text_shows_no_line),
        cmocka_unit_test(the_nearest_name_ignores_case_and_small_slips),
    };
    return cmocka_run_group_tests_name("diagnostic", tests, NULL, NULL);
}
