/* SPDX-License-Identifier: Apache-2.0 */
/* Intervals added to and taken from DATE, TIME and TIMESTAMP: (unit, count, moment). */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/sql/ast.h"
#include "connectors/processor/values/civil.h"

/* Fits for every INTEGER count. */
static int64_t interval_ms(const struct weir_value *arguments, int sign)
{
    static const int64_t unit_ms[] = {
        [WEIR_INTERVAL_MILLISECONDS] = 1,   [WEIR_INTERVAL_SECONDS] = 1000,
        [WEIR_INTERVAL_MINUTES] = 60000,    [WEIR_INTERVAL_HOURS] = 3600000,
        [WEIR_INTERVAL_DAYS] = WEIR_DAY_MS,
    };
    return sign * (int64_t)arguments[1].integer * unit_ms[arguments[0].integer];
}

static bool move_timestamp(struct weir_evaluation *evaluation, const struct weir_value *arguments,
                           int sign, struct weir_value *result)
{
    int64_t time_ms;
    if (__builtin_add_overflow(arguments[2].bigint, interval_ms(arguments, sign), &time_ms)) {
        return weir_evaluation_fail(evaluation, "the timestamp is out of range");
    }
    *result = (struct weir_value){.bigint = time_ms, .kind = WEIR_TYPE_TIMESTAMP};
    return true;
}

/* Parts of a day are cut off towards 1970, as ksqlDB does it. */
static bool move_date(struct weir_evaluation *evaluation, const struct weir_value *arguments,
                      int sign, struct weir_value *result)
{
    int64_t time_ms = (int64_t)arguments[2].integer * WEIR_DAY_MS + interval_ms(arguments, sign);
    int64_t days = time_ms / WEIR_DAY_MS;
    if (days < INT32_MIN || days > INT32_MAX) {
        return weir_evaluation_fail(evaluation, "the date is out of range");
    }
    *result = (struct weir_value){.integer = (int32_t)days, .kind = WEIR_TYPE_DATE};
    return true;
}

/* Around the clock. */
static bool move_time(const struct weir_value *arguments, int sign, struct weir_value *result)
{
    int64_t time_ms =
        weir_floor_mod(arguments[2].integer + interval_ms(arguments, sign), WEIR_DAY_MS);
    *result = (struct weir_value){.integer = (int32_t)time_ms, .kind = WEIR_TYPE_TIME};
    return true;
}

WEIR_KERNEL(eval_timestampadd)
{
    return move_timestamp(evaluation, arguments, 1, result);
}

WEIR_KERNEL(eval_timestampsub)
{
    return move_timestamp(evaluation, arguments, -1, result);
}

WEIR_KERNEL(eval_dateadd)
{
    return move_date(evaluation, arguments, 1, result);
}

WEIR_KERNEL(eval_datesub)
{
    return move_date(evaluation, arguments, -1, result);
}

WEIR_KERNEL(eval_timeadd)
{
    return move_time(arguments, 1, result);
}

WEIR_KERNEL(eval_timesub)
{
    return move_time(arguments, -1, result);
}

static const struct weir_signature dateadd_signatures[] = {
    {.text = "(UNIT unit, INTEGER count, DATE date) DATE", .scalar = eval_dateadd}};
static const struct weir_signature datesub_signatures[] = {
    {.text = "(UNIT unit, INTEGER count, DATE date) DATE", .scalar = eval_datesub}};
static const struct weir_signature timeadd_signatures[] = {
    {.text = "(UNIT unit, INTEGER count, TIME time) TIME", .scalar = eval_timeadd}};
static const struct weir_signature timesub_signatures[] = {
    {.text = "(UNIT unit, INTEGER count, TIME time) TIME", .scalar = eval_timesub}};
static const struct weir_signature timestampadd_signatures[] = {
    {.text = "(UNIT unit, INTEGER count, TIMESTAMP timestamp) TIMESTAMP",
     .scalar = eval_timestampadd}};
static const struct weir_signature timestampsub_signatures[] = {
    {.text = "(UNIT unit, INTEGER count, TIMESTAMP timestamp) TIMESTAMP",
     .scalar = eval_timestampsub}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("DATEADD", "DATE / TIME", dateadd_signatures, 0,
                "The date that many DAYS, HOURS, MINUTES, SECONDS or MILLISECONDS later; parts of "
                "a day do not count."),
    WEIR_SCALAR("DATESUB", "DATE / TIME", datesub_signatures, 0,
                "The date that many units of time earlier."),
    WEIR_SCALAR("TIMEADD", "DATE / TIME", timeadd_signatures, 0,
                "The time of day that many units of time later."),
    WEIR_SCALAR("TIMESUB", "DATE / TIME", timesub_signatures, 0,
                "The time of day that many units of time earlier."),
    WEIR_SCALAR("TIMESTAMPADD", "DATE / TIME", timestampadd_signatures, 0,
                "The timestamp that many units of time later."),
    WEIR_SCALAR("TIMESTAMPSUB", "DATE / TIME", timestampsub_signatures, 0,
                "The timestamp that many units of time earlier."),
};

WEIR_FAMILY(weir_functions_interval, functions);
