/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/type.h"

#include "core/base/error.h"

#include <string.h>

const struct weir_type weir_type_null = {.kind = WEIR_TYPE_NULL};
const struct weir_type weir_type_boolean = {.kind = WEIR_TYPE_BOOLEAN};
const struct weir_type weir_type_integer = {.kind = WEIR_TYPE_INTEGER};
const struct weir_type weir_type_bigint = {.kind = WEIR_TYPE_BIGINT};
const struct weir_type weir_type_double = {.kind = WEIR_TYPE_DOUBLE};
const struct weir_type weir_type_string = {.kind = WEIR_TYPE_STRING};
const struct weir_type weir_type_bytes = {.kind = WEIR_TYPE_BYTES};
const struct weir_type weir_type_date = {.kind = WEIR_TYPE_DATE};
const struct weir_type weir_type_time = {.kind = WEIR_TYPE_TIME};
const struct weir_type weir_type_timestamp = {.kind = WEIR_TYPE_TIMESTAMP};
const struct weir_type weir_type_interval_unit = {.kind = WEIR_TYPE_INTERVAL_UNIT};

static struct weir_type *new_type(struct weir_arena *arena, enum weir_type_kind kind)
{
    struct weir_type *type = weir_arena_calloc(arena, 1, sizeof *type);
    type->kind = kind;
    return type;
}

const struct weir_type *weir_type_decimal(struct weir_arena *arena, int32_t precision,
                                          int32_t scale)
{
    struct weir_type *type = new_type(arena, WEIR_TYPE_DECIMAL);
    type->precision = precision;
    type->scale = scale;
    return type;
}

const struct weir_type *weir_type_array(struct weir_arena *arena, const struct weir_type *element)
{
    struct weir_type *type = new_type(arena, WEIR_TYPE_ARRAY);
    type->element = element;
    return type;
}

const struct weir_type *weir_type_map(struct weir_arena *arena, const struct weir_type *key,
                                      const struct weir_type *value)
{
    struct weir_type *type = new_type(arena, WEIR_TYPE_MAP);
    type->key = key;
    type->element = value;
    return type;
}

const struct weir_type *weir_type_struct(struct weir_arena *arena,
                                         const struct weir_type_field *fields, size_t field_count)
{
    struct weir_type *type = new_type(arena, WEIR_TYPE_STRUCT);
    struct weir_type_field *copy = weir_arena_calloc(arena, field_count + 1, sizeof *copy);
    if (field_count > 0) {
        memcpy(copy, fields, field_count * sizeof *copy);
    }
    type->fields = copy;
    type->field_count = field_count;
    return type;
}

static const struct weir_type *copy_struct(struct weir_arena *arena, const struct weir_type *type)
{
    struct weir_type *copy = new_type(arena, WEIR_TYPE_STRUCT);
    struct weir_type_field *fields =
        weir_arena_calloc(arena, type->field_count + 1, sizeof *fields);
    for (size_t i = 0; i < type->field_count; i++) {
        fields[i].name = weir_arena_strdup(arena, type->fields[i].name);
        fields[i].type = weir_type_copy(arena, type->fields[i].type);
    }
    copy->fields = fields;
    copy->field_count = type->field_count;
    return copy;
}

const struct weir_type *weir_type_copy(struct weir_arena *arena, const struct weir_type *type)
{
    switch (type->kind) {
    case WEIR_TYPE_NULL:
        return &weir_type_null;
    case WEIR_TYPE_BOOLEAN:
        return &weir_type_boolean;
    case WEIR_TYPE_INTEGER:
        return &weir_type_integer;
    case WEIR_TYPE_BIGINT:
        return &weir_type_bigint;
    case WEIR_TYPE_DECIMAL:
        return weir_type_decimal(arena, type->precision, type->scale);
    case WEIR_TYPE_DOUBLE:
        return &weir_type_double;
    case WEIR_TYPE_STRING:
        return &weir_type_string;
    case WEIR_TYPE_BYTES:
        return &weir_type_bytes;
    case WEIR_TYPE_DATE:
        return &weir_type_date;
    case WEIR_TYPE_TIME:
        return &weir_type_time;
    case WEIR_TYPE_TIMESTAMP:
        return &weir_type_timestamp;
    case WEIR_TYPE_ARRAY:
        return weir_type_array(arena, weir_type_copy(arena, type->element));
    case WEIR_TYPE_MAP:
        return weir_type_map(arena, weir_type_copy(arena, type->key),
                             weir_type_copy(arena, type->element));
    case WEIR_TYPE_STRUCT:
        return copy_struct(arena, type);
    case WEIR_TYPE_INTERVAL_UNIT:
        return &weir_type_interval_unit;
    }
    weir_assert_failed("type kind", __FILE__, __LINE__);
}

