/* SPDX-License-Identifier: Apache-2.0 */
/* TO_JSON_STRING: any value as JSON, the keys of maps and structs in order. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/items.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/java_text.h"
#include "connectors/processor/values/json_text.h"
#include "connectors/processor/values/row_format.h"
#include "connectors/processor/values/time_text.h"
#include "core/base/base64.h"

#include <math.h>

static void print(const struct weir_value *value, const struct weir_type *type,
                  struct weir_arena *arena, struct weir_buffer *out);

static void print_number(const struct weir_value *value, struct weir_buffer *out)
{
    switch (value->kind) {
    case WEIR_TYPE_INTEGER:
        weir_int64_print(value->integer, out);
        return;
    case WEIR_TYPE_BIGINT:
        weir_int64_print(value->bigint, out);
        return;
    case WEIR_TYPE_DECIMAL:
        weir_decimal_print_plain(value->decimal, out);
        return;
    default:
        weir_buffer_append_text(out, isfinite(value->number) ? "" : "\"");
        weir_double_print(value->number, out);
        weir_buffer_append_text(out, isfinite(value->number) ? "" : "\"");
        return;
    }
}

/* What is text in JSON but no STRING: no character in it is to be escaped. */
static void print_quoted(const struct weir_value *value, struct weir_buffer *out)
{
    weir_buffer_append_byte(out, '"');
    switch (value->kind) {
    case WEIR_TYPE_BYTES:
        weir_base64_write(weir_text_of(value), out);
        break;
    case WEIR_TYPE_DATE:
        weir_date_print(value->integer, out);
        break;
    case WEIR_TYPE_TIME:
        weir_time_print(value->integer, out);
        break;
    default:
        weir_timestamp_print(value->bigint, out);
        break;
    }
    weir_buffer_append_byte(out, '"');
}

static void print_array(const struct weir_value *array, const struct weir_type *type,
                        struct weir_arena *arena, struct weir_buffer *out)
{
    weir_buffer_append_byte(out, '[');
    for (uint32_t i = 0; i < array->length; i++) {
        weir_buffer_append_text(out, i > 0 ? "," : "");
        print(&array->items[i], type->element, arena, out);
    }
    weir_buffer_append_byte(out, ']');
}

/* A member of an object: its name, and which one of the value's it is. */
static int compare_names(const struct weir_value *a, const struct weir_value *b)
{
    return weir_items_ascending(&a->items[0], &b->items[0]);
}

static struct weir_value name_of(const struct weir_value *value, const struct weir_type *type,
                                 size_t index, struct weir_arena *arena)
{
    struct weir_value name;
    if (type->kind == WEIR_TYPE_STRUCT) {
        weir_return_text(&name, weir_bytes_of(type->fields[index].name));
        return name;
    }
    if (type->key->kind == WEIR_TYPE_STRING) {
        return value->items[2 * index];
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, WEIR_TEXT_BYTES_MAX);
    weir_value_print_java(&value->items[2 * index], type->key, &text);
    weir_return_text(&name, weir_arena_copy(arena, weir_buffer_view(&text)));
    return name;
}

static void print_object(const struct weir_value *value, const struct weir_type *type,
                         struct weir_arena *arena, struct weir_buffer *out)
{
    size_t count = value->length;
    struct weir_value *members = weir_arena_calloc(arena, count + 1, sizeof *members);
    struct weir_value *pairs = weir_arena_calloc(arena, 2 * count + 1, sizeof *pairs);
    for (size_t i = 0; i < count; i++) {
        pairs[2 * i] = name_of(value, type, i, arena);
        weir_return_integer(&pairs[2 * i + 1], (int32_t)i);
        weir_return_array(&members[i], &pairs[2 * i], 2);
    }
    weir_items_sort(members, count, compare_names, arena);
    weir_buffer_append_byte(out, '{');
    for (size_t i = 0; i < count; i++) {
        size_t index = (size_t)members[i].items[1].integer;
        bool is_struct = type->kind == WEIR_TYPE_STRUCT;
        weir_buffer_append_text(out, i > 0 ? "," : "");
        weir_json_text_append(weir_text_of(&members[i].items[0]), out);
        weir_buffer_append_byte(out, ':');
        print(&value->items[is_struct ? index : 2 * index + 1],
              is_struct ? type->fields[index].type : type->element, arena, out);
    }
    weir_buffer_append_byte(out, '}');
}

static void print(const struct weir_value *value, const struct weir_type *type,
                  struct weir_arena *arena, struct weir_buffer *out)
{
    switch (value->kind) {
    case WEIR_TYPE_NULL:
        weir_buffer_append_text(out, "null");
        return;
    case WEIR_TYPE_BOOLEAN:
        weir_buffer_append_text(out, value->boolean ? "true" : "false");
        return;
    case WEIR_TYPE_STRING:
        weir_json_text_append(weir_text_of(value), out);
        return;
    case WEIR_TYPE_ARRAY:
        print_array(value, type, arena, out);
        return;
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_STRUCT:
        print_object(value, type, arena, out);
        return;
    case WEIR_TYPE_BYTES:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_TIMESTAMP:
        print_quoted(value, out);
        return;
    default:
        print_number(value, out);
        return;
    }
}

WEIR_KERNEL(eval_to_json)
{
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    print(&arguments[0], call->argument_types[0], evaluation->arena, out);
    return weir_return_buffer(evaluation, result, out);
}

static const struct weir_signature to_json_signatures[] = {
    {.text = "(T value) STRING", .scalar = eval_to_json}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("TO_JSON_STRING", "JSON", to_json_signatures, WEIR_FUNCTION_TAKES_NULLS,
                "The value as JSON text."),
};

WEIR_FAMILY(weir_functions_to_json, functions);
