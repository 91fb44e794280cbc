/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays seen as lists: joined, sorted, cut, searched. Arrays seen as sets: functions_set.c. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/items.h"
#include "connectors/processor/values/row_format.h"

enum { SERIES_ITEMS_MAX = 4 << 20 };

WEIR_KERNEL(eval_concat)
{
    const struct weir_value *left = &arguments[0], *right = &arguments[1];
    if (weir_value_is_null(left) || weir_value_is_null(right)) {
        *result = weir_value_is_null(left) ? *right : *left;
        return true;
    }
    size_t count = (size_t)left->length + right->length;
    struct weir_value *items = weir_arena_calloc(evaluation->arena, count + 1, sizeof *items);
    weir_items_copy(weir_items_copy(items, left->items, left->length), right->items, right->length);
    return weir_return_array(result, items, count);
}

WEIR_KERNEL(eval_contains)
{
    const struct weir_value *array = &arguments[0];
    bool found = false;
    for (uint32_t i = 0; !found && !weir_value_is_null(array) && i < array->length; i++) {
        found = weir_value_equal(&array->items[i], &arguments[1]);
    }
    return weir_return_boolean(result, found);
}

WEIR_KERNEL(eval_length)
{
    return weir_return_integer(result, (int32_t)arguments[0].length);
}

/* The item that comes first (wanted -1) or last (1); NULL when all are. */
static bool find_extreme(const struct weir_value *array, int wanted, struct weir_value *result)
{
    *result = WEIR_VALUE_NULL;
    for (uint32_t i = 0; i < array->length; i++) {
        const struct weir_value *item = &array->items[i];
        bool unordered;
        if (!weir_value_is_null(item) && (weir_value_is_null(result) ||
                                          weir_value_compare(item, result, &unordered) == wanted)) {
            *result = *item;
        }
    }
    return true;
}

WEIR_KERNEL(eval_min)
{
    return find_extreme(&arguments[0], -1, result);
}

WEIR_KERNEL(eval_max)
{
    return find_extreme(&arguments[0], 1, result);
}

WEIR_KERNEL(eval_remove)
{
    const struct weir_value *array = &arguments[0];
    if (weir_value_is_null(array)) {
        return weir_return_null(result);
    }
    struct weir_value *items =
        weir_arena_calloc(evaluation->arena, (size_t)array->length + 1, sizeof *items);
    size_t count = 0;
    for (uint32_t i = 0; i < array->length; i++) {
        if (!weir_value_equal(&array->items[i], &arguments[1])) {
            items[count++] = array->items[i];
        }
    }
    return weir_return_array(result, items, count);
}

/* NULL: neither. */
static weir_items_compare_fn sort_order(struct weir_bytes text)
{
    if (weir_text_is(text, "ASC") || weir_text_is(text, "ASCENDING")) {
        return weir_items_ascending;
    }
    return weir_text_is(text, "DESC") || weir_text_is(text, "DESCENDING") ? weir_items_descending
                                                                          : NULL;
}

WEIR_KERNEL(eval_sort)
{
    weir_items_compare_fn order =
        call->argument_count == 2 ? sort_order(weir_text_of(&arguments[1])) : weir_items_ascending;
    if (!order) {
        return weir_return_null(result);
    }
    size_t count = arguments[0].length;
    struct weir_value *items = weir_arena_alloc(evaluation->arena, (count + 1) * sizeof *items);
    weir_items_copy(items, arguments[0].items, count);
    weir_items_sort(items, count, order, evaluation->arena);
    return weir_return_array(result, items, count);
}

WEIR_KERNEL(eval_join)
{
    const struct weir_value *array = &arguments[0];
    const struct weir_type *element = call->argument_types[0]->element;
    if (weir_value_is_null(array)) {
        return weir_return_null(result);
    }
    struct weir_bytes delimiter = WEIR_BYTES(",");
    if (call->argument_count == 2) {
        delimiter =
            weir_value_is_null(&arguments[1]) ? WEIR_BYTES("") : weir_text_of(&arguments[1]);
    }
    struct weir_buffer *text = weir_evaluation_text(evaluation);
    for (uint32_t i = 0; i < array->length; i++) {
        const struct weir_value *item = &array->items[i];
        if (!weir_value_is_null(item) && element->kind > WEIR_TYPE_STRING) {
            return weir_evaluation_fail(evaluation,
                                        "ARRAY_JOIN takes numbers, booleans and strings");
        }
        if (i > 0) {
            weir_buffer_append_bytes(text, delimiter);
        }
        weir_value_print_java(item, element, text);
    }
    return weir_return_buffer(evaluation, result, text);
}

/* SLICE(array, from, to): both count from 1 and are included; NULL: to the end of that side. */
WEIR_KERNEL(eval_slice)
{
    const struct weir_value *array = &arguments[0];
    if (weir_value_is_null(array)) {
        return weir_return_null(result);
    }
    int64_t from = weir_value_is_null(&arguments[1]) ? 0 : (int64_t)arguments[1].integer - 1;
    int64_t to = arguments[2].integer;
    if (weir_value_is_null(&arguments[2])) {
        to = array->length;
    }
    if (from < 0 || to > array->length || from > to) {
        return weir_return_null(result);
    }
    return weir_return_array(result, array->items + from, (size_t)(to - from));
}

