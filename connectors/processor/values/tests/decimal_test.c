/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/decimal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct weir_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    weir_arena_destroy(arena);
    return 0;
}

static const struct weir_decimal *number(const char *text)
{
    const struct weir_decimal *decimal = weir_decimal_parse(arena, text, strlen(text));
    assert_non_null(decimal);
    return decimal;
}

static void assert_plain(const struct weir_decimal *decimal, const char *expected)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, 100000);
    assert_non_null(decimal);
    weir_decimal_print_plain(decimal, &text);
    assert_string_equal(weir_buffer_text(&text), expected);
}

static void assert_java(const char *input, const char *expected)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, 100000);
    weir_decimal_print(number(input), &text);
    assert_string_equal(weir_buffer_text(&text), expected);
}

static void numbers_keep_their_scale(void **state)
{
    (void)state;
    assert_plain(number("1.500"), "1.500");
    assert_plain(number("-0.07"), "-0.07");
    assert_plain(number("+12"), "12");
    assert_plain(number("1e3"), "1000");
    assert_plain(number(".5"), "0.5");
    assert_plain(number("12345678901234567890123456789012345678.123"),
                 "12345678901234567890123456789012345678.123");
    assert_java("1e3", "1E+3");
    assert_java("0.0000001", "1E-7");
    assert_java("0.000001", "0.000001");
    assert_java("-12.5e-9", "-1.25E-8");
    assert_java("0", "0");
}

static void text_that_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    "-",  ".",        "1.2.3", "abc",         "1e", "1e+",
                                      "NaN", " 1", "Infinity", "0x10",  "1e999999999", "1_0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(weir_decimal_parse(arena, bad[i], strlen(bad[i])));
    }
}

static void sums_and_products_are_exact(void **state)
{
    (void)state;
    assert_plain(weir_decimal_add(arena, number("1.10"), number("2.345")), "3.445");
    assert_plain(weir_decimal_subtract(arena, number("1"), number("1.00")), "0.00");
    assert_plain(weir_decimal_multiply(arena, number("-1.5"), number("0.02")), "-0.030");
    assert_plain(weir_decimal_remainder(arena, number("-7.5"), number("2")), "-1.5");
    assert_null(weir_decimal_remainder(arena, number("1"), number("0")));
}

static const struct weir_decimal *divide(const char *a, const char *b, int32_t scale,
                                         enum weir_rounding rounding)
{
    return weir_decimal_divide(arena, number(a), number(b), scale, rounding);
}

static void quotients_are_rounded_once(void **state)
{
    (void)state;
    assert_plain(divide("1", "3", 6, WEIR_ROUND_HALF_UP), "0.333333");
    assert_plain(divide("2", "3", 2, WEIR_ROUND_HALF_UP), "0.67");
    assert_plain(divide("0.4444445", "1", 6, WEIR_ROUND_HALF_UP), "0.444445");
    /* 0.0149999...: a first rounding to some places more must not make it 0.015. */
    assert_plain(divide("149999999999", "10000000000000", 2, WEIR_ROUND_HALF_UP), "0.01");
    assert_plain(divide("1", "8", 3, WEIR_ROUND_UNNECESSARY), "0.125");
    assert_plain(divide("1", "300", 0, WEIR_ROUND_CEILING), "1");
    assert_null(divide("1", "3", 3, WEIR_ROUND_UNNECESSARY));
    assert_null(divide("1", "0", 3, WEIR_ROUND_HALF_UP));
}

