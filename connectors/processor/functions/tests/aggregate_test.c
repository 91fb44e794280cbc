/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/aggregate.h"
#include "connectors/processor/functions/table_function.h"
#include "connectors/processor/functions/tests/expression_case.h"
#include "core/base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 12 };

static struct weir_expression_options options;

static struct weir_aggregate *create(const struct weir_expression *call)
{
    struct weir_error err = {0};
    const struct weir_expression *arguments[8];
    for (size_t i = 0; i < call->call.argument_count; i++) {
        arguments[i] = call->call.arguments[i];
    }
    struct weir_aggregate *aggregate = weir_aggregate_create(
        call->call.name, call->place, arguments, call->call.argument_count, &options, &err);
    if (!aggregate) {
        fail_msg("%s", err.message);
    }
    return aggregate;
}

/* Evaluates the arguments over a row and gives them to update or undo. */
static bool apply(struct weir_aggregate *aggregate, const struct weir_expression *call, void *state,
                  const char *row, bool undo)
{
    struct weir_value arguments[4];
    expression_case_row(row);
    for (size_t i = 0; i < weir_aggregate_argument_count(aggregate); i++) {
        struct weir_error err = {0};
        struct weir_evaluator *evaluator =
            weir_evaluator_create(call->call.arguments[i], NULL, &err);
        assert_non_null(evaluator);
        weir_evaluate(evaluator, expression_case_current_row(), expression_case_arena(),
                      &arguments[i]);
        arguments[i] = weir_value_copy(expression_case_arena(), &arguments[i]);
        weir_evaluator_destroy(evaluator);
    }
    return undo ? weir_aggregate_undo(aggregate, state, arguments)
                : weir_aggregate_update(aggregate, state, arguments);
}

static const char *result_of(struct weir_aggregate *aggregate, const void *state)
{
    struct weir_value value;
    assert_true(weir_aggregate_result(aggregate, state, expression_case_arena(), &value));
    return expression_case_print(&value, weir_aggregate_type(aggregate));
}

static void *new_state(struct weir_aggregate *aggregate)
{
    void *state = weir_alloc(weir_aggregate_state_bytes(aggregate));
    weir_aggregate_init(aggregate, state);
    return state;
}

static void free_state(struct weir_aggregate *aggregate, void *state)
{
    weir_aggregate_fini(aggregate, state);
    weir_free(state);
}

/* A state that was saved and loaded gives the same result, and goes on the same way. */
static void *reload(struct weir_aggregate *aggregate, void *state)
{
    struct weir_value saved = weir_aggregate_save(aggregate, state, expression_case_arena());
    saved = weir_value_copy(expression_case_arena(), &saved);
    assert_int_equal(weir_value_is_null(&saved) ? WEIR_TYPE_NULL
                                                : (int)weir_aggregate_state_type(aggregate)->kind,
                     saved.kind);
    void *loaded = new_state(aggregate);
    assert_true(weir_aggregate_load(aggregate, loaded, &saved));
    free_state(aggregate, state);
    return loaded;
}

struct run {
    const char *call;
    const char *rows[ROWS_MAX]; /* "-{...}": undone */
    const char *result;
};

static void assert_run(const struct run *run)
{
    struct weir_expression *call = expression_case_parse(run->call);
    struct weir_aggregate *aggregate = create(call);
    void *state = new_state(aggregate);
    for (size_t i = 0; i < ROWS_MAX && run->rows[i]; i++) {
        bool undo = run->rows[i][0] == '-';
        assert_true(apply(aggregate, call, state, run->rows[i] + undo, undo));
        if (i % 2 == 1) {
            state = reload(aggregate, state);
        }
    }
    if (strcmp(result_of(aggregate, state), run->result) != 0) {
        fail_msg("%s\n  is       %s\n  must be  %s", run->call, result_of(aggregate, state),
                 run->result);
    }
    free_state(aggregate, state);
    weir_aggregate_destroy(aggregate);
}

static void assert_runs(const struct run *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_run(&runs[i]);
    }
}
#define RUNS(array) assert_runs((array), sizeof(array) / sizeof *(array))

