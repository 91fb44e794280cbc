/* printer_test.c - what is printed parses to the same again. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/parser.h"
#include "connectors/processor/sql/printer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Ours: every statement and every kind of expression at least once. */
static const char *const statements[] = {
    "SELECT * FROM a",
    "SELECT a.*, b AS c, s->*, 1 AS `1R` FROM a EMIT CHANGES LIMIT 3",
    "CREATE STREAM x (id BIGINT KEY, `select` STRUCT<a INT, `b c` ARRAY<STRING>>, m MAP<STRING, "
    "DECIMAL(9, 2)>, "
    "h ARRAY<STRUCT<key STRING, value BYTES>> HEADERS, g BYTES HEADER('it''s')) WITH "
    "(KAFKA_TOPIC='x', "
    "VALUE_FORMAT='json', PARTITIONS=-1, WRAP_SINGLE_VALUE=false)",
    "CREATE OR REPLACE SOURCE TABLE IF NOT EXISTS y (k STRING PRIMARY KEY, v my_type) WITH "
    "(KAFKA_TOPIC='y')",
    "CREATE TABLE t WITH (KAFKA_TOPIC='t') AS SELECT k, COUNT(*), TOPK(v, 3) FROM s AS q WINDOW "
    "TUMBLING (SIZE 90 "
    "SECONDS, RETENTION 1 DAY, GRACE PERIOD 0 SECONDS) WHERE v IS NOT NULL GROUP BY k, v + 1 "
    "HAVING COUNT(*) > 2 "
    "EMIT FINAL",
    "CREATE OR REPLACE STREAM IF NOT EXISTS j AS SELECT ROWKEY, l.a, r.b FROM l LEFT JOIN r WITHIN "
    "5 MINUTES GRACE "
    "PERIOD 1500 MILLISECONDS ON l.a = r.a INNER JOIN t ON l.a = t.k RIGHT JOIN u WITHIN (1 DAY, 0 "
    "SECONDS) ON "
    "u.x = l.a PARTITION BY l.b",
    "CREATE TABLE w AS SELECT k, COUNT(1) FROM s WINDOW SESSION (1 HOUR) GROUP BY k",
    "CREATE TABLE w AS SELECT k, COUNT(1) FROM s WINDOW HOPPING (SIZE 1 HOUR, ADVANCE BY 10 "
    "MINUTES) GROUP BY k",
    "CREATE TYPE address AS STRUCT<street STRING, zip INT>",
    "CREATE SINK CONNECTOR IF NOT EXISTS c WITH ('connector.class'='HttpSink', 'tasks.max'='1')",
    "INSERT INTO x (id, a) VALUES (1, MAP('k' := ARRAY[1, 2]))",
    "INSERT INTO x VALUES ('101', -1.50, 2e3, NULL, TRUE)",
    "INSERT INTO x WITH (QUERY_ID='me') SELECT - - 1, -(1), -(-a), +b, -a->b[-1] FROM y",
    "SELECT CASE WHEN a THEN b ELSE c END, CASE a + 1 WHEN 1 THEN 'x' END FROM y",
    "SELECT a = 1 AND NOT b <> 2 OR c < 3 AND d <= 4 OR e > 5 AND f >= 6 FROM y",
    "SELECT a BETWEEN 1 AND 2, a NOT BETWEEN 1 AND 2, a IN (1, 2), a NOT LIKE 'x!%' ESCAPE '!' "
    "FROM y",
    "SELECT a IS NULL, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b, a || b FROM y",
    "SELECT CAST(a AS ARRAY<INT>), STRUCT(a := 1, `b` := 'x'), ARRAY[], MAP(), DATE '2020-01-01' "
    "FROM y",
    "SELECT REDUCE(a, 0, (s, x) => s + x), FILTER(a, x => x > 1), DATEADD(DAYS, 5, d) FROM y",
    "SELECT `ARRAY`[1], `MAP`(1), array, `a``b`, a * b / c % d - e + f FROM y",
    "DROP STREAM IF EXISTS x DELETE TOPIC",
    "DROP TABLE t",
    "DROP TYPE address",
    "DROP CONNECTOR IF EXISTS c",
    "ALTER STREAM x ADD COLUMN a INT, ADD b STRING",
    "ALTER SYSTEM 'a'='b'",
    "SET 'auto.offset.reset'='earliest'",
    "UNSET 'auto.offset.reset'",
    "DEFINE a = 'it''s'",
    "UNDEFINE a",
    "SHOW STREAMS EXTENDED",
    "LIST ALL TOPICS",
    "SHOW CONNECTOR PLUGINS",
    "DESCRIBE x EXTENDED",
    "DESCRIBE FUNCTION abs",
    "DESCRIBE STREAMS",
    "EXPLAIN SELECT a FROM b EMIT CHANGES",
    "EXPLAIN CSAS_X_0",
    "PRINT 'a topic' FROM BEGINNING INTERVAL 2 LIMIT 5",
    "TERMINATE CSAS_X_0",
    "TERMINATE ALL",
    "ASSERT NOT EXISTS TOPIC 'x' WITH (PARTITIONS=3) TIMEOUT 3 SECONDS",
};

