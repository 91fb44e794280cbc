/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/transform.h"

#include "core/base/alloc.h"
#include "core/config/nearest.h"
#include "core/json/compact.h"
#include "core/json/scan.h"

#include <stdio.h>
#include <string.h>

enum { FIELD_COUNT_MAX = 32, KEY_BYTES_MAX = 1 << 20 };

const struct weir_property weir_transform_properties[] = {
    {.name = "transforms",
     .type = WEIR_PROPERTY_LIST,
     .group = "Transforms",
     .documentation = "Names of the transforms that change each record, in this order. "
                      "`transforms.<name>.type` says what each of them is: `ValueToKey` (`fields`), "
                      "`ExtractField$Key` or `ExtractField$Value` (`field`), with or without the Java package."},
    {.name = "transforms.*",
     .type = WEIR_PROPERTY_STRING,
     .group = "Transforms",
     .documentation = "Type and settings of each transform."},
    {0},
};

struct transform;
typedef enum weir_transform_result (*apply_fn)(const struct transform *transform, struct weir_record *record,
                                               struct weir_arena *arena, struct weir_error *err);

struct transform {
    const char *alias;
    apply_fn apply;
    struct weir_bytes fields[FIELD_COUNT_MAX];
    size_t field_count;
};

struct weir_transforms {
    struct transform *chain;
    size_t count;
};

static enum weir_transform_result fail(const struct transform *transform, struct weir_error *err, const char *why)
{
    weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "transform %s: %s", transform->alias, why);
    return WEIR_TRANSFORM_FAIL;
}

/* org.apache.kafka.connect.transforms.ValueToKey: the key becomes an object of the value's fields. */
static enum weir_transform_result value_to_key(const struct transform *transform, struct weir_record *record,
                                               struct weir_arena *arena, struct weir_error *err)
{
    struct weir_buffer key;
    weir_buffer_init(&key, KEY_BYTES_MAX);
    for (size_t index = 0; index < transform->field_count; index++) {
        struct weir_bytes value = WEIR_BYTES("null");
        if (weir_json_member(record->value, transform->fields[index], &value) == WEIR_JSON_NOT_OBJECT) {
            weir_buffer_fini(&key);
            return fail(transform, err, "the value is not a JSON object");
        }
        weir_buffer_append_byte(&key, index == 0 ? '{' : ',');
        weir_json_append_string(&key, transform->fields[index]);
        weir_buffer_append_byte(&key, ':');
        weir_buffer_append_bytes(&key, value);
    }
    weir_buffer_append_byte(&key, '}');
    record->key = weir_arena_copy(arena, weir_buffer_view(&key));
    weir_buffer_fini(&key);
    return WEIR_TRANSFORM_KEEP;
}

static enum weir_transform_result extract(const struct transform *transform, struct weir_bytes *part,
                                          struct weir_arena *arena, struct weir_error *err)
{
    struct weir_bytes value;
    if (weir_bytes_is_null(*part)) {
        return WEIR_TRANSFORM_KEEP;
    }
    switch (weir_json_member(*part, transform->fields[0], &value)) {
    case WEIR_JSON_FOUND:
        *part = weir_json_plain_text(value, arena);
        return WEIR_TRANSFORM_KEEP;
    case WEIR_JSON_ABSENT:
        *part = WEIR_BYTES_NULL;
        return WEIR_TRANSFORM_KEEP;
    case WEIR_JSON_NOT_OBJECT:
        break;
    }
    return fail(transform, err, "not a JSON object");
}

static enum weir_transform_result extract_key(const struct transform *transform, struct weir_record *record,
                                              struct weir_arena *arena, struct weir_error *err)
{
    return extract(transform, &record->key, arena, err);
}

static enum weir_transform_result extract_value(const struct transform *transform, struct weir_record *record,
                                                struct weir_arena *arena, struct weir_error *err)
{
    return extract(transform, &record->value, arena, err);
}

