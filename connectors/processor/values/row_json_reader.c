/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/binary_text.h"
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/json_scan.h"
#include "connectors/processor/values/json_text.h"
#include "connectors/processor/values/map_builder.h"
#include "connectors/processor/values/number_text.h"
#include "connectors/processor/values/row_format_internal.h"
#include "connectors/processor/values/row_json_plan.h"
#include "core/base/alloc.h"

#include <string.h>

enum {
    STATE_ON_STACK = 64,
    MILLISECONDS_OF_DAY = 86400000,
};

struct weir_json_reader {
    struct weir_arena *arena; /* of the plan */
    bool unwrapped;
    struct weir_json_object *row;
};

/* How far a field's value has come: found by exact name wins over found by upper case. */
enum state { STATE_NONE = 0, STATE_FOLD = 1, STATE_EXACT = 2, STATE_BAD = 4 };

struct reading {
    struct weir_json_cursor cursor;
    struct weir_arena *arena;
    const struct weir_type *problem_type; /* of the first value that could not be converted */
    struct weir_bytes problem_name;
};

static bool read_value(struct reading *reading, const struct weir_json_plan *plan,
                       struct weir_value *value, int depth);

struct weir_json_reader *weir_json_reader_create(const struct weir_column *columns, size_t count,
                                                 bool unwrapped)
{
    struct weir_json_reader *reader = weir_alloc(sizeof *reader);
    reader->arena = weir_arena_create(16384);
    reader->unwrapped = unwrapped;
    reader->row = weir_json_object_of_columns(reader->arena, columns, count);
    return reader;
}

void weir_json_reader_destroy(struct weir_json_reader *reader)
{
    if (reader) {
        weir_arena_destroy(reader->arena);
        weir_free(reader);
    }
}

/* Takes the name and the colon. The guess for this position is right for all but the first records
 * of a topic. */
static bool read_name(struct reading *reading, struct weir_json_object *object, uint32_t position,
                      struct weir_json_guess *found)
{
    struct weir_json_cursor *cursor = &reading->cursor;
    if (!weir_json_take(cursor, '"')) {
        return false;
    }
    if (position < object->guess_count) {
        const struct weir_json_guess *guess = &object->guesses[position];
        if ((size_t)(cursor->end - cursor->at) > guess->length &&
            cursor->at[guess->length] == '"' &&
            memcmp(cursor->at, guess->name, guess->length) == 0) {
            cursor->at += guess->length + 1;
            found->exact = guess->exact;
            found->fold = guess->fold;
            return weir_json_take(cursor, ':');
        }
    }
    const uint8_t *start = cursor->at;
    struct weir_bytes name;
    if (!weir_json_string(cursor, reading->arena, &name)) {
        return false;
    }
    weir_json_find_targets(object, name, reading->arena, found);
    bool plain = name.data == start; /* no escapes: the bytes can be compared as they are */
    if (plain && name.len <= WEIR_JSON_GUESS_NAME_BYTES && position < WEIR_JSON_GUESS_COUNT_MAX &&
        position <= object->guess_count) {
        struct weir_json_guess *guess = &object->guesses[position];
        memcpy(guess->name, name.data, name.len);
        guess->length = (uint32_t)name.len;
        guess->exact = found->exact;
        guess->fold = found->fold;
        object->guess_count += position == object->guess_count;
    }
    return weir_json_take(cursor, ':');
}

/* Reads the value at the cursor into one field. False: not JSON. A value that cannot be converted
 * marks the field; another of that name may still come. */
static bool read_field(struct reading *reading, const struct weir_json_object *object,
                       uint32_t index, enum state quality, uint8_t *state,
                       struct weir_value *values, int depth)
{
    const uint8_t *start = reading->cursor.at;
    if ((state[index] & (STATE_EXACT | STATE_FOLD)) > quality) {
        return weir_json_skip(&reading->cursor, depth);
    }
    state[index] = (uint8_t)quality;
    const struct weir_json_field *field = &object->fields[index];
    if (read_value(reading, &field->plan, &values[index], depth)) {
        return true;
    }
    reading->cursor.at = start;
    state[index] = (uint8_t)(quality | STATE_BAD);
    if (!reading->problem_type) {
        reading->problem_type = field->plan.type;
    }
    reading->problem_name = field->name;
    return weir_json_skip(&reading->cursor, depth);
}

