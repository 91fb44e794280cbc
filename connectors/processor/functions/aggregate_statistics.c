/* SPDX-License-Identifier: Apache-2.0 */
/* CORRELATION, STDDEV_SAMP, STDDEV_SAMPLE, in the order of ksqlDB's arithmetic. */
#include "connectors/processor/functions/aggregate_internal.h"
#include "connectors/processor/functions/families.h"

#include <math.h>

static struct weir_value double_value(double number)
{
    return (struct weir_value){.number = number, .kind = WEIR_TYPE_DOUBLE};
}

static struct weir_value bigint_value(int64_t number)
{
    return (struct weir_value){.bigint = number, .kind = WEIR_TYPE_BIGINT};
}

/* ---- CORRELATION ---- */

struct correlation {
    double sum_x, sum_y, sum_xx, sum_yy, sum_xy;
    int64_t count;
};

static bool has_null(const struct weir_value *arguments)
{
    return weir_value_is_null(&arguments[0]) || weir_value_is_null(&arguments[1]);
}

static bool update_correlation(struct weir_aggregate *aggregate, void *state,
                               const struct weir_value *arguments)
{
    (void)aggregate;
    struct correlation *sums = state;
    if (!has_null(arguments)) {
        double x = arguments[0].number, y = arguments[1].number;
        sums->sum_x += x;
        sums->sum_y += y;
        sums->sum_xx += x * x;
        sums->sum_yy += y * y;
        sums->sum_xy += x * y;
        sums->count++;
    }
    return true;
}

static bool undo_correlation(struct weir_aggregate *aggregate, void *state,
                             const struct weir_value *arguments)
{
    (void)aggregate;
    struct correlation *sums = state;
    if (!has_null(arguments)) {
        double x = arguments[0].number, y = arguments[1].number;
        sums->sum_x -= x;
        sums->sum_y -= y;
        sums->sum_xx -= x * x;
        sums->sum_yy -= y * y;
        sums->sum_xy -= x * y;
        sums->count--;
    }
    return true;
}

static bool merge_correlation(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    struct correlation *sums = into;
    const struct correlation *other = from;
    sums->sum_x += other->sum_x;
    sums->sum_y += other->sum_y;
    sums->sum_xx += other->sum_xx;
    sums->sum_yy += other->sum_yy;
    sums->sum_xy += other->sum_xy;
    sums->count += other->count;
    return true;
}

static bool result_correlation(const struct weir_aggregate *aggregate, const void *state,
                               struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const struct correlation *sums = state;
    double count = (double)sums->count;
    double numerator = count * sums->sum_xy - sums->sum_x * sums->sum_y;
    double denominator_x = count * sums->sum_xx - sums->sum_x * sums->sum_x;
    double denominator_y = count * sums->sum_yy - sums->sum_y * sums->sum_y;
    return weir_return_double(out, numerator / sqrt(denominator_x * denominator_y));
}

enum { CORRELATION_FIELDS = 6 };

static struct weir_value save_correlation(const struct weir_aggregate *aggregate, const void *state,
                                          struct weir_arena *arena)
{
    (void)aggregate;
    const struct correlation *sums = state;
    const struct weir_value fields[CORRELATION_FIELDS] = {
        double_value(sums->sum_x),  double_value(sums->sum_y),  double_value(sums->sum_xx),
        double_value(sums->sum_yy), double_value(sums->sum_xy), bigint_value(sums->count)};
    return weir_struct_value(arena, fields, CORRELATION_FIELDS);
}

static bool load_correlation(struct weir_aggregate *aggregate, void *state,
                             const struct weir_value *saved)
{
    (void)aggregate;
    if (!weir_is_struct_of(saved, CORRELATION_FIELDS)) {
        return false;
    }
    const struct weir_value *fields = saved->items;
    struct correlation *sums = state;
    *sums = (struct correlation){fields[0].number, fields[1].number, fields[2].number,
                                 fields[3].number, fields[4].number, fields[5].bigint};
    return fields[5].kind == WEIR_TYPE_BIGINT;
}

