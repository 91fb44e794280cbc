/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/civil.h"
#include "connectors/processor/values/timestamp_format_internal.h"

#include <string.h>
#include <strings.h>

enum field {
    YEAR,
    MONTH,
    DAY,
    DAY_OF_YEAR,
    WEEKDAY,
    QUARTER,
    AM_PM,
    HOUR,         /* 0-24 */
    HOUR_OF_HALF, /* 0-11 */
    MINUTE,
    SECOND,
    NANO,
    MS_OF_DAY,
    ERA,
    FIELD_COUNT,
};

/* What the text says. */
struct parsed {
    int64_t values[FIELD_COUNT];
    bool set[FIELD_COUNT];
    bool has_offset;
    int32_t offset_s;
    const struct weir_time_zone *zone; /* or NULL */
};

struct text {
    const char *at, *end;
    bool any_case;
};

/* Takes the word's first `length` bytes if the text begins with them. */
static bool take_bytes(struct text *text, const char *word, size_t length)
{
    if ((size_t)(text->end - text->at) < length ||
        (text->any_case ? strncasecmp(text->at, word, length) : strncmp(text->at, word, length)) !=
            0) {
        return false;
    }
    text->at += length;
    return true;
}

/* False: it was set to something else before. */
static bool set(struct parsed *parsed, enum field field, int64_t value)
{
    if (parsed->set[field] && parsed->values[field] != value) {
        return false;
    }
    parsed->set[field] = true;
    parsed->values[field] = value;
    return true;
}

static bool take_digits(struct text *text, size_t least, size_t most, int64_t *number_out,
                        size_t *count_out)
{
    size_t count = 0;
    int64_t number = 0;
    while (count < most && count < 18 && text->at + count < text->end && text->at[count] >= '0' &&
           text->at[count] <= '9') {
        number = number * 10 + (text->at[count] - '0');
        count++;
    }
    if (count < least || count == 0) {
        return false;
    }
    text->at += count;
    *number_out = number;
    *count_out = count;
    return true;
}

static size_t digits_ahead(const struct text *text)
{
    size_t count = 0;
    while (text->at + count < text->end && text->at[count] >= '0' && text->at[count] <= '9') {
        count++;
    }
    return count;
}

static bool take_number(struct text *text, const struct weir_time_element *element,
                        int64_t *number_out, size_t *digits_out)
{
    if (element->fixed_width) {
        return take_digits(text, element->count, element->count, number_out, digits_out);
    }
    bool negative = text->at < text->end && *text->at == '-';
    text->at += negative || (text->at < text->end && *text->at == '+' && element->count >= 4);
    size_t ahead = digits_ahead(text);
    size_t most = ahead > element->reserved ? ahead - element->reserved : ahead;
    if (!take_digits(text, element->count, most, number_out, digits_out)) {
        return false;
    }
    *number_out = negative ? -*number_out : *number_out;
    return true;
}

/* The longest of names that the text begins with, or its first three letters. */
static bool take_name(struct text *text, const char *const *names, size_t count, uint8_t letters,
                      int64_t *index_out)
{
    for (size_t i = 0; i < count; i++) {
        if (take_bytes(text, names[i], letters == 4 ? strlen(names[i]) : 3)) {
            *index_out = (int64_t)i + 1;
            return true;
        }
    }
    return false;
}

static bool take_word(struct text *text, const char *word)
{
    return take_bytes(text, word, strlen(word));
}

static bool take_two(struct text *text, int32_t *number_out)
{
    int64_t number;
    size_t count;
    if (!take_digits(text, 2, 2, &number, &count)) {
        return false;
    }
    *number_out = (int32_t)number;
    return true;
}