static void numbers_are_summed(void **state)
{
    (void)state;
    static const struct run runs[] = {
        {"COUNT(*)", {"{}", "{}", "{}"}, "BIGINT 3"},
        {"COUNT(I)", {"{}", "{\"I\":1}", "{\"I\":2}"}, "BIGINT 2"},
        {"COUNT(1)", {"{}"}, "BIGINT 1"},
        {"COUNT(*)", {"{}", "{}", "-{}"}, "BIGINT 1"},
        {"SUM(I)", {"{\"I\":1}", "{}", "{\"I\":2}"}, "INTEGER 3"},
        {"SUM(I)", {"{\"I\":2147483647}", "{\"I\":1}"}, "INTEGER -2147483648"},
        {"SUM(L)", {"{\"L\":5}", "{\"L\":7}", "-{\"L\":5}"}, "BIGINT 7"},
        {"SUM(D)", {"{\"D\":0.5}", "{\"D\":1.5}"}, "DOUBLE 2.0"},
        {"SUM(DEC)", {"{\"DEC\":0.5}", "{\"DEC\":1.25}", "-{\"DEC\":0.5}"}, "DECIMAL(6, 2) 1.25"},
        {"SUM(DEC)", {"{}"}, "DECIMAL(6, 2) 0.00"},
        {"SUM(I)", {NULL}, "INTEGER 0"},
        {"SUM_LIST(A)", {"{\"A\":[1,2]}", "{\"A\":[3,null]}", "{}"}, "INTEGER 6"},
        {"AVG(I)", {"{\"I\":1}", "{\"I\":2}", "{}", "{\"I\":2}"}, "DOUBLE 1.6666666666666667"},
        {"AVG(D)", {"{\"D\":1}", "{\"D\":4}", "-{\"D\":1}"}, "DOUBLE 4.0"},
        {"AVG(L)", {"{}"}, "DOUBLE 0.0"},
    };
    RUNS(runs);
}

static void a_decimal_sum_past_its_digits_fails(void **state)
{
    (void)state;
    struct weir_expression *call = expression_case_parse("SUM(DEC)");
    struct weir_aggregate *aggregate = create(call);
    void *sum = new_state(aggregate);
    assert_true(apply(aggregate, call, sum, "{\"DEC\":9999.99}", false));
    assert_false(apply(aggregate, call, sum, "{\"DEC\":0.01}", false));
    assert_string_equal(result_of(aggregate, sum), "DECIMAL(6, 2) 9999.99");
    free_state(aggregate, sum);
    weir_aggregate_destroy(aggregate);
}

static void extremes_are_kept(void **state)
{
    (void)state;
    static const struct run runs[] = {
        {"MIN(I)", {"{\"I\":5}", "{}", "{\"I\":3}", "{\"I\":4}"}, "INTEGER 3"},
        {"MAX(S)",
         {"{\"S\":\"b\"}", "{\"S\":\"longer text than before\"}", "{\"S\":\"a\"}"},
         "STRING \"longer text than before\""},
        {"MAX(DEC)", {"{\"DEC\":1.5}", "{\"DEC\":12.5}"}, "DECIMAL(6, 2) 12.50"},
        {"MIN(TS)", {"{}"}, "TIMESTAMP null"},
        {"MAX(Y)", {"{\"Y\":\"AA==\"}", "{\"Y\":\"/w==\"}"}, "BYTES \"/w==\""},
    };
    RUNS(runs);
}

static void values_are_collected(void **state)
{
    (void)state;
    static const struct run runs[] = {
        {"COLLECT_LIST(S)",
         {"{\"S\":\"a\"}", "{}", "{\"S\":\"a\"}"},
         "ARRAY<STRING> [\"a\",null,\"a\"]"},
        {"COLLECT_LIST(I)",
         {"{\"I\":1}", "{\"I\":2}", "{\"I\":1}", "-{\"I\":1}"},
         "ARRAY<INTEGER> [1,2]"},
        {"COLLECT_SET(S)",
         {"{\"S\":\"a\"}", "{}", "{\"S\":\"b\"}", "{\"S\":\"a\"}", "{}"},
         "ARRAY<STRING> [\"a\",null,\"b\"]"},
        {"COLLECT_SET(A)",
         {"{\"A\":[1]}", "{\"A\":[1]}", "{\"A\":[2]}"},
         "ARRAY<ARRAY<INTEGER>> [[1],[2]]"},
        {"COUNT_DISTINCT(S)",
         {"{\"S\":\"a\"}", "{}", "{\"S\":\"b\"}", "{\"S\":\"a\"}"},
         "BIGINT 2"},
        {"COLLECT_LIST(I)", {NULL}, "ARRAY<INTEGER> []"},
    };
    RUNS(runs);
    options = (struct weir_expression_options){.collect_list_limit = 2, .collect_set_limit = 1};
    static const struct run limited[] = {
        {"COLLECT_LIST(I)", {"{\"I\":1}", "{\"I\":2}", "{\"I\":3}"}, "ARRAY<INTEGER> [1,2]"},
        {"COLLECT_SET(I)", {"{\"I\":1}", "{\"I\":2}"}, "ARRAY<INTEGER> [1]"},
    };
    RUNS(limited);
    options = (struct weir_expression_options){0};
}

