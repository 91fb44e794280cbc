/* civil.h - days since the epoch as year, month, day of the proleptic Gregorian calendar, and back.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_CIVIL_H
#define WEIR_PROCESSOR_VALUES_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

enum { WEIR_DAY_MS = 86400000 };

struct weir_civil {
    int64_t year;       /* 0 is 1 BC */
    int32_t month, day; /* from 1 */
};

struct weir_civil weir_civil_of_days(int64_t days);
int64_t weir_civil_to_days(struct weir_civil civil);
bool weir_civil_is_leap(int64_t year);
int32_t weir_civil_month_days(int64_t year, int32_t month);
/* 1 = Monday. */
int32_t weir_civil_weekday(int64_t days);

/* Java's floorDiv, floorMod; divisor > 0. */
int64_t weir_floor_div(int64_t dividend, int64_t divisor);
int64_t weir_floor_mod(int64_t dividend, int64_t divisor);

#endif
