/* iso_date.h - ISO 8601 date and time text to milliseconds since the epoch.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_ISO_DATE_H
#define WEIR_MONGO_ISO_DATE_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/* "2026-11-23", or with "T12:34[:56[.789...]]" (a blank may stand for the T) and "Z", "+02",
 * "+0200" or "+02:00"; no zone means UTC. */
bool weir_iso_date_read(struct weir_bytes text, int64_t *time_ms_out);

#endif
