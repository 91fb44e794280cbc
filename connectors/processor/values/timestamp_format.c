/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/timestamp_format_internal.h"

#include "connectors/processor/values/civil.h"
#include "core/base/alloc.h"

#include <string.h>

const char *const weir_month_names[12] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
const char *const weir_day_names[7] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};

/* ---- making ---- */

struct making {
    struct weir_timestamp_format *format;
    const char *at;
    uint32_t open[8]; /* optional sections not yet closed */
    size_t open_count;
    uint8_t pad;
    struct weir_error *err;
};

static bool fail(struct making *making, const char *why, const char *what, int length)
{
    return weir_fail(making->err, WEIR_ERROR_STOP, WEIR_DOMAIN_SQL, 0,
                     "Invalid date-time pattern '%s': %s%.*s", making->format->pattern, why, length,
                     what);
}

static struct weir_time_element *add(struct making *making, char letter)
{
    struct weir_timestamp_format *format = making->format;
    if (format->element_count == WEIR_TIME_ELEMENTS_MAX) {
        fail(making, "it is too long", "", 0);
        return NULL;
    }
    struct weir_time_element *element = &format->elements[format->element_count++];
    *element = (struct weir_time_element){.letter = letter, .pad = making->pad};
    making->pad = 0;
    return element;
}

static bool add_literal(struct making *making, const char *text, size_t length)
{
    struct weir_time_element *element = add(making, WEIR_TIME_LITERAL);
    if (element) {
        element->text = text;
        element->text_length = (uint32_t)length;
    }
    return element != NULL;
}

/* 'text', '' for a quote, and '' inside of text. */
static bool add_quoted(struct making *making)
{
    const char *start = ++making->at;
    if (*start == '\'') {
        making->at++;
        return add_literal(making, start, 1);
    }
    for (;;) {
        const char *end = strchr(making->at, '\'');
        if (!end) {
            return fail(making, "a quote is not closed", "", 0);
        }
        bool doubled = end[1] == '\'';
        if (!add_literal(making, making->at, (size_t)(end - making->at) + doubled)) {
            return false;
        }
        making->at = end + 1 + doubled;
        if (!doubled) {
            return true;
        }
    }
}

/* Letters, and how often each may stand in a row. */
static const struct {
    char letter;
    uint8_t count_max;
    bool number;
} letters[] = {
    {'G', 5, false}, {'u', 19, true}, {'y', 19, true}, {'Y', 19, true}, {'D', 3, true},
    {'M', 5, true},  {'L', 5, true},  {'d', 2, true},  {'Q', 5, true},  {'q', 5, true},
    {'w', 2, true},  {'W', 1, true},  {'E', 5, false}, {'e', 5, true},  {'c', 5, true},
    {'F', 1, true},  {'a', 1, false}, {'h', 2, true},  {'K', 2, true},  {'k', 2, true},
    {'H', 2, true},  {'m', 2, true},  {'s', 2, true},  {'S', 9, true},  {'A', 19, true},
    {'n', 19, true}, {'N', 19, true}, {'V', 2, false}, {'v', 4, false}, {'z', 4, false},
    {'O', 4, false}, {'X', 5, false}, {'x', 5, false}, {'Z', 5, false},
};

static bool is_number(char letter, uint8_t count, bool number)
{
    bool text_form = (strchr("MLQq", letter) && count >= 3) || (strchr("ec", letter) && count >= 3);
    return number && !text_form;
}

static bool add_letter(struct making *making)
{
    char letter = *making->at;
    size_t count = strspn(making->at, (char[2]){letter, '\0'});
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (letters[i].letter != letter) {
            continue;
        }
        if (count > letters[i].count_max || (letter == 'V' && count != 2)) {
            return fail(making, "too many pattern letters: ", making->at, 1);
        }
        struct weir_time_element *element = add(making, letter);
        if (!element) {
            return false;
        }
        element->count = (uint8_t)count;
        element->number = is_number(letter, element->count, letters[i].number);
        bool year = strchr("uyY", letter) != NULL;
        element->fixed_width =
            element->number && (letter == 'S' || (count >= 2 && (!year || count == 2)));
        making->at += count;
        return true;
    }
    return fail(making, "unknown pattern letter: ", making->at, 1);
}

