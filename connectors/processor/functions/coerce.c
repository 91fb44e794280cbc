/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/coerce.h"

#include "connectors/processor/functions/boolean_text.h"
#include "connectors/processor/functions/cast.h"
#include "connectors/processor/functions/function.h"
#include "connectors/processor/functions/decimal_type.h"
#include "connectors/processor/functions/expression.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/map_builder.h"
#include "connectors/processor/values/number_text.h"

#include <string.h>

static const struct weir_type *coerce_struct(struct weir_arena *arena, const struct weir_type *from,
                                             const struct weir_type *to, bool lax)
{
    struct weir_type_field *fields =
        weir_arena_calloc(arena, from->field_count + to->field_count + 1, sizeof *fields);
    size_t count = 0;
    for (size_t i = 0; i < from->field_count; i++) {
        fields[count] = from->fields[i];
        for (size_t j = 0; j < to->field_count; j++) {
            if (strcmp(to->fields[j].name, from->fields[i].name) == 0) {
                fields[count].type =
                    weir_type_coerce(arena, from->fields[i].type, to->fields[j].type, lax);
            }
        }
        if (!fields[count++].type) {
            return NULL;
        }
    }
    for (size_t j = 0; j < to->field_count; j++) {
        bool known = false;
        for (size_t i = 0; i < from->field_count; i++) {
            known = known || strcmp(to->fields[j].name, from->fields[i].name) == 0;
        }
        if (!known) {
            fields[count++] = to->fields[j];
        }
    }
    return weir_type_struct(arena, fields, count);
}

static const struct weir_type *coerce_map(struct weir_arena *arena, const struct weir_type *from,
                                          const struct weir_type *to, bool lax)
{
    const struct weir_type *key = weir_type_coerce(arena, from->key, to->key, lax);
    const struct weir_type *element =
        key ? weir_type_coerce(arena, from->element, to->element, lax) : NULL;
    return element ? weir_type_map(arena, key, element) : NULL;
}

static bool is_lax_pair(enum weir_type_kind from, enum weir_type_kind to)
{
    bool from_simple = from >= WEIR_TYPE_BOOLEAN && from <= WEIR_TYPE_DOUBLE;
    bool to_simple = to >= WEIR_TYPE_BOOLEAN && to <= WEIR_TYPE_DOUBLE;
    bool from_time =
        from == WEIR_TYPE_DATE || from == WEIR_TYPE_TIME || from == WEIR_TYPE_TIMESTAMP;
    return (to == WEIR_TYPE_STRING && (from_simple || from_time)) ||
           (from == WEIR_TYPE_STRING && to_simple);
}

const struct weir_type *weir_type_coerce(struct weir_arena *arena, const struct weir_type *from,
                                         const struct weir_type *to, bool lax)
{
    enum weir_type_kind a = from->kind, b = to->kind;
    if (a == WEIR_TYPE_NULL) {
        return to;
    }
    if (weir_type_is_numeric(from) && weir_type_is_numeric(to)) {
        if (b < a) {
            return NULL;
        }
        return b == WEIR_TYPE_DECIMAL ? weir_decimal_type_widen(arena, from, to) : to;
    }
    if (a == WEIR_TYPE_ARRAY && b == WEIR_TYPE_ARRAY) {
        const struct weir_type *element = weir_type_coerce(arena, from->element, to->element, lax);
        return element ? weir_type_array(arena, element) : NULL;
    }
    if (a == WEIR_TYPE_MAP && b == WEIR_TYPE_MAP) {
        return coerce_map(arena, from, to, lax);
    }
    if (a == WEIR_TYPE_STRUCT && b == WEIR_TYPE_STRUCT) {
        return coerce_struct(arena, from, to, lax);
    }
    bool time = b == WEIR_TYPE_DATE || b == WEIR_TYPE_TIME || b == WEIR_TYPE_TIMESTAMP;
    bool from_text = a == WEIR_TYPE_STRING && (time || b == WEIR_TYPE_BYTES);
    return a == b || from_text || (lax && is_lax_pair(a, b)) ? to : NULL;
}

const struct weir_type *weir_type_of_number_text(struct weir_arena *arena, struct weir_bytes text)
{
    const struct weir_decimal *decimal =
        weir_decimal_parse(arena, (const char *)text.data, text.len);
    if (!decimal) {
        return NULL;
    }
    int64_t number;
    if (weir_text_to_int64((const char *)text.data, text.len, &number)) {
        return number > INT32_MIN && number < INT32_MAX ? &weir_type_integer : &weir_type_bigint;
    }
    return weir_decimal_type_of_value(arena, decimal);
}

static bool fail_coercion(const struct weir_type *from, const struct weir_type *to,
                          struct weir_error *err)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, 800);
    weir_buffer_append_text(&text, "Expected type ");
    weir_type_print(to, &text);
    weir_buffer_append_text(&text, " but got ");
    weir_type_print(from, &text);
    return weir_fail_at(err, WEIR_DOMAIN_SQL, 0, 0, "%s", weir_buffer_text(&text));
}

