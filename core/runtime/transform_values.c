/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/buffer.h"
#include "core/json/compact.h"
#include "core/json/java_number.h"
#include "core/json/scan.h"
#include "core/runtime/transform_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* HoistField, Cast, MaskField, TimestampConverter: transforms that make new values of old ones. */

enum { VALUE_BYTES_MAX = 64 << 20 };

static struct weir_bytes *part_of(const struct weir_transform *transform,
                                  struct weir_record *record)
{
    return transform->on_key ? &record->key : &record->value;
}

static struct weir_bytes quote(struct weir_bytes text, struct weir_arena *arena)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, VALUE_BYTES_MAX);
    weir_json_append_string(&out, text);
    return weir_arena_copy(arena, weir_buffer_view(&out));
}

static bool is_number(struct weir_bytes value)
{
    return value.len > 0 &&
           (value.data[0] == '-' || (value.data[0] >= '0' && value.data[0] <= '9'));
}

static bool is_text(struct weir_bytes value)
{
    return value.len > 0 && value.data[0] == '"';
}

static bool is_null(struct weir_bytes value)
{
    return weir_bytes_equal(value, WEIR_BYTES("null"));
}

/* Makes the new raw JSON of one value; false: why. */
typedef bool (*value_fn)(const struct weir_transform *transform, size_t field,
                         struct weir_bytes value, struct weir_arena *arena, struct weir_bytes *out,
                         const char **why);

static size_t field_index(const struct weir_transform *transform, struct weir_bytes name)
{
    size_t index = 0;
    while (index < transform->field_count &&
           !weir_bytes_equal(transform->fields[index].name, name)) {
        index++;
    }
    return index;
}

struct member {
    struct weir_bytes name, value;
};

static struct weir_bytes join(const struct member *members, size_t count, size_t bytes,
                              struct weir_arena *arena)
{
    uint8_t *text = weir_arena_alloc(arena, bytes + 2), *at = text;
    *at++ = '{';
    for (size_t index = 0; index < count; index++) {
        at = index ? (*at = ',', at + 1) : at;
        *at++ = '"';
        at = (uint8_t *)mempcpy(at, members[index].name.data, members[index].name.len);
        *at++ = '"';
        *at++ = ':';
        at = (uint8_t *)mempcpy(at, members[index].value.data, members[index].value.len);
    }
    *at++ = '}';
    return (struct weir_bytes){text, (size_t)(at - text)};
}

static enum weir_transform_result convert_fields(const struct weir_transform *transform,
                                                 struct weir_bytes *part, value_fn convert,
                                                 struct weir_arena *arena, struct weir_error *err)
{
    struct member *members = NULL;
    size_t count = 0, capacity = 0, position = 0, bytes = 0;
    struct weir_bytes name, value;
    bool broken = false;
    while (weir_json_next_member(*part, &position, &name, &value, &broken)) {
        const char *why = NULL;
        size_t field = field_index(transform, name);
        if (field < transform->field_count &&
            !convert(transform, field, value, arena, &value, &why)) {
            return weir_transform_reject(transform, err,
                                         weir_arena_format(arena, "field %.*s %s", (int)name.len,
                                                           (const char *)name.data, why));
        }
        if (count == capacity) {
            size_t grown = capacity ? 2 * capacity : 16;
            members = weir_arena_grow(arena, members, capacity * sizeof(*members),
                                      grown * sizeof(*members));
            capacity = grown;
        }
        members[count++] = (struct member){name, value};
        bytes += name.len + value.len + 4;
    }
    if (broken) {
        return weir_transform_reject(transform, err, "not a JSON object");
    }
    *part = join(members, count, bytes, arena);
    return WEIR_TRANSFORM_KEEP;
}

/* The whole part as one value: a key made by ExtractField is text without quotes. */
static enum weir_transform_result convert_whole(const struct weir_transform *transform,
                                                struct weir_bytes *part, value_fn convert,
                                                struct weir_arena *arena, struct weir_error *err)
{
    const char *why = NULL;
    bool plain = !is_number(*part) && !is_text(*part) && !is_null(*part) &&
                 !(part->len > 0 && strchr("{[", part->data[0])) &&
                 !weir_bytes_equal(*part, WEIR_BYTES("true")) &&
                 !weir_bytes_equal(*part, WEIR_BYTES("false"));
    struct weir_bytes value = plain ? quote(*part, arena) : *part;
    if (!convert(transform, 0, value, arena, &value, &why)) {
        return weir_transform_reject(transform, err, why);
    }
    *part = weir_json_plain_text(value, arena);
    return WEIR_TRANSFORM_KEEP;
}

