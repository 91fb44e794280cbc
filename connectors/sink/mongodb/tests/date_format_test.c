/* Date and time text by patterns of Java's DateTimeFormatter. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/date_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OFFICIAL \
    "yyyy-MM-dd[['T'][ ]][HH:mm:ss[[.][SSSSSS][SSS]][ ]VV[ " \
    "]'['VV']'][HH:mm:ss[[.][SSSSSS][SSS]][ " \
    "]X][HH:mm:ss[[.][SSSSSS][SSS]]]"
#define NO_TIME INT64_MIN

static int64_t read(const char *pattern, const char *text)
{
    int64_t time_ms = 0;
    assert_true(weir_date_format_good(pattern));
    return weir_date_format_read(pattern, weir_bytes_of(text), &time_ms) ? time_ms : NO_TIME;
}

static void the_official_pattern_takes_days_times_and_zones(void **state)
{
    (void)state;
    assert_int_equal(read(OFFICIAL, "1970-01-02"), 86400000);
    assert_int_equal(read(OFFICIAL, "1970-01-01T00:00:01"), 1000);
    assert_int_equal(read(OFFICIAL, "1970-01-01 00:00:01.5"), NO_TIME);
    assert_int_equal(read(OFFICIAL, "1970-01-01 00:00:01.500"), 1500);
    assert_int_equal(read(OFFICIAL, "1970-01-01T00:00:01.500123Z"), 1500);
    assert_int_equal(read(OFFICIAL, "1970-01-01T02:00:00 +02:00"), 0);
    assert_int_equal(read(OFFICIAL, "1970-01-01T00:00:00Z[UTC]"), 0);
    assert_int_equal(read(OFFICIAL, "1969-12-31T23:59:59.999Z"), -1);
}

static void other_patterns_read_what_they_say(void **state)
{
    (void)state;
    assert_int_equal(read("d.M.yyyy H:mm", "2.1.1970 0:01"), 86460000);
    assert_int_equal(read("dd MMM uuuu", "02 Jan 1970"), 86400000);
    assert_int_equal(read("MMMM d, yyyy", "January 2, 1970"), 86400000);
    assert_int_equal(read("yyyyMMdd'at'HHmm", "19700101at0002"), 120000);
    assert_int_equal(read("yyyy-MM-dd'T'HH:mm:ssX", "1970-01-01T00:00:00-0130"), 5400000);
    assert_int_equal(read("yyyy''MM", "1970'01"), 0);
}

static void what_does_not_fit_is_no_date(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "1970",
                                        "1970-13-01",
                                        "1970-02-30",
                                        "1970-01-01x",
                                        "1970-01-01T25:00:00",
                                        "1970-01-01T00:00:00+19:00"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(read(OFFICIAL, wrong[i]), NO_TIME);
    }
}

static void patterns_that_cannot_be_read_are_known(void **state)
{
    (void)state;
    static const char *const wrong[] = {"yyyy[", "yyyy]", "'open", "Q", "V", "yyyyyyyyyy"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(weir_date_format_good(wrong[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_official_pattern_takes_days_times_and_zones),
        cmocka_unit_test(other_patterns_read_what_they_say),
        cmocka_unit_test(what_does_not_fit_is_no_date),
        cmocka_unit_test(patterns_that_cannot_be_read_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
