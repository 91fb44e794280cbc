/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/backoff.h"

uint64_t weir_random_next(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15;
    uint64_t mixed = *state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

uint32_t weir_backoff_next_ms(struct weir_backoff *backoff)
{
    uint32_t doublings = backoff->failure_count < 31 ? backoff->failure_count : 31;
    uint64_t ceiling = (uint64_t)backoff->delay_ms_min << doublings;
    if (ceiling > backoff->delay_ms_max) {
        ceiling = backoff->delay_ms_max;
    }
    backoff->failure_count++;
    return (uint32_t)(weir_random_next(&backoff->random_state) % (ceiling + 1));
}

void weir_backoff_reset(struct weir_backoff *backoff)
{
    backoff->failure_count = 0;
}