static bool structs_equal(const struct weir_type *a, const struct weir_type *b)
{
    if (a->field_count != b->field_count) {
        return false;
    }
    for (size_t i = 0; i < a->field_count; i++) {
        if (strcmp(a->fields[i].name, b->fields[i].name) != 0 ||
            !weir_type_equal(a->fields[i].type, b->fields[i].type)) {
            return false;
        }
    }
    return true;
}

bool weir_type_equal(const struct weir_type *a, const struct weir_type *b)
{
    if (a == b) {
        return true;
    }
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == WEIR_TYPE_DECIMAL) {
        return a->precision == b->precision && a->scale == b->scale;
    }
    if (a->kind == WEIR_TYPE_ARRAY) {
        return weir_type_equal(a->element, b->element);
    }
    if (a->kind == WEIR_TYPE_MAP) {
        return weir_type_equal(a->key, b->key) && weir_type_equal(a->element, b->element);
    }
    return a->kind != WEIR_TYPE_STRUCT || structs_equal(a, b);
}

static const char *const kind_names[] = {
    [WEIR_TYPE_NULL] = "NULL",
    [WEIR_TYPE_BOOLEAN] = "BOOLEAN",
    [WEIR_TYPE_INTEGER] = "INTEGER",
    [WEIR_TYPE_BIGINT] = "BIGINT",
    [WEIR_TYPE_DECIMAL] = "DECIMAL",
    [WEIR_TYPE_DOUBLE] = "DOUBLE",
    [WEIR_TYPE_STRING] = "STRING",
    [WEIR_TYPE_BYTES] = "BYTES",
    [WEIR_TYPE_DATE] = "DATE",
    [WEIR_TYPE_TIME] = "TIME",
    [WEIR_TYPE_TIMESTAMP] = "TIMESTAMP",
    [WEIR_TYPE_ARRAY] = "ARRAY",
    [WEIR_TYPE_MAP] = "MAP",
    [WEIR_TYPE_STRUCT] = "STRUCT",
    [WEIR_TYPE_INTERVAL_UNIT] = "INTERVALUNIT",
};

const char *weir_type_kind_name(enum weir_type_kind kind)
{
    return kind_names[kind];
}

static void print_fields(const struct weir_type *type, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < type->field_count; i++) {
        weir_buffer_append_text(buffer, i > 0 ? ", `" : "`");
        weir_buffer_append_text(buffer, type->fields[i].name);
        weir_buffer_append_text(buffer, "` ");
        weir_type_print(type->fields[i].type, buffer);
    }
}

void weir_type_print(const struct weir_type *type, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, kind_names[type->kind]);
    if (type->kind == WEIR_TYPE_DECIMAL) {
        weir_buffer_append_format(buffer, "(%d, %d)", type->precision, type->scale);
    }
    if (type->kind < WEIR_TYPE_ARRAY || type->kind > WEIR_TYPE_STRUCT) {
        return;
    }
    weir_buffer_append_text(buffer, "<");
    if (type->kind == WEIR_TYPE_STRUCT) {
        print_fields(type, buffer);
    } else if (type->kind == WEIR_TYPE_MAP) {
        weir_type_print(type->key, buffer);
        weir_buffer_append_text(buffer, ", ");
        weir_type_print(type->element, buffer);
    } else {
        weir_type_print(type->element, buffer);
    }
    bool empty = type->kind == WEIR_TYPE_STRUCT && type->field_count == 0;
    weir_buffer_append_text(buffer, empty ? " >" : ">");
}
