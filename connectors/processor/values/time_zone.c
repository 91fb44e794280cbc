/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/time_zone.h"

#include "connectors/processor/values/civil.h"
#include "core/base/alloc.h"
#include "core/base/hash_table.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_BYTES = 12,
    ID_BYTES_MAX = 64,
    FILE_BYTES_MAX = 1 << 20,
    DAY_S = 86400,
    OFFSET_S_MAX = 18 * 3600,
};

struct period {
    int64_t from_s; /* UTC */
    int32_t offset_s;
    char name[NAME_BYTES];
};

/* One day of the year when summer time begins or ends: month, week (5 = last), weekday (0 =
 * Sunday), seconds of the day. */
struct rule {
    int32_t month, week, weekday, time_s;
};

struct weir_time_zone {
    char *id;
    struct period *periods; /* by from_s; the first holds for all time before it too */
    size_t period_count;
    bool has_rules; /* for what comes after the last period */
    struct period standard, summer;
    struct rule begin, end; /* of summer, in local time */
};

static char utc_id[] = "UTC";
static struct period utc_period = {.from_s = INT64_MIN, .name = "UTC"};
const struct weir_time_zone weir_time_zone_utc = {
    .id = utc_id, .periods = &utc_period, .period_count = 1};

const char *weir_time_zone_id(const struct weir_time_zone *zone)
{
    return zone->id;
}

/* ---- fixed offsets ---- */

static struct weir_time_zone *make_fixed(const char *id, int32_t offset_s)
{
    struct weir_time_zone *zone = weir_alloc(sizeof *zone);
    zone->id = weir_strdup(id);
    zone->periods = weir_alloc(sizeof *zone->periods);
    zone->periods->from_s = INT64_MIN;
    zone->periods->offset_s = offset_s;
    snprintf(zone->periods->name, NAME_BYTES, "%.*s", NAME_BYTES - 1, id);
    zone->period_count = 1;
    return zone;
}

static bool two_digits(const char **at, int32_t *number_out)
{
    if (!isdigit((unsigned char)(*at)[0]) || !isdigit((unsigned char)(*at)[1])) {
        return false;
    }
    *number_out = ((*at)[0] - '0') * 10 + ((*at)[1] - '0');
    *at += 2;
    return true;
}

/* +h, +hh, +hh:mm, +hhmm, +hh:mm:ss, +hhmmss */
static bool parse_offset(const char *text, int32_t *offset_out)
{
    bool negative = text[0] == '-';
    int32_t hour, minute = 0, second = 0;
    if (!negative && text[0] != '+') {
        return false;
    }
    const char *at = text + 1;
    if (isdigit((unsigned char)at[0]) && at[1] == '\0') {
        hour = at[0] - '0';
        at++;
    } else if (!two_digits(&at, &hour)) {
        return false;
    }
    if (*at != '\0') {
        bool colon = *at == ':';
        at += colon;
        if (!two_digits(&at, &minute)) {
            return false;
        }
        if (*at != '\0' && ((colon && *at++ != ':') || !two_digits(&at, &second))) {
            return false;
        }
    }
    int32_t offset = (hour * 60 + minute) * 60 + second;
    if (*at != '\0' || minute > 59 || second > 59 || offset > OFFSET_S_MAX) {
        return false;
    }
    *offset_out = negative ? -offset : offset;
    return true;
}

static struct weir_time_zone *find_fixed(const char *id)
{
    int32_t offset;
    const char *text = id;
    if (strcmp(id, "Z") == 0 || strcmp(id, "UTC") == 0 || strcmp(id, "GMT") == 0 ||
        strcmp(id, "UT") == 0) {
        return make_fixed(id, 0);
    }
    if (strncmp(id, "UTC", 3) == 0 || strncmp(id, "GMT", 3) == 0) {
        text += 3;
    } else if (strncmp(id, "UT", 2) == 0) {
        text += 2;
    }
    return parse_offset(text, &offset) ? make_fixed(id, offset) : NULL;
}

/* ---- the rule for later years: "PST8PDT,M3.2.0,M11.1.0" ---- */

static bool take_name(const char **at, char *name)
{
    size_t length = 0;
    bool quoted = **at == '<';
    *at += quoted;
    while (quoted ? **at != '>' && **at != '\0' : isalpha((unsigned char)**at) != 0) {
        if (length + 1 < NAME_BYTES) {
            name[length++] = **at;
        }
        ++*at;
    }
    *at += quoted && **at == '>';
    name[length] = '\0';
    return length > 0;
}

/* [+-]h[h][:mm[:ss]] */
static bool take_time(const char **at, int32_t *seconds_out)
{
    int sign = **at == '-' ? -1 : 1;
    *at += **at == '-' || **at == '+';
    if (!isdigit((unsigned char)**at)) {
        return false;
    }
    int32_t parts[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++) {
        char *end;
        long number = strtol(*at, &end, 10);
        if (end == *at || number < 0 || number > 167) {
            return false;
        }
        parts[i] = (int32_t)number;
        *at = end;
        if (*end != ':') {
            break;
        }
        ++*at;
    }
    *seconds_out = sign * ((parts[0] * 60 + parts[1]) * 60 + parts[2]);
    return true;
}

