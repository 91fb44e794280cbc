/* query_run.h - one query over topics in memory: the operators, the state and the code of
 * production; only the feeding of records and the collector are the test runner's.
 *
 * One partition, one record at a time, everything that follows from it before the next, a commit
 * after each.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_QUERY_RUN_H
#define WEIR_PROCESSOR_TESTING_QUERY_RUN_H

#include "connectors/processor/operators/topology.h"

/* A record that the query wrote to a sink's topic. Borrowed for the call. */
typedef void (*weir_query_output_fn)(void *context, const struct weir_topology_sink *sink,
                                     const struct weir_record *record);
/* An internal topic was written to. */
typedef void (*weir_query_internal_fn)(void *context, const char *topic);

struct weir_query_run_options {
    weir_query_output_fn output;
    weir_query_internal_fn internal;
    void *context;
};

struct weir_query_run;

/* Returns owned; borrows plan. NULL: err. */
struct weir_query_run *weir_query_run_create(const struct weir_query_plan *plan,
                                             const struct weir_query_run_options *options,
                                             struct weir_error *err);
void weir_query_run_destroy(struct weir_query_run *run);

/* Whether it reads that topic. */
bool weir_query_run_reads(const struct weir_query_run *run, const char *topic);
/* The topics that it reads, each once; NULL: no more. */
const char *weir_query_run_topic(const struct weir_query_run *run, size_t index);
/* One record of a topic that it reads. False: the query died. */
bool weir_query_run_feed(struct weir_query_run *run, const struct weir_record *record,
                         struct weir_error *err);

#endif
