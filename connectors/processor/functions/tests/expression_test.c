/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/tests/expression_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void literals_have_ksqldbs_types(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"1", "INTEGER 1"},
        {"-2147483648", "INTEGER -2147483648"},
        {"2147483648", "BIGINT 2147483648"},
        {"1.50", "DECIMAL(3, 2) 1.50"},
        {"0.15", "DECIMAL(3, 2) 0.15"},
        {"1e3", "DOUBLE 1000.0"},
        {"'it''s'", "STRING \"it's\""},
        {"TRUE", "BOOLEAN true"},
        {"NULL", "NULL null"},
    };
    EXPRESSION_CASES(cases);
}

static void whole_numbers_wrap_and_divide_as_in_java(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"2147483647 + 1", "INTEGER -2147483648"},
        {"I * 2", "INTEGER 14"},
        {"7 / 2", "INTEGER 3"},
        {"-7 / 2", "INTEGER -3"},
        {"-7 % 3", "INTEGER -1"},
        {"I / 0", "failed: / by zero"},
        {"L % 0", "failed: / by zero"},
        {"L + 1", "BIGINT 9223372036854775806"},
        {"L + 3", "BIGINT -9223372036854775808"},
        {"9223372036854775807 % -1", "BIGINT 0"},
        {"-I", "INTEGER -7"},
        {"- -I", "INTEGER 7"},
        {"+I", "INTEGER 7"},
        {"S + 1", "wrong: Error processing expression: (S + 1). Unsupported arithmetic types. "
                  "STRING INTEGER"},
        {"TRUE + 1.5", "wrong: Error processing expression: (true + 1.5). Unsupported arithmetic "
                       "types. BOOLEAN DECIMAL"},
    };
    expression_case_row("{\"I\":7,\"L\":9223372036854775805}");
    EXPRESSION_CASES(cases);
}

static void doubles_follow_ieee(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"D / 0", "DOUBLE \"Infinity\""}, {"D * 2", "DOUBLE 5.0"}, {"D + I", "DOUBLE 9.5"},
        {"D - 0.5", "DOUBLE 2.0"},        {"D % 2", "DOUBLE 0.5"}, {"0e0 / 0", "DOUBLE \"NaN\""},
    };
    expression_case_row("{\"I\":7,\"D\":2.5}");
    EXPRESSION_CASES(cases);
}

static void decimals_are_exact_or_fail(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"DEC + 1", "DECIMAL(13, 2) 13.50"},
        {"DEC - 0.125", "DECIMAL(8, 3) 12.375"},
        {"DEC * DEC", "DECIMAL(13, 4) 156.2500"},
        {"DEC / 0.5", "DECIMAL(11, 6) 25.000000"},
        {"DEC / 3", "failed: the DECIMAL result is not exact"},
        {"DEC / 0.0", "failed:"},
        {"DEC % 5", "DECIMAL(6, 2) 2.50"},
        {"-DEC", "DECIMAL(6, 2) -12.50"},
        {"DEC + 1e0", "DOUBLE 13.5"},
    };
    expression_case_row("{\"DEC\":12.5}");
    EXPRESSION_CASES(cases);
}

static void arithmetic_on_null_fails(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"I + 1", "failed: an operand is NULL"},
        {"-I", "failed: an operand is NULL"},
        {"COALESCE(I + 1, 0)", "failed: an operand is NULL"},
        {"COALESCE(ABS(I + 1), 0)", "INTEGER 0"},
        {"COALESCE(CAST('x' AS INT), 0)", "INTEGER 0"},
        {"ARRAY[I + 1, 2]", "ARRAY<INTEGER> [null,2]"},
        {"STRUCT(a := I + 1)", "STRUCT<`A` INTEGER> {\"A\":null}"},
        {"S + 'x'", "STRING \"nullx\""},
    };
    expression_case_row("{}");
    EXPRESSION_CASES(cases);
}

