/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/metrics.h"

#include "core/base/alloc.h"
#include "core/base/error.h"
#include "core/base/hash_table.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    SERIES_KEY_BYTES_MAX = 4096,
    BUCKET_COUNT = 15,
};

static const double bucket_limits_s[BUCKET_COUNT] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

struct weir_metric {
    char *labels;         /* connector="a",task="0"; "" = none */
    _Atomic double value; /* HISTOGRAM: the sum */
    _Atomic uint64_t observation_count;
    _Atomic uint64_t *buckets; /* HISTOGRAM: not cumulative */
    struct weir_metric *next;
};

struct family {
    char *name, *help;
    enum weir_metric_kind kind;
    struct weir_metric *first, *last;
    struct family *next;
};

struct weir_metrics {
    pthread_mutex_t mutex; /* guards the families, the tables and the lists, not the values */
    struct family *first, *last;
    struct weir_hash_table *families; /* by name */
    struct weir_hash_table *series;   /* by name{labels} */
    weir_metrics_refresh_fn refresh;
    void *refresh_context;
};

struct weir_metrics *weir_metrics_create(void)
{
    struct weir_metrics *metrics = weir_alloc(sizeof(*metrics));
    pthread_mutex_init(&metrics->mutex, NULL);
    metrics->families = weir_hash_table_create();
    metrics->series = weir_hash_table_create();
    return metrics;
}

static void family_destroy(struct family *family)
{
    struct weir_metric *metric = family->first;
    while (metric) {
        struct weir_metric *next = metric->next;
        weir_free(metric->labels);
        weir_free(metric->buckets);
        weir_free(metric);
        metric = next;
    }
    weir_free(family->name);
    weir_free(family->help);
    weir_free(family);
}

void weir_metrics_destroy(struct weir_metrics *metrics)
{
    if (!metrics) {
        return;
    }
    struct family *family = metrics->first;
    while (family) {
        struct family *next = family->next;
        family_destroy(family);
        family = next;
    }
    weir_hash_table_destroy(metrics->families);
    weir_hash_table_destroy(metrics->series);
    pthread_mutex_destroy(&metrics->mutex);
    weir_free(metrics);
}

static void append_escaped(struct weir_buffer *out, const char *text, bool quoted)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            weir_buffer_append_text(out, "\\n");
        } else if (*text == '\\' || (quoted && *text == '"')) {
            weir_buffer_append_byte(out, '\\');
            weir_buffer_append_byte(out, (uint8_t)*text);
        } else {
            weir_buffer_append_byte(out, (uint8_t)*text);
        }
    }
}

static void append_labels(struct weir_buffer *out, const struct weir_metric_label *labels,
                          size_t label_count)
{
    for (size_t i = 0; i < label_count; i++) {
        weir_buffer_append_text(out, i > 0 ? "," : "");
        weir_buffer_append_text(out, labels[i].name);
        weir_buffer_append_text(out, "=\"");
        append_escaped(out, labels[i].value, true);
        weir_buffer_append_byte(out, '"');
    }
}

static struct family *find_family(struct weir_metrics *metrics, enum weir_metric_kind kind,
                                  const char *name, const char *help)
{
    struct family *family = weir_hash_table_get(metrics->families, weir_bytes_of(name));
    if (family) {
        weir_assert(family->kind == kind);
        return family;
    }
    family = weir_alloc(sizeof(*family));
    family->name = weir_strdup(name);
    family->help = weir_strdup(help);
    family->kind = kind;
    weir_hash_table_put(metrics->families, weir_bytes_of(name), family);
    if (metrics->last) {
        metrics->last->next = family;
    } else {
        metrics->first = family;
    }
    metrics->last = family;
    return family;
}

static struct weir_metric *add_series(struct family *family, const char *labels)
{
    struct weir_metric *metric = weir_alloc(sizeof(*metric));
    metric->labels = weir_strdup(labels);
    if (family->kind == WEIR_METRIC_HISTOGRAM) {
        metric->buckets = weir_alloc_array(BUCKET_COUNT, sizeof(*metric->buckets));
    }
    if (family->last) {
        family->last->next = metric;
    } else {
        family->first = metric;
    }
    family->last = metric;
    return metric;
}

