/* create_source_test.c */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/tests/program_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_stream_has_its_columns_formats_and_topic(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(
        fixture, "CREATE STREAM fish (id STRING KEY, weight DOUBLE, tags ARRAY<STRING>) "
                 "WITH (KAFKA_TOPIC='MISSING-fish', VALUE_FORMAT='json', PARTITIONS=6);"));
    const struct weir_source *source = weir_metastore_source(fixture->metastore, "FISH");
    assert_ptr_equal(source, fixture->action.source);
    assert_false(source->table);
    assert_int_equal(source->schema.key_count, 1);
    assert_int_equal(source->schema.value_count, 2);
    assert_int_equal(source->formats.key.kind, WEIR_FORMAT_KAFKA);
    assert_int_equal(source->formats.value.kind, WEIR_FORMAT_JSON);
    assert_false(source->formats.value.unwrapped);
    assert_true(fixture->action.topic.create);
    assert_int_equal(fixture->action.topic.partitions, 6);
    assert_false(fixture->action.topic.compact);
}

static void defaults_come_from_the_session(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture,
                            "SET 'ksql.persistence.default.format.value'='JSON';"
                            "SET 'ksql.persistence.default.format.key'='JSON';"
                            "SET 'ksql.persistence.wrap.single.values'='false';"
                            "CREATE TABLE t (id INT PRIMARY KEY, v INT) WITH (KAFKA_TOPIC='t');"));
    assert_int_equal(fixture->action.source->formats.key.kind, WEIR_FORMAT_JSON);
    assert_true(fixture->action.source->formats.value.unwrapped);
    assert_true(fixture->action.topic.compact);
    assert_false(fixture->action.topic.create);
}

static void window_timestamp_and_headers_are_kept(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(
        fixture,
        "CREATE STREAM w (k STRING KEY, ts STRING, h BYTES HEADER('trace'), v INT) WITH "
        "(KAFKA_TOPIC='w', "
        "VALUE_FORMAT='JSON', TIMESTAMP='ts', TIMESTAMP_FORMAT='yyyy', WINDOW_TYPE='tumbling', "
        "WINDOW_SIZE='2 minutes');"));
    const struct weir_source *source = fixture->action.source;
    assert_int_equal(source->schema.window, WEIR_WINDOW_TIME);
    assert_int_equal(source->schema.window_size_ms, 120000);
    assert_false(source->timestamp.in_key);
    assert_int_equal(source->timestamp.index, 0);
    assert_int_equal(source->header_count, 1);
    assert_int_equal(source->headers[0].value_index, 1);
    assert_string_equal(source->headers[0].header, "trace");
}

static void a_users_type_can_be_used_and_dropped(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture,
                            "CREATE TYPE point AS STRUCT<x INT, y INT>;"
                            "CREATE STREAM s (p point, l ARRAY<point>) WITH (KAFKA_TOPIC='s', "
                            "VALUE_FORMAT='JSON');"));
    assert_int_equal(fixture->action.source->schema.values[1].type->element->field_count, 2);
    program_refused(fixture, "CREATE TYPE point AS INT;", 1, 1, "already registered");
    assert_true(program_run(fixture, "CREATE TYPE IF NOT EXISTS point AS INT; DROP TYPE point;"));
    program_refused(fixture, "DROP TYPE point;", 1, 11, "does not exist");
    program_refused(fixture,
                    "CREATE STREAM t (p point) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');", 1, 20,
                    "unknown type: POINT");
}

static void replacing_may_only_add_columns(void **state)
{
    struct program_fixture *fixture = *state;
    const char *with = " WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');";
    char text[256];
    snprintf(text, sizeof(text), "CREATE STREAM s (a INT)%s", with);
    assert_true(program_run(fixture, text));
    program_refused(fixture, text, 1, 15, "A stream with the same name already exists");
    snprintf(text, sizeof(text), "CREATE OR REPLACE STREAM s (a INT, b INT)%s", with);
    assert_true(program_run(fixture, text));
    assert_int_equal(weir_metastore_source(fixture->metastore, "S")->schema.value_count, 2);
    snprintf(text, sizeof(text), "CREATE OR REPLACE STREAM s (b INT)%s", with);
    program_refused(fixture, text, 1, 26, "not upgradeable");
    snprintf(text, sizeof(text), "CREATE STREAM IF NOT EXISTS s (b INT)%s", with);
    assert_true(program_run(fixture, text));
    assert_int_equal(fixture->action.kind, WEIR_ACTION_NONE);
    assert_true(program_run(fixture, "ALTER STREAM s ADD COLUMN c STRING;"));
    assert_int_equal(weir_metastore_source(fixture->metastore, "S")->schema.value_count, 3);
    program_refused(fixture, "ALTER STREAM s ADD COLUMN c STRING;", 1, 27, "already exists");
}

