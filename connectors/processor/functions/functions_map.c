/* SPDX-License-Identifier: Apache-2.0 */
/* Maps: made, merged, taken apart. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/items.h"
#include "connectors/processor/values/map_builder.h"

#include <string.h>

WEIR_KERNEL(eval_as_map)
{
    const struct weir_value *keys = &arguments[0], *values = &arguments[1];
    uint32_t count = keys->length < values->length ? keys->length : values->length;
    struct weir_map_builder map;
    weir_map_builder_init(&map, evaluation->arena, count);
    for (uint32_t i = 0; i < count; i++) {
        weir_map_builder_put(&map, &keys->items[i], &values->items[i]);
    }
    *result = weir_map_builder_finish(&map, WEIR_MAP_ORDER_DEFAULT);
    return true;
}

static bool pick(struct weir_evaluation *evaluation, const struct weir_value *map, size_t which,
                 struct weir_value *result)
{
    struct weir_value *items =
        weir_arena_calloc(evaluation->arena, (size_t)map->length + 1, sizeof *items);
    for (size_t i = 0; i < map->length; i++) {
        items[i] = map->items[2 * i + which];
    }
    return weir_return_array(result, items, map->length);
}

WEIR_KERNEL(eval_keys)
{
    return pick(evaluation, &arguments[0], 0, result);
}

WEIR_KERNEL(eval_values)
{
    return pick(evaluation, &arguments[0], 1, result);
}

static void put_all(struct weir_map_builder *builder, const struct weir_value *map)
{
    for (size_t i = 0; i < map->length; i++) {
        weir_map_builder_put(builder, &map->items[2 * i], &map->items[2 * i + 1]);
    }
}

WEIR_KERNEL(eval_union)
{
    const struct weir_value *left = &arguments[0], *right = &arguments[1];
    if (weir_value_is_null(left) || weir_value_is_null(right)) {
        *result = weir_value_is_null(left) ? *right : *left;
        return true;
    }
    struct weir_map_builder map;
    weir_map_builder_init(&map, evaluation->arena, left->length + right->length);
    put_all(&map, left);
    put_all(&map, right);
    /* HashMap.putAll into a new map sizes it for the first one. */
    int64_t capacity = left->length > 0    ? (int64_t)((double)left->length / 0.75 + 1.0)
                       : right->length > 0 ? (int64_t)((double)right->length / 0.75 + 1.0)
                                           : WEIR_MAP_ORDER_DEFAULT;
    *result = weir_map_builder_finish(&map, capacity);
    return true;
}

static int compare_entries(const struct weir_value *a, const struct weir_value *b)
{
    bool unordered;
    return weir_value_compare(&a->items[0], &b->items[0], &unordered);
}

/* Structs of K and V are pairs of a map's items already. */
WEIR_KERNEL(eval_entries)
{
    const struct weir_value *map = &arguments[0];
    size_t count = map->length;
    struct weir_value *items = weir_arena_calloc(evaluation->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] =
            (struct weir_value){.items = &map->items[2 * i], .length = 2, .kind = WEIR_TYPE_STRUCT};
    }
    if (arguments[1].boolean) {
        weir_items_sort(items, count, compare_entries, evaluation->arena);
    }
    return weir_return_array(result, items, count);
}

/* Where needle begins in text, or NULL. */
static const uint8_t *find(struct weir_bytes text, struct weir_bytes needle)
{
    return memmem(text.data, text.len, needle.data, needle.len);
}

/* The text before the next delimiter; *rest_out is what follows it, or null bytes. */
static struct weir_bytes cut(struct weir_bytes text, struct weir_bytes delimiter,
                             struct weir_bytes *rest_out)
{
    const uint8_t *at = find(text, delimiter);
    if (!at) {
        *rest_out = WEIR_BYTES_NULL;
        return text;
    }
    size_t length = (size_t)(at - text.data);
    *rest_out = (struct weir_bytes){at + delimiter.len, text.len - length - delimiter.len};
    return (struct weir_bytes){text.data, length};
}

/* Of "a:1,b:2". Entries without the second delimiter do not count, nor what follows its second
 * occurrence. */
WEIR_KERNEL(eval_split)
{
    struct weir_bytes rest = weir_text_of(&arguments[0]);
    struct weir_bytes entries = weir_text_of(&arguments[1]), pair = weir_text_of(&arguments[2]);
    if (entries.len == 0 || pair.len == 0) {
        return weir_return_null(result);
    }
    struct weir_map_builder map;
    weir_map_builder_init(&map, evaluation->arena, 8);
    while (!weir_bytes_is_null(rest)) {
        struct weir_bytes after;
        struct weir_bytes entry = cut(rest, entries, &rest);
        struct weir_bytes name = cut(entry, pair, &after);
        if (!weir_bytes_is_null(after)) {
            struct weir_value key, value;
            weir_return_text(&key, name);
            weir_return_text(&value, cut(after, pair, &after));
            weir_map_builder_put(&map, &key, &value);
        }
    }
    *result = weir_map_builder_finish(&map, WEIR_MAP_ORDER_DEFAULT);
    return true;
}

static const struct weir_signature as_map_signatures[] = {
    {.text = "(ARRAY<STRING> keys, ARRAY<V> values) MAP<STRING, V>", .scalar = eval_as_map}};
static const struct weir_signature keys_signatures[] = {
    {.text = "(MAP<STRING, V> map) ARRAY<STRING>", .scalar = eval_keys}};
static const struct weir_signature values_signatures[] = {
    {.text = "(MAP<STRING, V> map) ARRAY<V>", .scalar = eval_values}};
static const struct weir_signature union_signatures[] = {
    {.text = "(MAP<STRING, V> left, MAP<STRING, V> right) MAP<STRING, V>", .scalar = eval_union}};
static const struct weir_signature entries_signatures[] = {
    {.text = "(MAP<STRING, V> map, BOOLEAN sorted) ARRAY<STRUCT<K STRING, V V>>",
     .scalar = eval_entries}};
static const struct weir_signature split_signatures[] = {
    {.text = "(STRING text, STRING entries, STRING pair) MAP<STRING, STRING>",
     .scalar = eval_split}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("AS_MAP", "MAP", as_map_signatures, 0,
                "A map of the keys and values at the same places of two arrays."),
    WEIR_SCALAR("MAP_KEYS", "MAP", keys_signatures, 0, "The keys, in no particular order."),
    WEIR_SCALAR("MAP_VALUES", "MAP", values_signatures, 0, "The values, in no particular order."),
    WEIR_SCALAR("MAP_UNION", "MAP", union_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The entries of both maps; of a key in both, the right one's."),
    WEIR_SCALAR("ENTRIES", "MAP", entries_signatures, 0,
                "The entries as structs of K and V, in the order of the keys if sorted."),
    WEIR_SCALAR("SPLIT_TO_MAP", "STRING", split_signatures, 0, "A map of text such as 'a:1,b:2'."),
};

WEIR_FAMILY(weir_functions_map, functions);
