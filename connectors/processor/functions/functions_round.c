/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding and signs of all numeric types: ABS, CEIL, FLOOR, ROUND, SIGN, TRUNC; RANDOM. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/number_text.h"
#include "core/base/backoff.h"
#include "core/base/clock.h"

#include <math.h>

static int64_t whole(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_INTEGER ? value->integer : value->bigint;
}

static bool eval_abs(struct weir_evaluation *evaluation, const struct weir_call *call,
                     const struct weir_value *arguments, struct weir_value *result)
{
    (void)call;
    const struct weir_value *value = &arguments[0];
    switch (value->kind) {
    case WEIR_TYPE_INTEGER: /* the smallest stays, as in Java */
        return weir_return_integer(
            result, value->integer < 0 ? (int32_t)(0 - (uint32_t)value->integer) : value->integer);
    case WEIR_TYPE_BIGINT:
        return weir_return_bigint(result, value->bigint < 0 ? (int64_t)(0 - (uint64_t)value->bigint)
                                                            : value->bigint);
    case WEIR_TYPE_DOUBLE:
        return weir_return_double(result, fabs(value->number));
    default:
        *result = *value;
        return !value->decimal->negative ||
               weir_return_decimal(evaluation, result,
                                   weir_decimal_negate(evaluation->arena, value->decimal));
    }
}

static bool eval_ceil(struct weir_evaluation *evaluation, const struct weir_call *call,
                      const struct weir_value *arguments, struct weir_value *result)
{
    const struct weir_value *value = &arguments[0];
    if (value->kind == WEIR_TYPE_DOUBLE) {
        return weir_return_double(result, ceil(value->number));
    }
    if (value->kind != WEIR_TYPE_DECIMAL) {
        *result = *value;
        return true;
    }
    const struct weir_decimal *rounded =
        weir_decimal_set_scale(evaluation->arena, value->decimal, 0, WEIR_ROUND_CEILING);
    return weir_return_decimal(evaluation, result,
                               rounded ? weir_decimal_set_scale(evaluation->arena, rounded,
                                                                call->type->scale, WEIR_ROUND_DOWN)
                                       : NULL);
}

static bool eval_floor(struct weir_evaluation *evaluation, const struct weir_call *call,
                       const struct weir_value *arguments, struct weir_value *result)
{
    const struct weir_value *value = &arguments[0];
    if (value->kind == WEIR_TYPE_DOUBLE) {
        return weir_return_double(result, floor(value->number));
    }
    if (value->kind != WEIR_TYPE_DECIMAL) {
        *result = *value;
        return true;
    }
    const struct weir_decimal *rounded =
        weir_decimal_set_scale(evaluation->arena, value->decimal, 0, WEIR_ROUND_FLOOR);
    return weir_return_decimal(evaluation, result,
                               rounded ? weir_decimal_set_scale(evaluation->arena, rounded,
                                                                call->type->scale, WEIR_ROUND_DOWN)
                                       : NULL);
}

static bool eval_sign(struct weir_evaluation *evaluation, const struct weir_call *call,
                      const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    const struct weir_value *value = &arguments[0];
    if (value->kind == WEIR_TYPE_DOUBLE) {
        return weir_return_integer(result, (value->number > 0) - (value->number < 0));
    }
    int64_t number = whole(value);
    return weir_return_integer(result, (number > 0) - (number < 0));
}

/* ---- ROUND: half towards positive infinity, on the shortest decimal text of a double ---- */

static enum weir_rounding half_upwards(const struct weir_decimal *decimal)
{
    return weir_decimal_sign(decimal) > 0 ? WEIR_ROUND_HALF_UP : WEIR_ROUND_HALF_DOWN;
}

static bool round_whole(struct weir_evaluation *evaluation, const struct weir_call *call,
                        const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    return weir_return_bigint(result, whole(&arguments[0]));
}

/* Math.round */
static bool round_double(struct weir_evaluation *evaluation, const struct weir_call *call,
                         const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    double number = arguments[0].number, below = floor(number);
    /* Not floor(number + 0.5): the sum rounds 0.49999999999999994 up. */
    return weir_return_bigint(result,
                              weir_double_to_int64(number - below >= 0.5 ? below + 1 : below));
}

/* The result when `number` is clearly on one side of the middle: then its binary and its decimal
 * value round alike. */
