/* mistakes_test.c - queries that are refused: where, and in which words. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/tests/program_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char sources[] =
    "CREATE STREAM s (id INT KEY, name STRING, n BIGINT, m MAP<STRING, INT>) WITH "
    "(KAFKA_TOPIC='s', "
    "VALUE_FORMAT='JSON');"
    "CREATE STREAM r (id INT KEY, name STRING) WITH (KAFKA_TOPIC='r', VALUE_FORMAT='JSON');"
    "CREATE STREAM two (id INT KEY, name STRING) WITH (KAFKA_TOPIC='TWO', VALUE_FORMAT='JSON');"
    "CREATE TABLE t (id INT PRIMARY KEY, v STRING, f INT) WITH (KAFKA_TOPIC='t', "
    "VALUE_FORMAT='JSON');"
    "CREATE TABLE u (k INT PRIMARY KEY, w STRING) WITH (KAFKA_TOPIC='u', VALUE_FORMAT='JSON');"
    "CREATE STREAM w (id INT KEY, v INT) WITH (KAFKA_TOPIC='w', VALUE_FORMAT='JSON', "
    "WINDOW_TYPE='SESSION');"
    "CREATE TABLE wt (id INT PRIMARY KEY, v INT) WITH (KAFKA_TOPIC='wt', VALUE_FORMAT='JSON', "
    "WINDOW_TYPE='SESSION');\n";

struct mistake {
    const char *text;
    uint32_t column; /* in line 2 */
    const char *part;
};

static void refuse_all(struct program_fixture *fixture, const struct mistake *mistakes,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[4096];
        void *state = fixture;
        program_tear_down(&state);
        program_set_up(&state);
        snprintf(text, sizeof(text), "%s%s", sources, mistakes[i].text);
        program_refused(fixture, text, 2, mistakes[i].column, mistakes[i].part);
    }
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void names_that_mean_nothing(void **state)
{
    static const struct mistake mistakes[] = {
        {"CREATE STREAM o AS SELECT id, nname FROM s;", 31,
         "SELECT column 'NNAME' cannot be resolved. Did you mean NAME?"},
        {"CREATE STREAM o AS SELECT * FROM ss;", 34, "SS does not exist. Did you mean \"S\"?"},
        {"CREATE STREAM o AS SELECT x.* FROM s;", 27,
         "'X' is not a valid stream/table name or alias."},
        {"CREATE STREAM o AS SELECT x.id FROM s;", 27, "SELECT column 'X.ID' cannot be resolved."},
        {"CREATE STREAM o AS SELECT * FROM s WHERE k = 1;", 42,
         "WHERE column 'K' cannot be resolved."},
        {"CREATE STREAM o AS SELECT * FROM s PARTITION BY k;", 49,
         "must be a column of the source"},
        {"CREATE STREAM o AS SELECT name FROM s JOIN r WITHIN 1 DAY ON s.id = r.id;", 27,
         "Column 'NAME' is ambiguous. Could be S.NAME or R.NAME."},
        {"CREATE STREAM o AS SELECT id, rowtime FROM s;", 31,
         "Reserved column name in select: `ROWTIME`"},
        {"CREATE STREAM o AS SELECT id, n AS rowtime FROM s;", 31,
         "`ROWTIME` is a reserved column name"},
        {"CREATE STREAM o AS SELECT id, NOSUCH(n) FROM s;", 31, "NOSUCH"},
        {"CREATE STREAM o AS SELECT id, n FROM s WHERE EXPLODE(ARRAY[n]) > 1;", 46,
         "Table functions cannot be used in a WHERE expression"},
        {"CREATE STREAM o AS SELECT id, n FROM s WHERE COUNT(*) > 1;", 46,
         "Aggregate functions cannot be used in a WHERE expression"},
    };
    refuse_all(*state, mistakes, COUNT(mistakes));
}

