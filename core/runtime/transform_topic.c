/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/buffer.h"
#include "core/runtime/transform_internal.h"

#include <string.h>

enum { GROUP_COUNT = 10, TOPIC_BYTES_MAX = 4096 };

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

/* The replacement with $0 to $9 filled in, as Java's Matcher does; a backslash takes the next
 * letter as it is. */
static void append_replacement(struct weir_buffer *out, const char *replacement, const char *topic,
                               const regmatch_t *groups)
{
    for (const char *at = replacement; *at; at++) {
        if (at[0] == '\\' && at[1]) {
            weir_buffer_append_byte(out, (uint8_t) * ++at);
        } else if (at[0] == '$' && at[1] >= '0' && at[1] <= '9') {
            const regmatch_t *group = &groups[*++at - '0'];
            if (group->rm_so >= 0) {
                weir_buffer_append(out, topic + group->rm_so,
                                   (size_t)(group->rm_eo - group->rm_so));
            }
        } else {
            weir_buffer_append_byte(out, (uint8_t)*at);
        }
    }
}

/* RegexRouter: another topic, if the whole of its name matches. */
static enum weir_transform_result route(const struct weir_transform *transform,
                                        struct weir_record *record, struct weir_arena *arena,
                                        struct weir_error *err)
{
    regmatch_t groups[GROUP_COUNT];
    if (regexec(&transform->regex, record->topic, GROUP_COUNT, groups, 0) != 0 ||
        groups[0].rm_so != 0 || record->topic[groups[0].rm_eo] != '\0') {
        return WEIR_TRANSFORM_KEEP;
    }
    weir_auto_buffer topic;
    weir_buffer_init(&topic, TOPIC_BYTES_MAX);
    append_replacement(&topic, transform->replacement, record->topic, groups);
    if (topic.overflow || topic.len == 0) {
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
    transform->has_regex = regcomp(&transform->regex, pattern, REG_EXTENDED) == 0;
    return transform->has_regex ||
           weir_transform_fail(setup, "regex", err, "'%s' is not a regular expression", pattern);
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
