/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_clock_goes_forward(void **state)
{
    (void)state;
    int64_t before_us = weir_clock_us();
    int64_t before_ms = weir_clock_ms();
    weir_clock_sleep_ms(2);
    assert_true(weir_clock_us() - before_us >= 2000);
    assert_true(weir_clock_ms() - before_ms >= 1);
}

static void the_two_monotonic_units_agree(void **state)
{
    (void)state;
    int64_t ms = weir_clock_ms();
    int64_t us = weir_clock_us();
    assert_in_range(us / 1000 - ms, 0, 1000);
}

static void the_wall_clock_counts_from_1970(void **state)
{
    (void)state;
    assert_true(weir_clock_wall_ms() > INT64_C(1700000000000));
    assert_true(weir_clock_wall_ms() < INT64_C(32503680000000));
}

static void what_is_left_is_between_zero_and_the_cap(void **state)
{
    (void)state;
    assert_int_equal(weir_clock_left_ms(weir_clock_ms() - 1, 100), 0);
    assert_int_equal(weir_clock_left_ms(0, 100), 0);
    assert_int_equal(weir_clock_left_ms(INT64_MAX, 100), 100);
    assert_in_range(weir_clock_left_ms(weir_clock_ms() + 50, 100), 0, 50);
}

static void sleeping_for_no_time_returns_at_once(void **state)
{
    (void)state;
    int64_t before_ms = weir_clock_ms();
    weir_clock_sleep_ms(0);
    weir_clock_sleep_ms(-1000);
    assert_true(weir_clock_ms() - before_ms < 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_goes_forward),
        cmocka_unit_test(the_two_monotonic_units_agree),
        cmocka_unit_test(the_wall_clock_counts_from_1970),
        cmocka_unit_test(what_is_left_is_between_zero_and_the_cap),
        cmocka_unit_test(sleeping_for_no_time_returns_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