static const char *print_parsed(struct weir_arena *arena, const char *text)
{
    struct weir_statements program;
    struct weir_error err = {0};
    if (!weir_sql_parse(arena, text, strlen(text), &program, &err)) {
        fail_msg("%s\n  %u:%u %s", text, err.line, err.column, err.message);
    }
    assert_int_equal(program.count, 1);
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 1 << 20);
    weir_sql_print_statement(program.items[0], &buffer);
    return weir_arena_strdup(arena, weir_buffer_text(&buffer));
}

static void parse_print_parse_is_stable(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++) {
        weir_auto_arena *arena = weir_arena_create(4096);
        const char *once = print_parsed(arena, statements[i]);
        const char *twice = print_parsed(arena, once);
        assert_string_equal(once, twice);
    }
}

/* Random trees over every operator: the printed text must parse to an equal tree. */
static struct weir_expression *grow(struct weir_arena *arena, uint32_t *random, unsigned depth)
{
    static const char *const leaves[] = {"a",    "-1",  "2.50",    "'x'", "null",
                                         "f(b)", "1e5", "t.`c d`", "true"};
    static const char *const shapes[] = {
        "(%s) + (%s)",
        "(%s) * (%s)",
        "(%s) = (%s)",
        "(%s) AND (%s)",
        "(%s) OR (%s)",
        "-(%s) - (%s)",
        "(%s)[(%s)]",
        "NOT (%s)",
        "(%s) IS NULL",
        "(%s)->f",
        "g((%s), (%s))",
        "ARRAY[(%s), (%s)]",
        "+(%s)",
        "-(%s)",
        "(%s) LIKE (%s)",
        "CASE WHEN (%s) THEN (%s) END",
        "(%s) BETWEEN (%s) AND 3",
        "(%s) IN ((%s), 2)",
        "CAST((%s) AS INT)",
        "(%s) IS DISTINCT FROM (%s)",
        "MAP((%s) := (%s))",
    };
    struct weir_error err = {0};
    *random = *random * 1664525u + 1013904223u;
    uint32_t choice = *random >> 8;
    if (depth == 0) {
        return weir_sql_parse_expression(arena, leaves[choice % (sizeof(leaves) / sizeof(*leaves))],
                                         &err);
    }
    struct weir_expression *left = grow(arena, random, depth - 1);
    struct weir_expression *right = grow(arena, random, depth - 1);
    const char *shape = shapes[choice % (sizeof(shapes) / sizeof(*shapes))];
    const char *texts[] = {weir_sql_expression_text(arena, left),
                           weir_sql_expression_text(arena, right)};
    weir_auto_buffer text;
    weir_buffer_init(&text, 1 << 20);
    for (size_t used = 0; *shape; shape++) {
        if (shape[0] == '%' && shape[1] == 's') {
            weir_buffer_append_text(&text, texts[used++]);
            shape++;
        } else {
            weir_buffer_append_byte(&text, (uint8_t)*shape);
        }
    }
    struct weir_expression *whole = weir_sql_parse_expression(arena, weir_buffer_text(&text), &err);
    if (!whole) {
        fail_msg("%s: %s", weir_buffer_text(&text), err.message);
    }
    return whole;
}

static void printed_random_expressions_parse_to_equal_trees(void **state)
{
    (void)state;
    uint32_t random = 7;
    for (unsigned i = 0; i < 500; i++) {
        weir_auto_arena *arena = weir_arena_create(1 << 16);
        struct weir_error err = {0};
        struct weir_expression *tree = grow(arena, &random, 1 + i % 3);
        const char *text = weir_sql_expression_text(arena, tree);
        struct weir_expression *again = weir_sql_parse_expression(arena, text, &err);
        if (!again || !weir_expression_equal(tree, again)) {
            fail_msg("%s: %s", text, again ? weir_sql_expression_text(arena, again) : err.message);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_print_parse_is_stable),
        cmocka_unit_test(printed_random_expressions_parse_to_equal_trees),
    };
    return cmocka_run_group_tests_name("printer", tests, NULL, NULL);
}