static void nested_failures_can_be_passed_on(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"COALESCE(CAST('x' AS INT), 0)", "failed: the text is no INTEGER"},
        {"ARRAY[I + 1, 2]", "failed: an operand is NULL"},
    };
    expression_case_row("{}");
    expression_case_options(&(struct weir_expression_options){.nested_errors_throw = true});
    EXPRESSION_CASES(cases);
    expression_case_options(NULL);
}

static void comparison_with_null_is_false(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"I = 1", "BOOLEAN false"},
        {"I <> 1", "BOOLEAN false"},
        {"NOT (I > 1)", "BOOLEAN true"},
        {"I IS DISTINCT FROM 1", "BOOLEAN true"},
        {"I IS NOT DISTINCT FROM L", "BOOLEAN true"},
        {"I BETWEEN 1 AND 2", "BOOLEAN false"},
        {"I IS NULL", "BOOLEAN true"},
        {"NULL IS NULL", "BOOLEAN true"},
        {"I IN (1, 2)", "BOOLEAN false"},
        {"CASE WHEN I > 1 THEN 'a' ELSE 'b' END", "STRING \"b\""},
        {"I = NULL", "wrong: Comparison with NULL not supported: INTEGER = NULL"},
    };
    expression_case_row("{}");
    EXPRESSION_CASES(cases);
}

static void values_compare_across_types(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"I = L", "BOOLEAN true"},
        {"I < D", "BOOLEAN true"},
        {"D = 1.5", "BOOLEAN true"},
        {"DEC = 2", "BOOLEAN true"},
        {"S >= 'b'", "BOOLEAN true"},
        {"A = ARRAY[1, 2]", "BOOLEAN true"},
        {"M <> MAP('a' := 1)", "BOOLEAN false"},
        {"T = STRUCT(F := 1, G := 'x')", "BOOLEAN true"},
        {"B = TRUE", "BOOLEAN true"},
        {"DT > '2020-01-01'", "BOOLEAN false"},
        {"DT < '1970-01-12'", "BOOLEAN true"},
        {"TS = '1970-01-01T00:00:01.000'", "BOOLEAN true"},
        {"TS > DT", "BOOLEAN false"},
        {"TI = '00:00:01'", "BOOLEAN true"},
        {"ROWTIME > '2017'", "BOOLEAN true"},
        {"ROWTIME BETWEEN '2017-07-14' AND '2017-07-14T02:40'", "BOOLEAN true"},
        {"'2017-07-14T04:40:00+0200' = ROWTIME", "BOOLEAN true"},
        {"I >= 'x'",
         "wrong: Cannot compare I (INTEGER) to 'x' (STRING) with GREATER_THAN_OR_EQUAL."},
        {"B < TRUE", "wrong: Cannot compare B (BOOLEAN) to true (BOOLEAN) with LESS_THAN."},
        {"M < M", "wrong: Cannot compare M (MAP<STRING, INTEGER>) to M (MAP<STRING, INTEGER>) with "
                  "LESS_THAN."},
        {"ROWTIME > 'x'", "wrong: Failed to parse timestamp 'x'"},
    };
    expression_case_row("{\"I\":1,\"L\":1,\"D\":1.5,\"DEC\":2,\"S\":\"b\",\"A\":[1,2],\"M\":{\"a\":"
                        "1},\"T\":{\"F\":1,"
                        "\"G\":\"x\"},\"B\":true,\"DT\":10,\"TS\":1000,\"TI\":1000}");
    EXPRESSION_CASES(cases);
}

static void nan_is_neither_equal_nor_unequal(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"D = D", "BOOLEAN false"},
        {"D <> 1e0", "BOOLEAN false"},
        {"D > 1.5", "failed: Infinite or NaN"},
    };
    expression_case_row("{\"D\":\"NaN\"}");
    EXPRESSION_CASES(cases);
}

