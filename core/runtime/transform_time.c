/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/transform_internal.h"

#include <string.h>

enum { MS_PER_DAY = 86400000 };

struct calendar {
    int64_t year, month, day, hour, minute, second, milli;
};

/* Civil from days and back: Howard Hinnant's algorithms, for the Gregorian calendar. */
static struct calendar split(int64_t time_ms)
{
    int64_t days = time_ms / MS_PER_DAY - (time_ms % MS_PER_DAY < 0);
    int64_t rest = time_ms - days * MS_PER_DAY;
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct calendar calendar = {
        .day = of_year - (153 * month + 2) / 5 + 1,
        .month = month < 10 ? month + 3 : month - 9,
        .hour = rest / 3600000,
        .minute = rest / 60000 % 60,
        .second = rest / 1000 % 60,
        .milli = rest % 1000,
    };
    calendar.year = year_of_era + era * 400 + (calendar.month <= 2);
    return calendar;
}

static int64_t join(const struct calendar *calendar)
{
    int64_t year = calendar->year - (calendar->month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = calendar->month > 2 ? calendar->month - 3 : calendar->month + 9;
    int64_t of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
                     (153 * month + 2) / 5 + calendar->day - 1;
    int64_t days = era * 146097 + of_era - 719468;
    return days * MS_PER_DAY + calendar->hour * 3600000 + calendar->minute * 60000 +
           calendar->second * 1000 + calendar->milli;
}

static int64_t *part_of(struct calendar *calendar, char letter)
{
    switch (letter) {
    case 'y':
        return &calendar->year;
    case 'M':
        return &calendar->month;
    case 'd':
        return &calendar->day;
    case 'H':
        return &calendar->hour;
    case 'm':
        return &calendar->minute;
    case 's':
        return &calendar->second;
    case 'S':
        return &calendar->milli;
    default:
        return NULL;
    }
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* One item of a pattern: letters of a kind, or literal text. */
struct item {
    char letter;       /* 0: literal */
    size_t length;     /* letters, or bytes of the literal */
    const char *start; /* of the literal */
};

static bool next_item(const char **pattern, struct item *item)
{
    const char *at = *pattern;
    if (!*at) {
        return false;
    }
    *item = (struct item){.start = at, .length = 1};
    if (*at == '\'') {
        const char *end = strchr(at + 1, '\'');
        size_t length = end ? (size_t)(end - at - 1) : strlen(at + 1);
        bool quote = end && length == 0; /* two of them stand for one */
        *item = (struct item){.start = quote ? at : at + 1, .length = quote ? 1 : length};
        *pattern = end ? end + 1 : at + 1 + length;
        return true;
    }
    while (is_letter(*at) && at[item->length] == *at) {
        item->length++;
    }
    item->letter = is_letter(*at) ? *at : '\0';
    *pattern = at + item->length;
    return true;
}

const char *weir_transform_time_check(const char *pattern)
{
    struct item item;
    while (next_item(&pattern, &item)) {
        bool month_name = item.letter == 'M' && item.length > 2;
        if (item.letter && (!strchr("yMdHmsSXZz", item.letter) || month_name)) {
            return item.start;
        }
    }
    return NULL;
}

static bool read_digits(struct weir_bytes *text, size_t most, int64_t *number_out)
{
    size_t length = 0;
    int64_t number = 0;
    while (length < text->len && length < most && text->data[length] >= '0' &&
           text->data[length] <= '9') {
        number = number * 10 + (text->data[length++] - '0');
    }
    *number_out = number;
    text->data += length;
    text->len -= length;
    return length > 0;
}

/* Z, UTC, GMT, +02, +0200, +02:00. */
static bool read_zone(struct weir_bytes *text, int64_t *offset_ms_out)
{
    int64_t hours = 0, minutes = 0;
    *offset_ms_out = 0;
    if (text->len >= 1 && text->data[0] == 'Z') {
        *text = (struct weir_bytes){text->data + 1, text->len - 1};
        return true;
    }
    if (text->len >= 3 &&
        (memcmp(text->data, "UTC", 3) == 0 || memcmp(text->data, "GMT", 3) == 0)) {
        *text = (struct weir_bytes){text->data + 3, text->len - 3};
        return true;
    }
    if (text->len < 3 || (text->data[0] != '+' && text->data[0] != '-')) {
        return false;
    }
    int64_t sign = text->data[0] == '-' ? -1 : 1;
    *text = (struct weir_bytes){text->data + 1, text->len - 1};
    bool good = read_digits(text, 2, &hours);
    if (text->len > 0 && text->data[0] == ':') {
        *text = (struct weir_bytes){text->data + 1, text->len - 1};
    }
    if (text->len > 0) {
        read_digits(text, 2, &minutes);
    }
    *offset_ms_out = sign * (hours * 3600000 + minutes * 60000);
    return good;
}

static bool read_item(const struct item *item, bool adjacent, struct weir_bytes *text,
                      struct calendar *calendar, int64_t *offset_ms)
{
    if (!item->letter) {
        bool same = text->len >= item->length && memcmp(text->data, item->start, item->length) == 0;
        size_t length = same ? item->length : 0;
        *text = (struct weir_bytes){text->data + length, text->len - length};
        return same;
    }
    int64_t *part = part_of(calendar, item->letter);
    if (!part) {
        return read_zone(text, offset_ms);
    }
    size_t before = text->len;
    bool good = read_digits(text, adjacent ? item->length : 9, part);
    if (item->letter == 'y' && item->length == 2 && before - text->len == 2) {
        *part += *part < 70 ? 2000 : 1900;
    }
    return good;
}

bool weir_transform_time_read(const char *pattern, struct weir_bytes text, int64_t *time_ms_out)
{
    struct calendar calendar = {.year = 1970, .month = 1, .day = 1};
    struct item item;
    int64_t offset_ms = 0;
    while (next_item(&pattern, &item)) {
        bool adjacent = part_of(&calendar, *pattern) != NULL; /* digits follow without a gap */
        if (!read_item(&item, adjacent, &text, &calendar, &offset_ms)) {
            return false;
        }
    }
    if (calendar.month < 1 || calendar.month > 12) {
        return false;
    }
    *time_ms_out = join(&calendar) - offset_ms;
    return true;
}

struct weir_bytes weir_transform_time_write(const char *pattern, int64_t time_ms,
                                            struct weir_arena *arena)
{
    struct calendar calendar = split(time_ms);
    const char *text = "";
    struct item item;
    while (next_item(&pattern, &item)) {
        const int64_t *part = item.letter ? part_of(&calendar, item.letter) : NULL;
        if (part) {
            int64_t number = item.letter == 'y' && item.length == 2 ? *part % 100 : *part;
            text = weir_arena_format(arena, "%s%0*lld", text, (int)item.length, (long long)number);
        } else if (item.letter) {
            text = weir_arena_format(arena, "%s%s", text,
                                     item.letter == 'X'   ? "Z"
                                     : item.letter == 'Z' ? "+0000"
                                                          : "UTC");
        } else {
            text = weir_arena_format(arena, "%s%.*s", text, (int)item.length, item.start);
        }
    }
    return weir_bytes_of(text);
}
