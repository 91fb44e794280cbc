/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/topology.h"

#include "connectors/processor/plan/program.h"
#include "connectors/processor/sql/parser.h"
#include "connectors/processor/testing/memory_topics.h"
#include "core/base/backoff.h"
#include "core/base/hash_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* One task of a query with a single sub-topology: restarts, commits, idle input. */

enum { STORES_MAX = 4, RECORDS = 160 };

struct entry {
    uint32_t store_index;
    struct weir_bytes key, value;
    int64_t timestamp_ms;
    struct entry *next;
};

struct bench {
    struct weir_arena *arena;
    struct weir_metastore *metastore;
    const struct weir_topology *topology;
    struct weir_stream_task *task;
    struct weir_collector collector;
    struct entry *first, **last; /* the changelogs, in order */
    const char *lines;           /* what came out */
    size_t commit_output_count;
    int64_t wall_ms;
};

static int32_t one_partition(void *context, const char *topic, struct weir_error *err)
{
    (void)context, (void)topic, (void)err;
    return 1;
}

static bool produce(void *context, const struct weir_output *output, struct weir_error *err)
{
    (void)err;
    struct bench *bench = context;
    bench->commit_output_count++;
    struct weir_bytes value =
        output->value.data ? output->value : (struct weir_bytes){(const uint8_t *)"null", 4};
    bench->lines = weir_arena_format(bench->arena, "%s%.*s %.*s@%lld\n", bench->lines,
                                     (int)output->base_key_bytes, (const char *)output->key.data,
                                     (int)value.len, (const char *)value.data,
                                     (long long)output->timestamp_ms);
    return true;
}

static bool changelog(void *context, uint32_t store_index, struct weir_bytes key,
                      struct weir_bytes value, int64_t timestamp_ms, struct weir_error *err)
{
    (void)err;
    struct bench *bench = context;
    struct entry *entry = weir_arena_calloc(bench->arena, 1, sizeof *entry);
    *entry = (struct entry){.store_index = store_index,
                            .key = weir_arena_copy(bench->arena, key),
                            .value = weir_arena_copy(bench->arena, value),
                            .timestamp_ms = timestamp_ms};
    *bench->last = entry;
    bench->last = &entry->next;
    return true;
}

static int64_t wall(void *context)
{
    return ((struct bench *)context)->wall_ms;
}

static const struct weir_query_plan *plan_of(struct bench *bench, const char *sql)
{
    struct weir_error err = {0};
    struct weir_statements program;
    const struct weir_query_plan *plan = NULL;
    struct weir_program_options options = {.metastore = bench->metastore,
                                           .topics = {.partition_count = one_partition}};
    assert_true(weir_sql_parse(bench->arena, sql, strlen(sql), &program, &err));
    for (size_t i = 0; i < program.count; i++) {
        struct weir_action action = {0};
        if (!weir_program_execute(&options, bench->arena, &program, program.items[i], &action,
                                  &err)) {
            print_message("%s\n", err.message);
            fail();
        }
        plan = action.plan ? action.plan : plan;
    }
    return plan;
}

static void task_start(struct bench *bench)
{
    struct weir_error err = {0};
    bench->task = weir_stream_task_create(bench->topology, 0, 0, &bench->collector, &err);
    assert_non_null(bench->task);
}

static void bench_init(struct bench *bench, const char *sql, struct weir_topology_options options)
{
    *bench = (struct bench){.arena = weir_arena_create(65536), .lines = ""};
    bench->last = &bench->first;
    bench->metastore = weir_metastore_create();
    bench->collector =
        (struct weir_collector){.context = bench, .produce = produce, .changelog = changelog};
    options.wall_ms = wall;
    options.wall_context = bench;
    bench->topology = weir_topology_build(bench->arena, plan_of(bench, sql), &options);
    assert_int_equal(bench->topology->subtopology_count, 1);
    task_start(bench);
}

static void bench_fini(struct bench *bench)
{
    weir_stream_task_destroy(bench->task);
    weir_metastore_destroy(bench->metastore);
    weir_arena_destroy(bench->arena);
}