/* ,Mm.w.d[/time] */
static bool take_rule(const char **at, struct rule *rule)
{
    int used = 0;
    if (sscanf(*at, ",M%2d.%1d.%1d%n", &rule->month, &rule->week, &rule->weekday, &used) != 3 ||
        rule->month < 1 || rule->month > 12 || rule->week < 1 || rule->week > 5 ||
        rule->weekday > 6) {
        return false;
    }
    *at += used;
    rule->time_s = 2 * 3600;
    if (**at == '/') {
        ++*at;
        return take_time(at, &rule->time_s);
    }
    return true;
}

static void parse_footer(struct weir_time_zone *zone, const char *text)
{
    const char *at = text;
    int32_t west;
    if (!take_name(&at, zone->standard.name) || !take_time(&at, &west)) {
        return;
    }
    zone->standard.offset_s = -west;
    zone->summer.offset_s = -west + 3600;
    if (*at == '\0') {
        zone->summer = zone->standard;
        zone->has_rules = true;
        zone->begin = zone->end = (struct rule){1, 1, 0, 0};
        return;
    }
    if (!take_name(&at, zone->summer.name)) {
        return;
    }
    if (*at != ',') {
        if (!take_time(&at, &west)) {
            return;
        }
        zone->summer.offset_s = -west;
    }
    zone->has_rules = take_rule(&at, &zone->begin) && take_rule(&at, &zone->end);
}

/* Local seconds when the rule fires in that year. */
static int64_t rule_s(const struct rule *rule, int64_t year)
{
    int64_t first = weir_civil_to_days((struct weir_civil){year, rule->month, 1});
    int32_t weekday = weir_civil_weekday(first) % 7; /* 0 = Sunday */
    int32_t day = (rule->weekday - weekday + 7) % 7 + (rule->week - 1) * 7;
    if (day >= weir_civil_month_days(year, rule->month)) {
        day -= 7;
    }
    return (first + day) * DAY_S + rule->time_s;
}

static const struct period *period_by_rules(const struct weir_time_zone *zone, int64_t utc_s)
{
    int64_t year = weir_civil_of_days(weir_floor_div(utc_s + zone->standard.offset_s, DAY_S)).year;
    int64_t begin = rule_s(&zone->begin, year) - zone->standard.offset_s;
    int64_t end = rule_s(&zone->end, year) - zone->summer.offset_s;
    bool summer = begin < end ? utc_s >= begin && utc_s < end : utc_s >= begin || utc_s < end;
    return summer ? &zone->summer : &zone->standard;
}

/* ---- TZif files ---- */

static int64_t big_endian(const uint8_t *bytes, size_t count)
{
    uint64_t number = (bytes[0] & 0x80) != 0 ? ~UINT64_C(0) : 0;
    for (size_t i = 0; i < count; i++) {
        number = number << 8 | bytes[i];
    }
    return (int64_t)number;
}

struct counts {
    size_t isut, isstd, leap, times, types, chars;
};

enum { HEADER_BYTES = 44 };

static bool read_counts(const uint8_t *header, size_t left, struct counts *counts)
{
    if (left < HEADER_BYTES || memcmp(header, "TZif", 4) != 0) {
        return false;
    }
    size_t *const fields[] = {&counts->isut,  &counts->isstd, &counts->leap,
                              &counts->times, &counts->types, &counts->chars};
    for (size_t i = 0; i < 6; i++) {
        *fields[i] = (size_t)big_endian(header + 20 + 4 * i, 4);
        if (*fields[i] > FILE_BYTES_MAX) {
            return false;
        }
    }
    return counts->types > 0;
}

static size_t data_bytes(const struct counts *counts, size_t time_bytes)
{
    return counts->times * (time_bytes + 1) + counts->types * 6 + counts->chars +
           counts->leap * (time_bytes + 4) + counts->isstd + counts->isut;
}

static bool set_period(struct period *period, int64_t from_s, const uint8_t *types, size_t type,
                       const struct counts *counts)
{
    if (type >= counts->types) {
        return false;
    }
    const uint8_t *entry = types + 6 * type;
    const uint8_t *names = types + 6 * counts->types;
    period->from_s = from_s;
    period->offset_s = (int32_t)big_endian(entry, 4);
    size_t name = entry[5];
    if (name >= counts->chars) {
        return false;
    }
    snprintf(period->name, NAME_BYTES, "%.*s", (int)(counts->chars - name),
             (const char *)names + name);
    return true;
}

