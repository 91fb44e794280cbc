/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/tests/sql_run.h"
#include "core/base/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Stream-stream joins against a model: all pairs, checked one by one, in the slow and obvious way.
 */

enum { ROWS = 120, KEYS = 4 };

struct row {
    bool left;
    int key, number;
    int64_t time_ms;
    bool gone; /* the side's newest time has left it behind */
};

struct model {
    struct row rows[ROWS];
    int64_t before_ms, after_ms, grace_ms;
    bool left_outer, right_outer;
    struct weir_arena *arena;
    const char *lines;
};

static void model_line(struct model *model, const struct row *left, const struct row *right)
{
    const struct row *any = left ? left : right;
    int64_t time_ms = any->time_ms;
    if (left && right && right->time_ms > left->time_ms) {
        time_ms = right->time_ms;
    }
    const char *left_text = left ? weir_arena_format(model->arena, "%d", left->number) : "null";
    const char *right_text = right ? weir_arena_format(model->arena, "%d", right->number) : "null";
    model->lines =
        weir_arena_format(model->arena, "%s\"%d\" {\"L\":%s,\"R\":%s}@%lld\n", model->lines,
                          any->key, left_text, right_text, (long long)time_ms);
}

static bool matches(const struct model *model, const struct row *left, const struct row *right)
{
    return left->key == right->key && right->time_ms >= left->time_ms - model->before_ms &&
           right->time_ms <= left->time_ms + model->after_ms;
}

/* The earliest match by time, then number, after `after`. */
static const struct row *next_match(const struct model *model, int index, const struct row *after)
{
    const struct row *row = &model->rows[index], *best = NULL;
    for (int i = 0; i < index; i++) {
        const struct row *other = &model->rows[i];
        if (other->left == row->left || other->gone ||
            !(row->left ? matches(model, row, other) : matches(model, other, row))) {
            continue;
        }
        bool later = !after || other->time_ms > after->time_ms ||
                     (other->time_ms == after->time_ms && other->number > after->number);
        if (later && (!best || other->time_ms < best->time_ms)) {
            best = other;
        }
    }
    return best;
}

static void model_expire(struct model *model, int index)
{
    int64_t newest_ms = -1;
    for (int i = 0; i <= index; i++) {
        if (model->rows[i].left == model->rows[index].left && model->rows[i].time_ms > newest_ms) {
            newest_ms = model->rows[i].time_ms;
        }
    }
    int64_t retention_ms = model->before_ms + model->after_ms + model->grace_ms;
    for (int i = 0; i <= index; i++) {
        if (model->rows[i].left == model->rows[index].left &&
            model->rows[i].time_ms < newest_ms - retention_ms + 1) {
            model->rows[i].gone = true;
        }
    }
}

static void model_run(struct model *model)
{
    model->lines = "";
    for (int i = 0; i < ROWS; i++) {
        const struct row *row = &model->rows[i], *other = NULL;
        bool matched = false;
        while ((other = next_match(model, i, other))) {
            matched = true;
            model_line(model, row->left ? row : other, row->left ? other : row);
        }
        if (!matched && (row->left ? model->left_outer : model->right_outer)) {
            model_line(model, row->left ? row : NULL, row->left ? NULL : row);
        }
        model_expire(model, i);
    }
}

static const char *random_rows(struct model *model, uint64_t seed, int64_t spread_ms)
{
    uint64_t random = seed;
    int64_t now_ms = 0;
    const char *inputs = "";
    for (int i = 0; i < ROWS; i++) {
        uint64_t bits = weir_random_next(&random);
        now_ms += (int64_t)(bits % 9);
        int64_t late_ms = (bits >> 8 & 7) == 0 ? (int64_t)((bits >> 16) % (uint64_t)spread_ms) : 0;
        struct row *row = &model->rows[i];
        *row = (struct row){
            .left = bits >> 40 & 1,
            .key = (int)(bits >> 41) & (KEYS - 1),
            .number = i,
            .time_ms = now_ms > late_ms ? now_ms - late_ms : 0,
        };
        inputs = weir_arena_format(model->arena,
                                   "%s%s{\"topic\":\"%s\",\"key\":\"%d\",\"timestamp\":%lld,"
                                   "\"value\":{\"N\":%d}}",
                                   inputs, i == 0 ? "" : ",", row->left ? "l" : "r", row->key,
                                   (long long)row->time_ms, i);
    }
    return inputs;
}

