/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/decimal.h"
#include "connectors/processor/values/value_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct weir_value text(const char *content)
{
    return (struct weir_value){
        .text = content, .length = (uint32_t)strlen(content), .kind = WEIR_TYPE_STRING};
}

/* One of everything, nested. */
static size_t samples(struct weir_arena *arena, struct weir_value *values)
{
    struct weir_value *pair = weir_arena_calloc(arena, 4, sizeof *pair);
    pair[0] = text("a");
    pair[1] = (struct weir_value){.number = 0.3465000000000001, .kind = WEIR_TYPE_DOUBLE};
    pair[2] = text("b");
    size_t count = 0;
    values[count++] = WEIR_VALUE_NULL;
    values[count++] = (struct weir_value){.boolean = true, .kind = WEIR_TYPE_BOOLEAN};
    values[count++] = (struct weir_value){.boolean = false, .kind = WEIR_TYPE_BOOLEAN};
    values[count++] = (struct weir_value){.integer = INT32_MIN, .kind = WEIR_TYPE_INTEGER};
    values[count++] = (struct weir_value){.bigint = INT64_MIN, .kind = WEIR_TYPE_BIGINT};
    values[count++] = (struct weir_value){.bigint = 1700000000123, .kind = WEIR_TYPE_TIMESTAMP};
    values[count++] = (struct weir_value){.integer = -1, .kind = WEIR_TYPE_DATE};
    values[count++] = (struct weir_value){.number = -0.0, .kind = WEIR_TYPE_DOUBLE};
    const struct weir_decimal *decimal = weir_decimal_parse(arena, "-12345678901234567890.123", 25);
    values[count++] = (struct weir_value){.decimal = decimal, .kind = WEIR_TYPE_DECIMAL};
    values[count++] = text("");
    values[count++] = text("Lachs");
    values[count++] = (struct weir_value){
        .bytes = (const uint8_t *)"\0\xff", .length = 2, .kind = WEIR_TYPE_BYTES};
    values[count++] = (struct weir_value){.items = pair, .length = 4, .kind = WEIR_TYPE_ARRAY};
    values[count++] = (struct weir_value){.items = pair, .length = 4, .kind = WEIR_TYPE_STRUCT};
    values[count++] = (struct weir_value){.items = pair, .length = 2, .kind = WEIR_TYPE_MAP};
    return count;
}

static void what_is_encoded_comes_back(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 10000);
    struct weir_value values[20], decoded[20];
    size_t count = samples(arena, values);
    weir_values_encode(values, count, &buffer);
    struct weir_bytes bytes = weir_buffer_view(&buffer);
    assert_true(weir_values_decode(&bytes, arena, decoded, count));
    assert_int_equal(bytes.len, 0);
    for (size_t i = 0; i < count; i++) {
        assert_true(weir_value_equal(&values[i], &decoded[i]));
    }
}

static void truncated_bytes_are_refused_at_every_length(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 10000);
    struct weir_value values[20], decoded[20];
    size_t count = samples(arena, values);
    weir_values_encode(values, count, &buffer);
    for (size_t length = 0; length < buffer.len; length++) {
        struct weir_bytes bytes = {buffer.data, length};
        assert_false(weir_values_decode(&bytes, arena, decoded, count));
        assert_int_equal(bytes.len, length);
    }
}

static void foreign_bytes_are_refused(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    static const char *const bad[] = {"\x7f", "\x01", "\x0b\xff\xff\xff\xff\x0f", "\x06\x01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct weir_bytes bytes = weir_bytes_of(bad[i]);
        struct weir_value value;
        assert_false(weir_value_decode(&bytes, arena, &value));
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(4096);
    uint8_t nested[400];
    for (size_t i = 0; i < sizeof nested; i += 2) {
        nested[i] = WEIR_TYPE_ARRAY;
        nested[i + 1] = 1;
    }
    struct weir_bytes bytes = {nested, sizeof nested};
    struct weir_value value;
    assert_false(weir_value_decode(&bytes, arena, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_comes_back),
        cmocka_unit_test(truncated_bytes_are_refused_at_every_length),
        cmocka_unit_test(foreign_bytes_are_refused),
        cmocka_unit_test(deep_nesting_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