static void logic_stops_early(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"FALSE AND 1 / I = 1", "BOOLEAN false"},
        {"TRUE OR 1 / I = 1", "BOOLEAN true"},
        {"TRUE AND 1 / I = 1", "failed: / by zero"},
        {"CASE WHEN I = 0 THEN 5 ELSE 1 / I END", "INTEGER 5"},
        {"CASE I WHEN 1 THEN 'one' WHEN 0 THEN 'none' END", "STRING \"none\""},
        {"CASE WHEN I = 9 THEN 5 END", "INTEGER null"},
        {"CASE WHEN I = 0 THEN NULL ELSE 3 END", "INTEGER null"},
        {"CASE WHEN I = 9 THEN 5 ELSE 'x' END",
         "wrong: Invalid Case expression. Type for the default clause"},
        {"CASE WHEN I = 9 THEN 5 WHEN I = 8 THEN 'x' END",
         "wrong: Invalid Case expression. Type for all 'THEN'"},
        {"CASE WHEN I THEN 5 END", "wrong: WHEN operand type should be boolean."},
        {"NOT I", "wrong: The operand of NOT should be boolean"},
    };
    expression_case_row("{\"I\":0}");
    EXPRESSION_CASES(cases);
}

static void lists_find_one_type(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"ARRAY[1, 2.50, L]", "ARRAY<DECIMAL(21, 2)> [1.00,2.50,5.00]"},
        {"ARRAY[NULL, 10, '2e1', I, L]", "ARRAY<DECIMAL(19, 0)> [null,10,20,3,5]"},
        {"ARRAY[1, D]", "ARRAY<DOUBLE> [1.0,0.5]"},
        {"ARRAY['a', 1]", "ARRAY<STRING> [\"a\",\"1\"]"},
        {"ARRAY[TRUE, 'no']", "ARRAY<BOOLEAN> [true,false]"},
        {"ARRAY[1, 'x']", "wrong: invalid input syntax for type INTEGER: \"x\"."},
        {"ARRAY[I, S]", "wrong: operator does not exist: INTEGER = STRING (S)"},
        {"ARRAY[ARRAY[1], ARRAY[L]]", "ARRAY<ARRAY<BIGINT>> [[1],[5]]"},
        {"ARRAY[]", "wrong: Array constructor cannot be empty."},
        {"ARRAY[NULL]", "wrong: Cannot construct an array with all NULL elements"},
        {"MAP('a' := 1, 'b' := L)", "MAP<STRING, BIGINT> {\"a\":1,\"b\":5}"},
        {"MAP(S := NULL)", "wrong: Cannot construct a map with all NULL values"},
        {"STRUCT(x := 1, y := S)", "STRUCT<`X` INTEGER, `Y` STRING> {\"X\":1,\"Y\":\"3\"}"},
        {"STRUCT(x := 1, x := 2)", "wrong: Duplicate field names found in STRUCT: 'X'"},
        {"I IN (1, '3')", "BOOLEAN true"},
        {"S IN ('x', NULL)", "BOOLEAN false"},
        {"L IN (5.0)", "BOOLEAN true"},
        {"I NOT IN (1)", "BOOLEAN true"},
    };
    expression_case_row("{\"I\":3,\"L\":5,\"D\":0.5,\"S\":\"3\"}");
    EXPRESSION_CASES(cases);
}

static void parts_of_collections_are_reached(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"A[1]", "INTEGER 10"},
        {"A[-1]", "INTEGER 30"},
        {"A[4]", "INTEGER null"},
        {"A[0]", "INTEGER null"},
        {"A[-4]", "INTEGER null"},
        {"M['a']", "INTEGER 1"},
        {"M['z']", "INTEGER null"},
        {"T->F", "INTEGER 5"},
        {"XT[1]->G", "STRING \"y\""},
        {"XT[2]->G", "STRING null"},
        {"XS[1]", "STRING null"},
        {"XS[I]", "STRING null"},
        {"T->X", "wrong: Could not find field 'X' in 'T'."},
        {"I[1]", "wrong: Subscript expression (I[1]) do not apply to INTEGER."},
        {"A['x']", "wrong: The subscript of an ARRAY must be an INTEGER"},
        {"I->F", "wrong: Expected STRUCT type, got: INTEGER"},
        {"K", "INTEGER 42"},
        {"ROWTIME", "BIGINT 1500000000000"},
        {"NOSUCH", "wrong: Unknown column NOSUCH."},
    };
    expression_case_row(
        "{\"A\":[10,20,30],\"M\":{\"a\":1},\"T\":{\"F\":5},\"XT\":[{\"G\":\"y\"}]}");
    EXPRESSION_CASES(cases);
}

