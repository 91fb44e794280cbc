/* main.c - weir-source: from a database to Kafka. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/mongodb.h"
#include "core/runtime/stage.h"

static const struct weir_source_ops *const sources[] = {&weir_mongodb_source, NULL};

static const struct weir_stage stage = {
    .program = "weir-source",
    .summary = "reads records from a source connector and writes them to Kafka, exactly once",
    .type = "source",
    .sources = sources,
};

int main(int argc, char **argv)
{
    return weir_stage_main(argc, argv, &stage);
}