static uint32_t source_of(const struct bench *bench, const char *topic)
{
    const struct weir_subtopology *sub = &bench->topology->subtopologies[0];
    uint32_t index = 0;
    while (strcmp(sub->sources[index].topic, topic) != 0) {
        index++;
        assert_true(index < sub->source_count);
    }
    return index;
}

struct input {
    struct weir_record record;
    uint32_t source;
};

/* Keys a to c, times that jitter; topics alternate at random. */
static struct input *random_inputs(struct bench *bench, const char *const *topics,
                                   size_t topic_count, uint64_t seed)
{
    struct input *inputs = weir_arena_calloc(bench->arena, RECORDS, sizeof *inputs);
    int64_t offsets[2] = {0};
    uint64_t random = seed;
    for (int i = 0; i < RECORDS; i++) {
        uint64_t bits = weir_random_next(&random);
        size_t topic = (bits >> 8) % topic_count;
        int64_t time_ms = i * 3 + (int64_t)(bits & 15);
        const char *key = weir_arena_format(bench->arena, "%c", (int)('a' + (bits >> 16) % 3));
        const char *value = weir_arena_format(bench->arena, "{\"N\":%d}", i);
        inputs[i].source = source_of(bench, topics[topic]);
        inputs[i].record = (struct weir_record){.topic = topics[topic],
                                                .offset = offsets[topic]++,
                                                .timestamp_ms = time_ms,
                                                .key = weir_bytes_of(key),
                                                .value = weir_bytes_of(value)};
    }
    return inputs;
}

static void process(struct bench *bench, const struct input *inputs, size_t count)
{
    struct weir_error err = {0};
    for (size_t i = 0; i < count; i++) {
        bench->wall_ms += 2000; /* past any throttle */
        assert_true(
            weir_stream_task_process(bench->task, inputs[i].source, &inputs[i].record, &err));
        if (i % 10 == 9) {
            assert_true(weir_stream_task_commit(bench->task, &err));
        }
    }
    assert_true(weir_stream_task_commit(bench->task, &err));
}

/* As the engine: times, then changelogs, then the source records that stores still need. */
static void restart(struct bench *bench, const struct input *inputs, size_t done)
{
    struct weir_error err = {0};
    weir_auto_buffer times;
    weir_buffer_init(&times, SIZE_MAX);
    weir_stream_task_times_export(bench->task, &times);
    int64_t offsets[2] = {INT64_MAX, INT64_MAX};
    const struct weir_subtopology *sub = &bench->topology->subtopologies[0];
    for (uint32_t i = 0; i < sub->source_count; i++) {
        offsets[i] = weir_stream_task_restore_offset(bench->task, i);
    }
    weir_stream_task_destroy(bench->task);
    task_start(bench);
    assert_true(weir_stream_task_times_import(bench->task, weir_buffer_view(&times), &err));
    for (const struct entry *entry = bench->first; entry; entry = entry->next) {
        assert_true(weir_stream_task_restore_changelog(bench->task, entry->store_index, entry->key,
                                                       entry->value, entry->timestamp_ms, &err));
    }
    for (size_t i = 0; i < done; i++) {
        if (inputs[i].record.offset >= offsets[inputs[i].source]) {
            assert_true(weir_stream_task_restore_source(bench->task, inputs[i].source,
                                                        &inputs[i].record, &err));
        }
    }
}

static void check_restarts(const char *sql, const char *const *topics, size_t topic_count,
                           struct weir_topology_options options)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct bench whole, parted;
        bench_init(&whole, sql, options);
        bench_init(&parted, sql, options);
        process(&whole, random_inputs(&whole, topics, topic_count, seed), RECORDS);
        const struct input *inputs = random_inputs(&parted, topics, topic_count, seed);
        for (size_t done = 0; done < RECORDS; done += 40) {
            process(&parted, inputs + done, 40);
            restart(&parted, inputs, done + 40);
        }
        assert_string_equal(parted.lines, whole.lines);
        assert_true(strlen(whole.lines) > 100);
        assert_true(weir_stream_task_bytes(parted.task) > 0);
        bench_fini(&whole);
        bench_fini(&parted);
    }
}

