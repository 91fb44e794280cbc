/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/join_buffer.h"

#include "core/base/backoff.h"
#include "core/base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { MODEL_ROWS = 4000 };

/* What the buffer does, written the slow and obvious way. */
struct model_row {
    char key[16];
    int64_t time_ms;
    uint32_t number;
};

struct model {
    struct model_row rows[MODEL_ROWS];
    size_t count;
    int64_t time_ms, retention_ms;
};

static struct weir_bytes bytes_of(const char *text)
{
    return weir_bytes_of(text);
}

static void put(struct weir_join_buffer *buffer, const char *key, int64_t time_ms, const char *row)
{
    struct weir_error err = {0};
    assert_true(weir_join_buffer_put(buffer, bytes_of(key), weir_key_hash(bytes_of(key)), time_ms,
                                     bytes_of(row), -1, &err));
}

static void model_put(struct model *model, const char *key, int64_t time_ms, uint32_t number)
{
    model->time_ms = time_ms > model->time_ms ? time_ms : model->time_ms;
    struct model_row *row = &model->rows[model->count++];
    snprintf(row->key, sizeof row->key, "%s", key);
    row->time_ms = time_ms;
    row->number = number;
}

/* The earliest row by time, then number, that is after (time, number) and in range. */
static const struct model_row *model_next(const struct model *model, const char *key,
                                          int64_t from_ms, int64_t to_ms,
                                          const struct model_row *after)
{
    const struct model_row *best = NULL;
    for (size_t i = 0; i < model->count; i++) {
        const struct model_row *row = &model->rows[i];
        if (strcmp(row->key, key) != 0 || row->time_ms < from_ms || row->time_ms > to_ms ||
            row->time_ms < model->time_ms - model->retention_ms + 1) {
            continue;
        }
        bool later = !after || row->time_ms > after->time_ms ||
                     (row->time_ms == after->time_ms && row->number > after->number);
        if (later && (!best || row->time_ms < best->time_ms)) {
            best = row;
        }
    }
    return best;
}

static void compare(struct weir_join_buffer *buffer, const struct model *model, const char *key,
                    int64_t from_ms, int64_t to_ms)
{
    const struct weir_join_match *matches = NULL;
    size_t count = weir_join_buffer_probe(buffer, bytes_of(key), weir_key_hash(bytes_of(key)),
                                          from_ms, to_ms, &matches);
    const struct model_row *row = NULL;
    for (size_t i = 0; i < count; i++) {
        row = model_next(model, key, from_ms, to_ms, row);
        assert_non_null(row);
        assert_int_equal(matches[i].timestamp_ms, row->time_ms);
        uint32_t number;
        assert_true(matches[i].row.len >= sizeof number);
        memcpy(&number, matches[i].row.data, sizeof number);
        assert_int_equal(number, row->number);
    }
    assert_null(model_next(model, key, from_ms, to_ms, row));
}

static void run_seed(uint64_t seed)
{
    static struct model model;
    uint64_t random = seed;
    model.count = 0;
    model.time_ms = -1;
    model.retention_ms = 1 + (int64_t)(weir_random_next(&random) % 500);
    struct weir_join_buffer *buffer = weir_join_buffer_create(model.retention_ms, false);
    static uint8_t row[70000];
    int64_t now_ms = 0;
    for (uint32_t i = 0; i < MODEL_ROWS; i++) {
        char key[16];
        uint64_t bits = weir_random_next(&random);
        snprintf(key, sizeof key, "k%u", (unsigned)(bits % 13));
        now_ms += (int64_t)(bits >> 8 & 3) * (int64_t)(bits >> 12 & 7);
        int64_t time_ms = now_ms - (int64_t)(bits >> 20 & 255);
        time_ms = time_ms < 0 ? 0 : time_ms;
        size_t row_bytes = (bits >> 40 & 1023) == 0 ? sizeof row : 4 + (bits >> 30 & 63);
        memcpy(row, &i, sizeof i);
        struct weir_error err = {0};
        assert_true(weir_join_buffer_put(buffer, bytes_of(key), weir_key_hash(bytes_of(key)),
                                         time_ms, (struct weir_bytes){row, row_bytes}, i, &err));
        model_put(&model, key, time_ms, i);
        if (i % 7 == 0) {
            snprintf(key, sizeof key, "k%u", (unsigned)(bits >> 50 & 15));
            compare(buffer, &model, key, time_ms - 60, time_ms + 40);
        }
    }
    weir_join_buffer_destroy(buffer);
}

static void probes_agree_with_a_model(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        run_seed(seed);
    }
}

static void bounds_are_inclusive_and_equal_times_keep_their_order(void **state)
{
    (void)state;
    struct weir_join_buffer *buffer = weir_join_buffer_create(1000, false);
    put(buffer, "a", 10, "1");
    put(buffer, "a", 20, "2");
    put(buffer, "a", 10, "3");
    put(buffer, "b", 15, "4");
    const struct weir_join_match *matches;
    assert_int_equal(weir_join_buffer_probe(buffer, bytes_of("a"), weir_key_hash(bytes_of("a")), 10,
                                            20, &matches),
                     3);
    assert_memory_equal(matches[0].row.data, "1", 1);
    assert_memory_equal(matches[1].row.data, "3", 1);
    assert_memory_equal(matches[2].row.data, "2", 1);
    assert_int_equal(weir_join_buffer_probe(buffer, bytes_of("a"), weir_key_hash(bytes_of("a")), 11,
                                            19, &matches),
                     0);
    weir_join_buffer_destroy(buffer);
}

