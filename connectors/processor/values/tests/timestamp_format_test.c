/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/time_text.h"
#include "connectors/processor/values/timestamp_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct weir_timestamp_format *compile(const char *pattern)
{
    struct weir_error err = {0};
    struct weir_timestamp_format *format =
        weir_timestamp_format_create(weir_bytes_of(pattern), &err);
    if (!format) {
        fail_msg("%s: %s", pattern, err.message);
    }
    return format;
}

static const struct weir_time_zone *zone_of(const char *id)
{
    const struct weir_time_zone *zone = weir_time_zone_find(weir_bytes_of(id));
    assert_non_null(zone);
    return zone;
}

static void texts_are_read_by_their_pattern(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        int64_t time_ms;
    } rows[] = {
        {"yyyy-MM-dd'T'HH:mm:ssX", "2018-05-11T21:58:33Z", 1526075913000},
        {"yyyy-MM-dd'T'HH:mm:ssX", "2018-05-11T23:58:33+02", 1526075913000},
        {"yyyy-MM-dd'T'HH:mm:ss.SX", "2019-08-27T13:31:09.2+0000", 1566912669200},
        {"yy-MM-dd HH:mm:ssX", "10-04-19 12:00:17Z", 1271678417000},
        {"yyyyMMddHHmmssSSS", "20180511215833123", 1526075913123},
        {"yyyy-MM-dd", "2020-02-29", 1582934400000},
        {"yyyy-MM-dd", "2021-02-30", 1614470400000}, /* the month's last day */
        {"yyyy", "1971", 31536000000},
        {"HH:mm", "01:02", 3720000},
        {"HH:mm", "24:00", 86400000},
        {"d MMM yyyy", "3 Feb 1970", 2851200000},
        {"EEEE, d MMMM yyyy", "Thursday, 1 January 1970", 0},
        {"yyyy-DDD", "1970-032", 2678400000},
        {"yyyy-MM-dd hh:mm a", "1970-01-01 01:30 PM", 48600000},
        {"yyyy-MM-dd[ HH:mm]", "1970-01-02", 86400000},
        {"yyyy-MM-dd[ HH:mm]", "1970-01-02 00:01", 86460000},
        {"yyyy-MM-dd HH:mm VV", "2018-05-11 14:58 America/Los_Angeles", 1526075880000},
        {"yyyy-MM-dd HH:mm z", "2018-05-11 14:58 PDT", 1526075880000},
        {"yyyy-MM-dd'T'HH:mm:ssXXX", "1970-01-01T01:00:00+01:00", 0},
        {"''yyyy''", "'1970'", 0},
        {"u-M-d", "-1-2-3", -62195904000000},
        {"n", "5000000", 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct weir_timestamp_format *format = compile(rows[i].pattern);
        int64_t time_ms;
        if (!weir_timestamp_format_parse(format, weir_bytes_of(rows[i].text), &weir_time_zone_utc,
                                         &time_ms) ||
            time_ms != rows[i].time_ms) {
            fail_msg("%s with %s is not %lld", rows[i].text, rows[i].pattern,
                     (long long)rows[i].time_ms);
        }
        weir_timestamp_format_destroy(format);
    }
}

static void texts_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
    } rows[] = {
        {"yyyy-MM-dd", "not a date"},
        {"yyyy-MM-dd", "2018-13-01"},
        {"yyyy-MM-dd", "2018-01-32"},
        {"yyyy-MM-dd", "2018-01-01 "},
        {"yyyy-MM-dd", "18-01-01"},
        {"HH:mm", "24:01"},
        {"HH:mm", "12:60"},
        {"yyyy-MM-ddX", "2018-01-01"},
        {"EEE yyyy-MM-dd", "Mon 1970-01-01"},
        {"yyyy-DDD", "1971-366"},
        {"MM MM", "01 02"},
        {"VV", "Mars/Olympus"},
        {"d MMM yyyy", "3 feb 1970"},
        {"yyyy-MM-dd'T'HH", "2018-01-01t00"},
        {"H", "-1"},
        {"A", "-10"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct weir_timestamp_format *format = compile(rows[i].pattern);
        int64_t time_ms;
        assert_false(weir_timestamp_format_parse(format, weir_bytes_of(rows[i].text),
                                                 &weir_time_zone_utc, &time_ms));
        weir_timestamp_format_destroy(format);
    }
}

static void bad_patterns_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"yyyy-bb",    "'open", "yyyy]", "{",         "ddd",
                                      "SSSSSSSSSS", "p",     "V",     "[[[[[[[[[y"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct weir_error err = {0};
        assert_null(weir_timestamp_format_create(weir_bytes_of(bad[i]), &err));
        assert_non_null(strstr(err.message, "Invalid date-time pattern"));
    }
}

