/* SPDX-License-Identifier: Apache-2.0 */
/* COUNT, SUM, AVG, SUM_LIST. */
#include "connectors/processor/functions/aggregate_internal.h"
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/held_value.h"
#include "connectors/processor/values/decimal.h"

#include <string.h>

/* ---- COUNT ---- */

static bool counts(const struct weir_aggregate *aggregate, const struct weir_value *arguments)
{
    return aggregate->argument_count == 0 || !weir_value_is_null(&arguments[0]);
}

static bool update_count(struct weir_aggregate *aggregate, void *state,
                         const struct weir_value *arguments)
{
    int64_t *count = state;
    *count += counts(aggregate, arguments);
    return true;
}

static bool undo_count(struct weir_aggregate *aggregate, void *state,
                       const struct weir_value *arguments)
{
    int64_t *count = state;
    *count -= counts(aggregate, arguments);
    return true;
}

static bool merge_count(struct weir_aggregate *aggregate, void *into, const void *from)
{
    (void)aggregate;
    int64_t *count = into;
    const int64_t *other = from;
    *count += *other;
    return true;
}

static bool result_count(const struct weir_aggregate *aggregate, const void *state,
                         struct weir_arena *arena, struct weir_value *out)
{
    (void)aggregate;
    (void)arena;
    const int64_t *count = state;
    return weir_return_bigint(out, *count);
}

static struct weir_value save_count(const struct weir_aggregate *aggregate, const void *state,
                                    struct weir_arena *arena)
{
    struct weir_value value;
    result_count(aggregate, state, arena, &value);
    return value;
}

static bool load_count(struct weir_aggregate *aggregate, void *state,
                       const struct weir_value *saved)
{
    (void)aggregate;
    int64_t *count = state;
    *count = saved->bigint;
    return saved->kind == WEIR_TYPE_BIGINT;
}

static const struct weir_type *count_state_type(struct weir_aggregate *aggregate)
{
    (void)aggregate;
    return &weir_type_bigint;
}

static const struct weir_aggregate_ops count_ops = {
    .state_bytes = sizeof(int64_t),
    .splittable = true,
    .state_type = count_state_type,
    .update = update_count,
    .undo = undo_count,
    .merge = merge_count,
    .result = result_count,
    .save = save_count,
    .load = load_count,
};

/* ---- sums, also of AVG ---- */

struct sum {
    union {
        int64_t whole; /* INTEGER wraps when it is taken out */
        double number;
    };
    int64_t count;
    struct weir_held_value decimal; /* NULL: 0 */
};

static const struct weir_type *summand_type(const struct weir_aggregate *aggregate)
{
    const struct weir_type *type = aggregate->argument_types[0];
    return type->kind == WEIR_TYPE_ARRAY ? type->element : type;
}

static bool store_decimal(struct sum *sum, const struct weir_decimal *decimal)
{
    struct weir_value value = {.decimal = decimal, .kind = WEIR_TYPE_DECIMAL};
    weir_held_set(&sum->decimal, &value);
    return true;
}

/* False: past the digits of the type. */
static bool add_decimal(const struct weir_aggregate *aggregate, struct sum *sum,
                        const struct weir_decimal *decimal, bool negative)
{
    const struct weir_type *type = summand_type(aggregate);
    struct weir_arena *scratch = aggregate->scratch;
    weir_arena_reset(scratch);
    decimal = negative ? weir_decimal_negate(scratch, decimal) : decimal;
    if (!weir_value_is_null(&sum->decimal.value)) {
        decimal = weir_decimal_add(scratch, sum->decimal.value.decimal, decimal);
    }
    return decimal && weir_decimal_precision(decimal) <= type->precision &&
           store_decimal(sum, decimal);
}

/* sign: 1 to add, -1 to take away. */
static bool add(const struct weir_aggregate *aggregate, struct sum *sum,
                const struct weir_value *value, int sign)
{
    if (weir_value_is_null(value)) {
        return true;
    }
    uint64_t whole = (uint64_t)sum->whole;
    switch (value->kind) {
    case WEIR_TYPE_INTEGER:
        sum->whole = (int64_t)(whole + (uint64_t)(int64_t)(sign * (int64_t)value->integer));
        break;
    case WEIR_TYPE_BIGINT:
        sum->whole =
            (int64_t)(sign > 0 ? whole + (uint64_t)value->bigint : whole - (uint64_t)value->bigint);
        break;
    case WEIR_TYPE_DOUBLE:
        sum->number = sign > 0 ? sum->number + value->number : sum->number - value->number;
        break;
    default:
        if (!add_decimal(aggregate, sum, value->decimal, sign < 0)) {
            return false;
        }
        break;
    }
    sum->count += sign;
    return true;
}