static void like_knows_wildcards_and_escapes(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"S LIKE 'sal%'", "BOOLEAN true"},
        {"S LIKE '%mon'", "BOOLEAN true"},
        {"S LIKE 's_lmon'", "BOOLEAN true"},
        {"S LIKE 'salmo'", "BOOLEAN false"},
        {"S LIKE '%a%m%'", "BOOLEAN true"},
        {"S NOT LIKE '%x%'", "BOOLEAN true"},
        {"'a%' LIKE 'a!%' ESCAPE '!'", "BOOLEAN true"},
        {"'ab' LIKE 'a!%' ESCAPE '!'", "BOOLEAN false"},
        {"'a.b' LIKE 'a.b'", "BOOLEAN true"},
        {"'axb' LIKE 'a.b'", "BOOLEAN false"},
        {"'' LIKE '%'", "BOOLEAN true"},
        {"'' LIKE '_'", "BOOLEAN false"},
        {"I LIKE 'x'", "wrong: LIKE needs a STRING on both sides"},
        {"XS[1] LIKE 'x'", "failed: an operand is NULL"},
    };
    expression_case_row("{\"S\":\"salmon\",\"I\":1}");
    EXPRESSION_CASES(cases);
}

static void casts_convert_as_ksqldb_does(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"CAST(I AS STRING)", "STRING \"-7\""},
        {"CAST(D AS STRING)", "STRING \"2.9\""},
        {"CAST(D AS INT)", "INTEGER 2"},
        {"CAST(1e30 AS INT)", "INTEGER 2147483647"},
        {"CAST(L AS INT)", "INTEGER -2147483648"},
        {"CAST(' 12 ' AS INT)", "INTEGER 12"},
        {"CAST('1.5' AS DOUBLE)", "DOUBLE 1.5"},
        {"CAST('yes' AS BOOLEAN)", "BOOLEAN true"},
        {"CAST('x' AS BOOLEAN)", "BOOLEAN false"},
        {"CAST(S AS INT)", "INTEGER null"},
        {"CAST(D AS DECIMAL(4, 2))", "DECIMAL(4, 2) 2.90"},
        {"CAST(1.005e0 AS DECIMAL(3, 2))", "DECIMAL(3, 2) 1.00"},
        {"CAST('12.345' AS DECIMAL(4, 2))", "DECIMAL(4, 2) 12.35"},
        {"CAST(123 AS DECIMAL(4, 2))", "DECIMAL(4, 2) null"},
        {"CAST(DEC AS STRING)", "STRING \"1.50\""},
        {"CAST(DEC AS BIGINT)", "BIGINT 1"},
        {"CAST(A AS STRING)", "STRING \"[1, null]\""},
        {"CAST(M AS STRING)", "STRING \"{a=1}\""},
        {"CAST(T AS STRING)", "STRING \"Struct{F=1,G=x}\""},
        {"CAST(A AS ARRAY<STRING>)", "ARRAY<STRING> [\"1\",null]"},
        {"CAST(T AS STRUCT<G STRING, H INT>)",
         "STRUCT<`G` STRING, `H` INTEGER> {\"G\":\"x\",\"H\":null}"},
        {"CAST(TS AS STRING)", "STRING \"1970-01-01T00:00:01.234\""},
        {"CAST(TS AS DATE)", "DATE 0"},
        {"CAST(TS AS TIME)", "TIME 1234"},
        {"CAST(DT AS STRING)", "STRING \"1970-01-11\""},
        {"CAST(DT AS TIMESTAMP)", "TIMESTAMP 864000000"},
        {"CAST('2020-02-29' AS DATE)", "DATE 18321"},
        {"CAST('2021-02-29' AS DATE)", "DATE null"},
        {"CAST('10:20' AS TIME)", "TIME 37200000"},
        {"CAST('2020-02-29T10:00' AS TIMESTAMP)", "TIMESTAMP 1582970400000"},
        {"CAST(NULL AS ARRAY<INT>)", "ARRAY<INTEGER> null"},
        {"CAST(S AS ARRAY<INT>)", "wrong: Cast of STRING to ARRAY<INTEGER> is not supported"},
        {"CAST(B AS INT)", "wrong: Cast of BOOLEAN to INTEGER is not supported"},
    };
    expression_case_row("{\"I\":-7,\"D\":2.9,\"L\":2147483648,\"S\":\"x\",\"DEC\":1.5,\"A\":[1,"
                        "null],\"M\":{\"a\":1},\"T\":{"
                        "\"F\":1,\"G\":\"x\"},\"TS\":1234,\"DT\":10}");
    EXPRESSION_CASES(cases);
}