static const struct weir_type *correlation_state_type(struct weir_aggregate *aggregate)
{
    static const struct weir_type_field fields[CORRELATION_FIELDS] = {
        {"X_SUM", &weir_type_double},         {"Y_SUM", &weir_type_double},
        {"X_SQUARED_SUM", &weir_type_double}, {"Y_SQUARED_SUM", &weir_type_double},
        {"XY_SUM", &weir_type_double},        {"COUNT", &weir_type_bigint},
    };
    return weir_type_struct(aggregate->arena, fields, CORRELATION_FIELDS);
}

static const struct weir_aggregate_ops correlation_ops = {
    .state_bytes = sizeof(struct correlation),
    .state_type = correlation_state_type,
    .update = update_correlation,
    .undo = undo_correlation,
    .merge = merge_correlation,
    .result = result_correlation,
    .save = save_correlation,
    .load = load_correlation,
};

/* ---- STDDEV: the algorithm of Youngs and Cramer ---- */

struct deviation {
    int64_t count;
    union {
        int64_t whole; /* of INTEGER and BIGINT; wraps as Java's */
        double number;
    } sum;
    double m2;
};

static bool of_double(const struct weir_aggregate *aggregate)
{
    return aggregate->argument_types[0]->kind == WEIR_TYPE_DOUBLE;
}

static int64_t whole_of(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_INTEGER ? value->integer : value->bigint;
}

/* The sum with that value more, in the width of the column. */
static int64_t wrapped(const struct weir_aggregate *aggregate, uint64_t sum)
{
    bool narrow = aggregate->argument_types[0]->kind == WEIR_TYPE_INTEGER;
    return narrow ? (int32_t)(uint32_t)sum : (int64_t)sum;
}

static double delta(const struct weir_aggregate *aggregate, const struct deviation *state,
                    const struct weir_value *value)
{
    if (of_double(aggregate)) {
        return value->number * (double)(state->count + 1) - (state->sum.number + value->number);
    }
    uint64_t number = (uint64_t)whole_of(value);
    uint64_t sum = (uint64_t)wrapped(aggregate, (uint64_t)state->sum.whole + number);
    return (double)(int64_t)(number * (uint64_t)(state->count + 1) - sum);
}

static bool update_deviation(struct weir_aggregate *aggregate, void *bytes,
                             const struct weir_value *arguments)
{
    struct deviation *state = bytes;
    if (weir_value_is_null(&arguments[0])) {
        return true;
    }
    int64_t count = state->count + 1;
    if (count > 1) {
        double step = delta(aggregate, state, &arguments[0]);
        state->m2 = step * step / (double)(count * (count - 1)) + state->m2;
    }
    if (of_double(aggregate)) {
        state->sum.number = arguments[0].number + state->sum.number;
    } else {
        state->sum.whole =
            wrapped(aggregate, (uint64_t)whole_of(&arguments[0]) + (uint64_t)state->sum.whole);
    }
    state->count = count;
    return true;
}

static bool undo_deviation(struct weir_aggregate *aggregate, void *bytes,
                           const struct weir_value *arguments)
{
    struct deviation *state = bytes;
    if (weir_value_is_null(&arguments[0])) {
        return true;
    }
    int64_t count = state->count - 1;
    if (count > 0) {
        double step = delta(aggregate, state, &arguments[0]);
        state->m2 -= step * step / (double)(count * (count + 1));
    }
    if (of_double(aggregate)) {
        state->sum.number -= arguments[0].number;
    } else {
        state->sum.whole =
            wrapped(aggregate, (uint64_t)state->sum.whole - (uint64_t)whole_of(&arguments[0]));
    }
    state->count = count;
    return true;
}

static double mean(const struct weir_aggregate *aggregate, const struct deviation *state)
{
    double sum = of_double(aggregate) ? state->sum.number : (double)state->sum.whole;
    return sum / (double)state->count;
}

static bool merge_deviation(struct weir_aggregate *aggregate, void *into, const void *from)
{
    struct deviation *one = into;
    const struct deviation *two = from;
    int64_t count = one->count + two->count;
    double m2 = one->m2 + two->m2;
    if (one->count != 0 && two->count != 0) {
        double apart = mean(aggregate, one) - mean(aggregate, two);
        m2 += (double)(one->count * two->count) * apart * apart / (double)count;
    }
    if (of_double(aggregate)) {
        one->sum.number += two->sum.number;
    } else {
        one->sum.whole = wrapped(aggregate, (uint64_t)one->sum.whole + (uint64_t)two->sum.whole);
    }
    one->m2 = m2;
    one->count = count;
    return true;
}