static bool read_fields(struct reading *reading, struct weir_json_object *object, uint8_t *state,
                        struct weir_value *values, int depth)
{
    struct weir_json_cursor *cursor = &reading->cursor;
    if (weir_json_take(cursor, '}')) {
        return true;
    }
    uint32_t position = 0;
    do {
        struct weir_json_guess target;
        if (!read_name(reading, object, position++, &target)) {
            return false;
        }
        if (target.exact == WEIR_JSON_NO_FIELD && target.fold == WEIR_JSON_NO_FIELD) {
            if (!weir_json_skip(cursor, depth)) {
                return false;
            }
            continue;
        }
        const uint8_t *start = cursor->at;
        if (target.exact != WEIR_JSON_NO_FIELD &&
            !read_field(reading, object, target.exact, STATE_EXACT, state, values, depth)) {
            return false;
        }
        if (target.fold != WEIR_JSON_NO_FIELD) {
            cursor->at = start;
            if (!read_field(reading, object, target.fold, STATE_FOLD, state, values, depth)) {
                return false;
            }
        }
    } while (weir_json_take(cursor, ','));
    return weir_json_take(cursor, '}');
}

/* After the opening brace. False: not JSON, or a field that cannot be converted. */
static bool read_object(struct reading *reading, struct weir_json_object *object,
                        struct weir_value *values, int depth)
{
    uint8_t on_stack[STATE_ON_STACK];
    uint8_t *state = on_stack;
    if (object->count > STATE_ON_STACK) {
        state = weir_arena_alloc(reading->arena, object->count);
    }
    memset(state, STATE_NONE, object->count);
    memset(values, 0, object->count * sizeof *values);
    if (!read_fields(reading, object, state, values, depth)) {
        return false;
    }
    for (uint32_t i = 0; i < object->count; i++) {
        if ((state[i] & STATE_BAD) != 0) {
            return false;
        }
    }
    return true;
}

static bool scan_number(struct reading *reading, struct weir_number_text *number)
{
    struct weir_json_cursor *cursor = &reading->cursor;
    size_t length =
        weir_number_scan((const char *)cursor->at, (size_t)(cursor->end - cursor->at), number);
    cursor->at += length;
    return length > 0;
}

static bool read_boolean(struct reading *reading, struct weir_value *value)
{
    if (weir_json_word(&reading->cursor, "true", 4)) {
        value->boolean = true;
        return true;
    }
    value->boolean = false;
    return weir_json_word(&reading->cursor, "false", 5);
}

/* A number, its fraction cut, or text that is a whole number. */
static bool read_int64(struct reading *reading, int64_t *number_out, bool *from_text_out)
{
    struct weir_number_text number;
    struct weir_bytes text;
    *from_text_out = *reading->cursor.at == '"';
    if (!*from_text_out) {
        if (!scan_number(reading, &number)) {
            return false;
        }
        *number_out = weir_number_to_int64(&number);
        return true;
    }
    reading->cursor.at++;
    return weir_json_string(&reading->cursor, reading->arena, &text) &&
           weir_text_to_int64((const char *)text.data, text.len, number_out);
}

static bool read_int32(struct reading *reading, int32_t *number_out)
{
    int64_t number;
    bool from_text;
    if (!read_int64(reading, &number, &from_text) ||
        (from_text && (number < INT32_MIN || number > INT32_MAX))) {
        return false;
    }
    *number_out = (int32_t)(uint32_t)(uint64_t)number;
    return true;
}

static bool read_time_of_day(struct reading *reading, int32_t *time_out)
{
    int64_t number;
    bool from_text;
    if (!read_int64(reading, &number, &from_text) || number < 0 || number > MILLISECONDS_OF_DAY) {
        return false;
    }
    *time_out = (int32_t)number;
    return true;
}

static bool read_double(struct reading *reading, double *number_out)
{
    struct weir_number_text number;
    struct weir_bytes text;
    if (*reading->cursor.at != '"') {
        if (!scan_number(reading, &number)) {
            return false;
        }
        *number_out = weir_number_to_double(&number);
        return true;
    }
    reading->cursor.at++;
    return weir_json_string(&reading->cursor, reading->arena, &text) &&
           weir_text_to_double((const char *)text.data, text.len, number_out);
}

