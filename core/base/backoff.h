/* backoff.h - how long to wait before a failed call is tried again.
 *
 * Exponential with full jitter and a cap, so that tasks that fail together do not come back
 * together. Holds no clock: the caller sleeps.
 * Threads: one owner. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_BACKOFF_H
#define WEIR_BASE_BACKOFF_H

#include <stdint.h>

struct weir_backoff {
    uint32_t delay_ms_min, delay_ms_max;
    uint32_t failure_count; /* in a row, since the last reset */
    uint64_t random_state;  /* same seed, same waits */
};

/* Counts one failure. Returns the wait before the next try: 0 to delay_ms_max. */
uint32_t weir_backoff_next_ms(struct weir_backoff *backoff);
void weir_backoff_reset(struct weir_backoff *backoff);

/* splitmix64; also for anyone else who needs a seeded random number. */
uint64_t weir_random_next(uint64_t *state);

#endif
