/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/status_metrics.h"

#include "core/base/alloc.h"
#include "core/base/buffer.h"
#include "core/base/clock.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    STATE_COUNT = WEIR_TASK_STOPPED + 1,
    REASONS_BYTES_MAX = 64 * 1024,
};

struct weir_status_metrics {
    const struct weir_stage *stage;
    struct weir_supervisor *supervisor;
    struct weir_metrics *metrics;
    double started_s;
};

/* "RUNNING" to "running", as in Connect's JMX. */
static void lower(char out[32], const char *text)
{
    size_t i = 0;
    for (; i < 31 && text[i] != '\0'; i++) {
        out[i] = (char)tolower((unsigned char)text[i]);
    }
    out[i] = '\0';
}

static void set(struct weir_status_metrics *status, const char *name, const char *help,
                double value, const struct weir_metric_label *labels, size_t label_count)
{
    weir_metric_set(
        weir_metrics_series(status->metrics, WEIR_METRIC_GAUGE, name, help, labels, label_count),
        value);
}

/* One series for each state, of which only the present one is written: that is what Connect's JMX
 * exporter shows. The last label is the state. */
static void set_state(struct weir_status_metrics *status, const char *name, const char *help,
                      enum weir_task_state present, struct weir_metric_label *labels,
                      size_t label_count)
{
    for (int state = 0; state < STATE_COUNT; state++) {
        char text[32];
        lower(text, weir_task_state_name((enum weir_task_state)state));
        labels[label_count - 1] = (struct weir_metric_label){"status", text};
        set(status, name, help, state == (int)present ? 1.0 : (double)NAN, labels, label_count);
    }
}

static void refresh_task(struct weir_status_metrics *status, const char *connector, size_t index,
                         const struct weir_task_status *task)
{
    char text[32];
    snprintf(text, sizeof(text), "%zu", index);
    struct weir_metric_label labels[3] = {{"connector", connector}, {"task", text}};
    set_state(status, "kafka_connect_connector_task_status",
              "The state of a task: 1, with the state as a label.", task->state, labels, 3);
    set(status, "weir_task_restarts", "Restarts of a task after a failure.",
        (double)task->restart_count, labels, 2);
    set(status, "weir_task_progress_age_seconds", "Time since a task last got on.",
        (double)task->progress_age_ms / 1000.0, labels, 2);
    set(status, "weir_task_assigned_partitions", "Partitions that a task owns.",
        (double)task->partition_count, labels, 2);
    set(status, "weir_task_connected", "1 when both ends of a task have answered.",
        task->connected ? 1 : 0, labels, 2);
}

/* kafka_connect_worker_connector_running_task_count and its kin. */
static void refresh_counts(struct weir_status_metrics *status, const char *connector,
                           const size_t counts[STATE_COUNT])
{
    static const enum weir_task_state states[] = {WEIR_TASK_RUNNING, WEIR_TASK_PAUSED,
                                                  WEIR_TASK_FAILED, WEIR_TASK_UNASSIGNED,
                                                  WEIR_TASK_RESTARTING};
    struct weir_metric_label label = {"connector", connector};
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        char state[32];
        char name[96];
        lower(state, weir_task_state_name(states[i]));
        snprintf(name, sizeof(name), "kafka_connect_worker_connector_%s_task_count", state);
        set(status, name, "Tasks of the connector in this state.", (double)counts[states[i]],
            &label, 1);
    }
}

/* The second number of statm is pages in memory. */
static double resident_bytes(void)
{
    char line[128] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file) {
        return 0;
    }
    const char *space = fgets(line, sizeof(line), file) ? strchr(line, ' ') : NULL;
    fclose(file);
    return space ? (double)strtol(space, NULL, 10) * (double)sysconf(_SC_PAGESIZE) : 0;
}

static void refresh_process(struct weir_status_metrics *status)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    const struct weir_metric_label labels[] = {{"stage", status->stage->program},
                                               {"version", WEIR_VERSION}};
    set(status, "weir_info", "1; what runs here.", 1, labels, 2);
    set(status, "process_start_time_seconds", "When the process started, since the epoch.",
        status->started_s, NULL, 0);
    set(status, "process_resident_memory_bytes", "Resident memory.", resident_bytes(), NULL, 0);
    weir_metric_set(weir_metrics_series(status->metrics, WEIR_METRIC_COUNTER,
                                        "process_cpu_seconds_total", "User and system time spent.",
                                        NULL, 0),
                    cpu_s);
}

static void refresh(struct weir_metrics *metrics, void *context)
{
    (void)metrics;
    struct weir_status_metrics *status = context;
    struct weir_supervisor *supervisor = status->supervisor;
    const char *connector = weir_supervisor_connector_name(supervisor);
    size_t task_count = weir_supervisor_task_count(supervisor);
    size_t counts[STATE_COUNT] = {0};
    struct weir_metric_label labels[2] = {{"connector", connector}};
    set_state(status, "kafka_connect_connector_status",
              "The state of the connector: 1, with the state as a label.",
              weir_supervisor_state(supervisor), labels, 2);
    for (size_t i = 0; i < task_count; i++) {
        struct weir_task_status task;
        weir_supervisor_task_status(supervisor, i, &task);
        counts[task.state]++;
        refresh_task(status, connector, i, &task);
    }
    refresh_counts(status, connector, counts);
    set(status, "kafka_connect_worker_connector_total_task_count", "Tasks of the connector.",
        (double)task_count, labels, 1);
    set(status, "kafka_connect_worker_connector_count", "Connectors of this process.", 1, NULL, 0);
    set(status, "kafka_connect_worker_task_count", "Tasks of this process.", (double)task_count,
        NULL, 0);
    set(status, "kafka_connect_worker_rebalance_rebalancing",
        "0: a process with one connector has no cluster to balance.", 0, NULL, 0);
    set(status, "kafka_connect_coordinator_assigned_tasks", "Tasks of this process.",
        (double)task_count, NULL, 0);
    weir_auto_buffer reasons;
    weir_buffer_init(&reasons, REASONS_BYTES_MAX);
    set(status, "weir_ready", "1 when /readyz answers 200.",
        weir_supervisor_ready(supervisor, &reasons) ? 1 : 0, NULL, 0);
    refresh_process(status);
}

struct weir_status_metrics *weir_status_metrics_create(const struct weir_stage *stage,
                                                       struct weir_supervisor *supervisor,
                                                       struct weir_metrics *metrics)
{
    struct weir_status_metrics *status = weir_alloc(sizeof(*status));
    status->stage = stage;
    status->supervisor = supervisor;
    status->metrics = metrics;
    status->started_s = (double)weir_clock_wall_ms() / 1000.0;
    weir_metrics_refresh_set(metrics, refresh, status);
    return status;
}

void weir_status_metrics_destroy(struct weir_status_metrics *status)
{
    if (status) {
        weir_metrics_refresh_set(status->metrics, NULL, NULL);
        weir_free(status);
    }
}
