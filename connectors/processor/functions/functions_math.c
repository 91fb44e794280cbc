/* SPDX-License-Identifier: Apache-2.0 */
/* Mathematics on doubles: roots, powers, logarithms, angles. */
#include "connectors/processor/functions/families.h"

#include <math.h>

#define DOUBLE_FUNCTION(name, expression) \
    static bool name(struct weir_evaluation *evaluation, const struct weir_call *call, \
                     const struct weir_value *arguments, struct weir_value *result) \
    { \
        (void)evaluation; \
        (void)call; \
        double x = arguments[0].number; \
        return weir_return_double(result, expression); \
    }

static double natural_log(double x)
{
    return x < 0 ? (double)NAN : log(x); /* glibc's log(-1) is -NaN */
}

/* glibc's cbrt is off by one digit now and then; a step of Newton's method in more digits is not.
 */
static double cube_root(double x)
{
    long double y = (long double)cbrt(x);
    if (!isfinite(x) || x == 0) {
        return (double)y;
    }
    return (double)(y - (y * y * y - (long double)x) / (3 * y * y));
}

static const double degrees_per_radian = 180.0 / M_PI;
static const double radians_per_degree = M_PI / 180.0;

DOUBLE_FUNCTION(eval_acos, acos(x))
DOUBLE_FUNCTION(eval_asin, asin(x))
DOUBLE_FUNCTION(eval_atan, atan(x))
DOUBLE_FUNCTION(eval_cbrt, cube_root(x))
DOUBLE_FUNCTION(eval_cos, cos(x))
DOUBLE_FUNCTION(eval_cosh, cosh(x))
DOUBLE_FUNCTION(eval_cot, 1.0 / tan(x))
DOUBLE_FUNCTION(eval_degrees, x *degrees_per_radian)
DOUBLE_FUNCTION(eval_exp, exp(x))
DOUBLE_FUNCTION(eval_ln, natural_log(x))
DOUBLE_FUNCTION(eval_radians, x *radians_per_degree)
DOUBLE_FUNCTION(eval_sin, sin(x))
DOUBLE_FUNCTION(eval_sinh, sinh(x))
DOUBLE_FUNCTION(eval_sqrt, sqrt(x))
DOUBLE_FUNCTION(eval_tan, tan(x))
DOUBLE_FUNCTION(eval_tanh, tanh(x))

static bool eval_atan2(struct weir_evaluation *evaluation, const struct weir_call *call,
                       const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    return weir_return_double(result, atan2(arguments[0].number, arguments[1].number));
}

/* Java: a power of 1 with NaN, and of -1 with infinity, is NaN; C says 1. */
static bool eval_power(struct weir_evaluation *evaluation, const struct weir_call *call,
                       const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    double base = arguments[0].number, exponent = arguments[1].number;
    if (exponent != 0 && (isnan(exponent) || (fabs(base) == 1 && isinf(exponent)))) {
        return weir_return_double(result, (double)NAN);
    }
    return weir_return_double(result, pow(base, exponent));
}

/* LOG(value): natural; LOG(base, value). */
static bool eval_log(struct weir_evaluation *evaluation, const struct weir_call *call,
                     const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    if (call->argument_count == 1) {
        return weir_return_double(result, natural_log(arguments[0].number));
    }
    double base = arguments[0].number, value = arguments[1].number;
    if (base <= 0 || base == 1) {
        return weir_return_double(result, (double)NAN);
    }
    return weir_return_double(result, natural_log(value) / natural_log(base));
}

static bool eval_pi(struct weir_evaluation *evaluation, const struct weir_call *call,
                    const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    (void)arguments;
    return weir_return_double(result, M_PI);
}

#define ONE_DOUBLE(name) \
    static const struct weir_signature name##_signatures[] = { \
        {.text = "(DOUBLE value) DOUBLE", .scalar = eval_##name}}
ONE_DOUBLE(acos);
ONE_DOUBLE(asin);
ONE_DOUBLE(atan);
ONE_DOUBLE(cbrt);
ONE_DOUBLE(cos);
ONE_DOUBLE(cosh);
ONE_DOUBLE(cot);
ONE_DOUBLE(degrees);
ONE_DOUBLE(exp);
ONE_DOUBLE(ln);
ONE_DOUBLE(radians);
ONE_DOUBLE(sin);
ONE_DOUBLE(sinh);
ONE_DOUBLE(sqrt);
ONE_DOUBLE(tan);
ONE_DOUBLE(tanh);
static const struct weir_signature atan2_signatures[] = {
    {.text = "(DOUBLE y, DOUBLE x) DOUBLE", .scalar = eval_atan2}};
static const struct weir_signature power_signatures[] = {
    {.text = "(DOUBLE base, DOUBLE exponent) DOUBLE", .scalar = eval_power}};
static const struct weir_signature log_signatures[] = {
    {.text = "(DOUBLE value) DOUBLE", .scalar = eval_log},
    {.text = "(DOUBLE base, DOUBLE value) DOUBLE", .scalar = eval_log},
};
static const struct weir_signature pi_signatures[] = {{.text = "() DOUBLE", .scalar = eval_pi}};

#define MATH(upper, lower, words) \
    { \
        .name = upper, .kind = WEIR_FUNCTION_SCALAR, .category = "MATHEMATICAL", \
        .description = words, WEIR_SIGNATURES(lower##_signatures) \
    }
static const struct weir_function functions[] = {
    MATH("ACOS", acos, "The inverse cosine, in radians."),
    MATH("ASIN", asin, "The inverse sine, in radians."),
    MATH("ATAN", atan, "The inverse tangent, in radians."),
    MATH("ATAN2", atan2, "The angle of the point (x, y), in radians."),
    MATH("CBRT", cbrt, "The cube root."),
    MATH("COS", cos, "The cosine of an angle in radians."),
    MATH("COSH", cosh, "The hyperbolic cosine."),
    MATH("COT", cot, "The cotangent of an angle in radians."),
    MATH("DEGREES", degrees, "Radians as degrees."),
    MATH("EXP", exp, "e to the power of the value."),
    MATH("LN", ln, "The natural logarithm."),
    MATH("LOG", log, "The logarithm, natural or to a base."),
    MATH("PI", pi, "The number pi."),
    MATH("POWER", power, "The base to the power of the exponent."),
    MATH("RADIANS", radians, "Degrees as radians."),
    MATH("SIN", sin, "The sine of an angle in radians."),
    MATH("SINH", sinh, "The hyperbolic sine."),
    MATH("SQRT", sqrt, "The square root."),
    MATH("TAN", tan, "The tangent of an angle in radians."),
    MATH("TANH", tanh, "The hyperbolic tangent."),
};

WEIR_FAMILY(weir_functions_math, functions);
