/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/clock.h"

#include <time.h>

static int64_t read_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t weir_clock_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t weir_clock_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t weir_clock_wall_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

int weir_clock_left_ms(int64_t deadline_ms, int cap_ms)
{
    int64_t left_ms = deadline_ms - weir_clock_ms();
    if (left_ms <= 0) {
        return 0;
    }
    return left_ms < cap_ms ? (int)left_ms : cap_ms;
}

void weir_clock_sleep_ms(int64_t duration_ms)
{
    if (duration_ms > 0) {
        struct timespec duration = {.tv_sec = duration_ms / 1000,
                                    .tv_nsec = (duration_ms % 1000) * 1000000};
        nanosleep(&duration, NULL);
    }
}
