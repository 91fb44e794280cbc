/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/breaker.h"

int64_t weir_breaker_wait_ms(const struct breaker *breaker, int64_t now_ms)
{
    return breaker->open && now_ms < breaker->open_until_ms ? breaker->open_until_ms - now_ms : 0;
}

bool weir_breaker_may_start(const struct breaker *breaker, size_t in_flight, int64_t now_ms)
{
    return !breaker->open || (in_flight == 0 && weir_breaker_wait_ms(breaker, now_ms) == 0);
}

bool weir_breaker_failed(struct breaker *breaker, int64_t now_ms)
{
    if (breaker->failure_count_max == 0) {
        return false;
    }
    breaker->failure_count += breaker->failure_count < breaker->failure_count_max;
    if (breaker->failure_count == breaker->failure_count_max) {
        breaker->open = true;
        breaker->open_until_ms = now_ms + breaker->pause_ms;
    }
    return breaker->open;
}

void weir_breaker_succeeded(struct breaker *breaker)
{
    breaker->failure_count = 0;
    breaker->open = false;
}
