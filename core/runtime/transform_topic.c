/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/buffer.h"
#include "core/runtime/transform_internal.h"

#include <ctype.h>
#include <string.h>

enum { TOPIC_BYTES_MAX = 4096, GROUP_NAME_BYTES_MAX = 64 };

/* Filter: what its predicate lets through to it is dropped. */
static enum weir_transform_result filter(const struct weir_transform *transform,
                                         struct weir_record *record, struct weir_arena *arena,
                                         struct weir_error *err)
{
    (void)transform;
    (void)record;
    (void)arena;
    (void)err;
    return WEIR_TRANSFORM_DROP;
}

static bool read_filter(const struct weir_transform_setup *setup, struct weir_transform *transform,
                        struct weir_error *err)
{
    return transform->predicate ||
           weir_transform_fail(setup, "predicate", err,
                               "is missing: Filter would drop every record");
}

/* "12}": the longest number of a group that there is. Java's Matcher.appendReplacement. */
static bool read_group_number(const struct weir_regex *regex, const char **at, size_t *group_out)
{
    size_t group = (size_t)(*(*at)++ - '0');
    bool there = group <= weir_regex_group_count(regex);
    while (there && isdigit((unsigned char)**at) &&
           group * 10 + (size_t)(**at - '0') <= weir_regex_group_count(regex)) {
        group = group * 10 + (size_t)(*(*at)++ - '0');
    }
    *group_out = group;
    return there;
}

/* Behind a '$': the number of a group, or its name in braces. False: there is no such group. */
static bool read_group(const struct weir_regex *regex, const char **at, size_t *group_out)
{
    if (isdigit((unsigned char)**at)) {
        return read_group_number(regex, at, group_out);
    }
    char name[GROUP_NAME_BYTES_MAX];
    size_t length = **at == '{' ? strcspn(*at + 1, "}") : 0;
    if (length == 0 || length >= sizeof(name) || (*at)[1 + length] != '}') {
        return false;
    }
    memcpy(name, *at + 1, length);
    name[length] = 0;
    *at += length + 2;
    return weir_regex_group_number(regex, name, group_out);
}

/* Appends the replacement with its groups filled in from the last match; a backslash takes the next
 * letter as it is. False: it names a group that there is not. */
static bool append_replacement(const struct weir_transform *transform, struct weir_bytes topic,
                               struct weir_buffer *out)
{
    for (const char *at = transform->replacement; *at;) {
        size_t group, start, end;
        if (*at != '$') {
            at += at[0] == '\\' && at[1] ? 1 : 0;
            weir_buffer_append_byte(out, (uint8_t)*at++);
            continue;
        }
        at++;
        if (!read_group(transform->regex, &at, &group)) {
            return false;
        }
        if (topic.len > 0 && weir_regex_group(transform->regex, group, &start, &end)) {
            weir_buffer_append(out, topic.data + start, end - start);
        }
    }
    return true;
}

/* RegexRouter: another topic, if the whole of its name matches. */
static enum weir_transform_result route(const struct weir_transform *transform,
                                        struct weir_record *record, struct weir_arena *arena,
                                        struct weir_error *err)
{
    struct weir_bytes old = weir_bytes_of(record->topic);
    if (weir_regex_find(transform->regex, old, 0) != WEIR_REGEX_FOUND) {
        return WEIR_TRANSFORM_KEEP;
    }
    weir_auto_buffer topic;
    weir_buffer_init(&topic, TOPIC_BYTES_MAX);
    if (!append_replacement(transform, old, &topic) || topic.overflow || topic.len == 0) {
        return weir_transform_reject(transform, err, "the new topic's name is empty or too long");
    }
    record->topic = weir_arena_strndup(arena, (const char *)topic.data, topic.len);
    return WEIR_TRANSFORM_KEEP;
}

static bool read_route(const struct weir_transform_setup *setup, struct weir_transform *transform,
                       struct weir_error *err)
{
    const char *pattern = weir_transform_setting(setup, "regex");
    transform->replacement = weir_transform_setting(setup, "replacement");
    if (!pattern || !transform->replacement) {
        return weir_transform_fail(setup, pattern ? "replacement" : "regex", err, "is missing");
    }
    struct weir_error why = {0};
    transform->regex = weir_regex_create_whole(pattern, &why);
    if (!transform->regex) {
        return weir_transform_fail(setup, "regex", err, "'%s': %s", pattern, why.message);
    }
    weir_auto_buffer unused;
    weir_buffer_init(&unused, TOPIC_BYTES_MAX);
    return append_replacement(transform, WEIR_BYTES_NULL, &unused) ||
           weir_transform_fail(setup, "replacement", err, "'%s' names a group that regex has not",
                               transform->replacement);
}

const struct weir_transform_type weir_transform_topic_types[] = {
    {.name = "Filter",
     .settings = (const char *const[]){NULL},
     .apply = filter,
     .read = read_filter},
    {.name = "RegexRouter",
     .settings = (const char *const[]){"regex", "replacement", NULL},
     .apply = route,
     .read = read_route},
    {0},
};
