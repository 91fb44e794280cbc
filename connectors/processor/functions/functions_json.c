/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in text: looked into, taken apart, put together. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/json_path.h"
#include "connectors/processor/values/json_text.h"
#include "connectors/processor/values/map_builder.h"
#include "connectors/processor/values/number_text.h"

#include <string.h>

static const char invalid_json[] = "Invalid JSON format";

static struct weir_json_cursor cursor_of(struct weir_bytes text)
{
    return (struct weir_json_cursor){text.data, text.data + text.len};
}

/* The first byte of the value; 0: there is none. */
static uint8_t first_byte(struct weir_bytes text)
{
    struct weir_json_cursor cursor = cursor_of(text);
    weir_json_space(&cursor);
    return cursor.at < cursor.end ? *cursor.at : 0;
}

/* A string's content, anything else as JSON without blanks. */
static bool return_value(struct weir_evaluation *evaluation, struct weir_json_cursor cursor,
                         struct weir_value *result)
{
    struct weir_bytes text;
    if (weir_json_take(&cursor, '"')) {
        return (weir_json_string(&cursor, evaluation->arena, &text) &&
                weir_return_text(result, text)) ||
               weir_evaluation_fail(evaluation, invalid_json);
    }
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    if (!weir_json_text_compact(&cursor, evaluation->arena, out, WEIR_JSON_DEPTH_MAX)) {
        return weir_evaluation_fail(evaluation, invalid_json);
    }
    return weir_return_buffer(evaluation, result, out);
}

WEIR_KERNEL(eval_extract)
{
    struct weir_bytes text = weir_text_of(&arguments[0]), name;
    struct weir_json_path path;
    if (!weir_json_path_begin(weir_text_of(&arguments[1]), &path)) {
        return weir_evaluation_fail(evaluation, "Invalid JSON path");
    }
    if (!weir_json_is_valid(text)) {
        return weir_evaluation_fail(evaluation, invalid_json);
    }
    if (first_byte(text) == 0) {
        return weir_return_null(result);
    }
    struct weir_json_cursor cursor = cursor_of(text);
    for (;;) {
        switch (weir_json_path_next(&path, evaluation->arena, &name)) {
        case WEIR_JSON_STEP_END:
            return return_value(evaluation, cursor, result);
        case WEIR_JSON_STEP_WRONG:
            return weir_evaluation_fail(evaluation, "Invalid JSON path");
        case WEIR_JSON_STEP:
            if (!weir_json_descend(&cursor, name, evaluation->arena)) {
                return weir_return_null(result);
            }
        }
    }
}

WEIR_KERNEL(eval_is_json)
{
    struct weir_bytes text = weir_text_of(&arguments[0]);
    return weir_return_boolean(result, !weir_value_is_null(&arguments[0]) &&
                                           first_byte(text) != 0 && weir_json_is_valid(text));
}

/* ---- arrays ---- */

static bool same_integer(struct weir_bytes item, const struct weir_value *value)
{
    int64_t number;
    return weir_text_to_int64((const char *)item.data, item.len, &number) &&
           number == (value->kind == WEIR_TYPE_INTEGER ? value->integer : value->bigint);
}

/* As Jackson would read the item: 1 is no DOUBLE, 1.0 no INTEGER. */
static bool is_same(struct weir_bytes item, const struct weir_value *value,
                    struct weir_arena *arena)
{
    struct weir_json_cursor cursor = cursor_of(item);
    struct weir_number_text number;
    struct weir_bytes text;
    switch (value->kind) {
    case WEIR_TYPE_NULL:
        return weir_json_word(&cursor, "null", 4);
    case WEIR_TYPE_BOOLEAN:
        return value->boolean ? weir_json_word(&cursor, "true", 4)
                              : weir_json_word(&cursor, "false", 5);
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_BIGINT:
        return same_integer(item, value);
    case WEIR_TYPE_DOUBLE:
        return weir_number_scan((const char *)item.data, item.len, &number) > 0 &&
               !number.integral && weir_number_to_double(&number) == value->number;
    case WEIR_TYPE_STRING:
        return weir_json_take(&cursor, '"') && weir_json_string(&cursor, arena, &text) &&
               weir_bytes_equal(text, weir_text_of(value));
    default:
        return false;
    }
}

WEIR_KERNEL(eval_array_contains)
{
    struct weir_json_members members;
    struct weir_bytes name, item;
    if (weir_value_is_null(&arguments[0])) {
        return weir_return_null(result);
    }
    bool found = false;
    if (first_byte(weir_text_of(&arguments[0])) == '[' &&
        weir_json_members_begin(cursor_of(weir_text_of(&arguments[0])), &members)) {
        while (!found && weir_json_members_next(&members, evaluation->arena, &name, &item)) {
            found = is_same(item, &arguments[1], evaluation->arena);
        }
    }
    return weir_return_boolean(result, found);
}