static bool read_decimal(struct reading *reading, const struct weir_type *type,
                         const struct weir_decimal **decimal_out)
{
    struct weir_number_text number;
    struct weir_bytes text;
    if (*reading->cursor.at == '"') {
        reading->cursor.at++;
        if (!weir_json_string(&reading->cursor, reading->arena, &text)) {
            return false;
        }
    } else {
        if (!scan_number(reading, &number)) {
            return false;
        }
        text = (struct weir_bytes){(const uint8_t *)number.text, number.length};
    }
    const struct weir_decimal *decimal =
        weir_decimal_parse(reading->arena, (const char *)text.data, text.len);
    if (!decimal) {
        return false;
    }
    decimal = weir_decimal_set_scale(reading->arena, decimal, type->scale, WEIR_ROUND_UNNECESSARY);
    *decimal_out = decimal;
    return decimal && weir_decimal_precision(decimal) <= type->precision;
}

static bool read_string(struct reading *reading, struct weir_value *value, int depth)
{
    struct weir_bytes text;
    if (*reading->cursor.at == '"') {
        reading->cursor.at++;
        if (!weir_json_string(&reading->cursor, reading->arena, &text)) {
            return false;
        }
    } else {
        weir_auto_buffer buffer;
        weir_buffer_init(&buffer, (size_t)(reading->cursor.end - reading->cursor.at) * 6 + 16384);
        if (!weir_json_text_plain(&reading->cursor, reading->arena, &buffer, depth) ||
            buffer.overflow) {
            return false;
        }
        text = weir_arena_copy(reading->arena, weir_buffer_view(&buffer));
    }
    value->bytes = text.data;
    value->length = (uint32_t)text.len;
    return true;
}

static bool read_bytes(struct reading *reading, struct weir_value *value)
{
    struct weir_bytes text, bytes;
    if (!weir_json_take(&reading->cursor, '"') ||
        !weir_json_string(&reading->cursor, reading->arena, &text) ||
        !weir_base64_decode(text, reading->arena, &bytes)) {
        return false;
    }
    value->bytes = bytes.data;
    value->length = (uint32_t)bytes.len;
    return true;
}

static bool read_array(struct reading *reading, const struct weir_json_plan *plan,
                       struct weir_value *value, int depth)
{
    if (!weir_json_take(&reading->cursor, '[') || depth == 0) {
        return false;
    }
    uint32_t count = 0, capacity = 8;
    struct weir_value *items = weir_arena_alloc(reading->arena, capacity * sizeof *items);
    if (!weir_json_take(&reading->cursor, ']')) {
        do {
            if (count == capacity) {
                size_t bytes = capacity * sizeof *items;
                items = weir_arena_grow(reading->arena, items, bytes, 2 * bytes);
                capacity *= 2;
            }
            if (!read_value(reading, plan->element, &items[count++], depth - 1)) {
                return false;
            }
        } while (weir_json_take(&reading->cursor, ','));
        if (!weir_json_take(&reading->cursor, ']')) {
            return false;
        }
    }
    value->items = items;
    value->length = count;
    return true;
}

static bool read_map_entry(struct reading *reading, const struct weir_json_plan *plan,
                           struct weir_map_builder *map, int depth)
{
    struct weir_bytes name;
    struct weir_value value;
    if (!weir_json_take(&reading->cursor, '"') ||
        !weir_json_string(&reading->cursor, reading->arena, &name) ||
        !weir_json_take(&reading->cursor, ':') ||
        !read_value(reading, plan->element, &value, depth)) {
        return false;
    }
    struct weir_value key = {
        .bytes = name.data, .length = (uint32_t)name.len, .kind = WEIR_TYPE_STRING};
    weir_map_builder_put(map, &key, &value);
    return true;
}

static bool read_map(struct reading *reading, const struct weir_json_plan *plan,
                     struct weir_value *value, int depth)
{
    if (!weir_json_take(&reading->cursor, '{') || depth == 0) {
        return false;
    }
    struct weir_map_builder map;
    weir_map_builder_init(&map, reading->arena, 8);
    if (!weir_json_take(&reading->cursor, '}')) {
        do {
            if (!read_map_entry(reading, plan, &map, depth - 1)) {
                return false;
            }
        } while (weir_json_take(&reading->cursor, ','));
        if (!weir_json_take(&reading->cursor, '}')) {
            return false;
        }
    }
    *value = weir_map_builder_finish(&map, WEIR_MAP_ORDER_SIZED);
    return true;
}