static const struct {
    const char *type, *setting;
    apply_fn apply;
} types[] = {
    {"ValueToKey", "fields", value_to_key},
    {"ExtractField$Key", "field", extract_key},
    {"ExtractField$Value", "field", extract_value},
};

static const char *setting_of(const struct weir_config *config, const char *alias, const char *setting, char *name,
                              size_t bytes)
{
    snprintf(name, bytes, "transforms.%s.%s", alias, setting);
    return weir_config_has(config, name) ? weir_config_string(config, name) : NULL;
}

static bool unknown_type(const struct weir_config *config, const char *name, const char *type, struct weir_error *err)
{
    struct weir_nearest nearest = weir_nearest_to(type);
    for (size_t index = 0; index < sizeof(types) / sizeof(types[0]); index++) {
        weir_nearest_try(&nearest, types[index].type);
    }
    return weir_config_fail(config, name, err, "no transform '%s'%s%s%s; there are ValueToKey, ExtractField$Key and "
                            "ExtractField$Value", type, nearest.best ? "; did you mean '" : "",
                            nearest.best ? nearest.best : "", nearest.best ? "'" : "");
}

/* Comma-separated names, blanks trimmed; views into the configuration. */
static void split_fields(struct transform *transform, const char *text)
{
    while (*text && transform->field_count < FIELD_COUNT_MAX) {
        text += strspn(text, " ,");
        size_t length = strcspn(text, ",");
        const char *next = text + length;
        while (length > 0 && text[length - 1] == ' ') {
            length--;
        }
        if (length > 0) {
            transform->fields[transform->field_count++] = (struct weir_bytes){(const uint8_t *)text, length};
        }
        text = next;
    }
}

static bool make(struct transform *transform, const struct weir_config *config, const char *alias, struct weir_error *err)
{
    static const char package[] = "org.apache.kafka.connect.transforms.";
    char name[512];
    const char *type = setting_of(config, alias, "type", name, sizeof(name));
    if (!type) {
        return weir_config_fail(config, "transforms", err, "%s is missing", name);
    }
    type += strncmp(type, package, sizeof(package) - 1) == 0 ? sizeof(package) - 1 : 0;
    size_t index = 0;
    while (index < sizeof(types) / sizeof(types[0]) && strcmp(types[index].type, type) != 0) {
        index++;
    }
    if (index == sizeof(types) / sizeof(types[0])) {
        return unknown_type(config, name, type, err);
    }
    transform->alias = alias;
    transform->apply = types[index].apply;
    const char *fields = setting_of(config, alias, types[index].setting, name, sizeof(name));
    split_fields(transform, fields ? fields : "");
    return transform->field_count > 0 || weir_config_fail(config, "transforms", err, "%s is missing", name);
}

struct weir_transforms *weir_transforms_create(const struct weir_config *config, struct weir_error *err)
{
    const char *const *aliases = weir_config_list(config, "transforms");
    size_t count = 0;
    while (aliases[count]) {
        count++;
    }
    struct weir_transforms *transforms = weir_alloc(sizeof(*transforms));
    transforms->chain = weir_alloc_array(count, sizeof(*transforms->chain));
    for (; transforms->count < count; transforms->count++) {
        if (!make(&transforms->chain[transforms->count], config, aliases[transforms->count], err)) {
            weir_transforms_destroy(transforms);
            return NULL;
        }
    }
    return transforms;
}

void weir_transforms_destroy(struct weir_transforms *transforms)
{
    if (transforms) {
        weir_free(transforms->chain);
        weir_free(transforms);
    }
}

enum weir_transform_result weir_transforms_apply(const struct weir_transforms *transforms, struct weir_record *record,
                                                 struct weir_arena *arena, struct weir_error *err)
{
    for (size_t index = 0; index < transforms->count; index++) {
        const struct transform *transform = &transforms->chain[index];
        enum weir_transform_result result = transform->apply(transform, record, arena, err);
        if (result != WEIR_TRANSFORM_KEEP) {
            return result;
        }
    }
    return WEIR_TRANSFORM_KEEP;
}
