/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/cast.h"

#include "connectors/processor/functions/boolean_text.h"
#include "connectors/processor/values/binary_text.h"
#include "connectors/processor/values/civil.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/map_builder.h"
#include "connectors/processor/values/number_text.h"
#include "connectors/processor/values/row_format.h"
#include "connectors/processor/values/time_text.h"

#include <string.h>

struct application {
    struct weir_arena *arena;
    struct weir_buffer *text; /* for what is being printed */
    const char *message;
};

typedef bool (*convert_fn)(const struct weir_cast *cast, const struct weir_value *value,
                           struct application *application, struct weir_value *out);

struct weir_cast {
    convert_fn convert;
    const struct weir_type *from, *to;
    const struct weir_cast *key, *element; /* ARRAY, MAP; NULL: no conversion */
    const struct weir_cast **fields;       /* STRUCT: by field of `to` */
    size_t *sources; /* the field of `from` with that name; SIZE_MAX: none, NULL */
};

static bool fail(struct application *application, const char *message)
{
    application->message = message;
    return false;
}

static struct weir_bytes trimmed(const struct weir_value *value)
{
    struct weir_bytes text = {value->bytes, value->length};
    while (text.len > 0 && text.data[0] <= ' ') {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && text.data[text.len - 1] <= ' ') {
        text.len--;
    }
    return text;
}

static bool to_text(const struct weir_cast *cast, const struct weir_value *value,
                    struct application *application, struct weir_value *out)
{
    weir_buffer_reset(application->text);
    weir_value_print_java(value, cast->from, application->text);
    struct weir_bytes text =
        weir_arena_copy(application->arena, weir_buffer_view(application->text));
    out->bytes = text.data;
    out->length = (uint32_t)text.len;
    return !application->text->overflow || fail(application, "the text would be too long");
}

static int64_t whole_of(const struct weir_value *value)
{
    switch (value->kind) {
    case WEIR_TYPE_INTEGER:
        return value->integer;
    case WEIR_TYPE_DECIMAL:
        return weir_decimal_to_int64(value->decimal);
    default:
        return value->bigint;
    }
}

static bool to_integer(const struct weir_cast *cast, const struct weir_value *value,
                       struct application *application, struct weir_value *out)
{
    (void)cast;
    if (value->kind == WEIR_TYPE_STRING) {
        struct weir_bytes text = trimmed(value);
        return weir_text_to_int32((const char *)text.data, text.len, &out->integer) ||
               fail(application, "the text is no INTEGER");
    }
    out->integer = value->kind == WEIR_TYPE_DOUBLE ? weir_double_to_int32(value->number)
                                                   : (int32_t)(uint32_t)(uint64_t)whole_of(value);
    return true;
}

static bool to_bigint(const struct weir_cast *cast, const struct weir_value *value,
                      struct application *application, struct weir_value *out)
{
    (void)cast;
    if (value->kind == WEIR_TYPE_STRING) {
        struct weir_bytes text = trimmed(value);
        return weir_text_to_int64((const char *)text.data, text.len, &out->bigint) ||
               fail(application, "the text is no BIGINT");
    }
    out->bigint =
        value->kind == WEIR_TYPE_DOUBLE ? weir_double_to_int64(value->number) : whole_of(value);
    return true;
}

static bool to_double(const struct weir_cast *cast, const struct weir_value *value,
                      struct application *application, struct weir_value *out)
{
    (void)cast;
    if (value->kind == WEIR_TYPE_STRING) {
        struct weir_bytes text = trimmed(value);
        return weir_text_to_double((const char *)text.data, text.len, &out->number) ||
               fail(application, "the text is no DOUBLE");
    }
    out->number = value->kind == WEIR_TYPE_DECIMAL ? weir_decimal_to_double(value->decimal)
                                                   : (double)whole_of(value);
    return true;
}

static const struct weir_decimal *
decimal_of(const struct weir_cast *cast, const struct weir_value *value, struct weir_arena *arena)
{
    struct weir_bytes text;
    switch (value->kind) {
    case WEIR_TYPE_DECIMAL:
        return value->decimal;
    case WEIR_TYPE_DOUBLE:
        return weir_decimal_of_exact_double(arena, value->number, cast->to->precision);
    case WEIR_TYPE_STRING:
        text = trimmed(value);
        return weir_decimal_parse(arena, (const char *)text.data, text.len);
    default:
        return weir_decimal_of_int64(arena, whole_of(value));
    }
}

static bool to_decimal(const struct weir_cast *cast, const struct weir_value *value,
                       struct application *application, struct weir_value *out)
{
    const struct weir_decimal *decimal = decimal_of(cast, value, application->arena);
    if (!decimal) {
        return fail(application, "the value is no DECIMAL");
    }
    out->decimal =
        weir_decimal_fit(application->arena, decimal, cast->to->precision, cast->to->scale);
    return out->decimal || fail(application, "Numeric field overflow");
}