static void large_sets_and_lists_stay_right(void **state)
{
    (void)state;
    struct weir_aggregate *set = create(expression_case_parse("COLLECT_SET(S)"));
    struct weir_aggregate *list = create(expression_case_parse("COLLECT_LIST(S)"));
    void *set_state = new_state(set), *list_state = new_state(list);
    enum { COUNT = 20000 };
    for (int i = 0; i < COUNT; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "value %d", i % (COUNT / 2));
        struct weir_value value = {
            .text = text, .length = (uint32_t)length, .kind = WEIR_TYPE_STRING};
        weir_aggregate_update(set, set_state, &value);
        weir_aggregate_update(list, list_state, &value);
    }
    struct weir_value value;
    weir_aggregate_result(set, set_state, expression_case_arena(), &value);
    assert_int_equal(value.length, COUNT / 2);
    assert_int_equal(value.items[9999].length, 10);
    for (int i = 0; i < COUNT - 10; i++) {
        weir_aggregate_result(list, list_state, expression_case_arena(), &value);
        struct weir_value last = value.items[value.length - 1];
        assert_true(weir_aggregate_undo(list, list_state, &last));
    }
    weir_aggregate_result(list, list_state, expression_case_arena(), &value);
    assert_int_equal(value.length, 10);
    assert_memory_equal(value.items[9].text, "value 9", 7);
    assert_true(weir_aggregate_memory_bytes(list, list_state) > 0);
    free_state(set, set_state);
    free_state(list, list_state);
    weir_aggregate_destroy(set);
    weir_aggregate_destroy(list);
}

static void first_and_last_values_are_kept(void **state)
{
    (void)state;
    static const struct run runs[] = {
        {"EARLIEST_BY_OFFSET(S)", {"{}", "{\"S\":\"a\"}", "{\"S\":\"b\"}"}, "STRING \"a\""},
        {"EARLIEST_BY_OFFSET(S, false)", {"{}", "{\"S\":\"a\"}"}, "STRING null"},
        {"EARLIEST_BY_OFFSET(I, 2)",
         {"{}", "{\"I\":1}", "{\"I\":2}", "{\"I\":3}"},
         "ARRAY<INTEGER> [1,2]"},
        {"EARLIEST_BY_OFFSET(I, 2, false)",
         {"{}", "{\"I\":1}", "{\"I\":2}"},
         "ARRAY<INTEGER> [null,1]"},
        {"LATEST_BY_OFFSET(S)", {"{\"S\":\"a\"}", "{\"S\":\"bb\"}", "{}"}, "STRING \"bb\""},
        {"LATEST_BY_OFFSET(S, false)", {"{\"S\":\"a\"}", "{}"}, "STRING null"},
        {"LATEST_BY_OFFSET(I, 2)",
         {"{\"I\":1}", "{\"I\":2}", "{}", "{\"I\":3}"},
         "ARRAY<INTEGER> [2,3]"},
        {"LATEST_BY_OFFSET(I, 2)", {"{}"}, "ARRAY<INTEGER> []"},
        {"LATEST_BY_OFFSET(T)",
         {"{\"T\":{\"F\":1,\"G\":\"x\"}}"},
         "STRUCT<`F` INTEGER, `G` STRING> {\"F\":1,\"G\":\"x\"}"},
    };
    RUNS(runs);
}