static void overloads_are_resolved_or_refused(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"ABS(I)", "INTEGER 3"},
        {"ABS(DEC)", "DECIMAL(6, 2) 1.50"},
        {"SQRT(I + 1)", "DOUBLE 2.0"},
        {"GREATEST(I, 5, NULL)", "INTEGER 5"},
        {"GREATEST(I, L)",
         "wrong: Function 'GREATEST' cannot be resolved due to ambiguous method parameters "
         "(INTEGER, BIGINT)."},
        {"GREATEST(I, L, D)", "DOUBLE 3.0"},
        {"GREATEST()", "wrong: Function 'GREATEST' does not accept parameters ()."},
        {"LEAST(S, I)", "wrong: Function 'LEAST' does not accept parameters (STRING, INTEGER)."},
        {"LEAST(DT, '1970-01-02')", "DATE 1"},
        {"ABS(NULL)",
         "wrong: Function 'ABS' cannot be resolved due to ambiguous method parameters (null)."},
        {"ABSS(I)", "wrong: Can't find any functions with the name 'ABSS'. Did you mean ABS?"},
        {"IFNULL(I, L)", "wrong: Function 'IFNULL' does not accept parameters (INTEGER, BIGINT)."},
        {"IFNULL(A, ARRAY[1])", "ARRAY<INTEGER> [1]"},
        {"NULLIF(I, 3)", "INTEGER null"},
        {"COALESCE(NULL, I)", "INTEGER 3"},
        {"COUNT(I)", "wrong: The function COUNT cannot be called here"},
    };
    expression_case_row("{\"I\":3,\"L\":1,\"D\":2.5,\"DEC\":-1.5,\"S\":\"x\",\"DT\":10}");
    EXPRESSION_CASES(cases);
}

static void types_of_aggregates_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *expression, *type;
    } rows[] = {
        {"COUNT(*)", "BIGINT"},
        {"SUM(I) + 1", "INTEGER"},
        {"AVG(I)", "DOUBLE"},
        {"COLLECT_SET(S)", "ARRAY<STRING>"},
        {"LATEST_BY_OFFSET(I, 2)", "ARRAY<INTEGER>"},
        {"MAX(DEC)", "DECIMAL(6, 2)"},
        {"EXPLODE(A)", "INTEGER"},
        {"COUNT(1) * ROWTIME", "BIGINT"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct weir_error err = {0};
        const struct weir_type *type = weir_expression_type(
            expression_case_parse(rows[i].expression), expression_case_arena(), &err);
        assert_non_null(type);
        weir_auto_buffer text;
        weir_buffer_init(&text, 1000);
        weir_type_print(type, &text);
        assert_string_equal(weir_buffer_text(&text), rows[i].type);
    }
    struct weir_error err = {0};
    assert_null(weir_expression_type(expression_case_parse("EARLIEST_BY_OFFSET(I, I)"),
                                     expression_case_arena(), &err));
    assert_string_equal(err.message,
                        "Parameter 2 passed to function EARLIEST_BY_OFFSET must be a literal "
                        "constant, but was expression: 'I'");
    assert_true(err.line == 1 && err.column == 23);
}

