/* SPDX-License-Identifier: Apache-2.0 */
/* What NULL is replaced by, the largest and smallest of several, and AS_VALUE. */
#include "connectors/processor/functions/families.h"

static bool eval_as_value(struct weir_evaluation *evaluation, const struct weir_call *call,
                          const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    *result = arguments[0];
    return true;
}

static bool eval_coalesce(struct weir_evaluation *evaluation, const struct weir_call *call,
                          const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    for (size_t i = 0; i < call->argument_count; i++) {
        if (!weir_value_is_null(&arguments[i])) {
            *result = arguments[i];
            return true;
        }
    }
    return weir_return_null(result);
}

static bool eval_nullif(struct weir_evaluation *evaluation, const struct weir_call *call,
                        const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    (void)call;
    *result = weir_value_equal(&arguments[0], &arguments[1]) ? WEIR_VALUE_NULL : arguments[0];
    return true;
}

static bool extreme(const struct weir_call *call, const struct weir_value *arguments, int wanted,
                    struct weir_value *result)
{
    *result = WEIR_VALUE_NULL;
    for (size_t i = 0; i < call->argument_count; i++) {
        bool unordered;
        if (weir_value_is_null(&arguments[i])) {
            continue;
        }
        if (weir_value_is_null(result) ||
            weir_value_compare(&arguments[i], result, &unordered) == wanted) {
            *result = arguments[i];
        }
    }
    return true;
}

static bool eval_greatest(struct weir_evaluation *evaluation, const struct weir_call *call,
                          const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    return extreme(call, arguments, 1, result);
}

static bool eval_least(struct weir_evaluation *evaluation, const struct weir_call *call,
                       const struct weir_value *arguments, struct weir_value *result)
{
    (void)evaluation;
    return extreme(call, arguments, -1, result);
}

/* The DECIMAL that holds all of them. */
static const struct weir_type *widest_decimal(struct weir_arena *arena,
                                              const struct weir_type *const *types, size_t count,
                                              struct weir_error *err)
{
    (void)err;
    int32_t whole_digits = 0, scale = 0;
    for (size_t i = 0; i < count; i++) {
        if (types[i]->kind == WEIR_TYPE_DECIMAL) {
            int32_t digits = types[i]->precision - types[i]->scale;
            whole_digits = digits > whole_digits ? digits : whole_digits;
            scale = types[i]->scale > scale ? types[i]->scale : scale;
        }
    }
    return weir_type_decimal(arena, whole_digits + scale, scale);
}

static const struct weir_signature as_value_signatures[] = {
    {.text = "(T value) T", .scalar = eval_as_value}};
static const struct weir_signature coalesce_signatures[] = {
    {.text = "(T first, T... others) T", .scalar = eval_coalesce}};
static const struct weir_signature ifnull_signatures[] = {
    {.text = "(T value, T otherwise) T", .scalar = eval_coalesce}};
static const struct weir_signature nullif_signatures[] = {
    {.text = "(T value, T unwanted) T", .scalar = eval_nullif}};

#define OF_EACH_TYPE(kernel) \
    { \
        {.text = "(INTEGER first, INTEGER... others) INTEGER", .scalar = kernel}, \
            {.text = "(BIGINT first, BIGINT... others) BIGINT", .scalar = kernel}, \
            {.text = "(DOUBLE first, DOUBLE... others) DOUBLE", .scalar = kernel}, \
            {.text = "(DECIMAL first, DECIMAL... others) DECIMAL", \
             .scalar = kernel, \
             .result_type = widest_decimal}, \
            {.text = "(STRING first, STRING... others) STRING", .scalar = kernel}, \
            {.text = "(BYTES first, BYTES... others) BYTES", .scalar = kernel}, \
            {.text = "(DATE first, DATE... others) DATE", .scalar = kernel}, \
            {.text = "(TIME first, TIME... others) TIME", .scalar = kernel}, \
            {.text = "(TIMESTAMP first, TIMESTAMP... others) TIMESTAMP", .scalar = kernel}, \
    }
static const struct weir_signature greatest_signatures[] = OF_EACH_TYPE(eval_greatest);
static const struct weir_signature least_signatures[] = OF_EACH_TYPE(eval_least);

static const struct weir_function functions[] = {
    {.name = "AS_VALUE",
     .kind = WEIR_FUNCTION_SCALAR,
     .category = "OTHER",
     .description = "The value itself: copies a key column into the value.",
     WEIR_SIGNATURES(as_value_signatures),
     .flags = WEIR_FUNCTION_TAKES_NULLS},
    {.name = "COALESCE",
     .kind = WEIR_FUNCTION_SCALAR,
     .category = "CONDITIONAL",
     .description = "The first argument that is not NULL.",
     WEIR_SIGNATURES(coalesce_signatures),
     .flags = WEIR_FUNCTION_TAKES_NULLS},
    {.name = "IFNULL",
     .kind = WEIR_FUNCTION_SCALAR,
     .category = "CONDITIONAL",
     .description = "The value, or the other one when it is NULL.",
     WEIR_SIGNATURES(ifnull_signatures),
     .flags = WEIR_FUNCTION_TAKES_NULLS},
    {.name = "NULLIF",
     .kind = WEIR_FUNCTION_SCALAR,
     .category = "CONDITIONAL",
     .description = "NULL when both are equal, else the value.",
     WEIR_SIGNATURES(nullif_signatures),
     .flags = WEIR_FUNCTION_TAKES_NULLS},
    {.name = "GREATEST",
     .kind = WEIR_FUNCTION_SCALAR,
     .category = "CONDITIONAL",
     .description = "The largest of the values; NULL does not count.",
     WEIR_SIGNATURES(greatest_signatures),
     .flags = WEIR_FUNCTION_TAKES_NULLS},
    {.name = "LEAST",
     .kind = WEIR_FUNCTION_SCALAR,
     .category = "CONDITIONAL",
     .description = "The smallest of the values; NULL does not count.",
     WEIR_SIGNATURES(least_signatures),
     .flags = WEIR_FUNCTION_TAKES_NULLS},
};

WEIR_FAMILY(weir_functions_null, functions);