static bool add_section(struct making *making)
{
    if (*making->at++ == '[') {
        if (making->open_count == sizeof making->open / sizeof *making->open) {
            return fail(making, "optional sections are nested too deeply", "", 0);
        }
        making->open[making->open_count++] = (uint32_t)making->format->element_count;
        return add(making, WEIR_TIME_OPTIONAL) != NULL;
    }
    if (making->open_count == 0) {
        return fail(making, "invalid as it contains ] without previous [", "", 0);
    }
    uint32_t start = making->open[--making->open_count];
    making->format->elements[start].skip = (uint32_t)making->format->element_count;
    return add(making, WEIR_TIME_OPTIONAL_END) != NULL;
}

static bool add_next(struct making *making)
{
    char c = *making->at;
    if (c == '\'') {
        return add_quoted(making);
    }
    if (c == '[' || c == ']') {
        return add_section(making);
    }
    if (c == '{' || c == '}' || c == '#') {
        return fail(making, "reserved character: ", making->at, 1);
    }
    if (c == 'p') {
        size_t width = strspn(making->at, "p");
        making->pad = (uint8_t)(width > 99 ? 99 : width);
        making->at += width;
        return *making->at != '\0' ||
               fail(making, "pad letter 'p' must be followed by a letter", "", 0);
    }
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        return add_letter(making);
    }
    return add_literal(making, making->at++, 1);
}

/* A number of any width leaves the digits of the fixed ones right behind it. */
static void reserve_widths(struct weir_timestamp_format *format)
{
    uint16_t following = 0;
    for (size_t i = format->element_count; i-- > 0;) {
        struct weir_time_element *element = &format->elements[i];
        element->reserved = element->number && !element->fixed_width ? following : 0;
        following =
            element->number && element->fixed_width ? (uint16_t)(following + element->count) : 0;
    }
}

struct weir_timestamp_format *weir_timestamp_format_create(struct weir_bytes pattern,
                                                           struct weir_error *err)
{
    struct weir_timestamp_format *format = weir_alloc(sizeof *format);
    format->pattern = weir_strndup((const char *)pattern.data, pattern.len);
    format->elements = weir_alloc_array(WEIR_TIME_ELEMENTS_MAX, sizeof *format->elements);
    struct making making = {.format = format, .at = format->pattern, .err = err};
    bool done = true;
    while (done && *making.at) {
        done = add_next(&making);
    }
    while (done && making.open_count > 0) { /* Java closes what is open at the end */
        uint32_t start = making.open[--making.open_count];
        format->elements[start].skip = (uint32_t)format->element_count;
        done = add(&making, WEIR_TIME_OPTIONAL_END) != NULL;
    }
    if (!done) {
        weir_timestamp_format_destroy(format);
        return NULL;
    }
    reserve_widths(format);
    return format;
}

void weir_timestamp_format_ignore_case(struct weir_timestamp_format *format)
{
    format->any_case = true;
}

void weir_timestamp_format_destroy(struct weir_timestamp_format *format)
{
    if (format) {
        weir_free(format->elements);
        weir_free(format->pattern);
        weir_free(format);
    }
}

/* ---- printing ---- */

struct moment {
    struct weir_civil civil;
    int64_t days;
    int32_t time_ms;
    int32_t offset_s;
    const char *zone_id, *zone_name; /* NULL: a date or a time without zone */
    bool has_date, has_time;
};

/* Zeros before it up to width digits. */
static void print_number(int64_t number, int width, struct weir_buffer *buffer)
{
    char digits[24];
    char *end = digits + sizeof digits, *at = end;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    for (; rest > 0 || end - at < width || at == end; rest /= 10) {
        *--at = (char)('0' + rest % 10);
    }
    if (number < 0) {
        weir_buffer_append_byte(buffer, '-');
    }
    weir_buffer_append(buffer, at, (size_t)(end - at));
}

static int64_t iso_week(const struct moment *moment, int64_t *year_out)
{
    /* The week belongs to the year that its Thursday is in. */
    int64_t thursday = moment->days - weir_civil_weekday(moment->days) + 4;
    *year_out = weir_civil_of_days(thursday).year;
    int64_t first = weir_civil_to_days((struct weir_civil){*year_out, 1, 1});
    return (thursday - first) / 7 + 1;
}

