/* statements_test.c - INSERT VALUES, DROP, TERMINATE, SET, SHOW, DESCRIBE. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/tests/program_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define FISH \
    "CREATE STREAM fish (id STRING KEY, weight DOUBLE, n BIGINT) WITH (KAFKA_TOPIC='fish', " \
    "VALUE_FORMAT='JSON');"

static void inserted_values_are_coerced_to_the_columns(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture, FISH "INSERT INTO fish VALUES ('a', 2, 1 + 2);"));
    const struct weir_row *row = &fixture->action.row;
    assert_int_equal(fixture->action.kind, WEIR_ACTION_INSERT);
    assert_int_equal(row->key[0].kind, WEIR_TYPE_STRING);
    assert_memory_equal(row->key[0].text, "a", 1);
    assert_int_equal(row->values[0].kind, WEIR_TYPE_DOUBLE);
    assert_true(row->values[0].number == 2.0);
    assert_int_equal(row->values[1].bigint, 3);
    assert_int_equal(row->timestamp_ms, -1);
    assert_true(program_run(fixture, "INSERT INTO fish (n, rowtime) VALUES (7, 1000);"));
    assert_int_equal(fixture->action.row.timestamp_ms, 1000);
    assert_int_equal(fixture->action.row.key[0].kind, WEIR_TYPE_NULL);
    assert_int_equal(fixture->action.row.values[1].bigint, 7);
}

static void inserts_that_do_not_fit_are_refused(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(
        program_run(fixture, FISH
                    "CREATE TABLE t (id INT PRIMARY KEY, v INT) WITH (KAFKA_TOPIC='t', "
                    "VALUE_FORMAT='JSON');"
                    "CREATE STREAM \"low\" (a INT) WITH (KAFKA_TOPIC='l', VALUE_FORMAT='JSON');"));
    program_refused(fixture, "INSERT INTO low VALUES (1);", 1, 13,
                    "Did you mean \"low\"? Hint: wrap");
    program_refused(fixture, "INSERT INTO fish VALUES ('a', 1);", 1, 1,
                    "Expected a value for each column");
    program_refused(fixture, "INSERT INTO fish (id, id) VALUES ('a', 'b');", 1, 23,
                    "Duplicate column");
    program_refused(fixture, "INSERT INTO fish (length) VALUES (1);", 1, 19, "does not exist");
    program_refused(fixture, "INSERT INTO fish (n) VALUES (weight);", 1, 30, "takes constants");
    program_refused(fixture, "INSERT INTO fish (n) VALUES ('x');", 1, 30, "");
    program_refused(fixture, "INSERT INTO t (v) VALUES (1);", 1, 1, "primary key");
}

static void a_source_in_use_cannot_be_dropped(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(
        program_run(fixture, FISH "CREATE STREAM big AS SELECT * FROM fish WHERE weight > 1;"));
    program_refused(fixture, "DROP STREAM fish;", 1, 13, "Cannot drop FISH.");
    program_refused(fixture, "DROP TABLE fish;", 1, 12, "Incompatible data source type is STREAM");
    program_refused(fixture, "DROP STREAM fsh;", 1, 13,
                    "Stream FSH does not exist. Did you mean \"FISH\"?");
    assert_true(program_run(fixture, "DROP STREAM IF EXISTS fsh;"));
    assert_int_equal(fixture->action.kind, WEIR_ACTION_NONE);
    assert_true(program_run(fixture, "DROP STREAM big DELETE TOPIC;"));
    assert_int_equal(fixture->action.kind, WEIR_ACTION_DROP);
    assert_true(fixture->action.delete_topic);
    assert_int_equal(fixture->action.terminated_count, 1);
    assert_string_equal(fixture->action.terminated[0], "CSAS_BIG_0");
    assert_true(program_run(fixture, "DROP STREAM fish;"));
    assert_null(weir_metastore_source(fixture->metastore, "FISH"));
}

static void queries_are_terminated_by_id_or_all_at_once(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(
        fixture,
        FISH "CREATE STREAM a AS SELECT * FROM fish; CREATE STREAM b AS SELECT * FROM fish;"));
    program_refused(fixture, "TERMINATE nosuch;", 1, 11, "Unknown queryId: NOSUCH");
    assert_true(program_run(fixture, "TERMINATE CSAS_A_0;"));
    assert_int_equal(fixture->action.terminated_count, 1);
    assert_true(program_run(fixture, "TERMINATE ALL;"));
    assert_int_equal(fixture->action.terminated_count, 1);
    assert_int_equal(weir_metastore_query_count(fixture->metastore), 0);
}

static void properties_are_set_and_copied_into_plans(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(
        program_run(fixture, FISH
                    "SET 'auto.offset.reset'='earliest'; CREATE STREAM a AS SELECT * FROM fish;"));
    assert_string_equal(weir_plan_property_value(fixture->action.plan, "auto.offset.reset"),
                        "earliest");
    assert_true(program_run(fixture, "UNSET 'auto.offset.reset';"));
    assert_null(weir_metastore_property(fixture->metastore, "auto.offset.reset"));
    assert_null(weir_plan_property_value(fixture->action.plan ? fixture->action.plan
                                                              : &(struct weir_query_plan){0},
                                         "auto.offset.reset"));
}

static void show_and_describe_give_text(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture, FISH "SHOW STREAMS;"));
    assert_non_null(strstr(fixture->action.text, " FISH "));
    assert_true(program_run(fixture, "DESCRIBE fish EXTENDED;"));
    assert_non_null(strstr(fixture->action.text, "STRING  (key)"));
    assert_non_null(strstr(fixture->action.text, "Kafka topic          : fish"));
    assert_true(program_run(fixture, "SHOW FUNCTIONS;"));
    assert_non_null(strstr(fixture->action.text, "COUNT"));
    assert_true(program_run(fixture, "DESCRIBE FUNCTION count;"));
    assert_non_null(strstr(fixture->action.text, "AGGREGATE"));
    assert_true(program_run(fixture, "DEFINE x='1'; SHOW VARIABLES;"));
    assert_non_null(strstr(fixture->action.text, " X "));
    program_refused(fixture, "DESCRIBE nosuch;", 1, 10, "Could not find STREAM/TABLE 'NOSUCH'");
    program_refused(fixture, "DESCRIBE FUNCTION countt;", 1, 19, "Did you mean COUNT?");
    program_refused(fixture, "SHOW CONNECTORS;", 1, 1, "weir-source plugins");
}

static void a_source_that_was_dropped_stays_readable_for_its_plans(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture, FISH));
    const struct weir_source *source = fixture->action.source;
    assert_true(program_run(fixture, "DROP STREAM fish;" FISH));
    assert_ptr_not_equal(source, fixture->action.source);
    assert_string_equal(source->topic, "fish");
    assert_int_equal(weir_metastore_source_count(fixture->metastore), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(inserted_values_are_coerced_to_the_columns, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(inserts_that_do_not_fit_are_refused, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(a_source_in_use_cannot_be_dropped, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(queries_are_terminated_by_id_or_all_at_once, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(properties_are_set_and_copied_into_plans, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(show_and_describe_give_text, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(a_source_that_was_dropped_stays_readable_for_its_plans,
                                        program_set_up, program_tear_down),
    };
    return cmocka_run_group_tests_name("statements", tests, NULL, NULL);
}
