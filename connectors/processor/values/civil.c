/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/civil.h"

enum { DAYS_OF_ERA = 146097, DAYS_TO_EPOCH = 719468 }; /* eras of 400 years from 1 March 0000 */

int64_t weir_floor_div(int64_t dividend, int64_t divisor)
{
    int64_t quotient = dividend / divisor;
    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

int64_t weir_floor_mod(int64_t dividend, int64_t divisor)
{
    int64_t rest = dividend % divisor;
    return rest < 0 ? rest + divisor : rest;
}

struct weir_civil weir_civil_of_days(int64_t days)
{
    days += DAYS_TO_EPOCH;
    int64_t era = weir_floor_div(days, DAYS_OF_ERA);
    int64_t day_of_era = days - era * DAYS_OF_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153; /* from March */
    int32_t month = (int32_t)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    return (struct weir_civil){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = (int32_t)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
    };
}

int64_t weir_civil_to_days(struct weir_civil civil)
{
    int64_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
    int64_t era = weir_floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t shifted_month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    int64_t day_of_year = (153 * shifted_month + 2) / 5 + civil.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_EPOCH;
}

bool weir_civil_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t weir_civil_month_days(int64_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && weir_civil_is_leap(year) ? 29 : days[month - 1];
}

int32_t weir_civil_weekday(int64_t days)
{
    return (int32_t)weir_floor_mod(days + 3, 7) + 1; /* 1970-01-01 was a Thursday */
}
