/* standby_place.h - which partitions a member of the group may be given when others go.
 *
 * The range assignor gives member i of n the i-th of n parts of a topic's partitions, in the order
 * of the members' names. When d others go, those before the member and those behind it are not
 * known: it moves up by 0 to d places among n - d.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_STANDBY_PLACE_H
#define WEIR_PROCESSOR_ENGINE_STANDBY_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_standby_place {
    int32_t partition_count;
    size_t member_count;
    size_t position;       /* among the members, from 0 */
    size_t departures_max; /* so many others may go at once */
};

/* Its own partitions may be among them. */
bool weir_standby_place_needs(const struct weir_standby_place *place, int32_t partition);

#endif
