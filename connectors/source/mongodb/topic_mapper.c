/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/topic_mapper.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"
#include "core/base/hash_table.h"
#include "core/base/regex.h"
#include "core/mongo/bson_view.h"
#include "core/mongo/extended_json.h"

#include <string.h>

enum { MAP_BYTES_MAX = 1 << 20, TOPIC_BYTES_MAX = 249 };

struct rule {
    char *pattern; /* without the '/' of a regular expression */
    char *target;
    struct weir_regex *regex; /* owned; NULL: the pattern is a name */
};

struct weir_topic_mapper {
    char *prefix, *suffix, *separator;
    struct rule *rules;
    size_t rule_count;
    struct weir_hash_table *topics; /* namespace -> owned topic */
};

static bool add_rule(struct weir_topic_mapper *mapper, const struct weir_config *config,
                     const struct weir_bson_element *pair, struct weir_error *err)
{
    struct weir_bytes target = weir_bson_text(*pair);
    if (weir_bytes_is_null(target)) {
        return weir_config_fail(config, "topic.namespace.map", err, "'%.*s' must map to text",
                                (int)pair->name.len, (const char *)pair->name.data);
    }
    mapper->rules = weir_realloc(mapper->rules, (mapper->rule_count + 1) * sizeof(*mapper->rules));
    struct rule *rule = &mapper->rules[mapper->rule_count];
    size_t skipped = pair->name.len > 0 && pair->name.data[0] == '/' ? 1 : 0;
    *rule = (struct rule){0};
    rule->pattern = weir_strndup((const char *)pair->name.data + skipped, pair->name.len - skipped);
    rule->target = weir_strndup((const char *)target.data, target.len);
    mapper->rule_count++;
    struct weir_error why = {0};
    rule->regex = skipped ? weir_regex_create_whole(rule->pattern, &why) : NULL;
    return !skipped || rule->regex ||
           weir_config_fail(config, "topic.namespace.map", err, "'%s': %s", rule->pattern,
                            why.message);
}

static bool read_map(struct weir_topic_mapper *mapper, const struct weir_config *config,
                     struct weir_error *err)
{
    const char *map = weir_config_string(config, "topic.namespace.map");
    if (!map || !*map) {
        return true;
    }
    weir_auto_buffer bson;
    weir_buffer_init(&bson, MAP_BYTES_MAX);
    struct weir_error inner = {0};
    if (!weir_extended_json_to_bson(weir_bytes_of(map), &bson, &inner)) {
        return weir_config_fail(config, "topic.namespace.map", err, "%s", inner.message);
    }
    struct weir_bson_iterator iterator;
    struct weir_bson_element pair;
    weir_bson_iterator_init(&iterator, weir_buffer_view(&bson));
    while (weir_bson_next(&iterator, &pair)) {
        if (!add_rule(mapper, config, &pair, err)) {
            return false;
        }
    }
    return true;
}

struct weir_topic_mapper *weir_topic_mapper_create(const struct weir_config *config,
                                                   struct weir_error *err)
{
    struct weir_topic_mapper *mapper = weir_alloc(sizeof(*mapper));
    mapper->prefix = weir_strdup(weir_config_string(config, "topic.prefix"));
    mapper->suffix = weir_strdup(weir_config_string(config, "topic.suffix"));
    mapper->separator = weir_strdup(weir_config_string(config, "topic.separator"));
    mapper->topics = weir_hash_table_create();
    if (!read_map(mapper, config, err)) {
        weir_topic_mapper_destroy(mapper);
        return NULL;
    }
    return mapper;
}

void weir_topic_mapper_destroy(struct weir_topic_mapper *mapper)
{
    if (!mapper) {
        return;
    }
    for (size_t index = 0; index < mapper->rule_count; index++) {
        weir_free(mapper->rules[index].pattern);
        weir_free(mapper->rules[index].target);
        weir_regex_destroy(mapper->rules[index].regex);
    }
    size_t position = 0;
    struct weir_bytes key;
    void *topic;
    while (weir_hash_table_next(mapper->topics, &position, &key, &topic)) {
        weir_free(topic);
    }
    weir_hash_table_destroy(mapper->topics);
    weir_free(mapper->rules);
    weir_free(mapper->prefix);
    weir_free(mapper->suffix);
    weir_free(mapper->separator);
    weir_free(mapper);
}

/* {db}, {coll}, {sep}, and {sep_coll}, {coll_sep}, {sep_coll_sep}: empty where there is no
 * collection. */