struct weir_metric *weir_metrics_series(struct weir_metrics *metrics, enum weir_metric_kind kind,
                                        const char *name, const char *help,
                                        const struct weir_metric_label *labels, size_t label_count)
{
    weir_auto_buffer key;
    weir_buffer_init(&key, SERIES_KEY_BYTES_MAX);
    weir_buffer_append_text(&key, name);
    weir_buffer_append_byte(&key, '{');
    size_t labels_start = key.len;
    append_labels(&key, labels, label_count);
    weir_assert(!key.overflow);

    pthread_mutex_lock(&metrics->mutex);
    struct weir_metric *metric = weir_hash_table_get(metrics->series, weir_buffer_view(&key));
    if (!metric) {
        struct family *family = find_family(metrics, kind, name, help);
        metric = add_series(family, weir_buffer_text(&key) + labels_start);
        weir_hash_table_put(metrics->series, weir_buffer_view(&key), metric);
    }
    pthread_mutex_unlock(&metrics->mutex);
    return metric;
}

void weir_metric_add(struct weir_metric *metric, double amount)
{
    double old = atomic_load_explicit(&metric->value, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&metric->value, &old, old + amount,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
}

void weir_metric_set(struct weir_metric *metric, double value)
{
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

double weir_metric_value(const struct weir_metric *metric)
{
    return atomic_load_explicit(&metric->value, memory_order_relaxed);
}

void weir_metric_observe(struct weir_metric *metric, double seconds)
{
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        if (seconds <= bucket_limits_s[i]) {
            atomic_fetch_add_explicit(&metric->buckets[i], 1, memory_order_relaxed);
            break;
        }
    }
    weir_metric_add(metric, seconds);
    atomic_fetch_add_explicit(&metric->observation_count, 1, memory_order_relaxed);
}

uint64_t weir_metric_observations(const struct weir_metric *metric)
{
    return atomic_load_explicit(&metric->observation_count, memory_order_relaxed);
}

double weir_metric_mean_ms(const struct weir_metric *metric)
{
    uint64_t count = weir_metric_observations(metric);
    return count > 0 ? weir_metric_value(metric) * 1000.0 / (double)count : 0;
}

void weir_metrics_refresh_set(struct weir_metrics *metrics, weir_metrics_refresh_fn refresh,
                              void *context)
{
    metrics->refresh = refresh;
    metrics->refresh_context = context;
}

static void append_value(struct weir_buffer *out, double value)
{
    if (isinf(value)) {
        weir_buffer_append_text(out, value > 0 ? "+Inf" : "-Inf");
    } else {
        weir_buffer_append_format(out, "%.15g", value);
    }
}

static void append_sample(struct weir_buffer *out, const char *name, const char *suffix,
                          const char *labels, double value)
{
    weir_buffer_append_text(out, name);
    weir_buffer_append_text(out, suffix);
    if (labels[0] != '\0') {
        weir_buffer_append_format(out, "{%s}", labels);
    }
    weir_buffer_append_byte(out, ' ');
    append_value(out, value);
    weir_buffer_append_byte(out, '\n');
}

static void append_histogram(struct weir_buffer *out, const struct family *family,
                             const struct weir_metric *metric)
{
    const char *comma = metric->labels[0] != '\0' ? "," : "";
    uint64_t count = 0;
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        count += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
        weir_buffer_append_format(out, "%s_bucket{%s%sle=\"%g\"} %llu\n", family->name,
                                  metric->labels, comma, bucket_limits_s[i],
                                  (unsigned long long)count);
    }
    /* Never below a bucket, also when an observation comes in between. */
    uint64_t total = weir_metric_observations(metric);
    total = total > count ? total : count;
    weir_buffer_append_format(out, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", family->name,
                              metric->labels, comma, (unsigned long long)total);
    append_sample(out, family->name, "_sum", metric->labels, weir_metric_value(metric));
    append_sample(out, family->name, "_count", metric->labels, (double)total);
}

static void append_family(struct weir_buffer *out, const struct family *family)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    weir_buffer_append_format(out, "# HELP %s ", family->name);
    append_escaped(out, family->help, false);
    weir_buffer_append_format(out, "\n# TYPE %s %s\n", family->name, kinds[family->kind]);
    for (const struct weir_metric *metric = family->first; metric; metric = metric->next) {
        if (family->kind == WEIR_METRIC_HISTOGRAM) {
            append_histogram(out, family, metric);
        } else if (!isnan(weir_metric_value(metric))) {
            append_sample(out, family->name, "", metric->labels, weir_metric_value(metric));
        }
    }
}

void weir_metrics_write(struct weir_metrics *metrics, struct weir_buffer *out)
{
    if (metrics->refresh) {
        metrics->refresh(metrics, metrics->refresh_context);
    }
    pthread_mutex_lock(&metrics->mutex);
    for (const struct family *family = metrics->first; family; family = family->next) {
        append_family(out, family);
    }
    pthread_mutex_unlock(&metrics->mutex);
}
