/* internal_topics.h - repartition and changelog topics of a query: created at the start, sized
 * after their sources. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_INTERNAL_TOPICS_H
#define WEIR_PROCESSOR_ENGINE_INTERNAL_TOPICS_H

#include "connectors/processor/engine/application.h"

/* Partition counts: a repartition topic has as many as the widest source of the sub-topologies that
 * read or write it; a changelog as many as its sub-topology has tasks. Sources of one sub-topology
 * must agree. */
bool weir_internal_topics_create(const struct weir_engine_query *query,
                                 const struct weir_config *config, struct weir_admin *admin,
                                 struct weir_arena *arena, struct weir_error *err);

#endif
