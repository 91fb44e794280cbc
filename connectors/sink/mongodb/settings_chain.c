/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/settings_internal.h"
#include "core/base/buffer.h"
#include "core/mongo/bson_view.h"
#include "core/mongo/extended_json.h"

#include <string.h>

enum { RULES_BYTES_MAX = 1 << 20 };

enum { ALLOW_KEY = 100, ALLOW_VALUE, BLOCK_KEY, BLOCK_VALUE };

static const struct class_name processors[] = {
    {"DocumentIdAdder", PROCESSOR_ID_ADDER},
    {"KafkaMetaAdder", PROCESSOR_KAFKA_META},
    {"NullFieldValueRemover", PROCESSOR_NULL_REMOVER},
    {"AllowListKeyProjector", ALLOW_KEY},
    {"WhitelistKeyProjector", ALLOW_KEY},
    {"AllowListValueProjector", ALLOW_VALUE},
    {"WhitelistValueProjector", ALLOW_VALUE},
    {"BlockListKeyProjector", BLOCK_KEY},
    {"BlacklistKeyProjector", BLOCK_KEY},
    {"BlockListValueProjector", BLOCK_VALUE},
    {"BlacklistValueProjector", BLOCK_VALUE},
    {"RenameByMapping", PROCESSOR_RENAME},
    {"RenameByRegExp", PROCESSOR_RENAME_PATTERN},
    {0},
};

/* One of [{"oldName": "value.a", "newName": "b"}]. */
static bool read_rule(const struct lookup *lookup, struct weir_bytes entry,
                      struct rename_rule *rule)
{
    struct weir_bytes old = weir_bson_text(weir_bson_get(entry, WEIR_BYTES("oldName")));
    struct weir_bytes new = weir_bson_text(weir_bson_get(entry, WEIR_BYTES("newName")));
    bool of_key = old.len > 4 && memcmp(old.data, "key.", 4) == 0;
    bool of_value = old.len > 6 && memcmp(old.data, "value.", 6) == 0;
    if ((!of_key && !of_value) || new.len == 0) {
        return false;
    }
    size_t prefix = of_key ? 4 : 6;
    rule->of_key = of_key;
    rule->path =
        weir_arena_strndup(lookup->arena, (const char *)old.data + prefix, old.len - prefix);
    rule->new_name = weir_arena_strndup(lookup->arena, (const char *)new.data, new.len);
    return true;
}

/* A property that is a JSON list of documents, as an array in the arena; count of its bytes bounds
 * that of its entries. */
static bool read_list(const struct lookup *lookup, const char *property,
                      struct weir_bytes *list_out, struct weir_error *err)
{
    weir_auto_buffer document;
    weir_buffer_init(&document, RULES_BYTES_MAX);
    struct weir_error problem = {0};
    const char *text = weir_lookup_text(lookup, property);
    const char *wrapped = weir_arena_format(lookup->arena, "{\"rules\":%s}", *text ? text : "[]");
    if (!weir_extended_json_to_bson(weir_bytes_of(wrapped), &document, &problem)) {
        return weir_config_fail(lookup->config, weir_lookup_name(lookup, property), err, "%s",
                                problem.message);
    }
    struct weir_bson_element list = weir_bson_get(weir_buffer_view(&document), WEIR_BYTES("rules"));
    *list_out = weir_arena_copy(lookup->arena, list.value);
    return list.type == WEIR_BSON_ARRAY ||
           weir_config_fail(lookup->config, weir_lookup_name(lookup, property), err,
                            "must be a list");
}

static bool read_mapping(const struct lookup *lookup, struct topic_settings *settings,
                         struct weir_error *err)
{
    struct weir_bytes list = {0};
    struct weir_bson_iterator iterator;
    struct weir_bson_element entry;
    size_t count = 0;
    bool good = true;
    if (!read_list(lookup, "field.renamer.mapping", &list, err)) {
        return false;
    }
    struct rename_rule *rules = weir_arena_calloc(lookup->arena, list.len + 1, sizeof(*rules));
    weir_bson_iterator_init(&iterator, list);
    while (good && weir_bson_next(&iterator, &entry)) {
        good = entry.type == WEIR_BSON_DOCUMENT && read_rule(lookup, entry.value, &rules[count++]);
    }
    settings->rules = rules;
    return good || weir_config_fail(
                       lookup->config, weir_lookup_name(lookup, "field.renamer.mapping"), err,
                       "must be a list of {\"oldName\": \"value.path\", \"newName\": \"name\"}");
}

/* {"regexp": of the whole path, "pattern": of the name, "replace": with}. */
static bool read_pattern(const struct lookup *lookup, struct weir_bytes entry,
                         struct rename_pattern *pattern, struct weir_error *err)
{
    struct weir_bytes path = weir_bson_text(weir_bson_get(entry, WEIR_BYTES("regexp")));
    struct weir_bytes name = weir_bson_text(weir_bson_get(entry, WEIR_BYTES("pattern")));
    struct weir_bytes replace = weir_bson_text(weir_bson_get(entry, WEIR_BYTES("replace")));
    if (weir_bytes_is_null(path) || weir_bytes_is_null(name) || weir_bytes_is_null(replace)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "must be a list of {\"regexp\": \"value.path\", \"pattern\": \"old\", "
                         "\"replace\": \"new\"}");
    }
    const char *whole =
        weir_arena_format(lookup->arena, "\\A(?:%.*s)\\z", (int)path.len, (const char *)path.data);
    pattern->replace = weir_arena_strndup(lookup->arena, (const char *)replace.data, replace.len);
    pattern->path = weir_regex_create(weir_bytes_of(whole), err);
    pattern->name = pattern->path ? weir_regex_create(name, err) : NULL;
    return pattern->name != NULL;
}

