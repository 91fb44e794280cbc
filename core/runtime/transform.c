/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/transform.h"

#include "core/base/alloc.h"
#include "core/config/nearest.h"
#include "core/runtime/transform_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ARENA_BYTES = 4096, MESSAGE_BYTES = 400 };

const struct weir_property weir_transform_properties[] = {
    {.name = "transforms",
     .type = WEIR_PROPERTY_LIST,
     .group = "Transforms",
     .documentation = "Names of the transforms that change each record, in this order. "
                      "`transforms.<name>.type` says what each "
                      "of them is, with or without the Java package: `ValueToKey` (`fields`), "
                      "`ExtractField$Key` and `$Value` "
                      "(`field`), `ReplaceField$Key` and `$Value` (`include`, `exclude`, "
                      "`renames`), `InsertField$Key` and "
                      "`$Value` (`static.field` with `static.value`, `topic.field`, "
                      "`timestamp.field`), `RegexRouter` (`regex`, "
                      "`replacement`), `HoistField` (`field`), `Cast` (`spec`), `MaskField` "
                      "(`fields`, `replacement`), `TimestampConverter` (`field`, `target.type`, "
                      "`format`, `unix.precision`), each with `$Key` or `$Value`, and `Filter`. "
                      "Each takes `predicate` and `negate`. Fields are "
                      "those of the top level of "
                      "JSON objects; regular expressions are Java's."},
    {.name = "transforms.*",
     .type = WEIR_PROPERTY_STRING,
     .group = "Transforms",
     .documentation = "Type and settings of each transform."},
    {.name = "predicates",
     .type = WEIR_PROPERTY_LIST,
     .group = "Transforms",
     .documentation = "Names of the predicates that transforms may name. `predicates.<name>.type` "
                      "is `TopicNameMatches` "
                      "(`pattern`), `HasHeaderKey` (`name`) or `RecordIsTombstone`, with or "
                      "without the Java package."},
    {.name = "predicates.*",
     .type = WEIR_PROPERTY_STRING,
     .group = "Transforms",
     .documentation = "Type and settings of each predicate."},
    {0},
};

struct weir_transforms {
    struct weir_arena *arena;
    struct weir_transform *chain;
    size_t count;
    struct weir_predicate *predicates;
    size_t predicate_count;
};

/* ---- what the parts share ---- */

static const char *setting_name(const struct weir_transform_setup *setup, const char *setting)
{
    return weir_arena_format(setup->arena, "%s.%s.%s", setup->group, setup->alias, setting);
}

const char *weir_transform_setting(const struct weir_transform_setup *setup, const char *setting)
{
    const char *name = setting_name(setup, setting);
    return weir_config_has(setup->config, name) ? weir_config_string(setup->config, name) : NULL;
}

bool weir_transform_fail(const struct weir_transform_setup *setup, const char *setting,
                         struct weir_error *err, const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    const char *name = setting_name(setup, setting);
    if (weir_config_has(setup->config, name)) {
        return weir_config_fail(setup->config, name, err, "%s", message);
    }
    return weir_config_fail(setup->config, setup->group, err, "%s %s", name, message);
}

const char *weir_transform_short_name(const char *type)
{
    static const char *const packages[] = {"org.apache.kafka.connect.transforms.predicates.",
                                           "org.apache.kafka.connect.transforms."};
    for (size_t index = 0; index < sizeof(packages) / sizeof(packages[0]); index++) {
        size_t bytes = strlen(packages[index]);
        if (strncmp(type, packages[index], bytes) == 0) {
            return type + bytes;
        }
    }
    return type;
}

enum weir_transform_result weir_transform_reject(const struct weir_transform *transform,
                                                 struct weir_error *err, const char *why)
{
    weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "transform %s: %s", transform->alias,
              why);
    return WEIR_TRANSFORM_FAIL;
}

/* ---- making the chain ---- */

static const struct weir_transform_type *find_type(const char *name, struct weir_nearest *nearest)
{
    const struct weir_transform_type *const tables[] = {
        weir_transform_field_types, weir_transform_value_types, weir_transform_topic_types};
    for (size_t table = 0; table < sizeof(tables) / sizeof(tables[0]); table++) {
        for (const struct weir_transform_type *type = tables[table]; type->name; type++) {
            if (strcmp(type->name, name) == 0) {
                return type;
            }
            weir_nearest_try(nearest, type->name);
        }
    }
    return NULL;
}

static bool is_listed(const char *const *names, const char *name)
{
    while (*names && strcmp(*names, name) != 0) {
        names++;
    }
    return *names != NULL;
}

/* A setting that its type does not have would be ignored without a word. */
static bool check_settings(const struct weir_transform_setup *setup,
                           const struct weir_transform_type *type, struct weir_error *err)
{
    static const char *const shared[] = {"type", "predicate", "negate", NULL};
    const char *prefix = setting_name(setup, ""), *name, *value;
    size_t position = 0;
    while (weir_config_next(setup->config, prefix, &position, &name, &value)) {
        const char *setting = name + strlen(prefix);
        if (!is_listed(shared, setting) && !is_listed(type->settings, setting)) {
            return weir_config_fail(setup->config, name, err, "%s has no such setting", type->name);
        }
    }
    return true;
}