/* The second, 64-bit part of the file. */
static bool read_zone(struct weir_time_zone *zone, const uint8_t *file, size_t length)
{
    struct counts counts;
    if (!read_counts(file, length, &counts) || file[4] < '2') {
        return false;
    }
    size_t skip = HEADER_BYTES + data_bytes(&counts, 4);
    if (skip > length || !read_counts(file + skip, length - skip, &counts)) {
        return false;
    }
    const uint8_t *times = file + skip + HEADER_BYTES;
    size_t left = length - skip - HEADER_BYTES, used = data_bytes(&counts, 8);
    if (used > left) {
        return false;
    }
    const uint8_t *indexes = times + 8 * counts.times, *types = indexes + counts.times;
    zone->periods = weir_alloc_array(counts.times + 1, sizeof *zone->periods);
    zone->period_count = counts.times + 1;
    if (!set_period(&zone->periods[0], INT64_MIN, types, 0, &counts)) {
        return false;
    }
    for (size_t i = 0; i < counts.times; i++) {
        if (!set_period(&zone->periods[i + 1], big_endian(times + 8 * i, 8), types, indexes[i],
                        &counts)) {
            return false;
        }
    }
    char footer[128];
    if (left > used + 2 && times[used] == '\n') {
        const uint8_t *end = memchr(times + used + 1, '\n', left - used - 1);
        if (end) {
            snprintf(footer, sizeof footer, "%.*s", (int)(end - times - (ptrdiff_t)used - 1),
                     (const char *)times + used + 1);
            parse_footer(zone, footer);
        }
    }
    return true;
}

static bool is_safe_id(const char *id)
{
    for (const char *at = id; *at; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("/_+-", *at)) {
            return false;
        }
    }
    return id[0] != '/' && id[0] != '\0';
}

static struct weir_time_zone *find_in_database(const char *id)
{
    char path[ID_BYTES_MAX + 32];
    if (!is_safe_id(id)) {
        return NULL;
    }
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", id);
    FILE *file = fopen(path, "rbe");
    if (!file) {
        return NULL;
    }
    weir_autofree uint8_t *bytes = weir_alloc(FILE_BYTES_MAX);
    size_t length = fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    struct weir_time_zone *zone = weir_alloc(sizeof *zone);
    zone->id = weir_strdup(id);
    if (!read_zone(zone, bytes, length)) {
        weir_free(zone->periods);
        weir_free(zone->id);
        weir_free(zone);
        return NULL;
    }
    return zone;
}

static struct {
    pthread_mutex_t mutex;         /* guards the table; zones are immutable */
    struct weir_hash_table *by_id; /* never shrinks: a process sees few zones */
} zones = {.mutex = PTHREAD_MUTEX_INITIALIZER};

enum { ZONES_MAX = 2000 };

const struct weir_time_zone *weir_time_zone_find(struct weir_bytes id)
{
    char text[ID_BYTES_MAX];
    if (id.len == 0 || id.len >= sizeof text || memchr(id.data, '\0', id.len)) {
        return NULL;
    }
    memcpy(text, id.data, id.len);
    text[id.len] = '\0';
    pthread_mutex_lock(&zones.mutex);
    if (!zones.by_id) {
        zones.by_id = weir_hash_table_create();
    }
    struct weir_time_zone *zone = weir_hash_table_get(zones.by_id, id);
    if (!zone && weir_hash_table_count(zones.by_id) < ZONES_MAX) {
        zone = find_fixed(text);
        zone = zone ? zone : find_in_database(text);
        if (zone) {
            weir_hash_table_put(zones.by_id, id, zone);
        }
    }
    pthread_mutex_unlock(&zones.mutex);
    return zone;
}

static const struct period *find_period(const struct weir_time_zone *zone, int64_t utc_s)
{
    size_t low = 0, high = zone->period_count; /* the last one that begins at or before utc_s */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->periods[middle].from_s <= utc_s) {
            low = middle;
        } else {
            high = middle;
        }
    }
    bool after_all = low + 1 == zone->period_count;
    return after_all && zone->has_rules ? period_by_rules(zone, utc_s) : &zone->periods[low];
}

int32_t weir_time_zone_offset_s(const struct weir_time_zone *zone, int64_t utc_s,
                                const char **name_out)
{
    const struct period *period = find_period(zone, utc_s);
    if (name_out) {
        *name_out = period->name;
    }
    return period->offset_s;
}

int64_t weir_time_zone_to_utc_s(const struct weir_time_zone *zone, int64_t local_s)
{
    int32_t before = weir_time_zone_offset_s(zone, local_s - DAY_S, NULL);
    int32_t after = weir_time_zone_offset_s(zone, local_s + DAY_S, NULL);
    int64_t early = local_s - before, late = local_s - after;
    if (weir_time_zone_offset_s(zone, early, NULL) == before) {
        return early;
    }
    /* In a gap neither fits; the offset before it moves the time on by the gap. */
    return weir_time_zone_offset_s(zone, late, NULL) == after ? late : early;
}