/* Z, +HH, +HHmm, +HH:mm, with seconds. */
static bool take_offset(struct text *text, const struct weir_time_element *element,
                        struct parsed *parsed)
{
    int32_t hour, minute = 0, second = 0;
    bool zulu = element->letter == 'X' || (element->letter == 'Z' && element->count == 5);
    parsed->has_offset = true;
    parsed->offset_s = 0;
    if (zulu && take_word(text, "Z")) {
        return true;
    }
    bool negative = text->at < text->end && *text->at == '-';
    if (!negative && !(text->at < text->end && *text->at == '+')) {
        return false;
    }
    text->at++;
    if (!take_two(text, &hour)) {
        return false;
    }
    bool colon = element->count == 3 || element->count == 5;
    bool more = !colon || take_word(text, ":");
    if (more && take_two(text, &minute)) {
        if (element->count >= 4 && (!colon || take_word(text, ":"))) {
            take_two(text, &second);
        }
    } else if (element->count >= 2) {
        return false;
    }
    if (hour > 18 || minute > 59 || second > 59) {
        return false;
    }
    int32_t offset = (hour * 60 + minute) * 60 + second;
    parsed->offset_s = negative ? -offset : offset;
    return true;
}

/* Short names that Java knows without doubt; others must be ids. */
static const struct {
    const char *name, *id;
} zone_names[] = {
    {"PST", "America/Los_Angeles"}, {"PDT", "America/Los_Angeles"}, {"MST", "America/Denver"},
    {"MDT", "America/Denver"},      {"CST", "America/Chicago"},     {"CDT", "America/Chicago"},
    {"EST", "America/New_York"},    {"EDT", "America/New_York"},    {"CET", "Europe/Paris"},
    {"CEST", "Europe/Paris"},       {"JST", "Asia/Tokyo"},          {"IST", "Asia/Kolkata"},
    {"BST", "Europe/London"},
};

static bool take_zone(struct text *text, struct parsed *parsed)
{
    size_t length = 0;
    while (text->at + length < text->end && !strchr(" ,])", text->at[length])) {
        length++;
    }
    struct weir_bytes id = {(const uint8_t *)text->at, length};
    for (size_t i = 0; i < sizeof zone_names / sizeof *zone_names; i++) {
        if (strlen(zone_names[i].name) == length &&
            strncasecmp(zone_names[i].name, text->at, length) == 0) {
            id = weir_bytes_of(zone_names[i].id);
        }
    }
    parsed->zone = weir_time_zone_find(id);
    text->at += length;
    return parsed->zone != NULL;
}

static bool take_fraction(struct text *text, const struct weir_time_element *element,
                          struct parsed *parsed)
{
    int64_t number;
    size_t count;
    if (!take_digits(text, element->count, element->count, &number, &count)) {
        return false;
    }
    for (size_t i = count; i < 9; i++) {
        number *= 10;
    }
    return set(parsed, NANO, number);
}

static bool set_number(struct parsed *parsed, const struct weir_time_element *element,
                       int64_t number, size_t digits)
{
    switch (element->letter) {
    case 'u':
    case 'y':
    case 'Y':
        return set(parsed, YEAR, element->count == 2 && digits == 2 ? 2000 + number : number);
    case 'M':
    case 'L':
        return number >= 1 && number <= 12 && set(parsed, MONTH, number);
    case 'd':
        return number >= 1 && number <= 31 && set(parsed, DAY, number);
    case 'D':
        return number >= 1 && number <= 366 && set(parsed, DAY_OF_YEAR, number);
    case 'Q':
    case 'q':
        return number >= 1 && number <= 4 && set(parsed, QUARTER, number);
    case 'e':
    case 'c':
        return number >= 1 && number <= 7 && set(parsed, WEEKDAY, number);
    case 'H':
        return number <= 24 && set(parsed, HOUR, number);
    case 'k':
        return number >= 1 && number <= 24 && set(parsed, HOUR, number % 24);
    case 'h':
        return number >= 1 && number <= 12 && set(parsed, HOUR_OF_HALF, number % 12);
    case 'K':
        return number <= 11 && set(parsed, HOUR_OF_HALF, number);
    case 'm':
        return number <= 59 && set(parsed, MINUTE, number);
    case 's':
        return number <= 59 && set(parsed, SECOND, number);
    case 'A':
        return number < WEIR_DAY_MS && set(parsed, MS_OF_DAY, number);
    case 'n':
        return number < 1000000000 && set(parsed, NANO, number);
    case 'N':
        return number / 1000000 < WEIR_DAY_MS && set(parsed, MS_OF_DAY, number / 1000000);
    default:
        return true; /* weeks: checked for nothing */
    }
}