static enum weir_transform_result convert(const struct weir_transform *transform,
                                          struct weir_record *record, value_fn one,
                                          struct weir_arena *arena, struct weir_error *err)
{
    struct weir_bytes *part = part_of(transform, record);
    if (weir_bytes_is_null(*part)) {
        return WEIR_TRANSFORM_KEEP;
    }
    bool whole = transform->field_count == 0;
    return whole ? convert_whole(transform, part, one, arena, err)
                 : convert_fields(transform, part, one, arena, err);
}

/* ---- HoistField ---- */

static enum weir_transform_result hoist(const struct weir_transform *transform,
                                        struct weir_record *record, struct weir_arena *arena,
                                        struct weir_error *err)
{
    (void)err;
    struct weir_bytes *part = part_of(transform, record), value = *part, kept;
    size_t position = 0;
    bool broken = false;
    struct weir_bytes name;
    if (weir_bytes_is_null(value)) {
        value = WEIR_BYTES("null");
    } else if (value.len > 0 && value.data[0] == '{') {
        while (weir_json_next_member(value, &position, &name, &kept, &broken)) {
        }
    } else {
        broken = !is_number(value) && !is_text(value) && value.data[0] != '[' &&
                 !weir_bytes_equal(value, WEIR_BYTES("true")) &&
                 !weir_bytes_equal(value, WEIR_BYTES("false"));
    }
    const struct member member = {transform->fields[0].name, broken ? quote(value, arena) : value};
    *part = join(&member, 1, member.name.len + member.value.len + 4, arena);
    return WEIR_TRANSFORM_KEEP;
}

/* ---- MaskField ---- */

static bool mask_value(const struct weir_transform *transform, size_t field,
                       struct weir_bytes value, struct weir_arena *arena, struct weir_bytes *out,
                       const char **why)
{
    (void)field;
    const char *replacement = transform->replacement;
    char *end = NULL;
    if (is_text(value)) {
        *out = quote(weir_bytes_of(replacement ? replacement : ""), arena);
    } else if (is_number(value)) {
        *out = weir_bytes_of(replacement ? replacement : "0");
        bool number = !replacement || (strtod(replacement, &end), *replacement && !*end);
        *why = "cannot hold the replacement, which is not a number";
        return number;
    } else if (value.data[0] == '{') {
        *out = WEIR_BYTES("{}");
    } else if (value.data[0] == '[') {
        *out = WEIR_BYTES("[]");
    } else {
        *out = is_null(value) ? value : WEIR_BYTES("false");
    }
    return true;
}

static enum weir_transform_result mask(const struct weir_transform *transform,
                                       struct weir_record *record, struct weir_arena *arena,
                                       struct weir_error *err)
{
    return convert(transform, record, mask_value, arena, err);
}

/* ---- Cast ---- */

/* A number out of a number, a boolean or text. */
static bool read_real(struct weir_bytes value, struct weir_arena *arena, double *real_out,
                      long long *whole_out, bool *is_whole_out)
{
    struct weir_bytes plain = weir_json_plain_text(value, arena);
    const char *text = weir_arena_strndup(arena, (const char *)plain.data, plain.len);
    char *end;
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        *whole_out = text[0] == 't';
        *real_out = (double)*whole_out;
        *is_whole_out = true;
        return !is_text(value);
    }
    errno = 0;
    *whole_out = strtoll(text, &end, 10);
    *is_whole_out = *text && !*end && errno == 0;
    *real_out = strtod(text, &end);
    return *text && !*end;
}

static bool cast_whole(enum weir_transform_target target, long long whole, struct weir_arena *arena,
                       struct weir_bytes *out)
{
    switch (target) {
    case WEIR_TRANSFORM_INT8: /* as Java narrows: the low bits */
        whole = ((whole & 0xff) ^ 0x80) - 0x80;
        break;
    case WEIR_TRANSFORM_INT16:
        whole = (int16_t)(uint16_t)whole;
        break;
    case WEIR_TRANSFORM_INT32:
        whole = (int32_t)(uint32_t)whole;
        break;
    default:
        break;
    }
    *out = weir_bytes_of(weir_arena_format(arena, "%lld", whole));
    return true;
}

