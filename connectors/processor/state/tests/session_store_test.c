/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/session_store.h"

#include "connectors/processor/state/tests/counter_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct weir_session_store *create(int64_t retention_ms)
{
    struct weir_session_store_options options = {
        .retention_ms = retention_ms, .ordered = true, .changelog = true};
    return weir_session_store_create(&counter_ops, &options);
}

static struct weir_session_entry *add(struct weir_session_store *store, const char *key,
                                      int64_t start_ms, int64_t end_ms, int64_t number)
{
    struct weir_session_entry *entry =
        weir_session_store_add(store, weir_bytes_of(key), start_ms, end_ms);
    counter_init(weir_session_entry_state(entry), number);
    return entry;
}

static int64_t number_of(struct weir_session_entry *entry)
{
    return ((struct counter_state *)weir_session_entry_state(entry))->number;
}

static void sessions_of_a_key_are_found_by_overlap_in_order_of_end(void **state)
{
    (void)state;
    struct weir_session_store *store = create(1000);
    add(store, "a", 50, 60, 3);
    add(store, "a", 10, 20, 1);
    add(store, "a", 30, 40, 2);
    add(store, "b", 35, 35, 9);
    struct weir_session_entry *const *found;
    assert_int_equal(weir_session_store_find(store, WEIR_BYTES("a"), 20, 50, &found), 3);
    for (int64_t i = 0; i < 3; i++) {
        assert_int_equal(number_of(found[i]), i + 1);
    }
    assert_int_equal(weir_session_store_find(store, WEIR_BYTES("a"), 21, 49, &found), 1);
    weir_session_store_remove(store, found[0]);
    assert_int_equal(weir_session_store_find(store, WEIR_BYTES("a"), 0, 100, &found), 2);
    weir_session_store_remove(store, found[0]);
    assert_int_equal(weir_session_store_find(store, WEIR_BYTES("a"), 0, 100, &found), 1);
    weir_session_store_remove(store, found[0]);
    assert_int_equal(weir_session_store_find(store, WEIR_BYTES("a"), 0, 100, &found), 0);
    weir_session_store_destroy(store);
}

static void old_sessions_are_not_found(void **state)
{
    (void)state;
    struct weir_session_store *store = create(100);
    struct weir_session_entry *const *found;
    add(store, "a", 0, 10, 1);
    add(store, "b", 109, 109, 2);
    assert_int_equal(weir_session_store_find(store, WEIR_BYTES("a"), 0, 200, &found), 1);
    add(store, "b", 110, 110, 3);
    assert_int_equal(weir_session_store_find(store, WEIR_BYTES("a"), 0, 200, &found), 0);
    assert_int_equal(weir_session_store_time(store), 110);
    weir_session_store_destroy(store);
}

struct visited {
    int64_t numbers[8];
    size_t count;
};

static bool visit(void *context, struct weir_session_entry *entry, struct weir_error *err)
{
    (void)err;
    struct visited *visited = context;
    visited->numbers[visited->count++] = number_of(entry);
    return true;
}

static void sessions_come_by_end_start_key(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_session_store *store = create(1000);
    add(store, "b", 10, 20, 3);
    add(store, "a", 10, 20, 2);
    add(store, "c", 5, 20, 1);
    add(store, "a", 30, 30, 4);
    struct visited visited = {0};
    assert_true(weir_session_store_visit(store, 0, 29, visit, &visited, &err));
    assert_int_equal(visited.count, 3);
    for (int64_t i = 0; i < 3; i++) {
        assert_int_equal(visited.numbers[i], i + 1);
    }
    weir_session_store_destroy(store);
}

struct log {
    struct weir_session_store *to;
    size_t value_count, null_count;
};

static bool into_store(void *context, struct weir_bytes key, struct weir_bytes value,
                       int64_t timestamp_ms, struct weir_error *err)
{
    struct log *log = context;
    struct weir_store *store = weir_session_store_store(log->to);
    log->value_count += !weir_bytes_is_null(value);
    log->null_count += weir_bytes_is_null(value);
    return store->ops->restore(store, key, value, timestamp_ms, err);
}

static void the_changelog_rebuilds_sessions_and_their_end(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_session_store *store = create(1000);
    struct log log = {.to = create(1000)};
    struct weir_store *base = weir_session_store_store(store);
    struct weir_session_entry *entry = add(store, "a", 1, 2, 7);
    assert_true(base->ops->flush(base, into_store, &log, &err));
    weir_session_store_remove(store, entry);
    entry = add(store, "a", 1, 5, 8);
    weir_session_store_remove(store, entry);
    add(store, "a", 1, 6, 9);
    assert_true(base->ops->flush(base, into_store, &log, &err));
    assert_int_equal(log.value_count, 2);
    assert_int_equal(log.null_count, 1);
    struct weir_session_entry *const *found;
    assert_int_equal(weir_session_store_find(log.to, WEIR_BYTES("a"), 0, 9, &found), 1);
    assert_int_equal(number_of(found[0]), 9);
    assert_int_equal(weir_session_store_time(log.to), 6);
    assert_false(base->ops->restore(base, WEIR_BYTES("short"), WEIR_BYTES_NULL, 0, &err));
    weir_session_store_destroy(store);
    weir_session_store_destroy(log.to);
}

static bool ignore(void *context, struct weir_bytes key, struct weir_bytes value,
                   int64_t timestamp_ms, struct weir_error *err)
{
    (void)context, (void)key, (void)value, (void)timestamp_ms, (void)err;
    return true;
}

static void a_sweep_drops_what_is_not_found_any_more(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_session_store *store = create(100);
    struct weir_store *base = weir_session_store_store(store);
    for (int i = 0; i < 10000; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        add(store, key, i, i, i);
        weir_session_store_sweep(store, INT64_MAX);
        assert_true(base->ops->flush(base, ignore, NULL, &err));
    }
    assert_true(base->ops->entries(base) < 300);
    assert_true(base->ops->bytes(base) < 200000);
    weir_session_store_destroy(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_of_a_key_are_found_by_overlap_in_order_of_end),
        cmocka_unit_test(old_sessions_are_not_found),
        cmocka_unit_test(sessions_come_by_end_start_key),
        cmocka_unit_test(the_changelog_rebuilds_sessions_and_their_end),
        cmocka_unit_test(a_sweep_drops_what_is_not_found_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