static void rounding_follows_the_mode(void **state)
{
    (void)state;
    static const struct {
        enum weir_rounding mode;
        const char *up, *down;
    } rows[] = {
        {WEIR_ROUND_HALF_UP, "3", "-3"},   {WEIR_ROUND_HALF_DOWN, "2", "-2"},
        {WEIR_ROUND_HALF_EVEN, "2", "-2"}, {WEIR_ROUND_UP, "3", "-3"},
        {WEIR_ROUND_DOWN, "2", "-2"},      {WEIR_ROUND_CEILING, "3", "-2"},
        {WEIR_ROUND_FLOOR, "2", "-3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_plain(weir_decimal_set_scale(arena, number("2.5"), 0, rows[i].mode), rows[i].up);
        assert_plain(weir_decimal_set_scale(arena, number("-2.5"), 0, rows[i].mode), rows[i].down);
    }
    assert_null(weir_decimal_set_scale(arena, number("2.5"), 0, WEIR_ROUND_UNNECESSARY));
    assert_plain(weir_decimal_set_scale(arena, number("2.5"), 4, WEIR_ROUND_UNNECESSARY), "2.5000");
    assert_plain(weir_decimal_set_scale(arena, number("151"), -2, WEIR_ROUND_HALF_UP), "200");
}

static void a_number_fits_its_type_or_not(void **state)
{
    (void)state;
    assert_plain(weir_decimal_fit(arena, number("9.995"), 4, 2), "10.00");
    assert_plain(weir_decimal_fit(arena, number("99.995"), 4, 2),
                 "100.00"); /* checked before it is rounded */
    assert_null(weir_decimal_fit(arena, number("100"), 4, 2));
    assert_plain(weir_decimal_fit(arena, number("0"), 2, 2), "0.00");
}

static void comparison_ignores_scale_and_equality_does_not(void **state)
{
    (void)state;
    assert_int_equal(weir_decimal_compare(number("1.0"), number("1.00")), 0);
    assert_int_equal(weir_decimal_compare(number("-1"), number("0.5")), -1);
    assert_false(weir_decimal_equal(number("1.0"), number("1.00")));
    assert_true(weir_decimal_equal(number("1.0"), number("1.0")));
    assert_true(weir_decimal_hash(number("1.0")) == weir_decimal_hash(number("1.0")));
    assert_int_equal(weir_decimal_sign(number("-0.00")), 0);
    assert_int_equal(weir_decimal_precision(number("0.00")), 1);
    assert_int_equal(weir_decimal_precision(number("123.45")), 5);
}

static void conversions_are_javas(void **state)
{
    (void)state;
    assert_plain(weir_decimal_of_double(arena, 0.1), "0.1");
    assert_plain(weir_decimal_of_double(arena, -2.0), "-2.0");
    assert_null(weir_decimal_of_double(arena, (double)NAN));
    assert_null(weir_decimal_of_double(arena, (double)INFINITY));
    assert_plain(weir_decimal_of_int64(arena, INT64_MIN), "-9223372036854775808");
    assert_true(weir_decimal_to_double(number("0.3465000000000001")) == 0.3465000000000001);
    assert_int_equal(weir_decimal_to_int64(number("-7.99")), -7);
    assert_int_equal(weir_decimal_to_int64(number("18446744073709551617")), 1);
}

static void long_numbers_are_bounded(void **state)
{
    (void)state;
    char digits[WEIR_DECIMAL_DIGITS_MAX + 1];
    memset(digits, '9', sizeof digits);
    assert_null(weir_decimal_parse(arena, digits, sizeof digits));
    const struct weir_decimal *large = weir_decimal_parse(arena, digits, sizeof digits - 1);
    assert_non_null(large);
    assert_null(weir_decimal_multiply(arena, large, large));
    assert_int_equal(weir_decimal_compare(large, large), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_keep_their_scale),
        cmocka_unit_test(text_that_is_no_number_is_refused),
        cmocka_unit_test(sums_and_products_are_exact),
        cmocka_unit_test(quotients_are_rounded_once),
        cmocka_unit_test(rounding_follows_the_mode),
        cmocka_unit_test(a_number_fits_its_type_or_not),
        cmocka_unit_test(comparison_ignores_scale_and_equality_does_not),
        cmocka_unit_test(conversions_are_javas),
        cmocka_unit_test(long_numbers_are_bounded),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
