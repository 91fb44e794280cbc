/* topology_step.h - what the topology knows of each step of the plan, for the operators.
 * Internal to this folder. Threads: immutable. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_OPERATORS_TOPOLOGY_STEP_H
#define WEIR_PROCESSOR_OPERATORS_TOPOLOGY_STEP_H

#include "connectors/processor/operators/topology.h"

struct weir_topology_step {
    uint32_t subtopology;             /* that its output flows in */
    const struct weir_step *consumer; /* NULL: the root */
    uint32_t consumer_port;
    const bool *needed;   /* by value column of its output: somebody downstream reads it */
    bool position_needed; /* ROWPARTITION or ROWOFFSET of the rows is read downstream */
};

/* Fills needed and position_needed of all steps. */
void weir_topology_find_needed(struct weir_arena *arena, const struct weir_query_plan *plan,
                               struct weir_topology_step *steps);

/* Saturating: how long rows of one side of a stream-stream join are kept. */
int64_t weir_join_retention_ms(const struct weir_step_join *join);

/* Name of the store of a foreign key join's subscriptions, or of an outer join's waiting rows. */
const char *weir_subscription_store_name(struct weir_arena *arena, const struct weir_step *step);

/* The outer side keeps rows back until their window is over. */
static inline bool weir_join_waits(const struct weir_step_join *join)
{
    return join->kind != WEIR_JOIN_INNER && join->has_grace;
}

/* The repartition's rows are gathered. */
bool weir_topology_packs(const struct weir_topology *topology, const struct weir_step *step);

#endif
