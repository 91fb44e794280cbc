/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bson_json_internal.h"

#include <bson/bson.h>
#include <string.h>
#include <time.h>

static int64_t floor_divide(int64_t number, int64_t divisor)
{
    int64_t quotient = number / divisor;
    return number % divisor < 0 ? quotient - 1 : quotient;
}

static void append_year(struct weir_buffer *out, int64_t year)
{
    if (year > 9999) {
        weir_buffer_append_format(out, "+%lld", (long long)year);
    } else if (year < 0) {
        weir_buffer_append_format(out, "-%04lld", (long long)-year);
    } else {
        weir_buffer_append_format(out, "%04lld", (long long)year);
    }
}

/* Days since the epoch to a date of the proleptic Gregorian calendar (Howard Hinnant,
 * "chrono-compatible low-level date algorithms"). */
static void append_date(struct weir_buffer *out, int64_t days)
{
    days += 719468;
    int64_t era = floor_divide(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    append_year(out, year_of_era + era * 400 + (month <= 2));
    weir_buffer_append_format(out, "-%02d-%02d", (int)month, (int)day);
}

void weir_iso_instant_append(struct weir_buffer *out, int64_t time_ms)
{
    int64_t seconds = floor_divide(time_ms, 1000);
    int64_t days = floor_divide(seconds, 86400);
    int fraction_ms = (int)(time_ms - seconds * 1000);
    int second_of_day = (int)(seconds - days * 86400);
    append_date(out, days);
    weir_buffer_append_format(out, "T%02d:%02d:%02d", second_of_day / 3600, second_of_day / 60 % 60,
                              second_of_day % 60);
    if (fraction_ms % 100 == 0 && fraction_ms > 0) {
        weir_buffer_append_format(out, ".%d", fraction_ms / 100);
    } else if (fraction_ms % 10 == 0 && fraction_ms > 0) {
        weir_buffer_append_format(out, ".%02d", fraction_ms / 10);
    } else if (fraction_ms > 0) {
        weir_buffer_append_format(out, ".%03d", fraction_ms);
    }
    weir_buffer_append_byte(out, 'Z');
}

void weir_decimal128_text(const uint8_t *value, char text[WEIR_DECIMAL128_BYTES])
{
    _Static_assert((int)WEIR_DECIMAL128_BYTES >= (int)BSON_DECIMAL128_STRING,
                   "room for any decimal128");
    bson_decimal128_t decimal;
    memcpy(&decimal.low, value, 8);
    memcpy(&decimal.high, value + 8, 8);
    bson_decimal128_to_string(&decimal, text);
}
