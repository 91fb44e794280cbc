/* time_zone.h - offsets from UTC: fixed ones, and the zones of the tz database.
 *
 * Zones are read from /usr/share/zoneinfo (TZif) once and kept for the process.
 * Threads: any. Allocates: a zone when it is first asked for; never freed. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_TIME_ZONE_H
#define WEIR_PROCESSOR_VALUES_TIME_ZONE_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_time_zone;

extern const struct weir_time_zone weir_time_zone_utc;

/* Java's ZoneId.of: Z, +2, +02:00, UTC+2, GMT, Europe/Berlin. NULL: unknown. */
const struct weir_time_zone *weir_time_zone_find(struct weir_bytes id);
const char *weir_time_zone_id(const struct weir_time_zone *zone);

/* Seconds to add to UTC at that instant; the zone's short name in *name_out (may be NULL). */
int32_t weir_time_zone_offset_s(const struct weir_time_zone *zone, int64_t utc_s,
                                const char **name_out);
/* The instant of a local time; in a gap later by the gap, in an overlap the earlier one, as Java's
 * ZonedDateTime. */
int64_t weir_time_zone_to_utc_s(const struct weir_time_zone *zone, int64_t local_s);

#endif
