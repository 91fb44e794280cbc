/* query_test.c - plans of queries. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/tests/program_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SOURCES \
    "CREATE OR REPLACE STREAM s (id INT KEY, name STRING, n BIGINT, p STRUCT<x INT, y STRING>, l " \
    "ARRAY<INT>) WITH " \
    "(KAFKA_TOPIC='s', VALUE_FORMAT='JSON');" \
    "CREATE OR REPLACE STREAM r (id INT KEY, name STRING, m DOUBLE) WITH (KAFKA_TOPIC='r', " \
    "VALUE_FORMAT='JSON');" \
    "CREATE OR REPLACE TABLE t (id INT PRIMARY KEY, v STRING, f INT) WITH (KAFKA_TOPIC='t', " \
    "VALUE_FORMAT='JSON');" \
    "CREATE OR REPLACE TABLE u (k INT PRIMARY KEY, w STRING) WITH (KAFKA_TOPIC='u', " \
    "VALUE_FORMAT='JSON');" \
    "CREATE OR REPLACE STREAM keyless (a INT, b STRING) WITH (KAFKA_TOPIC='keyless', " \
    "VALUE_FORMAT='JSON');"

static void names_follow_ksqldbs_rules(void **state)
{
    struct program_fixture *fixture = *state;
    static const struct {
        const char *query, *schema;
    } cases[] = {
        {"CREATE STREAM o AS SELECT * FROM s;",
         "`ID` INTEGER KEY, `NAME` STRING, `N` BIGINT, `P` STRUCT<`X` INTEGER, `Y` STRING>, `L` "
         "ARRAY<INTEGER>"},
        {"CREATE STREAM o AS SELECT id AS k, n + 1, n, n * 2 FROM s;",
         "`K` INTEGER KEY, `KSQL_COL_0` BIGINT, `N` BIGINT, `KSQL_COL_1` BIGINT"},
        {"CREATE STREAM o AS SELECT id, p->x AS z, p->* FROM s;",
         "`ID` INTEGER KEY, `Z` INTEGER, `X` INTEGER, `Y` STRING"},
        {"CREATE STREAM o AS SELECT x.*, n AS m FROM r x JOIN s WITHIN 1 DAY ON x.id = s.id;",
         "`X_ID` INTEGER KEY, `X_NAME` STRING, `X_M` DOUBLE, `M` BIGINT"},
        {"CREATE STREAM o AS SELECT s.id, s.name, n, m FROM s JOIN r WITHIN 1 DAY ON s.id = r.id;",
         "`S_ID` INTEGER KEY, `S_NAME` STRING, `N` BIGINT, `M` DOUBLE"},
        {"CREATE STREAM o AS SELECT r.id, n, m FROM s JOIN r WITHIN 1 DAY ON s.id = r.id;",
         "`R_ID` INTEGER KEY, `N` BIGINT, `M` DOUBLE"},
        {"CREATE STREAM o AS SELECT rowkey AS k, n FROM s FULL OUTER JOIN r WITHIN 1 DAY ON s.id = "
         "r.id;",
         "`K` INTEGER KEY, `N` BIGINT"},
        {"CREATE STREAM o AS SELECT rowkey, n FROM s JOIN r WITHIN 1 DAY ON s.id + 1 = r.id * 2;",
         "`ROWKEY` INTEGER KEY, `N` BIGINT"},
        {"CREATE STREAM o AS SELECT * FROM keyless;", "`A` INTEGER, `B` STRING"},
        {"CREATE STREAM o AS SELECT * FROM keyless PARTITION BY b;", "`B` STRING KEY, `A` INTEGER"},
        {"CREATE STREAM o AS SELECT * FROM r PARTITION BY m + 1;",
         "`KSQL_COL_0` DOUBLE KEY, `NAME` STRING, `M` DOUBLE, `ID` INTEGER"},
        {"CREATE STREAM o AS SELECT * FROM r PARTITION BY NULL;",
         "`NAME` STRING, `M` DOUBLE, `ID` INTEGER"},
        {"CREATE STREAM o AS SELECT rowtime AS ts, id, rowoffset + 1 FROM r;",
         "`ID` INTEGER KEY, `TS` BIGINT, `KSQL_COL_0` BIGINT"},
        {"CREATE TABLE o AS SELECT id, COUNT(*) FROM s GROUP BY id;",
         "`ID` INTEGER KEY, `KSQL_COL_0` BIGINT"},
        {"CREATE TABLE o AS SELECT name AS k, COUNT(*) AS c, MAX(n) + 1 FROM s GROUP BY name "
         "HAVING COUNT(*) > 1;",
         "`K` STRING KEY, `C` BIGINT, `KSQL_COL_0` BIGINT"},
        {"CREATE TABLE o AS SELECT p->y, COUNT(*) FROM s GROUP BY p->y;",
         "`Y` STRING KEY, `KSQL_COL_0` BIGINT"},
        {"CREATE TABLE o AS SELECT 1 AS k, COUNT(*) AS c FROM s GROUP BY 1;",
         "`K` INTEGER KEY, `C` BIGINT"},
        {"CREATE TABLE o AS SELECT t.id, v, w FROM t JOIN u ON t.id = u.k;",
         "`ID` INTEGER KEY, `V` STRING, `W` STRING"},
        {"CREATE TABLE o AS SELECT t.id, v, w FROM t LEFT JOIN u ON t.f = u.k;",
         "`ID` INTEGER KEY, `V` STRING, `W` STRING"},
        {"SELECT id, n, n FROM s EMIT CHANGES;",
         "`ID` INTEGER KEY, `ID` INTEGER, `N` BIGINT, `N` BIGINT"},
        {"SELECT COUNT(*) FROM s EMIT CHANGES;", "`KSQL_COL_0` INTEGER KEY, `KSQL_COL_0` BIGINT"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char text[4096];
        program_tear_down(state);
        program_set_up(state);
        snprintf(text, sizeof(text), "%s%s", SOURCES, cases[i].query);
        assert_string_equal(program_schema(fixture, text), cases[i].schema);
    }
}

static void query_ids_count_on_and_name_their_sink(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture, SOURCES "CREATE STREAM a AS SELECT * FROM r;"));
    assert_string_equal(fixture->action.plan->id, "CSAS_A_0");
    assert_true(
        program_run(fixture, "CREATE TABLE b AS SELECT id, COUNT(*) AS c FROM r GROUP BY id;"));
    assert_string_equal(fixture->action.plan->id, "CTAS_B_1");
    assert_true(program_run(fixture, "INSERT INTO a SELECT * FROM r;"));
    assert_string_equal(fixture->action.plan->id, "INSERTQUERY_2");
    assert_true(
        program_run(fixture, "CREATE OR REPLACE STREAM a AS SELECT *, m + 1 AS more FROM r;"));
    assert_string_equal(fixture->action.replaced, "CSAS_A_0");
}

static void the_sinks_topic_and_formats_come_from_with_or_the_source(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture, "SET 'ksql.output.topic.name.prefix'='my-';" SOURCES
                                     "CREATE STREAM a AS SELECT * FROM r;"));
    assert_string_equal(fixture->action.source->topic, "my-A");
    assert_true(program_run(
        fixture, "CREATE STREAM b WITH (KAFKA_TOPIC='MISSING-b', VALUE_FORMAT='DELIMITED', "
                 "PARTITIONS=4, TIMESTAMP='n') AS SELECT id, n FROM s;"));
    const struct weir_step *sink = fixture->action.plan->root;
    assert_int_equal(sink->kind, WEIR_STEP_STREAM_SINK);
    assert_string_equal(sink->sink.topic, "MISSING-b");
    assert_int_equal(sink->sink.formats.value.kind, WEIR_FORMAT_DELIMITED);
    assert_string_equal(sink->sink.timestamp.column, "N");
    assert_true(fixture->action.topic.create);
    assert_int_equal(fixture->action.topic.partitions, 4);
}

static void a_join_is_rekeyed_only_where_it_must_be(void **state)
{
    struct program_fixture *fixture = *state;
    assert_null(program_step(
        fixture,
        SOURCES "CREATE STREAM a AS SELECT s.id, n, m FROM s JOIN r WITHIN 1 DAY ON s.id "
                "= r.id;",
        WEIR_STEP_REPARTITION));
    const struct weir_step *repartition =
        program_step(fixture,
                     "CREATE STREAM b AS SELECT s.n, m FROM s JOIN r WITHIN 1 DAY ON s.n = "
                     "CAST(r.id AS BIGINT);",
                     WEIR_STEP_REPARTITION);
    assert_non_null(repartition);
    assert_string_equal(repartition->repartition.topic, "Join-left");
    const struct weir_step *join =
        program_step(fixture,
                     "CREATE STREAM c AS SELECT s.id, n, m FROM s LEFT JOIN r WITHIN (1 MINUTE, 2 "
                     "MINUTES) GRACE PERIOD 3 "
                     "MINUTES ON r.id = s.id;",
                     WEIR_STEP_STREAM_STREAM_JOIN);
    assert_int_equal(join->join.kind, WEIR_JOIN_LEFT);
    assert_int_equal(join->join.before_ms, 60000);
    assert_int_equal(join->join.after_ms, 120000);
    assert_int_equal(join->join.grace_ms, 180000);
    /* Only what is selected is handed on. */
    assert_int_equal(join->input->schema.value_count, 1);
    assert_string_equal(join->input->schema.values[0].name, "S_N");
}