/* The number that a letter stands for. */
static int64_t number_of(const struct moment *moment, char letter)
{
    int64_t hour = moment->time_ms / 3600000, year;
    switch (letter) {
    case 'y':
        return moment->civil.year > 0 ? moment->civil.year : 1 - moment->civil.year;
    case 'u':
        return moment->civil.year;
    case 'Y':
        iso_week(moment, &year);
        return year;
    case 'D':
        return moment->days - weir_civil_to_days((struct weir_civil){moment->civil.year, 1, 1}) + 1;
    case 'M':
    case 'L':
        return moment->civil.month;
    case 'd':
        return moment->civil.day;
    case 'Q':
    case 'q':
        return (moment->civil.month + 2) / 3;
    case 'w':
        return iso_week(moment, &year);
    case 'W':
    case 'F':
        return (moment->civil.day + 6) / 7;
    case 'e':
    case 'c':
        return weir_civil_weekday(moment->days);
    case 'h':
        return hour % 12 == 0 ? 12 : hour % 12;
    case 'K':
        return hour % 12;
    case 'k':
        return hour == 0 ? 24 : hour;
    case 'H':
        return hour;
    case 'm':
        return moment->time_ms / 60000 % 60;
    case 's':
        return moment->time_ms / 1000 % 60;
    case 'A':
        return moment->time_ms;
    case 'n':
        return moment->time_ms % 1000 * INT64_C(1000000);
    case 'N':
        return moment->time_ms * INT64_C(1000000);
    default:
        return 0;
    }
}

/* Three letters; 4 letters in the pattern: whole; 5: one letter. */
static void print_name(const char *name, uint8_t count, struct weir_buffer *buffer)
{
    size_t length = count == 5 ? 1 : count == 4 ? strlen(name) : 3;
    weir_buffer_append(buffer, name, length);
}

/* Z for none, or +HH, +HHmm, +HH:mm and with seconds, by the number of letters. */
static void print_offset(int32_t offset_s, char letter, uint8_t count, struct weir_buffer *buffer)
{
    if (letter == 'Z') {
        count = count < 4 ? 2 : count == 4 ? 3 : 5;
        letter = count == 5 ? 'X' : 'x';
    }
    if (letter == 'X' && offset_s == 0) {
        weir_buffer_append_byte(buffer, 'Z');
        return;
    }
    int32_t absolute = offset_s < 0 ? -offset_s : offset_s;
    int32_t hour = absolute / 3600, minute = absolute / 60 % 60, second = absolute % 60;
    const char *colon = count == 3 || count == 5 ? ":" : "";
    weir_buffer_append_format(buffer, "%c%02d", offset_s < 0 ? '-' : '+', hour);
    if (count >= 2 || minute != 0) {
        weir_buffer_append_format(buffer, "%s%02d", colon, minute);
    }
    if (count >= 4 && second != 0) {
        weir_buffer_append_format(buffer, "%s%02d", colon, second);
    }
}

static void print_fraction(int32_t ms, uint8_t count, struct weir_buffer *buffer)
{
    char digits[10] = "000000000";
    digits[0] = (char)('0' + ms / 100);
    digits[1] = (char)('0' + ms / 10 % 10);
    digits[2] = (char)('0' + ms % 10);
    weir_buffer_append(buffer, digits, count);
}

static void print_year(const struct weir_time_element *element, int64_t year,
                       struct weir_buffer *buffer)
{
    if (element->count == 2) {
        print_number(weir_floor_mod(year, 100), 2, buffer);
        return;
    }
    if (element->count >= 4 && year > 9999) {
        weir_buffer_append_byte(buffer, '+');
    }
    print_number(year, element->count, buffer);
}

static bool needs_date(char letter)
{
    return strchr("GuyYDMLdQqwWEecF", letter) != NULL;
}

static bool needs_time(char letter)
{
    return strchr("ahKkHmsSAnN", letter) != NULL;
}

static bool print_zone(const struct weir_time_element *element, const struct moment *moment,
                       struct weir_buffer *buffer)
{
    if (!moment->zone_id) {
        return false;
    }
    switch (element->letter) {
    case 'V':
        weir_buffer_append_text(buffer, moment->zone_id);
        return true;
    case 'z':
    case 'v':
        weir_buffer_append_text(buffer, moment->zone_name);
        return true;
    case 'O':
        weir_buffer_append_text(buffer, "GMT");
        if (moment->offset_s != 0) {
            print_offset(moment->offset_s, 'x', element->count == 4 ? 3 : 1, buffer);
        }
        return true;
    default:
        print_offset(moment->offset_s, element->letter, element->count, buffer);
        return true;
    }
}