static void mistakes_are_told_at_their_place(void **state)
{
    struct program_fixture *fixture = *state;
    static const struct {
        const char *text;
        uint32_t column;
        const char *part;
    } cases[] = {
        {"CREATE STREAM s (a INT);", 24, "VALUE_FORMAT"},
        {"CREATE STREAM s (a INT) WITH (VALUE_FORMAT='JSON');", 25, "KAFKA_TOPIC"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMT='JSON');", 48,
         "Did you mean VALUE_FORMAT?"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSN');", 48,
         "Did you mean JSON?"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='AVRO');", 48,
         "not supported"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC=5, VALUE_FORMAT='JSON');", 31,
         "expected a text"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', FORMAT='JSON', VALUE_FORMAT='JSON');", 63,
         "Cannot supply both"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=0);", 69,
         "PARTITIONS"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='MISSING', VALUE_FORMAT='JSON');", 25,
         "does not exist"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=3);", 25,
         "already exists"},
        {"CREATE STREAM s (a INT, a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 25,
         "Duplicate column"},
        {"CREATE STREAM s (a INT PRIMARY KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 18,
         "use 'KEY'"},
        {"CREATE TABLE s (a INT KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 17,
         "use 'PRIMARY KEY'"},
        {"CREATE TABLE s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 14,
         "require a PRIMARY KEY"},
        {"CREATE STREAM s (rowtime INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 18,
         "reserved column name"},
        {"CREATE STREAM s (a BOOLEAN KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 15,
         "does not support type"},
        {"CREATE STREAM s (a MAP<STRING, INT> KEY) WITH (KAFKA_TOPIC='s', FORMAT='JSON');", 15,
         "Map keys"},
        {"CREATE STREAM s (a INT KEY) WITH (KAFKA_TOPIC='s', KEY_FORMAT='NONE', "
         "VALUE_FORMAT='JSON');",
         15, "NONE"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', "
         "VALUE_DELIMITER='|');",
         25, "[delimiter]"},
        {"CREATE STREAM s (a INT, b INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', "
         "WRAP_SINGLE_VALUE=true);",
         76, "single-field"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', TIMESTAMP='b');", 69,
         "TIMESTAMP column"},
        {"CREATE STREAM s (a STRING) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', TIMESTAMP='a');",
         72, "TIMESTAMP_FORMAT"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', TIMESTAMP='a');", 69,
         "should be BIGINT"},
        {"CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', "
         "WINDOW_TYPE='SESSION');",
         25, "key column"},
        {"CREATE STREAM s (a INT KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', "
         "WINDOW_TYPE='HOPPING');",
         29, "WINDOW_SIZE"},
        {"CREATE STREAM s (h INT HEADERS) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 18,
         "HEADERS"},
        {"CREATE STREAM s (a DECIMAL(2, 3)) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');", 20,
         "precision"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        program_refused(fixture, cases[i].text, 1, cases[i].column, cases[i].part);
    }
}

static void a_wrong_date_time_pattern_is_told_at_the_timestamp(void **state)
{
    struct program_fixture *fixture = *state;
    program_refused(fixture,
                    "CREATE STREAM s (a STRING) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', "
                    "TIMESTAMP='a', TIMESTAMP_FORMAT='bogus');",
                    1, 72, "Invalid date-time pattern 'bogus'");
}

static void connectors_are_refused_with_the_executable_that_runs_them(void **state)
{
    struct program_fixture *fixture = *state;
    program_refused(fixture,
                    "CREATE SOURCE CONNECTOR c WITH ('connector.class'='MongoDbAtlasSource');", 1,
                    1, "weir-source run");
    assert_int_equal(fixture->err.code, WEIR_SQL_UNSUPPORTED);
    program_refused(fixture, "CREATE SINK CONNECTOR c WITH ('connector.class'='HttpSink');", 1, 1,
                    "weir-sink run");
    assert_int_equal(fixture->err.code, WEIR_SQL_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stream_has_its_columns_formats_and_topic, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(defaults_come_from_the_session, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(window_timestamp_and_headers_are_kept, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(a_users_type_can_be_used_and_dropped, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(replacing_may_only_add_columns, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_told_at_their_place, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_date_time_pattern_is_told_at_the_timestamp,
                                        program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(connectors_are_refused_with_the_executable_that_runs_them,
                                        program_set_up, program_tear_down),
    };
    return cmocka_run_group_tests_name("create_source", tests, NULL, NULL);
}
