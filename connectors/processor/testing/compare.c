/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/compare.h"

#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/number_text.h"

#include <ctype.h>

/* ---- values ---- */

static bool is_fraction(struct weir_bytes text)
{
    return memchr(text.data, '.', text.len) || memchr(text.data, 'e', text.len) ||
           memchr(text.data, 'E', text.len);
}

static const struct weir_decimal *decimal_of(struct weir_arena *arena, struct weir_bytes text)
{
    return weir_decimal_parse(arena, (const char *)text.data, text.len);
}

static bool number_equal(struct weir_arena *arena, struct weir_bytes actual,
                         struct weir_bytes expected)
{
    const struct weir_decimal *a = decimal_of(arena, actual), *e = decimal_of(arena, expected);
    if (!a || !e) {
        return false;
    }
    if (!is_fraction(actual)) {
        int64_t number;
        if (!weir_text_to_int64((const char *)actual.data, actual.len, &number)) {
            return false;
        }
        int64_t wanted = weir_decimal_to_int64(e);
        bool small = number >= INT32_MIN && number <= INT32_MAX;
        return number == (small ? (int64_t)(int32_t)(uint32_t)(uint64_t)wanted : wanted);
    }
    if (!is_fraction(expected)) {
        return a->scale <= 0 && weir_decimal_compare(a, e) == 0;
    }
    return weir_decimal_equal(a, e);
}

/* As written, else in upper case. */
static const struct weir_json_tree *
field(struct weir_arena *arena, const struct weir_json_tree *object, struct weir_bytes name)
{
    char *text = weir_arena_strndup(arena, (const char *)name.data, name.len);
    const struct weir_json_tree *found = weir_json_tree_member(object, text);
    if (!weir_json_tree_is_null(found)) {
        return found;
    }
    for (char *at = text; *at; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    return weir_json_tree_member(object, text);
}

static bool items_equal(struct weir_arena *arena, const struct weir_json_tree *actual,
                        const struct weir_json_tree *expected)
{
    if (actual->kind != expected->kind || actual->item_count != expected->item_count) {
        return false;
    }
    for (size_t i = 0; i < expected->item_count; i++) {
        const struct weir_json_tree *item = expected->kind == WEIR_JSON_KIND_OBJECT
                                                ? field(arena, actual, expected->items[i].name)
                                                : &actual->items[i];
        if (!weir_test_value_equal(arena, item, &expected->items[i])) {
            return false;
        }
    }
    return true;
}

static bool text_equal(struct weir_arena *arena, const struct weir_json_tree *actual,
                       const struct weir_json_tree *expected)
{
    if (actual->kind == WEIR_JSON_KIND_NUMBER && is_fraction(actual->raw)) {
        const struct weir_decimal *a = decimal_of(arena, actual->raw);
        const struct weir_decimal *e = decimal_of(arena, expected->text);
        return a && e && weir_decimal_equal(a, e);
    }
    return actual->kind == WEIR_JSON_KIND_STRING && weir_bytes_equal(actual->text, expected->text);
}

bool weir_test_value_equal(struct weir_arena *arena, const struct weir_json_tree *actual,
                           const struct weir_json_tree *expected)
{
    if (weir_json_tree_is_null(expected) || weir_json_tree_is_null(actual)) {
        return weir_json_tree_is_null(expected) && weir_json_tree_is_null(actual);
    }
    switch (expected->kind) {
    case WEIR_JSON_KIND_BOOLEAN:
        return actual->kind == WEIR_JSON_KIND_BOOLEAN && actual->boolean == expected->boolean;
    case WEIR_JSON_KIND_NUMBER:
        return actual->kind == WEIR_JSON_KIND_NUMBER &&
               number_equal(arena, actual->raw, expected->raw);
    case WEIR_JSON_KIND_STRING:
        return text_equal(arena, actual, expected);
    case WEIR_JSON_KIND_ARRAY:
    case WEIR_JSON_KIND_OBJECT:
        return items_equal(arena, actual, expected);
    case WEIR_JSON_KIND_NULL:
        break;
    }
    return false;
}

/* ---- records ---- */

static bool headers_equal(const struct weir_test_record *a, const struct weir_test_record *b)
{
    if (a->header_count != b->header_count) {
        return false;
    }
    for (size_t i = 0; i < a->header_count; i++) {
        if (!weir_bytes_equal(a->headers[i].name, b->headers[i].name) ||
            !weir_bytes_equal(a->headers[i].value, b->headers[i].value)) {
            return false;
        }
    }
    return true;
}

static bool windows_equal(const struct weir_test_record *a, const struct weir_test_record *b)
{
    return a->window == b->window && a->window_start_ms == b->window_start_ms &&
           a->window_end_ms == b->window_end_ms;
}

static bool record_equal(struct weir_arena *arena, const struct weir_test_record *actual,
                         const struct weir_test_record *expected, bool any_zero)
{
    bool any_time = !expected->has_timestamp || (any_zero && expected->timestamp_ms == 0);
    return windows_equal(actual, expected) &&
           weir_test_value_equal(arena, actual->key, expected->key) &&
           weir_test_value_equal(arena, actual->value, expected->value) &&
           headers_equal(actual, expected) &&
           (any_time || actual->timestamp_ms == expected->timestamp_ms);
}

static const char *describe(struct weir_arena *arena, const struct weir_test_record *record)
{
    static const struct weir_bytes null = {(const uint8_t *)"null", 4};
    struct weir_bytes key = record->key ? record->key->raw : null;
    struct weir_bytes value = record->value ? record->value->raw : null;
    return weir_arena_format(arena, "<%.*s, %.*s> with timestamp=%lld and headers=[%s]",
                             (int)key.len, (const char *)key.data, (int)value.len,
                             (const char *)value.data, (long long)record->timestamp_ms,
                             record->header_count > 0 ? "..." : "");
}

/* The records of a topic: first those of the case's inputs, then those produced. */
struct records {
    const struct weir_test_record **items;
    size_t count;
};

static void records_add(struct records *records, const struct weir_test_record *list, size_t count,
                        const char *topic)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].topic, topic) == 0) {
            records->items[records->count++] = &list[i];
        }
    }
}

