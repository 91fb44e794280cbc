/* Changelog entries and stored times as they may come from a broker: refused or taken, never more.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/topology.h"
#include "connectors/processor/plan/program.h"
#include "connectors/processor/sql/parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const char *const programs[] = {
    ("CREATE STREAM l (id STRING KEY, n INT) WITH (kafka_topic='l', value_format='JSON');\n"
     "CREATE STREAM r (id STRING KEY, n INT) WITH (kafka_topic='r', value_format='JSON');\n"
     "CREATE STREAM o AS SELECT l.id, l.n AS l, r.n AS r FROM l LEFT JOIN r WITHIN 20 MILLISECONDS "
     "GRACE PERIOD 10 MILLISECONDS ON l.id = r.id;\n"),
    ("CREATE STREAM l (id STRING KEY, n INT) WITH (kafka_topic='l', value_format='JSON');\n"
     "CREATE TABLE o AS SELECT id, SUM(n) AS s, COLLECT_LIST(n) AS c FROM l WINDOW TUMBLING (SIZE "
     "20 MILLISECONDS) GROUP BY id EMIT FINAL;"),
    ("CREATE STREAM l (id STRING KEY, n INT) WITH (kafka_topic='l', value_format='JSON');\n"
     "CREATE TABLE o AS SELECT id, MAX(n) AS s FROM l WINDOW SESSION (20 MILLISECONDS) GROUP BY "
     "id;"),
};

static int32_t one_partition(void *context, const char *topic, struct weir_error *err)
{
    (void)context, (void)topic, (void)err;
    return 1;
}

static bool ignore(void *context, const struct weir_output *output, struct weir_error *err)
{
    (void)context, (void)output, (void)err;
    return true;
}

static const struct weir_query_plan *plan_of(struct weir_arena *arena,
                                             struct weir_metastore *metastore, const char *sql)
{
    struct weir_error err = {0};
    struct weir_statements program;
    const struct weir_query_plan *plan = NULL;
    struct weir_program_options options = {.metastore = metastore,
                                           .topics = {.partition_count = one_partition}};
    weir_assert(weir_sql_parse(arena, sql, strlen(sql), &program, &err));
    for (size_t i = 0; i < program.count; i++) {
        struct weir_action action = {0};
        weir_assert(
            weir_program_execute(&options, arena, &program, program.items[i], &action, &err));
        plan = action.plan ? action.plan : plan;
    }
    return plan;
}

/* The first byte chooses the program, the second the store or the times, the third where the key
 * ends. Afterwards the task takes a record and commits. */
static void use(struct weir_stream_task *task, size_t store_count, const uint8_t *data,
                size_t bytes)
{
    struct weir_error err = {0};
    struct weir_bytes rest = {data + 3, bytes - 3};
    size_t key_bytes = data[2] < rest.len ? data[2] : rest.len;
    struct weir_bytes value = {rest.data + key_bytes, rest.len - key_bytes};
    size_t store = data[1] % (store_count + 1);
    bool ok = store == store_count
                  ? weir_stream_task_times_import(task, rest, &err)
                  : weir_stream_task_restore_changelog(task, (uint32_t)store,
                                                       (struct weir_bytes){rest.data, key_bytes},
                                                       value, 0, &err);
    const struct weir_record record = {.topic = "l",
                                       .timestamp_ms = 100,
                                       .key = WEIR_BYTES("a"),
                                       .value = WEIR_BYTES("{\"N\":1}")};
    if (ok && weir_stream_task_process(task, 0, &record, &err)) {
        weir_stream_task_commit(task, &err);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes < 3) {
        return 0;
    }
    struct weir_arena *arena = weir_arena_create(65536);
    struct weir_metastore *metastore = weir_metastore_create();
    const char *sql = programs[data[0] % (sizeof programs / sizeof programs[0])];
    const struct weir_topology_options options = {0};
    const struct weir_collector collector = {.produce = ignore};
    const struct weir_topology *topology =
        weir_topology_build(arena, plan_of(arena, metastore, sql), &options);
    struct weir_error err = {0};
    struct weir_stream_task *task = weir_stream_task_create(topology, 0, 0, &collector, &err);
    weir_assert(task != NULL);
    use(task, topology->subtopologies[0].store_count, data, bytes);
    weir_stream_task_destroy(task);
    weir_metastore_destroy(metastore);
    weir_arena_destroy(arena);
    return 0;
}