static bool update_sum(struct weir_aggregate *aggregate, void *state,
                       const struct weir_value *arguments)
{
    return add(aggregate, state, &arguments[0], 1);
}

static bool undo_sum(struct weir_aggregate *aggregate, void *state,
                     const struct weir_value *arguments)
{
    return add(aggregate, state, &arguments[0], -1);
}

static bool add_list(struct weir_aggregate *aggregate, void *state, const struct weir_value *list,
                     int sign)
{
    if (weir_value_is_null(list)) {
        return true;
    }
    for (uint32_t i = 0; i < list->length; i++) {
        if (!add(aggregate, state, &list->items[i], sign)) {
            return false;
        }
    }
    return true;
}

static bool update_list(struct weir_aggregate *aggregate, void *state,
                        const struct weir_value *arguments)
{
    return add_list(aggregate, state, &arguments[0], 1);
}

static bool undo_list(struct weir_aggregate *aggregate, void *state,
                      const struct weir_value *arguments)
{
    return add_list(aggregate, state, &arguments[0], -1);
}

static bool merge_sum(struct weir_aggregate *aggregate, void *into, const void *from)
{
    struct sum *sum = into;
    const struct sum *other = from;
    switch (summand_type(aggregate)->kind) {
    case WEIR_TYPE_DOUBLE:
        sum->number += other->number;
        break;
    case WEIR_TYPE_DECIMAL:
        if (!weir_value_is_null(&other->decimal.value) &&
            !add_decimal(aggregate, sum, other->decimal.value.decimal, false)) {
            return false;
        }
        break;
    default:
        sum->whole = (int64_t)((uint64_t)sum->whole + (uint64_t)other->whole);
        break;
    }
    sum->count += other->count;
    return true;
}

static void fini_sum(void *state)
{
    struct sum *sum = state;
    weir_held_fini(&sum->decimal);
}

static size_t sum_bytes(const void *state)
{
    const struct sum *sum = state;
    return sum->decimal.capacity;
}

static struct weir_value sum_value(const struct weir_aggregate *aggregate, const struct sum *sum,
                                   struct weir_arena *arena)
{
    struct weir_value value = {.kind = (uint8_t)summand_type(aggregate)->kind};
    switch (summand_type(aggregate)->kind) {
    case WEIR_TYPE_INTEGER:
        value.integer = (int32_t)(uint32_t)(uint64_t)sum->whole;
        return value;
    case WEIR_TYPE_DOUBLE:
        value.number = sum->number;
        return value;
    case WEIR_TYPE_DECIMAL:
        if (!weir_value_is_null(&sum->decimal.value)) {
            return sum->decimal.value;
        }
        value.decimal = weir_decimal_set_scale(arena, weir_decimal_of_int64(arena, 0),
                                               summand_type(aggregate)->scale, WEIR_ROUND_DOWN);
        return value;
    default:
        value.bigint = sum->whole;
        return value;
    }
}

static bool result_sum(const struct weir_aggregate *aggregate, const void *state,
                       struct weir_arena *arena, struct weir_value *out)
{
    *out = sum_value(aggregate, state, arena);
    return true;
}

static struct weir_value save_sum(const struct weir_aggregate *aggregate, const void *state,
                                  struct weir_arena *arena)
{
    return sum_value(aggregate, state, arena);
}

static bool load_number(const struct weir_aggregate *aggregate, struct sum *sum,
                        const struct weir_value *saved)
{
    if (saved->kind != summand_type(aggregate)->kind) {
        return false;
    }
    switch (saved->kind) {
    case WEIR_TYPE_INTEGER:
        sum->whole = saved->integer;
        return true;
    case WEIR_TYPE_DOUBLE:
        sum->number = saved->number;
        return true;
    case WEIR_TYPE_DECIMAL:
        return store_decimal(sum, saved->decimal);
    default:
        sum->whole = saved->bigint;
        return true;
    }
}

static bool load_sum(struct weir_aggregate *aggregate, void *state, const struct weir_value *saved)
{
    return load_number(aggregate, state, saved);
}

static const struct weir_type *sum_state_type(struct weir_aggregate *aggregate)
{
    return summand_type(aggregate);
}

static const struct weir_aggregate_ops sum_ops = {
    .state_bytes = sizeof(struct sum),
    .splittable = true,
    .state_type = sum_state_type,
    .fini = fini_sum,
    .update = update_sum,
    .undo = undo_sum,
    .merge = merge_sum,
    .result = result_sum,
    .save = save_sum,
    .load = load_sum,
    .memory_bytes = sum_bytes,
};

