/* Small readers of text: dates, UUIDs, UTF-8; and the table of error codes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/error.h"
#include "core/mongo/iso_date.h"
#include "core/mongo/utf8.h"
#include "core/mongo/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t date(const char *text)
{
    int64_t time_ms = INT64_MIN;
    return weir_iso_date_read(weir_bytes_of(text), &time_ms) ? time_ms : INT64_MIN;
}

static void dates_are_read_with_and_without_time_and_zone(void **state)
{
    (void)state;
    assert_int_equal(date("1970-01-01"), 0);
    assert_int_equal(date("2020-02-29T00:00:00Z"), 1582934400000);
    assert_int_equal(date("2020-01-01T00:00:00.123Z"), 1577836800123);
    assert_int_equal(date("2020-01-01 02:30:00+02:30"), 1577836800000);
    assert_int_equal(date("2019-12-31T19:00-0500"), 1577836800000);
    assert_int_equal(date("1969-12-31T23:59:59.999999"), -1);
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "2020",
                                        "2021-02-29",
                                        "2020-13-01",
                                        "2020-01-01T",
                                        "2020-01-01T25:00",
                                        "2020-01-01T00:00x",
                                        "2020-01-01T00:00:00.",
                                        "20-01-01"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(date(wrong[i]), INT64_MIN);
    }
}

static void uuids_go_both_ways_with_and_without_hyphens(void **state)
{
    (void)state;
    uint8_t id[WEIR_UUID_BYTES], again[WEIR_UUID_BYTES];
    char text[WEIR_UUID_TEXT_BYTES];
    assert_true(weir_uuid_read(WEIR_BYTES("c8edabc3-f738-4ca3-b68d-ab92a91478a3"), id));
    assert_true(weir_uuid_read(WEIR_BYTES("C8EDABC3F7384CA3B68DAB92A91478A3"), again));
    assert_memory_equal(id, again, sizeof(id));
    weir_uuid_write(id, text);
    assert_memory_equal(text, "c8edabc3-f738-4ca3-b68d-ab92a91478a3", sizeof(text));
    assert_false(weir_uuid_read(WEIR_BYTES("c8edabc3-f738-4ca3-b68d-ab92a91478ag"), id));
    assert_false(weir_uuid_read(WEIR_BYTES("c8edabc3xf738-4ca3-b68d-ab92a91478a3"), id));
    assert_false(weir_uuid_read(WEIR_BYTES_NULL, id));
}

static void a_new_uuid_is_of_version_4(void **state)
{
    (void)state;
    uint8_t first[WEIR_UUID_BYTES], second[WEIR_UUID_BYTES];
    weir_uuid_make(first);
    weir_uuid_make(second);
    assert_int_equal(first[6] >> 4, 4);
    assert_int_equal(first[8] >> 6, 2);
    assert_memory_not_equal(first, second, sizeof(first));
}

static void utf_8_has_one_form_for_each_character(void **state)
{
    (void)state;
    assert_true(weir_utf8_valid(WEIR_BYTES("")));
    assert_true(weir_utf8_valid(
        WEIR_BYTES("plain text of more than eight bytes \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80")));
    static const char *const wrong[] = {"\x80",
                                        "\xc0\xaf",
                                        "\xc3",
                                        "\xe0\x80\x80",
                                        "\xed\xa0\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xf8\x88\x80\x80\x80",
                                        "12345678\xff"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(weir_utf8_valid(weir_bytes_of(wrong[i])));
    }
}

static void server_codes_tell_what_to_do(void **state)
{
    (void)state;
    static const int32_t retried[] = {6,   7,    24,    64,    89,    91,    112,  189,
                                      262, 9001, 10107, 11600, 11602, 13435, 13436};
    static const int32_t final[] = {11, 13, 18, 73, 8000};
    static const int32_t rejected[] = {2, 9, 52, 66, 121, 11000, 17419};
    for (size_t i = 0; i < sizeof(retried) / sizeof(retried[0]); i++) {
        assert_int_equal(weir_mongo_server_action(retried[i]), WEIR_ERROR_RETRY);
    }
    for (size_t i = 0; i < sizeof(final) / sizeof(final[0]); i++) {
        assert_int_equal(weir_mongo_server_action(final[i]), WEIR_ERROR_STOP);
    }
    for (size_t i = 0; i < sizeof(rejected) / sizeof(rejected[0]); i++) {
        assert_int_equal(weir_mongo_server_action(rejected[i]), WEIR_ERROR_REJECT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_with_and_without_time_and_zone),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(uuids_go_both_ways_with_and_without_hyphens),
        cmocka_unit_test(a_new_uuid_is_of_version_4),
        cmocka_unit_test(utf_8_has_one_form_for_each_character),
        cmocka_unit_test(server_codes_tell_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