static long long truncate_real(double real)
{
    if (isnan(real)) {
        return 0;
    }
    return real >= (double)INT64_MAX   ? INT64_MAX
           : real <= (double)INT64_MIN ? INT64_MIN
                                       : (long long)real;
}

static struct weir_bytes real_text(double real, struct weir_arena *arena)
{
    char text[WEIR_JAVA_DOUBLE_BYTES];
    return weir_bytes_of(weir_arena_strndup(arena, text, weir_java_double_text(real, text)));
}

static bool cast_value(const struct weir_transform *transform, size_t field,
                       struct weir_bytes value, struct weir_arena *arena, struct weir_bytes *out,
                       const char **why)
{
    enum weir_transform_target target = transform->targets[field];
    double real;
    long long whole;
    bool is_whole;
    *why = "cannot be cast";
    if (is_null(value)) {
        return true;
    }
    if (value.data[0] == '{' || value.data[0] == '[') {
        return false;
    }
    if (target == WEIR_TRANSFORM_TEXT) {
        *out = is_text(value) ? value : quote(value, arena);
        return true;
    }
    if (target == WEIR_TRANSFORM_BOOLEAN && is_text(value)) {
        struct weir_bytes text = weir_json_plain_text(value, arena);
        bool yes = text.len == 4 && strncasecmp((const char *)text.data, "true", 4) == 0;
        *out = yes ? WEIR_BYTES("true") : WEIR_BYTES("false");
        return true;
    }
    if (!read_real(value, arena, &real, &whole, &is_whole)) {
        return false;
    }
    if (target == WEIR_TRANSFORM_BOOLEAN) {
        *out = real != 0 ? WEIR_BYTES("true") : WEIR_BYTES("false");
    } else if (target == WEIR_TRANSFORM_FLOAT32 || target == WEIR_TRANSFORM_FLOAT64) {
        *out = real_text(target == WEIR_TRANSFORM_FLOAT32 ? (double)(float)real : real, arena);
    } else if (is_text(value) && !is_whole) {
        return false; /* Integer.parseInt takes no point */
    } else {
        return cast_whole(target, is_whole ? whole : truncate_real(real), arena, out);
    }
    return true;
}

static enum weir_transform_result cast(const struct weir_transform *transform,
                                       struct weir_record *record, struct weir_arena *arena,
                                       struct weir_error *err)
{
    return convert(transform, record, cast_value, arena, err);
}

/* ---- TimestampConverter ---- */

static int64_t scale(int64_t number, int64_t from_per_s, int64_t to_per_s)
{
    if (to_per_s >= from_per_s) {
        return number * (to_per_s / from_per_s);
    }
    int64_t divisor = from_per_s / to_per_s;
    return number / divisor - (number % divisor < 0);
}

/* A number, text in the format, or {"$date": milliseconds} as MongoDB's formatters write it. */
static bool read_time(const struct weir_transform *transform, struct weir_bytes value,
                      struct weir_arena *arena, int64_t *time_ms_out)
{
    struct weir_bytes date;
    if (is_number(value)) {
        const char *text = weir_arena_strndup(arena, (const char *)value.data, value.len);
        *time_ms_out = scale(strtoll(text, NULL, 10), transform->units_per_s, 1000);
        return true;
    }
    if (is_text(value)) {
        return transform->format &&
               weir_transform_time_read(transform->format, weir_json_plain_text(value, arena),
                                        time_ms_out);
    }
    if (weir_json_member(value, WEIR_BYTES("$date"), &date) != WEIR_JSON_FOUND ||
        !is_number(date)) {
        return false;
    }
    *time_ms_out = strtoll(weir_arena_strndup(arena, (const char *)date.data, date.len), NULL, 10);
    return true;
}

