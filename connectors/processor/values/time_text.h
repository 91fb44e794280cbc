/* time_text.h - DATE, TIME and TIMESTAMP as ksqlDB writes and reads them without a pattern.
 *
 * For CAST, for comparison with text ('2020-05-26T23:59'), for INSERT. Patterns:
 * timestamp_format.h. Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_TIME_TEXT_H
#define WEIR_PROCESSOR_VALUES_TIME_TEXT_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

void weir_date_print(int32_t days, struct weir_buffer *buffer);    /* 2020-05-26 */
void weir_time_print(int32_t time_ms, struct weir_buffer *buffer); /* 23:59:58; 23:59 */
void weir_timestamp_print(int64_t time_ms,
                          struct weir_buffer *buffer); /* 2020-05-26T23:59:58.000 */

/* yyyy[-MM[-dd]] */
bool weir_date_parse(struct weir_bytes text, int32_t *days_out);
/* HH:mm[:ss[.fraction]] */
bool weir_time_parse(struct weir_bytes text, int32_t *time_ms_out);
/* yyyy[-MM[-dd]][THH[:mm[:ss[.SSS]]]][Z|+hh:mm|+hhmm] */
bool weir_timestamp_parse(struct weir_bytes text, int64_t *time_ms_out);

#endif
