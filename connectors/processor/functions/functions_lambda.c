/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that take a function: TRANSFORM, FILTER, REDUCE over arrays and maps. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/map_builder.h"

WEIR_KERNEL(eval_transform_array)
{
    const struct weir_value *array = &arguments[0];
    if (weir_value_is_null(array)) {
        return weir_return_null(result);
    }
    struct weir_value *items =
        weir_arena_calloc(evaluation->arena, (size_t)array->length + 1, sizeof *items);
    for (uint32_t i = 0; i < array->length; i++) {
        if (!weir_lambda_apply(evaluation, call, 1, &array->items[i], 1, &items[i])) {
            return false;
        }
    }
    return weir_return_array(result, items, array->length);
}

WEIR_KERNEL(eval_transform_map)
{
    const struct weir_value *map = &arguments[0];
    if (weir_value_is_null(map)) {
        return weir_return_null(result);
    }
    struct weir_map_builder built;
    weir_map_builder_init(&built, evaluation->arena, map->length);
    for (size_t i = 0; i < map->length; i++) {
        struct weir_value key, value;
        if (!weir_lambda_apply(evaluation, call, 1, &map->items[2 * i], 2, &key) ||
            !weir_lambda_apply(evaluation, call, 2, &map->items[2 * i], 2, &value)) {
            return false;
        }
        if (weir_value_is_null(&value)) {
            return weir_evaluation_fail(evaluation, "TRANSFORM gave NULL as a map's value");
        }
        if (weir_map_builder_find(&built, &key)) {
            return weir_evaluation_fail(evaluation, "TRANSFORM gave the same key twice");
        }
        weir_map_builder_put(&built, &key, &value);
    }
    *result = weir_map_builder_finish(&built, WEIR_MAP_ORDER_DEFAULT);
    return true;
}

/* Whether the lambda, argument 1, keeps what it is given. */
static bool keeps(struct weir_evaluation *evaluation, const struct weir_call *call,
                  const struct weir_value *arguments, size_t count, bool *keeps_out)
{
    struct weir_value verdict;
    if (!weir_lambda_apply(evaluation, call, 1, arguments, count, &verdict)) {
        return false;
    }
    if (weir_value_is_null(&verdict)) {
        return weir_evaluation_fail(evaluation, "FILTER's condition gave NULL");
    }
    *keeps_out = verdict.boolean;
    return true;
}

WEIR_KERNEL(eval_filter_array)
{
    const struct weir_value *array = &arguments[0];
    if (weir_value_is_null(array)) {
        return weir_return_null(result);
    }
    struct weir_value *items =
        weir_arena_calloc(evaluation->arena, (size_t)array->length + 1, sizeof *items);
    size_t count = 0;
    for (uint32_t i = 0; i < array->length; i++) {
        bool kept;
        if (!keeps(evaluation, call, &array->items[i], 1, &kept)) {
            return false;
        }
        if (kept) {
            items[count++] = array->items[i];
        }
    }
    return weir_return_array(result, items, count);
}

WEIR_KERNEL(eval_filter_map)
{
    const struct weir_value *map = &arguments[0];
    if (weir_value_is_null(map)) {
        return weir_return_null(result);
    }
    struct weir_map_builder built;
    weir_map_builder_init(&built, evaluation->arena, map->length);
    for (size_t i = 0; i < map->length; i++) {
        const struct weir_value *entry = &map->items[2 * i];
        bool kept;
        if (!keeps(evaluation, call, entry, 2, &kept)) {
            return false;
        }
        if (kept && weir_value_is_null(&entry[1])) {
            return weir_evaluation_fail(evaluation, "FILTER keeps no NULL in a map");
        }
        if (kept) {
            weir_map_builder_put(&built, &entry[0], &entry[1]);
        }
    }
    *result = weir_map_builder_finish(&built, WEIR_MAP_ORDER_DEFAULT);
    return true;
}

/* width: values that make one item of the collection: 1, or 2 for a map's key and value. */
static bool reduce(struct weir_evaluation *evaluation, const struct weir_call *call,
                   const struct weir_value *arguments, size_t width, struct weir_value *result)
{
    const struct weir_value *collection = &arguments[0];
    *result = arguments[1];
    if (weir_value_is_null(collection) || weir_value_is_null(&arguments[1])) {
        return true;
    }
    for (size_t i = 0; i < collection->length; i++) {
        const struct weir_value *item = &collection->items[width * i];
        struct weir_value inputs[3] = {*result, item[0], item[width - 1]};
        if (!weir_lambda_apply(evaluation, call, 2, inputs, 1 + width, result)) {
            return false;
        }
    }
    return true;
}

WEIR_KERNEL(eval_reduce_array)
{
    return reduce(evaluation, call, arguments, 1, result);
}

WEIR_KERNEL(eval_reduce_map)
{
    return reduce(evaluation, call, arguments, 2, result);
}

static const struct weir_signature transform_signatures[] = {
    {.text = "(ARRAY<T> array, LAMBDA<T, R> function) ARRAY<R>", .scalar = eval_transform_array},
    {.text = "(MAP<K, V> map, LAMBDA<K, V, R> key, LAMBDA<K, V, T> value) MAP<R, T>",
     .scalar = eval_transform_map},
};
static const struct weir_signature filter_signatures[] = {
    {.text = "(ARRAY<T> array, LAMBDA<T, BOOLEAN> condition) ARRAY<T>",
     .scalar = eval_filter_array},
    {.text = "(MAP<K, V> map, LAMBDA<K, V, BOOLEAN> condition) MAP<K, V>",
     .scalar = eval_filter_map},
};
static const struct weir_signature reduce_signatures[] = {
    {.text = "(ARRAY<T> array, S state, LAMBDA<S, T, S> function) S", .scalar = eval_reduce_array},
    {.text = "(MAP<K, V> map, S state, LAMBDA<S, K, V, S> function) S", .scalar = eval_reduce_map},
};

static const struct weir_function functions[] = {
    WEIR_SCALAR("TRANSFORM", "LAMBDA", transform_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The collection with each item replaced by what the function makes of it."),
    WEIR_SCALAR("FILTER", "LAMBDA", filter_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The items of the collection for which the condition is true."),
    WEIR_SCALAR("REDUCE", "LAMBDA", reduce_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The state after the function was given it and each item in turn."),
};

WEIR_FAMILY(weir_functions_lambda, functions);