static bool compare_topic(struct weir_arena *arena, const char *topic, struct records actual,
                          struct records expected, bool any_zero, struct weir_error *err)
{
    for (size_t i = 0; i < actual.count && i < expected.count; i++) {
        if (!record_equal(arena, actual.items[i], expected.items[i], any_zero)) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                             "Topic '%s', message %zu: Expected %s but was %s", topic, i,
                             describe(arena, expected.items[i]), describe(arena, actual.items[i]));
        }
    }
    return actual.count == expected.count ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                     "Topic %s. Expected <%zu> records but it was <%zu>", topic, expected.count,
                     actual.count);
}

static bool seen_before(const struct weir_test_record *list, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(list[i].topic, list[index].topic) == 0) {
            return true;
        }
    }
    return false;
}

bool weir_test_compare(struct weir_arena *arena, const struct weir_test_case *test,
                       const struct weir_test_record *actual, size_t actual_count,
                       const struct weir_test_record *expected, size_t expected_count,
                       struct weir_error *err)
{
    for (size_t i = 0; i < expected_count; i++) {
        if (seen_before(expected, i)) {
            continue;
        }
        const char *topic = expected[i].topic;
        size_t most = test->input_count + actual_count + expected_count + 1;
        struct records is = {.items = weir_arena_calloc(arena, most, sizeof *is.items)};
        struct records wanted = {.items = weir_arena_calloc(arena, most, sizeof *wanted.items)};
        records_add(&is, test->inputs, test->input_count, topic);
        records_add(&is, actual, actual_count, topic);
        records_add(&wanted, expected, expected_count, topic);
        if (!compare_topic(arena, topic, is, wanted, test->input_count == 0, err)) {
            return false;
        }
    }
    return true;
}