/* Checks the text; *is_out: whether its value begins with that bracket. */
static bool check(struct weir_evaluation *evaluation, struct weir_bytes text, uint8_t bracket,
                  bool *is_out)
{
    *is_out = first_byte(text) == bracket;
    return weir_json_is_valid(text) || weir_evaluation_fail(evaluation, invalid_json);
}

WEIR_KERNEL(eval_array_length)
{
    struct weir_bytes text = weir_text_of(&arguments[0]), name, item;
    struct weir_json_members members;
    bool is_array;
    if (!check(evaluation, text, '[', &is_array)) {
        return false;
    }
    if (!is_array || !weir_json_members_begin(cursor_of(text), &members)) {
        return weir_return_null(result);
    }
    int32_t count = 0;
    while (weir_json_members_next(&members, evaluation->arena, &name, &item)) {
        count++;
    }
    return weir_return_integer(result, count);
}

/* The objects of an array as texts; NULL when it has anything else. */
WEIR_KERNEL(eval_items)
{
    struct weir_bytes text = weir_text_of(&arguments[0]), name, item;
    struct weir_json_members members;
    size_t count = 0, capacity = 8;
    if (!weir_json_is_valid(text) || first_byte(text) != '[' ||
        !weir_json_members_begin(cursor_of(text), &members)) {
        return weir_evaluation_fail(evaluation, "JSON_ITEMS takes a JSON array");
    }
    struct weir_value *items = weir_arena_alloc(evaluation->arena, capacity * sizeof *items);
    while (weir_json_members_next(&members, evaluation->arena, &name, &item)) {
        if (first_byte(item) != '{') {
            return weir_return_null(result);
        }
        if (count == capacity) {
            items = weir_arena_grow(evaluation->arena, items, capacity * sizeof *items,
                                    2 * capacity * sizeof *items);
            capacity *= 2;
        }
        if (!return_value(evaluation, cursor_of(item), &items[count++])) {
            return false;
        }
    }
    return weir_return_array(result, items, count);
}

/* ---- objects ---- */

/* The members of the object, each name once, in map: their values as JSON text. False: fails. */
static bool collect(struct weir_evaluation *evaluation, struct weir_bytes text,
                    struct weir_map_builder *map)
{
    struct weir_json_members members;
    struct weir_bytes name, value;
    if (!weir_json_members_begin(cursor_of(text), &members)) {
        return false;
    }
    while (weir_json_members_next(&members, evaluation->arena, &name, &value)) {
        struct weir_value key, member;
        weir_return_text(&key, name);
        weir_return_text(&member, value);
        weir_map_builder_put(map, &key, &member);
    }
    return true;
}

WEIR_KERNEL(eval_keys)
{
    struct weir_map_builder map;
    bool is_object;
    if (!check(evaluation, weir_text_of(&arguments[0]), '{', &is_object)) {
        return false;
    }
    weir_map_builder_init(&map, evaluation->arena, 8);
    if (!is_object || !collect(evaluation, weir_text_of(&arguments[0]), &map)) {
        return weir_return_null(result);
    }
    struct weir_value *keys =
        weir_arena_calloc(evaluation->arena, (size_t)map.count + 1, sizeof *keys);
    for (size_t i = 0; i < map.count; i++) {
        keys[i] = map.items[2 * i];
    }
    return weir_return_array(result, keys, map.count);
}

WEIR_KERNEL(eval_records)
{
    struct weir_map_builder map;
    bool is_object;
    if (!check(evaluation, weir_text_of(&arguments[0]), '{', &is_object)) {
        return false;
    }
    weir_map_builder_init(&map, evaluation->arena, 8);
    if (!is_object || !collect(evaluation, weir_text_of(&arguments[0]), &map)) {
        return weir_return_null(result);
    }
    for (size_t i = 0; i < map.count; i++) {
        struct weir_value *value = &map.items[2 * i + 1];
        if (!return_value(evaluation, cursor_of(weir_text_of(value)), value)) {
            return false;
        }
    }
    *result = weir_map_builder_finish(&map, WEIR_MAP_ORDER_SIZED);
    return true;
}

/* ---- JSON_CONCAT ---- */

static bool append_compact(struct weir_evaluation *evaluation, struct weir_bytes text,
                           struct weir_buffer *out)
{
    struct weir_json_cursor cursor = cursor_of(text);
    return weir_json_text_compact(&cursor, evaluation->arena, out, WEIR_JSON_DEPTH_MAX);
}

