/* SPDX-License-Identifier: Apache-2.0 */
/* DATE and TIME: from and to text. */
#include "connectors/processor/functions/date_pattern.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/civil.h"
#include "core/base/clock.h"

/* INTEGER, DATE or TIME: as the call's type is. */
static bool return_whole(const struct weir_call *call, int32_t number, struct weir_value *result)
{
    *result = (struct weir_value){.integer = number, .kind = (uint8_t)call->type->kind};
    return true;
}

static bool parse_date(struct weir_evaluation *evaluation, const struct weir_call *call,
                       const struct weir_value *arguments, bool *has_time_out,
                       struct weir_value *result)
{
    int32_t days;
    const struct weir_timestamp_format *format =
        weir_date_pattern_format(evaluation, call, weir_text_of(&arguments[1]), true);
    if (!format) {
        return false;
    }
    if (!weir_timestamp_format_parse_date(format, weir_text_of(&arguments[0]), &days,
                                          has_time_out)) {
        return weir_date_pattern_fail(evaluation, "parse date", &arguments[0], &arguments[1]);
    }
    return return_whole(call, days, result);
}

WEIR_KERNEL(eval_string_to_date)
{
    bool has_time;
    return parse_date(evaluation, call, arguments, &has_time, result);
}

WEIR_KERNEL(eval_parse_date)
{
    bool has_time;
    if (!parse_date(evaluation, call, arguments, &has_time, result)) {
        return false;
    }
    return !has_time || weir_evaluation_fail(evaluation, "Date format contains time field.");
}

WEIR_KERNEL(eval_parse_time)
{
    int32_t time_ms;
    bool has_date;
    const struct weir_timestamp_format *format =
        weir_date_pattern_format(evaluation, call, weir_text_of(&arguments[1]), false);
    if (!format) {
        return false;
    }
    if (!weir_timestamp_format_parse_time(format, weir_text_of(&arguments[0]), &time_ms,
                                          &has_date) ||
        has_date) {
        return weir_date_pattern_fail(evaluation, "parse time", &arguments[0], &arguments[1]);
    }
    return return_whole(call, time_ms, result);
}

WEIR_KERNEL(eval_format)
{
    const struct weir_timestamp_format *format =
        weir_date_pattern_format(evaluation, call, weir_text_of(&arguments[1]), false);
    if (!format) {
        return false;
    }
    struct weir_buffer *text = weir_evaluation_text(evaluation);
    bool of_time = arguments[0].kind == WEIR_TYPE_TIME;
    bool printed = of_time ? weir_timestamp_format_print_time(format, arguments[0].integer, text)
                           : weir_timestamp_format_print_date(format, arguments[0].integer, text);
    if (!printed) {
        return weir_evaluation_fail(evaluation, of_time
                                                    ? "the pattern has fields that a time has not"
                                                    : "the pattern has fields that a date has not");
    }
    return weir_return_buffer(evaluation, result, text);
}

WEIR_KERNEL(eval_days)
{
    return return_whole(call, arguments[0].integer, result);
}

WEIR_KERNEL(eval_today)
{
    return weir_return_integer(result, (int32_t)(weir_clock_wall_ms() / WEIR_DAY_MS));
}

static const struct weir_signature string_to_date_signatures[] = {
    {.text = "(STRING text, STRING pattern) INTEGER", .scalar = eval_string_to_date}};
static const struct weir_signature date_to_string_signatures[] = {
    {.text = "(INTEGER days, STRING pattern) STRING", .scalar = eval_format}};
static const struct weir_signature parse_date_signatures[] = {
    {.text = "(STRING text, STRING pattern) DATE", .scalar = eval_parse_date}};
static const struct weir_signature format_date_signatures[] = {
    {.text = "(DATE date, STRING pattern) STRING", .scalar = eval_format}};
static const struct weir_signature parse_time_signatures[] = {
    {.text = "(STRING text, STRING pattern) TIME", .scalar = eval_parse_time}};
static const struct weir_signature format_time_signatures[] = {
    {.text = "(TIME time, STRING pattern) STRING", .scalar = eval_format}};
static const struct weir_signature from_days_signatures[] = {
    {.text = "(INTEGER days) DATE", .scalar = eval_days}};
static const struct weir_signature unix_date_signatures[] = {
    {.text = "() INTEGER", .scalar = eval_today},
    {.text = "(DATE date) INTEGER", .scalar = eval_days},
};

#define PATTERN(its_name, its_signatures, words) \
    { \
        .name = (its_name), .kind = WEIR_FUNCTION_SCALAR, .category = "DATE / TIME", \
        .description = (words), WEIR_SIGNATURES(its_signatures), \
        .cache_bytes = sizeof(struct weir_date_pattern), .cache_fini = weir_date_pattern_fini \
    }
static const struct weir_function functions[] = {
    PATTERN("DATETOSTRING", date_to_string_signatures,
            "Days since 1970 as text by a pattern of Java's DateTimeFormatter."),
    PATTERN("FORMAT_DATE", format_date_signatures,
            "The date as text by a pattern of Java's DateTimeFormatter."),
    PATTERN("FORMAT_TIME", format_time_signatures,
            "The time as text by a pattern of Java's DateTimeFormatter."),
    PATTERN("PARSE_DATE", parse_date_signatures,
            "The date that a text says, by a pattern of Java's DateTimeFormatter."),
    PATTERN("PARSE_TIME", parse_time_signatures,
            "The time that a text says, by a pattern of Java's DateTimeFormatter."),
    PATTERN("STRINGTODATE", string_to_date_signatures,
            "As PARSE_DATE, in days since 1970 as INTEGER; a time of day is ignored."),
    WEIR_SCALAR("FROM_DAYS", "DATE / TIME", from_days_signatures, 0, "Days since 1970 as a date."),
    WEIR_SCALAR("UNIX_DATE", "DATE / TIME", unix_date_signatures, WEIR_FUNCTION_IMPURE,
                "Days since 1970: of a date, or today."),
};

WEIR_FAMILY(weir_functions_date, functions);
