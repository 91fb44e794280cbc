/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/held_records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS = 5000 };

static void records_keep_their_order_and_their_own_bytes(void **state)
{
    (void)state;
    struct weir_held_records held = {0};
    char text[32];
    struct weir_header header = {weir_bytes_of("name"), weir_bytes_of("value")};
    for (int index = 0; index < RECORDS; index++) {
        snprintf(text, sizeof text, "key %d", index);
        const struct weir_record record = {.partition = index,
                                           .timestamp_ms = 2 * index,
                                           .key = weir_bytes_of(text),
                                           .value = WEIR_BYTES_NULL,
                                           .headers = &header,
                                           .header_count = 1};
        weir_held_records_add(&held, NULL, &record);
    }
    header = (struct weir_header){0};
    const struct weir_held_record *item = NULL;
    for (int index = 0; index < RECORDS; index++) {
        item = weir_held_records_next(&held, item);
        assert_non_null(item);
        const struct weir_record view = weir_held_record_view(item), *record = &view;
        snprintf(text, sizeof text, "key %d", index);
        assert_true(weir_bytes_equal(record->key, weir_bytes_of(text)));
        assert_true(weir_bytes_is_null(record->value));
        assert_true(weir_bytes_equal(record->headers[0].value, weir_bytes_of("value")));
        assert_int_equal(record->partition, index);
        assert_int_equal(record->timestamp_ms, 2 * index);
        assert_int_equal(record->offset, -1);
    }
    assert_null(weir_held_records_next(&held, item));
    weir_held_records_fini(&held);
}

/* An empty value is not a tombstone. */
static void nothing_is_not_null(void **state)
{
    (void)state;
    struct weir_held_records held = {0};
    const struct weir_record empty = {.key = weir_bytes_of(""), .value = weir_bytes_of("")};
    const struct weir_record tombstone = {.key = weir_bytes_of("k"), .value = WEIR_BYTES_NULL};
    weir_held_records_add(&held, NULL, &empty);
    weir_held_records_add(&held, NULL, &tombstone);
    const struct weir_held_record *item = weir_held_records_next(&held, NULL);
    struct weir_record record = weir_held_record_view(item);
    assert_false(weir_bytes_is_null(record.key) || weir_bytes_is_null(record.value));
    assert_int_equal(record.key.len + record.value.len, 0);
    record = weir_held_record_view(weir_held_records_next(&held, item));
    assert_true(weir_bytes_is_null(record.value));
    weir_held_records_fini(&held);
}

static void what_was_cleared_is_not_counted_any_more(void **state)
{
    (void)state;
    struct weir_held_records held = {0};
    assert_int_equal(weir_held_records_bytes(&held), 0);
    const struct weir_record record = {.value = weir_bytes_of("value")};
    weir_held_records_add(&held, NULL, &record);
    assert_true(weir_held_records_bytes(&held) > 0);
    weir_held_records_clear(&held);
    assert_null(weir_held_records_next(&held, NULL));
    assert_int_equal(weir_held_records_bytes(&held), 0);
    weir_held_records_fini(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_keep_their_order_and_their_own_bytes),
        cmocka_unit_test(nothing_is_not_null),
        cmocka_unit_test(what_was_cleared_is_not_counted_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