static bool text_to_boolean(const struct weir_cast *cast, const struct weir_value *value,
                            struct application *application, struct weir_value *out)
{
    (void)cast;
    (void)application;
    return weir_boolean_parse(trimmed(value), &out->boolean) || (out->boolean = false, true);
}

static bool text_to_bytes(const struct weir_cast *cast, const struct weir_value *value,
                          struct application *application, struct weir_value *out)
{
    (void)cast;
    struct weir_bytes bytes;
    if (!weir_base64_decode(trimmed(value), application->arena, &bytes)) {
        return fail(application, "the text is no base64");
    }
    out->bytes = bytes.data;
    out->length = (uint32_t)bytes.len;
    return true;
}

static bool text_to_date(const struct weir_cast *cast, const struct weir_value *value,
                         struct application *application, struct weir_value *out)
{
    (void)cast;
    return weir_date_parse(trimmed(value), &out->integer) ||
           fail(application, "the text is no DATE");
}

static bool text_to_time(const struct weir_cast *cast, const struct weir_value *value,
                         struct application *application, struct weir_value *out)
{
    (void)cast;
    return weir_time_parse(trimmed(value), &out->integer) ||
           fail(application, "the text is no TIME");
}

static bool text_to_timestamp(const struct weir_cast *cast, const struct weir_value *value,
                              struct application *application, struct weir_value *out)
{
    (void)cast;
    return weir_timestamp_parse(trimmed(value), &out->bigint) ||
           fail(application, "the text is no TIMESTAMP");
}

static bool timestamp_to_time(const struct weir_cast *cast, const struct weir_value *value,
                              struct application *application, struct weir_value *out)
{
    (void)cast;
    (void)application;
    out->integer = (int32_t)weir_floor_mod(value->bigint, WEIR_DAY_MS);
    return true;
}

static bool timestamp_to_date(const struct weir_cast *cast, const struct weir_value *value,
                              struct application *application, struct weir_value *out)
{
    (void)cast;
    (void)application;
    out->integer = (int32_t)weir_floor_div(value->bigint, WEIR_DAY_MS);
    return true;
}

static bool date_to_timestamp(const struct weir_cast *cast, const struct weir_value *value,
                              struct application *application, struct weir_value *out)
{
    (void)cast;
    (void)application;
    out->bigint = (int64_t)value->integer * WEIR_DAY_MS;
    return true;
}

static bool apply(const struct weir_cast *cast, const struct weir_value *value,
                  struct application *application, struct weir_value *out)
{
    if (!cast || weir_value_is_null(value)) {
        *out = *value;
        return true;
    }
    struct weir_value result = {.kind = (uint8_t)cast->to->kind};
    if (!cast->convert(cast, value, application, &result)) {
        return false;
    }
    *out = result;
    return true;
}

static bool array_to_array(const struct weir_cast *cast, const struct weir_value *value,
                           struct application *application, struct weir_value *out)
{
    struct weir_value *items =
        weir_arena_alloc(application->arena, ((size_t)value->length + 1) * sizeof *items);
    for (uint32_t i = 0; i < value->length; i++) {
        if (!apply(cast->element, &value->items[i], application, &items[i])) {
            return false;
        }
    }
    out->items = items;
    out->length = value->length;
    return true;
}

static bool map_to_map(const struct weir_cast *cast, const struct weir_value *value,
                       struct application *application, struct weir_value *out)
{
    struct weir_map_builder map;
    weir_map_builder_init(&map, application->arena, value->length);
    for (size_t i = 0; i < value->length; i++) {
        struct weir_value key, item;
        if (!apply(cast->key, &value->items[2 * i], application, &key) ||
            !apply(cast->element, &value->items[2 * i + 1], application, &item)) {
            return false;
        }
        weir_map_builder_put(&map, &key, &item);
    }
    *out = weir_map_builder_finish(&map, WEIR_MAP_ORDER_SIZED);
    return true;
}

static bool struct_to_struct(const struct weir_cast *cast, const struct weir_value *value,
                             struct application *application, struct weir_value *out)
{
    size_t count = cast->to->field_count;
    struct weir_value *items = weir_arena_calloc(application->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        if (cast->sources[i] != SIZE_MAX &&
            !apply(cast->fields[i], &value->items[cast->sources[i]], application, &items[i])) {
            return false;
        }
    }
    out->items = items;
    out->length = (uint32_t)count;
    return true;
}

static convert_fn from_text(enum weir_type_kind to)
{
    switch (to) {
    case WEIR_TYPE_BOOLEAN:
        return text_to_boolean;
    case WEIR_TYPE_INTEGER:
        return to_integer;
    case WEIR_TYPE_BIGINT:
        return to_bigint;
    case WEIR_TYPE_DECIMAL:
        return to_decimal;
    case WEIR_TYPE_DOUBLE:
        return to_double;
    case WEIR_TYPE_BYTES:
        return text_to_bytes;
    case WEIR_TYPE_DATE:
        return text_to_date;
    case WEIR_TYPE_TIME:
        return text_to_time;
    case WEIR_TYPE_TIMESTAMP:
        return text_to_timestamp;
    default:
        return NULL;
    }
}

