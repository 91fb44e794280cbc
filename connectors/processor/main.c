/* main.c - weir-processor: runs a program of ksqlDB's SQL on Kafka. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/console/console.h"
#include "connectors/processor/engine/properties.h"
#include "connectors/processor/engine/reset.h"
#include "connectors/processor/engine/stream_thread.h"
#include "connectors/processor/functions/page.h"
#include "connectors/processor/testing/command.h"
#include "core/base/clock.h"
#include "core/runtime/stage.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

enum {
    START_TIMEOUT_MS = 30000,
    PAGE_BYTES_MAX = 1 << 20,
    FREE_BYTES_KEPT = 1 << 20, /* at the end of a heap */
};

static bool check(const struct weir_config *config, struct weir_error *err)
{
    struct weir_application *application = weir_application_read(config, err);
    bool good = application && weir_application_validate(application, config, err);
    weir_application_destroy(application);
    return good;
}

/* The application belongs to the threads; the last one destroys it. */
static bool add_tasks(const struct weir_config *config, struct weir_supervisor *supervisor,
                      struct weir_error *err)
{
    struct weir_admin *admin = weir_admin_create(config, weir_clock_ms() + START_TIMEOUT_MS, err);
    struct weir_application *application = admin ? weir_application_read(config, err) : NULL;
    bool good = application && weir_application_prepare(application, config, admin, err);
    weir_admin_destroy(admin);
    if (!good) {
        weir_application_destroy(application);
        return false;
    }
    int count = weir_config_int(config, "num.stream.threads");
    for (int index = 0; index < count; index++) {
        const struct weir_stream_thread_options options = {
            config, application, weir_config_string(config, "name"), index};
        weir_supervisor_add(supervisor, &weir_stream_thread_ops,
                            weir_stream_thread_create(&options));
    }
    return true;
}

static const struct weir_property *const tables[] = {weir_processor_properties, NULL};

static int run_test(const struct weir_stage_call *call)
{
    return weir_test_command(call->argc, call->argv);
}

static int print_functions(const struct weir_stage_call *call)
{
    (void)call;
    weir_auto_buffer page;
    weir_buffer_init(&page, PAGE_BYTES_MAX);
    weir_functions_page(&page);
    return fwrite(page.data, 1, page.len, stdout) == page.len ? WEIR_EXIT_OK : WEIR_EXIT_RUNTIME;
}

static const struct weir_stage_command commands[] = {
    {"test", "-s STATEMENTS [-i INPUT] [-o OUTPUT] [--batch]",
     "runs a program over records in memory, without Kafka", run_test},
    {"sql", "FILE -e STATEMENTS | -f FILE",
     "runs statements of the moment: SELECT, INSERT, SHOW, DESCRIBE, DROP", weir_console_run},
    {"functions", "", "prints the functions of SQL as Markdown", print_functions},
    {"reset", "FILE", "forgets state and offsets of a stopped program, so that it starts afresh",
     weir_engine_reset},
    {0},
};

static const struct weir_stage stage = {
    .program = "weir-processor",
    .summary = "runs a program of ksqlDB's SQL on Kafka, exactly once",
    .type = "processor",
    .tables = tables,
    .check = check,
    .add_tasks = add_tasks,
    .commands = commands,
};

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "test") ==
                        0) { /* its --set means the program's session, not a configuration file */
        return weir_test_command(argc - 2, argv + 2);
    }
    /* By itself glibc would keep more and more, and would stop giving back what large answers of
     * brokers were read into: a tenth of the memory at full speed. */
    mallopt(M_TRIM_THRESHOLD, FREE_BYTES_KEPT);
    return weir_stage_main(argc, argv, &stage);
}
