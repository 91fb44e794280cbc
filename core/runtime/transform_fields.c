/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/buffer.h"
#include "core/json/compact.h"
#include "core/json/java_number.h"
#include "core/json/scan.h"
#include "core/runtime/transform_internal.h"

#include <string.h>

enum { NAME_BYTES_MAX = 1 << 16 };

/* ---- text in the arena, of a size that is known before ---- */

struct text {
    uint8_t *data;
    size_t len;
};

static void put(struct text *text, struct weir_bytes bytes)
{
    if (bytes.len > 0) {
        memcpy(text->data + text->len, bytes.data, bytes.len);
        text->len += bytes.len;
    }
}

static void put_byte(struct text *text, char byte)
{
    text->data[text->len++] = (uint8_t)byte;
}

/* A comma, unless the object has just been opened. */
static void put_separator(struct text *text)
{
    if (text->data[text->len - 1] != '{') {
        put_byte(text, ',');
    }
}

static struct weir_bytes view(const struct text *text)
{
    return (struct weir_bytes){text->data, text->len};
}

static struct weir_bytes *part_of(const struct weir_transform *transform,
                                  struct weir_record *record)
{
    return transform->on_key ? &record->key : &record->value;
}

/* ---- ValueToKey, ExtractField ---- */

static enum weir_transform_result value_to_key(const struct weir_transform *transform,
                                               struct weir_record *record, struct weir_arena *arena,
                                               struct weir_error *err)
{
    struct weir_bytes values[WEIR_TRANSFORM_FIELDS_MAX];
    size_t bytes = 2;
    for (size_t index = 0; index < transform->field_count; index++) {
        values[index] = WEIR_BYTES("null");
        if (weir_json_member(record->value, transform->fields[index].name, &values[index]) ==
            WEIR_JSON_NOT_OBJECT) {
            return weir_transform_reject(transform, err, "the value is not a JSON object");
        }
        bytes += transform->fields[index].quoted.len + values[index].len + 1;
    }
    struct text key = {.data = weir_arena_alloc(arena, bytes)};
    put_byte(&key, '{');
    for (size_t index = 0; index < transform->field_count; index++) {
        put_separator(&key);
        put(&key, transform->fields[index].quoted);
        put(&key, values[index]);
    }
    put_byte(&key, '}');
    record->key = view(&key);
    return WEIR_TRANSFORM_KEEP;
}

static enum weir_transform_result extract(const struct weir_transform *transform,
                                          struct weir_record *record, struct weir_arena *arena,
                                          struct weir_error *err)
{
    struct weir_bytes *part = part_of(transform, record), value;
    if (weir_bytes_is_null(*part)) {
        return WEIR_TRANSFORM_KEEP;
    }
    switch (weir_json_member(*part, transform->fields[0].name, &value)) {
    case WEIR_JSON_FOUND:
        *part = weir_json_plain_text(value, arena);
        return WEIR_TRANSFORM_KEEP;
    case WEIR_JSON_ABSENT:
        *part = WEIR_BYTES_NULL;
        return WEIR_TRANSFORM_KEEP;
    case WEIR_JSON_NOT_OBJECT:
        break;
    }
    return weir_transform_reject(transform, err, "not a JSON object");
}

/* ---- ReplaceField ---- */

static const struct weir_transform_field *find(const struct weir_transform_field *fields,
                                               size_t count, struct weir_bytes name)
{
    for (size_t index = 0; index < count; index++) {
        if (weir_bytes_equal(fields[index].name, name)) {
            return &fields[index];
        }
    }
    return NULL;
}

static bool stays(const struct weir_transform *transform, struct weir_bytes name)
{
    return !find(transform->excluded, transform->excluded_count, name) &&
           (transform->field_count == 0 || find(transform->fields, transform->field_count, name));
}