static bool parse_text_field(const struct weir_time_element *element, struct text *text,
                             struct parsed *parsed)
{
    int64_t index;
    switch (element->letter) {
    case 'G':
        if (take_word(text, element->count == 4 ? "Anno Domini" : "AD")) {
            return set(parsed, ERA, 1);
        }
        return take_word(text, element->count == 4 ? "Before Christ" : "BC") && set(parsed, ERA, 0);
    case 'M':
    case 'L':
        return take_name(text, weir_month_names, 12, element->count, &index) &&
               set(parsed, MONTH, index);
    case 'E':
    case 'e':
    case 'c':
        return take_name(text, weir_day_names, 7, element->count, &index) &&
               set(parsed, WEEKDAY, index);
    case 'Q':
    case 'q':
        if (!take_word(text, "Q") || text->at == text->end || *text->at < '1' || *text->at > '4') {
            return false;
        }
        return set(parsed, QUARTER, *text->at++ - '0');
    case 'a':
        if (take_word(text, "AM")) {
            return set(parsed, AM_PM, 0);
        }
        return take_word(text, "PM") && set(parsed, AM_PM, 1);
    case 'X':
    case 'x':
    case 'Z':
        return take_offset(text, element, parsed);
    case 'O':
        if (!take_word(text, "GMT")) {
            return false;
        }
        parsed->has_offset = true;
        return text->at == text->end || (*text->at != '+' && *text->at != '-') ||
               take_offset(text, &(struct weir_time_element){.letter = 'x', .count = 3}, parsed);
    default:
        return take_zone(text, parsed);
    }
}

static bool parse_element(const struct weir_time_element *element, struct text *text,
                          struct parsed *parsed)
{
    if (element->letter == WEIR_TIME_LITERAL) {
        return take_bytes(text, element->text, element->text_length);
    }
    for (uint8_t i = 0; i < element->pad && text->at < text->end && *text->at == ' '; i++) {
        text->at++;
    }
    if (element->letter == 'S') {
        return take_fraction(text, element, parsed);
    }
    if (!element->number) {
        return parse_text_field(element, text, parsed);
    }
    int64_t number;
    size_t digits;
    return take_number(text, element, &number, &digits) &&
           (number >= 0 || strchr("uyY", element->letter)) &&
           set_number(parsed, element, number, digits);
}

/* Elements [from, to). An optional section that does not fit is passed over. */
static bool parse_elements(const struct weir_timestamp_format *format, size_t from, size_t to,
                           struct text *text, struct parsed *parsed)
{
    for (size_t i = from; i < to; i++) {
        const struct weir_time_element *element = &format->elements[i];
        if (element->letter == WEIR_TIME_OPTIONAL) {
            struct text text_before = *text;
            struct parsed parsed_before = *parsed;
            if (!parse_elements(format, i + 1, element->skip, text, parsed)) {
                *text = text_before;
                *parsed = parsed_before;
            }
            i = element->skip;
        } else if (element->letter != WEIR_TIME_OPTIONAL_END &&
                   !parse_element(element, text, parsed)) {
            return false;
        }
    }
    return true;
}

static bool parse_all(const struct weir_timestamp_format *format, struct weir_bytes bytes,
                      struct parsed *parsed)
{
    struct text text = {(const char *)bytes.data, (const char *)bytes.data + bytes.len,
                        format->any_case};
    *parsed = (struct parsed){0};
    return parse_elements(format, 0, format->element_count, &text, parsed) && text.at == text.end;
}

static int64_t value_or(const struct parsed *parsed, enum field field, int64_t otherwise)
{
    return parsed->set[field] ? parsed->values[field] : otherwise;
}

/* A day past the end of its month is the month's last, as Java's SMART style has it. */
static bool resolve_date(const struct parsed *parsed, int64_t *days_out)
{
    int64_t year = value_or(parsed, YEAR, 1970);
    if (parsed->set[ERA] && parsed->values[ERA] == 0) {
        year = 1 - year;
    }
    if (year < -999999 || year > 999999) {
        return false;
    }
    int64_t quarter_month = (value_or(parsed, QUARTER, 1) - 1) * 3 + 1;
    struct weir_civil civil = {year, (int32_t)value_or(parsed, MONTH, quarter_month),
                               (int32_t)value_or(parsed, DAY, 1)};
    if (parsed->set[DAY_OF_YEAR]) {
        int64_t day = parsed->values[DAY_OF_YEAR];
        *days_out = weir_civil_to_days((struct weir_civil){year, 1, 1}) + day - 1;
        return day < 366 || weir_civil_is_leap(year);
    }
    int32_t last = weir_civil_month_days(year, civil.month);
    civil.day = civil.day > last ? last : civil.day;
    *days_out = weir_civil_to_days(civil);
    bool whole = parsed->set[YEAR] && parsed->set[MONTH] && parsed->set[DAY];
    return !whole || !parsed->set[WEEKDAY] ||
           weir_civil_weekday(*days_out) == parsed->values[WEEKDAY];
}