static bool read_patterns(const struct lookup *lookup, struct topic_settings *settings,
                          struct weir_error *err)
{
    struct weir_bytes list = {0};
    struct weir_bson_iterator iterator;
    struct weir_bson_element entry;
    struct weir_error problem = {0};
    if (!read_list(lookup, "field.renamer.regexp", &list, err)) {
        return false;
    }
    settings->patterns = weir_arena_calloc(lookup->arena, list.len, sizeof(*settings->patterns));
    weir_bson_iterator_init(&iterator, list);
    while (weir_bson_next(&iterator, &entry)) {
        if (!read_pattern(lookup, entry.value, &settings->patterns[settings->pattern_count++],
                          &problem)) {
            return weir_config_fail(lookup->config,
                                    weir_lookup_name(lookup, "field.renamer.regexp"), err, "%s",
                                    problem.message);
        }
    }
    return true;
}

/* Projectors are one kind; which list they are is in their projection. */
static void make_projector(const struct lookup *lookup, int class_value,
                           struct processor *processor)
{
    bool of_key = class_value == ALLOW_KEY || class_value == BLOCK_KEY;
    bool allows = class_value == ALLOW_KEY || class_value == ALLOW_VALUE;
    processor->kind = of_key ? PROCESSOR_PROJECT_KEY : PROCESSOR_PROJECT_VALUE;
    processor->projection.kind = allows ? PROJECTION_ALLOW : PROJECTION_BLOCK;
    processor->projection.patterns = weir_projection_patterns(
        weir_lookup_text(lookup, of_key ? "key.projection.list" : "value.projection.list"),
        lookup->arena);
}

static bool read_processor(const struct lookup *lookup, const char *class_name,
                           struct processor *processor, struct weir_error *err)
{
    int value;
    if (!weir_find_class(processors, class_name, &value)) {
        return weir_config_fail(lookup->config, weir_lookup_name(lookup, "post.processor.chain"),
                                err, "'%s' is not a post processor that weir has", class_name);
    }
    if (value >= ALLOW_KEY) {
        make_projector(lookup, value, processor);
        return true;
    }
    processor->kind = (enum processor_kind)value;
    return true;
}

static const struct class_name transformers[] = {
    {"ToObjectId", TRANSFORM_OBJECT_ID},
    {"ToDate", TRANSFORM_DATE},
    {"ToUuid", TRANSFORM_UUID},
    {"ToDecimal128", TRANSFORM_DECIMAL},
    {"ToLong", TRANSFORM_LONG},
    {"ToDouble", TRANSFORM_DOUBLE},
    {0},
};

/* The last step of all. */
static bool read_transformer(const struct lookup *lookup, struct topic_settings *settings,
                             struct weir_error *err)
{
    int transform = 0;
    if (!*weir_lookup_text(lookup, "field.value.transformer")) {
        return true;
    }
    settings->transform_fields = weir_projection_patterns(
        weir_lookup_text(lookup, "field.value.transformer.fields"), lookup->arena);
    if (!settings->transform_fields[0]) {
        return weir_config_fail(lookup->config, weir_lookup_name(lookup, "field.value.transformer"),
                                err, "needs field.value.transformer.fields");
    }
    if (!weir_lookup_class(lookup, "field.value.transformer", transformers, &transform, err)) {
        return false;
    }
    settings->transform = (enum value_transform)transform;
    return true;
}

bool weir_settings_read_chain(const struct lookup *lookup, struct topic_settings *settings,
                              struct weir_error *err)
{
    if (!read_mapping(lookup, settings, err) || !read_patterns(lookup, settings, err)) {
        return false;
    }
    const char *const *names =
        weir_projection_patterns(weir_lookup_text(lookup, "post.processor.chain"), lookup->arena);
    size_t count = 0;
    while (names[count]) {
        count++;
    }
    settings->processors =
        weir_arena_calloc(lookup->arena, count + 1, sizeof(*settings->processors));
    bool adds_id = false;
    for (size_t i = 0; i < count; i++) {
        if (!read_processor(lookup, names[i], &settings->processors[i], err)) {
            return false;
        }
        adds_id = adds_id || settings->processors[i].kind == PROCESSOR_ID_ADDER;
    }
    settings->processor_count = count;
    if (!adds_id) {
        memmove(settings->processors + 1, settings->processors,
                count * sizeof(*settings->processors));
        settings->processors[0] = (struct processor){.kind = PROCESSOR_ID_ADDER};
        settings->processor_count++;
    }
    return read_transformer(lookup, settings, err);
}
