/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of arrays and maps, and those that take lambdas. */
#include "connectors/processor/functions/tests/expression_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void arrays_are_lists(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"ARRAY_CONCAT(A, ARRAY[7])", "ARRAY<INTEGER> [3,null,1,3,7]"},
        {"ARRAY_CONCAT(A, CAST(NULL AS ARRAY<INT>))", "ARRAY<INTEGER> [3,null,1,3]"},
        {"ARRAY_CONTAINS(A, 1)", "BOOLEAN true"},
        {"ARRAY_CONTAINS(CAST(NULL AS ARRAY<INT>), 1)", "BOOLEAN false"},
        {"ARRAY_LENGTH(A)", "INTEGER 4"},
        {"ARRAY_MAX(A)", "INTEGER 3"},
        {"ARRAY_MIN(A)", "INTEGER 1"},
        {"ARRAY_REMOVE(A, 3)", "ARRAY<INTEGER> [null,1]"},
        {"ARRAY_SORT(A)", "ARRAY<INTEGER> [1,3,3,null]"},
        {"ARRAY_SORT(A, 'desc')", "ARRAY<INTEGER> [3,3,1,null]"},
        {"ARRAY_SORT(A, 'up')", "ARRAY<INTEGER> null"},
        {"ARRAY_JOIN(A)", "STRING \"3,null,1,3\""},
        {"ARRAY_JOIN(A, NULL)", "STRING \"3null13\""},
        {"SLICE(A, 1, 2)", "ARRAY<INTEGER> [3,null]"},
        {"SLICE(A, NULL, 1)", "ARRAY<INTEGER> [3]"},
        {"SLICE(A, 3, 9)", "ARRAY<INTEGER> null"},
        {"GENERATE_SERIES(3, 1)", "ARRAY<INTEGER> [3,2,1]"},
        {"GENERATE_SERIES(1, 6, 2)", "ARRAY<INTEGER> [1,3,5]"},
        {"GENERATE_SERIES(1, 2, 0)", "failed: GENERATE_SERIES step cannot be zero"},
        {"GENERATE_SERIES(1, 2, -1)", "failed: GENERATE_SERIES step has wrong sign"},
        {"GENERATE_SERIES(0, 2147483647)", "failed: GENERATE_SERIES of too many values"},
    };
    expression_case_row("{\"A\":[3,null,1,3]}");
    EXPRESSION_CASES(cases);
}

static void arrays_are_sets(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"ARRAY_DISTINCT(A)", "ARRAY<INTEGER> [3,null,1]"},
        {"ARRAY_EXCEPT(A, ARRAY[1])", "ARRAY<INTEGER> [3,null]"},
        {"ARRAY_INTERSECT(A, ARRAY[1, 3, 8])", "ARRAY<INTEGER> [3,1]"},
        {"ARRAY_UNION(A, ARRAY[8, 1])", "ARRAY<INTEGER> [3,null,1,8]"},
        {"ARRAY_UNION(A, CAST(NULL AS ARRAY<INT>))", "ARRAY<INTEGER> null"},
    };
    expression_case_row("{\"A\":[3,null,1,3]}");
    EXPRESSION_CASES(cases);
}

static void maps_are_made_and_taken_apart(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"AS_MAP(ARRAY['a', 'b', 'c'], ARRAY[1, 2])", "MAP<STRING, INTEGER> {\"a\":1,\"b\":2}"},
        {"MAP_KEYS(M)", "ARRAY<STRING> [\"x\",\"y\"]"},
        {"MAP_VALUES(M)", "ARRAY<INTEGER> [1,2]"},
        {"MAP_UNION(M, MAP('y' := 7))", "MAP<STRING, INTEGER> {\"x\":1,\"y\":7}"},
        {"ARRAY_LENGTH(ENTRIES(M, true))", "INTEGER 2"},
        {"ENTRIES(M, true)[2]->K", "STRING \"y\""},
        {"SPLIT_TO_MAP('a:1,b:2:3,c,a:4', ',', ':')",
         "MAP<STRING, STRING> {\"a\":\"4\",\"b\":\"2\"}"},
        {"SPLIT_TO_MAP('a:1', '', ':')", "MAP<STRING, STRING> null"},
    };
    expression_case_row("{\"M\":{\"x\":1,\"y\":2}}");
    EXPRESSION_CASES(cases);
}

static void lambdas_run_over_items(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"TRANSFORM(A, x => x * 2)", "ARRAY<INTEGER> [6,2]"},
        {"TRANSFORM(M, (k, v) => UCASE(k), (k, v) => v + 1)",
         "MAP<STRING, INTEGER> {\"X\":2,\"Y\":3}"},
        {"TRANSFORM(M, (k, v) => 'same', (k, v) => v)",
         "failed: TRANSFORM gave the same key twice"},
        {"FILTER(A, x => x > 2)", "ARRAY<INTEGER> [3]"},
        {"FILTER(M, (k, v) => v = 2)", "MAP<STRING, INTEGER> {\"y\":2}"},
        {"REDUCE(A, 10, (s, x) => s + x)", "INTEGER 14"},
        {"REDUCE(M, 1, (s, k, v) => s * v)", "INTEGER 2"},
        {"REDUCE(CAST(NULL AS ARRAY<INT>), 5, (s, x) => s + x)", "INTEGER 5"},
    };
    expression_case_row("{\"A\":[3,1],\"M\":{\"x\":1,\"y\":2}}");
    EXPRESSION_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_are_lists),
        cmocka_unit_test(arrays_are_sets),
        cmocka_unit_test(maps_are_made_and_taken_apart),
        cmocka_unit_test(lambdas_run_over_items),
    };
    return cmocka_run_group_tests(tests, expression_case_setup, expression_case_teardown);
}
