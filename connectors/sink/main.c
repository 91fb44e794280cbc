/* main.c - weir-sink: from Kafka to a database or a web service. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/sink.h"
#include "connectors/sink/mongodb/sink.h"
#include "core/runtime/dry_run.h"
#include "core/runtime/replay.h"
#include "core/runtime/stage.h"

/* sink/stdout is a plugin of its own, found beside the executable. */
static const struct weir_sink_ops *const sinks[] = {&weir_mongodb_sink, &weir_http_sink, NULL};

static const struct weir_stage_command commands[] = {
    {"replay", "--dlq TOPIC FILE", "sends the dead letters in TOPIC through the sink of FILE again",
     weir_replay_command},
    {"dry-run", "FILE",
     "prints the requests that the sink of FILE would make; sends and commits nothing",
     weir_dry_run_command},
    {0},
};

static const struct weir_stage stage = {
    .program = "weir-sink",
    .summary = "reads records from Kafka and hands them to a sink connector",
    .type = "sink",
    .sinks = sinks,
    .commands = commands,
};

int main(int argc, char **argv)
{
    return weir_stage_main(argc, argv, &stage);
}
