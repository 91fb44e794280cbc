/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/table_store.h"

#include "core/base/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { KEYS = 300, ROW_BYTES_MAX = 9000 };

static bool into_store(void *context, struct weir_bytes key, struct weir_bytes value,
                       int64_t timestamp_ms, struct weir_error *err)
{
    struct weir_store *store = weir_table_store_store(context);
    return store->ops->restore(store, key, value, timestamp_ms, err);
}

static bool count_entries(void *context, struct weir_bytes key, struct weir_bytes value,
                          int64_t timestamp_ms, struct weir_error *err)
{
    (void)key, (void)value, (void)timestamp_ms, (void)err;
    ++*(size_t *)context;
    return true;
}

static void check_row(const struct weir_table_store *store, uint32_t number, size_t length)
{
    struct weir_bytes key = {(const uint8_t *)&number, sizeof number};
    struct weir_table_entry entry = weir_table_store_get(store, key);
    if (length == SIZE_MAX) {
        assert_true(weir_bytes_is_null(entry.row));
        return;
    }
    assert_int_equal(entry.row.len, length);
    assert_int_equal(entry.timestamp_ms, length);
    for (size_t i = 0; i < length; i++) {
        assert_int_equal(entry.row.data[i], (uint8_t)(number + i));
    }
}

static void rows_of_changing_size_come_back_also_from_the_changelog(void **state)
{
    (void)state;
    static uint8_t row[ROW_BYTES_MAX];
    static size_t lengths[KEYS];
    struct weir_error err = {0};
    struct weir_table_store *store = weir_table_store_create(true);
    struct weir_table_store *copy = weir_table_store_create(true);
    memset(lengths, 0xff, sizeof lengths);
    uint64_t random = 7;
    for (int i = 0; i < 6000; i++) {
        uint64_t bits = weir_random_next(&random);
        uint32_t number = (uint32_t)(bits % KEYS);
        size_t length = bits >> 32 & 255;
        length = (bits >> 40 & 63) == 0 ? ROW_BYTES_MAX - length : length;
        bool removes = (bits >> 48 & 3) == 0;
        for (size_t at = 0; at < length; at++) {
            row[at] = (uint8_t)(number + at);
        }
        weir_table_store_put(store, (struct weir_bytes){(const uint8_t *)&number, sizeof number},
                             removes ? WEIR_BYTES_NULL : (struct weir_bytes){row, length},
                             (int64_t)length);
        lengths[number] = removes ? SIZE_MAX : length;
        if (i % 500 == 499) {
            struct weir_store *base = weir_table_store_store(store);
            assert_true(base->ops->flush(base, into_store, copy, &err));
        }
    }
    size_t live = 0;
    for (uint32_t number = 0; number < KEYS; number++) {
        check_row(store, number, lengths[number]);
        check_row(copy, number, lengths[number]);
        live += lengths[number] != SIZE_MAX;
    }
    struct weir_store *base = weir_table_store_store(copy);
    assert_int_equal(base->ops->entries(base), live);
    weir_table_store_destroy(store);
    weir_table_store_destroy(copy);
}

static void a_key_is_flushed_once_a_commit(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_table_store *store = weir_table_store_create(true);
    struct weir_store *base = weir_table_store_store(store);
    for (int i = 0; i < 10; i++) {
        weir_table_store_put(store, WEIR_BYTES("k"), WEIR_BYTES("value"), i);
    }
    weir_table_store_put(store, WEIR_BYTES("other"), WEIR_BYTES("value"), 1);
    weir_table_store_put(store, WEIR_BYTES("other"), WEIR_BYTES_NULL, 2);
    size_t count = 0;
    assert_true(base->ops->flush(base, count_entries, &count, &err));
    assert_int_equal(count, 2);
    assert_true(base->ops->flush(base, count_entries, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(base->ops->entries(base), 1);
    weir_table_store_destroy(store);
}

static void keys_can_be_listed(void **state)
{
    (void)state;
    struct weir_table_store *store = weir_table_store_create(false);
    weir_table_store_put(store, WEIR_BYTES("a"), WEIR_BYTES("1"), 1);
    weir_table_store_put(store, WEIR_BYTES("b"), WEIR_BYTES("2"), 2);
    weir_table_store_put(store, WEIR_BYTES("a"), WEIR_BYTES_NULL, 3);
    size_t position = 0;
    struct weir_bytes key;
    struct weir_table_entry entry;
    assert_true(weir_table_store_next(store, &position, &key, &entry));
    assert_true(weir_bytes_equal(key, WEIR_BYTES("b")));
    assert_true(weir_bytes_equal(entry.row, WEIR_BYTES("2")));
    assert_false(weir_table_store_next(store, &position, &key, &entry));
    weir_table_store_destroy(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_changing_size_come_back_also_from_the_changelog),
        cmocka_unit_test(a_key_is_flushed_once_a_commit),
        cmocka_unit_test(keys_can_be_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