static void check_seed(const char *kind, bool left_outer, bool right_outer, bool grace,
                       uint64_t seed)
{
    weir_auto_arena *arena = weir_arena_create(65536);
    struct model model = {.arena = arena, .left_outer = left_outer, .right_outer = right_outer};
    const char *inputs = random_rows(&model, seed, 200);
    model.before_ms = (int64_t)(seed % 40);
    model.after_ms = grace ? (int64_t)(seed * 7 % 50) : model.before_ms;
    int64_t day_ms = 86400000 - 2 * model.before_ms;
    model.grace_ms = grace ? (int64_t)(seed * 3 % 30) : day_ms;
    if (grace && model.before_ms + model.after_ms + model.grace_ms == 0) {
        model.grace_ms = 1;
    }
    const char *within =
        grace ? weir_arena_format(arena,
                                  "(%lld MILLISECONDS, %lld MILLISECONDS) GRACE PERIOD %lld "
                                  "MILLISECONDS",
                                  (long long)model.before_ms, (long long)model.after_ms,
                                  (long long)model.grace_ms)
              : weir_arena_format(arena, "%lld MILLISECONDS", (long long)model.before_ms);
    bool full = left_outer && right_outer;
    const char *sql = weir_arena_format(
        arena,
        "CREATE STREAM l (id STRING KEY, n INT) WITH (kafka_topic='l', value_format='JSON');\n"
        "CREATE STREAM r (id STRING KEY, n INT) WITH (kafka_topic='r', value_format='JSON');\n"
        "CREATE STREAM o AS SELECT %s, l.n AS l, r.n AS r FROM l %s JOIN r WITHIN %s "
        "ON l.id = r.id;\n",
        full          ? "ROWKEY"
        : right_outer ? "r.id"
                      : "l.id",
        kind, within);
    model_run(&model);
    const struct weir_json_tree *answer = sql_run(arena, sql, inputs);
    assert_string_equal(sql_outputs(arena, answer, "O"), model.lines);
}

static void inner_joins_agree_with_the_model(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        check_seed("INNER", false, false, false, seed);
        check_seed("INNER", false, false, true, seed);
    }
}

static void outer_joins_without_grace_agree_with_the_model(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        check_seed("LEFT", true, false, false, seed);
        check_seed("RIGHT", false, true, false, seed);
        check_seed("FULL OUTER", true, true, false, seed);
    }
}

static const char left_join_with_grace[] =
    "CREATE STREAM l (id STRING KEY, n INT) WITH (kafka_topic='l', value_format='JSON');\n"
    "CREATE STREAM r (id STRING KEY, n INT) WITH (kafka_topic='r', value_format='JSON');\n"
    "CREATE STREAM o AS SELECT l.id, l.n AS l, r.n AS r FROM l LEFT JOIN r "
    "WITHIN 10 MILLISECONDS GRACE PERIOD 5 MILLISECONDS ON l.id = r.id;\n";

static void a_left_row_with_grace_waits_for_its_window(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const struct weir_json_tree *answer =
        sql_run(arena, left_join_with_grace,
                "{\"topic\":\"l\",\"key\":\"a\",\"timestamp\":0,\"value\":{\"N\":1}},"
                "{\"topic\":\"l\",\"key\":\"b\",\"timestamp\":3,\"value\":{\"N\":2}},"
                "{\"topic\":\"r\",\"key\":\"b\",\"timestamp\":5,\"value\":{\"N\":3}},"
                "{\"topic\":\"l\",\"key\":\"c\",\"timestamp\":15,\"value\":{\"N\":4}},"
                "{\"topic\":\"l\",\"key\":\"d\",\"timestamp\":16,\"value\":{\"N\":5}}");
    assert_string_equal(sql_outputs(arena, answer, "O"), "\"b\" {\"L\":2,\"R\":3}@5\n"
                                                         "\"a\" {\"L\":1,\"R\":null}@0\n");
}

static void a_table_keeps_the_newest_row_for_the_stream(void **state)
{
    (void)state;
    weir_auto_arena *arena = weir_arena_create(65536);
    const struct weir_json_tree *answer = sql_run(
        arena,
        "CREATE STREAM s (id STRING KEY, n INT) WITH (kafka_topic='s', value_format='JSON');\n"
        "CREATE TABLE t (id STRING PRIMARY KEY, n INT) WITH (kafka_topic='t', "
        "value_format='JSON');\n"
        "CREATE STREAM o AS SELECT s.id, s.n AS l, t.n AS r FROM s LEFT JOIN t ON s.id = t.id;\n",
        "{\"topic\":\"s\",\"key\":\"a\",\"timestamp\":1,\"value\":{\"N\":1}},"
        "{\"topic\":\"t\",\"key\":\"a\",\"timestamp\":9,\"value\":{\"N\":2}},"
        "{\"topic\":\"s\",\"key\":\"a\",\"timestamp\":2,\"value\":{\"N\":3}},"
        "{\"topic\":\"t\",\"key\":\"a\",\"timestamp\":9,\"value\":null},"
        "{\"topic\":\"s\",\"key\":\"a\",\"timestamp\":3,\"value\":{\"N\":4}}");
    assert_string_equal(sql_outputs(arena, answer, "O"), "\"a\" {\"L\":1,\"R\":null}@1\n"
                                                         "\"a\" {\"L\":3,\"R\":2}@2\n"
                                                         "\"a\" {\"L\":4,\"R\":null}@3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inner_joins_agree_with_the_model),
        cmocka_unit_test(outer_joins_without_grace_agree_with_the_model),
        cmocka_unit_test(a_left_row_with_grace_waits_for_its_window),
        cmocka_unit_test(a_table_keeps_the_newest_row_for_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
