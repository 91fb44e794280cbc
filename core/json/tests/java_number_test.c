/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json/java_number.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/backoff.h"

static void expect(double number, const char *text)
{
    char got[WEIR_JAVA_DOUBLE_BYTES + 1];
    got[weir_java_double_text(number, got)] = 0;
    assert_string_equal(got, text);
}

static void doubles_print_as_in_java(void **state)
{
    (void)state;
    expect(0.0, "0.0");
    expect(-0.0, "-0.0");
    expect(1.0, "1.0");
    expect(-17.5, "-17.5");
    expect(0.1 + 0.2, "0.30000000000000004");
    expect(0.3465000000000001, "0.3465000000000001");
    expect(1.005, "1.005");
    expect(0.001, "0.001");
    expect(0.00099, "9.9E-4");
    expect(9999999.0, "9999999.0");
    expect(1e7, "1.0E7");
    expect(123456789.125, "1.23456789125E8");
    expect(1e21, "1.0E21");
    expect(2e23, "2.0E23");
    expect(1.0 / 3, "0.3333333333333333");
    expect(DBL_MAX, "1.7976931348623157E308");
    expect(DBL_MIN, "2.2250738585072014E-308");
    expect(4.9e-324, "4.9E-324");
    expect(9.9e-324, "9.9E-324");
    expect(2e-323, "2.0E-323");
    expect(3e-320, "3.0E-320");
    expect(9007199254740993.0, "9.007199254740992E15");
    expect(100000.0, "100000.0");
    expect(120.5, "120.5");
    expect(0.00123, "0.00123");
    expect(1e-5, "1.0E-5");
    expect(2e-3, "0.002");
    expect(1e22, "1.0E22");
    expect(1.5e300, "1.5E300");
    expect((double)NAN, "NaN");
    expect(-(double)INFINITY, "-Infinity");
}

static void every_double_reads_back(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int round = 0; round < 200000; round++) {
        uint64_t bits = weir_random_next(&random);
        double number = round % 2 ? (double)(int64_t)(bits >> 24) / 10000 : 0;
        if (round % 2 == 0) {
            memcpy(&number, &bits, sizeof(number));
        }
        char text[WEIR_JAVA_DOUBLE_BYTES + 1];
        text[weir_java_double_text(number, text)] = 0;
        if (!isnan(number)) {
            double back = strtod(text, NULL);
            assert_memory_equal(&back, &number, sizeof(number));
        }
    }
}

/* Written with up to seven places and read by the C library: the text comes back. */
static void few_places_come_back(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int i = 0; i < 200000; i++) {
        char text[WEIR_JAVA_DOUBLE_BYTES + 1], got[WEIR_JAVA_DOUBLE_BYTES + 1];
        uint64_t bits = weir_random_next(&random);
        int places = 1 + (int)(bits % 7);
        double number = (double)((bits >> 8) % 10000000) + (double)(bits >> 40) / 16777216.0;
        snprintf(text, sizeof(text), "%.*f", places, number);
        number = strtod(text, NULL);
        if (number < 1e-3 || number >= 1e7) {
            continue; /* with an exponent */
        }
        size_t length = strlen(text);
        while (text[length - 1] == '0' && text[length - 2] != '.') {
            text[--length] = 0;
        }
        got[weir_java_double_text(number, got)] = 0;
        assert_string_equal(got, text);
    }
}

static void whole_numbers_print(void **state)
{
    (void)state;
    char text[WEIR_INT64_BYTES + 1];
    text[weir_int64_text(INT64_MIN, text)] = 0;
    assert_string_equal(text, "-9223372036854775808");
    text[weir_int64_text(0, text)] = 0;
    assert_string_equal(text, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_print_as_in_java),
        cmocka_unit_test(every_double_reads_back),
        cmocka_unit_test(few_places_come_back),
        cmocka_unit_test(whole_numbers_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
