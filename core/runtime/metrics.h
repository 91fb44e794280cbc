/* metrics.h - counters, gauges and histograms, and their Prometheus text.
 *
 * A series is looked up once (that takes a lock) and then changed by atomic operations: add per
 * batch, not per record. A series lives as long as its registry. Names are those that dashboards
 * for Kafka Connect already query (kafka_connect_*), and weir_* for what Connect has no name for.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_METRICS_H
#define WEIR_RUNTIME_METRICS_H

#include "core/base/buffer.h"

#include <stddef.h>
#include <stdint.h>

struct weir_metrics;
struct weir_metric;

enum weir_metric_kind {
    WEIR_METRIC_COUNTER, /* name ends in _total */
    WEIR_METRIC_GAUGE,
    WEIR_METRIC_HISTOGRAM, /* of seconds: fixed buckets from 1 ms to 60 s; name ends in _seconds */
};

struct weir_metric_label {
    const char *name, *value;
};

struct weir_metrics *weir_metrics_create(void);
void weir_metrics_destroy(struct weir_metrics *metrics);

/* The series of this name and these labels, made at the first call. A name keeps the kind and the
 * help of its first call (asserted for kind). label_count may be 0. Borrowed. */
struct weir_metric *weir_metrics_series(struct weir_metrics *metrics, enum weir_metric_kind kind,
                                        const char *name, const char *help,
                                        const struct weir_metric_label *labels, size_t label_count);
/* COUNTER and GAUGE. */
void weir_metric_add(struct weir_metric *metric, double amount);
void weir_metric_set(struct weir_metric *metric, double value);
/* A GAUGE set to NAN is left out of the text until it is set again. */
double weir_metric_value(const struct weir_metric *metric);
/* HISTOGRAM. */
void weir_metric_observe(struct weir_metric *metric, double seconds);
/* HISTOGRAM: mean of all observations in milliseconds, 0 when there are none; and their number. */
double weir_metric_mean_ms(const struct weir_metric *metric);
uint64_t weir_metric_observations(const struct weir_metric *metric);

/* Called before each write, from the writer's thread: refreshes gauges that are derived from
 * something else. */
typedef void (*weir_metrics_refresh_fn)(struct weir_metrics *metrics, void *context);
void weir_metrics_refresh_set(struct weir_metrics *metrics, weir_metrics_refresh_fn refresh,
                              void *context);

/* Appends the text format 0.0.4, families in order of their first series. */
void weir_metrics_write(struct weir_metrics *metrics, struct weir_buffer *out);

#endif
