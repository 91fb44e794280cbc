/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void waits_stay_under_a_doubling_ceiling_with_a_cap(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct weir_backoff backoff = {
            .delay_ms_min = 100, .delay_ms_max = 5000, .random_state = seed};
        uint32_t ceiling_ms = 100;
        for (int failure = 0; failure < 50; failure++) {
            assert_in_range(weir_backoff_next_ms(&backoff), 0, ceiling_ms);
            ceiling_ms = ceiling_ms < 2500 ? 2 * ceiling_ms : 5000;
        }
        assert_int_equal(backoff.failure_count, 50);
    }
}

static void the_same_seed_gives_the_same_waits(void **state)
{
    (void)state;
    struct weir_backoff first = {.delay_ms_min = 10, .delay_ms_max = 10000, .random_state = 7};
    struct weir_backoff second = first;
    struct weir_backoff other = first;
    other.random_state = 8;
    int differing = 0;
    for (int failure = 0; failure < 20; failure++) {
        uint32_t wait_ms = weir_backoff_next_ms(&first);
        assert_int_equal(wait_ms, weir_backoff_next_ms(&second));
        differing += wait_ms != weir_backoff_next_ms(&other);
    }
    assert_true(differing > 10);
}

static void a_reset_starts_over_with_short_waits(void **state)
{
    (void)state;
    struct weir_backoff backoff = {.delay_ms_min = 1, .delay_ms_max = 60000};
    for (int failure = 0; failure < 100; failure++) {
        weir_backoff_next_ms(&backoff);
    }
    weir_backoff_reset(&backoff);
    assert_in_range(weir_backoff_next_ms(&backoff), 0, 1);
    assert_int_equal(backoff.failure_count, 1);
}

static void waits_use_the_whole_range(void **state)
{
    (void)state;
    struct weir_backoff backoff = {.delay_ms_min = 1000, .delay_ms_max = 1000};
    uint32_t least_ms = UINT32_MAX, most_ms = 0;
    for (int failure = 0; failure < 1000; failure++) {
        uint32_t wait_ms = weir_backoff_next_ms(&backoff);
        least_ms = wait_ms < least_ms ? wait_ms : least_ms;
        most_ms = wait_ms > most_ms ? wait_ms : most_ms;
    }
    assert_in_range(least_ms, 0, 50);
    assert_in_range(most_ms, 950, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_stay_under_a_doubling_ceiling_with_a_cap),
        cmocka_unit_test(the_same_seed_gives_the_same_waits),
        cmocka_unit_test(a_reset_starts_over_with_short_waits),
        cmocka_unit_test(waits_use_the_whole_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