/* Two states that were updated in turns, merged. */
static void the_largest_values_are_kept_in_order(void **state)
{
    (void)state;
    static const struct run runs[] = {
        {"TOPK(I, 2)",
         {"{\"I\":1}", "{\"I\":5}", "{}", "{\"I\":5}", "{\"I\":3}"},
         "ARRAY<INTEGER> [5,5]"},
        {"TOPK(S, 3)", {"{\"S\":\"a\"}", "{\"S\":\"c\"}"}, "ARRAY<STRING> [\"c\",\"a\"]"},
        {"TOPK(D, S, I, 2)",
         {"{\"D\":1.5,\"S\":\"a\"}", "{\"D\":1.5,\"S\":\"b\",\"I\":2}", "{\"S\":\"c\"}",
          "{\"D\":1.5,\"S\":\"d\"}"},
         "ARRAY<STRUCT<`sort_col` DOUBLE, `col0` STRING, `col1` INTEGER>> "
         "[{\"sort_col\":1.5,\"col0\":\"a\",\"col1\":null},"
         "{\"sort_col\":1.5,\"col0\":\"b\",\"col1\":2}]"},
        {"TOPKDISTINCT(L, 2)",
         {"{\"L\":1}", "{\"L\":5}", "{\"L\":5}", "{\"L\":3}", "{}"},
         "ARRAY<BIGINT> [5,3]"},
        {"TOPKDISTINCT(DEC, 2)",
         {"{\"DEC\":1.5}", "{\"DEC\":1.50}", "{\"DEC\":1}"},
         "ARRAY<DECIMAL(6, 2)> [1.50,1.00]"},
    };
    assert_runs(runs, sizeof runs / sizeof *runs);
}

static void occurrences_are_counted(void **state)
{
    (void)state;
    static const struct run runs[] = {
        {"ATTR(S)", {"{\"S\":\"a\"}", "{\"S\":\"a\"}"}, "STRING \"a\""},
        {"ATTR(S)", {"{\"S\":\"a\"}", "{}"}, "STRING null"},
        {"ATTR(S)",
         {"{\"S\":\"a\"}", "{\"S\":\"b\"}", "{\"S\":\"b\"}", "-{\"S\":\"a\"}"},
         "STRING \"b\""},
        {"ATTR(S)", {"{\"S\":\"a\"}", "-{\"S\":\"a\"}", "-{\"S\":\"a\"}"}, "STRING null"},
        {"HISTOGRAM(S)",
         {"{\"S\":\"a\"}", "{\"S\":\"b\"}", "{}", "{\"S\":\"a\"}", "-{\"S\":\"b\"}"},
         "MAP<STRING, BIGINT> {\"a\":2}"},
    };
    assert_runs(runs, sizeof runs / sizeof *runs);
}

static void a_histogram_has_at_most_1000_values(void **state)
{
    (void)state;
    struct weir_expression *call = expression_case_parse("HISTOGRAM(S)");
    struct weir_aggregate *aggregate = create(call);
    void *counts = new_state(aggregate);
    char text[16];
    for (int i = 0; i < 1500; i++) {
        struct weir_value value = {.text = text, .kind = WEIR_TYPE_STRING};
        value.length = (uint32_t)snprintf(text, sizeof text, "v%d", i);
        assert_true(weir_aggregate_update(aggregate, counts, &value));
        if (i < 400) { /* their places are free again */
            assert_true(weir_aggregate_undo(aggregate, counts, &value));
        }
    }
    struct weir_value result;
    assert_true(weir_aggregate_result(aggregate, counts, expression_case_arena(), &result));
    assert_int_equal(result.length, 1000);
    assert_memory_equal(result.items[0].text, "v400", 4);
    free_state(aggregate, counts);
    weir_aggregate_destroy(aggregate);
}

