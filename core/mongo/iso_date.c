/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/iso_date.h"

struct text {
    const uint8_t *at, *end;
};

/* Exactly count digits; -1 = not there. */
static int take_digits(struct text *text, int count)
{
    int number = 0;
    if (text->end - text->at < count) {
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (text->at[i] < '0' || text->at[i] > '9') {
            return -1;
        }
        number = number * 10 + (text->at[i] - '0');
    }
    text->at += count;
    return number;
}

static bool take(struct text *text, uint8_t byte)
{
    bool there = text->at < text->end && *text->at == byte;
    text->at += there;
    return there;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar, counted from March so that the leap
 * day is last. */
static int64_t days_from_civil(int year, int month, int day)
{
    int shifted = month <= 2 ? year - 1 : year;
    int64_t era = shifted / 400;
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static bool read_day(struct text *text, int64_t *days_out)
{
    int year = take_digits(text, 4);
    bool good = year >= 1 && take(text, '-');
    int month = good ? take_digits(text, 2) : -1;
    good = month >= 1 && month <= 12 && take(text, '-');
    int day = good ? take_digits(text, 2) : -1;
    if (day < 1 || day > days_of_month(year, month)) {
        return false;
    }
    *days_out = days_from_civil(year, month, day);
    return true;
}

/* Digits behind the point; those past the millisecond are cut. */
static bool read_fraction(struct text *text, int *ms_out)
{
    int scale = 100;
    const uint8_t *first = text->at;
    while (text->at < text->end && *text->at >= '0' && *text->at <= '9') {
        *ms_out += (*text->at++ - '0') * scale;
        scale /= 10;
    }
    return text->at > first;
}

static bool read_time(struct text *text, int64_t *ms_out)
{
    int hour = take_digits(text, 2);
    int minute = hour >= 0 && take(text, ':') ? take_digits(text, 2) : -1;
    int second = 0, ms = 0;
    if (take(text, ':')) {
        second = take_digits(text, 2);
        if (take(text, '.') && !read_fraction(text, &ms)) {
            return false;
        }
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
    }
    *ms_out = ((hour * 60LL + minute) * 60 + second) * 1000 + ms;
    return true;
}

static bool read_zone(struct text *text, int64_t *offset_ms_out)
{
    if (text->at == text->end || take(text, 'Z')) {
        return true;
    }
    bool west = *text->at == '-';
    if (!take(text, '+') && !take(text, '-')) {
        return false;
    }
    int hours = take_digits(text, 2);
    take(text, ':');
    int minutes = text->at < text->end ? take_digits(text, 2) : 0;
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
        return false;
    }
    int64_t offset_ms = (hours * 60LL + minutes) * 60000;
    *offset_ms_out = west ? -offset_ms : offset_ms;
    return true;
}

bool weir_iso_date_read(struct weir_bytes bytes, int64_t *time_ms_out)
{
    struct text text = {bytes.data, bytes.data + bytes.len};
    int64_t days = 0, time_ms = 0, offset_ms = 0;
    if (!read_day(&text, &days)) {
        return false;
    }
    if (text.at < text.end) {
        bool timed = (take(&text, 'T') || take(&text, ' ')) && read_time(&text, &time_ms);
        if (!timed || !read_zone(&text, &offset_ms)) {
            return false;
        }
    }
    *time_ms_out = days * 86400000 + time_ms - offset_ms;
    return text.at == text.end;
}
