/* SPDX-License-Identifier: Apache-2.0 */
/* TIMESTAMP, and milliseconds as BIGINT: from and to text, zones. */
#include "connectors/processor/functions/date_pattern.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/civil.h"
#include "core/base/clock.h"

/* (text, pattern[, zone]) */
static bool parse(struct weir_evaluation *evaluation, const struct weir_call *call,
                  const struct weir_value *arguments, int64_t *time_ms_out)
{
    const struct weir_timestamp_format *format =
        weir_date_pattern_format(evaluation, call, weir_text_of(&arguments[1]), false);
    const struct weir_time_zone *zone =
        format ? weir_date_pattern_zone(evaluation, call, arguments, 2) : NULL;
    if (!zone) {
        return false;
    }
    return weir_timestamp_format_parse(format, weir_text_of(&arguments[0]), zone, time_ms_out) ||
           weir_date_pattern_fail(evaluation, "parse timestamp", &arguments[0], &arguments[1]);
}

WEIR_KERNEL(eval_parse_timestamp)
{
    int64_t time_ms;
    if (!parse(evaluation, call, arguments, &time_ms)) {
        return false;
    }
    *result = (struct weir_value){.bigint = time_ms, .kind = (uint8_t)call->type->kind};
    return true;
}

/* (BIGINT or TIMESTAMP, pattern[, zone]) */
WEIR_KERNEL(eval_format_timestamp)
{
    const struct weir_timestamp_format *format =
        weir_date_pattern_format(evaluation, call, weir_text_of(&arguments[1]), false);
    const struct weir_time_zone *zone =
        format ? weir_date_pattern_zone(evaluation, call, arguments, 2) : NULL;
    if (!zone) {
        return false;
    }
    struct weir_buffer *text = weir_evaluation_text(evaluation);
    if (!weir_timestamp_format_print(format, arguments[0].bigint, zone, text)) {
        return weir_evaluation_fail(evaluation, "the pattern has fields that a timestamp has not");
    }
    return weir_return_buffer(evaluation, result, text);
}

WEIR_KERNEL(eval_convert_tz)
{
    const struct weir_time_zone *from = weir_date_pattern_zone(evaluation, call, arguments, 1);
    if (!from) {
        return false;
    }
    int64_t utc_s = weir_floor_div(arguments[0].bigint, 1000);
    int64_t away_s = weir_time_zone_offset_s(from, utc_s, NULL);
    const struct weir_time_zone *to = weir_date_pattern_zone(evaluation, call, arguments, 2);
    if (!to) {
        return false;
    }
    int64_t moved_ms = (weir_time_zone_offset_s(to, utc_s, NULL) - away_s) * 1000, time_ms;
    if (__builtin_add_overflow(arguments[0].bigint, moved_ms, &time_ms)) {
        return weir_evaluation_fail(evaluation, "the timestamp is out of range");
    }
    *result = (struct weir_value){.bigint = time_ms, .kind = WEIR_TYPE_TIMESTAMP};
    return true;
}

WEIR_KERNEL(eval_from_unixtime)
{
    *result = (struct weir_value){.bigint = arguments[0].bigint, .kind = WEIR_TYPE_TIMESTAMP};
    return true;
}

WEIR_KERNEL(eval_unix_timestamp)
{
    return weir_return_bigint(result, arguments[0].bigint);
}

WEIR_KERNEL(eval_now)
{
    return weir_return_bigint(result, weir_clock_wall_ms());
}

static const struct weir_signature string_to_timestamp_signatures[] = {
    {.text = "(STRING text, STRING pattern) BIGINT", .scalar = eval_parse_timestamp},
    {.text = "(STRING text, STRING pattern, STRING zone) BIGINT", .scalar = eval_parse_timestamp},
};
static const struct weir_signature timestamp_to_string_signatures[] = {
    {.text = "(BIGINT milliseconds, STRING pattern) STRING", .scalar = eval_format_timestamp},
    {.text = "(BIGINT milliseconds, STRING pattern, STRING zone) STRING",
     .scalar = eval_format_timestamp},
};
static const struct weir_signature parse_timestamp_signatures[] = {
    {.text = "(STRING text, STRING pattern) TIMESTAMP", .scalar = eval_parse_timestamp},
    {.text = "(STRING text, STRING pattern, STRING zone) TIMESTAMP",
     .scalar = eval_parse_timestamp},
};
static const struct weir_signature format_timestamp_signatures[] = {
    {.text = "(TIMESTAMP timestamp, STRING pattern) STRING", .scalar = eval_format_timestamp},
    {.text = "(TIMESTAMP timestamp, STRING pattern, STRING zone) STRING",
     .scalar = eval_format_timestamp},
};
static const struct weir_signature convert_tz_signatures[] = {
    {.text = "(TIMESTAMP timestamp, STRING from, STRING to) TIMESTAMP", .scalar = eval_convert_tz}};
static const struct weir_signature from_unixtime_signatures[] = {
    {.text = "(BIGINT milliseconds) TIMESTAMP", .scalar = eval_from_unixtime}};
static const struct weir_signature unix_timestamp_signatures[] = {
    {.text = "() BIGINT", .scalar = eval_now},
    {.text = "(TIMESTAMP timestamp) BIGINT", .scalar = eval_unix_timestamp},
};

#define PATTERN(its_name, its_signatures, words) \
    { \
        .name = (its_name), .kind = WEIR_FUNCTION_SCALAR, .category = "DATE / TIME", \
        .description = (words), WEIR_SIGNATURES(its_signatures), \
        .cache_bytes = sizeof(struct weir_date_pattern), .cache_fini = weir_date_pattern_fini \
    }
static const struct weir_function functions[] = {
    PATTERN("CONVERT_TZ", convert_tz_signatures,
            "The timestamp moved by the difference of two time zones, as 'UTC', 'Europe/London'."),
    PATTERN("FORMAT_TIMESTAMP", format_timestamp_signatures,
            "The timestamp as text by a pattern of Java's DateTimeFormatter; in UTC if no zone is "
            "given."),
    PATTERN("PARSE_TIMESTAMP", parse_timestamp_signatures,
            "The timestamp that a text says, by a pattern of Java's DateTimeFormatter; in UTC if "
            "neither the text nor the call names a zone."),
    PATTERN("STRINGTOTIMESTAMP", string_to_timestamp_signatures,
            "As PARSE_TIMESTAMP, in milliseconds since 1970 as BIGINT."),
    PATTERN("TIMESTAMPTOSTRING", timestamp_to_string_signatures,
            "As FORMAT_TIMESTAMP, of milliseconds since 1970 as BIGINT."),
    WEIR_SCALAR("FROM_UNIXTIME", "DATE / TIME", from_unixtime_signatures, 0,
                "Milliseconds since 1970 as a timestamp."),
    WEIR_SCALAR("UNIX_TIMESTAMP", "DATE / TIME", unix_timestamp_signatures, WEIR_FUNCTION_IMPURE,
                "Milliseconds since 1970: of a timestamp, or now."),
};

WEIR_FAMILY(weir_functions_timestamp, functions);