static void the_kinds_of_join_follow_from_their_sides(void **state)
{
    struct program_fixture *fixture = *state;
    assert_non_null(program_step(
        fixture, SOURCES "CREATE STREAM a AS SELECT s.id, v FROM s JOIN t ON s.id = t.id;",
        WEIR_STEP_STREAM_TABLE_JOIN));
    assert_non_null(program_step(fixture,
                                 "CREATE TABLE b AS SELECT t.id, w FROM t JOIN u ON t.id = u.k;",
                                 WEIR_STEP_TABLE_TABLE_JOIN));
    const struct weir_step *join =
        program_step(fixture, "CREATE TABLE c AS SELECT t.id, w FROM t JOIN u ON t.f = u.k;",
                     WEIR_STEP_FOREIGN_KEY_JOIN);
    assert_int_equal(join->join.foreign_key->column.slot.kind, WEIR_SLOT_VALUE);
    assert_int_equal(join->schema.key_count, 1);
    const struct weir_step *chain = program_step(fixture,
                                                 "CREATE STREAM d AS SELECT s.id, v, w FROM s JOIN "
                                                 "t ON s.id = t.id LEFT JOIN u ON s.id = u.k;",
                                                 WEIR_STEP_STREAM_TABLE_JOIN);
    assert_string_equal(chain->id, "L_Join");
    assert_int_equal(fixture->action.plan->root->input->input->kind, WEIR_STEP_STREAM_TABLE_JOIN);
}