static convert_fn from_number(enum weir_type_kind to)
{
    switch (to) {
    case WEIR_TYPE_INTEGER:
        return to_integer;
    case WEIR_TYPE_BIGINT:
        return to_bigint;
    case WEIR_TYPE_DECIMAL:
        return to_decimal;
    case WEIR_TYPE_DOUBLE:
        return to_double;
    case WEIR_TYPE_STRING:
        return to_text;
    default:
        return NULL;
    }
}

static convert_fn text_or_none(enum weir_type_kind to)
{
    return to == WEIR_TYPE_STRING ? to_text : NULL;
}

static convert_fn from_timestamp(enum weir_type_kind to)
{
    switch (to) {
    case WEIR_TYPE_TIME:
        return timestamp_to_time;
    case WEIR_TYPE_DATE:
        return timestamp_to_date;
    default:
        return text_or_none(to);
    }
}

static convert_fn conversion(enum weir_type_kind from, enum weir_type_kind to)
{
    switch (from) {
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_DECIMAL:
    case WEIR_TYPE_DOUBLE:
        return from_number(to);
    case WEIR_TYPE_STRING:
        return from_text(to);
    case WEIR_TYPE_TIMESTAMP:
        return from_timestamp(to);
    case WEIR_TYPE_DATE:
        return to == WEIR_TYPE_TIMESTAMP ? date_to_timestamp : text_or_none(to);
    case WEIR_TYPE_ARRAY:
        return to == WEIR_TYPE_ARRAY ? array_to_array : text_or_none(to);
    case WEIR_TYPE_MAP:
        return to == WEIR_TYPE_MAP ? map_to_map : text_or_none(to);
    case WEIR_TYPE_STRUCT:
        return to == WEIR_TYPE_STRUCT ? struct_to_struct : text_or_none(to);
    case WEIR_TYPE_BOOLEAN:
    case WEIR_TYPE_TIME:
        return text_or_none(to);
    default:
        return NULL;
    }
}

/* *cast_out NULL: nothing to do. False: there is no such cast. */
static bool part_cast(struct weir_arena *arena, const struct weir_type *from,
                      const struct weir_type *to, const struct weir_cast **cast_out)
{
    *cast_out = NULL;
    if (weir_type_equal(from, to)) {
        return true;
    }
    *cast_out = weir_cast_create(arena, from, to);
    return *cast_out != NULL;
}

static bool make_fields(struct weir_arena *arena, struct weir_cast *cast)
{
    size_t count = cast->to->field_count;
    cast->fields = weir_arena_calloc(arena, count + 1, sizeof *cast->fields);
    cast->sources = weir_arena_calloc(arena, count + 1, sizeof *cast->sources);
    for (size_t i = 0; i < count; i++) {
        cast->sources[i] = SIZE_MAX;
        for (size_t j = 0; j < cast->from->field_count; j++) {
            if (strcmp(cast->to->fields[i].name, cast->from->fields[j].name) != 0) {
                continue;
            }
            cast->sources[i] = j;
            if (!part_cast(arena, cast->from->fields[j].type, cast->to->fields[i].type,
                           &cast->fields[i])) {
                return false;
            }
        }
    }
    return true;
}

const struct weir_cast *weir_cast_create(struct weir_arena *arena, const struct weir_type *from,
                                         const struct weir_type *to)
{
    convert_fn convert = conversion(from->kind, to->kind);
    if (!convert) {
        return NULL;
    }
    struct weir_cast *cast = weir_arena_calloc(arena, 1, sizeof *cast);
    *cast = (struct weir_cast){.convert = convert, .from = from, .to = to};
    bool parts = true;
    if (to->kind == WEIR_TYPE_ARRAY) {
        parts = part_cast(arena, from->element, to->element, &cast->element);
    } else if (to->kind == WEIR_TYPE_MAP) {
        parts = part_cast(arena, from->key, to->key, &cast->key) &&
                part_cast(arena, from->element, to->element, &cast->element);
    } else if (to->kind == WEIR_TYPE_STRUCT) {
        parts = make_fields(arena, cast);
    }
    return parts ? cast : NULL;
}

bool weir_cast_apply(const struct weir_cast *cast, const struct weir_value *value,
                     struct weir_arena *arena, struct weir_buffer *text,
                     struct weir_value *value_out, const char **message_out)
{
    struct application application = {.arena = arena, .text = text};
    if (!apply(cast, value, &application, value_out)) {
        *message_out = application.message;
        return false;
    }
    return true;
}