static bool read_struct(struct reading *reading, const struct weir_json_plan *plan,
                        struct weir_value *value, int depth)
{
    if (!weir_json_take(&reading->cursor, '{') || depth == 0) {
        return false;
    }
    struct weir_json_object *object = plan->object;
    struct weir_value *items =
        weir_arena_alloc(reading->arena, ((size_t)object->count + 1) * sizeof *items);
    value->items = items;
    value->length = object->count;
    return read_object(reading, object, items, depth - 1);
}

static bool read_typed(struct reading *reading, const struct weir_json_plan *plan,
                       struct weir_value *value, int depth)
{
    bool from_text;
    switch (plan->type->kind) {
    case WEIR_TYPE_STRING:
        return read_string(reading, value, depth);
    case WEIR_TYPE_DOUBLE:
        return read_double(reading, &value->number);
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        return read_int64(reading, &value->bigint, &from_text);
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
        return read_int32(reading, &value->integer);
    case WEIR_TYPE_TIME:
        return read_time_of_day(reading, &value->integer);
    case WEIR_TYPE_BOOLEAN:
        return read_boolean(reading, value);
    case WEIR_TYPE_DECIMAL:
        return read_decimal(reading, plan->type, &value->decimal);
    case WEIR_TYPE_BYTES:
        return read_bytes(reading, value);
    case WEIR_TYPE_ARRAY:
        return read_array(reading, plan, value, depth);
    case WEIR_TYPE_MAP:
        return read_map(reading, plan, value, depth);
    case WEIR_TYPE_STRUCT:
        return read_struct(reading, plan, value, depth);
    case WEIR_TYPE_NULL:
    case WEIR_TYPE_INTERVAL_UNIT:
        return false;
    }
    return false;
}

/* False: not JSON, or not of this type; the cursor is then anywhere. */
static bool read_value(struct reading *reading, const struct weir_json_plan *plan,
                       struct weir_value *value, int depth)
{
    weir_json_space(&reading->cursor);
    if (reading->cursor.at == reading->cursor.end) {
        return false;
    }
    *value = WEIR_VALUE_NULL;
    if (*reading->cursor.at == 'n') {
        return weir_json_word(&reading->cursor, "null", 4);
    }
    value->kind = (uint8_t)plan->type->kind;
    return read_typed(reading, plan, value, depth);
}

static bool fail_read(const struct reading *reading, struct weir_error *err)
{
    if (!reading->problem_type) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "not valid JSON");
    }
    weir_auto_buffer type;
    weir_buffer_init(&type, 400);
    weir_type_print(reading->problem_type, &type);
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                     "Can't convert type. requiredType: %s, path: $.%.*s", weir_buffer_text(&type),
                     (int)(reading->problem_name.len < 200 ? reading->problem_name.len : 200),
                     (const char *)reading->problem_name.data);
}

bool weir_json_reader_read(struct weir_json_reader *reader, struct weir_bytes bytes,
                           struct weir_arena *arena, struct weir_value *values, bool *null_row_out,
                           struct weir_error *err)
{
    struct reading reading = {.cursor = {bytes.data, bytes.data + bytes.len}, .arena = arena};
    if (bytes.len >= 3 && memcmp(bytes.data, "\xef\xbb\xbf", 3) == 0) {
        reading.cursor.at += 3;
    }
    weir_json_space(&reading.cursor);
    *null_row_out = false;
    if (reader->unwrapped) {
        struct weir_json_field *field = &reader->row->fields[0];
        if (read_value(&reading, &field->plan, values, WEIR_JSON_DEPTH_MAX)) {
            return true;
        }
        reading.problem_type = field->plan.type;
        reading.problem_name = field->name;
        return fail_read(&reading, err);
    }
    if (weir_json_take(&reading.cursor, '{')) {
        return read_object(&reading, reader->row, values, WEIR_JSON_DEPTH_MAX) ||
               fail_read(&reading, err);
    }
    if (weir_json_word(&reading.cursor, "null", 4)) {
        memset(values, 0, reader->row->count * sizeof *values);
        *null_row_out = true;
        return true;
    }
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "not a JSON object");
}