static bool time_value(const struct weir_transform *transform, size_t field,
                       struct weir_bytes value, struct weir_arena *arena, struct weir_bytes *out,
                       const char **why)
{
    (void)field;
    int64_t time_ms, day_ms = 86400000;
    *why = "is no time";
    if (is_null(value)) {
        return true;
    }
    if (!read_time(transform, value, arena, &time_ms)) {
        return false;
    }
    int64_t days = time_ms / day_ms - (time_ms % day_ms < 0);
    switch (transform->targets[0]) {
    case WEIR_TRANSFORM_TEXT:
        *out = quote(weir_transform_time_write(transform->format, time_ms, arena), arena);
        return true;
    case WEIR_TRANSFORM_UNIX:
        time_ms = scale(time_ms, 1000, transform->units_per_s);
        break;
    case WEIR_TRANSFORM_DATE:
        time_ms = days;
        break;
    case WEIR_TRANSFORM_TIME:
        time_ms -= days * day_ms;
        break;
    default:
        break;
    }
    *out = weir_bytes_of(weir_arena_format(arena, "%lld", (long long)time_ms));
    return true;
}

static enum weir_transform_result convert_time(const struct weir_transform *transform,
                                               struct weir_record *record, struct weir_arena *arena,
                                               struct weir_error *err)
{
    return convert(transform, record, time_value, arena, err);
}

/* ---- their settings ---- */

static bool read_hoist(const struct weir_transform_setup *setup, struct weir_transform *transform,
                       struct weir_error *err)
{
    const char *name = weir_transform_setting(setup, "field");
    if (!name || !*name) {
        return weir_transform_fail(setup, "field", err, "is missing");
    }
    struct weir_bytes quoted = quote(weir_bytes_of(name), setup->arena);
    transform->fields[0].name = (struct weir_bytes){quoted.data + 1, quoted.len - 2};
    return true;
}

static struct weir_bytes trimmed(const char *text, size_t length)
{
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    return (struct weir_bytes){(const uint8_t *)text, length};
}

static bool add_field(const struct weir_transform_setup *setup, struct weir_transform *transform,
                      const char *setting, struct weir_bytes name, struct weir_error *err)
{
    if (transform->field_count == WEIR_TRANSFORM_FIELDS_MAX) {
        return weir_transform_fail(setup, setting, err, "more than 32 fields");
    }
    transform->fields[transform->field_count++].name = name;
    return true;
}

static bool read_mask(const struct weir_transform_setup *setup, struct weir_transform *transform,
                      struct weir_error *err)
{
    const char *text = weir_transform_setting(setup, "fields");
    transform->replacement = weir_transform_setting(setup, "replacement");
    while (text && *text) {
        size_t length = strcspn(text, ",");
        if (!add_field(setup, transform, "fields", trimmed(text, length), err)) {
            return false;
        }
        text += length + (text[length] == ',');
    }
    return transform->field_count > 0 || weir_transform_fail(setup, "fields", err, "is missing");
}

static bool read_target(struct weir_bytes name, enum weir_transform_target *target_out)
{
    static const char *const names[] = {
        [WEIR_TRANSFORM_INT8] = "int8",       [WEIR_TRANSFORM_INT16] = "int16",
        [WEIR_TRANSFORM_INT32] = "int32",     [WEIR_TRANSFORM_INT64] = "int64",
        [WEIR_TRANSFORM_FLOAT32] = "float32", [WEIR_TRANSFORM_FLOAT64] = "float64",
        [WEIR_TRANSFORM_BOOLEAN] = "boolean", [WEIR_TRANSFORM_TEXT] = "string",
    };
    for (size_t index = 0; index < sizeof(names) / sizeof(names[0]); index++) {
        if (weir_bytes_equal(name, weir_bytes_of(names[index]))) {
            *target_out = (enum weir_transform_target)index;
            return true;
        }
    }
    return false;
}