static bool round_fast(double number, int32_t places, bool truncate, double *out)
{
    enum { PLACES_MAX = 9 };
    static const double powers[PLACES_MAX + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    if (places < 0 || places > PLACES_MAX || !(fabs(number * powers[places]) < 1e9)) {
        return false;
    }
    double scaled = number * powers[places], below = floor(scaled), rest = scaled - below;
    double far_from = truncate ? 0 : 0.5;
    if (fabs(rest - far_from) < 1e-5 || (truncate && rest > 1 - 1e-5)) {
        return false;
    }
    double rounded = truncate ? trunc(scaled) : rest > 0.5 ? below + 1 : below;
    *out = rounded == 0 ? 0.0 : rounded / powers[places];
    return true;
}

static bool scale_double(struct weir_evaluation *evaluation, const struct weir_value *arguments,
                         bool truncate, struct weir_value *result)
{
    double number;
    if (round_fast(arguments[0].number, arguments[1].integer, truncate, &number)) {
        return weir_return_double(result, number);
    }
    const struct weir_decimal *decimal =
        weir_decimal_of_double(evaluation->arena, arguments[0].number);
    if (!decimal) {
        return weir_evaluation_fail(evaluation, "Infinite or NaN");
    }
    decimal = weir_decimal_set_scale(evaluation->arena, decimal, arguments[1].integer,
                                     truncate ? WEIR_ROUND_DOWN : half_upwards(decimal));
    if (!decimal) {
        return weir_evaluation_fail(evaluation, "too many decimal places");
    }
    return weir_return_double(result, weir_decimal_to_double(decimal));
}

static bool round_double_places(struct weir_evaluation *evaluation, const struct weir_call *call,
                                const struct weir_value *arguments, struct weir_value *result)
{
    (void)call;
    return scale_double(evaluation, arguments, false, result);
}

static bool truncate_double_places(struct weir_evaluation *evaluation, const struct weir_call *call,
                                   const struct weir_value *arguments, struct weir_value *result)
{
    (void)call;
    return scale_double(evaluation, arguments, true, result);
}

static bool truncate_double(struct weir_evaluation *evaluation, const struct weir_call *call,
                            const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    return weir_return_bigint(result, weir_double_to_int64(arguments[0].number));
}

/* To `places` decimals (0 without the argument); with the argument the scale of the type stays. */
static bool scale_decimal(struct weir_evaluation *evaluation, const struct weir_call *call,
                          const struct weir_value *arguments, bool truncate,
                          struct weir_value *result)
{
    int32_t places = call->argument_count > 1 ? arguments[1].integer : 0;
    const struct weir_decimal *decimal = arguments[0].decimal;
    if (places >= decimal->scale) {
        *result = arguments[0];
        return true;
    }
    decimal = weir_decimal_set_scale(evaluation->arena, decimal, places,
                                     truncate ? WEIR_ROUND_DOWN : half_upwards(decimal));
    if (decimal && call->argument_count > 1) {
        decimal =
            weir_decimal_set_scale(evaluation->arena, decimal, call->type->scale, WEIR_ROUND_DOWN);
    }
    return weir_return_decimal(evaluation, result, decimal);
}

static bool round_decimal(struct weir_evaluation *evaluation, const struct weir_call *call,
                          const struct weir_value *arguments, struct weir_value *result)
{
    return scale_decimal(evaluation, call, arguments, false, result);
}

static bool truncate_decimal(struct weir_evaluation *evaluation, const struct weir_call *call,
                             const struct weir_value *arguments, struct weir_value *result)
{
    return scale_decimal(evaluation, call, arguments, true, result);
}

static bool eval_random(struct weir_evaluation *evaluation, const struct weir_call *call,
                        const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)arguments;
    uint64_t *state = call->cache;
    if (*state == 0) {
        *state = (uint64_t)weir_clock_us() * 2 + 1;
    }
    return weir_return_double(result, (double)(weir_random_next(state) >> 11) * 0x1p-53);
}

static const struct weir_type *same_type(struct weir_arena *arena,
                                         const struct weir_type *const *types, size_t count,
                                         struct weir_error *err)
{
    (void)arena;
    (void)count;
    (void)err;
    return types[0];
}

static const struct weir_type *whole_digits(struct weir_arena *arena,
                                            const struct weir_type *const *types, size_t count,
                                            struct weir_error *err)
{
    (void)count;
    int32_t digits = types[0]->precision - types[0]->scale;
    if (digits < 1) {
        weir_fail_at(err, WEIR_DOMAIN_SQL, 0, 0, "DECIMAL precision must be >= 1: %d", digits);
        return NULL;
    }
    return weir_type_decimal(arena, digits, 0);
}

