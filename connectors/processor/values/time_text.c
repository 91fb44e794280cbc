/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/time_text.h"

#include "connectors/processor/values/civil.h"

#include <string.h>

static void print_year(int64_t year, struct weir_buffer *buffer)
{
    long long absolute = year < 0 ? -year : year;
    const char *sign = year < 0 ? "-" : year > 9999 ? "+" : "";
    weir_buffer_append_format(buffer, "%s%04lld", sign, absolute);
}

void weir_date_print(int32_t days, struct weir_buffer *buffer)
{
    struct weir_civil civil = weir_civil_of_days(days);
    print_year(civil.year, buffer);
    weir_buffer_append_format(buffer, "-%02d-%02d", civil.month, civil.day);
}

void weir_time_print(int32_t time_ms, struct weir_buffer *buffer)
{
    int32_t seconds = time_ms / 1000;
    weir_buffer_append_format(buffer, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
    if (seconds % 60 != 0) {
        weir_buffer_append_format(buffer, ":%02d", seconds % 60);
    }
}

void weir_timestamp_print(int64_t time_ms, struct weir_buffer *buffer)
{
    struct weir_civil civil = weir_civil_of_days(weir_floor_div(time_ms, WEIR_DAY_MS));
    int32_t rest = (int32_t)weir_floor_mod(time_ms, WEIR_DAY_MS);
    /* Java's pattern yyyy has no sign; years past 9999 do not occur in event time. */
    print_year(civil.year, buffer);
    weir_buffer_append_format(buffer, "-%02d-%02dT%02d:%02d:%02d.%03d", civil.month, civil.day,
                              rest / 3600000, rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
}

struct scan {
    const uint8_t *at, *end;
};

static bool take(struct scan *scan, char byte)
{
    if (scan->at < scan->end && *scan->at == (uint8_t)byte) {
        scan->at++;
        return true;
    }
    return false;
}

/* Exactly that many digits. */
static bool take_number(struct scan *scan, int digits, int32_t *number_out)
{
    int32_t number = 0;
    if (scan->end - scan->at < digits) {
        return false;
    }
    for (int i = 0; i < digits; i++) {
        uint8_t byte = scan->at[i];
        if (byte < '0' || byte > '9') {
            return false;
        }
        number = number * 10 + (byte - '0');
    }
    scan->at += digits;
    *number_out = number;
    return true;
}

static bool take_field(struct scan *scan, int32_t low, int32_t high, int32_t *number_out)
{
    return take_number(scan, 2, number_out) && *number_out >= low && *number_out <= high;
}

/* yyyy[-MM[-dd]] */
static bool take_date(struct scan *scan, int64_t *days_out)
{
    bool negative = take(scan, '-');
    int32_t year;
    struct weir_civil civil = {.month = 1, .day = 1};
    if (!take_number(scan, 4, &year)) {
        return false;
    }
    civil.year = negative ? -year : year;
    if (take(scan, '-')) {
        if (!take_field(scan, 1, 12, &civil.month)) {
            return false;
        }
        if (take(scan, '-') &&
            !take_field(scan, 1, weir_civil_month_days(civil.year, civil.month), &civil.day)) {
            return false;
        }
    }
    *days_out = weir_civil_to_days(civil);
    return true;
}

/* .f to .fffffffff, cut to milliseconds. */
static bool take_fraction(struct scan *scan, int32_t *ms_out)
{
    int32_t ms = 0, unit = 100;
    const uint8_t *start = scan->at;
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && scan->at - start < 9) {
        ms += (*scan->at++ - '0') * unit;
        unit /= 10;
    }
    *ms_out = ms;
    return scan->at > start;
}

/* HH[:mm[:ss[.fraction]]] */
static bool take_time(struct scan *scan, bool minutes_needed, int32_t *time_ms_out)
{
    int32_t hour, minute = 0, second = 0, ms = 0;
    if (!take_field(scan, 0, 23, &hour)) {
        return false;
    }
    if (take(scan, ':')) {
        if (!take_field(scan, 0, 59, &minute)) {
            return false;
        }
        if (take(scan, ':')) {
            if (!take_field(scan, 0, 59, &second) ||
                (take(scan, '.') && !take_fraction(scan, &ms))) {
                return false;
            }
        }
    } else if (minutes_needed) {
        return false;
    }
    *time_ms_out = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    return true;
}

/* Z, +hh, +hh:mm, +hhmm */
static bool take_zone(struct scan *scan, int64_t *offset_ms_out)
{
    *offset_ms_out = 0;
    if (scan->at == scan->end || take(scan, 'Z')) {
        return true;
    }
    bool negative = take(scan, '-');
    if (!negative && !take(scan, '+')) {
        return false;
    }
    int32_t hour, minute = 0;
    if (!take_field(scan, 0, 18, &hour)) {
        return false;
    }
    take(scan, ':');
    if (scan->at < scan->end && !take_field(scan, 0, 59, &minute)) {
        return false;
    }
    int64_t offset = (hour * 60 + minute) * INT64_C(60000);
    *offset_ms_out = negative ? -offset : offset;
    return true;
}

bool weir_date_parse(struct weir_bytes text, int32_t *days_out)
{
    struct scan scan = {text.data, text.data + text.len};
    int64_t days;
    if (!take_date(&scan, &days) || scan.at != scan.end) {
        return false;
    }
    *days_out = (int32_t)days;
    return true;
}

bool weir_time_parse(struct weir_bytes text, int32_t *time_ms_out)
{
    struct scan scan = {text.data, text.data + text.len};
    int32_t time;
    if (!take_time(&scan, true, &time) || scan.at != scan.end) {
        return false;
    }
    *time_ms_out = time;
    return true;
}

bool weir_timestamp_parse(struct weir_bytes text, int64_t *time_ms_out)
{
    struct scan scan = {text.data, text.data + text.len};
    int64_t days, offset_ms = 0;
    int32_t time = 0;
    if (!take_date(&scan, &days)) {
        return false;
    }
    if (take(&scan, 'T')) {
        bool bare = scan.at == scan.end;
        if (!bare && (!take_time(&scan, false, &time) || !take_zone(&scan, &offset_ms))) {
            return false;
        }
    }
    if (scan.at != scan.end) {
        return false;
    }
    *time_ms_out = days * WEIR_DAY_MS + time - offset_ms;
    return true;
}
