/* status_metrics.h - gauges of a stage's own state, under the names that dashboards for Kafka
 * Connect query.
 * Threads: refreshed by whoever writes the metrics. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_STATUS_METRICS_H
#define WEIR_RUNTIME_STATUS_METRICS_H

#include "core/runtime/metrics.h"
#include "core/runtime/stage.h"
#include "core/runtime/supervisor.h"

struct weir_status_metrics;

/* Refreshes them before each write of metrics, until destroyed. Returns owned. */
struct weir_status_metrics *weir_status_metrics_create(const struct weir_stage *stage,
                                                       struct weir_supervisor *supervisor,
                                                       struct weir_metrics *metrics);
void weir_status_metrics_destroy(struct weir_status_metrics *status);

#endif
