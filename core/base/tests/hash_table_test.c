/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/hash_table.h"

#include "core/base/backoff.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int values[2000];

static struct weir_bytes key_of(char text[16], int number)
{
    snprintf(text, 16, "key-%d", number);
    return weir_bytes_of(text);
}

static void values_are_found_by_equal_bytes(void **state)
{
    (void)state;
    struct weir_hash_table *table = weir_hash_table_create();
    char text[16];
    for (int number = 0; number < 2000; number++) {
        assert_null(weir_hash_table_put(table, key_of(text, number), &values[number]));
    }
    assert_int_equal(weir_hash_table_count(table), 2000);
    for (int number = 0; number < 2000; number++) {
        assert_ptr_equal(weir_hash_table_get(table, key_of(text, number)), &values[number]);
    }
    assert_null(weir_hash_table_get(table, key_of(text, 2000)));
    weir_hash_table_destroy(table);
    weir_hash_table_destroy(NULL);
}

static void putting_again_returns_what_was_there(void **state)
{
    (void)state;
    struct weir_hash_table *table = weir_hash_table_create();
    assert_null(weir_hash_table_put(table, WEIR_BYTES("a"), &values[1]));
    assert_ptr_equal(weir_hash_table_put(table, WEIR_BYTES("a"), &values[2]), &values[1]);
    assert_ptr_equal(weir_hash_table_get(table, WEIR_BYTES("a")), &values[2]);
    assert_int_equal(weir_hash_table_count(table), 1);
    weir_hash_table_destroy(table);
}

static void the_empty_key_and_bytes_with_nul_are_keys(void **state)
{
    (void)state;
    struct weir_hash_table *table = weir_hash_table_create();
    weir_hash_table_put(table, WEIR_BYTES(""), &values[1]);
    weir_hash_table_put(table, WEIR_BYTES("\0"), &values[2]);
    weir_hash_table_put(table, WEIR_BYTES("\0\0"), &values[3]);
    assert_ptr_equal(weir_hash_table_get(table, WEIR_BYTES_NULL), &values[1]);
    assert_ptr_equal(weir_hash_table_get(table, WEIR_BYTES("\0")), &values[2]);
    assert_ptr_equal(weir_hash_table_get(table, WEIR_BYTES("\0\0")), &values[3]);
    weir_hash_table_destroy(table);
}

static void iteration_follows_insertion(void **state)
{
    (void)state;
    struct weir_hash_table *table = weir_hash_table_create();
    char text[16];
    for (int number = 0; number < 100; number++) {
        weir_hash_table_put(table, key_of(text, number), &values[number]);
    }
    size_t position = 0;
    struct weir_bytes key;
    void *value;
    int number = 0;
    while (weir_hash_table_next(table, &position, &key, &value)) {
        assert_true(weir_bytes_equal(key, key_of(text, number)));
        assert_ptr_equal(value, &values[number++]);
    }
    assert_int_equal(number, 100);
    weir_hash_table_destroy(table);
}

/* Against a plain array: 20,000 seeded puts and removes over 200 keys. */
static void a_long_random_history_leaves_the_right_content(void **state)
{
    (void)state;
    struct weir_hash_table *table = weir_hash_table_create();
    void *expected[200] = {0};
    uint64_t random_state = 1;
    char text[16];
    for (int step = 0; step < 20000; step++) {
        uint64_t draw = weir_random_next(&random_state);
        size_t number = draw % 200;
        struct weir_bytes key = key_of(text, (int)number);
        void *value = (draw >> 32) % 3 == 0 ? NULL : &values[(draw >> 40) % 2000];
        void *before =
            value ? weir_hash_table_put(table, key, value) : weir_hash_table_remove(table, key);
        assert_ptr_equal(before, expected[number]);
        expected[number] = value;
    }
    size_t live_count = 0;
    for (size_t number = 0; number < 200; number++) {
        assert_ptr_equal(weir_hash_table_get(table, key_of(text, (int)number)), expected[number]);
        live_count += expected[number] != NULL;
    }
    assert_int_equal(weir_hash_table_count(table), live_count);
    weir_hash_table_destroy(table);
}

static void the_hash_depends_on_every_byte_and_on_the_length(void **state)
{
    (void)state;
    uint8_t data[70] = {0};
    for (size_t bytes = 1; bytes < sizeof(data); bytes++) {
        uint64_t hash = weir_hash(data, bytes);
        assert_int_equal(hash, weir_hash(data, bytes));
        assert_int_not_equal(hash, weir_hash(data, bytes - 1));
        for (size_t index = 0; index < bytes; index++) {
            data[index] = 1;
            assert_int_not_equal(hash, weir_hash(data, bytes));
            data[index] = 0;
        }
    }
    assert_int_equal(weir_hash(NULL, 0), weir_hash(data, 0));
}

/* Numbers as keys must not crowd: in 1024 buckets by the low bits, 64 keys a bucket on average. */
static void the_hash_spreads_counting_keys_evenly(void **state)
{
    (void)state;
    static int buckets[1024];
    for (uint64_t number = 0; number < 65536; number++) {
        buckets[weir_hash(&number, sizeof(number)) % 1024]++;
    }
    for (size_t bucket = 0; bucket < 1024; bucket++) {
        assert_in_range(buckets[bucket], 20, 120);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_equal_bytes),
        cmocka_unit_test(putting_again_returns_what_was_there),
        cmocka_unit_test(the_empty_key_and_bytes_with_nul_are_keys),
        cmocka_unit_test(iteration_follows_insertion),
        cmocka_unit_test(a_long_random_history_leaves_the_right_content),
        cmocka_unit_test(the_hash_depends_on_every_byte_and_on_the_length),
        cmocka_unit_test(the_hash_spreads_counting_keys_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