static bool print_field(const struct weir_time_element *element, const struct moment *moment,
                        struct weir_buffer *buffer)
{
    char letter = element->letter;
    if ((needs_date(letter) && !moment->has_date) || (needs_time(letter) && !moment->has_time)) {
        return false;
    }
    switch (letter) {
    case 'G':
        weir_buffer_append_text(
            buffer, element->count == 4 ? moment->civil.year > 0 ? "Anno Domini" : "Before Christ"
                    : moment->civil.year > 0 ? "AD"
                                             : "BC");
        return true;
    case 'E':
        print_name(weir_day_names[weir_civil_weekday(moment->days) - 1], element->count, buffer);
        return true;
    case 'a':
        weir_buffer_append_text(buffer, moment->time_ms < WEIR_DAY_MS / 2 ? "AM" : "PM");
        return true;
    case 'S':
        print_fraction(moment->time_ms % 1000, element->count, buffer);
        return true;
    case 'u':
    case 'y':
    case 'Y':
        print_year(element, number_of(moment, letter), buffer);
        return true;
    default:
        break;
    }
    if (needs_date(letter) || needs_time(letter)) {
        if (element->number) {
            print_number(number_of(moment, letter), element->count, buffer);
        } else if (letter == 'M' || letter == 'L') {
            /* These letters need a date, so there is a month. */
            /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
            print_name(weir_month_names[moment->civil.month - 1], element->count, buffer);
        } else if (letter == 'e' || letter == 'c') {
            print_name(weir_day_names[weir_civil_weekday(moment->days) - 1], element->count,
                       buffer);
        } else {
            weir_buffer_append_format(buffer, "Q%lld", (long long)number_of(moment, letter));
        }
        return true;
    }
    return print_zone(element, moment, buffer);
}

/* Spaces before what stands from start on, up to width. */
static void pad_left(struct weir_buffer *buffer, size_t start, size_t width)
{
    size_t length = buffer->len - start;
    if (length < width && weir_buffer_reserve(buffer, width - length)) {
        uint8_t *field = buffer->data + start;
        memmove(field + width - length, field, length);
        memset(field, ' ', width - length);
        buffer->len += width - length;
    }
}

static bool print_elements(const struct weir_timestamp_format *format, const struct moment *moment,
                           struct weir_buffer *buffer)
{
    for (size_t i = 0; i < format->element_count; i++) {
        const struct weir_time_element *element = &format->elements[i];
        if (element->letter == WEIR_TIME_LITERAL) {
            weir_buffer_append(buffer, element->text, element->text_length);
        } else if (element->letter == WEIR_TIME_OPTIONAL ||
                   element->letter == WEIR_TIME_OPTIONAL_END) {
            continue;
        } else {
            size_t start = buffer->len;
            if (!print_field(element, moment, buffer)) {
                return false;
            }
            pad_left(buffer, start, element->pad);
        }
    }
    return true;
}

bool weir_timestamp_format_print(const struct weir_timestamp_format *format, int64_t time_ms,
                                 const struct weir_time_zone *zone, struct weir_buffer *buffer)
{
    struct moment moment = {.has_date = true, .has_time = true, .zone_id = weir_time_zone_id(zone)};
    moment.offset_s =
        weir_time_zone_offset_s(zone, weir_floor_div(time_ms, 1000), &moment.zone_name);
    int64_t local_ms = time_ms + moment.offset_s * INT64_C(1000);
    moment.days = weir_floor_div(local_ms, WEIR_DAY_MS);
    moment.civil = weir_civil_of_days(moment.days);
    moment.time_ms = (int32_t)weir_floor_mod(local_ms, WEIR_DAY_MS);
    return print_elements(format, &moment, buffer);
}

bool weir_timestamp_format_print_date(const struct weir_timestamp_format *format, int32_t days,
                                      struct weir_buffer *buffer)
{
    struct moment moment = {.has_date = true, .days = days, .civil = weir_civil_of_days(days)};
    return print_elements(format, &moment, buffer);
}

bool weir_timestamp_format_print_time(const struct weir_timestamp_format *format, int32_t time_ms,
                                      struct weir_buffer *buffer)
{
    struct moment moment = {.has_time = true, .time_ms = time_ms};
    return print_elements(format, &moment, buffer);
}
