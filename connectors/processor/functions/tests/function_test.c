/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/page.h"
#include "connectors/processor/functions/registry.h"
#include "connectors/processor/functions/tests/expression_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_function_is_documented(void **state)
{
    (void)state;
    assert_true(weir_function_count() > 20);
    for (size_t i = 0; i < weir_function_count(); i++) {
        const struct weir_function *function = weir_function_at(i);
        assert_true(strlen(weir_function_description(function)) > 5);
        assert_true(strlen(weir_function_category(function)) > 2);
        assert_ptr_equal(weir_function_find(weir_function_name(function)), function);
        for (size_t j = 0; j < weir_function_signature_count(function); j++) {
            weir_auto_buffer text;
            weir_buffer_init(&text, 1000);
            weir_function_signature_print(function, j, &text);
            assert_non_null(strstr(weir_buffer_text(&text), weir_function_name(function)));
            assert_non_null(weir_function_signature_description(function, j));
        }
    }
}

static void signatures_print_readably(void **state)
{
    (void)state;
    weir_auto_buffer text;
    weir_buffer_init(&text, 1000);
    weir_function_signature_print(weir_function_find("COALESCE"), 0, &text);
    assert_string_equal(weir_buffer_text(&text), "COALESCE(T first, T... others) T");
    assert_null(weir_function_find("NO_SUCH"));
    assert_string_equal(weir_function_suggest("COLLECT_SETT"), "COLLECT_SET");
    assert_null(weir_function_suggest("XYZZYXYZZY"));
}

static void rounding_goes_half_up(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"ROUND(1.5e0)", "BIGINT 2"},
        {"ROUND(-1.5e0)", "BIGINT -1"},
        {"ROUND(0.49999999999999994e0)", "BIGINT 0"},
        {"ROUND(1e300)", "BIGINT 9223372036854775807"},
        {"ROUND(D)", "BIGINT 0"},
        {"ROUND(D, 2)", "failed: Infinite or NaN"},
        {"ROUND(1.005e0, 2)", "DOUBLE 1.01"},
        {"ROUND(-1.005e0, 2)", "DOUBLE -1.0"},
        {"ROUND(0.3465e0, 3)", "DOUBLE 0.347"},
        {"ROUND(0.1234e0, 3)", "DOUBLE 0.123"},
        {"ROUND(2.5e0, 0)", "DOUBLE 3.0"},
        {"ROUND(1111e0, -1)", "DOUBLE 1110.0"},
        {"ROUND(155e0, -1)", "DOUBLE 160.0"},
        {"ROUND(1e20, 2)", "DOUBLE 1.0E20"},
        {"ROUND(7)", "BIGINT 7"},
        {"ROUND(1.25)", "DECIMAL(1, 0) 1"},
        {"ROUND(DEC, 1)", "DECIMAL(6, 2) 1.30"},
        {"ROUND(-DEC, 1)", "DECIMAL(6, 2) -1.20"},
        {"TRUNC(1.99e0)", "BIGINT 1"},
        {"TRUNC(-1.99e0, 1)", "DOUBLE -1.9"},
        {"TRUNC(1.23456e0, 2)", "DOUBLE 1.23"},
        {"TRUNC(DEC, 1)", "DECIMAL(6, 2) 1.20"},
        {"TRUNC(L)", "BIGINT 5"},
        {"CEIL(1.2e0)", "DOUBLE 2.0"},
        {"FLOOR(-1.2e0)", "DOUBLE -2.0"},
        {"FLOOR(DEC)", "DECIMAL(6, 2) 1.00"},
        {"CEIL(DEC)", "DECIMAL(6, 2) 2.00"},
        {"SIGN(-3)", "INTEGER -1"},
        {"ABS(-2147483648)", "INTEGER -2147483648"},
        {"ROUND(I, 1)", "wrong: Function 'ROUND' cannot be resolved due to ambiguous"},
    };
    expression_case_row("{\"D\":\"NaN\",\"DEC\":1.25,\"L\":5}");
    EXPRESSION_CASES(cases);
}

static void mathematics_are_javas(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"LN(-1)", "DOUBLE \"NaN\""},
        {"LN(0)", "DOUBLE \"-Infinity\""},
        {"LOG(2, 8)", "DOUBLE 3.0"},
        {"LOG(1, 8)", "DOUBLE \"NaN\""},
        {"EXP(-1)", "DOUBLE 0.36787944117144233"},
        {"POWER(15, 13)", "DOUBLE 1.946195068359375E15"},
        {"POWER(1, D)", "DOUBLE \"NaN\""},
        {"CBRT(27)", "DOUBLE 3.0"},
        {"SQRT(-1)", "DOUBLE \"NaN\""},
        {"PI()", "DOUBLE 3.141592653589793"},
        {"DEGREES(PI())", "DOUBLE 180.0"},
        {"ROUND(SIN(RADIANS(30)), 10)", "DOUBLE 0.5"},
        {"ATAN2(1, 1) * 4 = PI()", "BOOLEAN true"},
        {"RANDOM() < 1", "BOOLEAN true"},
        {"COT(0)", "DOUBLE \"Infinity\""},
    };
    expression_case_row("{\"D\":\"NaN\"}");
    EXPRESSION_CASES(cases);
}

static void the_page_has_each_function_once(void **state)
{
    (void)state;
    weir_auto_buffer page;
    weir_buffer_init(&page, 1 << 20);
    weir_functions_page(&page);
    const char *text = weir_buffer_text(&page);
    size_t rows = 0, headings = 0;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        rows += strncmp(line, "| `", 3) == 0;
        headings += strncmp(line, "### ", 4) == 0;
    }
    assert_int_equal(rows, weir_function_count());
    assert_true(headings > 5);
    assert_non_null(strstr(text, "\n| `MD5(STRING text) STRING` | The MD5 digest"));
    assert_null(strstr(text, "||"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_is_documented),
        cmocka_unit_test(signatures_print_readably),
        cmocka_unit_test(rounding_goes_half_up),
        cmocka_unit_test(mathematics_are_javas),
        cmocka_unit_test(the_page_has_each_function_once),
    };
    return cmocka_run_group_tests(tests, expression_case_setup, expression_case_teardown);
}
