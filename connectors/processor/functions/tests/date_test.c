/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of DATE, TIME and TIMESTAMP. */
#include "connectors/processor/functions/tests/expression_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void timestamps_become_text_and_back(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"STRINGTOTIMESTAMP(S, 'yyyy-MM-dd HH:mm')", "BIGINT 1526075880000"},
        {"STRINGTOTIMESTAMP('2018-05-11', 'yyyy-MM-dd')", "BIGINT 1525996800000"},
        {"STRINGTOTIMESTAMP('2018-05-11', 'yyyy-MM-dd', 'Europe/Berlin')", "BIGINT 1525989600000"},
        {"STRINGTOTIMESTAMP('2018-05-11 00:00 +02:00', 'yyyy-MM-dd HH:mm XXX')",
         "BIGINT 1525989600000"},
        {"STRINGTOTIMESTAMP('x', 'yyyy')", "failed: Failed to parse timestamp 'x' with formatter"},
        {"STRINGTOTIMESTAMP('2018', 'bogus')", "failed: Invalid date-time pattern"},
        {"STRINGTOTIMESTAMP('2018', 'yyyy', 'Mars')", "failed: Invalid time zone: 'Mars'"},
        {"STRINGTOTIMESTAMP(NULL, 'yyyy')", "BIGINT null"},
        {"TIMESTAMPTOSTRING(L, 'yyyy-MM-dd HH:mm:ss.SSS')", "STRING \"2018-05-11 21:58:33.001\""},
        {"TIMESTAMPTOSTRING(L, 'HH:mm z', 'America/New_York')", "STRING \"17:58 EDT\""},
        {"TIMESTAMPTOSTRING(L, 'yyyy''Y''.', '+02:00')", "STRING \"2018Y.\""},
        {"FORMAT_TIMESTAMP(TS, 'EEEE, d MMM')", "STRING \"Friday, 11 May\""},
        {"PARSE_TIMESTAMP('11/05/18 9PM', 'dd/MM/yy ha')", "TIMESTAMP 1526072400000"},
        {"FROM_UNIXTIME(L)", "TIMESTAMP 1526075913001"},
        {"UNIX_TIMESTAMP(TS)", "BIGINT 1526075913001"},
        {"UNIX_TIMESTAMP() > L", "BOOLEAN true"},
        {"CONVERT_TZ(TS, 'UTC', 'Asia/Tokyo')", "TIMESTAMP 1526108313001"},
        {"CONVERT_TZ(TS, 'Asia/Tokyo', 'UTC')", "TIMESTAMP 1526043513001"},
        {"CONVERT_TZ(TS, 'UTC', 'Nowhere')", "failed: Invalid time zone"},
    };
    expression_case_row("{\"S\":\"2018-05-11 21:58\",\"L\":1526075913001,\"TS\":1526075913001}");
    EXPRESSION_CASES(cases);
}

static void dates_and_times_become_text_and_back(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"STRINGTODATE('2018-05-11 10:00', 'yyyy-MM-dd HH:mm')", "INTEGER 17662"},
        {"STRINGTODATE('2018-05', 'yyyy-MM')", "failed: Failed to parse date '2018-05'"},
        {"DATETOSTRING(I, 'dd.MM.yyyy')", "STRING \"11.05.2018\""},
        {"DATETOSTRING(I, 'HH')", "failed: the pattern has fields"},
        {"PARSE_DATE('2018-05-11', 'yyyy-MM-dd')", "DATE 17662"},
        {"PARSE_DATE('11 MAY 2018', 'd MMM yyyy')", "DATE 17662"},
        {"PARSE_TIMESTAMP('11 MAY 2018', 'd MMM yyyy')", "failed: Failed to parse timestamp"},
        {"PARSE_DATE('2018-05-11 10', 'yyyy-MM-dd HH')", "failed: Date format contains time"},
        {"FORMAT_DATE(DT, 'D')", "STRING \"131\""},
        {"PARSE_TIME('21:58', 'HH:mm')", "TIME 79080000"},
        {"PARSE_TIME('2018 21', 'yyyy HH')", "failed: Failed to parse time"},
        {"FORMAT_TIME(TI, 'h:mm a')", "STRING \"9:58 PM\""},
        {"FORMAT_TIME(TI, 'yyyy')", "failed: the pattern has fields"},
        {"FROM_DAYS(I)", "DATE 17662"},
        {"UNIX_DATE(DT)", "INTEGER 17662"},
        {"UNIX_DATE() > I", "BOOLEAN true"},
    };
    expression_case_row("{\"I\":17662,\"DT\":17662,\"TI\":79080000}");
    EXPRESSION_CASES(cases);
}

static void intervals_move_moments(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"TIMESTAMPADD(DAYS, 2, TS)", "TIMESTAMP 172800005"},
        {"TIMESTAMPADD(MILLISECONDS, -5, TS)", "TIMESTAMP 0"},
        {"TIMESTAMPSUB(SECONDS, 1, TS)", "TIMESTAMP -995"},
        {"TIMESTAMPADD(HOURS, NULL, TS)", "TIMESTAMP null"},
        {"DATEADD(DAYS, 1, DT)", "DATE 2"},
        {"DATEADD(HOURS, 23, DT)", "DATE 1"},
        {"DATESUB(DAYS, 3, DT)", "DATE -2"},
        {"DATEADD(DAYS, 2147483647, DT)", "failed: the date is out of range"},
        {"TIMEADD(HOURS, 25, TI)", "TIME 3601000"},
        {"TIMESUB(MINUTES, 1, TI)", "TIME 86341000"},
        {"TIMEADD(1, 25, TI)", "wrong: Function 'TIMEADD' does not accept parameters"},
    };
    expression_case_row("{\"TS\":5,\"DT\":1,\"TI\":1000}");
    EXPRESSION_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timestamps_become_text_and_back),
        cmocka_unit_test(dates_and_times_become_text_and_back),
        cmocka_unit_test(intervals_move_moments),
    };
    return cmocka_run_group_tests(tests, expression_case_setup, expression_case_teardown);
}
