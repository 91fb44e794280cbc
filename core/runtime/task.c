/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/task.h"

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/hash_table.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

struct weir_task {
    char *connector_name;
    char index_text[16];
    int index;
    struct weir_metrics *metrics;
    struct weir_hash_table *series; /* by name; the task's thread only */

    atomic_bool stopping, paused, connected, connected_ever, assigned, progressed;
    _Atomic int64_t stop_deadline_ms;
    _Atomic int64_t progress_ms;
    atomic_size_t partition_count;

    pthread_mutex_t mutex; /* guards trouble, report and the sleep's wake-up count */
    pthread_cond_t changed;
    uint64_t wake_count;
    char trouble[512];
    char report[512];
};

struct weir_task *weir_task_create(const struct weir_task_options *options)
{
    struct weir_task *task = weir_alloc(sizeof(*task));
    task->connector_name = weir_strdup(options->connector_name);
    task->index = options->index;
    snprintf(task->index_text, sizeof(task->index_text), "%d", options->index);
    task->metrics = options->metrics;
    task->series = weir_hash_table_create();
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&task->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&task->mutex, NULL);
    weir_task_reset(task);
    return task;
}

void weir_task_destroy(struct weir_task *task)
{
    if (!task) {
        return;
    }
    weir_hash_table_destroy(task->series);
    pthread_cond_destroy(&task->changed);
    pthread_mutex_destroy(&task->mutex);
    weir_free(task->connector_name);
    weir_free(task);
}

bool weir_task_stopping(const struct weir_task *task)
{
    return atomic_load_explicit(&task->stopping, memory_order_acquire);
}

int64_t weir_task_stop_deadline_ms(const struct weir_task *task)
{
    return atomic_load(&task->stop_deadline_ms);
}

bool weir_task_paused(const struct weir_task *task)
{
    return atomic_load_explicit(&task->paused, memory_order_acquire);
}

bool weir_task_sleep_ms(struct weir_task *task, int64_t duration_ms)
{
    int64_t until_ms = weir_clock_ms() + duration_ms;
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    bool late = false;
    pthread_mutex_lock(&task->mutex);
    uint64_t wake_count = task->wake_count;
    while (!late && task->wake_count == wake_count && !weir_task_stopping(task)) {
        late = pthread_cond_timedwait(&task->changed, &task->mutex, &until) == ETIMEDOUT;
    }
    pthread_mutex_unlock(&task->mutex);
    return late;
}

const char *weir_task_connector_name(const struct weir_task *task)
{
    return task->connector_name;
}

int weir_task_index(const struct weir_task *task)
{
    return task->index;
}

void weir_task_connected(struct weir_task *task, bool connected)
{
    atomic_store(&task->connected, connected);
    if (connected) {
        atomic_store(&task->connected_ever, true);
    }
}

void weir_task_assigned(struct weir_task *task, size_t partition_count)
{
    atomic_store(&task->partition_count, partition_count);
    atomic_store(&task->assigned, true);
}

void weir_task_revoked(struct weir_task *task)
{
    atomic_store(&task->partition_count, (size_t)0);
    atomic_store(&task->assigned, false);
}

void weir_task_progress(struct weir_task *task)
{
    atomic_store_explicit(&task->progress_ms, weir_clock_ms(), memory_order_relaxed);
    atomic_store_explicit(&task->progressed, true, memory_order_relaxed);
}

void weir_task_trouble(struct weir_task *task, const char *text)
{
    pthread_mutex_lock(&task->mutex);
    snprintf(task->trouble, sizeof(task->trouble), "%s", text ? text : "");
    pthread_mutex_unlock(&task->mutex);
}

void weir_task_report(struct weir_task *task, const char *json)
{
    bool fits = json && strlen(json) < sizeof(task->report);
    pthread_mutex_lock(&task->mutex);
    snprintf(task->report, sizeof(task->report), "%s", fits ? json : "");
    pthread_mutex_unlock(&task->mutex);
}

struct weir_metric *weir_task_series(struct weir_task *task, enum weir_metric_kind kind,
                                     const char *name, const char *help)
{
    struct weir_metric *metric = weir_hash_table_get(task->series, weir_bytes_of(name));
    if (!metric) {
        const struct weir_metric_label labels[] = {{"connector", task->connector_name},
                                                   {"task", task->index_text}};
        metric = weir_metrics_series(task->metrics, kind, name, help, labels, 2);
        weir_hash_table_put(task->series, weir_bytes_of(name), metric);
    }
    return metric;
}

static void wake_sleeper(struct weir_task *task)
{
    pthread_mutex_lock(&task->mutex);
    task->wake_count++;
    pthread_cond_broadcast(&task->changed);
    pthread_mutex_unlock(&task->mutex);
}

void weir_task_stop(struct weir_task *task, int64_t deadline_ms)
{
    atomic_store(&task->stop_deadline_ms, deadline_ms);
    atomic_store_explicit(&task->stopping, true, memory_order_release);
    wake_sleeper(task);
}

void weir_task_pause(struct weir_task *task, bool paused)
{
    atomic_store_explicit(&task->paused, paused, memory_order_release);
    wake_sleeper(task);
}

void weir_task_reset(struct weir_task *task)
{
    atomic_store(&task->stopping, false);
    atomic_store(&task->stop_deadline_ms, INT64_MAX);
    atomic_store(&task->connected, false);
    weir_task_revoked(task);
    atomic_store(&task->progress_ms, weir_clock_ms());
    atomic_store(&task->progressed, false);
    weir_task_trouble(task, NULL);
    weir_task_report(task, NULL);
}

void weir_task_look(struct weir_task *task, struct weir_task_view *view_out)
{
    view_out->connected = atomic_load(&task->connected);
    view_out->connected_ever = atomic_load(&task->connected_ever);
    view_out->assigned = atomic_load(&task->assigned);
    view_out->partition_count = atomic_load(&task->partition_count);
    view_out->progress_ms = atomic_load(&task->progress_ms);
    view_out->progressed = atomic_load(&task->progressed);
    pthread_mutex_lock(&task->mutex);
    memcpy(view_out->trouble, task->trouble, sizeof(view_out->trouble));
    memcpy(view_out->report, task->report, sizeof(view_out->report));
    pthread_mutex_unlock(&task->mutex);
}
