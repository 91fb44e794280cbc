/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/tests/sql_run.h"
#include "core/base/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SOURCE \
    "CREATE STREAM s (id STRING KEY, n INT) WITH (kafka_topic='s', value_format='JSON');\n"

static const char *row(struct weir_arena *arena, const char *before, const char *key,
                       int64_t time_ms, int number)
{
    return weir_arena_format(
        arena, "%s%s{\"topic\":\"s\",\"key\":\"%s\",\"timestamp\":%lld,\"value\":{\"N\":%d}}",
        before, *before ? "," : "", key, (long long)time_ms, number);
}

static const char *run(struct weir_arena *arena, const char *sql, const char *inputs)
{
    return sql_outputs(arena, sql_run(arena, sql, inputs), "O");
}

static void each_row_updates_its_window(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *inputs = row(arena, "", "a", 0, 1);
    inputs = row(arena, inputs, "a", 9, 2);
    inputs = row(arena, inputs, "a", 10, 3);
    inputs = row(arena, inputs, "a", 5, 4);
    inputs = row(arena, inputs, "a", 15, 5); /* closes [0, 10) */
    inputs = row(arena, inputs, "a", 6, 6);
    assert_string_equal(
        run(arena,
            SOURCE "CREATE TABLE o AS SELECT id, SUM(n) AS n FROM s WINDOW TUMBLING (SIZE 10 "
                   "MILLISECONDS, GRACE PERIOD 5 MILLISECONDS) GROUP BY id;",
            inputs),
        "\"a\"[0,10] {\"N\":1}@0\n\"a\"[0,10] {\"N\":3}@9\n\"a\"[10,20] {\"N\":3}@10\n"
        "\"a\"[0,10] {\"N\":7}@9\n\"a\"[10,20] {\"N\":8}@15\n");
}

static void a_row_is_in_each_of_its_hopping_windows(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *inputs = row(arena, row(arena, "", "a", 3, 1), "a", 12, 2);
    assert_string_equal(
        run(arena,
            SOURCE "CREATE TABLE o AS SELECT id, SUM(n) AS n FROM s WINDOW HOPPING (SIZE 10 "
                   "MILLISECONDS, ADVANCE BY 5 MILLISECONDS) GROUP BY id;",
            inputs),
        "\"a\"[0,10] {\"N\":1}@3\n\"a\"[5,15] {\"N\":2}@12\n\"a\"[10,20] {\"N\":2}@12\n");
}

static void sessions_grow_and_merge(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *inputs = row(arena, "", "a", 0, 1);
    inputs = row(arena, inputs, "a", 20, 2);
    inputs = row(arena, inputs, "a", 10, 4);
    assert_string_equal(run(arena,
                            SOURCE
                            "CREATE TABLE o AS SELECT id, SUM(n) AS n FROM s WINDOW SESSION (10 "
                            "MILLISECONDS) GROUP BY id;",
                            inputs),
                        "\"a\"[0,0] {\"N\":1}@0\n\"a\"[20,20] {\"N\":2}@20\n\"a\"[0,0] null@0\n"
                        "\"a\"[20,20] null@20\n\"a\"[0,20] {\"N\":7}@20\n");
}

static void a_row_that_fails_having_again_becomes_a_tombstone(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *inputs = row(arena, "", "a", 0, 1);
    inputs = row(arena, inputs, "a", 1, 5);
    inputs = row(arena, inputs, "a", 2, -5);
    inputs = row(arena, inputs, "a", 3, -5);
    assert_string_equal(
        run(arena,
            SOURCE "CREATE TABLE o AS SELECT id, SUM(n) AS n FROM s GROUP BY id HAVING SUM(n) > 3;",
            inputs),
        "\"a\" {\"N\":6}@1\n\"a\" null@2\n");
}

static const char *run_final(struct weir_arena *arena, bool lossless, const char *inputs)
{
    const char *set = lossless ? "SET 'weir.emit.final.lossless' = 'true';\n"
                               : "SET 'ksql.streams.__emit.interval.ms.kstreams.windowed."
                                 "aggregation__' = '0';\n";
    return run(arena,
               weir_arena_format(arena,
                                 "%sCREATE TABLE o AS SELECT id, COUNT(*) AS n FROM s "
                                 "WINDOW TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD 5 "
                                 "MILLISECONDS) GROUP BY id EMIT FINAL;",
                                 weir_arena_format(arena, "%s%s", SOURCE, set)),
               inputs);
}

static void final_windows_come_by_start_and_key_when_they_close(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *inputs = row(arena, "", "b", 1, 1);
    inputs = row(arena, inputs, "a", 2, 1);
    inputs = row(arena, inputs, "a", 14, 1);
    inputs = row(arena, inputs, "b", 7, 1);
    inputs = row(arena, inputs, "a", 15, 1);
    inputs = row(arena, inputs, "b", 8, 1);
    const char *expected = "\"a\"[0,10] {\"N\":1}@2\n\"b\"[0,10] {\"N\":2}@7\n";
    assert_string_equal(run_final(arena, true, inputs), expected);
    assert_string_equal(run_final(arena, false, inputs), expected);
}

