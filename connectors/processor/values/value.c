/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/value.h"

#include "connectors/processor/values/decimal.h"
#include "core/base/error.h"
#include "core/base/hash_table.h"

#include <math.h>
#include <string.h>

static size_t item_count(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_MAP ? (size_t)value->length * 2 : value->length;
}

static const struct weir_value *copy_items(struct weir_arena *arena, const struct weir_value *value)
{
    size_t count = item_count(value);
    struct weir_value *items = weir_arena_alloc(arena, (count + 1) * sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = weir_value_copy(arena, &value->items[i]);
    }
    return items;
}

struct weir_value weir_value_copy(struct weir_arena *arena, const struct weir_value *value)
{
    struct weir_value copy = *value;
    switch (value->kind) {
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES: {
        uint8_t *bytes = weir_arena_alloc(arena, (size_t)value->length + 1);
        if (value->length > 0) {
            memcpy(bytes, value->bytes, value->length);
        }
        copy.bytes = bytes;
        return copy;
    }
    case WEIR_TYPE_DECIMAL:
        copy.decimal = weir_decimal_copy(arena, value->decimal);
        return copy;
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_STRUCT:
        copy.items = copy_items(arena, value);
        return copy;
    default:
        return copy;
    }
}

/* Java's doubleToLongBits: every NaN is the same one. */
static uint64_t double_bits(double number)
{
    if (isnan(number)) {
        return 0x7ff8000000000000u;
    }
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static bool items_equal(const struct weir_value *a, const struct weir_value *b)
{
    for (uint32_t i = 0; i < a->length; i++) {
        if (!weir_value_equal(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

/* Looks from position `guess` on, where the key stands when both maps have one order. */
static const struct weir_value *find_in_map(const struct weir_value *map,
                                            const struct weir_value *key, uint32_t guess)
{
    for (uint32_t i = 0; i < map->length; i++) {
        uint32_t at = guess + i < map->length ? guess + i : guess + i - map->length;
        if (weir_value_equal(&map->items[2 * (size_t)at], key)) {
            return &map->items[2 * (size_t)at + 1];
        }
    }
    return NULL;
}

static bool maps_equal(const struct weir_value *a, const struct weir_value *b)
{
    for (uint32_t i = 0; i < a->length; i++) {
        const struct weir_value *other = find_in_map(b, &a->items[2 * (size_t)i], i);
        if (!other || !weir_value_equal(&a->items[2 * (size_t)i + 1], other)) {
            return false;
        }
    }
    return true;
}

bool weir_value_equal(const struct weir_value *a, const struct weir_value *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch ((enum weir_type_kind)a->kind) {
    case WEIR_TYPE_NULL:
        return true;
    case WEIR_TYPE_BOOLEAN:
        return a->boolean == b->boolean;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_INTERVAL_UNIT:
        return a->integer == b->integer;
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        return a->bigint == b->bigint;
    case WEIR_TYPE_DOUBLE:
        return double_bits(a->number) == double_bits(b->number);
    case WEIR_TYPE_DECIMAL:
        return weir_decimal_equal(a->decimal, b->decimal);
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
        return a->length == b->length &&
               (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_STRUCT:
        return a->length == b->length && items_equal(a, b);
    case WEIR_TYPE_MAP:
        return a->length == b->length && maps_equal(a, b);
    }
    return false;
}

static uint64_t mix(uint64_t hash, uint64_t with)
{
    hash ^= with + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdu;
}

static uint64_t hash_items(const struct weir_value *value)
{
    uint64_t hash = mix(value->kind, value->length);
    for (uint32_t i = 0; i < value->length; i++) {
        hash = mix(hash, weir_value_hash(&value->items[i]));
    }
    return hash;
}

static uint64_t hash_map(const struct weir_value *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < value->length; i++) {
        sum +=
            mix(weir_value_hash(&value->items[2 * i]), weir_value_hash(&value->items[2 * i + 1]));
    }
    return mix(value->length, sum);
}

uint64_t weir_value_hash(const struct weir_value *value)
{
    switch ((enum weir_type_kind)value->kind) {
    case WEIR_TYPE_NULL:
        return 0x9e3779b97f4a7c15u;
    case WEIR_TYPE_BOOLEAN:
        return mix(value->kind, value->boolean);
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_INTERVAL_UNIT:
        return mix(value->kind, (uint64_t)(int64_t)value->integer);
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_TIMESTAMP:
        return mix(value->kind, (uint64_t)value->bigint);
    case WEIR_TYPE_DOUBLE:
        return mix(value->kind, double_bits(value->number));
    case WEIR_TYPE_DECIMAL:
        return weir_decimal_hash(value->decimal);
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
        return weir_hash(value->length > 0 ? value->bytes : (const uint8_t *)"", value->length);
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_STRUCT:
        return hash_items(value);
    case WEIR_TYPE_MAP:
        return hash_map(value);
    }
    return 0;
}

/* UTF-8 sorts by code point; UTF-16 puts U+E000..U+FFFF (lead bytes EE, EF) after the surrogates
 * (F0..F4). */
static uint8_t utf16_rank(uint8_t byte)
{
    return byte == 0xee || byte == 0xef ? (uint8_t)(byte + 0x10) : byte;
}

static int compare_text(const struct weir_value *a, const struct weir_value *b)
{
    uint32_t length = a->length < b->length ? a->length : b->length;
    for (uint32_t i = 0; i < length; i++) {
        if (a->bytes[i] != b->bytes[i]) {
            return utf16_rank(a->bytes[i]) < utf16_rank(b->bytes[i]) ? -1 : 1;
        }
    }
    return (a->length > b->length) - (a->length < b->length);
}

static int compare_bytes(const struct weir_value *a, const struct weir_value *b)
{
    uint32_t length = a->length < b->length ? a->length : b->length;
    int order = length > 0 ? memcmp(a->bytes, b->bytes, length) : 0;
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a->length > b->length) - (a->length < b->length);
}

static int64_t as_int64(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_INTEGER ? value->integer : value->bigint;
}

static double as_double(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_DOUBLE ? value->number : (double)as_int64(value);
}

static int compare_doubles(double a, double b, bool *unordered_out)
{
    if (isnan(a) || isnan(b)) {
        *unordered_out = true;
        return 0;
    }
    return (a > b) - (a < b);
}

static int compare_with_decimal(const struct weir_value *a, const struct weir_value *b,
                                bool *unordered_out)
{
    struct weir_decimal_scratch scratch_a, scratch_b;
    const struct weir_decimal *left = weir_decimal_of_value(&scratch_a, a);
    const struct weir_decimal *right = weir_decimal_of_value(&scratch_b, b);
    if (!left || !right) { /* NaN, infinity: BigDecimal has none */
        *unordered_out = true;
        return 0;
    }
    return weir_decimal_compare(left, right);
}

static int compare_numbers(const struct weir_value *a, const struct weir_value *b,
                           bool *unordered_out)
{
    if (a->kind == WEIR_TYPE_DECIMAL || b->kind == WEIR_TYPE_DECIMAL) {
        return compare_with_decimal(a, b, unordered_out);
    }
    if (a->kind == WEIR_TYPE_DOUBLE || b->kind == WEIR_TYPE_DOUBLE) {
        return compare_doubles(as_double(a), as_double(b), unordered_out);
    }
    int64_t left = as_int64(a), right = as_int64(b);
    return (left > right) - (left < right);
}

/* Null items sort first. */
static int compare_items(const struct weir_value *a, const struct weir_value *b,
                         bool *unordered_out)
{
    size_t count_a = item_count(a), count_b = item_count(b);
    for (size_t i = 0; i < count_a && i < count_b; i++) {
        bool null_a = weir_value_is_null(&a->items[i]), null_b = weir_value_is_null(&b->items[i]);
        if (null_a || null_b) {
            if (null_a != null_b) {
                return null_a ? -1 : 1;
            }
            continue;
        }
        int order = weir_value_compare(&a->items[i], &b->items[i], unordered_out);
        if (order != 0) {
            return order;
        }
    }
    return (count_a > count_b) - (count_a < count_b);
}

int weir_value_compare(const struct weir_value *a, const struct weir_value *b, bool *unordered_out)
{
    *unordered_out = false;
    switch ((enum weir_type_kind)a->kind) {
    case WEIR_TYPE_NULL:
        return 0;
    case WEIR_TYPE_BOOLEAN:
        return (int)a->boolean - (int)b->boolean;
    case WEIR_TYPE_INTEGER:
    case WEIR_TYPE_BIGINT:
    case WEIR_TYPE_DOUBLE:
    case WEIR_TYPE_DECIMAL:
        return compare_numbers(a, b, unordered_out);
    case WEIR_TYPE_DATE:
    case WEIR_TYPE_TIME:
    case WEIR_TYPE_INTERVAL_UNIT:
        return (a->integer > b->integer) - (a->integer < b->integer);
    case WEIR_TYPE_TIMESTAMP:
        return (a->bigint > b->bigint) - (a->bigint < b->bigint);
    case WEIR_TYPE_STRING:
        return compare_text(a, b);
    case WEIR_TYPE_BYTES:
        return compare_bytes(a, b);
    case WEIR_TYPE_ARRAY:
    case WEIR_TYPE_MAP:
    case WEIR_TYPE_STRUCT:
        return compare_items(a, b, unordered_out);
    }
    return 0;
}