static void aggregates_are_computed_once_over_prepared_columns(void **state)
{
    struct program_fixture *fixture = *state;
    const struct weir_step *aggregate = program_step(
        fixture,
        SOURCES "CREATE TABLE a AS SELECT name, SUM(n + 1), SUM(n + 1) * 2, LATEST_BY_OFFSET(n, 2) "
                "FROM s GROUP BY name;",
        WEIR_STEP_AGGREGATE);
    assert_int_equal(aggregate->aggregate.call_count, 2);
    assert_int_equal(aggregate->aggregate.calls[1].argument_count, 2);
    assert_int_equal(aggregate->aggregate.calls[0].arguments[0]->column.slot.kind, WEIR_SLOT_VALUE);
    assert_int_equal(aggregate->input->kind, WEIR_STEP_REPARTITION);
    const struct weir_step *same_key = program_step(
        fixture, "CREATE TABLE b AS SELECT id, COUNT(*) FROM s GROUP BY id;", WEIR_STEP_GROUP_BY);
    assert_true(same_key->group_by.keys_unchanged);
    const struct weir_step *table =
        program_step(fixture, "CREATE TABLE c AS SELECT v, COUNT(*) FROM t GROUP BY v;",
                     WEIR_STEP_TABLE_AGGREGATE);
    assert_true(table->table);
    assert_true(fixture->action.plan->steps[0]->source.materialised);
}