static void keys_that_are_lost_or_doubled(void **state)
{
    static const struct mistake mistakes[] = {
        {"CREATE STREAM o AS SELECT name FROM s;", 20,
         "must include the key column ID in its projection"},
        {"CREATE STREAM o AS SELECT id FROM s;", 20, "The projection contains no value columns."},
        {"CREATE STREAM o AS SELECT id, id AS b, n FROM s;", 31, "more than once: `ID` and `B`"},
        {"CREATE STREAM o AS SELECT id, n, name AS n FROM s;", 20,
         "Duplicate value columns found in schema: `N` STRING"},
        {"CREATE STREAM o AS SELECT id, n FROM s PARTITION BY name;", 20,
         "the partitioning expression NAME"},
        {"CREATE TABLE o AS SELECT COUNT(*) FROM s GROUP BY name;", 19,
         "the grouping expression NAME"},
        {"CREATE STREAM o AS SELECT n FROM s JOIN r WITHIN 1 DAY ON s.id = r.id;", 20,
         "the join expressions S.ID or R.ID in its projection (eg, SELECT S.ID...)"},
        {"CREATE STREAM o AS SELECT n FROM s FULL JOIN r WITHIN 1 DAY ON s.id = r.id;", 20,
         "ROWKEY was added as a synthetic key column"},
        {"CREATE TABLE o AS SELECT v, w FROM t JOIN u ON t.f = u.k;", 19,
         "Primary key column missing"},
        {"CREATE TABLE o AS SELECT name, n, COUNT(*) FROM s GROUP BY name, n;", 19,
         "only supports a single field"},
        {"CREATE TABLE o AS SELECT m, COUNT(*) FROM s GROUP BY m;", 19, "Map keys"},
    };
    refuse_all(*state, mistakes, COUNT(mistakes));
}

static void joins_that_cannot_be(void **state)
{
    static const struct mistake mistakes[] = {
        {"CREATE STREAM o AS SELECT * FROM s JOIN r ON s.id = r.id;", 36,
         "must have a WITHIN clause"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN t WITHIN 1 DAY ON s.id = t.id;", 43,
         "These joins are not windowed"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN s WITHIN 1 DAY ON s.id = s.id;", 41,
         "self joins are not yet supported"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN r WITHIN 1 DAY ON s.id = 0;", 66,
         "references from exactly one source"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN r WITHIN 1 DAY ON s.id = s.n;", 59,
         "not the same source"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN r WITHIN 1 DAY ON s.id < r.id;", 59,
         "Only equality"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN r WITHIN 1 DAY ON s.id = r.id AND s.n = r.id;",
         59, "joins on multiple conditions"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN r WITHIN 1 DAY ON s.n = r.id;", 59,
         "types don't match"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN r WITHIN 1 DAY ON s.x = r.id;", 59,
         "JOIN ON column 'S.X'"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN two WITHIN 1 DAY ON s.id = two.id;", 36,
         "Can't join `S` with `TWO`"},
        {"CREATE STREAM o AS SELECT * FROM t JOIN s ON s.id = t.id;", 36,
         "table-stream joins are not supported"},
        {"CREATE STREAM o AS SELECT * FROM s FULL JOIN t ON s.id = t.id;", 36,
         "full-outer join not supported"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN t ON s.id = t.f;", 36,
         "join on the table's primary key"},
        {"CREATE TABLE o AS SELECT * FROM t RIGHT JOIN u ON t.f = u.k;", 35,
         "on a foreign key is not supported"},
        {"CREATE STREAM o AS SELECT * FROM w JOIN s WITHIN 1 DAY ON w.id = s.id;", 36,
         "windowed source to non-windowed"},
        {"CREATE STREAM o AS SELECT * FROM s JOIN t ON s.id = t.id JOIN u ON s.id = t.id;", 68,
         "expected to reference the source (`U`)"},
    };
    refuse_all(*state, mistakes, COUNT(mistakes));
}