static const struct weir_aggregate_ops sum_list_ops = {
    .state_bytes = sizeof(struct sum),
    .state_type = sum_state_type,
    .fini = fini_sum,
    .update = update_list,
    .undo = undo_list,
    .merge = merge_sum,
    .result = result_sum,
    .save = save_sum,
    .load = load_sum,
    .memory_bytes = sum_bytes,
};

/* ---- AVG ---- */

static bool result_average(const struct weir_aggregate *aggregate, const void *state,
                           struct weir_arena *arena, struct weir_value *out)
{
    const struct sum *sum = state;
    struct weir_value total = sum_value(aggregate, sum, arena);
    double number = total.kind == WEIR_TYPE_INTEGER  ? (double)total.integer
                    : total.kind == WEIR_TYPE_DOUBLE ? total.number
                                                     : (double)total.bigint;
    return weir_return_double(out, sum->count == 0 ? 0.0 : number / (double)sum->count);
}

static struct weir_value save_average(const struct weir_aggregate *aggregate, const void *state,
                                      struct weir_arena *arena)
{
    const struct sum *sum = state;
    const struct weir_value fields[2] = {sum_value(aggregate, sum, arena),
                                         {.bigint = sum->count, .kind = WEIR_TYPE_BIGINT}};
    return weir_struct_value(arena, fields, 2);
}

static bool load_average(struct weir_aggregate *aggregate, void *state,
                         const struct weir_value *saved)
{
    struct sum *sum = state;
    if (!weir_is_struct_of(saved, 2) || saved->items[1].kind != WEIR_TYPE_BIGINT ||
        !load_number(aggregate, sum, &saved->items[0])) {
        return false;
    }
    sum->count = saved->items[1].bigint;
    return true;
}

static const struct weir_type *average_state_type(struct weir_aggregate *aggregate)
{
    const struct weir_type_field fields[2] = {{"SUM", summand_type(aggregate)},
                                              {"COUNT", &weir_type_bigint}};
    return weir_type_struct(aggregate->arena, fields, 2);
}

static const struct weir_aggregate_ops average_ops = {
    .state_bytes = sizeof(struct sum),
    .splittable = true,
    .state_type = average_state_type,
    .fini = fini_sum,
    .update = update_sum,
    .undo = undo_sum,
    .merge = merge_sum,
    .result = result_average,
    .save = save_average,
    .load = load_average,
};

static const struct weir_type *first_argument(struct weir_arena *arena,
                                              const struct weir_type *const *types, size_t count,
                                              struct weir_error *err)
{
    (void)arena;
    (void)count;
    (void)err;
    return types[0];
}

static const struct weir_signature count_signatures[] = {
    {.text = "() BIGINT", .aggregate = &count_ops},
    {.text = "(T value) BIGINT", .aggregate = &count_ops},
};
static const struct weir_signature sum_signatures[] = {
    {.text = "(INTEGER value) INTEGER", .aggregate = &sum_ops},
    {.text = "(BIGINT value) BIGINT", .aggregate = &sum_ops},
    {.text = "(DOUBLE value) DOUBLE", .aggregate = &sum_ops},
    {.text = "(DECIMAL value) DECIMAL", .aggregate = &sum_ops, .result_type = first_argument},
};
static const struct weir_signature sum_list_signatures[] = {
    {.text = "(ARRAY<INTEGER> values) INTEGER", .aggregate = &sum_list_ops},
    {.text = "(ARRAY<BIGINT> values) BIGINT", .aggregate = &sum_list_ops},
    {.text = "(ARRAY<DOUBLE> values) DOUBLE", .aggregate = &sum_list_ops},
};
static const struct weir_signature average_signatures[] = {
    {.text = "(INTEGER value) DOUBLE", .aggregate = &average_ops},
    {.text = "(BIGINT value) DOUBLE", .aggregate = &average_ops},
    {.text = "(DOUBLE value) DOUBLE", .aggregate = &average_ops},
};

static const struct weir_function functions[] = {
    {.name = "COUNT",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "How many rows there are; with an argument, how many where it is not NULL.",
     WEIR_SIGNATURES(count_signatures)},
    {.name = "SUM",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The sum of the values; NULL counts as nothing.",
     WEIR_SIGNATURES(sum_signatures)},
    {.name = "SUM_LIST",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The sum of all items of the arrays.",
     WEIR_SIGNATURES(sum_list_signatures)},
    {.name = "AVG",
     .kind = WEIR_FUNCTION_AGGREGATE,
     .category = "AGGREGATE",
     .description = "The mean of the values that are not NULL; 0.0 when there are none.",
     WEIR_SIGNATURES(average_signatures)},
};

WEIR_FAMILY(weir_functions_sum, functions);