static void statistics_are_computed_in_one_pass(void **state)
{
    (void)state;
    static const struct run runs[] = {
        {"CORRELATION(CAST(I AS DOUBLE), CAST(L AS DOUBLE))",
         {"{\"I\":1,\"L\":8}"},
         "DOUBLE \"NaN\""},
        {"CORRELATION(CAST(I AS DOUBLE), CAST(L AS DOUBLE))",
         {"{\"I\":1,\"L\":8}", "{\"I\":-1,\"L\":-2}", "{\"I\":9}", "{\"I\":7,\"L\":7}",
          "-{\"I\":7,\"L\":7}", "{\"I\":-4,\"L\":-1}"},
         "DOUBLE 0.7455284088780169"},
        {"STDDEV_SAMPLE(I)", {"{\"I\":4}"}, "DOUBLE 0.0"},
        {"STDDEV_SAMPLE(I)",
         {"{\"I\":2}", "{\"I\":4}", "{\"I\":90}", "{}", "-{\"I\":90}", "{\"I\":6}"},
         "DOUBLE 2.0"},
        {"STDDEV_SAMP(D)", {"{\"D\":2}", "{\"D\":4}", "{\"D\":6}"}, "DOUBLE 4.0"},
        {"STDDEV_SAMPLE(L)", {"{\"L\":10}", "{\"L\":12}"}, "DOUBLE 1.4142135623730951"},
    };
    assert_runs(runs, sizeof runs / sizeof *runs);
}

static const char *merged(const char *text, const char *const *rows, size_t count)
{
    struct weir_expression *call = expression_case_parse(text);
    struct weir_aggregate *aggregate = create(call);
    void *one = new_state(aggregate), *two = new_state(aggregate);
    for (size_t i = 0; i < count; i++) {
        assert_true(apply(aggregate, call, i % 2 == 0 ? one : two, rows[i], false));
    }
    assert_true(weir_aggregate_can_merge(aggregate));
    assert_true(weir_aggregate_merge(aggregate, one, two));
    const char *result = result_of(aggregate, one);
    free_state(aggregate, one);
    free_state(aggregate, two);
    weir_aggregate_destroy(aggregate);
    return result;
}

static void states_are_merged(void **state)
{
    (void)state;
    static const char *const rows[] = {"{\"I\":1,\"DEC\":1}", "{\"I\":2,\"DEC\":0.5}", "{\"I\":3}",
                                       "{\"I\":2}"};
    static const struct {
        const char *call, *result;
    } cases[] = {
        {"COUNT(*)", "BIGINT 4"},
        {"SUM(I)", "INTEGER 8"},
        {"SUM(DEC)", "DECIMAL(6, 2) 1.50"},
        {"AVG(I)", "DOUBLE 2.0"},
        {"MIN(I)", "INTEGER 1"},
        {"MAX(I)", "INTEGER 3"},
        {"COLLECT_LIST(I)", "ARRAY<INTEGER> [1,3,2,2]"},
        {"COLLECT_SET(I)", "ARRAY<INTEGER> [1,3,2]"},
        {"EARLIEST_BY_OFFSET(I)", "INTEGER 1"},
        {"LATEST_BY_OFFSET(I)", "INTEGER 2"},
        {"EARLIEST_BY_OFFSET(I, 3)", "ARRAY<INTEGER> [1,2,3]"},
        {"LATEST_BY_OFFSET(I, 3)", "ARRAY<INTEGER> [1,2,3]"},
        {"TOPK(I, 3)", "ARRAY<INTEGER> [3,2,2]"},
        {"TOPKDISTINCT(I, 3)", "ARRAY<INTEGER> [3,2,1]"},
        {"TOPK(I, DEC, 2)", "ARRAY<STRUCT<`sort_col` INTEGER, `col0` DECIMAL(6, 2)>> "
                            "[{\"sort_col\":3,\"col0\":null},{\"sort_col\":2,\"col0\":0.50}]"},
        {"ATTR(I)", "INTEGER null"},
        {"HISTOGRAM(CAST(I AS STRING))", "MAP<STRING, BIGINT> {\"1\":1,\"3\":1,\"2\":2}"},
        {"STDDEV_SAMPLE(I)", "DOUBLE 0.816496580927726"},
        {"STDDEV_SAMP(CAST(I AS DOUBLE))", "DOUBLE 0.6666666666666666"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(merged(cases[i].call, rows, 4), cases[i].result);
    }
}

static void what_can_be_split_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *call;
        bool splittable, undo;
    } cases[] = {{"COUNT(*)", true, true},         {"SUM(I)", true, true},
                 {"SUM(D)", false, true},          {"AVG(D)", false, true},
                 {"MIN(D)", true, false},          {"COLLECT_SET(I)", false, false},
                 {"COLLECT_LIST(I)", false, true}, {"LATEST_BY_OFFSET(I)", false, false},
                 {"TOPK(I, 2)", true, false},      {"TOPK(I, S, 2)", false, false},
                 {"ATTR(I)", true, true},          {"HISTOGRAM(S)", false, true},
                 {"STDDEV_SAMPLE(I)", false, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_aggregate *aggregate = create(expression_case_parse(cases[i].call));
        assert_int_equal(weir_aggregate_is_splittable(aggregate), cases[i].splittable);
        assert_int_equal(weir_aggregate_can_undo(aggregate), cases[i].undo);
        weir_aggregate_destroy(aggregate);
    }
}

