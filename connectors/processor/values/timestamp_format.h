/* timestamp_format.h - Java's DateTimeFormatter patterns: yyyy-MM-dd'T'HH:mm:ss.SSSX.
 *
 * English texts, as Java's root locale has them. What a text does not say is 1970-01-01T00:00.
 * Threads: a format is immutable. Allocates: when it is made. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_TIMESTAMP_FORMAT_H
#define WEIR_PROCESSOR_VALUES_TIMESTAMP_FORMAT_H

#include "connectors/processor/values/time_zone.h"
#include "core/base/buffer.h"
#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_timestamp_format;

/* Returns owned; NULL: err says what is wrong with the pattern. */
struct weir_timestamp_format *weir_timestamp_format_create(struct weir_bytes pattern,
                                                           struct weir_error *err);
/* For a new format: names and literal text may be in upper or lower case when text is read. */
void weir_timestamp_format_ignore_case(struct weir_timestamp_format *format);
void weir_timestamp_format_destroy(struct weir_timestamp_format *format);

/* zone: of texts that name none. False: the text does not fit. */
bool weir_timestamp_format_parse(const struct weir_timestamp_format *format, struct weir_bytes text,
                                 const struct weir_time_zone *zone, int64_t *time_ms_out);
/* False also when the text is no whole date. Whether it has a time of day too: *has_time_out. */
bool weir_timestamp_format_parse_date(const struct weir_timestamp_format *format,
                                      struct weir_bytes text, int32_t *days_out,
                                      bool *has_time_out);
bool weir_timestamp_format_parse_time(const struct weir_timestamp_format *format,
                                      struct weir_bytes text, int32_t *time_ms_out,
                                      bool *has_date_out);

bool weir_timestamp_format_print(const struct weir_timestamp_format *format, int64_t time_ms,
                                 const struct weir_time_zone *zone, struct weir_buffer *buffer);
/* False: the pattern has fields that a date (a time) does not have. */
bool weir_timestamp_format_print_date(const struct weir_timestamp_format *format, int32_t days,
                                      struct weir_buffer *buffer);
bool weir_timestamp_format_print_time(const struct weir_timestamp_format *format, int32_t time_ms,
                                      struct weir_buffer *buffer);

#endif