static bool result_variance(const struct weir_aggregate *aggregate, const void *bytes,
                            struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const struct deviation *state = bytes;
    return weir_return_double(out, state->count < 2 ? 0 : state->m2 / (double)(state->count - 1));
}

static bool result_deviation(const struct weir_aggregate *aggregate, const void *state,
                             struct weir_arena *arena, struct weir_value *out)
{
    result_variance(aggregate, state, arena, out);
    out->number = sqrt(out->number);
    return true;
}

static struct weir_value save_deviation(const struct weir_aggregate *aggregate, const void *bytes,
                                        struct weir_arena *arena)
{
    const struct deviation *state = bytes;
    const struct weir_value fields[3] = {of_double(aggregate) ? double_value(state->sum.number)
                                                              : bigint_value(state->sum.whole),
                                         bigint_value(state->count), double_value(state->m2)};
    return weir_struct_value(arena, fields, 3);
}

static bool load_deviation(struct weir_aggregate *aggregate, void *bytes,
                           const struct weir_value *saved)
{
    struct deviation *state = bytes;
    if (!weir_is_struct_of(saved, 3) || saved->items[1].kind != WEIR_TYPE_BIGINT) {
        return false;
    }
    if (of_double(aggregate)) {
        state->sum.number = saved->items[0].number;
    } else {
        state->sum.whole = saved->items[0].bigint;
    }
    state->count = saved->items[1].bigint;
    state->m2 = saved->items[2].number;
    return true;
}

static const struct weir_type *deviation_state_type(struct weir_aggregate *aggregate)
{
    const struct weir_type_field fields[3] = {
        {"SUM", of_double(aggregate) ? &weir_type_double : &weir_type_bigint},
        {"COUNT", &weir_type_bigint},
        {"M2", &weir_type_double},
    };
    return weir_type_struct(aggregate->arena, fields, 3);
}

#define DEVIATION_OPS(its_result) \
    { \
        .state_bytes = sizeof(struct deviation), .state_type = deviation_state_type, \
        .update = update_deviation, .undo = undo_deviation, .merge = merge_deviation, \
        .result = (its_result), .save = save_deviation, .load = load_deviation \
    }
static const struct weir_aggregate_ops variance_ops = DEVIATION_OPS(result_variance);
static const struct weir_aggregate_ops deviation_ops = DEVIATION_OPS(result_deviation);

static const struct weir_signature correlation_signatures[] = {
    {.text = "(DOUBLE x, DOUBLE y) DOUBLE", .aggregate = &correlation_ops},
};
static const struct weir_signature variance_signatures[] = {
    {.text = "(INTEGER value) DOUBLE", .aggregate = &variance_ops},
    {.text = "(BIGINT value) DOUBLE", .aggregate = &variance_ops},
    {.text = "(DOUBLE value) DOUBLE", .aggregate = &variance_ops},
};
static const struct weir_signature deviation_signatures[] = {
    {.text = "(INTEGER value) DOUBLE", .aggregate = &deviation_ops},
    {.text = "(BIGINT value) DOUBLE", .aggregate = &deviation_ops},
    {.text = "(DOUBLE value) DOUBLE", .aggregate = &deviation_ops},
};

static const struct weir_function functions[] = {
    {.name = "CORRELATION",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "Pearson's correlation of two columns; rows with a NULL do not count.",
     WEIR_SIGNATURES(correlation_signatures)},
    {.name = "STDDEV_SAMP",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The sample variance, as in ksqlDB; the deviation is STDDEV_SAMPLE.",
     WEIR_SIGNATURES(variance_signatures)},
    {.name = "STDDEV_SAMPLE",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The sample standard deviation; NULL does not count.",
     WEIR_SIGNATURES(deviation_signatures)},
};

WEIR_FAMILY(weir_functions_statistics, functions);
