/* breaker.h - a circuit breaker: after so many failures in a row nothing is sent for a while, then
 * one request tries whether the server is back.
 *
 * Records wait meanwhile; none is dropped and none of its tries is used up.
 * Threads: the task's. Holds no clock. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_BREAKER_H
#define WEIR_SINK_HTTP_BREAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct breaker {
    int32_t failure_count_max; /* 0 = there is no breaker */
    int64_t pause_ms;
    int32_t failure_count; /* in a row */
    int64_t open_until_ms;
    bool open; /* until a request succeeds */
};

/* Whether another request may start beside those in flight. */
bool weir_breaker_may_start(const struct breaker *breaker, size_t in_flight, int64_t now_ms);
/* How long nothing may be sent; 0 = it may. */
int64_t weir_breaker_wait_ms(const struct breaker *breaker, int64_t now_ms);
/* True: this failure opened it, or kept it open. */
bool weir_breaker_failed(struct breaker *breaker, int64_t now_ms);
void weir_breaker_succeeded(struct breaker *breaker);

#endif