/* "field:type,...", or one type for the whole. */
static bool read_cast(const struct weir_transform_setup *setup, struct weir_transform *transform,
                      struct weir_error *err)
{
    const char *text = weir_transform_setting(setup, "spec");
    if (!text || !*text) {
        return weir_transform_fail(setup, "spec", err, "is missing");
    }
    while (*text) {
        size_t length = strcspn(text, ",");
        const char *colon = memchr(text, ':', length);
        struct weir_bytes type =
            colon ? trimmed(colon + 1, length - (size_t)(colon + 1 - text)) : trimmed(text, length);
        if (!read_target(type, &transform->targets[transform->field_count])) {
            return weir_transform_fail(setup, "spec", err,
                                       "expected field:type pairs; types are int8 to int64, "
                                       "float32, float64, boolean, string");
        }
        if (!colon) {
            return transform->field_count == 0 && !text[length]
                       ? true
                       : weir_transform_fail(setup, "spec", err, "one type alone casts the whole");
        }
        if (!add_field(setup, transform, "spec", trimmed(text, (size_t)(colon - text)), err)) {
            return false;
        }
        text += length + (text[length] == ',');
    }
    return true;
}

static bool read_precision(const struct weir_transform_setup *setup,
                           struct weir_transform *transform, struct weir_error *err)
{
    static const struct {
        const char *name;
        int64_t per_s;
    } precisions[] = {{"seconds", 1},
                      {"milliseconds", 1000},
                      {"microseconds", 1000000},
                      {"nanoseconds", 1000000000}};
    const char *name = weir_transform_setting(setup, "unix.precision");
    for (size_t index = 0; index < sizeof(precisions) / sizeof(precisions[0]); index++) {
        if (strcmp(name ? name : "milliseconds", precisions[index].name) == 0) {
            transform->units_per_s = precisions[index].per_s;
            return true;
        }
    }
    return weir_transform_fail(setup, "unix.precision", err,
                               "expected seconds, milliseconds, microseconds or nanoseconds");
}

static bool read_time_target(const struct weir_transform_setup *setup,
                             struct weir_transform *transform, struct weir_error *err)
{
    static const struct {
        const char *name;
        enum weir_transform_target target;
    } targets[] = {{"string", WEIR_TRANSFORM_TEXT},
                   {"unix", WEIR_TRANSFORM_UNIX},
                   {"Date", WEIR_TRANSFORM_DATE},
                   {"Time", WEIR_TRANSFORM_TIME},
                   {"Timestamp", WEIR_TRANSFORM_INSTANT}};
    const char *name = weir_transform_setting(setup, "target.type");
    for (size_t index = 0; name && index < sizeof(targets) / sizeof(targets[0]); index++) {
        if (strcmp(name, targets[index].name) == 0) {
            transform->targets[0] = targets[index].target;
            return true;
        }
    }
    return weir_transform_fail(setup, "target.type", err,
                               "expected string, unix, Date, Time or Timestamp");
}

static bool read_time_settings(const struct weir_transform_setup *setup,
                               struct weir_transform *transform, struct weir_error *err)
{
    const char *field = weir_transform_setting(setup, "field");
    const char *format = weir_transform_setting(setup, "format");
    transform->format = format && *format ? format : NULL;
    if (field && *field && !add_field(setup, transform, "field", weir_bytes_of(field), err)) {
        return false;
    }
    if (!read_time_target(setup, transform, err) || !read_precision(setup, transform, err)) {
        return false;
    }
    if (transform->targets[0] == WEIR_TRANSFORM_TEXT && !transform->format) {
        return weir_transform_fail(setup, "format", err, "is missing: target.type is string");
    }
    const char *unknown = transform->format ? weir_transform_time_check(transform->format) : NULL;
    return !unknown ||
           weir_transform_fail(setup, "format", err, "letter '%c' is not supported", *unknown);
}

static const char *const hoist_settings[] = {"field", NULL};
static const char *const cast_settings[] = {"spec", NULL};
static const char *const mask_settings[] = {"fields", "replacement", NULL};
static const char *const time_settings[] = {"field", "target.type", "format", "unix.precision",
                                            NULL};

#define BOTH(type_name, its_settings, its_apply, its_read) \
    {.name = type_name "$Key", \
     .on_key = true, \
     .settings = its_settings, \
     .apply = its_apply, \
     .read = its_read}, \
    { \
        .name = type_name "$Value", .settings = its_settings, .apply = its_apply, .read = its_read \
    }

const struct weir_transform_type weir_transform_value_types[] = {
    BOTH("HoistField", hoist_settings, hoist, read_hoist),
    BOTH("Cast", cast_settings, cast, read_cast),
    BOTH("MaskField", mask_settings, mask, read_mask),
    BOTH("TimestampConverter", time_settings, convert_time, read_time_settings),
    {0},
};
