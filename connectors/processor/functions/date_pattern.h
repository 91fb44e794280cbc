/* date_pattern.h - the pattern and the zone that a call of a date function is given, compiled when
 * they change.
 *
 * Lies in the cache of the call. Threads: one owner. Allocates: when the pattern changes. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_DATE_PATTERN_H
#define WEIR_PROCESSOR_FUNCTIONS_DATE_PATTERN_H

#include "connectors/processor/functions/function.h"
#include "connectors/processor/values/timestamp_format.h"

/* Zeroed: empty. */
struct weir_date_pattern {
    char *pattern; /* of format */
    size_t length;
    struct weir_timestamp_format *format; /* NULL: the pattern is wrong */
    char *message;                        /* why */
    char zone_id[64];
    const struct weir_time_zone *zone; /* NULL: not known */
};

void weir_date_pattern_fini(void *cache);
/* any_case: of names and literal text, when text is read. NULL: the evaluation fails. */
const struct weir_timestamp_format *weir_date_pattern_format(struct weir_evaluation *evaluation,
                                                             const struct weir_call *call,
                                                             struct weir_bytes pattern,
                                                             bool any_case);
/* Of argument `index`; UTC if the call has none. NULL: the evaluation fails. */
const struct weir_time_zone *weir_date_pattern_zone(struct weir_evaluation *evaluation,
                                                    const struct weir_call *call,
                                                    const struct weir_value *arguments,
                                                    size_t index);

/* "Failed to parse date '2020' with formatter 'yyyy-MM-dd'" */
bool weir_date_pattern_fail(struct weir_evaluation *evaluation, const char *doing,
                            const struct weir_value *text, const struct weir_value *pattern);

#endif
