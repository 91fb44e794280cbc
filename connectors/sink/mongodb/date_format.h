/* date_format.h - reads date and time text by a pattern of Java's DateTimeFormatter.
 *
 * Letters: y u M L d H m s S n, MMM and MMMM in English, X x Z VV as Z or an offset; quoted text,
 * [optional parts] (left out as a whole when they do not fit), any other sign stands for itself.
 * No zone means UTC, no time the start of the day.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_DATE_FORMAT_H
#define WEIR_SINK_MONGODB_DATE_FORMAT_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether every letter is known and the brackets and quotes close. */
bool weir_date_format_good(const char *pattern);
/* False: the text does not fit the good pattern, or is no day that exists. */
bool weir_date_format_read(const char *pattern, struct weir_bytes text, int64_t *time_ms_out);

#endif