static void times_are_printed_by_their_pattern(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *zone;
        int64_t time_ms;
        const char *text;
    } rows[] = {
        {"yyyy-MM-dd HH:mm:ss", "UTC", 1526075913000, "2018-05-11 21:58:33"},
        {"yyyy-MM-dd HH:mm:ss zzz", "America/Los_Angeles", 1526075913000,
         "2018-05-11 14:58:33 PDT"},
        {"dd-MMM-yyyy", "UTC", 1640995200000, "01-Jan-2022"},
        {"EEEE d MMMM yy G", "UTC", 0, "Thursday 1 January 70 AD"},
        {"E MMMMM D Q QQQ", "UTC", 0, "Thu J 1 1 Q1"},
        {"HH_mm_ss_SSS", "UTC", 65123, "00_01_05_123"},
        {"h:mm a k K", "UTC", 0, "12:00 AM 24 0"},
        {"SSSSSS n A N", "UTC", 1002, "002000 2000000 1002 1002000000"},
        {"X XXX x xxx Z ZZZZ ZZZZZ O", "UTC", 0, "Z Z +00 +00:00 +0000 +00:00 Z GMT"},
        {"X XX XXX O VV", "+05:30", 0, "+0530 +0530 +05:30 GMT+0530 +05:30"},
        {"YYYY-'W'ww-e", "UTC", 1609372800000, "2020-W53-4"},
        {"YYYY-'W'ww", "UTC", 1609459200000, "2020-W53"},
        {"ppH|yyyy[x]", "UTC", 0, " 0|1970+00"},
        {"uuuu", "UTC", -62198755200000, "-0001"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct weir_timestamp_format *format = compile(rows[i].pattern);
        weir_auto_buffer text;
        weir_buffer_init(&text, 1000);
        assert_true(
            weir_timestamp_format_print(format, rows[i].time_ms, zone_of(rows[i].zone), &text));
        assert_string_equal(weir_buffer_text(&text), rows[i].text);
        weir_timestamp_format_destroy(format);
    }
}

static void a_date_has_no_hours_and_a_time_no_days(void **state)
{
    (void)state;
    weir_auto_buffer text;
    weir_buffer_init(&text, 1000);
    struct weir_timestamp_format *date = compile("yyyy-MM-dd"), *time = compile("HH:mm");
    struct weir_timestamp_format *zoned = compile("HH:mm X");
    assert_true(weir_timestamp_format_print_date(date, 17662, &text));
    assert_false(weir_timestamp_format_print_date(time, 17662, &text));
    assert_false(weir_timestamp_format_print_time(date, 0, &text));
    assert_false(weir_timestamp_format_print_time(zoned, 0, &text));
    weir_buffer_reset(&text);
    assert_true(weir_timestamp_format_print_time(time, 65000, &text));
    assert_string_equal(weir_buffer_text(&text), "00:01");
    int32_t days, time_ms;
    bool other;
    assert_true(weir_timestamp_format_parse_date(date, WEIR_BYTES("2018-05-11"), &days, &other));
    assert_int_equal(days, 17662);
    assert_false(weir_timestamp_format_parse_date(time, WEIR_BYTES("10:00"), &days, &other));
    assert_true(weir_timestamp_format_parse_time(time, WEIR_BYTES("10:00"), &time_ms, &other));
    assert_int_equal(time_ms, 36000000);
    assert_false(
        weir_timestamp_format_parse_time(date, WEIR_BYTES("2018-05-11"), &time_ms, &other));
    weir_timestamp_format_destroy(date);
    weir_timestamp_format_destroy(time);
    weir_timestamp_format_destroy(zoned);
}

static void zones_know_summer_time(void **state)
{
    (void)state;
    const struct weir_time_zone *berlin = zone_of("Europe/Berlin");
    assert_int_equal(weir_time_zone_offset_s(berlin, 1526075913, NULL), 7200);
    assert_int_equal(weir_time_zone_offset_s(berlin, 1545000000, NULL), 3600);
    assert_int_equal(weir_time_zone_offset_s(berlin, 4118000000, NULL), 7200); /* June 2100 */
    assert_int_equal(weir_time_zone_offset_s(berlin, 4133980800, NULL), 3600); /* January 2101 */
    assert_int_equal(weir_time_zone_offset_s(zone_of("Australia/Sydney"), 4102444800, NULL), 39600);
    /* 2018-03-25T02:30 does not exist there, 2018-10-28T02:30 exists twice. */
    assert_int_equal(weir_time_zone_to_utc_s(berlin, 1521945000), 1521941400);
    assert_int_equal(weir_time_zone_to_utc_s(berlin, 1540693800), 1540686600);
    assert_int_equal(weir_time_zone_offset_s(zone_of("UTC+2"), 0, NULL), 7200);
    assert_int_equal(weir_time_zone_offset_s(zone_of("-0130"), 0, NULL), -5400);
    static const char *const bad[] = {
        "", "Nowhere/Land", "../../etc/passwd", "/etc/passwd", "+99", "+1:00", "UTC+x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(weir_time_zone_find(weir_bytes_of(bad[i])));
    }
}

static void plain_texts_are_completed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_ms;
    } rows[] = {
        {"2020", 1577836800000},
        {"2020-05", 1588291200000},
        {"2020-05-26", 1590451200000},
        {"2020-05-26T23", 1590534000000},
        {"2020-05-26T23:59:58.123", 1590537598123},
        {"2020-05-26T23:59:58.000+0200", 1590530398000},
        {"2020-05-26T23:59Z", 1590537540000},
        {"2020-05-26T", 1590451200000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t time_ms;
        assert_true(weir_timestamp_parse(weir_bytes_of(rows[i].text), &time_ms));
        assert_int_equal(time_ms, rows[i].time_ms);
    }
    static const char *const bad[] = {
        "", "20", "2020-13", "2020-05-26T25", "2020-05-26 10:00", "2020-05-26T10:00+x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t time_ms;
        assert_false(weir_timestamp_parse(weir_bytes_of(bad[i]), &time_ms));
    }
    weir_auto_buffer text;
    weir_buffer_init(&text, 100);
    weir_timestamp_print(-1, &text);
    assert_string_equal(weir_buffer_text(&text), "1969-12-31T23:59:59.999");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_by_their_pattern),
        cmocka_unit_test(texts_that_do_not_fit_are_refused),
        cmocka_unit_test(bad_patterns_are_refused),
        cmocka_unit_test(times_are_printed_by_their_pattern),
        cmocka_unit_test(a_date_has_no_hours_and_a_time_no_days),
        cmocka_unit_test(zones_know_summer_time),
        cmocka_unit_test(plain_texts_are_completed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