static void windows_have_their_default_grace_and_retention(void **state)
{
    struct program_fixture *fixture = *state;
    const struct weir_step *aggregate =
        program_step(fixture,
                     SOURCES "CREATE TABLE a AS SELECT id, COUNT(*), WINDOWSTART AS ws FROM s "
                             "WINDOW TUMBLING (SIZE 1 HOUR) "
                             "GROUP BY id;",
                     WEIR_STEP_AGGREGATE);
    assert_int_equal(aggregate->aggregate.window.grace_ms, 23 * 3600000);
    assert_int_equal(aggregate->aggregate.window.retention_ms, 86400000);
    assert_int_equal(aggregate->schema.window, WEIR_WINDOW_TIME);
    assert_false(aggregate->aggregate.emit_final);
    aggregate = program_step(fixture,
                             "CREATE TABLE b AS SELECT id, COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 "
                             "HOUR) GROUP BY id EMIT FINAL;",
                             WEIR_STEP_AGGREGATE);
    assert_int_equal(aggregate->aggregate.window.grace_ms, 0);
    assert_true(aggregate->aggregate.emit_final);
    aggregate = program_step(
        fixture,
        "CREATE TABLE c AS SELECT id, COUNT(*) FROM s WINDOW SESSION (5 MINUTES) GROUP BY id;",
        WEIR_STEP_AGGREGATE);
    assert_int_equal(aggregate->schema.window, WEIR_WINDOW_SESSION);
}

static void table_functions_become_columns_of_a_flat_map(void **state)
{
    struct program_fixture *fixture = *state;
    const struct weir_step *flat_map =
        program_step(fixture, SOURCES "CREATE STREAM a AS SELECT id, EXPLODE(l) + 1 AS e FROM s;",
                     WEIR_STEP_FLAT_MAP);
    assert_int_equal(flat_map->flat_map.call_count, 1);
    assert_string_equal(flat_map->schema.values[flat_map->schema.value_count - 1].name,
                        "KSQL_SYNTH_0");
}

static void an_insert_may_widen_numbers(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture, SOURCES
                            "CREATE STREAM wide (id INT KEY, v DOUBLE) WITH (KAFKA_TOPIC='wide', "
                            "VALUE_FORMAT='JSON');"
                            "INSERT INTO wide SELECT id, n AS v FROM s;"));
    const struct weir_step *project = fixture->action.plan->root->input;
    assert_int_equal(project->select.values[0]->kind, WEIR_EXPRESSION_CAST);
    assert_true(program_run(fixture, "EXPLAIN INSERTQUERY_0;"));
    assert_non_null(strstr(fixture->action.text, "CAST(N AS DOUBLE)"));
    program_refused(fixture, "INSERT INTO wide SELECT id, name AS v FROM s;", 1, 18,
                    "Incompatible schema");
}

static void explain_shows_the_steps_from_the_sink_down(void **state)
{
    struct program_fixture *fixture = *state;
    assert_true(program_run(fixture,
                            SOURCES "EXPLAIN CREATE STREAM a AS SELECT id, n FROM s WHERE n > 1;"));
    assert_int_equal(fixture->action.kind, WEIR_ACTION_TEXT);
    const char *sink = strstr(fixture->action.text, "> [A] STREAM SINK A to topic A");
    const char *filter = strstr(fixture->action.text, "> [WhereFilter] FILTER (N > 1)");
    const char *source = strstr(fixture->action.text, "> [KsqlTopic] STREAM SOURCE S from topic s");
    assert_true(sink && filter && source && sink < filter && filter < source);
    assert_null(weir_metastore_source(fixture->metastore, "A"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_follow_ksqldbs_rules, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(query_ids_count_on_and_name_their_sink, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(the_sinks_topic_and_formats_come_from_with_or_the_source,
                                        program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(a_join_is_rekeyed_only_where_it_must_be, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(the_kinds_of_join_follow_from_their_sides, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(aggregates_are_computed_once_over_prepared_columns,
                                        program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(windows_have_their_default_grace_and_retention,
                                        program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(table_functions_become_columns_of_a_flat_map,
                                        program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(an_insert_may_widen_numbers, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(explain_shows_the_steps_from_the_sink_down, program_set_up,
                                        program_tear_down),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