static void foreign_states_are_refused(void **state)
{
    (void)state;
    static const char *const calls[] = {"COUNT(*)",
                                        "SUM(I)",
                                        "AVG(I)",
                                        "COLLECT_LIST(I)",
                                        "COLLECT_SET(I)",
                                        "LATEST_BY_OFFSET(I)",
                                        "LATEST_BY_OFFSET(I, 2)",
                                        "MIN(I)",
                                        "TOPK(I, 2)",
                                        "TOPKDISTINCT(I, 2)",
                                        "ATTR(I)",
                                        "HISTOGRAM(S)",
                                        "CORRELATION(D, D)",
                                        "STDDEV_SAMPLE(I)"};
    struct weir_value foreign = {.text = "x", .length = 1, .kind = WEIR_TYPE_STRING};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct weir_aggregate *aggregate = create(expression_case_parse(calls[i]));
        void *loaded = new_state(aggregate);
        assert_false(weir_aggregate_load(aggregate, loaded, &foreign));
        free_state(aggregate, loaded);
        weir_aggregate_destroy(aggregate);
    }
}

static const char *explode(const char *text, const char *row)
{
    struct weir_error err = {0};
    expression_case_row(row);
    struct weir_table_evaluator *evaluator =
        weir_table_evaluator_create(expression_case_parse(text), NULL, &err);
    assert_non_null(evaluator);
    const struct weir_value *items;
    size_t count;
    assert_true(weir_table_evaluate(evaluator, expression_case_current_row(),
                                    expression_case_arena(), &items, &count));
    struct weir_value array = {.items = items, .length = (uint32_t)count, .kind = WEIR_TYPE_ARRAY};
    const struct weir_type *type =
        weir_type_array(expression_case_arena(), weir_table_evaluator_type(evaluator));
    const char *result = expression_case_print(&array, type);
    weir_table_evaluator_destroy(evaluator);
    return result;
}

static void table_functions_give_rows(void **state)
{
    (void)state;
    assert_string_equal(explode("EXPLODE(A)", "{\"A\":[1,null,3]}"), "ARRAY<INTEGER> [1,null,3]");
    assert_string_equal(explode("EXPLODE(A)", "{}"), "ARRAY<INTEGER> []");
    assert_string_equal(explode("CUBE_EXPLODE(A)", "{\"A\":[1,2]}"),
                        "ARRAY<ARRAY<INTEGER>> [[null,null],[null,2],[1,null],[1,2]]");
    assert_string_equal(explode("CUBE_EXPLODE(A)", "{\"A\":[1,null]}"),
                        "ARRAY<ARRAY<INTEGER>> [[null,null],[1,null]]");
    struct weir_error err = {0};
    assert_null(weir_table_evaluator_create(expression_case_parse("ABS(I)"), NULL, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_summed),
        cmocka_unit_test(a_decimal_sum_past_its_digits_fails),
        cmocka_unit_test(extremes_are_kept),
        cmocka_unit_test(values_are_collected),
        cmocka_unit_test(large_sets_and_lists_stay_right),
        cmocka_unit_test(first_and_last_values_are_kept),
        cmocka_unit_test(the_largest_values_are_kept_in_order),
        cmocka_unit_test(occurrences_are_counted),
        cmocka_unit_test(a_histogram_has_at_most_1000_values),
        cmocka_unit_test(statistics_are_computed_in_one_pass),
        cmocka_unit_test(states_are_merged),
        cmocka_unit_test(what_can_be_split_is_known),
        cmocka_unit_test(foreign_states_are_refused),
        cmocka_unit_test(table_functions_give_rows),
    };
    return cmocka_run_group_tests(tests, expression_case_setup, expression_case_teardown);
}
