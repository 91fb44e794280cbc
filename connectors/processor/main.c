/* main.c - weir-processor: ksqlDB's SQL on Kafka; and on records in a file. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/properties.h"
#include "connectors/processor/testing/command.h"
#include "core/runtime/stage.h"

#include <string.h>

static const struct weir_property *const tables[] = {weir_processor_properties, NULL};

static int run_test(const struct weir_stage_call *call)
{
    return weir_test_command(call->argc, call->argv);
}

static const struct weir_stage_command commands[] = {
    {.name = "test",
     .arguments = "-s FILE [-i FILE] [-o FILE] | --batch",
     .help = "run statements over given records, without Kafka",
     .run = run_test},
    {0},
};

static const struct weir_stage stage = {
    .program = "weir-processor",
    .summary = "runs ksqlDB's SQL on Kafka topics, exactly once",
    .type = "processor",
    .tables = tables,
    .commands = commands,
};

int main(int argc, char **argv)
{
    /* Its --set and --help are its own, not the stage's. */
    if (argc > 1 && strcmp(argv[1], "test") == 0) {
        return weir_test_command(argc - 2, argv + 2);
    }
    return weir_stage_main(argc, argv, &stage);
}
