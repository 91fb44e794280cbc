/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/window_store.h"

#include "connectors/processor/state/tests/counter_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct weir_window_entry *add(struct weir_window_store *store, const char *key,
                                     int64_t start_ms, int64_t number)
{
    struct weir_window_entry *entry = weir_window_store_add(store, weir_bytes_of(key), start_ms);
    counter_init(weir_window_entry_state(entry), number);
    entry->timestamp_ms = start_ms;
    weir_window_store_touch(store, entry);
    return entry;
}

static int64_t number_of(struct weir_window_entry *entry)
{
    return ((struct counter_state *)weir_window_entry_state(entry))->number;
}

struct visited {
    int64_t numbers[16];
    size_t count;
};

static bool visit(void *context, struct weir_window_entry *entry, struct weir_error *err)
{
    (void)err;
    struct visited *visited = context;
    visited->numbers[visited->count++] = number_of(entry);
    return true;
}

static void windows_come_by_start_then_key(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_window_store *store = weir_window_store_create(&counter_ops, true);
    add(store, "b", 20, 4);
    add(store, "b", 10, 2);
    add(store, "a", 20, 3);
    add(store, "a", 10, 1);
    add(store, "a", 30, 5);
    struct visited visited = {0};
    assert_true(weir_window_store_visit(store, 10, 20, visit, &visited, &err));
    assert_int_equal(visited.count, 4);
    for (int64_t i = 0; i < 4; i++) {
        assert_int_equal(visited.numbers[i], i + 1);
    }
    assert_int_equal(weir_window_store_oldest(store), 10);
    weir_window_store_expire(store, 20);
    assert_null(weir_window_store_get(store, WEIR_BYTES("a"), 10));
    assert_non_null(weir_window_store_get(store, WEIR_BYTES("a"), 20));
    assert_int_equal(weir_window_store_oldest(store), 20);
    weir_window_store_destroy(store);
}

struct log {
    struct weir_window_store *to;
    size_t value_count, null_count;
};

static bool into_store(void *context, struct weir_bytes key, struct weir_bytes value,
                       int64_t timestamp_ms, struct weir_error *err)
{
    struct log *log = context;
    struct weir_store *store = weir_window_store_store(log->to);
    log->value_count += !weir_bytes_is_null(value);
    log->null_count += weir_bytes_is_null(value);
    return store->ops->restore(store, key, value, timestamp_ms, err);
}

static void the_changelog_has_each_window_once_and_forgets_the_expired(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_window_store *store = weir_window_store_create(&counter_ops, true);
    struct log log = {.to = weir_window_store_create(&counter_ops, true)};
    struct weir_store *base = weir_window_store_store(store);
    struct weir_window_entry *entry = add(store, "a", 10, 1);
    weir_window_store_touch(store, entry);
    add(store, "b", 20, 2);
    assert_true(base->ops->flush(base, into_store, &log, &err));
    assert_int_equal(log.value_count, 2);
    struct weir_window_entry *copy = weir_window_store_get(log.to, WEIR_BYTES("b"), 20);
    assert_int_equal(number_of(copy), 2);
    assert_int_equal(copy->timestamp_ms, 20);
    weir_window_store_touch(store, entry);
    weir_window_store_expire(store, 11);
    add(store, "c", 5, 3);
    weir_window_store_expire(store, 11);
    assert_true(base->ops->flush(base, into_store, &log, &err));
    assert_int_equal(log.value_count, 2);
    assert_int_equal(log.null_count, 1);
    assert_null(weir_window_store_get(log.to, WEIR_BYTES("a"), 10));
    assert_int_equal(base->ops->entries(base), 1);
    weir_window_store_destroy(store);
    weir_window_store_destroy(log.to);
}

static void bad_changelog_entries_are_refused(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_window_store *store = weir_window_store_create(&counter_ops, true);
    struct weir_store *base = weir_window_store_store(store);
    assert_false(base->ops->restore(base, WEIR_BYTES("short"), WEIR_BYTES("x"), 0, &err));
    weir_error_clear(&err);
    assert_false(base->ops->restore(base, WEIR_BYTES("key.12345678"), WEIR_BYTES("x"), 0, &err));
    weir_window_store_destroy(store);
}

static bool ignore(void *context, struct weir_bytes key, struct weir_bytes value,
                   int64_t timestamp_ms, struct weir_error *err)
{
    (void)context, (void)key, (void)value, (void)timestamp_ms, (void)err;
    return true;
}

static void many_windows_leave_no_memory_behind(void **state)
{
    (void)state;
    struct weir_window_store *store = weir_window_store_create(&counter_ops, false);
    struct weir_store *base = weir_window_store_store(store);
    size_t bytes_at_1000 = 0;
    for (int64_t start_ms = 0; start_ms < 20000; start_ms++) {
        for (int i = 0; i < 5; i++) {
            char key[8];
            snprintf(key, sizeof key, "k%d", i);
            struct weir_window_entry *entry = add(store, key, start_ms, i);
            assert_ptr_equal(weir_window_store_get(store, weir_bytes_of(key), start_ms), entry);
        }
        struct weir_error err = {0};
        assert_true(base->ops->flush(base, ignore, NULL, &err));
        weir_window_store_expire(store, start_ms - 50);
        bytes_at_1000 = start_ms == 1000 ? base->ops->bytes(base) : bytes_at_1000;
    }
    assert_true(base->ops->bytes(base) <= bytes_at_1000);
    weir_window_store_destroy(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_come_by_start_then_key),
        cmocka_unit_test(the_changelog_has_each_window_once_and_forgets_the_expired),
        cmocka_unit_test(bad_changelog_entries_are_refused),
        cmocka_unit_test(many_windows_leave_no_memory_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