static bool append_objects(struct weir_evaluation *evaluation, const struct weir_value *texts,
                           size_t count, struct weir_buffer *out)
{
    struct weir_map_builder map;
    weir_map_builder_init(&map, evaluation->arena, 16);
    for (size_t i = 0; i < count; i++) {
        if (!collect(evaluation, weir_text_of(&texts[i]), &map)) {
            return false;
        }
    }
    weir_buffer_append_byte(out, '{');
    for (size_t i = 0; i < map.count; i++) {
        weir_buffer_append_text(out, i > 0 ? "," : "");
        weir_json_text_append(weir_text_of(&map.items[2 * i]), out);
        weir_buffer_append_byte(out, ':');
        if (!append_compact(evaluation, weir_text_of(&map.items[2 * i + 1]), out)) {
            return false;
        }
    }
    weir_buffer_append_byte(out, '}');
    return true;
}

/* Arrays as their items, anything else as one item. */
static bool append_items(struct weir_evaluation *evaluation, const struct weir_value *texts,
                         size_t count, struct weir_buffer *out)
{
    bool first = true;
    weir_buffer_append_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        struct weir_bytes text = weir_text_of(&texts[i]), name, item = text;
        struct weir_json_members members;
        bool is_array =
            first_byte(text) == '[' && weir_json_members_begin(cursor_of(text), &members);
        bool more =
            is_array ? weir_json_members_next(&members, evaluation->arena, &name, &item) : true;
        while (more) {
            weir_buffer_append_text(out, first ? "" : ",");
            first = false;
            if (!append_compact(evaluation, item, out)) {
                return false;
            }
            more = is_array && weir_json_members_next(&members, evaluation->arena, &name, &item);
        }
    }
    weir_buffer_append_byte(out, ']');
    return true;
}

WEIR_KERNEL(eval_concat)
{
    bool objects = true;
    for (size_t i = 0; i < call->argument_count; i++) {
        struct weir_bytes text = weir_text_of(&arguments[i]);
        if (first_byte(text) == 0) {
            return weir_return_null(result);
        }
        if (!weir_json_is_valid(text)) {
            return weir_evaluation_fail(evaluation, invalid_json);
        }
        objects = objects && first_byte(text) == '{';
    }
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    bool done = objects ? append_objects(evaluation, arguments, call->argument_count, out)
                : call->argument_count == 1
                    ? append_compact(evaluation, weir_text_of(&arguments[0]), out)
                    : append_items(evaluation, arguments, call->argument_count, out);
    return done ? weir_return_buffer(evaluation, result, out)
                : weir_evaluation_fail(evaluation, invalid_json);
}

static const struct weir_signature extract_signatures[] = {
    {.text = "(STRING json, STRING path) STRING", .scalar = eval_extract}};
static const struct weir_signature is_json_signatures[] = {
    {.text = "(STRING text) BOOLEAN", .scalar = eval_is_json}};
static const struct weir_signature array_contains_signatures[] = {
    {.text = "(STRING json, T value) BOOLEAN", .scalar = eval_array_contains}};
static const struct weir_signature array_length_signatures[] = {
    {.text = "(STRING json) INTEGER", .scalar = eval_array_length}};
static const struct weir_signature items_signatures[] = {
    {.text = "(STRING json) ARRAY<STRING>", .scalar = eval_items}};
static const struct weir_signature keys_signatures[] = {
    {.text = "(STRING json) ARRAY<STRING>", .scalar = eval_keys}};
static const struct weir_signature records_signatures[] = {
    {.text = "(STRING json) MAP<STRING, STRING>", .scalar = eval_records}};
static const struct weir_signature concat_signatures[] = {
    {.text = "(STRING... jsons) STRING", .scalar = eval_concat}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("EXTRACTJSONFIELD", "JSON", extract_signatures, 0,
                "The value at a path such as '$.a[0].b' in a JSON text."),
    WEIR_SCALAR("IS_JSON_STRING", "JSON", is_json_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "Whether the text is JSON."),
    WEIR_SCALAR("JSON_ARRAY_CONTAINS", "JSON", array_contains_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "Whether a JSON array has the value as an item."),
    WEIR_SCALAR("JSON_ARRAY_LENGTH", "JSON", array_length_signatures, 0,
                "How many items a JSON array has."),
    WEIR_SCALAR("JSON_CONCAT", "JSON", concat_signatures, 0,
                "JSON objects merged, or JSON arrays one after the other."),
    WEIR_SCALAR("JSON_ITEMS", "JSON", items_signatures, 0,
                "The objects of a JSON array, each as text."),
    WEIR_SCALAR("JSON_KEYS", "JSON", keys_signatures, 0, "The names in a JSON object."),
    WEIR_SCALAR("JSON_RECORDS", "JSON", records_signatures, 0,
                "The names and values of a JSON object, as text."),
};

WEIR_FAMILY(weir_functions_json, functions);