static bool coerce_map_value(const struct weir_value *value, const struct weir_type *from,
                             const struct weir_type *to, struct weir_arena *arena,
                             struct weir_value *out, struct weir_error *err)
{
    struct weir_map_builder map;
    weir_map_builder_init(&map, arena, value->length);
    for (size_t i = 0; i < value->length; i++) {
        struct weir_value key, item;
        if (!weir_value_coerce(&value->items[2 * i], from->key, to->key, arena, &key, err) ||
            !weir_value_coerce(&value->items[2 * i + 1], from->element, to->element, arena, &item,
                               err)) {
            return false;
        }
        weir_map_builder_put(&map, &key, &item);
    }
    *out = weir_map_builder_finish(&map, WEIR_MAP_ORDER_DEFAULT);
    return true;
}

static bool coerce_struct_value(const struct weir_value *value, const struct weir_type *from,
                                const struct weir_type *to, struct weir_arena *arena,
                                struct weir_value *out, struct weir_error *err)
{
    struct weir_value *items = weir_arena_calloc(arena, to->field_count + 1, sizeof *items);
    for (size_t i = 0; i < to->field_count; i++) {
        for (size_t j = 0; j < from->field_count; j++) {
            if (strcmp(to->fields[i].name, from->fields[j].name) == 0 &&
                !weir_value_coerce(&value->items[j], from->fields[j].type, to->fields[i].type,
                                   arena, &items[i], err)) {
                return false;
            }
        }
    }
    *out = (struct weir_value){
        .items = items, .length = (uint32_t)to->field_count, .kind = WEIR_TYPE_STRUCT};
    return true;
}

static bool coerce_array_value(const struct weir_value *value, const struct weir_type *from,
                               const struct weir_type *to, struct weir_arena *arena,
                               struct weir_value *out, struct weir_error *err)
{
    struct weir_value *items = weir_arena_calloc(arena, value->length + 1, sizeof *items);
    for (uint32_t i = 0; i < value->length; i++) {
        if (!weir_value_coerce(&value->items[i], from->element, to->element, arena, &items[i],
                               err)) {
            return false;
        }
    }
    *out = (struct weir_value){.items = items, .length = value->length, .kind = WEIR_TYPE_ARRAY};
    return true;
}

/* DECIMAL: digits may be added, never rounded away. */
static bool coerce_decimal(const struct weir_value *value, const struct weir_type *from,
                           const struct weir_type *to, struct weir_arena *arena,
                           struct weir_value *out, struct weir_error *err)
{
    struct weir_decimal_scratch scratch;
    const struct weir_decimal *decimal = value->kind == WEIR_TYPE_STRING
                                             ? weir_decimal_parse(arena, value->text, value->length)
                                             : weir_decimal_of_value(&scratch, value);
    if (decimal) {
        decimal = weir_decimal_set_scale(arena, decimal, to->scale, WEIR_ROUND_UNNECESSARY);
    }
    if (!decimal || weir_decimal_precision(decimal) > to->precision) {
        return fail_coercion(from, to, err);
    }
    *out = (struct weir_value){.decimal = weir_decimal_copy(arena, decimal),
                               .kind = WEIR_TYPE_DECIMAL};
    return true;
}

bool weir_value_coerce(const struct weir_value *value, const struct weir_type *from,
                       const struct weir_type *to, struct weir_arena *arena,
                       struct weir_value *value_out, struct weir_error *err)
{
    if (weir_value_is_null(value) || weir_type_equal(from, to)) {
        *value_out = *value;
        return true;
    }
    bool number_down =
        weir_type_is_numeric(from) && weir_type_is_numeric(to) && from->kind > to->kind;
    if (number_down || !weir_type_coerce(arena, from, to, true)) {
        return fail_coercion(from, to, err);
    }
    bool exact;
    switch (to->kind) {
    case WEIR_TYPE_ARRAY:
        return coerce_array_value(value, from, to, arena, value_out, err);
    case WEIR_TYPE_MAP:
        return coerce_map_value(value, from, to, arena, value_out, err);
    case WEIR_TYPE_STRUCT:
        return coerce_struct_value(value, from, to, arena, value_out, err);
    case WEIR_TYPE_DECIMAL:
        return coerce_decimal(value, from, to, arena, value_out, err);
    case WEIR_TYPE_BOOLEAN:
        *value_out = (struct weir_value){.kind = WEIR_TYPE_BOOLEAN};
        exact = weir_boolean_parse((struct weir_bytes){value->bytes, value->length},
                                   &value_out->boolean);
        return exact || fail_coercion(from, to, err);
    default:
        break;
    }
    const char *message;
    weir_auto_buffer text;
    weir_buffer_init(&text, WEIR_TEXT_BYTES_MAX);
    const struct weir_cast *cast = weir_cast_create(arena, from, to);
    return (cast && weir_cast_apply(cast, value, arena, &text, value_out, &message)) ||
           fail_coercion(from, to, err);
}