static void fill_template(const struct weir_topic_mapper *mapper, const char *template,
                          const char *database, const char *collection, struct weir_buffer *out)
{
    const struct {
        const char *name;
        const char *parts[3];
    } variables[] = {
        {"{db}", {database}},
        {"{sep}", {mapper->separator}},
        {"{coll}", {collection}},
        {"{sep_coll}", {mapper->separator, collection}},
        {"{coll_sep}", {collection, mapper->separator}},
        {"{sep_coll_sep}", {mapper->separator, collection, mapper->separator}},
    };
    bool no_collection = !*collection;
    while (*template) {
        size_t index = 0, count = sizeof(variables) / sizeof(variables[0]);
        while (index < count &&
               strncmp(template, variables[index].name, strlen(variables[index].name)) != 0) {
            index++;
        }
        if (index == count) {
            weir_buffer_append_byte(out, (uint8_t) * template ++);
            continue;
        }
        bool dropped = strstr(variables[index].name, "coll") && no_collection;
        for (size_t part = 0; part < 3 && variables[index].parts[part] && !dropped; part++) {
            weir_buffer_append_text(out, variables[index].parts[part]);
        }
        template += strlen(variables[index].name);
    }
}

static const struct rule *find_exact(const struct weir_topic_mapper *mapper, const char *name)
{
    for (size_t index = 0; index < mapper->rule_count; index++) {
        if (!mapper->rules[index].regex && strcmp(mapper->rules[index].pattern, name) == 0) {
            return &mapper->rules[index];
        }
    }
    return NULL;
}

static const struct rule *find_regex(const struct weir_topic_mapper *mapper, const char *namespace)
{
    for (size_t index = 0; index < mapper->rule_count; index++) {
        struct weir_regex *regex = mapper->rules[index].regex;
        if (regex && weir_regex_find(regex, weir_bytes_of(namespace), 0) == WEIR_REGEX_FOUND) {
            return &mapper->rules[index];
        }
    }
    return NULL;
}

static void append_middle(const struct weir_topic_mapper *mapper, const char *namespace,
                          const char *database, const char *collection, struct weir_buffer *out)
{
    const struct rule *rule = find_exact(mapper, namespace);
    if (rule) {
        weir_buffer_append_text(out, rule->target);
        return;
    }
    rule = find_exact(mapper, database);
    if (rule) {
        weir_buffer_append_format(out, "%s%s%s", rule->target, *collection ? mapper->separator : "",
                                  collection);
        return;
    }
    rule = find_regex(mapper, namespace);
    rule = rule ? rule : find_exact(mapper, "*");
    fill_template(mapper, rule ? rule->target : "{db}{sep_coll}", database, collection, out);
}

static char *make_topic(const struct weir_topic_mapper *mapper, const char *namespace,
                        const char *database, const char *collection)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, 4 * TOPIC_BYTES_MAX);
    if (*mapper->prefix) {
        weir_buffer_append_format(&out, "%s%s", mapper->prefix, mapper->separator);
    }
    append_middle(mapper, namespace, database, collection, &out);
    if (*mapper->suffix) {
        weir_buffer_append_format(&out, "%s%s", mapper->separator, mapper->suffix);
    }
    return weir_strdup(weir_buffer_text(&out));
}

const char *weir_topic_mapper_topic(struct weir_topic_mapper *mapper, struct weir_bytes database,
                                    struct weir_bytes collection)
{
    char namespace[512];
    if (weir_bytes_is_null(database) || database.len + collection.len + 2 > sizeof(namespace)) {
        return NULL;
    }
    memcpy(namespace, database.data, database.len);
    size_t length = database.len;
    if (!weir_bytes_is_null(collection)) {
        namespace[length++] = '.';
        memcpy(namespace + length, collection.data, collection.len);
        length += collection.len;
    }
    struct weir_bytes key = {(const uint8_t *)namespace, length};
    char *topic = weir_hash_table_get(mapper->topics, key);
    if (!topic) {
        namespace[length] = 0;
        weir_autofree char *database_text = weir_strndup((const char *)database.data, database.len);
        weir_autofree char *collection_text =
            collection.len > 0 ? weir_strndup((const char *)collection.data, collection.len)
                               : weir_strdup("");
        topic = make_topic(mapper, namespace, database_text, collection_text);
        weir_hash_table_put(mapper->topics, key, topic);
    }
    return topic;
}