static void a_row_is_gone_when_the_newest_time_is_later_by_the_retention(void **state)
{
    (void)state;
    struct weir_join_buffer *buffer = weir_join_buffer_create(100, false);
    put(buffer, "a", 50, "1");
    put(buffer, "b", 149, "2");
    const struct weir_join_match *matches;
    assert_int_equal(weir_join_buffer_probe(buffer, bytes_of("a"), weir_key_hash(bytes_of("a")), 0,
                                            1000, &matches),
                     1);
    put(buffer, "b", 150, "3");
    assert_int_equal(weir_join_buffer_probe(buffer, bytes_of("a"), weir_key_hash(bytes_of("a")), 0,
                                            1000, &matches),
                     0);
    weir_join_buffer_destroy(buffer);
}

static void memory_stays_flat_while_time_moves_on(void **state)
{
    (void)state;
    struct weir_join_buffer *buffer = weir_join_buffer_create(1000, false);
    struct weir_store *store = weir_join_buffer_store(buffer);
    size_t bytes_max = 0;
    for (int i = 0; i < 400000; i++) {
        char key[16];
        snprintf(key, sizeof key, "F%010d", i);
        put(buffer, key, i / 4, "twenty bytes of row!");
        size_t bytes = i % 1000 == 0 ? store->ops->bytes(store) : 0;
        bytes_max = bytes > bytes_max ? bytes : bytes_max;
    }
    assert_in_range(store->ops->entries(store), 4000, 4500);
    assert_true(bytes_max < 4000 * (11 + 20 + 8) * 3 + 200000);
    weir_join_buffer_destroy(buffer);
}

struct copy {
    struct weir_join_buffer *to;
    size_t count;
};

static bool copy_entry(void *context, struct weir_bytes key, struct weir_bytes value,
                       int64_t timestamp_ms, struct weir_error *err)
{
    struct copy *copy = context;
    struct weir_store *store = weir_join_buffer_store(copy->to);
    copy->count++;
    return store->ops->restore(store, key, value, timestamp_ms, err);
}

static void a_changelog_rebuilds_the_buffer(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_join_buffer *buffer = weir_join_buffer_create(1000, true);
    struct weir_join_buffer *copy = weir_join_buffer_create(1000, true);
    struct copy context = {.to = copy};
    put(buffer, "a", 10, "1");
    put(buffer, "a", 10, "2");
    put(buffer, "a", 5, "");
    struct weir_store *store = weir_join_buffer_store(buffer);
    assert_true(store->ops->flush(store, copy_entry, &context, &err));
    assert_true(store->ops->flush(store, copy_entry, &context, &err));
    assert_int_equal(context.count, 3);
    const struct weir_join_match *matches;
    assert_int_equal(
        weir_join_buffer_probe(copy, bytes_of("a"), weir_key_hash(bytes_of("a")), 0, 10, &matches),
        3);
    assert_int_equal(matches[0].row.len, 0);
    assert_memory_equal(matches[1].row.data, "1", 1);
    assert_memory_equal(matches[2].row.data, "2", 1);
    assert_false(store->ops->restore(store, bytes_of("short"), bytes_of("x"), 0, &err));
    weir_join_buffer_destroy(buffer);
    weir_join_buffer_destroy(copy);
}

static void the_smallest_offset_kept_is_known(void **state)
{
    (void)state;
    struct weir_error err = {0};
    struct weir_join_buffer *buffer = weir_join_buffer_create(160, false);
    assert_true(weir_join_buffer_offset_min(buffer) == INT64_MAX);
    assert_true(weir_join_buffer_put(buffer, bytes_of("a"), weir_key_hash(bytes_of("a")), 0,
                                     bytes_of("x"), 7, &err));
    assert_true(weir_join_buffer_put(buffer, bytes_of("a"), weir_key_hash(bytes_of("a")), 100,
                                     bytes_of("x"), 9, &err));
    assert_int_equal(weir_join_buffer_offset_min(buffer), 7);
    assert_true(weir_join_buffer_put(buffer, bytes_of("a"), weir_key_hash(bytes_of("a")), 200,
                                     bytes_of("x"), 11, &err));
    assert_int_equal(weir_join_buffer_offset_min(buffer), 9);
    weir_join_buffer_destroy(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_agree_with_a_model),
        cmocka_unit_test(bounds_are_inclusive_and_equal_times_keep_their_order),
        cmocka_unit_test(a_row_is_gone_when_the_newest_time_is_later_by_the_retention),
        cmocka_unit_test(memory_stays_flat_while_time_moves_on),
        cmocka_unit_test(a_changelog_rebuilds_the_buffer),
        cmocka_unit_test(the_smallest_offset_kept_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
