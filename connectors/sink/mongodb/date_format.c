/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/date_format.h"

#include "core/mongo/iso_date.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_MAX = 9, NS_PER_MS = 1000000 };

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

struct parts {
    int64_t year, month, day, hour, minute, second, nanosecond;
    int64_t offset_minutes;
};

struct cursor {
    const char *pattern, *pattern_end;
    const char *text, *text_end;
    struct parts parts;
};

static bool is_letter(char sign)
{
    return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
}

static size_t run_length(const char *at, const char *end)
{
    size_t length = 1;
    while (at + length < end && at[length] == *at) {
        length++;
    }
    return length;
}

bool weir_date_format_good(const char *pattern)
{
    const char *end = pattern + strlen(pattern);
    int depth = 0;
    for (const char *at = pattern; at < end; at++) {
        if (*at == '\'') {
            at = memchr(at + 1, '\'', (size_t)(end - at - 1));
            if (!at) {
                return false;
            }
        } else if (is_letter(*at)) {
            size_t length = run_length(at, end);
            if (!strchr("yuMLdHmsSnXxZV", *at) || (*at == 'V' && length != 2) ||
                length > DIGITS_MAX) {
                return false;
            }
            at += length - 1;
        }
        depth += (*at == '[') - (*at == ']');
        if (depth < 0) {
            return false;
        }
    }
    return depth == 0;
}

/* As many digits as the pattern has letters; a single letter takes all there are. */
static bool read_number(struct cursor *cursor, size_t width, int64_t *number_out,
                        size_t *digits_out)
{
    size_t least = width, most = width == 1 ? DIGITS_MAX : width, count = 0;
    int64_t number = 0;
    while (count < most && cursor->text < cursor->text_end && *cursor->text >= '0' &&
           *cursor->text <= '9') {
        number = number * 10 + (*cursor->text++ - '0');
        count++;
    }
    *number_out = number;
    *digits_out = count;
    return count >= least;
}

static bool read_month_name(struct cursor *cursor, bool whole)
{
    for (size_t i = 0; i < 12; i++) {
        size_t length = whole ? strlen(months[i]) : 3;
        if ((size_t)(cursor->text_end - cursor->text) >= length &&
            strncasecmp(cursor->text, months[i], length) == 0) {
            cursor->text += length;
            cursor->parts.month = (int64_t)i + 1;
            return true;
        }
    }
    return false;
}

/* Z, UTC, GMT, +02, +0200 or +02:00. */
static bool read_zone(struct cursor *cursor)
{
    static const char *const names[] = {"Z", "UTC", "GMT"};
    size_t left = (size_t)(cursor->text_end - cursor->text), digits;
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(names[i]);
        if (left >= length && memcmp(cursor->text, names[i], length) == 0) {
            cursor->text += length;
            return true;
        }
    }
    if (left < 3 || (*cursor->text != '+' && *cursor->text != '-')) {
        return false;
    }
    int64_t sign = *cursor->text++ == '-' ? -1 : 1, hours = 0, minutes = 0;
    if (!read_number(cursor, 2, &hours, &digits)) {
        return false;
    }
    const char *before = cursor->text;
    cursor->text += cursor->text < cursor->text_end && *cursor->text == ':';
    if (!read_number(cursor, 2, &minutes, &digits)) {
        minutes = 0;
        cursor->text = before;
    }
    cursor->parts.offset_minutes = sign * (hours * 60 + minutes);
    return hours <= 18 && minutes <= 59;
}

static bool read_fraction(struct cursor *cursor, size_t width)
{
    size_t digits;
    const char *first = cursor->text;
    if (!read_number(cursor, width, &cursor->parts.nanosecond, &digits) ||
        (size_t)(cursor->text - first) != width) {
        return false;
    }
    for (; digits < DIGITS_MAX; digits++) {
        cursor->parts.nanosecond *= 10;
    }
    return true;
}

