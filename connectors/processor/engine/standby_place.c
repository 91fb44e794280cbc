/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/standby_place.h"

/* Range: the first partition of a member; that of the one behind the last is the count. */
static size_t first_of(size_t partition_count, size_t member_count, size_t member)
{
    size_t more = partition_count % member_count; /* the first ones get one more */
    return partition_count / member_count * member + (member < more ? member : more);
}

/* When so many members are left, > 0. */
static bool needs_among(const struct weir_standby_place *place, size_t left, size_t partition)
{
    size_t count = (size_t)place->partition_count, departures = place->member_count - left;
    size_t low = place->position > departures ? place->position - departures : 0;
    size_t high = place->position < left ? place->position : left - 1;
    return partition >= first_of(count, left, low) && partition < first_of(count, left, high + 1);
}

bool weir_standby_place_needs(const struct weir_standby_place *place, int32_t partition)
{
    for (size_t left = place->member_count; left > 1; left--) {
        if (place->member_count - (left - 1) > place->departures_max) {
            break;
        }
        if (needs_among(place, left - 1, (size_t)partition)) {
            return true;
        }
    }
    return false;
}
