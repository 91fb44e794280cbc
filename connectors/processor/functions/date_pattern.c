/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/date_pattern.h"

#include "core/base/alloc.h"

enum { TEXT_SHOWN_BYTES_MAX = 100 };

static void forget(struct weir_date_pattern *cache)
{
    weir_timestamp_format_destroy(cache->format);
    weir_free(cache->pattern);
    weir_free(cache->message);
    cache->format = NULL;
    cache->pattern = cache->message = NULL;
}

void weir_date_pattern_fini(void *bytes)
{
    forget(bytes);
}

const struct weir_timestamp_format *weir_date_pattern_format(struct weir_evaluation *evaluation,
                                                             const struct weir_call *call,
                                                             struct weir_bytes pattern,
                                                             bool any_case)
{
    struct weir_date_pattern *cache = call->cache;
    if (!cache->pattern || cache->length != pattern.len ||
        memcmp(cache->pattern, pattern.data, pattern.len) != 0) {
        struct weir_error err = {0};
        forget(cache);
        cache->pattern = weir_strndup((const char *)pattern.data, pattern.len);
        cache->length = pattern.len;
        cache->format = weir_timestamp_format_create(pattern, &err);
        if (cache->format && any_case) {
            weir_timestamp_format_ignore_case(cache->format);
        }
        cache->message = cache->format ? NULL : weir_strdup(err.message);
    }
    if (!cache->format) {
        weir_evaluation_fail(evaluation, weir_arena_strdup(evaluation->arena, cache->message));
    }
    return cache->format;
}

const struct weir_time_zone *weir_date_pattern_zone(struct weir_evaluation *evaluation,
                                                    const struct weir_call *call,
                                                    const struct weir_value *arguments,
                                                    size_t index)
{
    if (index >= call->argument_count) {
        return &weir_time_zone_utc;
    }
    struct weir_date_pattern *cache = call->cache;
    struct weir_bytes id = weir_text_of(&arguments[index]);
    if (!cache->zone || strlen(cache->zone_id) != id.len ||
        memcmp(cache->zone_id, id.data, id.len) != 0) {
        cache->zone = id.len < sizeof cache->zone_id ? weir_time_zone_find(id) : NULL;
        if (!cache->zone) {
            weir_evaluation_fail(
                evaluation,
                weir_arena_format(
                    evaluation->arena, "Invalid time zone: '%.*s'",
                    (int)(id.len < TEXT_SHOWN_BYTES_MAX ? id.len : TEXT_SHOWN_BYTES_MAX),
                    (const char *)id.data));
            return NULL;
        }
        memcpy(cache->zone_id, id.data, id.len);
        cache->zone_id[id.len] = '\0';
    }
    return cache->zone;
}

static int shown(const struct weir_value *text)
{
    return text->length < TEXT_SHOWN_BYTES_MAX ? (int)text->length : TEXT_SHOWN_BYTES_MAX;
}

bool weir_date_pattern_fail(struct weir_evaluation *evaluation, const char *doing,
                            const struct weir_value *text, const struct weir_value *pattern)
{
    return weir_evaluation_fail(
        evaluation,
        weir_arena_format(evaluation->arena, "Failed to %s '%.*s' with formatter '%.*s'", doing,
                          shown(text), text->text, shown(pattern), pattern->text));
}