static void functions_inside_are_found(void **state)
{
    (void)state;
    assert_true(weir_expression_has_aggregate(expression_case_parse("1 + SUM(I)")));
    assert_false(weir_expression_has_aggregate(expression_case_parse("1 + ABS(I)")));
    assert_true(weir_expression_has_table_function(expression_case_parse("ABS(EXPLODE(A))")));
    assert_true(weir_expression_is_aggregate_call(expression_case_parse("COUNT(*)")));
    assert_false(weir_expression_is_aggregate_call(expression_case_parse("COUNT(*) + 1")));
    assert_true(weir_expression_is_table_function_call(expression_case_parse("EXPLODE(A)")));
}

static void predicates_are_false_when_they_fail(void **state)
{
    (void)state;
    expression_case_row("{\"I\":0}");
    static const struct {
        const char *expression;
        bool holds;
    } rows[] = {{"I = 0", true}, {"1 / I = 0", false}, {"I > 0", false}, {"S LIKE 'x'", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct weir_error err = {0};
        struct weir_evaluator *evaluator =
            weir_evaluator_create(expression_case_parse(rows[i].expression), NULL, &err);
        assert_int_equal(weir_evaluate_predicate(evaluator, expression_case_current_row(),
                                                 expression_case_arena()),
                         rows[i].holds);
        weir_evaluator_destroy(evaluator);
    }
}

static void constants_are_folded(void **state)
{
    (void)state;
    static const struct {
        const char *expression;
        bool constant;
    } rows[] = {{"1 + 2 * 3", true}, {"ROUND(1.5e0)", true},     {"I + 1", false},
                {"RANDOM()", false}, {"CAST('5' AS INT)", true}, {"1 / 0", false},
                {"PI()", true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct weir_error err = {0};
        struct weir_evaluator *evaluator =
            weir_evaluator_create(expression_case_parse(rows[i].expression), NULL, &err);
        assert_int_equal(weir_evaluator_is_constant(evaluator), rows[i].constant);
        weir_evaluator_destroy(evaluator);
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    struct weir_expression *expression = expression_case_parse("I");
    for (int i = 0; i < 1000; i++) {
        struct weir_expression *outer =
            weir_arena_calloc(expression_case_arena(), 1, sizeof *outer);
        outer->kind = WEIR_EXPRESSION_NEGATE;
        outer->operand = expression;
        expression = outer;
    }
    struct weir_error err = {0};
    assert_null(weir_evaluator_create(expression, NULL, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_have_ksqldbs_types),
        cmocka_unit_test(whole_numbers_wrap_and_divide_as_in_java),
        cmocka_unit_test(doubles_follow_ieee),
        cmocka_unit_test(decimals_are_exact_or_fail),
        cmocka_unit_test(arithmetic_on_null_fails),
        cmocka_unit_test(nested_failures_can_be_passed_on),
        cmocka_unit_test(comparison_with_null_is_false),
        cmocka_unit_test(values_compare_across_types),
        cmocka_unit_test(nan_is_neither_equal_nor_unequal),
        cmocka_unit_test(logic_stops_early),
        cmocka_unit_test(lists_find_one_type),
        cmocka_unit_test(parts_of_collections_are_reached),
        cmocka_unit_test(like_knows_wildcards_and_escapes),
        cmocka_unit_test(casts_convert_as_ksqldb_does),
        cmocka_unit_test(overloads_are_resolved_or_refused),
        cmocka_unit_test(types_of_aggregates_are_known),
        cmocka_unit_test(functions_inside_are_found),
        cmocka_unit_test(predicates_are_false_when_they_fail),
        cmocka_unit_test(constants_are_folded),
        cmocka_unit_test(deep_nesting_is_refused),
    };
    return cmocka_run_group_tests(tests, expression_case_setup, expression_case_teardown);
}