static enum weir_transform_result replace(const struct weir_transform *transform,
                                          struct weir_record *record, struct weir_arena *arena,
                                          struct weir_error *err)
{
    struct weir_bytes *part = part_of(transform, record), name, value;
    if (weir_bytes_is_null(*part)) {
        return WEIR_TRANSFORM_KEEP;
    }
    size_t position = 0, bytes = part->len + 2;
    for (size_t index = 0; index < transform->renamed_count; index++) {
        bytes += transform->renamed[index].other.len;
    }
    struct text out = {.data = weir_arena_alloc(arena, bytes)};
    bool broken = false;
    put_byte(&out, '{');
    while (weir_json_next_member(*part, &position, &name, &value, &broken)) {
        const struct weir_transform_field *renamed =
            find(transform->renamed, transform->renamed_count, name);
        size_t quoted_bytes = renamed ? renamed->other.len : name.len + 3;
        if (!stays(transform, name)) {
            continue;
        }
        if (out.len + quoted_bytes + value.len + 2 > bytes) { /* a renamed field occurs again */
            return weir_transform_reject(transform, err, "a field occurs more than once");
        }
        put_separator(&out);
        if (renamed) {
            put(&out, renamed->other);
        } else {
            put_byte(&out, '"');
            put(&out, name);
            put(&out, WEIR_BYTES("\":"));
        }
        put(&out, value);
    }
    if (broken) {
        return weir_transform_reject(transform, err, "not a JSON object");
    }
    put_byte(&out, '}');
    *part = view(&out);
    return WEIR_TRANSFORM_KEEP;
}

/* ---- InsertField ---- */

/* JSON text of the value to insert. */
static struct weir_bytes value_of(const struct weir_transform *transform, size_t index,
                                  const struct weir_record *record, struct weir_arena *arena)
{
    switch (transform->origins[index]) {
    case WEIR_TRANSFORM_STATIC:
        return transform->fields[index].other;
    case WEIR_TRANSFORM_TOPIC:
        return weir_bytes_of(
            weir_arena_format(arena, "\"%s\"", record->topic)); /* its letters need no escape */
    case WEIR_TRANSFORM_TIMESTAMP:
        break;
    }
    if (record->timestamp_ms < 0) {
        return WEIR_BYTES("null");
    }
    return weir_bytes_of(weir_arena_format(arena, "%lld", (long long)record->timestamp_ms));
}

static bool is_inserted(const struct weir_transform *transform, struct weir_bytes name)
{
    return find(transform->fields, transform->field_count, name) != NULL;
}

/* A field that is there already is replaced, at the end. */
static enum weir_transform_result insert(const struct weir_transform *transform,
                                         struct weir_record *record, struct weir_arena *arena,
                                         struct weir_error *err)
{
    struct weir_bytes *part = part_of(transform, record), name, value,
                      values[WEIR_TRANSFORM_FIELDS_MAX];
    if (weir_bytes_is_null(*part)) {
        return WEIR_TRANSFORM_KEEP;
    }
    size_t position = 0, bytes = part->len + 2;
    for (size_t index = 0; index < transform->field_count; index++) {
        values[index] = value_of(transform, index, record, arena);
        bytes += transform->fields[index].quoted.len + values[index].len + 1;
    }
    struct text out = {.data = weir_arena_alloc(arena, bytes)};
    bool broken = false;
    put_byte(&out, '{');
    while (weir_json_next_member(*part, &position, &name, &value, &broken)) {
        if (!is_inserted(transform, name)) {
            put_separator(&out);
            put_byte(&out, '"');
            put(&out, name);
            put(&out, WEIR_BYTES("\":"));
            put(&out, value);
        }
    }
    if (broken) {
        return weir_transform_reject(transform, err, "not a JSON object");
    }
    for (size_t index = 0; index < transform->field_count; index++) {
        put_separator(&out);
        put(&out, transform->fields[index].quoted);
        put(&out, values[index]);
    }
    put_byte(&out, '}');
    *part = view(&out);
    return WEIR_TRANSFORM_KEEP;
}

/* ---- their settings ---- */

static struct weir_bytes quote(struct weir_arena *arena, struct weir_bytes text, const char *behind)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, NAME_BYTES_MAX);
    weir_json_append_string(&out, text);
    weir_buffer_append_text(&out, behind);
    return weir_arena_copy(arena, weir_buffer_view(&out));
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

/* Comma-separated names (pairs: old:new) of one setting, which may be missing. */
static bool read_names(const struct weir_transform_setup *setup, const char *setting, bool pairs,
                       struct weir_transform_field *fields, size_t *count, struct weir_error *err)
{
    const char *text = weir_transform_setting(setup, setting);
    while (text && *text) {
        size_t length = strcspn(text, ",");
        struct weir_bytes item = trimmed(text, length);
        text += length + (text[length] == ',');
        if (item.len == 0) {
            continue;
        }
        const char *start = (const char *)item.data,
                   *colon = pairs ? memchr(start, ':', item.len) : NULL;
        if (*count == WEIR_TRANSFORM_FIELDS_MAX || (pairs && !colon)) {
            return weir_transform_fail(setup, setting, err,
                                       pairs && !colon ? "expected old:new pairs"
                                                       : "more than 32 fields");
        }
        struct weir_transform_field *field = &fields[(*count)++];
        if (pairs) {
            size_t old_bytes = (size_t)(colon - start);
            field->other = quote(setup->arena, trimmed(colon + 1, item.len - old_bytes - 1), ":");
            item = trimmed(start, old_bytes);
        }
        field->name = item;
        field->quoted = quote(setup->arena, item, ":");
    }
    return true;
}

