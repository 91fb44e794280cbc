/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_added_record_goes_to_kafka_unless_told_otherwise(void **state)
{
    (void)state;
    weir_auto_batch *batch = weir_batch_create(1024);
    struct weir_record *record = weir_batch_add(batch);
    assert_int_equal(record->partition, -1);
    assert_int_equal(record->offset, -1);
    assert_int_equal(record->timestamp_ms, -1);
    assert_true(weir_bytes_is_null(record->key));
    assert_true(weir_bytes_is_null(record->value));
    assert_int_equal(record->header_count, 0);
}

static void records_keep_their_order_and_content_as_the_batch_grows(void **state)
{
    (void)state;
    weir_auto_batch *batch = weir_batch_create(1024);
    for (int64_t offset = 0; offset < 1000; offset++) {
        struct weir_record *record = weir_batch_add(batch);
        record->offset = offset;
        record->key = weir_bytes_of(weir_arena_format(batch->arena, "key %lld", (long long)offset));
    }
    assert_int_equal(batch->record_count, 1000);
    for (size_t index = 0; index < 1000; index++) {
        assert_int_equal(batch->records[index].offset, index);
    }
    assert_true(weir_bytes_equal(batch->records[999].key, WEIR_BYTES("key 999")));
}

static void a_later_offset_of_a_partition_replaces_the_earlier(void **state)
{
    (void)state;
    weir_auto_batch *batch = weir_batch_create(1024);
    for (int number = 0; number < 10; number++) {
        char text[16] = {(char)('0' + number), 0};
        weir_batch_offset_set(batch, WEIR_BYTES("{\"p\":1}"), weir_bytes_of(text));
        weir_batch_offset_set(batch, weir_bytes_of(text), WEIR_BYTES("other"));
    }
    assert_int_equal(batch->offset_count, 11);
    assert_true(weir_bytes_equal(batch->offsets[0].partition, WEIR_BYTES("{\"p\":1}")));
    assert_true(weir_bytes_equal(batch->offsets[0].offset, WEIR_BYTES("9")));
}

static void a_null_offset_stays_null(void **state)
{
    (void)state;
    weir_auto_batch *batch = weir_batch_create(1024);
    weir_batch_offset_set(batch, WEIR_BYTES("p"), WEIR_BYTES("o"));
    weir_batch_offset_set(batch, WEIR_BYTES("p"), WEIR_BYTES_NULL);
    assert_int_equal(batch->offset_count, 1);
    assert_true(weir_bytes_is_null(batch->offsets[0].offset));
}

static void a_reset_batch_is_empty_and_usable(void **state)
{
    (void)state;
    weir_auto_batch *batch = weir_batch_create(1024);
    weir_batch_add(batch)->offset = 5;
    weir_batch_offset_set(batch, WEIR_BYTES("p"), WEIR_BYTES("o"));
    batch->bytes = 7;
    weir_batch_reset(batch);
    assert_int_equal(batch->record_count + batch->offset_count + batch->bytes, 0);
    assert_int_equal(weir_batch_add(batch)->offset, -1);
    weir_batch_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_added_record_goes_to_kafka_unless_told_otherwise),
        cmocka_unit_test(records_keep_their_order_and_content_as_the_batch_grows),
        cmocka_unit_test(a_later_offset_of_a_partition_replaces_the_earlier),
        cmocka_unit_test(a_null_offset_stays_null),
        cmocka_unit_test(a_reset_batch_is_empty_and_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