static bool find_predicate(const struct weir_transforms *self,
                           const struct weir_transform_setup *setup,
                           struct weir_transform *transform, struct weir_error *err)
{
    const char *wanted = weir_transform_setting(setup, "predicate");
    const char *negate = weir_transform_setting(setup, "negate");
    transform->negate = negate && strcasecmp(negate, "true") == 0;
    if (negate && !transform->negate && strcasecmp(negate, "false") != 0) {
        return weir_transform_fail(setup, "negate", err, "'%s' is not true or false", negate);
    }
    for (size_t index = 0; wanted && index < self->predicate_count; index++) {
        if (strcmp(self->predicates[index].alias, wanted) == 0) {
            transform->predicate = &self->predicates[index];
        }
    }
    return !wanted || transform->predicate ||
           weir_transform_fail(setup, "predicate", err, "'%s' is not in `predicates`", wanted);
}

static bool make(struct weir_transforms *self, const struct weir_transform_setup *setup,
                 struct weir_error *err)
{
    struct weir_transform *transform = &self->chain[self->count++];
    const char *name = weir_transform_setting(setup, "type");
    if (!name) {
        return weir_transform_fail(setup, "type", err, "is missing");
    }
    struct weir_nearest nearest = weir_nearest_to(weir_transform_short_name(name));
    const struct weir_transform_type *type = find_type(weir_transform_short_name(name), &nearest);
    if (!type) {
        return weir_transform_fail(setup, "type", err, "no transform '%s'%s%s%s", name,
                                   nearest.best ? "; did you mean '" : "",
                                   nearest.best ? nearest.best : "", nearest.best ? "'?" : "");
    }
    transform->alias = setup->alias;
    transform->apply = type->apply;
    transform->on_key = type->on_key;
    return check_settings(setup, type, err) && find_predicate(self, setup, transform, err) &&
           type->read(setup, transform, err);
}

static size_t count_of(const char *const *names)
{
    size_t count = 0;
    while (names && names[count]) {
        count++;
    }
    return count;
}

/* Settings of an alias that is not in the list would be ignored without a word. */
static bool check_aliases(const struct weir_config *config, const char *group,
                          const char *const *aliases, struct weir_error *err)
{
    size_t position = 0, prefix_bytes = strlen(group) + 1;
    char prefix[16];
    const char *name, *value;
    snprintf(prefix, sizeof(prefix), "%s.", group);
    while (weir_config_next(config, prefix, &position, &name, &value)) {
        bool listed = false;
        for (size_t index = 0; aliases && aliases[index]; index++) {
            size_t bytes = strlen(aliases[index]);
            listed = listed || (strncmp(name + prefix_bytes, aliases[index], bytes) == 0 &&
                                name[prefix_bytes + bytes] == '.');
        }
        if (!listed) {
            return weir_config_fail(config, name, err, "is not of a name in `%s`", group);
        }
    }
    return true;
}

static bool make_all(struct weir_transforms *self, const struct weir_config *config,
                     struct weir_error *err)
{
    const char *const *transforms = weir_config_list(config, "transforms");
    const char *const *predicates = weir_config_list(config, "predicates");
    self->chain = weir_alloc_array(count_of(transforms), sizeof(*self->chain));
    self->predicates = weir_alloc_array(count_of(predicates), sizeof(*self->predicates));
    if (!check_aliases(config, "transforms", transforms, err) ||
        !check_aliases(config, "predicates", predicates, err)) {
        return false;
    }
    for (size_t index = 0; index < count_of(predicates); index++) {
        const struct weir_transform_setup setup = {config, "predicates", predicates[index],
                                                   self->arena};
        if (!weir_predicate_read(&setup, &self->predicates[self->predicate_count++], err)) {
            return false;
        }
    }
    for (size_t index = 0; index < count_of(transforms); index++) {
        const struct weir_transform_setup setup = {config, "transforms", transforms[index],
                                                   self->arena};
        if (!make(self, &setup, err)) {
            return false;
        }
    }
    return true;
}

struct weir_transforms *weir_transforms_create(const struct weir_config *config,
                                               struct weir_error *err)
{
    struct weir_transforms *self = weir_alloc(sizeof(*self));
    self->arena = weir_arena_create(ARENA_BYTES);
    if (!make_all(self, config, err)) {
        weir_transforms_destroy(self);
        return NULL;
    }
    return self;
}

void weir_transforms_destroy(struct weir_transforms *self)
{
    if (!self) {
        return;
    }
    for (size_t index = 0; index < self->count; index++) {
        weir_regex_destroy(self->chain[index].regex);
    }
    for (size_t index = 0; index < self->predicate_count; index++) {
        weir_predicate_fini(&self->predicates[index]);
    }
    weir_free(self->chain);
    weir_free(self->predicates);
    weir_arena_destroy(self->arena);
    weir_free(self);
}

static bool applies(const struct weir_transform *transform, const struct weir_record *record)
{
    const struct weir_predicate *predicate = transform->predicate;
    return !predicate || predicate->test(predicate, record) != transform->negate;
}

enum weir_transform_result weir_transforms_apply(const struct weir_transforms *self,
                                                 struct weir_record *record,
                                                 struct weir_arena *arena, struct weir_error *err)
{
    for (size_t index = 0; index < self->count; index++) {
        const struct weir_transform *transform = &self->chain[index];
        if (!applies(transform, record)) {
            continue;
        }
        enum weir_transform_result result = transform->apply(transform, record, arena, err);
        if (result != WEIR_TRANSFORM_KEEP) {
            return result;
        }
    }
    return WEIR_TRANSFORM_KEEP;
}