static bool read_fields(const struct weir_transform_setup *setup, struct weir_transform *transform,
                        struct weir_error *err)
{
    return read_names(setup, "fields", false, transform->fields, &transform->field_count, err) &&
           (transform->field_count > 0 || weir_transform_fail(setup, "fields", err, "is missing"));
}

static bool read_field(const struct weir_transform_setup *setup, struct weir_transform *transform,
                       struct weir_error *err)
{
    const char *name = weir_transform_setting(setup, "field");
    transform->fields[0].name = weir_bytes_of(name);
    transform->field_count = 1;
    return (name && *name) || weir_transform_fail(setup, "field", err, "is missing");
}

static bool read_replace(const struct weir_transform_setup *setup, struct weir_transform *transform,
                         struct weir_error *err)
{
    return read_names(setup, "include", false, transform->fields, &transform->field_count, err) &&
           read_names(setup, "whitelist", false, transform->fields, &transform->field_count, err) &&
           read_names(setup, "exclude", false, transform->excluded, &transform->excluded_count,
                      err) &&
           read_names(setup, "blacklist", false, transform->excluded, &transform->excluded_count,
                      err) &&
           read_names(setup, "renames", true, transform->renamed, &transform->renamed_count, err);
}

static void add_inserted(const struct weir_transform_setup *setup, struct weir_transform *transform,
                         const char *setting, enum weir_transform_origin origin)
{
    const char *name = weir_transform_setting(setup, setting);
    size_t bytes = name ? strlen(name) : 0;
    if (bytes == 0) {
        return;
    }
    bytes -=
        strchr("!?", name[bytes - 1]) ? 1 : 0; /* required or optional: matters with schemas only */
    struct weir_transform_field *field = &transform->fields[transform->field_count];
    field->name = (struct weir_bytes){(const uint8_t *)name, bytes};
    field->quoted = quote(setup->arena, field->name, ":");
    transform->origins[transform->field_count++] = origin;
}

static bool read_insert(const struct weir_transform_setup *setup, struct weir_transform *transform,
                        struct weir_error *err)
{
    const char *value = weir_transform_setting(setup, "static.value");
    add_inserted(setup, transform, "topic.field", WEIR_TRANSFORM_TOPIC);
    add_inserted(setup, transform, "timestamp.field", WEIR_TRANSFORM_TIMESTAMP);
    size_t before = transform->field_count;
    add_inserted(setup, transform, "static.field", WEIR_TRANSFORM_STATIC);
    if (transform->field_count > before) {
        if (!value) {
            return weir_transform_fail(setup, "static.value", err, "is missing");
        }
        transform->fields[before].other = quote(setup->arena, weir_bytes_of(value), "");
    }
    return transform->field_count > 0 ||
           weir_transform_fail(setup, "static.field", err, "no field to insert");
}

static const char *const key_fields[] = {"fields", NULL};
static const char *const one_field[] = {"field", NULL};
static const char *const replace_settings[] = {"include",   "exclude",   "renames",
                                               "whitelist", "blacklist", NULL};
static const char *const insert_settings[] = {"static.field", "static.value", "topic.field",
                                              "timestamp.field", NULL};

const struct weir_transform_type weir_transform_field_types[] = {
    {.name = "ValueToKey", .settings = key_fields, .apply = value_to_key, .read = read_fields},
    {.name = "ExtractField$Key",
     .on_key = true,
     .settings = one_field,
     .apply = extract,
     .read = read_field},
    {.name = "ExtractField$Value", .settings = one_field, .apply = extract, .read = read_field},
    {.name = "ReplaceField$Key",
     .on_key = true,
     .settings = replace_settings,
     .apply = replace,
     .read = read_replace},
    {.name = "ReplaceField$Value",
     .settings = replace_settings,
     .apply = replace,
     .read = read_replace},
    {.name = "InsertField$Key",
     .on_key = true,
     .settings = insert_settings,
     .apply = insert,
     .read = read_insert},
    {.name = "InsertField$Value",
     .settings = insert_settings,
     .apply = insert,
     .read = read_insert},
    {0},
};
