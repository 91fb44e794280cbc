/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/engine/properties.h"

#include <stddef.h>

static const char *const guarantees[] = {"exactly_once_v2", "exactly_once", NULL};
static const char *const resets[] = {"earliest", "latest", NULL};

#define ROW(property_name, property_type, default_text, about, ...) \
    { \
        .name = property_name, .type = WEIR_PROPERTY_##property_type, \
        .default_value = default_text, .group = "Processor", .documentation = about, __VA_ARGS__ \
    }

const struct weir_property weir_processor_properties[] = {
    ROW("ksql.queries.file", STRING, NULL,
        "The program: a file of ksqlDB's SQL. A relative path starts at this file's folder.",
        .required = true),
    ROW("ksql.service.id", STRING, "default_",
        "Part of the consumer group and of the names of internal topics: two "
        "programs on one Kafka need two."),
    ROW("commit.interval.ms", LONG, "100",
        "How long a transaction stays open while many records come. It is committed sooner "
        "when they are few, or the input is drained. ksqlDB's default is 2000.",
        .has_range = true, .value_min = 1, .value_max = 60000,
        .aliases = (const char *const[]){"ksql.streams.commit.interval.ms", NULL}),
    ROW("cache.max.bytes.buffering", LONG, "10485760",
        "Above 0, aggregates and tables hand on the newest row of each key once a commit; 0: every "
        "update comes out.",
        .has_range = true, .value_min = 0, .value_max = INT64_MAX,
        .aliases = (const char *const[]){"ksql.streams.cache.max.bytes.buffering",
                                         "statestore.cache.max.bytes",
                                         "ksql.streams.statestore.cache.max.bytes", NULL}),
    ROW("weir.repartition.pack", BOOLEAN, "true",
        "Rows on their way to an aggregate by another key are gathered until the commit, one "
        "record "
        "for each key and source partition, so that a constant key scales. The result is the same.",
        .importance = WEIR_IMPORTANCE_LOW),
    ROW("weir.emit.final.lossless", BOOLEAN, "true",
        "EMIT FINAL gives each closed window, also after a jump of time; false: as ksqlDB, which "
        "loses those that its store has let go of."),
    ROW("weir.window.idle.close.ms", LONG, "0",
        "After so long without input, windows close and what waits for their end comes out, as if "
        "time had gone on. 0: never; -1: after the window's size and grace.",
        .has_range = true, .value_min = -1, .value_max = INT64_MAX),
    ROW("weir.join.restore.source", BOOLEAN, "true",
        "Rows that a stream-stream join waits for are read again from the source topics after a "
        "restart, where those keep them a day longer than the join does; else, and with false, "
        "from a changelog.",
        .importance = WEIR_IMPORTANCE_LOW),
    ROW("num.stream.threads", INT, "1",
        "Stream threads of this process; partitions are shared among all threads of all "
        "processes.",
        .has_range = true, .value_min = 1, .value_max = 256,
        .aliases = (const char *const[]){"ksql.streams.num.stream.threads", NULL}),
    ROW("num.standby.replicas", INT, "0",
        "So many other processes may go at once, and those that take over their partitions have a "
        "warm copy of the state, a second old. Above 0, the transaction of a process that died "
        "ends after 10 s instead of 60.",
        .has_range = true, .value_min = 0, .value_max = 256,
        .aliases = (const char *const[]){"ksql.streams.num.standby.replicas", NULL}),
    ROW("processing.guarantee", STRING, "exactly_once_v2",
        "Outputs, state and offsets are always committed in one "
        "transaction.",
        .allowed = guarantees, .importance = WEIR_IMPORTANCE_LOW,
        .aliases = (const char *const[]){"ksql.streams.processing.guarantee", NULL}),
    ROW("auto.offset.reset", STRING, "latest",
        "Where a query starts in a topic that it never read: the default for programs without "
        "`SET 'auto.offset.reset'`. Tables always start at the beginning.",
        .allowed = resets,
        .aliases = (const char *const[]){"ksql.streams.auto.offset.reset", NULL}),
    ROW("replication.factor", INT, "-1", "Replicas of internal topics; -1 is the broker's default.",
        .has_range = true, .value_min = -1, .value_max = 32767, .importance = WEIR_IMPORTANCE_LOW,
        .aliases = (const char *const[]){"ksql.internal.topic.replicas",
                                         "ksql.streams.replication.factor", NULL}),
    ROW("state.bytes.max", LONG, "1073741824",
        "Memory that the state of one thread may take; a program that needs more stops with a "
        "message.",
        .has_range = true, .value_min = 1 << 20, .value_max = INT64_MAX,
        .importance = WEIR_IMPORTANCE_LOW),
    ROW("ksql.*", STRING, NULL,
        "Session properties of the program, as `SET 'ksql....'` would set them.",
        .importance = WEIR_IMPORTANCE_LOW),
    ROW("weir.*", STRING, NULL, "Session properties beyond ksqlDB's.",
        .importance = WEIR_IMPORTANCE_LOW),
    {0},
};
