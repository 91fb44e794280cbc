/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays seen as sets: without duplicates, in the order in which items first come. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/map_builder.h"

/* A set is a map to nothing. */
static void set_init(struct weir_map_builder *set, struct weir_arena *arena,
                     const struct weir_value *array)
{
    weir_map_builder_init(set, arena, array->length);
}

static bool set_has(struct weir_map_builder *set, const struct weir_value *item)
{
    return weir_map_builder_find(set, item) != NULL;
}

static void set_add(struct weir_map_builder *set, const struct weir_value *item)
{
    if (!set_has(set, item)) {
        weir_map_builder_put(set, item, &WEIR_VALUE_NULL);
    }
}

static void set_add_all(struct weir_map_builder *set, const struct weir_value *array)
{
    for (uint32_t i = 0; i < array->length; i++) {
        set_add(set, &array->items[i]);
    }
}

static bool return_set(const struct weir_map_builder *set, struct weir_value *result)
{
    struct weir_value *items = weir_arena_calloc(set->arena, (size_t)set->count + 1, sizeof *items);
    for (uint32_t i = 0; i < set->count; i++) {
        items[i] = set->items[2 * (size_t)i];
    }
    return weir_return_array(result, items, set->count);
}

WEIR_KERNEL(eval_distinct)
{
    struct weir_map_builder set;
    set_init(&set, evaluation->arena, &arguments[0]);
    set_add_all(&set, &arguments[0]);
    return return_set(&set, result);
}

WEIR_KERNEL(eval_union)
{
    struct weir_map_builder set;
    set_init(&set, evaluation->arena, &arguments[0]);
    set_add_all(&set, &arguments[0]);
    set_add_all(&set, &arguments[1]);
    return return_set(&set, result);
}

/* The items of the left array that are (wanted), or are not, in the right one. */
static bool pick(struct weir_arena *arena, const struct weir_value *arguments, bool wanted,
                 struct weir_value *result)
{
    struct weir_map_builder set, right;
    set_init(&right, arena, &arguments[1]);
    set_add_all(&right, &arguments[1]);
    set_init(&set, arena, &arguments[0]);
    for (uint32_t i = 0; i < arguments[0].length; i++) {
        if (set_has(&right, &arguments[0].items[i]) == wanted) {
            set_add(&set, &arguments[0].items[i]);
        }
    }
    return return_set(&set, result);
}

WEIR_KERNEL(eval_intersect)
{
    return pick(evaluation->arena, arguments, true, result);
}

WEIR_KERNEL(eval_except)
{
    return pick(evaluation->arena, arguments, false, result);
}

static const struct weir_signature distinct_signatures[] = {
    {.text = "(ARRAY<T> array) ARRAY<T>", .scalar = eval_distinct}};
static const struct weir_signature union_signatures[] = {
    {.text = "(ARRAY<T> left, ARRAY<T> right) ARRAY<T>", .scalar = eval_union}};
static const struct weir_signature intersect_signatures[] = {
    {.text = "(ARRAY<T> left, ARRAY<T> right) ARRAY<T>", .scalar = eval_intersect}};
static const struct weir_signature except_signatures[] = {
    {.text = "(ARRAY<T> left, ARRAY<T> right) ARRAY<T>", .scalar = eval_except}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("ARRAY_DISTINCT", "ARRAY", distinct_signatures, 0,
                "Each different item once, in the order of their first occurrence."),
    WEIR_SCALAR("ARRAY_EXCEPT", "ARRAY", except_signatures, 0,
                "Each different item of the left array that is not in the right one."),
    WEIR_SCALAR("ARRAY_INTERSECT", "ARRAY", intersect_signatures, 0,
                "Each different item that is in both arrays."),
    WEIR_SCALAR("ARRAY_UNION", "ARRAY", union_signatures, 0,
                "Each different item that is in either array."),
};

WEIR_FAMILY(weir_functions_set, functions);
