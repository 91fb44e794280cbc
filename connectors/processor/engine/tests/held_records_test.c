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
    assert_int_equal(held.count, RECORDS);
    for (int index = 0; index < RECORDS; index++) {
        const struct weir_record *record = &held.items[index].record;
        snprintf(text, sizeof text, "key %d", index);
        assert_true(weir_bytes_equal(record->key, weir_bytes_of(text)));
        assert_true(weir_bytes_is_null(record->value));
        assert_true(weir_bytes_equal(record->headers[0].value, weir_bytes_of("value")));
        assert_int_equal(record->partition, index);
        assert_int_equal(record->timestamp_ms, 2 * index);
    }
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
    assert_int_equal(held.count, 0);
    assert_int_equal(weir_held_records_bytes(&held), 0);
    weir_held_records_fini(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_keep_their_order_and_their_own_bytes),
        cmocka_unit_test(what_was_cleared_is_not_counted_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