/* 24:00 is the end of the day. */
static bool resolve_time(const struct parsed *parsed, int64_t *time_ms_out)
{
    if (parsed->set[MS_OF_DAY]) {
        *time_ms_out = parsed->values[MS_OF_DAY];
        return true;
    }
    int64_t hour = value_or(parsed, HOUR, 0);
    if (parsed->set[HOUR_OF_HALF]) {
        hour = parsed->values[HOUR_OF_HALF] + 12 * value_or(parsed, AM_PM, 0);
    }
    int64_t rest = (value_or(parsed, MINUTE, 0) * 60 + value_or(parsed, SECOND, 0)) * 1000 +
                   value_or(parsed, NANO, 0) / 1000000;
    *time_ms_out = hour * 3600000 + rest;
    return hour < 24 || rest == 0;
}

bool weir_timestamp_format_parse(const struct weir_timestamp_format *format, struct weir_bytes text,
                                 const struct weir_time_zone *zone, int64_t *time_ms_out)
{
    struct parsed parsed;
    int64_t days, time_ms;
    if (!parse_all(format, text, &parsed) || !resolve_date(&parsed, &days) ||
        !resolve_time(&parsed, &time_ms)) {
        return false;
    }
    int64_t local_ms = days * WEIR_DAY_MS + time_ms;
    if (parsed.has_offset) {
        *time_ms_out = local_ms - parsed.offset_s * INT64_C(1000);
        return true;
    }
    int64_t utc_s =
        weir_time_zone_to_utc_s(parsed.zone ? parsed.zone : zone, weir_floor_div(local_ms, 1000));
    *time_ms_out = utc_s * 1000 + weir_floor_mod(local_ms, 1000);
    return true;
}

static bool any_set(const struct parsed *parsed, const enum field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parsed->set[fields[i]]) {
            return true;
        }
    }
    return false;
}

bool weir_timestamp_format_parse_date(const struct weir_timestamp_format *format,
                                      struct weir_bytes text, int32_t *days_out, bool *has_time_out)
{
    static const enum field of_time[] = {AM_PM,  HOUR, HOUR_OF_HALF, MINUTE,
                                         SECOND, NANO, MS_OF_DAY};
    struct parsed parsed;
    int64_t days;
    if (!parse_all(format, text, &parsed) || !resolve_date(&parsed, &days)) {
        return false;
    }
    bool whole =
        parsed.set[YEAR] && (parsed.set[DAY_OF_YEAR] || (parsed.set[MONTH] && parsed.set[DAY]));
    *days_out = (int32_t)days;
    *has_time_out = any_set(&parsed, of_time, sizeof of_time / sizeof *of_time);
    return whole;
}

bool weir_timestamp_format_parse_time(const struct weir_timestamp_format *format,
                                      struct weir_bytes text, int32_t *time_ms_out,
                                      bool *has_date_out)
{
    static const enum field of_date[] = {YEAR, MONTH, DAY, DAY_OF_YEAR, WEEKDAY, QUARTER, ERA};
    struct parsed parsed;
    int64_t time_ms;
    if (!parse_all(format, text, &parsed) || !resolve_time(&parsed, &time_ms)) {
        return false;
    }
    bool has_hour = parsed.set[HOUR] || parsed.set[MS_OF_DAY] ||
                    (parsed.set[HOUR_OF_HALF] && parsed.set[AM_PM]);
    *time_ms_out = (int32_t)(time_ms % WEIR_DAY_MS);
    *has_date_out = any_set(&parsed, of_date, sizeof of_date / sizeof *of_date);
    return has_hour;
}
