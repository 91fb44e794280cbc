/* join_sources.h - whether the rows that stream-stream joins wait for can be read again from the
 * topics that they came from, so that no changelog is needed. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_JOIN_SOURCES_H
#define WEIR_PROCESSOR_ENGINE_JOIN_SOURCES_H

#include "connectors/processor/plan/plan.h"
#include "core/kafka/admin.h"

#include <stdbool.h>

/* *kept_out: the source topics of all stream-stream joins are not compacted and keep their records
 * a day longer than the joins do (as Kafka Streams has it for its changelogs). False: err. */
bool weir_join_sources_kept(const struct weir_query_plan *plan, struct weir_admin *admin,
                            bool *kept_out, struct weir_error *err);

#endif