static const char *const left_and_right[] = {"l", "r"}, *const only_left[] = {"l"};

#define LEFT_STREAM \
    "CREATE STREAM l (id STRING KEY, n INT) WITH (kafka_topic='l', value_format='JSON');\n"
#define RIGHT_STREAM \
    "CREATE STREAM r (id STRING KEY, n INT) WITH (kafka_topic='r', value_format='JSON');\n"
#define JOIN \
    LEFT_STREAM RIGHT_STREAM \
        "CREATE STREAM o AS SELECT l.id, l.n AS l, r.n AS r FROM l LEFT JOIN r WITHIN 20 " \
        "MILLISECONDS GRACE PERIOD 10 MILLISECONDS ON l.id = r.id;\n"

static void a_join_goes_on_after_a_restart(void **state)
{
    (void)state;
    check_restarts(JOIN, left_and_right, 2, (struct weir_topology_options){0});
}

static void a_join_can_be_restored_from_its_sources(void **state)
{
    (void)state;
    check_restarts(JOIN, left_and_right, 2,
                   (struct weir_topology_options){.join_restore_source = true});
}

static void windows_go_on_after_a_restart(void **state)
{
    (void)state;
    check_restarts(LEFT_STREAM
                   "CREATE TABLE o AS SELECT id, SUM(n) AS s, COLLECT_LIST(n) AS c FROM l WINDOW "
                   "HOPPING (SIZE 20 MILLISECONDS, ADVANCE BY 7 MILLISECONDS, GRACE PERIOD 5 "
                   "MILLISECONDS) GROUP BY id HAVING SUM(n) > 100;",
                   only_left, 1, (struct weir_topology_options){0});
}

static void final_windows_go_on_after_a_restart(void **state)
{
    (void)state;
    check_restarts(LEFT_STREAM
                   "CREATE TABLE o AS SELECT id, COUNT(*) AS c FROM l WINDOW TUMBLING (SIZE 20 "
                   "MILLISECONDS, GRACE PERIOD 5 MILLISECONDS) GROUP BY id EMIT FINAL;",
                   only_left, 1, (struct weir_topology_options){.emit_final_lossless = true});
}

static void sessions_go_on_after_a_restart(void **state)
{
    (void)state;
    check_restarts(LEFT_STREAM
                   "CREATE TABLE o AS SELECT id, COUNT(*) AS c, MAX(n) AS m FROM l WINDOW SESSION "
                   "(9 MILLISECONDS, GRACE PERIOD 5 MILLISECONDS) GROUP BY id;",
                   only_left, 1, (struct weir_topology_options){0});
}

static void a_plain_aggregate_and_having_go_on_after_a_restart(void **state)
{
    (void)state;
    check_restarts(LEFT_STREAM "CREATE TABLE o AS SELECT id, AVG(n) AS a, LATEST_BY_OFFSET(n) AS m "
                               "FROM l GROUP BY id HAVING COUNT(*) > 3;",
                   only_left, 1, (struct weir_topology_options){0});
}

static void a_table_join_goes_on_after_a_restart(void **state)
{
    (void)state;
    check_restarts("CREATE TABLE l (id STRING PRIMARY KEY, n INT) WITH (kafka_topic='l', "
                   "value_format='JSON');\n"
                   "CREATE TABLE r (id STRING PRIMARY KEY, n INT) WITH (kafka_topic='r', "
                   "value_format='JSON');\n"
                   "CREATE TABLE o AS SELECT l.id, l.n AS l, r.n AS r FROM l LEFT JOIN r ON l.id = "
                   "r.id;\n",
                   left_and_right, 2, (struct weir_topology_options){0});
}