static void a_jump_of_time_loses_windows_only_as_ksqldb_does(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *inputs = row(arena, row(arena, "", "a", 1, 1), "a", 12, 1);
    inputs = row(arena, inputs, "a", 1000, 1);
    assert_string_equal(run_final(arena, true, inputs),
                        "\"a\"[0,10] {\"N\":1}@1\n\"a\"[10,20] {\"N\":1}@12\n");
    assert_string_equal(run_final(arena, false, inputs), "");
}

static void a_final_row_that_fails_having_is_left_out_without_a_tombstone(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *inputs = row(arena, "", "a", 1, 5);
    inputs = row(arena, inputs, "b", 2, 1);
    inputs = row(arena, inputs, "a", 10, 1);
    assert_string_equal(run(arena,
                            SOURCE "SET 'weir.emit.final.lossless' = 'true';\n"
                                   "CREATE TABLE o AS SELECT id, SUM(n) AS n FROM s WINDOW "
                                   "TUMBLING (SIZE 10 MILLISECONDS) GROUP BY id HAVING SUM(n) < 3 "
                                   "EMIT FINAL;",
                            inputs),
                        "\"b\"[0,10] {\"N\":1}@2\n");
}

enum { FINAL_ROWS = 60, FINAL_WINDOWS = 64 };

/* Random rows, some of them late, and a last one that closes every window. Counted by hand: each
 * window is emitted once, with the rows that came before it closed. */
static const char *random_rows(struct weir_arena *arena, uint64_t seed, int64_t *counts,
                               int64_t *newest)
{
    int64_t time_ms = 0, now_ms = 0;
    const char *inputs = "";
    for (int i = 0; i < FINAL_ROWS; i++) {
        uint64_t bits = weir_random_next(&seed);
        now_ms += (int64_t)(bits % 12);
        int64_t row_ms = now_ms - (int64_t)(bits >> 8 & 15);
        row_ms = row_ms < 0 ? 0 : row_ms;
        time_ms = row_ms > time_ms ? row_ms : time_ms;
        inputs = row(arena, inputs, "a", row_ms, i);
        int64_t window = row_ms / 10;
        if (window * 10 + 10 > time_ms - 5) {
            counts[window]++;
            newest[window] = row_ms > newest[window] ? row_ms : newest[window];
        }
    }
    return row(arena, inputs, "a", 10 * FINAL_WINDOWS + 100, FINAL_ROWS);
}

static void lossless_final_counts_every_row_that_was_not_late(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        weir_auto_arena *arena = weir_arena_create(65536);
        int64_t counts[FINAL_WINDOWS] = {0}, newest[FINAL_WINDOWS] = {0};
        const char *inputs = random_rows(arena, seed, counts, newest), *expected = "";
        for (int i = 0; i < FINAL_WINDOWS; i++) {
            if (counts[i] > 0) {
                expected =
                    weir_arena_format(arena, "%s\"a\"[%d,%d] {\"N\":%lld}@%lld\n", expected, i * 10,
                                      i * 10 + 10, (long long)counts[i], (long long)newest[i]);
            }
        }
        assert_string_equal(run_final(arena, true, inputs), expected);
    }
}

static void a_tables_aggregate_undoes_the_old_row(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const char *sql =
        "CREATE TABLE t (id STRING PRIMARY KEY, g STRING, n INT) WITH (kafka_topic='t', "
        "value_format='JSON');\n"
        "CREATE TABLE o AS SELECT g, SUM(n) AS n, COUNT(*) AS c FROM t GROUP BY g;";
    const char *inputs =
        "{\"topic\":\"t\",\"key\":\"1\",\"timestamp\":0,\"value\":{\"G\":\"x\",\"N\":5}},"
        "{\"topic\":\"t\",\"key\":\"2\",\"timestamp\":1,\"value\":{\"G\":\"x\",\"N\":6}},"
        "{\"topic\":\"t\",\"key\":\"1\",\"timestamp\":2,\"value\":{\"G\":\"y\",\"N\":7}},"
        "{\"topic\":\"t\",\"key\":\"2\",\"timestamp\":3,\"value\":null}";
    assert_string_equal(run(arena, sql, inputs),
                        "\"x\" {\"N\":5,\"C\":1}@0\n\"x\" {\"N\":11,\"C\":2}@1\n"
                        "\"x\" {\"N\":6,\"C\":1}@2\n\"y\" {\"N\":7,\"C\":1}@2\n"
                        "\"x\" {\"N\":0,\"C\":0}@3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_updates_its_window),
        cmocka_unit_test(a_row_is_in_each_of_its_hopping_windows),
        cmocka_unit_test(sessions_grow_and_merge),
        cmocka_unit_test(a_row_that_fails_having_again_becomes_a_tombstone),
        cmocka_unit_test(final_windows_come_by_start_and_key_when_they_close),
        cmocka_unit_test(a_jump_of_time_loses_windows_only_as_ksqldb_does),
        cmocka_unit_test(a_final_row_that_fails_having_is_left_out_without_a_tombstone),
        cmocka_unit_test(lossless_final_counts_every_row_that_was_not_late),
        cmocka_unit_test(a_tables_aggregate_undoes_the_old_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