static int64_t whole(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_INTEGER ? value->integer : value->bigint;
}

WEIR_KERNEL(eval_series)
{
    int64_t start = whole(&arguments[0]), end = whole(&arguments[1]);
    int64_t step = end > start ? 1 : -1, distance;
    if (call->argument_count == 3) {
        step = arguments[2].integer;
    }
    if (step == 0) {
        return weir_evaluation_fail(evaluation, "GENERATE_SERIES step cannot be zero");
    }
    if (end != start && (end > start) != (step > 0)) {
        return weir_evaluation_fail(evaluation, "GENERATE_SERIES step has wrong sign");
    }
    if (__builtin_sub_overflow(end, start, &distance) || distance / step >= SERIES_ITEMS_MAX) {
        return weir_evaluation_fail(evaluation, "GENERATE_SERIES of too many values");
    }
    size_t count = (size_t)(distance / step) + 1;
    struct weir_value *items = weir_arena_alloc(evaluation->arena, count * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        int64_t number = start + (int64_t)i * step;
        if (arguments[0].kind == WEIR_TYPE_INTEGER) {
            weir_return_integer(&items[i], (int32_t)number);
        } else {
            weir_return_bigint(&items[i], number);
        }
    }
    return weir_return_array(result, items, count);
}

static const struct weir_signature concat_signatures[] = {
    {.text = "(ARRAY<T> left, ARRAY<T> right) ARRAY<T>", .scalar = eval_concat}};
static const struct weir_signature contains_signatures[] = {
    {.text = "(ARRAY<T> array, T value) BOOLEAN", .scalar = eval_contains}};
static const struct weir_signature length_signatures[] = {
    {.text = "(ARRAY<T> array) INTEGER", .scalar = eval_length}};
static const struct weir_signature min_signatures[] = {
    {.text = "(ARRAY<T> array) T", .scalar = eval_min}};
static const struct weir_signature max_signatures[] = {
    {.text = "(ARRAY<T> array) T", .scalar = eval_max}};
static const struct weir_signature remove_signatures[] = {
    {.text = "(ARRAY<T> array, T unwanted) ARRAY<T>", .scalar = eval_remove}};
static const struct weir_signature sort_signatures[] = {
    {.text = "(ARRAY<T> array) ARRAY<T>", .scalar = eval_sort},
    {.text = "(ARRAY<T> array, STRING direction) ARRAY<T>", .scalar = eval_sort},
};
static const struct weir_signature join_signatures[] = {
    {.text = "(ARRAY<T> array) STRING", .scalar = eval_join},
    {.text = "(ARRAY<T> array, STRING delimiter) STRING", .scalar = eval_join},
};
static const struct weir_signature slice_signatures[] = {
    {.text = "(ARRAY<T> array, INTEGER from, INTEGER to) ARRAY<T>", .scalar = eval_slice}};
static const struct weir_signature series_signatures[] = {
    {.text = "(INTEGER start, INTEGER end) ARRAY<INTEGER>", .scalar = eval_series},
    {.text = "(INTEGER start, INTEGER end, INTEGER step) ARRAY<INTEGER>", .scalar = eval_series},
    {.text = "(BIGINT start, BIGINT end) ARRAY<BIGINT>", .scalar = eval_series},
    {.text = "(BIGINT start, BIGINT end, INTEGER step) ARRAY<BIGINT>", .scalar = eval_series},
};

static const struct weir_function functions[] = {
    WEIR_SCALAR("ARRAY_CONCAT", "ARRAY", concat_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The items of both arrays, one after the other."),
    WEIR_SCALAR("ARRAY_CONTAINS", "ARRAY", contains_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "Whether the value is an item of the array."),
    WEIR_SCALAR("ARRAY_JOIN", "ARRAY", join_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The items as text, with a delimiter (a comma if none is given) between them."),
    WEIR_SCALAR("ARRAY_LENGTH", "ARRAY", length_signatures, 0, "How many items there are."),
    WEIR_SCALAR("ARRAY_MAX", "ARRAY", max_signatures, 0, "The largest item; NULL does not count."),
    WEIR_SCALAR("ARRAY_MIN", "ARRAY", min_signatures, 0, "The smallest item; NULL does not count."),
    WEIR_SCALAR("ARRAY_REMOVE", "ARRAY", remove_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The array without the items that equal the value."),
    WEIR_SCALAR("ARRAY_SORT", "ARRAY", sort_signatures, 0,
                "The items in order, 'ASC' or 'DESC'; NULL comes last."),
    WEIR_SCALAR("SLICE", "ARRAY", slice_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The items from one position to another, both counting from 1 and included."),
    WEIR_SCALAR("GENERATE_SERIES", "ARRAY", series_signatures, 0,
                "The numbers from start to end, a step apart."),
};

WEIR_FAMILY(weir_functions_array, functions);