static bool read_letter(struct cursor *cursor, char letter, size_t width)
{
    struct parts *parts = &cursor->parts;
    size_t digits;
    switch (letter) {
    case 'y':
    case 'u':
        if (!read_number(cursor, width, &parts->year, &digits)) {
            return false;
        }
        parts->year += width == 2 ? 2000 : 0;
        return true;
    case 'M':
    case 'L':
        return width >= 3 ? read_month_name(cursor, width > 3)
                          : read_number(cursor, width, &parts->month, &digits);
    case 'd':
        return read_number(cursor, width, &parts->day, &digits);
    case 'H':
        return read_number(cursor, width, &parts->hour, &digits);
    case 'm':
        return read_number(cursor, width, &parts->minute, &digits);
    case 's':
        return read_number(cursor, width, &parts->second, &digits);
    case 'n':
        return read_number(cursor, width, &parts->nanosecond, &digits);
    case 'S':
        return read_fraction(cursor, width);
    default:
        return read_zone(cursor);
    }
}

static bool read_sign(struct cursor *cursor, char sign)
{
    bool there = cursor->text < cursor->text_end && *cursor->text == sign;
    cursor->text += there;
    return there;
}

/* The bracket that closes the one at `at`. */
static const char *closing(const char *at, const char *end)
{
    int depth = 0;
    for (; at < end; at++) {
        if (*at == '\'') {
            at = memchr(at + 1, '\'', (size_t)(end - at - 1));
        } else if (*at == '[') {
            depth++;
        } else if (*at == ']' && --depth == 0) {
            return at;
        }
    }
    return end;
}

static bool read_part(struct cursor *cursor);

/* What does not fit is taken back. */
static void read_optional(struct cursor *cursor)
{
    const char *end = closing(cursor->pattern, cursor->pattern_end);
    struct cursor inner = *cursor;
    inner.pattern++;
    inner.pattern_end = end;
    if (read_part(&inner)) {
        cursor->text = inner.text;
        cursor->parts = inner.parts;
    }
    cursor->pattern = end + 1;
}

/* 'text'; '' is a quote. */
static bool read_quoted(struct cursor *cursor)
{
    cursor->pattern++;
    if (*cursor->pattern == '\'') {
        cursor->pattern++;
        return read_sign(cursor, '\'');
    }
    bool good = true;
    while (good && *cursor->pattern != '\'') {
        good = read_sign(cursor, *cursor->pattern++);
    }
    cursor->pattern++;
    return good;
}

/* Patterns are as deep as their owner wrote them. */
static bool read_part(struct cursor *cursor) /* NOLINT(misc-no-recursion) */
{
    bool good = true;
    while (good && cursor->pattern < cursor->pattern_end) {
        char sign = *cursor->pattern;
        if (sign == '[') {
            read_optional(cursor);
        } else if (sign == '\'') {
            good = read_quoted(cursor);
        } else if (is_letter(sign)) {
            size_t width = run_length(cursor->pattern, cursor->pattern_end);
            cursor->pattern += width;
            good = read_letter(cursor, sign, width);
        } else {
            cursor->pattern++;
            good = read_sign(cursor, sign);
        }
    }
    return good;
}

bool weir_date_format_read(const char *pattern, struct weir_bytes text, int64_t *time_ms_out)
{
    const char *first = text.data ? (const char *)text.data : "";
    struct cursor cursor = {
        pattern, pattern + strlen(pattern), first, first + text.len, {.month = 1, .day = 1}};
    if (!read_part(&cursor) || cursor.text != cursor.text_end) {
        return false;
    }
    const struct parts *parts = &cursor.parts;
    char iso[96];
    int length = snprintf(iso, sizeof(iso),
                          "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64
                          ":%02" PRId64 ".%03" PRId64 "Z",
                          parts->year, parts->month, parts->day, parts->hour, parts->minute,
                          parts->second, parts->nanosecond / NS_PER_MS);
    int64_t time_ms;
    if (!weir_iso_date_read((struct weir_bytes){(const uint8_t *)iso, (size_t)length}, &time_ms)) {
        return false;
    }
    *time_ms_out = time_ms - parts->offset_minutes * 60000;
    return true;
}
