/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/row_packs.h"

#include "core/base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS = 300, ROWS = 3000 };

/* What left, row by row: key, time and text. */
struct left {
    struct weir_buffer text;
    size_t record_count, row_count;
};

static void note_row(struct left *left, struct weir_bytes key, int64_t timestamp_ms,
                     struct weir_bytes row)
{
    left->row_count++;
    weir_buffer_append_format(&left->text, "%.*s@%lld=%.*s ", (int)key.len, (const char *)key.data,
                              (long long)timestamp_ms, (int)row.len, (const char *)row.data);
}

static bool leave(void *context, struct weir_bytes key, int64_t timestamp_ms,
                  struct weir_bytes value, struct weir_error *err)
{
    (void)err;
    struct left *left = context;
    left->record_count++;
    if (value.data[0] != WEIR_ROW_PACK_FORM) {
        note_row(left, key, timestamp_ms, value);
        return true;
    }
    struct weir_bytes pack = {value.data + 1, value.len - 1}, row;
    int64_t less_ms;
    while (pack.len > 0) {
        assert_true(weir_row_pack_next(&pack, &less_ms, &row));
        note_row(left, key, timestamp_ms + less_ms, row);
    }
    return true;
}

static void add(struct weir_row_packs *packs, const char *key, int64_t timestamp_ms,
                const char *row)
{
    struct weir_error err = {0};
    assert_true(
        weir_row_packs_add(packs, weir_bytes_of(key), timestamp_ms, weir_bytes_of(row), &err));
}

static void rows_of_a_key_leave_in_their_order_as_one_record(void **state)
{
    (void)state;
    struct left left = {0};
    struct weir_error err = {0};
    weir_buffer_init(&left.text, SIZE_MAX);
    struct weir_row_packs *packs = weir_row_packs_create(leave, &left);
    add(packs, "a", 10, "one");
    add(packs, "b", 11, "two");
    add(packs, "a", 9, "three");
    add(packs, "a", 12, "");
    assert_int_equal(left.record_count, 0);
    assert_true(weir_row_packs_flush(packs, &err));
    assert_string_equal(weir_buffer_text(&left.text), "a@10=one a@9=three a@12= b@11=two ");
    assert_int_equal(left.record_count, 2);
    assert_true(weir_row_packs_flush(packs, &err));
    assert_int_equal(left.record_count, 2);
    weir_row_packs_destroy(packs);
    weir_buffer_fini(&left.text);
}

static void no_row_is_lost_among_many_keys_and_commits(void **state)
{
    (void)state;
    struct left left = {0};
    struct weir_error err = {0};
    weir_buffer_init(&left.text, SIZE_MAX);
    struct weir_row_packs *packs = weir_row_packs_create(leave, &left);
    for (int row = 0; row < ROWS; row++) {
        char key[16];
        snprintf(key, sizeof key, "key%d", row * 7 % KEYS);
        add(packs, key, row, "r");
        if (row % 1000 == 999) {
            assert_true(weir_row_packs_flush(packs, &err));
        }
    }
    assert_int_equal(left.row_count, ROWS);
    assert_int_equal(left.record_count, 3 * KEYS);
    weir_row_packs_destroy(packs);
    weir_buffer_fini(&left.text);
}

static void a_key_with_many_rows_does_not_wait(void **state)
{
    (void)state;
    struct left left = {0};
    struct weir_error err = {0};
    weir_buffer_init(&left.text, SIZE_MAX);
    struct weir_row_packs *packs = weir_row_packs_create(leave, &left);
    weir_autofree char *row = weir_alloc(1001);
    memset(row, 'x', 1000);
    for (int index = 0; index < 100; index++) {
        add(packs, "a", index, row);
    }
    assert_int_equal(left.record_count, 1);
    assert_true(weir_row_packs_flush(packs, &err));
    assert_int_equal(left.row_count, 100);
    weir_row_packs_destroy(packs);
    weir_buffer_fini(&left.text);
}

static void a_pack_cut_short_is_refused(void **state)
{
    (void)state;
    const uint8_t cut[] = {0, 9, 'x'};
    struct weir_bytes pack = {cut, sizeof cut}, row;
    int64_t less_ms;
    assert_false(weir_row_pack_next(&pack, &less_ms, &row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_key_leave_in_their_order_as_one_record),
        cmocka_unit_test(no_row_is_lost_among_many_keys_and_commits),
        cmocka_unit_test(a_key_with_many_rows_does_not_wait),
        cmocka_unit_test(a_pack_cut_short_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
