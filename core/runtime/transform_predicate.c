/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/transform_internal.h"

#include <string.h>

static bool topic_matches(const struct weir_predicate *predicate, const struct weir_record *record)
{
    return weir_regex_find(predicate->regex, weir_bytes_of(record->topic), 0) == WEIR_REGEX_FOUND;
}

static bool has_header(const struct weir_predicate *predicate, const struct weir_record *record)
{
    for (size_t index = 0; index < record->header_count; index++) {
        if (weir_bytes_equal(record->headers[index].name, predicate->name)) {
            return true;
        }
    }
    return false;
}

static bool is_tombstone(const struct weir_predicate *predicate, const struct weir_record *record)
{
    (void)predicate;
    return weir_bytes_is_null(record->value);
}

static bool read_pattern(const struct weir_transform_setup *setup, const char *pattern,
                         struct weir_predicate *predicate, struct weir_error *err)
{
    struct weir_error why = {0};
    predicate->regex = weir_regex_create_whole(pattern, &why);
    return predicate->regex ||
           weir_transform_fail(setup, "pattern", err, "'%s': %s", pattern, why.message);
}

bool weir_predicate_read(const struct weir_transform_setup *setup, struct weir_predicate *predicate,
                         struct weir_error *err)
{
    static const struct {
        const char *type, *setting;
        bool (*test)(const struct weir_predicate *, const struct weir_record *);
    } types[] = {
        {"TopicNameMatches", "pattern", topic_matches},
        {"HasHeaderKey", "name", has_header},
        {"RecordIsTombstone", NULL, is_tombstone},
    };
    const char *type = weir_transform_setting(setup, "type");
    if (!type) {
        return weir_transform_fail(setup, "type", err, "is missing");
    }
    size_t index = 0, count = sizeof(types) / sizeof(types[0]);
    while (index < count && strcmp(types[index].type, weir_transform_short_name(type)) != 0) {
        index++;
    }
    if (index == count) {
        return weir_transform_fail(
            setup, "type", err,
            "no predicate '%s'; there are TopicNameMatches, HasHeaderKey and RecordIsTombstone",
            type);
    }
    const char *setting =
        types[index].setting ? weir_transform_setting(setup, types[index].setting) : "";
    if (!setting) {
        return weir_transform_fail(setup, types[index].setting, err, "is missing");
    }
    predicate->alias = setup->alias;
    predicate->test = types[index].test;
    predicate->name = weir_bytes_of(setting);
    return predicate->test != topic_matches || read_pattern(setup, setting, predicate, err);
}

void weir_predicate_fini(struct weir_predicate *predicate)
{
    weir_regex_destroy(predicate->regex);
}