static void aggregations_that_cannot_be(void **state)
{
    static const struct mistake mistakes[] = {
        {"CREATE TABLE o AS SELECT name, n, COUNT(*) FROM s GROUP BY name;", 32,
         "not part of GROUP BY: N"},
        {"CREATE TABLE o AS SELECT name, n FROM s GROUP BY name, n;", 41,
         "requires aggregate functions"},
        {"CREATE TABLE o AS SELECT name, COUNT(*) + n FROM s GROUP BY name;", 43,
         "outside of aggregate functions"},
        {"CREATE TABLE o AS SELECT name, COUNT(*) FROM s GROUP BY name HAVING n > 1;", 69,
         "Non-aggregate HAVING"},
        {"CREATE TABLE o AS SELECT name, COUNT(*) FROM s GROUP BY name, s.name;", 63,
         "Duplicate GROUP BY expression"},
        {"CREATE TABLE o AS SELECT COUNT(*) FROM s;", 26, "without a GROUP BY clause"},
        {"CREATE TABLE o AS SELECT name, SUM(COUNT(*)) FROM s GROUP BY name;", 36, ""},
        {"CREATE TABLE o AS SELECT name, COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 DAY) GROUP BY "
         "name, WINDOWSTART;",
         92, "can only be used in the SELECT clause"},
        {"CREATE TABLE o AS SELECT name, COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 DAY) WHERE "
         "WINDOWSTART > 1 GROUP BY "
         "name;",
         83, "WINDOWSTART"},
        {"CREATE TABLE o AS SELECT v, MAX(f) FROM t GROUP BY v;", 29,
         "cannot be applied to a table source"},
        {"CREATE STREAM o AS SELECT id, n FROM s WINDOW TUMBLING (SIZE 1 DAY);", 47,
         "requires a GROUP BY"},
        {"CREATE TABLE o AS SELECT id, COUNT(*) FROM s GROUP BY id EMIT FINAL;", 58,
         "only supported for windowed"},
        {"CREATE TABLE o AS SELECT id, COUNT(*) FROM s WINDOW HOPPING (SIZE 1 DAY, ADVANCE BY 2 "
         "DAYS) GROUP BY id;",
         53, "advancement"},
        {"CREATE TABLE o AS SELECT id, COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 DAY, RETENTION 1 "
         "HOUR) GROUP BY id;",
         53, "retention"},
        {"CREATE STREAM o AS SELECT id, COUNT(*) FROM s GROUP BY id;", 20,
         "Please use CREATE TABLE AS SELECT"},
        {"CREATE TABLE o AS SELECT id, n FROM s;", 19, "Please use CREATE STREAM AS SELECT"},
        {"CREATE TABLE o AS SELECT id, EXPLODE(ARRAY[1]), COUNT(*) FROM s GROUP BY id;", 30,
         "with aggregations"},
        {"CREATE TABLE o AS SELECT * FROM wt;", 33, "windowed tables"},
    };
    refuse_all(*state, mistakes, COUNT(mistakes));
}

static void types_that_do_not_fit(void **state)
{
    static const struct mistake mistakes[] = {
        {"CREATE STREAM o AS SELECT * FROM s WHERE n >= 'x';", 42, "Error in WHERE expression"},
        {"CREATE STREAM o AS SELECT * FROM s WHERE n;", 42,
         "Should evaluate to boolean but is N (BIGINT) instead."},
        {"CREATE STREAM o AS SELECT id, NULL FROM s;", 31, "Can't infer a type of null"},
        {"CREATE STREAM o AS SELECT id, name->x FROM s;", 31, ""},
        {"CREATE TABLE o AS SELECT id, COUNT(*) FROM s GROUP BY id HAVING COUNT(*);", 65, "HAVING"},
        {"SELECT id FROM s JOIN t ON s.id = t.id;", 1, "Pull queries don't support JOIN clauses."},
    };
    refuse_all(*state, mistakes, COUNT(mistakes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_that_mean_nothing, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(keys_that_are_lost_or_doubled, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(joins_that_cannot_be, program_set_up, program_tear_down),
        cmocka_unit_test_setup_teardown(aggregations_that_cannot_be, program_set_up,
                                        program_tear_down),
        cmocka_unit_test_setup_teardown(types_that_do_not_fit, program_set_up, program_tear_down),
    };
    return cmocka_run_group_tests_name("mistakes", tests, NULL, NULL);
}
