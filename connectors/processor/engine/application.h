/* application.h - a program made ready to run: statements executed, topics there, topologies built.
 *
 * Every mistake of the user and every missing topic is found here, before a thread starts.
 * Threads: made by main, immutable afterwards. Allocates: in its own arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_APPLICATION_H
#define WEIR_PROCESSOR_ENGINE_APPLICATION_H

#include "connectors/processor/operators/topology.h"
#include "connectors/processor/plan/program.h"
#include "core/config/config.h"
#include "core/kafka/admin.h"

#include <stdatomic.h>
#include <stdbool.h>

/* One persistent query. */
struct weir_engine_query {
    const struct weir_query_plan *plan;
    const struct weir_topology *topology;
    /* _confluent-ksql-<service id>query_<query id>: prefix of its internal topics */
    const char *application_id;
    bool earliest; /* auto.offset.reset */
};

struct weir_application {
    struct weir_arena *arena;
    struct weir_metastore *metastore;
    const char *path; /* of the program */
    const char *text;
    const char *group_id;
    struct weir_statements statements;
    struct weir_engine_query *queries;
    size_t query_count;
    atomic_int users; /* stream threads; the last one to go destroys it */
};

/* Reads and parses ksql.queries.file. On an SQL mistake err has the caret picture in its message
 * (domain CONFIG). */
struct weir_application *weir_application_read(const struct weir_config *config,
                                               struct weir_error *err);
/* Executes the statements against Kafka: creates topics, sources, queries, internal topics. */
bool weir_application_prepare(struct weir_application *application,
                              const struct weir_config *config, struct weir_admin *admin,
                              struct weir_error *err);
/* Executes them as definitions only, for the console: nothing is created or started. */
bool weir_application_define(struct weir_application *application, const struct weir_config *config,
                             struct weir_admin *admin, struct weir_error *err);
/* The same without a server, for `validate`: topics that are not declared with PARTITIONS are taken
 * to exist. */
bool weir_application_validate(struct weir_application *application,
                               const struct weir_config *config, struct weir_error *err);
void weir_application_destroy(struct weir_application *application);

/* Turns an error with a line and a column of text into "file:line:column: message" and the caret
 * picture. Returns false. */
bool weir_application_explain(const struct weir_application *application, const char *text,
                              struct weir_error *err);

/* Name of a topic that the query reads or writes: internal ones get the application id. Lives in
 * the arena. */
const char *weir_engine_topic(struct weir_arena *arena, const struct weir_engine_query *query,
                              const char *topic, bool internal);
const char *weir_engine_changelog(struct weir_arena *arena, const struct weir_engine_query *query,
                                  const char *store);

/* Topics by Kafka's admin client, for weir_program_options. */
struct weir_topics weir_engine_topics(struct weir_admin *admin);
/* Creates the topic that an action asks for. */
bool weir_engine_create_topic(struct weir_admin *admin, const struct weir_topic_request *request,
                              struct weir_error *err);

#endif
