/* clock.h - time in milliseconds: monotonic for deadlines, wall for timestamps.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_CLOCK_H
#define WEIR_BASE_CLOCK_H

#include <stdint.h>

/* Monotonic; every deadline_ms of weir is by this clock. */
int64_t weir_clock_ms(void);
int64_t weir_clock_us(void);
/* Since the epoch, UTC. */
int64_t weir_clock_wall_ms(void);
/* What is left until deadline_ms, 0 when it has passed, at most cap_ms. */
int weir_clock_left_ms(int64_t deadline_ms, int cap_ms);
/* Wakes early on a signal. */
void weir_clock_sleep_ms(int64_t duration_ms);

#endif