static void one_row_a_key_comes_out_at_each_commit(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, LEFT_STREAM "CREATE TABLE o AS SELECT id, COUNT(*) AS c FROM l GROUP BY id;",
               (struct weir_topology_options){.emit_per_commit = true});
    const struct input *inputs = random_inputs(&bench, only_left, 1, 3);
    struct weir_error err = {0};
    for (size_t i = 0; i < RECORDS; i++) {
        assert_true(
            weir_stream_task_process(bench.task, inputs[i].source, &inputs[i].record, &err));
    }
    assert_int_equal(bench.commit_output_count, 0);
    assert_true(weir_stream_task_commit(bench.task, &err));
    assert_int_equal(bench.commit_output_count, 3);
    assert_true(weir_stream_task_commit(bench.task, &err));
    assert_int_equal(bench.commit_output_count, 3);
    bench_fini(&bench);
}

static void windows_close_when_input_is_idle(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(
        &bench,
        LEFT_STREAM "CREATE TABLE o AS SELECT id, COUNT(*) AS c FROM l WINDOW TUMBLING "
                    "(SIZE 20 MILLISECONDS, GRACE PERIOD 5 MILLISECONDS) GROUP BY id EMIT "
                    "FINAL;",
        (struct weir_topology_options){.emit_final_lossless = true, .window_idle_close_ms = 1000});
    const struct input *inputs = random_inputs(&bench, only_left, 1, 3);
    process(&bench, inputs, 1);
    struct weir_error err = {0};
    bench.wall_ms = 100; /* of the first tick after the row: idle time counts from here */
    assert_true(weir_stream_task_tick(bench.task, &err));
    bench.wall_ms = 1099;
    assert_true(weir_stream_task_tick(bench.task, &err));
    assert_int_equal(bench.commit_output_count, 0);
    bench.wall_ms = 1100;
    assert_true(weir_stream_task_tick(bench.task, &err));
    assert_true(weir_stream_task_tick(bench.task, &err));
    assert_int_equal(bench.commit_output_count, 1);
    bench_fini(&bench);
}

static void foreign_times_are_refused(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, JOIN, (struct weir_topology_options){0});
    struct weir_error err = {0};
    assert_true(weir_stream_task_times_import(bench.task, WEIR_BYTES_NULL, &err));
    assert_false(weir_stream_task_times_import(bench.task, WEIR_BYTES("\x02\x63\x01x"), &err));
    weir_error_clear(&err);
    assert_false(weir_stream_task_restore_changelog(bench.task, 0, WEIR_BYTES("k"), WEIR_BYTES("v"),
                                                    0, &err));
    bench_fini(&bench);
}

static void another_program_has_another_fingerprint(void **state)
{
    (void)state;
    struct bench first, same, other;
    struct weir_topology_options options = {0};
    bench_init(&first, LEFT_STREAM "CREATE TABLE o AS SELECT id, SUM(n) AS s FROM l GROUP BY id;",
               options);
    bench_init(&same, LEFT_STREAM "CREATE TABLE o AS SELECT id, SUM(n) AS s FROM l GROUP BY id;",
               options);
    bench_init(&other, LEFT_STREAM "CREATE TABLE o AS SELECT id, MAX(n) AS s FROM l GROUP BY id;",
               options);
    assert_true(first.topology->fingerprint == same.topology->fingerprint);
    assert_true(first.topology->fingerprint != other.topology->fingerprint);
    bench_fini(&first);
    bench_fini(&same);
    bench_fini(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_join_goes_on_after_a_restart),
        cmocka_unit_test(a_join_can_be_restored_from_its_sources),
        cmocka_unit_test(windows_go_on_after_a_restart),
        cmocka_unit_test(final_windows_go_on_after_a_restart),
        cmocka_unit_test(sessions_go_on_after_a_restart),
        cmocka_unit_test(a_plain_aggregate_and_having_go_on_after_a_restart),
        cmocka_unit_test(a_table_join_goes_on_after_a_restart),
        cmocka_unit_test(one_row_a_key_comes_out_at_each_commit),
        cmocka_unit_test(windows_close_when_input_is_idle),
        cmocka_unit_test(foreign_times_are_refused),
        cmocka_unit_test(another_program_has_another_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
