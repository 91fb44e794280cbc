/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/tests/fake_sink.h"

#include "core/base/alloc.h"

#include <stdio.h>
#include <string.h>

static const struct weir_property rows[] = {
    {.name = "target",
     .type = WEIR_PROPERTY_STRING,
     .required = true,
     .group = "Target",
     .importance = WEIR_IMPORTANCE_HIGH,
     .documentation = "Where to."},
    {.name = "target.password",
     .type = WEIR_PROPERTY_PASSWORD,
     .group = "Target",
     .documentation = "A secret."},
    {.name = "batch.size",
     .type = WEIR_PROPERTY_INT,
     .default_value = "5",
     .has_range = true,
     .value_min = 1,
     .value_max = 10,
     .group = "Writing",
     .documentation = "How many."},
    {0},
};
static const char *const class_names[] = {"org.example.NullSinkConnector", NULL};

static bool validate(const struct weir_config *config, struct weir_error *err)
{
    const char *target = weir_config_string(config, "target");
    return strcmp(target, "nowhere") != 0 ||
           weir_config_fail(config, "target", err, "nowhere is no place");
}

static bool open_sink(void *state, const struct weir_sink_context *context, int64_t deadline_ms,
                      struct weir_error *err)
{
    (void)state;
    (void)context;
    (void)deadline_ms;
    (void)err;
    return true;
}

static bool write_sink(void *state, const struct weir_batch *batch, struct weir_outcome *outcomes,
                       int64_t deadline_ms, struct weir_error *err)
{
    (void)state;
    (void)batch;
    (void)outcomes;
    (void)deadline_ms;
    (void)err;
    return true;
}

static void close_sink(void *state)
{
    (void)state;
}

static const struct weir_sink_ops null_sink = {
    .name = "null",
    .class_names = class_names,
    .version = "1.2.3",
    .documentation = "Writes nothing.",
    .properties = rows,
    .validate = validate,
    .open = open_sink,
    .write = write_sink,
    .close = close_sink,
};
const struct weir_sink_ops *const fake_sinks[] = {&null_sink, NULL};

atomic_bool fake_task_works;

static bool run_task(void *state, struct weir_task *task, struct weir_error *err)
{
    const char *target = state;
    if (strcmp(target, "broken") == 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0, "the target is broken");
    }
    weir_task_connected(task, true);
    weir_task_assigned(task, 1);
    weir_task_progress(task);
    atomic_store(&fake_task_works, true);
    bool brief = strcmp(target, "brief") == 0; /* ends by itself */
    while (!brief && !weir_task_stopping(task)) {
        weir_task_sleep_ms(task, 60000);
    }
    return true;
}

static bool task_offsets(void *state, struct weir_buffer *json, struct weir_error *err)
{
    (void)state;
    (void)err;
    weir_buffer_append_text(json, "{\"partition\":{\"kafka_topic\":\"t\",\"kafka_partition\":0},"
                                  "\"offset\":{\"kafka_offset\":42}}");
    return true;
}

static const struct weir_task_ops task_ops = {
    .run = run_task, .offsets = task_offsets, .destroy = weir_free};

static bool add_tasks(const struct weir_config *config, struct weir_supervisor *supervisor,
                      struct weir_error *err)
{
    (void)err;
    for (int i = 0; i < weir_config_int(config, "tasks.max"); i++) {
        weir_supervisor_add(supervisor, &task_ops,
                            weir_strdup(weir_config_string(config, "target")));
    }
    return true;
}

static int echo_command(const struct weir_stage_call *call)
{
    for (int i = 0; i < call->argc; i++) {
        printf("%s;", call->argv[i]);
    }
    return 7;
}

static int name_command(const struct weir_stage_call *call)
{
    const struct weir_config *config = weir_stage_read_config(call, call->argv[0]);
    if (!config) {
        return WEIR_EXIT_CONFIG;
    }
    printf("name=%s", weir_config_string(config, "name"));
    return WEIR_EXIT_OK;
}

static const struct weir_stage_command commands[] = {
    {"echo", "WORD...", "prints its arguments", echo_command},
    {"name", "FILE", "prints the name", name_command},
    {0},
};

const struct weir_stage fake_stage = {
    .program = "weir-test",
    .summary = "does nothing",
    .type = "sink",
    .sinks = fake_sinks,
    .add_tasks = add_tasks,
    .commands = commands,
};

const char fake_config_text[] = "name: orders\n"
                                "connector.class: NullSink\n"
                                "bootstrap.servers: 127.0.0.1:1\n"
                                "listeners: http://127.0.0.1:0\n"
                                "topics: a, b\n"
                                "tasks.max: 2\n"
                                "target: there\n"
                                "target.password: hunter2\n";