static const struct weir_signature abs_signatures[] = {
    {.text = "(INTEGER value) INTEGER", .scalar = eval_abs},
    {.text = "(BIGINT value) BIGINT", .scalar = eval_abs},
    {.text = "(DOUBLE value) DOUBLE", .scalar = eval_abs},
    {.text = "(DECIMAL value) DECIMAL", .scalar = eval_abs, .result_type = same_type},
};
static const struct weir_signature ceil_signatures[] = {
    {.text = "(INTEGER value) INTEGER", .scalar = eval_ceil},
    {.text = "(BIGINT value) BIGINT", .scalar = eval_ceil},
    {.text = "(DOUBLE value) DOUBLE", .scalar = eval_ceil},
    {.text = "(DECIMAL value) DECIMAL", .scalar = eval_ceil, .result_type = same_type},
};
static const struct weir_signature floor_signatures[] = {
    {.text = "(INTEGER value) INTEGER", .scalar = eval_floor},
    {.text = "(BIGINT value) BIGINT", .scalar = eval_floor},
    {.text = "(DOUBLE value) DOUBLE", .scalar = eval_floor},
    {.text = "(DECIMAL value) DECIMAL", .scalar = eval_floor, .result_type = same_type},
};
static const struct weir_signature sign_signatures[] = {
    {.text = "(INTEGER value) INTEGER", .scalar = eval_sign},
    {.text = "(BIGINT value) INTEGER", .scalar = eval_sign},
    {.text = "(DOUBLE value) INTEGER", .scalar = eval_sign},
};
static const struct weir_signature round_signatures[] = {
    {.text = "(INTEGER value) BIGINT", .scalar = round_whole},
    {.text = "(BIGINT value) BIGINT", .scalar = round_whole},
    {.text = "(DOUBLE value) BIGINT", .scalar = round_double},
    {.text = "(DOUBLE value, INTEGER places) DOUBLE", .scalar = round_double_places},
    {.text = "(DECIMAL value) DECIMAL", .scalar = round_decimal, .result_type = whole_digits},
    {.text = "(DECIMAL value, INTEGER places) DECIMAL",
     .scalar = round_decimal,
     .result_type = same_type},
};
static const struct weir_signature trunc_signatures[] = {
    {.text = "(INTEGER value) BIGINT", .scalar = round_whole},
    {.text = "(BIGINT value) BIGINT", .scalar = round_whole},
    {.text = "(DOUBLE value) BIGINT", .scalar = truncate_double},
    {.text = "(DOUBLE value, INTEGER places) DOUBLE", .scalar = truncate_double_places},
    {.text = "(DECIMAL value) DECIMAL", .scalar = truncate_decimal, .result_type = whole_digits},
    {.text = "(DECIMAL value, INTEGER places) DECIMAL",
     .scalar = truncate_decimal,
     .result_type = same_type},
};
static const struct weir_signature random_signatures[] = {
    {.text = "() DOUBLE", .scalar = eval_random}};

#define MATH(upper, lower, words) \
    { \
        .name = upper, .kind = WEIR_FUNCTION_SCALAR, .category = "MATHEMATICAL", \
        .description = words, WEIR_SIGNATURES(lower##_signatures) \
    }
static const struct weir_function functions[] = {
    MATH("ABS", abs, "The value without its sign."),
    MATH("CEIL", ceil, "The next whole number that is not smaller."),
    MATH("FLOOR", floor, "The next whole number that is not larger."),
    MATH("ROUND", round,
         "Rounded to a number of decimal places (default 0, may be negative); a half goes up."),
    MATH("SIGN", sign, "-1, 0 or 1."),
    MATH("TRUNC", trunc, "Cut to a number of decimal places (default 0, may be negative)."),
    {.name = "RANDOM",
     .kind = WEIR_FUNCTION_SCALAR,
     .category = "MATHEMATICAL",
     .description = "A random number from 0.0 to below 1.0.",
     WEIR_SIGNATURES(random_signatures),
     .flags = WEIR_FUNCTION_IMPURE,
     .cache_bytes = sizeof(uint64_t)},
};

WEIR_FAMILY(weir_functions_round, functions);
